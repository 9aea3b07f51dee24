"""What a teacher reads: tables for the learning platform, and pages that need nothing else.

Everything that a student may have written is escaped: in pages as HTML, in tables against
spreadsheets that take a text for a formula.
"""

import collections
import csv
import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.grading.grade import Json
from coursekit.grading.policy import Policy
from coursekit.grading.roster import Student
from coursekit.grading.session import write

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse; margin: 1rem 0 } caption { text-align: left; font-weight: bold }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #bbb; text-align: left;
  vertical-align: top }
code, pre { font: 14px/1.4 ui-monospace, monospace; white-space: pre-wrap;
  overflow-wrap: anywhere }
svg { max-width: 100%; height: auto }
svg text { font: 13px system-ui, sans-serif; fill: currentColor }
a { color: #0b57d0 } .full { fill: #2f7d4f } .part { fill: #c58a00 } .none { fill: #b3402e }
@media (prefers-color-scheme: dark) {
  body { color: #eee; background: #181818 } a { color: #9ec1ff } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Line:
    """One student in the tables: a result with everything that is known about it."""

    result: Json
    student: Student | None = None
    days_late: int = 0
    earned: float = 0.0  # after lateness
    grade: float | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What to call the student."""
        return self.student.name if self.student else self.result["person"] or self.result["label"]

    @property
    def columns(self) -> dict[str, str]:
        """Everything that a column of a table may hold, by name."""
        who, result = self.student, self.result
        values = {
            "id": who.id if who else result["student"], "name": self.name,
            "email": who.email if who else "", "group": who.group if who else "",
            "earned": f"{self.earned:g}", "points": f"{result['points']:g}",
            "percent": f"{100 * self.earned / (result['points'] or 1):.1f}",
            "grade": "" if self.grade is None else f"{self.grade:.1f}",
            "status": result["status"], "unread": str(result["unread"]),
            "days late": str(self.days_late), "file": result["label"],
            "isolation": result["isolation"], "notices": "; ".join(result["notices"]),
            "page": f"students/{result['slug']}.html",
            "number": result.get("number", ""),
        }  # fmt: skip
        parts = [*result["exercises"], *result["open"]]
        return values | {
            p["name"]: "" if p["earned"] is None else f"{p['earned']:g}" for p in parts
        }


def line(result: Json, student: Student | None, policy: Policy) -> Line:
    """Apply lateness and the scale to a result."""
    days = policy.days_late(student, result["time"])
    earned = policy.after_lateness(result["earned"], days)
    graded = result["status"] != "not graded" and result["points"]
    grade = policy.grade(earned / result["points"]) if graded else None
    return Line(result, student, days, earned, grade)


def table(lines: Sequence[Line], columns: Mapping[str, str]) -> str:
    """Return a CSV: for each of its columns, which of a line's columns it holds."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([safe(title) for title in columns])
    for one in lines:
        values = one.columns
        writer.writerow([safe(values.get(source, "")) for source in columns.values()])
    return buffer.getvalue()


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, also one that splits at semicolons."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    return re.sub(r"(^|[;|\t\r\n])(\s*[=+\-@\uff0b\uff0d\uff1d\uff20\t\r])", r"\1'\2", text)


def tables(lines: Sequence[Line], title: str, own: Mapping[str, str]) -> dict[str, str]:
    """Return the files for a spreadsheet, for Canvas, for Moodle, and one of one's own."""
    names = dict.fromkeys(
        p["name"] for one in lines for p in (*one.result["exercises"], *one.result["open"])
    )
    first = ("id", "name", "group", "earned", "points", "percent", "grade", "status")
    every = [*first, *names, "unread", "days late", "isolation", "file", "notices"]
    canvas = {"Student": "name", "ID": "number", "SIS User ID": "id", "SIS Login ID": "email",
              "Section": "group", title: "earned"}  # fmt: skip
    moodle = {"Identifier": "number", "Full name": "name", "ID number": "id",
              "Email address": "email", "Grade": "earned", "Last modified (grade)": "",
              "Feedback comments": "page"}  # fmt: skip
    good = [one for one in lines if one.result["status"] != "not graded"]
    files = {"grades.csv": table(lines, dict(zip(every, every, strict=True))),
             "canvas.csv": table(good, canvas), "moodle.csv": table(good, moodle)}  # fmt: skip
    return files | ({"custom.csv": table(good, own)} if own else {})


def page(title: str, body: str) -> str:
    """Return a page that asks nobody for anything."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}'
        f'</title><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><style>{STYLE}</style>'
        f"</head><body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>"
    )


def student_page(one: Line, title: str) -> str:
    """Return the page of a student; of a hidden case it says only what went wrong."""
    result, values = one.result, one.columns
    facts = [f"{values['earned']} of {values['points']} points"]
    facts += [f"grade {values['grade']}"] if values["grade"] else []
    facts += (
        [f"{one.days_late} days late, {result['earned']:g} points before"] if one.days_late else []
    )
    facts += [f"{result['unread']} parts are not read yet"] if result["unread"] else []
    facts += ["graded without full isolation"] if result["isolation"] == "none" else []
    body = f"<p>{'. '.join(map(html.escape, facts))}.</p>"
    if result["status"] == "not graded":
        body += f"<p>Not graded: {html.escape(result['fault'])}</p>"
    if result["status"] == "unreadable":
        body += "<p>The file could not be read as a notebook.</p>"
    rows = [[e["name"], e["status"], _points(e), _story(e)] for e in result["exercises"]]
    body += _html_table("Exercises", ("exercise", "status", "points", "what was seen"), rows, 3)
    for part in result["open"]:
        rubric = "".join(f"<li>{html.escape(item)}</li>" for item in part["rubric"])
        body += (
            f"<h2>{html.escape(part['name'])}: {_points(part)}</h2><p>{html.escape(part['asks'])}"
        )
        body += f"</p><ul>{rubric}</ul><pre>{html.escape(part['text'])}</pre>{_comment(part)}"
    body += _list("Notices", result["notices"])
    return page(f"{title}: {one.name}", body)


def _points(part: Json) -> str:
    earned = "not read" if part["earned"] is None else f"{part['earned']:g}"
    return f"{earned} of {part['points']:g}"


def _story(exercise: Json) -> str:
    """Return what became of an exercise, as HTML; a hidden case keeps its numbers."""
    story = html.escape(exercise["message"])
    if not exercise["hidden"]:
        for label in ("case", "inputs", "wanted", "got"):
            if exercise[label]:
                story += f"<br>{label}: <code>{html.escape(exercise[label])}</code>"
    elif exercise["case"]:
        story += f"<br>case: {html.escape(exercise['case'])}"
    parts = [name or "the rest" for name, right in exercise["parts"].items() if right]
    if 0 < len(parts) < len(exercise["parts"]):
        story += f"<br>right: {html.escape(', '.join(parts))}"
    return story + _comment(exercise)


def _comment(part: Json) -> str:
    return f"<p>Teacher: {html.escape(part['comment'])}</p>" if part.get("comment") else ""


def class_page(
    lines: Sequence[Line],
    title: str,
    alike: Sequence[tuple[float, str, str]],
    notices: Sequence[str],
) -> str:
    """Return the page of the class: who, how well, and which exercise fails with which mistake."""
    shown = ("group", "earned", "grade", "status", "days late")
    rows = [
        [f'<a href="students/{one.result["slug"]}.html">{html.escape(one.name)}</a>',
         *(html.escape(one.columns[c]) for c in shown)]
        for one in sorted(lines, key=lambda one: one.name)
    ]  # fmt: skip
    graded = [one for one in lines if one.result["status"] != "not graded"]
    body = f"<p>{len(lines)} submissions, {len(graded)} graded.</p>"
    weak = sum(one.result["isolation"] == "none" for one in graded)
    body += f"<p><strong>{weak} were graded without full isolation.</strong></p>" if weak else ""
    body += _distribution(graded) + _by_exercise(graded)
    head = ("student", "group", "points", "grade", "status", "days late")
    body += _html_table("Students", head, rows)
    found = [[html.escape(a), html.escape(b), f"{100 * share:.0f} %"] for share, a, b in alike]
    if found:
        body += _html_table(
            "Look alike (a reason to look, and no verdict)", ("", "", "shared"), found
        )
    return page(title, body + _list("Notices", notices))


def _distribution(lines: Sequence[Line]) -> str:
    """Draw how many students earned how much."""
    counts = [0] * 10
    for one in lines:
        counts[min(9, int(10 * one.earned / (one.result["points"] or 1)))] += 1
    most, bars = max([*counts, 1]), ""
    for i, count in enumerate(counts):
        height = 120 * count / most
        place = f'x="{40 + 50 * i}" y="{140 - height}" width="44" height="{height}"'
        bars += f'<rect class="full" {place}/>'
        bars += (
            f'<text x="{62 + 50 * i}" y="{134 - height}" text-anchor="middle">{count or ""}</text>'
        )
        bars += f'<text x="{62 + 50 * i}" y="158" text-anchor="middle">{10 * i}</text>'
    label = ", ".join(f"{10 * i} to {10 * i + 10} %: {count}" for i, count in enumerate(counts))
    return (
        f'<h2>Points, in percent</h2><svg viewBox="0 0 560 165" width="560" role="img" '
        f'aria-label="Students by percent of the points. {label}.">{bars}</svg>'
    )


def _by_exercise(lines: Sequence[Line]) -> str:
    """Draw, for each exercise, who got it, and list the mistakes behind it."""
    tally: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    seen: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for one in lines:
        for e in one.result["exercises"]:
            full = e["earned"] >= e["points"]
            tally[e["name"]]["full" if full else "part" if e["earned"] else "none"] += 1
            if not full:
                seen[e["name"]][e["mistake"] or e["status"]] += 1
    rows = []
    for name, counts in tally.items():
        at, bars = 0.0, ""
        for kind in ("full", "part", "none"):
            width = 200 * counts[kind] / sum(counts.values())
            bars += f'<rect class="{kind}" x="{at:.1f}" width="{width:.1f}" height="16"/>'
            at += width
        said = f"{counts['full']} full, {counts['part']} part, {counts['none']} none"
        drawn = f'<svg viewBox="0 0 200 16" width="200" role="img" aria-label="{said}">{bars}</svg>'
        why = ", ".join(f"{reason} ({n})" for reason, n in seen[name].most_common(4))
        rows.append([html.escape(name), drawn, said, html.escape(why)])
    head = ("exercise", "full, part, none", "students", "most frequent reasons")
    return _html_table("Exercises", head, rows)


def _html_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], *ready: int) -> str:
    """Return a table; the columns in `ready` are HTML, the others plain text."""
    top = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in head)
    body = "".join(
        "<tr>" + "".join(
            f"<td>{cell if i in ready or not ready else html.escape(cell)}</td>"
            for i, cell in enumerate(row)) + "</tr>"
        for row in rows
    )  # fmt: skip
    return f"<table><caption>{html.escape(title)}</caption><tr>{top}</tr>{body}</table>"


def _list(title: str, items: Sequence[str]) -> str:
    found = "".join(f"<li>{html.escape(item)}</li>" for item in items)
    return f"<h2>{html.escape(title)}</h2><ul>{found}</ul>" if items else ""


def write_all(
    output: Path, lines: Sequence[Line], title: str, own: Mapping[str, str],
    alike: Sequence[tuple[float, str, str]], notices: Sequence[str],
) -> None:  # fmt: skip
    """Write the tables and the pages."""
    (output / "students").mkdir(parents=True, exist_ok=True)
    if lines and (unknown := set(own.values()) - set(lines[0].columns)):
        have = ", ".join(lines[0].columns)
        raise ValueError(f"no column is called {', '.join(sorted(unknown))}; there are: {have}")
    for name, text in tables(lines, title, own).items():
        write(output / name, text)
    for one in lines:
        write(output / "students" / f"{one.result['slug']}.html", student_page(one, title))
    write(output / "class.html", class_page(lines, title, alike, notices))
