"""Every page in a real browser, in both themes and on a phone, cut off from the network."""

import gzip
import re
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
PHONE, ZOOMED, PAPER = 360, 640, 700  # pixels: 640 is half of 1280; A4 less its margins is 700
LANDINGS = [  # where formulas and late sections stand above
    ("03_mlp", "which-activation"),
    ("05_optimization", "steps-with-a-memory"),
    ("05_optimization", "what-can-go-wrong"),
]
CUT = """() => [...document.querySelectorAll(".prev-next-footer a")]
  .filter((link) => link.scrollWidth > link.clientWidth + 1)
  .map((link) => link.textContent.trim())"""
SHOWN = """selector => [...document.querySelectorAll(selector)]
  .filter((element) => element.getClientRects().length).length"""

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

    layout: list[str]
    violations: list[str]
    requests: list[str]
    problems: list[str]
    theme: str
    formulas: int  # in the markup
    drawn: int
    failed: int


@pytest.fixture
def look(visit: Visit, site: str, axe: Callable[..., list[str]]) -> Callable[..., Seen]:
    """A function that opens a page of the book, waits until it is complete, and reports."""

    def report(source: Path, **options: bool) -> Seen:
        page = visit(address(site, source), **options)
        settle(page)
        return Seen(
            misfits(page),
            axe(page, one_colour=True),  # takes a while: what the page asks for late comes, too
            page.requests,
            page.problems,
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
    """Lay out also what the reader is not near to; wait for the fonts of a page."""
    page.add_style_tag(content="section { content-visibility: visible !important }")
    page.evaluate("document.fonts.ready.then(() => null)")


@every_page
def test_page_is_right_in_the_light_theme(source: Path, look: Callable[..., Seen], site: str):
    """No fault found by axe, no request to elsewhere, no error, every formula drawn, not heavy.

    On a phone, at 200 % zoom and on paper nothing scrolls sideways, though a table may. On paper
    there is no menu, no search and no button, and no section is left out.
    """
    seen = look(source)

    assert seen.theme == "light"
    assert seen.violations == []
    assert [url for url in seen.requests if not url.startswith(site)] == []
    assert seen.problems == []
    assert (seen.drawn, seen.failed) == (seen.formulas, 0)
    assert weight([address(site, source), *seen.requests]) <= (
        START if source == SOURCES[0] else LIMIT
    )
    assert seen.layout == []


@pages(sample="02_perceptron")
def test_page_is_right_in_the_dark_theme(source: Path, look: Callable[..., Seen]):
    """The dark theme is chosen by the reader's system, and axe finds no fault in it."""
    seen = look(source, dark=True)

    assert seen.theme == "dark"
    assert seen.violations == []


@pytest.mark.parametrize("dark", [False, True])
def test_every_colour_of_code_can_be_read(dark: bool, visit: Visit, site: str, axe, built: Path):
    """Each kind of word that is coloured on any page stands out from its ground."""
    pages = [book.page(source).read_text(encoding="utf8") for source in SOURCES]
    kinds = {kind for text in pages for kind in re.findall(r'<span class="(\w+)">[^<\s]', text)}
    page = visit(address(site, SOURCES[NAMES.index("02_perceptron")]), dark=dark)
    settle(page)
    words = "\n".join(f'<span class="{kind}">word</span>' for kind in sorted(kinds))
    code = page.locator("article .cell_input .highlight pre:visible").first
    code.evaluate("(code, html) => { code.innerHTML = html; code.id = 'colours' }", words)

    assert len(kinds) > 20
    assert axe(page, part="#colours") == []


def misfits(page: Page) -> list[str]:
    """Return what does not fit a phone, large letters and paper; the page is then as it was."""
    size, found = page.viewport_size, []
    for width, medium in ((PHONE, "screen"), (ZOOMED, "screen"), (PAPER, "print")):
        page.set_viewport_size({"width": width, "height": 400})
        page.emulate_media(media=medium)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{medium}, {width} wide: scrolls to {wide}")
        if medium == "screen":
            found += [f"{width} wide: {text!r} is cut" for text in page.evaluate(CUT)]
    if page.evaluate(SHOWN, ".bd-sidebar, .bd-header, .prev-next-footer, .copybtn"):
        found.append("a menu, a search or a button is printed")
    if page.evaluate(SHOWN, "article section") != page.locator("article section").count():
        found.append("a section is not printed")
    page.emulate_media(media="screen")
    page.set_viewport_size(size)
    return found


def weight(urls: list[str]) -> float:
    """Return the kB of a first load, packed; figures load lazily and do not count."""
    total = 0
    for url in set(urls):
        path = book.HTML / urlsplit(url).path.lstrip("/")
        if path.parent.name != "_images":
            content = path.read_bytes()
            total += len(content if path.suffix in PACKED else gzip.compress(content))
    return total / 1000


@pytest.mark.parametrize(("page", "heading"), LANDINGS)
@pytest.mark.parametrize("width", [PHONE, 1280])
def test_a_link_to_a_section_lands_on_its_heading(
    width: int, page: str, heading: str, visit: Visit, site: str
):
    """What is laid out late above a heading does not push it away from the top of the screen."""
    place = visit(f"{site}/book/{page}.html#{heading}", width=width)
    place.wait_for_load_state("networkidle")
    place.wait_for_timeout(500)

    assert 0 <= place.locator(f"#{heading} > h2").bounding_box()["y"] < 200


def test_a_link_within_a_page_lands_on_its_heading(visit: Visit, site: str):
    """So does a click in the list of sections, when the page has long been open."""
    page = visit(f"{site}/book/05_optimization.html", width=1280)
    page.wait_for_load_state("networkidle")
    page.click("#pst-page-toc-nav a[href='#steps-with-a-memory']")
    page.wait_for_timeout(500)

    assert 0 <= page.locator("#steps-with-a-memory > h2").bounding_box()["y"] < 200
