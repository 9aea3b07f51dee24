"""Letters and digits, drawn from the fonts that Matplotlib ships, each in a pose of its own.

Shapes: X is (n, 28, 28) in [0, 1], 0 is paper and 1 is ink. As in MNIST, a glyph at scale 1 fills
a box of 20 by 20 pixels in the middle.
"""

import string
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.data.points import Rng
from coursekit.data.pose import Images, Labels, enlarge, pose
from coursekit.validate import choice, generator, share, whole

LETTERS = string.ascii_uppercase + string.ascii_lowercase
FONTS = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique",
    "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique", "DejaVuSansMono-BoldOblique",
    "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic",
    "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta",
    "cmr10", "cmb10", "cmss10", "cmti10", "cmtt10",
)  # fmt: skip
STAND_INS = {"cmti10": "STIXGeneralItalic"}  # what Matplotlib ships from 3.11 on only
STROKES = 3  # as the font has it, thicker, thinner


def glyphs(
    n: int = 1000,
    chars: str = string.digits,
    *,
    fonts: Sequence[str] | None = None,
    rotation: float = 15,
    shear: float = 0.2,
    scale: tuple[float, float] = (0.8, 1.1),
    shift: float = 2.0,
    noise: float = 0.1,
    coarse: float = 0.0,
    rng: Rng = 0,
) -> tuple[Images, Labels]:
    """Draw n characters; character, font, thickness of the stroke and pose are random.

    Args:
        n: number of pictures, at least 1.
        chars: the classes, each character once.
        fonts: names from FONTS; all 21 by default. Matplotlib before 3.11 lacks cmti10, and
            STIX's italic stands in for it.
        rotation: as for `data.pose`, and so are shear, scale, shift and noise.
        shear: see `data.pose`.
        scale: see `data.pose`.
        shift: see `data.pose`.
        noise: see `data.pose`.
        coarse: share of the pictures, 0 to 1, that go through a grid of 8 by 8 pixels, the
            resolution of scikit-learn's handwriting.
        rng: seed or generator.

    Returns:
        X (n, 28, 28), y (n,) with the index into chars.

    Raises:
        ValueError: if n or an amount is out of range, a character comes twice or is in no font, or
            a font is unknown.
    """
    whole(n, 1, "n")
    share(coarse, "coarse")
    names = _fonts(fonts)
    drawn = np.stack([_drawings(font, _distinct(chars)) for font in names])
    random = generator(rng)
    y = random.integers(len(chars), size=n)
    font, stroke = random.integers(len(names), size=n), random.integers(STROKES, size=n)
    grid = (random.random(n) < coarse).astype(int)
    X = np.pad(drawn[font, y, stroke, grid], ((0, 0), (4, 4), (4, 4)))
    posed = pose(
        X, rotation=rotation, shear=shear, scale=scale, shift=shift, noise=noise, rng=random
    )
    return posed, y.astype(np.int64)


def _fonts(fonts: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of the fonts, checked."""
    if fonts is None:
        return FONTS
    if not isinstance(fonts, Sequence) or isinstance(fonts, str) or not fonts:
        raise ValueError(f"fonts must be a list of names, got {fonts!r}")
    return tuple(choice(name, FONTS, "font") for name in fonts)


def _distinct(chars: str) -> str:
    """Return the characters if they can be classes."""
    if not isinstance(chars, str) or not chars:
        raise ValueError(f"chars must be a string of characters, got {chars!r}")
    twice = sorted({c for c in chars if chars.count(c) > 1})
    if twice:
        raise ValueError(f"chars must hold each character once, got {''.join(twice)!r} twice")
    return chars


@lru_cache(maxsize=256)
def _drawings(font: str, chars: str) -> Images:
    """Return each character in each stroke, sharp and coarse, (characters, strokes, 2, 20, 20)."""
    import matplotlib as mpl
    from matplotlib.ft2font import FT2Font
    from PIL import ImageFont
    from scipy import ndimage

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    path = folder / f"{font}.ttf"
    if not path.exists():
        path = folder / f"{STAND_INS.get(font, font)}.ttf"
    known = FT2Font(str(path)).get_charmap()
    if lacking := [c for c in chars if ord(c) not in known or c.isspace()]:
        raise ValueError(f"font {font!r} has no {''.join(lacking)!r}")
    face = ImageFont.truetype(str(path), 48, layout_engine=ImageFont.Layout.BASIC)
    ink = np.stack([_ink(face, c) for c in chars])  # (characters, 40, 40)
    thick = ndimage.grey_dilation(ink, size=(1, 3, 3))
    thin = ndimage.grey_erosion(ink, size=(1, 2, 2))
    strokes = np.stack([ink, thick, thin], axis=1).reshape(-1, 40, 40)
    sharp = strokes.reshape(-1, 20, 2, 20, 2).mean(axis=(2, 4))
    grid = strokes.reshape(-1, 8, 5, 8, 5).mean(axis=(2, 4))
    grid /= grid.max(axis=(1, 2), keepdims=True)  # as dark as the pen's stroke
    both = np.stack([sharp, enlarge(grid, 20)], axis=1)
    return both.reshape(len(chars), STROKES, 2, 20, 20)


def _ink(face: Any, char: str) -> Images:
    """Return a character whose longer side is 38 pixels, in the middle of (40, 40)."""
    from PIL import Image, ImageDraw

    page = Image.new("L", (120, 120))
    ImageDraw.Draw(page).text((60, 60), char, font=face, fill=255, anchor="mm")
    drawn = page.crop(page.getbbox())
    larger = 38 / max(drawn.size)
    w, h = (max(1, round(larger * side)) for side in drawn.size)
    box = Image.new("L", (40, 40))
    box.paste(drawn.resize((w, h), Image.Resampling.BILINEAR), ((40 - w) // 2, (40 - h) // 2))
    return np.asarray(box, np.float32) / np.float32(255)
