"""The exercises of homework 3, optimizers and fitting."""

from typing import Any

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Fits,
    Open,
    deterministic,
    keeps_shape,
    leaves_arguments_alone,
)

TITLE = "Homework 3: optimizers and fitting"

clip = Exercise(
    "hw3.clip",
    points=2,
    cases=[
        Case(
            "length 5, at most 1",
            ([3, -4], 1.0),
            want=[0.6, -0.8],
            wrong={"each entry": [1, -1], "square": [0.12, -0.16], "length left out": [3, -4]},
        ),
        Case(
            "length 5, at most 10: nothing to do",
            ([3, -4], 10.0),
            want=[3, -4],
            wrong={"always": [6, -8]},
        ),
        Case(
            "a table of length 6",
            ([[2, 4], [-4, 0]], 3.0),
            want=[[1, 2], [-2, 0]],
            wrong={"each entry": [[2, 3], [-3, 0]], "each row": [[1.3416408, 2.6832816], [-3, 0]]},
        ),
        Case("nothing at all", ([0, 0, 0], 1.0), want=[0, 0, 0], part="zero"),
        Case("and the same for a long one", ([0, 0, 8], 2.0), want=[0, 0, 2], part="zero"),
    ],
    properties=[leaves_arguments_alone, keeps_shape(0)],
    hints=[
        "How long is the gradient? `np.linalg.norm` tells it, for an array of any shape.",
        "Only if it is longer than `most`: which factor brings it to that length?",
    ],
    mistakes={
        "each entry": "You cut each entry for itself: that turns the arrow. Shorten all of it by "
        "one factor.",
        "always": "A gradient that is short enough stays as it is.",
        "square": "The length is the root of the sum of squares.",
        "length left out": "The gradient came back as long as it was.",
        "each row": "All entries together make one arrow, in a table, too.",
    },
    seconds=2.0,
)

nesterov = Exercise(
    "hw3.nesterov",
    points=2,
    cases=[
        Case(
            "two weights on their way",
            ([1, 2], [2, -1], [1, 1], 0.1, 0.5),
            want=([0.675, 2.125], [2.5, -0.5]),
            wrong={
                "plain momentum": ([0.75, 2.05], [2.5, -0.5]),
                "rate in the velocity": ([0.45, 1.9], [0.7, 0.4]),
                "uphill": ([1.325, 1.875], [2.5, -0.5]),
                "twice the gradient": ([0.55, 2.15], [2.5, -0.5]),
            },
        ),
        Case(
            "the first step",
            ([0, 0], [1, -2], [0, 0], 0.1, 0.9),
            want=([-0.19, 0.38], [1, -2]),
            wrong={
                "plain momentum": ([-0.1, 0.2], [1, -2]),
                "uphill": ([0.19, -0.38], [1, -2]),
                "twice the gradient": ([-0.2, 0.4], [1, -2]),
            },
        ),
        Case("no memory", ([1], [4], [3], 0.25, 0.0), want=([0], [4])),
    ],
    properties=[leaves_arguments_alone.meaning("works in place"), keeps_shape(0)],
    hints=[
        "Two lines, one for each formula. The second one uses the new v.",
        "How much longer than momentum's is the step, the first one from v = 0?",
    ],
    mistakes={
        "plain momentum": "That is momentum. Nesterov's step is `g + mu * v` with the new v; "
        "with the old one it is momentum once more, as you can work out.",
        "rate in the velocity": "The rate stands before the step, not inside the velocity.",
        "uphill": "Go against the gradient.",
        "twice the gradient": "The second formula adds `mu * v`, and not v.",
        "works in place": "You change the caller's arrays: write `v = mu * v + g`.",
    },
    seconds=2.0,
)

FATES = ("smooth", "zigzag", "flies off")


def _fates(value: Any) -> bool:
    return set(value) == set("ABC") and set(value.values()) <= set(FATES)


fate = Exercise(
    "hw3.fate",
    points=1,
    cases=[Case("three rates", want=Fits("for each of A, B and C one of the three words", _fates))],
    hints=[
        "A step multiplies each weight by a number. By which, for a curvature a and a rate eta?",
        "Which weight is in danger? And what does a factor between -1 and 0 do?",
    ],
    mistakes={
        "the flat direction": "You looked at the flat direction alone. The steep one breaks first.",
        "half the limit": "A factor between -1 and 0 turns the sign and shrinks all the same.",
    },
)
fate_why = Open("hw3.fate_why", points=2, asks="What decides the fate of a rate?")

