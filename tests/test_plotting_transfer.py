"""Figures of chapter 8: what they show is what they were given."""

import numpy as np
import pytest

from coursekit import plotting


def words(ax):
    """Return the texts inside a figure's axes, in order."""
    return [text.get_text() for text in ax.texts]


def test_layer_modes_say_what_is_frozen_and_when_the_others_begin():
    """A mode with turns counts them; one without says that the layer learns."""
    ax = plotting.layer_modes(("a", "b"), {"probe": (0, 1), "gradual": (2, 1)})

    assert words(ax) == ["frozen", "learns", "turn 2", "turn 1"]
    assert [box.get_hatch() or "" for box in ax.patches] == ["//", "", "", ""]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["probe", "gradual"]


def test_gains_hold_every_seed_and_the_means():
    """Dots are the runs, the line goes through their means, labels are places in order."""
    scores = {"one": {10: np.array([0.2, 0.4]), 50: np.array([0.6, 0.8])}, "two": {50: np.ones(3)}}
    ax = plotting.gains(scores)

    line, first, second, *rest = ax.lines
    np.testing.assert_allclose(line.get_ydata(), [0.3, 0.7])
    np.testing.assert_allclose(first.get_ydata(), [0.2, 0.4])
    np.testing.assert_allclose(second.get_ydata(), [0.6, 0.8])
    assert round(rest[0].get_xdata()[0]) == 1, "50 labels are the second place"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["10 labels", "50 labels"]
    (legend,) = ax.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["one", "two"]
    looks = {(line.get_color(), line.get_marker()) for line in (ax.lines[0], rest[0])}
    assert len(looks) == 2


def test_seed_dots_have_a_row_for_each_method_and_a_line_for_chance():
    """Every run is a dot, the bar stands at the mean."""
    ax = plotting.seed_dots({"a": [0.1, 0.3], "b": [0.5]}, chance=0.25)

    dots, bar, *_, chance = ax.lines
    np.testing.assert_array_equal(dots.get_xdata(), [0.1, 0.3])
    np.testing.assert_allclose(bar.get_xdata(), [0.2, 0.2])
    assert set(chance.get_xdata()) == {0.25}
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first row is on top"
    ax.figure.canvas.draw()


def test_seed_dots_need_no_chance():
    """Without it the figure can be drawn all the same."""
    plotting.seed_dots({"a": [1.0]}).figure.canvas.draw()


def test_a_number_table_shows_each_number_where_it_belongs():
    """Rows and columns are not exchanged; dark cells have white numbers."""
    ax = plotting.number_table([[0.0, 0.125, 0.25], [0.5, 0.75, 1.0]], ["r", "s"], "abc")

    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert places["0.25"] == (2, 0) and places["0.50"] == (0, 1)
    assert [t.get_color() for t in ax.texts] == ["black"] * 5 + ["white"]
    assert ax.images[0].get_array().shape == (2, 3)


def test_token_boxes_count_and_show_every_piece():
    """Each row says how many pieces it has, and none leaves the figure."""
    ax = plotting.token_boxes({"English": ["what", "##s"], "Spanish": ["que"]})

    assert words(ax) == ["English: 2 tokens", "what", "##s", "Spanish: 1 tokens", "que"]
    assert len(ax.patches) == 3
    assert max(box.get_x() + box.get_width() for box in ax.patches) <= ax.get_xlim()[1]


@pytest.mark.parametrize(("inputs", "outputs", "rank"), [(384, 384, 8), (10, 20, 2)])
def test_low_rank_names_the_sizes(inputs, outputs, rank):
    """The three matrices are given with their shapes and their numbers of weights."""
    said = " ".join(words(plotting.low_rank(inputs, outputs, rank)))

    assert f"{outputs} × {inputs}\n= {outputs * inputs:,}" in said
    assert f"A, {rank} × {inputs}\n= {rank * inputs:,}" in said
    assert f"B, {outputs} × {rank}\n= {outputs * rank:,}" in said
    assert "alpha / r" in said
