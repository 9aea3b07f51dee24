"""A check tells the reader what became of an answer, whatever the answer does."""

import signal
import sys
import threading
import time
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from example_exercises import SHIFT, YEAR, loops, right

from coursekit.exercises import Case, Exercise, Fits, judge, outputs


def test_a_right_answer_passes():
    """A right answer gives a true result, and there is nothing left to do."""
    result = judge(SHIFT, right)

    assert result
    assert result.status == "passed"
    assert result.next_step == ""


def test_a_value_that_is_only_described_is_not_called_right():
    """Where the right value is not known here, a fitting one is told that grading decides."""
    share = Fits("a share", lambda value: 0 <= value <= 1)
    asked = Exercise("example.parts", cases=[Case("two shares", want={"a": share, "b": share})])

    result = judge(asked, {"a": 0.5, "b": 1.0})

    assert result and "grading will tell" in result.message
    assert not judge(asked, {"a": 0.5, "b": 2.0})


def unwritten(x, k):
    """Stand for a stub."""
    raise NotImplementedError("your code here")


@pytest.mark.parametrize("answer", [unwritten, lambda x, k: ..., ..., None])
def test_a_blank_function_is_not_attempted(answer):
    """A stub that raises NotImplementedError, or a `...` in its place, is not an attempt."""
    result = judge(SHIFT, answer)

    assert result.status == "not attempted"
    assert not result


@pytest.mark.parametrize("answer", [..., None, (..., ...), {"a": [...]}])
def test_a_blank_value_is_not_attempted(answer):
    """None and a `...`, within a tuple or dict too, are not an attempt."""
    assert judge(YEAR, answer).status == "not attempted"


@pytest.mark.parametrize(
    ("answer", "left"), [({"a": 1, "b": ...}, "`b`"), ((..., 2, [..., 3]), "`0`, `2`")]
)
def test_an_answer_with_blanks_is_told_which(answer, left):
    """Where some items are filled in, the others are named, and the attempt counts."""
    result = judge(YEAR, answer)

    assert result.status == "wrong"
    assert result.message == f"Still blank: {left}."


def test_a_wrong_answer_is_told_case_inputs_wanted_and_got():
    """The first case that fails is shown whole, with the reader's names of the arguments."""
    result = judge(SHIFT, lambda vector, amount: vector + 1)

    assert result.status == "wrong"
    assert result.case == "a ramp"
    assert result.inputs == "shift(vector=[1., 2.], amount=3)"
    assert result.wanted == "[4., 5.] (array, shape (2,), float64)"
    assert result.got == "[2., 3.] (array, shape (2,), float64)"
    assert "index [0]" in result.message
    assert 'hint("sample.shift")' in result.next_step


def test_a_wrong_value_is_not_told_the_right_one():
    """Where the answer is a value, the right one appears nowhere."""
    result = judge(YEAR, 1960)

    assert result.status == "wrong"
    assert result.got == "1960"
    assert "1958" not in repr(result) + result._repr_html_()


def test_what_is_no_function_is_wrong():
    """A number in the place of a function is told so."""
    result = judge(SHIFT, 3)

    assert result.status == "wrong"
    assert result.message == "`shift` should be a function, and it is an int now."


def exits(x, k):
    """Leave Python."""
    sys.exit(1)


def recurses(x, k):
    """Never reach the ground."""
    return recurses(x, k)


def no_memory(x, k):
    """Ask for too much."""
    raise MemoryError


def interrupted(x, k):
    """Stand for the stop button."""
    raise KeyboardInterrupt


class BadError(Exception):
    """An error that cannot be printed."""

    def __str__(self) -> str:
        raise ValueError


def raises_bad(x, k):
    """Raise what cannot be printed."""
    raise BadError


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x, k: x / "2", "TypeError"),
        (lambda x: x, "TypeError: <lambda>() takes 1 positional argument but 2 were given."),
        (exits, "SystemExit"),
        (recurses, "RecursionError"),
        (no_memory, "MemoryError"),
        (interrupted, "stopped by you"),
        (raises_bad, "BadError"),
    ],
)
def test_what_an_answer_raises_is_an_error(answer, said: str):
    """Whatever is raised, the reader's own interrupt too, becomes a result of one short line."""
    result = judge(SHIFT, answer)

    assert result.status == "error"
    assert not result
    assert said in result.message
    assert len(result.message) < 500


