"""Arrays that can be differentiated, with PyTorch's names and meaning, in float64.

Each operation is one line forward and one line backward: the second turns the gradient g of the
result into the gradients of the inputs. `grad` is a NumPy array; only leaves keep theirs.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from coursekit import functional as F
from coursekit.autograd import shapes
from coursekit.autograd.record import Backward, Record
from coursekit.validate import Array, finite


class Largest(NamedTuple):
    """What `max(dim)` returns: the largest entries, and where they stand."""

    values: "Tensor"
    indices: npt.NDArray[np.int64]


class Tensor(Record):
    """An array in `data`, of any shape, that remembers how it was computed."""

    __slots__ = ()
    __array_ufunc__ = None  # so that array * tensor asks the tensor

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self.data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.data.ndim

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("a tensor of shape () has no length")
        return len(self.data)

    def __bool__(self) -> bool:
        return bool(self.item())

    def __repr__(self) -> str:
        text = np.array2string(self.data, precision=4, separator=", ", prefix="tensor(")
        return f"tensor({text}{', requires_grad=True' if self.requires_grad else ''})"

    def item(self) -> float:
        """Return the only entry as a number."""
        if self.data.size != 1:
            raise ValueError(f"only a tensor of one entry is a number, got shape {self.shape}")
        return float(self.data.item())

    def detach(self) -> "Tensor":
        """Return a tensor of the same array without a past."""
        return Tensor(self.data)

    # arithmetic, with broadcasting

    def __add__(self, other: "Tensor | npt.ArrayLike") -> "Tensor":
        return _pairwise("+", np.add, self, other, lambda g, a, b: (g, g))

    def __sub__(self, other: "Tensor | npt.ArrayLike") -> "Tensor":
        return _pairwise("-", np.subtract, self, other, lambda g, a, b: (g, -g))

    def __mul__(self, other: "Tensor | npt.ArrayLike") -> "Tensor":
        return _pairwise("*", np.multiply, self, other, lambda g, a, b: (g * b, g * a))

    def __truediv__(self, other: "Tensor | npt.ArrayLike") -> "Tensor":
        return _pairwise("/", np.divide, self, other, lambda g, a, b: (g / b, -g * a / b**2))

    def __pow__(self, exponent: float) -> "Tensor":
        finite(exponent, "the exponent")
        x = self.data
        return _result(
            f"**{exponent}",
            x**exponent,
            (self,),
            lambda g: (g * exponent * x ** (exponent - 1) if exponent else 0 * g,),
        )

    def __matmul__(self, other: "Tensor | npt.ArrayLike") -> "Tensor":
        other = _tensor(other)
        a, b = self.data, other.data
        if not a.ndim or not b.ndim or a.shape[-1] != b.shape[-2:][0]:
            raise ValueError(f"shapes {a.shape} and {b.shape} do not fit: @ sums over one axis")
        shapes.broadcast("@", a.shape[:-2], b.shape[:-2])
        return _result("@", a @ b, (self, other), lambda g: shapes.matmul_back(g, a, b))

    def __neg__(self) -> "Tensor":
        return _result("-", -self.data, (self,), lambda g: (-g,))

    def __radd__(self, other: npt.ArrayLike) -> "Tensor":
        return _tensor(other) + self

    def __rsub__(self, other: npt.ArrayLike) -> "Tensor":
        return _tensor(other) - self

    def __rmul__(self, other: npt.ArrayLike) -> "Tensor":
        return _tensor(other) * self

    def __rtruediv__(self, other: npt.ArrayLike) -> "Tensor":
        return _tensor(other) / self

    def __rmatmul__(self, other: npt.ArrayLike) -> "Tensor":
        return _tensor(other) @ self

    # entry by entry

    def exp(self) -> "Tensor":
        """Return e to the power of each entry."""
        y = np.exp(self.data)
        return _result("exp", y, (self,), lambda g: (g * y,))

    def log(self) -> "Tensor":
        """Return the natural logarithm of each entry."""
        x = self.data
        return _result("log", np.log(x), (self,), lambda g: (g / x,))

    def tanh(self) -> "Tensor":
        """Return the hyperbolic tangent of each entry."""
        y = np.tanh(self.data)
        return _result("tanh", y, (self,), lambda g: (g * (1 - y * y),))

    def sigmoid(self) -> "Tensor":
        """Return 1 / (1 + exp(-x)) for each entry x."""
        y = F.sigmoid(self.data)
        return _result("sigmoid", y, (self,), lambda g: (g * y * (1 - y),))

    def relu(self) -> "Tensor":
        """Return max(0, x) for each entry x; the derivative at 0 is 0."""
        x = self.data
        return _result("relu", np.maximum(x, 0), (self,), lambda g: (g * (x > 0),))

    def log_softmax(self, dim: int = -1) -> "Tensor":
        """Return the log-probabilities (nats) along one axis."""
        shapes.axes(dim, self.ndim)
        x = np.moveaxis(self.data, dim, -1)
        y = np.moveaxis(F.log_softmax(x), -1, dim)
        return _result(
            "log_softmax",
            y,
            (self,),
            lambda g: (g - np.exp(y) * g.sum(axis=dim, keepdims=True),),
        )

    # fewer entries

    def sum(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> "Tensor":
        """Return the sum over all entries, or along the axes `dim`."""
        shape = self.data.shape
        if dim is not None:
            shapes.axes(dim, self.ndim, several=True)
        return _result(
            "sum",
            self.data.sum(axis=dim, keepdims=bool(keepdim)),
            (self,),
            lambda g: (np.broadcast_to(shapes.restore(g, dim, keepdim), shape),),
        )

    def mean(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> "Tensor":
        """Return the mean over all entries, or along the axes `dim`."""
        total = self.sum(dim, keepdim)
        if not self.data.size:
            raise ValueError(f"a mean needs at least one entry, got shape {self.shape}")
        return total * (total.data.size / self.data.size)

    def max(self, dim: int | None = None, keepdim: bool = False) -> "Tensor | Largest":
        """Return the largest entry, or along `dim` the largest ones and where they stand.

        As in PyTorch, equal largest entries share the gradient of the first form; in the second
        the one that is pointed at has it all.
        """
        x = self.data
        if not x.size:
            raise ValueError(f"a largest entry needs at least one, got shape {x.shape}")
        if dim is None:
            top = x == x.max()
            return _result("max", x.max(), (self,), lambda g: (g * top / top.sum(),))
        shapes.axes(dim, x.ndim)
        where = np.expand_dims(x.argmax(axis=dim), dim)
        values = np.take_along_axis(x, where, axis=dim)

        def back(g: Array) -> tuple[Array]:
            spread = np.zeros_like(x)
            np.put_along_axis(spread, where, shapes.restore(g, dim, keepdim), axis=dim)
            return (spread,)

        if keepdim:
            return Largest(_result("max", values, (self,), back), where)
        return Largest(_result("max", values.squeeze(dim), (self,), back), where.squeeze(dim))

    # another shape

    def reshape(self, *shape: Any) -> "Tensor":
        """Return the same entries in another shape; -1 stands for what is left."""
        old = self.data.shape
        new = shape[0] if len(shape) == 1 and isinstance(shape[0], Sequence) else shape
        try:
            y = self.data.reshape(new)
            if np.min(new, initial=0) < -1:  # NumPy takes -2 for -1
                raise ValueError("only -1 stands for what is left")
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"a tensor of shape {old} does not fit {new!r:.80}") from error
        return _result("reshape", y, (self,), lambda g: (g.reshape(old),))

    def transpose(self, dim0: int, dim1: int) -> "Tensor":
        """Return the tensor with two axes swapped."""
        shapes.axes(dim0, self.ndim, "dim0")
        shapes.axes(dim1, self.ndim, "dim1")
        y = self.data.swapaxes(dim0, dim1)
        return _result("transpose", y, (self,), lambda g: (g.swapaxes(dim0, dim1),))

    @property
    def T(self) -> "Tensor":  # noqa: N802 -- PyTorch's name
        """The tensor with its axes in reverse order."""
        return _result("T", self.data.T, (self,), lambda g: (g.T,))

    def __getitem__(self, index: Any) -> "Tensor":
        x = self.data
        if isinstance(index, Tensor):
            index, places = index.data.astype(int), index.data
            if (index != places).any():
                raise ValueError(f"an index must hold whole numbers, got {places!r:.80}")

        try:
            y = x[index]
        except (IndexError, TypeError, ValueError, OverflowError) as error:
            raise IndexError(f"index must fit shape {x.shape}, got {index!r:.80}") from error

        def back(g: Array) -> tuple[Array]:
            spread = np.zeros_like(x)
            np.add.at(spread, index, g)  # an entry taken twice gets both gradients
            return (spread,)

        return _result("[]", y, (self,), back)


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x)


def _pairwise(
    op: str, f: np.ufunc, x: Tensor, y: Any, slopes: Callable[..., tuple[Any, Any]]
) -> Tensor:
    """Return f, entry by entry; slopes makes the gradients from g and both arrays."""
    y = _tensor(y)
    a, b = x.data, y.data
    shapes.broadcast(op, a.shape, b.shape)

    def back(g: Array) -> tuple[Array, Array]:
        to_a, to_b = slopes(g, a, b)
        return shapes.fit(to_a, a.shape), shapes.fit(to_b, b.shape)

    return _result(op, f(a, b), (x, y), back)


def _result(op: str, data: Any, inputs: tuple[Record, ...], back: Backward) -> Tensor:
    """Return the outcome of an operation; it keeps its past only if a gradient can flow there."""
    out = Tensor(data)
    if any(x.requires_grad for x in inputs):
        out.requires_grad, out._prev, out._op, out._backward = True, inputs, op, back
    return out
