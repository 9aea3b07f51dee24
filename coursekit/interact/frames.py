"""Frames of a slider: one drawing at each point of a grid, packed as vectors and as pixels."""

import base64
import difflib
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from numbers import Integral, Real
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

Draw = Callable[..., object]
Point = dict[str, Any]

DPI = 96  # pixels of a page to the inch
INK = "#010203"  # stands for the page's text colour while a frame is drawn
DATA = "coursekit-data"  # marks what is coloured by numbers
STYLE: dict[Any, Any] = {
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor"), INK),
    **dict.fromkeys(("xtick.color", "ytick.color"), INK),
    "axes.facecolor": "none",
    "figure.constrained_layout.use": True,
    "svg.fonttype": "path",  # letters as outlines: no machine lacks the font
    "svg.hashsalt": "coursekit",
}


def short(value: object) -> str:
    """Return a value as readers see it: fractions with four digits."""
    plain = not isinstance(value, Real) or isinstance(value, Integral)
    return str(value) if plain else f"{value:.4g}"


def where(point: Point) -> str:
    """Return a point of the grid in words."""
    return ", ".join(f"{name} = {short(value)}" for name, value in point.items())


def as_vectors(draw: Draw, point: Point) -> str:
    """Draw one point of the grid as SVG, on no ground."""
    file = io.StringIO()
    with mpl.rc_context(STYLE), _drawn(draw, point) as figure:
        for part in figure.findobj(Collection):
            if part.get_array() is not None and getattr(part, "filled", True):
                part.set_gid(DATA)
        figure.savefig(file, format="svg", facecolor="none", metadata={"Date": None})
    return file.getvalue()


def as_pixels(draw: Draw, point: Point) -> Image.Image:
    """Draw one point of the grid as a picture, on white."""
    file = io.BytesIO()
    with mpl.rc_context(STYLE), _drawn(draw, point) as figure:
        figure.savefig(file, format="png", dpi=DPI, facecolor="white")
    return Image.open(file).convert("RGB")


@contextmanager
def _drawn(draw: Draw, point: Point) -> Iterator[Figure]:
    """Give the one figure that `draw` makes; leave no figure behind, and the reader's as it was."""
    old = plt.get_fignums()
    try:
        plt.figure(figsize=(6.0, 3.6))  # a bare plt.plot must not reach the reader's figure
        result = draw(**point)
        new = [plt.figure(number) for number in plt.get_fignums() if number not in old]
        if isinstance(result, Figure) and getattr(result, "number", None) is None:
            new.append(result)
        new = [figure for figure in new if _marked(figure)]
        if len(new) != 1:
            raise ValueError(
                f"it must draw on one new figure and not show it, got {len(new)} with a drawing"
            )
        for picture in new[0].findobj(AxesImage):
            if picture.get_interpolation() in ("auto", "antialiased"):
                picture.set_interpolation("nearest")  # smoothing adds noise that costs 20 kB
        yield new[0]
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise RuntimeError(f"draw failed at {where(point)}: {what}") from error
    finally:
        for number in set(plt.get_fignums()) - set(old):
            plt.close(number)


def _marked(figure: Figure) -> bool:
    """Return whether anything is drawn on a figure; bare axes do not count."""
    if any(axes.has_data() or axes.texts for axes in figure.axes):
        return True
    return bool(figure.texts or figure.lines or figure.patches or figure.images)


def vectors(svgs: Sequence[str]) -> dict[str, Any]:
    """Return the lines of frame 0, and every frame as edits of them: at, how many, new lines.

    What frames define to use it again (letters, markers, clips) stands once, in `defs`.
    """
    defs: dict[str, str] = {}  # what is defined -> its id
    trees = [ET.fromstring(svg) for svg in svgs]
    boxes = sorted({tree.attrib["viewBox"] for tree in trees})
    if len(boxes) > 1:
        raise ValueError(f"all frames must have one size, got {', '.join(boxes)} points")
    frames, edits = [_lines(tree, defs) for tree in trees], []
    for lines in frames:
        codes = difflib.SequenceMatcher(None, frames[0], lines).get_opcodes()
        changes = [(i, j - i, lines[k:m]) for tag, i, j, k, m in codes if tag != "equal"]
        edits.append(changes[::-1])  # from the end, so that each position stays true
    named = [re.sub(r"^<(\w+)", rf'<\1 id="{name}"', text) for text, name in defs.items()]
    return {"box": boxes[0], "defs": "".join(named), "base": frames[0], "edits": edits}


