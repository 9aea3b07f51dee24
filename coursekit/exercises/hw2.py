"""The exercises of homework 2, a network and backpropagation by hand.

A network is a list of layers `(W, b)`, W (units, inputs), with tanh between the layers.
"""

import numpy as np

from coursekit.exercises import Case, Exercise, Fits, Formula, Open, leaves_arguments_alone

TITLE = "Homework 2: a network and backpropagation by hand"


def _marks(*shape: int) -> Fits:
    """Return what a mask of zeros and ones looks like."""
    numbers = "x".join(map(str, shape))
    return Fits(
        f"{numbers} marks, each 0 or 1",
        lambda value: np.shape(value) == shape and np.isin(value, (0, 1)).all(),
    )


def _numbers(*shape: int) -> Fits:
    """Return what an array of numbers of that shape looks like."""
    words = f"{'x'.join(map(str, shape))} numbers" if shape else "a number"
    return Fits(
        words,
        lambda value: (
            np.shape(value) == shape and np.isfinite(np.asarray(value, dtype=float)).all()
        ),
    )


still = Exercise(
    "hw2.still",
    points=1,
    cases=[Case("your marks", want={"v": _marks(3), "W": _marks(3, 3)})],
    hints=[
        "First the forward pass, with a pencil: which of the three hidden units is silent?",
        "The slope in a weight is a product. One factor is the number that the weight multiplies.",
        "A blame that passes a silent ReLU becomes 0. And what is the slope in `v[j]`?",
    ],
    mistakes={
        "the input forgotten": "One of your inputs is 0. What does a weight that multiplies it do?",
        "the outgoing weight forgotten": "A silent unit sends 0. Does it matter by how much this "
        "0 is multiplied?",
        "upside down": "You marked the weights that move. Mark those that stand still.",
    },
)
still_why = Open("hw2.still_why", points=2, asks="Why do these weights have the slope 0?")

slopes = Exercise(
    "hw2.slopes",
    points=3,
    cases=[Case("your numbers", want={"y_hat": _numbers(), "v": _numbers(3), "W": _numbers(3, 3)})],
    hints=[
        "Begin at the loss: the slope in the prediction is one subtraction.",
        "The slope in `v[j]` has two factors. The blame of hidden unit j has two, and then the "
        "slope of the ReLU, which is 1 or 0.",
        "The slope in `W[j, k]` is the blame of unit j times the input k.",
    ],
    mistakes={
        "uphill": "All your slopes have the wrong sign: the loss changes with the prediction as "
        "prediction minus target.",
        "the ReLU forgotten": "One hidden unit is silent. On the way back its blame must be 0, "
        "whatever comes from above.",
        "turned": "Your W has the right numbers in the wrong places: a row belongs to the unit "
        "that receives, a column to the input that sends.",
    },
)

LOG2, LOG3 = 0.6931471805599453, 1.0986122886681098

