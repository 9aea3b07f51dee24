"""Odd arguments: each function gives a right result, or says what it wanted and what it got."""

import inspect
import itertools
import traceback
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit import conv, functional, optim, perceptron

ODD: dict[str, Any] = {
    "None": None, "text": "abc", "ragged": [1, 2, [3]], "a dict": {"a": 1}, "no array": object(),
    "objects": np.array([object(), None]), "complex": np.array([1j, 2]), "dates": np.array(["2030"],
    dtype="M8[D]"), "empty": np.array([]), "no rows": np.zeros((0, 3)), "no columns":
    np.zeros((2, 0)), "NaN": np.array([1.0, np.nan]), "infinity": np.array([1.0, np.inf]),
    "huge": np.array([1e308, -1e308]), "booleans": np.array([True, False]),
    "negative": np.array([3, -2]), "half": np.array([1.5, -2], np.float16), "cube":
    np.ones((2, 3, 4)), "a number": 2.0, "minus one": -1, "square": np.array([[0.1, 0.2],
    [0.3, 0.4]]), "row": np.array([0.0, 1.0]), "image": np.ones((1, 1, 4, 4)),
}  # fmt: skip
MODULES = (functional, perceptron, conv)
INNER = {"pair"}  # for the layers of `nn`, which name what they check


def functions(module: ModuleType) -> Iterator[Callable[..., Any]]:
    """Yield the public functions that a module defines."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        own = function.__module__.startswith(module.__name__)
        if own and not name.startswith("_") and name not in INNER:
            yield function


def needed(function: Callable[..., Any]) -> int:
    """Return how many arguments a function must be given."""
    parameters = inspect.signature(function).parameters.values()
    return sum(p.default is p.empty and p.kind in (0, 1) for p in parameters)


FUNCTIONS = [function for module in MODULES for function in functions(module)]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_no_argument_ends_in_a_message_from_inside(function: Callable[..., Any]):
    """Every mix of odd arguments gives a result, or an error that the package itself raises."""
    count = needed(function)
    mixes = itertools.product(ODD, repeat=count)
    for names in mixes if count <= 2 else itertools.islice(mixes, 0, None, 7):
        with np.errstate(all="ignore"):
            try:
                function(*(ODD[name] for name in names))
            except (ValueError, TypeError) as error:
                last = traceback.extract_tb(error.__traceback__)[-1]
                assert "raise " in (last.line or ""), (names, error)
                assert "coursekit" in last.filename, (names, error)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6))
@pytest.mark.parametrize("name", [n for n in functional.__all__ if "loss" not in n])
def test_ordinary_numbers_give_numbers(name: str, row: list[float]):
    """No activation turns finite numbers of a moderate size into NaN or infinity."""
    function = getattr(functional, name)
    if needed(function) == 1:
        with np.errstate(under="ignore"):
            assert np.isfinite(function(row)).all()


def test_messages_name_the_argument():
    """An error says which argument was wrong, and shows what came."""
    with pytest.raises(TypeError, match=r"z must be an array of numbers, got 'abc'"):
        functional.relu("abc")
    with pytest.raises(ValueError, match=r"z must have a last axis .* got shape \(0,\)"):
        functional.softmax([])
    with pytest.raises(TypeError, match=r"num_classes must be a whole number, got 2\.5"):
        functional.class_weights([0, 1], 2.5)
    with pytest.raises(TypeError, match="kernel_size must be a whole number, got None"):
        conv.output_size(5, None)


def test_the_largest_numbers_still_make_shares():
    """Softmax of scores that are farther apart than any number is 1 and 0."""
    np.testing.assert_array_equal(functional.softmax([1e308, -1e308]), [1, 0])


@pytest.mark.parametrize("lr", [None, "fast", np.nan, -1, np.array([0.1, 0.2])])
@pytest.mark.parametrize("kind", [optim.SGD, optim.Adagrad, optim.RMSprop, optim.Adam, optim.AdamW])
def test_optimizers_refuse_what_is_no_rate(kind: type, lr: object):
    """A learning rate that is no positive number is refused at once."""

    class Held:
        data, grad = np.zeros(2), np.zeros(2)

    with pytest.raises((ValueError, TypeError), match="lr"):
        kind([Held()], lr=lr)
