"""The exercises of chapter 4, backpropagation."""

from coursekit.exercises import Case, Exercise, Formula, keeps_shape, leaves_arguments_alone
from coursekit.exercises._backprop_step import debug as _debug
from coursekit.exercises._backprop_step import train_step as _train_step

OUTPUT = (
    "You take the slope at the output of the sigmoid. It belongs at the weighted sum that went "
    "in; if you hold the output a, it is `a * (1 - a)`."
)

differences = Exercise(
    "backprop.differences",
    cases=[
        Case(
            "a sum of squares",
            (Formula("lambda x: x[0]**2 + x[1]**2 + x[2]**2"), [1, -2, 3], 0.01),
            want=[2, -4, 6],
            wrong={
                "one side": [2.01, -3.99, 6.01],
                "half the step": [4, -8, 12],
                "divides, then multiplies": [0.0002, -0.0004, 0.0006],
                "stays moved": [2, -2, 4],
                "another name": [0, 0, 0],
            },
        ),
        Case(
            "a product",
            (Formula("lambda x: x[0] * x[1]"), [3, 5], 0.1),
            want=[5, 3],
            wrong={
                "all at once": [8, 8],
                "half the step": [10, 6],
                "divides, then multiplies": [0.05, 0.03],
                "stays moved": [5, 8],
                "another name": [0, 0],
            },
        ),
        Case(
            "a cube: the formula is wrong by eps**2",
            (Formula("lambda x: x[0]**3"), [2], 0.5),
            want=[12.25],
            wrong={"one side": [15.25], "half the step": [24.5]},
        ),
    ],
    properties=[leaves_arguments_alone.meaning("moves x for good"), keeps_shape(1)],
    hints=[
        "Only one entry of `x` may move at a time. How do you move entry `i` and no other?",
        "Make a vector `d` of zeros with `eps` at place `i`: now call `f` at `x + d` and `x - d`.",
        "How far apart are these two places? Divide the difference of the values by that.",
    ],
    mistakes={
        "one side": "You compare with `f(x)`, on one side only. Step to both sides: the error "
        "shrinks from about eps to about eps squared.",
        "half the step": "The two places are `2 * eps` apart, so divide by that.",
        "all at once": "All entries move together. Move entry `i` alone, and the others stay.",
        "divides, then multiplies": "`/ 2 * eps` divides by 2, then multiplies by eps: write "
        "`/ (2 * eps)`.",
        "stays moved": "An entry that has moved must go back before the next one moves: make a new "
        "`d` for each entry.",
        "another name": "`f` is called twice at the same place. `a = x` does not copy: both names "
        "mean one array. Take `x + d`, or `x.copy()`.",
        "moves x for good": "Your `x` does not come back to where it was: change a copy.",
    },
)

chain = Exercise(
    "backprop.chain",
    cases=[
        Case(
            "n = 1, w = 1: the sigmoid alone",
            (1.5, 1.0, 1),
            want=0.14914645207033286,
            wrong={
                "slope at the output": 0.21247208648239135,
                "no slope": 1.0,
                "in w": 0.2237196781054993,
                "power": 0.12193833242754278,
            },
        ),
        Case(
            "a cube, and a negative weight",
            (0.5, -2.0, 3),
            want=-0.0853250429478828,
            wrong={
                "inner part": 0.0426625214739414,
                "outer part": -0.3932238664829637,
                "slope at the output": -0.10655580878479558,
                "no slope": -0.4339769287710795,
                "in w": 0.0213312607369707,
                "power": -0.02294743832885948,
                "slope at x": -0.10198618927105065,
            },
        ),
        Case(
            "the steepest place of the sigmoid",
            (0.0, 3.0, 2),
            want=0.75,
            wrong={
                "inner part": 0.25,
                "slope at the output": 0.7050111366047835,
                "no slope": 3.0,
                "in w": 0.0,
                "power": 0.375,
            },
        ),
    ],
    hints=[
        "Three functions are nested: times w, then the sigmoid, then a power. One factor each.",
        "Compute inwards first: `z = w * x`, `a = F.sigmoid(z)`. The power gives `n * a**(n-1)`.",
        "The sigmoid's factor is `a * (1 - a)`. Which factor does `z = w * x` give?",
    ],
    mistakes={
        "inner part": "The last factor is missing: how much does `w * x` change when x does?",
        "outer part": "The first factor is missing: the derivative of `a**n` in a.",
        "slope at the output": OUTPUT,
        "no slope": "The factor in the middle is missing: the slope of the sigmoid.",
        "in w": "That is the derivative in w. Here x moves: which number multiplies it?",
        "power": "The derivative of `a**n` has an exponent that is one smaller: `n * a**(n-1)`.",
        "slope at x": "The sigmoid's slope is taken at what goes into it: `w * x`, not x.",
    },
)

