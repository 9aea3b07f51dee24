"""Figures about networks that look at pictures: windows that slide, maps, and confusion tables.

Shapes: a picture or a map is (h, w), row 0 on top.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from coursekit.plotting.pictures import picture
from coursekit.plotting.style import BLUE, COLORS, ORANGE, figure
from coursekit.validate import at_least

Array = npt.NDArray[Any]


def tasks(pictures: Array, names: Sequence[Any]) -> None:
    """Draw three answers about four things: a class, a box a thing, and a class a pixel.

    Args:
        pictures: (4, h, w) in [0, 1], laid out two by two.
        names: of the four.

    Raises:
        ValueError: if there are not four of both.
    """
    if len(pictures) != 4 or len(names) != 4:
        raise ValueError(f"there must be 4 pictures and names, got {len(pictures)}, {len(names)}")
    _, h, w = pictures.shape
    _, axes = plt.subplots(1, 3, figsize=(6.4, 2.8))
    titles = ("classification", "detection", "segmentation")
    answers = ('"four digits"', "what, and where?", "which pixel is what?")
    for ax, title, answer in zip(axes, titles, answers, strict=True):
        picture(ax, np.block([[pictures[0], pictures[1]], [pictures[2], pictures[3]]]), title)
        ax.set_xlabel(answer)
    shade = np.ones((2 * h, 2 * w, 3))
    for k, color in enumerate(COLORS[:4]):
        row, column = h * (k // 2), w * (k % 2)
        inked = pictures[k] > 0.3
        (top, left), (bottom, right) = (f(np.argwhere(inked), axis=0) for f in (np.min, np.max))
        at, size = (column + left - 1, row + top - 1), (right - left + 2, bottom - top + 2)
        axes[1].add_patch(Rectangle(at, *size, fill=False, edgecolor=color, linewidth=2))
        axes[1].text(at[0] - 1, at[1] + 6, str(names[k]), color=color, ha="right", weight="bold")
        shade[row : row + h, column : column + w][inked] = to_rgb(color)
    axes[2].imshow(shade, interpolation="nearest")


def sliding(
    image: Array,
    result: Array,
    step: int,
    kernel_size: int,
    *,
    kernel: Array | None = None,
    stride: int = 1,
) -> None:
    """Draw a window on a picture, and the results so far, in numbers.

    Args:
        image: (h, w), as it is slid over.
        result: (rows, columns), one number a place.
        step: the place where the window is, from 0, row by row.
        kernel_size: pixels that the window covers, in both directions.
        kernel: (kernel_size, kernel_size) weights, written small into the window; none for pooling.
        stride: pixels from one place to the next.

    Raises:
        ValueError: if the result has no such place.
    """
    if not 0 <= step < result.size:
        raise ValueError(f"step must be from 0 to {result.size - 1}, got {step}")
    row, column = divmod(step, result.shape[1])
    top, left = stride * row, stride * column
    wide = {"width_ratios": (image.shape[1], result.shape[1])}
    _, (before, after) = plt.subplots(1, 2, figsize=(5.2, 3.0), gridspec_kw=wide)
    _numbers(before, image, "picture")
    _frame(before, top, left, kernel_size)
    if kernel is not None:
        for (i, j), weight in np.ndenumerate(kernel):
            at = (left + j + 0.42, top + i + 0.42)
            before.text(*at, f"×{weight:g}", fontsize=10, ha="right", va="bottom")
    known = np.arange(result.size).reshape(result.shape) <= step
    _numbers(after, result, "feature map", known)
    _frame(after, row, column, 1)


def _numbers(ax: Axes, table: Array, title: str, known: Array | None = None) -> None:
    """Write a table of numbers into squares; those not known yet stay empty."""
    h, w = table.shape
    for (i, j), value in np.ndenumerate(table):
        box = Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor="white", edgecolor="0.6", linewidth=0.8)
        ax.add_patch(box)
        if known is None or known[i, j]:
            ax.text(j, i, f"{value:.4g}", ha="center", va="center")
    ax.set(xlim=(-0.6, w - 0.4), ylim=(h - 0.4, -0.6), aspect="equal", xticks=(), yticks=())
    ax.set_title(title)
    ax.spines[:].set_visible(False)


def _frame(ax: Axes, top: int, left: int, size: int) -> None:
    at = (left - 0.5, top - 0.5)
    ax.add_patch(Rectangle(at, size, size, facecolor=BLUE, alpha=0.15))
    ax.add_patch(Rectangle(at, size, size, fill=False, edgecolor=BLUE, linewidth=3))


def geometry(stride: int, padding: int, *, size: int = 7, kernel_size: int = 3) -> Axes:
    """Draw along one axis where the kernel stands: the pixels on top, one bar a place below.

    Args:
        stride: pixels from one place to the next.
        padding: zeros at each end.
        size: pixels of the picture.
        kernel_size: pixels that the kernel covers.
    """
    at_least(stride, 1, "stride")
    at_least(size + 2 * padding, kernel_size, "size + 2 * padding")
    starts = range(-padding, size + padding - kernel_size + 1, stride)
    _, ax = figure(5.2, 3.2)
    for j in range(-padding, size + padding):
        inside = 0 <= j < size
        color, line = ("#CFE3F1", "-") if inside else ("white", ":")
        ax.add_patch(Rectangle((j, 0), 1, 1, facecolor=color, edgecolor="0.5", linestyle=line))
        mark, ink = ("x", "black") if inside else ("0", plt.rcParams["text.color"])
        ax.text(j + 0.5, 0.5, mark, ha="center", va="center", color=ink)
    for k, start in enumerate(starts):
        ax.add_patch(Rectangle((start + 0.08, -1.4 - k), kernel_size - 0.16, 0.7, color=ORANGE))
        ax.text(start + kernel_size / 2, -1.05 - k, str(k + 1), ha="center", va="center", color="w")
    reached = starts[-1] + kernel_size
    if reached < size + padding:
        left = size + padding - reached
        ax.add_patch(
            Rectangle((reached, 0), left, 1, fill=False, edgecolor="0.5", hatch="///", linewidth=0)
        )
    ax.set(xlim=(-2.2, size + 2.2), ylim=(-size - 3, 1.4))
    ax.set_axis_off()
    ax.set_title(f"{len(starts)} places")
    return ax


def volumes(stages: Sequence[tuple[str, tuple[int, ...]]]) -> Axes:
    """Draw what flows through a network: a box a stage, as high as the picture, as wide as deep.

    Args:
        stages: name and shape, (channels, h, w) or (units,).
    """
    _, ax = figure(5.9, 2.9)
    x = 0.0
    for name, shape in stages:
        height = shape[1] if len(shape) == 3 else 0.35 * shape[0] ** 0.6
        width = 0.6 + 0.09 * shape[0] if len(shape) == 3 else 1.0
        color = BLUE if len(shape) == 3 else ORANGE
        room = max(width, 4.6) + 1.4
        middle = x + room / 2
        box = Rectangle((middle - width / 2, -height / 2), width, height, color=color, alpha=0.45)
        ax.add_patch(box)
        ax.text(middle, 16, name, ha="center", va="bottom", fontsize=10.5)
        size = f"{shape[0]}\n×{shape[1]}×{shape[2]}" if len(shape) == 3 else f"{shape[0]:,}"
        ax.text(middle, -16, size, ha="center", va="top", fontsize=11)
        x += room
    ax.set(xlim=(0, x), ylim=(-24, 21))
    ax.set_axis_off()
    return ax


def confusion_table(counts: Array, names: Sequence[str]) -> Axes:
    """Draw how often each class (row) was answered by each class (column); the mistakes in colour.

    Args:
        counts: (k, k) whole numbers.
        names: of the k classes.

    Raises:
        ValueError: if counts is not (k, k).
    """
    table = np.asarray(counts)
    if table.shape != (len(names), len(names)):
        raise ValueError(f"counts must be {len(names)} by {len(names)}, got shape {table.shape}")
    wrong = np.where(np.eye(len(names), dtype=bool), 0, table)
    _, ax = figure(5.6, 5.0)
    ax.imshow(wrong, cmap="Oranges", vmin=0, vmax=1.4 * max(wrong.max(), 1))
    for (i, j), count in np.ndenumerate(table):
        if count:
            weight = "bold" if i == j else "normal"
            ax.text(j, i, str(count), ha="center", va="center", color="black", fontweight=weight)
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="the network says", ylabel="the truth")
    ax.tick_params(length=0)
    return ax
