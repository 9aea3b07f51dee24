"""The two exercises of chapter 3 that end in a softmax, and the pairs that layers are made of."""

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Property,
    keeps_shape,
    leaves_arguments_alone,
    sums_to_one,
)
from coursekit.validate import Array

_NAN = float("nan")


def pair(W: list[list[float]], b: list[float]) -> tuple[Array, Array]:
    """Return weights (out, in) and biases (out,) as arrays."""
    return np.array(W, dtype=float), np.array(b, dtype=float)


# the same rows, one call for each, must give the same result as all in one call
_rows_stand_alone = Property(
    "treat each row as if it were alone",
    lambda trial: np.allclose(
        trial.got,
        np.concatenate([trial.answer(row[None], *trial.args[1:]) for row in trial.args[0]]),
        equal_nan=True,
    ),
    "rows mixed",
)
_ROWS_MIXED = (
    "The shares of a row change with the rows beside it: each row needs its own maximum and its "
    "own sum. Along `axis=1` these have the shape (n,), and NumPy lines them up with the columns: "
    "`keepdims=True` makes them (n, 1)."
)

_CLASSES = pair([[np.log(2), 0], [-np.log(2), 0]], [0, 0])
_HIDDEN_CLASSES = (pair([[1, 0], [0, 1]], [1, 0]), pair([[np.log(3), 0], [0, 5]], [0, np.log(3)]))
_FAR = pair([[1000], [1000]], [0, 0])

softmax = Exercise(
    "mlp.softmax",
    cases=[
        Case(
            "two rows",
            ([[0, np.log(3)], [0, 0]],),
            want=[[0.25, 0.75], [0.5, 0.5]],
            wrong={
                "over the whole array": [[1 / 6, 0.5], [1 / 6, 1 / 6]],
                "down the columns": [[0.5, 0.75], [0.5, 0.25]],
                "no exponential": [[0, 1], [_NAN, _NAN]],
            },
        ),
        Case(
            "logits of 1000, 0 and -1000",
            ([[1000, 0, -1000]],),
            want=[[1, 0, 0]],
            wrong={"overflow": [[_NAN, 0, 0]]},
        ),
        Case(
            "a row far above the other",
            ([[0, 0], [1000, 1000]],),
            want=[[0.5, 0.5], [0.5, 0.5]],
            wrong={
                "overflow": [[0.5, 0.5], [_NAN, _NAN]],
                "one maximum for all": [[_NAN, _NAN], [0.5, 0.5]],
            },
        ),
        Case(
            "far up and far down",
            ([[1000, 1000 + np.log(3)], [-1000, -1000]],),
            want=[[0.25, 0.75], [0.5, 0.5]],
            wrong={
                "overflow": [[_NAN, _NAN], [_NAN, _NAN]],
                "one maximum for all": [[0.25, 0.75], [_NAN, _NAN]],
            },
        ),
        Case("three equal logits", ([[-5, -5, -5]],), want=[[1 / 3, 1 / 3, 1 / 3]]),
    ],
    properties=[_rows_stand_alone, sums_to_one, keeps_shape(0), leaves_arguments_alone],
    hints=[
        "What may you subtract from a row without changing its softmax?",
        "`z.max(axis=1)` is (n,), and does not line up with (n, k). Look up `keepdims`.",
        "Subtract the row's maximum, take the exponential, divide by the row's sum.",
    ],
    mistakes={
        "over the whole array": "All entries together sum to 1. Each row should: sum along "
        "`axis=1`, with `keepdims=True`.",
        "down the columns": "Your columns sum to 1. Each row should: sum along `axis=1`.",
        "no exponential": "You divide the logits by their sum: take the exponential first.",
        "overflow": "The exponential of 1000 is too large for a computer. Subtract the largest "
        "logit of the row first.",
        "one maximum for all": "You subtract the maximum of the whole array, and a row far below "
        "it underflows to 0 / 0. Each row needs its own maximum.",
        "rows mixed": _ROWS_MIXED,
    },
)

debug = Exercise(
    "mlp.debug",
    points=2,
    cases=[
        Case(
            "one layer, two examples",
            ([[1, 0], [0, 1]], (_CLASSES,)),
            want=[[0.8, 0.2], [0.5, 0.5]],
            wrong={
                "both still there": [[2 / 7, 1 / 7], [2 / 7, 2 / 7]],
                "the ReLU": [[2 / 3, 1 / 3], [0.5, 0.5]],
                "the sum": [[4 / 13, 1 / 13], [4 / 13, 4 / 13]],
            },
        ),
        Case(
            "a hidden layer",
            ([[1, -1]], _HIDDEN_CLASSES),
            want=[[0.75, 0.25]],
            wrong={"no ReLU at all": [[3 / (3 + np.exp(-5)), np.exp(-5) / (3 + np.exp(-5))]]},
        ),
        Case("a row far above the other", ([[0], [1]], (_FAR,)), want=[[0.5, 0.5], [0.5, 0.5]]),
    ],
    properties=[_rows_stand_alone, sums_to_one, leaves_arguments_alone],
    hints=[
        "Which layer should have no ReLU, and why would it hurt there?",
        "Print the shape of `powers.sum()`. How many sums does a batch of n examples need?",
        "Take the last layer out of the loop, and sum along `axis=1` with `keepdims=True`.",
    ],
    mistakes={
        "both still there": "Both mistakes are still there. Look at what the loop does to the "
        "last layer, then at what is summed.",
        "the ReLU": "One down, one to go: the ReLU still acts on the logits of the last layer, "
        "and makes all negative ones equal.",
        "the sum": "One down, one to go: the shares of the whole batch sum to 1, and those of "
        "each example should.",
        "no ReLU at all": "You took the ReLU away everywhere. The hidden layers still need it.",
        "rows mixed": _ROWS_MIXED,
    },
)
