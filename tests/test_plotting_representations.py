"""Figures of chapter 7: what they show is what they were given."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit import plotting


def test_layer_scores_show_the_mean_and_the_spread_of_the_runs():
    """One run has no bars; of several the marker is the mean and the bar one deviation."""
    runs = np.array([[0.2, 0.4], [0.4, 0.8]])

    ax = plotting.layer_scores({"one": runs[0], "two": runs}, ["a", "b"], "score", chance=0.1)

    one, two = ax.containers
    np.testing.assert_allclose(one.lines[0].get_ydata(), runs[0])
    np.testing.assert_allclose(two.lines[0].get_ydata(), [0.3, 0.6])
    assert not one.has_yerr and two.has_yerr
    top = two.lines[2][0].get_segments()[1]
    np.testing.assert_allclose(top[:, 1], 0.6 + np.std(runs[:, 1], ddof=1) * np.array([-1, 1]))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b"]


def test_layer_strips_have_a_panel_a_layer_and_a_row_an_example(rng):
    """Every number is drawn, and the title says how many there are."""
    vectors = {"first": rng.random((3, 8)), "last": rng.random((3, 2))}
    plotting.layer_strips(vectors, ["p", "q", "r"])

    for ax, (name, rows) in zip(plt.gcf().axes, vectors.items(), strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), rows)
        assert ax.get_title("left") == f"{name}: {rows.shape[1]} numbers"


def test_tiles_keep_rows_names_and_titles_together(rng):
    """A shorter row leaves its places empty; NaN stays missing."""
    image = rng.random((4, 4))
    torn = np.where(np.eye(4) > 0, np.nan, image)
    plotting.tiles({"long": [image, torn], "short": [image]}, {"long": ["u", "v"]})

    first, second, third, empty = plt.gcf().axes
    assert first.get_ylabel() == "long" and third.get_ylabel() == "short"
    assert [first.get_title(), second.get_title(), third.get_title()] == ["u", "v", ""]
    assert np.ma.count_masked(second.images[0].get_array()) == 4 and not empty.images


def test_overlays_draw_each_map_on_a_scale_of_its_own(rng):
    """A map of the column's image lies under it, and 0 is in the middle of its colours."""
    images, maps = rng.random((2, 6, 6)), rng.normal(size=(2, 6, 6))
    plotting.overlays(images, {"why": maps})

    above, below = plt.gcf().axes[:2], plt.gcf().axes[2:]
    for k, (top, low) in enumerate(zip(above, below, strict=True)):
        np.testing.assert_array_equal(top.images[0].get_array(), images[k])
        np.testing.assert_array_equal(low.images[0].get_array(), maps[k])
        assert low.images[0].norm.vmax == -low.images[0].norm.vmin == abs(maps[k]).max()


def test_flat_points_show_every_point_of_every_class():
    """Each panel holds all places, one mark a class."""
    places, labels = np.arange(12.0).reshape(6, 2), np.array([0, 9, 0, 9, 9, 0])
    plotting.flat_points({"a": places, "b": -places}, labels, digits=True)

    for ax, sign in zip(plt.gcf().axes, (1, -1), strict=True):
        zeros, nines = ax.collections
        np.testing.assert_array_equal(zeros.get_offsets(), sign * places[labels == 0])
        np.testing.assert_array_equal(nines.get_offsets(), sign * places[labels == 9])


def test_drops_start_at_zero_and_name_their_lines():
    """The axis of the fall begins at 0, so that small falls look small."""
    ax = plotting.drops((1, 4), {"random": [0.1, 0.2], "map": [0.3, 0.6]}, "fall")

    assert ax.get_ylim()[0] == 0 and [line.get_label() for line in ax.lines] == ["random", "map"]
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [0.3, 0.6])
