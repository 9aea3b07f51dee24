"""A number that remembers how it was computed: backpropagation with nothing hidden.

Each operation records the numbers that went in and the local derivative in each of them. Going
backward multiplies along every path and adds up where paths meet: that is the chain rule.
The interface is that of micrograd (A. Karpathy, 2020), so code written for it runs unchanged.
"""

import math
import sys
from collections.abc import Callable

import numpy as np

from coursekit.autograd.graph import FREED, walk
from coursekit.validate import finite

Number = int | float
NUMBERS = (float, int, np.floating, np.integer)
MOST = sys.float_info.max


class Value:
    """One number of a computation: its value in `data`, d(result)/d(number) in `grad`."""

    __slots__ = ("_local", "_op", "_prev", "data", "grad", "label")

    def __init__(
        self,
        data: Number,
        _prev: tuple["Value", ...] = (),
        _op: str = "",
        label: str = "",
        *,
        _local: tuple[float, ...] | None = (),
    ) -> None:
        if not isinstance(data, NUMBERS) or (type(data) is int and abs(data) > MOST):
            raise TypeError(f"data must be a number, got {data!r:.80}")
        self.data = data
        self.grad: float = 0.0
        self.label = label
        self._prev = _prev  # what it was computed from
        self._local = _local  # d(self)/d(each of _prev); None once the graph is freed
        self._op = _op  # by which operation

    def backward(self, *, retain_graph: bool = False) -> None:
        """Add d(self)/d(node) to the `grad` of every node that self was computed from.

        Args:
            retain_graph: keep the graph, for another call. By default it is freed.

        Raises:
            RuntimeError: if the graph was freed by an earlier call.
        """
        order = walk(self)
        if any(node._local is None for node in order):
            raise RuntimeError(FREED)
        flow = dict.fromkeys(order, 0.0)  # of this call alone: `grad` adds up over calls
        flow[self] = 1.0
        for node in reversed(order):
            gradient = flow[node]
            node.grad += gradient
            for before, local in zip(node._prev, node._local or (), strict=True):
                flow[before] += local * gradient
            if node._prev and not retain_graph:
                node._prev, node._local = (), None

    def __add__(self, other: "Value | Number") -> "Value":
        other = _value(other)
        return Value(self.data + other.data, (self, other), "+", _local=(1.0, 1.0))

    def __mul__(self, other: "Value | Number") -> "Value":
        other = _value(other)
        return Value(self.data * other.data, (self, other), "*", _local=(other.data, self.data))

    def __pow__(self, exponent: Number) -> "Value":
        finite(exponent, "the exponent")
        return self._map(
            f"**{exponent}",
            lambda x: x**exponent,
            lambda x, _: exponent * x ** (exponent - 1) if exponent else 0.0,
        )

    def __neg__(self) -> "Value":
        return self * -1

    def __sub__(self, other: "Value | Number") -> "Value":
        return self + -_value(other)

    def __truediv__(self, other: "Value | Number") -> "Value":
        return self * _value(other) ** -1

    def __radd__(self, other: Number) -> "Value":
        return self + other

    def __rmul__(self, other: Number) -> "Value":
        return self * other

    def __rsub__(self, other: Number) -> "Value":
        return -self + other

    def __rtruediv__(self, other: Number) -> "Value":
        return self**-1 * other

    def exp(self) -> "Value":
        """Return e to the power of self."""
        return self._map("exp", math.exp, lambda _, y: y)

    def log(self) -> "Value":
        """Return the natural logarithm of self, which must be above 0."""
        return self._map("log", math.log, lambda x, _: 1 / x)

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent of self."""
        return self._map("tanh", math.tanh, lambda _, y: 1 - y * y)

    def sigmoid(self) -> "Value":
        """Return 1 / (1 + exp(-self)), without overflow."""
        return self._map("sigmoid", _sigmoid, lambda _, y: y * (1 - y))

    def relu(self) -> "Value":
        """Return max(0, self); the derivative at 0 is 0."""
        return self._map("ReLU", lambda x: max(x, 0.0), lambda x, _: float(x > 0))

    def _map(
        self, op: str, f: Callable[[float], float], slope: Callable[[float, float], float]
    ) -> "Value":
        """Return f(self), whose derivative is slope(input, output)."""
        try:
            y = f(self.data)
            local = slope(self.data, y)
        except (ValueError, ArithmeticError) as error:  # log(0), exp(1000), 0 ** -1
            raise type(error)(f"{op} of data {self.data!r:.80} is no number: {error}") from error
        return Value(y, (self,), op, _local=(local,))

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"


def _value(x: Value | Number) -> Value:
    return x if isinstance(x, Value) else Value(x)


def _sigmoid(x: float) -> float:
    small = math.exp(-abs(x))
    return (1.0 if x >= 0 else small) / (1 + small)
