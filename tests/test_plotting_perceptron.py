"""The figures of the perceptron's chapter: what they draw, and what they refuse to draw."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import data, plotting


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_the_title_counts_the_mistakes_of_the_line():
    """The title of a half-plane is its number of mistakes, singular for one."""
    X, y = data.gate("xor")

    titles = [plotting.half_plane([1, 1], b, X, y).get_title() for b in (-1.5, -0.5)]

    assert titles == ["3 mistakes", "1 mistake"]


def test_each_mistake_gets_a_ring():
    """The last markers drawn are rings at the points with a wrong answer."""
    X, y = data.gate("xor")

    rings = plotting.half_plane([1, 1], -0.5, X, y).collections[-1]

    np.testing.assert_array_equal(rings.get_offsets(), [[1, 1]])


@pytest.mark.parametrize(("b", "fires"), [(1.0, True), (0.0, False)])
def test_without_weights_all_of_the_plane_fires_or_none(b: float, fires: bool):
    """With w = 0 there is no line: the ground is shaded if the bias is above 0, else not."""
    ax = plotting.half_plane([0, 0], b, *data.gate("and"))

    ground = ax.patches[0].get_path()

    assert ground.contains_point((0.5, 0.5)) is fires
    assert np.isnan(ax.lines[0].get_xydata()).all()


def test_the_shaded_side_is_where_the_logit_is_positive():
    """A point on the shaded ground has a positive logit, its mirror image a negative one."""
    ax = plotting.half_plane([1, -1], 0, *data.gate("and"))

    ground = ax.patches[0].get_path()

    assert ground.contains_point((1, 0.2)) and not ground.contains_point((0.2, 1))


def test_a_gate_without_a_unit_is_grey():
    """Where no weights are given, the panel has grey ground and no ring."""
    plotting.gate_panels({"XOR": (*data.gate("xor"), None, 0)}, columns=1)

    ax = plt.gcf().axes[0]

    assert ax.get_facecolor() == plt.matplotlib.colors.to_rgba("lightgray")
    assert len(ax.collections) == 2


def test_the_bounds_cross_at_the_theorem():
    """The line that marks the end of learning stands at (R / gamma) squared."""
    _, whole = plotting.squeeze(np.zeros(2), np.zeros(2), gamma=0.5, radius=2.0)

    assert whole.lines[-1].get_xdata()[0] == 16


def test_the_run_fills_the_first_panel_of_the_squeeze():
    """The first panel ends two corrections after the last one, the second beyond the bound."""
    near, whole = plotting.squeeze(np.zeros(11), np.zeros(11), gamma=0.5, radius=2.0)

    assert near.get_xlim() == (0, 12)
    assert whole.get_xlim()[1] > 16


def test_each_margin_has_its_tick():
    """The sweep is read at the margins that were tried: each has its number on the axis."""
    ax = plotting.bound_sweep(np.array([0.5, 0.125]), np.array([1, 2]), np.array([4, 64]))

    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0.5", "0.12"]


def test_the_arrow_stands_on_the_line_and_points_along_the_weights():
    """An arrow begins where the logit is 0, and ends, at a right angle, where it is positive."""
    w, b = np.array([-1.0, -2.0]), 1.5
    plotting.gate_panels({"NOR": (*data.gate("nor"), w, b)}, columns=1, arrows=True)

    arrow = next(text for text in plt.gcf().axes[0].texts if not text.get_text())
    start, end = np.array(arrow.xyann), np.array(arrow.xy)

    assert abs(w @ start + b) < 1e-12
    np.testing.assert_allclose((end - start) / np.linalg.norm(end - start), w / np.linalg.norm(w))


def test_a_curved_border_counts_its_mistakes():
    """With the product of the inputs a unit gets XOR right; without it, it does not."""
    X, y = data.gate("xor")

    curved = plotting.logit_plane(lambda p: p.sum(axis=1) - 3 * p.prod(axis=1), X, y)
    straight = plotting.logit_plane(lambda p: p.sum(axis=1) - 0.5, X, y)

    assert (curved.get_title(), straight.get_title()) == ("0 mistakes", "1 mistake")


def test_the_border_lies_where_the_logit_is_zero():
    """The curve that is drawn runs through points with a logit of 0."""
    ax = plotting.logit_plane(lambda p: p[:, 0] - 0.25, *data.gate("xor"))

    border = ax.collections[1].get_paths()[0].vertices

    np.testing.assert_allclose(border[:, 0], 0.25)


def test_an_image_must_be_square():
    """Weights that do not fill a square are refused, with their number."""
    with pytest.raises(ValueError, match="square image, got 10 values"):
        plotting.pixel_maps({"weights": np.zeros(10)})


def test_the_unit_is_drawn_in_four_steps():
    """Each step adds parts to the drawing; a fifth one is refused."""
    parts = [len(plotting.unit_diagram(step).patches) for step in (1, 2, 3, 4)]

    assert parts == sorted(set(parts))
    with pytest.raises(ValueError, match="got 5"):
        plotting.unit_diagram(5)
