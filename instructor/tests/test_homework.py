"""The homework's own answers: right ones earn everything, the usual mistakes are known."""

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from prose import PROSE_RULES
from reading import read, without_code

from coursekit.exercises import Exercise, Hidden, judge
from coursekit.grading import recap
from coursekit.grading.grade import grade
from coursekit.grading.task import Task, load

INSTRUCTOR = Path(__file__).resolve().parents[1]
HOMEWORK = INSTRUCTOR.parent / "book" / "homework"
TASKS = {p.stem: load(p.stem, INSTRUCTOR) for p in sorted(INSTRUCTOR.glob("hw*.py"))}
NAMES = [(task, name) for task in TASKS for name in TASKS[task].exercises]


def costly(task: str, name: str) -> list[pytest.MarkDecorator]:
    """Return the mark of an exercise that trains a network."""
    return [pytest.mark.slow] * (TASKS[task].exercises[name].seconds > 10)


EVERY = [pytest.param(t, n, marks=costly(t, n)) for t, n in NAMES]
MISTAKES = [
    pytest.param(t, n, m, marks=costly(t, n))
    for t, n in NAMES
    for m in TASKS[t].exercises[n].mistakes
]
STUDENT, KEY = "20301234", "a key for tests"
every_exercise = pytest.mark.parametrize(("task", "name"), EVERY)


@pytest.fixture(autouse=True)
def faults_as_in_a_notebook():
    """A division by zero gives NaN or infinity here, as it does to a student."""
    with np.errstate(all="ignore"):
        yield


def halves(task: str, name: str) -> tuple[Exercise, Hidden]:
    """Return an exercise with its hidden cases, and the teacher's half."""
    return TASKS[task].cases(name, KEY, STUDENT), TASKS[task].hidden[name]


def answer(exercise: Exercise, value: Any) -> Any:
    """Return an answer; one to a value may be a function of the student's id."""
    return value(STUDENT) if exercise.asks_for_a_value and callable(value) else value


@every_exercise
def test_right_answers_pass(task: str, name: str):
    """The reference, and right answers in another style, pass the public and the hidden cases."""
    exercise, hidden = halves(task, name)

    for value in [hidden.reference, *hidden.also_right]:
        result = judge(exercise, answer(exercise, value))
        assert result, result


@pytest.mark.parametrize(("task", "name", "mistake"), MISTAKES)
def test_each_usual_mistake_is_recognized(task: str, name: str, mistake: str):
    """Every named mistake fails, and is told what is wrong with it."""
    exercise, hidden = halves(task, name)
    codes = hidden.wrong[mistake]

    for code in codes if isinstance(codes, list) and not exercise.asks_for_a_value else [codes]:
        result = judge(exercise, answer(exercise, code))
        assert result.status == "wrong", result
        assert result.mistake == mistake, result


@every_exercise
def test_the_exercise_is_complete(task: str, name: str):
    """Two mistakes, two hints, points, and hidden cases that repeat for the same key."""
    exercise, hidden = halves(task, name)

    assert len(exercise.mistakes) >= 2
    assert set(exercise.mistakes) == set(hidden.wrong)
    assert len(exercise.hints) >= 2
    assert exercise.points > 0
    assert len(exercise.cases) > len(TASKS[task].exercises[name].cases)
    assert TASKS[task].digest(name, KEY) == TASKS[task].digest(name, KEY)


@every_exercise
def test_crashes_and_wrong_shapes_fail(task: str, name: str):
    """An answer that raises is an error; one of another shape is wrong, without a named mistake."""
    exercise, hidden = halves(task, name)

    if hidden.crash is not None:
        assert judge(exercise, hidden.crash).status == "error"
    if hidden.wrong_shape is not None:
        result = judge(exercise, hidden.wrong_shape)
        assert (result.status, result.mistake) == ("wrong", None)


@pytest.mark.parametrize("task", TASKS)
def test_every_open_part_has_a_rubric(task: str):
    """A person who reads a text knows what earns points."""
    for name in TASKS[task].open_parts:
        assert TASKS[task].hidden[name].rubric


def needs_torch(task: Task) -> bool:
    """Whether the notebook takes long to grade."""
    return any("torch" in exercise.allows for exercise in task.exercises.values())


