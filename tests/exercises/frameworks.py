"""Answers that people give to the exercises of the lab on libraries, right and wrong, as code."""

from itertools import product

import numpy as np


def _crash(*args):
    return 1 / 0


# ------------------------------------------------------------------------------------ count


def _counted(network, bias=lambda i, o: o, square=True, channels=True, pool=0):
    total = 0
    for layer in network:
        match layer:
            case ("dense", inputs, outputs):
                total += inputs * outputs + bias(inputs, outputs)
            case ("conv", inputs, outputs, size):
                area = size**2 if square else size
                total += (inputs if channels else 1) * outputs * area + bias(inputs, outputs)
            case ("pool", size):
                total += pool * size**2
    return total


def _count_no_biases(network):
    return _counted(network, bias=lambda i, o: 0)


def _count_bias_per_input(network):
    """Dense layers only: the convolution as it should be."""
    dense = [layer for layer in network if layer[0] == "dense"]
    rest = [layer for layer in network if layer[0] != "dense"]
    return _counted(dense, bias=lambda i, o: i) + _counted(rest)


def _count_one_row(network):
    return _counted(network, square=False)


def _count_one_channel(network):
    return _counted(network, channels=False)


def _count_one_bias(network):
    dense = [layer for layer in network if layer[0] == "dense"]
    rest = [layer for layer in network if layer[0] != "dense"]
    return _counted(dense) + _counted(rest, bias=lambda i, o: 1)


def _count_pool(network):
    return _counted(network, pool=1)


# --------------------------------------------------------------------------------- to_keras


def _changed(weights, two, four):
    how = {1: lambda a: a, 2: two, 4: four}
    return {name: how[a.ndim](a) for name, a in weights.items()}


def _transposed(a):
    return np.swapaxes(a, 0, 1)


def _moved(a):
    return np.moveaxis(a, (0, 1), (3, 2))


def _kept(a):
    return a


def _to_keras(weights):
    return _changed(weights, _transposed, _moved)


def _keras_nothing(weights):
    return dict(weights)


def _keras_reversed(weights):
    return {name: a.T for name, a in weights.items()}


def _keras_swapped(weights):
    return _changed(weights, _transposed, lambda a: a.transpose(2, 3, 0, 1))


def _keras_back(weights):
    return _changed(weights, _transposed, lambda a: np.moveaxis(a, (0, 1), (2, 3)).swapaxes(0, 1))


def _keras_dense_only(weights):
    return _changed(weights, _transposed, _kept)


def _keras_kernels_only(weights):
    return _changed(weights, _kept, _moved)


def _keras_reshaped(weights):
    def cut(a):
        return a.reshape(*a.shape[2:], a.shape[1], a.shape[0])

    return _changed(weights, cut, cut)


def _keras_list(weights):
    return [a.T for a in weights.values()]


# ---------------------------------------------------------------------------- flatten_order


def _order_loops(channels, height, width):
    places = product(range(height), range(width), range(channels))
    return [(c * height + i) * width + j for i, j, c in places]


def _order_back(channels, height, width):
    return np.arange(channels * height * width).reshape(height, width, channels).transpose(
        2, 0, 1
    ).ravel()  # fmt: skip


def _order_same(channels, height, width):
    return np.arange(channels * height * width)


def _order_reversed(channels, height, width):
    return np.arange(channels * height * width).reshape(channels, height, width).T.ravel()


def _order_cut(channels, height, width):
    block = np.arange(channels * height * width).reshape(height, width, channels)
    return block.transpose(1, 0, 2).ravel()


def _order_block(channels, height, width):
    return np.arange(channels * height * width).reshape(channels, height, width)


# --------------------------------------------------------------------------------- gru_step


def _sigmoid(a):
    return (1 + np.tanh(a / 2)) / 2


def _gru_slices(x, h, W, U, b, c):
    d = len(h)
    part_x, part_h = W @ x + b, U @ h + c
    r, z = np.split(_sigmoid(part_x[: 2 * d] + part_h[: 2 * d]), 2)
    n = np.tanh(part_x[2 * d :] + r * part_h[2 * d :])
    return n + z * (h - n)


def _parts(x, h, W, U, b, c):
    d = len(h)
    part_x, part_h = W @ x + b, U @ h + c
    r, z = np.split(_sigmoid(part_x[: 2 * d] + part_h[: 2 * d]), 2)
    return r, z, part_x[2 * d :], part_h[2 * d :]


def _gru_keras(x, h, W, U, b, c):
    z, r, part_x, part_h = _parts(x, h, W, U, b, c)
    return (1 - z) * np.tanh(part_x + r * part_h) + z * h


def _gru_early(x, h, W, U, b, c):
    r, z, part_x, _ = _parts(x, h, W, U, b, c)
    d = len(h)
    n = np.tanh(part_x + U[2 * d :] @ (r * h) + c[2 * d :])
    return (1 - z) * n + z * h


def _gru_no_reset(x, h, W, U, b, c):
    _, z, part_x, part_h = _parts(x, h, W, U, b, c)
    return (1 - z) * np.tanh(part_x + part_h) + z * h


def _gru_outside(x, h, W, U, b, c):
    r, z, part_x, _ = _parts(x, h, W, U, b, c)
    d = len(h)
    n = np.tanh(part_x + r * (U[2 * d :] @ h) + c[2 * d :])
    return (1 - z) * n + z * h


def _gru_sigmoid(x, h, W, U, b, c):
    r, z, part_x, part_h = _parts(x, h, W, U, b, c)
    return (1 - z) * _sigmoid(part_x + r * part_h) + z * h


