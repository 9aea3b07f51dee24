"""Trying an answer on every case of an exercise, and saying what became of it.

`judge` never raises: what an answer does wrong, an endless loop included, ends up in the Result.
"""

import functools
import inspect
import linecache
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from coursekit.exercises._compare import Compare, Difference, cut, describe, kind_of, picture
from coursekit.exercises._messages import TEXT, say
from coursekit.exercises._result import Result
from coursekit.exercises._spec import Case, Exercise, Fits, Property, Trial, as_array

Limit = Callable[[float], AbstractContextManager[None]]


class TooLong(BaseException):
    """The answer ran out of time; not an Exception, so that `except Exception` lets it pass."""


class ToldError(Exception):
    """An error that an answer raised in another process, as it was told to this one."""

    def __init__(self, kind: str, text: str = "", line: int = 0, source: str = "") -> None:
        super().__init__(text)
        self.kind, self.line, self.source = kind, line, source


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one case said about the answer."""

    case: Case
    got: Any = None
    error: BaseException | None = None
    difference: Difference | None = None
    broken: Sequence[Property] = ()

    @property
    def failed(self) -> bool:
        """Whether the call raised or gave a wrong result."""
        return self.error is not None or self.difference is not None


def judge(exercise: Exercise, answer: Any) -> Result:
    """Return the verdict on an answer."""
    return examine(exercise, answer)[0]


def examine(
    exercise: Exercise, answer: Any, limit: Limit | None = None
) -> tuple[Result, list[Outcome]]:
    """Return the verdict on an answer, and what each case said about it, up to one without end.

    `limit` holds the time of one case; left out, it is `time_limit`.
    """
    if answer is None or answer is Ellipsis:
        return result(exercise, "not attempted", TEXT["blank"]), []
    if not (exercise.asks_for_a_value or exercise.use or callable(answer)):
        message = say("no function", thing=exercise.thing, kind=kind_of(answer))
        return result(exercise, "wrong", message), []
    if exercise.asks_for_a_value and (left := blanks(answer)):
        return result(exercise, "wrong", say("still blank", items=", ".join(left))), []
    outcomes: list[Outcome] = []
    for case in exercise.cases:
        outcomes.append(_attempt(exercise, case, answer, limit or time_limit))
        if isinstance(outcomes[-1].error, (TooLong, KeyboardInterrupt)):
            break
    return _verdict(exercise, outcomes, answer), outcomes


def undefined(exercise: Exercise) -> Result:
    """Return the Result for a name that the notebook does not know."""
    return result(exercise, "not attempted", say("undefined", thing=exercise.thing))


def stale(exercise: Exercise) -> Result:
    """Return the Result for an answer that is older than the last run of its cell."""
    return result(exercise, "error", say("stale", thing=exercise.thing))


def result(exercise: Exercise, status: str, message: str, **facts: Any) -> Result:
    """Return a Result; whatever did not pass points to the next hint."""
    step = "" if status == "passed" else say("try hint", name=exercise.name)
    return Result(exercise.name, status, message, next_step=step, **facts)


def unfinished(value: object, depth: int = 3) -> bool:
    """Say whether a value is a `...`, or a list, tuple or dict that still holds one."""
    if value is Ellipsis:
        return True
    if depth == 0 or not isinstance(value, (list, tuple, dict)):
        return False
    items = value.values() if isinstance(value, dict) else value
    return any(unfinished(item, depth - 1) for item in items)


def blanks(answer: object) -> list[str]:
    """Return the items of a dict, list or tuple that are blank, if others are filled in."""
    if not isinstance(answer, (list, tuple, dict)):
        return []
    items = list(answer.items() if isinstance(answer, dict) else enumerate(answer))
    left = [f"`{key}`" for key, value in items if unfinished(value)]
    return left if len(left) < len(items) else []


def _attempt(exercise: Exercise, case: Case, answer: Any, limit: Limit) -> Outcome:
    """Try the answer on one case."""
    used = case.inputs()
    answer = functools.partial(exercise.use, answer) if exercise.use else answer
    compare = Compare(exercise.rtol, exercise.atol, case.strict)
    try:
        with limit(exercise.seconds):
            got = answer if exercise.asks_for_a_value else answer(*used)
            if unfinished(got):
                raise NotImplementedError
            difference = compare(case.want, got)
            broken = []
            if difference is None or difference.kind not in ("none", "type", "strange"):
                trials = [Trial(answer, case.inputs(), used, got) for _ in exercise.properties]
                pairs = zip(exercise.properties, trials, strict=True)
                broken = [p for p, trial in pairs if not _holds(p, trial, difference is None)]
    except BaseException as error:  # whatever a reader's code may raise, SystemExit too
        return Outcome(case, error=error)
    return Outcome(case, got, difference=difference, broken=broken)


def _holds(prop: Property, trial: Trial, right: bool) -> bool:
    """Test a property; one that cannot be tested is broken only if the value looked right."""
    try:
        return bool(prop.test(trial))
    except Exception:
        return not right


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TooLong in the block after that time, where the system can (main thread, POSIX)."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)  # again, if it was swallowed
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, left)


def _verdict(exercise: Exercise, outcomes: Sequence[Outcome], answer: Any) -> Result:
    """Weigh the outcomes: a value that a mistake gives says most, then a crash, then the rest."""
    first = next((outcome for outcome in outcomes if outcome.failed), None)
    stopped = isinstance(outcomes[-1].error, (TooLong, KeyboardInterrupt))
    if first and isinstance(first.error, NotImplementedError):
        return result(exercise, "not attempted", TEXT["blank"])
    seen = None if stopped else _mistake_by_value(exercise, outcomes)
    if seen:
        mistake, outcome = seen
        return _wrong(exercise, outcome, answer, exercise.mistakes[mistake], mistake)
    crashed = outcomes[-1] if stopped else first
    if crashed and crashed.error is not None:
        call = {"case": crashed.case.title, "inputs": _call(exercise, crashed.case, answer)}
        return result(exercise, "error", _crash(exercise, crashed.error, answer), **call)
    broken = [(prop, outcome) for outcome in outcomes for prop in outcome.broken]
    for prop, outcome in broken:
        if prop.mistake is not None:
            message = exercise.mistakes[prop.mistake]
            return _wrong(exercise, outcome, answer, message, prop.mistake)
    if first and first.difference:
        return _wrong(exercise, first, answer, first.difference.message)
    if broken:
        prop, outcome = broken[0]
        return _wrong(exercise, outcome, answer, say("property", name=prop.name))
    message = say("all right", cases=len(outcomes))
    if exercise.asks_for_a_value:
        described = all(_is_described(case.want) for case in exercise.cases)
        message = TEXT["value fits" if described else "value right"]
    return result(exercise, "passed", message)


def _is_described(want: object) -> bool:
    """Say whether a wanted value is described only, so that the right one is not known here."""
    if isinstance(want, dict):
        return all(_is_described(value) for value in want.values())
    return isinstance(want, Fits)


def _mistake_by_value(
    exercise: Exercise, outcomes: Sequence[Outcome]
) -> tuple[str, Outcome] | None:
    """Return the first named mistake whose listed values are what came, on all cases with one."""

    def gives(mistake: str, outcome: Outcome) -> bool:
        compare = Compare(exercise.rtol, exercise.atol)
        looks_alike = compare(outcome.case.wrong[mistake], outcome.got) is None
        return outcome.difference is not None and looks_alike

    for outcome in outcomes:
        for mistake in outcome.case.wrong:
            listed = [other for other in outcomes if mistake in other.case.wrong]
            if all(gives(mistake, other) for other in listed):
                return mistake, outcome
    return None


def _wrong(
    exercise: Exercise, outcome: Outcome, answer: Any, message: str, mistake: str | None = None
) -> Result:
    """Return the Result of a wrong value; the right one is not given away if it is the answer."""
    case = outcome.case
    facts = {"inputs": _call(exercise, case, answer), "wanted": describe(as_array(case.want))}
    facts = {} if exercise.asks_for_a_value else facts
    got = describe(outcome.got)
    return result(exercise, "wrong", message, case=case.title, got=got, mistake=mistake, **facts)


def _call(exercise: Exercise, case: Case, answer: Any) -> str:
    """Return the call that a case makes, with the reader's names of the arguments."""
    args = case.inputs()
    try:
        named = inspect.signature(answer).bind(*args).arguments
        shown = [f"{name}={picture(value)}" for name, value in named.items()]
    except Exception:  # the reader's function takes other arguments, or cannot be looked at
        shown = [picture(value) for value in args]
    return f"{exercise.thing}({', '.join(shown)})"


def _crash(exercise: Exercise, error: BaseException, answer: Any) -> str:
    """Return what stopped the answer, and the last line of the reader's own code on the way."""
    if isinstance(error, TooLong):
        what = say("too long", seconds=exercise.seconds)
    elif isinstance(error, KeyboardInterrupt):
        what = TEXT["interrupted"]
    else:
        kind = getattr(error, "kind", type(error).__name__)
        what = say("crash", kind=kind, text=cut(_text(error)))
    if isinstance(error, ToldError):
        key = "at source" if error.source else "at line"
        return what + (say(key, line=error.line, source=cut(error.source)) if error.line else "")
    owner = answer if inspect.isfunction(answer) else type(answer)
    own = {"__main__", owner.__module__}
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))[1:]):
        if frame.f_globals.get("__name__") in own:
            source = linecache.getline(frame.f_code.co_filename, line).strip()
            key = "at source" if source else "at line"
            return what + say(key, line=line, source=cut(source))
    return what


def _text(error: BaseException) -> str:
    """Return the text of an error; empty if even that fails."""
    try:
        return str(error)
    except Exception:
        return ""
