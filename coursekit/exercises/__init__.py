"""Exercises that answer at once: `check`, `hint`, `progress` and `submit`.

A chapter's exercises stand as data in the module of its name in this folder: `Exercise` objects
made of cases, properties, hints and named mistakes. The engine lives in the files whose names
begin with an underscore:

- `_spec`: what an exercise is; `_properties`: the ready-made properties;
- `_compare`: whether two results agree, and how a result is shown;
- `_judge`: trying an answer on every case; `_result`: the verdict as text and as HTML;
- `_cells`: what ran in the notebook; `_submit`: handing in; `_outputs`: what a model gives;
- `_messages`: every sentence, as data.

What a check says is advice to the reader; it gives no marks.
"""

import importlib
import pkgutil
import sys
from typing import Any, TypeVar

from coursekit import validate
from coursekit.exercises._cells import is_stale
from coursekit.exercises._judge import judge, stale, undefined
from coursekit.exercises._messages import TEXT, say
from coursekit.exercises._outputs import outputs
from coursekit.exercises._properties import (
    deterministic,
    keeps_shape,
    leaves_arguments_alone,
    sums_to_one,
)
from coursekit.exercises._result import Note, Progress, Result, Row
from coursekit.exercises._spec import (
    Case,
    Exercise,
    Fits,
    Formula,
    Hidden,
    Open,
    Property,
    Trial,
    at_least,
)
from coursekit.exercises._submit import hand_in

__all__ = [
    "Case",
    "Exercise",
    "Fits",
    "Formula",
    "Hidden",
    "Open",
    "Progress",
    "Property",
    "Result",
    "Trial",
    "at_least",
    "chapters",
    "check",
    "deterministic",
    "exercises_of",
    "find",
    "hint",
    "judge",
    "keeps_shape",
    "leaves_arguments_alone",
    "outputs",
    "progress",
    "submit",
    "sums_to_one",
]

T = TypeVar("T", Exercise, Open)

_MISSING = object()
_RESULTS: dict[str, Result] = {}  # the last recorded check of each exercise
_HINTS: dict[str, int] = {}  # how many hints of each exercise were shown


def check(name: str, answer: Any = _MISSING, record: bool = True) -> Result:
    """Check an answer against the public cases of an exercise; never raises for what it does.

    Args:
        name: the exercise, "chapter.thing".
        answer: a function or a value; left out, it is what the notebook calls `thing`.
        record: whether the result counts in `progress()`.

    Raises:
        ValueError: if there is no exercise of that name.
    """
    exercise = find(name)
    names = _names_of_the_caller() if answer is _MISSING else {}
    answer = names.get(exercise.thing, answer)
    if answer is _MISSING:
        result = undefined(exercise)
    else:
        result = stale(exercise) if is_stale(name, answer, names) else judge(exercise, answer)
    if record:
        _RESULTS[name] = result
    return result


def hint(name: str) -> Note:
    """Return the first hint of an exercise, and one more with each call."""
    exercise = find(name)
    number = _HINTS[name] = _HINTS.get(name, 0) + 1
    if number > len(exercise.hints):
        return Note(TEXT["no more hints"])
    text = exercise.hints[number - 1]
    return Note(say("hint", number=number, total=len(exercise.hints), hint=text))


def progress(chapter: str | None = None) -> Progress:
    """Return the state of every exercise of a chapter, or of the chapters seen in this session."""
    seen = [chapter] if chapter else dict.fromkeys(name.partition(".")[0] for name in _RESULTS)
    rows = []
    for one in seen:
        validate.choice(one, chapters(), "chapter of exercises")
        for exercise in exercises_of(one).values():
            result = _RESULTS.get(exercise.name)
            status = "not checked" if result is None else result.status
            earned = exercise.points * bool(result)
            rows.append(Row(exercise.name, status, earned, exercise.points))
        rows += [Row(p.name, "open", 0, p.points) for p in exercises_of(one, Open).values()]
    return Progress(tuple(rows))


def submit(task: str) -> Note:
    """Write the notebook and a receipt into one file, and say what it holds and what is missing.

    Nothing is sent anywhere, and nothing is written before the first attempt.
    """
    rows = progress(task).rows
    return hand_in(task, rows, _names_of_the_caller())


def chapters() -> list[str]:
    """Return the names of the modules that hold exercises."""
    return [m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")]


def exercises_of(chapter: str, kind: type[T] = Exercise) -> dict[str, T]:  # type: ignore[assignment]
    """Return the exercises of a chapter by name, in the order in which they stand in its file.

    With `Open` as `kind`, the parts that a person reads.
    """
    module = importlib.import_module(f"{__name__}.{chapter}")
    return {e.name: e for e in vars(module).values() if isinstance(e, kind)}


def find(name: str) -> Exercise:
    """Return the exercise of that name, or raise a ValueError with the nearest one."""
    chapter = validate.choice(str(name).partition(".")[0], chapters(), "chapter of exercises")
    exercises = exercises_of(chapter)
    return exercises[validate.choice(name, exercises, "exercise")]


def _names_of_the_caller() -> dict[str, Any]:
    """Return the names of the notebook; outside of one, the globals of the code that checks."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell.user_ns if shell else sys._getframe(2).f_globals
