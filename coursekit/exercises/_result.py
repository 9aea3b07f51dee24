"""What a check, a hint and a progress table show: plain text, or a little HTML.

The HTML takes its colours from the page, so it reads in light and in dark, in Colab too.
"""

import html
import re
from dataclasses import dataclass

from coursekit.exercises._messages import TEXT, say

_BOX = "border-left: 0.25em solid currentColor; padding: 0.1em 0.8em; color: inherit"
_CODE = "color: inherit; background: none; white-space: pre-wrap; overflow-wrap: anywhere"
_CELL = "color: inherit; background: none; text-align: left; padding: 0.1em 0.8em"
_MARK = {"passed": "✓", "wrong": "✗", "error": "✗", "not attempted": "○"}


def _escape(text: str) -> str:
    """Escape text for HTML; words between backticks become code."""
    return re.sub("`([^`]+)`", rf'<code style="{_CODE}">\1</code>', html.escape(text))


def _box(lines: list[str]) -> str:
    """Return paragraphs of HTML in one box; formulas on the page leave its text alone."""
    body = "".join(f'<p style="margin: 0.2em 0">{line}</p>' for line in lines)
    return f'<div class="mathjax_ignore tex2jax_ignore" style="{_BOX}">{body}</div>'


class Note(str):
    """A sentence that a notebook shows without quotes."""

    __slots__ = ()
    __repr__ = str.__str__

    def _repr_html_(self) -> str:
        return _box([_escape(self)])


@dataclass(frozen=True)
class Result:
    """The verdict on one answer; true if and only if it passed.

    Attributes:
        name: the exercise.
        status: "not attempted", "error", "wrong" or "passed".
        message: what happened, in a sentence or two.
        case: title of the case that failed; empty if none did.
        inputs: the call of that case.
        wanted: the right result (empty for a value: it would give the answer away).
        got: the result that came.
        mistake: the named mistake that was recognized, or None.
        next_step: what to do next.
    """

    name: str
    status: str
    message: str
    case: str = ""
    inputs: str = ""
    wanted: str = ""
    got: str = ""
    mistake: str | None = None
    next_step: str = ""

    def __bool__(self) -> bool:
        return self.status == "passed"

    def _heading(self) -> str:
        return f"{_MARK[self.status]} {TEXT[self.status]}: {self.name}"

    def _lines(self) -> list[tuple[str, str]]:
        facts = [(key, getattr(self, key)) for key in ("case", "inputs", "wanted", "got")]
        return [(TEXT[key], value) for key, value in facts if value]

    def __repr__(self) -> str:
        facts = [f"  {label}: {value}" for label, value in self._lines()]
        step = [f"  {TEXT['next']}: {self.next_step}"] if self.next_step else []
        return "\n".join([self._heading(), f"  {self.message}", *facts, *step])

    def _repr_html_(self) -> str:
        code = f'<code style="{_CODE}">'
        facts = [f"{label}: {code}{html.escape(value)}</code>" for label, value in self._lines()]
        if self.case:  # its title is prose
            facts[0] = f"{TEXT['case']}: {html.escape(self.case)}"
        step = [f"{TEXT['next']}: {_escape(self.next_step)}"] if self.next_step else []
        heading = f"<strong>{html.escape(self._heading())}</strong>"
        return _box([heading, _escape(self.message), *facts, *step])


@dataclass(frozen=True)
class Row:
    """One exercise in the progress table."""

    name: str
    status: str
    points: int
    total: int


@dataclass(frozen=True)
class Progress:
    """The exercises of the chapters that were checked in this session."""

    rows: tuple[Row, ...]

    @property
    def passed(self) -> int:
        """How many exercises passed at their last check."""
        return sum(row.status == "passed" for row in self.rows)

    @property
    def points(self) -> int:
        """The points of the exercises that passed."""
        return sum(row.points for row in self.rows)

    @property
    def total(self) -> int:
        """The points of all these exercises."""
        return sum(row.total for row in self.rows)

    def _summary(self) -> str:
        facts = {"passed": self.passed, "points": self.points, "total": self.total}
        exercises = sum(row.status != "open" for row in self.rows)
        return say("total", exercises=exercises, **facts)

    def _table(self) -> list[tuple[str, str, str]]:
        body = [(row.name, TEXT[row.status], f"{row.points}/{row.total}") for row in self.rows]
        return [(TEXT["exercise"], TEXT["status"], TEXT["points"]), *body]

    def __repr__(self) -> str:
        if not self.rows:
            return TEXT["nothing yet"]
        widths = [max(len(cell) for cell in column) for column in zip(*self._table(), strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in self._table()
        ]
        return "\n".join([*lines, self._summary()])

    def _repr_html_(self) -> str:
        if not self.rows:
            return _box([TEXT["nothing yet"]])
        head, *body = self._table()
        cells = "".join(f'<th scope="col" style="{_CELL}">{cell}</th>' for cell in head)
        rows = [f"<tr>{cells}</tr>"]
        for name, *rest in body:
            data = "".join(f'<td style="{_CELL}">{html.escape(cell)}</td>' for cell in rest)
            first = f'<th scope="row" style="{_CELL}">{html.escape(name)}</th>'
            rows.append(f"<tr>{first}{data}</tr>")
        return f"<table>{''.join(rows)}</table>{_box([self._summary()])}"
