"""Which parts of a network learn, and what it answers with.

All functions change the model in place. A layer is named as in `model.named_modules()`: "head",
or with dots for a part of a part, such as "encoder.layer.5".
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from types import MethodType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from coursekit import models

BATCH_NORMS = (
    torch.nn.BatchNorm1d,
    torch.nn.BatchNorm2d,
    torch.nn.BatchNorm3d,
    torch.nn.SyncBatchNorm,
)


def layers(model: torch.nn.Module, depth: int = 1) -> list[str]:
    """Return the names of the model's layers in order, with at most `depth` parts each."""
    return [name for name, _ in model.named_modules() if name and name.count(".") < depth]


def freeze(model: torch.nn.Module, *names: str) -> None:
    """Stop the layers of these names from learning; without names, the whole model.

    The running means of batch normalization still follow the data: see `freeze_batchnorm`.

    Raises:
        ValueError: if the model has no layer of that name.
    """
    for module in [_find(model, name) for name in names] or [model]:
        module.requires_grad_(False)


def unfreeze(model: torch.nn.Module, *names: str) -> None:
    """Let the layers of these names learn again; without names, the whole model.

    Raises:
        ValueError: if the model has no layer of that name.
    """
    for module in [_find(model, name) for name in names] or [model]:
        module.requires_grad_(True)


def freeze_batchnorm(model: torch.nn.Module) -> None:
    """Keep batch normalization in eval mode for good: `model.train()` no longer reaches it.

    It then uses the means and variances of pretraining: those of a batch of ten images would be
    mostly noise. Whether its scale and shift learn is a matter of `freeze` and `unfreeze`.
    """
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.train = MethodType(_stay, module)  # type: ignore[method-assign]


def swap_head(
    model: torch.nn.Module,
    classes: int,
    name: str = "head",
    *,
    generator: torch.Generator | None = None,
) -> torch.nn.Linear:
    """Put a new linear layer, with random weights, in the place of the one called `name`.

    Args:
        model: any network that answers through a linear layer.
        classes: outputs of the new layer, 1 or more.
        name: the layer's name.
        generator: draws the weights; torch's own if None.

    Returns:
        head: the new layer, as wide as the old, on the same device, with weights and biases
            uniform in ±1/sqrt(in_features), as PyTorch draws them.

    Raises:
        ValueError: if the model has no layer of that name, or classes is below 1.
        TypeError: if that layer is not linear.
    """
    if classes < 1:
        raise ValueError(f"classes must be at least 1, got {classes!r}")
    old = _linear(model, name)
    bound = old.in_features**-0.5
    blank = torch.nn.Linear(old.in_features, classes, bias=old.bias is not None, device="meta")
    head = blank.to_empty(device="cpu")  # without a draw from torch's own generator
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
    head.to(device=old.weight.device, dtype=old.weight.dtype)
    parent, _, child = name.rpartition(".")
    setattr(model.get_submodule(parent), child, head)
    if hasattr(model, "num_labels"):  # a Hugging Face model keeps the number in two more places
        whole: Any = model
        whole.num_labels = whole.config.num_labels = classes
    return head


def head_from_probe(
    model: torch.nn.Module,
    X: Any,
    y: npt.ArrayLike,
    name: str = "head",
    *,
    C: float = 1.0,
    size: int = 500,
) -> torch.nn.Linear:
    """Set the head to the best linear classifier of the frozen features: a linear probe.

    The features are what reaches the head. They are scaled to mean 0 and variance 1, fitted with
    scikit-learn's LogisticRegression, and the scaling is moved into the weights.

    Args:
        model: a network whose head has one output a class, see `swap_head`.
        X: (n, ...) inputs as `models.logits` takes them, or a tokenizer's output.
        y: (n,) integer classes, at least one example of each.
        name: the head's name.
        C: inverse strength of the penalty on the weights, above 0.
        size: examples in a batch; it changes the speed, not the result.

    Returns:
        head: the layer, the same object as before.

    Raises:
        ValueError: if the lengths differ, or a class of the head has no example in y.
        TypeError: if the layer is not linear, or has no bias.

    Source: Kumar et al. (2022), Fine-Tuning can Distort Pretrained Features and Underperform
    Out-of-Distribution, doi:10.48550/arXiv.2202.10054.
    """
    from sklearn.linear_model import LogisticRegression

    head, labels = _linear(model, name), np.asarray(y)
    if head.bias is None:
        raise TypeError(f"{name!r} must have a bias, for the probe has one")
    found = np.unique(labels)
    if found.tolist() != list(range(head.out_features)):
        raise ValueError(
            f"{name!r} answers {head.out_features} classes, and y must have examples of each of "
            f"0 to {head.out_features - 1}: got {found.tolist()}; see swap_head"
        )
    features = _inputs_of(head, model, X, size)
    if len(features) != len(labels):
        raise ValueError(f"X and y must have equal length, got {len(features)} and {len(labels)}")
    mean, std = features.mean(0), features.std(0)
    std[std == 0] = 1.0  # a feature that never changes says nothing
    probe = LogisticRegression(C=C, max_iter=2000).fit((features - mean) / std, labels)
    weight, bias = probe.coef_ / std, probe.intercept_
    bias = bias - weight @ mean
    if len(found) == 2:  # scikit-learn gives one row; softmax needs the half of it for each class
        weight, bias = np.vstack([-weight, weight]) / 2, np.append(-bias, bias) / 2
    with torch.no_grad():
        head.weight.copy_(torch.as_tensor(weight))
        head.bias.copy_(torch.as_tensor(bias))
    return head


