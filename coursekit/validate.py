"""The argument checks that public functions share: each says what was wanted and what was got."""

import difflib
import math
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
MOST = 10**9  # numbers that one array may hold, 8 GB: beyond it a count is a slip


def choice(value: object, options: Collection[str], what: str) -> str:
    """Return `value` if it is one of `options`; else raise a ValueError with the nearest one."""
    if isinstance(value, str) and value in options:
        return value
    near = difflib.get_close_matches(str(value).lower(), options, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(sorted(options))}"
    raise ValueError(f"unknown {what} {value!r}: {hint}")


def real(value: object, name: str) -> npt.NDArray[Any]:
    """Return `value` as an array of real numbers, of any shape and in its own precision.

    Raises:
        TypeError: if it holds anything else, or rows of several lengths.
    """
    try:
        found = np.asarray(value)
    except (TypeError, ValueError):  # rows of several lengths
        found = np.array(None)
    if found.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of numbers, got {value!r:.80}")
    return found


def numbers(value: object, name: str) -> Array:
    """Return `value` as a float64 array of any shape; raise a TypeError if it holds no numbers."""
    return real(value, name).astype(np.float64, copy=False)


def array(value: object, name: str, ndim: int) -> Array:
    """Return `value` as a float array with `ndim` axes, not empty, without NaN or infinity.

    Raises:
        TypeError: if the entries are no numbers.
        ValueError: if the number of axes is wrong, or an entry is missing or not finite.
    """
    result = numbers(value, name)
    if result.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, got shape {result.shape}")
    if result.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {result.shape}")
    if not np.isfinite(result).all():
        raise ValueError(f"{name} must hold finite numbers, got NaN or infinity")
    return result


def labelled(X: object, y: object, allowed: tuple[float, ...] | None = None) -> tuple[Array, Array]:
    """Return X as (n, d) and y as (n,) floats of equal length, labels within `allowed` if given.

    Raises:
        TypeError: if the entries are no numbers.
        ValueError: if the shapes do not fit, an entry is not finite, or a label is not allowed.
    """
    X, y = array(X, "X", 2), array(y, "y", 1)
    if len(X) != len(y):
        raise ValueError(f"X and y must have equal length, got {len(X)} and {len(y)}")
    if allowed is not None and not np.isin(y, allowed).all():
        wanted = " or ".join(f"{label:g}" for label in allowed)
        raise ValueError(f"labels must be {wanted}, got {np.unique(y)}")
    return X, y


def at_least(value: float, least: float, name: str) -> None:
    """Raise a ValueError unless `value` is a finite number and not below `least`.

    Raises:
        TypeError: if it is no number.
    """
    if not _finite(value, name) or value < least:
        raise ValueError(f"{name} must be at least {least:g}, got {value!r:.80}")


def whole(value: int, least: int, name: str) -> None:
    """Raise a ValueError unless `value` is from `least` to `MOST`, a TypeError if it is not whole.

    2.0 is refused, too: what it counts would fail further down.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {value!r:.80}")
    at_least(value, least, name)
    if value > MOST:
        raise ValueError(f"{name} must be at most {MOST:,}, got {value!r:.80}")


def room(shape: tuple[int, ...], name: str) -> None:
    """Raise a ValueError if an array of this shape would hold more than `MOST` numbers."""
    if math.prod(shape) > MOST:
        raise ValueError(f"{name} asks for an array {shape}: more than {MOST:,} numbers")


def share(value: float, name: str) -> None:
    """Raise a ValueError unless `value` is from 0 to 1, a TypeError if it is no number."""
    if not (_finite(value, name) and 0 <= value <= 1):
        raise ValueError(f"{name} must be from 0 to 1, got {value!r:.80}")


def below_one(value: float, name: str) -> None:
    """Raise a ValueError unless `value` is from 0 and below 1, a TypeError if it is no number."""
    if not (_finite(value, name) and 0 <= value < 1):
        raise ValueError(f"{name} must be at least 0 and below 1, got {value!r:.80}")


def positive(value: float, name: str) -> None:
    """Raise a ValueError unless `value` is a finite number above 0, a TypeError if it is none."""
    if not _finite(value, name) or value <= 0:
        raise ValueError(f"{name} must be above 0, got {value!r:.80}")


def finite(value: float, name: str) -> None:
    """Raise a ValueError unless `value` is a finite number, a TypeError if it is no number."""
    if not _finite(value, name):
        raise ValueError(f"{name} must be a finite number, got {value!r:.80}")


def function(value: object, name: str) -> None:
    """Raise a TypeError unless `value` can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {value!r:.80}")


def folder(root: object) -> None:
    """Raise a TypeError unless root is a path: str(None) would make a folder of that name."""
    if not isinstance(root, str | Path):
        raise TypeError(f"root must be the path of a folder, got {root!r:.80}")


def generator(rng: Any) -> np.random.Generator:
    """Return a generator from a seed, or the generator itself.

    Raises:
        TypeError: if it is neither; None, too, for it gives other numbers each time.
    """
    if rng is not None:
        with suppress(TypeError, ValueError):
            return np.random.default_rng(rng)
    raise TypeError(f"rng must be a seed or a generator, got {rng!r:.80}")


def _finite(value: object, name: str) -> bool:
    """Say whether a number is finite, also as a float; refuse what is no number."""
    if not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} must be a number, got {value!r:.80}")
    plain = value.item() if isinstance(value, np.generic) else value
    return bool(abs(plain) <= sys.float_info.max)
