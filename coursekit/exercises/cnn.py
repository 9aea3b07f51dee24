"""The exercises of chapter 6, convolutional networks."""

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Property,
    Trial,
    _cnn_bugs,
    _cnn_sliding,
    leaves_arguments_alone,
)

DECK = [("conv", 1, 32, 3), ("pool", 2), ("conv", 32, 64, 3), ("pool", 2), ("linear", 1600, 10)]
POOLED = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]


def _upright(trial: Trial) -> bool:
    """Tell whether rows differ in the kernel, or nothing does."""
    kernel = np.asarray(trial.got)
    return bool(np.ptp(kernel, axis=0).any() or not np.ptp(kernel))


def _balanced(trial: Trial) -> bool:
    return bool(np.asarray(trial.got).sum() == 0)


def _plain(trial: Trial) -> bool:
    return bool(np.isin(np.asarray(trial.got), (-1, 0, 1)).all())


def _skips_the_middle(trial: Trial) -> bool:
    kernel = np.asarray(trial.got)
    return kernel.shape != (3, 3) or not kernel[1].any()


output_size = Exercise(
    "cnn.output_size",
    cases=[
        Case("a kernel of 3 on 28 pixels", (28, 3, 1, 0), want=26, wrong={"one is missing": 25}),
        Case(
            "a ring of two zeros",
            (5, 3, 1, 2),
            want=7,
            wrong={"one is missing": 6, "one side": 5, "no padding": 3},
        ),
        Case(
            "steps of two, and a ring of zeros",
            (8, 3, 2, 1),
            want=4,
            wrong={"stride ignored": 8, "not a whole number": 4.5, "rounds up": 5},
        ),
        Case(
            "steps of three",
            (11, 4, 3, 0),
            want=3,
            wrong={
                "one is missing": 2,
                "stride ignored": 8,
                "not a whole number": 10 / 3,
                "rounds up": 4,
            },
        ),
        Case(
            "the kernel is as large as the picture",
            (5, 5, 2, 0),
            want=1,
            wrong={"one too early": 0},
        ),
    ],
    hints=[
        "Draw five pixels and a kernel of three. How far may its left edge go?",
        "With padding the picture has `size + 2 * padding` pixels. How many of them lie beyond "
        "the kernel at its first place?",
        "The kernel jumps over those in steps of `stride`, as often as whole steps fit. And the "
        "first place counts too.",
    ],
    mistakes={
        "one is missing": "You count the steps. There is one place more than steps: the first.",
        "one too early": "The 1 stands for the first place: add it after the division.",
        "one side": "The padding is added at both ends: twice.",
        "no padding": "Padding makes the picture larger before the kernel starts.",
        "stride ignored": "Your kernel moves one pixel at a time: divide by the stride.",
        "not a whole number": "Half a place does not exist. Use `//`.",
        "rounds up": "A window that hangs over the edge does not count: round down.",
    },
)

