"""The exercises of the lab on collider events."""

import numpy as np

from coursekit.exercises import Case, Exercise, Property, _events_debug, leaves_arguments_alone
from coursekit.validate import Array

TRAIN = np.array([[0.0, 10], [4, 30]])
NEW = np.array([[6.0, 20], [2, 50], [2, 30]])
COLUMN, ONE = np.array([[1.0], [2], [6], [7]]), np.array([[10.0]])


def _by(X: Array, reference: Array, ddof: int = 0) -> Array:
    """Return X in units of the reference's spread, from the reference's mean."""
    scaled: Array = (X - reference.mean(axis=0)) / reference.std(axis=0, ddof=ddof)
    return scaled


inputs = Exercise(
    "events.inputs",
    cases=[
        Case(
            "the lecture's slide", (74_051,), want=28, wrong={"first biases": 29, "no biases": 30}
        ),
        Case(
            "the lecture's notebook",
            (73_751,),
            want=27,
            wrong={"first biases": 28, "no biases": 29},
        ),
        Case("the toy events", (69_851,), want=14, wrong={"first biases": 15, "no biases": 16}),
        Case("32 x 32", (372_851,), want=1024, wrong={"first biases": 1025, "no biases": 1026}),
    ],
    hints=[
        "Which of the layers know how many inputs there are?",
        "The last four layers have 65,351 parameters together, whatever the input.",
        "With `d` inputs the first layer has 300 times (d + 1) parameters.",
    ],
    mistakes={
        "first biases": "One too many: the 300 units of the first layer have a bias each.",
        "no biases": "Each unit behind the input has a bias, in every layer.",
    },
)

