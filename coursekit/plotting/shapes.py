"""What drawings are made of: rounded boxes with words in them, and arrows."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

Place = tuple[float, float]


def box(ax: Axes, centre: Place, width: float, height: float, text: str = "", **look: Any) -> None:
    """Draw a rounded box around its centre, with a text in the middle; `look` is the patch's."""
    x, y = centre
    style = "round,pad=0,rounding_size=0.08"
    corner = (x - width / 2, y - height / 2)
    ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, **look))
    if text:
        ax.text(x, y, text, ha="center", va="center")


def arrow(ax: Axes, start: Place, end: Place, **look: Any) -> None:
    """Draw a straight black arrow that touches both places; `look` is the patch's."""
    usual = {"arrowstyle": "->", "mutation_scale": 12, "color": "black"}
    ax.add_patch(FancyArrowPatch(start, end, shrinkA=0, shrinkB=0, **{**usual, **look}))
