"""Glyphs, posed handwriting and poses: what they hold, that they repeat, what they refuse."""

import itertools
import shutil
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from coursekit import data
from coursekit.data.pose import warp

TTF = Path(mpl.get_data_path()) / "fonts" / "ttf"
STILL = {"rotation": 0, "shear": 0, "scale": (1, 1), "shift": 0, "noise": 0}
MAKERS = {
    "glyphs": lambda **options: data.glyphs(40, **options)[0],
    "posed_digits": lambda **options: data.posed_digits(**options)[0][:40],
    "pose": lambda **options: data.pose(square(), **options),
}


def square(n: int = 40) -> np.ndarray:
    """Return n pictures of a black square in the middle, (n, 28, 28)."""
    X = np.zeros((n, 28, 28), np.float32)
    X[:, 9:19, 9:19] = 1
    return X


def middle_of_ink(X: np.ndarray) -> np.ndarray:
    """Return the centre of mass of each picture, (n, h, w) -> (n, 2), rows first."""
    places = np.stack(np.meshgrid(*map(np.arange, X.shape[1:]), indexing="ij"), axis=-1)
    return np.einsum("nij,ijk->nk", X, places) / X.sum(axis=(1, 2))[:, None]


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_pictures_are_small_and_between_paper_and_ink(maker):
    """Each picture has 28 by 28 float32 pixels in [0, 1]."""
    X = maker()

    assert X.shape == (40, 28, 28)
    assert X.dtype == np.float32
    assert X.min() >= 0 and X.max() <= 1


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_a_seed_and_its_generator_give_the_same_pictures(maker):
    """`rng=3` and a generator made from 3 are the same, and 4 is not."""
    same = maker(rng=3)

    np.testing.assert_array_equal(same, maker(rng=np.random.default_rng(3)))
    assert not np.array_equal(same, maker(rng=4))


# Glyphs


def test_labels_are_the_places_in_chars():
    """A class drawn alone, without pose and noise, is nearest to its own class in the mix."""
    chars = "AKO8"
    alone = np.stack([data.glyphs(1, c, fonts=["DejaVuSans"], **STILL)[0].ravel() for c in chars])
    X, y = data.glyphs(60, chars, fonts=["DejaVuSans"], **STILL)
    distances = ((X.reshape(60, 1, -1) - alone) ** 2).sum(axis=2)

    assert y.dtype == np.int64
    assert set(y) == {0, 1, 2, 3}
    np.testing.assert_array_equal(distances.argmin(axis=1), y)


def test_every_font_draws_every_digit_and_letter():
    """No picture is blank, and no two characters of a font are drawn alike."""
    chars = "0123456789" + data.LETTERS
    assert len(data.FONTS) == 21 and len(data.LETTERS) == 52
    for font in data.FONTS:
        X, y = data.glyphs(600, chars, fonts=[font], **STILL)
        first = [X[y == k][0] for k in set(y)]

        assert X.sum(axis=(1, 2)).min() > 5
        assert all(np.abs(a - b).max() > 0.1 for a, b in itertools.combinations(first, 2))


def test_an_older_matplotlib_has_a_stand_in(tmp_path, monkeypatch):
    """Where the font that came last is missing, STIX's italic is drawn, and the rest is as ever."""
    shutil.copytree(TTF, tmp_path / "fonts" / "ttf", ignore=shutil.ignore_patterns("cmti10.ttf"))
    italic, _ = data.glyphs(20, "ab", fonts=["STIXGeneralItalic"], **STILL)
    as_ever, _ = data.glyphs(20, "ab", fonts=["cmr10"], **STILL)

    monkeypatch.setattr("matplotlib.get_data_path", lambda: str(tmp_path))
    sys.modules["coursekit.data.glyphs"]._drawings.cache_clear()
    stand_in, _ = data.glyphs(20, "ab", fonts=["cmti10"], **STILL)
    other, _ = data.glyphs(20, "ab", fonts=["cmr10"], **STILL)
    sys.modules["coursekit.data.glyphs"]._drawings.cache_clear()

    np.testing.assert_array_equal(stand_in, italic)
    np.testing.assert_array_equal(other, as_ever)


@pytest.mark.parametrize("coarse", [0.0, 1.0])
def test_a_glyph_at_scale_one_fills_the_inner_box(coarse: float):
    """Ink stays within the 20 by 20 pixels in the middle, and its longer side comes near them."""
    X, _ = data.glyphs(200, coarse=coarse, **STILL)
    tall, wide = (X > 0.3).any(axis=2).sum(axis=1), (X > 0.3).any(axis=1).sum(axis=1)

    X[:, 4:24, 4:24] = 0
    assert X.max() == 0
    longer = np.maximum(tall, wide)
    assert np.median(longer) >= 19 and longer.min() >= 10


