"""The exercises of homework 4, a network that reads parcels."""

from typing import Any

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Fits,
    Open,
    _hw4_network,
    leaves_arguments_alone,
)

TITLE = "Homework 4: a network that reads parcels"

LECTURE = [(3, 1, 0), (2, 2, 0), (3, 1, 0), (2, 2, 0)]

trace = Exercise(
    "hw4.trace",
    points=1,
    allows=_hw4_network.ALLOWS,
    cases=[
        Case(
            "the network of the lecture",
            (28, LECTURE),
            want=[(26, 3), (13, 4), (11, 8), (5, 10)],
            wrong={
                "jump forgotten": [(26, 3), (13, 4), (11, 6), (5, 7)],
                "jump too early": [(26, 3), (13, 5), (11, 9), (5, 13)],
                "starts over": [(26, 3), (14, 4), (26, 8), (14, 10)],
            },
        ),
        Case(
            "padding, and steps of three",
            (20, [(5, 3, 2), (3, 2, 1)]),
            want=[(7, 5), (4, 11)],
            wrong={
                "jump forgotten": [(7, 5), (4, 7)],
                "jump too early": [(7, 13), (4, 25)],
                "one side": [(6, 5), (3, 11)],
                "starts over": [(7, 5), (10, 11)],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "The side is the formula of chapter 6, applied to the side that the layer before left.",
        "For the field: how many pixels of the picture lie between two neighbours of the layer "
        "before? Call that the jump. It is 1 for the picture.",
        "A window of k reaches over k - 1 jumps. Add them first; then the stride makes the jump "
        "longer for the layers after it.",
    ],
    mistakes={
        "jump forgotten": "After a stride, neighbours are more than one pixel apart. So a window "
        "of k adds more than k - 1 pixels.",
        "jump too early": "A layer's own stride does not widen its own windows. It counts for the "
        "layers after it.",
        "one side": "The padding is added on both sides of the picture.",
        "starts over": "Each layer sees what the layer before it made, not the picture.",
    },
    seconds=2.0,
)

NETWORK = [
    ("conv", 1, 16, 3),
    ("norm", 16),
    ("pool", 2),
    ("separable", 16, 32, 3),
    ("norm", 32),
    ("pool", 2),
    ("separable", 32, 32, 3),
    ("norm", 32),
    ("pool", 2),
    ("linear", 288, 10),
]

count = Exercise(
    "hw4.count",
    points=1,
    allows=_hw4_network.ALLOWS,
    cases=[
        Case(
            "the whole network",
            (NETWORK,),
            want=5162,
            wrong={
                "biases": 5290,
                "head without bias": 5152,
                "running means": 5322,
                "full kernels": 17018,
            },
        ),
        Case(
            "one thin layer with its norm",
            ([("separable", 4, 6, 5), ("norm", 6)],),
            want=136,
            wrong={"biases": 146, "running means": 148, "full kernels": 612},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Only the linear layer has a bias here. Why would a bias before a norm be wasted?",
        "The first half of a thin layer holds one kernel for each channel: inputs times k times k.",
    ],
    mistakes={
        "biases": "The convolutions have no bias here: the norm after them has a shift of its own.",
        "head without bias": "The linear layer has one bias for each output.",
        "running means": "A norm learns a scale and a shift. Its running mean and variance are "
        "measured, not learnt.",
        "full kernels": "That is an ordinary convolution. A thin layer has one kernel for each "
        "input channel, and then one number for each pair of channels.",
    },
    seconds=2.0,
)

STAMP = [[[1, 2], [3, 4]]], [[[0, 1, 0], [2, 0, 0], [0, 0, 3]]], [[1], [-2]]
PAIR = (
    [[[1, 0, 2], [0, 3, 1], [2, 1, 0]], [[0, 1, 1], [2, 0, 1], [1, 1, 0]]],
    [[[0, 1, 0], [2, 0, 0], [0, 0, -1]], [[1, 0, 0], [0, 1, 0], [0, 0, 3]]],
    [[1, 2], [-1, 3]],
)

separable = Exercise(
    "hw4.separable",
    points=3,
    allows=_hw4_network.ALLOWS,
    cases=[
        Case(
            "one channel, two maps",
            STAMP,
            want=[[[12, 2], [1, 8]], [[-24, -4], [-2, -16]]],
            wrong={
                "turned": [[[7, 4], [8, 3]], [[-14, -8], [-16, -6]]],
            },
        ),
        Case(
            "two channels, two maps",
            PAIR,
            want=[[[-3, 9, 2], [10, 0, 12], [2, 13, 3]], [[3, 11, 3], [15, 0, -2], [3, 2, -3]]],
            wrong={
                "turned": [
                    [[0, 11, 3], [14, 2, 8], [4, 14, -3]],
                    [[0, -1, 2], [1, -2, 12], [1, 21, 3]],
                ],
                "no padding": [[[0]], [[0]]],
                "first kernel": [
                    [[-3, -1, 4], [-2, 10, 10], [4, 11, 9]],
                    [[3, -4, 6], [-3, 15, -5], [6, -1, 6]],
                ],
                "adds first": [
                    [[-9, 15, 3], [15, 0, 30], [3, 30, 9]],
                    [[-6, 10, 2], [10, 0, 20], [2, 20, 6]],
                ],
                "point turned": [
                    [[-3, -3, -1], [-5, 0, 6], [-1, 4, 3]],
                    [[-6, 14, 3], [15, 0, 22], [3, 23, 6]],
                ],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Two halves: first `maps`, with as many channels as `x`; then each output is a weighted "
        "sum of whole maps.",
        "Put zeros round the picture first: `np.pad(x, ((0, 0), (r, r), (r, r)))`. What is r for a "
        "kernel of 3? Of 5? Of 1?",
        "The second half is a matrix product over the channels: `np.einsum` with `oc,cij->oij`.",
    ],
    mistakes={
        "turned": "Your kernel is turned by 180 degrees. In deep learning it is laid on as it is.",
        "no padding": "The result has the size of the picture: put a ring of zeros round it first.",
        "first kernel": "Every channel has a kernel of its own: `depth[c]` for channel c.",
        "adds first": "You add up the channels before you mix them. Keep one map a channel.",
        "point turned": "Row o of `point` makes output o. You use its columns.",
    },
    seconds=5.0,
)


Reader = _hw4_network.Reader
fit = _hw4_network.fit
learn = _hw4_network.learn

TABLE = np.array([[8, 1, 1], [0, 6, 4], [3, 0, 7]])
EMPTY = np.array([[5, 0, 2], [0, 0, 0], [3, 0, 4]])

judge_machine = Exercise(
    "hw4.judge_machine",
    points=2,
    allows=_hw4_network.ALLOWS,
    cases=[
        Case(
            "three classes",
            (TABLE,),
            want=([0.8, 0.6, 0.7], [0.727273, 0.857143, 0.583333], (1, 2)),
            wrong={
                "swapped": ([0.727273, 0.857143, 0.583333], [0.8, 0.6, 0.7], (1, 2)),
                "diagonal": ([0.8, 0.6, 0.7], [0.727273, 0.857143, 0.583333], (0, 0)),
                "of all": ([0.266667, 0.2, 0.233333], [0.266667, 0.2, 0.233333], (1, 2)),
            },
        ),
        Case(
            "a class that never comes and is never answered",
            (EMPTY,),
            want=([0.714286, 0, 0.571429], [0.625, 0, 0.666667], (2, 0)),
            wrong={
                "swapped": ([0.625, 0, 0.666667], [0.714286, 0, 0.571429], (2, 0)),
                "diagonal": ([0.714286, 0, 0.571429], [0.625, 0, 0.666667], (0, 0)),
                "0 divided by 0": ([0.714286, np.nan, 0.571429], [0.625, np.nan, 0.666667], (2, 0)),
                "of all": ([0.357143, 0, 0.285714], [0.357143, 0, 0.285714], (2, 0)),
            },
        ),
    ],
    properties=[leaves_arguments_alone.meaning("spoils the table")],
    hints=[
        "Recall asks the rows: of all true sevens, how many were found? Precision asks the "
        "columns.",
        "For the worst mistake, the diagonal must not count. Work on a copy.",
        "`np.divide(a, b, out=np.zeros(len(a)), where=b > 0)` leaves 0 where b is 0.",
    ],
    mistakes={
        "swapped": "You swapped the two. Rows are the truth: recall divides by the row's sum.",
        "diagonal": "Your worst mistake is a right answer: leave out the diagonal.",
        "0 divided by 0": "A class that never comes has 0 pictures. Return 0 for it, not nan.",
        "spoils the table": "You change the table that you were given. Work on a copy.",
        "of all": "You divide by all pictures. Divide by those of the row, and of the column.",
    },
    atol=1e-6,
    seconds=2.0,
)


def _three_moves(value: Any) -> bool:
    return len(value) == 3 and all(m == "changed" or m in range(13) for m in value)


moved = Exercise(
    "hw4.moved",
    points=1,
    allows=_hw4_network.ALLOWS,
    cases=[
        Case(
            "three answers",
            want=Fits("three answers, each a whole number of cells or 'changed'", _three_moves),
        )
    ],
    hints=[
        "A pool of 2 puts pixels 0 and 1 in one window, 2 and 3 in the next. Move by 1 pixel: are "
        "the same pixels together?",
        "One cell of the first pooled map is 2 pixels wide. And of the second, and the third?",
    ],
    mistakes={
        "rounded down": "Half a cell is no move of the map: other pixels come together in a "
        "window, so the numbers change.",
        "as the picture": "A cell after a pool is wider than a pixel.",
    },
)
why = Open("hw4.why", points=2, asks="What do pools do to a move, and what follows from it?")
advice = Open("hw4.advice", points=2, asks="Should the depot switch the reader on?")
