"""Figures of a page: loaded when the reader comes near, and of a size known before they arrive."""

import re
from pathlib import Path

from PIL import Image
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FIGURE = re.compile(r'<img (?=[^>]*src="[^"]*_images/([^"]+)")(?![^>]*(?:\bwidth|\bloading)=)')
POINT = 96 / 72  # pixels; figures are measured in points


def reserve_space(app: Sphinx, page: str) -> str:
    """Return the page with a size on each figure, so that no line moves when it is drawn."""
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def sized(tag: re.Match[str]) -> str:
        width, height = size(sources[tag[1]])
        return f'<img loading="lazy" width="{width}" height="{height}" '

    return FIGURE.sub(sized, page)


def size(path: Path) -> tuple[int, int]:
    """Return width and height of a picture in pixels of the page."""
    if path.suffix != ".svg":
        with Image.open(path) as picture:
            return picture.size
    root = path.read_text(encoding="utf8")[:2000]
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', root)
    if not found:
        raise ExtensionError(f"{path.name}: a figure in SVG needs a viewBox that begins at 0 0")
    scale = POINT if re.search(r'\bwidth="[\d.]+pt"', root) else 1
    return round(scale * float(found[1])), round(scale * float(found[2]))
