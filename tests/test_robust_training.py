"""Odd arguments of what trains a network: refused with a reason, never taken in silence."""

import numpy as np
import pytest

from coursekit import data, nn, optim, train
from coursekit.autograd import Tensor, Value, cross_entropy, linear, numeric_gradient

RNG = np.random.default_rng(0)
W = Tensor(np.ones((2, 3)), requires_grad=True)


class Held:
    """A parameter of one's own."""

    def __init__(self, data: object, grad: object = None) -> None:
        self.data, self.grad = np.array(data), None if grad is None else np.array(grad)


def odd(*cases: object) -> pytest.MarkDecorator:
    """Return pairs of a call and what its error says, as parameters."""
    return pytest.mark.parametrize(("call", "said"), cases)


@odd(
    (lambda: Tensor(None), "data must be an array of numbers, got None"),
    (lambda: Tensor("abc"), "data must be an array of numbers, got 'abc'"),
    (lambda: Tensor([1, [2]]), "data must be an array of numbers"),
    (lambda: Tensor([1j]), "data must be an array of numbers"),
    (lambda: W.backward("a"), "gradient must be an array of numbers, got 'a'"),
    (lambda: W[2**64 - 1], r"index must fit shape \(2, 3\), got 18446744"),
    (lambda: W[Tensor([0.5])], "an index must hold whole numbers"),
    (lambda: W.item(), r"only a tensor of one entry is a number, got shape \(2, 3\)"),
    (lambda: bool(W), "only a tensor of one entry is a number"),
    (lambda: linear(W, W, Tensor([1.0])), r"bias must be \(2,\), one for each output, got \(1,\)"),
    (lambda: W + np.ones(2), r"shapes \(2, 3\) and \(2,\) do not fit: axes must be equal or 1"),
    (lambda: W @ W, r"shapes \(2, 3\) and \(2, 3\) do not fit: @ sums over one axis"),
    (lambda: W.reshape(4, 2), r"a tensor of shape \(2, 3\) does not fit \(4, 2\)"),
    (lambda: W.reshape(-2), r"a tensor of shape \(2, 3\) does not fit \(-2,\)"),
    (lambda: W.sum((0, 0)), r"dim must be an axis of 2, from -2 on, got \(0, 0\)"),
    (lambda: W.transpose(0, 2), "dim1 must be an axis of 2, from -2 on, got 2"),
    (lambda: W[:0].mean(), r"a mean needs at least one entry, got shape \(0, 3\)"),
    (lambda: W[:0].max(), r"a largest entry needs at least one, got shape \(0, 3\)"),
    (lambda: len(Tensor(1.0)), r"a tensor of shape \(\) has no length"),
    (lambda: numeric_gradient(lambda x: None, np.ones(2)), "what f returns must be an array"),
    (
        lambda: numeric_gradient(lambda x: x, np.ones(2)),
        r"must return one number, got shape \(2,\)",
    ),
    (lambda: Value("abc"), "data must be a number, got 'abc'"),
    (lambda: Value(2) ** Value(3), r"the exponent must be a number, got Value\(data=3"),
    (lambda: linear(W, W[:, :2]), r"got \(2, 3\) and \(2, 2\)"),
    (lambda: linear(W, W, W), r"bias must be \(2,\), one for each output, got \(2, 3\)"),
    (lambda: cross_entropy(W[0], [0]), r"logits must be \(n, k\)"),
    (lambda: cross_entropy(W[:0], []), r"not empty, got shape \(0, 3\)"),
    (lambda: cross_entropy(W, [[0], [1, 2]]), "labels must be an array of numbers"),
)
def test_tensors_name_what_they_wanted(call, said):
    """No complex part is lost, no index is rounded, no bias is spread over the examples."""
    with pytest.raises((ValueError, TypeError, IndexError), match=said):
        call()


@pytest.mark.parametrize(("entry", "truth"), [(0.0, False), (0.5, True)])
@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_tensor_of_one_entry_is_true_as_its_number(entry, truth, shape):
    """`if loss` asks for the number, as in PyTorch, not for the length."""
    assert bool(Tensor(np.full(shape, entry))) is truth


@odd(
    (lambda: nn.Linear(2.0, 3, rng=RNG), "in_features must be a whole number, got 2.0"),
    (lambda: nn.Linear(2, "3", rng=RNG), "out_features must be a whole number, got '3'"),
    (lambda: nn.Linear(2, True, rng=RNG), "out_features must be a whole number, got True"),
    (lambda: nn.Conv2d(1.5, 2, 3, rng=RNG), "in_channels must be a whole number"),
    (lambda: nn.Linear(3, 2, rng=RNG)(np.ones((4, 3))), "x must be a Tensor, got ndarray: write"),
    (
        lambda: nn.Linear(2, 3, rng=0),
        r"rng must be a generator, np.random.default_rng\(seed\), got 0",
    ),
    (lambda: nn.Linear(10**6, 10**6, rng=RNG), "more than 1,000,000,000 numbers"),
    (lambda: nn.Linear(10**12, 1, rng=RNG), "in_features must be at most 1,000,000,000"),
    (lambda: nn.Sequential([nn.ReLU()]), "each layer must be a function, got"),
    (lambda: nn.kaiming_uniform((3,), RNG), r"shape must be \(out, in\) or \(O, C, kh, kw\)"),
    (lambda: nn.xavier_uniform((2, 3, 4, 4), RNG), r"shape must be \(out, in\)"),
)
def test_layers_name_what_they_wanted(call, said):
    """An array where a tensor is wanted, half a feature, a kernel for a formula of matrices."""
    with pytest.raises((ValueError, TypeError), match=said):
        call()


