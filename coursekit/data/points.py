"""Clouds of points in the plane, from easy to hard for a straight line: blobs, moons, spirals.

Shapes: X is (n, 2) float, y is (n,) with labels 0, 1, ... as floats. Classes differ in
size by one point at most.
"""

from collections.abc import Sequence

import numpy as np

from coursekit.validate import Array, array, at_least, generator, whole

Rng = int | Sequence[int] | np.random.Generator


def _labels(n: int, classes: int) -> Array:
    """Return n labels, (n,): all classes in turn, so that their sizes are as equal as can be."""
    whole(n, 0, "n")
    if n < classes:
        raise ValueError(f"n must be at least one point per class, {classes}, got {n!r}")
    return np.sort(np.arange(n) % classes).astype(float)


def blobs(
    n: int = 100,
    *,
    centers: Sequence[Sequence[float]] = ((-2, -2), (2, 2)),
    spread: float = 0.7,
    rng: Rng = 0,
) -> tuple[Array, Array]:
    """Draw n points from round Gaussian clouds, one class per center.

    Args:
        n: number of points, at least one per center.
        centers: (k, 2) middle of each cloud.
        spread: standard deviation of each cloud, 0 or more.
        rng: seed or generator.

    Returns:
        X (n, 2), y (n,) with the index of the cloud.

    Raises:
        ValueError: if n, spread or the shape of centers does not fit.
    """
    middle = array(centers, "centers", 2)
    at_least(spread, 0, "spread")
    y = _labels(n, len(middle))
    noise = generator(rng).normal(size=(n, middle.shape[1]))
    return middle[y.astype(int)] + spread * noise, y


def moons(n: int = 200, *, noise: float = 0.2, rng: Rng = 0) -> tuple[Array, Array]:
    """Draw n points from two half circles of radius 1 that reach into one another.

    Args:
        n: number of points, at least 2.
        noise: standard deviation added to both coordinates, 0 or more.
        rng: seed or generator.

    Returns:
        X (n, 2), y (n,): 0 for the upper moon, 1 for the lower one.

    Raises:
        ValueError: if n or noise is too small.
    """
    at_least(noise, 0, "noise")
    y, random = _labels(n, 2), generator(rng)
    angle = random.uniform(0, np.pi, n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return np.where(y[:, None] == 0, upper, lower) + noise * random.normal(size=(n, 2)), y


def spirals(
    n: int = 200, *, noise: float = 0.05, turns: float = 1.0, rng: Rng = 0
) -> tuple[Array, Array]:
    """Draw n points from two spirals that wind around each other inside the unit circle.

    Args:
        n: number of points, at least 2.
        noise: standard deviation added to both coordinates, 0 or more.
        turns: how often each arm goes round, 0 or more; 0 gives two straight lines.
        rng: seed or generator.

    Returns:
        X (n, 2), y (n,): the arm, 0 or 1.

    Raises:
        ValueError: if n, noise or turns is too small.
    """
    at_least(noise, 0, "noise")
    at_least(turns, 0, "turns")
    y, random = _labels(n, 2), generator(rng)
    radius = np.sqrt(random.uniform(0.02, 1, n))  # even density over the disc
    angle = 2 * np.pi * turns * radius + np.pi * y
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * random.normal(size=(n, 2)), y
