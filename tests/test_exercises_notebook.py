"""What can go wrong with cells in a notebook: the message of a check stays true."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from example_exercises import SHIFT, YEAR
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from coursekit import exercises
from coursekit.exercises import Result

MARKER = "# exercise: sample.shift\n"
STUB = MARKER + "def shift(x, k):\n    raise NotImplementedError\n"
RIGHT = MARKER + "def shift(x, k):\n    return x + k\n"
WRONG = MARKER + "def shift(x, k):\n    return x - k\n"
SLIP = MARKER + "def shift(x, k)\n    return x + k\n"  # no colon
STOPS = MARKER + "raise KeyboardInterrupt\n" + RIGHT
ENDLESS = MARKER + "def shift(x, k):\n    raise KeyboardInterrupt  # as the stop button does\n"
CHECK = 'check("sample.shift")'

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    """Give a function that runs cells in a notebook of their own and returns the last result."""
    module = SimpleNamespace(shift=SHIFT, year=YEAR)
    monkeypatch.setitem(sys.modules, "coursekit.exercises.sample", module)
    monkeypatch.setattr(exercises, "chapters", lambda: ["sample"])
    monkeypatch.setattr(exercises, "_RESULTS", {})
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # the shell makes its own
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell.instance(config=Config(HistoryManager={"hist_file": ":memory:"}))
    shell.run_cell("from coursekit.exercises import check", store_history=True)

    def run(*cells: str) -> Result:
        return [shell.run_cell(cell, store_history=True) for cell in cells][-1].result

    yield run
    shell.reset()
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("before", "status"),
    [([], "not attempted"), ([STUB], "not attempted"), ([WRONG], "wrong"), ([RIGHT], "passed")],
)
def test_a_check_may_be_run_twice(run: Run, before: list[str], status: str):
    """The same cell gives the same verdict, before the answer cell and after it."""
    first = run(*before, CHECK)

    assert first.status == status
    assert run(CHECK) == first


@pytest.mark.parametrize("before", [STUB, RIGHT, WRONG])
@pytest.mark.parametrize("stopped", [SLIP, STOPS, MARKER + "1 / 0\n" + RIGHT])
def test_an_older_answer_is_not_taken_for_the_new_one(run: Run, before: str, stopped: str):
    """If the answer cell stopped before its end, the check names that, not the version before."""
    result = run(before, stopped, CHECK)

    assert result.status == "error"
    assert "older version" in result.message
    assert run(RIGHT, CHECK).status == "passed"


def test_a_slip_before_the_first_answer_is_named(run: Run):
    """Where nothing was defined before, the check asks for the cell and for its syntax."""
    result = run(SLIP, CHECK)

    assert result.status == "not attempted"
    assert "syntax error" in result.message


def test_an_answer_cell_that_fails_after_its_answer_counts(run: Run):
    """An error below the function, such as in a try-out, leaves the function as it is."""
    assert run(STUB, RIGHT + "shift(1)\n", CHECK).status == "passed"


def test_an_answer_from_another_cell_counts(run: Run):
    """A reader may write the function elsewhere, or go back to an earlier version of the cell."""
    assert run(STUB, RIGHT.removeprefix(MARKER), CHECK).status == "passed"
    assert run(RIGHT, WRONG, RIGHT, CHECK).status == "passed"


def test_a_name_that_another_cell_took_is_named(run: Run):
    """If a later cell gives the name to something else, the check says what it is now."""
    result = run(RIGHT, "shift = 3", CHECK)

    assert result.status == "wrong"
    assert "it is an int now" in result.message


def test_a_new_kernel_asks_for_the_answer_cell(run: Run):
    """After a restart nothing is defined, and the check says which cell to run."""
    result = run(RIGHT, "%reset -f", "from coursekit.exercises import check", CHECK)

    assert result.status == "not attempted"
    assert "Run the answer cell" in result.message


def test_an_interrupted_check_says_so_and_can_be_repeated(run: Run):
    """Stopping an answer names the line where it was, and the next check is a fresh one."""
    result = run(ENDLESS, CHECK)

    assert result.status == "error"
    assert "stopped by you" in result.message
    assert "in line 3" in result.message
    assert run(RIGHT, CHECK).status == "passed"
