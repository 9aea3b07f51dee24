"""Figures of chapter 6: what they show is what they were given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import conv, plotting


def written(ax):
    """Return the texts on an axes."""
    return [text.get_text() for text in ax.texts]


def test_the_three_tasks_see_the_same_four_things():
    """Each thing has a box with its name, and its ink a colour of its own."""
    pictures = np.zeros((4, 8, 8))
    pictures[:, 2:5, 3:6] = 1
    plotting.tasks(pictures, "abcd")
    _, boxes, shades = plt.gcf().axes
    assert written(boxes) == [*"abcd"]
    assert [patch.get_xy() for patch in boxes.patches] == [(2, 1), (10, 1), (2, 9), (10, 9)]
    assert {(patch.get_width(), patch.get_height()) for patch in boxes.patches} == {(4, 4)}
    shade = shades.images[-1].get_array()
    assert len(np.unique(shade.reshape(-1, 3), axis=0)) == 5, "four colours and white"


def test_a_window_stands_where_its_result_comes_from():
    """At a stride of 2 the second place is two pixels further right; what follows is blank."""
    image = np.arange(25.0).reshape(5, 5)
    result = conv.conv2d(image[None], np.ones((1, 1, 3, 3)), stride=2)[0]
    plotting.sliding(image, result, 1, 3, kernel=np.ones((3, 3)), stride=2)
    before, after = plt.gcf().axes
    assert before.patches[-1].get_xy() == (1.5, -0.5) and before.patches[-1].get_width() == 3
    assert written(before)[25:] == ["×1"] * 9
    assert written(after) == [f"{value:.4g}" for value in result.ravel()[:2]]


def test_a_window_without_a_kernel_shows_no_weights():
    """Pooling has nothing to multiply with."""
    plotting.sliding(np.zeros((3, 3)), np.zeros((2, 2)), 3, 2)
    assert len(written(plt.gcf().axes[0])) == 9
    assert len(written(plt.gcf().axes[1])) == 4


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_geometry_draws_a_bar_for_each_place(stride, padding):
    """The number of bars is the size of the result, and the title says it."""
    ax = plotting.geometry(stride, padding)
    size = conv.output_size(7, 3, stride, padding)
    assert ax.get_title() == f"{size} places"
    assert written(ax) == [
        *"0" * padding, *"x" * 7, *"0" * padding, *map(str, range(1, size + 1))
    ]  # fmt: skip


def test_geometry_hatches_what_is_never_seen():
    """Seven pixels in steps of three leave the last one out."""
    hatched = [patch for patch in plotting.geometry(3, 0).patches if patch.get_hatch()]
    assert [(patch.get_x(), patch.get_width()) for patch in hatched] == [(6, 1)]
    assert not [patch for patch in plotting.geometry(2, 0).patches if patch.get_hatch()]


def test_maps_have_their_titles_and_gaps():
    """Pictures stand in rows; None leaves a place empty, and so does a row that is not full."""
    plotting.maps({"one": np.eye(3), "two": -np.eye(3)})
    assert [ax.get_title() for ax in plt.gcf().axes] == ["one", "two"]
    plotting.maps([np.eye(3), None, np.eye(3), np.eye(3)], columns=3)
    assert [len(ax.images) for ax in plt.gcf().axes] == [1, 0, 1, 1, 0, 0]


def test_a_map_with_negative_numbers_has_white_at_zero():
    """Grey begins at 0; blue and orange reach equally far from it."""
    plotting.maps([np.array([[0.0, 4.0]]), np.array([[-1.0, 3.0]])])
    grey, signed = (ax.images[0] for ax in plt.gcf().axes)
    assert grey.get_clim() == (0, 4) and signed.get_clim() == (-3, 3)
    assert grey.get_cmap().name != signed.get_cmap().name


def test_volumes_name_each_stage_and_its_shape():
    """A box is as high as the maps; flat stages say their length."""
    ax = plotting.volumes([("input", (1, 28, 28)), ("pool", (32, 13, 13)), ("list", (1600,))])
    assert written(ax) == ["input", "1\n×28×28", "pool", "32\n×13×13", "list", "1,600"]
    assert [patch.get_height() for patch in ax.patches[:2]] == [28, 13]


def test_the_table_writes_every_count_and_colours_the_mistakes():
    """Zeros are left out; the diagonal is bold and has no colour."""
    counts = np.array([[5, 2], [0, 7]])
    ax = plotting.confusion_table(counts, "ab")
    assert written(ax) == ["5", "2", "7"]
    np.testing.assert_array_equal(ax.images[0].get_array(), [[0, 2], [0, 0]])
    assert [text.get_fontweight() for text in ax.texts] == ["bold", "normal", "bold"]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plotting.tasks(np.zeros((3, 8, 8)), "abc"), "4 pictures"),
        (lambda: plotting.sliding(np.eye(3), np.eye(2), 4, 2), "step must be from 0 to 3"),
        (lambda: plotting.geometry(1, 0, size=2), "size"),
        (lambda: plotting.geometry(0, 0), "stride"),
        (lambda: plotting.maps([]), "empty"),
        (lambda: plotting.confusion_table(np.eye(2), "abc"), "3 by 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    """The message names what is wrong."""
    with pytest.raises(ValueError, match=message):
        draw()
