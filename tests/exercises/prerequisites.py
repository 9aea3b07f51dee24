"""Answers that readers give to the questions of the prerequisites."""

import numpy as np


def _sum_by_loop(w, x, b):
    total = b
    for w_i, x_i in zip(w, x, strict=True):
        total += w_i * x_i
    return total


def _secant(x, h):
    low, high = x - h, x + h
    return (high**3 - low**3) / (high - low)


def _per_thousand(prior, hit, false_alarm):
    ill, healthy = 1000 * prior * hit, 1000 * (1 - prior) * false_alarm
    return ill / (ill + healthy)


def _column_by_column(X):
    columns = [(column - np.mean(column)) / np.std(column) for column in np.transpose(X)]
    return np.stack(columns, axis=1)


def _row_by_row(X):
    return (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)


def _in_place(X):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return X


ANSWERS = {
    "prerequisites.weighted_sum": {
        "also_right": [_sum_by_loop],
        "mistakes": {
            "no sum": lambda w, x, b: w * x + b,
            "one bias for each input": lambda w, x, b: sum(w * x + b),
            "no bias": lambda w, x, b: w @ x,
        },
        "crash": lambda w, x, b: w[len(x)],
        "wrong_shape": lambda w, x, b: [w @ x + b],
    },
    "prerequisites.slope": {
        "also_right": [_secant, lambda x, h: 3 * x**2 + h**2],
        "mistakes": {
            "one side only": lambda x, h: ((x + h) ** 3 - x**3) / h,
            "half the width": lambda x, h: ((x + h) ** 3 - (x - h) ** 3) / h,
            "the formula": lambda x, h: 3 * x**2,
        },
        "crash": lambda x, h: 1 / 0,
        "wrong_shape": lambda x, h: [x - h, x + h],
    },
    "prerequisites.gradient": {
        "also_right": [lambda x, y: np.array([2 * x * y, x**2])],
        "mistakes": {
            "swapped": lambda x, y: (x**2, 2 * x * y),
            "one number": lambda x, y: 2 * x * y + x**2,
            "both at once": lambda x, y: (2 * x, 2 * x),
        },
        "crash": lambda x, y: x.y,
        "wrong_shape": lambda x, y: (2 * x * y, x**2, 0),
    },
    "prerequisites.posterior": {
        "also_right": [_per_thousand],
        "mistakes": {
            "no prior": lambda prior, hit, false_alarm: hit / (hit + false_alarm),
            "reversed": lambda prior, hit, false_alarm: hit,
            "all are healthy": lambda prior, hit, false_alarm: (
                prior * hit / (prior * hit + false_alarm)
            ),
        },
        "crash": lambda prior, hit, false_alarm: hit / (hit - hit),
        "wrong_shape": lambda prior, hit, false_alarm: (hit, false_alarm),
    },
    "prerequisites.standardize": {
        "also_right": [_column_by_column],
        "mistakes": {
            "along rows": _row_by_row,
            "the variance": lambda X: (X - X.mean(axis=0)) / X.var(axis=0),
            "not divided": lambda X: X - X.mean(axis=0),
            "n - 1": lambda X: (X - X.mean(axis=0)) / X.std(axis=0, ddof=1),
            "works in place": _in_place,
        },
        "crash": lambda X: X.mean(axis=2),
        "wrong_shape": lambda X: ((X - X.mean(axis=0)) / X.std(axis=0)).T,
    },
}
