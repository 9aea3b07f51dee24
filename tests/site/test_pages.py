"""Every page in a real browser, in both themes and on a phone, cut off from the network."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

import book

pytestmark = pytest.mark.browser

SOURCES = book.source_files()
NAMES = [file.stem for file in SOURCES]
PACKED = (".png", ".webp", ".woff", ".woff2")  # compressed already
START, LIMIT = 350, 700  # kB at first load of the start page and of others, from a packing server

Visit = Callable[..., Page]


def pages(*, sample: str) -> pytest.MarkDecorator:
    """Run a test on every page; those other than `sample` only among the slow tests."""
    slow = pytest.mark.slow
    cases = [
        pytest.param(file, id=file.stem, marks=() if file.stem == sample else slow)
        for file in SOURCES
    ]
    return pytest.mark.parametrize("source", cases)


every_page = pytest.mark.parametrize("source", SOURCES, ids=NAMES)


@dataclass(frozen=True)
class Seen:
    """What a browser saw of one page."""

    violations: list[str]
    requests: list[str]
    problems: list[str]
    theme: str
    formulas: int  # in the markup
    drawn: int  # by MathJax
    failed: int


@pytest.fixture
def look(visit: Visit, site: str, axe: Callable[[Page], list[str]]) -> Callable[..., Seen]:
    """A function that opens a page of the book, waits until it is complete, and reports."""

    def report(source: Path, **options: bool) -> Seen:
        page = visit(address(site, source), **options)
        settle(page)
        requests, problems = list(page.requests), list(page.problems)
        return Seen(
            axe(page),
            requests,
            problems,
            page.evaluate("document.documentElement.dataset.theme"),
            page.locator(".math").count(),
            page.locator("mjx-container").count(),
            page.locator("mjx-merror, [data-mjx-error]").count(),
        )

    return report


def address(site: str, source: Path) -> str:
    """Return where a page is served."""
    return f"{site}/{book.page(source).relative_to(book.HTML).as_posix()}"


def settle(page: Page) -> None:
    """Wait for the formulas and the scripts of a page."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => window.MathJax?.startup?.promise")


@every_page
def test_page_is_right_in_the_light_theme(source: Path, look: Callable[..., Seen], site: str):
    """No fault found by axe, no request to elsewhere, no error, every formula drawn, not heavy."""
    seen = look(source)

    assert seen.theme == "light"
    assert seen.violations == []
    assert [url for url in seen.requests if not url.startswith(site)] == []
    assert seen.problems == []
    assert (seen.drawn, seen.failed) == (seen.formulas, 0)
    assert weight([address(site, source), *seen.requests]) <= (
        START if source == SOURCES[0] else LIMIT
    )


@pages(sample="02_perceptron")
def test_page_is_right_in_the_dark_theme(source: Path, look: Callable[..., Seen]):
    """The dark theme is chosen by the reader's system, and axe finds no fault in it."""
    seen = look(source, dark=True)

    assert seen.theme == "dark"
    assert seen.violations == []


@every_page
def test_page_fits_a_phone(source: Path, visit: Visit, site: str):
    """At a width of 360 pixels the page does not scroll sideways, though a table in it may."""
    page = visit(address(site, source), width=360)
    settle(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_search_finds_the_perceptron(visit: Visit, site: str):
    """The search box opens by keyboard, and a search lists the chapter."""
    page = visit(address(site, SOURCES[0]))
    settle(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("perceptron")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")

    found = page.locator("#search-results li a").evaluate_all("links => links.map(a => a.href)")
    assert any("02_perceptron" in link for link in found)
    assert page.problems == []


def weight(urls: list[str]) -> float:
    """Return the kB of a first load, packed; figures load lazily and do not count."""
    total = 0
    for url in set(urls):
        path = book.HTML / urlsplit(url).path.lstrip("/")
        if path.parent.name != "_images":
            content = path.read_bytes()
            total += len(content if path.suffix in PACKED else gzip.compress(content))
    return total / 1000