partials = Exercise(
    "backprop.partials",
    cases=[
        Case(
            "three hidden units, target 1",
            ([0.5, 0.8, 0.2], [1.0, -1.5, 2.0], 1.0),
            want=[-0.0702136239, -0.1123417983, -0.0280854496],
            wrong={
                "wrong sign": [0.0702136239, 0.1123417983, 0.0280854496],
                "no slope": [-0.2872212584, -0.4595540134, -0.1148885034],
                "slope at the output": [-0.0686500092, -0.1098400147, -0.0274600037],
                "weights": [-0.1404272478, 0.2106408717, -0.2808544956],
                "twice": [-0.1404272478, -0.2246835965, -0.0561708991],
                "sign and slope": [0.2872212584, 0.4595540134, 0.1148885034],
                "no sigmoid": [0.2535, 0.4056, 0.1014],
            },
        ),
        Case(
            "three hidden units, target 0",
            ([0.3, 0.9, 0.6], [-0.5, 1.5, 0.4], 0.0),
            want=[0.0375581501, 0.1126744502, 0.0751163002],
            wrong={
                "wrong sign": [-0.0375581501, -0.1126744502, -0.0751163002],
                "no slope": [0.2425363954, 0.7276091863, 0.4850727909],
                "slope at the output": [0.0517137054, 0.1551411162, 0.1034274108],
                "weights": [-0.0625969168, 0.1877907504, 0.0500775334],
                "twice": [0.0751163002, 0.2253489005, 0.1502326003],
                "sign and slope": [-0.2425363954, -0.7276091863, -0.4850727909],
                "no sigmoid": [-0.2737152, -0.8211456, -0.5474304],
            },
        ),
        Case(
            "two hidden units, target one half",
            ([0.7, 0.1], [1.2, -0.6], 0.5),
            want=[0.028012821, 0.0040018316],
            wrong={"no slope": [0.1299760798, 0.0185680114]},
        ),
    ],
    properties=[leaves_arguments_alone, keeps_shape(0)],
    hints=[
        "Three factors, from the loss back to the weight. Two of them are shared by all weights.",
        "`y_hat = F.sigmoid(h @ w)`. Then `y_hat - y`, times `y_hat * (1 - y_hat)`, times ...",
        "The last factor is how z changes with the weight: what is the weight multiplied by?",
    ],
    mistakes={
        "wrong sign": "The sign is turned over. The loss falls when the prediction nears the "
        "target, so the first factor is prediction minus target.",
        "no slope": "The factor in the middle is missing: the slope of the sigmoid.",
        "slope at the output": OUTPUT,
        "weights": "The last factor is not the weight, but what it is multiplied by.",
        "sign and slope": "Two things: the first factor is prediction minus target, and the slope "
        "of the sigmoid is missing.",
        "no sigmoid": "Your prediction is the weighted sum. It must still go through the sigmoid.",
        "twice": "Your gradient is twice too large: the loss has a factor of one half.",
    },
)

layer_gradients = Exercise(
    "backprop.layer_gradients",
    points=2,
    cases=[
        Case(
            "two units above, two hidden, three inputs",
            ([0.5, -0.2], [[1, -1], [2, 0.5]], [1.5, -0.5], [1, 2, -1]),
            want=(
                [[0.0149146452, 0.0298292904, -0.0149146452],
                 [-0.1410022273, -0.2820044546, 0.1410022273]],
                [0.0149146452, -0.1410022273],
            ),
            wrong={
                "slope at the output": (
                    [[0.0212472086, 0.0424944173, -0.0212472086],
                     [-0.1447793267, -0.2895586535, 0.1447793267]],
                    [0.0212472086, -0.1447793267],
                ),
                "no slope": ([[0.1, 0.2, -0.1], [-0.6, -1.2, 0.6]], [0.1, -0.6]),
                "sum as output": ([[-0.075, -0.15, 0.075], [0.45, 0.9, -0.45]], [-0.075, 0.45]),
                "bias": (
                    [[0.0149146452, 0.0298292904, -0.0149146452],
                     [-0.1410022273, -0.2820044546, 0.1410022273]],
                    [0.1, -0.6],
                ),
                "wrong way through v": (
                    [[0.1044025164, 0.2088050329, -0.1044025164],
                     [0.211503341, 0.423006682, -0.211503341]],
                    [0.1044025164, 0.211503341],
                ),
                "turned": (
                    [[0.0149146452, -0.1410022273], [0.0298292904, -0.2820044546],
                     [-0.0149146452, 0.1410022273]],
                    [0.0149146452, -0.1410022273],
                ),
            },
        ),
        Case(
            "one unit above, three hidden, two inputs",
            ([0.4], [[1, -0.5, 2]], [0, 2, -1], [0.5, 1]),
            want=(
                [[0.05, 0.1], [-0.0104993585, -0.0209987171], [0.0786447733, 0.1572895466]],
                [0.1, -0.0209987171, 0.1572895466],
            ),
            wrong={
                "slope at the output": (
                    [[0.0470007424, 0.0940014849], [-0.0207156229, -0.0414312459],
                     [0.0982133397, 0.1964266793]],
                    [0.0940014849, -0.0414312459, 0.1964266793],
                ),
                "no slope": ([[0.2, 0.4], [-0.1, -0.2], [0.4, 0.8]], [0.4, -0.2, 0.8]),
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "First the question for each unit: should it be higher or lower? Row i of `v` belongs to "
        "unit i above; which product sums over i?",
        "`v.T @ delta` is dE/dg, one number for each hidden unit. Now through the sigmoid.",
        "`F.sigmoid_grad(z)` is the slope. The bias gets that product; `np.outer` makes the rest.",
    ],
    mistakes={
        "slope at the output": OUTPUT,
        "no slope": "You go from the unit's output to its weights without passing the sigmoid.",
        "sum as output": "`a * (1 - a)` is right for an output a. Here z is the weighted sum: take "
        "`F.sigmoid_grad(z)`.",
        "bias": "The bias stands inside the sigmoid, too: its slope has the same factor.",
        "wrong way through v": "Backward, v is used the other way round: sum over the units above, "
        "so over the rows of `v`.",
        "turned": "The gradient of u has the shape of u: one row a unit, one column an input.",
    },
)  # fmt: skip

debug, train_step = _debug, _train_step
