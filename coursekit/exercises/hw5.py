"""The exercises of homework 5, twenty labels."""

from typing import Any

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Fits,
    Open,
    _hw5_pictures,
    leaves_arguments_alone,
)

TITLE = "Homework 5: twenty labels"


def _three_counts(value: Any) -> bool:
    return set(value) == {"probe", "last", "all"} and all(n == int(n) for n in value.values())


learning = Exercise(
    "hw5.learning",
    points=1,
    allows=_hw5_pictures.ALLOWS,
    cases=[
        Case(
            "three counts",
            want=Fits("a dict with a whole number for 'probe', 'last' and 'all'", _three_counts),
        )
    ],
    hints=[
        "Let the computer count: `requires_grad_(False)` freezes a module, and "
        "`models.parameters(model, trainable=True)` counts what still learns.",
        "Which comes first, the new head or the freezing? A new layer is never frozen by itself.",
    ],
    mistakes={
        "old head": "You count a head for 52 letters. The new one answers ten digits.",
        "frozen ones": "You count the frozen numbers. The question is for those that learn.",
        "arrays": "You count arrays. A parameter is one number inside them: `p.numel()`.",
    },
)

changed = Exercise(
    "hw5.changed",
    points=1,
    allows=_hw5_pictures.ALLOWS,
    cases=[
        Case("a count", want=Fits("a whole number of at least 0", lambda n: n >= 0 and n == int(n)))
    ],
    hints=[
        "`requires_grad` is a word to the optimizer. Does anything in the network change without "
        "an optimizer?",
        "What does batch normalization do in training mode, beside scaling the batch? How many "
        "numbers does it keep for each channel?",
    ],
    mistakes={
        "nothing": "No gradient, no step: so no weight changes. But is every stored number a "
        "weight?",
        "means alone": "A norm keeps two things for each channel, not one.",
        "scale and shift": "The scale and the shift of a norm are weights, and frozen.",
    },
)
why = Open("hw5.why", points=2, asks="Why does a frozen network change, and when does it hurt?")

probe = _hw5_pictures.probe
tune = _hw5_pictures.tune
read_few = _hw5_pictures.read_few

STATES = [
    [[9, 9], [1, 2], [3, 2], [2, 4], [5, 0]],
    [[7, 1], [0, 2], [8, 0], [4, 4], [1, 9]],
]
MASK = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
EMPTY = [[[3, 1], [2, 2], [6, 6]], [[1, 5], [0, 3], [2, 1]]], [[1, 1, 0], [1, 1, 1]]