def _gru_all(x, h, W, U, b, c):
    r, z, part_x, part_h = _parts(x, h, W, U, b, c)
    return (1 - z) * np.tanh(r * (part_x + part_h)) + z * h


def _gru_turned(x, h, W, U, b, c):
    r, z, part_x, part_h = _parts(x, h, W, U, b, c)
    return z * np.tanh(part_x + r * part_h) + (1 - z) * h


def _gru_open(x, h, W, U, b, c):
    d = len(h)
    part_x, part_h = W @ x + b, U @ h + c
    r, z = np.split(part_x[: 2 * d] + part_h[: 2 * d], 2)
    return (1 - z) * np.tanh(part_x[2 * d :] + r * part_h[2 * d :]) + z * h


def _gru_one_bias(x, h, W, U, b, c):
    return _gru_slices(x, h, W, U, b, 0 * c)


def _gru_stack(x, h, W, U, b, c):
    return np.concatenate(_parts(x, h, W, U, b, c))


# ----------------------------------------------------------------------------------- greedy


def _greedy_recursive(step, state, start, end, most):
    if most == 0:
        return []
    scores, state = step(state, start)
    symbol = int(np.argmax(scores))
    if symbol == end:
        return []
    return [symbol, *_greedy_recursive(step, state, symbol, end, most - 1)]


def _greedy_end(step, state, start, end, most):
    written, symbol = [], start
    while len(written) < most and symbol != end:
        scores, state = step(state, symbol)
        symbol = int(np.argmax(scores))
        written.append(symbol)
    return written


def _greedy_start_too(step, state, start, end, most):
    return [start, *_greedy_recursive(step, state, start, end, most)]


def _greedy_start(step, state, start, end, most):
    written = []
    for _ in range(most):
        scores, state = step(state, start)
        symbol = int(np.argmax(scores))
        if symbol == end:
            break
        written.append(symbol)
    return written


def _greedy_state(step, state, start, end, most):
    written, symbol = [], start
    for _ in range(most):
        scores, _ = step(state, symbol)
        symbol = int(np.argmax(scores))
        if symbol == end:
            break
        written.append(symbol)
    return written


def _greedy_on(step, state, start, end, most):
    written, symbol = [], start
    for _ in range(most):
        scores, state = step(state, symbol)
        symbol = int(np.argmax(scores))
        written.append(symbol)
    return written


def _greedy_lowest(step, state, start, end, most):
    written, symbol = [], start
    for _ in range(most):
        scores, state = step(state, symbol)
        symbol = int(np.argmin(scores))
        if symbol == end:
            break
        written.append(symbol)
    return written


def _greedy_one(step, state, start, end, most):
    return int(np.argmax(step(state, start)[0]))


# ------------------------------------------------------------------------------------ tools

_TOOLS = {"report": "keras", "summary": "transformers", "idea": "pytorch", "exam": "coursekit"}

ANSWERS = {
    "frameworks.count": {
        "also_right": [_counted],
        "mistakes": {
            "no biases": _count_no_biases,
            "bias per input": _count_bias_per_input,
            "one row": _count_one_row,
            "one channel": _count_one_channel,
            "one bias": _count_one_bias,
            "pooling learns": _count_pool,
        },
        "crash": _crash,
        "wrong_shape": lambda network: [_counted(network)],
    },
    "frameworks.to_keras": {
        "also_right": [_to_keras],
        "mistakes": {
            "as it was": _keras_nothing,
            "all reversed": _keras_reversed,
            "channels swapped": _keras_swapped,
            "the way back": _keras_back,
            "kernel left": _keras_dense_only,
            "matrix left": _keras_kernels_only,
            "reshaped": _keras_reshaped,
        },
        "crash": _crash,
        "wrong_shape": _keras_list,
    },
    "frameworks.flatten_order": {
        "also_right": [_order_loops],
        "mistakes": {
            "the other way": _order_back,
            "not moved": _order_same,
            "columns first": _order_reversed,
            "cut wrongly": _order_cut,
        },
        "crash": _crash,
        "wrong_shape": _order_block,
    },
    "frameworks.gru_step": {
        "also_right": [_gru_slices],
        "mistakes": {
            "Keras's order": _gru_keras,
            "reset too early": _gru_early,
            "no reset": _gru_no_reset,
            "bias outside": _gru_outside,
            "sigmoid proposal": _gru_sigmoid,
            "reset everything": _gru_all,
            "gate turned": _gru_turned,
            "no sigmoid": _gru_open,
            "one bias": _gru_one_bias,
        },
        "crash": _crash,
        "wrong_shape": _gru_stack,
    },
    "frameworks.greedy": {
        "also_right": [_greedy_recursive],
        "mistakes": {
            "end too": _greedy_end,
            "start too": _greedy_start_too,
            "always start": _greedy_start,
            "old state": _greedy_state,
            "never stops": _greedy_on,
            "lowest": _greedy_lowest,
        },
        "crash": _crash,
        "wrong_shape": _greedy_one,
    },
    "frameworks.tools": {
        "also_right": [dict(reversed(_TOOLS.items()))],
        "mistakes": {
            "loop by hand": _TOOLS | {"report": "pytorch", "idea": "keras"},
            "biggest library": _TOOLS | {"report": "transformers", "summary": "keras"},
            "source code": _TOOLS | {"idea": "coursekit", "exam": "pytorch"},
        },
    },
}

SURVIVORS = {
    "frameworks.to_keras": {
        "axes = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)} -> "
        "axes = {1: (-1,), 2: (1, 0), 4: (2, 3, 1, 0)}": "axis -1 of an array with one axis is "
        "its axis 0",
    },
}
