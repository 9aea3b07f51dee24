"""Answers that people give to the exercises of chapter 6, right and wrong, as code."""

import numpy as np


def _crash(*_, **__):
    raise ZeroDivisionError("division by zero")


# ------------------------------------------------------------------------------ output_size


def _size_by_listing(size, kernel_size, stride, padding):
    return len(range(-padding, size + padding - kernel_size + 1, stride))


def _size(plus=1, sides=2, stride=None, divide=lambda a, b: a // b):
    def output_size(n, k, s, p):
        return divide(n + sides * p - k, stride or s) + plus

    return output_size


# ----------------------------------------------------------------------------------- conv2d


def _conv2d(
    flip=False, bias_times=1, channels=None, ignore_stride=False, crosswise=False, small_steps=False
):
    def conv2d(x, weight, bias, stride):
        s = 1 if ignore_stride else stride
        w = weight[:, :, ::-1, ::-1] if flip else weight
        kh, kw = w.shape[2:]
        rows, columns = (x.shape[1] - kh) // s + 1, (x.shape[2] - kw) // s + 1
        y = np.empty((len(w), rows, columns))
        s = 1 if small_steps else s
        for o, i, j in np.ndindex(y.shape):
            patch = x[:channels, i * s : i * s + kh, j * s : j * s + kw]
            times = bias_times if bias_times is not None else len(x)
            products = patch * w[o, :channels]
            y[o, i, j] = products.sum() + times * bias[o]
        return y.swapaxes(1, 2) if crosswise else y

    return conv2d


def _conv2d_views(x, weight, bias, stride):
    views = np.lib.stride_tricks.sliding_window_view(x, weight.shape[1:])[0, ::stride, ::stride]
    return np.einsum("ijckl,ockl->oij", views, weight) + bias[:, None, None]


def _conv2d_each_channel(x, weight, bias, stride):
    return np.stack([_conv2d()(x[c:][:1], weight[:, c:][:, :1], bias, stride) for c in [0]])


# ------------------------------------------------------------------------------- max_pool2d


def _pool(best=np.max, step=None, partial=False, start=None):
    def max_pool2d(x, kernel_size, stride):
        k, s = kernel_size, step(kernel_size) if step else stride
        last = 0 if partial else k - 1
        rows, columns = range(0, x.shape[0] - last, s), range(0, x.shape[1] - last, s)
        windows = [[x[i : i + k, j : j + k] for j in columns] for i in rows]
        y = np.array([[best(window) for window in row] for row in windows])
        return y if start is None else np.maximum(y, start)

    return max_pool2d


def _pool_small_steps(x, kernel_size, stride):
    rows, columns = _pool()(x, kernel_size, stride).shape
    return _pool()(x, kernel_size, 1)[:rows, :columns]


def _pool_views(x, kernel_size, stride):
    views = np.lib.stride_tricks.sliding_window_view(x, (kernel_size, kernel_size))
    return views[::stride, ::stride].max(axis=(2, 3)).tolist()


# ------------------------------------------------------------------------- count_parameters


def _count(conv=lambda i, o, k: o * (i * k * k + 1), linear=lambda i, o: o * (i + 1), pool=0):
    def count_parameters(layers):
        total = 0
        for kind, *sizes in layers:
            if kind == "conv":
                total += conv(*sizes)
            elif kind == "linear":
                total += linear(*sizes)
            else:
                total += pool * sizes[0] ** 2
        return total

    return count_parameters


# ----------------------------------------------------------------------------- conv2d_grad_weight


def _grad_weight(mean=False, only=None, flip=False, channels_mixed=False):
    def conv2d_grad_weight(grad, x, kernel_size):
        k = kernel_size
        g = np.zeros((grad.shape[1], x.shape[1], k, k))
        rows, columns = grad.shape[2:]
        for i, j in np.ndindex(k, k):
            patch = x[:, :, i : i + rows, j : j + columns]
            if only is not None:
                g[:, :, i, j] = np.einsum("oab,cab->oc", grad[only], patch[only])
            elif channels_mixed:
                g[:, :, i, j] = np.einsum("noab,ncab->o", grad, patch)[:, None]
            else:
                g[:, :, i, j] = np.einsum("noab,ncab->oc", grad, patch)
        g = g / len(x) if mean else g
        return g[:, :, ::-1, ::-1] if flip else g

    return conv2d_grad_weight


def _grad_weight_nudged(grad, x, kernel_size):
    """The result is linear in the weight: one at a time is 1, all others are 0."""
    weight = np.zeros((grad.shape[1], x.shape[1], kernel_size, kernel_size))
    out = np.zeros_like(weight)
    zero = np.zeros(len(weight))
    for at in np.ndindex(weight.shape):
        weight[at] = 1
        out[at] = sum(
            np.sum(g * _conv2d_views(a, weight, zero, 1)) for g, a in zip(grad, x, strict=True)
        )
        weight[at] = 0
    return out


def _grad_each(grad, x, kernel_size):
    return np.stack(
        [_grad_weight()(g[None], a[None], kernel_size) for g, a in zip(grad, x, strict=True)]
    )


# ----------------------------------------------------------------------------- most_confused


def _confused(counts):
    pairs = [(counts[i, j], -i, -j) for i, j in np.ndindex(counts.shape) if i != j]
    _, i, j = max(pairs)
    return [-i, -j]


def _confused_diagonal(counts):
    return np.unravel_index(np.argmax(counts), counts.shape)


def _confused_in_place(counts):
    np.fill_diagonal(counts, 0)
    return _confused(counts)


def _confused_both(counts):
    i, j = _confused(np.triu(counts + counts.T, 1))
    return i, j


def _confused_worst_row(counts):
    wrong = counts - np.diag(np.diag(counts))
    row = wrong.sum(axis=1).argmax()
    return row, wrong[row].argmax()


def _confused_share(counts):
    return _confused(counts / counts.sum(axis=1, keepdims=True))


# -------------------------------------------------------------------------------------- bugs


def _bugs(name=None, dropout=0.5, filters_used=True, on_test=False, old=False):
    def bugs(train, validation, test, source, fit):
        first = fit(*train, filters=32, rate=0.01, dropout=dropout)
        best, chosen = None, None
        X, y = test if on_test else validation
        most = -1.0
        for filters in (8, 32):
            for rate in (0.1, 0.01):
                used = filters if filters_used else 32
                network = fit(*train, filters=used, rate=rate, dropout=dropout)
                score = float(np.mean(network(X) == y))
                if score > most:
                    best, most, chosen = network, score, (filters, rate)
        judged = first if old else best
        accuracy = np.mean(judged(test[0]) == test[1])
        return {"data": name or source, "chosen": chosen, "accuracy": accuracy}

    return bugs


def _bugs_short(train, validation, test, source, fit):
    scored = []
    for filters in (8, 32):
        for rate in (0.1, 0.01):
            network = fit(*train, filters=filters, rate=rate, dropout=0.5)
            score = np.mean(network(validation[0]) == validation[1])
            scored.append((score, -len(scored), (filters, rate), network))
    _, _, chosen, network = max(scored, key=lambda row: row[:2])
    return {"data": source, "chosen": chosen, "accuracy": np.mean(network(test[0]) == test[1])}


UP = np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])

