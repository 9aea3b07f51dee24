"""The engines agree with PyTorch on random computations, and fail as clearly as it does."""

import gc
import weakref

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from coursekit.autograd import Tensor, Value, cross_entropy, linear, numeric_gradient, walk

SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, max_side=4)
NUMBERS = st.floats(-3, 3).filter(lambda x: abs(x) > 1e-2)

PAIRS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "add a number": lambda a, b: 2 + a + b * 0,
    "subtract from a number": lambda a, b: 2 - a + b * 0,
    "divide a number": lambda a, b: 2 / a + b * 0,
}
SINGLES = {
    "neg": lambda x: -x,
    "square": lambda x: x**2,
    "inverse": lambda x: x**-1,
    "power 0": lambda x: x**0,
    "exp": lambda x: x.exp(),
    "log": lambda x: (x * x).log(),
    "tanh": lambda x: x.tanh(),
    "sigmoid": lambda x: x.sigmoid(),
    "relu": lambda x: x.relu(),
    "log_softmax": lambda x: x.log_softmax(-1),
    "log_softmax of axis 0": lambda x: x.log_softmax(0),
    "sum": lambda x: x.sum(),
    "sum of an axis": lambda x: x.sum(0) * 2,
    "sum, axis kept": lambda x: x * x.sum(-1, keepdim=True),
    "mean": lambda x: x.mean(),
    "mean of an axis": lambda x: x.mean(-1),
    "max": lambda x: x.max(),
    "max of an axis": lambda x: x.max(0).values,
    "max, axis kept": lambda x: x - x.max(-1, keepdim=True).values,
    "reshape": lambda x: x.reshape(-1) * 3,
    "transpose": lambda x: x.transpose(0, -1) * 3,
    "row": lambda x: x[0] * 2,
    "slice": lambda x: x[..., :1] * x,
    "the same row twice": lambda x: x[[0, 0]] ** 2,
    "used twice": lambda x: x * x + x.exp() * x,
    "unused branch": lambda x: x * 2 + x.detach() * 5,
}


