"""Convolution and pooling give what PyTorch gives, there and back; so do the lecture's examples."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional as TF

from coursekit import conv, nn, optim
from coursekit.autograd import Tensor, cross_entropy, numeric_gradient

BITS = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
POOLED = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
RED = [[156, 155, 156, 158, 158], [153, 154, 157, 159, 159], [149, 151, 155, 158, 159],
       [146, 146, 149, 153, 158], [145, 143, 143, 148, 158]]  # fmt: skip
GREEN = [[167, 166, 167, 169, 169], [164, 165, 168, 170, 170], [160, 162, 166, 169, 170],
         [156, 156, 159, 163, 168], [155, 153, 153, 158, 168]]  # fmt: skip
BLUE = [[163, 162, 163, 165, 165], [160, 161, 164, 166, 166], [156, 158, 162, 165, 166],
        [155, 155, 158, 162, 167], [154, 152, 152, 157, 167]]  # fmt: skip
THREE = np.array(
    [
        [[-1, -1, 1], [0, 1, -1], [0, 1, 1]],
        [[1, 0, 0], [1, -1, -1], [1, 0, -1]],
        [[0, 1, 1], [0, 1, 0], [1, -1, 1]],
    ]
)
POOLS = ["max_pool2d", "avg_pool2d"]
BOTH = pytest.mark.parametrize("convolve", [conv.conv2d, conv.conv2d_loops])


@BOTH
def test_the_first_lecture_example_comes_out(convolve):
    """Five by five bits and a kernel of three give 4 first, and nine numbers in all."""
    kernel = [[[[1, 0, 1], [0, 1, 0], [1, 0, 1]]]]

    np.testing.assert_array_equal(convolve([BITS], kernel), [[[4, 3, 4], [2, 4, 3], [2, 3, 4]]])


@BOTH
def test_the_kernel_is_not_turned(convolve):
    """A kernel with a single 1 in its last place reads the entry below and to the right."""
    x = np.arange(9.0).reshape(1, 3, 3)

    np.testing.assert_array_equal(convolve(x, [[[[0, 0], [0, 1]]]]), [[[4, 5], [7, 8]]])


@BOTH
def test_three_channels_add_up_to_minus_25(convolve):
    """At the first place: 308 - 498 + 164 + 1 = -25, with a ring of zeros."""
    x, weight = np.array([RED, GREEN, BLUE]), THREE[None]
    parts = [convolve(x[c, None], THREE[c, None, None], padding=1)[0, 0, 0] for c in range(3)]
    y = convolve(x, weight, [1], padding=1)

    assert parts == [308, -498, 164]
    assert y.shape == (1, 5, 5)
    np.testing.assert_array_equal(y[0, 0, :4], [-25, 466, 466, 475])
    np.testing.assert_array_equal(y[0, 1, :3], [295, 787, 798])


def test_the_pooling_example_comes_out():
    """Windows of three by three, one pixel apart: the largest entries, and the means."""
    means = [[15, 15, 15], [9, 11, 16], [10, 7, 12]]

    np.testing.assert_array_equal(
        conv.max_pool2d([POOLED], 3, 1), [[[3, 3, 3], [3, 3, 3], [3, 2, 3]]]
    )
    np.testing.assert_allclose(conv.avg_pool2d([POOLED], 3, 1), [np.array(means) / 9], rtol=1e-12)


@given(*[st.integers(a, b) for a, b in ((1, 30), (1, 6), (1, 4), (0, 3))])
def test_the_formula_counts_the_places(size, kernel, stride, padding):
    """As many results come out as positions can be listed."""
    assume(kernel <= size + 2 * padding)
    places = [i for i in range(0, size + 2 * padding, stride) if i + kernel <= size + 2 * padding]

    assert conv.output_size(size, kernel, stride, padding) == len(places)


@st.composite
def problems(draw, *, pooling=False):
    """Draw images, a kernel's size, stride and padding that fit each other, and a generator."""
    sides = st.integers(1, 7)
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), sides, sides))
    shape = shape[draw(st.integers(0, 1)) :]  # one image, too
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    most = [k // 2 if pooling else 2 for k in kernel]
    padding = tuple(draw(st.integers(0, p)) for p in most)
    for n, k, p in zip(shape[-2:], kernel, padding, strict=True):
        assume(k <= n + 2 * p)
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    if draw(st.booleans()):  # one number for both axes, where that says the same
        kernel, stride, padding = (v[0] if v[0] == v[1] else v for v in (kernel, stride, padding))
    dtype = draw(st.sampled_from([np.float64, np.float32]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng, shape, kernel, stride, padding, dtype


def agree(mine, yours, dtype):
    """Assert that an array is PyTorch's, of the same type, as exactly as the type allows."""
    yours = yours.detach().numpy()
    assert mine.dtype == yours.dtype == dtype
    close = 1e-12 if dtype == np.float64 else 1e-4
    np.testing.assert_allclose(mine, yours, rtol=close, atol=close)


@given(problems(), st.integers(1, 3), st.booleans())
def test_convolutions_and_their_gradients_are_those_of_pytorch(problem, kernels, biased):
    """Any images, kernels, strides and paddings give its result and three gradients."""
    rng, shape, kernel, stride, padding, dtype = problem
    size = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    x = rng.normal(size=shape).astype(dtype)
    weight = rng.normal(size=(kernels, shape[-3], *size)).astype(dtype)
    bias = rng.normal(size=kernels).astype(dtype) if biased else None
    arrays = [x, weight] if bias is None else [x, weight, bias]
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    how = {"stride": stride, "padding": padding}
    theirs = TF.conv2d(*tensors, **how)
    grad = rng.normal(size=theirs.shape).astype(dtype)
    theirs.backward(torch.tensor(grad))

    agree(conv.conv2d(*arrays, **how), theirs, dtype)
    agree(conv.conv2d_loops(*arrays, **how), theirs, dtype)
    grads = conv.conv2d_grad(grad, x, weight, **how)
    for mine, tensor in zip(grads, tensors, strict=False):
        agree(mine, tensor.grad, dtype)


@pytest.mark.parametrize("name", POOLS)
@given(problem=problems(pooling=True), whole=st.booleans(), stepped=st.booleans())
def test_pooling_and_its_gradient_are_those_of_pytorch(name, problem, whole, stepped):
    """Any windows agree, also where whole numbers make ties: the first of them has the gradient."""
    rng, shape, kernel, stride, padding, dtype = problem
    x = rng.integers(-1, 2, size=shape) if whole else rng.normal(size=shape)
    x = x.astype(dtype)
    tensor = torch.tensor(x, requires_grad=True)
    how = (kernel, stride if stepped else None, padding)
    theirs = getattr(TF, name)(tensor, *how)
    grad = rng.normal(size=theirs.shape).astype(dtype)
    theirs.backward(torch.tensor(grad))

    agree(getattr(conv, name)(x, *how), theirs, dtype)
    agree(getattr(conv, f"{name}_grad")(grad, x, *how), tensor.grad, dtype)


def test_gradients_agree_with_central_differences(rng):
    """Without PyTorch's word: the numeric gradients of all arrays are the computed ones."""
    x, weight, bias = (rng.normal(size=s) for s in ((2, 2, 5, 4), (3, 2, 3, 2), (3,)))
    how = {"stride": (2, 1), "padding": 1}
    grad = rng.normal(size=conv.conv2d(x, weight, bias, **how).shape)
    pooled = rng.normal(size=(2, 2, 3, 2))
    grads = conv.conv2d_grad(grad, x, weight, **how)
    losses = [
        (lambda a: (conv.conv2d(a, weight, bias, **how) * grad).sum(), x, grads[0]),
        (lambda a: (conv.conv2d(x, a, bias, **how) * grad).sum(), weight, grads[1]),
        (lambda a: (conv.conv2d(x, weight, a, **how) * grad).sum(), bias, grads[2]),
        (
            lambda a: (conv.max_pool2d(a, 3, 2, 1) * pooled).sum(),
            x,
            conv.max_pool2d_grad(pooled, x, 3, 2, 1),
        ),
        (
            lambda a: (conv.avg_pool2d(a, 3, 2, 1) * pooled).sum(),
            x,
            conv.avg_pool2d_grad(pooled, x, 3, 2, 1),
        ),
    ]

    for loss, at, gradient in losses:
        np.testing.assert_allclose(gradient, numeric_gradient(loss, at), atol=1e-7)


def test_arguments_are_left_alone(rng):
    """No function writes into what it is given, and no result is a part of it."""
    x, weight, bias = (rng.normal(size=s) for s in ((2, 1, 4, 4), (1, 1, 1, 1), (1,)))
    y = conv.conv2d(x, weight, bias)
    grad = np.ones_like(y)
    arrays = [x, weight, bias, grad]
    kept = [a.copy() for a in arrays]
    results = [y, *conv.conv2d_grad(grad, x, weight), conv.conv2d_loops(x, weight, bias)]
    for name in POOLS:
        results += [getattr(conv, name)(x, 1), getattr(conv, f"{name}_grad")(grad, x, 1)]
    for result in results:
        assert not any(np.shares_memory(result, a) for a in arrays)
        result += 1

    for array, before in zip(arrays, kept, strict=True):
        np.testing.assert_array_equal(array, before)


X, W = np.ones((2, 3, 5, 5)), np.ones((4, 3, 3, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conv.output_size(5, 8, 1, 1), r"covers 8 pixels, the image has 5 \+ 2 \* 1 = 7"),
        (lambda: conv.output_size(5, 3, 0), "stride must be at least 1, got 0"),
        (lambda: conv.output_size(5, 0), "kernel_size must be at least 1, got 0"),
        (lambda: conv.output_size(5, 3, 1, -1), "padding must be at least 0, got -1"),
        (lambda: conv.conv2d(X, np.ones((1, 3, 6, 2))), "covers 6 pixels, the image has 5"),
        (lambda: conv.conv2d_loops(X, np.ones((1, 3, 2, 6))), "covers 6 pixels, the image has 5"),
        (lambda: conv.conv2d(X, W[:, :2]), r"got 3 in x \(2, 3, 5, 5\) and 2 in weight \(4, 2"),
        (lambda: conv.conv2d(X[0, 0], W), r"x must be \(N, C, H, W\) or .*got shape \(5, 5\)"),
        (lambda: conv.conv2d(X, W[0]), r"weight must be \(O, C, kh, kw\), got shape \(3, 3, 3\)"),
        (lambda: conv.conv2d(X, W, [1, 2]), r"bias must be \(4,\), one for each .* got \(2,\)"),
        (lambda: conv.conv2d(X, W, stride=0), "stride must be a whole number from 1 on.*got 0"),
        (lambda: conv.conv2d(X, W, padding=(1, -1)), r"padding must be .* from 0 .*got \(1, -1\)"),
        (lambda: conv.conv2d(X, W, padding="same"), "padding must be a whole number.*got 'same'"),
        (lambda: conv.conv2d_grad(X, X, W), r"shape \(2, 4, 3, 3\), got \(2, 3, 5, 5\)"),
        (lambda: conv.max_pool2d(X, 1.5), "kernel_size must be a whole number.*got 1.5"),
        (lambda: conv.max_pool2d(X, 6), "covers 6 pixels, the image has 5"),
        (lambda: conv.avg_pool2d(X, 2, 0), "stride must be a whole number from 1 on.*got 0"),
        (lambda: conv.avg_pool2d(X, (4, 3), 1, 2), "at most half of kernel_size 3, got 2"),
        (lambda: conv.max_pool2d_grad(X[0], X, 2), r"\(2, 3, 2, 2\), got \(3, 5, 5\)"),
        (lambda: nn.Conv2d(0, 1, 3, rng=None), "in_channels must be at least 1, got 0"),
        (lambda: nn.Conv2d(1, 1, (3, 0), rng=None), r"kernel_size must be .*got \(3, 0\)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call, message):
    """Each message says what was wanted, and what came."""
    with pytest.raises(ValueError, match=message):
        call()


def test_words_are_no_image():
    """Text in place of numbers is a TypeError that shows it."""
    with pytest.raises(TypeError, match="x must be an array of numbers, got 'cat'"):
        conv.max_pool2d("cat", 2)


LAYERS = {
    "convolution": lambda nn, r: nn.Conv2d(2, 3, 3, **r),
    "convolution without bias": lambda nn, r: nn.Conv2d(2, 3, (3, 2), (2, 1), 1, bias=False, **r),
    "max pooling": lambda nn, r: nn.MaxPool2d(2),
    "max pooling, overlapping": lambda nn, r: nn.MaxPool2d(3, stride=2, padding=1),
    "average pooling": lambda nn, r: nn.AvgPool2d((3, 2), 1, padding=1),
    "flattening": lambda nn, r: nn.Flatten(),
}


def share(ours, theirs):
    """Give PyTorch's network our weights."""
    with torch.no_grad():
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            q.copy_(torch.tensor(p.data))


@pytest.mark.parametrize("name", LAYERS)
def test_each_layer_is_the_one_of_pytorch(name, rng):
    """With equal weights, the output and all gradients are equal."""
    ours = LAYERS[name](nn, {"rng": rng})
    theirs = LAYERS[name](torch.nn, {}).double()
    share(ours, theirs)
    x = Tensor(rng.normal(size=(4, 2, 6, 5)), requires_grad=True)
    z = torch.tensor(x.data, requires_grad=True)
    mine, yours = ours(x), theirs(z)
    grad = rng.normal(size=mine.shape)
    mine.backward(grad)
    yours.backward(torch.tensor(grad))

    agree(mine.data, yours, np.float64)
    agree(x.grad, z.grad, np.float64)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        agree(p.grad, q.grad, np.float64)


def test_a_new_convolution_starts_as_in_pytorch(rng):
    """Weights and biases are spread evenly up to 1 / sqrt(inputs of a kernel) = 1/6."""
    layer = nn.Conv2d(4, 100, 3, rng=rng)

    for values in (layer.weight.data, layer.bias.data):
        assert 0.95 / 6 < np.abs(values).max() <= 1 / 6
    assert layer.weight.data.std() == pytest.approx(1 / 6 / np.sqrt(3), rel=0.03)


def test_he_weights_count_all_inputs_of_a_kernel(rng):
    """A kernel of three by three over two channels has 18 inputs."""
    assert nn.kaiming_uniform((200, 2, 3, 3), rng).std() == pytest.approx(np.sqrt(2 / 18), rel=0.03)


def small_cnn(nn, **r):
    """Return the layers of a small network for images of 12 by 12, three classes."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, **r),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, **r),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(24, 3, **r),
    )


def test_a_small_network_ends_where_that_of_pytorch_ends(rng):
    """After 20 steps from equal weights, every weight is PyTorch's to ten digits."""
    X, y = rng.normal(size=(32, 1, 12, 12)), rng.integers(3, size=32)
    ours, theirs = small_cnn(nn, rng=rng), small_cnn(torch.nn).double()
    share(ours, theirs)
    before = [p.data.copy() for p in ours.parameters()]
    mine = optim.SGD(ours.parameters(), lr=0.2)
    yours = torch.optim.SGD(theirs.parameters(), lr=0.2)
    for _ in range(20):
        mine.zero_grad()
        cross_entropy(ours(Tensor(X)), y).backward()
        mine.step()
        yours.zero_grad()
        TF.cross_entropy(theirs(torch.tensor(X)), torch.tensor(y)).backward()
        yours.step()

    for p, q, old in zip(ours.parameters(), theirs.parameters(), before, strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=0, atol=1e-10)
        assert np.abs(p.data - old).max() > 1e-3
