"""Homework 2: reference answers, hidden cases and usual mistakes. Keep private."""

import inspect
from itertools import pairwise

import numpy as np

from coursekit import data
from coursekit.exercises import Formula, Hidden


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


def _layers(rng, *sizes):
    """Return random layers between so many units."""
    return [(rng.normal(size=(m, d)), rng.normal(size=m)) for d, m in pairwise(sizes)]


# ------------------------------------------------------------------- own numbers, by pencil


def _own(student):
    """Return x, W, b, v and the target of the student's network, as the notebook draws them."""
    rng = data.own_rng(student, "hw2.hand")
    x = rng.permutation([0, 1, 2])
    W, v = (rng.integers(1, 4, size) * rng.choice([-1, 1], size) for size in ((3, 3), 3))
    sums = rng.permutation([-1, 1, 1]) * rng.integers(1, 4, size=3)
    b = sums - W @ x
    y = v @ np.maximum(sums, 0) + rng.choice([-3, -2, 2, 3])
    return x, W, b, v, y


def _parts(student):
    x, W, b, v, y = _own(student)
    h = np.maximum(W @ x + b, 0)
    return x, v, h, v @ h, v @ h - y


def _still(student):
    x, _, h, _, _ = _parts(student)
    return {"v": (h == 0).astype(int), "W": ((h == 0)[:, None] | (x == 0)).astype(int)}


def _still_no_input(student):
    _, _, h, _, _ = _parts(student)
    return {"v": (h == 0).astype(int), "W": np.repeat((h == 0)[:, None], 3, axis=1).astype(int)}


def _still_no_outgoing(student):
    return _still(student) | {"v": np.zeros(3, dtype=int)}


def _still_upside_down(student):
    return {name: 1 - marks for name, marks in _still(student).items()}


def _slopes(student):
    x, v, h, y_hat, error = _parts(student)
    blame = error * v * (h > 0)
    return {"y_hat": float(y_hat), "v": error * h, "W": np.outer(blame, x)}


def _slopes_uphill(student):
    right = _slopes(student)
    return {"y_hat": right["y_hat"], "v": -right["v"], "W": -right["W"]}


def _slopes_no_relu(student):
    x, v, h, y_hat, error = _parts(student)
    return {"y_hat": float(y_hat), "v": error * h, "W": np.outer(error * v, x)}


def _slopes_turned(student):
    right = _slopes(student)
    return right | {"W": right["W"].T}


# ------------------------------------------------------------------------------------- loss


def _softmax_loss(logits, labels):
    n = len(logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    grad = np.exp(log_p)
    grad[np.arange(n), labels] -= 1
    return -log_p[np.arange(n), labels].mean(), grad / n


def _softmax_loss_rows(logits, labels):
    loss, rows = 0.0, []
    for z, label in zip(logits, labels, strict=True):
        powers = [float(np.exp(s - max(z))) for s in z]
        loss -= (z[label] - max(z) - np.log(sum(powers))) / len(logits)
        shares = [power / sum(powers) for power in powers]
        rows.append([(s - (k == label)) / len(logits) for k, s in enumerate(shares)])
    return loss, rows


def _softmax_loss_log_of_zero(logits, labels):
    n = len(logits)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(n), labels]).mean(), (p - np.eye(logits.shape[1])[labels]) / n


def _softmax_loss_crash(logits, labels):
    return logits[labels.astype(float)]


def _softmax_loss_number(logits, labels):
    return 0.5


def _softmax_loss_cases(rng):
    for n, k in ((6, 3), (1, 5), (4, 1)):
        yield f"{n} rows, {k} classes", (rng.normal(size=(n, k)), rng.integers(k, size=n))
    logits, labels = 800 * rng.normal(size=(5, 4)), rng.integers(4, size=5)
    yield "very large scores", (logits, labels), "large scores"
    yield "all very negative", (rng.normal(size=(2, 3)) - 2000, np.array([0, 2])), "large scores"


# ---------------------------------------------------------------------------------- network


def _forward(X, layers):
    outputs = [X]
    for i, (W, b) in enumerate(layers):
        z = outputs[-1] @ W.T + b
        outputs.append(np.tanh(z) if i < len(layers) - 1 else z)
    return outputs