def compare(f, *arrays):
    """Assert that result and gradients of f are PyTorch's; the result is weighted at random."""
    ours = [Tensor(a.copy(), requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    mine, yours = f(*ours), f(*theirs)
    weight = np.random.default_rng(0).normal(size=tuple(yours.shape))
    mine.backward(weight)
    yours.backward(torch.tensor(weight, dtype=torch.float64))

    np.testing.assert_allclose(mine.data, yours.detach().numpy(), rtol=1e-10, atol=1e-12)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.grad, b.grad.numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", PAIRS)
@given(data=st.data())
def test_arithmetic_broadcasts_like_pytorch(name, data):
    """Sums, products and quotients of any two shapes that fit agree, gradients too."""
    shapes = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4)
    arrays = [
        data.draw(hnp.arrays(float, shape, elements=NUMBERS))
        for shape in data.draw(shapes).input_shapes
    ]

    compare(PAIRS[name], *arrays)


@pytest.mark.parametrize("name", SINGLES)
@given(x=hnp.arrays(float, SHAPES, elements=NUMBERS))
def test_functions_of_one_tensor_agree_with_pytorch(name, x):
    """Every method gives PyTorch's values and gradients, on any shape."""
    compare(SINGLES[name], x)


@pytest.mark.parametrize("kind", ["mm", "mv", "vm", "vv", "bmm", "bm"])
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_matrix_products_agree_with_pytorch(kind, n, k, m):
    """Matrices, vectors and stacks of matrices multiply as in PyTorch."""
    rng = np.random.default_rng(n * 16 + k * 4 + m)
    left = {"v": (k,), "m": (n, k), "b": (2, n, k)}[kind[0]]
    right = {"v": (k,), "m": (k, m)}[kind[-1]] if kind != "bmm" else (2, k, m)

    compare(lambda a, b: a @ b, rng.normal(size=left), rng.normal(size=right))


def test_equal_largest_entries_share_the_gradient_as_in_pytorch():
    """Over all entries ties share; along an axis one of them has it all, the indices agree."""
    compare(lambda x: x.max(), np.array([[2.0, 2.0], [1.0, 2.0]]))
    compare(lambda x: x.max(1).values, np.array([[2.0, 3.0], [1.0, 0.0]]))

    assert Tensor([[2.0, 3.0], [1.0, 0.0]]).max(1).indices.tolist() == [1, 0]


def test_the_fused_steps_agree_with_pytorch(rng):
    """A linear layer and the cross entropy, each one node, give PyTorch's gradients."""
    x, w, b = rng.normal(size=(5, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)
    y = np.array([0, 2, 1, 1, 0])

    def loss(x, w, b):
        if isinstance(x, Tensor):
            return cross_entropy(linear(x, w, b), y)
        return torch.nn.functional.cross_entropy(
            torch.nn.functional.linear(x, w, b), torch.tensor(y)
        )

    compare(loss, x, w, b)


def test_gradients_add_up_over_calls():
    """As in PyTorch, a second result adds its gradient to the first one's."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x * 3).sum().backward()
    (x * x).sum().backward()

    np.testing.assert_array_equal(x.grad, [5, 7])


def test_only_leaves_keep_a_gradient_unless_asked():
    """An intermediate result has no gradient, or after `retain_grad` the right one."""
    x = Tensor(2.0, requires_grad=True)
    lost, kept = x * 3, x * 5
    kept.retain_grad()
    (lost * kept).backward()

    assert lost.grad is None
    assert kept.grad == 6


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        (lambda x: (x * 2).backward(), RuntimeError, r"single number, got shape \(2,\)"),
        (lambda x: Tensor([1.0]).backward(), RuntimeError, "requires_grad=True"),
        (lambda x: (x * 2).backward([1.0]), ValueError, r"must have shape \(2,\), got \(1,\)"),
        (lambda x: x ** np.ones(2), TypeError, "exponent must be a number"),
    ],
)  # fmt: skip
def test_what_cannot_be_differentiated_is_refused(fault, error, message):
    """A result that is no number, or has no past, is told so."""
    with pytest.raises(error, match=message):
        fault(Tensor([1.0, 2.0], requires_grad=True))


@pytest.mark.parametrize("make", [lambda: Tensor(2.0, requires_grad=True), lambda: Value(2.0)])
def test_a_second_backward_is_refused_unless_the_graph_was_kept(make):
    """A freed graph says so; a graph kept on purpose gives the gradient once more."""
    x = make()
    y = x * x
    y.backward(retain_graph=True)
    y.backward()

    assert x.grad == 8
    with pytest.raises(RuntimeError, match="freed by an earlier backward"):
        y.backward()
    with pytest.raises(RuntimeError, match="freed by an earlier backward"):
        (y * 3).backward()


@pytest.mark.parametrize("make", [lambda: Tensor(1.0, requires_grad=True), lambda: Value(1.0)])
def test_a_chain_of_100_000_steps_is_no_problem(make):
    """Neither the walk nor the clean-up recurses."""
    x = y = make()
    for _ in range(100_000):
        y = y + 0.5
    assert len(walk(y)) >= 100_001
    y.backward()

    assert x.grad == 1
    del y


@pytest.mark.parametrize("freed_by", ["backward", "letting go"])
def test_a_graph_is_freed_without_the_garbage_collector(freed_by):
    """No reference cycle keeps a graph alive: its arrays go when the last name goes."""
    gc.disable()
    try:
        x = Tensor(np.ones(10), requires_grad=True)
        middle = x.exp()
        watched = weakref.ref(middle._backward)
        loss = (middle * 2).sum()
        if freed_by == "backward":
            loss.backward()
            del middle
        else:
            del loss, middle
        assert watched() is None
    finally:
        gc.enable()


EXPRESSIONS = [
    lambda a, b: (a + b) * (a - b),
    lambda a, b: a / b + b / a,
    lambda a, b: 2 * a + a * 2 + (1 - a) + (a - 1) + 3 / b,
    lambda a, b: (a * b).tanh() + a.exp() + (a * a).log(),
    lambda a, b: (a.relu() + b.sigmoid()) ** 3,
    lambda a, b: a**-2 + b**0 + -a,
]


@pytest.mark.parametrize("f", EXPRESSIONS)
@given(a=NUMBERS, b=NUMBERS)
def test_numbers_agree_with_pytorch(f, a, b):
    """Any formula of two numbers has PyTorch's value and derivatives."""
    x, y = Value(a), Value(b)
    u, v = (torch.tensor(z, dtype=torch.float64, requires_grad=True) for z in (a, b))
    ours, theirs = f(x, y), f(u, v)
    ours.backward()
    theirs.backward()

    assert ours.data == pytest.approx(theirs.item(), rel=1e-10, abs=1e-12)
    assert x.grad == pytest.approx(u.grad.item(), rel=1e-8, abs=1e-10)
    assert y.grad == pytest.approx(v.grad.item(), rel=1e-8, abs=1e-10)


def test_numbers_remember_their_past_as_micrograd_does():
    """Names of operations and inputs are where code that draws the graph looks for them."""
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = a * b + 1

    assert c._op == "+"
    assert {node.label for node in walk(c)} == {"a", "b", ""}


def test_finite_differences_leave_the_point_alone(rng):
    """The gradient of a known function comes out to nine digits, and x is as it was."""
    x = rng.normal(size=(2, 3))
    kept = x.copy()

    np.testing.assert_allclose(numeric_gradient(lambda z: (z**3).sum(), x), 3 * x**2, atol=1e-9)
    np.testing.assert_array_equal(x, kept)
