"""The command line: `coursekit grade`, `doctor`, `recap`, `export` and `exercises`."""

import argparse
import os
import secrets
import sys
from collections.abc import Callable, Sequence
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
TASK = "hw1 ... hw5, or a file of your own that ends in .py"


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command; each leaves the function that does it in `run`."""
    top = argparse.ArgumentParser("coursekit", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    private = argparse.ArgumentParser(add_help=False)  # what needs the teacher's half
    private.add_argument("--instructor", type=Path, default=Path("instructor"), metavar="FOLDER")
    drawing = argparse.ArgumentParser(add_help=False, parents=[private])  # and draws hidden cases
    drawing.add_argument("--round", default="1", help="another word draws other hidden cases")
    drawing.add_argument("--key-file", type=Path, default=KEY_FILE)

    command = commands.add_parser("grade", help="grade submissions", parents=[drawing])
    command.set_defaults(run=grade)
    _grade_options(command)
    command = commands.add_parser("doctor", help="try to break the containment, and say what holds")
    command.set_defaults(run=diagnose)
    command = commands.add_parser(
        "recap", help="make a notebook of a class's mistakes", parents=[private]
    )
    command.set_defaults(run=write_recap)
    command.add_argument("task", help=TASK)
    command.add_argument("results", type=Path, help="the folder that `coursekit grade` has written")
    command.add_argument("-o", "--output", type=Path, default=Path("recap.ipynb"))
    command = commands.add_parser(
        "export", help="write a course folder for nbgrader", parents=[drawing]
    )
    command.set_defaults(run=export)
    command.add_argument("format", choices=["nbgrader"])
    command.add_argument("output", type=Path)
    command.add_argument("--task", action="append", help="again for the next; left out, hw1 to hw5")
    command.add_argument("--notebook", type=Path, help="what students get, for one task of yours")
    command = commands.add_parser("exercises", help="list the exercises of a chapter")
    command.set_defaults(run=list_exercises)
    command.add_argument("chapter", nargs="?", choices=exercises.chapters())
    return top


def _grade_options(command: argparse.ArgumentParser) -> None:
    """Add what only `coursekit grade` takes."""
    add = command.add_argument
    add("task", help=TASK)
    add("submissions", nargs="+", type=Path, help="folders, archives, notebooks")
    add("-o", "--output", type=Path, default=Path("results"))
    add("--roster", type=Path, help="CSV: id, name, group, email, extension, submitted")
    add("--workers", type=_within(int, 1), default=os.cpu_count() or 1, help="processes here")
    add("--dask", default="", metavar="ADDRESS", help="grade on a Dask cluster")
    add("--cell-seconds", type=_within(float, 0.1), default=Limits.cell)
    add("--seconds", type=_within(float, 0.1), default=Limits.submission, help="for a submission")
    add("--deadline", type=_told(roster.moment), help="2030-05-01T23:59; a day alone counts whole")
    add("--late-percent", type=_within(float, 0, 100), default=0.0, help="lost for each day begun")
    add("--late-days", type=_within(float, 0), default=float("inf"), help="after them, nothing")
    add("--scale", type=_told(policy.scale_of), help="such as '1.0 7.0 4.0@60'")
    add("--column", action="append", default=[], metavar="TITLE=WHAT",
        help="a column of custom.csv, such as 'Student ID=id'")  # fmt: skip
    add("--starter", type=Path, help="the notebook that students were given")
    add("--allow-weak-isolation", action="store_true",
        help="grade even where nothing contains the submissions")  # fmt: skip


def _told(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a type for an option that says what the function says of a wrong text."""

    def convert_or_tell(text: str) -> Any:
        try:
            return convert(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert_or_tell


def _within(kind: type, least: float, most: float = float("inf")) -> Callable[[str], Any]:
    """Return a type for an option: a number of a kind in a range."""

    def number(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            what = "whole number" if kind is int else "number"
            end = "on" if most == float("inf") else f"to {most:g}"
            raise ValueError(f"a {what} from {least:g} {end} is wanted, got {text!r}")
        return value

    return _told(number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 2 if it could not do its work."""
    args = parser().parse_args(arguments)
    try:
        code: int = args.run(args)
    except (ValueError, RuntimeError, OSError) as error:
        print(f"coursekit: {error}", file=sys.stderr)
        return 2
    return code


def diagnose(_: argparse.Namespace) -> int:
    """Print what contains a submission here; return 0 if anything does."""
    print(doctor.report())
    return 0 if doctor.best() else 2


def grade(args: argparse.Namespace) -> int:
    """Grade, and write everything; return 0 if everything is graded."""
    task = load(args.task, args.instructor)
    layer = doctor.best(args.allow_weak_isolation)
    if layer is None:
        raise RuntimeError("nothing here contains a submission: `coursekit doctor` says why")
    students = roster.read(args.roster) if args.roster else []
    notices: list[str] = []
    submissions = intake.collect(args.submissions, notices)
    limits = Limits(cell=args.cell_seconds, submission=args.seconds)
    key = f"{_key(args.key_file)}|{args.round}"
    plan = session.Plan(task.source, args.instructor, key, layer, limits, args.workers, args.dask)
    for change in session.run(plan, submissions, args.output):
        print(f"{change.label}: {change.exercise} {change.before:g} -> {change.after:g}")
    lines = _lines(args, submissions, students, notices)
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
    args: argparse.Namespace, submissions: Sequence[intake.Submission],
    students: Sequence[roster.Student], notices: list[str],
) -> list[report.Line]:  # fmt: skip
    """Join the results with the roster, with what people decided, and with the late policy."""
    found = [session.stored(session.path_of(args.output, s)) for s in submissions]
    results: list[dict[str, Any]] = [result for result in found if result]
    matches = roster.match(students, results) if students else roster.Matches()
    notices += matches.notices
    rules = policy.Policy(args.deadline, args.late_percent, args.late_days,
                          *(args.scale or (None, 0.6)))  # fmt: skip
    given = {n: policy.read_points(args.output / n) for n in ("manual.csv", "overrides.csv")}
    lines, open_rows = [], []
    most: dict[tuple[str, str], float] = {}
    for result in results:
        if result["slug"] in matches.replaced:
            continue
        student = matches.students.get(result["slug"])
        who = [result["label"], result["slug"], *([student.id] if student else [])]
        open_rows += [
            (report.safe(who[-1]), part["name"]) for part in result["open"] if part["text"]
        ]
        most |= {(name, part["name"]): part["points"] for name in who
                 for part in (*result["exercises"], *result["open"])}  # fmt: skip
        lines.append(report.line(policy.with_points(result, who, *given.values()), student, rules))
        if args.deadline and result["late"] and not lines[-1].days_late:
            notices.append(f"{result['label']}: late for the platform, in time by your --deadline")
        if result["status"] != "graded":
            why = result.get("fault") or "; ".join(result["notices"])
            notices.append(f"{result['label']}: {result['status']}: {why}")
    for name, points in given.items():
        notices += [f"{name}: {notice}" for notice in policy.misplaced(points, most)]
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
    if not (key := file.read_text().strip()):
        raise ValueError(f"{file} must hold the key of the course, got an empty file")
    return key


def write_recap(args: argparse.Namespace) -> int:
    """Write the notebook of the most frequent mistakes."""
    task = load(args.task, args.instructor)
    results = recap.graded(args.results, task)
    book = recap.notebook(task, results, recap.questions(task, args.instructor))
    if args.output.exists() and args.output.read_text("utf8", "replace") != book:
        raise ValueError(f"{args.output} exists, perhaps with changes of yours: name another by -o")
    session.write(args.output, book)
    found = recap.frequent(task, results)
    for (name, mistake), count in found:
        print(f"{name}: {mistake} ({count} of {len(results)})")
    print(f"{len(found)} named mistakes; see {args.output}" if found else recap.NONE)
    return 0


def export(args: argparse.Namespace) -> int:
    """Write the source notebooks of some tasks for nbgrader."""
    if args.notebook and len(args.task or []) != 1:
        raise ValueError("--notebook FILE goes with one --task")
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


def list_exercises(args: argparse.Namespace) -> int:
    """Print the exercises of a chapter, or of all: what they earn, and their first hint."""
    for name in [args.chapter] if args.chapter else exercises.chapters():
        print(name)
        for exercise in exercises.exercises_of(name).values():
            hint = f": {exercise.hints[0]}" if exercise.hints else ""
            print(f"  {exercise.thing} ({exercise.points}){hint}")
        for part in exercises.exercises_of(name, Open).values():
            print(f"  {part.name.partition('.')[2]} ({part.points}, read by a person): {part.asks}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
