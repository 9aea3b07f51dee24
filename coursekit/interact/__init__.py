"""A slider that needs no kernel: the frames are drawn once and travel with the page.

Readers move it on the site, in a notebook and in a file on disk; without JavaScript they see the
first frame. Default colours, black and white follow the page's theme; colours given to text and
colours that show data stay. Frames are vectors, or, where these are heavy and it is lighter, one
lossless WebP.
"""

import html
import itertools
import json
import math
import string
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from numbers import Integral, Real
from typing import Any

from IPython.display import display
from PIL import Image

from coursekit.interact.frames import (
    Draw,
    Point,
    as_pixels,
    as_vectors,
    encode,
    short,
    sprite,
    vectors,
    where,
)
from coursekit.validate import choice

__all__ = ["interact"]

Alt = str | Callable[..., str]

MOST = 200  # frames
LIGHT = 30_000  # bytes that travel; vectors within it are taken, and no pixels drawn


def interact(
    draw: Draw,
    /,
    *,
    alt: Alt,
    labels: Mapping[str, str] | None = None,
    start: Mapping[str, object] | None = None,
    live: bool = False,
    max_kb: float = 150,
    **grid: Sequence[Any],
) -> None:
    """Display `draw` with one slider a parameter, over every combination of the grid's values.

    Args:
        draw: called as draw(**point), once or twice a point; draws on one new figure and does not
            show it.
        alt: what the picture shows, in words: a template ("step {k}") or a function like `draw`.
        labels: parameter -> text beside its slider; the name by default.
        start: parameter -> value shown first; the first of its values by default.
        live: in a running kernel, draw anew for any value from the least to the largest.
        max_kb: limit of the size on the page, in units of 1,000 bytes.
        **grid: parameter -> its values.

    Raises:
        ValueError: if a name or value is unknown, a parameter has no values, or the frames are
            too many or too large.
        RuntimeError: if `draw` fails or draws nothing; the message names the point.
    """
    sliders = _sliders(grid, labels or {}, start or {})
    if live:
        _live(draw, alt, sliders)
    else:
        display(_bundle(draw, alt, sliders, max_kb), raw=True)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class _Slider:
    name: str
    label: str
    values: list[Any]
    start: int  # index of the value shown first


def _sliders(
    grid: Mapping[str, Any], labels: Mapping[str, str], start: Mapping[str, object]
) -> list[_Slider]:
    """Return one slider a parameter, after checking every name and value."""
    if not grid:
        raise ValueError("give at least one parameter and its values, such as k=range(5)")
    for name in (*labels, *start):
        choice(name, grid, "parameter")
    sliders = []
    for name, given in grid.items():
        try:
            values = [] if isinstance(given, str) else list(given)
        except TypeError:
            values = []
        if not values:
            raise ValueError(f"{name} needs values, such as {name}=range(5), got {given!r:.80}")
        wanted = start.get(name, values[0])
        at = next((i for i, value in enumerate(values) if _same(value, wanted)), None)
        if at is None:
            known = ", ".join(map(short, values))
            raise ValueError(f"{name} must start at one of {known:.80}, got {wanted!r}")
        sliders.append(_Slider(name, labels.get(name, name), values, at))
    return sliders


def _same(a: object, b: object) -> bool:
    """Return whether two values are equal, or numbers that differ by rounding alone."""
    return a == b or (isinstance(a, Real) and isinstance(b, Real) and math.isclose(a, b))


class _Template(string.Formatter):
    def format_field(self, value: object, spec: str) -> str:
        return format(value, spec) if spec else short(value)


def _describe(alt: Alt, point: Point) -> str:
    """Return the alternative text of one frame."""
    if not isinstance(alt, str):
        text = alt(**point)
    else:
        try:
            text = _Template().vformat(alt, (), point)
        except (AttributeError, LookupError, ValueError) as error:
            known = ", ".join(f"{{{name}}}" for name in point)
            raise ValueError(f"alt may use {known}, got {alt!r}: {error!r}") from error
    if not (isinstance(text, str) and text.strip()):
        raise ValueError(f"alt must say what the picture shows, got {text!r} at {where(point)}")
    return text


