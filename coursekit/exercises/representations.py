"""The exercises of chapter 7, representations."""

from typing import Any

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Formula,
    Property,
    keeps_shape,
    leaves_arguments_alone,
)
from coursekit.exercises._representations_hooks import read_layers as _read_layers
from coursekit.validate import Array

_STEADY = Formula("lambda x: np.array([1, -2, 0.5])")
_TURNING = Formula("lambda x: 3 - 4 * x")

read_layers = _read_layers

pca = Exercise(
    "representations.pca",
    points=2,
    cases=[
        Case(
            "four points far from the origin",
            ([[10, 1], [12, 3], [15, 4], [17, 8]], 1),
            want=[[-4.6044721475], [-1.7772191049], [1.090777751], [5.2909135015]],
            wrong={
                "not centred": [[9.820975597], [12.3402843658], [15.5024545753], [18.638556288]],
                "one mean": [[6.3098864999], [6.3428964129], [7.7900235723], [6.4254211955]],
                "row means": [[6.3639610307], [6.3639610307], [7.7781745931], [6.3639610307]],
                "directions": [[0.7271851673], [0.686441354]],
                "unit lengths": [[-0.629256273], [-0.2428782789], [0.1490678454], [0.7230667065]],
                "columns": [[3.5], [1.5], [-1.5], [-3.5]],
                "least spread": [
                    [-0.220989237], [-0.3024768637], [1.029662031], [-0.5061959303]
                ],
            },
        ),
        Case(
            "three columns, two directions",
            ([[1, 0, 4], [3, 1, 0], [2, 5, 1], [0, 2, 2], [4, 4, 3]], 2),
            want=[
                [3.084036822, -0.9976312546], [0.1130619628, 2.4647286221],
                [-2.4990674117, -0.0855091206], [1.21985471, -0.0208294642],
                [-1.917886083, -1.3607587826],
            ],
            wrong={
                "not centred": [
                    [2.4045315744, 3.3444651408], [2.330870276, -0.8841210413],
                    [5.0446867505, -1.768305373], [2.3266339694, 0.7949484549],
                    [6.3650323639, 0.1712311846],
                ],
                "one mean": [
                    [2.8820092888, -0.9893302402], [-0.0824162548, 2.4672380978],
                    [-2.7341686999, -0.0687598365], [0.9761405879, 0.0020449427],
                    [-2.1008987404, -1.3635127988],
                ],
                "not transposed": [
                    [-2.017132455, -1.0113912132], [2.3501279105, -0.4557061543],
                    [0.6650541923, 0.6255342703], [-0.8482658426, -1.8371148728],
                    [-0.1497838053, 2.6786779699],
                ],
                "columns": [[1, -2.4], [-1, -1.4], [0, 2.6], [2, -0.4], [-2, 1.6]],
                "unit lengths": [
                    [0.6740241104, -0.3338526935], [0.0247099802, 0.8248100542],
                    [-0.5461775544, -0.0286152324], [0.266602357, -0.006970484],
                    [-0.4191588932, -0.4553716442],
                ],
                "directions": [
                    [0.4416589979, -0.087630383], [0.8413417855, 0.3860782546],
                    [-0.3115787695, 0.9182943413],
                ],
            },
        ),
    ],
    properties=[
        leaves_arguments_alone,
        Property(
            "have a positive entry of largest size in each column",
            lambda trial: (
                np.shape(trial.got) != (len(trial.args[0]), trial.args[1])  # another mistake
                or bool((_largest(trial.got) > 0).all())
            ),
            "sign",
        ),
    ],
    hints=[
        "Three steps: subtract the mean of each column, decompose, take coordinates.",
        "`np.linalg.svd(centred, full_matrices=False)` returns U, S and V transposed: each row of "
        "the last is a direction, and the first has the greatest spread.",
        "Coordinates are `centred @ Vt[:k].T`, with `Vt` the last of the three. Then "
        "`np.abs(Z).argmax(axis=0)` finds the row of the largest entry of each column, whose sign "
        "decides.",
    ],
    mistakes={
        "not centred": "You forgot to centre: the first direction points from the origin to the "
        "middle of the points. Subtract the mean of each column.",
        "one mean": "You subtract one mean of all numbers. Each column has a mean of its own: "
        "`X.mean(axis=0)`.",
        "not transposed": "NumPy's `svd` gives V already transposed: its rows are the directions, "
        "so take `[:k]`, not `[:, :k]`.",
        "row means": "You subtract the mean of each row. A column is one measurement of all "
        "examples: its mean has to go.",
        "directions": "These are the directions, one a column. Wanted are the coordinates of the "
        "examples along them, one row an example.",
        "unit lengths": "These columns all have length 1: U alone. The spread is in S: use "
        "`U * S`, or project on V.",
        "columns": "You keep the first columns of the data. Project on the principal directions.",
        "least spread": "These are the directions of least spread. `eigh` gives the smallest "
        "eigenvalue first.",
        "sign": "A column points the other way: flip it so that its entry of largest size is "
        "positive.",
    },
)  # fmt: skip


