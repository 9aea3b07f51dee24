"""Exercises of chapter 1: words, features made by hand, counting, and whom to recommend."""

from coursekit.exercises import Case, Exercise, Property, Trial, leaves_arguments_alone

KINDS = ("understand", "predict", "act")


def _keeps_to_the_words(trial: Trial) -> bool:
    return all(word in KINDS for word in trial.got.values())


sort_tasks = Exercise(
    "history.sort_tasks",
    cases=[
        Case(
            "the six tasks",
            want={
                "a": "understand",
                "b": "predict",
                "c": "act",
                "d": "predict",
                "e": "understand",
                "f": "act",
            },
            wrong={
                "past taken for future": {
                    "a": "predict",
                    "b": "predict",
                    "c": "act",
                    "d": "predict",
                    "e": "predict",
                    "f": "act",
                },
                "prediction is enough": {
                    "a": "understand",
                    "b": "predict",
                    "c": "predict",
                    "d": "predict",
                    "e": "understand",
                    "f": "predict",
                },
            },
        )
    ],
    properties=[Property("use the three words only", _keeps_to_the_words, "other words")],
    hints=[
        "For each task, ask what comes out at the end: an insight for a person, a value that "
        "nobody knows yet, or a deed?",
        "Two of the six end with something that the machine does. Two speak of what has "
        "already happened. What is left?",
    ],
    mistakes={
        "past taken for future": "You call a summary of what has happened a prediction. Nothing "
        "unknown is guessed in `a` and `e`: a person reads them and understands.",
        "prediction is enough": "You stop at the prediction. In `c` and `f` the machine also does "
        "something about it, with nobody in between: that is what an agent is for.",
        "other words": "One of your words is none of the three: write `understand`, `predict` or "
        "`act`, in small letters.",
    },
)

