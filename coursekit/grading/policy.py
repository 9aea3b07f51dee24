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
from coursekit.grading.roster import Student, deadline_of, moment, rows

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
        late = moment(time) - deadline_of(student, self.deadline)
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
        if not 0 < float(percent) < 100:
            raise ValueError
        return (float(low), float(grade), float(high)), float(percent) / 100
    except ValueError:
        wanted = "a scale is written '1.0 7.0 4.0@60', with 0 < 60 < 100"
        raise ValueError(f"{wanted}, got {text!r}") from None


def read_points(path: Path) -> dict[tuple[str, str], tuple[float, str]]:
    """Return points that a person gave, by student (or file) and part; blank ones are left out.

    Raises:
        ValueError: if a column is missing, or something is no number.
    """
    found = {}
    for row in _given(path)[0]:
        if (points := row["points"].lstrip("'")) != "":
            try:
                number = float(points.replace(",", "."))
            except ValueError:
                number = math.nan
            if not math.isfinite(number):
                raise ValueError(f"{path}: {points!r} is no number of points")
            found[_key(row["student"]), row["part"]] = number, row.get("comment", "")
    return found


def _given(path: Path) -> tuple[list[dict[str, str]], str]:
    """Return the lines of a file of points, and what splits it; none if there is no file."""
    found, mark = rows(path) if path.exists() else ([], ",")
    if found and (missing := [name for name in MANUAL[:3] if name not in found[0]]):
        got = ", ".join(found[0])
        raise ValueError(f"{path} needs the columns {', '.join(missing)}; its first line is {got}")
    return found, mark


def misplaced(
    points: Mapping[tuple[str, str], tuple[float, str]],
    parts: Mapping[tuple[str, str], float],
) -> list[str]:
    """Return a sentence on each line of points that fits nothing, or is out of its range.

    Args:
        points: what `read_points` returns.
        parts: the most points of each part of each student, by any name and part.
    """
    known = {(_key(who), part): most for (who, part), most in parts.items()}
    notices = []
    for (who, part), (number, _) in points.items():
        if (who, part) not in known:
            notices.append(f"{who}, {part}: no such student with a result, or no such part")
        elif not 0 <= number <= known[who, part]:
            notices.append(f"{who}, {part}: {number:g} of {known[who, part]:g} points")
    return notices


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


def append_manual(path: Path, parts: Sequence[tuple[str, str]]) -> None:
    """Add a line for each student and open part that the file does not have; change no other."""
    given, mark = _given(path)
    seen = {(row["student"], row["part"]) for row in given}
    new = [(who, part) for who, part in parts if (who.strip(), part) not in seen]
    if new:
        before = path.read_bytes() if path.exists() else b""
        with path.open("a", encoding="utf8", newline="") as file:
            file.write("" if not before or before.endswith(b"\n") else "\n")
            writer = csv.writer(file, delimiter=mark)
            if not before.strip():
                writer.writerow(MANUAL)
            writer.writerows([(*row, "", "") for row in new])
