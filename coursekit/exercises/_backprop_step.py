"""Two exercises of chapter 4 that do a whole step of training."""

from typing import Any

import numpy as np

from coursekit.exercises import Case, Exercise, Property, Trial, leaves_arguments_alone

debug = Exercise(
    "backprop.debug",
    points=2,
    cases=[
        Case(
            "two inputs, two hidden units, one output",
            ([1, 0.5], [1], [[0.5, -1], [2, 0.5]], [[1, -1.5]], 2.0),
            want=([[0.5734267379, -0.963286631], [1.9619981631, 0.4809990816]],
                  [[1.1468534759, -1.2342978489]]),
            wrong={
                "both still there": (
                    [[0.5945365268, -0.9527317366], [1.9162457809, 0.4581228905]],
                    [[1.1716683475, -1.1894002751]],
                ),
                "order": (
                    [[0.5842097096, -0.9578951452], [1.9687296096, 0.4843648048]],
                    [[1.1468534759, -1.2342978489]],
                ),
                "slope": (
                    [[0.5806853979, -0.9596573011], [1.8943742227, 0.4471871113]],
                    [[1.1716683475, -1.1894002751]],
                ),
                "slope at h, and order": (
                    [[0.6005691845, -0.9497154077], [1.9647752953, 0.4823876476]],
                    [[1.1716683475, -1.1894002751]],
                ),
                "slope at g, and order": (
                    [[0.5791583775, -0.9604208113], [1.9256480035, 0.4628240017]],
                    [[1.1468534759, -1.2342978489]],
                ),
                "slope at h": (
                    [[0.5858341738, -0.9570829131], [1.9555767237, 0.4777883618]],
                    [[1.1716683475, -1.1894002751]],
                ),
                "slope at g": (
                    [[0.569022224, -0.965488888], [1.9096425592, 0.4548212796]],
                    [[1.1468534759, -1.2342978489]],
                ),
            },
        ),
        Case(
            "three inputs, two hidden units, two outputs",
            ([1, -1, 0.5], [0, 1], [[0.2, 0.4, -0.6], [1, 0, 0.5]], [[1, 2], [-1, 0.5]], 4.0),
            want=([[-0.0075826705, 0.6075826705, -0.7037913352],
                   [0.909359791, 0.090640209, 0.4546798955]],
                  [[0.8542280793, 1.6998773825], [-0.8122839962, 0.8864792214]]),
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "One mistake is in what a line computes, the other in where a line stands.",
        "Ask of each slope: at the weighted sum, or at the output? And of `v`: old, or new?",
        "Compute `dh` and `dg` first, both with the old weights. Only then change `v` and `u`.",
    ],
    mistakes={
        "both still there": "Both mistakes are still there. Look at where each slope is taken, "
        "then at which `v` the line of `dg` reads.",
        "order": "One down, one to go: `dg` still reads a `v` that was already changed.",
        "slope": "One down, one to go: the slopes are still taken at the outputs g and h.",
        "slope at h, and order": "The slope in `dg` is right. The one in `dh` needs the same "
        "change, and `dg` still reads a `v` that was already changed.",
        "slope at g, and order": "The slope in `dh` is right. The one in `dg` needs the same "
        "change, and it still reads a `v` that was already changed.",
        "slope at h": "Nearly there: the slope in `dh` is still taken at the output h.",
        "slope at g": "Nearly there: the slope in `dg` is still taken at the output g.",
    },
)  # fmt: skip


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
                "loss after": (0.4736372279277008, _params(
                    [[0.694553724, -1.140664582], [1.242446118, 0.818786661]],
                    [0.451039505, -0.449127046], *_OUT)),
                "sum in both": (2.808668033891138, _params(
                    [[1.083661173, -1.421993746], [0.727338355, 1.456359984]],
                    [0.353118516, -0.347381137], [2.247841494, -0.919881705], 0.031040384)),
            },
        ),
        Case(
            "one example, three inputs, one hidden unit",
            ([[0.5, -0.5, 1]], [1], _params([[0.3, 0.7, -0.2]], [0.1], [1.5], -0.4), 0.5),
            want=(1.1967537626694118, _params(
                [[0.539477542, 0.460522458, 0.278955084]], [0.578955084], [1.398357177],
                -0.051086774)),
            wrong={
                "no lr": (1.1967537626694118, _params(
                    [[0.778955084, 0.221044916, 0.757910168]], [1.057910168], [1.296714353],
                    0.297826451)),
                "loss after": (0.32729916993874597, _params(
                    [[0.539477542, 0.460522458, 0.278955084]], [0.578955084], [1.398357177],
                    -0.051086774)),
            },
        ),
    ],
    properties=[
        leaves_arguments_alone.meaning("works in place"),
        Property("step along the gradient of the loss that it returns", _follows_its_own_loss),
    ],
    hints=[
        "Forward first: hidden outputs `H` (n, m) and logits `z` (n,). Keep both for the way back.",
        "Backward starts with `dz = (F.sigmoid(z) - y) / len(y)`: sigmoid and loss taken together.",
        "`dA = np.outer(dz, w) * (1 - H**2)` is the gradient at the hidden sums. Each weight gets "
        "the sum over the examples of this, times what comes in: a matrix product.",
    ],
    mistakes={
        "loss after": "The step is right. The loss is to be that of the old parameters: compute it "
        "before the step.",
        "sum in both": "The loss is the mean over the examples, not their sum; so is its gradient.",
        "no lr": "The gradient is not multiplied by the learning rate.",
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
