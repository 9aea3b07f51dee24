"""A task of a teacher's own: the one that the page for teachers prints works as it stands."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from coursekit.exercises import judge
from coursekit.grading import nbgrader
from coursekit.grading.example import __file__ as example
from coursekit.grading.grade import grade
from coursekit.grading.task import Task, load

from .notebooks import KEY, LIMITS, RIGHT, needs_bubblewrap, notebook, text

PAGE = Path(__file__).resolve().parents[2] / "book" / "instructor.md"
MARK = "# exercise: my_task.length\n"
ANSWERS = {
    "right": f"{MARK}def length(v):\n    return sum(x * x for x in v) ** 0.5",
    "no root": f"{MARK}def length(v):\n    return v @ v",
    "the public cases alone": f"{MARK}def length(v):\n    return 5 if v[0] else 0",
}


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """Return the task that the page prints, from a file."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf8"), re.DOTALL)
    (tmp_path / "my_task.py").write_text(code, "utf8")
    return load(str(tmp_path / "my_task.py"))


@needs_bubblewrap
@pytest.mark.parametrize(
    ("answer", "points"), [("right", 3), ("no root", 0), ("the public cases alone", 0)]
)
def test_the_task_of_the_page_grades(task: Task, answer: str, points: int):
    """A right answer earns all; a named mistake is told; hidden cases are tried; a text waits."""
    book = notebook(ANSWERS[answer], text("my_task.why", "squares"))

    result = grade(book, task, KEY, limits=LIMITS)

    (length,), (why,) = result["exercises"], result["open"]
    assert length["earned"] == points
    assert length["mistake"] == (answer if answer == "no root" else None)
    assert length["hidden"] == (answer == "the public cases alone")
    assert (why["earned"], why["rubric"]) == (None, list(task.hidden["my_task.why"].rubric))


def test_an_own_task_is_exported_with_both_halves(tmp_path: Path):
    """The cells for nbgrader need the file no more: right answers earn all, blank ones nothing."""
    task = load(example)
    cells = [*json.loads(notebook(*RIGHT))["cells"], text("example.why", "*Write here.*")]
    (tmp_path / "given.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}}), "utf8")

    path = nbgrader.write(tmp_path, task, Path(example), tmp_path / "given.ipynb", KEY)

    tests: dict[str, Any] = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in json.loads(path.read_text("utf8"))["cells"]
        if "nbgrader" in cell["metadata"]
    }
    names: dict[str, Any] = {}
    for cell in RIGHT:
        exec(cell, names)
    for exercise in task.exercises.values():
        blank: dict[str, Any] = {}
        source = tests[f"example-{exercise.thing}-points"]
        exec(source, right := dict(names))
        exec(source, blank)
        assert right["_points"]() == exercise.points, exercise.name
        assert blank["_points"]() == 0
    assert judge(task.exercises["example.step"], names["step"])
