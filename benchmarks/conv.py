"""How fast is our convolution beside PyTorch's, and beside plain loops? The same work, in one run.

Forward, float32, one thread. Memory counts as much as arithmetic here, so there are two rounds. In
a fresh process the system's allocator may fetch the pages of a result anew at each call, and
PyTorch pays for it as we do; once a large array has come and gone, it keeps them. Which of the two
a program sees is chance.

With the pages kept, half of PyTorch's time is out of reach for one channel: the matrix product
alone, into an array that is used again, took 0.47 to 0.51 of it, and copying the patches 0.26 more.
"""

from collections.abc import Callable

import numpy as np
import torch
from measure import Row, growth, keep, ratio

from coursekit import conv

# images, kernels, the ratio that we promise, at most
CASES = [
    ((32, 1, 28, 28), (16, 1, 3, 3), 0.5),
    ((32, 16, 14, 14), (32, 16, 3, 3), 2.0),
    ((8, 3, 32, 32), (16, 3, 5, 5), 2.0),
]
SIDES = (8, 16, 32, 64, 128)
Shape = tuple[int, ...]
Call = Callable[[], object]

rng = np.random.default_rng(0)


def arrays(*shapes: Shape) -> list[np.ndarray]:
    """Return random arrays of these shapes."""
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def pair(images: Shape, kernels: Shape) -> tuple[Call, Call]:
    """Return our convolution of random images, and PyTorch's of the same."""
    x, w = arrays(images, kernels)
    inputs, weight = torch.tensor(x), torch.tensor(w)
    return lambda: conv.conv2d(x, w), lambda: torch.nn.functional.conv2d(inputs, weight)


def loops(images: Shape, kernels: Shape) -> tuple[Call, Call]:
    """Return plain loops and our convolution, both on one of the images."""
    x, w = arrays(images[1:], kernels)
    return lambda: conv.conv2d_loops(x, w), lambda: conv.conv2d(x, w)


def name(images: Shape, kernels: Shape) -> str:
    """Return the two shapes as one text."""
    return f"{'x'.join(map(str, images))} * {'x'.join(map(str, kernels))}"


def table(where: str) -> list[Row]:
    """Return our time over PyTorch's in all cases."""
    return [
        ratio(f"{name(images, kernels)}, {where}", "torch conv2d", *pair(images, kernels),
              (10, 10), target=f"<= {most}")
        for images, kernels, most in CASES
    ]  # fmt: skip


if __name__ == "__main__":
    torch.set_num_threads(1)
    rows = table("fresh process")
    np.ones(3_000_000)  # 24 MB come and go
    rows += table("after a large array")
    rows += [
        ratio(f"plain loops, {name(images[1:], kernels)}", "ours", *loops(images, kernels),
              (1, 20), rounds=3, target=">= 100")
        for images, kernels, _ in CASES
    ]  # fmt: skip
    kernels = (16, 1, 3, 3)
    curves = [
        growth("convolution", who, "side of the image", SIDES,
               lambda n, which=which: pair((8, 1, n, n), kernels)[which])
        for which, who in enumerate(("coursekit", "PyTorch"))
    ]  # fmt: skip
    keep("conv", rows, curves, ["numpy", "torch"])
