"""Data sets come out as promised, repeat with their seed, and refuse what makes no sense."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit import data
from coursekit.data.collider import high_level
from coursekit.data.gates import TRUTH_TABLES

POINTS = [data.blobs, data.moons, data.spirals]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("and", lambda a, b: a and b),
        ("nand", lambda a, b: not (a and b)),
        ("nor", lambda a, b: not (a or b)),
        ("or", lambda a, b: a or b),
        ("xnor", lambda a, b: a == b),
        ("xor", lambda a, b: a != b),
    ],
)
def test_each_gate_is_its_truth_table(name, rule):
    """The rows stand in counting order, and each label is what Python's own logic says."""
    X, y = data.gate(name)

    np.testing.assert_array_equal(X, [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert [bool(label) for label in y] == [bool(rule(bool(a), bool(b))) for a, b in X]


def test_an_unknown_gate_is_told_the_nearest_one():
    """The message of a misspelt gate names the gate that was meant."""
    with pytest.raises(ValueError, match="unknown gate 'xro': did you mean 'xor'"):
        data.gate("xro")


def test_changing_a_gate_does_not_change_the_next_one():
    """Each call returns arrays of its own."""
    X, y = data.gate("and")
    X += 5
    y += 5

    assert data.gate("and")[1].sum() == sum(TRUTH_TABLES["and"])


@pytest.mark.parametrize("points", POINTS)
@given(n=st.integers(2, 60))
def test_points_have_one_row_each_and_even_classes(points, n):
    """Any number of points comes in two classes that differ by one point at most."""
    X, y = points(n)

    assert X.shape == (n, 2)
    assert set(y) == {0.0, 1.0}
    assert abs((y == 0).sum() - (y == 1).sum()) <= 1


@pytest.mark.parametrize("points", POINTS)
def test_a_seed_and_its_generator_give_the_same_points(points):
    """`rng=3` and a generator made from 3 are the same, and 4 is not."""
    same = points(rng=3)[0]

    np.testing.assert_array_equal(same, points(rng=np.random.default_rng(3))[0])
    assert not np.array_equal(same, points(rng=4)[0])


@pytest.mark.parametrize("points", POINTS)
@pytest.mark.parametrize("bad", [{"n": 1}, {"n": 0}])
def test_too_few_points_are_refused(points, bad):
    """A class without a point is an error, not an empty class."""
    with pytest.raises(ValueError, match="n must be at least one point per class"):
        points(**bad)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.blobs(spread=-1), "spread must be at least 0"),
        (lambda: data.blobs(centers=[1, 2]), "centers must have 2 axes"),
        (lambda: data.moons(noise=float("nan")), "noise must be at least 0"),
        (lambda: data.spirals(turns=-1), "turns must be at least 0"),
        (lambda: data.digits(classes=(0, 10)), "classes must be different digits"),
        (lambda: data.digits(classes=(3, 3)), "classes must be different digits"),
        (lambda: data.digits(binary=True), "binary needs two classes"),
        (lambda: data.digits(classes=(1, 2, 3), binary=True), "binary needs two classes"),
        (lambda: data.collider(signal=2), "signal must be from 0 to 1, got 2"),
        (lambda: data.collider(0), "n must be at least 1"),
        (lambda: data.split([[1], [2]], [0, 0], test=1), "test must be above 0"),
        (lambda: data.split([[1], [2]], [0, 1]), "class 0 must have at least 2 examples"),
    ],
)
def test_arguments_out_of_range_are_refused(call, message):
    """Each message names the argument and its rule."""
    with pytest.raises(ValueError, match=message):
        call()


def test_moons_without_noise_lie_on_two_half_circles():
    """Noise 0 puts every point at distance 1 from the middle of its moon."""
    X, y = data.moons(50, noise=0)
    middle = np.where(y[:, None] == 0, [0, 0], [1, 0.5])

    np.testing.assert_allclose(np.linalg.norm(X - middle, axis=1), 1)


def test_spirals_without_turns_are_two_lines():
    """With no turn, the first arm points right and the second left, both at height 0."""
    X, y = data.spirals(50, noise=0, turns=0)

    np.testing.assert_allclose(X[:, 1], 0, atol=1e-12)
    np.testing.assert_array_equal(X[:, 0] > 0, y == 0)


def test_digits_are_ink_between_0_and_1():
    """All ten digits come as 1,797 rows of 64 pixels in [0, 1]."""
    X, y = data.digits()

    assert X.shape == (1797, 64)
    assert (X.min(), X.max()) == (0, 1)
    assert set(y) == set(range(10))


def test_two_digits_become_a_yes_or_no_question():
    """`binary` labels the first class 0 and the second 1, in either order."""
    X, y = data.digits((3, 8))
    Z, t = data.digits((8, 3), binary=True)

    np.testing.assert_array_equal(X, Z)
    np.testing.assert_array_equal(t == 0, y == 8)


def test_a_split_keeps_every_row_once_and_every_class_in_proportion(rng):
    """Training and test part together are the data; each class has its share in both."""
    X, y = np.arange(100.0)[:, None], np.repeat([0.0, 1.0], (80, 20))
    parts = data.split(X, y, test=0.25, rng=rng)

    assert sorted(np.concatenate(parts[:2]).ravel()) == list(range(100))
    np.testing.assert_array_equal(parts[2], y[parts[0].ravel().astype(int)])
    assert [(parts[3] == label).sum() for label in (0, 1)] == [20, 5]


def test_signal_events_have_the_mass_of_the_particle():
    """The jets of signal events give back 125 GeV, as well as the detector allows."""
    events = data.collider(4000, rng=1)
    mass = events.high[events.y == 1, 0]

    assert np.median(mass) == pytest.approx(125, rel=0.02)
    assert mass.std() < 0.15 * 125 < events.high[events.y == 0, 0].std()


def test_the_joint_mass_is_the_relativistic_one():
    """Two massless jets back to back with 50 GeV each weigh 100 GeV."""
    row = [50, 0.0, 0.0, 50, 0.0, np.pi, 30, 0, 0, 30, np.pi]

    np.testing.assert_allclose(high_level(np.array([row])), [[100, np.pi, 60]])


@pytest.mark.parametrize("share", [0.0, 0.03, 1.0])
def test_signal_can_be_made_rare(share):
    """The share of signal events is the one asked for, within four standard deviations."""
    y = data.collider(5000, signal=share).y

    assert abs(y.mean() - share) <= 4 * np.sqrt(share * (1 - share) / 5000)
