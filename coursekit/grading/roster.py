"""The list of the course, and who handed in what.

A roster is a CSV with the columns `id` and `name`, and perhaps `group`, `email`, `extension`
(hours, or a new deadline) and `submitted` (when the learning platform received the work).
"""

import csv
import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.grading.intake import ascii_of, platform

COLUMNS = {
    "id": ("id", "student id", "sis user id", "id number", "username", "matricula"),
    "name": ("name", "student", "full name", "nombre"),
    "first": ("first name", "nombres"),
    "last": ("last name", "surname", "apellidos"),
    "email": ("email", "email address", "correo"),
    "group": ("group", "section", "grupo"),
    "extension": ("extension",),
    "submitted": ("submitted",),
}


@dataclass(frozen=True)
class Student:
    """One line of the roster."""

    id: str
    name: str
    email: str = ""
    group: str = ""
    extension: str = ""
    submitted: str = ""


@dataclass
class Matches:
    """Which submission belongs to whom."""

    students: dict[str, Student] = field(default_factory=dict)  # by the slug of the submission
    replaced: set[str] = field(default_factory=set)  # slugs of earlier submissions of a student
    missing: list[Student] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read(path: Path) -> list[Student]:
    """Return the students of a roster.

    Raises:
        ValueError: if it has no ids, or one id twice.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    dialect = (
        ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    )
    students = []
    for row in csv.DictReader(text.splitlines(), delimiter=dialect):
        low = {str(key).strip().lower(): (value or "").strip() for key, value in row.items()}
        facts = {c: next((low[n] for n in names if low.get(n)), "") for c, names in COLUMNS.items()}
        first, last = facts.pop("first"), facts.pop("last")
        facts["name"] = facts["name"] or f"{first} {last}".strip()
        if facts["id"]:
            students.append(Student(**facts))
    if not students:
        raise ValueError(f"{path} needs a column `id`, and lines below it")
    twice = {s.id for s in students if sum(plain(s.id) == plain(o.id) for o in students) > 1}
    if twice:
        raise ValueError(f"{path} has some ids twice: {', '.join(sorted(twice))}")
    return students


def plain(text: str) -> str:
    """Return a name or an id without accents, capitals, spaces and signs."""
    return re.sub(r"[^a-z0-9]+", "", ascii_of(text).lower())


def match(students: Sequence[Student], results: Iterable[Mapping[str, str]]) -> Matches:
    """Find the student of each submission: by id, or by a name that only one student has.

    Of two submissions of a student the later one counts, if it is known as well whose it is: what
    a student can write, into a notebook, say, takes nobody's place.

    Args:
        students: the roster.
        results: for each submission `slug`, `label`, `person`, `student`, and `time` (ISO).
    """
    found = Matches()
    newest: dict[str, Mapping[str, str]] = {}
    matched = [(*_student(students, result), result) for result in results]
    for student, _, result in sorted(matched, key=lambda m: (-m[1], m[2]["time"])):
        if student is None:
            found.notices.append(f"{result['label']}: nobody in the roster fits")
            continue
        found.students[result["slug"]] = student
        if student.id in newest:
            found.replaced.add(newest[student.id]["slug"])
            found.notices.append(f"{student.id} handed in twice; {result['label']} counts")
        newest[student.id] = result
        claimed = result["student"]
        if claimed and plain(claimed) != plain(student.id):
            found.notices.append(
                f"{result['label']}: of {student.id}, and the notebook says {claimed}"
            )
    found.missing = [student for student in students if student.id not in newest]
    found.notices += [f"{student.id} handed in nothing" for student in found.missing]
    return found


def _student(students: Sequence[Student], result: Mapping[str, str]) -> tuple[Student | None, int]:
    """Return the only student who fits, and how weak the evidence is.

    A folder says more than a file's name, and that more than the notebook; what a platform wrote
    into a name says more than what the student did.
    """
    wrote = platform(result["label"])
    own = f"{wrote['name'].rpartition('/')[2]} {wrote['id']}" if wrote else result["label"]
    words = _words(own)
    folder = _words(result["label"].rpartition("/")[0])
    person = plain(result["person"])
    tests: list[Callable[[Student], bool]] = [
        lambda s: plain(s.id) in folder,
        lambda s: plain(s.id) in words or plain(s.id) == person,
        lambda s: bool(person) and _letters(s.name) == _letters(result["person"]),
        lambda s: bool(s.name) and all(plain(w) in words for w in s.name.split()),
        lambda s: plain(s.id) == plain(result["student"]),
    ]
    for rank, test in enumerate(tests):
        fitting = [student for student in students if test(student)]
        if len(fitting) == 1:
            return fitting[0], rank
        if fitting:  # two of the same name: the notebook's id decides
            named = [s for s in fitting if plain(s.id) == plain(result["student"])]
            return (named[0] if named else None), len(tests)
    return None, len(tests)


def _words(text: str) -> set[str]:
    """Return the words of a label."""
    return {plain(word) for word in re.split(r"[\s_/.,()\[\]-]+", text)}


def _letters(name: str) -> str:
    """Return the letters of a name in order: Canvas writes the last name first, without spaces."""
    return "".join(sorted(plain(name)))


def deadline_of(student: Student | None, deadline: datetime.datetime) -> datetime.datetime:
    """Return the deadline of a student: the common one, some hours later, or another one.

    Raises:
        ValueError: if the extension is neither hours nor a date.
    """
    extension = student.extension if student else ""
    if not extension:
        return deadline
    if re.fullmatch(r"\+?\d+(\.\d+)?\s*h?", extension):
        return deadline + datetime.timedelta(hours=float(extension.strip("+h ")))
    return datetime.datetime.fromisoformat(extension)