def unfreeze_gradually(
    model: torch.nn.Module, groups: Sequence[str | Sequence[str]]
) -> Iterator[list[str]]:
    """Freeze the model, then let one more group of layers learn in each turn of a loop.

    >>> for learning in unfreeze_gradually(model, ["head", "embedding", "block3"]):
    ...     train.fit(step, batches, epochs=1)

    Layers that no group names stay frozen. One optimizer over all parameters will do: it leaves
    those alone that have no gradient.

    Args:
        model: the network.
        groups: names of layers, the first to learn first: as a rule from the head downwards. A
            group of several layers is a tuple of names.

    Returns:
        iterator: in each turn the names of all layers that learn by now.

    Raises:
        ValueError: if there is no group, or the model has no layer of that name; at once, not in
            the loop.
    """
    named = [[group] if isinstance(group, str) else list(group) for group in groups]
    if not named:
        raise ValueError("groups must name at least one layer")
    for group in named:
        for name in group:
            _find(model, name)
    freeze(model)
    return _turns(model, named)


def _turns(model: torch.nn.Module, groups: list[list[str]]) -> Iterator[list[str]]:
    learning: list[str] = []
    for group in groups:
        unfreeze(model, *group)
        learning = learning + group
        yield learning


def _stay(module: torch.nn.Module, mode: bool = True) -> torch.nn.Module:
    return module  # in eval mode, whatever is asked


def _find(model: torch.nn.Module, name: str) -> torch.nn.Module:
    modules: dict[str, torch.nn.Module] = dict(model.named_modules())
    if name in modules:
        return modules[name]
    near = difflib.get_close_matches(name, [known for known in modules if known], n=3, cutoff=0.5)
    hint = "did you mean " + " or ".join(map(repr, near)) + "?" if near else ""
    hint = hint or f"its layers are {', '.join(layers(model))}"
    raise ValueError(f"{type(model).__name__} has no layer {name!r}: {hint}")


def _linear(model: torch.nn.Module, name: str) -> torch.nn.Linear:
    module = _find(model, name)
    if isinstance(module, torch.nn.Linear):
        return module
    inside = [part for part, child in module.named_modules() if isinstance(child, torch.nn.Linear)]
    hint = f"; inside it, {name}.{inside[-1]} is one" if inside else ""
    raise TypeError(f"{name!r} must be a linear layer, got {type(module).__name__}{hint}")


def _inputs_of(
    head: torch.nn.Linear, model: torch.nn.Module, X: Any, size: int
) -> npt.NDArray[np.float64]:
    """Return what reaches the head, (n, in_features), while the model answers X."""
    seen: list[torch.Tensor] = []
    hook = head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach().cpu()))
    try:
        if isinstance(X, Mapping):
            _answer(model, X, size)
        else:
            models.logits(model, X, size)
    finally:
        hook.remove()
    features = torch.cat(seen).double()
    if features.ndim != 2:
        raise ValueError(f"the head must see one vector an example, got {tuple(features.shape)}")
    return features.numpy()


def _answer(model: torch.nn.Module, inputs: Mapping[str, torch.Tensor], size: int) -> None:
    device = next(model.parameters()).device
    with torch.no_grad(), models.eval_mode(model):
        for start in range(0, len(next(iter(inputs.values()))), size):
            model(**{key: value[start : start + size].to(device) for key, value in inputs.items()})
