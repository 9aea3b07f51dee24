"""Our grader beside nbgrader and otter-grader: the same task, the same submissions, in one run.

First 52 submissions, right, wrong and hostile: who gives each the points that it deserves? Then
ordinary ones: how many a second, on two cores? At last how our time grows with their number.
nbgrader grades with two courses side by side, since one of them uses one core.
"""

import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
from measure import Row, curve, keep, spread

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
import peers  # noqa: E402

from coursekit.grading import session  # noqa: E402
from coursekit.grading.intake import Submission  # noqa: E402
from coursekit.grading.library import library  # noqa: E402
from coursekit.grading.sandbox import Limits, Sandbox  # noqa: E402
from tests.grading.hostile import CASES  # noqa: E402
from tests.grading.notebooks import ALL, KEY, LIMITS, RIGHT, TASK, notebook  # noqa: E402

CHOSEN = {
    "honest": [
        "untouched", "right", "right in another style", "sign error", "numerically unstable",
        "hard-coded public cases", "error in an earlier cell", "syntax error in one cell",
        "dependence on global state", "text on stderr", "input()", "magics", "top-level await",
        "del np",
    ],
    "notebooks": [
        "deleted check cell, deleted answer cell", "stripped metadata and ids",
        "a cell split in two", "cells in reverse order", "a pasted duplicate, the last is right",
        "wrong kernelspec", "source as list, None or number", "nbformat 3",
        "look-alike letters in a name",
    ],
    "unreadable": ["a file that is no JSON"],
    "endings": [
        "sys.exit", "os._exit", "segfault", "killing the parent", "dying cells in a row",
        "recursion without end", "endless loop at the top of a cell", "endless loop in a function",
        "swallowed time-outs", "slow cells that add up", "a busy thread left running",
        "atexit and __del__ code",
    ],
    "greedy": [
        "30 GB of memory", "many children", "20 MB of output", "a huge file", "an 80 GB view",
        "a giant integer",
    ],
    "cheats": [
        "patched assert_allclose", "patched everything in sight",
        "an object that equals everything", "printed fake results", "frame inspection",
        "reading solutions on disk", "a forged pickle",
    ],
    "values": ["NaN", "mutated inputs", "differs on its second call"],
}  # fmt: skip
ORDINARY = notebook(*RIGHT)
BATCH, SIZES = 20, (20, 200, 2000)
PLAN = session.Plan(TASK.source, ROOT, KEY, "bubblewrap", Limits(), 2)


def wanted() -> dict[str, tuple[bytes, float]]:
    """Return the 52 submissions, each with the points that it deserves."""
    found = {}
    for group, names in CHOSEN.items():
        for name in names:
            data, lost = CASES[group][name]
            losses = sum(item[1] if isinstance(item, tuple) else ALL[item] for item in lost)
            found[name] = (data, sum(ALL.values()) - losses)
    return found


def correctness(folder: Path, tools: Path) -> list[Row]:
    """Grade the 52 by each grader; count what is right, and what kind of wrong the rest is."""
    cases = wanted()
    ours = {name: r["earned"] for name, r in graded([*cases.items()], folder / "ours").items()}
    course = peers.Nbgrader(folder / "course", tools, peers.for_nbgrader(ORDINARY))
    otter, otters = peers.Otter(folder / "otter", tools), {}
    students = {f"s{number}": name for number, name in enumerate(cases)}
    for student, name in students.items():
        data = cases[name][0]
        course.submit(student, data, marked=name != "stripped metadata and ids")
        course.grade(student)
        otters[name] = otter.grade(data)[0]
    theirs = {students[s]: points for s, points in course.points().items()}
    rows: list[Row] = []
    for who, got in (("coursekit", ours), ("nbgrader", theirs), ("otter-grader", otters)):
        points = {name: got.get(name) for name in cases}
        for name, (_, right) in cases.items():
            if points[name] != right:
                print(f"  {who}: {name}: {points[name]} instead of {right}")
        known = {name: value for name, value in points.items() if value is not None}
        counts = {
            "right scores of 52": sum(known.get(n) == right for n, (_, right) in cases.items()),
            "too many points": sum(value > cases[name][1] for name, value in known.items()),
            "too few points": sum(value < cases[name][1] for name, value in known.items()),
            "no score": len(cases) - len(known),
        }
        target = {"right scores of 52": ">= 52"} if who == "coursekit" else {}
        rows += [
            spread(f"{who}: {what}", "", [count], unit="submissions", target=target.get(what, ""))
            for what, count in counts.items()
        ]
    return rows


