"""Scores of several runs: a row for each method, a dot for each run, the mean as a bar."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from coursekit.plotting.style import BLUE, figure
from coursekit.validate import Array


def dots(scores: Mapping[str, Sequence[float]], *, low: float = 0.0) -> Axes:
    """Draw one row per name with a dot for each score, the mean as a bar and a number.

    Args:
        scores: the scores of each name, in [0, 1].
        low: where the axis begins; it ends at 1.

    Raises:
        ValueError: if there is no name, or a name has no score.
    """
    if not scores or not all(len(values) for values in scores.values()):
        raise ValueError(f"scores must hold at least one value per name, got {dict(scores)!r}")
    _, ax = figure(6.0, 0.46 * len(scores) + 1.0)
    _rows(ax, scores)
    for row, values in enumerate(scores.values()):
        ax.text(1 + 0.03 * (1 - low), row, f"{np.mean(values):.2f}", va="center")
    ax.set(xlim=(low, 1), xlabel="share of right answers")
    return ax


def seed_dots(scores: Mapping[str, npt.ArrayLike], *, chance: float = np.nan) -> Axes:
    """Draw a row for each method: a dot a seed, the mean as a bar, chance as a dotted line.

    Args:
        scores: method -> (seeds,) test accuracies.
        chance: what guessing reaches; no line by default.
    """
    _, ax = figure(6.0, 0.42 * len(scores) + 0.9)
    _rows(ax, scores)
    ax.axvline(chance, color="0.5", linestyle=":", linewidth=1.5)
    ax.set_xlabel("test accuracy")
    return ax


def treatments(scores: Mapping[str, Array], *, columns: Sequence[str]) -> None:
    """Draw a row for each treatment, in one panel a measure: a dot a run, the mean as a bar.

    Args:
        scores: treatment -> (runs, measures); lower is better.
        columns: names of the measures.
    """
    size = (6.4, 0.4 * len(scores) + 1.1)
    _, axes = plt.subplots(1, len(columns), figsize=size, sharey=True)
    for k, (ax, name) in enumerate(zip(axes, columns, strict=True)):
        _rows(ax, {treatment: values[:, k] for treatment, values in scores.items()})
        ax.set(xlabel=name, xlim=(0, None))


def _rows(ax: Axes, scores: Mapping[str, npt.ArrayLike]) -> None:
    """Draw the dots and the bar of each row, name -> (runs,), the first row on top."""
    for row, values in enumerate(scores.values()):
        runs = np.asarray(values, dtype=float)
        ax.plot(runs, np.full(len(runs), row), "o", color=BLUE, ms=7, alpha=0.5)
        ax.plot([runs.mean()] * 2, [row - 0.32, row + 0.32], color="black")
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set_ylim(len(scores) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
