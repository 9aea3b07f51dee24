"""The exercises of chapter 3, the multilayer perceptron."""

from coursekit.exercises import Case, Exercise, Property, _mlp_softmax, leaves_arguments_alone

_pair = _mlp_softmax.pair


def _is_not(mistake: str, *table: int) -> Property:
    """Return the property of a gate that its answers to 00, 01, 10, 11 are not this table."""
    bits = ((0, 0), (0, 1), (1, 0), (1, 1))
    name = f"differ from {mistake}"
    return Property(name, lambda trial: [trial.answer(*b) for b in bits] != list(table), mistake)


W = [[1, 0], [2, -1]]  # square, so that a forgotten transpose gives a result
HIDDEN = _pair([[1, -1], [0, 2], [-1, 1]], [0, 1, 0])
OUTPUT = _pair([[1, 1, -1], [0, -1, 2]], [-2, 1])
ONLY = _pair([[1, -1], [2, 1]], [0, 1])
DEEP = (_pair([[1, 0], [0, 1]], [0, 1]), _pair([[1, 1], [-1, 0]], [1, 0]), _pair([[2, 5]], [-5]))

layer = Exercise(
    "mlp.layer",
    cases=[
        Case(
            "two examples, two units",
            ([[1, 2], [3, -1]], W, [1, -2]),
            want=[[2, 0], [4, 5]],
            wrong={
                "no activation": [[2, -2], [4, 5]],
                "no bias": [[1, 0], [3, 7]],
                "not transposed": [[6, 0], [2, 0]],
                "bias subtracted": [[0, 2], [2, 9]],
                "weights first": [[2, 0], [0, 3]],
                "a column for each example": [[2, 4], [0, 5]],
            },
        ),
        Case(
            "one example, three inputs, two units",
            ([[1, 0, 2]], [[1, 1, 1], [0, 3, -1]], [-1, 0.5]),
            want=[[2, 0]],
            wrong={
                "no activation": [[2, -1.5]],
                "no bias": [[3, 0]],
                "bias subtracted": [[4, 0]],
                "bias after the ReLU": [[2, 0.5]],
                "a column for each example": [[2], [0]],
            },
        ),
        Case("a logit just above 0", ([[1, 1]], [[1, -1], [0, 1]], [0, -0.5]), want=[[0, 0.5]]),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Write the shapes down first: (n, d), (units, d), and (n, units) for the result.",
        "A product of (n, d) and (d, units) fits. Which of the two arrays must be turned over?",
        "`np.maximum(0, ...)` keeps the positive logits and makes 0 of the others.",
    ],
    mistakes={
        "no activation": "These are the logits. The layer ends with the activation: negative "
        "logits become 0.",
        "no bias": "The bias is missing from the logits.",
        "not transposed": "The shapes fit here only because W is square. Each unit is a row of "
        "`W`, so the product is with `W.T`.",
        "bias subtracted": "You subtract the bias. The book adds it.",
        "bias after the ReLU": "The bias is part of the logit: add it first, then take the ReLU.",
        "weights first": "`W @ X` is the formula for one example as a column. Here the examples "
        "are rows: `X` comes first, then `W.T`. The shapes fit only because W is square.",
        "a column for each example": "The numbers are right, and stand on their side: one row for "
        "each example was wanted. `X @ W.T` has it.",
    },
)

