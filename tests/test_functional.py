"""Activations agree with PyTorch, with finite differences, and with themselves at the extremes."""

import numpy as np
import pytest
import torch

from coursekit import functional as F


@pytest.mark.parametrize(("at_zero", "value"), [(0.0, 0.0), (1.0, 1.0)])
def test_the_step_says_what_it_does_at_zero(at_zero, value):
    """Away from 0 there is one step function; at 0 the caller chooses between two."""
    np.testing.assert_array_equal(F.heaviside([-1, 0, 1], at_zero=at_zero), [0, value, 1])


def test_a_step_between_0_and_1_is_refused():
    """The unit fires or is silent: nothing in between."""
    with pytest.raises(ValueError, match=r"at_zero must be 0 or 1, got 0\.5"):
        F.heaviside(0, at_zero=0.5)


def test_the_sigmoid_agrees_with_pytorch():
    """Values and derivatives are PyTorch's, also where exp would overflow."""
    z = torch.tensor([-1000.0, -30, -1.5, 0, 1.5, 30, 1000], dtype=torch.float64)
    z.requires_grad_()
    value = torch.sigmoid(z)
    value.sum().backward()

    np.testing.assert_allclose(F.sigmoid(z.detach().numpy()), value.detach().numpy(), rtol=1e-15)
    np.testing.assert_allclose(F.sigmoid_grad(z.detach().numpy()), z.grad.numpy(), atol=1e-16)


def test_the_sigmoid_derivative_agrees_with_central_differences(rng):
    """The slope of the curve, measured, is the derivative."""
    z, eps = rng.normal(size=(3, 4)), 1e-5

    measured = (F.sigmoid(z + eps) - F.sigmoid(z - eps)) / (2 * eps)
    np.testing.assert_allclose(F.sigmoid_grad(z), measured, atol=1e-9)


@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)])
def test_activations_keep_the_shape(shape):
    """A number stays a number, and an array keeps its axes."""
    z = np.zeros(shape)

    for f in (F.heaviside, F.sigmoid, F.sigmoid_grad):
        assert np.shape(f(z)) == shape
