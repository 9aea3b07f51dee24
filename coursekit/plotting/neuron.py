"""Drawings of a neuron: the cell in the brain, and the unit that is modelled on it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from coursekit.plotting.shapes import arrow
from coursekit.plotting.style import BLUE, GREEN, ORANGE, figure

Points = Sequence[tuple[float, float]]

# the strokes of the cell: a start, a point on the way, an end
DENDRITES = (
    ((2.2, 0.3), (1.4, 1.0), (0.5, 1.4)),
    ((1.4, 1.0), (1.1, 1.4), (1.1, 2.0)),
    ((2.0, 0.0), (1.2, 0.1), (0.2, 0.2)),
    ((1.2, 0.1), (0.8, -0.1), (0.4, -0.6)),
    ((2.2, -0.3), (1.6, -1.0), (0.7, -1.5)),
    ((1.6, -1.0), (1.4, -1.4), (1.4, -2.0)),
)
AXON = ((2.9, 0.0), (4.5, 0.25), (6.3, 0.0))
ENDINGS = (
    ((6.3, 0.0), (6.9, 0.6), (7.6, 1.0)),
    ((6.3, 0.0), (7.0, 0.02), (7.7, 0.0)),
    ((6.3, 0.0), (6.9, -0.6), (7.6, -1.0)),
)
NEXT_CELL = (
    ((7.95, 1.05), (8.35, 1.3), (8.9, 1.4)),
    ((8.05, 0.0), (8.45, 0.05), (9.0, 0.2)),
    ((7.95, -1.05), (8.35, -1.3), (8.9, -1.4)),
)
LABELS = (
    ("dendrites", (2.3, 2.2), (1.25, 1.4)),
    ("cell body", (3.3, -1.9), (2.7, -0.65)),
    ("axon", (4.6, 1.2), (4.6, 0.35)),
    ("synapses", (6.4, 2.1), (7.72, 1.2)),
    ("next cell", (7.6, -2.2), (8.55, -1.45)),
)
STEPS = ("inputs", "times weights", "summed with the bias: the logit", "activated: the output")
TIP = {"arrowstyle": "-|>", "mutation_scale": 14}


def _canvas(height: float, xlim: tuple[float, float], ylim: tuple[float, float]) -> Axes:
    """Return empty axes without a frame, a unit as long in x as in y."""
    _, ax = figure(6.0, height)
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return ax


def _stroke(ax: Axes, points: Points, color: str, width: float) -> None:
    """Draw a smooth line through three points."""
    start, through, end = (np.array(p) for p in points)
    t = np.linspace(0, 1, 25)[:, None]
    handle = 2 * through - (start + end) / 2  # of a quadratic Bezier curve
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * handle + t**2 * end
    ax.plot(*curve.T, color=color, linewidth=width, solid_capstyle="round", zorder=1)


def _node(ax: Axes, x: float, y: float, text: str, color: str) -> None:
    """Draw a white circle with a coloured rim and a name in it."""
    ax.add_patch(Circle((x, y), 0.58, facecolor="white", edgecolor=color, linewidth=2.5, zorder=2))
    ax.text(x, y, text, fontsize=15, ha="center", va="center", zorder=3)


def biological_neuron() -> Axes:
    """Draw a nerve cell: dendrites, cell body, axon, and its synapses onto the next cell."""
    ax = _canvas(3.2, (0, 9.2), (-2.5, 2.6))
    for strokes, color, width in (
        (DENDRITES, BLUE, 3.0),
        ((AXON,), ORANGE, 4.0),
        (ENDINGS, ORANGE, 3.0),
        (NEXT_CELL, GREEN, 3.0),
    ):
        for points in strokes:
            _stroke(ax, points, color, width)
    for points in ENDINGS:
        ax.add_patch(Circle(points[-1], 0.13, color=ORANGE, zorder=2))
    body = Circle((2.45, 0), 0.62, facecolor="#cfe3f1", edgecolor=BLUE, linewidth=3, zorder=2)
    ax.add_patch(body)
    ax.add_patch(Circle((2.45, 0), 0.2, color=BLUE, zorder=3))
    for text, at, to in LABELS:
        pointer = {"arrowstyle": "-", "linewidth": 1}
        ax.annotate(text, to, at, fontsize=13, ha="center", va="center", arrowprops=pointer)
    arrow(ax, (3.5, -0.4), (5.9, -0.4), **TIP)
    ax.text(4.7, -0.9, "the impulse", ha="center", fontsize=12)
    return ax


def unit_diagram(step: int = 4) -> Axes:
    """Draw a unit with two inputs, as far as a step: 1 inputs, 2 weights, 3 sum, 4 activation.

    Raises:
        ValueError: if step is not 1, 2, 3 or 4.
    """
    if step not in (1, 2, 3, 4):
        raise ValueError(f"step must be 1, 2, 3 or 4, got {step!r}")
    ax = _canvas(3.0, (-0.7, 9.3), (-2.4, 2.6))
    ax.text(5.6, 2.1, f"{step}. {STEPS[step - 1]}", fontsize=13, ha="center")
    for name, weight, y in (("$x_1$", "$w_1$", 1.7), ("$x_2$", "$w_2$", 0.0), ("1", "$b$", -1.7)):
        if name == "1" and step < 3:
            continue
        _node(ax, 0, y, name, "gray" if name == "1" else BLUE)
        if step >= 2:
            arrow(ax, (0.6, y), (3.5, 0.35 * float(np.sign(y))), **TIP)
            ax.text(1.9, 0.58 * y + 0.3, weight, fontsize=15, ha="center", color=ORANGE)
    if step >= 3:
        _node(ax, 4.1, 0, r"$\Sigma$", GREEN)
        arrow(ax, (4.7, 0), (6.0, 0), **TIP)
        ax.text(5.35, 0.3, "$z$", fontsize=15, ha="center")
    if step == 4:
        _node(ax, 6.6, 0, "$f$", GREEN)
        arrow(ax, (7.2, 0), (8.3, 0), **TIP)
        ax.text(8.75, 0, r"$\hat y$", fontsize=16, ha="center", va="center")
    return ax
