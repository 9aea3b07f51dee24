"""Answers that people give to the exercises of chapter 4, right and wrong, as code."""

import math

import numpy as np


def _sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, float)))


def _slope(z):
    return _sigmoid(z) * (1 - _sigmoid(z))


def _crash(*_):
    raise ZeroDivisionError("division by zero")


# ------------------------------------------------------------------------------ differences


def _differences_rows(f, x, eps):
    steps = eps * np.eye(len(x))
    return [(f(x + d) - f(x - d)) / eps / 2 for d in steps]


def _differences_one_side(f, x, eps):
    return np.array([(f(x + d) - f(x)) / eps for d in eps * np.eye(len(x))])


def _differences_half(f, x, eps):
    return np.array([(f(x + d) - f(x - d)) / eps for d in eps * np.eye(len(x))])


def _differences_all(f, x, eps):
    return np.full(len(x), (f(x + eps) - f(x - eps)) / (2 * eps))


def _differences_in_place(f, x, eps):
    found = _differences_rows(f, x, eps)
    x += eps * 1e-3  # comes back almost
    return found


def _differences_precedence(f, x, eps):
    return np.array([(f(x + d) - f(x - d)) / 2 * eps for d in eps * np.eye(len(x))])


def _differences_stays(f, x, eps):
    moved = np.tril(np.full((len(x), len(x)), eps))  # entry i and all before it
    return np.array([(f(x + d) - f(x - d)) / (2 * eps) for d in moved])


def _differences_name(f, x, eps):
    up = down = x
    found = np.zeros(len(x))
    for i in range(len(x)):
        up[i] += eps
        down[i] -= eps
        found[i] = (f(up) - f(down)) / (2 * eps)
    return found


def _differences_column(f, x, eps):
    return np.array(_differences_rows(f, x, eps))[:, None]


# ------------------------------------------------------------------------------------ chain


def _chain_math(x, w, n):
    a = 1 / (1 + math.exp(-w * x))
    return n * w * (1 - a) * a**n


def _chain_with(
    outer=lambda a, n: n * a ** (n - 1), slope=lambda x, w: _slope(w * x), inner=lambda x, w: w
):
    def answer(x, w, n):
        return outer(_sigmoid(w * x), n) * slope(x, w) * inner(x, w)

    return answer


def _chain_pair(x, w, n):
    return [_chain_math(x, w, n), x]


# --------------------------------------------------------------------------------- partials


def _partials_loop(h, w, y):
    a = _sigmoid(sum(h_i * w_i for h_i, w_i in zip(h, w, strict=True)))
    return [float((a - y) * (a - a**2) * h_i) for h_i in h]


def _partials_with(unit=_sigmoid, slope=lambda a: a * (1 - a), last=lambda h, w: h, factor=1):
    def answer(h, w, y):
        a = unit(h @ w)
        return factor * (a - y) * slope(a) * last(h, w)

    return answer


def _partials_sum(h, w, y):
    return float(sum(_partials_loop(h, w, y)))


# -------------------------------------------------------------------------- layer_gradients


def _layer_loops(delta, v, z, f):
    size = len(z)
    above = [sum(delta[i] * v[i][j] for i in range(len(delta))) for j in range(size)]
    bias = [float(above[j] * _slope(z[j])) for j in range(size)]
    return [[bias[j] * f_k for f_k in f] for j in range(size)], bias


def _layer_with(slope=_slope, way=np.transpose, turn=lambda rows: rows, bias=lambda up, d: d):
    def answer(delta, v, z, f):
        up = way(v) @ delta
        d = up * slope(z)
        return turn(np.outer(d, f)), bias(up, d)

    return answer


def _layer_weights_only(delta, v, z, f):
    return np.outer(v.T @ delta * _slope(z), f)


# ------------------------------------------------------------------------------------ debug


def _debug_with(h_right=False, g_right=False, order_right=False):
    def answer(f, target, u, v, eta):
        g = _sigmoid(u @ f)
        h = _sigmoid(v @ g)
        dh = (h - target) * (h * (1 - h) if h_right else _slope(h))
        new_v = v - eta * np.outer(dh, g)
        dg = (v if order_right else new_v).T @ dh * (g * (1 - g) if g_right else _slope(g))
        return u - eta * np.outer(dg, f), new_v

    return answer


def _debug_other_style(f, target, u, v, eta):
    sums = u @ f
    g = _sigmoid(sums)
    above = v @ g
    dh = (_sigmoid(above) - target) * _slope(above)
    dg = dh @ v * _slope(sums)
    return u - eta * dg[:, None] * f, v - eta * dh[:, None] * g


def _debug_one(f, target, u, v, eta):
    return _debug_other_style(f, target, u, v, eta)[0]


# ------------------------------------------------------------------------------- train_step


