"""The exercises of chapter 5, optimization."""

from coursekit.exercises import Case, Exercise, keeps_shape, leaves_arguments_alone

linear_gradient = Exercise(
    "optimization.linear_gradient",
    cases=[
        Case(
            "three weights, the prediction is too low",
            ([0.5, -0.5, 1], [1, 2, -1], 3.0),
            want=[-4.5, -9, 4.5],
            wrong={
                "printed sign": [4.5, 9, -4.5],
                "twice": [-9, -18, 9],
                "weights": [-2.25, 2.25, -4.5],
                "no sum": [-2.5, -8, 4],
            },
        ),
        Case(
            "two weights, the prediction is too high",
            ([2, 1], [1, -1], -1.0),
            want=[2, -2],
            wrong={"printed sign": [-2, 2], "twice": [4, -4], "weights": [4, 2], "no sum": [3, 0]},
        ),
        Case("the prediction is right: nothing to learn", ([1, 0], [2, 5], 2.0), want=[0, 0]),
    ],
    properties=[leaves_arguments_alone, keeps_shape(0)],
    hints=[
        "Two factors: the slope of the square in f, and the slope of f in theta.",
        "Call f the prediction. The derivative of `(y - f)**2 / 2` in f has an inner derivative.",
        "The inner derivative of `y - f` is -1. And f changes with `theta[j]` as fast as `x[j]`.",
    ],
    mistakes={
        "printed sign": "This is the gradient as the slide prints it. The inner derivative of "
        "`y - f` is -1: compare with finite differences.",
        "twice": "Your gradient is twice too large: the loss has a factor of one half.",
        "weights": "The last factor is how f changes with a weight: the input, not the weight.",
        "no sum": "The prediction is one number, the sum of all products: `theta @ x`, not "
        "`theta * x`.",
    },
)