def test_an_error_names_the_line_of_the_reader():
    """The line shown is the reader's own, not the one in the library that it called."""
    code = "import numpy as np\ndef shift(x, k):\n    y = x + k\n    return np.linalg.inv(y)\n"
    names = {"__name__": "__main__"}
    exec(compile(code, "<cell>", "exec"), names)

    assert judge(SHIFT, names["shift"]).message.endswith("It happened in line 4.")
    assert "`return 1 / 0`" in judge(SHIFT, lambda x, k: helper(x)).message


def helper(x):
    """Fail in a function of the reader's."""
    return 1 / 0


def loops_and_catches(x, k):
    """Never end, and catch every Exception."""
    while True:
        try:
            while True:
                k += 1
        except Exception:
            k = 0


@pytest.mark.parametrize("answer", [loops, loops_and_catches])
def test_an_endless_loop_is_stopped(answer):
    """After the time limit the answer is stopped, once, and asked about its loop."""
    start = time.monotonic()

    result = judge(replace(SHIFT, seconds=0.1), answer)

    assert result.status == "error"
    assert "Does your loop end?" in result.message
    assert time.monotonic() - start < 1.0


def test_the_alarm_of_others_still_rings():
    """The time limit gives the signal, its handler and the running timer back."""
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        judge(replace(SHIFT, seconds=0.05), loops)
        judge(SHIFT, right)
        time.sleep(0.3)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert rung == [1]


def test_a_check_runs_outside_the_main_thread():
    """Where no time limit can be set, the check works without one."""
    results = []
    thread = threading.Thread(target=lambda: results.append(judge(SHIFT, right)))
    thread.start()
    thread.join()

    assert results[0]


def test_prints_and_warnings_reach_the_reader(capsys):
    """What an answer prints or warns about is not hidden."""

    def chatty(x, k):
        print("hello")
        warnings.warn("careful", UserWarning, stacklevel=1)
        return x + k

    with pytest.warns(UserWarning, match="careful"):
        judge(SHIFT, chatty)

    assert "hello" in capsys.readouterr().out


def test_an_answer_cannot_damage_the_exercise():
    """An answer that overwrites its arguments meets the same cases at the next check."""

    def spoils(x, k):
        result = x + k
        x[:] = 99
        return result

    judge(SHIFT, spoils)

    assert judge(SHIFT, spoils).mistake == "works in place"
    assert judge(SHIFT, right)

    array, nested = np.zeros(2), {"deep": [[0]]}
    case = Case("kept", (array, nested), want=1)

    def spoils_both(x, more):
        x += 1
        more["deep"][0][0] = 1
        return 1

    judge(Exercise("sample.kept", cases=[case]), spoils_both)

    assert array.sum() == 0
    assert nested == {"deep": [[0]]}


def test_arguments_arrive_as_arrays_where_they_are_lists_of_numbers():
    """Lists of numbers become float arrays, of bools bool arrays; the rest comes as written."""
    args = ([1, 2], [[True]], (1, 2), ["a"], [[1], [2, 3]], np.array([1]), [])
    x, b, t, s, r, i, e = Case("all kinds", args, want=0).inputs()

    assert (x.dtype, b.dtype, i.dtype, e.shape) == (float, bool, int, (0,))
    assert (t, s, r) == ((1, 2), ["a"], [[1], [2, 3]])


def test_large_arguments_can_be_made_when_needed():
    """A function may make the arguments of a case, afresh for each call."""
    case = Case("many", lambda: (np.ones(1000),), want=1000)

    assert judge(Exercise("sample.total", cases=[case]), np.sum)
    assert case.inputs()[0] is not case.inputs()[0]


def test_a_torch_model_keeps_its_modes():
    """Looked at in eval mode, each part is afterwards in the mode that it had, error or not."""
    frozen, dropout = torch.nn.BatchNorm1d(2).eval(), torch.nn.Dropout(0.5)
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), frozen, dropout)

    first, second = (outputs(model, np.ones((4, 3))) for _ in range(2))
    with pytest.raises(RuntimeError):
        outputs(model, np.ones((4, 5)))

    assert (first == second).all()
    assert [part.training for part in model.modules()] == [True, True, False, True]
