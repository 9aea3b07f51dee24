"""The training loop, for any framework: you give a step, it repeats, counts and reports."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tqdm.auto import tqdm

from coursekit.validate import function, whole

Measured = float | Mapping[str, float]


def fit(
    step: Callable[..., Measured],
    batches: Iterable[Any],
    epochs: int,
    *,
    evaluate: Callable[[], Measured] | None = None,
    progress: bool = False,
) -> dict[str, list[float]]:
    """Call step(*batch) for each batch of each epoch, and keep what it measures.

    Args:
        step: does one step of training; returns its loss, or numbers by name.
        batches: something to go through once an epoch, such as `data.batches` or a DataLoader.
        epochs: passes over the batches, 1 or more.
        evaluate: called after each epoch; returns its score, or numbers by name.
        progress: show a progress bar.

    Returns:
        history: for each name the mean, in each epoch, over the batches that give it; plain numbers
            are called "loss" and "score".

    Raises:
        TypeError: if step or evaluate is no function, or gives no number.
        ValueError: if epochs is below 1, or there is no batch, or a loss is not finite.
    """
    whole(epochs, 1, "epochs")
    function(step, "step")
    if evaluate is not None:
        function(evaluate, "evaluate")
    if not isinstance(batches, Iterable):
        raise TypeError(f"batches must be something to go through, got {batches!r:.80}")
    history: dict[str, list[float]] = {}
    for epoch in tqdm(range(1, epochs + 1), disable=not progress, unit="epoch"):
        sums: dict[str, float] = {}
        counts: dict[str, int] = {}
        count = 0
        for batch in batches:
            count += 1
            parts = batch if isinstance(batch, tuple | list) else (batch,)
            for name, value in _named(step(*parts), "loss").items():
                if not math.isfinite(value):
                    raise ValueError(f"{name} became {value} in epoch {epoch}: try a smaller lr")
                sums[name] = sums.get(name, 0.0) + value
                counts[name] = counts.get(name, 0) + 1
        if count == 0:
            raise ValueError(f"batches gave nothing in epoch {epoch}: is it used up?")
        means = {name: total / counts[name] for name, total in sums.items()}
        scores = _named(evaluate(), "score") if evaluate else {}
        if both := means.keys() & scores.keys():
            raise ValueError(f"step and evaluate must give other names, both give {sorted(both)}")
        for name, value in {**means, **scores}.items():
            history.setdefault(name, []).append(value)
    return history


def _named(measured: Measured, name: str) -> Mapping[str, float]:
    """Return what was measured as numbers by name."""
    found = measured if isinstance(measured, Mapping) else {name: measured}
    try:
        return {key: float(value) for key, value in found.items()}
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be a number, or named ones, got {found!r:.80}") from error
