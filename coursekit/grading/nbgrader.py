"""A course folder for nbgrader: the same notebooks, references and hidden cases, in its cells.

For teachers who live in its formgrader. nbgrader runs an answer and its test in one process, so it
promises less than `coursekit grade`: see `earned`.
"""

import ast
import builtins
import contextlib
import io
import json
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.exercises._judge import examine, undefined
from coursekit.exercises._spec import Exercise, Hidden, Open
from coursekit.grading.find import MARK, TEXT
from coursekit.grading.grade import Json, _verdict
from coursekit.grading.task import Task, joined, seed

CONFIG = '''"""The settings of nbgrader for this course."""

c = get_config()
c.CourseDirectory.course_id = "deep_learning"
c.ClearSolutions.code_stub = {"python": ""}  # the stub stands above the solution
c.ClearSolutions.text_stub = "*Write here.*"
c.ExecutePreprocessor.timeout = 300
'''
SOLUTION = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
HIDDEN = """# The points of {name} are decided here when your teacher grades.
### BEGIN HIDDEN TESTS
def _points():
    from coursekit.exercises import Hidden, find
    from coursekit.grading.nbgrader import earned

{code}
    hidden = Hidden("{name}", {facts})
    return earned({exercise}, hidden, {seed}, globals())


_points()
### END HIDDEN TESTS"""


def earned(exercise: Exercise, hidden: Hidden, number: int, names: Mapping[str, Any]) -> float:
    """Return the points of what a notebook calls by the exercise's name.

    This runs where the answer runs. An answer could change it, and anything that the answer may
    import counts: no sandbox, no limit of memory, and only the time limit of a case.
    """
    full = joined(exercise, hidden, number, str(names.get("student", "")))
    quiet = io.StringIO()  # nbgrader takes a word on the error stream for a failed test
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
            if exercise.thing in names:
                result, outcomes = examine(full, names[exercise.thing])
            else:
                result, outcomes = undefined(full), []
    return float(_verdict(full, result, outcomes)["earned"])


def write(output: Path, task: Task, private: Path, notebook: Path, key: str) -> Path:
    """Write the source notebook of a task, and the settings if there are none; return the path.

    Args:
        output: the course folder.
        task: what to export.
        private: the file with the teacher's half.
        notebook: what students are given.
        key: the secret of the course, with the round.

    Raises:
        ValueError: if the notebook lacks a part of the task.
    """
    half = _Half(private)
    book = json.loads(notebook.read_text("utf8"))
    cells = [new for cell in book["cells"] for new in _cells(cell, task, half, key)]
    have = {c["metadata"]["nbgrader"]["grade_id"] for c in cells if "nbgrader" in c["metadata"]}
    parts = [*task.exercises, *task.open_parts]
    if missing := [name for name in parts if name.replace(".", "-") not in have]:
        raise ValueError(f"{notebook} has no cell for {', '.join(missing)}")
    path = output / "source" / task.name / f"{task.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(book | {"cells": cells}, indent=1, ensure_ascii=False), "utf8")
    if not (config := output / "nbgrader_config.py").exists():
        config.write_text(CONFIG, "utf8")
    return path


def _cells(cell: Json, task: Task, half: "_Half", key: str) -> Iterator[Json]:
    """Yield a cell as nbgrader wants it; after an answer the one that decides its points."""
    source = "".join(cell["source"])
    pattern = MARK if cell["cell_type"] == "code" else TEXT
    name = next((n for n in pattern.findall(source)), "")
    if name in task.exercises and cell["cell_type"] == "code":
        exercise = task.exercises[name]
        answer = half.solution(exercise)
        yield _marked(cell, name, f"{source}\n{SOLUTION.format(answer)}", solution=True)
        test: Json = {"cell_type": "code", "id": f"{_id(name)}-points", "metadata": {}}
        test |= {"execution_count": None, "outputs": []}
        text = half.test(exercise, seed(key, name), task.source)
        yield _marked(test, f"{name}-points", text, locked=True, points=exercise.points)
    elif name in task.open_parts and cell["cell_type"] == "markdown":
        part, hidden = task.open_parts[name], task.hidden.get(name)
        yield _marked(cell, name, _rubric(part, hidden), solution=True, points=part.points)
    else:
        yield cell


