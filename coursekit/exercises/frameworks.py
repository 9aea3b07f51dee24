"""The exercises of the lab on libraries; arrays and plain Python only, no library is imported."""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.exercises import Case, Exercise, Formula, leaves_arguments_alone
from coursekit.validate import Array

Axes = Callable[[Array], Array]

LECTURE = [
    ("conv", 1, 32, 3), ("pool", 2), ("conv", 32, 64, 3), ("pool", 2), ("flatten",),
    ("dropout", 0.5), ("dense", 1600, 10),
]  # fmt: skip
DENSE = [("dense", a, b) for a, b in ((28, 300), (300, 150), (150, 100), (100, 50), (50, 1))]

count = Exercise(
    "frameworks.count",
    cases=[
        Case("one unit", ([("dense", 3, 1)],), want=4, wrong={"no biases": 3, "bias per input": 6}),
        Case(
            "the lecture's dense network",
            (DENSE,),
            want=74_051,
            wrong={"no biases": 73_450, "bias per input": 74_078},
        ),
        Case(
            "the lecture's network for pictures",
            (LECTURE,),
            want=34_826,
            wrong={"no biases": 34_720, "one row": 22_346, "one channel": 16_970},
        ),
        Case(
            "one convolution, 3 channels to 8, 5 by 5",
            ([("conv", 3, 8, 5)],),
            want=608,
            wrong={"no biases": 600, "one row": 128, "one channel": 208, "one bias": 601},
        ),
        Case(
            "nothing that learns",
            ([("pool", 2), ("flatten",), ("dropout", 0.5)],),
            want=0,
            wrong={"pooling learns": 4},
        ),
        Case("no layer", ([],), want=0),
    ],
    hints=[
        "Which of these layers learn anything at all?",
        "A dense unit has one weight for each input. How many numbers does one output of a "
        "convolution look at?",
        "One kernel covers all input channels: `in_channels * kernel_size ** 2` weights, and it "
        "has one bias.",
    ],
    mistakes={
        "no biases": "The biases are missing: one for each output unit, or output channel.",
        "bias per input": "You count one bias for each input. It is one for each output.",
        "one row": "A kernel is square: its size counts twice.",
        "one channel": "Each kernel reaches through *all* input channels.",
        "one bias": "You count one bias for the whole layer. Each output channel has its own.",
        "pooling learns": "Pooling takes the largest entry. It has nothing to learn.",
    },
)

KERNEL = np.arange(120.0).reshape(2, 3, 4, 5)
SQUARE = np.arange(16.0).reshape(2, 2, 2, 2)
MATRIX, ROOT = np.arange(6.0).reshape(2, 3), np.array([[1.0, 2], [3, 4]])
PAIR = {"conv.weight": KERNEL, "conv.bias": np.array([1.0, 2]), "fc.weight": MATRIX}


def _packed(weights: dict[str, Array], two: Axes, four: Axes) -> dict[str, Array]:
    """Return the weights with the matrices and the kernels changed."""
    how: dict[int, Axes] = {1: lambda a: a, 2: two, 4: four}
    return {name: how[a.ndim](a) for name, a in weights.items()}


def _right(weights: dict[str, Array]) -> dict[str, Array]:
    return _packed(weights, lambda a: a.T, lambda a: a.transpose(2, 3, 1, 0))


WRONG: dict[str, tuple[Axes, Axes]] = {
    "as it was": (lambda a: a, lambda a: a),
    "all reversed": (lambda a: a.T, lambda a: a.T),
    "channels swapped": (lambda a: a.T, lambda a: a.transpose(2, 3, 0, 1)),
    "the way back": (lambda a: a.T, lambda a: a.transpose(3, 2, 0, 1)),
    "kernel left": (lambda a: a.T, lambda a: a),
    "matrix left": (lambda a: a, lambda a: a.transpose(2, 3, 1, 0)),
    "reshaped": (
        lambda a: a.reshape(a.shape[::-1]),
        lambda a: a.reshape(*a.shape[2:], a.shape[1], a.shape[0]),
    ),
}


def _wrongly(weights: dict[str, Array], *names: str) -> dict[str, object]:
    return {name: _packed(weights, *WRONG[name]) for name in names}