scale = Exercise(
    "events.scale",
    points=2,
    cases=[
        Case(
            "two columns of different size",
            (TRAIN, NEW),
            want=(_by(TRAIN, TRAIN), _by(NEW, TRAIN)),
            wrong={
                "fitted on everything": (
                    _by(TRAIN, np.vstack([TRAIN, NEW])),
                    _by(NEW, np.vstack([TRAIN, NEW])),
                ),
                "each by itself": (_by(TRAIN, TRAIN), _by(NEW, NEW)),
                "one mean for all": (
                    _by(TRAIN, TRAIN.reshape(-1, 1)),
                    _by(NEW, TRAIN.reshape(-1, 1)),
                ),
                "not divided": (TRAIN - TRAIN.mean(axis=0), NEW - TRAIN.mean(axis=0)),
                "n - 1": (_by(TRAIN, TRAIN, 1), _by(NEW, TRAIN, 1)),
                "not centred": (TRAIN / TRAIN.std(axis=0), NEW / TRAIN.std(axis=0)),
                "variance": (_by(TRAIN, TRAIN) / TRAIN.std(0), _by(NEW, TRAIN) / TRAIN.std(0)),
                "brackets": (
                    TRAIN - TRAIN.mean(axis=0) / TRAIN.std(axis=0),
                    NEW - TRAIN.mean(axis=0) / TRAIN.std(axis=0),
                ),
                "by event": (_by(TRAIN, TRAIN.T), _by(NEW, TRAIN.T)),
            },
        ),
        Case(
            "one column, one new event",
            (COLUMN, ONE),
            want=(_by(COLUMN, COLUMN), _by(ONE, COLUMN)),
            wrong={
                "fitted on everything": (
                    _by(COLUMN, np.vstack([COLUMN, ONE])),
                    _by(ONE, np.vstack([COLUMN, ONE])),
                ),
                "not divided": (COLUMN - 4, ONE - 4),
                "n - 1": (_by(COLUMN, COLUMN, 1), _by(ONE, COLUMN, 1)),
                "not centred": (COLUMN / COLUMN.std(), ONE / COLUMN.std()),
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "From which of the two arrays may a mean be taken?",
        "Each column has a mean and a standard deviation of its own: `axis=0`.",
        "Keep the two rows of numbers that you took from `X_train`, and use them twice.",
    ],
    mistakes={
        "fitted on everything": "The new events have moved your mean and spread. They must not "
        "be looked at before the network is finished.",
        "each by itself": "The new events were scaled with their own mean and spread. Then 125 "
        "GeV is another number in training and in use. Scale both with those of `X_train`.",
        "one mean for all": "You use one mean for the whole array. GeV and radians need one for "
        "each column: `axis=0`.",
        "not divided": "The mean is gone, the spread is not: divide by the standard deviation.",
        "not centred": "The spread is right, the mean is still there: subtract it first.",
        "variance": "You divide by the variance, the square of the standard deviation.",
        "brackets": "You divide only the mean: without brackets, `/` comes before `-`.",
        "by event": "You take the mean along each event, so GeV and radians are mixed. A column "
        "needs `axis=0`.",
        "n - 1": "You divide by the estimate with n - 1. The lab, like scikit-learn, takes the "
        "plain standard deviation of NumPy.",
    },
)

metrics = Exercise(
    "events.metrics",
    points=2,
    cases=[
        Case(
            "100 events",
            (40, 10, 20, 30),
            want=(0.7, 0.8, 2 / 3, 8 / 11),
            wrong={
                "swapped": (0.7, 2 / 3, 0.8, 8 / 11),
                "plain mean": (0.7, 0.8, 2 / 3, 11 / 15),
                "background forgotten": (0.4, 0.8, 2 / 3, 8 / 11),
                "the other recall": (0.7, 0.8, 0.75, 24 / 31),
                "2 forgotten": (0.7, 0.8, 2 / 3, 4 / 11),
                "the errors": (0.3, 0.8, 2 / 3, 8 / 11),
            },
        ),
        Case(
            "hardly any false alarm",
            (10, 1, 30, 59),
            want=(0.69, 10 / 11, 0.25, 20 / 51),
            wrong={
                "swapped": (0.69, 0.25, 10 / 11, 20 / 51),
                "plain mean": (0.69, 10 / 11, 0.25, 51 / 88),
                "background forgotten": (0.1, 10 / 11, 0.25, 20 / 51),
            },
        ),
        Case(
            "nothing is called signal",
            (0, 0, 30, 970),
            want=(0.97, 0, 0, 0),
            wrong={"perfect when empty": (0.97, 1, 0, 0)},
        ),
        Case(
            "there is no signal",
            (0, 5, 0, 95),
            want=(0.95, 0, 0, 0),
            wrong={"perfect when empty": (0.95, 0, 1, 0)},
        ),
        Case("neither signal nor alarm", (0, 0, 0, 10), want=(1, 0, 0, 0)),
        Case("half of the alarms are true", (10, 10, 20, 60), want=(0.7, 0.5, 1 / 3, 0.4)),
        Case("half of the signal is found", (10, 20, 10, 60), want=(0.7, 1 / 3, 0.5, 0.4)),
        Case("no mistake at all", (5, 0, 0, 45), want=(1, 1, 1, 1)),
    ],
    hints=[
        "Precision is a share of all alarms, recall a share of all signal.",
        "Which of the four counts lie in the column of the alarms, and which in the row of the "
        "signal?",
        "Test each denominator: if it is 0, the share is 0. F1 is `2 * tp / (2 * tp + fp + fn)`.",
    ],
    mistakes={
        "swapped": "Precision and recall have changed places. Precision divides by all events "
        "*called* signal, recall by all that *are* signal.",
        "plain mean": "Your F1 is the plain mean. It is the harmonic one, which stays small if "
        "one of the two is small.",
        "background forgotten": "Accuracy counts all right answers: true negatives as well.",
        "2 forgotten": "Your F1 is half of what it should be: the formula begins with a 2.",
        "the errors": "That is the share of wrong answers. Accuracy is the share of right ones.",
        "perfect when empty": "Here a share of nothing counts as 0, not as 1.",
        "the other recall": "That is the share of the *background* that was recognized. Recall "
        "is the share of the signal.",
    },
)

auc = Exercise(
    "events.auc",
    points=2,
    cases=[
        Case(
            "two of each class",
            ([0, 0, 1, 1], [-2, 1, -0.5, 3]),
            want=0.75,
            wrong={
                "labels, not scores": 0.5,
                "upside down": 0.25,
                "not a share": 3,
                "all events squared": 3 / 16,
            },
        ),
        Case(
            "a tie",
            ([0, 1, 0, 1], [1, 1, 0, 2]),
            want=0.875,
            wrong={
                "ties lost": 0.75,
                "ties won": 1.0,
                "upside down": 0.125,
                "not a share": 3.5,
                "all events squared": 3.5 / 16,
            },
        ),
        Case("all alike", ([0, 1, 1], [2, 2, 2]), want=0.5, wrong={"ties lost": 0, "ties won": 1}),
        Case(
            "one signal event, all scores negative",
            ([0, 0, 0, 1, 0], [-5, -1, -4, -2, -3]),
            want=0.75,
            wrong={"labels, not scores": 0.5, "upside down": 0.25, "not a share": 3},
        ),
        Case("perfectly upside down", ([1, 0, 0], [-1, 0, 2]), want=0, wrong={"upside down": 1}),
    ],
    properties=[
        leaves_arguments_alone,
        Property(
            "not change when all scores are shifted",
            lambda trial: bool(
                np.isclose(trial.answer(trial.args[0], trial.args[1] + 5), trial.got)
            ),
        ),
    ],
    hints=[
        "How many pairs of one signal and one background event are there?",
        "`a[:, None] - b` is a table with one entry for each pair of an a and a b.",
        "A pair is won where the difference is above 0, and half won where it is 0.",
    ],
    mistakes={
        "labels, not scores": "You compare answers, 0 or 1, in place of scores. The order among "
        "events on one side of the threshold is lost.",
        "upside down": "You count the pairs in which the background has the higher score.",
        "ties lost": "A tie counts half: a coin decides it.",
        "ties won": "A tie counts half. Else a network that says the same of all would be best.",
        "not a share": "You count pairs. Divide by the number of all pairs.",
        "all events squared": "You divide by all pairs of events. Only pairs of one signal and one "
        "background event count.",
    },
)

debug = _events_debug.debug
