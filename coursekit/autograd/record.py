"""What makes an array differentiable: a record of where it came from, and the way back."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from coursekit.autograd.graph import FREED, walk
from coursekit.validate import Array, numbers

# the gradient of the result -> the gradient of each input, None where there is none
Backward = Callable[[Any], tuple[Any, ...]]


class Record:
    """An array in `data` and, after `backward()`, the gradient of the result in `grad`."""

    __slots__ = ("_backward", "_freed", "_kept", "_op", "_prev", "data", "grad", "requires_grad")

    def __init__(self, data: npt.ArrayLike, requires_grad: bool = False) -> None:
        if type(data) is np.ndarray and data.dtype == np.float64:  # the quick way of every step
            self.data: Array = data
        else:
            self.data = numbers(data, "data")
        self.requires_grad = requires_grad
        self.grad: Array | None = None
        self._prev: tuple[Record, ...] = ()  # what it was computed from
        self._op = ""  # by which operation
        self._backward: Backward | None = None
        self._freed = self._kept = False

    def retain_grad(self) -> None:
        """Keep the gradient here, too, though this is no leaf."""
        self._kept = True

    def backward(
        self, gradient: npt.ArrayLike | None = None, *, retain_graph: bool = False
    ) -> None:
        """Add d(self)/d(leaf) to the `grad` of every leaf that requires one.

        Args:
            gradient: same shape as self; the gradient of what comes after. 1 for a single number.
            retain_graph: keep the graph, for another call. By default it is freed.

        Raises:
            RuntimeError: if nothing requires a gradient, self is not a single number and no
                gradient is given, or the graph was freed by an earlier call.
            ValueError: if the gradient has another shape than self.
        """
        if not self.requires_grad:
            raise RuntimeError("no gradient to compute: no input was made with requires_grad=True")
        shape = self.data.shape
        if gradient is None and self.data.size != 1:
            raise RuntimeError(f"backward() starts from a single number, got shape {shape}")
        start = np.ones(shape) if gradient is None else numbers(gradient, "gradient")
        if start.shape != shape:
            raise ValueError(f"gradient must have shape {shape}, got {start.shape}")
        order = walk(self)
        if any(node._freed for node in order):
            raise RuntimeError(FREED)
        flow = {self: start}
        for node in reversed(order):
            if node.requires_grad:
                node._pass_back(flow)
            if node._prev and not retain_graph:
                node._prev, node._backward, node._freed = (), None, True

    def _pass_back(self, flow: "dict[Record, Array]") -> None:
        """Take this node's gradient out of `flow`, keep it if asked to, and hand it on."""
        gradient = flow.pop(self)
        if self._backward is None or self._kept:
            self.grad = gradient.copy() if self.grad is None else self.grad + gradient
        if self._backward is None:
            return
        for before, part in zip(self._prev, self._backward(gradient), strict=True):
            if before.requires_grad:
                flow[before] = flow[before] + part if before in flow else part
