"""Eighty years of neural networks, as a table of events with the source of each.

The table is `timeline.csv` beside this file. A year is the one in which a result became public;
where a report, a thesis or a first language came earlier, the entry says so.
"""

import csv
from dataclasses import dataclass
from importlib import resources

from coursekit.validate import whole

THEMES = ("learning", "vision", "language", "making", "field")


@dataclass(frozen=True)
class Event:
    """One thing that happened, and where one can read it up."""

    year: int
    title: str
    people: str
    change: str  # what was different afterwards, in one sentence
    source: str  # address of the paper, report or page
    theme: str  # one of THEMES: how machines learn, see, use language, make things; the field
    deck: str  # row of the course's syllabus that names it, or ""


def timeline(start: int = 1943, end: int = 2100) -> tuple[Event, ...]:
    """Return the events of the years from `start` to `end`, both included, oldest first.

    Raises:
        ValueError: if no event lies between the two years.
    """
    whole(start, 0, "start")
    whole(end, 0, "end")
    text = resources.files("coursekit.data").joinpath("timeline.csv").read_text("utf-8")
    events = tuple(
        Event(**{**row, "year": int(row["year"])})  # type: ignore[arg-type]
        for row in csv.DictReader(text.splitlines())
        if start <= int(row["year"]) <= end
    )
    if not events:
        raise ValueError(f"no event between the years {start!r} and {end!r}")
    return events
