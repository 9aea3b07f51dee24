"""Activations and losses agree with PyTorch, with finite differences, and at the extremes."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as TF
from torchvision.ops import sigmoid_focal_loss

from coursekit import functional as F
from coursekit.autograd import numeric_gradient

SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, max_side=5)
EXTREMES = st.one_of(st.floats(-40, 40), st.sampled_from([-1000.0, 0.0, 1000.0]))

ACTIVATIONS = {
    "sigmoid": (F.sigmoid, F.sigmoid_grad, torch.sigmoid),
    "tanh": (F.tanh, F.tanh_grad, torch.tanh),
    "relu": (F.relu, F.relu_grad, TF.relu),
    "leaky_relu": (F.leaky_relu, F.leaky_relu_grad, TF.leaky_relu),
    "leaky_relu, the lecture's slope": (
        lambda z: F.leaky_relu(z, 0.1),
        lambda z: F.leaky_relu_grad(z, 0.1),
        lambda z: TF.leaky_relu(z, 0.1),
    ),
    "elu": (F.elu, F.elu_grad, TF.elu),
    "elu, alpha 0.5": (
        lambda z: F.elu(z, 0.5),
        lambda z: F.elu_grad(z, 0.5),
        lambda z: TF.elu(z, 0.5),
    ),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(z=hnp.arrays(float, SHAPES, elements=EXTREMES))
def test_activations_and_slopes_are_those_of_pytorch(name, z):
    """Values and derivatives agree on any shape, up to logits of 1,000 either way."""
    ours, slope, theirs = ACTIVATIONS[name]
    x = torch.tensor(z, requires_grad=True)
    y = theirs(x)
    y.sum().backward()

    np.testing.assert_allclose(ours(z), y.detach().numpy(), rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(slope(z), x.grad.numpy(), rtol=1e-9, atol=1e-15)


@given(z=hnp.arrays(float, SHAPES, elements=EXTREMES))
def test_softmax_is_that_of_pytorch(z):
    """Probabilities and their logarithms agree, and each row sums to one."""
    x = torch.tensor(z)

    np.testing.assert_allclose(F.softmax(z), x.softmax(-1).numpy(), rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(F.log_softmax(z), x.log_softmax(-1).numpy(), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(F.softmax(z).sum(axis=-1), 1)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@given(z=hnp.arrays(float, st.integers(1, 6), elements=EXTREMES))
def test_softmax_jacobians_are_those_of_pytorch(name, z):
    """The whole matrix of derivatives agrees."""
    theirs = torch.autograd.functional.jacobian(lambda x: getattr(x, name)(-1), torch.tensor(z))

    np.testing.assert_allclose(getattr(F, f"{name}_grad")(z), theirs.numpy(), atol=1e-13)


@given(z=hnp.arrays(float, SHAPES, elements=EXTREMES))
def test_maxout_takes_the_largest_piece(z):
    """The value is the maximum of the last axis, the slope is 1 for one of the largest pieces."""
    slope = F.maxout_grad(z)

    np.testing.assert_array_equal(F.maxout(z), torch.tensor(z).amax(-1).numpy())
    np.testing.assert_array_equal(slope.sum(axis=-1), 1)
    np.testing.assert_array_equal((slope * z).sum(axis=-1), F.maxout(z))


@pytest.mark.parametrize(("at_zero", "value"), [(0.0, 0.0), (1.0, 1.0)])
def test_the_step_says_what_it_does_at_zero(at_zero, value):
    """Away from 0 there is one step function; at 0 the caller chooses between two."""
    np.testing.assert_array_equal(F.heaviside([-1, 0, 1], at_zero=at_zero), [0, value, 1])


LOSSES = {
    "mse_loss": (F.mse_loss, F.mse_loss_grad, TF.mse_loss),
    "l1_loss": (F.l1_loss, F.l1_loss_grad, TF.l1_loss),
    "binary_cross_entropy_with_logits": (
        F.binary_cross_entropy_with_logits,
        F.binary_cross_entropy_with_logits_grad,
        TF.binary_cross_entropy_with_logits,
    ),
    "sigmoid_focal_loss": (
        F.sigmoid_focal_loss,
        F.sigmoid_focal_loss_grad,
        lambda z, y: sigmoid_focal_loss(z, y, reduction="mean"),
    ),
    "sigmoid_focal_loss, other settings": (
        lambda z, y: F.sigmoid_focal_loss(z, y, alpha=0.9, gamma=0.5),
        lambda z, y: F.sigmoid_focal_loss_grad(z, y, alpha=0.9, gamma=0.5),
        lambda z, y: sigmoid_focal_loss(z, y, alpha=0.9, gamma=0.5, reduction="mean"),
    ),
}


@pytest.mark.parametrize("name", LOSSES)
@given(data=st.data(), shape=SHAPES)
def test_losses_and_gradients_are_those_of_pytorch(name, data, shape):
    """Value and gradient agree on any shape; targets are 0 or 1, which every loss takes."""
    ours, gradient, theirs = LOSSES[name]
    z = data.draw(hnp.arrays(float, shape, elements=st.floats(-15, 15)))
    y = data.draw(hnp.arrays(float, shape, elements=st.sampled_from([0.0, 1.0])))
    x = torch.tensor(z, requires_grad=True)
    loss = theirs(x, torch.tensor(y))
    loss.backward()

    assert ours(z, y) == pytest.approx(loss.item(), rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(gradient(z, y), x.grad.numpy(), rtol=1e-7, atol=1e-10)


@given(st.integers(1, 8), st.integers(1, 5), st.booleans(), st.integers(0, 10_000))
def test_cross_entropy_is_that_of_pytorch(n, k, weighted, seed):
    """Value and gradient agree for any number of examples and classes, weighted or not."""
    rng = np.random.default_rng(seed)
    z, y = rng.normal(scale=20, size=(n, k)), rng.integers(k, size=n)
    weight = rng.uniform(0.1, 5, size=k) if weighted else None
    x = torch.tensor(z, requires_grad=True)
    loss = TF.cross_entropy(x, torch.tensor(y), None if weight is None else torch.tensor(weight))
    loss.backward()

    assert F.cross_entropy(z, y, weight) == pytest.approx(loss.item(), rel=1e-10, abs=1e-12)
    np.testing.assert_allclose(F.cross_entropy_grad(z, y, weight), x.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("name", [*LOSSES, "class_balanced_loss"])
def test_gradients_of_losses_agree_with_central_differences(name, rng):
    """The slope of each loss, measured, is its gradient."""
    ours, gradient = LOSSES.get(name, (F.class_balanced_loss, F.class_balanced_loss_grad))[:2]
    z, y = rng.normal(size=(4, 3)), (rng.random((4, 3)) < 0.3).astype(float)

    np.testing.assert_allclose(gradient(z, y), numeric_gradient(lambda x: ours(x, y), z), atol=1e-8)


def test_balancing_is_the_weighted_cross_entropy(rng):
    """With weights n / (2 n_c), PyTorch's weighted loss is the class-balanced one."""
    z, y = rng.normal(size=40), (np.arange(40) < 5).astype(float)
    weight = torch.tensor(F.class_weights(y, 2))[torch.tensor(y).long()]
    theirs = TF.binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(y), weight)

    assert F.class_balanced_loss(z, y) == pytest.approx(theirs.item(), rel=1e-12)


