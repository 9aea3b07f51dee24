"""Figures about gradients: slopes, directions, errors of approximations, passes through a network.

Functions to be drawn take one array of points and give one number a point.
"""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from matplotlib.ticker import NullFormatter

from coursekit.plotting.planes import heights
from coursekit.plotting.style import BLUE, COLORS, GREEN, MARKERS, ORANGE, figure, looks
from coursekit.validate import Array

Curve = Callable[[Array], Array]


def slope(
    f: Curve, at: float, derivative: float, *, name: str = "x", ylim: Sequence[float] | None = None
) -> Axes:
    """Draw a curve, (m,) -> (m,), around one place, and its tangent there; the title judges.

    Args:
        f: the curve; lower is better.
        at: the place, shown in the middle.
        derivative: slope of the tangent.
        name: of the number along the axis, written as a formula.
        ylim: lowest and highest value shown.
    """
    _, ax = figure(5.0, 3.4)
    x = np.linspace(at - 3, at + 3, 121)
    ax.plot(x, f(x), color=BLUE)
    here, near = float(f(np.array([at]))[0]), np.array([at - 1, at + 1])
    ax.plot(near, here + derivative * (near - at), color=ORANGE, linestyle="--")
    ax.plot(at, here, "o", color="black", markersize=9, zorder=3)
    better = "make it smaller" if derivative > 0 else "make it larger"
    ax.set(xlabel=f"${name}$", ylabel="loss", ylim=ylim)
    ax.set_title(f"slope {derivative:+.4f}: {better if derivative else 'leave it'}")
    return ax


def zoom(f: Curve, at: float, derivative: float, *, widths: Sequence[float] = (4, 1, 0.25)) -> None:
    """Draw a curve and its tangent at one place through windows of several widths."""
    _, axes = plt.subplots(1, len(widths), figsize=(6.0, 2.6))
    here = float(f(np.array([at]))[0])
    for ax, width in zip(np.atleast_1d(axes), widths, strict=True):
        x = np.linspace(at - width / 2, at + width / 2, 101)
        ax.plot(x, f(x), color=BLUE)
        ax.plot(x, here + derivative * (x - at), "--", color=ORANGE)
        ax.plot(at, here, "o", color="black")
        ax.set(title=f"{width:g} wide", xticks=(), yticks=())


def directions(
    f: Callable[[Array], Array], at: Array, gradient: Array, *, reach: float = 1.0
) -> None:
    """Draw the level lines of f, (m, 2) -> (m,), with arrows; and f along each arrow and beyond.

    Args:
        f: the function.
        at: (2,) where the arrows start.
        gradient: (2,) of f, there.
        reach: length of the arrows; a dot marks it on the curves, which go on.
    """
    _, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.3), width_ratios=(1.15, 1))
    unit = gradient / np.linalg.norm(gradient)
    ways = {"with": unit, "across": np.array([-unit[1], unit[0]]), "against": -unit}
    far = 1.6 * reach
    x, y = ((c - far, c + far) for c in at)
    lines = left.contour(*heights(f, x, y, 90), 12, colors="0.7")
    left.clabel(lines, fontsize=8)
    t = np.linspace(0, far, 97)
    dots = {"marker": "o", "markersize": 6, "markevery": [60]}  # where the arrows end
    for (name, way), color, style in zip(
        ways.items(), (ORANGE, BLUE, GREEN), ("-", ":", "--"), strict=True
    ):
        arrow = {"color": color, "width": 2, "headwidth": 9, "shrink": 0}
        left.annotate("", at + reach * way, at, arrowprops=arrow)
        left.text(*(at + 1.22 * reach * way), name, color=color, ha="center", va="center")
        right.plot(t, f(at + t[:, None] * way), style, color=color, label=name, **dots)
    left.plot(*at, "o", color="black", zorder=4)
    left.set(aspect="equal", xlabel="$w_1$", ylabel="$w_2$")
    right.set(xlabel="length of the step", ylabel="loss")
    right.legend()


