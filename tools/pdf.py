"""Print the built site as one PDF: a cover, a list of contents, then each page in order.

The pages are put into one document, so that links from page to page work in it, too, and Chromium
prints that. Sliders show their first picture, what is folded is open.
"""

import argparse
import html
import re
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import address
import browsers
import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import PdfMargins, sync_playwright

import book

PDF = book.BUILD / "introduction-to-deep-learning.pdf"
PRINT = book.HTML / "_static/print.html"  # beside what it needs; removed afterwards
STYLE = Path(__file__).with_suffix(".css")
LEFT_OUT = ".headerlink, .course-report, .ck-play, script, .copybtn, .onlyprint, .d-print-none"
FOOTER = """<div style="font: 9px sans-serif; width: 100%; text-align: center">
<span class="pageNumber"></span></div>"""
MARGIN: PdfMargins = {"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"}
MINUTES = 5  # to lay out the whole book and print it


def main() -> int:
    """Print the book; return the exit code."""
    parser = argparse.ArgumentParser(description="Print the built site as one PDF.")
    parser.add_argument("--output", type=Path, default=PDF, help="where the PDF goes")
    output = parser.parse_args().output
    chromium = browsers.find()
    if chromium is None:
        print(f"make pdf needs one of {', '.join(browsers.NAMES)}: none found.", file=sys.stderr)
        return 1
    pages = [book.page(file) for file in book.source_files()]
    if missing := [page for page in pages if not page.exists()]:
        print(f"{book.label(missing[0])} is not built yet: run make book first.", file=sys.stderr)
        return 1
    PRINT.write_text(document(pages), encoding="utf8")
    try:
        print_page(chromium, output)
    finally:
        PRINT.unlink()
    print(f"Printed {len(pages)} pages of the site, {output.stat().st_size / 1e6:.1f} MB")
    print(f"Open   {output}")
    return 0


def document(pages: list[Path]) -> str:
    """Return one page with the articles of all pages in it, after a cover and the contents."""
    config = yaml.safe_load((book.ROOT / "_config.yml").read_text(encoding="utf8"))
    first = BeautifulSoup(pages[0].read_text(encoding="utf8"), "html.parser")
    links = "".join(str(tag) for tag in first.select("link[rel=stylesheet]"))
    links = links.replace('href="../_static/', 'href="')
    styles = "".join(map(signs, pages)) + f"<style>{STYLE.read_text(encoding='utf8')}</style>"
    articles = [article(page, pages) for page in pages]
    contents = "".join(
        f'<li><a href="#{name_of(page)}">{heading(tag)}</a></li>'
        for page, tag in zip(pages, articles, strict=True)
    )
    title, site = html.escape(config["title"]), address.read(book.ROOT)
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light" data-content_root="../">
<head><meta charset="utf-8"><title>{title}</title>
{links}{styles}</head>
<body><main class="bd-article print">
<section class="cover"><img src="logo.svg" alt=""><p class="cover-title">{title}</p>
<p>{html.escape(config["author"])}</p>
<p>Release {site.release}. To run it and to move its sliders:
<a href="{site.site}">{site.site}</a></p>
</section>
<nav class="pages"><h1>Contents</h1><ol>{contents}</ol></nav>
{"".join(map(str, articles))}
</main></body></html>"""


def signs(page: Path) -> str:
    """Return the style of the signs in the formulas of a page, "" if it has none."""
    found = re.search(r"<style>(?=[^<]*mjx-)[^<]*</style>", page.read_text(encoding="utf8"))
    return found[0] if found else ""


def heading(article: Tag) -> str:
    """Return the title of an article."""
    title = article.select_one("h1")
    return html.escape(title.get_text(" ").strip()) if title else ""


def article(page: Path, pages: list[Path]) -> Tag:
    """Return the article of a page, with open folds, and links that hold in the whole."""
    soup = BeautifulSoup(page.read_text(encoding="utf8"), "html.parser")
    found = soup.select_one("article.bd-article")
    if found is None:
        raise book.BookError(f"{page} has no article: has the theme changed?")
    for tag in found.select(LEFT_OUT):
        tag.decompose()
    for fold in found.select("details"):
        fold["open"] = ""
    for summary in found.select("details.hide > summary"):
        solution = summary.find_parent(class_="tag_solution")
        summary.string = "A solution" if solution else ""
    for card in found.select(".sd-card:has(a.sd-stretched-link)"):
        title, link = card.select(".sd-card-title, a.sd-stretched-link")
        link.string = title.get_text(" ").strip()  # it has no letters: on paper the title leads
        title.clear()
        title.append(link.extract())
        del link["class"]
    for tag in found.select("[id]"):
        tag["id"] = f"{name_of(page)}-{tag['id']}"
    for tag in found.select("a[href]"):
        tag["href"] = inside(str(tag["href"]), page, pages)
    for tag in found.select("img[src]"):
        del tag["loading"]
        if not str(tag["src"]).startswith("data:"):
            tag["src"] = urljoin(page.as_uri(), str(tag["src"])).replace(book.HTML.as_uri(), "..")
    found["id"] = name_of(page)
    return found


def inside(link: str, page: Path, pages: list[Path]) -> str:
    """Return where a link of a page leads in the document, or on the website."""
    if urlsplit(link).scheme in ("http", "https", "mailto"):
        return link
    target, _, anchor = urljoin(page.as_uri(), link).partition("#")
    for other in pages:
        if target == other.as_uri():
            return f"#{name_of(other)}-{anchor}" if anchor else f"#{name_of(other)}"
    return target.replace(book.HTML.as_uri(), address.read(book.ROOT).site)


def name_of(page: Path) -> str:
    """Return the name that stands before all names of a page."""
    return page.relative_to(book.HTML).with_suffix("").as_posix().replace("/", "-")


class Quiet(SimpleHTTPRequestHandler):
    """Serves the site to the browser, without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing about requests."""


def print_page(chromium: str, output: Path) -> None:
    """Let the browser print the document."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=book.HTML))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(browsers.FLAGS))
        page = browser.new_page()
        page.set_default_timeout(MINUTES * 60_000)
        page.goto(f"http://127.0.0.1:{server.server_port}/_static/{PRINT.name}")
        page.emulate_media(media="print")
        page.evaluate("() => document.fonts.ready")
        page.evaluate(FIT)
        page.pdf(
            path=output, format="A4", margin=MARGIN, outline=True, tagged=True,
            display_header_footer=True, header_template="<span></span>", footer_template=FOOTER,
        )  # fmt: skip
        browser.close()
        server.shutdown()


# a formula that is wider than the sheet is made as small as it must be
FIT = """() => {
  for (const box of document.querySelectorAll('mjx-container[display="true"]')) {
    const wide = box.firstElementChild.getBoundingClientRect().width, room = 640;
    if (wide > room) box.style.fontSize = `${Math.floor((100 * room) / wide)}%`;
  }
}"""


if __name__ == "__main__":
    sys.exit(main())
