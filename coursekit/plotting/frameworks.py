"""Figures about libraries: who stands on whom, the same network twice, a translator unrolled.

Shapes: losses are (epochs,) for each library; a block of activations is (channels, height, width).
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from coursekit.plotting.shapes import arrow, box
from coursekit.plotting.style import COLORS, LINES, figure
from coursekit.validate import Array, at_least

GREY, PALE = "0.92", "#D6E9F5"


def library_stack(storeys: Sequence[Sequence[tuple[str, float, float]]]) -> Axes:
    """Draw libraries as boxes in storeys, the lowest first: each stands on those below it.

    Args:
        storeys: the boxes of each: name, left end and right end, in inches, from 0 to 6.
    """
    _, ax = figure(6.2, 0.82 * len(storeys) + 0.2)
    for level, boxes in enumerate(storeys):
        for name, left, right in boxes:
            color = PALE if level % 2 else GREY
            middle = ((left + right) / 2, level)
            box(ax, middle, right - left - 0.1, 0.8, name, facecolor=color, edgecolor="0.4")
    ax.set(xlim=(0, 6), ylim=(-0.5, len(storeys) - 0.5))
    ax.axis("off")
    return ax


def flatten_orders(channels: int, height: int, width: int) -> None:
    """Number the entries of a block (channels, height, width) and lay them out in both orders."""
    at_least(channels, 1, "channels")
    at_least(height * width, 1, "height * width")
    block = np.arange(channels * height * width).reshape(channels, height, width)
    _, axes = plt.subplots(3, 1, figsize=(5.8, 3.6), height_ratios=(height + 0.3, 1, 1))
    for c in range(channels):
        for i, j in np.ndindex(height, width):
            _cell(axes[0], c * (width + 1) + j, -i, int(block[c, i, j]), COLORS[c])
    first, last = block.ravel(), block.transpose(1, 2, 0).ravel()
    for ax, order in zip(axes[1:], (first, last), strict=True):
        for k, value in enumerate(order):
            _cell(ax, k, 0, int(value), COLORS[value // (height * width)])
    names = ("a block: one square a channel", "channels first: PyTorch, NumPy here")
    for ax, name in zip(axes, (*names, "channels last: Keras"), strict=True):
        rows = height if ax is axes[0] else 1
        ax.set(xlim=(-0.6, block.size - 0.4), ylim=(0.4 - rows, 0.6), aspect="equal", anchor="W")
        ax.axis("off")
        ax.set_title(name, loc="left")


def twins(losses: Mapping[str, Array], reference: str) -> None:
    """Draw losses, (epochs,), of one network in several libraries, and how far each is off.

    Args:
        losses: library -> its loss in each epoch.
        reference: the library to which the others are compared, in the panel on the right.

    Raises:
        ValueError: if the reference has no losses.
    """
    if reference not in losses:
        raise ValueError(f"reference must be one of {sorted(losses)}, got {reference!r}")
    fig, (left, right) = plt.subplots(1, 2, figsize=(6.0, 3.8))
    for k, (name, values) in enumerate(losses.items()):
        epochs = np.arange(1, len(values) + 1)
        look = {"color": COLORS[k], "linestyle": LINES[k % len(LINES)]}
        left.plot(epochs, values, linewidth=6 - k, label=name, **look)
        if name != reference:
            off = np.abs(np.asarray(values) - losses[reference])
            right.plot(epochs, np.maximum(off, 1e-10), marker="o", **look)
    left.set(xlabel="epoch", ylabel="training loss", ylim=(0, None))
    right.set(xlabel="epoch", yscale="log", title=f"distance from {reference}", ylim=(1e-10, 1))
    for ax in (left, right):
        ax.set_xticks(epochs)
    fig.legend(loc="outside upper center", ncols=2, handlelength=3.2)


def translator(words: Sequence[str], answer: Sequence[str]) -> Axes:
    """Draw an encoder that reads words and a decoder that writes the answer, step by step.

    Below each step stands what it is given, above it what it should say; the decoder is given the
    right answer, one place later.
    """
    given = [*words, "start", *answer[:-1]]
    _, ax = figure(0.7 * len(given), 2.9)
    for k, token in enumerate(given):
        reads = k < len(words)
        color = PALE if reads else "#FBE3CF"
        box(ax, (k, 0), 0.74, 0.55, "GRU", facecolor=color, edgecolor="0.4")
        ax.text(k, -1.0, token, ha="center", va="center", rotation=0 if len(token) < 6 else 30)
        arrow(ax, (k, -0.76), (k, -0.34))
        if k:
            arrow(ax, (k - 0.6, 0), (k - 0.4, 0))
        if not reads:
            arrow(ax, (k, 0.34), (k, 0.76))
            ax.text(k, 1.0, answer[k - len(words)], ha="center", va="center", weight="bold")
    middle = len(words) - 0.5
    ax.plot([middle, middle], [-1.3, 1.3], ":", color="0.5", linewidth=1)
    ax.text((len(words) - 1) / 2, 1.55, "encoder: reads", ha="center", va="center")
    ax.text(middle + len(answer) / 2, 1.55, "decoder: writes", ha="center", va="center")
    ax.set(xlim=(-0.6, len(given) - 0.4), ylim=(-1.4, 1.75))
    ax.axis("off")
    return ax


def _cell(ax: Axes, x: float, y: float, value: int, color: str) -> None:
    """Draw one square with its number."""
    ax.add_patch(Rectangle((x - 0.45, y - 0.45), 0.9, 0.9, facecolor="white", edgecolor=color))
    ax.text(x, y, str(value), ha="center", va="center", color=color)