def power_laws(
    x: Array,
    curves: Mapping[str, Array],
    *,
    xlabel: str,
    ylabel: str,
    guides: Mapping[str, tuple[float, float]] | None = None,
) -> Axes:
    """Draw curves on logarithmic axes, where a power of x is a straight line.

    Args:
        x: (m,) above 0.
        curves: name -> (m,) above 0.
        xlabel: of the horizontal axis.
        ylabel: of the vertical axis.
        guides: name -> (factor, power), drawn thin and dashed: factor * x^power.
    """
    _, ax = figure(6.0, 3.6)
    for name, y, color, marker in looks(curves, COLORS, MARKERS):
        ax.loglog(x, y, marker=marker, markersize=5, color=color, label=name)
    limits = ax.get_ylim()
    for name, (factor, power), style in looks(guides or {}, ("--", ":", "-.")):
        ax.loglog(x, factor * x**power, style, color="0.45", linewidth=1.2, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=limits)
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.yaxis.set_minor_formatter(NullFormatter())
    if len(curves) + len(guides or {}) > 1:
        ax.legend(fontsize=11)
    return ax


def nine_weights(
    x: Array, hidden: Array, output: float, w: Array, *, backward: bool = False
) -> Axes:
    """Draw a network of 2, 3 and 1 units with a number in each unit and on each connection.

    Args:
        x: (2,) numbers of the inputs.
        hidden: (3,) numbers of the hidden units.
        output: number of the output unit.
        w: (9,) numbers of the connections: two to each hidden unit, then three to the output.
        backward: the numbers are slopes of the loss, and the arrows point back.
    """
    _, ax = figure(5.2, 3.9)
    layers: tuple[Array, ...] = (x, hidden, np.array([output]))
    color = ORANGE if backward else BLUE
    names = (("x_1", "x_2"), ("h_1", "h_2", "h_3"), (r"\hat y",))
    places = [
        [(2.7 * k, 1.5 * ((len(layer) - 1) / 2 - i)) for i in range(len(layer))]
        for k, layer in enumerate(layers)
    ]
    ends = [(j, i) for i in range(3) for j in range(2)]
    wires = [(places[0][j], places[1][i], 0.37 if j else 0.64) for j, i in ends]
    wires += [(start, places[2][0], 0.45) for start in places[1]]
    for k, ((start, end, part), number) in enumerate(zip(wires, w, strict=True), 1):
        _wire(ax, start, end, backward)
        _write(ax, np.add(start, part * np.subtract(end, start)), f"$w_{k}$ {_short(number)}")
    for spots, layer, words in zip(places, layers, names, strict=True):
        for at, number, name in zip(spots, layer, words, strict=True):
            ax.add_patch(Circle(at, 0.5, facecolor="white", edgecolor=color, lw=2, zorder=3))
            text = f"${name}$\n{_short(number)}"
            ax.text(at[0], at[1], text, ha="center", va="center", fontsize=11, zorder=5)
    ax.set(xlim=(-0.6, 6.0), ylim=(-2.1, 2.1), aspect="equal")
    ax.axis("off")
    return ax


def _short(number: float) -> str:
    return f"{number:.3f}" if abs(number) < 0.1 else f"{number:.2f}"


def _wire(ax: Axes, start: tuple[float, float], end: tuple[float, float], backward: bool) -> None:
    """Draw one connection as an arrow that ends at the rim of a unit."""
    a, b = (end, start) if backward else (start, end)
    way = np.subtract(b, a) / np.linalg.norm(np.subtract(b, a))
    arrow = {"arrowstyle": "->", "color": "0.55", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", np.array(b) - 0.52 * way, np.array(a) + 0.52 * way, arrowprops=arrow)


def _write(ax: Axes, at: Array, text: str) -> None:
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    ax.text(at[0], at[1], text, fontsize=10, ha="center", va="center", bbox=ground, zorder=4)


def runs(losses: Array, solved: Array, *, levels: Mapping[str, float] | None = None) -> Axes:
    """Draw the loss of many runs, (runs, steps): those that solved their task, and the others.

    Args:
        losses: (runs, steps), above 0.
        solved: (runs,) of bool.
        levels: name -> loss of a landmark, drawn as a thin line.
    """
    _, ax = figure(6.0, 3.4)
    for mask, color, style, word in (
        (solved, BLUE, "-", "solved"),
        (np.logical_not(solved), ORANGE, "--", "not"),
    ):
        for i, loss in enumerate(losses[mask]):
            label = f"{word} ({mask.sum()} of {len(mask)})" if i == 0 else None
            ax.plot(loss, style, color=color, linewidth=1.3, label=label)
    for name, level in (levels or {}).items():
        ax.axhline(level, color="0.5", linewidth=1)
        ax.text(0.99, level, name, transform=ax.get_yaxis_transform(), ha="right", va="bottom")
    ax.set(xlabel="step", ylabel="loss", ylim=(0, None))
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.9))
    return ax
