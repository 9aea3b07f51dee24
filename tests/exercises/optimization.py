"""Answers that people give to the exercises of chapter 5, right and wrong, as code."""

import numpy as np


def _crash(*_, **__):
    raise ZeroDivisionError("division by zero")


# -------------------------------------------------------------------------- linear_gradient


def _gradient_loop(theta, x, y):
    error = sum(t * x_j for t, x_j in zip(theta, x, strict=True)) - y
    return [error * x_j for x_j in x]


def _gradient_printed(theta, x, y):
    return x * (y - theta @ x)


def _gradient_twice(theta, x, y):
    return -2 * x * (y - theta @ x)


def _gradient_weights(theta, x, y):
    return -theta * (y - theta @ x)


def _gradient_no_sum(theta, x, y):
    return -x * (y - theta * x)


def _gradient_outer(theta, x, y):
    return float(theta @ x - y)


# -------------------------------------------------------------------------------- best_rate


def _rate_search(A):
    """Try a fine grid of rates; 2,000 steps tell which direction shrinks least."""
    curvatures = np.linalg.eigvalsh(A)
    low, high = 0.0, 2 / curvatures.max()
    for _ in range(60):
        rates = np.linspace(low, high, 11)
        worst = np.abs(1 - rates[:, None] * curvatures).max(axis=1)
        best = worst.argmin()
        low, high = rates[max(best - 1, 0)], rates[min(best + 1, 10)]
    return (low + high) / 2


def _rate_norms(A):
    A = np.asarray(A, dtype=float)
    return 2 / (np.linalg.norm(A, 2) + 1 / np.linalg.norm(np.linalg.inv(A), 2))


def _rate_from(rate):
    return lambda A: rate(np.linalg.eigvalsh(A))


def _rate_diagonal(A):
    return 2 / (np.diag(A).min() + np.diag(A).max())


def _rate_all(A):
    return 2 / np.linalg.eigvalsh(A)


# ------------------------------------------------------------------------------------ debug


def _loop(sign, keep, divide_by_all=False, each_epoch=False):
    def debug(X, y, w, lr, size, epochs):
        g = np.zeros(len(w))
        for _ in range(epochs):
            g = np.zeros(len(w)) if each_epoch else g
            for k in range(0, len(X), size):
                rows = slice(k, k + size)
                error = y[rows] - X[rows] @ w
                g = keep * g + sign * X[rows].T @ error / (len(X) if divide_by_all else len(error))
                w = w - lr * g
        return w

    return debug


def _debug_other_style(X, y, w, lr, size, epochs):
    for _ in range(epochs):
        for start in range(0, len(X), size):
            a, t = X[start : start + size], y[start : start + size]
            w = w + lr * np.mean((t - a @ w)[:, None] * a, axis=0)
    return list(w)


def _debug_in_place(X, y, w, lr, size, epochs):
    found = _debug_other_style(X, y, w, lr, size, epochs)
    w[:] = found
    return w


def _debug_pair(X, y, w, lr, size, epochs):
    return _debug_other_style(X, y, w, lr, size, epochs), 0.0


# -------------------------------------------------------------------------------- adam_step


