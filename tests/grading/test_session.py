"""A class is graded once: through kills, faults and changes of the task."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from coursekit.grading import example, grade, session
from coursekit.grading.intake import Submission
from coursekit.grading.sandbox import StartError
from coursekit.grading.session import Plan, path_of, run, stored
from coursekit.grading.task import load

from .notebooks import KEY, LIMITS, RIGHT, STEP, needs_bubblewrap, notebook, right_but

pytestmark = needs_bubblewrap
WRONG = right_but(step=STEP.replace("y - float(", "-y + float("))


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Return a plan for a copy of the example, which a test may change."""
    source = tmp_path / "mine.py"
    source.write_text(Path(example.__file__).read_text("utf8"), "utf8")
    return Plan(str(source), tmp_path, KEY, "bubblewrap", LIMITS)


def results(output: Path, submissions: list[Submission]) -> list[dict]:
    """Return the stored results."""
    return [stored(path_of(output, submission)) for submission in submissions]


def test_each_submission_has_a_result_of_its_own(plan, tmp_path):
    """Two of one name in two folders, and equal work, get their own and equal results."""
    submissions = [
        Submission("a/hw.ipynb", notebook(*RIGHT)),
        Submission("b/hw.ipynb", notebook(*RIGHT)),
    ]

    assert run(plan, submissions, tmp_path / "out") == []

    one, other = results(tmp_path / "out", submissions)
    assert (one["earned"], other["earned"]) == (9, 9)
    assert one["label"] != other["label"]
    assert one["exercises"] == other["exercises"]


def test_nothing_is_graded_twice(plan, tmp_path, monkeypatch):
    """A second run finds everything done; a changed submission is graded again."""
    first = [Submission("a", notebook(*RIGHT)), Submission("b", WRONG)]
    run(plan, first, tmp_path / "out")
    graded = []
    monkeypatch.setattr(
        session, "grade", lambda data, *a, **k: graded.append(data) or grade.grade(data, *a, **k)
    )

    run(plan, first, tmp_path / "out")
    assert graded == []

    changes = run(plan, [first[0], Submission("b", notebook(*RIGHT))], tmp_path / "out")
    assert graded == [notebook(*RIGHT)]
    assert [(c.label, c.exercise, c.before, c.after) for c in changes] == [
        ("b", "example.step", 0, 2)
    ]


def test_a_changed_task_regrades_only_what_changed(plan, tmp_path, monkeypatch):
    """Where one exercise changes, it alone is graded again, and the change is told."""
    submissions = [Submission("a", notebook(*RIGHT))]
    run(plan, submissions, tmp_path / "out")
    asked = []
    real = session.grade
    monkeypatch.setattr(
        session, "grade", lambda *a, only, **k: asked.append(only) or real(*a, only=only, **k)
    )
    source = Path(plan.source)
    source.write_text(source.read_text("utf8").replace("reference=0.25", "reference=0.5"), "utf8")

    changes = run(plan, submissions, tmp_path / "out")

    assert asked == [["example.share"]]
    assert [(c.exercise, c.before, c.after) for c in changes] == [("example.share", 1, 0)]
    assert results(tmp_path / "out", submissions)[0]["earned"] == 8


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("np.sum(f(v))", "np.max(f(v))"),
        ("return 2 * v", "return 3 * v"),
        ("0 <= v <= 0.5", "0 <= v <= 1"),
        ("HALF = 0.5", "HALF = 0.25"),
    ],
)
def test_a_task_is_told_apart_by_all_that_it_does(before: str, after: str, tmp_path: Path):
    """A name, a function next to it, a test and a constant each change what is graded again."""
    text = """
import numpy as np
from coursekit.exercises import Case, Exercise, Fits

HALF = 0.5

def near(v):
    return 2 * v

length = Exercise("own.length", cases=[Case("a", ([1.0],), want=1.0)],
                  use=lambda f, v: np.sum(f(v)) + near(1) + HALF)
share = Exercise("own.share", cases=[Case("a", want=Fits("a share", lambda v: 0 <= v <= 0.5))])
"""
    digests = []
    for number, source in enumerate((text, text, text.replace(before, after))):
        (tmp_path / f"{number}").mkdir()
        path = tmp_path / f"{number}" / "own.py"
        path.write_text(source)
        task = load(str(path))
        digests.append([task.digest(name, "key") for name in task.exercises])

    assert before in text
    assert digests[0] == digests[1]
    assert sum(a != b for a, b in zip(digests[1], digests[2], strict=True)) == 1


