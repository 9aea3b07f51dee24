"""Every exercise of the book tells right answers from wrong ones, and names the usual mistakes."""

import ast
from typing import Any

import mutants
import numpy as np
import pytest

from coursekit import exercises
from coursekit.exercises import check, progress
from coursekit.exercises._compare import Compare

from . import answers, cells, specs

SPECS = specs()
FUNCTIONS = [name for name, spec in SPECS.items() if not spec.asks_for_a_value]
MISTAKES = [(name, mistake) for name, spec in SPECS.items() for mistake in spec.mistakes]
every_exercise = pytest.mark.parametrize("name", SPECS)
every_function = pytest.mark.parametrize("name", FUNCTIONS)


@pytest.fixture(autouse=True)
def faults_as_in_a_notebook():
    """A division by zero in an answer gives NaN or infinity here, as it does to the reader."""
    with np.errstate(all="ignore"):
        yield


def proofs(name: str, mistake: str) -> list[Any]:
    """Return the answers that make a mistake."""
    proof = answers(name)["mistakes"][mistake]
    return proof if isinstance(proof, list) and name in FUNCTIONS else [proof]


@every_exercise
def test_a_blank_answer_is_not_attempted(name: str):
    """The stub of the notebook runs and counts as not attempted."""
    found = cells(name)

    stub = found.run(found.answer)[SPECS[name].thing]

    assert check(name, stub, record=False).status == "not attempted"


@every_exercise
def test_the_solution_passes(name: str):
    """The solution cell of the notebook defines `solution`, which passes, and not the answer."""
    found = cells(name)

    names = found.run(found.solution)

    assert check(name, names["solution"], record=False)
    assert SPECS[name].thing not in names


def test_running_all_of_a_blank_book_is_no_progress(monkeypatch: pytest.MonkeyPatch):
    """Stubs, checks and solutions, run in a row, leave every exercise open."""
    monkeypatch.setattr(exercises, "_RESULTS", {})

    for name in SPECS:
        found = cells(name)
        check(name, found.run(found.answer)[SPECS[name].thing])
        found.run(found.solution)

    assert len(progress().rows) == len(SPECS)
    assert progress().passed == 0


@every_exercise
def test_another_right_answer_passes(name: str):
    """A right answer in another style than the solution passes."""
    others = answers(name)["also_right"]

    results = [check(name, other, record=False) for other in others]

    assert results
    assert all(results), results


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_each_usual_mistake_is_recognized(name: str, mistake: str):
    """Every common wrong answer fails, and is told what is wrong with it."""
    for answer in proofs(name, mistake):
        result = check(name, answer, record=False)

        assert result.status == "wrong"
        assert result.mistake == mistake, result
        assert result.message == SPECS[name].mistakes[mistake]


@every_function
def test_a_crash_is_an_error(name: str):
    """An answer that raises is told where it stopped."""
    assert check(name, answers(name)["crash"], record=False).status == "error"


@every_function
def test_a_wrong_shape_is_wrong(name: str):
    """A result of another shape or type is wrong, and is not taken for a named mistake."""
    result = check(name, answers(name)["wrong_shape"], record=False)

    assert result.status == "wrong"
    assert result.mistake is None


@every_exercise
def test_mistakes_are_complete(name: str):
    """There are two or more mistakes, each with a message, a way to see it, and its code."""
    spec = SPECS[name]
    seen = {mistake for case in spec.cases for mistake in case.wrong}
    seen |= {prop.mistake for prop in spec.properties if prop.mistake}

    assert len(spec.mistakes) >= 2
    assert set(spec.mistakes) == seen == set(answers(name)["mistakes"])


@every_exercise
def test_listed_values_tell_the_mistakes_apart(name: str):
    """On no case does a mistake's value agree with the right one or with another mistake's."""
    spec = SPECS[name]
    for case in spec.cases:
        values = [*case.wrong.values()]
        for i, value in enumerate(values):
            compare = Compare(spec.rtol, spec.atol)
            assert compare(case.want, value), (case.title, value)
            assert all(compare(other, value) for other in values[:i]), (case.title, value)


@every_exercise
def test_hints_lead_and_do_not_tell(name: str):
    """There are two or more hints, and none holds the whole solution."""
    hints = ["".join(hint.split()) for hint in SPECS[name].hints]
    body = "".join(_body_of_the_solution(cells(name).solution).split())

    assert len(hints) >= 2
    assert len(set(hints)) == len(hints)
    assert not any(body in hint for hint in hints if len(body) > 3)


@every_exercise
def test_the_data_is_well_formed(name: str):
    """The cases agree on what is asked for, and the name is free in the notebook."""
    spec, found = SPECS[name], cells(name)

    assert spec.thing.isidentifier()
    assert len({case.args is None for case in spec.cases}) == 1
    assert len({case.title for case in spec.cases}) == len(spec.cases)
    assert set(answers(name)) <= {"also_right", "mistakes", "crash", "wrong_shape"}
    assert spec.thing not in found.run("")


@pytest.mark.mutants
def test_the_checks_notice_small_faults():
    """Of the solutions with one small fault, every one that is another function fails."""
    assert mutants.main([]) == 0


def _body_of_the_solution(source: str) -> str:
    """Return what a reader would have to write: the body of the function, or the value."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == "solution":
            body = node.body[1:] if ast.get_docstring(node) else node.body
            return "\n".join(ast.unparse(statement) for statement in body).removeprefix("return ")
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "solution":
            return ast.unparse(node.value)
    raise LookupError("the solution cell defines no `solution`")