books = pytest.mark.parametrize(
    "task",
    [pytest.param(t, marks=[pytest.mark.slow] * needs_torch(TASKS[t])) for t in TASKS],
)
needs_bubblewrap = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is missing")


def cells(task: str) -> dict[str, Any]:
    """Return the student's notebook."""
    (path,) = HOMEWORK.glob(f"{task}_*.ipynb")
    return json.loads(path.read_text("utf8"))


@needs_bubblewrap
@books
def test_a_blank_notebook_earns_nothing(task: str):
    """The notebook as it is given out is attempted nowhere."""
    result = grade(json.dumps(cells(task)).encode(), TASKS[task], KEY)

    assert result["earned"] == 0
    assert {e["status"] for e in result["exercises"]} == {"not attempted"}, result
    assert result["unread"] == 0
    assert result["notices"] == [f"{part['name']}: no text was found" for part in result["open"]]


@needs_bubblewrap
@books
def test_the_references_earn_every_point(task: str):
    """With the references in the student's notebook, the sandbox gives every point."""
    book, whole = cells(task), TASKS[task]
    for cell in book["cells"]:
        source = "".join(cell["source"])
        name = cell.get("id", "").replace("-", ".", 1)
        if name in whole.exercises:
            cell["source"] = f"# exercise: {name}\n{pasted(task, name)}"
        elif name in whole.open_parts:
            cell["source"] = source.replace("*Write here.*", "Because.")
        elif cell.get("id") == "student":
            cell["source"] = f"student = {STUDENT!r}"

    result = grade(json.dumps(book).encode(), whole, KEY)

    assert [e for e in result["exercises"] if e["earned"] < e["points"]] == []
    assert result["unread"] == len(whole.open_parts)


def pasted(task: str, name: str) -> str:
    """Return the code of a reference: the teacher's file up to HIDDEN, and the name's value."""
    tree = ast.parse((INSTRUCTOR / f"{task}.py").read_text("utf8"))
    kept, found = [], None
    for node in tree.body:
        if "HIDDEN" in [t.id for t in getattr(node, "targets", []) if isinstance(t, ast.Name)]:
            for call in ast.walk(node):
                if (
                    isinstance(call, ast.Call)
                    and call.args
                    and ast.unparse(call.args[0]) == repr(name)
                ):
                    found = next(k.value for k in call.keywords if k.arg == "reference")
        elif "coursekit.exercises" not in (getattr(node, "module", "") or ""):
            kept.append(node)
    assert found is not None, name
    exercise = TASKS[task].exercises[name]
    call = "(student)" if exercise.asks_for_a_value and callable(
        TASKS[task].hidden[name].reference) else ""  # fmt: skip
    code = ast.unparse(ast.Module(kept, []))
    return f"{code}\n{exercise.thing} = ({ast.unparse(found)}){call}"


@pytest.mark.parametrize("task", TASKS)
def test_every_mistake_has_a_question_of_its_own(task: str):
    """The recap has one question and one answer for each named mistake, none twice."""
    found = recap.questions(TASKS[task], INSTRUCTOR)
    wanted = {e.thing: set(e.mistakes) for e in TASKS[task].exercises.values()}
    texts = [text for part in found.values() for pair in part.values() for text in pair]

    assert {thing: set(part) for thing, part in found.items()} == wanted
    assert all(len(pair) == 2 for part in found.values() for pair in part.values())
    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if set("<`") & set(without_code(text))]


@pytest.mark.parametrize("task", TASKS)
def test_every_mistake_can_be_shown_in_class(task: str, tmp_path: Path):
    """The recap of each mistake is plain markdown, with its case where the case is public."""
    for exercise in TASKS[task].exercises.values():
        for mistake in exercise.mistakes:
            facts = {"name": exercise.name, "mistake": mistake, "case": "", "earned": 0}
            result = {"exercises": [facts | {"points": exercise.points}]}
            asked = recap.questions(TASKS[task], INSTRUCTOR)
            path = tmp_path / "recap.ipynb"
            path.write_text(recap.notebook(TASKS[task], [result], asked), "utf8")
            book = read(path, tmp_path)

            assert [found for rule in PROSE_RULES for found in rule(book)] == []
            shown = any(mistake in case.wrong for case in exercise.cases)
            told = "| came |" in "".join(cell.source for cell in book.prose)
            assert "<locals>" not in path.read_text("utf8")
            assert told == (shown and not exercise.asks_for_a_value)
