"""Figures about one unit: its line in the plane, its weights as a picture, and how it learns.

Shapes: X is (n, 2), y is (n,) with labels in {0, 1}, w is (2,), unless a function says otherwise.
"""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator, NullLocator

from coursekit.plotting.planes import heights
from coursekit.plotting.style import BLUE, COLORS, GREEN, MARKERS, ORANGE, figure, looks
from coursekit.validate import Array, array, labelled

FIRES = "#D55E0044"  # over the ground, white or dark, where the unit answers 1


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
    low, high = _corners(X)
    line, fires = _line_and_side(w, b, low, high)
    ax.add_patch(Polygon(fires, closed=True, facecolor=FIRES, edgecolor="none", zorder=0))
    ax.plot(*line.T, color="black", zorder=1)
    _answers(ax, X, y, X @ w + b, title)
    return ax


def logit_plane(
    logit: Callable[[Array], Array], X: Array, y: Array, *, title: str | None = None
) -> Axes:
    """Draw the border of a unit whose inputs are computed from the plane, as `half_plane` does.

    Args:
        logit: (m, 2) points -> (m,) logits.
        X: (n, 2) points.
        y: (n,) labels, 0 or 1.
        title: by default the number of mistakes.
    """
    X, y = labelled(X, y, allowed=(0, 1))
    _, ax = figure(4.6, 3.8)
    low, high = _corners(X)
    plane = heights(logit, (low[0], high[0]), (low[1], high[1]), 201)
    ax.contourf(*plane, levels=[0, np.inf], colors=[FIRES], zorder=0)
    ax.contour(*plane, levels=[0], colors="black", linewidths=2, zorder=1)
    _answers(ax, X, y, logit(X), title)
    return ax


def _corners(X: Array) -> tuple[Array, Array]:
    """Return the lower left and the upper right corner of a plane with room around its points."""
    pad = (0.5 if len(X) == 4 else 0.15) * float(np.ptp(X, axis=0).max())
    return X.min(axis=0) - pad, X.max(axis=0) + pad