def _forward_last_apart(X, layers):
    outputs = (X,)
    for W, b in layers[:-1]:
        outputs = (*outputs, np.tanh(np.einsum("nd,md->nm", outputs[-1], W) + b))
    W, b = layers[-1]
    return (*outputs, np.einsum("nd,md->nm", outputs[-1], W) + b)


def _forward_crash(X, layers):
    return X @ layers


def _forward_cases(rng):
    yield "two layers", (rng.normal(size=(5, 2)), _layers(rng, 2, 4, 3))
    yield "four layers", (rng.normal(size=(3, 4)), _layers(rng, 4, 2, 5, 1, 2))
    yield "one row", (rng.normal(size=(1, 2)), _layers(rng, 2, 3, 1))
    yield "only zeros come in", (np.zeros((2, 3)), _layers(rng, 3, 3, 3))
    yield "large numbers", (1e4 * rng.normal(size=(2, 2)), _layers(rng, 2, 3, 2))


def _gradient_error(f, x, g, eps=1e-5):
    found = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        d = np.zeros(x.shape)
        d[i] = eps
        found[i] = (f(x + d) - f(x - d)) / (2 * eps)
    total = np.linalg.norm(g) + np.linalg.norm(found)
    return np.linalg.norm(g - found) / total if total > 0 else 0.0


def _gradient_error_flat(f, x, g, eps):
    steps = eps * np.eye(x.size).reshape(-1, *x.shape)
    found = np.array([f(x + d) - f(x - d) for d in steps]) / 2 / eps
    g = np.ravel(g)
    total = np.sqrt(g @ g) + np.sqrt(found @ found)
    return float(np.sqrt((g - found) @ (g - found)) / max(total, 1e-300))


def _gradient_error_crash(f, x, g, eps):
    return f(x, eps)


def _gradient_error_each(f, x, g, eps):
    return np.abs(g - x) / (np.abs(g) + np.abs(x) + 1)


def _gradient_error_cases(rng):
    bend = Formula("lambda x: np.sin(x).sum() + (x[:1] ** 2).sum() * x.sum()")
    x = rng.normal(size=4)
    g = np.cos(x) + x[0] ** 2
    g[0] += 2 * x[0] * x.sum()
    yield "a bent function, right", (bend, x, g, 1e-5)
    yield "a bent function, one entry wrong", (bend, x, g + np.eye(4)[2], 1e-5)
    yield (
        "a table of numbers",
        (
            Formula("lambda x: (x**3).sum()"),
            rng.normal(size=(2, 3)),
            rng.normal(size=(2, 3)),
            1e-3,
        ),
    )
    yield "one number", (Formula("lambda x: np.exp(x).sum()"), [0.0], [1.5], 1e-4)
    flat = (Formula("lambda x: 0.0"), np.zeros((2, 2)), np.zeros((2, 2)), 0.1)
    yield "zero in every way", flat, "edges"
    yield "only one of them is zero", (flat[0], np.zeros(2), np.array([3.0, 4.0]), 0.1), "edges"


# --------------------------------------------------------------------------------- backward


def _backward(outputs, layers, delta):
    grads = []
    for i in reversed(range(len(layers))):
        grads.insert(0, (delta.T @ outputs[i], delta.sum(axis=0)))
        if i > 0:
            delta = delta @ layers[i][0] * (1 - outputs[i] ** 2)
    return grads


def _backward_examples(outputs, layers, delta):
    grads = [(np.zeros(W.shape), np.zeros(b.shape)) for W, b in layers]
    for n in range(len(delta)):
        blame = delta[n]
        for i in range(len(layers) - 1, -1, -1):
            a = outputs[i][n]
            grads[i] = (grads[i][0] + np.outer(blame, a), grads[i][1] + blame)
            blame = layers[i][0].T @ blame * (1 - a * a)
    return grads


def _backward_crash(outputs, layers, delta):
    return outputs[len(layers) + 1]


def _backward_weights(outputs, layers, delta):
    return [delta.T @ outputs[-2]]


