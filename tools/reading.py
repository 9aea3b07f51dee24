"""A notebook as the rules see it: cells with their sources joined, and what each is for."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tidying import Json, joined, tags

GENERATED = frozenset({"badge", "setup"})
PARTS = frozenset({"prompt", "check", "solution"})  # of an exercise, beside the answer


@dataclass(frozen=True)
class Cell:
    """One cell; `role` says which of the four cells of an exercise it is, or is empty."""

    id: str
    code: bool
    source: str
    tags: tuple[str, ...]
    metadata: Json
    outputs: tuple[Json, ...]
    count: int | None
    role: str = ""

    @property
    def lines(self) -> list[str]:
        """The lines that hold something."""
        return [line for line in self.source.split("\n") if line.strip()]

    @property
    def counted(self) -> bool:
        """Whether the cell counts for the rhythm: the lesson's own prose and code."""
        return not self.role and self.id not in GENERATED and "remove-cell" not in self.tags

    @property
    def tree(self) -> ast.Module | None:
        """The parsed code without IPython's magics; None if it does not parse."""
        plain = re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", self.source)
        try:
            return ast.parse(plain)
        except SyntaxError:
            return None


@dataclass(frozen=True)
class Notebook:
    """One notebook of the book that stands at `root`."""

    path: Path
    root: Path
    text: str
    cells: tuple[Cell, ...]

    @property
    def chapter(self) -> bool:
        """Whether this is a chapter: its name opens with two digits."""
        return re.match(r"\d\d_", self.path.name) is not None and self.path.parent.name == "book"

    @property
    def homework(self) -> bool:
        """Whether this is a graded task, which shows no solutions."""
        return self.path.parent.name == "homework"

    @property
    def code(self) -> list[Cell]:
        """The code cells."""
        return [cell for cell in self.cells if cell.code]

    @property
    def prose(self) -> list[Cell]:
        """The markdown cells."""
        return [cell for cell in self.cells if not cell.code]

    @property
    def inside(self) -> str:
        """The path inside the repository."""
        return inside(self.path, self.root)

    def headings(self) -> Iterator[tuple[Cell, int, str]]:
        """Yield each heading with its cell, its level and its words."""
        for cell in self.prose:
            for match in re.finditer(r"(?m)^(#+) +(.+)$", without_code(cell.source)):
                yield cell, len(match[1]), match[2]


def read(path: Path, root: Path) -> Notebook:
    """Return the notebook at path."""
    text = path.read_text(encoding="utf-8")
    raw = json.loads(text)["cells"]
    names = {found for cell in raw if (found := exercise_id(joined(cell["source"])))}
    return Notebook(path, root, text, tuple(_cell(cell, names) for cell in raw))


def demand(path: Path) -> None:
    """Return if there is a notebook at path.

    Raises:
        ValueError: if there is none, with one line that says what is there.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"a notebook was wanted, got {path}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"a notebook was wanted, got {path}: no JSON ({error})") from error
    if not (isinstance(raw, dict) and {"cells", "metadata"} <= raw.keys()):
        raise ValueError(f"a notebook was wanted, got {path}: JSON without cells and metadata")


def inside(path: Path, root: Path) -> str:
    """Return the path in the repository, with forward slashes; elsewhere, the name alone."""
    full, root = path.resolve(), root.resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else path.name


def exercise_id(source: str) -> str:
    """Return the id that an answer cell must have, from its marker line; empty without one."""
    match = re.match(r"# exercise: (\S+)", source)
    return match[1].replace(".", "-") if match else ""


def without_code(text: str) -> str:
    """Return markdown without its code blocks, code spans and formulas (each one word)."""
    for pattern in (r"(?s)```.*?```", r"`[^`\n]+`", r"(?s)\$\$.*?\$\$", r"\$[^$\n]+\$"):
        text = re.sub(pattern, "code", text)
    return text


def _cell(cell: Json, exercises: set[str]) -> Cell:
    name = cell.get("id", "")
    stem, _, last = name.rpartition("-")
    part = last if stem in exercises and last in PARTS else ""
    return Cell(
        id=name,
        code=cell["cell_type"] == "code",
        source=joined(cell["source"]),
        tags=tuple(tags(cell)),
        metadata=cell.get("metadata", {}),
        outputs=tuple(cell.get("outputs", [])),
        count=cell.get("execution_count"),
        role="answer" if name in exercises else part,
    )
