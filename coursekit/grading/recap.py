"""A notebook for the next lecture: which mistakes the class made, and a new question for each.

Nothing in it comes from a student's file. An example is the case of the exercise on which the
mistake shows, with the value that this mistake gives there.
"""

import collections
import csv
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coursekit.exercises._compare import describe, picture
from coursekit.exercises._spec import Case, Exercise, Fits, as_array
from coursekit.grading.grade import Json
from coursekit.grading.report import safe
from coursekit.grading.session import stored
from coursekit.grading.task import Task

MOST = 3
Questions = Mapping[str, Mapping[str, Sequence[str]]]  # by the exercise's thing and the mistake
Mistake = tuple[str, str]  # the name of the exercise, and that of the mistake
NONE = "The checks recognized no usual mistake this time."
OWN = "(Ask a question of your own here.)"


def graded(folder: Path, task: Task) -> list[Json]:
    """Return the results of a task in a folder that `coursekit grade` has written.

    Raises:
        ValueError: if there are none.
    """
    table = folder / "grades.csv"
    counted = None
    if table.exists():  # without results of files that were replaced or taken away
        with table.open(encoding="utf8", newline="") as file:
            counted = {row["file"] for row in csv.DictReader(file)}
    found = [stored(path) for path in sorted((folder / "results").glob("*.json"))]
    results = [
        result
        for result in found
        if result and result["task"] == task.name and result["status"] == "graded"
        if counted is None or safe(result.get("label", "")) in counted
    ]
    if not results:
        raise ValueError(f"no result of {task.name} in {folder}: `coursekit grade` writes them")
    return results


def questions(task: Task, folder: Path) -> Questions:
    """Return the questions that stand beside the teacher's half of a task; none, if no file is."""
    source = Path(task.source) if task.source.endswith(".py") else folder / f"{task.name}.py"
    path = source.with_suffix(".toml")
    return tomllib.loads(path.read_text("utf8")) if path.exists() else {}


def frequent(task: Task, results: Sequence[Json]) -> list[tuple[Mistake, int]]:
    """Return the most frequent named mistakes, with the number of notebooks that hold them."""
    counts = collections.Counter(
        (e["name"], e["mistake"]) for result in results for e in result["exercises"]
    )
    known = [(e.name, mistake) for e in task.exercises.values() for mistake in e.mistakes]
    seen = [(mistake, counts[mistake]) for mistake in known if counts[mistake]]
    return sorted(seen, key=lambda item: -item[1])[:MOST]


def notebook(task: Task, results: Sequence[Json], asked: Questions) -> str:
    """Return the notebook as text."""
    found = frequent(task, results)
    cells = [_text("title", f"# At last class we saw\n\n{task.title}. {_opening(results, found)}")]
    cells += _figure(task, results)
    for number, ((name, mistake), count) in enumerate(found, 1):
        exercise = task.exercises[name]
        shown = [e["case"] for r in results for e in r["exercises"]
                 if (e["name"], e["mistake"]) == (name, mistake)]  # fmt: skip
        head = f"## {number}. `{exercise.thing}`: {mistake}\n\nIn {_notebooks(count)}."
        body = f"{head}\n\n{exercise.mistakes[mistake]}{_example(exercise, mistake, shown)}"
        cells += [_text(f"mistake-{number}", body)]
        ask, answer = asked.get(exercise.thing, {}).get(mistake, (OWN, OWN))
        fold = f"<details><summary>Answer</summary>\n\n{answer}\n\n</details>"
        body = f"**Two minutes.** {ask}\n\n{fold}"
        cells += [_text(f"question-{number}", body)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    facts = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
    return json.dumps({"cells": cells} | facts, indent=1, ensure_ascii=False) + "\n"


def _opening(results: Sequence[Json], found: Sequence[object]) -> str:
    """Say what follows."""
    graded = f"{_notebooks(len(results))} {'was' if len(results) == 1 else 'were'} graded."
    graded = graded[0].upper() + graded[1:]
    if not found:
        return f"{graded} {NONE}"
    what = "One mistake that has" if len(found) == 1 else f"The {len(found)} mistakes that have"
    rest = "" if len(found) == MOST else f" There {'was' if len(found) == 1 else 'were'} no other."
    return (
        f"{graded} {what} a name and came most often, and for each a new question: write your "
        f"answer down alone, then convince your neighbour.{rest}"
    )


def _notebooks(count: int) -> str:
    return f"{count} notebook{'s' * (count != 1)}"


def _figure(task: Task, results: Sequence[Json]) -> list[Json]:
    """Return the cells that draw how many students have each exercise in full."""
    full = {exercise.thing: 0 for exercise in task.exercises.values()}
    for result in results:
        for e in result["exercises"]:
            if e["name"] in task.exercises:
                full[task.exercises[e["name"]].thing] += e["earned"] >= e["points"]
    lines = [
        f"full = {json.dumps(full)}",
        "plt.barh(list(full), list(full.values()))",
        "plt.gca().invert_yaxis()",
        f'plt.xlabel("notebooks with all points, of {len(results)}")',
        "plt.show()",
    ]
    words = "; ".join(f"{thing} {count}" for thing, count in full.items())
    told = {"image": {"alt": f"Bars, a row for each exercise: {words}."},
            "figure": {"caption": "Who has what in full.", "name": "recap-full"}}  # fmt: skip
    return [
        _code("imports", "import matplotlib.pyplot as plt"),
        _code("full", "\n".join(lines), {"mystnb": told}),
    ]


def _example(exercise: Exercise, mistake: str, shown: Sequence[str]) -> str:
    """Return what was given, wanted and found; from the exercise alone, so it tells no student."""
    if exercise.asks_for_a_value:
        return ""  # the numbers of a value may be the student's own
    cases = [case for case in exercise.cases if mistake in case.wrong]
    cases.sort(key=lambda case: case.title not in shown)
    if cases:
        came = _shown(cases[0].wrong[mistake])
        return _table(exercise, cases[0], {"came": came})
    broken = [p.name for p in exercise.properties if p.mistake == mistake]
    return f"\n\nAn answer should {broken[0]}." if broken else ""


def _table(exercise: Exercise, case: Case, came: Mapping[str, str]) -> str:
    """Return a case as a table."""
    call = f"{exercise.thing}({', '.join(picture(value) for value in case.inputs())})"
    rows = {"given": call, "wanted": _shown(case.want)} | dict(came)
    told = "".join(f"| {k} | `{_plain(v)}` |\n" for k, v in rows.items())
    return f"\n\n| Case | {_plain(case.title)} |\n| --- | --- |\n{told}".rstrip()


def _shown(value: object) -> str:
    """Return a value in one line; in place of a description its words."""
    if isinstance(value, tuple) and any(isinstance(item, Fits) for item in value):
        return f"({', '.join(_shown(item) for item in value)})"
    return describe(as_array(value))


def _plain(text: str) -> str:
    """Return a text that stays in its place in a table of markdown."""
    return " ".join(text.replace("`", "'").replace("|", "/").split())


def _text(name: str, source: str) -> Json:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def _code(name: str, source: str, metadata: Any = None) -> Json:
    facts = {"cell_type": "code", "id": name, "metadata": metadata or {}, "source": source}
    return facts | {"execution_count": None, "outputs": []}
