"""Answers that people give to the exercises of chapter 2, right and wrong, as code."""

import math
from functools import partial

import numpy as np

# ------------------------------------------------------------------------------------- nand


def _nand_other_weights(x1, x2):
    return int(3 - 2 * x1 - 2 * x2 > 0)


def _nand_gives_and(x1, x2):
    return float(x1 + x2 - 1.5 > 0)


def _nand_ties(x1, x2):
    return float(-x1 - x2 + 1 > 0)


def _nand_silent(x1, x2):
    return float(0 * x1 + 0 * x2 + 0 > 0)


def _nand_never_enough(x1, x2):
    return int(-x1 - x2 - 1 > 0)


def _nand_words(x1, x2):
    return "yes" if x1 + x2 < 2 else "no"


# ---------------------------------------------------------------------------------- predict


def _predict_loop(X, w, b):
    return [int(sum(x_j * w_j for x_j, w_j in zip(x, w, strict=True)) + b > 0) for x in X]


def _predict_at_zero(X, w, b):
    return (X @ w + b >= 0).astype(float)


def _predict_no_bias(X, w, b):
    return (X @ w > 0).astype(float)


def _predict_minus(X, w, b):
    return (X @ w - b > 0).astype(float)


def _predict_logit(X, w, b):
    return X @ w + b


def _predict_column(X, w, b):
    return (X @ w + b > 0).astype(float)[:, None]


# ----------------------------------------------------------------------------------- update


def _update_branches(w, b, x, y):
    fires = float(np.dot(w, x)) + b > 0
    if y == 1 and not fires:
        return [w_j + x_j for w_j, x_j in zip(w, x, strict=True)], b + 1
    if y == 0 and fires:
        return [w_j - x_j for w_j, x_j in zip(w, x, strict=True)], b - 1
    return w, b


def _update_always(w, b, x, y):
    return w + y * x, b + y


def _update_sign(w, b, x, y):
    error = float(x @ w + b > 0) - y
    return w + error * x, b + error


def _update_no_bias(w, b, x, y):
    error = y - float(x @ w + b > 0)
    return w + error * x, b


def _update_at_zero(w, b, x, y):
    error = y - float(x @ w + b >= 0)
    return w + error * x, b + error


def _update_bias_left_out(w, b, x, y):
    error = y - float(x @ w > 0)
    return w + error * x, b + error


def _update_input_left_out(w, b, x, y):
    error = y - float(x @ w + b > 0)
    return w + error, b + error


def _update_no_step(w, b, x, y):
    error = y - (x @ w + b)
    return w + error * x, b + error


def _update_as_list(w, b, x, y):
    error = y - float(x @ w + b > 0)
    return [w + error * x, b + error]


def _update_in_place(w, b, x, y):
    error = y - float(x @ w + b > 0)
    w += error * x
    return w, b + error


def _update_weights_only(w, b, x, y):
    return w + (y - float(x @ w + b > 0)) * x


# -------------------------------------------------------------------------------------- fit


def _fit(X, y, max_epochs, fires=lambda z: z > 0, stop=True, clean=True, old=False, reset=True):
    w, b, mistakes, wrong = np.zeros(X.shape[1]), 0.0, [], 0
    for _ in range(max_epochs):
        wrong, w0, b0 = 0 if reset else wrong, w, b
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - float(fires(x_i @ (w0 if old else w) + (b0 if old else b)))
            w, b, wrong = w + error * x_i, b + error, wrong + int(error != 0)
        if wrong == 0 and not clean:
            break
        mistakes.append(wrong)
        if wrong == 0 and stop:
            break
    return w, b, mistakes


def _fit_one_vector(X, y, max_epochs=100):
    u, rows, mistakes = [0.0] * (len(X[0]) + 1), [[*x, 1.0] for x in X], []
    while len(mistakes) < max_epochs and (not mistakes or mistakes[-1]):
        mistakes.append(0)
        for x, target in zip(rows, y, strict=True):
            prediction = 1 if sum(map(float.__mul__, map(float, x), u)) > 0 else 0
            if prediction != target:
                mistakes[-1] += 1
                u = [u_j + (target - prediction) * x_j for u_j, x_j in zip(u, x, strict=True)]
    return u[:-1], u[-1], tuple(mistakes)


def _fit_weights_only(X, y, max_epochs=100):
    return _fit(X, y, max_epochs)[0]


# ------------------------------------------------------------------------------------ debug


