"""The exercises of homework 1, perceptrons and gates.

A unit fires if its logit is above 0. Where an exercise asks for weights, `use` runs the unit on all
rows of bits and tells, for each number of ones, the share of the rows at which it fires.
"""

from itertools import product
from typing import Any

import numpy as np

from coursekit.exercises import Case, Exercise, Fits, Open, leaves_arguments_alone

TITLE = "Homework 1: perceptrons and gates"


def _rows(n: int) -> Any:
    """Return all rows of n bits, (2**n, n)."""
    return np.array(list(product((0.0, 1.0), repeat=n)))


def _shares(fires: Any, ones: Any) -> Any:
    """Return the share of the rows that fire, for each number of ones from 0 on."""
    return np.array([np.mean(fires[ones == count]) for count in range(int(ones.max()) + 1)])


def _fires(rows: Any, w: Any, b: Any) -> Any:
    """Return which rows make units fire: w is (d,), or (m, d) for m units."""
    return (rows @ np.asarray(w, dtype=float).T + np.asarray(b, dtype=float) > 0).astype(float)


def _run_unit(answer: Any, k: int, n: int) -> Any:
    rows = _rows(n)
    return _shares(_fires(rows, *answer(k, n)), rows.sum(axis=1))


def _run_with_rain(answer: Any, k: int, n: int) -> Any:
    rows, (w, b) = _rows(n), answer(k, n)
    dry, rain = (np.column_stack([rows, np.full(len(rows), last)]) for last in (0.0, 1.0))
    return np.array([_shares(_fires(part, w, b), rows.sum(axis=1)) for part in (dry, rain)])


def _run_network(answer: Any, n: int) -> Any:
    rows, (W, b, v, c) = _rows(n), answer(n)
    return _shares(_fires(_fires(rows, W, b), v, c), rows.sum(axis=1))


at_least = Exercise(
    "hw1.at_least",
    points=1,
    use=_run_unit,
    cases=[
        Case(
            "2 of 3 (the share that fires at 0, 1, 2 and 3 ones)",
            (2, 3),
            want=[0, 0, 1, 1],
            wrong={"ties": [0, 0, 0, 1], "wrong sign": [1, 1, 1, 1], "one too few": [0, 1, 1, 1]},
        ),
        Case(
            "1 of 2, which is OR",
            (1, 2),
            want=[0, 1, 1],
            wrong={"ties": [0, 0, 1], "wrong sign": [1, 1, 1]},
        ),
        Case("0 of 2: always", (0, 2), want=[1, 1, 1], wrong={"ties": [0, 1, 1]}),
    ],
    hints=[
        "Let all weights be equal, 1 say. What is the weighted sum when m inputs are 1?",
        "The sum must be above 0 for k ones, and not above 0 for k - 1 ones. Which b lies between?",
    ],
    mistakes={
        "ties": "With exactly k ones your logit is 0, and a logit of 0 is silent. Push the bias up "
        "a little, but not by a whole 1.",
        "wrong sign": "Your unit fires without any input. A threshold to be reached is a negative "
        "bias here, since this book adds b.",
        "one too few": "Your unit fires for k - 1 ones already: its threshold is too low by 1.",
    },
    seconds=2.0,
)

veto = Exercise(
    "hw1.veto",
    points=2,
    use=_run_with_rain,
    cases=[
        Case(
            "2 of 4 (first row: dry, for 0 to 4 ones; second row: rain)",
            (2, 4),
            want=[[0, 0, 1, 1, 1], [0, 0, 0, 0, 0]],
            wrong={
                "rain counts as one": [[0, 0, 1, 1, 1], [0, 0, 0, 1, 1]],
                "rain as strong as k": [[0, 0, 1, 1, 1], [0, 0, 0, 0, 1]],
                "rain left out": [[0, 0, 1, 1, 1], [0, 0, 1, 1, 1]],
                "ties": [[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]],
            },
        ),
        Case(
            "1 of 1",
            (1, 1),
            want=[[0, 1], [0, 0]],
            wrong={"rain left out": [[0, 1], [0, 1]], "ties": [[0, 0], [0, 0]]},
        ),
        Case(
            "1 of 3",
            (1, 3),
            want=[[0, 1, 1, 1], [0, 0, 0, 0]],
            wrong={"rain counts as one": [[0, 1, 1, 1], [0, 0, 1, 1]]},
        ),
    ],
    hints=[
        "The last of the n + 1 weights belongs to the rain. Which sign does it have?",
        "What is the largest sum that n warm sensors can make? The rain must beat all of it.",
    ],
    mistakes={
        "rain counts as one": "Rain takes away as much as one sensor brings. If more sensors than "
        "needed are warm, the window opens in the rain.",
        "rain as strong as k": "Rain takes away k. But all n sensors may be warm: what is left?",
        "rain left out": "Your unit does not listen to the rain: its last weight is 0.",
        "ties": "With exactly k warm sensors your logit is 0, and a logit of 0 is silent.",
    },
    seconds=2.0,
)