def _largest(Z: Any) -> Array:
    rows: Array = np.asarray(Z, dtype=float)
    return np.asarray(rows[np.abs(rows).argmax(axis=0), np.arange(rows.shape[1])])


reading = Exercise(
    "representations.reading",
    cases=[
        Case(
            "the four statements",
            want={"tight": "no", "far": "no", "neighbours": "yes", "groups": "no"},
            wrong={
                "widths": {"tight": "yes", "far": "no", "neighbours": "yes", "groups": "no"},
                "gaps": {"tight": "no", "far": "yes", "neighbours": "yes", "groups": "no"},
                "heaps": {"tight": "no", "far": "no", "neighbours": "yes", "groups": "yes"},
                "nothing": {"tight": "no", "far": "no", "neighbours": "no", "groups": "no"},
                "everything": {"tight": "yes", "far": "yes", "neighbours": "yes", "groups": "yes"},
            },
        )
    ],
    properties=[
        Property(
            'hold only the words "yes" and "no"', lambda trial: _only_yes_and_no(trial.got)
        ).meaning("other words")
    ],
    hints=[
        "What does t-SNE try to keep, and what does it let go?",
        "Look again at the three heaps: what became of their widths and of the gaps between them?",
        "And at the one cloud: how many heaps did it have in truth?",
    ],
    mistakes={
        "widths": "The width of a heap is made by the method: the wide one of the three heaps came "
        "out as wide as the others.",
        "gaps": "A long gap says little: the heap that was ten times as far away came out about as "
        "near as the other.",
        "heaps": "A single cloud without any structure showed heaps, too. Count them in the "
        "original space, and over several perplexities.",
        "nothing": "One thing is what t-SNE works for: that neighbours stay neighbours. It is a "
        "good reason to look, and no more than that is claimed.",
        "other words": 'Answer with the words "yes" and "no", in quotes and in small letters.',
        "everything": "This is how maps are usually read, and only one of the four holds. Look "
        "again at the three heaps and at the one cloud.",
    },
)


def _only_yes_and_no(got: Any) -> bool:
    return isinstance(got, dict) and all(word in ("yes", "no") for word in got.values())