def _step(X, y, params, lr, *, kind=""):
    W, b, w, c = (params[name] for name in "Wbwc")
    H = np.tanh(X @ W.T + b)
    q = _sigmoid(H @ w + c)
    loss = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))
    dz = (q - y) / (1 if kind.startswith("sum") else len(y))
    dz = dz * q * (1 - q) if kind == "one slope too many" else dz
    lr = {"uphill": -lr, "no lr": 1.0}.get(kind, lr)
    new_w = w - lr * dz @ H
    slope = {"no slope": 1, "slope at the output": 1 - np.tanh(H) ** 2}.get(kind, 1 - H**2)
    dA = np.outer(dz, new_w if kind == "new weights" else w) * slope
    new = {"W": W - lr * dA.T @ X, "b": b - lr * dA.sum(0), "w": new_w, "c": c - lr * dz.sum()}
    if kind == "loss after":
        loss = _step(X, y, new, lr)[0]
    return loss * (len(y) if kind == "sum in both" else 1), new


def _step_with(kind):
    return lambda X, y, params, lr: _step(X, y, params, lr, kind=kind)


def _step_in_place(X, y, params, lr):
    loss, new = _step(X, y, params, lr)
    params.update(new)
    return loss, params


def _step_one_by_one(X, y, params, lr):
    W, b, w, c = (params[name] for name in "Wbwc")
    total, sums = 0.0, {name: np.zeros_like(np.asarray(params[name], float)) for name in "Wbwc"}
    for x, target in zip(X, y, strict=True):
        h = np.tanh(W @ x + b)
        p = _sigmoid(h @ w + c)
        total -= math.log(p if target == 1 else 1 - p)
        back = (p - target) * w * (1 - h * h)
        for name, part in (
            ("W", np.outer(back, x)), ("b", back), ("w", (p - target) * h), ("c", p - target)
        ):  # fmt: skip
            sums[name] = sums[name] + part
    return total / len(y), {name: params[name] - lr * sums[name] / len(y) for name in "Wbwc"}


def _step_loss_only(X, y, params, lr):
    return _step(X, y, params, lr)[0]


ANSWERS = {
    "backprop.differences": {
        "also_right": [_differences_rows],
        "mistakes": {
            "one side": _differences_one_side,
            "half the step": _differences_half,
            "all at once": _differences_all,
            "divides, then multiplies": _differences_precedence,
            "stays moved": _differences_stays,
            "another name": _differences_name,
            "moves x for good": _differences_in_place,
        },
        "crash": _crash,
        "wrong_shape": _differences_column,
    },
    "backprop.chain": {
        "also_right": [_chain_math],
        "mistakes": {
            "inner part": _chain_with(inner=lambda x, w: 1),
            "outer part": _chain_with(outer=lambda a, n: 1),
            "slope at the output": _chain_with(slope=lambda x, w: _slope(_sigmoid(w * x))),
            "no slope": _chain_with(slope=lambda x, w: 1),
            "in w": _chain_with(inner=lambda x, w: x),
            "power": _chain_with(outer=lambda a, n: n * a**n),
            "slope at x": _chain_with(slope=lambda x, w: _slope(x)),
        },
        "crash": _crash,
        "wrong_shape": _chain_pair,
    },
    "backprop.partials": {
        "also_right": [_partials_loop],
        "mistakes": {
            "wrong sign": _partials_with(factor=-1),
            "no slope": _partials_with(slope=lambda a: 1),
            "slope at the output": _partials_with(slope=_slope),
            "weights": _partials_with(last=lambda h, w: w),
            "twice": _partials_with(factor=2),
            "sign and slope": _partials_with(slope=lambda a: 1, factor=-1),
            "no sigmoid": _partials_with(unit=float),
        },
        "crash": _crash,
        "wrong_shape": _partials_sum,
    },
    "backprop.layer_gradients": {
        "also_right": [_layer_loops],
        "mistakes": {
            "slope at the output": _layer_with(slope=lambda z: _slope(_sigmoid(z))),
            "no slope": _layer_with(slope=lambda z: 1),
            "sum as output": _layer_with(slope=lambda z: z * (1 - z)),
            "bias": _layer_with(bias=lambda up, d: up),
            "wrong way through v": _layer_with(way=lambda v: v),
            "turned": _layer_with(turn=np.transpose),
        },
        "crash": _crash,
        "wrong_shape": _layer_weights_only,
    },
    "backprop.debug": {
        "also_right": [_debug_other_style],
        "mistakes": {
            "both still there": _debug_with(),
            "order": _debug_with(h_right=True, g_right=True),
            "slope": _debug_with(order_right=True),
            "slope at h, and order": _debug_with(g_right=True),
            "slope at g, and order": _debug_with(h_right=True),
            "slope at h": _debug_with(g_right=True, order_right=True),
            "slope at g": _debug_with(h_right=True, order_right=True),
        },
        "crash": _crash,
        "wrong_shape": _debug_one,
    },
    "backprop.train_step": {
        "also_right": [_step, _step_one_by_one],
        "mistakes": {
            kind: _step_with(kind)
            for kind in (
                "sum", "one slope too many", "no slope", "slope at the output", "uphill",
                "new weights", "loss after", "sum in both", "no lr",
            )
        }
        | {"works in place": _step_in_place},
        "crash": _crash,
        "wrong_shape": _step_loss_only,
    },
}  # fmt: skip
