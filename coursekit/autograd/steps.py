"""What every network does at each step of training, as one node of the graph each."""

import numpy as np
import numpy.typing as npt

from coursekit.autograd.record import Record
from coursekit.autograd.tensor import Tensor, _result, _tensor
from coursekit.validate import Array, real


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return x W' + b, (n, in) -> (n, out), as one step; weight is (out, in), bias (out,).

    Raises:
        ValueError: if the shapes do not fit each other.
    """
    x, weight, bias = _tensor(x), _tensor(weight), None if bias is None else _tensor(bias)
    a, w = x.data, weight.data
    if a.ndim != 2 or w.ndim != 2 or a.shape[1] != w.shape[1]:
        raise ValueError(f"x must be (n, in) and weight (out, in), got {a.shape} and {w.shape}")
    if bias is not None and bias.shape != w.shape[:1]:
        raise ValueError(f"bias must be ({len(w)},), one for each output, got {bias.shape}")
    inputs: tuple[Record, ...] = (x, weight) if bias is None else (x, weight, bias)
    y = a @ w.T
    if bias is not None:
        y += bias.data

    def back(g: Array) -> tuple[Array | None, ...]:
        parts = (g @ w if x.requires_grad else None, g.T @ a, g.sum(axis=0))
        return parts[: len(inputs)]

    return _result("linear", y, inputs, back)


def cross_entropy(logits: Tensor, target: npt.ArrayLike) -> Tensor:
    """Return the mean negative log-likelihood (nats) of labels (n,) under logits (n, k).

    log(k) for a model that guesses uniformly.

    Raises:
        ValueError: if the shapes do not fit, or a label is no integer in [0, k).
    """
    logits = _tensor(logits)
    if logits.ndim != 2 or 0 in logits.shape:
        raise ValueError(f"logits must be (n, k), not empty, got shape {logits.shape}")
    y, (n, k) = real(target, "labels"), logits.shape
    if y.shape != (n,) or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= k:
        raise ValueError(f"labels must be ({n},) integers from 0 to {k - 1}, got {target!r:.80}")
    z, rows = logits.data, np.arange(n)
    z = z - z.max(axis=1, keepdims=True)  # softmax does not change, and exp is at most 1
    p = np.exp(z)
    total = p.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - z[rows, y]).sum() / n

    def back(g: Array) -> tuple[Array]:
        slope = p * (g / (n * total))
        slope[rows, y] -= g / n
        return (slope,)

    return _result("cross_entropy", loss, (logits,), back)