def test_the_stroke_comes_in_three_weights():
    """One character of one font has three amounts of ink when nothing else varies."""
    X, _ = data.glyphs(50, "H", fonts=["DejaVuSans"], **STILL)

    assert len(np.unique(X.sum(axis=(1, 2)).round(3))) == 3


def test_every_font_takes_part():
    """One character without a pose comes in every font by three weights, each about as often."""
    X, _ = data.glyphs(3000, "g", **STILL)
    _, often = np.unique(X.reshape(3000, -1), axis=0, return_counts=True)
    shipped = sum((TTF / f"{font}.ttf").exists() for font in data.FONTS)

    assert shipped >= len(data.FONTS) - 1
    assert len(often) == 3 * shipped
    assert often.min() > 15 and often.max() < 100


def test_coarse_glyphs_hold_no_detail_finer_than_eight_pixels():
    """What varies faster than a grid of 8 by 8 can say is nearly gone; sharp glyphs have it."""

    def detail(coarse: float) -> float:
        X, _ = data.glyphs(200, data.LETTERS, coarse=coarse, **STILL)
        power = np.abs(np.fft.fft2(X[:, 4:24, 4:24])) ** 2
        cycles = np.abs(np.fft.fftfreq(20, 1 / 20))
        fine = np.maximum(cycles[:, None], cycles) > 5
        return float(power[:, fine].sum() / power.sum())

    assert detail(1.0) < detail(0.0) / 4


def test_the_share_of_coarse_glyphs_is_kept():
    """With the same seed, `coarse` changes about that share of the pictures and no other."""
    sharp, some, all_ = (data.glyphs(1000, coarse=c, rng=5)[0] for c in (0, 0.7, 1))
    same_as_sharp = (sharp == some).all(axis=(1, 2))
    same_as_coarse = (all_ == some).all(axis=(1, 2))

    assert (same_as_sharp ^ same_as_coarse).all()
    assert same_as_coarse.mean() == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.glyphs(0), "n must be at least 1, got 0"),
        (lambda: data.glyphs(5, ""), "chars must be a string of characters, got ''"),
        (lambda: data.glyphs(5, 12), "chars must be a string of characters, got 12"),
        (lambda: data.glyphs(5, "abca"), "chars must hold each character once, got 'a' twice"),
        (lambda: data.glyphs(5, "a字"), "font 'DejaVuSans' has no '字'"),
        (lambda: data.glyphs(5, "a b"), "font 'DejaVuSans' has no ' '"),
        (lambda: data.glyphs(5, fonts=[]), r"fonts must be a list of names, got \[\]"),
        (lambda: data.glyphs(5, fonts="cmr10"), "fonts must be a list of names, got 'cmr10'"),
        (lambda: data.glyphs(5, fonts=["cmr12"]), "unknown font 'cmr12': did you mean 'cmr10'"),
        (lambda: data.glyphs(5, fonts=["DejaVu Sans"]), "did you mean 'DejaVuSans'"),
        (lambda: data.glyphs(5, coarse=1.1), "coarse must be from 0 to 1, got 1.1"),
        (lambda: data.glyphs(5, coarse=float("nan")), "coarse must be from 0 to 1, got nan"),
    ],
)
def test_glyphs_that_cannot_be_drawn_are_refused(call, message: str):
    """The message says what was wanted and what was got."""
    with pytest.raises(ValueError, match=message):
        call()


# Posed handwriting


def test_posed_digits_keep_the_order_of_the_file():
    """Label by label they are scikit-learn's digits, and unposed they look like them."""
    X, y = data.posed_digits(**STILL)
    pixels, labels = data.digits()
    inner = X[:, 4:24, 4:24].reshape(-1, 10, 2, 10, 2).mean(axis=(2, 4)).reshape(len(X), -1)
    small = ndimage.zoom(pixels.reshape(-1, 8, 8), (1, 1.25, 1.25), order=1, grid_mode=True,
                         mode="nearest").reshape(len(X), -1)  # fmt: skip

    np.testing.assert_array_equal(y, labels)
    assert min(np.corrcoef(a, b)[0, 1] for a, b in zip(inner, small, strict=True)) > 0.9


def test_both_halves_of_the_handwriting_hold_every_digit():
    """The 897 pictures for training and the 900 for tests have at least 80 of each digit."""
    _, y = data.posed_digits()

    assert np.bincount(y[:897]).min() >= 80
    assert np.bincount(y[-900:]).min() >= 80


# Poses


