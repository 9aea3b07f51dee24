"""Execute every notebook of the book in two processes, then build the site from the outputs.

Outputs are kept in a cache folder that is named by a hash of `coursekit/`: a change there
executes everything anew, a change in one notebook only that one. Seconds per notebook are
written to `_build/timings.json`.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import address
import nbformat
import yaml
from jupyter_book.sphinx import build_sphinx
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
HTML = BUILD / "html"
WORKERS = 2
SECONDS_PER_CELL = 300


def main() -> int:
    """Run the steps in order; return the exit code."""
    parser = argparse.ArgumentParser(description="Execute the notebooks and build the site.")
    parser.add_argument("--links", action="store_true", help="check external links instead")
    args = parser.parse_args()
    start = time.perf_counter()
    try:
        files = source_files()
        cache_folder = fresh_cache_folder()
        execute([file for file in files if file.suffix == ".ipynb"], cache_folder)
        build(cache_folder, "linkcheck" if args.links else "html")
        if not args.links:
            check_pages(files)
            print(f"\nBuilt {len(files)} pages in {time.perf_counter() - start:.1f} s.")
            print(f"Open   {(HTML / 'index.html').relative_to(ROOT)}")
            print("Serve  make serve")
    except BookError as error:
        text = str(error) if sys.stderr.isatty() else re.sub(r"\x1b\[[\d;]*m", "", str(error))
        print(f"\n{text}", file=sys.stderr)
        return 1
    return 0


class BookError(Exception):
    """Something that the author of the book has to mend."""


def source_files() -> list[Path]:
    """Return the file of each page of the toc, in order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    files, missing = [], []
    for name in page_names(toc):
        found = [file for ext in (".ipynb", ".md") if (file := ROOT / f"{name}{ext}").exists()]
        files += found[:1]
        if not found:
            missing.append(name)
    if missing:
        raise BookError("_toc.yml lists pages that do not exist: " + ", ".join(missing))
    return files


def page_names(entry: dict[str, Any]) -> Iterator[str]:
    """Walk through a toc and yield the name of each page."""
    for key in ("root", "file"):
        if key in entry:
            yield re.sub(r"\.(ipynb|md)$", "", entry[key])
    for key in ("parts", "chapters", "sections"):
        for child in entry.get(key, ()):
            yield from page_names(child)


def fresh_cache_folder() -> Path:
    """Return the cache folder for the package as it is now; remove those of earlier states."""
    digest = hashlib.sha256(sys.version.encode())
    package = sorted(path for path in (ROOT / "coursekit").rglob("*") if path.is_file())
    for path in [ROOT / "constraints.txt", *package]:
        if path.exists() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    folder = BUILD / "cache" / digest.hexdigest()[:12]
    for other in folder.parent.glob("*"):
        if other != folder:
            shutil.rmtree(other)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def execute(files: list[Path], cache_folder: Path) -> None:
    """Execute the notebooks that the cache does not hold, the slowest first."""
    cache = get_cache(cache_folder)
    known = dict.fromkeys(files, 60.0) | read_timings(files)
    timings, todo = {}, []
    for file in files:
        try:
            record = cache.match_cache_notebook(nbformat.read(file, as_version=4))
            timings[file] = record.data["execution_seconds"]
        except KeyError:
            todo.append(file)
    print(f"{len(files)} notebooks: {len(timings)} unchanged, {len(todo)} to execute", flush=True)
    failures = []
    with ProcessPoolExecutor(WORKERS) as pool:
        todo.sort(key=lambda file: -known[file])
        jobs = {pool.submit(run, file): file for file in todo}
        for number, job in enumerate(as_completed(jobs), start=1):
            file, (notebook, seconds, failure) = jobs[job], job.result()
            timings[file] = seconds
            print(f"  [{number}/{len(todo)}] {label(file)}  {seconds:.1f} s", flush=True)
            if failure:
                failures.append(f"{label(file)} failed {failure}")
                continue
            bundle = CacheBundleIn(notebook, str(file), data={"execution_seconds": seconds})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    write_timings(timings)
    if failures:
        raise BookError("\n\n".join(failures))


def run(file: Path) -> tuple[nbformat.NotebookNode, float, str]:
    """Execute one notebook where it lies; return it, the seconds, and what failed, if anything."""
    notebook = nbformat.read(file, as_version=4)
    start = time.perf_counter()
    result = single_nb_execution(
        notebook,
        cwd=str(file.parent),
        timeout=SECONDS_PER_CELL,
        allow_errors=False,
        extra_arguments=["--log-level=ERROR"],
    )
    failure = f"{failing_cell(notebook)}\n{result.err}" if result.err else ""
    return notebook, time.perf_counter() - start, failure


def failing_cell(notebook: nbformat.NotebookNode) -> str:
    """Say which cell holds the error, by id and position."""
    for number, cell in enumerate(notebook.cells, start=1):
        outputs = cell.get("outputs", ())
        expected = "raises-exception" in cell.metadata.get("tags", ())
        if not expected and any(output.output_type == "error" for output in outputs):
            return f"in cell '{cell.get('id', '?')}' (number {number}):"
    return f"(a cell took more than {SECONDS_PER_CELL} s, or the kernel died):"


def build(cache_folder: Path, builder: str) -> None:
    """Build the site; any warning is an error, and all of them are shown."""
    print("Building the site" if builder == "html" else "Checking external links", flush=True)
    doctrees = BUILD / ".doctrees"
    result = build_sphinx(
        ROOT,
        BUILD / builder,
        path_config=ROOT / "_config.yml",
        noconfig=True,
        confoverrides={
            "html_baseurl": address.read(ROOT).site + "/",
            "external_toc_path": str(ROOT / "_toc.yml"),
            "latex_individualpages": False,
            "nb_execution_cache_path": str(cache_folder),
            "nitpicky": True,
        },
        doctreedir=doctrees,
        builder=builder,
        quiet=builder == "html",
        warningiserror=True,
        keep_going=True,
    )
    if result:
        # Pages that were read are not read again, so their warnings would be silent next time.
        shutil.rmtree(doctrees, ignore_errors=True)
        raise BookError("The site has errors or warnings: see above.")


def check_pages(files: list[Path]) -> None:
    """Make sure that each page of the toc was written; remove pages that it no longer names."""
    for stale in set((HTML / "book").rglob("*.html")) - {page(file) for file in files}:
        stale.unlink()
    missing = [label(file) for file in files if not page(file).exists()]
    if missing:
        raise BookError("Pages of _toc.yml that were not built: " + ", ".join(missing))


def page(file: Path) -> Path:
    """Return the page that is built from a source file."""
    return (HTML / file.relative_to(ROOT)).with_suffix(".html")


def label(file: Path) -> str:
    """Return how a file is called in messages."""
    return file.relative_to(ROOT).as_posix()


def read_timings(files: list[Path]) -> dict[Path, float]:
    """Return the seconds that each notebook took when it was last executed, where known."""
    path = BUILD / "timings.json"
    seconds = json.loads(path.read_text(encoding="utf8")) if path.exists() else {}
    return {file: seconds[label(file)] for file in files if label(file) in seconds}


def write_timings(timings: dict[Path, float]) -> None:
    """Write the seconds per notebook, for the page of timings and for the next order."""
    text = json.dumps({label(file): round(timings[file], 1) for file in sorted(timings)}, indent=1)
    (BUILD / "timings.json").write_text(text + "\n", encoding="utf8")


if __name__ == "__main__":
    sys.exit(main())
