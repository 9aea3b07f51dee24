"""Whatever a submission does, it gets the points it deserves, and nobody else notices."""

import pytest

from coursekit.grading.grade import grade

from .hostile import CASES
from .notebooks import ALL, KEY, LIMITS, TASK, needs_bubblewrap

SLOW = {
    "slow cells that add up", "a list without end", "a long text", "a cell that no signal stops",
    "children that have children",
}  # fmt: skip
WARM = {"honest", "notebooks", "unreadable", "values"}  # these leave nothing behind
EVERY = [
    pytest.param(group, name, marks=[pytest.mark.slow] * (name in SLOW))
    for group, cases in CASES.items()
    for name in cases
]


@needs_bubblewrap
@pytest.mark.parametrize(("group", "name"), EVERY)
def test_each_submission_gets_the_points_it_deserves(
    group: str, name: str, request: pytest.FixtureRequest
):
    """The exercises that a submission answers rightly earn their points, and the others do not."""
    if group in WARM:
        request.getfixturevalue("warm")
    data, lost = CASES[group][name]
    losses = dict(item if isinstance(item, tuple) else (item, ALL[item]) for item in lost)
    want = {name: points - losses.get(name, 0) for name, points in ALL.items()}

    result = grade(data, TASK, KEY, limits=LIMITS)

    got = {e["name"].partition(".")[2]: e["earned"] for e in result["exercises"]}
    assert got == want, result
    assert result["status"] == ("unreadable" if group == "unreadable" else "graded")
    assert result["seconds"] < 4 * LIMITS.submission