best_rate = Exercise(
    "optimization.best_rate",
    cases=[
        Case(
            "the chapter's bowl",
            ([[1, 0], [0, 20]],),
            want=2 / 21,
            wrong={"limit": 0.1, "half": 0.05, "flattest": 2.0, "difference": 2 / 19},
        ),
        Case("one weight: one step is enough", ([[4]],), want=0.25, wrong={"limit": 0.5}),
        Case(
            "three weights, a valley that lies askew",
            ([[6, 2, 0], [2, 3, 1], [0, 1, 2]],),
            want=0.246018761996,
            wrong={
                "limit": 0.284051989333,
                "half": 0.142025994667,
                "flattest": 1.8373964991,
                "all": 2 / 11,
                "diagonal": 0.25,
                "difference": 0.335995091547,
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Sketch the size of `1 - lr * c` against lr, for c = 1 and for c = 20: two lines with a "
        "fold. Which of the two is larger, where?",
        "Left of their crossing the flat direction is the slower one, right of it the steep one.",
        "They cross where `1 - lr * small` is `lr * large - 1`. `np.linalg.eigvalsh(A)` holds all "
        "curvatures, the smallest first.",
    ],
    mistakes={
        "limit": "This is the limit 2 / L. There the steepest direction swings for ever: its "
        "factor is -1.",
        "half": "At 1 / L the steepest direction is done in one step, and the flattest one lags "
        "behind. A longer step costs the one a little and helps the other.",
        "flattest": "This rate suits the flattest direction. In the steepest one the walk flies "
        "off.",
        "all": "Your rate depends on all curvatures. Those in between never shrink least: only "
        "the smallest and the largest one count.",
        "diagonal": "The diagonal holds the curvatures along the axes. This valley lies askew: "
        "use the eigenvalues.",
        "difference": "The two factors have opposite signs at the best rate: compare their sizes.",
    },
)

debug = Exercise(
    "optimization.debug",
    points=2,
    cases=[
        Case(
            "four examples, one epoch, batches of 2",
            ([[1, 0], [0, 2], [1, 1], [2, -1]], [1, 2, 3, 0], [0, 0], 0.1, 2, 1),
            want=[0.1975, 0.3325],
            wrong={
                "both still there": [-0.2525, -0.5675],
                "uphill": [-0.2025, -0.3675],
                "adds up": [0.2475, 0.5325],
                "all examples": [0.099375, 0.170625],
            },
        ),
        Case(
            "three examples, two epochs: the last batch is smaller",
            ([[1, 0.5], [-1, 2], [0.5, 1]], [2, -1, 1], [0.5, -0.5], 0.2, 2, 2),
            want=[0.9255625, 0.0689375],
            wrong={
                "both still there": [-0.979125, -3.622],
                "uphill": [-0.1100625, -1.7973125],
                "adds up": [1.575875, 0.828],
                "empties too late": [1.175875, 0.153],
            },
        ),
        Case("the line fits already", ([[1], [2]], [1, 2], [1], 0.5, 1, 3), want=[1]),
    ],
    properties=[leaves_arguments_alone.meaning("works in place"), keeps_shape(2)],
    hints=[
        "One mistake makes every step go the wrong way, the other makes steps longer and longer.",
        "What is the derivative of half the squared error in w? You wrote it in this chapter.",
        "`g +=` keeps the gradients of all earlier batches: begin anew for each batch.",
    ],
    mistakes={
        "both still there": "Both mistakes are still there. Check the sign of the gradient, then "
        "ask what `g` holds when the second batch begins.",
        "uphill": "One down, one to go: the steps still go uphill, since the gradient has a minus.",
        "adds up": "One down, one to go: `g` still holds the gradients of all earlier batches.",
        "empties too late": "`g` begins anew in each epoch. It must begin anew for each batch.",
        "all examples": "The mean is over the batch: divide by the number of its examples, not by "
        "that of all examples.",
        "works in place": "Your loop changes the weights that it was given: `w = w - ...` makes "
        "a new array, `w -= ...` does not.",
    },
)

regimes = Exercise(
    "optimization.regimes",
    cases=[
        Case(
            "the three curves",
            want={"A": "large", "B": "adaptive", "C": "small"},
            wrong={
                "tremble": {"A": "adaptive", "B": "large", "C": "small"},
                "slow is adaptive": {"A": "large", "B": "small", "C": "adaptive"},
            },
        )
    ],
    hints=[
        "Look at the first epochs: two runs are fast. What do they have in common?",
        "Then at the last epochs: minibatches are noisy. Which rate lets that noise through?",
        "A rate that starts large and shrinks is fast at first, and calm at the end.",
    ],
    mistakes={
        "tremble": "Two runs are fast at first. The one that still jumps at the end has kept its "
        "large rate: it is not the adaptive one.",
        "slow is adaptive": "The slow run never had a large rate. An adaptive one is fast at first "
        "and calm at the end.",
    },
)

adam_step = Exercise(
    "optimization.adam_step",
    points=2,
    cases=[
        Case(
            "the first step has the length of lr, whatever the gradient",
            ([1, 2], [0.5, -3], [0, 0], [0, 0], 1),
            want=([0.999, 2.001], [0.05, -0.3], [0.00025, 0.009]),
            wrong={
                "no correction": ([0.9968377243, 2.0031622773], [0.05, -0.3], [0.00025, 0.009]),
                "swapped": ([0.999, 2.001], [0.0005, -0.003], [0.025, 0.9]),
                "corrected back": ([0.999, 2.001], [0.5, -3], [0.25, 9]),
                "no root": ([0.9980000001, 2.0003333333], [0.05, -0.3], [0.00025, 0.009]),
                "uphill": ([1.001, 1.999], [0.05, -0.3], [0.00025, 0.009]),
            },
        ),
        Case(
            "step 5, other settings",
            ([1, -1], [0.2, 0.4], [0.1, -0.3], [0.5, 0.02], 5, 0.1, 0.8, 0.9, 0.01),
            want=([0.9832079258, -0.9201784464], [0.12, -0.16], [0.454, 0.034]),
            wrong={
                "no correction": (
                    [0.9824508864, -0.9176916157], [0.12, -0.16], [0.454, 0.034]
                ),
                "inside the root": (
                    [0.9831243835, -0.9219735858], [0.12, -0.16], [0.454, 0.034]
                ),
                "no root": ([0.9840443655, -0.7441771426], [0.12, -0.16], [0.454, 0.034]),
                "no square": ([0.983493557, -0.9384011008], [0.12, -0.16], [0.47, 0.058]),
                "uphill": ([1.0167920742, -1.0798215536], [0.12, -0.16], [0.454, 0.034]),
                "swapped": ([0.9659555266, -0.797383966], [0.11, -0.23], [0.408, 0.048]),
                "corrected back": (
                    [0.9832079258, -0.9201784464], [0.178486435, -0.2379819134],
                    [1.1086420356, 0.0830260555],
                ),
            },
        ),
        Case(
            "step 2, small gradients and a large eps",
            ([0, 0], [0.01, 0], [0.02, 0.1], [0.001, 0.04], 2, 0.5, 0.5, 0.75, 0.1),
            want=([-0.0703787505, -0.0921162828], [0.015, 0.05], [0.000775, 0.03]),
            wrong={
                "no correction": (
                    [-0.0586676245, -0.0915063509], [0.015, 0.05], [0.000775, 0.03]
                ),
                "no square": ([-0.0537088194, -0.0921162828], [0.015, 0.05], [0.00325, 0.03]),
                "inside the root": (
                    [-0.0313463562, -0.0811870501], [0.015, 0.05], [0.000775, 0.03]
                ),
            },
        ),
    ],
    properties=[leaves_arguments_alone, keeps_shape(0)],
    hints=[
        "Five lines, one for each formula. The corrected means are used for the step only.",
        "New m: `beta1 * m + (1 - beta1) * g`. New s: the same with beta2 and the squares of g.",
        "Divide each by `1 - beta**t`; the step is `lr * m_hat / (np.sqrt(s_hat) + eps)`.",
    ],
    mistakes={
        "no correction": "The division by `1 - beta**t` is missing: in the first steps both means "
        "are too small.",
        "inside the root": "`eps` stands outside the root: `np.sqrt(s_hat) + eps`.",
        "no root": "The root is missing: s is a mean of squares, so divide by `np.sqrt(s_hat)`.",
        "no square": "s is the running mean of the squares `g**2`; yours takes g itself.",
        "uphill": "Your step goes with the gradient: subtract it from p.",
        "swapped": "The betas are exchanged: beta1 belongs to the mean of g, beta2 to the squares.",
        "corrected back": "You return the corrected means. The next step needs the plain ones, or "
        "they are corrected twice.",
    },
    rtol=1e-5,
)  # fmt: skip

early_stop = Exercise(
    "optimization.early_stop",
    cases=[
        Case(
            "better after two worse epochs, patience 3",
            ([1, 0.8, 0.7, 0.9, 0.75, 0.5], 3),
            want=5,
            wrong={"first rise": 2},
        ),
        Case(
            "better, but too late, patience 2",
            ([1, 0.8, 0.9, 0.95, 0.97, 0.5], 2),
            want=1,
            wrong={"last epoch": 3, "sees the future": 5},
        ),
        Case("always better", ([1, 0.9, 0.8], 2), want=2),
        Case(
            "equal is not better, patience 3",
            ([0.7, 0.5, 0.6, 0.5, 0.6, 0.7], 3),
            want=1,
            wrong={"last epoch": 4, "equal is better": 3},
        ),
        Case(
            "no patience: stop at the first epoch that is not better",
            ([0.5, 0.6, 0.4, 0.7, 0.8, 0.3], 1),
            want=0,
            wrong={"last epoch": 1, "one too patient": 2, "sees the future": 5},
        ),
        Case(
            "equal at the start, patience 2",
            ([0.5, 0.5, 0.6, 0.55, 0.7, 0.8], 2),
            want=0,
            wrong={"last epoch": 2, "equal is better": 1},
        ),
        Case(
            "falls again, but not below the best, patience 3",
            ([0.7, 0.5, 0.9, 0.8, 0.7, 0.6, 0.9], 3),
            want=1,
            wrong={"last epoch": 4, "against the last one": 5},
        ),
        Case(
            "one worse epoch now and then, patience 3",
            ([1, 0.9, 0.95, 0.8, 0.85, 0.7, 0.75, 0.6], 3),
            want=7,
            wrong={"first rise": 1, "never starts anew": 5},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Two things to remember on the way: the best epoch, and how long ago it was.",
        "`for epoch, loss in enumerate(losses)`: a loss below the best one moves the best epoch.",
        "How many epochs have passed since then? `epoch - best`. Stop when it reaches `patience`.",
    ],
    mistakes={
        "last epoch": "You return the epoch at which you stop. Keep the weights of the best one.",
        "sees the future": "You look at all losses. When training stops, later ones do not exist.",
        "first rise": "You stop when the loss rises for the first time: that is no patience.",
        "one too patient": "You wait for one epoch too many: stop when `patience` epochs in a row "
        "brought no new best.",
        "against the last one": "You compare with the epoch before. Compare with the best so far.",
        "never starts anew": "You count all epochs without a new best. Only those in a row count: "
        "a new best starts the count anew.",
        "equal is better": "An equal loss is not better: it must not start the waiting anew.",
    },
)
