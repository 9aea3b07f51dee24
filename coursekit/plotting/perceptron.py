"""Figures about one unit: its line in the plane, its weights as a picture, and how it learns.

Shapes: X is (n, 2), y is (n,) with labels in {0, 1}, w is (2,), unless a function says otherwise.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator, NullFormatter

from coursekit.plotting.style import COLORS, MARKERS, figure
from coursekit.validate import Array, array, labelled

BLUE, ORANGE, GREEN = COLORS[:3]
FIRES = "#f6d3bb"  # ground of the side on which the unit answers 1
VOTES = LinearSegmentedColormap.from_list("votes", [BLUE, "white", ORANGE])


def half_plane(
    w: Array, b: float, X: Array, y: Array, *, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw the line w.x + b = 0, the side where the unit fires, and a ring around each mistake.

    Args:
        w: (2,) weights; with (0, 0) there is no line, and all of the plane fires or none.
        b: bias.
        X: (n, 2) points.
        y: (n,) labels, 0 or 1.
        ax: axes to draw on; new ones by default.
        title: by default the number of mistakes.
    """
    X, y = labelled(X, y, allowed=(0, 1))
    w = array(w, "w", 1)
    if ax is None:
        _, ax = figure(4.6, 3.8)
    pad = 0.5 * float(np.ptp(X, axis=0).max())
    low, high = X.min(axis=0) - pad, X.max(axis=0) + pad
    line, fires = _line_and_side(w, b, low, high)
    ax.add_patch(Polygon(fires, closed=True, facecolor=FIRES, edgecolor="none", zorder=0))
    ax.plot(*line.T, color="black", zorder=1)
    wrong = (X @ w + b > 0) != y
    for label, size in ((0, 110), (1, 100)):
        x1, x2 = X[y == label].T
        ax.scatter(x1, x2, s=size, color=COLORS[label], marker=MARKERS[label], ec="white", zorder=3)
    x1, x2 = X[wrong].T
    ax.scatter(x1, x2, 420, facecolor="none", edgecolor="black", linewidth=2, zorder=4)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    if len(X) == 4:  # a gate
        ax.set(xticks=(0, 1), yticks=(0, 1))
    count = int(wrong.sum())
    ax.set_title(f"{count} mistake{'' if count == 1 else 's'}" if title is None else title)
    return ax


def _line_and_side(w: Array, b: float, low: Array, high: Array) -> tuple[Array, Array]:
    """Return two ends of the line, (2, 2), and four corners of its firing side, (4, 2)."""
    reach, size = 2 * float(np.linalg.norm(high - low)), float(np.linalg.norm(w))
    if size == 0:
        box = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
        return np.full((2, 2), np.nan), box if b > 0 else box - 9 * reach  # out of sight
    normal = w / size
    foot, along = -b * normal / size, reach * np.array([-normal[1], normal[0]])
    line = np.array([foot - along, foot + along])
    return line, np.vstack([line, line[::-1] + 2 * reach * normal])