parity = Exercise(
    "hw1.parity",
    points=2,
    use=_run_network,
    cases=[
        Case(
            "two switches (the share that fires at 0, 1 and 2 switches up)",
            (2,),
            want=[0, 1, 0],
            wrong={"any switch": [0, 1, 1], "upside down": [1, 0, 1], "all silent": [0, 0, 0]},
        ),
        Case(
            "three switches",
            (3,),
            want=[0, 1, 0, 1],
            wrong={
                "any switch": [0, 1, 1, 1],
                "upside down": [1, 0, 1, 0],
                "exactly one": [0, 1, 0, 0],
                "all silent": [0, 0, 0, 0],
            },
        ),
        Case("one switch", (1,), want=[0, 1], wrong={"upside down": [1, 0]}),
    ],
    hints=[
        "Hidden unit k can fire if at least k switches are up. Which of them fire when m are up?",
        "Move one more switch up: one more hidden unit fires, and the light must change. So what "
        "do the output weights look like, from the first to the last?",
        "The output's sum should be 1, 0, 1, 0, ... as the switches go up. Then choose c between.",
    ],
    mistakes={
        "any switch": "The light is on as soon as one switch is up. With two up it must go off: "
        "the second hidden unit has to work against the first.",
        "upside down": "Your light is on when it should be off, and off when it should be on.",
        "exactly one": "Your light is on for exactly one switch. From two switches to three it "
        "must come on again.",
        "all silent": "Your light never comes on. Work out the output's logit for one switch up.",
    },
    seconds=2.0,
)

proof = Open("hw1.proof", points=2, asks="Why can no single unit switch a light with 3 switches?")


def _two_rows(value: Any) -> bool:
    first, second = value
    return first != second and {first, second} <= set(range(12))


first_two = Exercise(
    "hw1.first_two",
    points=1,
    cases=[Case("two rows", want=Fits("two different row numbers from 0 to 11", _two_rows))],
    hints=[
        "All weights are 0 at the start. What does the unit answer to every row?",
        "Look at the first correction: what are the signs of the weights after it? And the inputs?",
    ],
    mistakes={
        "counted from 1": "The rows are numbered from 0.",
        "the first two ones": "After the first correction the weights are not 0 any more. What "
        "does the unit now answer to a row whose inputs are all above 0?",
    },
)
first_why = Open("hw1.first_why", points=2, asks="Why these two rows, without any arithmetic?")

ROWS = [[0, 0], [0, 1], [1, 0], [1, 1]]

verdict = Exercise(
    "hw1.verdict",
    points=2,
    cases=[
        Case(
            "OR",
            (ROWS, [0, 1, 1, 1]),
            want=("learned", 4),
            wrong={"clean epoch left out": ("learned", 3), "counts compared": ("never", 3)},
        ),
        Case(
            "XOR",
            (ROWS, [0, 1, 1, 0]),
            want=("never", 3),
            wrong={"no change is success": ("learned", 3), "counts compared": ("never", 4)},
        ),
        Case(
            "one input, two answers: back at the start after one epoch",
            ([[1], [1]], [1, 0]),
            want=("never", 1),
            wrong={
                "no change is success": ("learned", 1),
                "start forgotten": ("never", 2),
            },
        ),
        Case(
            "the weight comes back, and the bias does not",
            ([[1], [2]], [1, 0]),
            want=("learned", 6),
            wrong={"clean epoch left out": ("learned", 5), "bias forgotten": ("never", 3)},
        ),
        Case(
            "nothing to learn",
            (ROWS, [0, 0, 0, 0]),
            want=("learned", 1),
            wrong={"clean epoch left out": ("learned", 0)},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "What does the rule remember from one epoch to the next? If all of that comes back, then?",
        "Keep a set of the states that you have seen, the one at the start among them. A state "
        "must be a tuple of numbers to go into a set, such as `(*w, b)`.",
        "In each epoch: run it, count its mistakes, then ask two questions, in this order. No "
        "mistakes? State seen before?",
    ],
    mistakes={
        "clean epoch left out": "The epoch without a mistake counts, too: it is how you know.",
        "no change is success": "After an epoch the unit may stand where it stood before and have "
        "made mistakes on the way. Success is an epoch without a mistake.",
        "counts compared": "The same number of mistakes may come twice while the unit still "
        "learns. Compare the whole state: all weights and the bias.",
        "start forgotten": "The state before the first epoch counts, too: all zeros.",
        "bias forgotten": "You compare the weights alone. The bias belongs to the state.",
    },
    seconds=5.0,
)

POINTS = [[0, -2], [2, -3], [-1, -2], [2, 2], [1, 3]]

pocket = Exercise(
    "hw1.pocket",
    points=3,
    cases=[
        Case(
            "five points that no line separates, six epochs",
            (POINTS, [1, 0, 0, 0, 1], 6),
            want=([-2, 1], 0, 1),
            wrong={
                "keeps the last": ([-2, 4], 0, 2),
                "later one wins": ([-2, 2], 0, 1),
                "counts corrections": ([0, 0], 0, 2),
                "one array for all": ([-2, 4], 0, 1),
            },
        ),
        Case(
            "AND, two epochs: no end is better than the start",
            (ROWS, [0, 0, 0, 1], 2),
            want=([0, 0], 0, 1),
            wrong={"start left out": ([2, 1], 0, 2), "one array for all": ([2, 1], 0, 1)},
        ),
        Case(
            "AND, learned in five epochs",
            (ROWS, [0, 0, 0, 1], 5),
            want=([2, 1], -2, 0),
            wrong={"counts corrections": ([0, 0], 0, 1)},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "There are two units: the one that walks on, and the one in the pocket.",
        "After each epoch, and not in the middle: `np.sum((X @ w + b > 0) != y)` over all rows.",
        "The pocket begins with zero weights and their mistakes. Exchange it only for fewer.",
    ],
    mistakes={
        "keeps the last": "That is where the walk ended. Return the best unit on the way.",
        "later one wins": "Of two units that are equally good keep the earlier one: `<`, not `<=`.",
        "counts corrections": "The corrections during an epoch belong to many different units. "
        "Count the mistakes of the one unit that stands at the end of the epoch, over all rows.",
        "start left out": "The unit with zero weights is the first one in the pocket.",
        "one array for all": "The unit in your pocket goes on changing: `w += ...` changes the "
        "array that the pocket holds. Write `w = w + ...`, which makes a new one.",
    },
    seconds=5.0,
)