schedule = Exercise(
    "hw3.schedule",
    points=2,
    cases=[
        Case("the first of ten", (0, 100, 10, 0.5), want=0.05, wrong={"starts at zero": 0}),
        Case(
            "the last one of the warm-up",
            (9, 100, 10, 0.5),
            want=0.5,
            wrong={"starts at zero": 0.45},
        ),
        Case("the first one after it", (10, 100, 10, 0.5), want=0.5, wrong={"half missing": 1.0}),
        Case(
            "half-way down",
            (55, 100, 10, 0.5),
            want=0.25,
            wrong={
                "half missing": 0.5,
                "warm-up not subtracted": 0.2108913837399423,
            },
        ),
        Case("a third of the way", (40, 100, 10, 0.4), want=0.3, wrong={"straight": 0.8 / 3}),
        Case("no warm-up", (0, 50, 0, 0.3), want=0.3, part="no warm-up"),
        Case("no warm-up, the end", (50, 50, 0, 0.3), want=0, part="no warm-up"),
    ],
    hints=[
        "Two branches: `step < warmup`, and the rest.",
        "In the rest, let t run from 0 to 1: how much of the way down is done?",
        "The cosine of 0 is 1 and that of pi is -1. Bring 1 and -1 to 1 and 0.",
    ],
    mistakes={
        "starts at zero": "A first step with the rate 0 is wasted: step 0 gets one part of "
        "`warmup` parts already.",
        "half missing": "1 + cos runs from 2 to 0: take half of it.",
        "warm-up not subtracted": "The way down begins after the warm-up: both its length and the "
        "place on it are shorter by `warmup`.",
        "straight": "That falls along a straight line; a cosine stays high first, then falls.",
    },
    seconds=2.0,
)

dropout = Exercise(
    "hw3.dropout",
    points=2,
    cases=[
        Case(
            "in training, p = 0.2",
            ([[4, 4, 4], [8, 8, 8]], [[0.1, 0.5, 0.9], [0.2, 0.19, 0.7]], 0.2, True),
            want=[[0, 5, 5], [10, 0, 10]],
            wrong={
                "not divided": [[0, 4, 4], [8, 0, 8]],
                "the wrong ones": [[5, 0, 0], [0, 10, 0]],
                "divided by p": [[0, 20, 20], [40, 0, 40]],
                "in use only": [[4, 4, 4], [8, 8, 8]],
            },
        ),
        Case(
            "in use: nothing is switched off",
            ([[4, 4]], [[0.1, 0.5]], 0.2, False),
            want=[[4, 4]],
            wrong={
                "in use as well": [[0, 5]],
                "in use only": [[0, 5]],
                "not divided": [[3.2, 3.2]],
            },
        ),
        Case("p = 0", ([[1, -2]], [[0.0, 0.9]], 0.0, True), want=[[1, -2]]),
    ],
    properties=[leaves_arguments_alone.meaning("works in place"), keeps_shape(0)],
    hints=[
        "`u >= p` is a table of True and False. What is it good for in a product?",
        "In use, return what came in. In training, make up for the units that are off.",
    ],
    mistakes={
        "not divided": "With fewer units on, the sum behind them is too small: divide those that "
        "stay by 1 - p, in training. Then nothing is left to do in use.",
        "the wrong ones": "You keep those that should go: a unit stays where u is at least p.",
        "divided by p": "A share of 1 - p stays on: divide by 1 - p.",
        "in use as well": "In use all units are on, as they are.",
        "in use only": "Turn it round: units are switched off in training.",
        "works in place": "You change the caller's table: a product makes a new one.",
    },
    seconds=2.0,
)

TABLE = np.array([[[5.0, 2, 4], [5, 4, 4]], [[6, 1, 9], [6, 6, 3]]])
NAN, INF = np.nan, np.inf

