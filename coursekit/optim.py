"""Optimizers: how a gradient becomes a step.

Each works on anything with an array in `data` and its gradient in `grad`: our tensors, or
yours. Arguments and results are those of torch.optim. Every step is written out as its formula,
with g the gradient and p the parameter.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from coursekit.validate import at_least, below_one, function, positive, whole

Array = npt.NDArray[np.float64]


class Parameter(Protocol):
    """What can be optimized."""

    data: Array
    grad: Array | None


class Optimizer:
    """What all have in common: the parameters, the learning rate, and the L2 penalty.

    Args:
        params: the parameters, at least one.
        lr: learning rate, above 0.
        weight_decay: adds weight_decay * p to each gradient, 0 or more.

    Raises:
        ValueError: if there are no parameters, or a number is out of range.
    """

    def __init__(self, params: Iterable[Any], lr: float, weight_decay: float = 0.0) -> None:
        if hasattr(params, "grad"):  # going through a tensor gives copies of its rows
            raise TypeError("params must be a list, got one parameter: write [p]")
        if not isinstance(params, Iterable):
            raise TypeError(f"params must be a list, got {params!r:.80}")
        self.params: list[Any] = list(params)
        if not self.params:
            raise ValueError("params must hold at least one parameter, got none")
        if odd := [p for p in self.params if not (hasattr(p, "data") and hasattr(p, "grad"))]:
            raise TypeError(f"each parameter must have data and grad, got {odd[0]!r:.80}")
        if odd := [p.data for p in self.params if np.asarray(p.data).dtype.kind != "f"]:
            raise TypeError(f"a parameter must hold floats, got {odd[0]!r:.80}")
        positive(lr, "lr")
        at_least(weight_decay, 0, "weight_decay")
        self.lr, self.weight_decay, self.steps = lr, weight_decay, 0

    def zero_grad(self) -> None:
        """Forget all gradients; without it they add up."""
        for p in self.params:
            p.grad = None

    def step(self) -> None:
        """Move each parameter that has a gradient."""
        self.steps += 1
        for i, p in enumerate(self.params):
            if p.grad is not None:
                if getattr(p.grad, "shape", None) != p.data.shape:
                    raise ValueError(f"grad must be {p.data.shape}, got {np.shape(p.grad)}")
                self._update(i, p, self._with_penalty(p.grad, p))

    def _with_penalty(self, g: Array, p: Parameter) -> Array:
        """Return the gradient of the loss with its L2 penalty."""
        return g + self.weight_decay * p.data if self.weight_decay else g

    def _update(self, i: int, p: Parameter, g: Array) -> None:
        """Move parameter number i."""
        raise NotImplementedError

    def _zeros(self) -> list[Array]:
        """Return an array of zeros for each parameter, of its shape."""
        return [np.zeros_like(p.data) for p in self.params]


class SGD(Optimizer):
    """p - lr g; with momentum the step is p - lr v, v = momentum v + g.

    With nesterov it is p - lr (g + momentum v): the gradient counts once more.

    Source: Sutskever et al. (2013), On the importance of initialization and momentum.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        *,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        below_one(momentum, "momentum")
        if nesterov and momentum == 0:
            raise ValueError("nesterov needs a momentum above 0, got 0")
        self.momentum, self.nesterov = momentum, nesterov
        self.velocity = self._zeros() if momentum else []

    def _update(self, i: int, p: Parameter, g: Array) -> None:
        if self.momentum:
            v = self.velocity[i]
            v *= self.momentum
            v += g
            g = g + self.momentum * v if self.nesterov else v
        p.data -= self.lr * g


