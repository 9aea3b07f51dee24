"""The perceptron: one threshold unit, set by hand (1943) or taught by its mistakes (1958).

Shapes: X is (n, d) float, y is (n,) with labels in {0, 1}, w is (d,).
Sources: McCulloch and Pitts (1943), doi:10.1007/BF02478259; Rosenblatt (1958), Psychological
Review 65(6), doi:10.1037/h0042519; Novikoff (1962), On convergence proofs on perceptrons.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coursekit.functional import heaviside
from coursekit.validate import Array, labelled, numbers, positive, whole


@dataclass(frozen=True)
class Perceptron:
    """A trained unit: answers 1 on the side of the line that w points to."""

    w: Array  # (d,)
    b: float
    mistakes: tuple[int, ...]  # mistakes made in each epoch, in order

    def predict(self, X: Array) -> Array:
        """Return the label of each row of X, (n, d) -> (n,); a score of exactly 0 counts as 0."""
        X = numbers(X, "X")
        if X.ndim != 2 or X.shape[1] != len(self.w):
            raise ValueError(f"X must be (n, {len(self.w)}) for this unit, got {X.shape}")
        return heaviside(X @ self.w + self.b)


@dataclass(frozen=True)
class Step:
    """One example shown to the unit: what it answered, and its weights afterwards."""

    epoch: int  # counted from 1
    index: int  # row of X
    x: Array  # (d,)
    target: float
    prediction: float
    error: float  # target - prediction: -1, 0 or 1
    w: Array  # (d,), after the step
    b: float  # after the step


def mcculloch_pitts(
    inputs: Sequence[int], threshold: int, *, inhibitory: Sequence[int] = ()
) -> int:
    """Return 1 if enough inputs fire and no inhibitory one does, else 0.

    Args:
        inputs: exciting inputs, each 0 or 1; all count alike.
        threshold: how many of them must fire, 0 or more.
        inhibitory: inputs of which a single 1 keeps the unit silent.

    Raises:
        ValueError: if an input is neither 0 nor 1, or the threshold is negative.
    """
    exciting, silencing = numbers(inputs, "inputs"), numbers(inhibitory, "inhibitory")
    for values in (exciting, silencing):
        if values.ndim != 1:
            raise ValueError(f"inputs must stand in one row, got shape {values.shape}")
        if not np.isin(values, (0, 1)).all():
            raise ValueError(f"inputs must be 0 or 1, got {values[~np.isin(values, (0, 1))][0]:g}")
    whole(threshold, 0, "threshold")
    return int(exciting.sum() >= threshold and not silencing.any())


def trace(
    X: Array, y: Array, *, max_epochs: int = 100, lr: float = 1.0, fires_at_zero: bool = False
) -> tuple[Step, ...]:
    """Return every step of the learning rule, right answers included, from zero weights on.

    Cycles through the rows of X in order and adds lr * error * x to w, and lr * error to b.
    Stops after the first epoch without a mistake, or after `max_epochs`.

    Args:
        X: (n, d) inputs.
        y: (n,) labels, each 0 or 1.
        max_epochs: passes over the data before giving up, at least 1.
        lr: step size, above 0. In exact arithmetic it scales w and b and changes no prediction;
            in floating point a score that should be 0 can come out as 1e-17.
        fires_at_zero: the answer to a score of exactly 0: 1 if true (rule >=), else 0 (rule >).

    Raises:
        ValueError: if a label is not 0 or 1, the lengths differ, or a number is out of range.
    """
    X, y = labelled(X, y, allowed=(0, 1))
    whole(max_epochs, 1, "max_epochs")
    positive(lr, "lr")
    w, b = np.zeros(X.shape[1]), 0.0
    steps: list[Step] = []
    for epoch in range(1, max_epochs + 1):
        start = len(steps)
        for i, (x_i, y_i) in enumerate(zip(X, y, strict=True)):
            prediction = float(heaviside(x_i @ w + b, at_zero=float(bool(fires_at_zero))))
            error = float(y_i) - prediction
            w, b = w + lr * error * x_i, b + lr * error
            steps.append(Step(epoch, i, x_i, float(y_i), prediction, error, w, float(b)))
        if not any(step.error for step in steps[start:]):
            break
    return tuple(steps)


def fit(X: Array, y: Array, *, max_epochs: int = 100, lr: float = 1.0) -> Perceptron:
    """Train a unit by the learning rule of `trace`; arguments and errors are the same.

    `mistakes[-1] == 0` means that the unit separates the data; any other value means that it
    does not yet.
    """
    steps = trace(X, y, max_epochs=max_epochs, lr=lr)
    mistakes = [0] * steps[-1].epoch
    for step in steps:
        mistakes[step.epoch - 1] += step.error != 0
    return Perceptron(steps[-1].w, steps[-1].b, tuple(mistakes))


def margin(X: Array, y: Array) -> float:
    """Return the largest margin gamma that a unit can have on the data; 0 if none separates them.

    With labels s = 2y - 1 and inputs (x, 1), gamma is the largest value that min_i s_i (w.x_i + b)
    takes for a (w, b) of length 1. It is the distance from the origin to the convex hull of the
    points s_i (x_i, 1), which is a least-squares problem with weights that are not negative.
    AND: 1/sqrt(17); OR: 1/3; XOR: 0.

    Args:
        X: (n, d) inputs.
        y: (n,) labels, each 0 or 1.

    Raises:
        ValueError: if a label is not 0 or 1, or the lengths differ.

    Source: Lawson and Hanson (1974), Solving Least Squares Problems, chapter 23.
    """
    from scipy.optimize import nnls  # here, since its import takes longer than NumPy's

    X, y = labelled(X, y, allowed=(0, 1))
    points = (2 * y - 1)[:, None] * np.column_stack([X, np.ones(len(X))])
    # least distance programming: minimize |v| with points @ v >= 1, then gamma = 1 / |v|
    system = np.vstack([points.T, np.ones(len(X))])
    goal = np.append(np.zeros(points.shape[1]), 1.0)
    weights, _ = nnls(system, goal)
    residual = system @ weights - goal
    if np.linalg.norm(residual) < 1e-9:
        return 0.0
    return float(abs(residual[-1]) / np.linalg.norm(residual[:-1]))
