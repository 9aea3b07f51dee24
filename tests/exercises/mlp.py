"""Answers that people give to the exercises of chapter 3, right and wrong, as code."""

from itertools import pairwise

import numpy as np

from . import _mlp_scores as scores

# ------------------------------------------------------------------------------------ layer


def _layer_loop(X, W, b):
    return [
        [
            max(0.0, sum(w * v for w, v in zip(row, x, strict=True)) + c)
            for row, c in zip(W, b, strict=True)
        ]
        for x in X
    ]


def _layer_logits(X, W, b):
    return X @ W.T + b


def _layer_no_bias(X, W, b):
    return np.maximum(0, X @ W.T)


def _layer_not_transposed(X, W, b):
    return np.maximum(0, X @ W + b)


def _layer_minus(X, W, b):
    return np.maximum(0, X @ W.T - b)


def _layer_bias_last(X, W, b):
    return np.maximum(0, X @ W.T) + b


def _layer_weights_first(X, W, b):
    return np.maximum(0, W @ X + b)


def _layer_columns(X, W, b):
    return np.maximum(0, W @ X.T + b[:, None])


def _layer_one_example(X, W, b):
    return np.maximum(0, W @ X[0] + b)


# ------------------------------------------------------------------------------- parameters


def _parameters_loop(widths):
    total = 0
    for k in range(1, len(widths)):
        total += widths[k - 1] * widths[k] + widths[k]
    return total


def _parameters_no_biases(widths):
    return sum(a * b for a, b in pairwise(widths))


def _parameters_input_biases(widths):
    return _parameters_loop(widths) + widths[0]


def _parameters_one_bias(widths):
    return _parameters_no_biases(widths) + len(widths) - 1


def _parameters_senders(widths):
    return sum(a * (b + 1) for a, b in pairwise(widths))


def _parameters_list(widths):
    return [_parameters_loop(widths)]


# ---------------------------------------------------------------------------------- forward


def _forward(X, layers, end=False, between=True, bias=1):
    a = X
    for k, (W, b) in enumerate(layers):
        a = a @ W.T + bias * b
        if end or (between and k < len(layers) - 1):
            a = np.maximum(a, 0)
    return a


def _forward_recursive(X, layers):
    (W, b), *rest = layers
    z = (W @ np.asarray(X).T + b[:, None]).T
    return _forward_recursive(z * (z > 0), rest) if rest else z


def _forward_hidden(X, layers):
    a = X
    for W, b in layers[:-1]:
        a = np.maximum(a @ W.T + b, 0)
    return a


def _forward_columns(X, layers):
    return _forward(X, layers).T[None]


# -------------------------------------------------------------------------------------- xor


def _network(first, second, third):
    def xor(x1, x2):
        h1, h2 = (float(u[0] * x1 + u[1] * x2 + u[2] > 0) for u in (first, second))
        return float(third[0] * h1 + third[1] * h2 + third[2] > 0)

    return xor


OR, NAND, AND = (1, 1, -0.5), (-1, -1, 1.5), (1, 1, -1.5)


def _xor_words(x1, x2):
    return "yes" if x1 + x2 == 1 else "no"


# ------------------------------------------------------------------------------------ debug


def _debug(X, layers, relu=False, whole=False):
    z = _forward(X, layers, end=relu)
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=None if whole else 1, keepdims=True)


def _debug_loop(X, layers):
    return scores.softmax_loop(_forward_recursive(X, list(layers)))


def _debug_linear(X, layers):
    return scores.softmax_loop(_forward(X, layers, between=False))


def _debug_flat_sum(X, layers):
    return scores.softmax_flat_sum(_forward(X, layers))


def _debug_logits(X, layers):
    return _forward(X, layers)[0]


# ---------------------------------------------------------------------------------------------


def _crash(*_):
    return 1 / 0


