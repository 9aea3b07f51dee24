"""A wrong answer is told the mistake behind it, and only if the evidence is good."""

from dataclasses import replace

import numpy as np
import pytest
from example_exercises import SHIFT, right

from coursekit.exercises import (
    Case,
    Exercise,
    Property,
    deterministic,
    judge,
    keeps_shape,
    leaves_arguments_alone,
    sums_to_one,
)


def test_a_listed_value_names_the_mistake():
    """A mistake is recognized by its value, also on a case that is not the first to fail."""
    assert judge(SHIFT, lambda x, k: x - k).mistake == "subtracts"

    result = judge(SHIFT, lambda x, k: x * k)

    assert result.mistake == "multiplies"
    assert result.case == "a ramp"
    assert result.message == "You multiply."


def test_a_chance_agreement_names_no_mistake():
    """A mistake's value on one case, and another value where it is listed again, name nothing."""
    result = judge(SHIFT, lambda x, k: -x - k)

    assert result.mistake is None
    assert result.case == "zeros"


def test_a_broken_property_names_its_mistake():
    """An answer with the right values that breaks a property is wrong."""

    def works_in_place(x, k):
        x += k
        return x

    result = judge(SHIFT, works_in_place)

    assert result.status == "wrong"
    assert result.mistake == "works in place"


def test_a_property_without_a_mistake_is_said_in_words():
    """A broken property that no mistake stands for is named itself."""
    result = judge(replace(SHIFT, properties=[Property("be short", lambda trial: False)]), right)

    assert result.status == "wrong"
    assert result.mistake is None
    assert result.message == "The value is right, and your answer should also be short."


def test_a_value_says_more_than_a_crash_and_a_crash_more_than_a_property():
    """A recognized value comes first, then an error, then a property."""

    def fails_and_multiplies(x, k):
        return x * k if k != 1 else 1 / 0

    def in_place_and_fails(x, k):
        x += k
        return x if k != -1 else 1 / 0

    assert judge(SHIFT, fails_and_multiplies).mistake == "multiplies"
    assert judge(SHIFT, in_place_and_fails).status == "error"


def test_a_property_is_not_blamed_for_a_result_of_another_type():
    """Where no row of numbers came, its sum and its shape say nothing."""
    rows = Exercise(
        "sample.rows",
        cases=[Case("two", ([0, 0],), want=[0.5, 0.5])],
        properties=[sums_to_one.meaning("forgets to divide")],
        mistakes={"forgets to divide": "Divide by the sum."},
    )

    assert judge(rows, lambda x: x + 1).mistake == "forgets to divide"
    assert judge(rows, lambda x: None).mistake is None
    assert judge(rows, lambda x: "half").mistake is None

    second = Property("grow", lambda trial: trial.got[1] > 0, mistake="forgets to divide")

    assert judge(replace(rows, properties=[second]), lambda x: x).mistake == "forgets to divide"
    assert judge(replace(rows, properties=[second]), lambda x: x[:1]).mistake is None

    shaped = replace(rows, properties=[keeps_shape(0).meaning("forgets to divide")])

    assert judge(shaped, lambda x: 0.5).mistake == "forgets to divide"
    assert judge(shaped, lambda x: None).mistake is None


def test_a_property_that_cannot_be_tested_is_broken():
    """A right value does not excuse an answer that fails when it is called again."""
    calls = []

    def once(x, k):
        calls.append(1)
        return x + k if len(calls) == 1 else 1 / 0

    again = Property("run twice", lambda trial: trial.answer(*trial.args) is not None)

    exercise = replace(SHIFT, cases=SHIFT.cases[:1], properties=[again])

    assert judge(exercise, right)
    assert judge(exercise, once).message.endswith("run twice.")


def moody(x, state=iter(range(1000))):  # noqa: B008
    """Give another result each time."""
    return x + 1e-12 * next(state)


@pytest.mark.parametrize(
    ("prop", "holds", "breaks"),
    [
        (leaves_arguments_alone, lambda x: x + 0.0, lambda x: x.sort() or x),
        (sums_to_one, lambda x: x, lambda x: x * (1 + 1e-4)),
        (deterministic, lambda x: x, moody),
        (keeps_shape(0), lambda x: (x, 1), lambda x: x[:1]),
    ],
)
def test_ready_made_properties(prop: Property, holds, breaks):
    """Each ready-made property holds for one answer and is broken by another."""
    loose = Exercise("sample.any", cases=[Case("any", ([0.7, 0.3],), want=[0.7, 0.3])], rtol=10)
    exercise = replace(loose, properties=[prop])

    assert judge(replace(exercise, cases=[_like(holds)]), holds)
    assert not judge(replace(exercise, cases=[_like(breaks)]), breaks)


def _like(answer) -> Case:
    """Return a case that wants just what an answer gives."""
    return Case("as it is", ([0.7, 0.3],), want=answer(np.array([0.7, 0.3])))


def test_a_generator_may_move_on():
    """Drawing from a random generator is no change of an argument."""
    case = Case("one draw", (np.random.default_rng(0),), want=np.random.default_rng(0).random())
    draw = Exercise("sample.draw", cases=[case], properties=[leaves_arguments_alone])

    assert judge(draw, lambda rng: rng.random())