class Adagrad(Optimizer):
    """p - lr g / (sqrt(s) + eps), s = s + g^2: each weight has its own, shrinking step.

    Source: Duchi, Hazan and Singer (2011), JMLR 12(61).
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, *, weight_decay: float = 0.0,
        eps: float = 1e-10,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, weight_decay)
        at_least(eps, 0, "eps")
        self.eps, self.square = eps, self._zeros()

    def _update(self, i: int, p: Parameter, g: Array) -> None:
        s = self.square[i]
        s += g * g
        p.data -= self.lr * g / (np.sqrt(s) + self.eps)


class RMSprop(Optimizer):
    """p - lr g / (sqrt(s) + eps), s = alpha s + (1 - alpha) g^2: Adagrad that forgets.

    Source: Tieleman and Hinton (2012), Neural Networks for Machine Learning, lecture 6.5.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
        *, weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, weight_decay)
        below_one(alpha, "alpha")
        at_least(eps, 0, "eps")
        self.alpha, self.eps, self.square = alpha, eps, self._zeros()

    def _update(self, i: int, p: Parameter, g: Array) -> None:
        s = self.square[i]
        s *= self.alpha
        s += (1 - self.alpha) * g * g
        p.data -= self.lr * g / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    """p - lr m' / (sqrt(s') + eps): a running mean of g over the root of that of g^2.

    m = b1 m + (1 - b1) g and s = b2 s + (1 - b2) g^2 start at 0 and are too small at first;
    m' = m / (1 - b1^t) and s' = s / (1 - b2^t) undo that.

    Source: Kingma and Ba (2015), arXiv:1412.6980.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, *, weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, weight_decay)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise ValueError(f"betas must be two numbers, got {betas!r:.80}")
        for beta in betas:
            below_one(beta, "each of betas")
        at_least(eps, 0, "eps")
        self.betas, self.eps = betas, eps
        self.mean, self.square = self._zeros(), self._zeros()

    def _update(self, i: int, p: Parameter, g: Array) -> None:
        (b1, b2), m, s = self.betas, self.mean[i], self.square[i]
        m *= b1
        m += (1 - b1) * g
        s *= b2
        s += (1 - b2) * g * g
        root = np.sqrt(s) / np.sqrt(1 - b2**self.steps) + self.eps
        p.data -= self.lr / (1 - b1**self.steps) * m / root


class AdamW(Adam):
    """Adam with the decay apart from the gradient: first p (1 - lr weight_decay), then Adam.

    Source: Loshchilov and Hutter (2019), arXiv:1711.05101.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, *, weight_decay: float = 1e-2,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay=weight_decay)

    def _with_penalty(self, g: Array, p: Parameter) -> Array:
        return g

    def _update(self, i: int, p: Parameter, g: Array) -> None:
        p.data *= 1 - self.lr * self.weight_decay
        super()._update(i, p, g)


class LambdaLR:
    """Sets the learning rate to its start times factor(t); each `step()` adds 1 to t, from 0 on."""

    def __init__(self, optimizer: Optimizer, factor: Callable[[int], float]) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"optimizer must be an Optimizer, got {optimizer!r:.80}")
        function(factor, "factor")
        self.optimizer, self.factor, self.start, self.t = optimizer, factor, optimizer.lr, -1
        self.step()

    def step(self) -> None:
        """Go on to the next epoch."""
        self.t += 1
        factor = self.factor(self.t)
        at_least(factor, 0, f"factor({self.t})")
        self.optimizer.lr = self.start * factor


class StepLR(LambdaLR):
    """Multiplies the learning rate by gamma after each step_size epochs."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        whole(step_size, 1, "step_size")
        at_least(gamma, 0, "gamma")
        super().__init__(optimizer, lambda t: gamma ** (t // step_size))


class ExponentialLR(LambdaLR):
    """Multiplies the learning rate by gamma after each epoch."""

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        at_least(gamma, 0, "gamma")
        super().__init__(optimizer, lambda t: gamma**t)


class CosineAnnealingLR(LambdaLR):
    """Lowers the learning rate along half a cosine to eta_min, in T_max epochs."""

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        whole(T_max, 1, "T_max")
        at_least(eta_min, 0, "eta_min")

        def factor(t: int) -> float:
            least = eta_min / self.start
            return least + (1 - least) * float(1 + np.cos(np.pi * t / T_max)) / 2

        super().__init__(optimizer, factor)
