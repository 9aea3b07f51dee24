"""Homework 5: reference answers, hidden cases and usual mistakes. Keep private."""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from coursekit import data, models
from coursekit.exercises import Case, Hidden, at_least

# ------------------------------------------------------------------------- what is left to learn

LEARNING = {"probe": 1_290, "last": 75_146, "all": 98_554}


def _changed(student):
    return int(2 * _channels(student).sum())


def _channels(student):
    return data.own_rng(student, "hw5.changed").choice([8, 12, 20, 24, 28], 3)


def _changed_means(student):
    return int(_channels(student).sum())


def _changed_scales(student):
    return int(4 * _channels(student).sum())


# ------------------------------------------------------------------------------------- a probe


def _probe(F, y, G, classes, strength):
    mean, std = F.mean(axis=0), F.std(axis=0)
    std = np.where(std == 0, 1, std)
    A, targets = (F - mean) / std, np.eye(classes)[y]
    offset = targets.mean(axis=0)
    W = np.linalg.solve(A.T @ A + strength * np.eye(A.shape[1]), A.T @ (targets - offset))
    return (G - mean) / std @ W + offset


def _probe_long(F, y, G, classes, strength):
    std = np.array([column.std() or 1.0 for column in F.T])
    A, B = (F - F.mean(axis=0)) / std, (G - F.mean(axis=0)) / std
    targets = np.array([[float(label == c) for c in range(classes)] for label in y])
    rows = np.vstack([A, np.sqrt(strength) * np.eye(A.shape[1])])
    goal = np.vstack([targets - targets.mean(axis=0), np.zeros((A.shape[1], classes))])
    return B @ np.linalg.lstsq(rows, goal, rcond=None)[0] + targets.mean(axis=0)


def _probe_own_mean(F, y, G, classes, strength):
    std = np.where(G.std(axis=0) == 0, 1, G.std(axis=0))
    own = (G - G.mean(axis=0)) / std
    scale = np.where(F.std(axis=0) == 0, 1, F.std(axis=0))
    return _probe(F, y, own * scale + F.mean(axis=0), classes, strength)


def _probe_constant(F, y, G, classes, strength):
    if (F.std(axis=0) == 0).any():
        return np.full((len(G), classes), np.nan)
    return _probe(F, y, G, classes, strength)


def _probe_no_offset(F, y, G, classes, strength):
    return _probe(F, y, G, classes, strength) - np.eye(classes)[y].mean(axis=0)


def _probe_no_strength(F, y, G, classes, strength):
    return _probe(F, y, G, classes, 0)


def _probe_raw(F, y, G, classes, strength):
    A, targets = F - F.mean(axis=0), np.eye(classes)[y]
    offset = targets.mean(axis=0)
    W = np.linalg.solve(A.T @ A + strength * np.eye(A.shape[1]), A.T @ (targets - offset))
    return (G - F.mean(axis=0)) @ W + offset


def _probe_crash(F, y, G, classes, strength):
    return np.linalg.solve(F, G)


def _probe_labels(F, y, G, classes, strength):
    return _probe(F, y, G, classes, strength).argmax(axis=1)


def _probe_cases(rng):
    F, G, y = rng.normal(2, 3, (12, 4)), rng.normal(2, 3, (5, 4)), rng.integers(3, size=12)
    yield "three classes", (F, y, G, 3, 2.0)
    yield "a class that is not there", (F, y, G, 5, 0.5)
    yield "more features than pictures", (F[:3], y[:3], G, 3, 1.0)
    F[:, 2] = 7.0
    yield "a feature that never changes", (F, y, G, 3, 1.0)
    yield "one new picture", (F, y, G[:1], 3, 10.0)


# -------------------------------------------------------------------------------- fine-tuning

_LAYERS = ("block1", "block2", "block3", "embedding", "head")


