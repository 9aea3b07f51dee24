"""Grading one submission: bytes in, a dictionary out. The verdicts are made here, outside.

The sandbox gives values; this process holds the references, the hidden cases and the points.
"""

import hashlib
import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from coursekit.exercises._judge import Outcome, ToldError, examine
from coursekit.exercises._messages import say
from coursekit.exercises._result import Result
from coursekit.exercises._spec import Exercise
from coursekit.grading.cage import Layer
from coursekit.grading.find import Cell, Found, UnreadableError, find, student_id
from coursekit.grading.library import library
from coursekit.grading.remote import MISSING, Run
from coursekit.grading.sandbox import Limits, Sandbox
from coursekit.grading.task import HIDDEN_TITLE, Task
from coursekit.grading.words import TEXT

SCHEMA = 1
WARM = {"numpy": "", "torch": "", "matplotlib.pyplot": "plot"}  # imported beforehand, if said
Json = dict[str, Any]


def grade(
    data: bytes,
    task: Task,
    key: str,
    *,
    layer: Layer = "bubblewrap",
    limits: Limits | None = None,
    slot: int | None = None,
    only: Sequence[str] | None = None,
) -> Json:
    """Grade one submission.

    Args:
        data: the bytes of a notebook, or of what `submit()` wrote.
        task: what to grade.
        key: the secret from which the hidden cases are drawn.
        layer: how to contain the submission.
        limits: what it may use.
        slot: a number that no other grading at the same time has; left out, one of this process.
        only: the exercises to grade; left out, all of them.

    Returns:
        a dictionary as `schema.json` describes it, without the facts about the student.

    Raises:
        StartError: if the sandbox does not start; that says nothing about the submission.
        TypeError: if a hidden case cannot be sent to a sandbox.
    """
    begin = time.monotonic()
    names = [name for name in task.exercises if only is None or name in only]
    result: Json = {
        "schema": SCHEMA, "task": task.name, "digest": hashlib.sha256(data).hexdigest(),
        "isolation": layer, "status": "graded", "exercises": [], "open": [],
        "notices": [], "student": "", "receipt": {},
    }  # fmt: skip
    try:
        found = find(data, task.exercises, task.open_parts)
    except UnreadableError as error:
        found = Found(notices=[str(error)])
        result["status"] = "unreadable"
        verdicts = {name: _unattempted(task.exercises[name]) for name in names}
    else:
        number = os.getpid() % 4096 if slot is None else slot
        grader = _Grader(found, task, key, layer, limits or Limits(), number)
        verdicts = grader.verdicts(names)
    result["exercises"] = [verdicts[name] for name in names]
    result["open"] = [_open(task, name, found) for name in task.open_parts]
    if result["status"] == "graded":
        missing = [part["name"] for part in result["open"] if not part["text"]]
        found.notices += [f"{name}: no text was found" for name in missing]
    result |= {"notices": found.notices, "student": found.student, "receipt": found.receipt}
    return result | total(result) | {"seconds": round(time.monotonic() - begin, 3)}


def total(result: Json) -> Json:
    """Return the points of a result, and the points that there are; open parts may be unread."""
    parts = [*result["exercises"], *result["open"]]
    return {
        "earned": round(sum(part["earned"] or 0 for part in parts), 4),
        "points": sum(part["points"] for part in parts),
        "unread": sum(part["earned"] is None for part in parts),
    }


