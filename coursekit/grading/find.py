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
MOST_CODE = 2**19  # characters in its code cells; outputs may be long, and code is parsed here
MOST_NOTICES = 20
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

    @property
    def cheap(self) -> bool:
        """Whether it holds an answer, or only imports, definitions and constants."""
        statements = _statements(self.source)
        return bool(self.answers) or (statements != [] and all(map(_is_quick, statements)))

    @property
    def harmless(self) -> bool:
        """Whether it calls nothing, so that it will not end the process that runs it."""
        statements = _statements(self.source)
        return statements != [] and all(map(_calls_nothing, statements))


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
    cells = [(raw, _source(raw), raw.get("cell_type")) for raw in _raw_cells(data)]
    if sum(len(source) for _, source, kind in cells if kind == "code") > MOST_CODE:
        raise UnreadableError(f"the notebook has too much code, {MOST_CODE} characters are read")
    for number, (raw, source, kind) in enumerate(cells):
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
    del found.notices[MOST_NOTICES:]
    return found


def _unpacked(data: bytes, found: Found) -> bytes:
    """Return the notebook in what `submit()` wrote, or the bytes themselves."""
    if not data.startswith(b"PK\x03\x04"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not is_hidden(info.filename)]
            for info in infos:
                if info.filename == "receipt.json":
                    found.receipt = _receipt(json.loads(read(archive, info)))
            books = [info for info in infos if info.filename.lower().endswith(".ipynb")]
            if len(books) != 1:
                raise UnreadableError(f"the archive holds {len(books)} notebooks, not one")
            return read(archive, books[0])
    except UnreadableError:
        raise
    except Exception as error:  # whatever a forged archive makes `zipfile` raise
        raise UnreadableError("the archive cannot be read") from error


def is_hidden(path: str) -> bool:
    """Whether a path is of the kind that systems and editors leave behind."""
    return any(p.startswith((".", "__MACOSX")) and p != ".." for p in path.split("/"))


def read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a file of an archive, or its beginning: what it says about its size may be a lie."""
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableError("the archive is packed in a way that is not read here")
    with archive.open(info) as file:
        return file.read(MOST + 1)


def _receipt(receipt: dict[str, Any]) -> dict[str, str]:
    """Return the plain texts of a receipt."""
    return {str(k)[:80]: v[:200] for k, v in list(receipt.items())[:20] if isinstance(v, str)}


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
    calls = [_called(statement) for statement in _statements(source)]
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
        value = getattr(statement, "value", None)
        if "student" in _names_set_by(statement) and isinstance(value, ast.Constant):
            return student_id(value.value)
    return ""


def student_id(value: object) -> str:
    """Return an id as text, without what could disturb a page or a terminal; blank is blank."""
    value = value % 10**50 if isinstance(value, int) else value
    text = str(value) if isinstance(value, (str, int)) else ""
    return printable(text.strip()[:100].removeprefix("..."))


def printable(text: str) -> str:
    """Return a text with a `?` for everything that is no visible sign."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _defines(source: str, thing: str) -> bool:
    """Whether a cell defines a name at its top level."""
    return any(
        getattr(statement, "name", None) == thing or thing in _names_set_by(statement)
        for statement in _statements(source)
    )


def _names_set_by(statement: ast.stmt) -> list[str]:
    """Return the names that a statement assigns to."""
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _is_quick(statement: ast.stmt) -> bool:
    """Whether a statement imports, defines, or names a constant."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    constant = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, kinds)


def _calls_nothing(statement: ast.stmt) -> bool:
    """Whether a statement only names things: what it defines is not run yet."""
    if isinstance(statement, ast.ClassDef):
        extras = [*statement.bases, *statement.keywords, *statement.decorator_list]
        return not extras and all(map(_calls_nothing, statement.body))
    if isinstance(statement, ast.FunctionDef):
        inner = [part for part in ast.walk(statement.args) if isinstance(part, ast.arg)]
        at_once = [statement.returns, *statement.args.defaults, *statement.args.kw_defaults]
        at_once += [part.annotation for part in inner]
        names = (ast.Constant, ast.Name, type(None))
        return not statement.decorator_list and all(isinstance(part, names) for part in at_once)
    if isinstance(statement, ast.Assign):
        places = [isinstance(target, ast.Name) for target in statement.targets]
        return all(places) and isinstance(statement.value, ast.Constant)
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return text or isinstance(statement, (ast.Import, ast.ImportFrom))