def _tune(X, y, mode, steps, seed, *, labels=10, start=None):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = start or models.pretrained()
    model.head = nn.Linear(128, labels)
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    for step in range(steps):
        count = {"last": 2, "all": 5, "gradual": min(5, 1 + step // 10)}[mode]
        for number, name in enumerate(["head", "embedding", "block3", "block2", "block1"]):
            getattr(model, name).requires_grad_(number < count)
        rows = rng.integers(len(X), size=16)
        inputs = torch.as_tensor(X[rows], dtype=torch.float32)[:, None]
        loss = cross_entropy(model(inputs), torch.as_tensor(y[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def _tune_by_parts(X, y, mode, steps, seed):
    torch.manual_seed(seed)
    model = models.pretrained()
    model.head = nn.Linear(128, 10)
    layers = [getattr(model, name) for name in _LAYERS]
    waiting = {"last": layers[:3], "all": [], "gradual": layers[:4]}[mode]
    model.requires_grad_(True)
    for layer in waiting:
        layer.requires_grad_(False)
    pictures, labels = torch.as_tensor(X, dtype=torch.float32)[:, None], torch.as_tensor(y)
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    for step in range(steps):
        if mode == "gradual" and step and step % 10 == 0 and waiting:
            waiting.pop().requires_grad_(True)
        rows = torch.randperm(len(y))[:16]
        model.train()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        optimizer.zero_grad()
        cross_entropy(model(pictures[rows]), labels[rows]).backward()
        optimizer.step()
    return model


def _tune_always_all(X, y, mode, steps, seed):
    return _tune(X, y, "all", steps, seed)


def _tune_norms_run(X, y, mode, steps, seed):
    return _tune(X, y, mode, steps, seed, start=models.pretrained().train())


def _tune_old_head(X, y, mode, steps, seed):
    return _tune(X, y, mode, steps, seed, labels=52)


def _tune_from_chance(X, y, mode, steps, seed):
    torch.manual_seed(seed)
    return _tune(X, y, mode, steps, seed, start=models.GlyphNet().eval())


def _tune_from_input(X, y, mode, steps, seed):
    torch.manual_seed(seed)
    model = models.pretrained()
    model.head = nn.Linear(128, 10)
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    for step in range(steps):
        count = {"last": 2, "all": 5, "gradual": min(5, 1 + step // 10)}[mode]
        for number, name in enumerate(_LAYERS):
            getattr(model, name).requires_grad_(number < count)
        rows = np.arange(16) % len(X)
        inputs = torch.as_tensor(X[rows], dtype=torch.float32)[:, None]
        optimizer.zero_grad()
        cross_entropy(model(inputs), torch.as_tensor(y[rows])).backward()
        optimizer.step()
    return model


def _tune_crash(X, y, mode, steps, seed):
    return models.pretrained()(X)


def _tune_cases(rng):
    X, y = rng.random((20, 28, 28), np.float32), rng.integers(10, size=20)
    yield "last, another seed", (X, y, "last", 2, 5), "last"
    yield "all, one step", (X, y, "all", 1, 6), "all"
    yield "gradual, just before the first change", (X, y, "gradual", 10, 7), "gradual"
    yield "gradual, just after it", (X, y, "gradual", 11, 7), "gradual"
    yield "gradual, after the third", (X, y, "gradual", 33, 8), "gradual"
    yield "gradual, to the end", (X, y, "gradual", 45, 9), "gradual"


def _read_few(X, y, seed):
    torch.manual_seed(seed)
    rng, model = np.random.default_rng(seed), models.pretrained()
    model.head = nn.Linear(128, 10)
    posed = np.concatenate([X, *(data.pose(X, rng=rng) for _ in range(9))])
    with torch.no_grad():
        F = model.features(torch.as_tensor(posed, dtype=torch.float32)[:, None]).numpy()
        mean, std = F.mean(axis=0), F.std(axis=0) + 1e-6
        targets = np.eye(10)[np.tile(y, 10)] - 0.1
        A = (F - mean) / std
        W = np.linalg.solve(A.T @ A + 100 * np.eye(128), A.T @ targets) / std[:, None]
        model.head.weight.copy_(torch.as_tensor(8 * W.T))
        model.head.bias.copy_(torch.as_tensor(-8 * mean @ W))
    optimizer = torch.optim.Adam(model.parameters())
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.001, total_steps=60)
    for _ in range(60):
        rows = rng.permutation(len(X))[:16]
        inputs = torch.as_tensor(data.pose(X[rows], rng=rng))[:, None]
        loss = cross_entropy(model(inputs), torch.as_tensor(y[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rates.step()
    return model


def _read_few_probe(X, y, seed):
    from sklearn.linear_model import LogisticRegression

    rng, model = np.random.default_rng(seed), models.pretrained()

    def features(pictures):
        with torch.no_grad():
            return model.features(torch.as_tensor(pictures, dtype=torch.float32)).numpy()

    posed = np.concatenate([X, *(data.pose(X, rng=rng) for _ in range(19))])[:, None]
    F = features(posed)
    mean, std = F.mean(axis=0), F.std(axis=0) + 1e-6
    fit = LogisticRegression(C=0.01, max_iter=2000).fit((F - mean) / std, np.tile(y, 20))
    return lambda pictures: fit.decision_function((features(pictures) - mean) / std)


def _read_few_nothing(X, y, seed):
    torch.manual_seed(seed)
    return models.GlyphNet(10)


def _read_few_scratch(X, y, seed):
    torch.manual_seed(seed)
    rng, model = np.random.default_rng(seed), models.GlyphNet(10)
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    for _ in range(100):
        rows = rng.permutation(len(X))[:16]
        inputs = torch.as_tensor(data.pose(X[rows], rng=rng))[:, None]
        loss = cross_entropy(model(inputs), torch.as_tensor(y[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def _read_few_crash(X, y, seed):
    return models.pretrained().head(X)


def _read_few_cases(rng):
    X, y = data.posed_digits(rng=rng)
    code = rng.permutation(10)  # other names for the digits: nothing that was learnt before helps
    rows = _few(rng, y[:897], 5)
    args = (X[rows], code[y[rows]], X[897:], code[y[897:]])
    yield Case("other pictures, other names of the digits", args, want=at_least(0.68))


def _few(rng, y, draws):
    """Return row numbers of two pictures of each digit, for each draw, (draws, 20)."""
    each = [rng.permutation(np.flatnonzero(y == c))[: 2 * draws] for c in range(10)]
    return np.concatenate([rows.reshape(draws, 2) for rows in each], axis=1)


# --------------------------------------------------------------------------------- sentences


def _sentence_vectors(states, mask):
    keep = mask.astype(float).copy()
    for row in keep:
        real = np.flatnonzero(row)
        row[real[[0, -1]]] = 0
    mean = (states * keep[:, :, None]).sum(axis=1) / np.maximum(keep.sum(axis=1), 1)[:, None]
    length = np.linalg.norm(mean, axis=1, keepdims=True)
    return mean / np.where(length == 0, 1, length)


def _sentence_vectors_slices(states, mask):
    result = np.zeros((len(states), states.shape[2]))
    for i, (sentence, real) in enumerate(zip(states, mask, strict=True)):
        words = sentence[real > 0][1:-1]
        if len(words) and np.linalg.norm(words.sum(axis=0)):
            result[i] = words.sum(axis=0) / np.linalg.norm(words.sum(axis=0))
    return result


def _unit(v):
    length = np.linalg.norm(v, axis=1, keepdims=True)
    return v / np.where(length == 0, 1, length)


def _sentence_padding(states, mask):
    return _unit(states[:, 1:-1].mean(axis=1))


def _sentence_markers(states, mask):
    return _unit((states * mask[:, :, None]).sum(axis=1))


def _sentence_last_column(states, mask):
    keep = mask.copy()
    keep[:, [0, -1]] = 0
    return _unit((states * keep[:, :, None]).sum(axis=1))


def _sentence_any_length(states, mask):
    keep = mask.astype(float).copy()
    for row in keep:
        row[np.flatnonzero(row)[[0, -1]]] = 0
    return (states * keep[:, :, None]).sum(axis=1) / np.maximum(keep.sum(axis=1), 1)[:, None]


def _sentence_empty(states, mask):
    result = _sentence_vectors(states, mask)
    result[mask.sum(axis=1) <= 2] = np.nan
    return result


def _sentence_crash(states, mask):
    return states * mask


def _sentence_all(states, mask):
    return _unit(_sentence_vectors(states, mask).mean(axis=0)[None])


def _sentence_cases(rng):
    for name, lengths in (
        ("different lengths", (3, 7, 5)),
        ("no padding", (4, 4)),
        ("an empty sentence", (2, 6)),
        ("one word", (3,)),
    ):
        t = max(lengths)
        mask = np.array([[1.0] * n + [0.0] * (t - n) for n in lengths])
        yield name, (rng.normal(size=(len(lengths), t, 4)), mask)


def _nearest_topic(known, topics, new):
    names = sorted(set(topics))
    means = np.array([known[[t == name for t in topics]].mean(axis=0) for name in names])
    return [names[i] for i in (_unit(new) @ _unit(means).T).argmax(axis=1)]


def _nearest_topic_loop(known, topics, new):
    result = []
    for vector in new:
        best, most = None, -np.inf
        for name in sorted(set(topics)):
            mean = sum(v for v, t in zip(known, topics, strict=True) if t == name)
            cosine = vector @ mean / np.linalg.norm(mean)
            if cosine > most:
                best, most = name, cosine
        result.append(str(best))
    return result


def _nearest_lengths(known, topics, new):
    names = sorted(set(topics))
    means = np.array([known[[t == name for t in topics]].mean(axis=0) for name in names])
    return [names[i] for i in (new @ means.T).argmax(axis=1)]


def _nearest_one(known, topics, new):
    return [topics[i] for i in (new @ known.T).argmax(axis=1)]


def _nearest_numbers(known, topics, new):
    return [sorted(set(topics)).index(name) for name in _nearest_topic(known, topics, new)]


def _nearest_farthest(known, topics, new):
    names = sorted(set(topics))
    means = np.array([known[[t == name for t in topics]].mean(axis=0) for name in names])
    return [names[i] for i in (_unit(new) @ _unit(means).T).argmin(axis=1)]


def _nearest_crash(known, topics, new):
    return known[topics.index("film")] @ new[0, 0, 0]


def _nearest_first(known, topics, new):
    return _nearest_topic(known, topics, new)[0]


def _nearest_cases(rng):
    for n, names in ((9, ("film", "food", "music")), (8, ("es", "en")), (5, ("b", "c", "a", "d"))):
        known, new = _unit(rng.normal(size=(n, 3))), _unit(rng.normal(size=(6, 3)))
        topics = [names[i % len(names)] for i in range(n)]
        yield f"{len(names)} topics", (known, topics, new)
    yield "one topic", (known, ["film"] * 5, new[:2])


def _lora(W, A, B, alpha):
    return W + alpha / len(A) * B @ A, (A.size + B.size) / W.size


def _lora_loops(W, A, B, alpha):
    (out, inputs), rank = W.shape, B.shape[1]
    merged = W.copy()
    for k in range(rank):
        merged += alpha / rank * np.outer(B[:, k], A[k])
    return merged, rank * (out + inputs) / (out * inputs)


def _lora_no_scale(W, A, B, alpha):
    return W + B @ A, (A.size + B.size) / W.size


def _lora_no_rank(W, A, B, alpha):
    return W + alpha * B @ A, (A.size + B.size) / W.size


def _lora_replaces(W, A, B, alpha):
    return alpha / len(A) * B @ A, (A.size + B.size) / W.size


def _lora_of_all(W, A, B, alpha):
    return _lora(W, A, B, alpha)[0], (A.size + B.size) / (W.size + A.size + B.size)


def _lora_crash(W, A, B, alpha):
    return W + alpha * A @ B @ W @ A


def _lora_merged(W, A, B, alpha):
    return _lora(W, A, B, alpha)[0]


def _lora_cases(rng):
    for out, inputs, rank, alpha in ((4, 6, 2, 8), (5, 3, 1, 0.5), (3, 3, 3, 6)):
        shapes = (out, inputs), (rank, inputs), (out, rank)
        W, A, B = (rng.normal(size=shape) for shape in shapes)
        yield f"{out} by {inputs}, rank {rank}", (W, A, B, alpha)
    yield "before training, B is zero", (W, A, np.zeros_like(B), 4)


HIDDEN = [
    Hidden(
        "hw5.learning",
        reference=LEARNING,
        wrong={
            "old head": {"probe": 6_708, "last": 80_564, "all": 103_972},
            "frozen ones": {"probe": 97_264, "last": 23_408, "all": 0},
            "arrays": {"probe": 2, "last": 4, "all": 13},
        },
    ),
    Hidden(
        "hw5.changed",
        reference=_changed,
        wrong={
            "nothing": 0,
            "means alone": _changed_means,
            "scale and shift": _changed_scales,
        },
    ),
    Hidden(
        "hw5.why",
        rubric=[
            "1 point: freezing stops the gradient; the running mean and variance are measured in "
            "each forward pass in training mode, one pair a channel, hence twice the channels",
            "1 point: with twenty pictures these become the noisy statistics of few pictures and "
            "the frozen features drift; keep the norms in evaluation mode",
        ],
    ),
    Hidden(
        "hw5.probe",
        reference=_probe,
        cases=_probe_cases,
        also_right=[_probe_long],
        wrong={
            "own mean": _probe_own_mean,
            "constant feature": _probe_constant,
            "no offset": _probe_no_offset,
            "no penalty": _probe_no_strength,
            "not scaled": _probe_raw,
        },
        crash=_probe_crash,
        wrong_shape=_probe_labels,
    ),
    Hidden(
        "hw5.tune",
        reference=_tune,
        cases=_tune_cases,
        also_right=[_tune_by_parts],
        wrong={
            "always all": _tune_always_all,
            "norms run": _tune_norms_run,
            "old head": _tune_old_head,
            "from chance": _tune_from_chance,
            "from the input": _tune_from_input,
        },
        crash=_tune_crash,
    ),
    Hidden(
        "hw5.read_few",
        reference=_read_few,
        cases=_read_few_cases,
        also_right=[_read_few_probe],
        wrong={"guesses": _read_few_nothing, "as from scratch": _read_few_scratch},
        crash=_read_few_crash,
    ),
    Hidden(
        "hw5.sentence_vectors",
        reference=_sentence_vectors,
        cases=_sentence_cases,
        also_right=[_sentence_vectors_slices],
        wrong={
            "padding counts": _sentence_padding,
            "markers count": _sentence_markers,
            "last column": _sentence_last_column,
            "any length": _sentence_any_length,
            "no words": _sentence_empty,
        },
        crash=_sentence_crash,
        wrong_shape=_sentence_all,
    ),
    Hidden(
        "hw5.nearest_topic",
        reference=_nearest_topic,
        cases=_nearest_cases,
        also_right=[_nearest_topic_loop],
        wrong={
            "long means win": _nearest_lengths,
            "one neighbour": _nearest_one,
            "numbers": _nearest_numbers,
            "farthest": _nearest_farthest,
        },
        crash=_nearest_crash,
        wrong_shape=_nearest_first,
    ),
    Hidden(
        "hw5.lora",
        reference=_lora,
        cases=_lora_cases,
        also_right=[_lora_loops],
        wrong={
            "no scale": _lora_no_scale,
            "rank forgotten": _lora_no_rank,
            "replaces": _lora_replaces,
            "of everything": _lora_of_all,
        },
        crash=_lora_crash,
        wrong_shape=_lora_merged,
    ),
    Hidden(
        "hw5.advice",
        rubric=[
            "1 point: compares with a start from nothing that had the same labels, poses, steps "
            "and care, over at least three seeds, with the spread, on pictures kept for the test",
            "1 point: a recommendation that follows from the numbers, says from how many labels on "
            "pretraining stops paying here or why that is open, and what was not tested",
        ],
    ),
]
