"""The command line: `coursekit grade`, `doctor`, `recap`, `export` and `exercises`."""

import argparse
import datetime
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coursekit import exercises
from coursekit.exercises import Open
from coursekit.grading import (
    doctor,
    duplicates,
    intake,
    nbgrader,
    policy,
    recap,
    report,
    roster,
    session,
)
from coursekit.grading.sandbox import Limits
from coursekit.grading.task import load

KEY = "COURSEKIT_KEY"
KEY_FILE = Path.home() / ".config/coursekit/key"
HOMEWORK = Path("book/homework")


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = argparse.ArgumentParser("coursekit", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    _grade_options(commands.add_parser("grade", help="grade submissions"))
    commands.add_parser("doctor", help="try to break the containment, and say what holds")
    two = commands.add_parser("recap", help="make a notebook of a class's mistakes")
    two.add_argument("task", help="hw1 ... hw5, or a file of your own that ends in .py")
    two.add_argument("results", type=Path, help="the folder that `coursekit grade` has written")
    two.add_argument("-o", "--output", type=Path, default=Path("recap.ipynb"))
    two.add_argument("--instructor", type=Path, default=Path("instructor"), metavar="FOLDER")
    three = commands.add_parser("export", help="write a course folder for nbgrader")
    three.add_argument("format", choices=["nbgrader"])
    three.add_argument("output", type=Path)
    three.add_argument("--task", action="append", help="again for the next; left out, hw1 to hw5")
    three.add_argument("--notebook", type=Path, help="what students get, for a task of your own")
    three.add_argument("--instructor", type=Path, default=Path("instructor"), metavar="FOLDER")
    three.add_argument("--round", default="1", help="another word draws other hidden cases")
    three.add_argument("--key-file", type=Path, default=KEY_FILE)
    other = commands.add_parser("exercises", help="list the exercises of a chapter")
    other.add_argument("chapter", nargs="?", choices=exercises.chapters())
    return top


def _grade_options(one: argparse.ArgumentParser) -> None:
    """Add what `coursekit grade` takes."""
    one.add_argument("task", help="hw1 ... hw5, or a file of your own that ends in .py")
    one.add_argument("submissions", nargs="+", type=Path, help="folders, archives, notebooks")
    one.add_argument("-o", "--output", type=Path, default=Path("results"))
    one.add_argument("--instructor", type=Path, default=Path("instructor"), metavar="FOLDER")
    one.add_argument(
        "--roster", type=Path, help="CSV: id, name, group, email, extension, submitted"
    )
    one.add_argument("--round", default="1", help="another word draws other hidden cases")
    one.add_argument("--key-file", type=Path, default=KEY_FILE)
    one.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes here")
    one.add_argument("--dask", default="", metavar="ADDRESS", help="grade on a Dask cluster")
    one.add_argument("--cell-seconds", type=float, default=Limits.cell)
    one.add_argument("--seconds", type=float, default=Limits.submission, help="for a submission")
    one.add_argument("--deadline", type=datetime.datetime.fromisoformat, help="2030-05-01T23:59")
    one.add_argument("--late-percent", type=float, default=0.0, help="lost for each day begun")
    one.add_argument("--late-days", type=float, default=float("inf"), help="after them, nothing")
    one.add_argument("--scale", type=policy.scale_of, help="such as '1.0 7.0 4.0@60'")
    one.add_argument("--column", action="append", default=[], metavar="TITLE=WHAT",
                     help="a column of custom.csv, such as 'Student ID=id'")  # fmt: skip
    one.add_argument("--starter", type=Path, help="the notebook that students were given")
    one.add_argument("--allow-weak-isolation", action="store_true",
                     help="grade even where nothing contains the submissions")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 2 if it could not do its work."""
    args = parser().parse_args(arguments)
    try:
        if args.command == "doctor":
            print(doctor.report())
            return 0 if doctor.best() else 2
        if args.command == "exercises":
            return list_exercises(args.chapter)
        if args.command == "export":
            return export(args)
        return grade(args) if args.command == "grade" else write_recap(args)
    except (ValueError, RuntimeError, OSError) as error:
        print(f"coursekit: {error}", file=sys.stderr)
        return 2


def grade(args: argparse.Namespace) -> int:
    """Grade, and write everything; return 0 if everything is graded."""
    task = load(args.task, args.instructor)
    layer = doctor.best(args.allow_weak_isolation)
    if layer is None:
        raise RuntimeError("nothing here contains a submission: `coursekit doctor` says why")
    notices: list[str] = []
    submissions = intake.collect(args.submissions, notices)
    limits = Limits(cell=args.cell_seconds, submission=args.seconds)
    key = f"{_key(args.key_file)}|{args.round}"
    plan = session.Plan(task.source, args.instructor, key, layer, limits, args.workers, args.dask)
    for change in session.run(plan, submissions, args.output):
        print(f"{change.label}: {change.exercise} {change.before:g} -> {change.after:g}")
    lines = _lines(args, submissions, notices)
    starter = duplicates.fingerprint(args.starter.read_bytes()) if args.starter else frozenset()
    prints = {s.label: duplicates.fingerprint(s.data) for s in submissions}
    own = dict(column.partition("=")[::2] for column in args.column)
    alike = duplicates.pairs(prints, starter)
    report.write_all(args.output, lines, task.title, own, alike, notices)
    failed = sum(line.result["status"] == "not graded" for line in lines)
    print(f"{len(lines) - failed} graded, {failed} not; see {args.output / 'class.html'}")
    for notice in notices:
        print(f"  {notice}")
    return 2 if failed else 0


def _lines(
    args: argparse.Namespace, submissions: Sequence[intake.Submission], notices: list[str]
) -> list[report.Line]:
    """Join the results with the roster, with what people decided, and with the late policy."""
    found = [session.stored(session.path_of(args.output, s)) for s in submissions]
    results: list[dict[str, Any]] = [result for result in found if result]
    students = roster.read(args.roster) if args.roster else []
    matches = roster.match(students, results) if students else roster.Matches()
    notices += matches.notices
    rules = policy.Policy(args.deadline, args.late_percent, args.late_days,
                          *(args.scale or (None, 0.6)))  # fmt: skip
    given = [policy.read_points(args.output / name) for name in ("manual.csv", "overrides.csv")]
    lines, open_rows = [], []
    for result in results:
        if result["slug"] in matches.replaced:
            continue
        student = matches.students.get(result["slug"])
        who = [result["label"], result["slug"], *([student.id] if student else [])]
        open_rows += [
            (report.safe(who[-1]), part["name"]) for part in result["open"] if part["text"]
        ]
        lines.append(report.line(policy.with_points(result, who, *given), student, rules))
        if result["late"] and not lines[-1].days_late:
            notices.append(f"{result['label']}: late for the platform, in time by your --deadline")
    policy.append_manual(args.output / "manual.csv", open_rows)
    return lines


def _key(file: Path) -> str:
    """Return the secret of the course: from the environment, or from a file, made if need be."""
    if key := os.environ.get(KEY):
        return key
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))
        print(f"A new key of the course is in {file}. Keep it: it draws the hidden cases.")
    return file.read_text().strip()


def write_recap(args: argparse.Namespace) -> int:
    """Write the notebook of the most frequent mistakes."""
    task = load(args.task, args.instructor)
    results = recap.graded(args.results, task)
    book = recap.notebook(task, results, recap.questions(task, args.instructor))
    session.write(args.output, book)
    found = recap.frequent(task, results)
    for (name, mistake), count in found:
        print(f"{name}: {mistake} ({count} of {len(results)})")
    print(f"{len(found)} named mistakes; see {args.output}" if found else recap.NONE)
    return 0


def export(args: argparse.Namespace) -> int:
    """Write the source notebooks of some tasks for nbgrader."""
    key = f"{_key(args.key_file)}|{args.round}"
    for name in args.task or ["hw1", "hw2", "hw3", "hw4", "hw5"]:
        task = load(name, args.instructor)
        found = [args.notebook] if args.notebook else sorted(HOMEWORK.glob(f"{name}_*.ipynb"))
        if len(found) != 1:
            raise ValueError(f"which notebook do students of {name} get? Say --notebook FILE")
        own = task.source.endswith(".py")
        private = Path(task.source) if own else args.instructor / f"{name}.py"
        print(nbgrader.write(args.output, task, private, found[0], key))
    return 0


def list_exercises(chapter: str | None) -> int:
    """Print the exercises of a chapter, or of all: what they earn, and their first hint."""
    for name in [chapter] if chapter else exercises.chapters():
        print(name)
        for exercise in exercises.exercises_of(name).values():
            hint = f": {exercise.hints[0]}" if exercise.hints else ""
            print(f"  {exercise.thing} ({exercise.points}){hint}")
        for part in exercises.exercises_of(name, Open).values():
            print(f"  {part.name.partition('.')[2]} ({part.points}, read by a person): {part.asks}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