to_keras = Exercise(
    "frameworks.to_keras",
    points=2,
    cases=[
        Case(
            "a dense layer",
            ({"fc.weight": MATRIX, "fc.bias": np.array([5.0, 6])},),
            want={"fc.weight": MATRIX.T, "fc.bias": np.array([5.0, 6])},
        ),
        Case(
            "a square dense layer: the shape cannot tell",
            ({"hidden.weight": ROOT},),
            want={"hidden.weight": ROOT.T},
        ),
        Case(
            "a convolution, 3 channels to 2, 4 by 5, and a dense layer",
            (PAIR,),
            want=_right(PAIR),
            wrong=_wrongly(PAIR, *WRONG),
        ),
        Case(
            "a convolution with all axes alike",
            ({"k.weight": SQUARE},),
            want=_right({"k.weight": SQUARE}),
            wrong=_wrongly(
                {"k.weight": SQUARE}, "all reversed", "channels swapped", "the way back", "reshaped"
            ),
        ),
        Case("no layer", ({},), want={}),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "How many axes has the array, and where does each of them go?",
        "`array.transpose(2, 0, 1)` puts the old axis 2 first, then 0, then 1.",
        "Of (out, in, height, width), height is axis 2. Keras wants height, width, in, out.",
    ],
    mistakes={
        "as it was": "Nothing has moved. Keras computes `x W`, with the inputs in the rows of W.",
        "all reversed": "`.T` reverses all axes: height and width have changed places, so each "
        "kernel lies on its side. With square kernels the shape does not tell.",
        "channels swapped": "Input and output channels have changed places. Keras puts the output "
        "channels last.",
        "the way back": "You told `transpose` where each old axis goes. It asks the other way "
        "round: which old axis stands in each new place.",
        "kernel left": "The dense weights are right, the kernels with four axes have not moved.",
        "matrix left": "The kernels are right, the dense weights have not been transposed.",
        "reshaped": "`reshape` keeps the order in memory and cuts it differently, so the numbers "
        "land in other places. Axes are moved by `transpose`.",
    },
)


def _order(c: int, h: int, w: int) -> Any:
    return np.arange(c * h * w).reshape(c, h, w).transpose(1, 2, 0).ravel()


def _disorders(c: int, h: int, w: int) -> dict[str, object]:
    """Return what the usual mistakes give for a block."""
    block = np.arange(c * h * w)
    return {
        "the other way": np.argsort(_order(c, h, w)),
        "not moved": block,
        "columns first": block.reshape(c, h, w).T.ravel(),
        "cut wrongly": block.reshape(h, w, c).transpose(1, 0, 2).ravel(),
    }


flatten_order = Exercise(
    "frameworks.flatten_order",
    points=2,
    cases=[
        Case(
            "the figure: 3 channels of 2 by 2", (3, 2, 2), want=_order(3, 2, 2),
            wrong=_disorders(3, 2, 2),
        ),
        Case(
            "2 channels of 3 by 4", (2, 3, 4), want=_order(2, 3, 4), wrong=_disorders(2, 3, 4)
        ),
        Case("one channel changes nothing", (1, 2, 3), want=[0, 1, 2, 3, 4, 5]),
        Case("one pixel changes nothing", (4, 1, 1), want=[0, 1, 2, 3]),
        Case(
            "the lecture's network: 64 channels of 5 by 5", (64, 5, 5), want=_order(64, 5, 5),
            wrong=_disorders(64, 5, 5),
        ),
    ],
    hints=[
        "Number the entries of the block in the first order. Which NumPy function makes such a "
        "block?",
        "`np.arange(n).reshape(channels, height, width)` is the block with its places.",
        "Move the axis of the channels to the end with `transpose`, then flatten.",
    ],
    mistakes={
        "the other way": "This is the way back: where each channels-first entry is found in the "
        "channels-last row.",
        "not moved": "This is the order in which you started: the axes have not moved.",
        "columns first": "Rows and columns have changed places: `.T` reverses all three axes.",
        "cut wrongly": "The block is numbered channels first: `reshape(channels, height, width)`. "
        "`reshape` to another order does not move anything.",
    },
)  # fmt: skip


