"""Figures about tables of events: what goes together, how scores separate, what a search found.

Shapes: values are (n, d) with one event a row, y is (n,) with 1 for signal and 0 for background.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.ticker import NullFormatter

from coursekit.plotting.style import COLORS, LINES, MARKERS, figure, looks
from coursekit.validate import Array, labelled

KINDS = {0: "background", 1: "signal"}


def correlations(values: Array, names: Sequence[str]) -> Axes:
    """Draw the correlation of each pair of columns of values, (n, d), from -1 to 1."""
    table = np.corrcoef(values, rowvar=False)
    _, ax = figure(6.2, 5.4)
    image = ax.imshow(table, cmap="RdBu_r", vmin=-1, vmax=1)
    ax.set_xticks(range(len(names)), names, rotation=90)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.figure.colorbar(image, ax=ax, shrink=0.7, label="correlation")
    return ax


def pairs(values: Array, y: Array, names: Sequence[str], *, shown: int = 300) -> None:
    """Draw each column of values, (n, d), against each other, and its histograms by class.

    Args:
        values: (n, d) the columns to compare; few, since there are d * d panels.
        y: (n,) labels.
        names: of the columns.
        shown: points of each class in a panel; the histograms count all events.
    """
    values, y = labelled(values, y, allowed=(0, 1))
    limits = np.percentile(values, [0, 99], axis=0).T
    _, axes = plt.subplots(len(names), len(names), figsize=(6.6, 6.2), sharex="col", squeeze=False)
    for (i, j), ax in np.ndenumerate(axes):
        for label in (0, 1):
            rows, color = values[y == label], COLORS[label]
            if i == j:
                bins = [float(edge) for edge in np.linspace(limits[j][0], limits[j][1], 26)]
                ax.hist(rows[:, j], bins, histtype="step", color=color, lw=2, density=True)
            else:
                points = rows[:shown]
                ax.plot(points[:, j], points[:, i], MARKERS[label], color=color, ms=2.5, alpha=0.6)
        ax.set(xlim=limits[j], yticks=[])
        if i != j:
            ax.set_ylim(limits[i])
        ax.set_xlabel(names[j] if i == len(names) - 1 else "")
        ax.set_ylabel(names[i] if j == 0 else "")
    for label, name in KINDS.items():
        axes[0, 0].plot([], [], MARKERS[label], color=COLORS[label], label=name)
    axes[0, 0].figure.legend(loc="outside upper center", ncols=2, handletextpad=0.2)


def confusion(counts: Array) -> Axes:
    """Draw a confusion matrix, (2, 2): rows are the truth, columns the answer; 0 comes first.

    Raises:
        ValueError: if counts is not (2, 2).
    """
    table = np.asarray(counts)
    if table.shape != (2, 2):
        raise ValueError(f"counts must be a 2 by 2 table, got shape {table.shape}")
    _, ax = figure(4.6, 3.4)
    ax.imshow(table, cmap="Blues", vmin=0, vmax=1.6 * table.max())
    words = (("true negatives", "false positives"), ("false negatives", "true positives"))
    for (i, j), count in np.ndenumerate(table):
        ax.text(j, i, f"{count:,}\n{words[i][j]}", ha="center", va="center", color="black")
    ax.set_xticks((0, 1), KINDS.values())
    ax.set_yticks((0, 1), KINDS.values(), rotation=90, va="center")
    ax.set(xlabel="the network says", ylabel="the truth")
    ax.tick_params(length=0)
    return ax


def score_histogram(scores: Array, y: Array, *, bins: int = 30) -> Axes:
    """Draw how scores, (n,) from 0 to 1, are spread in each class; both have the same bins."""
    scores, y = np.asarray(scores), np.asarray(y)
    edges = [k / bins for k in range(bins + 1)]
    _, ax = figure(6.0, 3.2)
    for (label, name), style in zip(KINDS.items(), ("-", "--"), strict=True):
        ax.hist(
            scores[y == label], edges, histtype="stepfilled", label=name, lw=2, ls=style,
            facecolor=f"{to_hex(COLORS[label])}40", edgecolor=COLORS[label],
        )  # fmt: skip
    ax.set(xlabel="predicted probability of signal", ylabel="events in a bin", xlim=(0, 1))
    ax.legend()
    return ax


def roc(lines: Mapping[str, tuple[Array, Array]]) -> Axes:
    """Draw ROC curves, name -> (false, true positive rate), and the diagonal of mere guessing."""
    _, ax = figure(5.0, 4.4)
    for name, (false, true), style in looks(lines, LINES):
        ax.plot(false, true, linestyle=style, label=name)
    ax.plot((0, 1), (0, 1), color="0.5", lw=1, label="guessing")
    ax.set(xlabel="share of background called signal", ylabel="share of signal found")
    ax.set(xlim=(0, 1), ylim=(0, 1.01), aspect="equal")
    ax.legend(loc="lower right")
    return ax


def operating_points(
    lines: Mapping[str, tuple[Array, Array]], points: Mapping[str, tuple[float, float]]
) -> Axes:
    """Draw `roc` of the lines, and on it named points, name -> (false, true positive rate)."""
    ax = roc(lines)
    for name, at, color, marker in looks(points, COLORS, MARKERS):
        ax.plot(*at, marker, color=color, ms=11, mec="white", label=name, zorder=3, clip_on=False)
    ax.legend(loc="lower right", frameon=True, edgecolor="none")  # the diagonal runs below it
    return ax


def trials(rates: Array, areas: Array, layers: Array) -> Axes:
    """Draw the AUC of each trial of a search against its learning rate, marked by its depth.

    Args:
        rates: (trials,) learning rates, above 0.
        areas: (trials,) AUC on the validation part, from 0 to 1.
        layers: (trials,) hidden layers.
    """
    rates, areas, layers = np.asarray(rates), np.asarray(areas), np.asarray(layers)
    _, ax = figure(6.0, 3.4)
    for k, depth in enumerate(np.unique(layers)):
        at, name = layers == depth, f"{depth} hidden layer{'s' if depth > 1 else ''}"
        ax.plot(rates[at], areas[at], MARKERS[k], color=COLORS[k], ms=9, label=name)
    ax.set(xscale="log", xlabel="learning rate", ylabel="AUC on the validation part")
    ax.set_xlim(10 ** np.floor(np.log10(rates.min())), 10 ** np.ceil(np.log10(rates.max())))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), handletextpad=0.2)
    return ax
