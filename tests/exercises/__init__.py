"""Answers that people give to the exercises, right and wrong, and how the tests read them.

One file a chapter defines ANSWERS: for each exercise by name a dictionary with

- also_right: at least one more right answer, in another style than the notebook's solution;
- mistakes: the code (for a value exercise: the value) of each named mistake, or a list of codes;
- crash: a function that raises (not for values);
- wrong_shape: a function whose result has another shape or type (not for values).

It may define SURVIVORS: for each exercise the mutants of its solution (as `tests/mutants.py`
prints them) that no check can tell from it, each with the reason why.

Stubs and solutions come from the notebooks: they run after the cell `imports` alone.
"""

import functools
import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit import exercises
from coursekit.exercises import Exercise

BOOK = Path(__file__).resolve().parents[2] / "book"
ANSWER, SOLUTION = "# exercise: ", "# @title Solution: "


@dataclass(frozen=True)
class Cells:
    """The code of an exercise in its notebook."""

    imports: str
    answer: str
    solution: str

    def run(self, code: str) -> dict[str, Any]:
        """Run code after the notebook's imports; return the names that it defines."""
        names: dict[str, Any] = {"__name__": "__main__"}
        exec(self.imports, names)
        exec(code, names)
        return names


def specs() -> dict[str, Exercise]:
    """Return every exercise of the package by name, but homework: its answers are not public."""
    names = [chapter for chapter in exercises.chapters() if not chapter.startswith("hw")]
    chapters = (exercises.exercises_of(chapter) for chapter in names)
    return {name: exercise for chapter in chapters for name, exercise in chapter.items()}


def answers(name: str) -> dict[str, Any]:
    """Return what people answer to an exercise, from the file of its chapter."""
    chapter = importlib.import_module(f"{__name__}.{name.partition('.')[0]}")
    return chapter.ANSWERS[name]


def survivors(name: str) -> dict[str, str]:
    """Return the mutants of an exercise's solution that may live, with the reason of each."""
    chapter = importlib.import_module(f"{__name__}.{name.partition('.')[0]}")
    return getattr(chapter, "SURVIVORS", {}).get(name, {})


def cells(name: str) -> Cells:
    """Return the cells of an exercise, found by their first lines."""
    for imports, sources in _notebooks():
        if ANSWER + name in sources:
            return Cells(imports, sources[ANSWER + name], sources[SOLUTION + name])
    raise LookupError(f"no notebook in {BOOK.name}/ has a cell that opens with {ANSWER + name!r}")


@functools.cache
def _notebooks() -> list[tuple[str, dict[str, str]]]:
    """Return, for each notebook, its imports and its code cells by first line."""
    found = []
    for path in sorted(BOOK.rglob("*.ipynb")):
        if {"_build", ".ipynb_checkpoints"} & set(path.parts):
            continue
        code = [c for c in json.loads(path.read_text("utf8"))["cells"] if c["cell_type"] == "code"]
        sources = {"".join(c["source"]): c.get("id") for c in code}
        imports = "\n".join(text for text, cell_id in sources.items() if cell_id == "imports")
        plain = "\n".join(line for line in imports.split("\n") if line[:1] not in ("%", "!"))
        found.append((plain, {text.split("\n")[0].strip(): text for text in sources}))
    return found
