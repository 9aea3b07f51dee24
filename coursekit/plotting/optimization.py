"""Figures about going downhill: loss surfaces, the paths on them, and how the losses fall.

A function to be drawn takes points, (m, 2), and gives one height a point, (m,).
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from coursekit.plotting.planes import Height, Limits, heights
from coursekit.plotting.style import BLUE, COLORS, LINES, MARKERS, figure, looks
from coursekit.validate import Array

BLUES = colormaps["Blues_r"]


def landscape(x: Array, y: Array, Z: Array, *, names: Sequence[str] = ("$w_1$", "$w_2$")) -> None:
    """Draw heights Z[y, x] twice: as a surface, and as a map of level lines.

    Args:
        x: (m,) places along the first axis.
        y: (k,) places along the second axis.
        Z: (k, m) heights above 0; the levels of the map are evenly spaced in their fourth roots.
        names: of the two axes.
    """
    fig = plt.figure(figsize=(6.4, 3.2))
    left = fig.add_subplot(1, 2, 1, projection="3d")
    left.plot_surface(*np.meshgrid(x, y), Z, cmap=BLUES, linewidth=0, rstride=2, cstride=2)
    left.set(xlabel=names[0], ylabel=names[1], zticks=())
    left.tick_params(labelsize=9, pad=-2)
    left.view_init(elev=38, azim=-60)
    right = fig.add_subplot(1, 2, 2)
    _map(right, x, y, Z)
    right.set(xlabel=names[0], ylabel=names[1])


def _map(ax: Axes, x: Array, y: Array, Z: Array) -> None:
    low, high = np.min(Z) ** 0.25, np.max(Z) ** 0.25
    levels = np.linspace(low, high, 14) ** 4
    ax.contourf(x, y, Z, levels=levels, cmap=BLUES, alpha=0.55)
    ax.contour(x, y, Z, levels=levels, colors="0.45", linewidths=0.6)


def descent(
    f: Height,
    paths: Mapping[str, Array],
    *,
    xlim: Limits,
    ylim: Limits,
    ends: Sequence[tuple[float, float]] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw paths over the level lines of f: from the ring, a dot a step, to the larger mark.

    Args:
        f: the function.
        paths: name -> (steps, 2) places; what lies outside the limits is cut off.
        xlim: lowest and highest first weight.
        ylim: lowest and highest second weight.
        ends: minima, marked by a star.
        ax: axes to draw on; new ones by default.
    """
    if ax is None:
        _, ax = figure(5.0, 3.8)
    _map(ax, *heights(f, xlim, ylim))
    for name, path, color, marker in looks(paths, ("#000000", *COLORS[1:4], BLUE), MARKERS):
        shown = np.clip(path, -1e3, 1e3)
        ax.plot(*shown.T, ".", markersize=6, color=color)
        (line,) = ax.plot(*shown.T, marker=marker, markersize=7, color=color, linewidth=1.4)
        line.set(markevery=[len(path) - 1], label=name)
    start = next(iter(paths.values()))[0]
    ax.plot(*start, "o", markersize=12, markerfacecolor="none", color="black", zorder=5)
    for end in ends:
        ax.plot(*end, "*", markersize=15, color="white", markeredgecolor="black", zorder=6)
    ax.set(xlim=xlim, ylim=ylim, xlabel="$w_1$", ylabel="$w_2$")
    if len(paths) > 1:
        ax.figure.legend(loc="outside upper center", ncols=3, fontsize=11)
    return ax


def loss_curves(
    losses: Mapping[str, Array],
    *,
    xlabel: str = "step",
    every: float = 1,
    log: bool = True,
    ylim: Limits | None = None,
    ylabel: str = "loss",
) -> Axes:
    """Draw losses against the step: one run, (m,), or the mean and spread of many, (runs, m).

    Args:
        losses: name -> losses; a band reaches one standard deviation over the runs to each side.
        xlabel: of the horizontal axis.
        every: steps from one value to the next.
        log: whether the loss has a logarithmic axis.
        ylim: lowest and highest loss shown.
        ylabel: of the vertical axis.
    """
    _, ax = figure(6.0, 3.5)
    for name, values, color, style in looks(losses, COLORS, LINES):
        runs = np.atleast_2d(values)
        x, mean = every * np.arange(runs.shape[1]), runs.mean(axis=0)
        ax.plot(x, mean, linestyle=style, color=color, label=name)
        if len(runs) > 1:
            off = runs.std(axis=0, ddof=1)
            ax.fill_between(x, np.maximum(mean - off, 1e-9), mean + off, color=color, alpha=0.15)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear", ylim=ylim)
    ax.legend(fontsize=11, ncols=2)
    return ax


def race(steps: Mapping[str, Mapping[str, float]], *, most: int) -> Axes:
    """Draw how many steps each method needs on each surface, on a logarithmic axis.

    Args:
        steps: surface -> method -> steps; infinity for a method that did not arrive.
        most: steps after which a run was given up.
    """
    _, ax = figure(6.0, 1.0 + 0.9 * len(steps))
    known: set[str] = set()
    for row, methods in enumerate(steps.values()):
        ax.axhspan(row - 0.46, row + 0.46, color="0.95", zorder=0)
        for k, (method, count) in enumerate(methods.items()):
            at = min(count, 4 * most)
            ax.plot(
                at, row + 0.17 * (k - 2), MARKERS[k], color=COLORS[k], markersize=7,
                label=None if method in known else method,
            )  # fmt: skip
            known.add(method)
    ax.axvline(2 * most, color="0.5", linestyle=":", linewidth=1)
    ticks = [10**k for k in range(7) if 10**k <= most]
    ax.set(xscale="log", xlabel="steps until it stays at the minimum")
    ax.set_xticks([*ticks, 4 * most], [*(f"{tick:,}" for tick in ticks), "never"])
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_yticks(range(len(steps)), list(steps))
    ax.invert_yaxis()
    ax.figure.legend(loc="outside upper center", ncols=3, fontsize=11)
    return ax
