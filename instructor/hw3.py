"""Homework 3: reference answers, hidden cases and usual mistakes. Keep private."""

import inspect

import numpy as np

from coursekit import data
from coursekit.exercises import Case, Hidden
from coursekit.exercises.hw3 import below, ovens


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


# ------------------------------------------------------------------------------------ steps


def _clip(g, most):
    length = np.linalg.norm(g)
    return g * (most / length) if length > most else g


def _clip_min(g, most):
    return g * min(1.0, most / max(np.sqrt(np.sum(g * g)), 1e-300))


def _clip_each(g, most):
    return np.clip(g, -most, most)


def _clip_rows(g, most):
    length = np.linalg.norm(g, axis=-1, keepdims=True)
    return np.where(length > most, g * most / np.maximum(length, 1e-300), g)


def _clip_crash(g, most):
    return g.clip_length(most)


def _clip_length(g, most):
    return min(np.linalg.norm(g), most)


def _clip_cases(rng):
    yield "a long one", (10 * rng.normal(size=20), 1.0)
    yield "a short one", (0.01 * rng.normal(size=5), 1.0)
    yield "a table", (rng.normal(size=(4, 3)), 0.5)
    yield "three axes", (rng.normal(size=(2, 2, 2)), 1.0)
    yield "exactly as long as allowed", ([0.6, 0.8], 1.0)
    yield "very large numbers", (1e8 * rng.normal(size=3), 2.0)
    yield "one number", ([-7.0], 2.0)
    yield "a table of zeros", (np.zeros((2, 2)), 1.0), "zero"
    yield "no zeros, and long", (5 + rng.random((2, 2)), 1.0), "zero"


def _nesterov(p, g, v, lr, mu):
    v = mu * v + g
    return p - lr * (g + mu * v), v


def _nesterov_expanded(p, g, v, lr, mu):
    step = (1 + mu) * g + mu**2 * v
    return [a - lr * b for a, b in zip(p, step, strict=True)], v * mu + g


def _nesterov_old(p, g, v, lr, mu):
    return p - lr * (g + mu * v), mu * v + g


def _nesterov_in_place(p, g, v, lr, mu):
    v *= mu
    v += g
    return p - lr * (g + mu * v), v


def _nesterov_crash(p, g, v, lr, mu):
    return p - lr * (g + mu * velocity), v  # noqa: F821 -- a name that does not exist


def _nesterov_place(p, g, v, lr, mu):
    return p - lr * (g + mu * (mu * v + g))


def _nesterov_cases(rng):
    for n in (1, 6):
        p, g, v = rng.normal(size=(3, n))
        yield f"{n} weights", (p, g, v, 0.05, 0.9)
    yield "a table of weights", (*rng.normal(size=(3, 2, 3)), 0.3, 0.7)
    yield "on flat ground it rolls on", (np.zeros(2), np.zeros(2), rng.normal(size=2), 0.1, 0.9)
    yield "no memory", (*rng.normal(size=(3, 4)), 0.1, 0.0)


# ------------------------------------------------------------------------------ own numbers


def _valley(student):
    """Return the two curvatures and the rates A, B and C, as the notebook draws them."""
    rng = data.own_rng(student, "hw3.valley")
    curvatures = rng.permutation([rng.uniform(0.3, 0.8), rng.uniform(8, 16)]).round(1)
    factors = rng.permutation([rng.uniform(0.3, 0.7), rng.uniform(1.3, 1.7), rng.uniform(2.3, 2.8)])
    return curvatures, dict(zip("ABC", (factors / curvatures.max()).round(3), strict=True))


def _told(products, limits):
    words = ("smooth", "zigzag", "flies off")
    return {name: words[int(np.searchsorted(limits, at))] for name, at in products.items()}


def _fate(student):
    curvatures, rates = _valley(student)
    return _told({name: rate * curvatures.max() for name, rate in rates.items()}, (1, 2))


