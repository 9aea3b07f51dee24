"""Training steps and answers: NumPy arrays or tensors in, on whatever device the model is.

Shapes: X is (n, h, w) or (n, channels, h, w); the missing axis of grey pictures is added. Inputs
with another number of axes go to the model as they are.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from coursekit.validate import at_least

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def step(
    model: nn.Module, optimizer: torch.optim.Optimizer, loss: Loss = cross_entropy
) -> Callable[[Any, Any], float]:
    """Return a function (inputs, labels) -> loss that does one step of training.

    It is what `train.fit` repeats. Training or evaluation mode is yours to set.

    Args:
        model: the network.
        optimizer: holds the parameters that are to move.
        loss: of (logits, labels); cross entropy in nats by default, with labels as integers.
    """

    def run(inputs: Any, labels: Any) -> float:
        wanted = _tensor(labels, model)
        if loss is cross_entropy and wanted.ndim == 1:
            wanted = wanted.long()
        value = loss(model(_pictures(inputs, model)), wanted)
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        return value.item()

    return run


@contextmanager
def eval_mode(model: nn.Module) -> Iterator[None]:
    """Set the model to evaluation mode, and give each of its modules its own mode back."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@torch.no_grad()
def logits(model: nn.Module, X: Any, size: int = 500) -> torch.Tensor:
    """Return what the model answers in evaluation mode, (n, ...) -> (n, classes) on the CPU.

    Args:
        model: the network; its mode is restored.
        X: (n, ...) inputs, n at least 1.
        size: inputs done at a time, at least 1.

    Raises:
        ValueError: if there is no input, or size is below 1.
    """
    at_least(size, 1, "size")
    if len(X) == 0:
        raise ValueError("X must not be empty")
    with eval_mode(model):
        parts = [model(_pictures(X[i : i + size], model)).cpu() for i in range(0, len(X), size)]
    return torch.cat(parts)


def accuracy(model: nn.Module, X: Any, y: Any) -> float:
    """Return the share of inputs (n, ...) whose largest logit is that of the label, y (n,).

    Raises:
        ValueError: if there is no input, or the lengths differ.
    """
    if len(X) != len(y):
        raise ValueError(f"X and y must have equal length, got {len(X)} and {len(y)}")
    right = logits(model, X).argmax(dim=1) == torch.as_tensor(y).cpu()
    return right.double().mean().item()


def device() -> str:
    """Return the fastest device of this machine: "cuda", "mps" or "cpu"."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def parameters(model: nn.Module, trainable: bool = False) -> int:
    """Return the number of parameters; with `trainable`, of those that are not frozen."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable)


def _tensor(value: Any, model: nn.Module) -> torch.Tensor:
    """Return the value on the model's device; floats in the model's precision."""
    tensor = torch.as_tensor(value)
    like = next(model.parameters(), torch.empty(0))
    return tensor.to(like if tensor.is_floating_point() else like.device)


def _pictures(X: Any, model: nn.Module) -> torch.Tensor:
    """Return the inputs as a tensor for the model, grey pictures with an axis for their channel."""
    tensor = _tensor(X, model)
    return tensor[:, None] if tensor.ndim == 3 else tensor