def _sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def _gru(args: tuple[Any, ...], mistake: str = "") -> Array:
    """Return the new state as a student computes it who makes the mistake."""
    x, h, W, U, b, c = (np.asarray(value) for value in args)
    xr, xz, xn = np.split(W @ x + b, 3)
    hr, hz, hn = np.split(U @ h + c, 3)
    if mistake == "one bias":
        hr, hz, hn = np.split(U @ h, 3)
    if mistake == "Keras's order":
        xr, xz, hr, hz = xz, xr, hz, hr
    r, z = _sigmoid(xr + hr), _sigmoid(xz + hz)
    if mistake == "no sigmoid":
        r, z = xr + hr, xz + hz
    n = np.tanh(xn + r * hn)
    if mistake == "reset too early":
        n = np.tanh(xn + np.split(U @ (r * h) + c, 3)[2])
    if mistake == "no reset":
        n = np.tanh(xn + hn)
    if mistake == "bias outside":
        last = np.split(c, 3)[2]
        n = np.tanh(xn + r * (hn - last) + last)
    if mistake == "sigmoid proposal":
        n = _sigmoid(xn + r * hn)
    if mistake == "reset everything":
        n = np.tanh(r * (xn + hn))
    new: Array = z * n + (1 - z) * h if mistake == "gate turned" else (1 - z) * n + z * h
    return new


_RNG = np.random.default_rng(8)
TWO = tuple(_RNG.normal(size=shape).round(1) for shape in ((3,), (2,), (6, 3), (6, 2), (6,), (6,)))
ONE = ([1.0], [0.5], [[0.5], [-1.0], [1.0]], [[1.0], [0.5], [2.0]], [0.0, 0, 0], [0.2, 0, 1.0])
HELD = ([1.0], [0.3], [[0.0], [0.0], [1.0]], [[0.0], [0.0], [1.0]], [0.0, 50, 0], [0.0, 0, 0])
SLIPS = (
    "Keras's order", "reset too early", "no reset", "bias outside", "sigmoid proposal",
    "reset everything", "gate turned", "no sigmoid", "one bias",
)  # fmt: skip

gru_step = Exercise(
    "frameworks.gru_step",
    points=3,
    cases=[
        Case(
            "one number as the state", ONE, want=_gru(ONE),
            wrong={slip: _gru(ONE, slip) for slip in SLIPS if slip != "reset too early"},
        ),
        Case(
            "three inputs, a state of two", TWO, want=_gru(TWO),
            wrong={slip: _gru(TWO, slip) for slip in SLIPS},
        ),
        Case("update gate 1: all is kept", HELD, want=[0.3]),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "`np.split(W @ x + b, 3)` gives the parts for r, z and n.",
        "Do the same with `U @ h + c`. The two gates need the sum of both parts, inside a sigmoid.",
        "In the proposal, `r` multiplies the whole part that comes from the state, its bias too.",
    ],
    mistakes={
        "Keras's order": "The gates are swapped. PyTorch stores r, z, n; Keras stores z, r, n.",
        "reset too early": "You multiply `h` by r before U. The first paper did; PyTorch "
        "multiplies `U h + c` by r.",
        "no reset": "The reset gate does nothing: it must multiply the state's part of n.",
        "bias outside": "The bias `c` of the proposal stands outside of the reset. It belongs to "
        "what r multiplies.",
        "sigmoid proposal": "The proposal n takes tanh, from -1 to 1. Sigmoid is for the gates.",
        "reset everything": "r multiplies the input's part as well. It only resets the state's.",
        "gate turned": "The update gate is the wrong way round: z says how much of the old state "
        "is *kept*.",
        "no sigmoid": "The gates must lie between 0 and 1: the sigmoid is missing.",
        "one bias": "There are two biases: `c` belongs to the state's part, `U @ h + c`.",
    },
)  # fmt: skip

