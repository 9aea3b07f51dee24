"""Random poses: the same pictures turned, slanted, resized and moved, as a hand or a camera would.

Shapes: X is (n, h, w) in [0, 1], 0 is paper and 1 is ink. One random pose for each picture.
"""

import numpy as np
import numpy.typing as npt

from coursekit.data.digits import digits
from coursekit.data.points import Rng
from coursekit.validate import Array, array, at_least, generator

Images = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


def pose(
    X: npt.ArrayLike,
    *,
    rotation: float = 20,
    shear: float = 0.15,
    scale: tuple[float, float] = (0.85, 1.1),
    shift: float = 2.5,
    noise: float = 0.0,
    rng: Rng = 0,
) -> Images:
    """Give each picture a new pose about its middle, (n, h, w) -> (n, h, w); outside is paper.

    Args:
        X: (n, h, w) pictures in [0, 1].
        rotation: largest angle, degrees to either side, 0 to 180.
        shear: largest slant to either side, pixels per pixel of height, 0 or more.
        scale: smallest and largest size, from 0.001 to 1000; 1 keeps the size.
        shift: largest move along each axis, pixels, 0 or more.
        noise: standard deviation of the noise on each pixel, 0 or more.
        rng: seed or generator.

    Raises:
        ValueError: if X does not fit, or an amount is out of range.
    """
    images = array(X, "X", 3).astype(np.float32)
    if images.min() < 0 or images.max() > 1:
        raise ValueError(f"X must be in [0, 1], got [{images.min():g}, {images.max():g}]")
    for name, value in {
        "rotation": rotation, "shear": shear, "shift": shift, "noise": noise
    }.items():  # fmt: skip
        at_least(value, 0, name)
        most = 180 if name == "rotation" else 1e6
        if value > most:
            raise ValueError(f"{name} must be at most {most:g}, got {value!r}")
    low, high = _pair(scale)
    n, random = len(images), generator(rng)
    angle, slant = (
        np.radians(random.uniform(-rotation, rotation, n)),
        random.uniform(-shear, shear, n),
    )
    size, move = random.uniform(low, high, n), random.uniform(-shift, shift, (n, 2))
    posed = warp(images, _inverse(angle, slant, size), move)
    if noise:
        posed += np.float32(noise) * random.standard_normal(posed.shape, dtype=np.float32)
    return np.clip(posed, 0, 1, out=posed)


def _pair(scale: tuple[float, float]) -> tuple[float, float]:
    """Return the smallest and the largest scale, checked."""
    try:
        low, high = map(float, scale)
    except (TypeError, ValueError) as error:
        raise ValueError(f"scale must be (smallest, largest), got {scale!r:.80}") from error
    if not 1e-3 <= low <= high <= 1e3:
        raise ValueError(f"scale must be 0.001 <= smallest <= largest <= 1000, got {scale!r:.80}")
    return low, high


def _inverse(angle: Array, slant: Array, size: Array) -> Array:
    """Return the matrices, (n, 2, 2), that lead from a posed (row, column) back to the picture."""
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    lean = np.tile(np.eye(2), (len(angle), 1, 1))
    lean[:, 1, 0] = slant
    back: Array = lean @ turn / size[:, None, None]
    return back


def warp(X: Images, matrix: Array, move: Array, chunk: int = 256) -> Images:
    """Read each picture at matrix @ (p - middle - move) + middle for each pixel p, bilinearly.

    Args:
        X: (n, h, w) pictures.
        matrix: (n, 2, 2), acts on (row, column).
        move: (n, 2) pixels down and to the right.
        chunk: pictures done at a time, so that the work stays in the processor's cache.
    """
    n, h, w = X.shape
    middle = np.array([(h - 1) / 2, (w - 1) / 2])
    p = np.stack(np.meshgrid(np.arange(h), np.arange(w), indexing="ij")).reshape(2, -1)
    start = middle - np.einsum("nij,nj->ni", matrix, middle + move)
    framed = np.pad(X, ((0, 0), (1, 1), (1, 1)))  # a frame of paper: what lies outside reads 0
    out = np.empty_like(X)
    for i in range(0, n, chunk):
        part = slice(i, i + chunk)
        places = (matrix[part] @ p + start[part, :, None] + 1).astype(np.float32)
        out[part] = _read(framed[part], places).reshape(-1, h, w)
    return out


def _read(framed: Images, places: npt.NDArray[np.float32]) -> Images:
    """Return the pictures at places (n, 2, p), from the four pixels around each: (n, p)."""
    n, h, w = framed.shape
    flat = framed.reshape(-1)
    row, column = np.clip(places[:, 0], 0, h - 1), np.clip(places[:, 1], 0, w - 1)
    top, left = np.minimum(row.astype(np.int32), h - 2), np.minimum(column.astype(np.int32), w - 2)
    down, right = row - top.astype(np.float32), column - left.astype(np.float32)
    first = (np.arange(n, dtype=np.int32) * (h * w))[:, None] + top * w + left
    upper = flat[first] * (1 - right) + flat[first + 1] * right
    lower = flat[first + w] * (1 - right) + flat[first + w + 1] * right
    result: Images = upper * (1 - down) + lower * down
    return result


def enlarge(X: Images, size: int) -> Images:
    """Return square pictures drawn larger by cubic splines, (n, k, k) -> (n, size, size)."""
    from scipy import ndimage

    k = X.shape[-1]
    rows = ndimage.zoom(np.eye(k), (size / k, 1), order=3, mode="nearest", grid_mode=True)
    larger: Images = np.clip(rows @ X @ rows.T, 0, 1).astype(np.float32)
    return larger


def posed_digits(
    *,
    rotation: float = 20,
    shear: float = 0.15,
    scale: tuple[float, float] = (0.85, 1.1),
    shift: float = 2.5,
    noise: float = 0.1,
    rng: Rng = 0,
) -> tuple[Images, Labels]:
    """Return scikit-learn's handwriting, enlarged and in a random pose, in the order of the file.

    The course trains on the first 897 pictures and keeps the last 900 for tests. The pretrained
    network (`coursekit.models`) was neither fitted to those 900 nor chosen by scores on them.

    Args:
        rotation: as for `pose`, and so are shear, scale, shift, noise and rng.
        shear: see `pose`.
        scale: see `pose`; at scale 1 a digit fills 20 of the 28 pixels.
        shift: see `pose`.
        noise: see `pose`.
        rng: seed or generator.

    Returns:
        X (1797, 28, 28) in [0, 1], y (1797,) the digit.

    Raises:
        ValueError: if an amount is out of range.
    """
    pixels, y = digits()
    X = np.pad(enlarge(pixels.reshape(-1, 8, 8).astype(np.float32), 20), ((0, 0), (4, 4), (4, 4)))
    posed = pose(X, rotation=rotation, shear=shear, scale=scale, shift=shift, noise=noise, rng=rng)
    return posed, y.astype(np.int64)
