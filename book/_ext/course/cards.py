"""The picture that other sites show beside a link to a page: its title over a small network.

Chapter n has a network of n layers, so that the pictures tell the chapters apart.
"""

import io
import re
import textwrap
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

SIZE = (1200, 630)  # pixels, as the sites that show it ask for
PAPER, INK, BLUE, RED = "#f7f8fb", "#1d2433", "#4477aa", "#cc6677"  # blue and red of the logo
SHADES = 12  # of each colour on the paper; so few keep a file below 30 kB


def draw(path: Path, title: str, label: str, book: str) -> None:
    """Write the card of a page; `label` stands over its title, the name of the book below."""
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 12), ylim=(0, 6.3))
    axes.axis("off")
    number = re.search(r"\d+", label)
    network(axes, int(number[0]) if number else 2)
    short = title.removeprefix(f"{label}: ")
    lines = textwrap.wrap(short[:1].upper() + short[1:], 16)
    size = min(64, 760 / max(map(len, lines)), 170 / len(lines))  # points: fits beside the network
    axes.text(0.8, 5.35, label, size=32, color=BLUE, weight="bold", va="center")
    axes.text(0.8, 3.15, "\n".join(lines), size=size, color=INK, weight="bold", va="center")
    axes.text(0.8, 0.8, book if book != title else "", size=27, color=INK, va="center")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    card = Image.open(buffer).convert("RGB").quantize(palette=palette(), dither=Image.Dither.NONE)
    path.parent.mkdir(parents=True, exist_ok=True)
    card.save(path, optimize=True)


def palette() -> Image.Image:
    """Return a picture whose palette holds the shades of each colour on the paper."""
    whole = np.linspace(0, 1, SHADES)[:, None]
    inks = [np.array(to_rgb(ink)) for ink in (INK, BLUE, RED)]
    shades = np.concatenate([whole * ink + (1 - whole) * to_rgb(PAPER) for ink in inks])
    image = Image.new("P", (1, 1))
    image.putpalette((255 * shades).round().astype(np.uint8).tobytes())
    return image


def network(axes: Axes, layers: int) -> None:
    """Draw inputs, `layers` layers of units and the connections between them, at the right."""
    generator = np.random.default_rng(layers)
    sizes = [3, *generator.integers(2, 6, size=min(layers, 8) - 1), 1]
    across = np.linspace(8.7, 11.2, len(sizes))
    units = [
        np.column_stack([np.full(size, x), 3.15 + 0.85 * (np.arange(size) - (size - 1) / 2)])
        for x, size in zip(across, sizes, strict=True)
    ]
    for left, right in pairwise(units):
        for start in left:
            for end in right:
                axes.plot(*zip(start, end, strict=True), color=BLUE, lw=1.2, alpha=0.7, zorder=1)
    spot = 900 / len(sizes) ** 0.5
    for layer in units:
        colour = RED if layer is units[-1] else BLUE
        axes.scatter(*layer.T, s=spot, color=colour, zorder=2, edgecolor=PAPER, linewidth=2)
