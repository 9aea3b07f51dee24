"""Results that a reasonable reader would call the same are the same; others are explained."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from example_exercises import ENDLESS, YEAR, Hostile, Line, Unprintable, generate

from coursekit.exercises import Case, Exercise, Trial, judge, keeps_shape
from coursekit.exercises._compare import Compare


@pytest.mark.parametrize(
    ("want", "got"),
    [
        (1, True),
        (True, 1),
        (1.0, 1),
        (2, np.float64(2)),
        (2, np.array(2.0)),
        (0.1 + 0.2, 0.3),
        (1e-12, 0),
        ([1, 2], [1.0, 2.0]),
        ([1, 2], (1, 2)),
        ([0, 1], np.array([False, True])),
        (np.eye(2), [[1, 0], [0, 1]]),
        ([[]], np.zeros((1, 0))),
        (np.nan, float("nan")),
        ([np.inf, 1], [np.inf, 1]),
        (1j, 1j),
        ("and", np.str_("and")),
        (np.array(["a", "b"]), ("a", "b")),
        (None, None),
        (([1, 2], 3), [np.array([1, 2]), 3]),
        (((0, 1), (1, 0)), np.array([[0, 1], [1, 0]])),
        ({"w": [1, 2], "b": (0,)}, {"b": [0], "w": (1, 2)}),
        (Line([1, 2], 0), SimpleNamespace(w=[1, 2], b=0, more=1)),
        ({1, 2}, {2, 1}),
    ],
)
def test_agreeing_results_are_accepted(want, got):
    """What a reasonable reader would call the same result is the same."""
    assert Compare()(want, got) is None


@pytest.mark.parametrize(
    ("want", "got", "kind", "said"),
    [
        (1, 2, "value", "The value is not right yet."),
        (1, None, "none", "return"),
        (1, "1", "type", "This is a str, and a number was wanted."),
        (1, [1], "shape", "The shape is (1,), and () was wanted."),
        ([1, 2], [[1], [2]], "shape", "(2, 1), and (2,)"),
        ([1, 2], [[1], [2, 3]], "type", "a list, and an array of numbers"),
        ([1, 2], np.array([1, "a"], dtype=object), "type", "dtype object"),
        ([1, 2], ["1", "2"], "type", "dtype <U1"),
        ([1, 2], {1, 2}, "type", "a set"),
        ([1, 2], generate(), "type", "a generator"),
        ([1, 2], [1, np.nan], "nan", "NaN"),
        ([[1, 2]], [[1, 3]], "value", "At index [0, 1]: the value"),
        (1, 1.00001, "value", ""),
        (1, np.inf, "value", ""),
        (1, 1 + 1j, "value", ""),
        ("and", "or", "value", ""),
        ("1", 1, "type", "This is an int, and a str was wanted."),
        (None, 0, "value", ""),
        (([1, 2], 3), ([1, 2], 4), "value", "Item 1: the value"),
        (([1, 2], 3), ([1, 2],), "length", "1 items, and 2"),
        (([1, 2], 3), 3, "type", "a tuple was wanted"),
        (([1, 2], 3), np.array([1, 2]), "one array", "This is one array, and 2 values were"),
        (([1, 2], 3, [4]), np.array([1, 2]), "one array", "3 values were wanted"),
        ((1, 3), np.array([1, 2, 3]), "length", "3 items, and 2"),
        ({"w": [1, 2]}, {"w": [1, 3]}, "value", "Item 'w': at index [1]: the"),
        ({"w": 1}, {"v": 1}, "keys", "['v'], and ['w']"),
        ({"w": 1}, 1, "type", "a dict was wanted"),
        (Line([1, 2], 0), SimpleNamespace(w=[1, 2]), "keys", "'b'"),
        (Line([1, 2], 0), Line([1, 2], 1), "value", "Item 'b'"),
        (([1, 2], "a"), ENDLESS, "length", ""),
        (1, ENDLESS, "type", ""),
        (1, Hostile, "strange", "Hostile"),
        ([1, 2], [Hostile(), 2], "strange", "cannot be compared"),
        ("a", Hostile, "type", "a Hostile"),
        ({"w": 1}, Hostile, "type", ""),
        (Line(1, 0), Hostile, "strange", ""),
    ],
)
def test_differing_results_are_explained(want, got, kind: str, said: str):
    """The first difference is named: None, type, shape, length, keys, NaN or value."""
    difference = Compare()(want, got() if got is Hostile else got)

    assert difference is not None
    assert difference.kind == kind
    assert said in difference.message


@pytest.mark.parametrize(
    ("want", "got", "same"),
    [
        ([0.0, 1.0], np.array([0.0, 1.0], dtype=np.float32), True),
        ([0.0, 1.0], [0.0, 1.0], False),
        ([0.0, 1.0], np.array([0, 1]), False),
        (np.array([0, 1]), np.array([0, 1], dtype=np.int8), True),
        ([True, False], np.array([1, 0]), False),
        (True, 1, False),
        (1, np.int64(1), True),
    ],
)
def test_a_strict_case_wants_the_kind_of_dtype_too(want, got, same: bool):
    """With `strict` an array of the right kind is wanted, no list and no 0 for False."""
    assert (Compare(strict=True)(want, got) is None) == same


@pytest.mark.parametrize(
    ("got", "holds"),
    [
        (np.zeros(2), True),
        ([0, 0], True),
        ((np.zeros(2), 1), True),
        ([np.zeros(2), 1], True),
        (np.zeros(3), False),
        ((1, np.zeros(2)), False),
        ((0, 0), False),
        ([], False),
    ],
)
def test_the_first_of_several_results_keeps_the_shape(got, holds: bool):
    """A result, or the first of a tuple or a list of results, is as long as the argument."""
    trial = Trial(answer=None, args=(np.ones(2),), used=(np.ones(2),), got=got)

    assert keeps_shape(0).test(trial) == holds


def test_tolerances_belong_to_the_exercise():
    """An exercise may be content with fewer digits."""
    exercise = Exercise("sample.pi", cases=[Case("pi", want=3.14159)], atol=0.01)

    assert judge(exercise, 3.14)
    assert not judge(replace(exercise, atol=0.0), 3.14)


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (np.zeros((1000, 1000)), "shape (1000, 1000), float64"),
        (np.array([np.nan]), "with NaN"),
        (np.array([1], dtype=np.int8), "int8"),
        (np.array([Unprintable()] * 30), "<ndarray>"),
        (list(range(10**5)), "..."),
        (["a" * 1000] * 1000, "..."),
        (Hostile, "<Hostile"),
        (0.1 + 0.2, "0.3"),
        (np.float64(0.5), "0.5"),
        ({"deep": [[[[[[1]]]]]]}, "deep"),
        (ENDLESS, "["),
        (generate(), "<generator"),
    ],
)
def test_what_came_is_shown_in_one_short_line(got, said: str):
    """However large or odd a value is, its picture is one line of at most 300 characters."""
    result = judge(YEAR, got() if got is Hostile else got)

    assert result.status == "wrong"
    assert said in result.got
    assert len(result.got) < 300
    assert "\n" not in result.got
