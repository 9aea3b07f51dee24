"""Odd arguments of what trains a network: refused with a reason, never taken in silence."""

import numpy as np
import pytest

from coursekit import data, nn, optim, train
from coursekit.autograd import Tensor, cross_entropy, linear

RNG = np.random.default_rng(0)
W = Tensor(np.ones((2, 3)), requires_grad=True)


def odd(*cases: object) -> pytest.MarkDecorator:
    """Return pairs of a call and what its error says, as parameters."""
    return pytest.mark.parametrize(("call", "said"), cases)


@odd(
    (lambda: Tensor(None), "data must be an array of numbers, got None"),
    (lambda: Tensor("abc"), "data must be an array of numbers, got 'abc'"),
    (lambda: Tensor([1, [2]]), "data must be an array of numbers"),
    (lambda: Tensor([1j]), "data must be an array of numbers"),
    (lambda: W.backward("a"), "gradient must be an array of numbers, got 'a'"),
    (lambda: W[Tensor([0.5])], "an index must hold whole numbers"),
    (lambda: W.item(), r"only a tensor of one entry is a number, got shape \(2, 3\)"),
    (lambda: bool(W), "only a tensor of one entry is a number"),
    (lambda: linear(W, W[:, :2]), r"got \(2, 3\) and \(2, 2\)"),
    (lambda: linear(W, W, W), r"bias must be \(2,\), one for each output, got \(2, 3\)"),
    (lambda: cross_entropy(W[0], [0]), r"logits must be \(n, k\)"),
    (lambda: cross_entropy(W[:0], []), r"not empty, got shape \(0, 3\)"),
    (lambda: cross_entropy(W, [[0], [1, 2]]), "labels must be an array of numbers"),
)
def test_tensors_name_what_they_wanted(call, said):
    """No complex part is lost, no index is rounded, no bias is spread over the examples."""
    with pytest.raises((ValueError, TypeError), match=said):
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
    (lambda: nn.xavier_uniform((2, 3, 4, 4), RNG), r"shape must be \(out, in\)"),
)
def test_layers_name_what_they_wanted(call, said):
    """An array where a tensor is wanted, half a feature, a kernel for a formula of matrices."""
    with pytest.raises((ValueError, TypeError), match=said):
        call()


@odd(
    (lambda: optim.SGD(W), r"params must be a list, got one parameter: write \[p\]"),
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
