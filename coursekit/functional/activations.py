"""Activation functions: what a unit makes of its logit z.

Shapes: z is a number or an array of any shape; result and derivative have the shape of z, unless
said otherwise. NaN gives NaN. At a kink the derivative is PyTorch's choice, a subgradient.
"""

import numpy as np
import numpy.typing as npt

from coursekit.validate import Array, finite, numbers


def _floats(z: npt.ArrayLike) -> Array:
    return numbers(z, "z")


def _choices(z: npt.ArrayLike) -> Array:
    """Return z if its last axis holds something to choose from."""
    z = numbers(z, "z")
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"z must have a last axis with at least one entry, got shape {z.shape}")
    return z


def heaviside(z: npt.ArrayLike, *, at_zero: float = 0.0) -> Array:
    """Return 1 where z is above 0 and 0 below, same shape as z: the step of the perceptron.

    Args:
        z: any shape.
        at_zero: the value at exactly 0. The course's learning rule uses 0 ("fires if the output
            is above 0"); the textbook step, the indicator of z >= 0, is `at_zero=1.0`.

    Raises:
        ValueError: if `at_zero` is neither 0 nor 1.
    """
    if isinstance(at_zero, np.ndarray) or at_zero not in (0.0, 1.0):
        raise ValueError(f"at_zero must be 0 or 1, got {at_zero!r:.80}")
    step: Array = np.heaviside(_floats(z), at_zero)
    return step


def sigmoid(z: npt.ArrayLike) -> Array:
    """Return 1 / (1 + exp(-z)), same shape as z, in [0, 1]; 1/2 at 0; no overflow for any z."""
    z = _floats(z)
    small = np.exp(-np.abs(z))  # at most 1, so nothing overflows
    value: Array = np.where(z >= 0, 1, small) / (1 + small)
    return value


def sigmoid_grad(z: npt.ArrayLike) -> Array:
    """Return the derivative of the sigmoid at z, same shape as z, in [0, 1/4]; 1/4 at 0."""
    value = sigmoid(z)
    return value * (1 - value)


def tanh(z: npt.ArrayLike) -> Array:
    """Return the hyperbolic tangent, same shape as z, in [-1, 1]; 0 at 0."""
    value: Array = np.tanh(_floats(z))
    return value


def tanh_grad(z: npt.ArrayLike) -> Array:
    """Return 1 - tanh(z)^2, same shape as z, in [0, 1]; 1 at 0."""
    return 1 - tanh(z) ** 2


def relu(z: npt.ArrayLike) -> Array:
    """Return max(0, z), same shape as z."""
    value: Array = np.maximum(_floats(z), 0)
    return value


def relu_grad(z: npt.ArrayLike) -> Array:
    """Return 1 where z is above 0, else 0, same shape as z; at the kink 0."""
    return heaviside(z)


def leaky_relu(z: npt.ArrayLike, negative_slope: float = 0.01) -> Array:
    """Return z where it is above 0, else negative_slope * z, same shape as z."""
    finite(negative_slope, "negative_slope")
    z = _floats(z)
    return np.where(z > 0, z, negative_slope * z)


def leaky_relu_grad(z: npt.ArrayLike, negative_slope: float = 0.01) -> Array:
    """Return 1 where z is above 0, else negative_slope, same shape as z."""
    finite(negative_slope, "negative_slope")
    step = heaviside(z)
    return np.where(step == 0, negative_slope, step)


def elu(z: npt.ArrayLike, alpha: float = 1.0) -> Array:
    """Return z where it is above 0, else alpha * (exp(z) - 1), same shape as z, above -alpha.

    Source: Clevert, Unterthiner and Hochreiter (2016), arXiv:1511.07289.
    """
    finite(alpha, "alpha")
    z = _floats(z)
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_grad(z: npt.ArrayLike, alpha: float = 1.0) -> Array:
    """Return 1 where z is above 0, else alpha * exp(z), same shape as z; smooth for alpha = 1."""
    finite(alpha, "alpha")
    z = _floats(z)
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def maxout(z: npt.ArrayLike) -> Array:
    """Return the largest of the pieces along the last axis, (..., k) -> (...).

    Each piece is a logit of its own: max(w1.x + b1, w2.x + b2) for k = 2.

    Source: Goodfellow et al. (2013), arXiv:1302.4389.
    """
    value: Array = _choices(z).max(axis=-1)
    return value


def maxout_grad(z: npt.ArrayLike) -> Array:
    """Return 1 at the winning piece and 0 elsewhere, (..., k); the first of equals wins."""
    z = _choices(z)
    won: Array = (np.arange(z.shape[-1]) == z.argmax(axis=-1)[..., None]).astype(np.float64)
    return won


def softmax(z: npt.ArrayLike) -> Array:
    """Return exp(z) / sum(exp(z)) along the last axis, (..., k), each in [0, 1], sum 1."""
    return np.exp(log_softmax(z))


def softmax_grad(z: npt.ArrayLike) -> Array:
    """Return the Jacobian diag(p) - p p' of the softmax p, (..., k, k)."""
    p = softmax(z)
    return p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])


def log_softmax(z: npt.ArrayLike) -> Array:
    """Return log-probabilities (nats) along the last axis, same shape as z; no overflow."""
    z = _choices(z)
    with np.errstate(over="ignore"):  # the largest numbers are farther apart than any number
        z = z - z.max(axis=-1, keepdims=True)  # softmax does not change, and exp is at most 1
    value: Array = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return value


def log_softmax_grad(z: npt.ArrayLike) -> Array:
    """Return the Jacobian I - 1 p' of the log-softmax, (..., k, k): row i is d log p_i / dz."""
    p = softmax(z)
    value: Array = np.eye(p.shape[-1]) - p[..., None, :]
    return value