parameters = Exercise(
    "mlp.parameters",
    cases=[
        Case(
            "the deck's network",
            ((28, 300, 150, 100, 50, 1),),
            want=74_051,
            wrong={
                "no biases": 73_450,
                "biases for the input": 74_079,
                "units, not weights": 629,
                "one bias a layer": 73_455,
                "biases of the senders": 74_078,
            },
        ),
        Case("two layers", ((2, 1),), want=3, wrong={"no biases": 2, "biases for the input": 5}),
        Case(
            "the network of the picture",
            ((3, 4, 2),),
            want=26,
            wrong={"one bias a layer": 22, "biases of the senders": 27},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Two neighbouring layers have one weight for each pair of units. Who has a bias, and "
        "who has none?",
        "A layer that receives `r` numbers from `s` units: how many weights, how many biases?",
        "`zip(widths, widths[1:])` gives all pairs of neighbours.",
    ],
    mistakes={
        "no biases": "You count the weights. Each unit behind the input has a bias, too.",
        "biases for the input": "The input computes nothing, so its units have no bias.",
        "units, not weights": "That is the number of units. Count a weight for each pair of "
        "units in neighbouring layers, and a bias for each unit behind the input.",
        "one bias a layer": "A layer has one bias for each of its units, not one for all.",
        "biases of the senders": "You count a bias for each unit that sends. It belongs to each "
        "unit that receives.",
    },
)

forward = Exercise(
    "mlp.forward",
    points=2,
    cases=[
        Case(
            "one hidden layer, two examples",
            ([[1, 2], [3, -1]], (HIDDEN, OUTPUT)),
            want=[[2, -2], [2, 1]],
            wrong={
                "ReLU at the end": [[2, 0], [2, 1]],
                "no ReLU": [[1, -2], [5, -6]],
                "bias left out": [[3, -2], [4, 0]],
                "last layer left out": [[0, 5, 1], [4, 0, 0]],
            },
        ),
        Case(
            "no hidden layer",
            ([[1, 2]], (ONLY,)),
            want=[[-1, 5]],
            wrong={
                "ReLU at the end": [[0, 5]],
                "bias left out": [[-1, 4]],
                "last layer left out": [[1, 2]],
            },
        ),
        Case(
            "two hidden layers",
            ([[1, -2]], DEEP),
            want=[[-1]],
            wrong={"ReLU at the end": [[0]], "no ReLU": [[-8]], "bias left out": [[2]]},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Let one variable `a` hold the activations. It begins as `X`. What happens to it in each "
        "turn of the loop?",
        "Which layers get a ReLU? `layers[:-1]` is all of them but the last.",
        "After the loop one layer is left: `W, b = layers[-1]`. Its output has no ReLU.",
    ],
    mistakes={
        "ReLU at the end": "The last layer has no ReLU: its outputs may be negative.",
        "no ReLU": "Without the ReLU between them all your layers are one linear layer.",
        "bias left out": "The bias is missing from the layers.",
        "last layer left out": "You stop before the last layer. It has no ReLU, but it has weights "
        "and a bias.",
    },
)

xor = Exercise(
    "mlp.xor",
    cases=[
        Case("both inputs at 0", (0, 0), want=0),
        Case("only the second at 1", (0, 1), want=1),
        Case("only the first at 1", (1, 0), want=1),
        Case("both inputs at 1", (1, 1), want=0),
    ],
    properties=[
        _is_not("never fires", 0, 0, 0, 0),
        _is_not("AND", 0, 0, 0, 1),
        _is_not("OR", 0, 1, 1, 1),
        _is_not("XNOR", 1, 0, 0, 1),
        _is_not("one is enough", 1, 1, 1, 0),
        _is_not("one is enough", 1, 1, 1, 1),
    ],
    hints=[
        "Which two gates must both say yes, so that exactly one bit is 1?",
        "At least one: OR. Not both: NAND. Write each as a unit first, and try it alone.",
        "The third unit is an AND of `h1` and `h2`: it must be silent if only one of them fires.",
    ],
    mistakes={
        "one is enough": "Your network fires for two zeros. NAND fires there, too: the third unit "
        "must not be content with one of the two, it must need both.",
        "AND": "Your network is an AND. One hidden unit should be a NAND: turn its sum over.",
        "OR": "Your network is an OR: it fires for two ones, too. One hidden unit must tell that "
        "pair from the others, and the third unit must listen to it.",
        "XNOR": "Your network fires where the bits are equal: that is XNOR, the opposite. Turn the "
        "third unit over.",
        "never fires": "Your network never fires. Work out `h1` and `h2` for (0, 1), where OR and "
        "NAND both say yes, then the third unit for two ones. A sum of exactly 0 counts as silent.",
    },
)

softmax, debug = _mlp_softmax.softmax, _mlp_softmax.debug

huber = Exercise(
    "mlp.huber",
    points=3,
    cases=[
        Case(
            "small errors, delta 1",
            ([0.5, 0.0], [0, 0.5], 1.0),
            want=(0.125, [0.25, -0.25]),
            wrong={
                "gradient of the sum": (0.125, [0.5, -0.5]),
                "sign": (0.125, [-0.25, 0.25]),
                "no half": (0.25, [0.5, -0.5]),
            },
        ),
        Case(
            "large errors, delta 1",
            ([3.0, -3.0], [0, 0], 1.0),
            want=(2.5, [0.5, -0.5]),
            wrong={
                "sum": (5.0, [1, -1]),
                "gradient of the sum": (2.5, [1, -1]),
                "sign": (2.5, [-0.5, 0.5]),
                "a jump": (3.0, [0.5, -0.5]),
                "no sign": (2.5, [0.5, 0.5]),
                "no absolute value": (3.5, [0.5, -1.5]),
            },
        ),
        Case(
            "both kinds, delta 2",
            ([1.0, 5.0, -2.0, 0.0], [0, 0, 0, 6], 2.0),
            want=(5.125, [0.25, 0.5, -0.5, -0.5]),
            wrong={
                "delta is 1": (3.0, [0.25, 0.25, -0.25, -0.25]),
                "no half": (5.75, [0.5, 0.5, -1, -0.5]),
                "sum": (20.5, [1, 2, -2, -2]),
                "no sign": (5.125, [0.25, 0.5, -0.5, 0.5]),
                "no delta in the slope": (5.125, [0.25, 0.25, -0.5, -0.25]),
                "no absolute value": (7.125, [0.25, 0.5, -0.5, -1.5]),
            },
        ),
        Case("no error at all", ([1.0, 2.0], [1, 2], 0.5), want=(0.0, [0, 0])),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Take the derivative of each of the two branches. What is the derivative of a mean of n "
        "terms in one of them?",
        "`np.where(condition, a, b)` takes the entries of `a` where the condition holds.",
        "Inside the derivative is `e`, outside it is `delta` times the sign of `e`; both over n.",
    ],
    mistakes={
        "sum": "You add up the losses. Take their mean, and the gradient of the mean.",
        "gradient of the sum": "The loss is a mean, so its gradient has a 1/n as well.",
        "sign": "Your gradient points the other way. The error is prediction minus target.",
        "no half": "The parabola is one half of the square.",
        "a jump": "Outside, the loss is delta (|e| - delta / 2). Without the second term the two "
        "branches do not meet.",
        "delta is 1": "Your function ignores `delta`.",
        "no sign": "The loss is right. Outside, its slope is delta on one side and -delta on the "
        "other: which one, says the sign of the error.",
        "no delta in the slope": "The loss is right. Outside, its slope is delta, not 1, times the "
        "sign of the error.",
        "no absolute value": "A large negative error counts as small in your function. Compare its "
        "absolute value with delta.",
    },
)
