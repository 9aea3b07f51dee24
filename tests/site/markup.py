"""Built pages as trees, each parsed once."""

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup


@cache
def parsed(path: Path) -> BeautifulSoup:
    """Return the markup of a built page."""
    return BeautifulSoup(path.read_text(encoding="utf8"), "html.parser")
