"""Names are found, hints and progress are kept, and everything shows itself in a notebook."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from example_exercises import SHIFT, YEAR, right

from coursekit import exercises
from coursekit.exercises import check, hint, judge, progress
from coursekit.exercises._messages import TEXT


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch):
    """Put a chapter `sample` with two exercises into an empty session."""
    module = SimpleNamespace(shift=SHIFT, year=YEAR)
    monkeypatch.setitem(sys.modules, "coursekit.exercises.sample", module)
    monkeypatch.setattr(exercises, "chapters", lambda: ["sample"])
    monkeypatch.setattr(exercises, "_RESULTS", {})
    monkeypatch.setattr(exercises, "_HINTS", {})


def test_the_answer_is_found_where_the_check_is_called(monkeypatch: pytest.MonkeyPatch):
    """Outside a notebook, the answer is a global name of the code that checks."""
    monkeypatch.setitem(globals(), "shift", right)

    assert check("sample.shift")


def test_the_answer_is_found_in_the_notebook(monkeypatch: pytest.MonkeyPatch):
    """In a notebook, the answer is a name of the notebook."""
    shell = SimpleNamespace(user_ns={"year": 1958})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))

    assert check("sample.year")


def test_a_missing_answer_is_not_attempted():
    """If the answer cell has not run, the reader is told to run it, and no NameError comes."""
    result = check("sample.shift")

    assert result.status == "not attempted"
    assert "syntax error" in result.message


@pytest.mark.parametrize(
    ("name", "said"),
    [("sample.shfit", "sample.shift"), ("simple.shift", "sample"), ("shift", "sample")],
)
def test_an_unknown_name_is_refused(name: str, said: str):
    """A slip in the name of an exercise raises, and the nearest name is offered."""
    for use in (check, hint):
        with pytest.raises(ValueError, match=said):
            use(name)


def test_hints_come_one_by_one():
    """Each call gives one more hint; after the last one the solution is the next step."""
    assert repr(hint("sample.shift")) == "Hint 1 of 2: Which way?"
    assert hint("sample.year").startswith("Hint 1 of 2")
    assert hint("sample.shift").startswith("Hint 2 of 2")
    assert "solution" in hint("sample.shift")


def test_progress_starts_empty():
    """Before the first check, progress says so."""
    assert progress().passed == 0
    assert "Nothing" in repr(progress())
    assert "Nothing" in progress()._repr_html_()


def test_progress_counts_the_last_check_of_each_exercise():
    """A row for every exercise of the chapters seen; the last recorded check counts."""
    check("sample.shift", right)

    table = progress()

    assert (table.passed, table.points, table.total) == (1, 2, 3)
    assert [(row.name, row.status) for row in table.rows] == [
        ("sample.shift", "passed"),
        ("sample.year", "not checked"),
    ]

    check("sample.shift", lambda x, k: x)

    assert (progress().passed, progress().points) == (0, 0)
    assert progress().rows[0].status == "wrong"


def test_an_unrecorded_check_leaves_no_trace():
    """The check of a solution counts neither as passed nor as seen."""
    assert check("sample.shift", right, record=False)
    assert progress().rows == ()


def every_display() -> list[object]:
    """Return one of everything that shows itself."""
    hostile = judge(YEAR, "<script>alert(1)</script>")
    results = [judge(SHIFT, right), judge(SHIFT, lambda x, k: x - k), judge(SHIFT, loops_not)]
    for result in results:
        exercises._RESULTS[result.name] = result
    return [*results, judge(YEAR, None), hostile, hint("sample.shift"), progress()]


def loops_not(x, k):
    """Raise an error with characters that HTML reads."""
    raise ValueError("<b>&`code`")


def test_html_is_escaped_and_takes_its_colours_from_the_page():
    """No id, no fixed colour, no script; text of a reader stays text."""
    for shown in every_display():
        html = shown._repr_html_()

        assert not re.search(r"\bid=|#[0-9a-f]{3}|rgb\(|<script|<b>|\bblack\b|\bwhite\b(?!-)", html)
        assert set(re.findall(r"(?<![\w-])color: (\w+)", html)) <= {"inherit"}
        assert "`" not in re.sub("<[^>]*>", "", html) or "&lt;b&gt;" in html


def test_html_and_text_say_the_same():
    """Both pictures of a result hold the same words."""
    result = judge(SHIFT, lambda x, k: x - k)
    plain = re.sub("<[^>]*>", " ", result._repr_html_())

    for text in (result.case, result.inputs, result.wanted, result.got, "Not yet: sample.shift"):
        assert text in repr(result)
        assert text in plain
    assert "You subtract: `+`, not `-`." in repr(result)


def test_every_sentence_is_used():
    """No sentence is left over in the table that a translator works through."""
    names = ("__init__", "_judge", "_compare", "_result", "_submit")
    package = [
        sys.modules[f"coursekit.exercises.{name}".removesuffix(".__init__")] for name in names
    ]
    code = "".join(Path(module.__file__ or "").read_text("utf8") for module in package)

    assert [key for key in TEXT if not re.search(f"""["']{key}["']""", code)] == []


def test_importing_the_exercises_imports_numpy_only():
    """A check costs no import of IPython, torch or matplotlib."""
    code = (
        "import sys, coursekit.exercises; "
        "print({'IPython', 'torch', 'matplotlib', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"