def _bundle(draw: Draw, alt: Alt, sliders: list[_Slider], max_kb: float) -> dict[str, str]:
    """Return the page, its first picture and the description of that, by media type."""
    product = itertools.product(*(slider.values for slider in sliders))
    points = [dict(zip([slider.name for slider in sliders], p, strict=True)) for p in product]
    if len(points) > MOST:
        raise ValueError(f"at most {MOST} frames travel with a page, got {len(points)}")
    alts = [_describe(alt, point) for point in points]
    at = 0
    for slider in sliders:
        at = at * len(slider.values) + slider.start
    still = as_pixels(draw, points[at])
    png = encode(still.quantize(64, dither=Image.Dither.NONE), "PNG", optimize=True)
    shared = {"size": still.size, "alt": alts, "sliders": [*map(_shown, sliders)]}
    drawn = vectors([as_vectors(draw, point) for point in points])
    page = _page({**shared, **drawn}, png, alts[at])
    if len(page) > 1000 * max_kb or _weight(page) > LIGHT:
        pixels = sprite([as_pixels(draw, point) for point in points])
        other = _page({**shared, **pixels}, png, alts[at])
        page = min(page, other, key=lambda page: (len(page) > 1000 * max_kb, _weight(page)))
    if len(page) > 1000 * max_kb:
        raise ValueError(
            f"{len(points)} frames take {len(page) / 1000:.0f} kB, the limit is {max_kb:g} kB: "
            "use fewer values, draw fewer things, or raise max_kb"
        )
    return {"text/html": page.decode(), "image/png": png, "text/plain": alts[at]}


def _weight(page: bytes) -> int:
    """Return the bytes that travel."""
    return len(zlib.compress(page))


def _shown(slider: _Slider) -> dict[str, object]:
    values = [short(value) for value in slider.values]
    return {"label": slider.label, "values": values, "start": slider.start}


def _page(frames: Mapping[str, object], png: str, alt: str) -> bytes:
    """Return a picture that needs nothing else, and the script that makes sliders of it."""
    data = json.dumps(frames, separators=(",", ":"))
    data = data.replace("</", "<\\/").replace("<!", "\\u003c!")  # nothing may end the element
    script = (resources.files(__name__) / "slider.js").read_text(encoding="utf-8")
    return (
        f'<div class="ck-interact" data-lm-suppress-shortcuts="true">{_picture(png, alt)}'
        f'<script type="application/json">{data}</script><script>{script}</script></div>'
    ).encode()


def _picture(png: str, alt: str) -> str:
    style = "max-width:100%;height:auto;background:white"
    return f'<img alt="{html.escape(alt)}" style="{style}" src="data:image/png;base64,{png}">'


def _live(draw: Draw, alt: Alt, sliders: list[_Slider]) -> None:
    """Display widgets that draw again, in the kernel, whenever a slider moves."""
    try:
        import ipywidgets
    except ImportError as error:
        raise ImportError("live=True needs ipywidgets: pip install ipywidgets") from error

    def show(**point: Any) -> None:
        image = as_pixels(draw, point)
        text = _describe(alt, point)
        page = _picture(encode(image, "PNG"), text)
        display({"text/html": page, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]

    _describe(alt, {slider.name: slider.values[slider.start] for slider in sliders})
    widgets = {slider.name: _widget(ipywidgets, slider) for slider in sliders}
    display(ipywidgets.interactive(show, **widgets))  # type: ignore[no-untyped-call]


def _widget(ipywidgets: Any, slider: _Slider) -> Any:
    """Return a slider from the least number to the largest, or one that steps for other values."""
    values = slider.values
    shared = {
        "value": values[slider.start],
        "description": slider.label,
        "style": {"description_width": "initial"},
    }
    if not all(isinstance(v, Real) and not isinstance(v, bool) for v in values):
        return ipywidgets.SelectionSlider(options=[(short(v), v) for v in values], **shared)
    shared |= {"min": min(values), "max": max(values)}
    if all(isinstance(v, Integral) for v in values):
        return ipywidgets.IntSlider(**shared)
    step = (max(values) - min(values)) / 100 or 1
    return ipywidgets.FloatSlider(step=step, readout_format=".4g", **shared)