def _train(X, y, epochs, bias=1, step=1, fires=lambda z: z > 0):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - float(fires(x_i @ w + bias * b))
            w, b = w + error * x_i, b + step * error
    return w, b


def _debug_other_style(X, y, epochs=10):
    u = np.zeros(X.shape[1] + 1)
    for _ in range(epochs):
        for x_i, y_i in zip(np.column_stack([X, np.ones(len(X))]), y, strict=True):
            u += (y_i - (x_i @ u > 0)) * x_i
    return tuple(u[:-1]), u[-1]


def _debug_weights_only(X, y, epochs=10):
    return _train(X, y, epochs)[0]


# ------------------------------------------------------------------------------------ bound


def _bound(X, y, w, b, constant=1.0, divide=True, signed=True, least=np.min):
    sign = 2 * y - 1 if signed else y
    gamma = least(sign * (X @ w + b)) / (np.sqrt(w @ w + b * b) if divide else 1.0)
    return (np.max(X**2 @ np.ones(len(w))) + constant) / gamma**2


def _bound_loop(X, y, w, b):
    size = math.hypot(*w, b)
    gamma = min(abs(sum(map(float.__mul__, map(float, x), map(float, w))) + b) for x in X) / size
    return (max(math.hypot(*x, 1.0) for x in X) / gamma) ** 2


def _bound_length_of_w(X, y, w, b):
    return _bound(X, y, w, b) * (w @ w) / (w @ w + b * b)


def _bound_root(X, y, w, b):
    return np.sqrt(_bound(X, y, w, b))


def _bound_pair(X, y, w, b):
    return np.array([_bound(X, y, w, b), 0.0])


# ---------------------------------------------------------------------------------------------


def _crash(*_):
    return 1 / 0


ANSWERS = {
    "perceptron.nand": {
        "also_right": [_nand_other_weights],
        "mistakes": {
            "never fires": [_nand_silent, _nand_never_enough],
            "AND": _nand_gives_and,
            "ties": _nand_ties,
        },
        "crash": _crash,
        "wrong_shape": _nand_words,
    },
    "perceptron.predict": {
        "also_right": [_predict_loop],
        "mistakes": {
            "fires at zero": _predict_at_zero,
            "no bias": _predict_no_bias,
            "minus the bias": _predict_minus,
            "returns the logit": _predict_logit,
        },
        "crash": _crash,
        "wrong_shape": _predict_column,
    },
    "perceptron.update": {
        "also_right": [_update_branches, _update_as_list],
        "mistakes": {
            "always updates": _update_always,
            "wrong sign": _update_sign,
            "bias stays": _update_no_bias,
            "fires at zero": _update_at_zero,
            "bias left out": _update_bias_left_out,
            "input left out": _update_input_left_out,
            "no step": _update_no_step,
            "works in place": _update_in_place,
        },
        "crash": _crash,
        "wrong_shape": _update_weights_only,
    },
    "perceptron.fit": {
        "also_right": [_fit_one_vector],
        "mistakes": {
            "fires at zero": partial(_fit, fires=lambda z: z >= 0),
            "clean epoch left out": partial(_fit, clean=False),
            "never stops": partial(_fit, stop=False),
            "old weights": partial(_fit, old=True),
            "never starts again": partial(_fit, reset=False),
        },
        "crash": _crash,
        "wrong_shape": _fit_weights_only,
    },
    "perceptron.debug": {
        "also_right": [_debug_other_style],
        "mistakes": {
            "both still there": partial(_train, bias=0, step=-1),
            "prediction": partial(_train, bias=0),
            "step of the bias": partial(_train, step=-1),
            "other convention": partial(_train, bias=-1, step=-1),
            "fires at zero": partial(_train, fires=lambda z: z >= 0),
        },
        "crash": _crash,
        "wrong_shape": _debug_weights_only,
    },
    "perceptron.bound": {
        "also_right": [_bound_loop],
        "mistakes": {
            "constant input": partial(_bound, constant=0.0),
            "length": partial(_bound, divide=False),
            "length of w": _bound_length_of_w,
            "mean": partial(_bound, least=np.mean),
            "not squared": _bound_root,
        },
        "crash": _crash,
        "wrong_shape": _bound_pair,
    },
}

SURVIVORS = {
    "perceptron.nand": {
        "return float(w1 * x1 + w2 * x2 + b > 0) -> return float(w1 * x1 + w2 * x2 + b >= 0)": (
            "with these weights no pair of bits gives a logit of 0, so both rules agree"
        ),
    },
}