TONES = [[0.1, 0.1, 0.2, 0.2], [0.1, 0.1, 0.2, 0.2], [0.3, 0.3, 0.4, 0.4], [0.3, 0.3, 0.4, 0.4]]
CORNER = [[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
WIDE = [[0, 0.5, 0, 0, 1, 1], [0.25, 0, 0, 0, 0, 0]]
NAN = float("nan")

quadrants = Exercise(
    "history.quadrants",
    points=2,
    cases=[
        Case(
            "four grey tones",
            (TONES,),
            want=[0.1, 0.2, 0.3, 0.4],
            wrong={
                "sum instead of mean": [0.4, 0.8, 1.2, 1.6],
                "down before right": [0.1, 0.3, 0.2, 0.4],
                "counts the inked pixels": [1, 1, 1, 1],
                "cuts at 4": [0.25, NAN, NAN, NAN],
            },
        ),
        Case(
            "ink in one corner",
            (CORNER,),
            want=[0.75, 0, 0, 0],
            wrong={"sum instead of mean": [3, 0, 0, 0], "cuts at 4": [3 / 16, NAN, NAN, NAN]},
        ),
        Case("a wide image", (WIDE,), want=[0.5 / 3, 2 / 3, 0.25 / 3, 0]),
        Case("two by two", ([[1, 0.5], [0.25, 0]],), want=[1, 0.5, 0.25, 0]),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "What are the numbers of the row and of the column at which the image is cut?",
        "`image[:half]` is the upper half. How do you take the left part of that?",
        "A slice for the rows and a slice for the columns, separated by a comma, give one "
        "quarter; its method `mean` gives one number.",
    ],
    mistakes={
        "sum instead of mean": "You add the ink up. A larger image would then have larger "
        "features for the same drawing: take the mean.",
        "down before right": "You go down before you go right: the second number belongs to the "
        "upper right quarter.",
        "cuts at 4": "You cut at 4: that is half of 8, and this image is smaller. Take half of "
        "each number in `image.shape`.",
        "counts the inked pixels": "You count the pixels that hold any ink. A pixel can be grey: "
        "take its value into account.",
    },
)

parameters = Exercise(
    "history.parameters",
    points=2,
    cases=[
        Case(
            "the symmetry detector of 1986",
            ((6, 2, 1),),
            want=17,
            wrong={
                "forgets the biases": 14,
                "gives inputs a bias": 23,
                "counts neurons": 3,
            },
        ),
        Case(
            "one neuron with three inputs",
            ((3, 1),),
            want=4,
            wrong={"forgets the biases": 3, "gives inputs a bias": 7, "counts neurons": 1},
        ),
        Case(
            "digits, two hidden layers",
            ((64, 32, 16, 10),),
            want=2778,
            wrong={
                "forgets the biases": 2720,
                "gives inputs a bias": 2842,
                "counts neurons": 58,
                "only the first layer": 2080,
            },
        ),
        Case("no layer after the input", ((5,),), want=0),
    ],
    hints=[
        "Take one neuron of the second layer: how many weights lead into it, and what else does "
        "it own?",
        "A layer of `n` neurons after a layer of `m`: write down a formula with `m` and `n`, then "
        "add it up over all neighbours in `sizes`.",
        "`zip(sizes, sizes[1:])` gives the pairs of neighbours.",
    ],
    mistakes={
        "forgets the biases": "You count the weights only. Each neuron also has a bias, one "
        "number that it learns as well.",
        "gives inputs a bias": "You give the inputs a bias too. They are the data: they have "
        "nothing to learn.",
        "counts neurons": "You count the neurons. The question is how many numbers they learn.",
        "only the first layer": "You stop after the first layer: the next ones have weights too.",
    },
)

FRIENDS = [  # 0 to 3 all know one another, 4 knows 1 and 2, 5 knows 3
    [0, 1, 1, 1, 0, 0],
    [1, 0, 1, 1, 1, 0],
    [1, 1, 0, 1, 1, 0],
    [1, 1, 1, 0, 0, 1],
    [0, 1, 1, 0, 0, 0],
    [0, 0, 0, 1, 0, 0],
]
BACKWARDS = [row[::-1] for row in FRIENDS[::-1]]
# small enough to be shown whole
KITE = [[0, 1, 1, 0], [1, 0, 1, 1], [1, 1, 0, 0], [0, 1, 0, 0]]  # 0-1, 0-2, 1-2, 1-3
CHAIN = [[0, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]  # 1-2, 2-3
PAIR = [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


def _is_a_stranger(trial: Trial) -> bool:
    knows, person = trial.args
    return not knows[person][int(trial.got)]


recommend = Exercise(
    "history.recommend",
    points=3,
    cases=[
        Case(
            "four people",
            (KITE, 0),
            want=3,
            wrong={"recommends oneself": 0, "somebody known already": 1},
        ),
        Case("a tie", (KITE, 3), want=0, wrong={"the last of equals": 2}),
        Case("one shared friend or none", (CHAIN, 1), want=3, wrong={"recommends oneself": 1}),
        Case("no friends at all", (PAIR, 2), want=0, wrong={"the last of equals": 1}),
        Case(
            "no shared friends",
            (PAIR, 1),
            want=2,
            wrong={"recommends oneself": 1, "sets counts to 0": 0},
        ),
        Case(
            "person 0 of the chapter's six",
            (FRIENDS, 0),
            want=4,
            wrong={"recommends oneself": 0, "somebody known already": 1},
        ),
        Case(
            "person 3 of the chapter's six",
            (FRIENDS, 3),
            want=4,
            wrong={"recommends oneself": 3, "somebody known already": 0},
        ),
        Case(
            "person 4 of the chapter's six, a tie",
            (FRIENDS, 4),
            want=0,
            wrong={"the last of equals": 3},
        ),
        Case(
            "the six, numbered backwards", (BACKWARDS, 5), want=1, wrong={"recommends oneself": 5}
        ),
    ],
    properties=[
        leaves_arguments_alone.meaning("changes the table"),
        Property("never name somebody whom the person knows", _is_a_stranger),
    ],
    hints=[
        "`knows[person]` marks the friends. What does `knows @ knows[person]` count?",
        "It counts the shared friends of everybody, the person and the friends included. Whose "
        "count must never win?",
        "Set the counts of those people to -1 before you look for the largest: `argmax` takes "
        "the first of equals.",
    ],
    mistakes={
        "recommends oneself": "You recommend the person to themself: nobody shares more friends "
        "with me than I do. Take the person out.",
        "somebody known already": "You recommend somebody whom the person knows already. Take the "
        "friends out as well.",
        "sets counts to 0": "You set the counts of the person and of the friends to 0. A stranger "
        "can have 0 too, and then somebody known may win: take a number below 0.",
        "the last of equals": "Of several with equal counts you take the last, and the first is "
        "wanted: `argmax` does that.",
        "changes the table": "Your function writes into the table of friendships: the next call "
        "would see other friends. Work on a new array.",
    },
)
