"""The last exercise of chapter 4: one step of training, with gradients that are checked."""

from typing import Any

import numpy as np

from coursekit.exercises import Case, Exercise, Property, Trial, leaves_arguments_alone


def _params(W: Any, b: Any, w: Any, c: float) -> dict[str, Any]:
    return {"W": np.array(W, float), "b": np.array(b, float), "w": np.array(w, float), "c": c}


def _follows_its_own_loss(trial: Trial) -> bool:
    """Compare the step with central differences of the loss that the answer itself returns."""
    X, y, params, lr = trial.args
    for name, new in trial.got[1].items():
        old = np.asarray(params[name], float)
        for i in np.ndindex(old.shape):
            ends = []
            for eps in (1e-5, -1e-5):
                moved = old.copy()
                moved[i] += eps
                ends.append(trial.answer(X, y, {**params, name: moved}, lr)[0])
            wanted = old[i] - lr * (ends[0] - ends[1]) / 2e-5
            if abs(np.asarray(new, float)[i] - wanted) > 1e-6:
                return False
    return True


_START = _params([[0.5, -1], [1.5, 0.5]], [0.5, -0.5], [1, -2], 0.5)
_OUT = ([1.415947165, -1.639960568], 0.343680128)  # w and c after the step from there

train_step = Exercise(
    "backprop.train_step",
    points=4,
    cases=[
        Case(
            "three examples, two hidden units",
            ([[1, 0], [0, 2], [-1, 1]], [1, 0, 0], _START, 1.0),
            want=(0.9362226779637126, _params(
                [[0.694553724, -1.140664582], [1.242446118, 0.818786661]],
                [0.451039505, -0.449127046], *_OUT)),
            wrong={
                "sum": (0.9362226779637126, _params(
                    [[1.083661173, -1.421993746], [0.727338355, 1.456359984]],
                    [0.353118516, -0.347381137], [2.247841494, -0.919881705], 0.031040384)),
                "one slope too many": (0.9362226779637126, _params(
                    [[0.53612959, -1.020860818], [1.446757266, 0.550671642]],
                    [0.500665236, -0.506363692], [1.075965935, -1.934110705], 0.495008145)),
                "no slope": (0.9362226779637126, _params(
                    [[0.963251454, -1.41441642], [0.573497092, 1.32883284]],
                    [0.343680128, -0.187360256], *_OUT)),
                "slope at the output": (0.9362226779637126, _params(
                    [[0.772306964, -1.22902465], [1.012832979, 0.992735644]],
                    [0.415400693, -0.342181667], *_OUT)),
                "uphill": (0.9362226779637126, _params(
                    [[0.305446276, -0.859335418], [1.757553882, 0.181213339]],
                    [0.548960495, -0.550872954], [0.584052835, -2.360039432], 0.656319872)),
                "new weights": (0.9362226779637126, _params(
                    [[0.775477795, -1.199173616], [1.288810895, 0.761398777]],
                    [0.430674526, -0.45828518], *_OUT)),
            },
        ),
        Case(
            "one example, three inputs, one hidden unit",
            ([[0.5, -0.5, 1]], [1], _params([[0.3, 0.7, -0.2]], [0.1], [1.5], -0.4), 0.5),
            want=(1.1967537626694118, _params(
                [[0.539477542, 0.460522458, 0.278955084]], [0.578955084], [1.398357177],
                -0.051086774)),
        ),
    ],
    properties=[
        leaves_arguments_alone.meaning("works in place"),
        Property("step along the gradient of the loss that it returns", _follows_its_own_loss),
    ],
    hints=[
        "Forward first: hidden outputs `H` (n, h) and logits `z` (n,). Keep both for the way back.",
        "Backward starts with `dz = (F.sigmoid(z) - y) / len(y)`: sigmoid and loss taken together.",
        "`dA = np.outer(dz, w) * (1 - H**2)` is the gradient at the hidden sums. Each weight gets "
        "the sum over the examples of this, times what comes in: a matrix product.",
    ],
    mistakes={
        "sum": "The loss is a mean over the examples, so the gradient is divided by their number.",
        "one slope too many": "For this loss `F.sigmoid(z) - y` is already the gradient at the "
        "logit: the slope of the sigmoid has cancelled.",
        "no slope": "You go back through the hidden units without their slope.",
        "slope at the output": "The slope of tanh belongs at the weighted sum. With the output H "
        "it is `1 - H**2`, without another tanh.",
        "uphill": "The loss rises: subtract the gradient.",
        "new weights": "The hidden layer's gradient needs the old `w`. All gradients first.",
        "works in place": "The old parameters change, too: make a new dictionary with new arrays.",
    },
)  # fmt: skip