def test_another_round_draws_other_cases(plan, tmp_path):
    """The hidden inputs follow from the key and the exercise; the same key repeats them."""
    task = session.load(plan.source)
    inputs = [
        task.cases("example.centre", key, "").cases[-1].inputs()[0].tolist()
        for key in ("k|1", "k|1", "k|2")
    ]

    assert inputs[0] == inputs[1] != inputs[2]


def test_a_sandbox_that_cannot_start_is_no_score(plan, tmp_path, monkeypatch):
    """A fault of the system is told as such, and the next run grades what it left."""

    def broken(*args, **kwargs):
        raise StartError("no space left")

    submissions = [Submission("a", notebook(*RIGHT))]
    with monkeypatch.context() as patch:
        patch.setattr(grade, "Sandbox", broken)
        run(plan, submissions, tmp_path / "out")
    (result,) = results(tmp_path / "out", submissions)
    assert (result["status"], result["fault"], result["exercises"]) == (
        "not graded",
        "StartError: no space left",
        [],
    )

    run(plan, submissions, tmp_path / "out")

    assert results(tmp_path / "out", submissions)[0]["earned"] == 9


def test_a_fault_with_one_submission_stops_nobody(plan, tmp_path, monkeypatch):
    """Whatever a submission makes the grader raise, the others are graded."""
    real = session.grade

    def faulty(data, *args, **kwargs):
        if data == b"bad":
            raise ValueError("never thought of")
        return real(data, *args, **kwargs)

    monkeypatch.setattr(session, "grade", faulty)
    submissions = [Submission("a", b"bad"), Submission("b", notebook(*RIGHT))]

    run(plan, submissions, tmp_path / "out")

    bad, good = results(tmp_path / "out", submissions)
    assert (bad["status"], bad["fault"]) == ("not graded", "ValueError: never thought of")
    assert good["earned"] == 9


def test_a_submission_that_ends_the_grader_stops_nobody(plan, tmp_path):
    """A submission whose grader dies, each time, is the only one that is not graded."""
    source = Path(plan.source)
    end = "import os\ndef _ends(value):\n    return os._exit(1) if value == 666 else value <= 1"
    text = source.read_text("utf8").replace("lambda v: 0 <= v <= 1", "_ends")
    source.write_text(text.replace("\nTITLE =", f"\n{end}\n\nTITLE ="), "utf8")
    books = [right_but(share="share = 666"), right_but()]
    submissions = [Submission(str(i), book) for i, book in enumerate(books)]

    run(replace(plan, workers=2), submissions, tmp_path / "out")

    status = [r["status"] for r in results(tmp_path / "out", submissions)]
    assert status == ["not graded", "graded"]


def test_two_runs_do_not_write_to_one_folder(plan, tmp_path):
    """While one run holds the folder, another is refused."""
    (tmp_path / "out").mkdir()
    with session._alone(tmp_path / "out"), pytest.raises(RuntimeError, match="another run"):
        run(plan, [], tmp_path / "out")


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_killed_run_goes_on_where_it_stopped(plan, tmp_path, workers: int):
    """After kill -9 half-way, what was done stays done, and the rest is graded."""
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.ipynb").write_bytes(notebook(*RIGHT, "import time; time.sleep(0.2)"))
    command = [sys.executable, "-m", "coursekit", "grade", plan.source, str(folder), "-o", str(out)]
    environment = {**os.environ, "COURSEKIT_KEY": "key"}
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "env": environment}
    command += ["--workers", str(workers)]
    process = subprocess.Popen(command, start_new_session=True, **quiet)
    end = time.monotonic() + 60
    while len(list(out.glob("results/*.json"))) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in out.glob("results/*.json")}
    assert 2 <= len(before) < 6

    done = subprocess.run(command, check=True, **quiet)

    after = {path: path.stat().st_mtime_ns for path in out.glob("results/*.json")}
    assert len(after) == 6
    assert {path: after[path] for path in before} == before
    assert all(json.loads(path.read_text("utf8"))["earned"] == 9 for path in after)
    assert b"6 graded, 0 not" in done.stdout


def test_a_result_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    """If writing fails half-way, the file of before is still there, and whole."""

    def full(descriptor: int) -> None:
        raise OSError("no space left on device")

    path = tmp_path / "result.json"
    session.write(path, "before")
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="no space"):
        session.write(path, "after")

    assert path.read_text() == "before"