def _adam(
    correct=True, inside=False, swapped=False, corrected_back=False, power=0.5, square=2, sign=1
):
    def adam_step(p, g, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        b1, b2 = (beta2, beta1) if swapped else (beta1, beta2)
        m, s = b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * g**square
        m_hat, s_hat = (m / (1 - b1**t), s / (1 - b2**t)) if correct else (m, s)
        below = np.sqrt(s_hat + eps) if inside else s_hat**power + eps
        kept = (m_hat, s_hat) if corrected_back else (m, s)
        return p - sign * lr * m_hat / below, *kept

    return adam_step


def _adam_loop(p, g, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    new = [], [], []
    for p_i, g_i, m_i, s_i in zip(p, g, m, s, strict=True):
        m_i, s_i = m_i + (1 - beta1) * (g_i - m_i), s_i + (1 - beta2) * (g_i**2 - s_i)
        root = (s_i / (1 - beta2**t)) ** 0.5 + eps
        new[0].append(float(p_i - lr * m_i / (1 - beta1**t) / root))
        new[1].append(float(m_i))
        new[2].append(float(s_i))
    return new


def _adam_place_only(p, g, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam()(p, g, m, s, t, lr, beta1, beta2, eps)[0]


# ------------------------------------------------------------------------------- early_stop


def _stop_counter(losses, patience):
    best, least, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(losses):
        if loss < least:
            best, least, waited = epoch, loss, 0
        else:
            waited += 1
            if waited >= patience:
                return best
    return best


def _stop_last(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience:
            return epoch
    return len(losses) - 1


def _stop_future(losses, patience):
    return int(np.argmin(losses))


def _stop_first_rise(losses, patience):
    for epoch in range(1, len(losses)):
        if losses[epoch] > losses[epoch - 1]:
            return epoch - 1
    return len(losses) - 1


def _stop_equal(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        if epoch - best == patience:
            return best
    return best


def _stop_late(losses, patience):
    return _stop_counter(losses, patience + 1)


def _stop_against_last(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best


def _stop_all_worse(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            waited += 1
        if waited == patience:
            break
    return best


def _stop_pair(losses, patience):
    return [_stop_counter(losses, patience)] * 2


ANSWERS = {
    "optimization.linear_gradient": {
        "also_right": [_gradient_loop],
        "mistakes": {
            "printed sign": _gradient_printed,
            "twice": _gradient_twice,
            "weights": _gradient_weights,
            "no sum": _gradient_no_sum,
        },
        "crash": _crash,
        "wrong_shape": _gradient_outer,
    },
    "optimization.best_rate": {
        "also_right": [_rate_search, _rate_norms],
        "mistakes": {
            "limit": _rate_from(lambda c: 2 / c.max()),
            "half": _rate_from(lambda c: 1 / c.max()),
            "flattest": _rate_from(lambda c: 2 / c.min()),
            "all": _rate_from(lambda c: 2 / c.sum()),
            "diagonal": _rate_diagonal,
            "difference": _rate_from(lambda c: 2 / (c.max() - c.min()) if len(c) > 1 else 0.25),
        },
        "crash": _crash,
        "wrong_shape": _rate_all,
    },
    "optimization.debug": {
        "also_right": [_debug_other_style, _loop(-1, 0)],
        "mistakes": {
            "both still there": _loop(1, 1),
            "uphill": _loop(1, 0),
            "adds up": _loop(-1, 1),
            "empties too late": _loop(-1, 1, each_epoch=True),
            "all examples": _loop(-1, 0, divide_by_all=True),
            "works in place": _debug_in_place,
        },
        "crash": _crash,
        "wrong_shape": _debug_pair,
    },
    "optimization.regimes": {
        "also_right": [{"C": "small", "B": "adaptive", "A": "large"}],
        "mistakes": {
            "tremble": {"A": "adaptive", "B": "large", "C": "small"},
            "slow is adaptive": {"A": "large", "B": "small", "C": "adaptive"},
        },
    },
    "optimization.adam_step": {
        "also_right": [_adam(), _adam_loop],
        "mistakes": {
            "no correction": _adam(correct=False),
            "inside the root": _adam(inside=True),
            "no root": _adam(power=1),
            "no square": _adam(square=1),
            "uphill": _adam(sign=-1),
            "swapped": _adam(swapped=True),
            "corrected back": _adam(corrected_back=True),
        },
        "crash": _crash,
        "wrong_shape": _adam_place_only,
    },
    "optimization.early_stop": {
        "also_right": [_stop_counter],
        "mistakes": {
            "last epoch": _stop_last,
            "sees the future": _stop_future,
            "first rise": _stop_first_rise,
            "equal is better": _stop_equal,
            "one too patient": _stop_late,
            "against the last one": _stop_against_last,
            "never starts anew": _stop_all_worse,
        },
        "crash": _crash,
        "wrong_shape": _stop_pair,
    },
}
