"""Finding the answers in a submitted notebook, whatever an editor did to it.

An answer is found by the line `# exercise: hw1.step`, then by its cell's id, then by its cell's
metadata; failing all that the name that it must define is looked up when the notebook has run.
"""

import ast
import io
import json
import re
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST = 20 * 2**20  # bytes of a notebook
MARK = re.compile(r"^[ \t]*#[ \t]*exercise:[ \t]*(\S+)", re.MULTILINE)
TEXT = re.compile(r"^\s*\*\*Answer:\s*(\S+?)\*\*")
CALLS = {"check", "hint", "progress", "submit", "print"}
BLANK = {"", "*Write here.*"}


class UnreadableError(Exception):
    """The file is no notebook."""


@dataclass(frozen=True)
class Cell:
    """One code cell that will run; `answers` are the exercises it answers, with their names."""

    number: int
    source: str
    answers: Sequence[tuple[str, str]] = ()


@dataclass
class Found:
    """What a submission holds."""

    cells: list[Cell] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # of the open parts that are written
    student: str = ""  # the id that the notebook gives
    receipt: dict[str, Any] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def find(data: bytes, exercises: Collection[str], open_parts: Collection[str] = ()) -> Found:
    """Return the cells to run and the answers, from the bytes of a notebook or of a `submit` file.

    Raises:
        UnreadableError: if there is no notebook in the bytes.
    """
    found = Found()
    data = _unpacked(data, found)
    counts = dict.fromkeys(exercises, 0)
    for number, raw in enumerate(_raw_cells(data)):
        source, kind = _source(raw), raw.get("cell_type")
        names = _names(raw, source, {*exercises, *open_parts}, found)
        if kind == "markdown":
            for name in set(names) & set(open_parts):
                body = TEXT.sub("", source).strip()
                found.texts |= {} if body in BLANK else {name: body[:20_000]}
        elif kind == "code" and not _skipped(raw, source):
            answers = [(name, name.partition(".")[2]) for name in names if name in counts]
            counts |= {name: counts[name] + 1 for name, _ in answers}
            found.cells.append(Cell(number, source, answers))
            found.student = _student(source) or found.student
    for name, count in counts.items():
        if count == 0 and not any(_defines(c.source, name.partition(".")[2]) for c in found.cells):
            found.notices.append(f"{name}: no cell was found")
        elif count > 1:
            found.notices.append(f"{name}: {count} cells; the last one counts")
    return found


def _unpacked(data: bytes, found: Found) -> bytes:
    """Return the notebook in what `submit()` wrote, or the bytes themselves."""
    if not data.startswith(b"PK\x03\x04"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [
                i for i in archive.infolist() if i.filename.endswith((".ipynb", "receipt.json"))
            ]
            if any(info.file_size > MOST for info in names):
                raise UnreadableError("the notebook is too large")
            books = [info for info in names if info.filename.endswith(".ipynb")]
            for info in set(names) - set(books):
                receipt = json.loads(archive.read(info))
                found.receipt = receipt if isinstance(receipt, dict) else {}
            if len(books) != 1:
                raise UnreadableError(f"the archive holds {len(books)} notebooks, not one")
            return archive.read(books[0])
    except (zipfile.BadZipFile, ValueError, RecursionError, NotImplementedError, OSError) as error:
        raise UnreadableError("the archive cannot be read") from error


def _raw_cells(data: bytes) -> list[dict[str, Any]]:
    """Return the cells of a notebook of format 3 or 4."""
    if len(data) > MOST:
        raise UnreadableError(f"the notebook has {len(data) / 2**20:.0f} MB; 20 are allowed")
    try:
        book = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError("the file is no notebook") from error
    book = book if isinstance(book, dict) else {}
    sheets = book.get("worksheets")
    cells = book.get("cells")
    if isinstance(sheets, list):
        parts = [s.get("cells") for s in sheets if isinstance(s, dict)]
        cells = [cell for part in parts if isinstance(part, list) for cell in part]
    if not isinstance(cells, list):
        raise UnreadableError("the file is no notebook: it has no cells")
    return [cell for cell in cells if isinstance(cell, dict)]


def _source(raw: dict[str, Any]) -> str:
    """Return the text of a cell; format 3 calls it `input`, and it may be a list of lines."""
    source = raw.get("source", raw.get("input"))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    text = source if isinstance(source, str) else ""
    return text.encode("utf8", "replace").decode("utf8").replace("\r\n", "\n").replace("\r", "\n")


def _names(raw: dict[str, Any], source: str, known: set[str], found: Found) -> list[str]:
    """Return the exercises, or the open part, that a cell answers."""
    marks = TEXT.findall(source) if raw.get("cell_type") == "markdown" else MARK.findall(source)
    for name in set(marks) - known:
        found.notices.append(f"a cell is marked {name[:60]!r}, and there is no such exercise")
    if set(marks) & known:
        return [name for name in marks if name in known]
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    own = metadata.get("coursekit")
    hints = [raw.get("id"), metadata.get("id"), own.get("exercise") if isinstance(own, dict) else 0]
    ids = {name.replace(".", "-"): name for name in known} | {name: name for name in known}
    return [ids[hint] for hint in hints if isinstance(hint, str) and hint in ids][:1]


def _skipped(raw: dict[str, Any], source: str) -> bool:
    """Whether a code cell is the course's own: set-up, a check or a solution."""
    if "coursekit.expect(" in source or source.startswith("# @title Solution: "):
        return True
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    calls = [_called(statement) for statement in statements]
    return bool(calls) and "print" not in calls[:1] and all(name in CALLS for name in calls)


def _called(statement: ast.stmt) -> str:
    """Return the name of the function that a statement only calls."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    value = value.func if isinstance(value, ast.Call) else None
    return value.id if isinstance(value, ast.Name) else ""


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _student(source: str) -> str:
    """Return what a cell assigns to `student`, if it is plain text or a number."""
    for statement in _statements(source):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            names = [t.id for t in statement.targets if isinstance(t, ast.Name)]
            value = statement.value.value
            if names == ["student"] and isinstance(value, (str, int)):
                return str(value).strip()[:100].removeprefix("...")
    return ""


def _defines(source: str, thing: str) -> bool:
    """Whether a cell defines a name at its top level."""
    for statement in _statements(source):
        if getattr(statement, "name", None) == thing:
            return True
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        if any(isinstance(target, ast.Name) and target.id == thing for target in targets):
            return True
    return False
