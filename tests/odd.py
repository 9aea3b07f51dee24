"""Odd values for each kind of argument: what to put in the place of a good one."""

from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
from hypothesis import strategies as st

from coursekit import optim
from coursekit.autograd import Tensor

MANY = 10**12  # more numbers than any machine holds
NOTHING: dict[str, Any] = {  # right nowhere, but where None is the default
    "None": None, "text": "abc", "ragged": [1, 2, [3]], "a dict": {"a": 1}, "no array": object(),
    "a complex": 1j, "objects": np.array([object(), None]), "complexes": np.array([1j, 2]),
    "dates": np.array(["2030"], dtype="M8[D]"), "texts": np.array(["a", "b"]),
}  # fmt: skip
ARRAYS: dict[str, Any] = {
    "empty": np.array([]), "no rows": np.zeros((0, 3)), "no columns": np.zeros((2, 0)),
    "a number": 2.0, "row": np.array([0.0, 1.0]), "one": np.ones(1), "square": np.eye(2) / 2,
    "cube": np.ones((2, 3, 4)), "image": np.ones((1, 1, 4, 4)), "five axes": np.ones((1,) * 5),
    "booleans": np.array([True, False]), "negative": np.array([3, -2]),
    "half": np.array([1.5, -2], np.float16), "NaN": np.array([1.0, np.nan]),
    "infinity": np.array([1.0, np.inf]), "largest": np.array([1e308, -1e308]),
}  # fmt: skip
NUMBERS: dict[str, Any] = {
    "zero": 0, "minus one": -1, "a half": 0.5, "NaN": np.nan, "infinity": np.inf,
    "minus infinity": -np.inf, "large": 1e308, "tiny": 5e-324, "many": MANY, "more": 10**400,
    "a row": np.array([0.1, 0.2]), "a list": [1, 2],
}  # fmt: skip
COUNTS = NUMBERS | {"two": 2.0, "yes": True, "digit": "2", "fewer": -MANY, "int8": np.int8(1)}
PAIRS = COUNTS | {
    "nothing": (), "single": (1,), "three": (1, 2, 3), "letters": ("a", "b"), "broken": (1, 0.5),
    "NaNs": (np.nan, 1), "zeros": (0, 0), "negatives": (1, -1), "wide": (1, MANY), "far": (10, 10),
    "millions": (10**6, 10**6),
}  # fmt: skip
OTHERS = {"a number": 3, "a row": np.ones(2)}
FLAGS = {"zero": 0, "text": "abc", "nothing": None}  # whatever is true or false will do
TENSORS = ARRAYS | {f"tensor, {name}": Tensor(array) for name, array in ARRAYS.items()}

KINDS: list[tuple[Any, dict[str, Any]]] = [
    (bool, FLAGS),
    ((int, np.integer), NOTHING | COUNTS),
    (float, NOTHING | NUMBERS),
    (str, NOTHING | {"unknown": "qq", "blank": "", "a number": 3, "a list": ["a"]}),
    (np.ndarray, NOTHING | ARRAYS),
    (Tensor, NOTHING | TENSORS),
    ((tuple, list), NOTHING | PAIRS),
    ((Callable, optim.Optimizer), NOTHING | OTHERS),
]
OWN: dict[str, dict[str, Any]] = {  # arguments that take more than others of their kind
    "rng": {"None": None, "text": "abc", "minus one": -1, "a half": 0.5, "NaN": np.nan},
    "chars": {"None": None, "twice": "aa", "blank": "", "a number": 3, "unknown": "\u2603"},
    "batches": {"None": None, "a number": 3, "nothing": [], "no array": object()},
}
# of these, no result may come: neither numbers nor counts, or more than fits into memory
NO_NUMBER = {"NaN", "infinity", "minus infinity", "a row", "a list", "more"}
NO_COUNT = NO_NUMBER | {"a half", "many", "digit", "fewer"}
NO_PAIR = (NO_COUNT | {"letters", "broken", "NaNs", "wide"}) - {"a row", "a list"}


def values(name: str, good: object) -> dict[str, Any]:
    """Return the odd values for an argument of this name, which takes such a good value."""
    return OWN.get(name) or next(odd for kind, odd in KINDS if isinstance(good, kind))


def is_refused(name: str, good: object, what: str) -> bool:
    """Tell whether no result may come of an odd value."""
    if isinstance(good, bool) or name == "index" or (name == "chars" and what == "text"):
        return False
    if isinstance(good, float) and name in ("data", "other"):  # Value hands NaN and infinity on
        return what in NOTHING or what == "a row"
    kinds = {int: NO_COUNT, float: NO_NUMBER, tuple: NO_PAIR}
    return what in NOTHING or what in kinds.get(type(good), ())


def drawn(name: str, good: object) -> st.SearchStrategy[Any]:
    """Return a strategy: arrays of any shape and kind, any numbers, or one of the odd values."""
    known = st.sampled_from(list(values(name, good).values()))
    if (
        name in OWN
        or isinstance(good, bool)
        or not isinstance(good, int | float | tuple | list | np.ndarray | Tensor)
    ):
        return known
    if isinstance(good, np.ndarray | Tensor):
        shape = st.one_of(
            st.just(np.shape(getattr(good, "data", good))),
            hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4),
        )
        kinds = st.sampled_from([np.float64, np.float32, np.int64, np.int8, np.bool_])
        arrays = st.tuples(kinds, shape).flatmap(lambda pair: hnp.arrays(*pair))
        return arrays.map(Tensor) if isinstance(good, Tensor) else arrays
    many = st.integers(min_value=MANY)  # what is less might fit into memory, and fill it
    number = st.one_of(st.floats(), st.integers(-3, 9), many, many.map(lambda n: -n))
    pairs = st.lists(number, max_size=4).map(tuple)
    return st.one_of(number, pairs) if isinstance(good, tuple | list) else st.one_of(number, known)
