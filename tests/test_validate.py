"""Bad input gets a message that says what was wanted and what was got."""

import numpy as np
import pytest

from coursekit import validate


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([1, 2], ValueError, r"X must have 2 axes, got shape \(2,\)"),
        ([[]], ValueError, r"X must not be empty, got shape \(1, 0\)"),
        ([[np.nan]], ValueError, "X must hold finite numbers"),
        ([[np.inf]], ValueError, "X must hold finite numbers"),
        ([["a"]], TypeError, "X must be an array of numbers, got"),
        ([[1], [1, 2]], TypeError, "X must be an array of numbers, got"),
        (None, TypeError, "X must be an array of numbers"),
    ],
)
def test_an_array_that_does_not_fit_is_refused(value, error, message):
    """The message names the argument, the rule and the offending value."""
    with pytest.raises(error, match=message):
        validate.array(value, "X", 2)


def test_a_misspelt_choice_is_told_the_nearest_one():
    """A typing error costs one look, not a search."""
    with pytest.raises(ValueError, match="unknown gate 'nadn': did you mean 'nand'"):
        validate.choice("nadn", {"and", "nand", "xor"}, "gate")


def test_a_choice_like_nothing_lists_all():
    """Without a near name, the message lists what there is."""
    with pytest.raises(ValueError, match="choose one of and, xor"):
        validate.choice("qqqqq", {"xor", "and"}, "gate")


def test_labels_outside_the_allowed_set_are_shown():
    """Labels of -1 and 1 are refused where 0 and 1 are wanted, and shown."""
    with pytest.raises(ValueError, match=r"labels must be 0 or 1, got \[-1.  1.\]"):
        validate.labelled([[0], [1]], [-1, 1], allowed=(0, 1))