@pytest.mark.parametrize("z", [1000.0, -1000.0])
@pytest.mark.parametrize("name", ["binary_cross_entropy_with_logits", "sigmoid_focal_loss"])
def test_huge_logits_give_finite_losses(name, z):
    """A model that is sure and wrong pays about its logit; one that is right pays nothing."""
    right, wrong = ([1.0], [0.0]) if z > 0 else ([0.0], [1.0])

    assert getattr(F, name)([z], right) == 0
    assert 200 < getattr(F, name)([z], wrong) <= 1000
    assert np.isfinite(getattr(F, f"{name}_grad")([z], wrong)).all()


@pytest.mark.parametrize("k", [2, 10])
def test_a_uniform_guess_costs_log_k(k):
    """Equal logits cost the logarithm of the number of classes."""
    assert F.cross_entropy(np.zeros((3, k)), [0, 1, 1]) == pytest.approx(np.log(k))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.heaviside(0, at_zero=0.5), r"at_zero must be 0 or 1, got 0\.5"),
        (lambda: F.mse_loss(np.ones(3), np.ones((3, 1))), r"one shape, got \(3,\) and \(3, 1\)"),
        (lambda: F.l1_loss([], []), "must not be empty"),
        (lambda: F.binary_cross_entropy_with_logits([1.0], [2.0]), r"lie in \[0, 1\], got 2 to 2"),
        (lambda: F.cross_entropy(np.ones((2, 3)), [0, 3]), "integers from 0 to 2, got"),
        (lambda: F.cross_entropy(np.ones((2, 3)), [0, 0.5]), "integers from 0 to 2, got"),
        (lambda: F.cross_entropy(np.ones(3), [0]), r"logits must be \(n, k\)"),
        (lambda: F.cross_entropy(np.ones((1, 3)), [0], [1.0]), r"weight must be \(3,\)"),
        (lambda: F.cross_entropy(np.ones((1, 2)), [0], [0, 1]), "not all 0"),
        (lambda: F.class_weights([0, 0], 2), r"every class needs an example, got none of \[1\]"),
        (lambda: F.class_weights([0, 2], 2), "integers from 0 to 1"),
        (lambda: F.class_balanced_loss([1.0], [1.0]), "some of each, got"),
        (lambda: F.sigmoid_focal_loss([1.0], [0.5]), "targets must be 0 or 1"),
        (lambda: F.sigmoid_focal_loss([1.0], [1.0], alpha=2), "alpha must be from 0 to 1, got 2"),
        (lambda: F.sigmoid_focal_loss([1.0], [1.0], gamma=-1), "gamma must be at least 0"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    """Each message says what was wanted and what was got."""
    with pytest.raises(ValueError, match=message):
        call()
