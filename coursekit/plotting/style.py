"""The one style of the course's figures: text as large as the page's, colours for all eyes.

Colours: Okabe and Ito (2008), Color Universal Design; each class has a marker of its own as well,
so that no figure depends on colour alone. The ground is white in both themes of the site.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from coursekit.validate import at_least

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#56B4E9", "#E69F00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
BLUE, ORANGE, GREEN = COLORS[:3]
SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])  # white is 0

STYLE = {
    "font.size": 12,  # points; an SVG of 6 inches is shown at its own size: 16 pixels, as the page
    "axes.titlesize": 12,
    "axes.prop_cycle": cycler(color=COLORS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "image.cmap": "gray_r",
    "svg.hashsalt": "coursekit",  # the same figure gives the same bytes
}


def use() -> None:
    """Set the style for all figures drawn from now on; a notebook shows them as vectors."""
    for key, value in STYLE.items():
        mpl.rcParams[key] = value  # type: ignore[index]
    try:
        from IPython.core.getipython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # no notebook
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg")  # type: ignore[no-untyped-call]


def figure(width: float = 6.0, height: float = 3.6) -> tuple[Figure, Axes]:
    """Return a new figure and its axes; sizes in inches, at most 7 wide, to fit a narrow page.

    Raises:
        ValueError: if it is wider than 7 inches, or a size is below 0.5.
    """
    at_least(height, 0.5, "height")
    if not 0.5 <= width <= 7:
        raise ValueError(f"width must be from 0.5 to 7 inches, got {width!r}")
    return plt.subplots(figsize=(width, height))


def looks(named: Mapping[str, Any], *kinds: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield for each entry its name, its value, and a look of each kind, such as COLORS, LINES.

    Raises:
        ValueError: if there are more entries than looks that can be told apart.
    """
    room = min(map(len, kinds))
    if len(named) > room:
        names = ", ".join(named)
        raise ValueError(f"one figure tells at most {room} apart, got {len(named)}: {names}")
    for (name, value), *look in zip(named.items(), *kinds, strict=False):
        yield name, value, *look


use()
