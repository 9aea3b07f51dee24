"""Figures about networks: their layers, what they compute, and how a loss judges them.

Shapes: X is (n, 2) and y is (n,) with labels in {0, 1}, unless a function says otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Circle
from matplotlib.ticker import NullFormatter

from coursekit.plotting.planes import heights
from coursekit.plotting.style import BLUE, COLORS, GREEN, LINES, MARKERS, ORANGE, figure, looks
from coursekit.validate import Array, labelled

INK, PAPER = "#222222", "#fefefe"  # on a ground of their own: they stay in the dark theme
Layer = tuple[Array, Array]  # weights (out, in), biases (out,)
FORWARD = (
    "1. the network",
    "2. the first layer is the input",
    r"3. the weights, one row a unit: $W$",
    r"4. the input of layer 2: $z = W a + b$",
    r"5. the activation: $a = f(z)$",
    "6. the output of layer 2 goes into layer 3",
    r"7. in full: $W^{(2,3)} f(W^{(1,2)} a^{(1)} + b^{(2)}) + b^{(3)}$",
)


def region(
    predict: Callable[[Array], Array], X: Array, y: Array, *, ax: Axes | None = None, pad: float = 1
) -> Axes:
    """Shade where `predict`, (m, 2) -> (m,), answers 1, and ring each mistake; the title counts."""
    X, y = labelled(X, y, allowed=(0, 1))
    if ax is None:
        _, ax = figure(4.6, 4.0)
    low, high = X.min(axis=0) - pad, X.max(axis=0) + pad
    extent = (low[0], high[0], low[1], high[1])
    _, _, fires = heights(predict, extent[:2], extent[2:], 220)
    shades = ListedColormap(["white", "#F4D4BB"])  # FIRES on white: pictures do not follow the page
    ax.imshow(fires, cmap=shades, vmin=0, vmax=1, origin="lower", extent=extent)
    for label, size in ((0, 90), (1, 80)):
        x1, x2 = X[y == label].T
        ax.scatter(x1, x2, s=size, color=COLORS[label], marker=MARKERS[label], ec=PAPER, zorder=3)
    wrong = predict(X) != y
    x1, x2 = X[wrong].T
    ax.scatter(x1, x2, 340, facecolor="none", edgecolor=INK, linewidth=2, zorder=4)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=extent[:2], ylim=extent[2:])
    count = int(wrong.sum())
    ax.set_title(f"{count} mistake{'' if count == 1 else 's'}")
    return ax


def networks(panels: Mapping[str, Sequence[int]]) -> None:
    """Draw one network a panel, title -> units of each layer, input first, every edge drawn."""
    _, axes = plt.subplots(1, len(panels), figsize=(6.0, 3.0), squeeze=False)
    for ax, (title, sizes) in zip(axes[0], panels.items(), strict=True):
        places = _places(sizes, 1.0)
        for before, after in pairwise(places):
            for start in before:
                for end in after:
                    ax.plot(*zip(start, end, strict=True), color="0.75", lw=0.8, zorder=1)
        for k, layer in enumerate(places):
            color = BLUE if k == 0 else GREEN if k == len(places) - 1 else ORANGE
            for at in layer:
                ax.add_patch(Circle(at, 0.26, fc="white", ec=color, lw=2, zorder=2))
        most = max(sizes) / 2
        ax.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-most, most), aspect="equal", title=title)
        ax.axis("off")


def _places(sizes: Sequence[int], width: float) -> list[list[tuple[float, float]]]:
    """Return the centre of each unit, layer by layer from left to right, each from the top."""
    return [[(k * width, (n - 1) / 2 - i) for i in range(n)] for k, n in enumerate(sizes)]


def forward_step(step: int, x: Array, layers: tuple[Layer, Layer]) -> None:
    """Draw the forward pass of one example as far as a step, 1 to 7: units above, numbers below.

    Args:
        step: 1 network, 2 inputs, 3 weights, 4 logits, 5 activations, 6 next layer, 7 outputs.
        x: (d,) the example.
        layers: the hidden layer, with ReLU, and the output layer, without activation.

    Raises:
        ValueError: if step is not from 1 to 7.
    """
    if step not in range(1, 8):
        raise ValueError(f"step must be from 1 to 7, got {step!r}")
    (W, b), (V, c) = layers
    z = W @ x + b
    a = np.maximum(z, 0)
    texts: list[Array | None] = [x if step >= 2 else None]
    texts += [None if step < 4 else z if step == 4 else a, V @ a + c if step == 7 else None]
    _, (above, below) = plt.subplots(2, 1, figsize=(5.4, 4.9), height_ratios=(3, 2))
    places = _places((len(x), len(b), len(c)), 3.0)
    lit = {3: 0, 4: 0, 6: 1, 7: 1}.get(step)
    for k, weights in enumerate((W, V)):
        _edges(above, places[k], places[k + 1], weights if k == lit else None)
    for k, (layer, values) in enumerate(zip(places, texts, strict=True)):
        for i, at in enumerate(layer):
            text = "" if values is None else f"{values[i]:g}"
            above.add_patch(
                Circle(at, 0.4, fc="white", ec=(BLUE, ORANGE, GREEN)[k], lw=2, zorder=2)
            )
            above.text(*at, text, ha="center", va="center", fontsize=14, zorder=3)
    above.set(xlim=(-0.7, 6.7), ylim=(-2.1, 2.1), aspect="equal")
    above.set_title(FORWARD[step - 1], fontsize=14)
    if step < 6:
        _equation(below, step, ("W^{(1,2)}", "a^{(1)}", "b^{(2)}", "z^{(2)}"), (W, x, b, z, a))
    else:
        _equation(
            below, step - 3, ("W^{(2,3)}", "a^{(2)}", "b^{(3)}", "z^{(3)}"), (V, a, c, V @ a + c)
        )
    for ax in (above, below):
        ax.axis("off")


def _edges(
    ax: Axes, before: list[tuple[float, float]], after: list[tuple[float, float]], w: Array | None
) -> None:
    """Draw every edge; with weights, (after, before): orange above 0, blue below, none at 0."""
    for j, start in enumerate(before):
        for i, end in enumerate(after):
            value = 0.0 if w is None else w[i, j]
            color = ORANGE if value > 0 else BLUE if value < 0 else "#9a9a9a"
            style = "--" if value < 0 else "-"
            line = list(zip(start, end, strict=True))
            ax.plot(*line, style, color=color, lw=0.8 + 1.2 * abs(value), zorder=1)


def _equation(ax: Axes, step: int, names: Sequence[str], parts: Sequence[Array]) -> None:
    """Write W, a, b, z and f(z) in brackets, each from its step on, and the signs between."""
    places = ((0.2, 3), (3.3, 2), (4.7, 4), (6.1, 4), (7.7, 5))
    for name, values, (left, since) in zip((*names, "f(z)"), parts, places, strict=False):
        if step < since:
            continue
        rows = values.reshape(len(values), -1)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                at = (left + 0.7 * j, (len(rows) - 1) / 2 - i)
                ax.text(*at, f"{value:g}", fontsize=14, ha="center", va="center")
        ends, high = (left - 0.4, left + 0.7 * rows.shape[1] - 0.3), (len(rows) - 1) / 2 + 0.45
        for x, turn in zip(ends, (0.12, -0.12), strict=True):
            ax.plot([x + turn, x, x, x + turn], [-high, -high, high, high], color="black", lw=1.2)
        ax.text(sum(ends) / 2, 2.5, f"${name}$", fontsize=14, ha="center", va="center")
    for x, sign in ((4.0, "+"), (5.4, "=")):
        ax.text(x, 0, sign if step >= 4 else "", fontsize=16, ha="center", va="center")
    ax.set(xlim=(-0.4, 8.3), ylim=(-2.1, 2.8))


def hidden_space(X: Array, H: Array, y: Array) -> None:
    """Draw the inputs X beside what the hidden layer makes of them, H (n, 2), and a line there."""
    _, axes = plt.subplots(1, 2, figsize=(6.0, 3.2))
    for ax, points, name in ((axes[0], X, "x"), (axes[1], H, "h")):
        for label, size in ((0, 130), (1, 120)):
            x1, x2 = points[y == label].T
            ax.scatter(x1, x2, s=size, color=COLORS[label], marker=MARKERS[label], zorder=3)
        for point, at in zip(X.astype(int), points, strict=True):
            text, shared = f"({point[0]}, {point[1]})", name == "h" and point.sum() == 1
            lift = -24 - 16 * point[0] if shared else 10  # (0, 1) and (1, 0) fall on one place
            ax.annotate(text, at, (0, lift), textcoords="offset points", ha="center")
        ax.set(xlabel=f"${name}_1$", ylabel=f"${name}_2$", xlim=(-0.5, 2.5), ylim=(-0.75, 1.5))
    axes[1].plot([-0.2, 2.5], [-0.35, 1.0], color="black", zorder=1)  # h1 - 2 h2 = 1/2
    axes[0].set(title="the inputs", xlim=(-0.4, 1.4))
    axes[1].set_title("in the hidden layer")


def activations(z: Array, panels: Mapping[str, tuple[Array, Array]]) -> None:
    """Draw a small panel for each name -> (values, slopes), both of the shape of z."""
    rows = -(-len(panels) // 3)
    _, axes = plt.subplots(rows, 3, figsize=(6.0, 2.1 * rows + 0.4), sharex=True, sharey=True)
    for ax, (name, (value, slope)) in zip(axes.flat, panels.items(), strict=True):
        ax.axhline(0, color="0.8", lw=1)
        ax.plot(z, value, color=BLUE, label="value")
        ax.plot(z, slope, "--", color=ORANGE, label="slope")
        ax.set(title=name, ylim=(-1.4, 2.4), xticks=(-3, 0, 3), yticks=(-1, 0, 1, 2))
    axes.flat[0].figure.legend(
        *axes.flat[0].get_legend_handles_labels(), loc="outside upper right", ncols=2
    )


def curves(
    x: Array, lines: Mapping[str, Array], xlabel: str, ylabel: str, ylim: tuple[float, float]
) -> Axes:
    """Draw one line for each entry name -> values, (m,), against x, (m,)."""
    _, ax = figure(5.2, 3.2)
    for name, values, style in looks(lines, LINES):
        ax.plot(x, values, linestyle=style, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(x[0], x[-1]), ylim=ylim)
    ax.legend()
    return ax


def error_curves(widths: Sequence[int], errors: Mapping[str, Sequence[float]]) -> Axes:
    """Draw, on logarithmic axes, the error of each kind of network against its width."""
    _, ax = figure(5.2, 3.2)
    for name, values, marker in looks(errors, MARKERS):
        ax.plot(widths, values, marker=marker, label=name)
    ax.set(xscale="log", yscale="log", xlabel="hidden units", ylabel="largest error")
    ax.set_xticks(widths, [str(n) for n in widths])
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.legend()
    return ax


def shares(names: Sequence[str], logits: Array) -> None:
    """Draw logits, (k,), their exponentials, and the shares of these: the way of a softmax."""
    powers = np.exp(logits)
    panels = {"logit": logits, "exp(logit)": powers, "share: softmax": powers / powers.sum()}
    _, axes = plt.subplots(1, 3, figsize=(6.0, 2.6))
    limits = ((-3.1, 3.9), (0, 26), (0, 1.25))
    for ax, (title, values), limit in zip(axes, panels.items(), limits, strict=True):
        bars = ax.bar(names, values, color=COLORS[: len(names)])
        ax.bar_label(bars, [f"{value:.3g}" for value in values], padding=2)
        ax.axhline(0, color="black", lw=1)
        ax.set(title=title, ylim=limit, yticks=())


def centres(values: Array, marks: Mapping[str, float]) -> Axes:
    """Draw numbers, (n,), on a line from 0 to 20, and a named mark at each of some places."""
    _, ax = figure(5.2, 2.2)
    ax.plot(values, np.zeros(len(values)), "o", color="black", ms=11, alpha=0.6, zorder=3)
    for k, (name, place) in enumerate(marks.items()):
        ax.plot([place, place], [-0.5, 1 + 0.6 * k], color=COLORS[k], zorder=2)
        ax.text(
            place + 0.3, 0.85 + 0.6 * k, f"{name}: {place:g}",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    ax.set(xlim=(-0.5, 20.5), ylim=(-0.5, 2.0), yticks=(), xlabel="target $y$")
    ax.spines["left"].set_visible(False)
    return ax
