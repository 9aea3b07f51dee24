"""Activation functions, each with its derivative beside it as `<name>_grad`.

Shapes: z is a number or an array of any shape; the result has the shape of z.
"""

import numpy as np
import numpy.typing as npt

from coursekit.validate import Array


def heaviside(z: npt.ArrayLike, *, at_zero: float = 0.0) -> Array:
    """Return 1 where z is above 0 and 0 below, same shape as z: the step of the perceptron.

    Args:
        z: any shape.
        at_zero: the value at exactly 0. The course's learning rule uses 0 ("fires if the output
            is above 0"); the textbook step, the indicator of z >= 0, is `at_zero=1.0`.

    Raises:
        ValueError: if `at_zero` is neither 0 nor 1.
    """
    if at_zero not in (0.0, 1.0):
        raise ValueError(f"at_zero must be 0 or 1, got {at_zero!r}")
    step: Array = np.heaviside(np.asarray(z, dtype=float), at_zero)
    return step


def sigmoid(z: npt.ArrayLike) -> Array:
    """Return 1 / (1 + exp(-z)), same shape as z, in (0, 1); 1/2 at 0; no overflow for any z."""
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))  # at most 1, so nothing overflows
    value: Array = np.where(z >= 0, 1, small) / (1 + small)
    return value


def sigmoid_grad(z: npt.ArrayLike) -> Array:
    """Return the derivative of the sigmoid at z, same shape as z, in (0, 1/4]; 1/4 at 0."""
    value = sigmoid(z)
    return value * (1 - value)
