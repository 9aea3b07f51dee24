"""The exercises of chapter 2, the perceptron."""

from coursekit.exercises import Case, Exercise, Property, Trial, keeps_shape, leaves_arguments_alone

ROWS = [[0, 0], [0, 1], [1, 0], [1, 1]]
AND, OR, XOR = [0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]


def _table(trial: Trial) -> list[float]:
    """Return what a gate answers to the four pairs of bits."""
    return [trial.answer(*row) for row in ROWS]


fires = Property("fire for some pair of bits", lambda trial: any(_table(trial)), "never fires")
fires_for_one = Property(
    "fire when one input is 1",
    lambda trial: sum(trial.args) != 1 or _table(trial) != [1, 0, 0, 0],
    "ties",
)

nand = Exercise(
    "perceptron.nand",
    cases=[
        Case("both inputs at 0", (0, 0), want=1, wrong={"AND": 0}),
        Case("only the second at 1", (0, 1), want=1),
        Case("only the first at 1", (1, 0), want=1),
        Case("both inputs at 1", (1, 1), want=0, wrong={"AND": 1}),
    ],
    properties=[fires, fires_for_one],
    hints=[
        "With both inputs at 0, what is left of the sum? What must its sign be?",
        "Each input must push the sum down. One push may not be enough to reach 0, two must be.",
        "NAND is AND turned over: what do you do to a sum to swap its positive and negative sides?",
    ],
    mistakes={
        "never fires": "Your unit never fires. With both inputs at 0 only the bias is left.",
        "AND": "Your unit answers AND. Turn the sum over: change the sign of both weights and of "
        "the bias.",
        "ties": "Your unit falls silent as soon as one input is 1. Work out the sum there: a sum "
        "of exactly 0 counts as silent, so the bias must be larger than one weight takes away.",
    },
)