def _backward_cases(rng):
    def drawn(n, *sizes):
        outputs = [rng.normal(size=(n, sizes[0]))]
        outputs += [np.tanh(rng.normal(size=(n, m))) for m in sizes[1:-1]]
        outputs.append(rng.normal(size=(n, sizes[-1])))
        layers = _layers(rng, *sizes)
        return outputs, layers, rng.normal(size=(n, sizes[-1]))

    yield "one layer", drawn(4, 3, 2), "one layer"
    yield "one layer, one row, one unit", drawn(1, 2, 1), "one layer"
    yield "two layers of other widths", drawn(5, 2, 4, 3), "two layers"
    yield "two layers, one row", drawn(1, 3, 2, 2), "two layers"
    yield "four layers", drawn(3, 2, 5, 1, 4, 2), "many layers"
    yield "three layers as wide as they are deep", drawn(3, 3, 3, 3, 3), "many layers"
    outputs, layers, delta = drawn(2, 2, 3, 2, 2)
    yield "no blame at all", (outputs, layers, 0 * delta), "many layers"


def _descend(layers, gradients, lr, steps):
    losses = []
    for _ in range(steps):
        loss, grads = gradients(layers)
        losses.append(loss)
        pairs = zip(layers, grads, strict=True)
        layers = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in pairs]
    return layers, losses


def _descend_copies(layers, gradients, lr, steps):
    layers, losses = [[W.copy(), b.copy()] for W, b in layers], np.zeros(steps)
    for step in range(steps):
        losses[step], grads = gradients(layers)
        for i, (dW, db) in enumerate(grads):
            layers[i] = [layers[i][0] - lr * dW, layers[i][1] - lr * db]
    return layers, losses


def _descend_crash(layers, gradients, lr, steps):
    return layers - lr * gradients(layers)


def _descend_layers(layers, gradients, lr, steps):
    return layers


def _descend_cases(rng):
    shifted = Formula(
        "lambda layers: (sum(((W - 1)**2).sum() + ((b + 2)**2).sum() for W, b in layers),"
        " [(2 * (W - 1), 2 * (b + 2)) for W, b in layers])"
    )
    yield "three layers, seven steps", (_layers(rng, 2, 3, 4, 1), shifted, 0.1, 7)
    yield "one step", (_layers(rng, 3, 2), shifted, 0.3, 1)
    yield "a rate of zero", (_layers(rng, 1, 1), shifted, 0.0, 3)
    yield "no step", (_layers(rng, 2, 2), shifted, 0.1, 0)


