"""The book on paper: one PDF with its pages in order, links that work, sliders as pictures."""

import re
from pathlib import Path

import browsers
import pdf
import pytest
from bs4 import BeautifulSoup

import book

NAMES = ("intro", "02_perceptron", "glossary")  # stand for the whole, which takes a minute


@pytest.fixture(scope="module")
def pages(built: Path) -> list[Path]:
    """A few built pages."""
    return [built / f"book/{name}.html" for name in NAMES]


@pytest.fixture(scope="module")
def sheet(pages: list[Path]) -> BeautifulSoup:
    """The document that the browser prints."""
    return BeautifulSoup(pdf.document(pages), "html.parser")


def test_sliders_are_pictures_on_paper(sheet: BeautifulSoup):
    """Each slider is its still, whose file exists; no script, no control and no fold is left."""
    figures = sheet.select(".ck-interact")

    assert len(figures) >= 2
    for figure in figures:
        (still,) = figure.select("img")
        assert pdf.PRINT.parent.joinpath(still["src"]).is_file()
        assert "loading" not in still.attrs
    assert sheet.select("script, input, button") == []
    assert sheet.select("details:not([open])") == []


def test_links_stay_inside_the_document(sheet: BeautifulSoup):
    """A link to a page that is printed leads to its place there, any other one to the web."""
    links = [tag["href"] for tag in sheet.select("article a[href]")]
    names = {tag["id"] for tag in sheet.select("[id]")}
    inside = [link for link in links if link.startswith("#")]

    assert "#book-glossary-term-learning-rate" in inside
    assert [link for link in inside if link[1:] not in names] == []
    assert [link for link in links if not link.startswith(("#", "http", "mailto"))] == []


@pytest.mark.browser
@pytest.mark.slow
def test_the_pdf_holds_pages_links_and_an_outline(
    pages: list[Path], sheet: BeautifulSoup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Chromium prints the cover, the contents and the pages, and keeps every link."""
    if browsers.find() is None:
        pytest.skip("no browser found")
    output = tmp_path / "book.pdf"
    sources = [file for file in book.source_files() if file.stem in NAMES]
    monkeypatch.setattr("book.source_files", lambda: sources)
    monkeypatch.setattr("sys.argv", ["pdf.py", "--output", str(output)])

    assert pdf.main() == 0

    text = output.read_bytes().decode("latin1")  # only what is drawn is packed, not the structure
    assert len(re.findall(r"/Type\s*/Page\b", text)) > 10
    assert "/Outlines" in text
    assert len(re.findall(r"/Subtype\s*/Image\b", text)) > 10
    wanted = [tag["href"] for tag in sheet.select("a[href]")]
    outside = {link.rstrip("/") for link in wanted if not link.startswith("#")}
    found = re.findall(r"/URI \(([^)]*)\)", text)
    assert outside - {link.rstrip("/") for link in found} == set()
    assert len(re.findall(r"/Subtype\s*/Link\b", text)) >= len(wanted)
    assert not pdf.PRINT.exists()
