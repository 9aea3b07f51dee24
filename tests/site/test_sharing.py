"""What a page says to other sites, and what the site says as a whole."""

from collections.abc import Callable
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import address
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Page

import book

SOURCES = book.source_files()
EVERY_PAGE = pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
SITE = address.read(book.ROOT).site
PLAIN = "cheatsheets"  # figures there look as the commands of a reader make them: pixels
DEEP = "/a/page/that/is/not/there.html"


def on_the_web(source: Path) -> str:
    """Return the address that a page has on the web."""
    return f"{SITE}/{book.page(source).relative_to(book.HTML).as_posix()}"


@EVERY_PAGE
def test_a_page_knows_its_own_address(source: Path, soup: BeautifulSoup):
    """The canonical link and the card name the one address that `_config.yml` leads to."""
    assert [tag["href"] for tag in soup.select("link[rel=canonical]")] == [on_the_web(source)]
    assert soup.select_one('meta[property="og:url"]')["content"] == on_the_web(source)


@EVERY_PAGE
def test_a_page_has_a_card(source: Path, soup: BeautifulSoup):
    """Title, text and picture are there; the picture is large, light, and drawn for this page."""
    tags = {tag["property"]: tag["content"] for tag in soup.select('meta[property^="og:"]')}
    picture = book.HTML / tags["og:image"].removeprefix(f"{SITE}/")

    assert tags["og:title"] == unescape(soup.title.get_text()).partition(" — ")[0]
    assert tags["og:description"] == soup.select_one("meta[name=description]")["content"]
    assert source.stem in picture.name
    assert picture.stat().st_size < 50_000
    with Image.open(picture) as image:
        assert image.size == (1200, 630)
        assert len(image.convert("RGB").getcolors()) > 10
    assert soup.select_one('meta[name="twitter:card"]')["content"] == "summary_large_image"


@EVERY_PAGE
def test_a_mistake_can_be_reported_from_the_page(source: Path, soup: BeautifulSoup):
    """The last link of the article opens a report that already names the page."""
    link = soup.select("article a[href]")[-1]
    query = parse_qs(urlsplit(link["href"]).query)

    assert link.get_text() == "Report a mistake on this page"
    assert "/issues/new" in link["href"]
    assert on_the_web(source) in query["body"][0]
    assert query["title"][0].strip(" :") in soup.title.get_text()


@EVERY_PAGE
def test_figures_keep_their_place_free(source: Path, soup: BeautifulSoup):
    """Each figure has a size and loads late; in lessons it is a drawing, sharp on any screen."""
    for tag in soup.select('img[src*="_images/"]'):
        assert tag["src"].endswith(".svg") or PLAIN in source.parts
        assert int(tag["width"]) > 0
        assert int(tag["height"]) > 0
        assert tag["loading"] == "lazy"


@EVERY_PAGE
def test_a_page_waits_for_little(source: Path, soup: BeautifulSoup):
    """One style sheet, no picture inside the page; stills of sliders are files that load late."""
    assert len(soup.select("link[rel=stylesheet]")) == 1
    assert soup.select('link[rel=preload], img[src^="data:"]') == []
    assert not any('"image":"data:' in tag.text for tag in soup.select(".ck-interact script"))
    for still in soup.select(".ck-interact img"):
        assert built_file(source, still["src"]).is_file()
        assert still["loading"] == "lazy"
        assert int(still["width"]) > 0


def built_file(source: Path, link: str) -> Path:
    """Return the file that a link of a page leads to."""
    return (book.page(source).parent / link).resolve()


@EVERY_PAGE
def test_formulas_arrive_drawn(source: Path, soup: BeautifulSoup):
    """No script draws formulas; each one stands in the page, for the eye and for the ear."""
    formulas = soup.select(".math.notranslate")

    assert "MathJax-script" not in str(soup)
    assert [tag for tag in formulas if not tag.select_one("mjx-container mjx-math")] == []
    assert [tag for tag in formulas if not tag.select_one("mjx-assistive-mml math")] == []


def test_the_map_names_every_page(built: Path):
    """sitemap.xml has the address of each page, and robots.txt names the map."""
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = {tag.text for tag in ElementTree.parse(built / "sitemap.xml").iter(f"{space}loc")}

    assert places == {on_the_web(source) for source in SOURCES}
    assert f"Sitemap: {SITE}/sitemap.xml" in (built / "robots.txt").read_text(encoding="utf8")


class Host(SimpleHTTPRequestHandler):
    """Serves the site in its folder, and its page for what it does not find, as its host does."""

    def send_head(self):
        """Answer with a file of the site, else with the page not found."""
        prefix = urlsplit(SITE).path
        asked = urlsplit(self.path).path
        found = Path(self.directory, asked.removeprefix(prefix).lstrip("/"))
        self.path = f"/{found.relative_to(self.directory)}" if found.is_file() else "/404.html"
        return super().send_head()

    def log_message(self, *_: object) -> None:
        """Say nothing about requests."""


@pytest.mark.browser
def test_the_page_not_found_leads_back(
    visit: Callable[..., Page], serve: Callable[..., str], built: Path, axe: Callable
):
    """At any depth it is whole, asks for nothing, and leads to the start page and to the search."""
    host = serve(partial(Host, directory=built))
    page = visit(host + urlsplit(SITE).path + DEEP)

    assert axe(page) == []
    assert page.problems == []
    page.get_by_role("link").click()
    assert page.title() == "Introduction to Deep Learning"
    page.go_back()
    page.get_by_role("searchbox").fill("perceptron")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")
