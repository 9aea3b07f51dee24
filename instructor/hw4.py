"""Homework 4: reference answers, hidden cases and usual mistakes. Keep private."""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from coursekit import data
from coursekit.exercises import Case, Hidden, at_least

# ------------------------------------------------------------------------------------ paper


def _trace(size, layers):
    field, jump, result = 1, 1, []
    for kernel, stride, padding in layers:
        size = (size + 2 * padding - kernel) // stride + 1
        field += (kernel - 1) * jump
        jump *= stride
        result.append((size, field))
    return result


def _trace_backwards(size, layers):
    result = []
    for number, (kernel, stride, padding) in enumerate(layers, 1):
        size, seen = int((size + 2 * padding - kernel) / stride) + 1, 1
        for window, step, _ in reversed(layers[:number]):
            seen = (seen - 1) * step + window
        result.append([size, seen])
    return result


def _trace_jump_forgotten(size, layers):
    field, result = 1, []
    for kernel, stride, padding in layers:
        size = (size + 2 * padding - kernel) // stride + 1
        field += kernel - 1
        result.append((size, field))
    return result


def _trace_jump_too_early(size, layers):
    field, jump, result = 1, 1, []
    for kernel, stride, padding in layers:
        size, jump = (size + 2 * padding - kernel) // stride + 1, jump * stride
        field += (kernel - 1) * jump
        result.append((size, field))
    return result


def _trace_one_side(size, layers):
    sides, result = size, []
    for (kernel, stride, padding), (_, field) in zip(layers, _trace(size, layers), strict=True):
        sides = (sides + padding - kernel) // stride + 1
        result.append((sides, field))
    return result


