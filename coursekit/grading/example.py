"""A task of one's own in one file: copy it, change it, and grade with it.

    coursekit grade my_task.py submissions/ -o results/

The first half is what students may know. The second half, from `HIDDEN` on, is for the grader.
In the notebook an answer cell opens with its mark, such as `# exercise: example.step`; the text of
an open part is a Markdown cell that opens with `**Answer: example.why**`.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Fits,
    Hidden,
    Open,
    keeps_shape,
    leaves_arguments_alone,
)

TITLE = "An example: five exercises and a text"

# A function. Public cases are literal; a mistake is known by the value that it gives.
step = Exercise(
    "example.step",
    points=2,
    cases=[
        Case("silent, should fire", ([0, 0], 0, [1, 2], 1), want=([1, 2], 1)),
        Case(
            "fires, should be silent",
            ([1, 1], 0, [1, 2], 0),
            want=([0, -1], -1),
            wrong={"wrong sign": ([2, 3], 1)},
        ),
    ],
    properties=[leaves_arguments_alone],
    mistakes={"wrong sign": "Move away from x here: target minus prediction, in that order."},
    seconds=2.0,
)

# Parts: the cases of a part stand or fall together, and each part earns the same share.
softmax = Exercise(
    "example.softmax",
    points=2,
    cases=[
        Case("two equal scores", ([0, 0],), want=[0.5, 0.5], wrong={"no sum": [1, 1]}),
        Case("a large score", ([1000, 0],), want=[1, 0], part="large scores"),
    ],
    properties=[keeps_shape(0)],
    mistakes={"no sum": "Divide by the sum."},
    seconds=2.0,
)

# A property that is graded: this answer must not change its argument.
centre = Exercise(
    "example.centre",
    cases=[Case("two numbers", ([1, 3],), want=[-1, 1])],
    properties=[leaves_arguments_alone.meaning("works in place")],
    mistakes={"works in place": "You change the array of the caller: work on a copy."},
    seconds=2.0,
)

# A value. The public case says what would be sensible, and never the answer.
share = Exercise(
    "example.share",
    cases=[Case("a share", want=Fits("a number between 0 and 1", lambda v: 0 <= v <= 1))],
    mistakes={"of the wrong whole": "You counted the points, not the labels."},
)


# A class: `use` says what to do with it.
def _fit_and_predict(Unit: Any, X: Any, y: Any) -> Any:
    unit = Unit(epochs=20)
    unit.fit(X, y)
    return unit.predict(X)


unit = Exercise(
    "example.Unit",
    points=3,
    cases=[Case("OR", ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]), want=[0, 1, 1, 1])],
    use=_fit_and_predict,
    seconds=2.0,
)

# What a person reads.
why = Open("example.why", points=2, asks="Why does XOR never settle?")


def _step(w: Any, b: Any, x: Any, y: Any) -> Any:
    error = y - float(x @ w + b > 0)
    return w + error * x, b + error


def _step_cases(rng: np.random.Generator) -> Iterator[Any]:
    for n in (1, 3, 10):
        w, x = rng.normal(size=(2, n))
        yield f"{n} inputs", (w, 0.5, x, 1 - int(x @ w + 0.5 > 0))


def _softmax(z: Any) -> Any:
    exp = np.exp(z - z.max())
    return exp / exp.sum()


def _softmax_cases(rng: np.random.Generator) -> Iterator[Any]:
    yield "five scores", (rng.normal(size=5),)
    yield "very large scores", (800 * rng.normal(size=5),), "large scores"


def _centre_cases(rng: np.random.Generator) -> Iterator[Any]:
    yield "six numbers", (rng.normal(size=6),)


def _unit_cases(rng: np.random.Generator) -> Iterator[Any]:
    X = rng.normal(size=(20, 2))
    X += 0.5 * np.sign(X @ [1, 2])[:, None] * [1, 2]  # a gap between the two classes
    y = (X @ [1, 2] > 0).astype(float)
    yield Case("twenty points", (X, y), want=y)


HIDDEN = [
    Hidden("example.step", reference=_step, cases=_step_cases),
    Hidden("example.softmax", reference=_softmax, cases=_softmax_cases),
    Hidden("example.centre", reference=lambda x: x - x.mean(), cases=_centre_cases),
    Hidden("example.share", reference=0.25, wrong={"of the wrong whole": 0.75}),
    Hidden("example.Unit", cases=_unit_cases),
    Hidden("example.why", rubric=["1 point: no line separates", "1 point: so mistakes go on"]),
]
