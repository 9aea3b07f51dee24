"""Layers of a network: each knows its parameters and what it makes of its input.

Shapes: x is (n, in_features); a layer returns (n, out_features). Images are (N, C, H, W), as in
`conv`. Names are those of torch.nn.
Only randomness differs: a layer that draws numbers is given the generator, `rng`.
"""

import math
from collections.abc import Collection, Iterator

import numpy as np

from coursekit import conv
from coursekit.autograd import Tensor, linear
from coursekit.autograd.tensor import _result
from coursekit.validate import Array, below_one, function, room, whole


class Module:
    """A part of a network; its parameters are the tensors in its attributes and sub-modules."""

    training = True

    def __call__(self, x: Tensor) -> Tensor:
        """Return `forward(x)`."""
        if not isinstance(x, Tensor):
            raise TypeError(f"x must be a Tensor, got {type(x).__name__}: write Tensor(x)")
        return self.forward(x)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output for the input x."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(x)")

    def modules(self) -> Iterator["Module"]:
        """Yield this module and all the modules in it."""
        yield self
        for value in vars(self).values():
            for part in value if isinstance(value, list | tuple) else (value,):
                if isinstance(part, Module):
                    yield from part.modules()

    def parameters(self) -> list[Tensor]:
        """Return every tensor that requires a gradient, in the order of definition."""
        return [
            value
            for module in self.modules()
            for value in vars(module).values()
            if isinstance(value, Tensor) and value.requires_grad
        ]

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode: bool = True) -> "Module":
        """Set the mode in which dropout acts; `eval()` unsets it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Set the mode in which the network is used."""
        return self.train(False)


