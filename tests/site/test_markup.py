"""What stands in the built pages, looked at without a browser: links, alt text, boxes, metadata."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markup import parsed

import book

SOURCES = book.source_files()
EVERY_PAGE = pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
KEYWORDS = ("Predict", "Note", "Careful", "Erratum", "In the lecture")


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return every name that a link can point at in a page."""
    return frozenset(tag[key] for key in ("id", "name") for tag in parsed(path).select(f"[{key}]"))


@cache
def markdown(source: Path) -> str:
    """Return the prose of a source file."""
    text = source.read_text(encoding="utf8")
    if source.suffix == ".md":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


@EVERY_PAGE
def test_local_links_lead_somewhere(source: Path, built: Path):
    """Each link to this site names a file that exists and an anchor in it."""
    tags = parsed(book.page(source)).select("[href], [src]")
    links = {tag.get("href") or tag.get("src") for tag in tags}

    assert sorted(link for link in links if not leads_somewhere(link, book.page(source))) == []


def leads_somewhere(link: str, page: Path) -> bool:
    """Say whether a link in a page is to another site, or to something that exists in this one."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file() or not target.is_relative_to(book.HTML.resolve()):
        return False
    anchor = unquote(parts.fragment)
    return not anchor or target.suffix != ".html" or anchor in anchors(target)


@EVERY_PAGE
def test_every_picture_has_a_text(source: Path, built: Path):
    """No picture lacks an alternative text, and none has its file name for one."""
    pictures = parsed(book.page(source)).select("img")

    assert [str(tag)[:200] for tag in pictures if not tag.get("alt")] == []
    assert [tag["alt"] for tag in pictures if re.search(r"\.(svg|png|webp)$", tag["alt"])] == []


@EVERY_PAGE
def test_quotes_with_a_keyword_are_boxes(source: Path, built: Path):
    """Each quote that opens with a bold keyword is a box of that title, in the same order."""
    opening = rf"^> \*\*({'|'.join(KEYWORDS)})[.:?!]?\*\*"
    wanted = re.findall(opening, markdown(source), re.MULTILINE)
    titles = parsed(book.page(source)).select(".course-box > .admonition-title")

    assert [title.get_text() for title in titles] == wanted


@EVERY_PAGE
def test_pages_describe_themselves(source: Path, built: Path):
    """A page has a language, one title, one heading of the first level and a description."""
    page = parsed(book.page(source))
    descriptions = [tag["content"] for tag in page.select("meta[name=description]")]

    assert page.html["lang"] == "en"
    assert page.title.get_text().strip()
    assert len([tag for tag in page.select("h1") if not tag.find_parent(class_="onlyprint")]) == 1
    assert len(descriptions) == 1
    assert 30 <= len(descriptions[0]) <= 160


@EVERY_PAGE
def test_names_in_a_page_are_unique(source: Path, built: Path):
    """No id stands twice in a page, so that each link has one place to go."""
    ids = [tag["id"] for tag in parsed(book.page(source)).select("[id]")]

    assert sorted({name for name in ids if ids.count(name) > 1}) == []


@EVERY_PAGE
def test_notebooks_open_elsewhere(source: Path, built: Path):
    """A notebook opens in Colab and Binder, and downloads; each page can be edited and reported."""
    links = [tag["href"] for tag in parsed(book.page(source)).select("a[href]")]
    name = book.label(source)

    assert any(link.endswith(f"/edit/main/{name}") for link in links)
    assert any("/issues/new" in link for link in links)
    if source.suffix == ".ipynb":
        colab = "https://colab.research.google.com/github/"
        assert any(link.startswith(colab) and link.endswith(name) for link in links)
        binder = "https://mybinder.org/v2/gh/"
        assert any(link.startswith(binder) and unquote(link).endswith(name) for link in links)
        assert any(link.endswith(f"_sources/{name}") for link in links)


@EVERY_PAGE
def test_a_term_leads_to_the_glossary_once(source: Path, built: Path):
    """No definition is linked twice in a page, and no link stands in a heading or another link."""
    links = parsed(book.page(source)).select("a.course-term")
    targets = [tag["href"].partition("#")[2] for tag in links]

    assert sorted({target for target in targets if targets.count(target) > 1}) == []
    assert [tag for tag in links if tag.find_parent(["a", "h1", "h2", "h3", "code"])] == []


def test_a_word_with_another_sense_is_no_term(built: Path):
    """Jupyter has other kernels, physics another momentum, and titles of papers are left alone."""
    sheet, papers, lab = (
        book.HTML / f"book/{name}.html"
        for name in ("cheatsheets/jupyter", "references", "labs/events")
    )

    assert parsed(sheet).select('a.course-term[href$="#term-kernel"]') == []
    assert parsed(lab).select('a.course-term[href$="#term-momentum"]') == []
    assert parsed(papers).select("a.course-term") == []


def test_chapters_lead_to_both_languages(built: Path):
    """The first "learning rate" of chapter 2 leads to its meaning and its Spanish name."""
    page = parsed(book.HTML / "book/02_perceptron.html")
    (term,) = page.select('a.course-term[href$="#term-learning-rate"]')
    entry = parsed(book.HTML / "book/glossary.html").find(id="term-learning-rate")
    spanish = entry.find_next_sibling("dt")

    assert term["title"].startswith("The length of a step")
    assert (spanish["lang"], spanish.contents[0]) == ("es", "tasa de aprendizaje")


def test_the_page_of_timings_has_every_notebook(built: Path):
    """The seconds are those of this build, each beside a link to its page."""
    rows = parsed(book.HTML / "book/timings.html").select("table a[href]")
    pages = {(book.HTML / "book" / row["href"]).resolve() for row in rows}

    assert pages == {book.page(file) for file in SOURCES if file.suffix == ".ipynb"}


def test_every_page_is_built(built: Path):
    """The pages of the toc, and no others but the way in, the search and the page not found."""
    pages = {path.relative_to(built).as_posix() for path in built.rglob("*.html")}
    pages = {name for name in pages if not name.startswith("_")}
    extra = {"index.html", "search.html", "404.html"}

    assert pages - extra == {book.page(file).relative_to(built).as_posix() for file in SOURCES}