# Each row: the scores after the symbol of that number; 0 is end, 4 is start.
SPELL = Formula(
    "lambda state, symbol: (np.eye(5)[[0, 2, 3, 0, 1][symbol]], state)"
)  # 4 -> 1 -> 2 -> 3 -> 0: symbols lead
COUNT = Formula(
    "lambda state, symbol: (np.eye(5)[[2, 2, 1, 0][min(int(state), 3)]], state + 1)"
)  # the state leads
FOREVER = Formula("lambda state, symbol: (np.array([0.1, 0.2, -1, 0.9, 0.3]), state)")
NEGATIVE = Formula(
    "lambda state, symbol: (np.array([-1, -2, -3] if symbol == 2 else [-3, -2, -1]), state)"
)


def _decode(step: Formula, state: float, start: int, end: int, most: int, slip: str) -> list[int]:
    """Return what a decoder with that slip writes."""
    written: list[int] = []
    symbol = start
    for _ in range(most):
        scores, after = step(state, symbol)
        best = int(np.argmin(scores) if slip == "lowest" else np.argmax(scores))
        state = state if slip == "old state" else after
        if best == end and slip != "never stops":
            written += [end] if slip == "end too" else []
            break
        written.append(best)
        symbol = start if slip == "always start" else best
    return [start, *written] if slip == "start too" else written


def _slips(args: tuple[Formula, float, int, int, int], *names: str) -> dict[str, object]:
    return {name: tuple(_decode(*args, name)) for name in names}


SPELLED, COUNTED = (SPELL, 0, 4, 0, 9), (COUNT, 0, 4, 0, 9)
ENDLESS, MINUS = (FOREVER, 0, 4, 0, 4), (NEGATIVE, 0, 1, 0, 5)

greedy = Exercise(
    "frameworks.greedy",
    points=2,
    cases=[
        Case(
            "each symbol leads to the next",
            SPELLED,
            want=(1, 2, 3),
            wrong=_slips(SPELLED, "end too", "start too", "always start", "never stops"),
        ),
        Case(
            "the state leads",
            COUNTED,
            want=(2, 2, 1),
            wrong=_slips(COUNTED, "end too", "start too", "old state", "never stops"),
        ),
        Case("no end in sight", ENDLESS, want=(3, 3, 3, 3)),
        Case("all scores below 0", MINUS, want=(2,), wrong=_slips(MINUS, "end too", "lowest")),
        Case("nothing to say", (Formula("lambda s, k: (np.array([1, 0]), s)"), 0, 1, 0, 5), want=(),
             wrong={"end too": (0,), "never stops": (0,) * 5}),
        Case("not a single one is allowed", (SPELL, 0, 4, 0, 0), want=()),
    ],
    hints=[
        "Which two things does the next call of `step` need from this one?",
        "`np.argmax(scores)` is the symbol. Is it the end? Then stop before you write it down.",
        "Keep `state` and `symbol` as variables that each turn replaces.",
    ],
    mistakes={
        "end too": "`end` is a sign to stop. It is not written down.",
        "start too": "`start` is what the decoder is given first. It is not written down.",
        "always start": "Each call gets `start`. From the second on, it is the symbol just said.",
        "old state": "Each call gets the first state. Hand on the state that `step` returned.",
        "never stops": "You go on after `end`.",
        "lowest": "You take the lowest score. Greedy takes the highest.",
    },
)  # fmt: skip

_WANT = {
    "report": "keras", "summary": "transformers", "idea": "pytorch", "exam": "coursekit",
}  # fmt: skip

tools = Exercise(
    "frameworks.tools",
    cases=[
        Case(
            "four tasks",
            want=_WANT,
            wrong={
                "loop by hand": _WANT | {"report": "pytorch", "idea": "keras"},
                "biggest library": _WANT | {"report": "transformers", "summary": "keras"},
                "source code": _WANT | {"idea": "coursekit", "exam": "pytorch"},
            },
        )
    ],
    hints=[
        "For each task: what is the part that you do not want to write, and is there a part that "
        "you must be able to change?",
        "Whose `fit` has early stopping built in? Who can load a published model by its name?",
        "Which of the four can be read whole in an evening?",
    ],
    mistakes={
        "loop by hand": "*report* needs no loop of your own, and *idea* does. You have these two "
        "the other way round.",
        "biggest library": "A published language model is a matter of one name in Transformers. "
        "A standard network on a table is not what it was made for.",
        "source code": "To read `backward` line by line, take the library that was written for "
        "it; a gradient of a gradient needs PyTorch.",
    },
)
