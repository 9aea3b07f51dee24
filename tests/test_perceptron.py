"""The unit learns what a line can separate, and its mistakes obey the convergence theorem."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import data, perceptron

GATES = [("or", (1, 1), 0, 4), ("and", (2, 1), -2, 6)]


@pytest.mark.parametrize(("gate", "w", "b", "epochs"), GATES)
def test_gates_end_where_the_lecture_says(gate, w, b, epochs):
    """From zero weights, in table order, OR and AND end at the weights worked out by hand."""
    unit = perceptron.fit(*data.gate(gate))

    np.testing.assert_array_equal(unit.w, w)
    assert unit.b == b
    assert len(unit.mistakes) == epochs
    np.testing.assert_array_equal(unit.predict(data.gate(gate)[0]), data.gate(gate)[1])


@pytest.mark.parametrize(("gate", "b"), [("or", -1), ("and", -3), ("xor", 0)])
def test_a_unit_that_fires_at_zero_ends_with_another_bias(gate, b):
    """With the rule >= the weights are the same and only the bias differs."""
    X, y = data.gate(gate)
    last = perceptron.trace(X, y, fires_at_zero=True)[-1]

    np.testing.assert_array_equal(last.w, perceptron.fit(X, y).w)
    assert last.b == b


def test_two_epochs_with_the_same_end_never_separate():
    """XOR comes back to the same weights, so no number of epochs would help."""
    third, fourth = (perceptron.fit(*data.gate("xor"), max_epochs=k) for k in (3, 4))

    np.testing.assert_array_equal(third.w, (-1, 0))
    np.testing.assert_array_equal(third.w, fourth.w)
    assert third.b == fourth.b == 1
    assert fourth.mistakes == (2, 3, 4, 4)


def test_the_trace_tells_the_same_story_as_the_fit():
    """Mistakes counted along the trace are the mistakes of the fit, and the ends agree."""
    X, y = data.digits((3, 8), binary=True)
    steps, unit = perceptron.trace(X, y), perceptron.fit(X, y)

    assert sum(step.error != 0 for step in steps) == sum(unit.mistakes)
    np.testing.assert_array_equal(steps[-1].w, unit.w)
    assert len(steps) == len(X) * len(unit.mistakes)


def test_right_answers_leave_the_unit_alone():
    """A step without an error returns the weights of the step before."""
    steps = perceptron.trace(*data.gate("and"))

    for before, after in itertools.pairwise(steps):
        if after.error == 0:
            np.testing.assert_array_equal(before.w, after.w)


@pytest.mark.parametrize(
    ("gate", "gamma"),
    [("and", 17**-0.5), ("nand", 17**-0.5), ("or", 1 / 3), ("xor", 0), ("xnor", 0)],
)
def test_margins_of_the_gates_are_the_exact_ones(gate, gamma):
    """The margin of each gate is the one found with pencil and paper."""
    assert perceptron.margin(*data.gate(gate)) == pytest.approx(gamma, abs=1e-9)


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(4, 30),
    gap=st.floats(0.05, 1),
)
@settings(deadline=None, max_examples=60)
def test_the_number_of_mistakes_obeys_the_theorem(seed, n, gap):
    """On any data that a line separates, the unit makes at most (R / gamma)^2 mistakes."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n, 2))
    y = (X[:, 0] > 0).astype(float)
    X[:, 0] += gap * (2 * y - 1)
    radius = np.sqrt((X**2).sum(axis=1).max() + 1)
    unit = perceptron.fit(X, y, max_epochs=10_000)

    assert unit.mistakes[-1] == 0
    assert sum(unit.mistakes) <= (radius / perceptron.margin(X, y)) ** 2


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_no_unit_has_a_larger_margin(seed):
    """No random line beats the margin that is said to be the largest."""
    rng = np.random.default_rng(seed)
    X, y = data.blobs(20, rng=rng)
    points = (2 * y - 1)[:, None] * np.column_stack([X, np.ones(len(X))])
    lines = rng.normal(size=(500, 3))
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)

    assert (points @ lines.T).min(axis=0).max() <= perceptron.margin(X, y) + 1e-9


@pytest.mark.parametrize(
    ("inputs", "threshold", "inhibitory", "fires"),
    [
        ((1, 1), 2, (), 1),
        ((1, 0), 2, (), 0),
        ((1, 0), 1, (), 1),
        ((0, 0), 0, (1,), 0),
        ((), 0, (0,), 1),
        ((1, 1), 1, (0, 1), 0),
    ],
)
def test_a_threshold_unit_counts_and_can_be_silenced(inputs, threshold, inhibitory, fires):
    """Enough exciting inputs fire the unit, and one inhibitory input keeps it silent."""
    assert perceptron.mcculloch_pitts(inputs, threshold, inhibitory=inhibitory) == fires


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: perceptron.fit([[0], [1]], [-1, 1]), "labels must be 0 or 1"),
        (lambda: perceptron.fit([[0], [1]], [1]), "equal length, got 2 and 1"),
        (lambda: perceptron.fit([[np.nan]], [1]), "X must hold finite numbers"),
        (lambda: perceptron.fit([[1]], [1], max_epochs=0), "max_epochs must be at least 1"),
        (lambda: perceptron.fit([[1]], [1], lr=0), "lr must be above 0, got 0"),
        (lambda: perceptron.mcculloch_pitts((2,), 1), "inputs must be 0 or 1, got 2"),
        (lambda: perceptron.mcculloch_pitts((1,), -1), "threshold must be at least 0"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    """Each message names the argument, its rule, and the value that broke it."""
    with pytest.raises(ValueError, match=message):
        call()
