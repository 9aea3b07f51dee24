"""How fast is our automatic differentiation beside others? The same work, in one run.

One step of training, on one thread and in float64: a 64-128-10 network on a batch of 64, and a
2-8-1 network of single numbers on 20 points. Then how the step grows with the batch and with the
width, and a backward pass with the number of nodes.

The graphs of micrograd hold references in a circle, so Python's garbage collector must find them;
ours go as soon as nobody needs them. So single numbers are measured twice: over a hundred steps
with the collector at work, and with none. What was imported before is kept from it (`gc.freeze`).
"""

import gc
from collections.abc import Callable

import micrograd.engine
import numpy as np
import torch
from measure import Step, growth, keep, ratio

from coursekit import data, nn, optim
from coursekit.autograd import Tensor, Value, cross_entropy

BATCHES = (16, 64, 256, 1024, 4096)
WIDTHS = (32, 128, 512, 2048)
NODES = (1_000, 10_000, 100_000)

rng = np.random.default_rng(0)


def examples(batch: int) -> tuple[np.ndarray, np.ndarray]:
    """Return random inputs, (batch, 64), and their classes."""
    return rng.normal(size=(batch, 64)), rng.integers(10, size=batch)


def ours(batch: int = 64, width: int = 128) -> Step:
    """Return a step with coursekit."""
    X, y = examples(batch)
    net = nn.Sequential(nn.Linear(64, width, rng=rng), nn.ReLU(), nn.Linear(width, 10, rng=rng))
    optimizer = optim.SGD(net.parameters(), lr=0.1)

    def step() -> None:
        optimizer.zero_grad()
        cross_entropy(net(Tensor(X)), y).backward()
        optimizer.step()

    return step


def pytorch(batch: int = 64, width: int = 128) -> Step:
    """Return the same step with torch.nn and torch.optim."""
    X, y = examples(batch)
    net = torch.nn.Sequential(
        torch.nn.Linear(64, width), torch.nn.ReLU(), torch.nn.Linear(width, 10)
    ).double()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    inputs, labels = torch.tensor(X), torch.tensor(y)

    def step() -> None:
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(inputs), labels).backward()
        optimizer.step()

    return step


def by_hand() -> Step:
    """Return the same step in NumPy, with the gradients worked out on paper."""
    X, y = examples(64)
    net = nn.Sequential(nn.Linear(64, 128, rng=rng), nn.ReLU(), nn.Linear(128, 10, rng=rng))
    w1, b1, w2, b2 = (p.data for p in net.parameters())
    rows = np.arange(64)

    def step() -> None:
        z = X @ w1.T + b1
        h = np.maximum(z, 0)
        logits = h @ w2.T + b2
        slope = np.exp(logits - logits.max(axis=1, keepdims=True))
        slope /= slope.sum(axis=1, keepdims=True)
        slope[rows, y] -= 1
        slope /= 64
        back = (slope @ w2) * (z > 0)
        for p, gradient in (
            (w2, slope.T @ h),
            (b2, slope.sum(axis=0)),
            (w1, back.T @ X),
            (b1, back.sum(axis=0)),
        ):
            p -= 0.1 * gradient

    return step


def numbers(kind: type) -> Step:
    """Return a step of a 2-8-1 network with a hinge loss, in single numbers of this kind."""
    draw = np.random.default_rng(0).normal(size=(9, 8)).tolist()
    hidden = [[kind(a), kind(b)] for a, b in zip(draw[0], draw[1], strict=True)]
    last = [kind(a) for a in draw[2]]
    weights = [*(w for pair in hidden for w in pair), *last]
    points, labels = data.moons(20)
    examples = list(zip(points.tolist(), (2 * labels - 1).tolist(), strict=True))

    def step() -> None:
        loss = kind(0.0)
        for (a, b), target in examples:
            out = kind(0.0)
            for (u, v), w in zip(hidden, last, strict=True):
                out = out + w * (u * a + v * b).relu()
            loss = loss + (1 + -target * out).relu()
        for p in weights:
            p.grad = 0
        loss.backward()
        for p in weights:
            p.data -= 0.01 * p.grad

    return step


def chain(kind: type) -> Callable[[int], Step]:
    """Return what makes a step: through a chain of so many nodes, constants included, and back."""

    def make(nodes: int) -> Step:
        def step() -> None:
            start = out = kind(1.0)
            for _ in range(nodes // 3):
                out = out * 0.5 + start
            out.backward()

        return step

    return make


if __name__ == "__main__":
    torch.set_num_threads(1)
    step = "training step, 64-128-10, batch 64"
    single = "training step, 2-8-1 in single numbers"
    mine, micrograds = numbers(Value), numbers(micrograd.engine.Value)
    rows = [
        ratio(step, "torch.nn with optim.SGD", ours(), pytorch(), (50, 50), target="<= 0.5"),
        ratio(step, "NumPy by hand", ours(), by_hand(), (50, 50), target="<= 1.5"),
    ]
    gc.collect()
    gc.freeze()
    rows.append(ratio(single, "micrograd", mine, micrograds, (100, 100), target="<= 1"))
    gc.disable()
    rows.append(ratio(f"{single}, no collector", "micrograd", mine, micrograds, (10, 10)))
    gc.enable()
    gc.unfreeze()
    curves = [
        growth("training step", "coursekit", "batch", BATCHES, lambda n: ours(batch=n)),
        growth("training step", "PyTorch", "batch", BATCHES, lambda n: pytorch(batch=n)),
        growth("training step", "coursekit", "width", WIDTHS, lambda n: ours(width=n)),
        growth("training step", "PyTorch", "width", WIDTHS, lambda n: pytorch(width=n)),
        growth("graph of numbers", "coursekit", "nodes", NODES, chain(Value)),
    ]
    keep("engine", rows, curves, ["numpy", "torch", "micrograd"])
