"""The mutants are faults as people make them, and a weak check is seen to let them live."""

import mutants
import pytest
from exercises import Cells
from mutants import Mutant

from coursekit.exercises import Case, Exercise

SOLUTION = '''
def solution(x, limit=3):
    """Keep what is positive."""
    if x > 0:
        return x + 1
    return 0

assert solution(1) == 2
'''
WEAK = Exercise("sample.keep", cases=[Case("two", (2,), want=3)])
STRONG = Exercise(
    "sample.keep",
    cases=[Case(f"{x}", (x,), want=x + 1 if x > 0 else 0) for x in (-1, 0, 1, 2)],
)


def living(exercise: Exercise) -> list[str]:
    """Return the mutants of the solution above that a check lets pass."""
    found = Cells("", "", SOLUTION)
    return [m.change for m in mutants.mutants(SOLUTION) if mutants.lives(exercise, found, m)]


def test_every_kind_of_fault_is_tried():
    """All of the function is mutated but its docstring, its defaults and the cell's check."""
    assert [mutant.change for mutant in mutants.mutants(SOLUTION)] == [
        "if x > 0: -> if not x > 0:",
        "return 0 -> return None",
        "if x > 0: -> if x >= 0:",
        "if x > 0: -> if x < 0:",
        "return x + 1 -> return None",
        "return 0 -> return 1",
        "return 0 -> return -1",
        "if x > 0: -> if x > 1:",
        "if x > 0: -> if x > -1:",
        "return x + 1 -> return x - 1",
        "return x + 1 -> return x + 2",
        "return x + 1 -> return x + 0",
    ]


def test_a_change_that_changes_nothing_is_no_mutant():
    """The swapped arguments of f(k, k) give the same program."""
    changes = [mutant.change for mutant in mutants.mutants("solution = f(k, k)")]

    assert changes == ["solution = f(k, k) -> pass"]


def test_a_weak_check_is_seen():
    """With one case the mutants of the other branch live; with all cases none does."""
    assert "return 0 -> return 1" in living(WEAK)
    assert living(STRONG) == []


@pytest.mark.parametrize("code", ["solution = 1 / 0", "nothing = 1", "while True: pass"])
def test_a_mutant_that_does_not_run_is_dead(code: str, monkeypatch: pytest.MonkeyPatch):
    """A mutant cell that raises, defines no solution or never ends does not live."""
    monkeypatch.setattr(mutants, "SECONDS", 0.1)

    assert not mutants.lives(WEAK, Cells("", "", ""), Mutant("", code))


def test_unexplained_and_stale_survivors_fail(monkeypatch: pytest.MonkeyPatch, capsys):
    """The command fails on a survivor without a reason, and on a reason without a survivor."""
    monkeypatch.setattr(mutants, "specs", lambda: {WEAK.name: WEAK})
    monkeypatch.setattr(mutants, "cells", lambda name: Cells("", "", SOLUTION))
    monkeypatch.setattr(mutants, "ENOUGH", 0.5)

    for reasons, code, said in [
        ({}, 1, "UNEXPLAINED  return 0 -> return 1"),
        (dict.fromkeys(living(WEAK), "only 2 is checked"), 0, "explained  return 0 -> return 1"),
        (dict.fromkeys([*living(WEAK), "a -> b"], "gone"), 1, "STALE, it is dead or gone  a -> b"),
    ]:
        monkeypatch.setattr(mutants, "survivors", lambda name, reasons=reasons: reasons)

        assert mutants.main([]) == code
        assert said in capsys.readouterr().out
