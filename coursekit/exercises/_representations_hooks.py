"""The exercise on hooks of chapter 7: a small PyTorch network, and what its layers give."""

from collections import OrderedDict
from typing import Any

import numpy as np

from coursekit.exercises import Case, Exercise, Property


def _network(x: list[list[float]], *names: str, inplace: bool = False) -> Any:
    """Return the arguments of a call: a network with whole numbers, its input, names of layers."""

    def arguments() -> tuple[object, ...]:
        import torch  # here, so that reading the exercises needs no PyTorch

        first, last = torch.nn.Linear(2, 2), torch.nn.Linear(2, 1)
        bend = torch.nn.ReLU(inplace=inplace)
        net = torch.nn.Sequential(OrderedDict(first=first, bend=bend, last=last))
        numbers = ([[1, -1], [2, 0]], [0, -1], [[1, 2]], [0.5])
        with torch.no_grad():
            for parameter, values in zip(net.parameters(), numbers, strict=True):
                parameter.copy_(torch.tensor(values))
        return net, np.array(x, dtype=float), list(names)

    return arguments


read_layers = Exercise(
    "representations.read_layers",
    points=2,
    cases=[
        Case(
            "two layers, one example",
            _network([[1, 2]], "first", "bend"),
            want={"first": [[-1, 1]], "bend": [[0, 1]]},
            wrong={
                "late name": {"bend": [[0, 1]]},
                "inputs": {"first": [[1, 2]], "bend": [[-1, 1]]},
            },
        ),
        Case(
            "the output, two examples",
            _network([[1, 2], [3, 1]], "last"),
            want={"last": [[2.5], [12.5]]},
            wrong={"inputs": {"last": [[0, 1], [2, 5]]}},
        ),
        Case(
            "a ReLU that works in place",
            _network([[1, 2]], "first", "last", inplace=True),
            want={"first": [[-1, 1]], "last": [[2.5]]},
            wrong={
                "overwritten": {"first": [[0, 1]], "last": [[2.5]]},
                "late name": {"last": [[2.5]]},
                "inputs": {"first": [[1, 2]], "last": [[0, 1]]},
            },
        ),
    ],
    properties=[
        Property(
            "leave no hook in the network",
            lambda trial: not any(layer._forward_hooks for layer in trial.used[0].modules()),
            "hook kept",
        )
    ],
    hints=[
        "A hook is called as `hook(layer, inputs, output)`. Put one on each named layer.",
        "A hook made in a loop sees the loop's name when it is called, not when it was made: "
        "`def hook(layer, inputs, output, name=name)` keeps it.",
        "Store `output.detach().numpy().copy()`, since the next layer may work in place; keep what "
        "`register_forward_hook` returns, and call its `remove()` after the pass.",
    ],
    mistakes={
        "late name": "All hooks write under the last name: they look the loop's variable up when "
        "they are called. Give each its own with `name=name` among the arguments.",
        "inputs": "This is what goes into the layers. A hook is given the inputs and the output.",
        "overwritten": "The ReLU of this network works in place: it has changed the array that "
        "you kept. Keep a copy.",
        "hook kept": "Your hooks are still in the network, and will be called at every pass. Keep "
        "the handles, and remove each.",
    },
)
