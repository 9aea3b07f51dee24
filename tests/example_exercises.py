"""Two small exercises, and odd answers, for the tests of the checks."""

from dataclasses import dataclass

from coursekit.exercises import Case, Exercise, leaves_arguments_alone

SHIFT = Exercise(
    "sample.shift",
    points=2,
    cases=[
        Case("zeros", ([0, 0], 1), want=[1, 1], wrong={"subtracts": [-1, -1]}),
        Case("a ramp", ([1, 2], 3), want=[4, 5], wrong={"multiplies": [3, 6]}),
        Case("down", ([1, 2], -1), want=[0, 1], wrong={"subtracts": [2, 3]}),
    ],
    properties=[leaves_arguments_alone.meaning("works in place")],
    hints=["Which way?", "Add `k` <to> each."],
    mistakes={
        "subtracts": "You subtract: `+`, not `-`.",
        "multiplies": "You multiply.",
        "works in place": "You change x.",
    },
)
YEAR = Exercise(
    "sample.year",
    cases=[Case("the year", want=1958, wrong={"too early": 1943})],
    hints=["After the war?", "In the fifties?"],
    mistakes={"too early": "That is McCulloch and Pitts.", "too late": "-"},
)


def right(x, k):
    """Return the right answer to SHIFT."""
    return x + k


def loops(x, k):
    """Never end."""
    while True:
        k += 1


@dataclass
class Line:
    """A result with attributes."""

    w: object
    b: float


def generate():
    """Yield instead of returning."""
    yield 1


class Unprintable:
    """An object whose picture fails."""

    def __repr__(self) -> str:
        raise RuntimeError


class Hostile:
    """An object that fails whenever it is looked at."""

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None

    def __repr__(self) -> str:
        raise RuntimeError

    def __array__(self, *args, **kwargs):
        raise RuntimeError

    def __getattr__(self, name):
        raise RuntimeError


ENDLESS: list[object] = []
ENDLESS.append(ENDLESS)