def _lines(svg: ET.Element, defs: dict[str, str]) -> list[str]:
    """Return matplotlib's SVG in short, one element a line, and move what it defines to `defs`."""
    for node in svg.iter():
        node.tag = node.tag.rpartition("}")[2]
        node.text = node.tail = None
        node.attrib = {k.rpartition("}")[2]: _short(k, v) for k, v in node.attrib.items()}
    _repaint(svg, fixed=False)
    svg[:] = [node for node in svg if node.tag != "metadata"]
    ids: dict[str, str] = {}  # matplotlib's -> ours
    for parent in list(svg.iter()):
        for group in parent.findall("defs"):
            parent.remove(group)
            for node in group:
                name = node.attrib.pop("id", "")
                ids[name] = defs.setdefault(ET.tostring(node, "unicode"), f"ck{len(defs)}")
    for node in svg.iter():
        node.attrib.pop("id", None)
        for key in {"href", "clip-path", "style"} & node.attrib.keys():
            old = node.attrib[key]
            node.attrib[key] = re.sub(r"#([\w-]+)", lambda m: "#" + ids.get(m[1], m[1]), old)
    _unwrap(svg)
    return "".join(ET.tostring(node, "unicode") for node in svg).replace("><", ">\n<").split("\n")


def _short(key: str, value: str) -> str:
    """Return an attribute with shorter numbers: 0.01 points are a hundredth of a pixel or so."""
    if key == "style":
        return value.replace(": ", ":").replace("; ", ";")
    if key == "href":
        return "".join(value.split())
    if key not in ("d", "x", "y", "transform"):
        return value
    digits = 4 if key == "transform" else 2
    value = re.sub(
        r"-?\d+\.\d+", lambda m: f"{float(m[0]):.{digits}f}".rstrip("0").rstrip("."), value
    )
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", value).strip() if key == "d" else value


def _repaint(node: ET.Element, *, fixed: bool) -> None:
    """Let default colours follow the page, and black and white where no text or data shows them."""
    kind = node.get("id", "")
    if kind.startswith(("text_", DATA)):
        fixed = True
        node.set("fill", "#000")
    elif kind.startswith("patch_"):  # the box behind a text
        fixed = False
    style = node.get("style", "").replace(INK, "currentColor")
    if not fixed:
        style = style.replace("#000000", "currentColor").replace("#ffffff", "var(--ck-paper)")
    if style:
        node.set("style", style)
    for child in node:
        _repaint(child, fixed=fixed)


def _unwrap(node: ET.Element) -> None:
    """Drop the groups that say nothing."""
    children: list[ET.Element] = []
    for child in node:
        _unwrap(child)
        children += child if child.tag == "g" and not child.attrib else [child]
    node[:] = children


def sprite(images: Sequence[Image.Image]) -> dict[str, Any]:
    """Return the frames as one lossless picture, in columns, since a WebP has an end at 16,383."""
    width, height = images[0].size
    rows = min(len(images), 16_383 // height)
    columns = -(-len(images) // rows)
    sheet = Image.new("RGB", (width * columns, height * rows), "white")
    for k, image in enumerate(images):
        sheet.paste(image, (k % columns * width, k // columns * height))
    few = sheet.quantize(64, dither=Image.Dither.NONE)  # colours: several times smaller
    data = encode(few.convert("RGB"), "WEBP", lossless=True, quality=100, method=4)
    return {"image": f"data:image/webp;base64,{data}", "columns": columns, "rows": rows}


def encode(image: Image.Image, kind: str, **options: Any) -> str:
    """Return a picture as base64 text; `kind` and options are Pillow's."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return base64.b64encode(file.getvalue()).decode()
