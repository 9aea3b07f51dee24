"""Figures of the first chapter: who is inside whom, what the machine does, what happened when."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from coursekit.plotting.shapes import arrow, box
from coursekit.plotting.style import BLUE, COLORS, GREEN, MARKERS, ORANGE, figure

WINTERS = ((1974, 1980), (1987, 1993))  # the years usually given; their borders are soft
THEMES = {
    "learning": "how machines learn",
    "vision": "seeing",
    "language": "language",
    "making": "making things",
    "field": "the field",
}


class Dated(Protocol):
    """What the two timelines need to know about an event."""

    @property
    def year(self) -> int:
        """The year."""

    @property
    def title(self) -> str:
        """A few words."""

    @property
    def theme(self) -> str:
        """A key of THEMES."""


def _look(theme: str) -> tuple[str, str]:
    """Return the colour and the marker of a theme."""
    k = list(THEMES).index(theme)
    return COLORS[k], MARKERS[k]


def _spread(wanted: Sequence[float], gap: float) -> npt.NDArray[np.float64]:
    """Return the places nearest to the wanted ones, (n,), ascending and at least `gap` apart.

    Without the gaps, that is an isotonic regression: those that crowd share the middle of theirs.
    """
    from scipy.optimize import isotonic_regression  # here, since its import takes longer

    gaps = gap * np.arange(len(wanted))
    places: npt.NDArray[np.float64] = gaps + isotonic_regression(wanted - gaps).x
    return places


def _stack(years: Sequence[int], gap: float) -> npt.NDArray[np.int64]:
    """Return the floor of each mark, (n,), the lowest where no other is nearer than `gap` years."""
    last: list[int] = []  # the latest year on each floor
    floors = []
    for year in years:
        free = [floor for floor, before in enumerate(last) if year - before >= gap]
        floor = free[0] if free else len(last)
        last[floor : floor + 1] = [year]
        floors.append(floor)
    return np.array(floors, dtype=np.int64)


def timeline(events: Sequence[Dated]) -> Axes:
    """Draw the events from top to bottom on a true scale of years, each with its title.

    Raises:
        ValueError: if there is no event.
    """
    if not events:
        raise ValueError("events must not be empty")
    years = [event.year for event in events]
    height = max(2.2, 0.36 * len(events) + 0.4)
    _, ax = figure(4.4, height)
    span = max(max(years) - min(years), 1)
    places = _spread(years, 0.34 * span / (height - 0.6))
    low, high = min(min(years), places[0]) - 0.04 * span, max(max(years), places[-1]) + 0.04 * span
    for first, last in WINTERS:
        if last > low and first < high:
            ax.axhspan(max(first, low), min(last, high), 0.0, 0.16, color="#dde3ea", lw=0)
    ax.plot([0, 0], [min(years), max(years)], color="#777777", lw=1.5, zorder=1)
    for k, (event, place) in enumerate(zip(events, places, strict=True)):
        color, marker = _look(event.theme)
        left = -0.32 * years[:k].count(event.year)  # marks of one year stand side by side
        ax.plot([0, 0.5, 0.9], [event.year, place, place], color="#999999", lw=0.8, zorder=1)
        ax.plot(left, event.year, marker, color=color, ms=8, mec="white", zorder=3)
        ax.text(1.0, place, str(event.year), va="center", weight="bold")
        ax.text(2.05, place, event.title, va="center")
    ax.set(xlim=(-0.9, 6.2), ylim=(high, low))
    ax.axis("off")
    return ax


def timeline_lanes(events: Sequence[Dated]) -> Axes:
    """Draw each event as a mark in the lane of its theme; the AI winters are shaded."""
    _, ax = figure(6.0, 3.4)
    for first, last in WINTERS:
        ax.axvspan(first, last, color="#dde3ea", lw=0)
        ax.text((first + last) / 2, -0.85, "winter", ha="center", va="center", color="#444444")
    lanes = list(THEMES)
    for lane, theme in enumerate(lanes):
        color, marker = _look(theme)
        years = sorted(event.year for event in events if event.theme == theme)
        ax.axhline(lane, color="#cccccc", lw=0.8, zorder=1)
        ax.plot(years, lane - 0.24 * _stack(years, 2.2), marker, color=color, mec="white", ms=8.5)
    ax.set(ylim=(len(lanes) - 0.5, -1.15), xlim=(1940, 2028), xticks=range(1940, 2021, 20))
    ax.set_yticks(range(len(lanes)), THEMES.values())
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax


def nested_fields() -> Axes:
    """Draw deep learning in machine learning in artificial intelligence, and data science."""
    _, ax = figure(6.0, 3.8)
    sets = (
        ((-0.9, 0.0), 6.6, 4.6, BLUE),
        ((-0.5, -0.35), 4.6, 3.2, GREEN),
        ((-0.7, -0.75), 2.5, 1.6, ORANGE),
    )
    for centre, width, height, color in sets:
        ax.add_patch(Ellipse(centre, width, height, fc=color, ec=color, alpha=0.16, lw=0))
        ax.add_patch(Ellipse(centre, width, height, fc="none", ec=color, lw=2))
    ax.add_patch(Ellipse((2.2, -0.2), 4.2, 3.6, fc="none", ec="black", lw=2, ls="--"))
    for x, y, text in (
        (-1.1, 1.75, "artificial intelligence"),
        (-1.02, 0.55, "machine learning"),
        (-0.72, -0.75, "deep\nlearning"),
        (3.05, 0.1, "data\nscience"),
    ):
        ax.text(x, y, text, ha="center", va="center", weight="bold")
    ax.set(xlim=(-4.3, 4.4), ylim=(-2.4, 2.4), aspect="equal")
    ax.axis("off")
    return ax


def pipeline() -> Axes:
    """Draw the way from data to answer twice: hand-made features above, learned ones below.

    What is learned is filled and has a thick edge.
    """
    _, ax = figure(6.4, 3.0)
    rows = (
        (1.75, ("raw\ndata", "features\nby hand", "model", "answer"), (2,)),
        (0.0, ("raw\ndata", "features,\nlearned", "model", "answer"), (1, 2)),
    )
    for y, texts, learned in rows:
        for k, text in enumerate(texts):
            fill, edge, width = ("#cfe3f1", BLUE, 2.5) if k in learned else ("white", "0.35", 1.2)
            x, middle = 1.95 * k, y + 0.45
            box(ax, (x + 0.75, middle), 1.5, 0.9, text, fc=fill, ec=edge, lw=width)
            if k:
                arrow(ax, (x - 0.41, middle), (x - 0.05, middle), arrowstyle="-|>")
    ax.text(0, 2.95, "Machine learning with features made by hand", weight="bold")
    ax.text(0, 1.2, "Deep learning", weight="bold")
    ax.set(xlim=(-0.1, 7.5), ylim=(-0.15, 3.3))
    ax.axis("off")
    return ax


def _in_words(count: float) -> str:
    """Return a count as people say it: 9,760 and 60 million."""
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if count >= size:
            return f"{count / size:,.0f} {word}"
    return f"{count:,.0f}"


def network_sizes(networks: Sequence[tuple[int, str, float]], year: int) -> Axes:
    """Draw, on a logarithmic scale, how many numbers each network up to `year` learned.

    Args:
        networks: year, name and number of learned numbers of each, oldest first.
        year: the last one to be shown; it is highlighted.

    Raises:
        ValueError: if no network has that year.
    """
    if year not in {entry[0] for entry in networks}:
        raise ValueError(f"year must be a year of one of the networks, got {year!r}")
    _, ax = figure(5.6, 3.8)
    for row, (when, name, count) in enumerate(networks):
        if when > year:
            continue
        color = ORANGE if when == year else "#8a97a1"
        ax.barh(row + 0.27, count, left=1, color=color, height=0.22)  # below its name: the page may
        place = row - 0.1  # be dark, and no colour of a bar suits both black and white words
        ax.text(1.03, place, _in_words(count), va="center", transform=ax.get_yaxis_transform())
        label = f"{when}  {name}"
        ax.text(1, place, label, va="center", weight="bold" if when == year else "normal")
    ax.set(xscale="log", xlim=(1, 3e12), ylim=(len(networks) - 0.5, -0.5), yticks=[])
    ax.set_xticks([1, 1e3, 1e6, 1e9, 1e12], ["1", "thousand", "million", "billion", "trillion"])
    ax.minorticks_off()
    ax.set_xlabel("numbers that the network learned")
    ax.spines["left"].set_visible(False)
    return ax