def graded(work: list[tuple[str, tuple[bytes, float]]], output: Path) -> dict[str, session.Json]:
    """Grade submissions with ours; return the result of each."""
    submissions = [Submission(name, data) for name, (data, _) in work]
    session.run(replace(PLAN, limits=LIMITS), submissions, output)
    return {s.label: session.stored(session.path_of(output, s)) or {} for s in submissions}


def speed(folder: Path, tools: Path) -> list[Row]:
    """Grade ordinary submissions with each, on two cores, in turns."""
    rates: dict[str, list[float]] = {"coursekit": [], "nbgrader": [], "otter-grader": []}
    courses = [peers.Nbgrader(folder / f"fast{n}", tools, peers.for_nbgrader(ORDINARY))
               for n in range(2)]  # fmt: skip
    otters = [peers.Otter(folder / f"otter{n}", tools) for n in range(2)]
    for n in range(BATCH):
        courses[n % 2].submit(f"s{n}", ORDINARY)
    for turn in range(3):
        rates["coursekit"].append(rate(BATCH, folder / f"turn{turn}"))
        for course in courses:
            shutil.rmtree(course.folder / "autograded", ignore_errors=True)
        rates["nbgrader"].append(BATCH / both([course.grade for course in courses]))
        rates["otter-grader"].append(2 / both([lambda o=o: o.grade(ORDINARY) for o in otters]))
    per = "submissions/s"
    rows = [spread(f"{who}, two cores", "", values, unit=per) for who, values in rates.items()]
    for peer, target in (("nbgrader", ">= 12"), ("otter-grader", "")):
        ratios = [a / b for a, b in zip(rates["coursekit"], rates[peer], strict=True)]
        rows.append(spread("submissions per second", peer, ratios, target=target))
    return rows


def rate(count: int, output: Path) -> float:
    """Return how many ordinary submissions we grade a second, starting the processes included."""
    submissions = [Submission(f"s{n}", ORDINARY) for n in range(count)]
    begin = time.perf_counter()
    session.run(PLAN, submissions, output)
    return count / (time.perf_counter() - begin)


def both(works: list) -> float:
    """Return the seconds of two pieces of work at the same time."""
    begin = time.perf_counter()
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda work: work(), works))
    return time.perf_counter() - begin


def memory() -> Row:
    """Return what a worker in its sandbox holds before any cell has run."""
    sandbox = Sandbox("bubblewrap", library(()), PLAN.limits)
    tree = [psutil.Process(sandbox._parent.pid)]
    tree += tree[0].children(recursive=True)
    held = sum(process.memory_full_info().pss for process in tree) / 2**20
    sandbox.close()
    return spread("a worker with its sandbox, NumPy loaded", "", [held], unit="MB", target="<= 60")


def main() -> None:
    """Measure, and keep the rows."""
    tools = peers.environment(ROOT / "_build/peers-graders")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [memory(), *speed(folder, tools), *correctness(folder, tools)]
        cost = [size / rate(size, folder / f"grown{size}") for size in SIZES]
    curves = [curve("grading", "coursekit", "submissions", SIZES, cost)]
    keep("grader", rows, curves, ["numpy"])


if __name__ == "__main__":
    main()
