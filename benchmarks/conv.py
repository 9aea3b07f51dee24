"""How fast is our convolution beside PyTorch's, and beside plain loops? The same work, in one run.

Forward, float32, one thread. Each pair is measured in turn, many rounds, so that a busy machine
slows both alike; a ratio is taken in each round, and its median is reported with its quartiles.

Memory counts as much as arithmetic here, so there are two rounds. In a fresh process the system's
allocator may fetch the pages of a result anew at each call, and PyTorch pays for it as we do; once
a large array has come and gone, it keeps them. Which of the two a program sees is chance.
"""

import time
from collections.abc import Callable

import numpy as np
import torch

from coursekit import conv

ROUNDS = 41
# images, kernels, the ratio that we promise, at most
CASES = [
    ((32, 1, 28, 28), (16, 1, 3, 3), 0.5),
    ((32, 16, 14, 14), (32, 16, 3, 3), 2.0),
    ((8, 3, 32, 32), (16, 3, 5, 5), 2.0),
]
Shape = tuple[int, ...]
Call = Callable[[], object]

rng = np.random.default_rng(0)


def pair(images: Shape, kernels: Shape) -> tuple[Call, Call]:
    """Return our convolution of random images, and PyTorch's of the same."""
    x, w = (rng.normal(size=shape).astype(np.float32) for shape in (images, kernels))
    inputs, weight = torch.tensor(x), torch.tensor(w)
    return lambda: conv.conv2d(x, w), lambda: torch.nn.functional.conv2d(inputs, weight)


def loops(images: Shape, kernels: Shape) -> tuple[Call, Call]:
    """Return plain loops and our convolution, both on one of the images."""
    x, w = (rng.normal(size=shape).astype(np.float32) for shape in (images[1:], kernels))
    return lambda: conv.conv2d_loops(x, w), lambda: conv.conv2d(x, w)


def seconds(call: Call, times: int) -> float:
    """Return the processor time of one call, the mean over a few."""
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def compare(a: Call, b: Call, rounds: int, times: tuple[int, int]) -> str:
    """Return the time of a over that of b: median, quartiles."""
    for call in (a, b):
        seconds(call, 1)
    ratios = [seconds(a, times[0]) / seconds(b, times[1]) for _ in range(rounds)]
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return f"{middle:8.2f}   ({low:.2f} to {high:.2f})"


def name(images: Shape, kernels: Shape) -> str:
    """Return the two shapes as one text."""
    return f"{'x'.join(map(str, images))} * {'x'.join(map(str, kernels))}"


def table(title: str) -> None:
    """Print our time over PyTorch's in all cases."""
    print(f"{title:<42} {'median':>8}   (quartiles)      target")
    for images, kernels, most in CASES:
        result = compare(*pair(images, kernels), ROUNDS, (10, 10))
        print(f"{name(images, kernels):<42} {result:<28} <= {most}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    table("ours / torch, in a fresh process")
    np.ones(3_000_000)  # 24 MB come and go
    table("ours / torch, after a large array")
    print(f"{'loops / ours, one image':<42} {'median':>8}   (quartiles)      target")
    for images, kernels, _ in CASES:
        result = compare(*loops(images, kernels), 3, (1, 20))
        print(f"{name(images[1:], kernels):<42} {result:<28} >= 100")