def _rubric(part: Open, hidden: Hidden | None) -> str:
    """Return the cell of a part that a person reads: what earns points stands as its solution."""
    lines = [f"- {line}" for line in (hidden.rubric if hidden else ())]
    return f"**Answer: {part.name}**\n\n{SOLUTION.format(chr(10).join(lines))}"


def _marked(
    cell: Json, name: str, source: str, solution: bool = False, locked: bool = False,
    points: int | None = None,
) -> Json:  # fmt: skip
    """Return a cell with the metadata of nbgrader, schema 3."""
    facts: Json = {"schema_version": 3, "grade_id": _id(name), "cell_type": cell["cell_type"]}
    facts |= {"solution": solution, "locked": locked, "task": False, "grade": points is not None}
    facts |= {} if points is None else {"points": points}
    return cell | {"source": source, "metadata": cell["metadata"] | {"nbgrader": facts}}


def _id(name: str) -> str:
    return name.replace(".", "-")


class _Half:
    """The code of the teacher's half, from which an exercise takes what it needs."""

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text("utf8"))
        self.named = {name: s for s in self.tree.body for name in _names_of(s)}
        self.facts: dict[str, dict[str, ast.expr]] = {}  # what the list HIDDEN says of each
        self.public: dict[str, str] = {}  # what this file calls the exercises that it holds
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if node.func.id == "Hidden" and isinstance(first, ast.Constant):
                    facts = {k.arg: k.value for k in node.keywords if k.arg}
                    self.facts[str(first.value)] = facts
        for statement in self.tree.body:
            call = getattr(statement, "value", None)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Exercise" and call.args:
                self.public[ast.literal_eval(call.args[0])] = _names_of(statement)[0]

    def solution(self, exercise: Exercise) -> str:
        """Return code that defines a right answer under the name that students use."""
        reference = self.facts.get(exercise.name, {}).get("reference")
        if reference is None:
            return "# there is no reference answer"
        text = ast.unparse(reference)
        called = isinstance(reference, ast.Lambda) or isinstance(
            self.named.get(text), ast.FunctionDef
        )
        text = f"({text})(student)" if exercise.asks_for_a_value and called else text
        return f"{self.needed([reference])}\n{exercise.thing} = {text}"

    def test(self, exercise: Exercise, number: int, source: str) -> str:
        """Return the code of the cell that decides the points."""
        facts = {
            key: value
            for key, value in self.facts.get(exercise.name, {}).items()
            if key in ("reference", "cases")
        }
        start: list[ast.expr] = list(facts.values())
        found = f'find("{exercise.name}")'
        if source.endswith(".py"):  # the public half, too, is in this file
            found = self.public[exercise.name]
            start.append(ast.Name(found))
        said = ", ".join(f"{key}={ast.unparse(value)}" for key, value in facts.items())
        code = textwrap.indent(self.needed(start), "    ")
        return HIDDEN.format(name=exercise.name, code=code, facts=said, exercise=found, seed=number)

    def needed(self, start: Sequence[ast.AST]) -> str:
        """Return the statements of the file that some expressions need, in their order."""
        found: set[ast.stmt] = set()
        todo = list(start)
        while todo:
            for node in ast.walk(todo.pop()):
                if isinstance(node, ast.Name) and not hasattr(builtins, node.id):
                    statement = self.named.get(node.id)
                    if statement is not None and statement not in found:
                        found.add(statement)
                        todo.append(statement)
        return "\n".join(ast.unparse(s) for s in self.tree.body if s in found)


def _names_of(statement: ast.stmt) -> list[str]:
    """Return the names that a statement of a module defines."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [(a.asname or a.name).partition(".")[0] for a in statement.names]
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    nodes = [node for target in targets if target for node in ast.walk(target)]
    return [node.id for node in nodes if isinstance(node, ast.Name)]