def test_no_change_leaves_the_picture_alone(rng: np.random.Generator):
    """With every amount at zero and scale one, pictures come back as they went in."""
    X = rng.random((5, 28, 20), dtype=np.float32)

    np.testing.assert_array_equal(data.pose(X, **STILL), X)


def test_a_pose_leaves_its_argument_alone():
    """The pictures that were given stay as they were."""
    X = square()
    data.pose(X, noise=0.1)

    np.testing.assert_array_equal(X, square())


def test_warp_agrees_with_scipy(rng: np.random.Generator):
    """Any matrix and move read the same pixels as SciPy's bilinear interpolation."""
    X = rng.random((7, 28, 20), dtype=np.float32)
    matrix, move = rng.normal(size=(7, 2, 2)), rng.normal(scale=3, size=(7, 2))
    middle = np.array([13.5, 9.5])
    wanted = [
        ndimage.affine_transform(x, A, middle - A @ (middle + t), order=1, mode="grid-constant")
        for x, A, t in zip(X, matrix, move, strict=True)
    ]

    np.testing.assert_allclose(warp(X, matrix, move, chunk=3), wanted, atol=1e-4)


@given(amount=st.floats(0, 4), seed=st.integers(0, 100))
@settings(max_examples=25)
def test_shift_moves_the_ink_by_at_most_so_many_pixels(amount: float, seed: int):
    """The centre of the ink leaves the middle by no more than `shift` along each axis."""
    moved = data.pose(square(), **STILL | {"shift": amount}, rng=seed)
    away = np.abs(middle_of_ink(moved) - 13.5).max()

    assert 0.6 * amount - 1e-3 <= away <= amount + 1e-3


def test_scale_changes_the_area_by_its_square():
    """Half the size has a quarter of the ink, double the size four times as much."""
    for size in (0.5, 1.5, 2.0):
        ink = data.pose(square(), **STILL | {"scale": (size, size)}).sum(axis=(1, 2))
        np.testing.assert_allclose(ink, 100 * size**2, rtol=0.02)


@pytest.mark.parametrize(("name", "value"), [("rotation", 30), ("shear", 0.3)])
def test_turning_and_slanting_keep_the_area(name: str, value: float):
    """The amount of ink stays, its places do not."""
    X = data.pose(square(), **STILL | {name: value})

    np.testing.assert_allclose(X.sum(axis=(1, 2)), 100, rtol=0.02)
    assert (np.abs(X - square()).sum(axis=(1, 2)) > 1).mean() > 0.5


def test_slanting_moves_rows_sideways_only():
    """A shear of s moves a row at height h by s h to the side; no row changes its height."""
    bar = np.zeros((30, 28, 28), np.float32)
    bar[:, 2:26, 13:15] = 1
    X = data.pose(bar, **STILL | {"shear": 0.3})
    columns = np.einsum("nij,j->ni", X[:, 4:24], np.arange(28)) / X[:, 4:24].sum(axis=2)

    np.testing.assert_allclose(X.sum(axis=2), bar.sum(axis=2), atol=1e-3)
    slopes = np.abs(columns[:, -1] - columns[:, 0]) / 19
    assert 0.2 < slopes.max() < 0.31


def test_every_picture_has_a_pose_of_its_own():
    """No two of forty equal squares come back equal."""
    X = data.pose(square()).reshape(40, -1)

    assert len(np.unique(X, axis=0)) == 40


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rotation": -1}, "rotation must be at least 0, got -1"),
        ({"rotation": 181}, "rotation must be at most 180, got 181"),
        ({"shear": -0.1}, "shear must be at least 0"),
        ({"shift": float("nan")}, "shift must be at least 0, got nan"),
        ({"noise": -0.1}, "noise must be at least 0"),
        ({"scale": (1.1, 0.9)}, "scale must be 0.001 <= smallest <= largest"),
        ({"scale": (0, 1)}, "scale must be 0.001 <= smallest <= largest"),
        ({"scale": 1.0}, r"scale must be \(smallest, largest\), got 1.0"),
    ],
)
@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_poses_out_of_range_are_refused(maker, options: dict[str, object], message: str):
    """Whoever asks for the pose, the same message says what is wrong."""
    with pytest.raises(ValueError, match=message):
        maker(**options)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros((28, 28)), "X must have 3 axes"),
        (np.zeros((0, 28, 28)), "X must not be empty"),
        (np.full((1, 28, 28), 255), r"X must be in \[0, 1\], got \[255, 255\]"),
        (np.full((1, 28, 28), np.nan), "X must hold finite numbers"),
    ],
)
def test_what_is_no_picture_is_refused(X: np.ndarray, message: str):
    """Pictures are (n, h, w) in [0, 1]; grey values up to 255 are told so."""
    with pytest.raises(ValueError, match=message):
        data.pose(X)
