"""The exercises of chapter 8, transfer learning."""

import numpy as np

from coursekit.exercises import Case, Exercise, leaves_arguments_alone
from coursekit.exercises._transfer_text import decide, lora_forward, mean_pool, top_k

__all__ = [
    "decide",
    "lora_forward",
    "mean_pool",
    "moved",
    "top_k",
    "trainable",
    "unfreeze_schedule",
]

NETWORK = {
    "block1.conv.weight": (16, 1, 3, 3),
    "block1.norm.weight": (16,),
    "block2.conv.weight": (32, 16, 3, 3),
    "head.weight": (10, 128),
    "head.bias": (10,),
}
TWELVE = {"layer1.weight": (4, 3), "layer12.weight": (5, 2), "layer12.bias": (5,)}

trainable = Exercise(
    "transfer.trainable",
    cases=[
        Case(
            "the first block is frozen",
            (NETWORK, ["block1"]),
            want=5898,
            wrong={"counts frozen": 160, "counts all": 6058, "counts arrays": 3, "adds sizes": 202},
        ),
        Case(
            "only the head learns",
            (NETWORK, ["block1", "block2"]),
            want=1290,
            wrong={
                "counts frozen": 4768,
                "counts all": 6058,
                "counts arrays": 2,
                "adds sizes": 148,
            },
        ),
        Case(
            "layer1 is frozen, layer12 is another layer",
            (TWELVE, ["layer1"]),
            want=15,
            wrong={"counts frozen": 12, "counts all": 27, "counts arrays": 2, "first letters": 0},
        ),
        Case(
            "nothing is frozen",
            (TWELVE, []),
            want=27,
            wrong={"counts frozen": 0, "counts arrays": 3},
        ),
        Case("everything is frozen", (TWELVE, ["layer1", "layer12"]), want=0),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Two questions for each array: does it learn, and how many numbers does it hold?",
        "The layer is the part of the name before the first dot: `name.split('.')[0]`.",
        "An array of shape (10, 128) holds 10 times 128 numbers: `math.prod(shape)`.",
    ],
    mistakes={
        "counts frozen": "You count the frozen parameters. The trainable ones are the others.",
        "counts all": "You count every parameter. `frozen` names layers: compare with the part "
        "before the first dot.",
        "counts arrays": "You count the arrays. A parameter is one number inside them: multiply "
        "the sizes of the shape.",
        "adds sizes": "A shape of (10, 128) holds 10 times 128 numbers, not 10 plus 128.",
        "first letters": "`startswith` and `in` find layer1 in layer12, too. Compare the whole "
        "part before the dot.",
    },
)

SHORT = [["head"], ["block", "head"]]
LONG = [["head"], ["fc", "head"], ["conv2", "fc", "head"], ["conv1", "conv2", "fc", "head"]]

unfreeze_schedule = Exercise(
    "transfer.unfreeze_schedule",
    cases=[
        Case(
            "two layers",
            (("block", "head"),),
            want=SHORT,
            wrong={
                "from the input": [["block"], ["block", "head"]],
                "one at a time": [["head"], ["block"]],
                "all at once": [["block", "head"], ["block", "head"]],
                "turned round": [["head"], ["head", "block"]],
                "no last turn": [["head"]],
                "last turn first": [["block", "head"], ["head"]],
            },
        ),
        Case(
            "four layers",
            (("conv1", "conv2", "fc", "head"),),
            want=LONG,
            wrong={
                "from the input": [
                    ["conv1"],
                    ["conv1", "conv2"],
                    ["conv1", "conv2", "fc"],
                    ["conv1", "conv2", "fc", "head"],
                ],
                "one at a time": [["head"], ["fc"], ["conv2"], ["conv1"]],
                "all at once": [["conv1", "conv2", "fc", "head"]] * 4,
                "turned round": [
                    ["head"],
                    ["head", "fc"],
                    ["head", "fc", "conv2"],
                    ["head", "fc", "conv2", "conv1"],
                ],
                "no last turn": LONG[:3],
                "last turn first": LONG[::-1],
                "counts from zero": [LONG[3], *LONG[:3]],
            },
        ),
        Case("one layer", (("head",),), want=[["head"]]),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Which layer is new, and must learn first?",
        "In turn k (from 1) the last k layers learn. What does a slice with a negative start give?",
        "`names[-k:]` keeps the order of the network. Let k go from 1 to the number of layers.",
    ],
    mistakes={
        "from the input": "You begin at the input. The first layers are the most general ones: "
        "begin at the head.",
        "one at a time": "A layer that has begun to learn goes on: each turn adds one.",
        "all at once": "This is mode (i): all layers learn from the first turn on.",
        "turned round": "The right layers in each turn, but name them in the network's order, from "
        "input to head.",
        "no last turn": "One turn is missing: in the last one every layer learns.",
        "last turn first": "You begin with all layers and end with the head: turn the turns round.",
        "counts from zero": "The slice `names[-0:]` holds every layer, not none: count from 1.",
    },
)

