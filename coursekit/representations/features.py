"""The vectors inside a network: read them off by hooks, and ask what they know."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from coursekit import validate
from coursekit.models import eval_mode

Data = npt.NDArray[np.generic] | Tensor


def activations(
    model: nn.Module, X: Data, layers: Sequence[str], *, size: int = 500
) -> dict[str, Tensor]:
    """Return what the named layers hand on, for each example, by forward hooks.

    Args:
        model: any network; a layer that it uses several times is read at its last use.
        X: (n, ...) inputs of the network; images (n, h, w) get their channel axis.
        layers: names as in `model.named_modules()`, such as "block1" or "block1.0".
        size: examples that pass through the network at a time.

    Returns:
        features: name -> (n, ...) on the CPU, without a graph.

    Raises:
        ValueError: if a layer is unknown (the nearest name is given) or was not used.
        TypeError: if a layer hands on something else than one tensor.
    """
    parts: dict[str, list[Tensor]] = {name: [] for name in layers}
    with torch.no_grad(), eval_mode(model), recording(model, layers) as kept:
        for some in torch.split(as_input(model, X), size):
            model(some)
            for name in layers:
                parts[name].append(_kept(kept, name).cpu())
    return {name: torch.cat(some) for name, some in parts.items()}


def probe(train_X: Data, train_y: Data, test_X: Data, test_y: Data, *, C: float = 0.1) -> float:
    """Return the accuracy, from 0 to 1, of a linear classifier on top of fixed features.

    Args:
        train_X: (n, ...) features, flattened and standardized here.
        train_y: (n,) classes.
        test_X: (m, ...) features of other examples.
        test_y: (m,) their classes.
        C: inverse strength of the L2 penalty.

    Source: Alain and Bengio (2016), Understanding intermediate layers using linear classifier
    probes, doi:10.48550/arXiv.1610.01644.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=1000))
    classifier.fit(as_rows(train_X), np.asarray(train_y))
    return float(classifier.score(as_rows(test_X), np.asarray(test_y)))


def neighbours(
    features: Data, queries: Data, k: int, *, metric: str = "euclidean"
) -> npt.NDArray[np.int64]:
    """Return the rows of the k features nearest to each query, nearest first.

    A query that is itself among the features finds itself first.

    Args:
        features: (n, ...), flattened here.
        queries: (m, ...), flattened here.
        k: from 1 to n.
        metric: "euclidean", or "cosine" to compare directions only.

    Returns:
        rows: (m, k) indices into the features.

    Raises:
        ValueError: if k is no number from 1 to n, or the metric is unknown.
    """
    from sklearn.neighbors import NearestNeighbors

    validate.choice(metric, ("euclidean", "cosine"), "metric")
    rows = as_rows(features)
    if not 1 <= k <= len(rows):
        raise ValueError(f"k must be from 1 to {len(rows)}, the number of features, got {k!r}")
    finder = NearestNeighbors(n_neighbors=k, metric=metric, algorithm="brute").fit(rows)
    found: npt.NDArray[np.int64] = finder.kneighbors(as_rows(queries), return_distance=False)
    return found


@contextmanager
def recording(model: nn.Module, layers: Sequence[str]) -> Iterator[dict[str, Tensor]]:
    """Keep the last output of each named layer; the hooks are removed, whatever happens.

    What flows on is a copy, so that a later layer that works in place changes nothing kept.

    Raises:
        ValueError: if a layer is unknown.
        TypeError: if a layer hands on something else than one tensor.
    """
    modules = dict(model.named_modules())
    chosen = {name: modules[validate.choice(name, modules, "layer")] for name in layers}
    kept: dict[str, Tensor] = {}

    def hook(name: str, output: object) -> Tensor:
        if not isinstance(output, Tensor):
            raise TypeError(f"layer {name!r} must give one tensor, got {type(output).__name__}")
        kept[name] = output
        return output.clone()

    handles = [
        module.register_forward_hook(lambda *args, name=name: hook(name, args[-1]))
        for name, module in chosen.items()
    ]
    try:
        yield kept
    finally:
        for handle in handles:
            handle.remove()


def _kept(kept: dict[str, Tensor], name: str) -> Tensor:
    if name not in kept:
        raise ValueError(f"the network did not use layer {name!r}")
    return kept[name]


def as_input(model: nn.Module, X: Data) -> Tensor:
    """Return X as a tensor like the network's weights; images (n, h, w) become (n, 1, h, w).

    Raises:
        ValueError: if there is no example.
    """
    weights = next(model.parameters(), torch.zeros(0))
    x = torch.as_tensor(X).to(weights.device, weights.dtype)
    if len(x) == 0:
        raise ValueError(f"X must hold at least one example, got shape {tuple(x.shape)}")
    return x[:, None] if x.ndim == 3 else x


def as_rows(X: Data) -> npt.NDArray[np.floating]:
    """Return (n, ...) as rows (n, d) of floats; single precision stays single."""
    rows = np.asarray(X.detach().cpu() if isinstance(X, Tensor) else X)
    kind = np.float32 if rows.dtype == np.float32 else np.float64
    return rows.reshape(len(rows), -1).astype(kind)
