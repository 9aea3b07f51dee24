"""The exercises of chapter 8 about sentences and pretrained models."""

import numpy as np

from coursekit.exercises import Case, Exercise, leaves_arguments_alone

STATES = [[[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]], [[2.0, 0.0], [9.0, -9.0], [9.0, 9.0]]]
MASK = [[1, 1, 0], [1, 0, 0]]

mean_pool = Exercise(
    "transfer.mean_pool",
    cases=[
        Case(
            "two sentences: two tokens and one",
            (STATES, MASK),
            want=[[2, 3], [2, 0]],
            wrong={
                "counts padding": [[13 / 3, 5], [20 / 3, 0]],
                "divides by all": [[4 / 3, 2], [2 / 3, 0]],
                "adds only": [[4, 6], [2, 0]],
                "first token": [[1, 2], [2, 0]],
                "mean of sentences": [[1.5, 1], [6, -2.5], [9, 9]],
            },
        ),
        Case(
            "no padding",
            ([[[1.0], [2.0], [6.0]]], [[1, 1, 1]]),
            want=[[3]],
            wrong={
                "adds only": [[9]],
                "first token": [[1]],
                "mean of sentences": [[1], [2], [6]],
            },
        ),
        Case(
            "padding on the left",
            ([[[7.0, 7.0], [1.0, 0.0], [2.0, 5.0], [3.0, 1.0]]], [[0, 1, 1, 1]]),
            want=[[2, 2]],
            wrong={
                "counts padding": [[3.25, 3.25]],
                "divides by all": [[1.5, 1.5]],
                "adds only": [[6, 6]],
                "first token": [[7, 7]],
                "first places": [[10 / 3, 4]],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Only tokens whose mask is 1 count: above and below the line of the fraction.",
        "The mask is (n, t), the states (n, t, d): `mask[:, :, None]` gives it the missing axis.",
        "Add states times mask over the tokens (axis 1), and divide by how many there are.",
    ],
    mistakes={
        "counts padding": "Padding counts in your mean: a sentence changes with its neighbours in "
        "the batch. Multiply by the mask, and divide by its sum.",
        "divides by all": "The padding is gone from the sum, but you still divide by the length "
        "with padding: divide by the sum of the mask.",
        "adds only": "A sum grows with the length of the sentence: divide by the number of tokens.",
        "first token": "This is the first token alone. This model was trained for the mean.",
        "mean of sentences": "You average over the sentences (axis 0). The tokens are axis 1.",
        "first places": "The mask says which tokens are real. They need not be the first ones.",
    },
)

QUERY = [1.0, 1.0]
ANGLES = np.radians([55, 155, 12, 120, 165, 33, 75, 4, 140, 100, 21, 178])
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
VECTORS = [[3.0, 0.0], [0.5, 0.6], [-2.0, -2.0], [4.0, 5.0], [1.0, 0.3]]

top_k = Exercise(
    "transfer.top_k",
    cases=[
        Case(
            "the two nearest of five",
            (QUERY, VECTORS, 2),
            want=[1, 3],
            wrong={
                "no length": [3, 0],
                "worst first": [2, 0],
                "distance": [1, 4],
                "scores": [0.995893206, 0.993883735],
                "ascending": [3, 1],
            },
        ),
        Case(
            "all five, in order",
            (QUERY, VECTORS, 5),
            want=[1, 3, 4, 0, 2],
            wrong={
                "no length": [3, 0, 4, 1, 2],
                "worst first": [2, 0, 4, 3, 1],
                "distance": [1, 4, 0, 2, 3],
            },
        ),
        Case(
            "a long query has the same neighbours",
            ([0.0, 10.0, 0.0], [[5.0, 1.0, 0.0], [0.0, 0.1, 0.0], [0.0, 1.0, 2.0]], 1),
            want=[1],
            wrong={"no length": [0], "distance": [2]},
        ),
        Case(
            "four of twelve on a circle, in order",
            ([1.0, 0.0], CIRCLE, 4),
            want=[7, 2, 10, 5],
            wrong={"worst first": [11, 4, 1, 8], "ascending": [5, 10, 2, 7]},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "The cosine is the dot product of two vectors of length 1.",
        "`vectors / np.linalg.norm(vectors, axis=1, keepdims=True)` gives each row the length 1.",
        "`np.argsort` puts the smallest first: sort the negative scores, then take k places.",
    ],
    mistakes={
        "no length": "A long vector wins here without being near. Divide each vector by its own "
        "length, one for each row.",
        "worst first": "These are the farthest ones: `np.argsort` puts the smallest first.",
        "ascending": "The right ones, in the wrong order: the nearest comes first.",
        "distance": "These are the nearest points. The cosine asks for the nearest direction, "
        "whatever the length.",
        "scores": "These are the cosines. Return the places: `np.argsort` instead of `np.sort`.",
    },
)

X = [[1.0, 2.0, -1.0]]
W = [[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]
SQUARE = [[1.0, 2.0], [3.0, -1.0]]

lora_forward = Exercise(
    "transfer.lora_forward",
    points=2,
    cases=[
        Case(
            "three inputs, two outputs, rank 1",
            (X, W, [[1.0, 0.0, 2.0]], [[1.0], [-1.0]], 6.0),
            want=[[-1, 5]],
            wrong={
                "forgets the scale": [[4, 0]],
                "divides by the width": [[3, 1]],
                "only the update": [[-6, 6]],
            },
        ),
        Case(
            "rank 2, two examples",
            (SQUARE, [[1, 0.5], [0, 1]], [[1, 0], [1, 1]], [[2, 1], [0, 1]], 4.0),
            want=[[12, 8], [18.5, 3]],
            wrong={
                "forgets the scale": [[7, 5], [10.5, 1]],
                "alpha only": [[22, 14], [34.5, 7]],
                "A and B swapped": [[10, 14], [12.5, 7]],
                "only the update": [[10, 6], [16, 4]],
                "not transposed": [[11, 8.5], [19, 4.5]],
            },
        ),
        Case(
            "B is zero: the layer as it was",
            (X, W, [[1.0, 0.0, 2.0]], [[0.0], [0.0]], 3.0),
            want=[[5, -1]],
            wrong={"only the update": [[0, 0]]},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "The layer is `x @ W.T`. The update has the shape of W: which product of A and B has it?",
        "B is (out, r) and A is (r, in): `B @ A` is (out, in). The rank r is the length of A.",
        "The update is scaled by alpha / r, then used like W: transposed, on the right of x.",
    ],
    mistakes={
        "forgets the scale": "The update is scaled by alpha / r. Without it, a new rank needs a "
        "new learning rate.",
        "alpha only": "You multiply by alpha, but do not divide by the rank r.",
        "divides by the width": "The r in alpha / r is the rank: the number of rows of A, not of "
        "its columns.",
        "A and B swapped": "You multiply A by B. The update is B times A: (out, r) by (r, in).",
        "only the update": "The frozen weight W still does its part: add it.",
        "not transposed": "As in PyTorch, a weight is (out, in): `x @ W.T`, and so is the update.",
    },
)

ANSWERS = [
    [{"label": "pleased", "score": 0.9}, {"label": "not pleased", "score": 0.1}],
    [{"label": "pleased", "score": 0.3}, {"label": "not pleased", "score": 0.7}],
    [{"label": "not pleased", "score": 0.55}, {"label": "pleased", "score": 0.45}],
]
DIGITS = [
    [
        {"label": "3", "score": 0.4},
        {"label": "8", "score": 0.5},
        {"label": "5", "score": 0.1},
    ],
    [
        {"label": "9", "score": 0.3},
        {"label": "4", "score": 0.25},
        {"label": "7", "score": 0.45},
    ],
]

decide = Exercise(
    "transfer.decide",
    cases=[
        Case(
            "three opinions, at least 0.6 sure",
            (ANSWERS, 0.6),
            want=["pleased", "not pleased", "unsure"],
            wrong={
                "takes the first": ["pleased", "unsure", "unsure"],
                "always answers": ["pleased", "not pleased", "not pleased"],
                "scores": [0.9, 0.7, "unsure"],
                "least sure": ["unsure", "unsure", "unsure"],
            },
        ),
        Case(
            "two digits, exactly as sure as asked",
            (DIGITS, 0.5),
            want=["8", "unsure"],
            wrong={
                "always answers": ["8", "7"],
                "more than": ["unsure", "unsure"],
                "scores": [0.5, "unsure"],
            },
        ),
        Case("nothing asked", ([], 0.5), want=[]),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "For each input there is a list of dictionaries. Which of them has the highest score?",
        "`max(answer, key=lambda a: a['score'])` finds that dictionary, in any order.",
        "Its label counts if its score is at least the threshold: `>=`.",
    ],
    mistakes={
        "takes the first": "You take the first of the list. Do not rely on its order: look for the "
        "highest score.",
        "always answers": "You answer even when the model is less sure than asked.",
        "scores": "You return the score. The label is wanted.",
        "least sure": "You look at the lowest score.",
        "more than": "At least the threshold: a score that is equal to it counts.",
    },
)
