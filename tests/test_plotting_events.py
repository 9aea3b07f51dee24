"""The figures of the lab on events show the counts and places that they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import plotting


def test_both_classes_have_the_same_bins_and_no_event_is_lost():
    """Each class is one outline over the same edges, and its bars add up to its events."""
    scores, y = np.array([0.0, 0.1, 0.5, 0.9, 1.0]), np.array([0, 0, 1, 1, 1])
    ax = plotting.score_histogram(scores, y, bins=4)
    outlines = [patch.get_xy() for patch in ax.patches]

    assert len(outlines) == 2
    for corners, events in zip(outlines, (2, 3), strict=True):
        np.testing.assert_allclose(np.unique(corners[:, 0]), [0, 0.25, 0.5, 0.75, 1])
        tops = np.repeat(np.histogram(scores[y == events - 2], 4, range=(0, 1))[0], 2)
        np.testing.assert_allclose(corners[1:9, 1], tops)


def test_the_confusion_matrix_names_its_four_fields():
    """True negatives stand above left, true positives below right."""
    ax = plotting.confusion(np.array([[1200, 30], [4, 50]]))
    texts = [text.get_text() for text in ax.texts]

    assert texts == [
        "1,200\ntrue negatives",
        "30\nfalse positives",
        "4\nfalse negatives",
        "50\ntrue positives",
    ]


def test_a_table_of_another_shape_is_no_confusion_matrix():
    """The message shows the shape that came."""
    with pytest.raises(ValueError, match=r"2 by 2 table, got shape \(4,\)"):
        plotting.confusion(np.arange(4))


def test_correlations_are_those_of_numpy(rng):
    """The picture holds the correlation of each pair of columns, and names each column."""
    values = rng.normal(size=(50, 3))
    ax = plotting.correlations(values, ["a", "b", "c"])

    np.testing.assert_allclose(ax.images[0].get_array(), np.corrcoef(values, rowvar=False))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]


def test_each_pair_of_columns_has_a_panel(rng):
    """Three columns make nine panels; the last row and the first column carry the names."""
    y = np.repeat([0, 1], 20)
    plotting.pairs(rng.normal(size=(40, 3)), y, ["a", "b", "c"])
    axes = np.reshape(plt.gcf().axes, (3, 3))

    assert [ax.get_xlabel() for ax in axes[2]] == ["a", "b", "c"]
    assert [ax.get_ylabel() for ax in axes[:, 0]] == ["a", "b", "c"]


def test_a_curve_of_guessing_is_added_to_the_roc():
    """One line for each entry, and the diagonal."""
    ax = plotting.roc({"best": (np.array([0, 0, 1]), np.array([0, 1, 1]))})

    assert [line.get_label() for line in ax.lines] == ["best", "guessing"]


def test_trials_are_grouped_by_depth():
    """Each depth has a marker of its own; one layer is not called layers."""
    ax = plotting.trials([1e-3, 1e-2, 2e-3], [0.8, 0.9, 0.7], [1, 2, 1])

    assert [line.get_label() for line in ax.lines] == ["1 hidden layer", "2 hidden layers"]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.8, 0.7])
