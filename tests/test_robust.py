"""Odd arguments: each function gives a right result, or says what it wanted and what it got."""

import inspect
import re
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import odd
import pytest
from calls import LEFT_OUT, TABLE, Call, public
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import conv, data, functional
from coursekit.autograd import Tensor, Value

EACH = pytest.mark.parametrize("name", TABLE)
# the table is long: a tenth of the usual number of cases for each function
SOME = settings(max_examples=settings().max_examples // 10)


def arrays(result: Any) -> Iterator[np.ndarray]:
    """Yield the numbers that a result holds."""
    if isinstance(result, Tensor | Value):
        result = result.data
    if isinstance(result, dict | list | tuple):
        for part in result.values() if isinstance(result, dict) else result:
            yield from arrays(part)
    elif isinstance(result, float | complex | np.ndarray | np.generic):
        yield np.asarray(result)


def holds(result: Any, kind: Any) -> bool:
    """Tell whether a result, or an argument, holds a NaN or an infinity."""
    return any(kind(a).any() for a in arrays(result) if a.dtype.kind in "fc")


def is_extreme(value: Any) -> bool:
    """Tell whether an argument holds numbers from which floats cannot but overflow."""
    sizes = [np.abs(a.astype(np.float64)) for a in arrays(value) if a.dtype.kind == "f"]
    return any(
        (((size > 1e100) & (size < np.inf)) | ((size > 0) & (size < 1e-100))).any()
        for size in sizes
    )


def judge(call: Call, replaced: dict[str, Any], refused: bool = False) -> None:
    """Fail unless a call gives what is sane, or an error of the package that names an argument."""
    with warnings.catch_warnings(record=True) as warned, np.errstate(all="warn"):
        warnings.simplefilter("always")
        try:
            result = call(**replaced)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            assert "coursekit" in last.filename, repr(error)
            assert (last.line or "").startswith("raise "), repr(error)
            assert re.search(rf"\b({'|'.join(replaced)}|{call.words})\b", str(error)), repr(error)
            return
    assert not refused, f"taken in silence: {result!r:.200}"
    assert not any(a.dtype.kind in "cO" for a in arrays(result)), f"no numbers: {result!r:.200}"
    faults = [w for w in warned if issubclass(w.category, RuntimeWarning)]
    told = faults or any(is_extreme(value) for value in replaced.values())
    given = list(replaced.values())
    if not told and not holds(given, lambda a: ~np.isfinite(a)):
        assert not holds(result, lambda a: ~np.isfinite(a)), f"not finite: {result!r:.200}"
    for argument, value in replaced.items():
        if holds(value, np.isnan) and argument not in call.swallows:
            assert holds(result, np.isnan), f"NaN is lost: {result!r:.200}"


def test_every_public_function_is_tried():
    """A name that is in neither the table nor the list of exceptions is found here."""
    left_out = set(" ".join(LEFT_OUT).split())

    assert set(TABLE) | left_out == set(public())
    assert set(TABLE) & left_out == set()


@EACH
def test_every_argument_is_tried(name: str):
    """A new argument of a function needs a value in the table."""
    wanted = {p for p in inspect.signature(public()[name]).parameters if p[0] != "_"}

    assert wanted - {"self", "label"} <= set(TABLE[name].good)
    assert not holds(TABLE[name](), lambda a: ~np.isfinite(a))


@EACH
def test_odd_arguments_are_refused_by_name_or_give_sane_results(name: str):
    """One argument is odd: no error from inside, nothing that is no number, no lost NaN."""
    call = TABLE[name]
    for argument, good in call.good.items():
        optional = inspect.signature(call.function).parameters[argument].default is None
        for what, value in odd.values(argument, good).items():
            refused = odd.is_refused(argument, good, what) and not (optional and value is None)
            try:
                judge(call, {argument: value}, refused)
            except AssertionError as error:
                raise AssertionError(f"{name}({argument}={value!r:.60}): {error}") from error


@EACH
@SOME
@given(data=st.data())
def test_any_arguments_are_refused_by_name_or_give_sane_results(name: str, data: st.DataObject):
    """Two arguments may be anything: arrays of any shape and kind, numbers of any size."""
    call = TABLE[name]
    chosen = data.draw(
        st.lists(st.sampled_from(sorted(call.good)), min_size=1, max_size=2, unique=True)
    )

    judge(call, {name: data.draw(odd.drawn(name, call.good[name])) for name in chosen})


@pytest.mark.parametrize("fetch", [data.mnist, data.fashion_mnist, data.cifar10, data.higgs])
@pytest.mark.parametrize("root", [None, 3, ["a"], np.ones(2)])
def test_a_folder_that_is_none_is_refused_before_anything_is_fetched(fetch, root):
    """No folder of the name "None" is made."""
    with pytest.raises(TypeError, match="root must be the path of a folder, got"):
        fetch(root)


@SOME
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6))
@pytest.mark.parametrize("name", [n for n in TABLE if set(TABLE[n].good) == {"z"}])
def test_ordinary_numbers_give_numbers(name: str, row: list[float]):
    """No activation turns finite numbers of a moderate size into NaN or infinity."""
    with np.errstate(under="ignore"):
        assert np.isfinite(TABLE[name].function(row)).all()


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
