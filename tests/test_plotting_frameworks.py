"""The figures about libraries show what they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import plotting


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def _words(ax):
    return [text.get_text() for text in ax.texts]


def test_every_library_has_a_box():
    """Each name stands in a box of its own, the lowest storey at the bottom."""
    ax = plotting.library_stack([[("below", 0, 6)], [("left", 0, 2), ("right", 2, 6)]])

    assert _words(ax) == ["below", "left", "right"]
    assert [patch.get_y() for patch in ax.patches] == sorted(p.get_y() for p in ax.patches)


def test_flattened_rows_show_both_orders():
    """The first row counts up; the second goes from channel to channel at each pixel."""
    plotting.flatten_orders(2, 2, 2)

    block, first, last = plt.gcf().axes
    assert _words(block) == _words(first) == list("01234567")
    assert _words(last) == list("04152637")


def test_twins_measure_the_distance_from_the_reference():
    """Each other library has a line with its distance in each epoch, none below the axis."""
    losses = {"a": np.array([1.0, 0.5]), "b": np.array([1.25, 0.5])}
    plotting.twins(losses, "a")

    left, right = plt.gcf().axes
    assert len(left.lines) == 2
    (line,) = right.lines
    np.testing.assert_allclose(line.get_ydata(), [0.25, 1e-10])


def test_twins_refuse_a_reference_without_losses():
    """A name that is not among the losses is refused, and shown."""
    with pytest.raises(ValueError, match="nobody"):
        plotting.twins({"a": np.ones(2)}, "nobody")


def test_the_decoder_is_given_the_answer_one_place_later():
    """Under the decoder stand the start and the answer without its end."""
    ax = plotting.translator(["dos", "mil"], ["2", "0", "end"])

    below = [text.get_text() for text in ax.texts if text.get_position()[1] == -1]
    above = [text.get_text() for text in ax.texts if text.get_weight() == "bold"]
    assert below == ["dos", "mil", "start", "2", "0"]
    assert above == ["2", "0", "end"]
