"""From points to a grade: what a person adds or changes, what lateness costs, and the scale."""

import csv
import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.grading.grade import Json, total
from coursekit.grading.roster import Student, deadline_of

MANUAL = ("student", "part", "points", "comment")


@dataclass(frozen=True)
class Policy:
    """How points become a grade.

    Attributes:
        deadline: after it a submission is late; None: never.
        percent: of the earned points, lost for each day that has begun.
        days: after so many days nothing is left.
        scale: the grades for 0 %, for `passing` of the points, and for 100 %; or None.
        passing: the share of the points that passes.
    """

    deadline: datetime.datetime | None = None
    percent: float = 0.0
    days: float = math.inf
    scale: tuple[float, float, float] | None = None
    passing: float = 0.6

    def days_late(self, student: Student | None, time: str) -> int:
        """Return the days after the student's own deadline, each one that has begun."""
        time = (student.submitted if student else "") or time
        if self.deadline is None or not time:
            return 0
        late = datetime.datetime.fromisoformat(time) - deadline_of(student, self.deadline)
        return max(0, math.ceil(late / datetime.timedelta(days=1)))

    def after_lateness(self, earned: float, days: int) -> float:
        """Return what is left of some points."""
        kept = 0.0 if days > self.days else max(0.0, 1 - self.percent / 100 * days)
        return round(earned * kept, 2)

    def grade(self, share: float) -> float | None:
        """Return the grade for a share of the points: two straight lines, rounded to a tenth."""
        if self.scale is None:
            return None
        low, middle, high = self.scale
        if share < self.passing:
            value = low + (middle - low) * share / self.passing
        else:
            value = middle + (high - middle) * (share - self.passing) / (1 - self.passing)
        return math.floor(value * 10 + 0.5 + 1e-9) / 10


def scale_of(text: str) -> tuple[tuple[float, float, float], float]:
    """Return the scale that a text such as "1.0 7.0 4.0@60" means.

    Raises:
        ValueError: if the text is no scale.
    """
    try:
        low, high, middle = text.replace("%", "").split()
        grade, _, percent = middle.partition("@")
        return (float(low), float(grade), float(high)), float(percent) / 100
    except ValueError:
        raise ValueError(f"a scale is written '1.0 7.0 4.0@60', got {text!r}") from None


def read_points(path: Path) -> dict[tuple[str, str], tuple[float, str]]:
    """Return points that a person gave, by student (or file) and part; blank ones are left out.

    Raises:
        ValueError: if something is no number.
    """
    found = {}
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if (points := (row.get("points") or "").strip().lstrip("'")) != "":
                    who = _key(row.get("student") or "")
                    try:
                        found[who, (row.get("part") or "").strip()] = (
                            float(points.replace(",", ".")), row.get("comment") or "")  # fmt: skip
                    except ValueError:
                        raise ValueError(f"{path}: {points!r} is no number of points") from None
    return found


def with_points(result: Json, who: Sequence[str], *sources: Mapping[tuple[str, str], Any]) -> Json:
    """Return a result with the points that people gave; `who` are the names of its student."""
    result = {**result}
    for section in ("exercises", "open"):
        parts = []
        for part in result[section]:
            new = {**part}
            for source in sources:
                for name in who:
                    if (given := source.get((_key(name), part["name"]))) is not None:
                        new |= {"earned": given[0], "comment": given[1], "by_hand": True}
            parts.append(new)
        result[section] = parts
    return result | total(result)


def _key(name: str) -> str:
    """Return a student or a file as it is looked up; signs count, since files differ by them."""
    return re.sub(r"(^|[;|\t\r\n])'", r"\1", name.strip()).casefold()


def append_manual(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    """Add a line for each student and open part that the file does not have; change no other."""
    seen = set()
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            seen = {(row.get("student", ""), row.get("part", "")) for row in csv.DictReader(file)}
    new = [row for row in rows if row not in seen]
    if new:
        ends = not path.exists() or path.read_bytes().endswith(b"\n")
        with path.open("a", encoding="utf8", newline="") as file:
            file.write("" if ends else "\n")
            writer = csv.writer(file)
            if not seen and file.tell() == 0:
                writer.writerow(MANUAL)
            writer.writerows([(*row, "", "") for row in new])
