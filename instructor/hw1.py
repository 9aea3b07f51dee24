"""Homework 1: reference answers, hidden cases and usual mistakes. Keep private."""

import inspect
from itertools import product

import numpy as np

from coursekit import data
from coursekit.exercises import Hidden


def _but(answer, *changes):
    """Return an answer with pieces of its code replaced: pairs of what was and what is."""
    source = inspect.getsource(answer)
    for before, after in changes:
        if before not in source:
            raise ValueError(f"{answer.__name__} holds no {before!r}")
        source = source.replace(before, after)
    names = {"np": np}
    exec(source, names)
    return names[answer.__name__]


# ------------------------------------------------------------------------------------ gates


def _at_least(k, n):
    return np.ones(n), 0.5 - k


def _at_least_other(k, n):
    return [4] * n, 1 - 4 * k


def _at_least_crash(k, n):
    return np.ones(n), 1 / 0


def _at_least_cases(rng):
    n = int(rng.integers(5, 8))
    yield "all of them, which is AND", (4, 4)
    yield "one more than there are: never", (4, 3)
    yield "one input", (1, 1)
    yield "many inputs", (int(rng.integers(2, n)), n)


def _veto(k, n):
    return np.append(np.ones(n), -n), 0.5 - k


def _veto_other(k, n):
    return [2.0] * n + [-1000.0], 1.0 - 2 * k


def _veto_crash(k, n):
    return np.ones(n) @ np.ones(n + 1), 0


def _veto_cases(rng):
    n = int(rng.integers(5, 8))
    yield "all of them", (3, 3)
    yield "one of many", (1, 6)
    yield "many sensors", (int(rng.integers(1, n)), n)


def _parity(n):
    k = np.arange(1, n + 1)
    return np.ones((n, n)), 0.5 - k, (-1.0) ** (k + 1), -0.5


def _parity_lists(n):
    signs = [1 if k % 2 == 0 else -1 for k in range(n)]
    return [[2] * n for _ in range(n)], [-1 - 2 * k for k in range(n)], signs, -0.25


def _parity_exactly_one(n):
    return np.ones((2, n)), np.array([-0.5, -1.5]), np.array([1.0, -2.0]), -0.5


def _parity_crash(n):
    return np.ones((n, n)), np.arange(n), [][1], 0


def _parity_cases(rng):
    yield "four switches", (4,)
    yield "many switches", (int(rng.integers(5, 8)),)


# ------------------------------------------------------------------------------ own numbers


def _log(student):
    """Return the gardener's log, as the notebook draws it: (12, 2) and (12,)."""
    rng = data.own_rng(student, "hw1.log")
    X = rng.integers((10, 30), (36, 91), size=(12, 2)).astype(float)
    score = X @ [3, -1] + rng.normal(size=12)
    y = (score > np.median(score)).astype(float)
    zeros, ones = np.flatnonzero(y == 0), np.flatnonzero(y == 1)
    k, m = rng.integers(1, 4), rng.integers(2, 5)
    later = rng.permutation(np.append(zeros[k:], ones[m:]))
    rows = np.concatenate([zeros[:k], ones[:m], later])
    return X[rows], y[rows]


def _first_two(student):
    _, y = _log(student)
    first = int(np.flatnonzero(y == 1)[0])
    return first, first + int(np.flatnonzero(y[first:] == 0)[0])


def _from_one(student):
    first, second = _first_two(student)
    return first + 1, second + 1


def _two_ones(student):
    first, second = np.flatnonzero(_log(student)[1] == 1)[:2]
    return int(first), int(second)


# --------------------------------------------------------------------------------- learning


def _verdict(X, y):
    w, b, epochs = np.zeros(X.shape[1]), 0.0, 0
    seen = {(*w, b)}
    while True:
        mistakes, epochs = 0, epochs + 1
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - float(x_i @ w + b > 0)
            w, b = w + error * x_i, b + error
            mistakes += error != 0
        if mistakes == 0:
            return "learned", epochs
        if (*w, b) in seen:
            return "never", epochs
        seen.add((*w, b))


def _verdict_list(X, y):
    X1, u, seen = np.column_stack([X, np.ones(len(X))]), np.zeros(X.shape[1] + 1), []
    while not any(np.array_equal(u, old) for old in seen):
        seen.append(u)
        clean = True
        for x_i, y_i in zip(X1, y, strict=True):
            fires = x_i @ u > 0
            if fires != (y_i == 1):
                u, clean = (u - x_i if fires else u + x_i), False
        if clean:
            return ["learned", len(seen)]
    return ["never", len(seen)]


def _verdict_unhashable(X, y):
    return "never", len({np.zeros(2)})


def _verdict_word(X, y):
    return "learned"


def _verdict_cases(rng):
    cube = np.array(list(product((0.0, 1.0), repeat=3)))
    yield "three sensors, at least two", (cube, (cube.sum(axis=1) >= 2).astype(float))
    yield "three sensors, an odd number", (cube, cube.sum(axis=1) % 2)
    yield "any rule of three sensors", (cube, rng.integers(2, size=8).astype(float))
    X = rng.integers(-3, 4, size=(6, 2)).astype(float)
    yield "whole numbers, some below 0", (X, (X @ [2, -1] > 0.5).astype(float))
    yield "whole numbers, any answers", (X, rng.integers(2, size=6).astype(float))
    yield "one example", (np.array([[5.0, -7.0, 0.0]]), np.array([1.0]))


def _pocket(X, y, epochs):
    w, b = np.zeros(X.shape[1]), 0.0
    best = w, b, int(np.sum(y == 1))
    for _ in range(epochs):
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - float(x_i @ w + b > 0)
            w, b = w + error * x_i, b + error
        mistakes = int(np.sum((X @ w + b > 0) != y))
        if mistakes < best[2]:
            best = w, b, mistakes
    return best


