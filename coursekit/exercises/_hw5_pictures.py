"""The exercises of homework 5 on pictures: a probe, three ways to tune, and few labels."""

from typing import Any

import numpy as np

from coursekit.exercises import (
    Case,
    Exercise,
    Property,
    at_least,
    leaves_arguments_alone,
    outputs,
)

ALLOWS = ("torch", "sklearn", "safetensors", "coursekit.models")  # sklearn brings the handwriting

SEEN = [[0, 10], [2, 10], [4, 20], [6, 20]]
FLAT = [[1, 5], [3, 5], [5, 5]]

probe = Exercise(
    "hw5.probe",
    points=2,
    allows=ALLOWS,
    cases=[
        Case(
            "two features on different scales",
            (SEEN, np.array([0, 0, 1, 1]), [[1, 10], [5, 10]], 2, 1.0),
            want=[[0.92623, 0.07377], [0.663934, 0.336066]],
            wrong={
                "own mean": [[0.646627, 0.353373], [0.353373, 0.646627]],
                "no offset": [[0.42623, -0.42623], [0.163934, -0.163934]],
                "no penalty": [[1, 0], [1, 0]],
                "not scaled": [[0.995202, 0.004798], [0.964491, 0.035509]],
            },
        ),
        Case(
            "a feature that never changes, and classes of unequal size",
            (FLAT, np.array([0, 1, 1]), [[2, 5], [4, 6]], 2, 2.0),
            want=[[0.483333, 0.516667], [0.183333, 0.816667]],
            wrong={
                "own mean": [[0.578282, 0.421718], [0.088384, 0.911616]],
                "constant feature": [[np.nan, np.nan], [np.nan, np.nan]],
                "no offset": [[0.15, -0.15], [-0.15, 0.15]],
                "not scaled": [[0.533333, 0.466667], [0.133333, 0.866667]],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "Whose mean and standard deviation scale the new pictures: their own, or those of the "
        "labelled ones?",
        "`np.eye(classes)[y]` is the table of targets. Its mean over the rows is the offset.",
        "`np.linalg.solve(A.T @ A + strength * I, A.T @ (T - offset))` gives one column a class.",
    ],
    mistakes={
        "own mean": "New pictures are scaled with the mean and the standard deviation of the "
        "labelled ones. A single new picture has no spread of its own.",
        "constant feature": "A feature that never changes has a standard deviation of 0. Divide "
        "by 1 there.",
        "no offset": "Add the offset: a class with many pictures starts higher.",
        "no penalty": "Your result does not depend on `strength`.",
        "not scaled": "Divide each feature by its standard deviation, or the large one rules.",
    },
    atol=1e-6,
    seconds=2.0,
)

LAYERS = ("block1", "block2", "block3", "embedding", "head")


def _facts(tune: Any, *args: Any) -> dict[str, Any]:
    """Return what tuning has done to the network, as its arrays show it."""
    from coursekit import models

    X, y, mode, steps, seed = args
    before, after = (tune(X, y, mode, n, seed).state_dict() for n in (0, steps))
    shipped = models.pretrained().state_dict()
    moved = [name for name in after if not np.array_equal(before[name], after[name])]
    weights = [name for name in moved if "running" not in name and "tracked" not in name]
    same = all(np.array_equal(before[n], shipped[n]) for n in before if not n.startswith("head"))
    return {
        "outputs": len(np.asarray(after["head.bias"])),
        "starts from": "letters" if same else "something else",
        "layers that moved": [
            layer for layer in LAYERS if any(name.startswith(layer) for name in weights)
        ],
        "running means": "moved" if len(moved) > len(weights) else "stayed",
    }


def _noise() -> tuple[Any, Any]:
    rng = np.random.default_rng(5)
    return rng.random((20, 28, 28), np.float32), np.arange(20) % 10


def _made(moved: int, **other: object) -> dict[str, object]:
    """Return the facts when the last layers have moved; `_` in a name stands for a space."""
    facts = {
        "outputs": 10,
        "starts from": "letters",
        "layers that moved": list(LAYERS[5 - moved :]),
        "running means": "stayed",
    }
    return facts | {name.replace("_", " "): value for name, value in other.items()}


def _case(mode: str, steps: int, moved: int) -> Case:
    """Return the case of so many steps in a mode, after which the last `moved` layers differ."""
    wrong: dict[str, object] = {
        "norms run": _made(moved, running_means="moved"),
        "old head": _made(moved, outputs=52),
        "from chance": _made(moved, starts_from="something else"),
    }
    if moved < 5:
        wrong["always all"] = _made(5)
        wrong["from the input"] = _made(5, layers_that_moved=list(LAYERS[:moved]))
    return Case(
        f"{mode}, {steps} steps",
        lambda: (*_noise(), mode, steps, 0),
        want=_made(moved),
        wrong=wrong,
        part=mode,
    )


tune = Exercise(
    "hw5.tune",
    points=4,
    allows=ALLOWS,
    use=_facts,
    cases=[
        _case("last", steps=3, moved=2),
        _case("all", steps=3, moved=5),
        _case("gradual", steps=5, moved=1),
        _case("gradual", steps=15, moved=2),
    ],
    hints=[
        "Begin with `steps = 0`: the pretrained network with a new head, and nothing else.",
        "`getattr(model, 'block3').requires_grad_(False)` freezes a layer by its name. An "
        "optimizer over all parameters leaves alone what has no gradient.",
        "`models.pretrained()` comes in evaluation mode, and you need not leave it. In `gradual`, "
        "ask in each step: how many of the last layers may learn by now?",
    ],
    mistakes={
        "always all": "Every layer moves, whatever the mode: freeze before you train.",
        "norms run": "The running means of the norms move. Keep the norms in evaluation mode.",
        "old head": "Your network still answers 52 letters. Give it a new head for ten digits.",
        "from chance": "With 0 steps every layer but the head must be as `models.pretrained()` "
        "has it.",
        "from the input": "You begin at the input. The first layers are the most general ones: "
        "begin at the head.",
    },
    seconds=15.0,
)


def _score(read_few: Any, X: Any, y: Any, X_test: Any, y_test: Any) -> float:
    """Return the mean test accuracy over draws of labelled pictures: X is (draws, 20, 28, 28)."""
    right = []
    for seed, (pictures, labels) in enumerate(zip(X, y, strict=True)):
        answers = np.asarray(outputs(read_few(pictures, labels, seed), X_test[:, None]))
        right.append(np.mean(answers.argmax(axis=1) == y_test))
    return float(np.mean(right))


def _handwriting() -> tuple[Any, ...]:
    from coursekit import data

    X, y = data.posed_digits()
    rng = np.random.default_rng(0)
    each = [rng.permutation(np.flatnonzero(y[:897] == c))[:10].reshape(5, 2) for c in range(10)]
    rows = np.concatenate(each, axis=1)
    return X[rows], y[rows], X[897:], y[897:]


read_few = Exercise(
    "hw5.read_few",
    points=3,
    allows=ALLOWS,
    use=_score,
    cases=[
        Case("five times twenty labels, 900 new pictures", _handwriting, want=at_least(0.68)),
    ],
    properties=[
        Property("be better than guessing", lambda trial: trial.got > 0.2, "guesses"),
        Property("use the letters", lambda trial: not 0.2 < trial.got < 0.68, "as from scratch"),
    ],
    hints=[
        "You have a probe and a `tune`. Which of them, or which after the other?",
        "Twenty pictures are few, and poses are free: `data.pose(X, rng=rng)` makes new ones in "
        "every step.",
        "A head that begins as a probe, on several poses of each picture, is a good start. "
        "Then about a hundred gentle steps.",
    ],
    mistakes={
        "guesses": "Your model is right about as often as one that guesses. Is the head the one "
        "that was trained?",
        "as from scratch": "That is what a network without pretraining reaches as well. Start "
        "from the letters, and pose the pictures anew in each step.",
    },
    seconds=40.0,
)