knn_accuracy = Exercise(
    "representations.knn_accuracy",
    points=2,
    cases=[
        Case(
            "two classes, three neighbours",
            ([[0, 0], [1, 0], [0, 2], [5, 5], [6, 5], [1, 1]], np.array([0, 0, 0, 1, 1, 1]), 3),
            want=5 / 6,
            wrong={"farthest": 1 / 6, "one neighbour": 2 / 3, "shares": 5 / 9},
        ),
        Case(
            "three classes on a line, two neighbours: equal votes",
            ([[0], [1], [3], [4], [6], [10], [11]], np.array([0, 1, 0, 2, 2, 1, 1]), 2),
            want=3 / 7,
            wrong={"itself": 5 / 7, "farthest": 1 / 7, "shares": 5 / 14, "largest": 2 / 7},
        ),
        Case(
            "one neighbour",
            ([[5, 4], [5, 0], [3, 4], [3, 3], [0, 4]], np.array([1, 1, 0, 0, 0]), 1),
            want=0.6,
            wrong={"itself": 1, "farthest": 0, "city block": 0.8},
        ),
        Case(
            "three classes, five neighbours",
            ([[0], [1], [2], [3], [5], [8], [9], [10]], np.array([2, 2, 0, 2, 0, 0, 1, 0]), 5),
            want=0.375,
            wrong={"itself": 0.75, "farthest": 0.25, "average": 0, "shares": 0.4},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Which row is always the nearest to row i, and should not vote?",
        "`np.linalg.norm(F[:, None] - F[None], axis=2)` holds all distances; set its diagonal to "
        "infinity, and sort each row with `np.argsort`.",
        "`np.bincount(votes).argmax()` is the class with most votes, of equal ones the smallest.",
    ],
    mistakes={
        "itself": "Each row is its own nearest neighbour, and votes for itself. Leave it out.",
        "farthest": "You take the rows that are farthest away. The nearest have the smallest "
        "distances.",
        "one neighbour": "Only the nearest row votes. All k of them should.",
        "largest": "Of classes with equally many votes the smallest wins; here the largest did.",
        "city block": "You add up the sizes of the differences. The Euclidean distance is the "
        "root of the sum of their squares.",
        "average": "You average the numbers of the classes. A 0 and a 2 are no vote for class 1.",
        "shares": "You average the shares of neighbours of the right class. They vote: the class "
        "with most votes counts, and it is right or wrong.",
    },
)

ascend = Exercise(
    "representations.ascend",
    cases=[
        Case(
            "a steady slope",
            (_STEADY, [0.5, 0.5, 0.2], 0.1, 3),
            want=[0.8, 0, 0.35],
            wrong={
                "downhill": [0.2, 1, 0.05],
                "never cut off": [0.8, -0.1, 0.35],
                "one step": [0.6, 0.3, 0.25],
            },
        ),
        Case(
            "a slope that turns back",
            (_TURNING, [0.1, 0.9], 0.4, 3),
            want=[0.84, 0.7176],
            wrong={
                "cut off at the end": [0.8904, 0.7176],
                "one step": [1, 0.66],
                "old slope": [1, 0.18],
            },
        ),
        Case("no step", (_STEADY, [0.5, 0.5, 0.2], 0.1, 0), want=[0.5, 0.5, 0.2]),
    ],
    properties=[leaves_arguments_alone.meaning("works in place"), keeps_shape(1)],
    hints=[
        "One step: `x + lr * gradient(x)`. Then cut off what left the range.",
        "Each step begins from the image that the step before has left, cut off and all.",
        "`np.clip(..., 0, 1)` inside the loop does it.",
    ],
    mistakes={
        "downhill": "You go down. To make the activation larger, add the gradient.",
        "never cut off": "Some pixels have left the range from 0 to 1: no image has such pixels.",
        "cut off at the end": "You cut off once, at the end. Then the steps before have walked "
        "through images that do not exist: cut off after each.",
        "one step": "Only one step was made.",
        "old slope": "Your slope is that of the first image. It changes with the image: ask "
        "`gradient` again in each step.",
        "works in place": "Your loop changes the image that it was given: `x = x + ...` makes a "
        "new array, `x += ...` does not.",
    },
)

saliency = Exercise(
    "representations.saliency",
    points=2,
    cases=[
        Case(
            "two pixels, two units, both open, class 1",
            ([[1, 2], [3, -1]], [0, 0], [[1, -1], [-2, 0.5]], [0.5, 1], 1),
            want=[0.5, 4.5],
            wrong={
                "sign": [-0.5, -4.5],
                "size too early": [3.5, 4.5],
                "all classes": [2.5, 1.5],
                "times input": [0.25, 4.5],
            },
        ),
        Case(
            "the same, one unit closed",
            ([[1, 2], [3, -1]], [0, -2], [[1, -1], [-2, 0.5]], [0.5, 1], 1),
            want=[2, 4],
            wrong={
                "sign": [-2, -4],
                "no ReLU": [0.5, 4.5],
                "values": [5, 10],
                "all classes": [1, 2],
                "times input": [1, 4],
            },
        ),
        Case(
            "three pixels, three classes",
            ([[1, 0, -1], [2, 1, 0.5]], [1, 1], [[1, 2], [-1, 1], [3, -2]], [0.2, 0.4, 1], 2),
            want=[1, 2, 4],
            wrong={
                "sign": [-1, -2, -4],
                "size too early": [7, 2, 4],
                "values": [8.6, 4.6, 2.9],
                "all classes": [5, 1, 2.5],
                "times input": [0.2, 0.8, 4],
            },
        ),
        Case(
            "a unit at exactly 0 is closed",
            ([[1, -1], [2, 1]], [0, 0], [[1, 1]], [1, 1], 0),
            want=[2, 1],
            wrong={"no ReLU": [3, 0], "values": [6, 3]},
        ),
    ],
    properties=[leaves_arguments_alone, keeps_shape(3)],
    hints=[
        "From the logit back: `W2[c]` is its slope in each hidden unit after the ReLU.",
        "A ReLU lets a slope through where its input was above 0, and stops it elsewhere.",
        "Multiply by `W1` last, so that the slope of each unit reaches the pixels; take the size.",
    ],
    mistakes={
        "sign": "These are the slopes with their signs. Saliency takes their size.",
        "size too early": "You take sizes before you add. Two ways to the logit may cancel each "
        "other: add first, then take the size.",
        "no ReLU": "You forgot the ReLU: a unit whose input is not above 0 passes no slope on.",
        "values": "You multiply by what the ReLU gave. On the way back it is a gate: 1 or 0.",
        "all classes": "You add up the slopes of all logits. The question is about class c alone.",
        "times input": "This is gradient times input. Here the slope alone is wanted.",
    },
)

grad_cam = Exercise(
    "representations.grad_cam",
    points=2,
    cases=[
        Case(
            "two maps of 2 by 2",
            ([[[1, 0], [2, 1]], [[0, 3], [1, 1]]], [[[1, 1], [0, 2]], [[-1, 0], [0, -1]]]),
            want=[[1, 0], [1.5, 0.5]],
            wrong={
                "no ReLU": [[1, -1.5], [1.5, 0.5]],
                "ReLU too early": [[1, 0], [2, 1]],
                "wrong axes": [[0, 1.5], [0, 1]],
                "no mean": [[1, 0], [0, 1]],
                "sum": [[4, 0], [6, 2]],
                "exchanged": [[0, 1], [0, 0.75]],
            },
        ),
        Case(
            "three maps of 2 by 3",
            (
                [[[1, 2, 0], [0, 1, 1]], [[2, 0, 1], [1, 0, 3]], [[0, 1, 2], [1, 0, 0]]],
                [[[0.6, 0, 0], [0, 0.6, 0]], [[-1, 1, 0], [0.5, 0, 1]], [[0, -3, 0], [0, 0, 0.6]]],
            ),
            want=[[0.7, 0, 0], [0, 0.2, 0.95]],
            wrong={
                "no ReLU": [[0.7, 0, -0.55], [-0.15, 0.2, 0.95]],
                "ReLU too early": [[0.7, 0.4, 0.25], [0.25, 0.2, 0.95]],
                "wrong axes": [[0, 0, 0], [1 / 3, 0.2, 32 / 15]],
                "no mean": [[0, 0, 0], [0.5, 0.6, 3]],
                "sum": [[4.2, 0, 0], [0, 1.2, 5.7]],
                "exchanged": [[0, 0, 0], [7 / 12, 0.5, 47 / 30]],
            },
        ),
        Case(
            "all of it speaks against the class",
            ([[[1, 2], [3, 4]]], [[[-1, 0], [0, -1]]]),
            want=[[0, 0], [0, 0]],
            wrong={"no ReLU": [[-0.5, -1], [-1.5, -2]]},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "One weight a map: over which axes is the mean?",
        "`G.mean(axis=(1, 2))` has shape (k,). To multiply whole maps, keep the axes: "
        "`keepdims=True`.",
        "Add the weighted maps over the first axis, and only then cut off what is below 0.",
    ],
    mistakes={
        "no ReLU": "Places that speak against the class are still there: cut off below 0.",
        "ReLU too early": "You cut off below 0 before adding, the maps or their weights. Evidence "
        "for and against must meet first; the ReLU comes last.",
        "wrong axes": "Your mean is over the maps. Each map gets one weight: the mean over its "
        "rows and columns.",
        "no mean": "You multiply slope and map place by place. Grad-CAM has one weight for a "
        "whole map: the mean of its slopes.",
        "sum": "Your weights are sums: too large by the number of places. Take the mean.",
        "exchanged": "Maps and slopes are exchanged: the slopes are averaged, the maps are added.",
    },
)
