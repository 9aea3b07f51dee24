"""Shapes under the operations of tensors: which fit each other, and the way back for a gradient."""

from typing import Any

import numpy as np

from coursekit.validate import Array


def broadcast(op: str, a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Raise a ValueError unless axes are equal or of length 1, counted from the last."""
    if any(n != m and 1 not in (n, m) for n, m in zip(reversed(a), reversed(b), strict=False)):
        raise ValueError(f"shapes {a} and {b} do not fit: axes must be equal or 1 for {op}")


def axes(dim: Any, ndim: int, name: str = "dim", *, several: bool = False) -> None:
    """Raise a ValueError unless dim is an axis, or a tuple of different ones if several may be."""
    axes = dim if several and isinstance(dim, tuple) else (dim,)
    whole = all(isinstance(a, int | np.integer) and type(a) is not bool for a in axes)
    if not whole or not len({a % ndim for a in axes if -ndim <= a < ndim}) == len(axes):
        raise ValueError(f"{name} must be an axis of {ndim}, from {-ndim} on, got {dim!r:.80}")


def fit(g: Array, shape: tuple[int, ...]) -> Array:
    """Return the gradient of an input of this shape: summed where broadcasting repeated it."""
    if g.shape == shape:
        return g
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    repeated = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    return g.sum(axis=repeated, keepdims=True) if repeated else g


def restore(g: Array, dim: int | tuple[int, ...] | None, keepdim: bool) -> Array:
    """Return g with the axes that a reduction took away, each of length 1."""
    return g if keepdim or dim is None else np.expand_dims(g, dim)


def matmul_back(g: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """Return the gradients of a and b for a @ b; vectors count as one row or one column."""
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b
    g = np.expand_dims(g, -1) if b.ndim == 1 else g
    g = np.expand_dims(g, -2) if a.ndim == 1 else g
    to_a = fit(g @ columns.swapaxes(-1, -2), rows.shape)
    to_b = fit(rows.swapaxes(-1, -2) @ g, columns.shape)
    return to_a.reshape(a.shape), to_b.reshape(b.shape)
