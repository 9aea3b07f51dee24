"""The last exercise of chapter 6: the slips of a search for a network, named one by one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from coursekit.exercises import Case, Exercise, Property, Trial

FILTERS, RATES, DROPOUT = (8, 32), (0.1, 0.01), 0.5
Array = npt.NDArray[Any]
Settings = tuple[int, float, float]


@dataclass
class Fit:
    """Stands in for training: its networks are right on the first few pictures of each part.

    Pictures are (n, 2): the number of the picture and its class, so that an answer can be wrong
    on purpose. `asked` keeps which network was asked about which picture.
    """

    right: dict[Settings, tuple[int, int]]  # on validation, on test
    asked: list[tuple[Settings, int]] = field(default_factory=list)

    def __call__(
        self, X: Array, y: Array, *, filters: int, rate: float, dropout: float = 0.0
    ) -> Callable[[Array], Array]:
        """Return a network: a function from pictures (n, 2) to classes (n,)."""
        settings = (filters, rate, dropout)
        validation, test = self.right.get(settings, (0, 0))

        def network(Z: Array) -> Array:
            number, label = np.asarray(Z, dtype=int).T
            self.asked += [(settings, int(n)) for n in number]
            known = np.where(number < 20, number < 10 + validation, number < 20 + test)
            answers: Array = np.where(known, label, 1 - label)
            return answers

        return network


def _part(start: int, n: int) -> tuple[Array, Array]:
    number = np.arange(start, start + n)
    return np.column_stack([number, number % 2]), number % 2


def _arguments(source: str, right: dict[Settings, tuple[int, int]]) -> tuple[Any, ...]:
    parts = (_part(0, 10), _part(10, 10), _part(20, 10))
    return (*parts, source, Fit(right))


def _table(*pairs: tuple[int, int], without: int = 9) -> dict[Settings, tuple[int, int]]:
    """Return what each of the four settings gets right, with dropout; without it, `without`."""
    settings = [(f, r) for f in FILTERS for r in RATES]
    right = {(*s, DROPOUT): pair for s, pair in zip(settings, pairs, strict=True)}
    return right | {(*s, 0.0): (without - k, without - k) for k, s in enumerate(settings)}


def _networks(trial: Trial) -> set[Settings]:
    return {settings for settings, _ in trial.used[4].asked}


def _drops(trial: Trial) -> bool:
    return all(dropout == DROPOUT for _, _, dropout in _networks(trial))


def _searches(trial: Trial) -> bool:
    return {filters for filters, _, _ in _networks(trial)} == set(FILTERS)


def _keeps_the_test_closed(trial: Trial) -> bool:
    return len({settings for settings, n in trial.used[4].asked if n >= 20}) <= 1


def _reports_the_chosen(trial: Trial) -> bool:
    chosen, right = (*trial.got["chosen"], DROPOUT), trial.args[4].right
    return bool(np.isclose(trial.got["accuracy"], right[chosen][1] / 10))


bugs = Exercise(
    "cnn.bugs",
    points=3,
    cases=[
        Case(
            "the best on validation is not the best on the test",
            lambda: _arguments("Fashion-MNIST", _table((5, 4), (6, 9), (8, 7), (7, 5))),
            want={"data": "Fashion-MNIST", "chosen": (32, 0.1), "accuracy": 0.7},
        ),
        Case(
            "few filters are enough",
            lambda: _arguments("glyphs", _table((6, 5), (9, 6), (4, 8), (7, 7), without=10)),
            want={"data": "glyphs", "chosen": (8, 0.01), "accuracy": 0.6},
        ),
        Case(
            "two are equal: the first stays",
            lambda: _arguments("MNIST", _table((7, 3), (5, 6), (7, 8), (6, 9))),
            want={"data": "MNIST", "chosen": (8, 0.1), "accuracy": 0.3},
        ),
    ],
    properties=[
        Property(
            "name the data that it was given",
            lambda trial: trial.got["data"] == trial.args[3],
            "names another data set",
        ),
        Property("train every network with dropout 0.5", _drops, "no dropout"),
        Property("try both numbers of filters", _searches, "never used"),
        Property(
            "ask only the chosen network about the test part",
            _keeps_the_test_closed,
            "searches on the test",
        ),
        Property("report the accuracy of the chosen network", _reports_the_chosen, "the old model"),
    ],
    hints=[
        "Compare the first string with the arguments. Then follow each variable from the place "
        "where it is made to the place where it is used.",
        "Which loop variable does not appear inside the loop? What is the default of `dropout`?",
        "There are three parts. Which one is never touched, and which one is touched too early?",
        "The last line asks `network`. Which network is that, after the loop?",
    ],
    mistakes={
        "names another data set": "The report names a data set that was never loaded. Return the "
        "name that the function was given.",
        "no dropout": "At least one network is trained without dropout. The slide has a rate of "
        "0.5, and `fit` leaves it out unless you pass `dropout=0.5`.",
        "never used": "The loop runs over `filters`, and every network gets the same number of "
        "them. A setting that is never used cannot be tuned.",
        "searches on the test": "More than one network is asked about the test part, so the test "
        "takes part in the choice. Choose on the validation part.",
        "the old model": "The accuracy is not that of the chosen settings. Look at which network "
        "answers in the last line.",
    },
)
