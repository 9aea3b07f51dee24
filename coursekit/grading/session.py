"""Grading many submissions: in parallel, one result file each, and again only where needed.

A result is written, whole or not at all, as soon as it is known. So a run that was killed goes on
where it stopped, and a run after a change of the task grades again only what has changed.
"""

import concurrent.futures
import contextlib
import ctypes
import fcntl
import hashlib
import json
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from coursekit.grading import cluster, warm
from coursekit.grading.cage import Layer
from coursekit.grading.grade import Json, grade, total
from coursekit.grading.intake import Submission
from coursekit.grading.sandbox import Limits
from coursekit.grading.task import Task, load


@dataclass(frozen=True)
class Plan:
    """How to grade a class.

    Attributes:
        source: the name of the task, or its file.
        folder: where the teacher's halves are.
        key: the secret of the course, with the round.
        layer: how submissions are contained.
        limits: what one may use.
        workers: how many are graded at the same time.
        dask: the address of a cluster that grades instead; empty for none.
    """

    source: str
    folder: Path
    key: str
    layer: Layer
    limits: Limits = field(default_factory=Limits)
    workers: int = 1
    dask: str = ""


@dataclass(frozen=True)
class Change:
    """The points of an exercise before and after it was graded again."""

    label: str
    exercise: str
    before: float
    after: float


def run(plan: Plan, submissions: Sequence[Submission], output: Path) -> list[Change]:
    """Grade what is not graded yet; return what changed where something was graded before.

    Raises:
        RuntimeError: if another run is writing to the same folder.
        ValueError: if it holds the results of another task.
    """
    task = load(plan.source, plan.folder)
    digests = {name: task.digest(name, plan.key) for name in task.exercises}
    changes: list[Change] = []
    (output / "results").mkdir(parents=True, exist_ok=True)
    tqdm.monitor_interval = 0  # no thread of its own: the pool forks
    with _alone(output):
        kept = filter(None, map(stored, (output / "results").glob("*.json")))
        if other := {old["task"] for old in kept if old["exercises"]} - {task.name}:
            raise ValueError(f"{output} holds results of {other.pop()}: name another folder by -o")
        todo = [(s, _needed(output, s, digests)) for s in submissions]
        todo = [(submission, only) for submission, only in todo if only or only is None]
        for submission, result in tqdm(_graded(plan, todo), total=len(todo), disable=None):
            changes += _keep(output, submission, result, digests)
    return changes


def path_of(output: Path, submission: Submission) -> Path:
    """Return the result file of a submission."""
    return output / "results" / f"{submission.slug}.json"


def stored(path: Path) -> Json | None:
    """Return a result file; None if there is none, or none that is whole."""
    try:
        result = json.loads(path.read_text("utf8"))
    except (OSError, ValueError, RecursionError):
        return None
    needed = {"exercises", "status", "digest", "open", "notices", "points"}
    return result if isinstance(result, dict) and needed <= set(result) else None


def _needed(output: Path, submission: Submission, digests: dict[str, str]) -> list[str] | None:
    """Return the exercises to grade: none of them, those that changed, or None for all."""
    old = stored(path_of(output, submission))
    if old is None or old["status"] == "not graded":
        return None
    if old["digest"] != hashlib.sha256(submission.data).hexdigest():
        return None
    have = {exercise["name"]: exercise["spec"] for exercise in old["exercises"]}
    if list(have) != list(digests):
        have = {name: digest for name, digest in have.items() if name in digests}
        changed = [name for name, digest in digests.items() if have.get(name) != digest]
        return changed or None
    return [name for name, digest in digests.items() if have[name] != digest]