def kaiming_uniform(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Draw weights (out, in) evenly between +-sqrt(6 / in): signals keep their size under ReLU.

    A kernel (O, C, kh, kw) has C * kh * kw inputs.

    Source: He et al. (2015), Delving Deep into Rectifiers, arXiv:1502.01852.
    """
    _sizes(shape, (2, 4), "(out, in) or (O, C, kh, kw)")
    return _drawn(np.sqrt(6 / np.prod(shape[1:])), shape, rng)


def xavier_uniform(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Draw weights (out, in) evenly between +-sqrt(6 / (in + out)), for tanh and sigmoid.

    Raises:
        ValueError: if the shape is no pair.

    Source: Glorot and Bengio (2010), Understanding the difficulty of training deep networks.
    """
    _sizes(shape, (2,), "(out, in)")
    return _drawn(np.sqrt(6 / sum(shape)), shape, rng)


def _sizes(shape: tuple[int, ...], axes: Collection[int], letters: str) -> None:
    """Raise an error unless shape is a tuple of sizes with one of these numbers of axes."""
    if not isinstance(shape, tuple | list) or len(shape) not in axes:
        raise ValueError(f"shape must be {letters}, got {shape!r:.80}")
    for size in shape:
        whole(size, 1, "each size in shape")


def _generator(rng: np.random.Generator) -> np.random.Generator:
    """Return rng, which is no seed: layers of one seed would begin with equal numbers."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a generator, np.random.default_rng(seed), got {rng!r:.80}")
    return rng


def _drawn(bound: float, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return numbers drawn evenly between +-bound."""
    room(shape, "shape")
    return _generator(rng).uniform(-bound, bound, shape)


class Linear(Module):
    """The map x W' + b, (n, in_features) -> (n, out_features).

    Args:
        in_features: columns of x.
        out_features: columns of the result.
        bias: whether there is a b.
        rng: generator for the start; weights and bias are drawn evenly between
            +-1/sqrt(in_features), as in PyTorch.

    Raises:
        ValueError: if a number of features is below 1, or x does not fit.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator,
    ) -> None:
        whole(in_features, 1, "in_features")
        whole(out_features, 1, "out_features")
        bound = in_features**-0.5
        start = _drawn(bound, (out_features, in_features), rng)
        self.weight = Tensor(start, requires_grad=True)  # (out, in)
        self.bias = Tensor(_drawn(bound, (out_features,), rng), True) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Return x W' + b."""
        wanted = self.weight.shape[1]
        if x.ndim != 2 or x.shape[1] != wanted:
            raise ValueError(f"x must be (n, {wanted}) for this Linear, got {x.shape}")
        return linear(x, self.weight, self.bias)


class Conv2d(Module):
    """A kernel for each output channel, slid over the images, (N, C, H, W) -> (N, O, H', W').

    Args:
        in_channels: C, channels of x.
        out_channels: O, channels of the result.
        kernel_size: pixels that a kernel covers: one number, or (rows, columns).
        stride: pixels from one place to the next.
        padding: rings of zeros around each image.
        bias: whether a number is added to each output channel.
        rng: generator for the start; weights and bias are drawn evenly between
            +-1/sqrt(C * kh * kw), as in PyTorch.

    Raises:
        ValueError: if a number is too small, or x does not fit.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: conv.Size,
        stride: conv.Size = 1,
        padding: conv.Size = 0,
        *,
        bias: bool = True,
        rng: np.random.Generator,
    ) -> None:
        whole(in_channels, 1, "in_channels")
        whole(out_channels, 1, "out_channels")
        shape = (out_channels, in_channels, *conv.pair(kernel_size, "kernel_size", 1))
        self.stride = conv.pair(stride, "stride", 1)
        self.padding = conv.pair(padding, "padding", 0)
        bound = np.prod(shape[1:]) ** -0.5
        self.weight = Tensor(_drawn(bound, shape, rng), requires_grad=True)
        self.bias = Tensor(_drawn(bound, (out_channels,), rng), True) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Return what `conv.conv2d` makes of x."""
        a, w, how = x.data, self.weight.data, {"stride": self.stride, "padding": self.padding}
        inputs = (x, self.weight) if self.bias is None else (x, self.weight, self.bias)
        y = conv.conv2d(*(part.data for part in inputs), **how)
        return _result(
            "conv2d", y, inputs, lambda g: conv.conv2d_grad(g, a, w, **how)[: len(inputs)]
        )


class MaxPool2d(Module):
    """The largest entry of each window, (N, C, H, W) -> (N, C, H', W'); see `conv.max_pool2d`."""

    def __init__(
        self, kernel_size: conv.Size, stride: conv.Size | None = None, padding: conv.Size = 0
    ) -> None:
        self.window = kernel_size, stride, padding

    def forward(self, x: Tensor) -> Tensor:
        """Return what `conv.max_pool2d` makes of x."""
        a, window = x.data, self.window
        y = conv.max_pool2d(a, *window)
        return _result("max_pool2d", y, (x,), lambda g: (conv.max_pool2d_grad(g, a, *window),))


class AvgPool2d(MaxPool2d):
    """The mean of each window, (N, C, H, W) -> (N, C, H', W'); see `conv.avg_pool2d`."""

    def forward(self, x: Tensor) -> Tensor:
        """Return what `conv.avg_pool2d` makes of x."""
        a, window = x.data, self.window
        y = conv.avg_pool2d(a, *window)
        return _result("avg_pool2d", y, (x,), lambda g: (conv.avg_pool2d_grad(g, a, *window),))


class Flatten(Module):
    """Each example as one row, (N, C, H, W) -> (N, C * H * W)."""

    def forward(self, x: Tensor) -> Tensor:
        """Return x with all axes but the first in one."""
        if not x.ndim:
            raise ValueError("x must be (n, ...), got shape ()")
        return x.reshape(len(x), math.prod(x.shape[1:]))


class Sequential(Module):
    """Modules one after another: the output of each is the input of the next."""

    def __init__(self, *layers: Module) -> None:
        for layer in layers:
            function(layer, "each layer")
        self.layers = list(layers)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the last module."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __getitem__(self, index: int) -> Module:
        return self.layers[index]

    def __len__(self) -> int:
        return len(self.layers)


class ReLU(Module):
    """max(0, x), entry by entry."""

    def forward(self, x: Tensor) -> Tensor:
        """Return max(0, x)."""
        return x.relu()


class Tanh(Module):
    """The hyperbolic tangent, entry by entry."""

    def forward(self, x: Tensor) -> Tensor:
        """Return tanh(x)."""
        return x.tanh()


class Sigmoid(Module):
    """1 / (1 + exp(-x)), entry by entry."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the sigmoid of x."""
        return x.sigmoid()


class Dropout(Module):
    """In training, set each entry to 0 with probability p and divide the others by 1 - p.

    Args:
        p: from 0, and below 1.
        rng: generator that chooses the entries.

    Source: Srivastava et al. (2014), JMLR 15(56).
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator) -> None:
        below_one(p, "p")
        self.p, self.rng = p, _generator(rng)

    def forward(self, x: Tensor) -> Tensor:
        """Return x, with holes while training."""
        if not self.training or self.p == 0:
            return x
        return x * ((self.rng.random(x.shape) >= self.p) / (1 - self.p))