ANSWERS = {
    "mlp.layer": {
        "also_right": [_layer_loop],
        "mistakes": {
            "no activation": _layer_logits,
            "no bias": _layer_no_bias,
            "not transposed": _layer_not_transposed,
            "bias subtracted": _layer_minus,
            "bias after the ReLU": _layer_bias_last,
            "weights first": _layer_weights_first,
            "a column for each example": _layer_columns,
        },
        "crash": _crash,
        "wrong_shape": _layer_one_example,
    },
    "mlp.parameters": {
        "also_right": [_parameters_loop],
        "mistakes": {
            "no biases": _parameters_no_biases,
            "biases for the input": _parameters_input_biases,
            "units, not weights": lambda widths: sum(widths),
            "one bias a layer": _parameters_one_bias,
            "biases of the senders": _parameters_senders,
        },
        "crash": _crash,
        "wrong_shape": _parameters_list,
    },
    "mlp.forward": {
        "also_right": [_forward, _forward_recursive],
        "mistakes": {
            "ReLU at the end": lambda X, layers: _forward(X, layers, end=True),
            "no ReLU": lambda X, layers: _forward(X, layers, between=False),
            "bias left out": lambda X, layers: _forward(X, layers, bias=0),
            "last layer left out": _forward_hidden,
        },
        "crash": _crash,
        "wrong_shape": _forward_columns,
    },
    "mlp.xor": {
        "also_right": [_network((2, -2, -1), (-2, 2, -1), (1, 1, -0.5))],
        "mistakes": {
            "one is enough": [_network(OR, NAND, OR), _network(OR, NAND, (0, 1, 0))],
            "AND": _network(OR, AND, AND),
            "never fires": [
                _network(OR, NAND, (1, 1, -2)),
                _network(OR, (-1, -1, 1), AND),  # a tie in the NAND
            ],
            "OR": [_network(OR, OR, AND), _network(OR, AND, OR)],
            "XNOR": _network(OR, NAND, NAND),
        },
        "crash": _crash,
        "wrong_shape": _xor_words,
    },
    "mlp.softmax": {
        "also_right": [scores.softmax_loop],
        "mistakes": {
            "over the whole array": scores.softmax_whole,
            "down the columns": scores.softmax_columns,
            "no exponential": scores.softmax_no_exponential,
            "overflow": scores.softmax_naive,
            "one maximum for all": scores.softmax_one_maximum,
            "rows mixed": [scores.softmax_flat_sum, scores.softmax_flat],
        },
        "crash": _crash,
        "wrong_shape": scores.softmax_first_row,
    },
    "mlp.huber": {
        "also_right": [scores.huber, scores.huber_loop],
        "mistakes": {
            "sum": lambda prediction, target, delta: scores.huber(
                prediction, target, delta, n=1, m=1
            ),
            "gradient of the sum": lambda prediction, target, delta: scores.huber(
                prediction, target, delta, m=1
            ),
            "sign": lambda prediction, target, delta: scores.huber(
                prediction, target, delta, sign=-1
            ),
            "no half": lambda prediction, target, delta: scores.huber(
                prediction, target, delta, half=1.0
            ),
            "a jump": lambda prediction, target, delta: scores.huber(
                prediction, target, delta, joined=False
            ),
            "delta is 1": lambda prediction, target, delta: scores.huber(prediction, target, 1.0),
            "no sign": lambda p, t, delta: scores.huber_slope(p, t, delta, lambda e, d: d),
            "no delta in the slope": lambda p, t, delta: scores.huber_slope(
                p, t, delta, lambda e, d: np.sign(e)
            ),
            "no absolute value": scores.huber_one_sided,
        },
        "crash": _crash,
        "wrong_shape": scores.huber_loss_only,
    },
    "mlp.debug": {
        "also_right": [_debug, _debug_loop],
        "mistakes": {
            "both still there": lambda X, layers: _debug(X, layers, relu=True, whole=True),
            "the ReLU": lambda X, layers: _debug(X, layers, relu=True),
            "the sum": lambda X, layers: _debug(X, layers, whole=True),
            "no ReLU at all": _debug_linear,
            "rows mixed": _debug_flat_sum,
        },
        "crash": _crash,
        "wrong_shape": _debug_logits,
    },
}

SURVIVORS = {
    "mlp.huber": {
        "inside = np.minimum(np.abs(e), delta) -> inside = np.minimum(delta, np.abs(e))": "the "
        "smaller of two is the same in both orders",
    },
}
