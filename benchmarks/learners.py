"""How fast are our perceptron and our optimizers beside scikit-learn's and PyTorch's? In one run.

The perceptron cycles through handwritten 3s and 8s, 20 epochs on both sides; both count their
mistakes, ours keeps every step of its path as well. The optimizers update the four arrays of a
64-128-10 network, from gradients that are there already.
"""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from measure import Step, keep, ratio
from sklearn.linear_model import Perceptron

from coursekit import data, optim, perceptron

EPOCHS = 20
SHAPES = ((128, 64), (128,), (10, 128), (10,))
SETTINGS: dict[str, tuple[Callable[..., Any], Callable[..., Any], dict[str, Any]]] = {
    "SGD": (optim.SGD, torch.optim.SGD, {"lr": 0.1}),
    "SGD with momentum": (optim.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "Adagrad": (optim.Adagrad, torch.optim.Adagrad, {"lr": 0.01}),
    "RMSprop": (optim.RMSprop, torch.optim.RMSprop, {"lr": 0.01}),
    "Adam": (optim.Adam, torch.optim.Adam, {"lr": 0.001}),
    "AdamW": (optim.AdamW, torch.optim.AdamW, {"lr": 0.001}),
}

rng = np.random.default_rng(0)


def perceptrons() -> tuple[Step, Step]:
    """Return an epoch-limited fit of ours, and of scikit-learn's, on labels that never separate."""
    X, y = data.digits((3, 8), binary=True)
    y = np.where(rng.random(len(y)) < 0.05, 1 - y, y)  # so that neither stops early
    theirs = Perceptron(max_iter=EPOCHS, tol=None, shuffle=False)
    return lambda: perceptron.fit(X, y, max_epochs=EPOCHS), lambda: theirs.fit(X, y)


def optimizers(name: str) -> tuple[Step, Step]:
    """Return an update by ours and by PyTorch's, of the same arrays."""
    mine, theirs, settings = SETTINGS[name]
    arrays = [rng.normal(size=shape) for shape in SHAPES]
    ours = [_Held(array) for array in copy.deepcopy(arrays)]
    tensors = [torch.nn.Parameter(torch.tensor(array)) for array in arrays]
    for held, tensor in zip(ours, tensors, strict=True):
        held.grad = rng.normal(size=held.data.shape)
        tensor.grad = torch.tensor(held.grad)
    return mine(ours, **settings).step, theirs(tensors, **settings).step


class _Held:
    """An array with its gradient, as the optimizers want it."""

    def __init__(self, data: np.ndarray) -> None:
        self.data = data
        self.grad: np.ndarray | None = None


if __name__ == "__main__":
    torch.set_num_threads(1)
    rows = [
        ratio(
            "perceptron, 20 epochs, 357 digits", "scikit-learn", *perceptrons(), (1, 1), rounds=11
        )
    ]
    rows += [
        ratio(f"{name}, one update", f"torch.optim.{SETTINGS[name][1].__name__}",
              *optimizers(name), (200, 200))
        for name in SETTINGS
    ]  # fmt: skip
    keep("learners", rows, [], ["numpy", "scikit-learn", "torch"])
