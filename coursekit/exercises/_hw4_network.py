"""The exercises of homework 4 on a network: build it, write its loop, train it."""

import zlib
from typing import Any

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Property,
    at_least,
    leaves_arguments_alone,
    outputs,
)

ALLOWS = ("torch", "sklearn")  # sklearn brings the handwriting


def _build(Reader: Any, what: str, classes: int, X: Any) -> Any:
    """Return the shapes of a new reader's arrays, or its logits when the check has filled them."""
    import torch

    model = Reader(classes)
    shapes = {name: tuple(np.shape(value)) for name, value in model.state_dict().items()}
    if what == "arrays":
        return {name: shape for name, shape in shapes.items() if shape and "running" not in name}
    state = {}
    for name, shape in shapes.items():
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        values = rng.uniform(0.5, 1.5, shape) if "var" in name else rng.normal(0, 0.5, shape)
        state[name] = torch.as_tensor(values, dtype=torch.float32 if shape else torch.int64)
    model.load_state_dict(state)
    return outputs(model, X)


SHAPES = {
    "conv1.weight": (16, 1, 3, 3),
    "norm1.weight": (16,),
    "norm1.bias": (16,),
    "depth2.weight": (16, 1, 3, 3),
    "point2.weight": (32, 16, 1, 1),
    "norm2.weight": (32,),
    "norm2.bias": (32,),
    "depth3.weight": (32, 1, 3, 3),
    "point3.weight": (32, 32, 1, 1),
    "norm3.weight": (32,),
    "norm3.bias": (32,),
    "fc.weight": (10, 288),
    "fc.bias": (10,),
}
THREE = {"fc.weight": (3, 288), "fc.bias": (3,)}
BIASES = {
    "conv1.bias": (16,),
    "depth2.bias": (16,),
    "point2.bias": (32,),
    "depth3.bias": (32,),
    "point3.bias": (32,),
}
FULL = {"depth2.weight": (16, 16, 3, 3), "depth3.weight": (32, 32, 3, 3)}


def _noise() -> tuple[Any, ...]:
    return "logits", 3, np.random.default_rng(4).random((2, 1, 28, 28))


Reader = Exercise(
    "hw4.Reader",
    points=2,
    allows=ALLOWS,
    use=_build,
    cases=[
        Case(
            "its arrays",
            ("arrays", 10, None),
            want=SHAPES,
            wrong={"biases": SHAPES | BIASES, "no groups": SHAPES | FULL},
            part="arrays",
        ),
        Case(
            "its arrays, for three classes",
            ("arrays", 3, None),
            want=SHAPES | THREE,
            wrong={
                "always ten": SHAPES,
                "biases": SHAPES | BIASES | THREE,
                "no groups": SHAPES | FULL | THREE,
            },
            part="arrays",
        ),
        Case(
            "its answers to two pictures, with weights that the check fills in",
            _noise,
            want=[[7.1559, 7.8802, 3.4495], [8.1677, 7.4118, 3.9244]],
            wrong={
                "softmax": [[0.3239, 0.6682, 0.008], [0.6739, 0.3164, 0.0097]],
                "no ReLU": [[7.9457, 8.1591, 22.7061], [8.073, 7.6647, 24.2865]],
                "ReLU first": [[-2.5632, 5.7556, 5.5826], [-2.996, 5.6313, 5.2917]],
            },
            part="logits",
        ),
    ],
    hints=[
        "Make every layer of the table in `__init__`, under its name; the order of work stands in "
        "`forward`.",
        "A kernel for each channel: `nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False)`.",
        "28 pixels become 14, 7 and 3. So `fc` sees 32 times 3 times 3 numbers: flatten all axes "
        "but the first.",
    ],
    mistakes={
        "softmax": "Your reader returns probabilities. Return the logits: the loss does the rest.",
        "no ReLU": "Between the convolutions nothing bends: put a ReLU after each norm.",
        "ReLU first": "Each ReLU comes after its norm here, not before it.",
        "biases": "Leave the bias out of the convolutions (`bias=False`): the norm has its own.",
        "no groups": "Each kernel of `depth2` and `depth3` sees one channel only: see `groups`.",
        "always ten": "`Reader(3)` has three outputs: use `classes` in the last layer.",
    },
    rtol=1e-3,
    atol=1e-3,
)

FOUR = ([[1, 0], [0, 1], [1, 1], [2, 0], [0, 3]], np.array([0, 1, 1, 0, 1]))

