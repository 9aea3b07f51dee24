"""How fast is our automatic differentiation beside others? The same work, in one run.

One step of training, on one thread and in float64: a 64-128-10 network on a batch of 64, and a
2-8-1 network of single numbers on 20 points. Each contender is measured in turn, many rounds, so
that a busy machine slows all alike; a ratio is taken in each round, and its median is reported
with its quartiles.
"""

import time
from collections.abc import Callable

import micrograd.engine
import numpy as np
import torch

from coursekit import data, nn, optim
from coursekit.autograd import Tensor, Value, cross_entropy

ROUNDS = 41
Step = Callable[[], None]

rng = np.random.default_rng(0)
X, y = rng.normal(size=(64, 64)), rng.integers(10, size=64)


def ours() -> Step:
    """Return a step with coursekit."""
    net = nn.Sequential(nn.Linear(64, 128, rng=rng), nn.ReLU(), nn.Linear(128, 10, rng=rng))
    optimizer = optim.SGD(net.parameters(), lr=0.1)

    def step() -> None:
        optimizer.zero_grad()
        cross_entropy(net(Tensor(X)), y).backward()
        optimizer.step()

    return step


def pytorch() -> Step:
    """Return the same step with torch.nn and torch.optim."""
    net = torch.nn.Sequential(
        torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)
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


def seconds(step: Step, times: int) -> float:
    """Return the processor time of one step, the mean over a few."""
    start = time.process_time()
    for _ in range(times):
        step()
    return (time.process_time() - start) / times


def compare(name: str, mine: Step, other: Step, times: int) -> None:
    """Print the ratio of our time to the other's: median, quartiles."""
    for step in (mine, other):
        seconds(step, times)
    ratios = [seconds(mine, times) / seconds(other, times) for _ in range(ROUNDS)]
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    print(f"{name:<42} {middle:6.2f}   ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(f"{'our time / the time of':<42} {'median':>6}   (quartiles)")
    compare("torch.nn and optim.SGD, 64-128-10", ours(), pytorch(), 50)
    compare("NumPy by hand, 64-128-10", ours(), by_hand(), 50)
    engine = micrograd.engine.Value
    compare("micrograd, 2-8-1 in single numbers", numbers(Value), numbers(engine), 5)
