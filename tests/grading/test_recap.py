"""The notebook for the next lecture: the class's mistakes, and nothing about a student."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
import reading
from nbclient import NotebookClient
from prose import PROSE_RULES

from coursekit.__main__ import main
from coursekit.grading import example, recap
from coursekit.grading.task import HIDDEN_TITLE

from .notebooks import TASK

NAME = "Ana Pérez"
QUESTIONS = {"step": {"wrong sign": ["Which way?", "Away."]}}
WRONG = {"name": "example.step", "mistake": "wrong sign", "case": "fires, should be silent"}
OTHER = {"name": "example.share", "mistake": "of the wrong whole", "case": HIDDEN_TITLE + "value"}
PLACE = {"name": "example.centre", "mistake": "works in place", "case": "two numbers"}
SUM = {"name": "example.softmax", "mistake": "no sum", "case": "two equal scores"}


def result(*mistakes: dict[str, str], number: int = 0, **facts: Any) -> dict[str, Any]:
    """Return a result whose texts hold a student's name wherever a student could put it."""
    own = dict.fromkeys(("message", "inputs", "wanted", "got"), NAME)
    parts = [own | {"points": 2, "earned": 0, "hidden": False, "parts": {}} | m for m in mistakes]
    return {
        "schema": 1, "task": TASK.name, "status": "graded", "digest": "", "open": [],
        "notices": [NAME], "student": NAME, "person": NAME, "label": f"{NAME}{number}.ipynb",
        "exercises": parts, "points": 8, "earned": 0,
    } | facts  # fmt: skip


def book(tmp_path: Path, results: list[dict[str, Any]]) -> Any:
    """Return the notebook of some results, valid and plain."""
    path = tmp_path / "recap.ipynb"
    path.write_text(recap.notebook(TASK, results, QUESTIONS), "utf8")
    nbformat.validate(found := nbformat.read(path, as_version=4))
    for rule in PROSE_RULES:
        assert list(rule(reading.read(path, tmp_path))) == [], rule
    return found


def test_the_three_most_frequent_mistakes_are_shown(tmp_path: Path):
    """Ordered by the number of notebooks; the fourth is left out."""
    results = [result(WRONG, SUM), result(WRONG, SUM, PLACE), result(WRONG, PLACE, OTHER)]

    found = book(tmp_path, results)

    heads = [c.source.split("\n")[0] for c in found.cells if c.source.startswith("## ")]
    assert heads == [
        "## 1. `step`: wrong sign", "## 2. `softmax`: no sum", "## 3. `centre`: works in place"
    ]  # fmt: skip


def test_an_example_shows_the_case_and_the_question_is_folded(tmp_path: Path):
    """Given, wanted and found stand in a table; the answer of the question is folded."""
    text = "\n".join(cell.source for cell in book(tmp_path, [result(WRONG)]).cells)

    assert "| given | `step([1., 1.], 0, [1., 2.], 0)` |" in text
    assert "| came | `([2, 3], 1)` |" in text
    assert "<details><summary>Answer</summary>\n\nAway.\n\n</details>" in text


def test_nothing_of_a_student_is_in_it(tmp_path: Path):
    """No name, id, label or text of a student, wherever it stood in the result."""
    text = json.dumps(book(tmp_path, [result(WRONG, OTHER, PLACE)] * 2), ensure_ascii=False)

    assert NAME not in text
    assert "0.75" not in text  # the value of an exercise may be a student's own number


@pytest.mark.parametrize(
    ("mistakes", "said"),
    [([], recap.NONE), ([WRONG], "One mistake"), ([WRONG, SUM], "There were no other.")],
)
def test_fewer_than_three_mistakes_are_said(tmp_path: Path, mistakes: list[Any], said: str):
    """A class with none, one or two has a notebook that says so."""
    assert said in book(tmp_path, [result(*mistakes)]).cells[0].source


def test_a_mistake_without_a_question_asks_for_one(tmp_path: Path):
    """A teacher's own task need have no questions: the place is kept."""
    assert recap.OWN in book(tmp_path, [result(SUM)]).cells[-1].source


def test_the_notebook_runs(tmp_path: Path):
    """Its code runs from top to bottom."""
    found = book(tmp_path, [result(WRONG), result()])

    NotebookClient(found, timeout=60).execute()

    assert [c.execution_count for c in found.cells if c.cell_type == "code"] == [1, 2]


def test_only_what_counts_is_counted(tmp_path: Path, capsys):
    """Results of other tasks, ungraded ones, and files that the table has not, are left out."""
    folder = tmp_path / "out" / "results"
    folder.mkdir(parents=True)
    results = [
        result(WRONG), result(WRONG, number=1), result(WRONG, task="hw9"),
        result(WRONG, status="not graded"),
    ]  # fmt: skip
    for number, one in enumerate(results):
        (folder / f"{number}.json").write_text(json.dumps(one), "utf8")
    (tmp_path / "out" / "grades.csv").write_text(f"file\n{NAME}0.ipynb\n", "utf8")
    target = tmp_path / "recap.ipynb"

    code = main(["recap", str(example.__file__), str(tmp_path / "out"), "-o", str(target)])

    assert code == 0
    assert "example.step: wrong sign (1 of 1)" in capsys.readouterr().out
    assert target.exists()


def test_an_empty_folder_is_one_sentence(tmp_path: Path, capsys):
    """Without results nothing is written, and the command that makes them is named."""
    code = main(["recap", str(example.__file__), str(tmp_path), "-o", str(tmp_path / "r.ipynb")])

    assert code == 2
    assert "`coursekit grade` writes them" in capsys.readouterr().err
    assert not (tmp_path / "r.ipynb").exists()