class _Grader:
    """Grades the exercises of one submission; those that allow the same imports run together."""

    def __init__(
        self, found: Found, task: Task, key: str, layer: Layer, limits: Limits, slot: int
    ) -> None:
        self.found, self.task, self.key = found, task, key
        self.layer, self.limits, self.slot = layer, limits, slot
        self.end = time.monotonic() + limits.submission

    def verdicts(self, names: Sequence[str]) -> dict[str, Json]:
        """Return the verdict on each exercise."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in names:
            groups.setdefault(tuple(sorted(self.task.exercises[name].allows)), []).append(name)
        found: dict[str, Json] = {}
        for number, (allows, group) in enumerate(groups.items()):
            seconds = max(5.0, (self.end - time.monotonic()) / (len(groups) - number))
            found |= self._group(allows, group, seconds)
        return found

    def _group(self, allows: tuple[str, ...], names: list[str], seconds: float) -> dict[str, Json]:
        """Run the notebook once, and try the answers of one group."""
        files = library(allows)
        setup = [Cell(-1, self.task.setup)] if self.task.setup else []

        text = "\n".join(cell.source for cell in self.found.cells)
        modules = tuple(module for module, word in WARM.items() if word in text)

        def start() -> Sandbox:
            return Sandbox(self.layer, files, self.limits, self.slot, modules)

        run = Run(start, [*setup, *self.found.cells], seconds)
        try:
            run.play()
            self.found.student = self.found.student or student_id(run.student())
            return {name: self._exercise(run, name) for name in names}
        finally:
            run.close()

    def _exercise(self, run: Run, name: str) -> Json:
        """Try the answer to one exercise on every case."""
        exercise = self.task.cases(name, self.key, self.found.student)
        for _ in range(3):
            with run.trying(exercise.seconds):
                result, outcomes = self._examine(run, exercise)
            if run.fault:
                raise run.fault
            if not run.stolen:
                break
        return _verdict(exercise, result, outcomes)

    def _examine(self, run: Run, exercise: Exercise) -> tuple[Result, list[Outcome]]:
        """Judge the answer: a function as it is at the end, a value as its cell left it."""
        order = ("cell", "end") if exercise.asks_for_a_value else ("end", "cell")
        verdict: tuple[Result, list[Outcome]] | None = None
        for when in order:
            try:
                answer, same = run.pick(exercise.name, exercise.thing, when)
            except ToldError as error:
                text = say("crash", kind=error.kind, text=str(error))
                return verdict or (Result(exercise.name, "error", text), [])
            if answer is not MISSING:
                with _spare_memory(self.limits.memory):
                    new = examine(exercise, answer, lambda _: nullcontext())
                tried = new[0].status != "not attempted" and bool(new[1])
                verdict = new if verdict is None or tried else verdict
                if same or tried:
                    break
        return verdict or (self._missing(run, exercise), [])

    def _missing(self, run: Run, exercise: Exercise) -> Result:
        """Say why there is no answer: its cell failed, or there is none."""
        own = [c.number for c in self.found.cells if exercise.name in dict(c.answers)]
        errors = [run.errors[number] for number in own if number in run.errors]
        if errors:
            facts = {"thing": exercise.thing, "kind": errors[-1].kind, "text": str(errors[-1])}
            return Result(exercise.name, "error", TEXT["cell failed"].format(**facts))
        return Result(exercise.name, "not attempted", TEXT["no cell"].format(thing=exercise.thing))


@contextmanager
def _spare_memory(most: int) -> Iterator[None]:
    """Let this process take only so much more: a value may grow out of bounds when it is used."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    resource.setrlimit(resource.RLIMIT_DATA, (pages * resource.getpagesize() + most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _verdict(exercise: Exercise, result: Result, outcomes: list[Outcome]) -> Json:
    """Return the verdict as data, with the points of each part."""
    right = {id(o.case) for o in outcomes if not o.failed and not o.broken}
    parts = {case.part: True for case in exercise.cases}
    for case in exercise.cases:
        parts[case.part] &= id(case) in right
    share = sum(parts.values()) / len(parts)
    facts = {key: value for key, value in asdict(result).items() if key != "next_step"}
    hidden = result.case.startswith(HIDDEN_TITLE)
    return facts | {"points": exercise.points, "earned": round(share * exercise.points, 4),
                    "hidden": hidden, "parts": parts}  # fmt: skip


def _unattempted(exercise: Exercise) -> Json:
    """Return the verdict on an exercise of a file that cannot be read."""
    return _verdict(exercise, Result(exercise.name, "not attempted", ""), [])


def _open(task: Task, name: str, found: Found) -> Json:
    """Return what was written to an open part; its points are for a person to give."""
    part, half = task.open_parts[name], task.hidden.get(name)
    text = found.texts.get(name, "")
    return {
        "name": name, "points": part.points, "earned": None if text else 0, "text": text,
        "asks": part.asks, "rubric": list(half.rubric) if half else [],
    }  # fmt: skip