@odd(
    (lambda: optim.SGD(W), r"params must be a list, got one parameter: write \[p\]"),
    (lambda: optim.SGD([Held([1, 2])]), r"a parameter must hold floats, got array\(\[1, 2\]"),
    (lambda: optim.SGD([Held([1.0], [1.0, 2.0])]).step(), r"grad must be \(1,\), got \(2,\)"),
    (lambda: optim.LambdaLR(optim.SGD([W]), lambda t: np.nan), r"factor\(0\) must be at least 0"),
    (lambda: optim.StepLR(optim.SGD([W]), 1, np.nan), "gamma must be at least 0, got nan"),
    (lambda: optim.SGD([3]), "each parameter must have data and grad, got 3"),
    (lambda: optim.SGD([W], weight_decay=np.inf), "weight_decay must be at least 0"),
    (lambda: optim.AdamW([W], weight_decay="a"), "weight_decay must be a number"),
    (lambda: optim.Adam([W], betas=0.9), "betas must be two numbers"),
    (lambda: optim.Adam([W], betas=(0.9, 0.9, 0.9)), "betas must be two numbers"),
    (lambda: optim.Adam([W], eps=-1), "eps must be at least 0"),
    (lambda: optim.Adagrad([W], eps="a"), "eps must be a number"),
    (lambda: optim.RMSprop([W], eps=np.nan), "eps must be at least 0"),
    (lambda: optim.StepLR(optim.SGD([W]), -1), "step_size must be at least 1, got -1"),
    (lambda: optim.StepLR(optim.SGD([W]), 0.5), "step_size must be a whole number"),
    (lambda: optim.CosineAnnealingLR(optim.SGD([W]), 0), "T_max must be at least 1, got 0"),
)
def test_optimizers_name_what_they_wanted(call, said):
    """One tensor in place of a list would be taken apart, and nothing would be trained."""
    with pytest.raises((ValueError, TypeError), match=said):
        call()


def test_steps_with_other_names_are_averaged_over_their_own_batches():
    """What only one of two batches measures is divided by one."""
    history = train.fit(lambda x: {"first" if x else "second": 4.0}, [0, 1], 1)

    assert history == {"first": [4.0], "second": [4.0]}


@odd(
    (lambda: train.fit(lambda x: 1.0, [1], 1.5), "epochs must be a whole number, got 1.5"),
    (lambda: train.fit(lambda x: None, [1], 1), "loss must be a number, or named ones, got"),
    (lambda: train.fit(lambda x: {"mse": W}, [1], 1), r"got \{'mse': tensor"),
    (lambda: train.fit(lambda x: 1.0, [1], 1, evaluate=lambda: "high"), "score must be a number"),
    (
        lambda: train.fit(lambda x: {"score": 1.0}, [1], 1, evaluate=lambda: 2.0),
        r"must give other names, both give \['score'\]",
    ),
)
def test_the_loop_names_what_it_wanted(call, said):
    """Two measures of one name would hide one another."""
    with pytest.raises((ValueError, TypeError), match=said):
        call()


@odd(
    *((lambda f=f: f(2.5), "n must be a whole number") for f in (data.blobs, data.moons)),
    *((lambda f=f: f("9"), "n must be a whole number") for f in (data.spirals, data.collider)),
    (lambda: data.blobs(10**12), "n must be at most 1,000,000,000, got 1000000000000"),
    (lambda: data.moons(rng=None), "rng must be a seed or a generator, got None"),
    (lambda: data.timeline("1950"), "start must be a whole number, got '1950'"),
    (lambda: data.batches([1, [2]], size=1), r"arrays must be \(n, ...\), got uneven rows"),
    (lambda: data.glyphs(True), "n must be a whole number, got True"),
    (lambda: data.glyphs(3, fonts=3), "fonts must be a list of names, got 3"),
    (lambda: data.glyphs(3, coarse="a"), "coarse must be a number, got 'a'"),
    (lambda: data.collider(3, signal=None), "signal must be a number, got None"),
    (lambda: data.number_words(7.0), "n must be a whole number, got 7.0"),
    (lambda: data.digits(3), "classes must be different digits from 0 to 9, got 3"),
    (lambda: data.digits([[1]]), "classes must be different digits"),
    (lambda: data.digits(["a"]), "classes must be an array of numbers"),
    (lambda: data.split(np.ones((4, 1)), [0, 0, 1, 1], test="a"), "test must be a number"),
    (lambda: data.batches(np.ones(3), size=1.5), "size must be a whole number, got 1.5"),
    (lambda: data.batches(np.ones(()), size=1), r"arrays must be \(n, ...\), got shape \(\)"),
)
def test_data_name_what_they_wanted(call, said):
    """Half a point, a word in place of a number, a digit in place of a list of digits."""
    with pytest.raises((ValueError, TypeError), match=said):
        call()


def test_batches_are_made_of_lists_too():
    """A list of examples is cut as an array is."""
    assert sorted(x for (part,) in data.batches([1, 2, 3], size=2) for x in part) == [1, 2, 3]


@pytest.mark.parametrize("call", [lambda x: x.log(), lambda x: x**-1, lambda x: (x + 1000).exp()])
def test_a_number_that_is_none_says_where_it_came_from(call):
    """The logarithm and the inverse of 0, and e to the power of 1000, name the operation."""
    with pytest.raises((ValueError, ArithmeticError), match=r"of data (0|1000) is no number"):
        call(Value(0))
