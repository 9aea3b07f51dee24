"""What a teacher and a student read is complete, harmless, and tells no hidden case."""

import csv
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest

from coursekit import grading
from coursekit.grading import duplicates, report
from coursekit.grading.grade import grade
from coursekit.grading.intake import Submission
from coursekit.grading.policy import Policy
from coursekit.grading.roster import Student
from coursekit.grading.session import Plan, not_graded

from .hostile import CASES
from .notebooks import KEY, LIMITS, RIGHT, STEP, TASK, needs_bubblewrap, notebook, right_but, text

pytestmark = needs_bubblewrap
EVIL = "<script>alert(1)</script>"
PLACE = {
    "label": "=cmd()",
    "slug": "cmd-1",
    "person": "=cmd()",
    "time": "2030-01-01T00:00:00",
    "late": False,
}


@pytest.fixture(scope="module")
def results() -> list[dict]:
    """Return results of a right, a wrong, an evil, an unreadable and an ungraded submission."""
    evil = right_but(
        step=f"def step(w, b, x, y):\n    raise ValueError('{EVIL}')",
        centre=f"def centre(x):\n    return '{EVIL}'",
    )
    wrong = STEP.replace("return w", "w = w if len(w) == 2 else w + 1\n    return w")
    books = [notebook(*RIGHT), right_but(step=wrong), evil, b"?"]
    books[2] = notebook(*json.loads(evil)["cells"], text("example.why", EVIL))
    found = [grade(book, TASK, KEY, limits=LIMITS) for book in books]
    found.append(not_graded(Plan("t", Path(), KEY, "bubblewrap"), b"", "no space"))
    return [result | PLACE | {"slug": f"s{i}"} for i, result in enumerate(found)]


def test_results_keep_to_the_published_schema(results):
    """Every result, of whatever status, is as `schema.json` says."""
    path = Path(grading.__file__).with_name("schema.json")
    schema = json.loads(path.read_text("utf8"))

    for result in results:
        jsonschema.validate(result, schema)


def lines(results: list[dict]) -> list[report.Line]:
    """Return the lines of a class of two known students and three others."""
    people = [Student("17", "Ana Pérez", "a@x", "A"), Student("18", "=HYPERLINK(1)")]
    rules = Policy(scale=(1.0, 4.0, 7.0))
    return [
        report.line(result, person, rules)
        for result, person in zip(results, [*people, None, None, None], strict=True)
    ]


def test_tables_hold_everybody_and_no_formula(results):
    """Each platform gets its columns; a text that looks like a formula is defused."""
    files = report.tables(lines(results), "HW 1", {"Matrícula": "id", "Nota": "grade"})

    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in files.items()}
    assert [len(rows[name]) for name in ("grades.csv", "canvas.csv", "moodle.csv")] == [5, 4, 4]
    assert rows["grades.csv"][0]["example.step"] == "2"
    assert rows["grades.csv"][0]["grade"] == "5.6"
    assert rows["canvas.csv"][0] == {
        "Student": "Ana Pérez",
        "ID": "",
        "SIS User ID": "17",
        "SIS Login ID": "a@x",
        "Section": "A",
        "HW 1": "9",
    }
    assert rows["moodle.csv"][0]["Last modified (grade)"] == ""
    assert rows["custom.csv"][0] == {"Matrícula": "17", "Nota": "5.6"}
    cells = [cell for table in rows.values() for row in table for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert report.safe("-1.5") == "-1.5"
    assert report.safe("-cmd") == "'-cmd"
    assert report.safe("a;=cmd()") == "a;'=cmd()"
    assert report.safe(" =cmd()") == "' =cmd()"
    assert report.safe("\n=cmd()").startswith("'")


def test_pages_run_nothing_and_ask_nobody(results):
    """Whatever a student wrote stays text; a page has no script and no address of its own."""
    rows = lines(results)
    pages = [report.student_page(row, "HW 1") for row in rows]
    pages.append(report.class_page(rows, EVIL, [(0.9, EVIL, "b")], [EVIL]))

    assert "&lt;script&gt;" in pages[2]
    for page in pages:
        assert not re.search(r"<script|onerror|javascript:|https?://(?!www\.w3)|<img", page)
        assert "default-src 'none'" in page


def test_a_page_tells_no_hidden_case(results):
    """A hidden case that failed is named on the student's page, and its numbers are not."""
    step = results[1]["exercises"][0]
    page = report.student_page(lines(results)[1], "HW 1")

    assert step["hidden"]
    assert step["inputs"]
    assert step["case"] in page
    assert step["wanted"] not in page
    assert step["got"] not in page


def test_the_class_page_tells_which_mistake_is_frequent(results):
    """For each exercise: who has it in full, in part, not at all, and why."""
    page = report.class_page(lines(results), "HW 1", [], [])

    assert 'aria-label="Students by percent of the points.' in page
    assert "error (1)" in page
    assert "5 submissions, 4 graded" in page


def test_students_see_what_was_taken_for_lateness(results):
    """The page says how late the work was, and what it earned before."""
    late = report.Line(results[0], None, days_late=2, earned=7.2)

    assert "2 days late, 9 points before" in report.student_page(late, "HW 1")


def test_copies_are_found_whatever_they_are_called():
    """Renamed variables, other comments and another order of cells do not hide a copy."""
    copy = [cell.replace("error", "d").replace("x @ w", "w @ x") for cell in RIGHT[::-1]]
    prints = {
        "ana": duplicates.fingerprint(notebook(*RIGHT)),
        "bo": duplicates.fingerprint(notebook(*copy, "# mine")),
        "cy": duplicates.fingerprint(CASES["honest"]["untouched"][0]),
        "di": duplicates.fingerprint(b"?"),
    }

    assert [(a, b) for _, a, b in duplicates.pairs(prints)] == [("ana", "bo")]


def test_what_was_given_is_no_copy():
    """Code of the starter, and code that most of the class has, makes nobody suspicious."""
    given = duplicates.fingerprint(notebook(*RIGHT))
    prints = {"ana": given, "bo": given}
    many = {str(i): given for i in range(10)}

    assert duplicates.pairs(prints)
    assert duplicates.pairs(prints, starter=given) == []
    assert duplicates.pairs(many) == []


def test_slugs_tell_submissions_apart():
    """Two names that look alike on disk have two result files."""
    slugs = {
        Submission(label, b"").slug for label in ("a/b.ipynb", "a-b.ipynb", "Á/b.ipynb", "../a/b")
    }

    assert len(slugs) == 4