sentence_vectors = Exercise(
    "hw5.sentence_vectors",
    points=2,
    allows=_hw5_pictures.ALLOWS,
    cases=[
        Case(
            "five tokens, and three with two of padding",
            (STATES, MASK),
            want=[[0.6, 0.8], [0, 1]],
            wrong={
                "padding counts": [[0.6, 0.8], [0.894427, 0.447214]],
                "markers count": [[0.761939, 0.647648], [0.980581, 0.196116]],
                "last column": [[0.6, 0.8], [0.970143, 0.242536]],
                "any length": [[2, 2.666667], [0, 2]],
            },
        ),
        Case(
            "a sentence without words",
            EMPTY,
            want=[[0, 0], [0, 1]],
            wrong={
                "padding counts": [[0.707107, 0.707107], [0, 1]],
                "markers count": [[0.857493, 0.514496], [0.316228, 0.948683]],
                "any length": [[0, 0], [0, 3]],
                "no words": [[np.nan, np.nan], [0, 1]],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Make a mask of words out of the mask of tokens: which two ones of each row must go?",
        "For one sentence: `states[i][mask[i] > 0]` holds its real tokens in order, a marker at "
        "each end.",
        "The length is `np.linalg.norm`. Divide by it only where it is not 0.",
    ],
    mistakes={
        "padding counts": "Padding is no word: the mask is 0 there, whatever the vectors are.",
        "markers count": "The first and the last real token are markers, no words: leave them out.",
        "last column": "The end marker is the last *real* token of each sentence. In a short "
        "sentence it is not in the last column.",
        "any length": "Scale each mean to length 1.",
        "no words": "A sentence of two markers has no word: its vector is all zeros, not nan.",
    },
    atol=1e-6,
    seconds=2.0,
)

KNOWN = [[1, 0], [0.6, 0.8], [0.28, 0.96], [-0.6, 0.8], [0.8, 0.6]]
TOPICS = ["film", "music", "music", "music", "film"]
NEW = [[0.8, 0.6], [0.7071067811865476, 0.7071067811865476], [-1, 0]]

nearest_topic = Exercise(
    "hw5.nearest_topic",
    points=2,
    allows=_hw5_pictures.ALLOWS,
    cases=[
        Case(
            "two topics",
            (KNOWN, TOPICS, NEW),
            want=["film", "film", "music"],
            wrong={"numbers": [0, 0, 1], "farthest": ["music", "music", "film"]},
        ),
        Case(
            "a topic whose sentences differ much",
            (
                [[1, 0], [0, 1], [0.28, 0.96]],
                ["music", "music", "food"],
                [[0.6, 0.8], [0, 1], [1, 0]],
            ),
            want=["music", "food", "music"],
            wrong={
                "long means win": ["food", "food", "music"],
                "one neighbour": ["food", "music", "music"],
                "numbers": [1, 0, 1],
                "farthest": ["food", "music", "food"],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "One mean for each topic. Which rows of `known` belong to it?",
        "The mean of vectors of length 1 is shorter than 1. What must happen before dot products "
        "can be compared?",
        "`sorted(set(topics))` gives the topics in order; `argmax` takes the first of equals.",
    ],
    mistakes={
        "long means win": "The means have different lengths, so the dot products are not cosines. "
        "Scale each mean to length 1.",
        "one neighbour": "You ask the nearest single sentence. Ask the mean of each topic.",
        "numbers": "Return the names of the topics, not their places.",
        "farthest": "The largest cosine is the nearest topic.",
    },
    seconds=2.0,
)

WIDE = ([[1, 0, 2], [0, 1, 1]], [[1, 2, 0]], [[1], [-1]], 4)
DEEP = ([[1, 2], [3, 4], [0, 1]], [[1, 0], [1, 1]], [[1, 0], [0, 2], [1, 1]], 6)

lora = Exercise(
    "hw5.lora",
    points=1,
    allows=_hw5_pictures.ALLOWS,
    cases=[
        Case(
            "rank 1",
            WIDE,
            want=([[5, 8, 2], [-4, -7, 1]], 0.833333),
            wrong={
                "no scale": ([[2, 2, 2], [-1, -1, 1]], 0.833333),
                "replaces": ([[4, 8, 0], [-4, -8, 0]], 0.833333),
                "of everything": ([[5, 8, 2], [-4, -7, 1]], 0.454545),
            },
        ),
        Case(
            "rank 2, where it does not pay",
            DEEP,
            want=([[4, 2], [9, 10], [6, 4]], 1.666667),
            wrong={
                "no scale": ([[2, 2], [5, 6], [2, 2]], 1.666667),
                "rank forgotten": ([[7, 2], [15, 16], [12, 7]], 1.666667),
                "replaces": ([[3, 0], [6, 6], [6, 3]], 1.666667),
                "of everything": ([[4, 2], [9, 10], [6, 4]], 0.625),
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "The update must have the shape of W, (out, in). Which product of A and B has it?",
        "The rank r is the number of rows of A. The update is multiplied by alpha / r.",
    ],
    mistakes={
        "no scale": "The update is multiplied by alpha / r.",
        "rank forgotten": "The factor is alpha divided by the rank, not alpha.",
        "replaces": "The update is added to W.",
        "of everything": "Compare with what full fine-tuning of this layer would learn: the "
        "numbers of W.",
    },
    atol=1e-6,
    seconds=2.0,
)

advice = Open("hw5.advice", points=2, asks="What should the archive do next?")