softmax_loss = Exercise(
    "hw2.softmax_loss",
    points=3,
    cases=[
        Case(
            "two rows of equal scores",
            ([[0, 0], [0, 0]], np.array([0, 1])),
            want=(LOG2, [[-0.25, 0.25], [0.25, -0.25]]),
            wrong={
                "summed": (2 * LOG2, [[-0.5, 0.5], [0.5, -0.5]]),
                "gradient not divided": (LOG2, [[-0.5, 0.5], [0.5, -0.5]]),
                "target left out": (LOG2, [[0.25, 0.25], [0.25, 0.25]]),
                "uphill": (LOG2, [[0.25, -0.25], [-0.25, 0.25]]),
            },
        ),
        Case(
            "one row, shares 1/4 and 3/4",
            ([[0, LOG3]], np.array([1])),
            want=(2 * LOG2 - LOG3, [[0.25, -0.25]]),
            wrong={
                "by columns": (0, [[1, 0]]),
                "target left out": (2 * LOG2 - LOG3, [[0.25, 0.75]]),
                "uphill": (2 * LOG2 - LOG3, [[-0.25, 0.25]]),
            },
        ),
        Case(
            "scores of a thousand",
            ([[1000, 0, -1000]], np.array([1])),
            want=(1000, [[1, -1, 0]]),
            wrong={
                "overflow": (np.inf, [[np.nan, -1, 0]]),
                "log of zero": (np.inf, [[1, -1, 0]]),
            },
            part="large scores",
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Chapter 3: subtract the largest score of each row first. It changes nothing else.",
        "The log of a share needs no division: it is the shifted score minus the log of the sum.",
        "The gradient is (share - 1) at the target and the share elsewhere, divided by the rows.",
    ],
    mistakes={
        "summed": "The loss is the mean over the rows, not their sum.",
        "gradient not divided": "Your loss is a mean, so its gradient has the factor 1 / n, too.",
        "target left out": "Your gradient is the shares alone. At the target the share must grow: "
        "subtract 1 there.",
        "uphill": "Your gradient has the wrong sign: where the target is, a larger score lowers "
        "the loss.",
        "by columns": "You sum over the rows. Each row is one example: sum along axis 1.",
        "overflow": "`np.exp(1000)` is too large. Subtract the largest score of each row first.",
        "log of zero": "A tiny share is rounded to 0, and its log is infinite. Take the log before "
        "you divide: the shifted score minus the log of the sum.",
    },
    seconds=2.0,
)


def _layer(W: list[object], b: list[float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(W, dtype=float), np.array(b, dtype=float)


FIRST, LAST = _layer([[LOG2, 0], [0, LOG3]], [0, 0]), _layer([[1, 2], [3, -1]], [0.5, 0])

forward = Exercise(
    "hw2.forward",
    points=2,
    cases=[
        Case(
            "two layers: hidden outputs 0.6 and 0.8",
            ([[1, 1]], [FIRST, LAST]),
            want=[[[1, 1]], [[0.6, 0.8]], [[2.7, 1]]],
            wrong={
                "tanh at the end": [[[1, 1]], [[0.6, 0.8]], np.tanh([[2.7, 1]])],
                "input left out": [[[0.6, 0.8]], [[2.7, 1]]],
                "weighted sums kept": [[[1, 1]], [[LOG2, LOG3]], [[2.7, 1]]],
                "only the end": [[2.7, 1]],
                "not transposed": [[[1, 1]], [[0.6, 0.8]], [[3.5, 0.4]]],
                "no bias": [[[1, 1]], [[0.6, 0.8]], [[2.2, 1]]],
            },
        ),
        Case(
            "one layer, no tanh at all",
            ([[1, 2], [0, 0], [2, 0]], [_layer([[3, -1]], [1])]),
            want=[[[1, 2], [0, 0], [2, 0]], [[2], [1], [7]]],
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Begin with a list that holds X. Each layer takes the last entry and appends one.",
        "`A @ W.T + b`, then tanh, but not after the last layer.",
    ],
    mistakes={
        "tanh at the end": "There is no tanh after the last layer: the scores may be any numbers.",
        "input left out": "The list begins with X itself: the way back needs it for the first "
        "layer.",
        "weighted sums kept": "Keep the outputs, after the tanh. Its slope can be found from them.",
        "only the end": "Return the list of all outputs, from X to the scores: the way back needs "
        "them all.",
        "not transposed": "A row of W belongs to a unit that receives, and a row of X is one "
        "example: that makes `A @ W.T`.",
        "no bias": "Each layer adds its bias.",
    },
    seconds=2.0,
)

gradient_error = Exercise(
    "hw2.gradient_error",
    points=3,
    cases=[
        Case(
            "a right gradient",
            (Formula("lambda x: (x**2).sum()"), [[1, 2], [3, 4]], [[2, 4], [6, 8]], 1e-4),
            want=0,
        ),
        Case(
            "half of the right gradient",
            (Formula("lambda x: (x**2).sum()"), [[1, 2], [3, 4]], [[1, 2], [3, 4]], 1e-4),
            want=1 / 3,
            wrong={"one length only": 0.5, "other length only": 1, "not divided": 30**0.5},
        ),
        Case(
            "a cube and a large step: both give 3.25",
            (Formula("lambda x: (x**3).sum()"), [1], [3.25], 0.5),
            want=0,
            wrong={"one side": 1.5 / 8, "half the distance": 1 / 3},
        ),
        Case(
            "nothing depends on x",
            (Formula("lambda x: 7.0"), [1, 2, 3], [0, 0, 0], 1e-3),
            want=0,
            wrong={"zero by zero": np.nan},
            part="edges",
        ),
    ],
    properties=[leaves_arguments_alone.meaning("x was moved")],
    hints=[
        "Make an array of zeros like x, and fill it entry by entry. `np.ndindex(x.shape)` visits "
        "all entries of an array of any shape.",
        "Move a copy of x, never x itself: to the right by eps, to the left by eps.",
        "`np.linalg.norm` of a table is the root of the sum of all squares. If both lengths are 0 "
        "there is nothing to divide.",
    ],
    mistakes={
        "one length only": "Divide by the sum of both lengths, so that neither of the two is "
        "preferred.",
        "other length only": "Divide by the sum of both lengths, so that neither of the two is "
        "preferred.",
        "not divided": "Divide by the sum of both lengths: a difference of 1 is much for a short "
        "gradient and little for a long one.",
        "one side": "Step to both sides: one-sided differences are less exact by far.",
        "half the distance": "From x - eps to x + eps it is 2 eps.",
        "zero by zero": "Two gradients of zero agree perfectly, and 0 / 0 is not a number: return "
        "0 for them.",
        "x was moved": "You move the caller's x, or do not put it back exactly. Work on a copy.",
    },
    rtol=1e-4,
    atol=1e-7,
    seconds=5.0,
)

OUTPUTS = [np.array([[1.0, 2.0]]), np.array([[0.5, -0.5]]), np.array([[0.5, 0.5]])]
ROWS = [np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([[9.0], [9.0]])]
D_LAST = _layer([[0.5, -0.5], [-0.5, 0.5]], [1, -1])
D_FIRST = _layer([[-1.5, -3], [2.25, 4.5]], [-1.5, 2.25])
AT_OUTPUT = 0.78644773296593  # 1 - tanh(0.5)**2

backward = Exercise(
    "hw2.backward",
    points=6,
    cases=[
        Case(
            "one layer, two rows",
            (ROWS, [_layer([[4, 4]], [0])], [[1], [-2]]),
            want=[([[-5, 2]], [-1])],
            wrong={
                "mean": [([[-2.5, 1]], [-0.5])],
                "bias not summed": [([[-5, 2]], [[1], [-2]])],
                "rows in the way": [([[-5], [2]], [-1])],
            },
            part="one layer",
        ),
        Case(
            "two layers, one row",
            (OUTPUTS, [FIRST, LAST], [[1, -1]]),
            want=[D_FIRST, D_LAST],
            wrong={
                "last layer first": [D_LAST, D_FIRST],
                "tanh forgotten": [_layer([[-2, -4], [3, 6]], [-2, 3]), D_LAST],
                "slope at the output": [
                    _layer(
                        [[-2 * AT_OUTPUT, -4 * AT_OUTPUT], [3 * AT_OUTPUT, 6 * AT_OUTPUT]],
                        [-2 * AT_OUTPUT, 3 * AT_OUTPUT],
                    ),
                    D_LAST,
                ],
                "not transposed": [_layer([[-0.75, -1.5], [3, 6]], [-0.75, 3]), D_LAST],
                "tanh at the end": [
                    _layer(np.multiply(0.75, D_FIRST[0]).tolist(), (0.75 * D_FIRST[1]).tolist()),
                    _layer(np.multiply(0.75, D_LAST[0]).tolist(), (0.75 * D_LAST[1]).tolist()),
                ],
            },
            part="two layers",
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Walk through the layers from the last to the first. `delta` is always the slope of the "
        "loss in the weighted sums of the layer you are at.",
        "Layer i gets `outputs[i]`. Its dW is `delta.T @ outputs[i]`; its db is a sum over rows.",
        "To go one layer back: `delta @ W`, times the slope of tanh, which is 1 - a**2 for the "
        "output a. There is no tanh behind the first layer's input.",
    ],
    mistakes={
        "mean": "Do not divide here: the mean is in `delta` already. Sum over the rows.",
        "bias not summed": "The slope in a bias is the sum of `delta` over the rows: one number a "
        "unit.",
        "rows in the way": "Your dW is turned: it has the shape of W, `delta.T @ outputs[i]`.",
        "last layer first": "Your list runs backwards: the first pair belongs to the first layer.",
        "tanh forgotten": "The blame must pass the tanh: multiply by its slope, 1 - a**2.",
        "slope at the output": "The outputs have been through the tanh already: its slope is "
        "1 - a**2, and not 1 - tanh(a)**2.",
        "not transposed": "Unit j sends to all units above, through column j of W. For rows of "
        "examples the blame below is `delta @ W`.",
        "tanh at the end": "There is no tanh after the last layer: none to pass on the way back.",
    },
    seconds=2.0,
)

QUADRATIC = Formula(
    "lambda layers: (sum((W**2).sum() + (b**2).sum() for W, b in layers) / 2,"
    " [(W, b) for W, b in layers])"
)
START = [_layer([[2, 0]], [4])]

descend = Exercise(
    "hw2.descend",
    points=2,
    cases=[
        Case(
            "two steps of one half in a bowl",
            (START, QUADRATIC, 0.5, 2),
            want=([_layer([[0.5, 0]], [1])], [10, 2.5]),
            wrong={
                "uphill": ([_layer([[4.5, 0]], [9])], [10, 22.5]),
                "loss after the step": ([_layer([[0.5, 0]], [1])], [2.5, 0.625]),
                "biases stay": ([_layer([[0.5, 0]], [4])], [10, 8.5]),
                "always from the start": ([_layer([[0, 0]], [0])], [10, 10]),
            },
        ),
        Case(
            "two layers, no step",
            ([*START, _layer([[1], [1]], [0, 1])], QUADRATIC, 0.1, 0),
            want=([*START, _layer([[1], [1]], [0, 1])], []),
        ),
    ],
    properties=[leaves_arguments_alone.meaning("works in place")],
    hints=[
        "Each step: call `gradients(layers)`, write the loss down, make a new list of layers.",
        "`zip(layers, grads)` gives a layer and its slopes, both pairs.",
    ],
    mistakes={
        "uphill": "Your loss rises: go against the gradient.",
        "loss after the step": "Write down the loss that belongs to the weights before the step; "
        "`gradients` tells it anyway.",
        "biases stay": "The biases must learn as well.",
        "always from the start": "Ask for the gradients of the newest weights in each step.",
        "works in place": "You change the caller's arrays: write `W - lr * dW`, which makes a new "
        "one, and not `W -= ...`.",
    },
    seconds=2.0,
)

report = Open("hw2.report", points=3, asks="A network that starts at zero")