def _keep(
    output: Path, submission: Submission, result: Json, digests: dict[str, str]
) -> list[Change]:
    """Write a result, joined with what was graded before; return what changed."""
    path = path_of(output, submission)
    old = stored(path)
    for exercise in result["exercises"]:
        exercise["spec"] = digests[exercise["name"]]
    before = {e["name"]: e for e in old["exercises"]} if old else {}
    if old and old["digest"] == result["digest"]:
        new = {e["name"]: e for e in result["exercises"]}
        result["exercises"] = [new.get(name) or before[name] for name in digests]
    result |= total(result)
    result |= {"label": submission.label, "slug": submission.slug, "person": submission.person,
               "time": submission.time.isoformat() if submission.time else "",
               "late": submission.late, "number": submission.number}  # fmt: skip
    write(path, json.dumps(result, indent=1, ensure_ascii=False))
    return [
        Change(submission.label, e["name"], before[e["name"]]["earned"], e["earned"])
        for e in result["exercises"]
        if e["name"] in before and before[e["name"]]["earned"] != e["earned"]
    ]


def write(path: Path, text: str) -> None:
    """Write a file so that it is there whole, or not at all."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf8", errors="replace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


@contextlib.contextmanager
def _alone(output: Path) -> Iterator[None]:
    """Hold the folder, so that no second run writes to it."""
    with (output / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RuntimeError(f"another run is writing to {output}") from None
        yield


Todo = Sequence[tuple[Submission, list[str] | None]]
Graded = Iterator[tuple[Submission, Json]]


def _graded(plan: Plan, todo: Todo) -> Graded:
    """Grade in this process, in several, or on a cluster."""
    if plan.dask:
        yield from cluster.graded(plan, todo)
        return
    if plan.workers == 1 or len(todo) < 2:
        task = load(plan.source, plan.folder)
        for submission, only in todo:
            yield submission, grade_one(task, plan, submission.data, only)
        return
    while todo:
        done = set()
        with contextlib.suppress(BrokenProcessPool):
            for submission, result in _in_processes(plan, todo):
                done.add(submission.label)
                yield submission, result
        left = [item for item in todo if item[0].label not in done]
        suspects, todo = left[: 2 * plan.workers], left[2 * plan.workers :]
        for item in suspects:  # one of them has ended its grader: each alone, the others go on
            try:
                yield from list(_in_processes(replace(plan, workers=1), [item]))
            except BrokenProcessPool:
                yield item[0], not_graded(plan, item[0].data, "the grader itself was ended")


def _in_processes(plan: Plan, todo: Todo) -> Graded:
    """Grade in a pool, whose processes find everything imported: they are forks of this one."""
    context, arguments = multiprocessing.get_context("fork"), (plan, os.getpid())
    with concurrent.futures.ProcessPoolExecutor(plan.workers, context, _start, arguments) as pool:
        futures = {pool.submit(_grade, s.data, only): s for s, only in todo}
        for future in concurrent.futures.as_completed(futures):
            yield futures[future], future.result()


_MINE: dict[str, Any] = {}  # the plan and the task of a process in the pool


def _start(plan: Plan, parent: int) -> None:
    """Begin in a fork: end with the parent, and leave its sandboxes to it."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)
    warm.forget()
    _MINE.update(plan=plan, task=load(plan.source, plan.folder))


def _grade(data: bytes, only: list[str] | None) -> Json:
    return grade_one(_MINE["task"], _MINE["plan"], data, only)


def grade_one(task: Task, plan: Plan, data: bytes, only: Sequence[str] | None = None) -> Json:
    """Grade one submission; a fault of this system is a status, never a score."""
    facts: Any = {"layer": plan.layer, "limits": plan.limits, "only": only}
    try:
        return grade(data, task, plan.key, **facts)
    except Exception as fault:  # a hole in the grader or in the task, too, stops nobody else
        return not_graded(plan, data, f"{type(fault).__name__}: {fault}")


def not_graded(plan: Plan, data: bytes, fault: str) -> Json:
    """Return the result of a submission that this system could not grade."""
    return {
        "schema": 1, "task": plan.source, "digest": hashlib.sha256(data).hexdigest(),
        "isolation": plan.layer, "status": "not graded", "fault": fault[:500], "exercises": [],
        "open": [], "notices": [], "student": "", "receipt": {}, "earned": 0, "points": 0,
        "unread": 0, "seconds": 0,
    }  # fmt: skip