edge_kernel = Exercise(
    "cnn.edge_kernel",
    cases=[
        Case(
            "the kernel",
            want=[[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
            wrong={"upside down": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]},
        )
    ],
    properties=[
        Property("compare rows", _upright, "sideways"),
        Property("add up to 0", _balanced, "not in balance"),
        Property("have no weight but -1, 0 and 1", _plain, "other weights"),
        Property("have zeros in the middle row", _skips_the_middle, "not the middle"),
    ],
    hints=[
        "On a patch of one grey the nine weights must cancel: what do they add up to?",
        "Only the rows matter here, so all three columns of the kernel are equal.",
        "Add up the row above, leave out the row in the middle. What do you do with the row below?",
    ],
    mistakes={
        "upside down": "This one is positive where the ink lies below. Turn its signs round.",
        "sideways": "Your kernel compares left with right, so it finds upright edges.",
        "not in balance": "The weights do not add up to 0, so it answers on a patch of even grey.",
        "other weights": "It finds the right edges, and books have such kernels. Here each weight "
        "is -1, 0 or 1.",
        "not the middle": "The three zeros belong in the middle row.",
    },
)

conv2d = _cnn_sliding.conv2d

max_pool2d = Exercise(
    "cnn.max_pool2d",
    cases=[
        Case(
            "two by two",
            ([[1, 3, 2, 0], [0, 2, 5, 1], [4, 0, 1, 2], [2, 6, 0, 3]], 2, 2),
            want=[[3, 5], [6, 3]],
            wrong={
                "mean": [[1.5, 2], [3, 1.5]],
                "stride ignored": [[3, 5, 5], [4, 5, 5], [6, 6, 3]],
                "steps of one": [[3, 5], [4, 5]],
            },
        ),
        Case(
            "the lecture's example",
            (POOLED, 3, 1),
            want=[[3, 3, 3], [3, 3, 3], [3, 2, 3]],
            wrong={"stride is the window": [[3]]},
        ),
        Case(
            "all numbers below zero, and a column that does not fit",
            ([[-3, -1, -2, -5, -4], [-4, -2, -6, -1, -3], [-7, -5, -8, -2, -9]], 2, 2),
            want=[[-1, -1]],
            wrong={
                "mean": [[-2.5, -3.5]],
                "stride ignored": [[-1, -1, -1, -1], [-2, -2, -1, -1]],
                "starts at zero": [[0, 0]],
                "windows that hang over": [[-1, -1, -3], [-5, -2, -9]],
            },
        ),
        Case(
            "steps larger than the window",
            (
                [[1, 2, 3, 4, 0, 6], [6, 5, 4, 3, 2, 1], [0, 9, 0, 8, 0, 7], [1, 1, 2, 2, 3, 3]],
                2,
                3,
            ),
            want=[[6, 4]],
            wrong={
                "mean": [[3.5, 2.25]],
                "stride is the window": [[6, 4, 6], [9, 8, 7]],
                "steps of one": [[6, 5]],
                "windows that hang over": [[6, 4], [1, 3]],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "The places of the window are those of a convolution: the same formula for their number.",
        "Two loops, over rows and columns of the result. Which slice of `x` does the window see?",
        "Take `.max()` of `x[i * stride : i * stride + kernel_size, ...]`.",
    ],
    mistakes={
        "mean": "This is average pooling. Keep the largest number of each window.",
        "stride ignored": "Your window moves by one pixel at a time, whatever the stride.",
        "steps of one": "The size is right, but your window moves by one pixel: it begins at "
        "`i * stride`, not at `i`.",
        "stride is the window": "Your window moves by its own size. That is PyTorch's default; "
        "here `stride` is given.",
        "starts at zero": "All numbers of a window can be negative. Then 0 is not among them.",
        "windows that hang over": "A window that hangs over the edge does not count.",
    },
)

count_parameters = Exercise(
    "cnn.count_parameters",
    cases=[
        Case(
            "one convolution on a grey picture",
            ([("conv", 1, 4, 3)],),
            want=40,
            wrong={"no biases": 36, "one bias for all": 37, "kernel not squared": 16},
        ),
        Case(
            "colour, a pool, and two classes more than eight",
            ([("conv", 3, 2, 5), ("pool", 2), ("linear", 18, 10)],),
            want=342,
            wrong={
                "no biases": 330,
                "no bias in the linear layer": 332,
                "channels forgotten": 242,
                "kernel not squared": 222,
            },
        ),
        Case(
            "the lecture's network",
            (DECK,),
            want=34826,
            wrong={
                "no biases": 34720,
                "no bias in the linear layer": 34816,
                "one bias for all": 34723,
                "channels forgotten": 16970,
                "kernel not squared": 22346,
                "bias for each channel": 36810,
                "pooling has weights": 34834,
            },
        ),
        Case("nothing but a pool", ([("pool", 3)],), want=0, wrong={"pooling has weights": 9}),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Which of the three kinds of layer has nothing to learn?",
        "How many weights has one kernel, if the picture has three channels?",
        "A convolution has `outputs * (inputs * size * size + 1)` parameters. And a dense layer?",
    ],
    mistakes={
        "no biases": "Each output channel, and each unit, has a bias as well.",
        "no bias in the linear layer": "Each unit of the linear layer has a bias as well.",
        "one bias for all": "Each kernel, and each unit, has a bias of its own, not one a layer.",
        "channels forgotten": "One kernel reaches through all input channels.",
        "kernel not squared": "A kernel of size k covers k times k pixels.",
        "bias for each channel": "One bias for each output channel, not for each pair of channels.",
        "pooling has weights": "A pool takes the largest number. There is nothing to learn in it.",
    },
)

conv2d_grad_weight = _cnn_sliding.conv2d_grad_weight

most_confused = Exercise(
    "cnn.most_confused",
    cases=[
        Case(
            "three classes",
            ([[8, 1, 0], [3, 7, 0], [1, 2, 5]],),
            want=[1, 0],
            wrong={"the right answers": [0, 0], "swapped": [0, 1]},
        ),
        Case(
            "a large class and a small one",
            ([[30, 6, 0, 0], [0, 1, 2, 0], [0, 0, 20, 5], [1, 1, 5, 20]],),
            want=[0, 1],
            wrong={
                "the right answers": [0, 0],
                "swapped": [1, 0],
                "both directions": [2, 3],
                "share, not number": [1, 2],
                "the worst row": [3, 2],
            },
        ),
        Case(
            "four classes",
            ([[9, 0, 2, 0], [1, 5, 0, 4], [0, 0, 6, 1], [0, 5, 1, 4]],),
            want=[3, 1],
            wrong={"the right answers": [0, 0], "both directions": [1, 3]},
        ),
        Case("a single mistake", ([[5, 0, 0], [0, 4, 0], [0, 1, 6]],), want=[2, 1]),
    ],
    properties=[leaves_arguments_alone.meaning("works in place")],
    hints=[
        "Where in the table do the right answers stand? They must not win.",
        "Make a copy and put 0 on its diagonal: `np.fill_diagonal` does it.",
        "`np.argmax` counts through the whole table. `np.unravel_index(place, counts.shape)` makes "
        "a row and a column of it.",
    ],
    mistakes={
        "the right answers": "This is on the diagonal, and that is where the answers are right.",
        "swapped": "The truth comes first: rows are the truth, columns the answers.",
        "both directions": "You add up both directions. Here only the one with the most mistakes "
        "is asked for.",
        "share, not number": "You divide by the size of the class. Count the mistakes.",
        "the worst row": "You look for the class with most mistakes first. The largest single "
        "number can stand in another row.",
        "works in place": "Your function changes the table that it was given. Work on a copy.",
    },
)

bugs = _cnn_bugs.bugs