predict = Exercise(
    "perceptron.predict",
    cases=[
        Case(
            "three rows, two of them on the line",
            ([[2, 0], [0, 1], [1, 1]], [1, 2], -2),
            want=[0, 0, 1],
            wrong={"fires at zero": [1, 1, 1]},
        ),
        Case(
            "a positive bias",
            ([[0, 0], [-1, 0], [0.5, 0]], [1, 1], 1),
            want=[1, 0, 1],
            wrong={
                "fires at zero": [1, 1, 1],
                "no bias": [0, 0, 1],
                "minus the bias": [0, 0, 0],
                "returns the logit": [1, 0, 1.5],
            },
        ),
        Case(
            "three inputs, one row",
            ([[1, 2, 3]], [1, 1, -1], -0.5),
            want=[0],
            wrong={"minus the bias": [1], "returns the logit": [-0.5]},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "First the logits, one for each row of `X`: which product of `X` and `w` gives them?",
        "`X @ w` has one number a row. The bias is added to each, then each meets the threshold.",
        "A comparison gives True and False; `.astype(float)` makes 1 and 0 of them.",
    ],
    mistakes={
        "fires at zero": "A logit of exactly 0 must give 0 here: the rule is `> 0`, not `>= 0`.",
        "no bias": "The bias is missing from the logit.",
        "minus the bias": "You subtract the bias. The book adds it: a unit with b = 1 fires more "
        "easily than one with b = 0.",
        "returns the logit": "That is the logit, before the step: compare it with 0.",
    },
)

update = Exercise(
    "perceptron.update",
    points=2,
    cases=[
        Case(
            "silent, should fire",
            ([0, 0], 0, [1, 2], 1),
            want=([1, 2], 1),
            wrong={
                "wrong sign": ([-1, -2], -1),
                "bias stays": ([1, 2], 0),
                "fires at zero": ([0, 0], 0),
                "input left out": ([1, 1], 1),
            },
        ),
        Case(
            "fires, and should",
            ([1, 1], 0, [1, 2], 1),
            want=([1, 1], 0),
            wrong={"always updates": ([2, 3], 1), "no step": ([-1, -3], -2)},
        ),
        Case(
            "fires, should be silent",
            ([1, 1], 0, [1, 2], 0),
            want=([0, -1], -1),
            wrong={
                "wrong sign": ([2, 3], 1),
                "bias stays": ([0, -1], 0),
                "input left out": ([0, 0], -1),
                "no step": ([-2, -5], -3),
            },
        ),
        Case("silent, and should be", ([-1, -1], 0, [1, 2], 0), want=([-1, -1], 0)),
        Case(
            "silent for its bias, should fire",
            ([1, 0], -2, [1, 1], 1),
            want=([2, 1], -1),
            wrong={"bias left out": ([1, 0], -2)},
        ),
        Case("just above the line, should be silent", ([1, 1], -2, [1, 2], 0), want=([0, -1], -3)),
        Case(
            "exactly on the line, should fire",
            ([1, -1], 1, [1, 2], 1),
            want=([2, 1], 2),
            wrong={"fires at zero": ([1, -1], 1)},
        ),
    ],
    properties=[leaves_arguments_alone.meaning("works in place"), keeps_shape(0)],
    hints=[
        "Which examples should change `w` at all?",
        "Subtract the prediction from the target: what are the three values it can take?",
        "Add that error times `x` to the weights. What is the bias's input, so what does it get?",
    ],
    mistakes={
        "always updates": "Your line moves even when the prediction is right: multiply by the "
        "error, not by the target.",
        "wrong sign": "A unit that fired and should not have must move away from x: target minus "
        "prediction, in that order.",
        "bias stays": "The weights learn, the bias does not: it gets the error as well.",
        "fires at zero": "On the line itself the logit is 0 and the prediction is 0: use `> 0`.",
        "bias left out": "Your prediction does not look at the bias: the logit is `x @ w + b`.",
        "input left out": "You add the error to each weight. Multiply it by `x` first: an input "
        "of 0 had no part in the mistake, and its weight stays.",
        "no step": "You subtract the logit from the target. Subtract the prediction, which is "
        "0 or 1: apply the step first.",
        "works in place": "`w += ...` changes the array that you were given: write "
        "`w = w + ...`, which makes a new one.",
    },
)

fit = Exercise(
    "perceptron.fit",
    points=4,
    cases=[
        Case(
            "OR, eight epochs allowed",
            (ROWS, OR, 8),
            want=([1, 1], 0, [1, 2, 1, 0]),
            wrong={
                "fires at zero": ([1, 1], -1, [2, 2, 1, 0]),
                "clean epoch left out": ([1, 1], 0, [1, 2, 1]),
                "never stops": ([1, 1], 0, [1, 2, 1, 0, 0, 0, 0, 0]),
                "old weights": ([2, 2], 0, [3, 1, 1, 1, 0]),
                "never starts again": ([1, 1], 0, [1, 3, 4, 4, 4, 4, 4, 4]),
            },
        ),
        Case("AND, eight epochs allowed", (ROWS, AND, 8), want=([2, 1], -2, [1, 3, 3, 2, 1, 0])),
        Case(
            "XOR, which no unit learns, five epochs allowed",
            (ROWS, XOR, 5),
            want=([-1, 0], 1, [2, 3, 4, 4, 4]),
        ),
        Case(
            "four other points",
            ([[3, 1], [2, 2], [1, 0], [0, 1]], [1, 1, 0, 0], 8),
            want=([2, 2], -2, [3, 1, 2, 0]),
        ),
        Case("three inputs, one example", ([[1, 0, 2]], [1], 3), want=([1, 0, 2], 1, [1, 0])),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Two loops, one inside the other: what does each of them run over?",
        "Start from `np.zeros(X.shape[1])` and `0.0`. Which line of `update` do you need inside?",
        "Count the mistakes of an epoch, append the count, and only then ask if it was 0.",
    ],
    mistakes={
        "fires at zero": "Your bias is off by one: this happens when a logit of exactly 0 counts "
        "as firing. Use `> 0`.",
        "clean epoch left out": "The last epoch, the one without a mistake, is missing from the "
        "list: append the count before you stop.",
        "never stops": "Your loop goes on after an epoch without a mistake: leave it there.",
        "never starts again": "Your counts never fall: set the counter to 0 at the start of each "
        "epoch.",
        "old weights": "You predict with the weights from the start of the epoch: use the newest "
        "ones, for they change within it.",
    },
)

debug = Exercise(
    "perceptron.debug",
    points=2,
    cases=[
        Case(
            "AND, six epochs",
            (ROWS, AND, 6),
            want=([2, 1], -2),
            wrong={
                "both still there": ([1, 1], 4),
                "prediction": ([1, 1], -4),
                "step of the bias": ([1, 1], -1),
                "other convention": ([2, 1], 2),
                "fires at zero": ([2, 1], -3),
            },
        ),
        Case(
            "OR, six epochs",
            (ROWS, OR, 6),
            want=([1, 1], 0),
            wrong={
                "both still there": ([1, 1], -2),
                "prediction": ([1, 1], 2),
                "step of the bias": ([7, 7], -13),
                "fires at zero": ([1, 1], -1),
            },
        ),
        Case("XOR, three epochs", (ROWS, XOR, 3), want=([-1, 0], 1)),
        Case(
            "one example, one epoch",
            ([[1, 0]], [1], 1),
            want=([1, 0], 1),
            wrong={"other convention": ([1, 0], -1)},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Read it beside the rule, line by line. Which letter of the logit never appears?",
        "One of the two mistakes comes from mixing the slides' two conventions for the bias.",
        "With `+ b` in the logit, should a unit that must fire more easily get a larger `b`?",
    ],
    mistakes={
        "both still there": "Both mistakes are still there. Look at the line of the prediction, "
        "then at the line of the bias.",
        "prediction": "One down, one to go: the prediction does not look at the bias.",
        "step of the bias": "One down, one to go: the bias moves the wrong way. With `- b` in the "
        "logit it would be right.",
        "other convention": "This learns, with `b` as a threshold that is subtracted. The book "
        "adds `b`: change its sign in both lines.",
        "fires at zero": "Both mistakes are gone, and a new one came: a logit of exactly 0 counts "
        "as silent. Use `> 0`.",
    },
)

bound = Exercise(
    "perceptron.bound",
    points=2,
    cases=[
        Case(
            "AND and the unit (2, 2), -3",
            (ROWS, AND, [2, 2], -3),
            want=51,
            wrong={
                "constant input": 34,
                "length": 3,
                "length of w": 24,
                "mean": 68 / 3,
                "not squared": 51**0.5,
            },
        ),
        Case(
            "three points",
            ([[3, 0], [1, 1], [-2, -1]], [1, 1, 0], [3, 0], 0),
            want=10,
            wrong={"constant input": 9, "length": 10 / 9, "mean": 2.5, "not squared": 10**0.5},
        ),
        Case(
            "OR and the unit (2, 2), -1", (ROWS, OR, [2, 2], -1), want=27, wrong={"length of w": 24}
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Append a 1 to each row of `X`, and `b` to `w`: then `R` is the longest row.",
        "The sign of an example is `2 * y - 1`. What is sign times logit for a right answer?",
        "Divide the smallest of these products by the length of `(w, b)`: this is gamma.",
    ],
    mistakes={
        "constant input": "`R` leaves out the constant input: each example has a 1 appended.",
        "length": "Doubling `w` and `b` must not change the margin: divide by the length of "
        "`(w, b)`.",
        "length of w": "You divide by the length of `w` alone. The bias is a weight here: "
        "divide by the length of `(w, b)`.",
        "mean": "The margin is the smallest distance of all examples, not their mean.",
        "not squared": "That is R / gamma. The theorem has its square.",
    },
)