def _fate_flat(student):
    curvatures, rates = _valley(student)
    return _told({name: rate * curvatures.min() for name, rate in rates.items()}, (1, 2))


def _fate_half(student):
    curvatures, rates = _valley(student)
    return _told({name: rate * curvatures.max() for name, rate in rates.items()}, (0.1, 1))


# ------------------------------------------------------------------------------------ cures


def _schedule(step, steps, warmup, lr):
    if step < warmup:
        return lr * (step + 1) / warmup
    t = (step - warmup) / (steps - warmup)
    return lr * (1 + np.cos(np.pi * t)) / 2


def _schedule_square(step, steps, warmup, lr):
    rise = min(1, (step + 1) / warmup) if warmup > 0 else 1
    down = max(0, step - warmup) / (steps - warmup)
    return lr * rise * np.cos(np.pi / 2 * down) ** 2


def _schedule_crash(step, steps, warmup, lr):
    return lr * np.linspace(0, 1, steps)[steps + step]


def _schedule_all(step, steps, warmup, lr):
    return np.full(steps, lr)


def _schedule_cases(rng):
    steps, warmup = int(rng.integers(50, 200)), int(rng.integers(2, 20))
    lr = float(rng.uniform(0.01, 1))
    for title, step in (("early", 1), ("later", steps // 2), ("near the end", steps - 1)):
        yield title, (step, steps, warmup, lr)
    yield "the end", (steps, steps, warmup, lr)
    yield "a warm-up of one step", (0, 10, 1, lr)
    yield "no warm-up, in the middle", (steps // 3, steps, 0, lr), "no warm-up"


def _dropout(H, u, p, training):
    return H * (u >= p) / (1 - p) if training else H


def _dropout_where(H, u, p, training):
    if not training:
        return H.copy()
    return np.where(u < p, 0.0, H / (1.0 - p))


def _dropout_at_use(H, u, p, training):
    return H * (u >= p) if training else H * (1 - p)


def _dropout_in_place(H, u, p, training):
    if training:
        H *= (u >= p) / (1 - p)
    return H


def _dropout_crash(H, u, p, training):
    return H[u >= p].reshape(H.shape[0] + 1, -1)


def _dropout_flat(H, u, p, training):
    return (H * (u >= p) / (1 - p)).ravel() if training else H.ravel()


def _dropout_cases(rng):
    yield "one half", (rng.normal(size=(6, 5)), rng.random((6, 5)), 0.5, True)
    yield "nine of ten", (rng.normal(size=(4, 8)), rng.random((4, 8)), 0.9, True)
    yield "one row", (rng.normal(size=(1, 3)), rng.random((1, 3)), 0.3, True)
    yield "in use", (rng.normal(size=(3, 2)), rng.random((3, 2)), 0.5, False)
    yield "p = 0", (rng.normal(size=(2, 2)), np.zeros((2, 2)), 0.0, True)
    yield "all are switched off", (np.ones((2, 2)), np.zeros((2, 2)), 0.4, True)


def _choose(losses):
    means = losses.mean(axis=1)
    means[~np.isfinite(means)] = np.inf
    setting, epoch = divmod(int(np.argmin(means)), means.shape[1])
    return setting, epoch


def _choose_loop(losses):
    best, found = np.inf, (0, 0)
    for setting in range(len(losses)):
        for epoch in range(losses.shape[2]):
            mean = sum(losses[setting, :, epoch]) / losses.shape[1]
            if mean < best:  # false for NaN
                best, found = mean, (setting, epoch)
    return np.array(found)


def _choose_crash(losses):
    return losses.argmin(axis=3)


def _choose_number(losses):
    return int(np.argmin(losses.mean(axis=1)))


def _choose_cases(rng):
    losses = rng.uniform(1, 2, size=(4, 3, 6))
    yield "four settings, three seeds, six epochs", (losses,)
    yield "one setting, one seed", (rng.uniform(size=(1, 1, 5)),)
    yield "one epoch", (rng.uniform(size=(5, 2, 1)),)
    yield "huge losses", (1e12 * rng.uniform(1, 2, size=(3, 2, 3)),)
    holes = rng.uniform(1, 2, size=(4, 3, 6))
    holes[rng.integers(4, size=6), rng.integers(3, size=6), rng.integers(6, size=6)] = np.nan
    holes[0, 0, 0] = np.inf
    yield "several failed runs", (holes,), "failed runs"


def _fix(x, y, x_valid, y_valid, x_new):
    """Penalise the last layer of a random network; choose the strength at `x_valid`."""
    rng, best = np.random.default_rng(0), np.inf
    u, c = 3 * rng.normal(size=60), rng.uniform(-3, 3, 60)

    def hidden(at):
        return np.column_stack([np.tanh(np.outer(at, u) + c), np.ones(len(at))])

    A = hidden(x)
    for strength in 10.0 ** np.arange(-4, 2):
        w = np.linalg.solve(A.T @ A + strength * np.eye(61), A.T @ y)
        error = np.mean((hidden(x_valid) @ w - y_valid) ** 2)
        if error < best:
            best, answer = error, hidden(x_new) @ w
    return answer


def _fix_descend(x, y, x_valid, y_valid, x_new):
    """Stop early: a network with one hidden layer, by Adam, at the best step for `x_valid`."""
    rng, best = np.random.default_rng(0), np.inf
    net = [3 * rng.normal(size=40), rng.uniform(-3, 3, 40), rng.normal(size=40) / 40**0.5]
    m, s = ([np.zeros(40) for _ in net] for _ in range(2))
    for t in range(1, 1501):
        u, c, v = net
        H = np.tanh(np.outer(x, u) + c)
        error = (H @ v - y) / len(y)
        blame = np.outer(error, v) * (1 - H**2)
        for i, g in enumerate((x @ blame, blame.sum(axis=0), error @ H)):
            m[i], s[i] = 0.9 * m[i] + 0.1 * g, 0.999 * s[i] + 0.001 * g**2
            step = m[i] / (1 - 0.9**t) / (np.sqrt(s[i] / (1 - 0.999**t)) + 1e-8)
            net[i] = net[i] - 0.02 * step
        if t % 25 == 0:
            u, c, v = net
            missed = np.mean((np.tanh(np.outer(x_valid, u) + c) @ v - y_valid) ** 2)
            if missed < best:
                best, answer = missed, np.tanh(np.outer(x_new, u) + c) @ v
    return answer


def _fix_stiff(x, y, x_valid, y_valid, x_new):
    return np.polyval(np.polyfit(x, y, 1), x_new)


def _fix_crash(x, y, x_valid, y_valid, x_new):
    return np.polyval(np.polyfit(x, y), x_new)


def _fix_cases(rng):
    def others():
        return (ovens(5, 12, 15, 19),)

    follows, cured = "it follows the curve", "it is cured"
    yield Case("four other ovens", others, want=below(0.45), part=follows)
    yield Case("four other ovens, well", others, want=below(0.3), part=cured)


HIDDEN = [
    Hidden(
        "hw3.clip",
        reference=_clip,
        cases=_clip_cases,
        also_right=[_clip_min],
        wrong={
            "each entry": _clip_each,
            "always": _but(_clip, ("length > most", "length > 0")),
            "square": _but(_clip, ("np.linalg.norm(g)", "np.sum(g**2)")),
            "length left out": _but(_clip, ("g * (most / length)", "g")),
            "each row": _clip_rows,
        },
        crash=_clip_crash,
        wrong_shape=_clip_length,
    ),
    Hidden(
        "hw3.nesterov",
        reference=_nesterov,
        cases=_nesterov_cases,
        also_right=[_nesterov_expanded],
        wrong={
            "plain momentum": _nesterov_old,  # it is momentum, written in another way
            "rate in the velocity": _but(
                _nesterov, ("mu * v + g", "mu * v + lr * g"), ("lr * (g", "(lr * g")
            ),
            "uphill": _but(_nesterov, ("p - lr", "p + lr")),
            "twice the gradient": _but(_nesterov, ("(g + mu * v)", "(g + v)")),
            "works in place": _nesterov_in_place,
        },
        crash=_nesterov_crash,
        wrong_shape=_nesterov_place,
    ),
    Hidden(
        "hw3.fate",
        reference=_fate,
        wrong={"the flat direction": _fate_flat, "half the limit": _fate_half},
    ),
    Hidden(
        "hw3.fate_why",
        rubric=[
            "1 point: each step multiplies a weight by 1 - eta * a; its own factors for the three "
            "rates: between 0 and 1, between -1 and 0, below -1, in the steep direction",
            "1 point: steeper: every limit is halved, so words may change; flatter: no word "
            "changes, only the walk along the floor takes longer",
        ],
    ),
    Hidden(
        "hw3.schedule",
        reference=_schedule,
        cases=_schedule_cases,
        also_right=[_schedule_square],
        wrong={
            "starts at zero": _but(_schedule, ("(step + 1)", "step")),
            "half missing": _but(_schedule, (") / 2", ")")),
            "warm-up not subtracted": _but(
                _schedule, ("(step - warmup) / (steps - warmup)", "step / steps")
            ),
            "straight": _but(_schedule, ("lr * (1 + np.cos(np.pi * t)) / 2", "lr * (1 - t)")),
        },
        crash=_schedule_crash,
        wrong_shape=_schedule_all,
    ),
    Hidden(
        "hw3.dropout",
        reference=_dropout,
        cases=_dropout_cases,
        also_right=[_dropout_where],
        wrong={
            "not divided": _dropout_at_use,
            "the wrong ones": _but(_dropout, (">=", "<")),
            "divided by p": _but(_dropout, ("(1 - p)", "p")),
            "in use as well": _but(_dropout, (" if training else H", "")),
            "in use only": _but(_dropout, ("if training", "if not training")),
            "works in place": _dropout_in_place,
        },
        crash=_dropout_crash,
        wrong_shape=_dropout_flat,
    ),
    Hidden(
        "hw3.choose",
        reference=_choose,
        cases=_choose_cases,
        also_right=[_choose_loop],
        wrong={
            "the luckiest run": _but(_choose, (".mean(axis=1)", ".min(axis=1)")),
            "the last epoch": _but(
                _choose,
                ("divmod(int(np.argmin(means)), means.shape[1])", "np.argmin(means[:, -1]), -1"),
                ("return setting, epoch", "return setting, means.shape[1] - 1"),
            ),
            "epoch first": _but(_choose, ("return setting, epoch", "return epoch, setting")),
            "a failed run wins": _but(_choose, ("means[~np.isfinite(means)] = np.inf", "pass")),
            "failed runs left out": _but(
                _choose, ("losses.mean(axis=1)", "np.nanmean(losses, axis=1)")
            ),
        },
        crash=_choose_crash,
        wrong_shape=_choose_number,
    ),
    Hidden(
        "hw3.fix",
        reference=_fix,
        cases=_fix_cases,
        also_right=[_fix_descend],
        wrong={
            "too stiff": _fix_stiff,
            "by heart": _but(_fix, ("10.0 ** np.arange(-4, 2)", "[1e-8]")),
        },
        crash=_fix_crash,
    ),
    Hidden(
        "hw3.report",
        rubric=[
            "1 point: a table or a figure of own numbers: at least two cures against no cure, "
            "each with the same number of settings tried and at least three seeds",
            "1 point: chosen with the validation readings, judged at places that had no part in "
            "the choice; the spread is told, too",
            "1 point: a conclusion that the numbers carry, and one thing that they do not show",
        ],
    ),
]