def gate_panels(
    gates: Mapping[str, tuple[Array, Array, Array | None, float]], *, columns: int = 4
) -> None:
    """Draw a small panel for each gate: its four points, and the line of its unit.

    Args:
        gates: title -> (X, y, w, b); where w is None, the ground is grey.
        columns: panels in a row.
    """
    rows = -(-len(gates) // columns)
    size = (6.0, 6.0 * rows / columns + 0.35)
    _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for ax in axes.flat[len(gates) :]:
        ax.axis("off")
    for ax, (title, (X, y, w, b)) in zip(axes.flat, gates.items(), strict=False):
        drawn = (np.zeros(2), -1.0) if w is None else (w, b)
        half_plane(*drawn, X, y, ax=ax, title=title)
        ax.set(xlabel="", ylabel="", xticks=(), yticks=())
        for side in ax.spines.values():
            side.set_visible(True)
        if w is None:
            ax.collections[-1].remove()  # the rings
            ax.set_facecolor("lightgray")


def step_rules() -> None:
    """Draw the two steps that differ at 0 alone: fires if z > 0, and fires if z >= 0."""
    _, axes = plt.subplots(1, 2, figsize=(6.0, 2.4), sharey=True)
    for ax, rule, at_zero in ((axes[0], "z > 0", 0), (axes[1], r"z \geq 0", 1)):
        ax.plot([-2, 0], [0, 0], [0, 2], [1, 1], color=BLUE)
        ax.plot(0, at_zero, "o", color=BLUE, markersize=8)
        ax.plot(0, 1 - at_zero, "o", color=BLUE, markersize=8, markerfacecolor="white")
        ax.set(title=f"1 if ${rule}$, else 0", xlabel="$z$", xticks=(-2, 0, 2), yticks=(0, 1))


def pixel_maps(maps: Mapping[str, Array]) -> None:
    """Draw square images in a row: grey if all values are 0 or more, else blue, white (0), orange.

    Args:
        maps: title -> (k * k,) values; each image has a scale of its own.
    """
    _, axes = plt.subplots(1, len(maps), figsize=(6.0, 6.0 / len(maps) + 0.5), squeeze=False)
    for ax, (title, values) in zip(axes.flat, maps.items(), strict=True):
        side = round(len(values) ** 0.5)
        if side * side != len(values):
            raise ValueError(f"{title} must be a square image, got {len(values)} values")
        image, most = values.reshape(side, side), float(np.abs(values).max())
        if values.min() < 0:
            ax.imshow(image, cmap=VOTES, vmin=-most, vmax=most)
        else:
            ax.imshow(image, vmin=0)
        ax.set(title=title, xticks=(), yticks=())
        for edge in ax.spines.values():
            edge.set(visible=True, color="lightgray")


def mistakes(curves: Mapping[str, Sequence[int]]) -> Axes:
    """Draw the mistakes of each epoch, one line for each entry name -> counts."""
    _, ax = figure(6.0, 3.2)
    for (name, counts), marker in zip(curves.items(), MARKERS, strict=False):
        ax.plot(range(1, len(counts) + 1), counts, marker=marker, label=name)
    ax.set(xlabel="epoch", ylabel="mistakes", ylim=(-0.2, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax


def squeeze(along: Array, length: Array, gamma: float, radius: float) -> Axes:
    """Draw why learning must stop: how far u comes along u*, its length, and the theorem's bounds.

    Args:
        along: (k + 1,) u . u* after each correction, from zero on.
        length: (k + 1,) length of u.
        gamma: margin of the data.
        radius: length of the longest input.
    """
    _, ax = figure(6.0, 3.6)
    k = np.linspace(0, 1.15 * (radius / gamma) ** 2, 200)
    ax.plot(k, radius * np.sqrt(k), "--", color=BLUE, label=r"length is at most $R\sqrt{k}$")
    ax.plot(length, color=BLUE, marker="o", label="measured length")
    ax.plot(along, color=ORANGE, marker="s", label="measured progress")
    ax.plot(k, gamma * k, "--", color=ORANGE, label=r"progress is at least $\gamma k$")
    ax.axvline((radius / gamma) ** 2, color="gray", linewidth=1)
    ax.set(xlabel="corrections $k$", xlim=(0, k[-1]), ylim=(0, None))
    ax.legend(loc="upper left", fontsize=11)
    return ax


def bound_sweep(margins: Array, corrections: Array, bounds: Array) -> Axes:
    """Draw corrections and bounds, both (m,), against the margin (m,), on logarithmic axes."""
    _, ax = figure(6.0, 3.4)
    ax.plot(margins, bounds, "--", marker="s", color=ORANGE, label=r"bound $(R/\gamma)^2$")
    ax.plot(margins, corrections, marker="o", color=BLUE, label="corrections, measured")
    ax.set(xscale="log", yscale="log", xlabel=r"margin $\gamma$", ylabel="corrections")
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.legend()
    return ax