ANSWERS = {
    "cnn.output_size": {
        "also_right": [_size_by_listing],
        "mistakes": {
            "one is missing": _size(plus=0),
            "one too early": lambda n, k, s, p: (n + 2 * p - k + 1) // s,
            "one side": _size(sides=1),
            "no padding": _size(sides=0),
            "stride ignored": _size(stride=1),
            "not a whole number": _size(divide=lambda a, b: a / b),
            "rounds up": _size(divide=lambda a, b: -(-a // b)),
        },
        "crash": _crash,
        "wrong_shape": lambda n, k, s, p: [_size()(n, k, s, p)],
    },
    "cnn.edge_kernel": {
        "also_right": [UP.tolist(), UP.astype(float)],
        "mistakes": {
            "upside down": -UP,
            "sideways": UP.T,
            "not in balance": np.ones((3, 3)),
            "other weights": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
            "not the middle": UP[[0, 2, 1]],
        },
    },
    "cnn.conv2d": {
        "also_right": [_conv2d(), _conv2d_views],
        "mistakes": {
            "flips the kernel": _conv2d(flip=True),
            "bias forgotten": _conv2d(bias_times=0),
            "bias in every channel": _conv2d(bias_times=None),
            "one channel": _conv2d(channels=1),
            "stride ignored": _conv2d(ignore_stride=True),
            "steps of one": _conv2d(small_steps=True),
            "rows and columns": _conv2d(crosswise=True),
        },
        "crash": _crash,
        "wrong_shape": _conv2d_each_channel,
    },
    "cnn.max_pool2d": {
        "also_right": [_pool(), _pool_views],
        "mistakes": {
            "mean": _pool(np.mean),
            "stride ignored": _pool(step=lambda k: 1),
            "steps of one": _pool_small_steps,
            "stride is the window": _pool(step=lambda k: k),
            "starts at zero": _pool(start=0),
            "windows that hang over": _pool(partial=True),
        },
        "crash": _crash,
        "wrong_shape": lambda x, k, s: _pool()(x, k, s).ravel(),
    },
    "cnn.count_parameters": {
        "also_right": [_count()],
        "mistakes": {
            "no biases": _count(lambda i, o, k: o * i * k * k, lambda i, o: o * i),
            "no bias in the linear layer": _count(linear=lambda i, o: o * i),
            "one bias for all": _count(lambda i, o, k: o * i * k * k + 1, lambda i, o: o * i + 1),
            "channels forgotten": _count(lambda i, o, k: o * (k * k + 1)),
            "kernel not squared": _count(lambda i, o, k: o * (i * k + 1)),
            "bias for each channel": _count(lambda i, o, k: o * i * (k * k + 1)),
            "pooling has weights": _count(pool=1),
        },
        "crash": _crash,
        "wrong_shape": lambda layers: [_count()([layer]) for layer in layers],
    },
    "cnn.conv2d_grad_weight": {
        "also_right": [_grad_weight(), _grad_weight_nudged],
        "mistakes": {
            "mean over the batch": _grad_weight(mean=True),
            "first picture only": _grad_weight(only=0),
            "last picture only": _grad_weight(only=-1),
            "axes swapped": lambda grad, x, k: _grad_weight()(grad, x, k).swapaxes(0, 1),
            "turned": _grad_weight(flip=True),
            "channels mixed": _grad_weight(channels_mixed=True),
        },
        "crash": _crash,
        "wrong_shape": _grad_each,
    },
    "cnn.most_confused": {
        "also_right": [_confused],
        "mistakes": {
            "the right answers": _confused_diagonal,
            "swapped": lambda counts: _confused(counts)[::-1],
            "both directions": _confused_both,
            "share, not number": _confused_share,
            "the worst row": _confused_worst_row,
            "works in place": _confused_in_place,
        },
        "crash": _crash,
        "wrong_shape": lambda counts: _confused(counts)[0],
    },
    "cnn.bugs": {
        "also_right": [_bugs(), _bugs_short],
        "mistakes": {
            "names another data set": [
                _bugs(name="CIFAR-10"),
                _bugs("CIFAR-10", 0.0, filters_used=False, on_test=True, old=True),
            ],
            "no dropout": [_bugs(dropout=0.0), _bugs(dropout=0.0, on_test=True, old=True)],
            "never used": [_bugs(filters_used=False), _bugs(filters_used=False, on_test=True)],
            "searches on the test": _bugs(on_test=True),
            "the old model": _bugs(old=True),
        },
        "crash": _crash,
        "wrong_shape": lambda *parts: _bugs()(*parts)["accuracy"],
    },
}

SURVIVORS = {
    "cnn.most_confused": {
        "np.fill_diagonal(mistakes, 0) -> np.fill_diagonal(mistakes, -1)": "no count is negative, "
        "so a diagonal below every mistake never wins either",
    },
    "cnn.bugs": {
        "most = -1 -> most = -2": "any start below the lowest score, 0, is passed by the first",
        "most = -1 -> most = -0": "it differs only if every network is wrong on every picture",
    },
}