def _answers(ax: Axes, X: Array, y: Array, logits: Array, title: str | None) -> None:
    """Draw the points, a ring around each mistake, and the title; four points are a gate."""
    gate, wrong = len(X) == 4, (logits > 0) != y
    for label, size in ((0, 110), (1, 100)):
        x1, x2 = X[y == label].T
        size = size if gate else size // 3
        ax.scatter(x1, x2, s=size, color=COLORS[label], marker=MARKERS[label], ec="white", zorder=3)
    x1, x2 = X[wrong].T
    size, width = (420, 2) if gate else (90, 1)
    ax.scatter(x1, x2, size, facecolor="none", edgecolor="black", linewidth=width, zorder=4)
    low, high = _corners(X)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    if gate:
        ax.set(xticks=(0, 1), yticks=(0, 1))
    count = int(wrong.sum())
    ax.set_title(f"{count} mistake{'' if count == 1 else 's'}" if title is None else title)


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
    gates: Mapping[str, tuple[Array, Array, Array | None, float]],
    *,
    columns: int = 4,
    arrows: bool = False,
) -> None:
    """Draw a small panel for each gate: its four points, and the line of its unit.

    Args:
        gates: title -> (X, y, w, b); where w is None, the ground is grey.
        columns: panels in a row.
        arrows: whether to draw the direction of w, and to name the axes.
    """
    rows = -(-len(gates) // columns)
    size = (6.0, 6.0 * rows / columns + (0.7 if arrows else 0.35))
    _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for ax in axes.flat[len(gates) :]:
        ax.axis("off")
    for ax, (title, (X, y, w, b)) in zip(axes.flat, gates.items(), strict=False):
        drawn = (np.zeros(2), -1.0) if w is None else (w, b)
        half_plane(*drawn, X, y, ax=ax, title=title)
        if arrows:
            _arrow(ax, *drawn)
            ax.label_outer()
        else:
            ax.set(xlabel="", ylabel="", xticks=(), yticks=())
        for side in ax.spines.values():
            side.set_visible(True)
        if w is None:
            ax.collections[-1].remove()  # the rings
            ax.set_facecolor("lightgray")


def _arrow(ax: Axes, w: Array, b: float) -> None:
    """Draw an arrow in the direction of w, not its length, from the line, away from the points."""
    normal = np.asarray(w) / np.linalg.norm(w)
    along = np.array([-normal[1], normal[0]]) * (1 if normal[0] >= 0 else -1)  # upwards
    foot = -b * normal / np.linalg.norm(w) + 0.5 * along
    tip = foot + 0.45 * normal
    style = {"arrowstyle": "-|>", "color": GREEN, "linewidth": 2.5, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (tip[0], tip[1]), (foot[0], foot[1]), arrowprops=style, zorder=5)
    x1, x2 = foot + 0.25 * normal - 0.2 * along
    ax.text(x1, x2, r"$\mathbf{w}$", color=GREEN, ha="center", va="center", zorder=5)


def step_rules() -> None:
    """Draw the two steps that differ at 0 alone: fires if z > 0, and fires if z >= 0."""
    _, axes = plt.subplots(1, 2, figsize=(6.0, 2.4), sharey=True)
    for ax, rule, at_zero in ((axes[0], "z > 0", 0), (axes[1], r"z \geq 0", 1)):
        ax.plot([-2, 0], [0, 0], [0, 2], [1, 1], color=BLUE)
        ax.plot(0, at_zero, "o", color=BLUE, markersize=8)
        ax.plot(0, 1 - at_zero, "o", color=BLUE, markersize=8, markerfacecolor="white")
        ax.set(title=f"1 if ${rule}$, else 0", xlabel="$z$", xticks=(-2, 0, 2), yticks=(0, 1))


def mistakes(curves: Mapping[str, Sequence[int]]) -> Axes:
    """Draw the mistakes of each epoch, one line for each entry name -> counts."""
    _, ax = figure(6.0, 3.2)
    for name, counts, marker in looks(curves, MARKERS):
        ax.plot(range(1, len(counts) + 1), counts, marker=marker, label=name)
    ax.set(xlabel="epoch", ylabel="mistakes", ylim=(-0.2, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax


def squeeze(along: Array, length: Array, gamma: float, radius: float) -> tuple[Axes, Axes]:
    """Draw why learning must stop: how far u comes along u*, its length, and the theorem's bounds.

    Args:
        along: (k + 1,) u . u* after each correction, from zero on.
        length: (k + 1,) length of u.
        gamma: margin of the data.
        radius: length of the longest input.

    Returns:
        the axes of the corrections that were made, and those that reach to the bound.
    """
    fig, axes = plt.subplots(1, 2, figsize=(6.0, 4.2))
    made, bound = len(along) - 1, (radius / gamma) ** 2
    for ax, last in zip(axes, (made + 2, 1.15 * bound), strict=True):
        k = np.linspace(0, last, 200)
        ax.plot(k, radius * np.sqrt(k), "--", color=BLUE, label=r"length is at most $R\sqrt{k}$")
        ax.plot(length, color=BLUE, marker="o", markersize=5, label="measured length")
        ax.plot(along, color=ORANGE, marker="s", markersize=5, label="measured progress")
        ax.plot(k, gamma * k, "--", color=ORANGE, label=r"progress is at least $\gamma k$")
        ax.set(xlabel="corrections $k$", xlim=(0, last), ylim=(0, None))
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes[0].set_title("as far as it went")
    axes[1].set_title("as far as it could go")
    axes[1].axvline(bound, color="gray", linewidth=1)
    handles, names = axes[0].get_legend_handles_labels()
    fig.legend(handles, names, loc="outside upper center", ncols=2)
    return axes[0], axes[1]


def bound_sweep(margins: Array, corrections: Array, bounds: Array) -> Axes:
    """Draw corrections and bounds, both (m,), against the margin (m,), on logarithmic axes."""
    _, ax = figure(6.0, 3.4)
    ax.plot(margins, bounds, "--", marker="s", color=ORANGE, label=r"bound $(R/\gamma)^2$")
    ax.plot(margins, corrections, marker="o", color=BLUE, label="corrections, measured")
    ax.set(xscale="log", yscale="log", xlabel=r"margin $\gamma$", ylabel="corrections")
    ax.set_xticks(margins, [f"{gamma:.2g}" for gamma in margins])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend()
    return ax