HIDDEN = [
    Hidden(
        "hw2.still",
        reference=_still,
        wrong={
            "the input forgotten": _still_no_input,
            "the outgoing weight forgotten": _still_no_outgoing,
            "upside down": _still_upside_down,
        },
    ),
    Hidden(
        "hw2.still_why",
        rubric=[
            "1 point: the silent unit: no blame passes the flat side of the ReLU (its row of W), "
            "and it sends 0, so v[j] has nothing to multiply",
            "1 point: the input that is 0: the slope in W[j, k] has the factor x[k] (its column "
            "of W), whatever the blame is; uses the student's own numbers",
        ],
    ),
    Hidden(
        "hw2.slopes",
        reference=_slopes,
        wrong={
            "uphill": _slopes_uphill,
            "the ReLU forgotten": _slopes_no_relu,
            "turned": _slopes_turned,
        },
    ),
    Hidden(
        "hw2.softmax_loss",
        reference=_softmax_loss,
        cases=_softmax_loss_cases,
        also_right=[_softmax_loss_rows],
        wrong={
            "summed": _but(_softmax_loss, (".mean(), grad / n", ".sum(), grad")),
            "gradient not divided": _but(_softmax_loss, ("grad / n", "grad")),
            "target left out": _but(_softmax_loss, ("-= 1", "-= 0")),
            "uphill": _but(_softmax_loss, ("grad / n", "-grad / n")),
            "by columns": _but(_softmax_loss, ("axis=1", "axis=0")),
            "overflow": _but(
                _softmax_loss_log_of_zero, ("logits - logits.max(axis=1, keepdims=True)", "logits")
            ),
            "log of zero": _softmax_loss_log_of_zero,
        },
        crash=_softmax_loss_crash,
        wrong_shape=_softmax_loss_number,
    ),
    Hidden(
        "hw2.forward",
        reference=_forward,
        cases=_forward_cases,
        also_right=[_forward_last_apart],
        wrong={
            "tanh at the end": _but(_forward, ("if i < len(layers) - 1 else z", "")),
            "input left out": _but(_forward, ("return outputs", "return outputs[1:]")),
            "weighted sums kept": _but(
                _forward,
                ("outputs[-1] @", "(np.tanh(outputs[-1]) if i else X) @"),
                ("np.tanh(z) if i < len(layers) - 1 else z", "z"),
            ),
            "only the end": _but(_forward, ("return outputs", "return outputs[-1]")),
            "not transposed": _but(_forward, ("W.T", "W")),
            "no bias": _but(_forward, ("W.T + b", "W.T")),
        },
        crash=_forward_crash,
    ),
    Hidden(
        "hw2.gradient_error",
        reference=_gradient_error,
        cases=_gradient_error_cases,
        also_right=[_gradient_error_flat],
        wrong={
            "one length only": _but(_gradient_error, ("np.linalg.norm(g) + ", "")),
            "other length only": _but(_gradient_error, (" + np.linalg.norm(found)", "")),
            "not divided": _but(_gradient_error, (" / total if total > 0 else 0.0", "")),
            "one side": _but(_gradient_error, ("f(x - d)) / (2 * eps)", "f(x)) / eps")),
            "half the distance": _but(_gradient_error, ("2 * eps", "eps")),
            "zero by zero": _but(_gradient_error, (" if total > 0 else 0.0", "")),
            "x was moved": _but(
                _gradient_error,
                ("    d = np.zeros(x.shape)", "    x[i] += eps"),
                ("d[i] = eps", "right = f(x)\n        x[i] -= 2 * eps"),
                ("f(x + d) - f(x - d)", "right - f(x)"),
            ),
        },
        crash=_gradient_error_crash,
        wrong_shape=_gradient_error_each,
    ),
    Hidden(
        "hw2.backward",
        reference=_backward,
        cases=_backward_cases,
        also_right=[_backward_examples],
        wrong={
            "mean": _but(
                _backward,
                ("outputs[i], delta.sum(axis=0)", "outputs[i] / len(delta), delta.mean(axis=0)"),
            ),
            "bias not summed": _but(_backward, ("delta.sum(axis=0)", "delta")),
            "rows in the way": _but(_backward, ("delta.T @ outputs[i]", "outputs[i].T @ delta")),
            "last layer first": _but(_backward, ("insert(0, ", "append(")),
            "tanh forgotten": _but(_backward, (" * (1 - outputs[i] ** 2)", "")),
            "slope at the output": _but(_backward, ("outputs[i] ** 2", "np.tanh(outputs[i]) ** 2")),
            "not transposed": _but(_backward, ("layers[i][0]", "layers[i][0].T")),
            "tanh at the end": _but(
                _backward,
                (
                    "        grads.insert",
                    "        delta = delta * (1 - outputs[i + 1] ** 2)\n        grads.insert",
                ),
                (" * (1 - outputs[i] ** 2)", ""),
            ),
        },
        crash=_backward_crash,
        wrong_shape=_backward_weights,
    ),
    Hidden(
        "hw2.descend",
        reference=_descend,
        cases=_descend_cases,
        also_right=[_descend_copies],
        wrong={
            "uphill": _but(_descend, ("W - lr", "W + lr"), ("b - lr", "b + lr")),
            "loss after the step": _but(
                _descend,
                ("losses.append(loss)", "pass"),
                ("in pairs]", "in pairs]\n        losses.append(gradients(layers)[0])"),
            ),
            "biases stay": _but(_descend, ("b - lr * db", "b")),
            "always from the start": _but(
                _descend,
                ("gradients(layers)", "gradients(start)"),
                ("losses = []", "losses, start = [], layers"),
            ),
            "works in place": _but(
                _descend,
                (
                    "W - lr * dW, b - lr * db",
                    "np.subtract(W, lr * dW, W), np.subtract(b, lr * db, b)",
                ),
            ),
        },
        crash=_descend_crash,
        wrong_shape=_descend_layers,
    ),
    Hidden(
        "hw2.report",
        rubric=[
            "1 point: the facts, with own numbers: only the last biases move; the loss stops at "
            "the mean of -log(share of the species), computed from the counts (below log 3)",
            "1 point: why the weights stand still: tanh(0) = 0, so the last W multiplies zeros; "
            "and the last W is 0, so no blame reaches the first layer",
            "1 point: all weights equal and not 0: units move, but alike, so they stay one unit; "
            "random numbers break the tie (with a run, or with an argument)",
        ],
    ),
]
