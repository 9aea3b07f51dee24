"""Whatever a submission does, it gets the points it deserves, and nobody else notices."""

import os
import sys
from pathlib import Path

import pytest

from coursekit.grading.cage import Layer
from coursekit.grading.grade import grade

from .hostile import CASES
from .notebooks import ALL, KEY, LIMITS, TASK, needs_bubblewrap

SLOW = {
    "slow cells that add up", "a list without end", "a long text", "a cell that no signal stops",
    "children that have children",
}  # fmt: skip
OTHER_FILES = {"a progress bar in an answer"}  # these import what the worker has not imported
EVERY = [
    pytest.param(group, name, layer, marks=[pytest.mark.slow] * (slow or name in SLOW))
    for layer, slow in (("bubblewrap", False), ("unshare", True))
    for group, cases in CASES.items()
    for name in cases
]


def closed_to_others() -> bool:
    """Say whether the worker, which is another user if we are root, cannot reach Python's files."""
    way = Path(sys.base_prefix).resolve().parents
    return os.geteuid() == 0 and not all(folder.stat().st_mode & 1 for folder in way)


@needs_bubblewrap
@pytest.mark.parametrize(("group", "name", "layer"), EVERY)
def test_each_submission_gets_the_points_it_deserves(group: str, name: str, layer: Layer):
    """The exercises that a submission answers rightly earn their points, and the others do not."""
    if layer == "unshare" and name in OTHER_FILES and closed_to_others():
        pytest.skip("Python lies in a folder that no other user may enter")
    data, lost = CASES[group][name]
    losses = dict(item if isinstance(item, tuple) else (item, ALL[item]) for item in lost)
    want = {name: points - losses.get(name, 0) for name, points in ALL.items()}

    result = grade(data, TASK, KEY, limits=LIMITS, layer=layer)

    got = {e["name"].partition(".")[2]: e["earned"] for e in result["exercises"]}
    assert got == want, result
    assert result["status"] == ("unreadable" if group == "unreadable" else "graded")
    assert result["seconds"] < 4 * LIMITS.submission
