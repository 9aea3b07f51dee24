"""Pictures side by side: images, kernels and feature maps, grey or in the colours of their signs.

Shapes: a picture is (h, w), row 0 on top.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coursekit.plotting.style import SIGNED

Array = npt.NDArray[Any]


def picture(ax: Axes, image: Array, title: str = "", **look: Any) -> None:
    """Draw one picture, grey if nothing is negative, else blue for less and orange for more.

    Args:
        ax: axes to draw on.
        image: (h, w) numbers; the scale is its own.
        title: text above.
        look: what imshow is to do otherwise.
    """
    most = float(np.abs(image).max()) or 1.0
    if image.min() < 0:
        look = {"cmap": SIGNED, "vmin": -most, "vmax": most, **look}
    else:
        look = {"vmin": 0, "vmax": most, **look}
    ax.imshow(image, interpolation="nearest", **look)
    ax.set(xticks=(), yticks=())
    ax.set_title(title, fontsize=12)
    ax.spines[:].set(visible=True, color="#999999")


def image_row(images: Sequence[Array], titles: Sequence[object] | None = None) -> Figure:
    """Draw small grey images, each (h, w), 0 white and 1 black, side by side.

    Raises:
        ValueError: if there is no image, or not one title for each.
    """
    if len(images) == 0:
        raise ValueError("images must not be empty")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"titles must be one per image, {len(images)}, got {len(titles)}")
    n = len(images)
    side = min(6.0 / n, 2.0)  # inches
    fig, axes = plt.subplots(1, n, figsize=(side * n, side + 0.35), squeeze=False)
    named = [""] * n if titles is None else titles
    for ax, image, title in zip(axes[0], images, named, strict=True):
        picture(ax, image, str(title), cmap="gray_r", vmin=0, vmax=1)
    return fig


def maps(images: Mapping[str, Array] | Sequence[Array | None], *, columns: int = 8) -> None:
    """Draw pictures, kernels or feature maps in rows; each has a scale of its own.

    Args:
        images: (h, w) each, by title if it is a mapping; grey if nothing in it is negative, else
            blue for less than 0 and orange for more; None leaves a gap.
        columns: pictures in a row.

    Raises:
        ValueError: if there is no picture.
    """
    titled = isinstance(images, Mapping)
    named = list(images.items()) if isinstance(images, Mapping) else [("", x) for x in images]
    if not named:
        raise ValueError("images must not be empty")
    columns = min(columns, len(named))
    rows = -(-len(named) // columns)
    side = min(6.4 / columns, 2.0)
    size = (side * columns, (side + 0.3 * titled) * rows)
    _, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    gaps = [("", None)] * (rows * columns - len(named))
    for ax, (title, image) in zip(axes.flat, [*named, *gaps], strict=True):
        if image is None:
            ax.set_axis_off()
        else:
            picture(ax, image, title)


def pixel_maps(images: Mapping[str, Array]) -> None:
    """Draw square pictures in one row by `maps`, title -> their pixels one after another, (k * k,).

    Raises:
        ValueError: if the pixels of one are no square.
    """
    squares = {}
    for title, values in images.items():
        side = round(len(values) ** 0.5)
        if side * side != len(values):
            raise ValueError(f"{title} must be a square image, got {len(values)} values")
        squares[title] = values.reshape(side, side)
    maps(squares, columns=len(squares))