def _trace_starts_over(size, layers):
    fields = [field for _, field in _trace(size, layers)]
    sides = [(size + 2 * p - k) // s + 1 for k, s, p in layers]
    return list(zip(sides, fields, strict=True))


def _trace_crash(size, layers):
    return layers["conv1"]


def _trace_last(size, layers):
    return _trace(size, layers)[-1]


def _trace_cases(rng):
    yield "one layer with steps of four", (63, [(5, 4, 0)])
    yield "a kernel of one changes nothing", (9, [(1, 1, 0), (1, 1, 0)])
    layers = [
        (int(rng.integers(2, 6)), int(rng.integers(1, 4)), int(rng.integers(3))) for _ in "ab"
    ]
    yield "two layers", (int(rng.integers(40, 70)), [*layers, (2, 1, 0)])
    yield "no layer", (28, [])


def _count(layers):
    size = {
        "conv": lambda i, o, k: i * o * k * k,
        "separable": lambda i, o, k: i * k * k + i * o,
        "norm": lambda c: 2 * c,
        "pool": lambda k: 0,
        "linear": lambda i, o: (i + 1) * o,
    }
    return sum(size[kind](*numbers) for kind, *numbers in layers)


def _count_branches(layers):
    total = 0
    for layer in layers:
        if layer[0] == "conv":
            total += layer[1] * layer[2] * layer[3] ** 2
        elif layer[0] == "separable":
            total += layer[1] * (layer[3] ** 2 + layer[2])
        elif layer[0] == "norm":
            total += 2 * layer[1]
        elif layer[0] == "linear":
            total += layer[1] * layer[2] + layer[2]
    return float(total)


def _count_with(layers, kind, extra):
    return _count(layers) + sum(extra(*numbers) for name, *numbers in layers if name == kind)


def _count_biases(layers):
    return sum(
        _count_with(layers, kind, extra) - _count(layers)
        for kind, extra in [("conv", lambda i, o, k: o), ("separable", lambda i, o, k: i + o)]
    ) + _count(layers)


def _count_head(layers):
    return _count_with(layers, "linear", lambda i, o: -o)


def _count_running(layers):
    return _count_with(layers, "norm", lambda c: 2 * c)


def _count_full(layers):
    return _count_with(layers, "separable", lambda i, o, k: i * o * k * k - i * k * k - i * o)


def _count_cases(rng):
    i, o = (int(n) for n in rng.integers(2, 50, 2))
    yield "one layer that is split", ([("separable", i, o, 5)],)
    yield "pools alone", ([("pool", 2), ("pool", 3)],)
    yield "nothing", ([],)
    yield "a conv and a norm", ([("conv", 3, o, 7), ("norm", o)],)
    yield "a dense network", ([("linear", 784, o), ("linear", o, 10)],)


# --------------------------------------------------------------------------- two thin layers


def _separable(x, depth, point):
    k = depth.shape[-1]
    padded = np.pad(x, ((0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(1, 2))
    maps = np.einsum("cijuv,cuv->cij", windows, depth)
    return np.einsum("oc,cij->oij", point, maps)


def _separable_loops(x, depth, point):
    channels, rows, columns = x.shape
    r = depth.shape[-1] // 2
    maps = np.zeros((channels, rows, columns))
    for c, i, j in np.ndindex(maps.shape):
        for u, v in np.ndindex(depth.shape[1:]):
            a, b = i + u - r, j + v - r
            if 0 <= a < rows and 0 <= b < columns:
                maps[c, i, j] += x[c, a, b] * depth[c, u, v]
    return np.stack([sum(row[c] * maps[c] for c in range(channels)) for row in point])


def _separable_turned(x, depth, point):
    return _separable(x, depth[:, ::-1, ::-1], point)


def _separable_no_padding(x, depth, point):
    k = depth.shape[-1]
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))
    return np.einsum("oc,cijuv,cuv->oij", point, windows, depth)


def _separable_first_kernel(x, depth, point):
    return _separable(x, np.repeat(depth[:1], len(depth), axis=0), point)


def _separable_adds_first(x, depth, point):
    total = _separable(x, depth, np.ones((1, len(x))))
    return point.sum(axis=1)[:, None, None] * total


def _separable_point_turned(x, depth, point):
    return _separable(x, depth, point.T)


def _separable_crash(x, depth, point):
    return np.einsum("oc,cij->oij", point, x[None])


def _separable_one_map(x, depth, point):
    return _separable(x, depth, point)[0]


def _separable_cases(rng):
    for name, channels, outputs, k, rows, columns in (
        ("more maps than channels", 2, 5, 3, 4, 7),
        ("a kernel of five", 3, 2, 5, 6, 6),
        ("a kernel of one", 3, 3, 1, 3, 2),
        ("a picture smaller than the kernel", 1, 2, 5, 2, 3),
    ):
        shapes = (channels, rows, columns), (channels, k, k), (outputs, channels)
        yield name, tuple(rng.normal(size=shape) for shape in shapes)


# --------------------------------------------------------------------------------- a network


class _Reader(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(16)
        self.depth2 = nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False)
        self.point2 = nn.Conv2d(16, 32, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(32)
        self.depth3 = nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)
        self.point3 = nn.Conv2d(32, 32, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(32)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(288, classes)

    def forward(self, x):
        x = self.pool(torch.relu(self.norm1(self.conv1(x))))
        x = self.pool(torch.relu(self.norm2(self.point2(self.depth2(x)))))
        x = self.pool(torch.relu(self.norm3(self.point3(self.depth3(x)))))
        return self.fc(x.flatten(1))


class _PoolsFirst(_Reader):
    def forward(self, x):
        x = self.pool(self.norm1(self.conv1(x))).relu()
        x = self.pool(self.norm2(self.point2(self.depth2(x)))).relu()
        x = self.pool(self.norm3(self.point3(self.depth3(x)))).relu()
        return self.fc(x.reshape(len(x), -1))


class _Softmax(_Reader):
    def forward(self, x):
        return super().forward(x).softmax(dim=1)


class _NoReLU(_Reader):
    def forward(self, x):
        x = self.pool(self.norm1(self.conv1(x)))
        x = self.pool(self.norm2(self.point2(self.depth2(x))))
        return self.fc(self.pool(self.norm3(self.point3(self.depth3(x)))).flatten(1))


class _ReLUFirst(_Reader):
    def forward(self, x):
        x = self.pool(self.norm1(self.conv1(x).relu()))
        x = self.pool(self.norm2(self.point2(self.depth2(x)).relu()))
        x = self.pool(self.norm3(self.point3(self.depth3(x)).relu()))
        return self.fc(x.flatten(1))


class _Biases(_Reader):
    def __init__(self, classes=10):
        super().__init__(classes)
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.depth2 = nn.Conv2d(16, 16, 3, padding=1, groups=16)
        self.point2 = nn.Conv2d(16, 32, 1)
        self.depth3 = nn.Conv2d(32, 32, 3, padding=1, groups=32)
        self.point3 = nn.Conv2d(32, 32, 1)


class _NoGroups(_Reader):
    def __init__(self, classes=10):
        super().__init__(classes)
        self.depth2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.depth3 = nn.Conv2d(32, 32, 3, padding=1, bias=False)


class _TenClasses(_Reader):
    def __init__(self, classes=10):
        super().__init__(10)


def _reader_crash(classes=10):
    return nn.Sequential(nn.Conv2d(1, 16, 3), undefined)  # noqa: F821


class _Mean(_Reader):
    def forward(self, x):
        return super().forward(x).mean(dim=1)


def _reader_cases(rng):
    yield "four pictures, five classes", ("logits", 5, rng.random((4, 1, 28, 28))), "logits"
    yield "one picture", ("logits", 2, rng.random((1, 1, 28, 28))), "logits"
    yield "twelve classes", ("arrays", 12, rng.random((1, 1, 28, 28))), "arrays"


def _fit(X, y, classes, epochs, size, lr):
    X, y = torch.as_tensor(X, dtype=torch.float32), torch.as_tensor(y)
    model = nn.Linear(X.shape[1], classes)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for inputs, labels in zip(X.split(size), y.split(size), strict=True):
            loss = cross_entropy(model(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
        losses.append(total / len(y))
    return model.weight.detach().numpy(), model.bias.detach().numpy(), losses


def _fit_by_hand(X, y, classes, epochs, size, lr):
    W, b, losses = np.zeros((classes, X.shape[1])), np.zeros(classes), []
    for _ in range(epochs):
        each = []
        for start in range(0, len(y), size):
            inputs, labels = X[start : start + size], np.asarray(y)[start : start + size]
            z = inputs @ W.T + b
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            each += list(-np.log(p[np.arange(len(labels)), labels]))
            error = (p - np.eye(classes)[labels]) / len(labels)
            W, b = W - lr * error.T @ inputs, b - lr * error.sum(axis=0)
        losses.append(np.mean(each))
    return W, b, losses


def _fit_with(
    X, y, classes, epochs, size, lr, *, clear=True, softmax=False, weigh=True, drop=False,
    again=False,
):  # fmt: skip
    X, y = torch.as_tensor(X, dtype=torch.float32), torch.as_tensor(y)
    model = nn.Linear(X.shape[1], classes)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        seen = []
        for inputs, labels in zip(X.split(size), y.split(size), strict=True):
            if drop and len(labels) < size:
                continue
            z = model(inputs)
            loss = cross_entropy(z.softmax(dim=1) if softmax else z, labels)
            if clear:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if again:
                loss = cross_entropy(model(inputs), labels)
            seen.append((loss.item(), len(labels) if weigh else 1))
        losses.append(sum(a * n for a, n in seen) / sum(n for _, n in seen))
    return model.weight.detach().numpy(), model.bias.detach().numpy(), losses


def _fit_piles_up(X, y, classes, epochs, size, lr):
    return _fit_with(X, y, classes, epochs, size, lr, clear=False)


def _fit_softmax(X, y, classes, epochs, size, lr):
    return _fit_with(X, y, classes, epochs, size, lr, softmax=True)


def _fit_mean_of_means(X, y, classes, epochs, size, lr):
    return _fit_with(X, y, classes, epochs, size, lr, weigh=False)


def _fit_rest_lost(X, y, classes, epochs, size, lr):
    return _fit_with(X, y, classes, epochs, size, lr, drop=True)


def _fit_after(X, y, classes, epochs, size, lr):
    return _fit_with(X, y, classes, epochs, size, lr, again=True)


def _fit_crash(X, y, classes, epochs, size, lr):
    return nn.Linear(classes, X.shape[1])(torch.as_tensor(X).double())


def _fit_no_losses(X, y, classes, epochs, size, lr):
    return _fit(X, y, classes, epochs, size, lr)[:2]


def _fit_cases(rng):
    X, y = rng.normal(size=(11, 4)), rng.integers(3, size=11)
    yield "eleven pictures in batches of four", (X, y, 3, 3, 4, 0.5)
    yield "all in one batch", (X, y, 3, 2, 20, 0.1)
    yield "one at a time", (X[:5], y[:5] % 2, 2, 2, 1, 1.0)
    yield "a class that never comes", (X, y % 2, 4, 2, 6, 0.3)


def _learn(X, y, seed):
    torch.manual_seed(seed)
    model, labels = _Reader(10), torch.as_tensor(y)
    rng, epochs, size = np.random.default_rng(seed), 6, 16
    optimizer = torch.optim.Adam(model.parameters())
    steps = epochs * -(-len(X) // size)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=steps)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for rows in np.split(order, range(size, len(X), size)):
            inputs = torch.as_tensor(X[rows], dtype=torch.float32)[:, None]
            loss = cross_entropy(model(inputs), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rates.step()
    return model


def _learn_plain(X, y, seed):
    torch.manual_seed(seed)
    model = _Reader(10)
    pictures = torch.as_tensor(X, dtype=torch.float32)[:, None]
    optimizer = torch.optim.Adam(model.parameters(), 0.003)
    for epoch in range(8):
        for group in optimizer.param_groups:
            group["lr"] = 0.003 * (1 - epoch / 8)
        for rows in torch.randperm(len(X)).split(32):
            optimizer.zero_grad()
            cross_entropy(model(pictures[rows]), torch.as_tensor(y)[rows]).backward()
            optimizer.step()
    return model


def _learn_nothing(X, y, seed):
    torch.manual_seed(seed)
    return _Reader(10)


def _learn_shortly(X, y, seed):
    torch.manual_seed(seed)
    model = _Reader(10)
    optimizer = torch.optim.Adam(model.parameters(), 0.003)
    for rows in np.split(torch.randperm(len(X)).numpy(), range(32, len(X), 32)) * 2:
        inputs = torch.as_tensor(X[rows], dtype=torch.float32)[:, None]
        loss = cross_entropy(model(inputs), torch.as_tensor(y[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def _learn_crash(X, y, seed):
    return _Reader(10)(X)


def _learn_cases(rng):
    X, y = data.posed_digits(rng=rng)
    code = rng.permutation(10)  # other names for the digits: nothing that was learnt before helps
    args = (X[:897], code[y[:897]], X[897:], code[y[897:]])
    yield Case("other poses, other names of the digits", args, want=at_least(0.8))


# ------------------------------------------------------------------------ what it is good for


def _judge_machine(matrix):
    right = np.diag(matrix).astype(float)
    known, said = matrix.sum(axis=1), matrix.sum(axis=0)
    recall = np.divide(right, known, out=np.zeros_like(right), where=known > 0)
    precision = np.divide(right, said, out=np.zeros_like(right), where=said > 0)
    wrong = matrix - np.diag(np.diag(matrix))
    truth, answer = np.unravel_index(wrong.argmax(), matrix.shape)
    return recall, precision, (int(truth), int(answer))


def _judge_machine_loops(matrix):
    k = len(matrix)
    recall, precision, worst, most = [], [], (0, 0), -1
    for c in range(k):
        row, column = sum(matrix[c]), sum(matrix[r][c] for r in range(k))
        recall.append(matrix[c][c] / row if row else 0.0)
        precision.append(matrix[c][c] / column if column else 0.0)
        for other in range(k):
            if other != c and matrix[c][other] > most:
                most, worst = matrix[c][other], (c, other)
    return recall, precision, worst


def _judge_swapped(matrix):
    recall, precision, worst = _judge_machine(matrix)
    return precision, recall, worst


def _judge_diagonal(matrix):
    recall, precision, _ = _judge_machine(matrix)
    worst = np.unravel_index(matrix.argmax(), matrix.shape)
    return recall, precision, tuple(int(i) for i in worst)


def _judge_zero_by_zero(matrix):
    worst = _judge_machine(matrix)[2]
    with np.errstate(all="ignore"):
        return np.diag(matrix) / matrix.sum(axis=1), np.diag(matrix) / matrix.sum(axis=0), worst


def _judge_spoils(matrix):
    result = _judge_machine(matrix.copy())
    np.fill_diagonal(matrix, 0)
    return result


def _judge_of_all(matrix):
    share = np.diag(matrix) / matrix.sum()
    return share, share, _judge_machine(matrix)[2]


def _judge_crash(matrix):
    return matrix["recall"]


def _judge_numbers(matrix):
    recall, precision, _ = _judge_machine(matrix)
    return recall.mean(), precision.mean(), 0


def _judge_cases(rng):
    for k in (2, 5, 10):
        yield f"{k} classes", (rng.integers(1, 30, (k, k)) + 20 * np.eye(k, dtype=int),)
    table = rng.integers(1, 9, (4, 4))
    table[2], table[:, 1] = 0, 0
    yield "a class without pictures, another without answers", (table,)


def _moved(student):
    shift = int(data.own_rng(student, "hw4.moved").integers(2, 7))
    return tuple(shift // s if shift % s == 0 else "changed" for s in (2, 4, 8))


def _moved_rounded(student):
    shift = int(data.own_rng(student, "hw4.moved").integers(2, 7))
    return tuple(shift // s for s in (2, 4, 8))


def _moved_alike(student):
    shift = int(data.own_rng(student, "hw4.moved").integers(2, 7))
    return (shift,) * 3


HIDDEN = [
    Hidden(
        "hw4.trace",
        reference=_trace,
        cases=_trace_cases,
        also_right=[_trace_backwards],
        wrong={
            "jump forgotten": _trace_jump_forgotten,
            "jump too early": _trace_jump_too_early,
            "one side": _trace_one_side,
            "starts over": _trace_starts_over,
        },
        crash=_trace_crash,
        wrong_shape=_trace_last,
    ),
    Hidden(
        "hw4.count",
        reference=_count,
        cases=_count_cases,
        also_right=[_count_branches],
        wrong={
            "biases": _count_biases,
            "head without bias": _count_head,
            "running means": _count_running,
            "full kernels": _count_full,
        },
        crash=lambda layers: layers["conv"],
        wrong_shape=lambda layers: [_count([layer]) for layer in layers],
    ),
    Hidden(
        "hw4.separable",
        reference=_separable,
        cases=_separable_cases,
        also_right=[_separable_loops],
        wrong={
            "turned": _separable_turned,
            "no padding": _separable_no_padding,
            "first kernel": _separable_first_kernel,
            "adds first": _separable_adds_first,
            "point turned": _separable_point_turned,
        },
        crash=_separable_crash,
        wrong_shape=_separable_one_map,
    ),
    Hidden(
        "hw4.Reader",
        reference=_Reader,
        cases=_reader_cases,
        also_right=[_PoolsFirst],
        wrong={
            "softmax": _Softmax,
            "no ReLU": _NoReLU,
            "ReLU first": _ReLUFirst,
            "biases": _Biases,
            "no groups": _NoGroups,
            "always ten": _TenClasses,
        },
        crash=_reader_crash,
        wrong_shape=_Mean,
    ),
    Hidden(
        "hw4.fit",
        reference=_fit,
        cases=_fit_cases,
        also_right=[_fit_by_hand],
        wrong={
            "piles up": _fit_piles_up,
            "softmax twice": _fit_softmax,
            "mean of means": _fit_mean_of_means,
            "rest lost": _fit_rest_lost,
            "loss after the step": _fit_after,
        },
        crash=_fit_crash,
        wrong_shape=_fit_no_losses,
    ),
    Hidden(
        "hw4.learn",
        reference=_learn,
        cases=_learn_cases,
        also_right=[_learn_plain],
        wrong={"guesses": _learn_nothing, "too little": _learn_shortly},
        crash=_learn_crash,
    ),
    Hidden(
        "hw4.judge_machine",
        reference=_judge_machine,
        cases=_judge_cases,
        also_right=[_judge_machine_loops],
        wrong={
            "swapped": _judge_swapped,
            "diagonal": _judge_diagonal,
            "0 divided by 0": _judge_zero_by_zero,
            "spoils the table": _judge_spoils,
            "of all": _judge_of_all,
        },
        crash=_judge_crash,
        wrong_shape=_judge_numbers,
    ),
    Hidden(
        "hw4.moved",
        reference=_moved,
        wrong={"rounded down": _moved_rounded, "as the picture": _moved_alike},
    ),
    Hidden(
        "hw4.why",
        rubric=[
            "1 point: a convolution moves its map exactly as the picture; each pool keeps every "
            "second cell, so only whole multiples of 2, 4, 8 pixels survive; fits the own number",
            "1 point: so the network is not indifferent to moves by itself: other pixels meet in a "
            "window; names what makes up for it (moved pictures in training, a global mean)",
        ],
    ),
    Hidden(
        "hw4.advice",
        rubric=[
            "1 point: an experiment of one's own, with one thing changed, at least three seeds or "
            "poses, and numbers with their spread, on pictures that were not trained on",
            "1 point: a recommendation that follows from the numbers, names the digits that need "
            "a human eye, and says what was not tested (other writers, dirt, other cameras)",
        ],
    ),
]
