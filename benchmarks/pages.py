"""How long do the book's execution and build take, and how heavy are its pages?

The tree is copied, so that everything happens anew. The peer is a Jupyter Book with its default
settings, built from the same notebooks with the same outputs. What such a book asks of other sites
(formulas, widgets) is counted, but its bytes are not, since no site is asked here.
"""

import gzip
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat
import psutil
import yaml
from jupyter_cache import get_cache
from measure import Growth, Row, curve, keep, spread
from playwright.sync_api import Browser, Response, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import browsers  # noqa: E402

PAGES = {"start page": "book/intro.html", "chapter 5": "book/05_optimization.html",
         "chapter 8": "book/08_transfer.html", "glossary": "book/glossary.html"}  # fmt: skip
COUNTS = (4, 8, 16, 32)
PACKED = ("image/png", "image/webp", "font/woff", "font/woff2")


def main() -> None:
    """Measure in a copy of the tree, and keep the rows."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "ours")
        copy_tree(tree)
        rows = executed(tree)
        default = Path(folder, "default")
        rows.append(build_default(tree, default))
        rows += weights(tree / "_build/html", default / "_build/html")
        curves = [grown(tree, Path(folder, "grown"))]
    keep("pages", rows, curves, ["jupyter-book", "sphinx", "myst-nb", "torch"])


def copy_tree(tree: Path) -> None:
    """Copy the files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)


def executed(tree: Path) -> list[Row]:
    """Execute and build the book, then build it again with nothing changed."""
    seconds, most = timed_build(tree)
    taken = json.loads(tree.joinpath("_build/timings.json").read_text(encoding="utf8"))
    again, _ = timed_build(tree)
    count = len(taken)
    return [
        spread(f"execute {count} notebooks, two at a time, and build", "", [seconds], unit="s"),
        spread("all notebooks, one after the other", "", [sum(taken.values())], unit="s"),
        spread("the largest kernel", "", [most / 2**20], unit="MB", target="<= 1536"),
        spread("build with nothing changed", "", [again], unit="s", target="<= 10"),
    ]


def timed_build(tree: Path) -> tuple[float, int]:
    """Return the seconds of a build, and the bytes of the largest kernel in it."""
    start, most = time.perf_counter(), 0
    process = subprocess.Popen([sys.executable, "tools/book.py"], cwd=tree,
                               stdout=subprocess.DEVNULL, env=environment(tree))  # fmt: skip
    while process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            try:
                if "ipykernel_launcher" in " ".join(child.cmdline()):
                    most = max(most, child.memory_info().rss)
            except psutil.Error:  # it has ended
                continue
        time.sleep(0.2)
    if process.returncode:
        raise SystemExit("the book does not build")
    return time.perf_counter() - start, most


def environment(tree: Path) -> dict[str, str]:
    """Return the environment in which the copy's own package is imported."""
    return os.environ | {"PYTHONPATH": str(tree)}


def build_default(tree: Path, default: Path) -> Row:
    """Build the same pages, with their outputs, by Jupyter Book with its default settings."""
    shutil.copytree(tree / "book", default / "book", ignore=shutil.ignore_patterns("_ext"))
    shutil.copyfile(tree / "_toc.yml", default / "_toc.yml")
    (folder,) = tree.glob("_build/cache/*")
    cache = get_cache(folder)
    for path in (default / "book").rglob("*.ipynb"):
        _, notebook = cache.merge_match_into_notebook(nbformat.read(path, as_version=4))
        nbformat.write(notebook, path)
    config = {"title": "Default", "execute": {"execute_notebooks": "off"},
              "bibtex_bibfiles": ["book/references.bib"]}  # fmt: skip
    default.joinpath("_config.yml").write_text(yaml.safe_dump(config), encoding="utf8")
    start = time.perf_counter()
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", "--all", "."]
    subprocess.run(command, cwd=default, check=True, capture_output=True)
    seconds = time.perf_counter() - start
    return spread("default Jupyter Book, build from stored outputs", "", [seconds], unit="s")


def weights(ours: Path, default: Path) -> list[Row]:
    """Weigh pages of both books at first load, in a browser."""
    rows = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browsers.find(), args=list(browsers.FLAGS)
        )
        for name, path in PAGES.items():
            mine, elsewhere = weigh(chromium, ours, path)
            theirs, asked = weigh(chromium, default, path)
            target = "<= 350" if name == "start page" else "<= 700"
            rows += [
                spread(f"{name}, first load, gzip", "", [mine], unit="kB", target=target),
                spread(f"{name}, first load", "default Jupyter Book", [mine / theirs]),
                spread(f"{name}, requests to other sites", "", [elsewhere], unit="requests"),
                spread(f"{name}, requests to other sites, default book", "", [asked],
                       unit="requests"),
            ]  # fmt: skip
        chromium.close()
    return rows


def weigh(chromium: Browser, html: Path, path: str) -> tuple[float, int]:
    """Return the kB of a page's own files, packed, and the requests that it sends elsewhere."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=html))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"http://127.0.0.1:{server.server_port}"
    context = chromium.new_context()
    elsewhere: list[str] = []

    def refuse(route: Any) -> None:
        elsewhere.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith((host, "data:", "blob:")), refuse)
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(f"{host}/{path}", wait_until="networkidle")
    total = sum(size(response) for response in responses if response.url.startswith(host))
    context.close()
    server.shutdown()
    server.server_close()
    return total / 1000, len(elsewhere)


def size(response: Response) -> int:
    """Return the bytes of a response, packed as a host would pack it."""
    if response.status != 200:
        return 0
    body = response.body()
    kind = response.headers.get("content-type", "")
    return len(body) if kind.startswith(PACKED) else len(gzip.compress(body))


def grown(tree: Path, folder: Path) -> Growth:
    """Build the first few pages of the book, then more, from the same outputs."""
    from jupyter_book.sphinx import build_sphinx

    import book

    toc = yaml.safe_load(tree.joinpath("_toc.yml").read_text(encoding="utf8"))
    names = list(book.page_names(toc))
    (cache,) = tree.glob("_build/cache/*")
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    cost = []
    for count in COUNTS:
        small = {"format": "jb-book", "root": names[0],
                 "chapters": [{"file": name} for name in names[1:count]]}  # fmt: skip
        path = folder / f"toc{count}.yml"
        folder.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(small), encoding="utf8")
        settings = {"external_toc_path": str(path), "nb_execution_cache_path": str(cache),
                    "html_baseurl": "/", "latex_individualpages": False}  # fmt: skip
        start = time.perf_counter()
        build_sphinx(
            tree, folder / str(count), path_config=tree / "_config.yml", noconfig=True,
            confoverrides=settings, doctreedir=folder / f"trees{count}",
            quiet=True, really_quiet=True,
        )  # fmt: skip
        cost.append(time.perf_counter() - start)
    return curve("build from stored outputs", "the book", "pages", COUNTS, cost)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing about requests."""


if __name__ == "__main__":
    main()
