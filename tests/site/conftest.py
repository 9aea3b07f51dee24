"""A real browser for the tests of pages: Chromium through Playwright, cut off from the network.

    def test_title(visit):
        page = visit("file:///.../index.html", width=360, dark=True)
        assert page.title() and not page.requests and not page.problems

Where no Chromium is installed, tests that ask for a browser are skipped and say so. `site` is the
address of the built book, served on this machine.
"""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import axe_playwright_python
import browsers
import markup
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, sync_playwright

import book

LOCAL = ("file:", "data:", "blob:", "http://127.0.0.1:", "http://localhost:")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
# To list only the faults takes half of the time: what is right is not described one by one.
AUDIT = "(part) => axe.run(part, {resultTypes: ['violations']})"
ONE_COLOUR = """() => [
  ...document.querySelectorAll(".highlight pre"),
  ...[...document.querySelectorAll("dt.sig")].slice(20),
].forEach((code) => code.replaceChildren(code.textContent))"""

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once a module."""
    path = browsers.find()
    if path is None:
        pytest.skip(f"no browser found: install one of {', '.join(browsers.NAMES)}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(browsers.FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A function that opens an address in a fresh profile and returns Playwright's page.

    `page.requests` lists the other addresses that the page asked for, `page.problems` its console
    errors, failed requests and uncaught exceptions. Requests that would leave the machine are
    listed and refused.
    """
    contexts = []

    def open_page(
        url: str, *, width: int = 1000, height: int = 900, dark: bool = False, script: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        context.route(
            lambda address: not address.startswith(LOCAL),
            lambda route: route.abort("blockedbyclient"),
        )
        page = context.new_page()
        page.requests, page.problems = [], []
        page.on(
            "request",
            lambda r: r.url == url or r.url.startswith("data:") or page.requests.append(r.url),
        )
        page.on("requestfailed", lambda r: page.problems.append(f"failed: {r.url}"))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """A function that runs axe on a page and returns what it finds, one line an element.

    With `one_colour` it takes the colours of code away first, half of the elements of a chapter,
    and those of all signatures but twenty. With `part` it looks at that part of the page only.
    """
    source = AXE.read_text(encoding="utf-8")

    def findings(page: Page, *, one_colour: bool = False, part: str = "html") -> list[str]:
        page.evaluate(source)
        if one_colour:
            page.evaluate(ONE_COLOUR)
        violations = page.evaluate(AUDIT, part)["violations"]
        return [f"{v['id']}: {node['html']:.150}" for v in violations for node in v["nodes"]]

    return findings


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the built book; builds it if there is none (`make site` keeps it fresh)."""
    if not (book.HTML / "index.html").exists():
        subprocess.run([sys.executable, book.__file__], check=True)
    return book.HTML


@pytest.fixture
def soup(source: Path, built: Path) -> BeautifulSoup:
    """The markup of the page that is built from `source`."""
    return markup.parsed(book.page(source))


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """A function that starts a server on this machine and returns its address."""
    servers = []

    def start(handler: Callable[..., SimpleHTTPRequestHandler]) -> str:
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def site(built: Path, serve: Callable[..., str]) -> str:
    """The address of the built book, without a slash at the end."""
    return serve(partial(_Quiet, directory=built))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing about requests."""
