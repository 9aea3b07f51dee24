"""Exercises of the prerequisites: five of the ten questions that show whether one is ready."""

from coursekit.exercises import Case, Exercise, leaves_arguments_alone

weighted_sum = Exercise(
    "prerequisites.weighted_sum",
    cases=[
        Case(
            "two inputs",
            ([1, 2], [3, 4], 5),
            want=16,
            wrong={"no sum": [8, 13], "one bias for each input": 21, "no bias": 11},
        ),
        Case("the weights cancel", ([1, -1], [3, 3], 0.5), want=0.5, wrong={"no bias": 0}),
        Case(
            "three inputs",
            ([0.5, 0, -2], [2, 7, 1], 1),
            want=0,
            wrong={"no sum": [2, 1, -1], "one bias for each input": 2, "no bias": -1},
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "How many numbers should come out?",
        "Multiply each input by its weight and add up the products. How often is the bias added?",
        "NumPy writes the sum of the products as `w @ x`.",
    ],
    mistakes={
        "no sum": "You have the products, one for each input. The weighted sum is their total: "
        "one number.",
        "one bias for each input": "Your bias is added once for each input. Sum the products "
        "first, then add the bias once.",
        "no bias": "The sum of the products is right, and the bias is missing.",
    },
)

slope = Exercise(
    "prerequisites.slope",
    cases=[
        Case(
            "at 2, a wide step",
            (2, 1),
            want=13,
            wrong={"one side only": 19, "half the width": 26, "the formula": 12},
        ),
        Case(
            "at 0, where the curve is flat",
            (0, 0.5),
            want=0.25,
            wrong={"half the width": 0.5, "the formula": 0},
        ),
        Case(
            "at -1, a small step",
            (-1, 0.1),
            want=3.01,
            wrong={"one side only": 2.71, "half the width": 6.02, "the formula": 3},
        ),
    ],
    hints=[
        "At which two points do you need the curve?",
        "Rise over run: how far apart are `x - h` and `x + h`?",
    ],
    mistakes={
        "one side only": "You go from x to x + h. Take one step to each side: from x - h to x + h.",
        "half the width": "The rise is right. The run is the distance from x - h to x + h.",
        "the formula": "That is the exact derivative. The question asks for the slope between two "
        "points, which is close to it, and equal only in the limit.",
    },
)

gradient = Exercise(
    "prerequisites.gradient",
    cases=[
        Case(
            "at (1, 2)",
            (1, 2),
            want=(4, 1),
            wrong={"swapped": (1, 4), "one number": 5, "both at once": (2, 2)},
        ),
        Case(
            "at (3, -1)",
            (3, -1),
            want=(-6, 9),
            wrong={"swapped": (9, -6), "one number": 3, "both at once": (6, 6)},
        ),
    ],
    hints=[
        "For the first number, read y as a constant. What is the derivative in x?",
        "With y = 5 the function is 5 times x squared; its derivative is 10 x. Now for any y.",
    ],
    mistakes={
        "swapped": "Both numbers are right, in the wrong order: the derivative in x comes first.",
        "one number": "You added the two derivatives. A gradient keeps them apart: one for each "
        "variable.",
        "both at once": "You took the derivative in x and in y at the same time. Keep one of them "
        "constant.",
    },
)

posterior = Exercise(
    "prerequisites.posterior",
    cases=[
        Case(
            "a rare illness",
            (0.01, 0.9, 0.09),
            want=0.009 / 0.0981,
            wrong={"no prior": 0.9 / 0.99, "reversed": 0.9, "all are healthy": 0.009 / 0.099},
        ),
        Case(
            "one person in five",
            (0.2, 0.8, 0.4),
            want=1 / 3,
            wrong={"no prior": 2 / 3, "reversed": 0.8, "all are healthy": 2 / 7},
        ),
        Case("a test that is never wrong", (0.3, 1, 0), want=1),
    ],
    hints=[
        "Think of 1000 people. How many are ill and test positive?",
        "How many of the 1000 are healthy and test positive all the same?",
        "The answer is the first number divided by the sum of both.",
    ],
    mistakes={
        "no prior": "You treat the ill and the healthy as equally many. Weigh each by its share.",
        "reversed": "That is the share of positive tests among the ill. Asked is the share of the "
        "ill among positive tests.",
        "all are healthy": "The false alarms come from the healthy only, and they are a share "
        "`1 - prior`.",
    },
)

standardize = Exercise(
    "prerequisites.standardize",
    cases=[
        Case(
            "two rows",
            ([[0, 10], [2, 30]],),
            want=[[-1, -1], [1, 1]],
            wrong={
                "along rows": [[-1, 1], [-1, 1]],
                "the variance": [[-1, -0.1], [1, 0.1]],
                "not divided": [[-1, -10], [1, 10]],
                "n - 1": [[-(0.5**0.5), -(0.5**0.5)], [0.5**0.5, 0.5**0.5]],
            },
        ),
        Case(
            "three rows",
            ([[1, 8], [4, 2], [7, 2]],),
            want=[[-(1.5**0.5), 2**0.5], [0, -(0.5**0.5)], [1.5**0.5, -(0.5**0.5)]],
            wrong={
                "along rows": [[-1, 1], [1, -1], [1, -1]],
                "the variance": [[-0.5, 0.5], [0, -0.25], [0.5, -0.25]],
                "not divided": [[-3, 4], [0, -2], [3, -2]],
                "n - 1": [[-1, 4 / 12**0.5], [0, -2 / 12**0.5], [1, -2 / 12**0.5]],
            },
        ),
    ],
    properties=[leaves_arguments_alone.meaning("works in place")],
    hints=[
        "What is the mean of each column? How many means are there?",
        "`X.mean(axis=0)` runs down the rows and gives one mean for each column.",
        "Subtract the means of the columns, then divide by their standard deviations.",
    ],
    mistakes={
        "along rows": "You took one mean for each row. Each column is a feature, so use `axis=0`.",
        "the variance": "You divided by the variance. Its square root is the standard deviation.",
        "n - 1": "Your standard deviation divides by n - 1 (`ddof=1`, or pandas). Here it divides "
        "by n, as NumPy's `std` does.",
        "not divided": "The means are right. Divide by the standard deviations, too.",
        "works in place": "Your function changes the table that it was given. Make a new one: "
        "`X - mean`, not `X -= mean`.",
    },
)
