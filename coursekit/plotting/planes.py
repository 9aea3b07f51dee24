"""Points in the plane, a function over it, and the regions into which a classifier cuts it."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgba

from coursekit.plotting.style import COLORS, MARKERS, figure
from coursekit.validate import Array, labelled

Height = Callable[[Array], Array]  # points (m, 2) -> one number a point, (m,)
Limits = tuple[float, float]


def heights(f: Height, xlim: Limits, ylim: Limits, points: int = 61) -> tuple[Array, Array, Array]:
    """Return places x and y, (points,) each, and the heights of f over them, Z[y, x]."""
    x, y = np.linspace(*xlim, points), np.linspace(*ylim, points)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return x, y, f(grid).reshape(points, points)


def scatter(X: Array, y: Array, *, ax: Axes | None = None) -> Axes:
    """Draw each row of X, (n, 2), with the colour and the marker of its class, y (n,).

    Raises:
        ValueError: if X is not (n, 2), or y has another length.
    """
    X, y = labelled(X, y)
    if X.shape[1] != 2:
        raise ValueError(f"X must have 2 columns to be drawn, got shape {X.shape}")
    if ax is None:
        _, ax = figure(5.0, 4.0)
    for k, label in enumerate(np.unique(y)):
        at = X[y == label]
        ax.scatter(
            at[:, 0],
            at[:, 1],
            s=60,
            color=COLORS[k % len(COLORS)],
            marker=MARKERS[k % len(MARKERS)],
            edgecolor="white",
            linewidth=0.8,
            label=f"class {label:g}",
            zorder=3,
        )
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0, handletextpad=0.1)
    return ax


def decision_boundary(
    predict: Callable[[Array], Array],
    X: Array,
    y: Array,
    *,
    ax: Axes | None = None,
    resolution: int = 200,
) -> Axes:
    """Colour the plane by the class that `predict`, (m, 2) -> (m,), gives, and draw the points.

    Args:
        predict: classifier of rows.
        X: (n, 2) points.
        y: (n,) labels.
        ax: axes to draw on; new ones by default.
        resolution: grid points along each axis.

    Raises:
        ValueError: if X is not (n, 2), or `predict` does not return one label a row.
    """
    ax = scatter(X, y, ax=ax)
    low, high = np.min(X, axis=0), np.max(X, axis=0)
    pad = 0.35 * np.maximum(high - low, 1e-9)
    axes = [np.linspace(a, b, resolution) for a, b in zip(low - pad, high + pad, strict=True)]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    labels = np.asarray(predict(grid), dtype=float)
    if labels.shape != (len(grid),):
        raise ValueError(f"predict must return one label a row, {len(grid)}, got {labels.shape}")
    known = np.unique(y)
    codes = np.searchsorted(known, labels).reshape(resolution, resolution)
    shades = ListedColormap([to_rgba(c, 0.18) for c in COLORS[: len(known)]])
    extent = (axes[0][0], axes[0][-1], axes[1][0], axes[1][-1])
    ax.imshow(
        codes, cmap=shades, vmin=-0.5, vmax=len(known) - 0.5, origin="lower", extent=extent,
        interpolation="nearest", aspect="auto", zorder=0,
    )  # fmt: skip
    if len(np.unique(codes)) > 1:
        ax.contour(*axes, codes, levels=np.arange(len(known) - 1) + 0.5, colors="black", zorder=2)
    ax.set(xlim=extent[:2], ylim=extent[2:], aspect="equal")
    return ax
