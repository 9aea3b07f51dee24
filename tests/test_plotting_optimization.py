"""Figures of chapter 5: what they show is what they were given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import plotting

BOX = {"xlim": (-2.0, 2.0), "ylim": (-1.0, 1.0)}


def bowl(P):
    """Return heights of a valley, (m, 2) -> (m,)."""
    return P[:, 0] ** 2 + 3 * P[:, 1]


def test_heights_have_a_row_for_each_second_weight():
    """Rows of Z belong to y, columns to x."""
    x, y, Z = plotting.heights(bowl, (0, 2), (0, 4), points=5)
    assert x[-1] == 2 and y[-1] == 4 and Z.shape == (5, 5)
    np.testing.assert_allclose(Z[3, 1], x[1] ** 2 + 3 * y[3])
    np.testing.assert_allclose(Z, x[None] ** 2 + 3 * y[:, None])


def test_a_landscape_is_a_surface_and_a_map_of_the_same_place():
    """Both panels have the same names, and the map ends where the heights end."""
    plotting.landscape(*plotting.heights(lambda P: bowl(P) + 9, (-2, 2), (-1, 1)), names="uv")
    left, right = plt.gcf().axes
    assert left.name == "3d" and right.name == "rectilinear"
    assert left.get_xlabel() == right.get_xlabel() == "u"
    np.testing.assert_allclose([*right.get_xlim(), *right.get_ylim()], [-2, 2, -1, 1])


def test_a_descent_holds_every_step_the_start_and_the_goals():
    """No step is left out, and the large mark stands on the last one."""
    path = np.array([[-1.5, 0.5], [0.0, 0.2], [1.0, -0.5]])
    ax = plotting.descent(lambda P: bowl(P) + 9, {"path": path}, ends=[(1, 0)], **BOX)
    dots, line, ring, star = ax.lines
    np.testing.assert_array_equal(dots.get_xydata(), path)
    np.testing.assert_array_equal(line.get_xydata(), path)
    assert line.get_markevery() == [2], "the large mark is where the walk is now"
    np.testing.assert_array_equal(ring.get_xydata(), path[:1])
    np.testing.assert_array_equal(star.get_xydata(), [[1, 0]])
    assert ax.get_xlim() == BOX["xlim"]


def test_a_descent_survives_a_walk_that_flies_off():
    """A place too far away for the canvas is cut off."""
    path = np.array([[0.0, 0.0], [1e200, -1e300]])
    ax = plotting.descent(lambda P: bowl(P) + 9, {"path": path}, **BOX)
    ax.figure.canvas.draw()
    assert np.abs(ax.lines[1].get_ydata()).max() < 1e4


def test_two_paths_have_a_legend_and_different_looks():
    """The legend names both, in their order."""
    paths = {"one": np.zeros((1, 2)), "two": np.ones((70, 2))}
    ax = plotting.descent(lambda P: bowl(P) + 9, paths, **BOX)
    (legend,) = ax.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["one", "two"]
    first, second = ax.lines[1], ax.lines[3]
    assert first.get_color() != second.get_color()
    assert first.get_marker() != second.get_marker()


@pytest.mark.parametrize("log", [True, False])
def test_loss_curves_draw_the_mean_and_the_spread_of_runs(log):
    """One run is drawn as it is; of several the mean, and one deviation to each side."""
    runs = np.array([[4.0, 2.0, 1.0], [6.0, 4.0, 1.0]])
    ax = plotting.loss_curves({"one": np.array([3.0, 2.0]), "many": runs}, every=20, log=log)
    one, many = ax.lines
    np.testing.assert_array_equal(one.get_xydata(), [[0, 3], [20, 2]])
    np.testing.assert_array_equal(many.get_xydata(), [[0, 5], [20, 3], [40, 1]])
    (band,) = ax.collections
    bounds = band.get_paths()[0].get_extents()
    np.testing.assert_allclose([bounds.y0, bounds.y1], [1, 5 + 2**0.5])
    assert ax.get_yscale() == ("log" if log else "linear")


def test_a_race_puts_each_method_at_its_steps_and_the_rest_at_never():
    """Infinitely many steps stand over the tick "never"."""
    steps = {"bowl": {"SGD": 73.0, "Adam": 94.0}, "banana": {"SGD": np.inf, "Adam": 900.0}}
    ax = plotting.race(steps, most=1000)
    marks = [line for line in ax.lines if line.get_marker() not in ("None", None)]
    assert [float(mark.get_xdata()[0]) for mark in marks] == [73, 94, 4000, 900]
    ticks = dict(zip([t.get_text() for t in ax.get_xticklabels()], ax.get_xticks(), strict=True))
    assert ticks["never"] == 4000 and ticks["1,000"] == 1000
    assert [label.get_text() for label in ax.get_yticklabels()] == ["bowl", "banana"]
    assert [t.get_text() for t in ax.figure.legends[0].get_texts()] == ["SGD", "Adam"]


def test_treatments_show_every_run_and_the_mean():
    """A dot for each run, and a bar at their mean."""
    scores = {"nothing": np.array([[1.0, 0.2], [3.0, 0.4]]), "cure": np.array([[1.0, 0.1]] * 2)}
    plotting.treatments(scores, columns=("loss", "error"))
    left, right = plt.gcf().axes
    dots, bar = left.lines[:2]
    np.testing.assert_array_equal(dots.get_xdata(), [1, 3])
    np.testing.assert_array_equal(bar.get_xdata(), [2, 2])
    np.testing.assert_allclose(right.lines[1].get_xdata(), 0.3)
    assert right.get_xlabel() == "error" and left.get_xlim()[0] == 0
    assert [label.get_text() for label in left.get_yticklabels()] == ["nothing", "cure"]
