"""What does Lighthouse say of the site, on a desktop computer and on a phone? Writes lighthouse.md.

Needs Node and a Chromium. The built site is served on this machine as its host serves it: packed,
and with its own address in its links. Each number is the median of several runs, since the speed
of a page varies with whatever else the machine does; its range stands beside it.
"""

import argparse
import gzip
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import address  # noqa: E402
import browsers  # noqa: E402

HTML = ROOT / "_build/html"
FOLDER = ROOT / "_build/node"
TABLE = Path(__file__).with_suffix(".md")
VERSION = "12.8.2"  # of Lighthouse; the newest that Node 18 and 20 run
PAGES = {
    "start": "book/intro.html",
    "chapter": "book/05_optimization.html",
    "reference": "book/glossary.html",
}
DEVICES = {"desktop": ["--preset=desktop"], "mobile": []}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu"


class Packed(SimpleHTTPRequestHandler):
    """Serves the site packed, as GitHub Pages does, with the addresses of this server in it."""

    protocol_version = "HTTP/1.1"  # one connection for many files

    def send_head(self) -> io.BytesIO | None:
        """Answer with a packed file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return None
        body, packed = path.read_bytes(), path.suffix in {".html", ".css", ".js", ".svg"}
        if path.suffix == ".html":
            host = f"http://{self.headers['Host']}"
            body = body.replace(address.read(ROOT).site.encode(), host.encode())
        if packed:
            body = gzip.compress(body)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *_: object) -> None:
        """Say nothing about requests."""


def main() -> int:
    """Measure every page on both devices and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each page (default 5)")
    runs = parser.parse_args().runs
    npm, chromium = shutil.which("npm"), browsers.find()
    if npm is None or chromium is None:
        missing = "Node (npm)" if npm is None else f"a browser ({', '.join(browsers.NAMES)})"
        print(f"make lighthouse needs {missing}, which is not installed here.", file=sys.stderr)
        return 1
    if not HTML.exists():
        print("There is no site yet: run make book first.", file=sys.stderr)
        return 1
    install(npm)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Packed, directory=HTML)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        rows = [
            row(kind, device, [measure(f"{site}/{page}", device, chromium) for _ in range(runs)])
            for kind, page in PAGES.items()
            for device in DEVICES
        ]
        server.shutdown()
    TABLE.write_text(text(rows, runs), encoding="utf8")
    print(f"\nWritten to {TABLE.relative_to(ROOT)}")
    return 0


def install(npm: str) -> None:
    """Fetch Lighthouse into the build folder, once."""
    package = FOLDER / "node_modules/lighthouse/package.json"
    if not package.exists() or json.loads(package.read_text(encoding="utf8"))["version"] != VERSION:
        command = [npm, "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund", "--silent"]
        environment = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
        subprocess.run([*command, f"lighthouse@{VERSION}"], env=environment, check=True)


def measure(url: str, device: str, chromium: str) -> dict[str, float]:
    """Run Lighthouse once; return the scores, 0 to 100, and the weight of the page in kB."""
    command = [
        str(FOLDER / "node_modules/.bin/lighthouse"), url, *DEVICES[device], "--output=json",
        "--quiet", "--no-enable-error-reporting", f"--chrome-flags={FLAGS}",
        f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    report = json.loads(done.stdout)
    (FOLDER / "last.json").write_bytes(done.stdout)  # to look into what a score is made of
    scores = {name: 100 * report["categories"][name]["score"] for name in CATEGORIES}
    return scores | {"kB": report["audits"]["total-byte-weight"]["numericValue"] / 1000}


def row(kind: str, device: str, results: list[dict[str, float]]) -> str:
    """Return one row of the table: medians, and the range of the performance."""
    middle = {key: statistics.median(result[key] for result in results) for key in results[0]}
    speeds = [result["performance"] for result in results]
    cells = [f"{middle[name]:.0f}" for name in CATEGORIES] + [f"{middle['kB']:.0f}"]
    cells[0] += f" ({min(speeds):.0f} to {max(speeds):.0f})"
    line = f"| {kind} | {device} | {' | '.join(cells)} |"
    print(line, flush=True)
    return line


def text(rows: list[str], runs: int) -> str:
    """Return the page with the table."""
    pages = "; ".join(f"{kind}: `{page}`" for kind, page in PAGES.items())
    head = "| Page | Device | Performance | Accessibility | Best practices | SEO | kB |"
    rule = "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    return "\n".join(
        [
            "# Lighthouse",
            "",
            f"Made by `make lighthouse`, with Lighthouse {VERSION}; medians of {runs} runs, and",
            "the range of the performance. kB are those of the page, figures that load late with",
            f"it. {pages}.",
            "",
            head,
            rule,
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
