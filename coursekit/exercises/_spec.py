"""What an exercise is: cases, properties, hints and named mistakes, as data."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any

import numpy as np

Args = tuple[Any, ...]


def as_array(value: object) -> Any:
    """Return a list of numbers as an array (whole numbers as floats); anything else as it is."""
    if not (isinstance(value, list) and _all_numbers(value)):
        return value
    try:
        array = np.array(value)
    except ValueError:  # rows of unequal length
        return value
    return array.astype(np.float64) if array.dtype.kind in "iu" else array


def _all_numbers(items: list[object]) -> bool:
    """Say whether a list holds numbers, and lists of numbers, only."""
    return all(
        _all_numbers(item) if isinstance(item, list) else isinstance(item, (int, float, complex))
        for item in items
    )


@dataclass(frozen=True, eq=False)
class Fits:
    """A wanted value that is described by a test, where many values will do.

    Attributes:
        words: what is wanted, such as "a number between 0 and 1".
        test: takes the value; returns whether it will do. If it raises, the value will not do.
    """

    words: str
    test: Callable[[Any], Any]


def at_least(number: float) -> Fits:
    """Return the description of a number that is not below `number`."""
    return Fits(f"a number of at least {number:g}", lambda value: np.float64(value) >= number)


@dataclass(frozen=True)
class Formula:
    """A function as an argument of a case, such as `Formula("lambda z: np.tanh(z)")`.

    A message can show its text, and the text can leave the grader, as a function cannot. It knows
    `np`, and nothing else.
    """

    text: str

    def __repr__(self) -> str:
        return self.text

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        return eval(self.text, {"np": np})(*args, **kwargs)


@dataclass(frozen=True, eq=False)
class Case:
    """One example: what goes in, what should come out, and what the usual mistakes give.

    Attributes:
        title: a few words that tell this case from the others.
        args: the arguments of the call; a function that makes them (large inputs); or None when
            the exercise asks for a value. A list of numbers reaches the answer as a float array.
        want: the right result; a list of numbers means an array.
        wrong: the value that each named mistake gives here.
        strict: whether an array of the same kind of dtype is wanted, and no list; if not, a list
            will do, and True, 1 and 1.0 are the same number.
        part: cases of one part are right or wrong together, and earn one share of the points.
    """

    title: str
    args: Args | Callable[[], Args] | None = None
    _: KW_ONLY
    want: object
    wrong: Mapping[str, object] = field(default_factory=dict)
    strict: bool = False
    part: str = ""

    def inputs(self) -> Args:
        """Return a fresh copy of the arguments, so that no call can damage the next one."""
        args = self.args() if callable(self.args) else self.args
        return tuple(as_array(copy.deepcopy(value)) for value in args or ())


@dataclass(frozen=True, eq=False)
class Trial:
    """One call of an answer, as the test of a property sees it."""

    answer: Any  # the reader's function, to call again
    args: Args  # a fresh copy of the arguments
    used: Args  # the arguments as the call left them
    got: Any  # what came back


@dataclass(frozen=True, eq=False)
class Property:
    """Something that should hold on every case.

    Attributes:
        name: words that follow "your answer should".
        test: takes a `Trial`; returns whether the property holds.
        mistake: the named mistake that breaks it, if it has one.
    """

    name: str
    test: Callable[[Trial], bool]
    mistake: str | None = None

    def meaning(self, mistake: str) -> "Property":
        """Return this property, broken by the named mistake."""
        return replace(self, mistake=mistake)


@dataclass(frozen=True, eq=False)
class Exercise:
    """An exercise, named "chapter.thing"; `thing` is the name that the reader defines.

    Attributes:
        name: the chapter (a module of this folder), a dot, and the name that the reader defines.
        cases: the public examples; all of them have arguments, or none has.
        points: what a right answer earns.
        properties: what should hold on every case.
        hints: from a question to the idea; the last one comes closest.
        mistakes: what to tell the reader, for each named mistake.
        rtol: relative tolerance of numbers.
        atol: absolute tolerance of numbers.
        seconds: longest time for one case.
        allows: modules that an answer to homework may import; the standard library, numpy,
            matplotlib, tqdm, coursekit.data and coursekit.plotting always may.
        use: how to use an answer that is no function of the arguments: takes the answer and the
            arguments of a case, returns the value to compare.
    """

    name: str
    _: KW_ONLY
    cases: Sequence[Case]
    points: int = 1
    properties: Sequence[Property] = ()
    hints: Sequence[str] = ()
    mistakes: Mapping[str, str] = field(default_factory=dict)
    rtol: float = 1e-6
    atol: float = 1e-8
    seconds: float = 10.0
    allows: Sequence[str] = ()
    use: Callable[..., Any] | None = None

    @property
    def chapter(self) -> str:
        """The part of the name before the dot: the module that holds this exercise."""
        return self.name.partition(".")[0]

    @property
    def thing(self) -> str:
        """The part of the name after the dot: what the reader defines."""
        return self.name.partition(".")[2]

    @property
    def asks_for_a_value(self) -> bool:
        """Whether the answer is a value, and no function to call."""
        return self.cases[0].args is None


@dataclass(frozen=True, eq=False)
class Open:
    """A part of homework that a person reads: a text under the line `**Answer: hw1.why**`.

    Attributes:
        name: the homework, a dot, and the name of the part.
        points: the most that it can earn.
        asks: the question, in a few words.
    """

    name: str
    points: int
    asks: str = ""


@dataclass(frozen=True, eq=False)
class Hidden:
    """The teacher's half of an exercise: what is right, and inputs that nobody has seen.

    Attributes:
        name: the exercise or the open part.
        reference: a right answer; for a value the value itself, or a function of the student's id.
        cases: takes `rng`, or `rng, student`; yields titles with arguments, or whole cases.
        wrong: the code (for a value: the value) of each named mistake.
        also_right: right answers in another style, for the tests.
        crash: a function that raises, for the tests.
        wrong_shape: a function whose result has another shape, for the tests.
        rubric: what earns points in an open part, a line for each.
    """

    name: str
    _: KW_ONLY
    reference: Any = None
    cases: Callable[..., Any] | None = None
    wrong: Mapping[str, Any] = field(default_factory=dict)
    also_right: Sequence[Any] = ()
    crash: Any = None
    wrong_shape: Any = None
    rubric: Sequence[str] = ()