choose = Exercise(
    "hw3.choose",
    points=3,
    cases=[
        Case(
            "two settings, two seeds, three epochs",
            (TABLE,),
            want=(0, 1),
            wrong={
                "the luckiest run": (1, 1),
                "the last epoch": (0, 2),
                "epoch first": (1, 0),
            },
        ),
        Case(
            "one run became not a number",
            (np.array([[[3.0, 2], [3, 2]], [[4, NAN], [4, 7]]]),),
            want=(0, 1),
            wrong={"a failed run wins": (1, 1)},
            part="failed runs",
        ),
        Case(
            "a failed run beside a very good one",
            (np.array([[[3.0, 2], [3, 2]], [[4, NAN], [4, 1]], [[9, INF], [9, 0]]]),),
            want=(0, 1),
            wrong={"failed runs left out": (1, 1)},
            part="failed runs",
        ),
        Case("all equal: the first", (np.ones((3, 2, 4)),), want=(0, 0)),
    ],
    properties=[leaves_arguments_alone, deterministic],
    hints=[
        "First the mean over the seeds: which axis is that, and which shape is left?",
        "`np.argmin` of a table counts through all entries, row by row. `np.unravel_index` or "
        "`divmod` makes a row and a column of the count.",
        "`np.argmin` takes the first NaN for the smallest number. Put `np.inf` in its place.",
    ],
    mistakes={
        "the luckiest run": "One lucky seed is no good setting: take the mean over the seeds "
        "first.",
        "the last epoch": "The best epoch may be an earlier one: that is early stopping.",
        "epoch first": "First the setting, then the epoch.",
        "a failed run wins": "NaN is no small loss. `np.argmin` picks it, so replace it before.",
        "failed runs left out": "A setting that fails with one of its seeds is not safe. Do not "
        "leave the failed run out of its mean; leave out the setting at that epoch.",
    },
    seconds=2.0,
)


def ovens(*seeds: int) -> list[tuple[Any, ...]]:
    """Draw an oven for each seed: 20 readings to learn from, 20 to choose with, 200 true places."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([3, seed])
        bend, shift = rng.uniform(3, 5), rng.uniform(0, 6)
        x, x_valid, x_new = (rng.uniform(-1, 1, n) for n in (20, 20, 200))
        y, y_valid = (np.sin(bend * at + shift) + 0.3 * rng.normal(size=20) for at in (x, x_valid))
        found.append((x, y, x_valid, y_valid, x_new, np.sin(bend * x_new + shift)))
    return found


def errors(answer: Any, sets: Any) -> tuple[float, float]:
    """Return the mean error at new places and at the readings that were learned from."""
    new, old = [], []
    for x, y, x_valid, y_valid, x_new, y_new in sets:
        got = np.asarray(answer(x, y, x_valid, y_valid, np.concatenate([x_new, x])), dtype=float)
        miss = got - np.concatenate([y_new, y])
        new.append(np.sqrt(np.mean(miss[:200] ** 2)))
        old.append(np.sqrt(np.mean(miss[200:] ** 2)))
    return float(np.mean(new)), float(np.mean(old))


def below(most: float) -> tuple[Fits, Fits]:
    """Return what is wanted of `errors`: at new places at most this, at the readings anything."""
    words = f"an error of at most {most:g} at new places"
    return Fits(words, lambda value: value <= most), Fits("a number", np.isfinite)


def _between(low: float, high: float) -> Fits:
    return Fits(f"a number from {low:g} to {high:g}", lambda value: low < value < high)


fix = Exercise(
    "hw3.fix",
    points=3,
    use=errors,
    cases=[
        Case(
            "four ovens: the errors at new places and at the readings",
            lambda: (ovens(4, 8, 13, 14),),
            want=below(0.45),
            part="it follows the curve",
        ),
        Case(
            "the same four ovens, well",
            lambda: (ovens(4, 8, 13, 14),),
            want=below(0.3),
            wrong={
                "too stiff": (_between(0.3, INF), _between(0.35, INF)),
                "by heart": (_between(0.3, INF), _between(-1, 0.25)),
            },
            part="it is cured",
        ),
    ],
    hints=[
        "Train several networks that differ in one thing, and compare them at `x_valid`.",
        "Which settings follow the readings too closely, and which not closely enough? A grid of "
        "three or four strengths between the two is enough.",
        "The workshop's `train` has a `decay`, and returns the network after every hundred steps. "
        "Either of the two can cure.",
    ],
    mistakes={
        "too stiff": "Your answer misses its own readings by far: it underfits. More units, more "
        "steps, less penalty.",
        "by heart": "Your answer hits its own readings and misses new places: it overfits. Noise "
        "was learned by heart.",
    },
    seconds=60.0,
)
report = Open("hw3.report", points=3, asks="How did you cure it, and how do you know?")
