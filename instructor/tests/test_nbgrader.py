"""What is exported is a course that nbgrader itself gives out and grades."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pytest

from coursekit.__main__ import main
from coursekit.grading import nbgrader
from coursekit.grading.task import Task, load

INSTRUCTOR = Path(__file__).resolve().parents[1]
ROOT = INSTRUCTOR.parent
TASKS = {path.stem: load(path.stem, INSTRUCTOR) for path in sorted(INSTRUCTOR.glob("hw*.py"))}
PLACE = ROOT / "_build" / "peers-nbgrader"
SCORES = """
import json
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    found = {s.student.id: {g.name: (g.auto_score, g.max_score, g.needs_manual_grade)
             for g in s.notebooks[0].grades} for s in book.assignment_submissions("hw2")}
print(json.dumps(found))
"""
OPEN = {"hw2-still_why", "hw2-report"}


def exported(folder: Path, task: Task) -> Any:
    """Return the source notebook of a task."""
    (book,) = (ROOT / "book" / "homework").glob(f"{task.name}_*.ipynb")
    path = nbgrader.write(folder, task, INSTRUCTOR / f"{task.name}.py", book, "a key|1")
    nbformat.validate(found := nbformat.read(path, as_version=4))
    return found


def facts(book: Any) -> dict[str, Any]:
    """Return the cells that nbgrader looks at, by their id."""
    cells = [cell for cell in book.cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_every_point_has_its_cell(task: Task, tmp_path: Path):
    """Answers are solutions, their tests are locked, and the points are those of the task."""
    cells = facts(exported(tmp_path, task))

    for name, exercise in task.exercises.items():
        answer, test = (cells[name.replace(".", "-") + end] for end in ("", "-points"))
        assert (answer.metadata.nbgrader.solution, answer.metadata.nbgrader.grade) == (True, False)
        assert (test.metadata.nbgrader.locked, test.metadata.nbgrader.grade) == (True, True)
        assert test.metadata.nbgrader.points == exercise.points
        assert test.source.split("\n")[1] == "### BEGIN HIDDEN TESTS"
        assert test.source.endswith("### END HIDDEN TESTS")
    graded = [cell.metadata.nbgrader for cell in cells.values() if cell.metadata.nbgrader.grade]
    assert sum(one.points for one in graded) == task.points
    assert {one.schema_version for one in graded} == {3}


@pytest.mark.parametrize(
    ("task", "name"),
    [
        pytest.param(t, n, marks=[pytest.mark.slow] * (task.exercises[n].seconds > 10))
        for t, task in TASKS.items()
        for n in task.exercises
    ],
)
def test_the_cells_grade_by_themselves(task: str, name: str, tmp_path: Path):
    """The reference earns all points of its cell, the stub none, with the imports alone."""
    book = exported(tmp_path, TASKS[task])
    (imports,) = (cell.source for cell in book.cells if cell.id == "imports")
    cells = facts(book)
    answer, test = (cells[name.replace(".", "-") + end].source for end in ("", "-points"))
    stub = answer.split("### BEGIN SOLUTION")[0]

    def points(source: str) -> float:
        names: dict[str, Any] = {"student": "20301234"}
        for code in (imports, source, test):
            exec(code, names)
        return float(names["_points"]())

    assert points(answer) == TASKS[task].exercises[name].points
    assert points(stub) == 0


def test_another_key_draws_other_cases(tmp_path: Path):
    """The seed of the cell is that of the grader, and does not tell the key."""
    test = facts(exported(tmp_path, TASKS["hw2"]))["hw2-backward-points"].source

    assert str(nbgrader.seed("a key|1", "hw2.backward")) in test
    assert nbgrader.seed("a key|2", "hw2.backward") != nbgrader.seed("a key|1", "hw2.backward")
    assert "a key" not in test


def test_a_notebook_without_a_part_is_refused(tmp_path: Path, capsys, monkeypatch):
    """A notebook that lacks an exercise is named with what it lacks."""
    monkeypatch.setenv("COURSEKIT_KEY", "a key")
    (book,) = (ROOT / "book" / "homework").glob("hw1_*.ipynb")
    command = ["export", "nbgrader", str(tmp_path), "--task", "hw2", "--notebook", str(book)]

    assert main([*command, "--instructor", str(INSTRUCTOR)]) == 2
    assert "has no cell for hw2.still" in capsys.readouterr().err


@pytest.fixture(scope="module")
def python() -> Path:
    """Return the Python of an environment of its own with the real nbgrader."""
    python = PLACE / "bin" / "python"
    if not (PLACE / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", PLACE], check=True)
        needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
        command = [python, "-m", "pip", "install", "-q", "nbgrader>=0.9.5", "ipykernel"]
        done = subprocess.run([*command, *needed["dependencies"]], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"nbgrader cannot be installed here: {done.stderr[-300:]}")
        (PLACE / ".ready").touch()
    return python


def hand_in(folder: Path, student: str, book: Any, answers: Any = None) -> None:
    """Put a notebook where nbgrader looks for it; `answers` changes the source of each cell."""
    book = json.loads(json.dumps(book))
    for cell in book["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        cell["source"] = answers(grade_id, cell["source"]) if answers else cell["source"]
        if cell["id"] == "student" and student != "blank":
            cell["source"] = f'student = "{student}"'
    path = folder / "submitted" / student / "hw2" / "hw2.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(book), "utf8")


@pytest.mark.slow
def test_the_real_nbgrader_grades_it(python: Path, tmp_path: Path):
    """It gives out a notebook without answers, and gives all points, none, or all but one part."""

    def run(*command: str) -> str:
        paths = {"PYTHONPATH": str(ROOT), "PATH": f"{python.parent}:{os.environ['PATH']}"}
        facts = {"cwd": tmp_path, "env": os.environ | paths, "text": True, "capture_output": True}
        done = subprocess.run([python, *command], **facts)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    source = exported(tmp_path, TASKS["hw2"])
    run("-m", "nbgrader", "generate_assignment", "hw2")
    release = nbformat.read(tmp_path / "release" / "hw2" / "hw2.ipynb", as_version=4)
    given = "\n".join(cell.source for cell in release.cells)
    assert "SOLUTION" not in given
    assert "HIDDEN" not in given
    assert "_backward" not in given
    assert 'raise NotImplementedError("your code here")' in given
    solutions = {name: cell.source for name, cell in facts(source).items()}
    wrong = solutions["hw2-descend"].replace("W - lr", "W + lr")
    assert wrong != solutions["hw2-descend"]

    hand_in(tmp_path, "blank", release)
    hand_in(tmp_path, "reference", release, lambda name, text: solutions.get(name, text))
    changed = solutions | {"hw2-descend": wrong}
    hand_in(tmp_path, "wrong", release, lambda name, text: changed.get(name, text))
    run("-m", "nbgrader", "autograde", "hw2", "--create")

    scores = json.loads(run("-c", SCORES))
    assert {name for name, (_, _, by_hand) in scores["reference"].items() if by_hand} == OPEN
    assert not any(auto for auto, _, _ in scores["blank"].values())
    for student in ("reference", "wrong"):
        lost = {n for n, (auto, most, _) in scores[student].items() if auto != most} - OPEN
        assert lost == ({"hw2-descend-points"} if student == "wrong" else set())
