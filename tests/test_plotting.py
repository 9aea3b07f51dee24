"""Figures show what they are given, in one style, and refuse what they cannot draw."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from coursekit import data, perceptron, plotting


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 (black) to 1 (white); WCAG 2.2's formula."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("colour", plotting.COLORS[:5])
def test_the_first_colours_stand_out_from_white(colour):
    """Each of the first five colours has a contrast of at least 3 to 1 with the ground."""
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_a_class_can_be_told_without_colour():
    """There is a marker of its own for each colour."""
    assert len(set(plotting.MARKERS)) == len(plotting.MARKERS) == len(plotting.COLORS)


def test_the_boundary_colours_each_side_by_its_label():
    """The picture under the points is the classifier's answer on a grid."""
    X, y = data.gate("and")
    ax = plotting.decision_boundary(perceptron.fit(X, y).predict, X, y, resolution=50)
    codes = ax.images[0].get_array()

    assert codes[0, 0] == 0
    assert codes[-1, -1] == 1


def test_a_classifier_with_one_answer_has_no_boundary():
    """A unit that always says 0 colours the whole plane alike, without a line or a warning."""
    X, y = data.gate("and")
    ax = plotting.decision_boundary(lambda grid: np.zeros(len(grid)), X, y, resolution=20)

    assert np.unique(ax.images[0].get_array()).tolist() == [0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y: plotting.scatter(X[:, :1], y), r"2 columns to be drawn, got shape \(4, 1\)"),
        (lambda X, y: plotting.scatter(X, y[:2]), "equal length, got 4 and 2"),
        (
            lambda X, y: plotting.decision_boundary(lambda grid: 1, X, y, resolution=5),
            r"one label a row, 25, got \(\)",
        ),
        (lambda X, y: plotting.figure(width=12), "width must be from 0.5 to 7 inches, got 12"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, message):
    """Each message says which shape was wanted and which came."""
    with pytest.raises(ValueError, match=message):
        call(*data.gate("or"))


def test_no_line_is_left_out_for_want_of_a_look():
    """Five lines have five styles; a sixth is refused, and all are named."""
    lines = {name: np.ones(3) for name in "abcde"}
    ax = plotting.curves(np.arange(3), lines, "x", "y", (0, 2))

    assert [line.get_label() for line in ax.lines] == [*"abcde"]
    with pytest.raises(ValueError, match="at most 5 apart, got 6: a, b, c, d, e, f"):
        plotting.curves(np.arange(3), lines | {"f": np.ones(3)}, "x", "y", (0, 2))
