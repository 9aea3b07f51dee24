"""The list of the course, and who handed in what.

A roster is a CSV with the columns `id` and `name`, and perhaps `group`, `email`, `extension`
(hours, or a new deadline) and `submitted` (when the learning platform received the work).
"""

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.grading.intake import platform

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
        ValueError: if it has no ids, one id twice, or something that should be a time and is none.
    """
    students = []
    for low in rows(path)[0]:
        facts = {c: next((low[n] for n in names if low.get(n)), "") for c, names in COLUMNS.items()}
        first, last = facts.pop("first"), facts.pop("last")
        facts["name"] = facts["name"] or f"{first} {last}".strip()
        if facts["id"]:
            students.append(Student(**facts))
            anyday = deadline_of(students[-1], moment("2030-05-01"))  # an error now, not later
            moment(students[-1].submitted or anyday.isoformat())
    if not students:
        raise ValueError(f"{path} needs a column `id`, and lines below it")
    twice = {s.id for s in students if sum(plain(s.id) == plain(o.id) for o in students) > 1}
    if twice:
        raise ValueError(f"{path} has some ids twice: {', '.join(sorted(twice))}")
    return students


def rows(path: Path) -> tuple[list[dict[str, str]], str]:
    """Return the lines of a CSV by the names of its columns in small letters, and what splits it.

    Raises:
        ValueError: if it is not in UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} must be a CSV in UTF-8: save it as such") from None
    head = text.lstrip().partition("\n")[0]
    mark = ";" if head.count(";") > head.count(",") else ","
    found = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    return [
        {str(key).strip().lower(): str(value or "").strip() for key, value in row.items()}
        for row in found
    ], mark


def moment(text: str) -> datetime.datetime:
    """Return a time of this place; a day alone counts whole.

    Raises:
        ValueError: if the text is no time.
    """
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"a time is written 2030-05-01T23:59, got {text!r}") from None
    if len(text) <= len("2030-05-01"):
        return datetime.datetime.combine(found, datetime.time.max)
    return found.astimezone().replace(tzinfo=None) if found.tzinfo else found


def plain(text: str) -> str:
    """Return a name or an id without accents, capitals, spaces and signs, in any script."""
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "", "".join(letters).casefold())


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
    person, claimed = plain(result["person"]), plain(result["student"])
    tests: list[Callable[[Student], bool]] = [
        lambda s: plain(s.id) in folder,
        lambda s: plain(s.id) in words or plain(s.id) == person,
        lambda s: bool(person) and _letters(s.name) == _letters(result["person"]),
        lambda s: bool(plain(s.name)) and {plain(w) for w in s.name.split()} <= words | {""},
        lambda s: bool(claimed) and plain(s.id) == claimed,
    ]
    for rank, test in enumerate(tests):
        fitting = [student for student in students if test(student)]
        if len(fitting) == 1:
            return fitting[0], rank
        if fitting:  # two of the same name: the notebook's id decides
            named = [s for s in fitting if claimed and plain(s.id) == claimed]
            return (named[0] if named else None), len(tests)
    return None, len(tests)


def _words(text: str) -> set[str]:
    """Return the words of a label."""
    return {plain(word) for word in re.split(r"[\s_/.,()\[\]-]+", text)} - {""}


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
    try:
        return moment(extension)
    except ValueError as error:
        who = student.id if student else ""
        raise ValueError(f"{who}: an extension is a number of hours, or {error}") from None
