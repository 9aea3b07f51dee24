"""What authors run on notebooks: `tidy`, `lint`, `record` and `new` (also as `make` targets).

Without paths, `tidy` and `lint` take every notebook of the book.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import address
import nbformat
from nbclient import NotebookClient
from reading import demand, inside, read
from rules import RULES
from skeleton import skeleton
from tidying import COMPARED, tags, tidied

ROOT = Path(__file__).resolve().parent.parent


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return every notebook of the book, in order."""
    found = sorted((root / "book").rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def tidy(paths: Iterable[Path], root: Path = ROOT) -> list[Path]:
    """Write the notebooks in their stored form; return those that changed."""
    where, changed = address.read(root), []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        stored = tidied(text, inside(path, root), where)
        if stored != text:
            path.write_text(stored, encoding="utf-8")
            changed.append(path)
    return changed


def lint(paths: Iterable[Path], root: Path = ROOT) -> list[str]:
    """Return one line for each thing that a notebook should do otherwise."""
    return [
        f"{inside(path, root)}: {cell or '-'}: {rule.__name__}: {advice}"
        for path in paths
        for rule in RULES
        for cell, advice in rule(read(path, root))
    ]


def execute(notebook: Any, seconds: int = 300) -> Any:
    """Run a notebook from top to bottom in an empty folder, and return it with its outputs."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        client = NotebookClient(
            notebook, timeout=seconds, resources=resources, coalesce_streams=True
        )
        return client.execute()


def record(paths: Iterable[Path], root: Path = ROOT) -> list[Path]:
    """Store what the compared cells print now; return the notebooks that changed."""
    changed = []
    for path in paths:
        stored = nbformat.read(path, as_version=4)
        executed = execute(nbformat.from_dict(stored))
        for old, new in zip(stored.cells, executed.cells, strict=True):
            if COMPARED in tags(old):
                old.update(outputs=new.outputs, execution_count=1)
        text = tidied(nbformat.writes(stored), inside(path, root), address.read(root))
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def new(name: str, title: str, root: Path = ROOT) -> Path:
    """Write the skeleton of a chapter.

    Raises:
        ValueError: if the name has other signs, or leads out of the book.
        FileExistsError: if there is a chapter of that name.
        FileNotFoundError: if the name has a folder that the book has not.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", name.removesuffix(".ipynb")):
        raise ValueError(f"a name has letters, digits, _ and -, got {name!r}")
    path = root / "book" / f"{name.removesuffix('.ipynb')}.ipynb"
    where = inside(path, root)
    if path.exists():
        raise FileExistsError(f"{where} exists already: choose another name")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{where} needs a folder that exists, got {Path(where).parent}")
    text = tidied(nbformat.writes(skeleton(title)), where, address.read(root))
    path.write_text(text, encoding="utf-8")
    return path


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status, which is 2 for input that it refuses."""
    options = _options(arguments)
    try:
        if options.command == "new":
            path = new(options.name, options.title)
        else:
            paths = options.paths or notebooks()
            for each in paths:
                demand(each)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.command == "new":
        findings = lint([path])
        heading = " What it still lacks:" if findings else ""
        print(f"{inside(path, ROOT)} is written. Add it to _toc.yml.{heading}", *findings, sep="\n")
        return 0
    if options.command == "lint":
        findings = lint(paths)
        print(*findings, sep="\n", end="\n" if findings else "")
        return 1 if findings else 0
    changed = tidy(paths) if options.command == "tidy" else record(paths)
    if options.command == "tidy" and not options.paths:
        changed += address.follow(ROOT)
    for path in changed:
        print(f"{inside(path, ROOT)} is rewritten")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, text in (
        ("tidy", "write notebooks in their stored form, and the address where it is named"),
        ("lint", "say where notebooks break the course's rules"),
        ("record", "execute notebooks and store the outputs that the tests compare"),
    ):
        commands.add_parser(command, help=text).add_argument("paths", nargs="*", type=Path)
    writer = commands.add_parser("new", help="write the skeleton of a chapter")
    writer.add_argument("name", help="such as 09_attention")
    writer.add_argument("--title", default="Title")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
