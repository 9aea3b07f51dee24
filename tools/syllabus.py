"""Write book/syllabus.md from book/syllabus.csv: which section of the book covers which slide.

The table has one row for each syllabus id: the decks that hold it (none: the book adds it), the
page and the heading that cover it, and the topic in a few words.
"""

import csv
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each deck's title, and the order of its slides: by ids, or by the letters that ids begin with.
DECKS = {
    "000 001": (
        "Decks 000 and 001: Perceptron (in English, in Spanish)",
        "C P M L B O R T E A",
    ),
    "002": ("Deck 002: Machine learning basics", "H P M L B O V T C E A"),
    "003": ("Deck 003: Deep Learning: Introduction", "C-01 C-03 H P R T C E A W"),
    "004": ("Deck 004: Advanced Machine Learning, session 03", "C H P M L B O V W E A"),
    "N1": ("Notebook N1: a feed-forward network on collider events", "O M E"),
    "N2": ("Notebook N2: a convolutional network on images", "V O E"),
    "": ("Added by the book", "P"),
}
PAGES = {
    "labs/events": "the collider lab",
    "labs/frameworks": "the frameworks lab",
    "homework": "the homework",
    "cheatsheets": "the cheat sheets",
    "errata": "the errata",
}
OPENING = """\
# Syllabus

Which section covers my slide? Find your deck, then the row. The rows follow the outline of the
deck, and each topic has an id that stays the same. Ctrl+F (on a Mac, Cmd+F) finds a word.

All {total} ids have their section.

<!-- Written by tools/syllabus.py from syllabus.csv: edit that file, then run the tool. -->
"""


@dataclass(frozen=True)
class Row:
    """One syllabus id, as a line of the table tells it."""

    id: str
    decks: str  # separated by spaces; empty where the book adds the topic
    page: str  # in book/, without suffix
    heading: str
    topic: str


def rows(book: Path) -> list[Row]:
    """Return the rows of the table, in the order of the book."""
    with (book / "syllabus.csv").open(encoding="utf-8", newline="") as lines:
        return [Row(**line) for line in csv.DictReader(lines)]


def source(book: Path, page: str) -> Path:
    """Return the file of a page."""
    notebook = book / f"{page}.ipynb"
    return notebook if notebook.exists() else notebook.with_suffix(".md")


def headings(file: Path) -> list[str]:
    """Return the headings of a page, in order."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    return re.findall(r"(?m)^#{1,3} +(.+?) *$", re.sub(r"(?s)```.*?```", "", text))


def anchor(heading: str) -> str:
    """Return the anchor that the site gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def place(row: Row, book: Path) -> str:
    """Return the link to the section of a row."""
    number, file = re.match(r"0(\d)_", row.page), source(book, row.page)
    known = PAGES.get(row.page, PAGES.get(row.page.split("/")[0], ""))
    where = f"chapter {number[1]}" if number else known
    link = f"[{row.heading}]({file.relative_to(book).as_posix()}#{anchor(row.heading)})"
    return f"{where}: {link}" if where else link


def rank(row: Row, order: str) -> int:
    """Return the place of a row on the slides: that of the longest prefix of its id in `order`."""
    prefixes = order.split()
    return prefixes.index(max((p for p in prefixes if row.id.startswith(p)), key=len))


def page(book: Path) -> str:
    """Return the text of book/syllabus.md."""
    table = rows(book)
    parts = [OPENING.format(total=len(table))]
    for decks, (title, order) in DECKS.items():
        held = [row for row in table if set(decks.split(" ")) & set(row.decks.split(" "))]
        lines = [f"## {title}", "", "| On the slide | In the book |", "| --- | --- |"]
        for row in sorted(held, key=lambda row: rank(row, order)):
            lines.append(f"| {row.id} {row.topic} | {place(row, book)} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    target = ROOT / "book" / "syllabus.md"
    target.write_text(page(target.parent), encoding="utf-8")
    sys.stdout.write(f"{target.relative_to(ROOT)} is written\n")
