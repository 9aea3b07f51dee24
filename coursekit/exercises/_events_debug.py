"""The last exercise of the lab on collider events: the slips of a notebook, named one by one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.exercises import Case, Exercise, Property, Trial, leaves_arguments_alone
from coursekit.validate import Array


def _area(y: Array, z: Array) -> float:
    """Return the share of pairs that the scores put in order."""
    gaps = z[y == 1][:, None] - z[y == 0]
    return float(np.mean((gaps > 0) + 0.5 * (gaps == 0)))


def _found(test: Callable[[dict[str, Any], Array, Array, Array], bool]) -> Callable[[Trial], bool]:
    """Make a property of a test on (answer, labels of the new events, features, new features)."""

    def on(trial: Trial) -> bool:
        table, cut = trial.args
        X, y = table[:, 2:], table[:, 1]
        return test(trial.got, y[cut:], X, X[cut:])

    return on


def _same(scaled: Array, new: Array, reference: Array) -> bool:
    """Tell whether the columns that are there were scaled with the reference's numbers."""
    wide = np.shape(scaled)[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return bool(
            np.allclose(scaled, ((new - reference.mean(axis=0)) / reference.std(axis=0))[:, :wide])
        )


def _raw(got: dict[str, Any], y: Array, X: Array, new: Array) -> bool:
    return bool(np.allclose(got["X"], new[:, : np.shape(got["X"])[1]]))


def _leaks(got: dict[str, Any], y: Array, X: Array, new: Array) -> bool:
    return _same(got["X"], new, X) or _same(got["X"], new, new)


def _ranks(got: dict[str, Any], y: Array, X: Array, new: Array) -> bool:
    z = np.sum(got["X"], axis=1)
    right, thresholded = _area(y, z), _area(y, (z > 0).astype(float))
    return right == thresholded or not np.isclose(got["auc"], thresholded)


debug = Exercise(
    "events.debug",
    points=3,
    cases=[
        Case(
            "two features",
            (
                np.array(
                    [
                        [0.0, 1, 8, 1],
                        [1, 0, 12, -1],
                        [2, 1, 8, -1],
                        [3, 0, 12, 1],
                        [4, 0, 12, 0],
                        [5, 1, 14, 1],
                        [6, 1, 10, -1],
                        [7, 0, 6, 0],
                    ]
                ),
                4,
            ),
            want={
                "X": [[1, 0], [2, 1], [0, -1], [-2, 0]],
                "auc": 0.75,
                "signal": [0, 1, 0, 0, 1],
                "background": [1, 0, 0, 1, 0],
                "names": {0: "background", 1: "signal"},
            },
        ),
        Case(
            "three features",
            (
                np.array(
                    [
                        [0.0, 1, 0, -3, 5],
                        [1, 0, 2, 3, 15],
                        [2, 1, 2, 3, 15],
                        [3, 0, 1, 3, 10],
                        [4, 0, 0, 0, 10],
                        [5, 1, 3, 0, 20],
                        [6, 1, 1, -3, 10],
                    ]
                ),
                2,
            ),
            want={
                "X": [[1, 1, 1], [0, 1, 0], [-1, 0, 0], [2, 0, 2], [0, -1, 0]],
                "auc": 0.75,
                "signal": [1, 0, 0, 0, 2],
                "background": [1, 0, 1, 0, 0],
                "names": {0: "background", 1: "signal"},
            },
        ),
    ],
    properties=[
        Property(
            "keep every feature",
            _found(lambda got, y, X, new: np.shape(got["X"]) == new.shape),
            "a feature lost",
        ),
        Property("scale the features", _found(lambda *a: not _raw(*a)), "never scaled"),
        Property(
            "scale with the training events", _found(lambda *a: not _leaks(*a)), "scaler has seen"
        ),
        Property("rank by scores", _found(_ranks), "labels, not scores"),
        Property(
            "count every event once",
            _found(lambda got, y, X, new: bool(np.sum(got["background"]) == np.sum(y == 0))),
            "bins of the signal",
        ),
        Property(
            "name the classes",
            _found(lambda got, y, X, new: "Fraud" not in got["names"].values()),
            "names of another task",
        ),
        leaves_arguments_alone,
    ],
    hints=[
        "The first two columns are a number and the class. How many are left, and how many does "
        "the slice keep?",
        "A column in GeV next to one in radians: which line makes them comparable, and with "
        "whose mean?",
        "What does `roc_auc_score` need to draw a whole curve: answers or scores?",
        "Count the events in both histograms. `np.histogram_bin_edges(z, 5)` knows all of them.",
    ],
    mistakes={
        "a feature lost": "The slice `2:-1` stops before the last column, and so drops a "
        "feature, in the lecture `m_wwbb`. Start at 2 and go to the end.",
        "never scaled": "The features arrive as they are: a column in hundreds drowns a column "
        "in ones. Scale each with the mean and the spread of the training events.",
        "scaler has seen": "The mean and the spread come from events that the network must not "
        "know. Take them from the first `cut` rows alone.",
        "labels, not scores": "The AUC is taken of answers, 0 or 1. Then the curve has a single "
        "corner, and the area says little about the ranking. Pass the scores.",
        "bins of the signal": "Background events outside the range of the signal are not in any "
        "bin. Both histograms need the same edges, wide enough for both.",
        "names of another task": "The classes carry the names of another notebook: here 1 is "
        "`signal` and 0 is `background`.",
    },
)