BEFORE = {
    "block1.weight": np.array([[1.0, 2], [3, 4]]),
    "block1.bias": np.zeros(2),
    "block2.weight": np.array([[5.0, 6]]),
    "block2.bias": np.ones(1),
    "head.weight": np.array([[0.5, -0.5]]),
    "head.bias": np.array([0.1]),
}
ALL = {
    "block1.weight": np.array([[1.1, 2], [3, 4]]),
    "block1.bias": np.zeros(2),
    "block2.weight": np.array([[5.0, 6.5]]),
    "block2.bias": np.array([1.5]),
    "head.weight": np.array([[0.25, -0.5]]),
    "head.bias": np.array([0.3]),
}
LAST = {**BEFORE, "head.weight": np.array([[0.9, -0.5]]), "head.bias": np.array([0.2])}
FIRST = {"stem.weight": np.array([1.0, 2]), "body.weight": np.array([3.0, 4])}
SMALL = {"stem.weight": np.array([1.5, 2]), "body.weight": np.array([3.0, 4.0000001])}
CANCELS = {**BEFORE, "block2.weight": np.array([[6.0, 5]]), "head.bias": np.array([0.7])}

moved = Exercise(
    "transfer.moved",
    cases=[
        Case(
            "mode (i): all layers",
            (BEFORE, ALL),
            want=["block1", "block2", "head"],
            wrong={
                "names of arrays": [
                    "block1.weight",
                    "block2.weight",
                    "block2.bias",
                    "head.weight",
                    "head.bias",
                ],
                "every array": ["block2", "head"],
                "every number": [],
                "comes twice": ["block1", "block2", "block2", "head", "head"],
            },
        ),
        Case(
            "mode (ii): the last layer",
            (BEFORE, LAST),
            want=["head"],
            wrong={
                "names of arrays": ["head.weight", "head.bias"],
                "every number": [],
                "those that stayed": ["block1", "block2"],
                "comes twice": ["head", "head"],
            },
        ),
        Case(
            "mode (iii), second turn: the sum of an array may stay the same",
            (BEFORE, CANCELS),
            want=["block2", "head"],
            wrong={
                "names of arrays": ["block2.weight", "head.bias"],
                "those that stayed": ["block1"],
                "every array": [],
                "compares sums": ["head"],
            },
        ),
        Case(
            "stem before body, which moved by a ten-millionth",
            (FIRST, SMALL),
            want=["stem", "body"],
            wrong={
                "names of arrays": ["stem.weight", "body.weight"],
                "alphabetical": ["body", "stem"],
                "rounds": ["stem"],
            },
        ),
        Case("nothing learned", (BEFORE, BEFORE), want=[]),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Compare each array with the one of the same name, then say to which layer it belongs.",
        "One number that moved is enough: `(before[name] != after[name]).any()`.",
        "Keep a list of layers, and add a layer only if it is not in there yet.",
    ],
    mistakes={
        "names of arrays": "These are names of arrays. The layer is the part before the first dot.",
        "those that stayed": "These are the layers that stayed as they were.",
        "every array": "A layer has moved if one of its arrays has: some biases may stay at 0.",
        "every number": "A layer has moved if any of its numbers has, not only if all have.",
        "comes twice": "A layer has several arrays: name it once.",
        "alphabetical": "The right layers, in another order: keep that of the dictionary.",
        "rounds": "`np.allclose` overlooks small steps. Any change counts, however small.",
        "compares sums": "Two arrays with equal sums may differ. Compare number by number.",
    },
)
