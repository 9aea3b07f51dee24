"""Losses: how wrong a prediction is, as one number, and which way is less wrong.

Shapes: predictions and targets of a regression have equal shapes; logits of a yes-or-no question
are of any shape with targets of that shape in [0, 1]; logits of k classes are (n, k) with labels
(n,), integers in [0, k). Every loss is a mean; every gradient is in the first argument, with its
shape. Cross entropies are in nats. The class-balanced and the focal loss are losses, too, though
a deck lists them under activations.
"""

import numpy as np
import numpy.typing as npt

from coursekit.functional.activations import log_softmax, sigmoid
from coursekit.validate import Array, at_least, numbers, share, whole


def _pair(prediction: npt.ArrayLike, target: npt.ArrayLike) -> tuple[Array, Array]:
    """Return both as floats; shapes must be equal, since (n,) against (n, 1) would broadcast."""
    p, t = numbers(prediction, "prediction"), numbers(target, "target")
    if p.shape != t.shape:
        raise ValueError(f"prediction and target must have one shape, got {p.shape} and {t.shape}")
    if p.size == 0:
        raise ValueError(f"prediction must not be empty, got shape {p.shape}")
    return p, t


def mse_loss(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Return the mean of (prediction - target)^2; 0 if equal. Any shape, both alike."""
    p, t = _pair(prediction, target)
    return float(((p - t) ** 2).mean())


def mse_loss_grad(prediction: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """Return 2 (prediction - target) / n, same shape as the prediction."""
    p, t = _pair(prediction, target)
    return 2 * (p - t) / p.size


def l1_loss(prediction: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Return the mean absolute error (MAE); 0 if equal. Any shape, both alike."""
    p, t = _pair(prediction, target)
    return float(np.abs(p - t).mean())


def l1_loss_grad(prediction: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """Return sign(prediction - target) / n, same shape as the prediction; 0 at the kink."""
    p, t = _pair(prediction, target)
    return np.sign(p - t) / p.size


def _binary(logits: npt.ArrayLike, target: npt.ArrayLike) -> tuple[Array, Array]:
    z, y = _pair(logits, target)
    if not ((y >= 0) & (y <= 1)).all():
        raise ValueError(f"targets must lie in [0, 1], got {y.min():g} to {y.max():g}")
    return z, y


def _surprise(z: Array) -> Array:
    """Return -log sigmoid(z), same shape as z, without overflow."""
    return np.maximum(-z, 0) + np.log1p(np.exp(-np.abs(z)))


def binary_cross_entropy_with_logits(logits: npt.ArrayLike, target: npt.ArrayLike) -> float:
    r"""Return the mean negative log-likelihood of yes-or-no answers.

    $$L = -\frac{1}{n} \sum_i y_i \log \sigma(z_i) + (1 - y_i) \log (1 - \sigma(z_i))$$

    Args:
        logits: any shape; sigma(z) is the probability of a 1.
        target: same shape, in [0, 1].

    Returns:
        loss in nats; log(2) = 0.693 for a model that always says 1/2.

    Raises:
        ValueError: if the shapes differ, or a target lies outside [0, 1].
    """
    z, y = _binary(logits, target)
    return float((y * _surprise(z) + (1 - y) * _surprise(-z)).mean())


def binary_cross_entropy_with_logits_grad(logits: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """Return (sigmoid(z) - y) / n, same shape as the logits."""
    z, y = _binary(logits, target)
    return (sigmoid(z) - y) / z.size


def _classes(
    logits: npt.ArrayLike, target: npt.ArrayLike, weight: npt.ArrayLike | None
) -> tuple[Array, npt.NDArray[np.int64], Array]:
    """Return logits (n, k), labels (n,), and the share of each example in the mean, (n,)."""
    z, target = numbers(logits, "logits"), numbers(target, "target")
    if z.ndim != 2 or target.shape != z.shape[:1] or z.size == 0:
        raise ValueError(f"logits must be (n, k) and labels (n,), got {z.shape} and {target.shape}")
    if not np.isin(target, np.arange(z.shape[1])).all():
        wanted = f"integers from 0 to {z.shape[1] - 1}"
        raise ValueError(f"labels must be {wanted}, got {np.unique(target)}")
    y = target.astype(np.int64)
    per_class = np.ones(z.shape[1]) if weight is None else numbers(weight, "weight")
    if per_class.shape != z.shape[1:]:
        raise ValueError(f"weight must be ({z.shape[1]},), one a class, got {per_class.shape}")
    share = per_class[y]
    if not (per_class >= 0).all() or not share.sum() > 0:
        raise ValueError(f"weights must be at least 0 and not all 0, got {per_class}")
    return z, y, share / share.sum()


def cross_entropy(
    logits: npt.ArrayLike, target: npt.ArrayLike, weight: npt.ArrayLike | None = None
) -> float:
    r"""Return the mean negative log-likelihood of the target classes.

    $$L = -\frac{1}{n} \sum_i \log \mathrm{softmax}(z_i)_{y_i}$$

    Args:
        logits: (n, k) unnormalized scores z.
        target: (n,) integer classes y in [0, k).
        weight: (k,) how much an example of each class counts in the mean; all alike by default.

    Returns:
        loss in nats; log(k) for a model that guesses uniformly.

    Raises:
        ValueError: if the shapes disagree or a class lies outside [0, k).

    Source: Goodfellow et al. (2016), Deep Learning, section 6.2.2.3.
    """
    z, y, share = _classes(logits, target, weight)
    return float(-(share * log_softmax(z)[np.arange(len(y)), y]).sum())


def cross_entropy_grad(
    logits: npt.ArrayLike, target: npt.ArrayLike, weight: npt.ArrayLike | None = None
) -> Array:
    """Return (softmax(z) - onehot(y)) / n, or with weights in their shares, (n, k)."""
    z, y, share = _classes(logits, target, weight)
    gradient = np.exp(log_softmax(z))
    gradient[np.arange(len(y)), y] -= 1
    return gradient * share[:, None]


def class_weights(labels: npt.ArrayLike, num_classes: int) -> Array:
    """Return n / (k n_c) for each class c, (k,): with them, each class counts alike in a mean.

    Their average over the examples is 1, so that the scale of the loss stays.

    Args:
        labels: (n,) integers in [0, k).
        num_classes: k.

    Raises:
        ValueError: if a label is outside [0, k), or a class has no example.
    """
    y = numbers(labels, "labels")
    whole(num_classes, 1, "num_classes")
    if y.ndim != 1 or not np.isin(y, np.arange(num_classes)).all():
        raise ValueError(f"labels must be (n,) integers from 0 to {num_classes - 1}, got {y!r:.80}")
    counts = np.bincount(y.astype(np.int64), minlength=num_classes)
    if not counts.all():
        raise ValueError(f"every class needs an example, got none of {np.flatnonzero(counts == 0)}")
    weights: Array = len(y) / (num_classes * counts)
    return weights


def _balance(y: Array) -> Array:
    """Return the share of each example, same shape as y, if both classes count one half."""
    if not np.isin(y, (0, 1)).all() or not 0 < y.sum() < y.size:
        raise ValueError(f"targets must be 0 or 1, some of each, got {np.unique(y)}")
    share: Array = np.where(y == 1, 0.5 / y.sum(), 0.5 / (y.size - y.sum()))
    return share


def class_balanced_loss(logits: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """Return the binary cross entropy averaged in each class first, then over the two classes.

    A rare class counts as much as a frequent one. The lecture's formula divides by n once more,
    which makes loss and gradient n times smaller.

    Args:
        logits: any shape.
        target: same shape, each 0 or 1, some of each.

    Returns:
        loss in nats; log(2) for a model that always says 1/2.

    Raises:
        ValueError: if the shapes differ, or one of the classes is missing.
    """
    z, y = _pair(logits, target)
    return float((_balance(y) * _surprise((2 * y - 1) * z)).sum())


def class_balanced_loss_grad(logits: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """Return (sigmoid(z) - y) times the share of each example, same shape as the logits."""
    z, y = _pair(logits, target)
    return _balance(y) * (sigmoid(z) - y)


def sigmoid_focal_loss(
    logits: npt.ArrayLike, target: npt.ArrayLike, *, alpha: float = 0.25, gamma: float = 2.0
) -> float:
    r"""Return the focal loss: a cross entropy in which easy examples count little.

    $$L = -\frac{1}{n} \sum_i \alpha_t (1 - p_t)^\gamma \log p_t$$

    Args:
        logits: any shape.
        target: same shape, each 0 or 1; p_t is the probability of the true class.
        alpha: weight of class 1, in [0, 1]; class 0 has 1 - alpha. The usual 0.25 weighs a class 1
            *down*, also a rare one.
        gamma: 0 or more; 0 gives the weighted cross entropy.

    Raises:
        ValueError: if the shapes differ, or a target, alpha or gamma is out of range.

    Source: Lin et al. (2017), Focal Loss for Dense Object Detection, arXiv:1708.02002.
    """
    z, weight, _ = _focal(logits, target, alpha, gamma)
    return float((weight * sigmoid(-z) ** gamma * _surprise(z)).mean())


def sigmoid_focal_loss_grad(
    logits: npt.ArrayLike, target: npt.ArrayLike, *, alpha: float = 0.25, gamma: float = 2.0
) -> Array:
    """Return s alpha_t (1 - p_t)^gamma (gamma p_t log p_t + p_t - 1) / n, s = 2y - 1."""
    z, weight, sign = _focal(logits, target, alpha, gamma)
    p = sigmoid(z)
    slope = gamma * p * -_surprise(z) - sigmoid(-z)
    value: Array = sign * weight * sigmoid(-z) ** gamma * slope / z.size
    return value


def _focal(
    logits: npt.ArrayLike, target: npt.ArrayLike, alpha: float, gamma: float
) -> tuple[Array, Array, Array]:
    """Return the logit of the true class, its weight, and the sign that turned the logit."""
    z, y = _pair(logits, target)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"targets must be 0 or 1, got {np.unique(y)}")
    share(alpha, "alpha")
    at_least(gamma, 0, "gamma")
    sign = 2 * y - 1
    return sign * z, np.where(y == 1, alpha, 1 - alpha), sign