def _pocket_all(X, y, epochs):
    w, b = [0.0] * X.shape[1], 0.0
    ends = [(list(w), b)]
    for _ in range(epochs):
        for x, target in zip(X, y, strict=True):
            fires = sum(w_j * x_j for w_j, x_j in zip(w, x, strict=True)) + b > 0
            if fires != bool(target):
                sign = 1 if target else -1
                w = [w_j + sign * x_j for w_j, x_j in zip(w, x, strict=True)]
                b += sign
        ends.append((w, b))
    counts = [int(np.sum((X @ np.array(w) + b > 0) != y)) for w, b in ends]
    k = int(np.argmin(counts))
    return ends[k][0], ends[k][1], counts[k]


def _pocket_crash(X, y, epochs):
    return X @ y


def _pocket_two(X, y, epochs):
    return np.zeros(X.shape[1]), 0.0


def _pocket_cases(rng):
    X = np.round(rng.normal(size=(12, 2)), 2)
    noisy = (X[:, 0] + 0.8 * rng.normal(size=12) > 0).astype(float)
    yield "twelve noisy points", (X, noisy, 10)
    yield "many epochs", (X, noisy, 40)
    yield "a line exists", (X, (X @ [1, 1] > 0.2).astype(float), 20)
    yield "no epoch at all", (X, noisy, 0)
    yield "one example, four inputs", (rng.normal(size=(1, 4)), np.array([1.0]), 3)
    yield "all inputs 0", (np.zeros((4, 2)), np.array([0.0, 1.0, 1.0, 0.0]), 3)
    yield "large numbers", (1e6 * X, noisy, 10)


HIDDEN = [
    Hidden(
        "hw1.at_least",
        reference=_at_least,
        cases=_at_least_cases,
        also_right=[_at_least_other],
        wrong={
            "ties": _but(_at_least, ("0.5 - k", "-k")),
            "wrong sign": _but(_at_least, ("0.5 - k", "k + 0.5")),
            "one too few": _but(_at_least, ("0.5 - k", "1.5 - k")),
        },
        crash=_at_least_crash,
    ),
    Hidden(
        "hw1.veto",
        reference=_veto,
        cases=_veto_cases,
        also_right=[_veto_other],
        wrong={
            "rain counts as one": _but(_veto, ("-n)", "-1)")),
            "rain as strong as k": _but(_veto, ("-n)", "-k)")),
            "rain left out": _but(_veto, ("-n)", "0)")),
            "ties": _but(_veto, ("0.5 - k", "-k")),
        },
        crash=_veto_crash,
    ),
    Hidden(
        "hw1.parity",
        reference=_parity,
        cases=_parity_cases,
        also_right=[_parity_lists],
        wrong={
            "any switch": _but(_parity, ("(-1.0) ** (k + 1)", "np.ones(n)")),
            "upside down": _but(_parity, ("(k + 1), -0.5", "k, 0.5")),
            "exactly one": _parity_exactly_one,
            "all silent": _but(_parity, ("(k + 1)", "k")),
        },
        crash=_parity_crash,
    ),
    Hidden(
        "hw1.proof",
        rubric=[
            "1 point: reduces it to two switches, or writes the inequalities of four suitable rows",
            "1 point: arrives at a contradiction that holds for all weights, not for an example",
        ],
    ),
    Hidden(
        "hw1.first_two",
        reference=_first_two,
        wrong={"counted from 1": _from_one, "the first two ones": _two_ones},
    ),
    Hidden(
        "hw1.first_why",
        rubric=[
            "1 point: zero weights answer 0 to every row, so the first mistake is the first row "
            "with label 1; then w is that row and b is 1",
            "1 point: all inputs are above 0, so now every logit is, the unit fires always, and "
            "the next mistake is the next row with label 0; with negative inputs this would fail",
        ],
    ),
    Hidden(
        "hw1.verdict",
        reference=_verdict,
        cases=_verdict_cases,
        also_right=[_verdict_list],
        wrong={
            "clean epoch left out": _but(_verdict, ('"learned", epochs', '"learned", epochs - 1')),
            "no change is success": _but(
                _verdict,
                ("mistakes, epochs = 0,", "before, mistakes, epochs = (*w, b), 0,"),
                ("mistakes == 0", "(*w, b) == before"),
            ),
            "counts compared": _but(_verdict, ("(*w, b)", "mistakes"), ("{mistakes}", "set()")),
            "start forgotten": _but(_verdict, ("{(*w, b)}", "set()")),
            "bias forgotten": _but(_verdict, ("(*w, b)", "(*w,)")),
        },
        crash=_verdict_unhashable,
        wrong_shape=_verdict_word,
    ),
    Hidden(
        "hw1.pocket",
        reference=_pocket,
        cases=_pocket_cases,
        also_right=[_pocket_all],
        wrong={
            "keeps the last": _but(_pocket, ("if mistakes < best[2]", "if True")),
            "later one wins": _but(_pocket, ("mistakes < best", "mistakes <= best")),
            "counts corrections": _but(
                _pocket,
                ("for _ in range(epochs):", "for _ in range(epochs):\n        mistakes = 0"),
                ("b + error\n", "b + error\n            mistakes += int(error != 0)\n"),
                ("mistakes = int(np.sum((X @ w + b > 0) != y))", "pass"),
            ),
            "start left out": _but(_pocket, ("int(np.sum(y == 1))", "len(y) + 1")),
            "one array for all": _but(
                _pocket, ("w, b = w + error * x_i, b + error", "w += error * x_i; b += error")
            ),
        },
        crash=_pocket_crash,
        wrong_shape=_pocket_two,
    ),
]
