"""The page of timings: the seconds of each notebook, as the build that wrote the site measured."""

import json
from pathlib import Path

from sphinx.application import Sphinx

PAGE = "book/timings"
PLACE = "<!-- seconds of each notebook -->"


def always_read_again(app: Sphinx, *_: object) -> list[str]:
    """Name the page as out of date: its numbers change though its text does not."""
    return [PAGE] if PAGE in app.env.found_docs else []


def fill_in(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the table where the page has its mark."""
    file = Path(app.srcdir) / "_build/timings.json"
    if page == PAGE and file.exists():
        seconds = json.loads(file.read_text(encoding="utf8"))
        source[0] = source[0].replace(PLACE, table(seconds))


def table(seconds: dict[str, float]) -> str:
    """Return the table, the slowest notebook last; its sum is what one core would need."""
    rows = sorted(seconds.items(), key=lambda row: row[1])
    lines = [f"| [](/{name}) | {value:.0f} |" for name, value in rows]
    total = f"| **Together** | **{sum(seconds.values()):.0f}** |"
    return "\n".join(["| Notebook | Seconds |", "| --- | ---: |", *lines, total])
