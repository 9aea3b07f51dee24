"""Figures of what is inside a network: layers, neighbours, patches, and maps over images.

Images are (h, w), 0 white and 1 black; NaN, outside an image, is drawn pale blue.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from coursekit.plotting.style import COLORS, LINES, MARKERS, ORANGE, SIGNED, figure, looks
from coursekit.validate import Array

OUTSIDE = "#CFE8F7"
INK = colormaps["gray_r"].with_extremes(bad=OUTSIDE)
HEAT = LinearSegmentedColormap.from_list("heat", ["white", COLORS[6], ORANGE, "black"])


def layer_scores(
    scores: Mapping[str, npt.ArrayLike],
    layers: Sequence[object],
    ylabel: str,
    *,
    chance: float | None = None,
) -> Axes:
    """Draw a score against depth, one line for each entry, with the spread over the runs.

    Args:
        scores: name -> (layers,) for one run, or (runs, layers); bars reach one standard deviation.
        layers: names along the axis.
        ylabel: what the score is.
        chance: score of a blind guess, drawn as a thin line.
    """
    _, ax = figure(6.0, 3.6)
    places = np.arange(len(layers))
    for name, values, color, marker, style in looks(scores, COLORS, MARKERS, LINES):
        runs = np.atleast_2d(np.asarray(values, dtype=float))
        off = runs.std(axis=0, ddof=1) if len(runs) > 1 else None
        ax.errorbar(
            places, runs.mean(axis=0), off, color=color, marker=marker, linestyle=style,
            capsize=3, label=name,
        )  # fmt: skip
    if chance is not None:
        ax.axhline(chance, color="0.5", linewidth=1, linestyle=":")
        ax.annotate(
            "chance", (places[-1], chance), (0, 3), ha="right", fontsize=11, color="0.35",
            textcoords="offset points",
        )  # fmt: skip
    ax.set_xticks(places, [str(name) for name in layers])
    ax.set(xlabel="layer", ylabel=ylabel)
    ax.figure.legend(loc="outside upper center", ncols=2, fontsize=11)
    return ax


def layer_strips(vectors: Mapping[str, Array], names: Sequence[str]) -> None:
    """Draw the vectors of a few examples layer by layer: one panel a layer, a row an example.

    Args:
        vectors: layer -> (examples, units), 0 or more; the darker, the larger in its layer.
        names: of the examples.
    """
    height = (0.12 * len(names) + 0.42) * len(vectors)
    _, axes = plt.subplots(len(vectors), 1, figsize=(6.4, height))
    for ax, (layer, rows) in zip(np.atleast_1d(axes), vectors.items(), strict=True):
        ax.imshow(rows, cmap=HEAT, vmin=0, aspect="auto", interpolation="nearest")
        ax.set_title(f"{layer}: {rows.shape[1]} numbers", loc="left")
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(left=False)
        ax.set_xticks([])


def tiles(
    rows: Mapping[str, Sequence[npt.ArrayLike]],
    titles: Mapping[str, Sequence[object]] | None = None,
    *,
    height: float = 0.62,
) -> None:
    """Draw rows of small images, each row with its name on the left.

    Args:
        rows: name -> images, each (h, w), or (h, w, 3) in colour; rows may differ in length.
        titles: name of a row -> one title an image.
        height: inches of an image.
    """
    longest = max(len(images) for images in rows.values())
    room = 0.24 if titles else 0.06
    fig, ax = plt.subplots(
        figsize=(min(6.9, 1.1 + height * longest), (height + room) * len(rows) + 0.1)
    )
    fig.suppressComposite = True  # each image stays an image of its own
    middles = [-k * (1 + room / height) for k in range(len(rows))]
    for middle, (name, images) in zip(middles, rows.items(), strict=True):
        for k, image in enumerate(images):
            _tile(ax, np.asarray(image), 1.06 * k, middle)
            if titles and name in titles:
                text = str(titles[name][k])
                ax.text(1.06 * k, middle + 0.52, text, fontsize=11, ha="center", va="bottom")
    ax.set_yticks(middles, rows)
    ax.tick_params(length=0)
    ax.set(
        xticks=[],
        xlim=(-0.52, 1.06 * longest - 0.54),
        ylim=(middles[-1] - 0.52, 0.52 + (room if titles else 0) / height),
    )
    ax.spines[:].set_visible(False)


def _tile(ax: Axes, picture: Array, x: float, y: float) -> None:
    """Draw one image into the unit square around (x, y), in its own proportions, with a frame."""
    high, wide = np.array(picture.shape[:2]) / max(picture.shape[:2]) / 2
    ax.imshow(
        picture, cmap=INK, vmin=0, vmax=1, interpolation="nearest",
        extent=(x - wide, x + wide, y - high, y + high),
    )  # fmt: skip
    corner, size = (x - wide, y - high), (2 * wide, 2 * high)
    ax.add_patch(Rectangle(corner, *size, fill=False, edgecolor="#999999", linewidth=0.6))


def overlays(images: Sequence[npt.ArrayLike], maps: Mapping[str, Sequence[npt.ArrayLike]]) -> None:
    """Draw images, and below them each kind of map over the pale image, each on its own scale.

    Args:
        images: (h, w) each.
        maps: kind -> maps (h, w), one an image; below 0 blue, above 0 orange.
    """
    n, kinds = len(images), len(maps)
    size = (min(6.9, 1.2 + 0.85 * n), 0.9 * (kinds + 1))
    fig, axes = plt.subplots(kinds + 1, n, figsize=size, squeeze=False)
    for k, (column, image) in enumerate(zip(axes.T, images, strict=True)):
        column[0].imshow(image, cmap=INK, vmin=0, vmax=1)
        for ax, values in zip(column[1:], maps.values(), strict=True):
            picture = np.asarray(values[k])
            most = max(float(np.abs(picture).max()), 1e-12)
            ax.imshow(picture, cmap=SIGNED, vmin=-most, vmax=most)
            ax.contour(np.asarray(image), levels=[0.5], colors="black", linewidths=0.7)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="#999999", linewidth=0.6)
    for ax, name in zip(axes[:, 0], ("image", *maps), strict=True):
        ax.set_ylabel(name, rotation=0, ha="right", va="center", labelpad=8)
    fig.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)  # type: ignore[union-attr,call-arg]


def flat_points(
    panels: Mapping[str, Array], labels: npt.NDArray[np.int64], *, digits: bool = False
) -> None:
    """Draw points of the plane, one panel for each entry, by class.

    Args:
        panels: title -> (n, 2) places.
        labels: (n,) classes from 0.
        digits: draw each point as the number of its class; else as a marker.
    """
    width = 4.6 if len(panels) == 1 else 6.6
    height = 4.2 if len(panels) == 1 else width / len(panels) + 0.4
    _, axes = plt.subplots(1, len(panels), figsize=(width, height), squeeze=False)
    for ax, (title, places) in zip(axes[0], panels.items(), strict=True):
        for c in np.unique(labels):
            here = places[labels == c]
            marker = f"${c}$" if digits else MARKERS[c % len(MARKERS)]
            look = {"s": 46, "linewidths": 0.3} if digits else {"s": 14, "alpha": 0.7}
            color = COLORS[c % len(COLORS)]
            ax.scatter(*here.T, marker=marker, color=color, label=str(c), **look)
        ax.set(title=title, xticks=[], yticks=[])
        ax.margins(0.04)
        ax.set_aspect("equal", "datalim")  # distances mean the same in all directions
        ax.spines[:].set(visible=True, color="#999999")


def drops(steps: Sequence[int], fallen: Mapping[str, npt.ArrayLike], ylabel: str) -> Axes:
    """Draw how far a score falls, (m,), against the number of patches removed, (m,)."""
    _, ax = figure(6.0, 3.8)
    styles = (*LINES, "-", "--")
    for name, values, color, marker, style in looks(fallen, COLORS, MARKERS, styles):
        ax.plot(steps, np.asarray(values), color=color, marker=marker, linestyle=style, label=name)
    ax.set(xlabel="patches removed", ylabel=ylabel, xticks=steps, ylim=(0, None))
    ax.figure.legend(loc="outside upper center", ncols=3, fontsize=11)
    return ax