fit = Exercise(
    "hw4.fit",
    points=3,
    allows=ALLOWS,
    cases=[
        Case(
            "one step",
            (*FOUR, 2, 1, 5, 1.0),
            want=([[0.2, -0.5], [-0.2, 0.5]], [-0.1, 0.1], [0.693147]),
            wrong={
                "softmax twice": ([[0.1, -0.25], [-0.1, 0.25]], [-0.05, 0.05], [0.693147]),
                "loss after the step": ([[0.2, -0.5], [-0.2, 0.5]], [-0.1, 0.1], [0.341993]),
            },
        ),
        Case(
            "two epochs, batches of two, two and one",
            (*FOUR, 2, 2, 2, 1.0),
            want=(
                [[0.425476, -0.905658], [-0.425476, 0.905658]],
                [-0.15304, 0.15304],
                [0.486292, 0.281328],
            ),
            wrong={
                "piles up": (
                    [[1.859227, -3.064464], [-1.859227, 3.064464]],
                    [-0.431794, 0.431794],
                    [0.480296, 0.100341],
                ),
                "softmax twice": (
                    [[0.365598, -0.720805], [-0.365598, 0.720805]],
                    [-0.094429, 0.094429],
                    [0.615671, 0.483779],
                ),
                "mean of means": (
                    [[0.425476, -0.905658], [-0.425476, 0.905658]],
                    [-0.15304, 0.15304],
                    [0.411702, 0.235013],
                ),
                "rest lost": (
                    [[0.398989, -0.826096], [-0.398989, 0.826096]],
                    [-0.16408, 0.16408],
                    [0.598176, 0.375937],
                ),
                "loss after the step": (
                    [[0.425476, -0.905658], [-0.425476, 0.905658]],
                    [-0.15304, 0.15304],
                    [0.345874, 0.203779],
                ),
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Five lines belong to every step: answers, loss, `zero_grad`, `backward`, `step`. In which "
        "order?",
        "`torch.as_tensor(X, dtype=torch.float32)` makes a tensor that a linear layer takes; "
        "`X.split(size)` cuts it into batches.",
        "The loss of a batch is a mean over its pictures. Multiply it by their number before you "
        "add, and divide by all of them in the end.",
    ],
    mistakes={
        "piles up": "PyTorch adds new gradients to the old ones. Clear them before each step.",
        "softmax twice": "`cross_entropy` takes logits and does the softmax itself. You do it "
        "once more.",
        "mean of means": "Your last batch is smaller, and its mean counts as much as the others. "
        "Average over pictures.",
        "rest lost": "You leave out the last batch, since it is not full.",
        "loss after the step": "You measure each loss again after the step. Keep the one that the "
        "step was made from.",
    },
    rtol=1e-4,
    atol=1e-5,
    seconds=5.0,
)


def _score(learn: Any, X: Any, y: Any, X_test: Any, y_test: Any) -> float:
    """Return how often a trained model is right on the test pictures."""
    answers = np.asarray(outputs(learn(X, y, 0), X_test[:, None]))
    return float((answers.argmax(axis=1) == y_test).mean())


def _handwriting() -> tuple[Any, ...]:
    from coursekit import data

    X, y = data.posed_digits()
    return X[:897], y[:897], X[897:], y[897:]


learn = Exercise(
    "hw4.learn",
    points=3,
    allows=ALLOWS,
    use=_score,
    cases=[Case("900 pictures that it has not seen", _handwriting, want=at_least(0.8))],
    properties=[
        Property("be better than guessing", lambda trial: trial.got > 0.2, "guesses"),
        Property("learn enough", lambda trial: not 0.2 < trial.got < 0.8, "too little"),
    ],
    hints=[
        "It is your loop from `fit`, with another model, and Adam instead of SGD.",
        "The pictures must be float32 tensors of shape (n, 1, 28, 28): `X[:, None]` adds the axis.",
        "New random order in each epoch, batches of 16 or 32, about ten epochs. A learning rate "
        "that gets smaller towards the end is worth a few points.",
    ],
    mistakes={
        "guesses": "Your model is right about as often as one that guesses. Does the optimizer "
        "hold its parameters? Do you clear the gradients, and hand logits to the loss?",
        "too little": "It learns, and not enough. Look at the loss of each epoch: does it still "
        "fall? A dense network, too, stays below 0.8 here.",
    },
    seconds=40.0,
)
