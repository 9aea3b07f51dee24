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
    """Names stand at the height of their row, titles above their image; NaN stays missing."""
    image = rng.random((4, 4))
    torn = np.where(np.eye(4) > 0, np.nan, image)
    plotting.tiles({"long": [image, torn], "short": [image]}, {"long": ["u", "v"]})

    (ax,) = plt.gcf().axes
    first, second, third = (np.reshape(im.get_extent(), (2, 2)).mean(axis=1) for im in ax.images)
    assert first[1] == second[1] > third[1] and second[0] > first[0] == third[0]
    heights = {label.get_text(): label.get_position()[1] for label in ax.get_yticklabels()}
    assert heights == {"long": first[1], "short": third[1]}
    assert [(t.get_text(), t.get_position()[0]) for t in ax.texts] == [
        ("u", first[0]), ("v", second[0])
    ]  # fmt: skip
    assert np.ma.count_masked(ax.images[1].get_array()) == 4


def test_tiles_keep_the_proportions_of_a_photograph(rng):
    """An image that is twice as wide as high is drawn so, and all of it is in view."""
    plotting.tiles({"photo": [rng.random((3, 6, 3))]}, height=1.6)

    (ax,) = plt.gcf().axes
    left, right, bottom, top = ax.images[0].get_extent()
    assert right - left == 2 * (top - bottom) and ax.get_aspect() == 1
    assert ax.get_xlim()[0] < left and right < ax.get_xlim()[1]
    assert ax.get_ylim()[0] < bottom and top < ax.get_ylim()[1]


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
