"""Figures of chapter 8: two tasks, which layers learn, what it brings, and sentences as vectors."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from coursekit.plotting.shapes import arrow, box
from coursekit.plotting.style import BLUE, COLORS, MARKERS, figure
from coursekit.validate import Array

FROZEN, LEARNS = "#d9d9d9", BLUE


def layer_modes(layers: Sequence[str], learns: Mapping[str, Sequence[int]]) -> Axes:
    """Draw which layers of a network learn in each mode, and from which turn on.

    Args:
        layers: names, from input to output.
        learns: mode -> for each layer the turn in which it begins to learn, from 1; 0 if never.
    """
    _, ax = figure(6.6, 0.75 * len(learns) + 0.9)
    for row, turns in enumerate(learns.values()):
        several = max(turns) > 1
        for k, turn in enumerate(turns):
            color = LEARNS if turn else FROZEN
            hatch = "" if turn else "//"
            box(ax, (k + 0.5, row), 0.84, 0.6, facecolor=color, edgecolor="0.3", hatch=hatch)
            words = (f"turn {turn}" if several else "learns") if turn else "frozen"
            ground = {} if turn else {"bbox": {"fc": "white", "ec": "none", "pad": 1.5}}
            ax.text(
                k + 0.5, row, words, ha="center", va="center", fontsize=11,
                color="white" if turn else "black", **ground,
            )  # fmt: skip
    ax.set(xlim=(0, len(layers)), ylim=(len(learns) - 0.5, -0.5))
    ax.set_xticks(np.arange(len(layers)) + 0.5, layers, fontsize=11)
    ax.set_yticks(range(len(learns)), list(learns))
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def gains(scores: Mapping[str, Mapping[int, Array]]) -> Axes:
    """Draw what each method reaches with few and with many labels: a dot a seed, a line of means.

    Args:
        scores: method -> number of labels -> (seeds,) accuracies.
    """
    labels = sorted({n for by_labels in scores.values() for n in by_labels})
    _, ax = figure(6.4, 4.0)
    for k, (method, by_labels) in enumerate(scores.items()):
        off = 0.13 * (k - (len(scores) - 1) / 2)
        x = [labels.index(n) + off for n in by_labels]
        means = [float(np.mean(values)) for values in by_labels.values()]
        ax.plot(x, means, marker=MARKERS[k], color=COLORS[k], markersize=9, lw=1.4, label=method)
        for at, values in zip(x, by_labels.values(), strict=True):
            ax.plot([at] * len(values), values, MARKERS[k], color=COLORS[k], ms=5, alpha=0.45)
    ax.set_xticks(range(len(labels)), [f"{n} labels" for n in labels])
    ax.set(ylabel="test accuracy", xlim=(-0.5, len(labels) - 0.5))
    ax.grid(axis="y", color="0.9")
    ax.figure.legend(loc="outside upper center", ncols=3, fontsize=11)
    return ax


def number_table(values: npt.ArrayLike, rows: Sequence[str], columns: Sequence[str]) -> Axes:
    """Draw numbers as a table whose cells are the darker, the larger the number.

    Args:
        values: (rows, columns) numbers.
        rows: names of the rows.
        columns: names of the columns.
    """
    Z = np.asarray(values, dtype=float)
    wide = max(len(name) for name in rows) > 18
    _, ax = figure(6.8 if wide else 6.2, 0.46 * len(rows) + 1.0)
    low, high = float(Z.min()), float(Z.max())
    ax.imshow(Z, cmap="Blues", aspect="auto", vmin=low, vmax=high + 0.25 * (high - low))
    for (i, j), value in np.ndenumerate(Z):
        dark = value > low + 0.75 * (high - low)
        ax.text(
            j, i, f"{value:.2f}", ha="center", va="center", fontsize=11,
            color="white" if dark else "black",
        )  # fmt: skip
    ax.set_xticks(range(len(columns)), columns, fontsize=11)
    ax.set_yticks(range(len(rows)), rows, fontsize=11)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def token_boxes(lines: Mapping[str, Sequence[str]]) -> Axes:
    """Draw the pieces of texts as boxes in a row, each row under its name.

    Args:
        lines: name -> pieces, in order.
    """
    most = max(sum(len(piece) + 1.6 for piece in pieces) for pieces in lines.values())
    _, ax = figure(float(np.clip(0.09 * most, 4.0, 7.0)), 0.95 * len(lines) + 0.1)
    for row, (name, pieces) in enumerate(lines.items()):
        x = 0.0
        ax.text(0, row - 0.42, f"{name}: {len(pieces)} tokens", fontsize=12, va="center")
        for k, piece in enumerate(pieces):
            width = len(piece) + 1.1
            color = (COLORS[5], COLORS[6])[k % 2]
            ax.add_patch(Rectangle((x, row - 0.2), width, 0.42, facecolor=color, alpha=0.45))
            ax.text(
                x + width / 2, row, piece, ha="center", va="center", fontsize=11, family="monospace"
            )
            x += width + 0.5
    ax.set(xlim=(0, most), ylim=(len(lines) - 0.65, -0.65))
    ax.set_axis_off()
    return ax


def low_rank(inputs: int, outputs: int, rank: int) -> Axes:
    """Draw a frozen layer and the narrow path beside it, with the sizes of their matrices."""
    _, ax = figure(6.2, 3.5)
    size = f"{outputs} × {inputs}\n= {outputs * inputs:,}"
    boxes = {
        f"W, frozen\n{size}": ((0.6, 1.0), 2.2, 2.0, FROZEN),
        f"A, {rank} × {inputs}\n= {rank * inputs:,}": ((4.4, 0.9), 2.4, 0.85, COLORS[5]),
        f"B, {outputs} × {rank}\n= {outputs * rank:,}": ((4.4, 2.25), 2.4, 0.85, COLORS[6]),
    }
    for words, ((x, y), w, h, color) in boxes.items():
        ax.add_patch(Rectangle((x, y), w, h, facecolor=color, edgecolor="0.3"))
        ax.text(x + w / 2, y + h / 2, words, ha="center", va="center", fontsize=11)
    arrows = {
        (3.6, 0.25): [(1.7, 0.97), (5.6, 0.87)],
        (5.6, 1.78): [(5.6, 2.22)],
        (1.7, 3.03): [(3.5, 3.72)],
        (5.6, 3.13): [(3.9, 3.72)],
    }
    for start, ends in arrows.items():
        for end in ends:
            arrow(ax, start, end, lw=1.4)
    ax.text(3.6, 0.12, "x", ha="center", va="center", fontsize=14)
    ax.text(3.7, 3.8, "+", ha="center", va="center", fontsize=18)
    ax.text(5.15, 3.55, r"× $\alpha / r$", fontsize=13)
    ax.set(xlim=(0.3, 7.1), ylim=(-0.1, 4.05))
    ax.set_axis_off()
    return ax
