"""Answers that people give to the exercises of chapter 1, right and wrong, as code."""

import warnings
from itertools import pairwise

import numpy as np

# ------------------------------------------------------------------------------- quadrants


def _quadrants_split(image):
    rows = np.split(np.asarray(image), 2, axis=0)
    return [float(np.mean(part)) for row in rows for part in np.split(row, 2, axis=1)]


def _quadrants_reshape(image):
    h, w = image.shape
    return image.reshape(2, h // 2, 2, w // 2).mean(axis=(1, 3)).ravel()


def _cut(image):
    h, w = image.shape[0] // 2, image.shape[1] // 2
    return image[:h, :w], image[:h, w:], image[h:, :w], image[h:, w:]


def _quadrants_sum(image):
    return [part.sum() for part in _cut(image)]


def _quadrants_down_first(image):
    a, b, c, d = (part.mean() for part in _cut(image))
    return [a, c, b, d]


def _quadrants_count(image):
    return [(part > 0).mean() for part in _cut(image)]


def _quadrants_at_four(image):
    parts = image[:4, :4], image[:4, 4:], image[4:, :4], image[4:, 4:]
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        return [part.mean() for part in parts]


def _quadrants_square(image):
    return image.reshape(2, image.shape[0] // 2, 2, -1).mean(axis=(1, 3))


# ------------------------------------------------------------------------------ parameters


def _parameters_layers(sizes):
    total, before = 0, sizes[0]
    for n in sizes[1:]:
        total += (before + 1) * n
        before = n
    return total


def _parameters_no_bias(sizes):
    return sum(m * n for m, n in pairwise(sizes))


def _parameters_input_bias(sizes):
    return _parameters_no_bias(sizes) + sum(sizes)


def _parameters_neurons(sizes):
    return sum(sizes[1:])


def _parameters_first(sizes):
    return (sizes[0] + 1) * sizes[1]


def _parameters_returns_early(sizes):
    total = 0
    for m, n in pairwise(sizes):
        total += m * n + n
        return total
    return None


def _parameters_list(sizes):
    return [(m + 1) * n for m, n in pairwise(sizes)]


# ------------------------------------------------------------------------------- recommend


def _recommend_loop(knows, person):
    best, most = 0, -1
    for other in range(len(knows)):
        if other == person or knows[person][other]:
            continue
        shared = sum(a and b for a, b in zip(knows[person], knows[other], strict=True))
        if shared > most:
            best, most = other, shared
    return best


def _recommend_self(knows, person):
    return int((knows @ knows[person]).argmax())


def _recommend_friend(knows, person):
    shared = knows @ knows[person]
    shared[person] = -1
    return int(shared.argmax())


def _recommend_zero(knows, person):
    shared = (knows @ knows[person]) * (1 - knows[person])
    shared[person] = 0
    return int(shared.argmax())


def _recommend_last(knows, person):
    shared = np.where(knows[person] > 0, -1, knows @ knows[person])
    shared[person] = -1
    return int(np.flatnonzero(shared == shared.max())[-1])


def _recommend_in_place(knows, person):
    shared = knows @ knows[person]
    knows[person, person] = 1
    shared[knows[person] > 0] = -1
    return int(shared.argmax())


def _recommend_counts(knows, person):
    return knows @ knows[person]


def _fails(*arguments):
    raise ZeroDivisionError


_SORTED = {
    "a": "understand",
    "b": "predict",
    "c": "act",
    "d": "predict",
    "e": "understand",
    "f": "act",
}

ANSWERS = {
    "history.sort_tasks": {
        "also_right": [dict(reversed(_SORTED.items()))],
        "mistakes": {
            "past taken for future": _SORTED | {"a": "predict", "e": "predict"},
            "prediction is enough": _SORTED | {"c": "predict", "f": "predict"},
            "other words": _SORTED | {"a": "Understand", "b": "prediction"},
        },
    },
    "history.quadrants": {
        "also_right": [_quadrants_split, _quadrants_reshape],
        "mistakes": {
            "sum instead of mean": _quadrants_sum,
            "down before right": _quadrants_down_first,
            "counts the inked pixels": _quadrants_count,
            "cuts at 4": _quadrants_at_four,
        },
        "crash": _fails,
        "wrong_shape": _quadrants_square,
    },
    "history.parameters": {
        "also_right": [_parameters_layers],
        "mistakes": {
            "forgets the biases": _parameters_no_bias,
            "gives inputs a bias": _parameters_input_bias,
            "counts neurons": _parameters_neurons,
            "only the first layer": [_parameters_first, _parameters_returns_early],
        },
        "crash": _fails,
        "wrong_shape": _parameters_list,
    },
    "history.recommend": {
        "also_right": [_recommend_loop],
        "mistakes": {
            "recommends oneself": _recommend_self,
            "somebody known already": _recommend_friend,
            "sets counts to 0": _recommend_zero,
            "the last of equals": _recommend_last,
            "changes the table": _recommend_in_place,
        },
        "crash": _fails,
        "wrong_shape": _recommend_counts,
    },
}

SURVIVORS = {
    "history.recommend": {
        "return int(np.where(stranger, shared, -1).argmax())"
        " -> return int(np.where(stranger, shared, -2).argmax())": (
            "any negative number loses against a count"
        ),
    },
}
