"""Answers of every kind are used in the sandbox as they are in the notebook."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from coursekit.exercises import (
    Case,
    Exercise,
    Fits,
    Formula,
    Hidden,
    at_least,
    deterministic,
    outputs,
)
from coursekit.exercises._spec import Open
from coursekit.grading import library, task
from coursekit.grading.find import Cell
from coursekit.grading.grade import grade
from coursekit.grading.remote import Run
from coursekit.grading.sandbox import Sandbox
from coursekit.grading.task import Task

from .notebooks import KEY, LIMITS, RIGHT, TASK, needs_bubblewrap, notebook, right_but, text

pytestmark = needs_bubblewrap


def one(exercise: Exercise, *cells: object, hidden: Hidden | None = None) -> dict:
    """Grade a notebook with one exercise; return what became of it."""
    whole = Task(
        "t", exercises={exercise.name: exercise}, hidden={exercise.name: hidden} if hidden else {}
    )
    return grade(notebook("import numpy as np", *cells), whole, KEY, limits=LIMITS)["exercises"][0]


@pytest.mark.parametrize(
    ("want", "code"),
    [
        (3, "return 3"),
        ("and", "return 'a' + 'nd'"),
        (None, "return None"),
        (True, "return np.bool_(True)"),
        (1j, "return 1j"),
        ([1, 2], "return range(1, 3)"),
        (["a", "b"], "return np.array(['a', 'b'])"),
        (("a", {"b": 1}), "return np.array(['a', 'b'])[0], {np.array(['b'])[0]: 1}"),
        (([1, 2], {"w": [[3]]}), "return np.array([1., 2]), {'w': np.array([[3]])}"),
        ({1, 2}, "return {2, 1}"),
        (np.zeros((0, 3)), "return np.zeros((0, 3))"),
        (np.nan, "return float('nan')"),
        ((0.5, np.inf), "return np.float32(0.5), np.inf"),
        (Fits("a word", str.isalpha), "return 'word'"),
        ((at_least(1), "x"), "return 2, 'x'"),
    ],
)
def test_every_kind_of_value_crosses(want, code: str):
    """Numbers, texts, arrays, and all that is made of them arrive as they left."""
    exercise = Exercise("t.f", cases=[Case("one", (), want=want)])

    assert one(exercise, f"def f():\n    {code}")["earned"] == 1


def test_every_kind_of_argument_crosses():
    """Arrays keep their dtype; generators, formulas and nested values arrive whole."""
    args = ([1, 2], np.array([1], dtype=np.int8), (1, "a"), {"k": [True]}, None,
            Formula("lambda z: np.exp(z) + 1"), np.random.default_rng(7))  # fmt: skip
    want = [np.random.default_rng(7).normal(), 2, True]
    exercise = Exercise("t.f", cases=[Case("all", args, want=want)])
    code = (
        "def f(x, i, t, d, n, g, rng):\n    assert x.dtype == float and i.dtype == np.int8\n"
        "    assert t == (1, 'a') and n is None\n    return rng.normal(), g(0.0), d['k'][0]"
    )

    result = one(exercise, code)

    assert result["earned"] == 1, result


def test_objects_stay_inside():
    """A class is made, called and read in the sandbox; its attributes come out as values."""

    def use(Unit, x):
        unit = Unit(3)
        unit.add(x)
        return unit.total, unit.child().total, unit(1)

    exercise = Exercise("t.Unit", cases=[Case("adds", ([1, 2],), want=([4, 5], 0, 2))], use=use)
    code = (
        "class Unit:\n    def __init__(self, total): self.total = total\n"
        "    def add(self, x): self.total = self.total + x\n"
        "    def child(self): return Unit(0)\n    def __call__(self, x): return x + 1"
    )

    assert one(exercise, code)["earned"] == 1
    assert "AttributeError" in one(exercise, code.replace("total", "sum"))["message"]
    assert "AttributeError" in one(exercise, "Unit = lambda n: None")["message"]


def test_the_reference_is_used_as_the_answer_is():
    """Hidden cases of an exercise with `use` get what the reference gives through it."""

    class Reference:
        def twice(self, x):
            return 2 * x

    exercise = Exercise(
        "t.Twice", cases=[Case("one", ([1],), want=[2])], use=lambda C, x: C().twice(x)
    )
    hidden = Hidden(
        "t.Twice", reference=Reference, cases=lambda rng: [("drawn", (rng.normal(size=3),))]
    )

    right = one(exercise, "class Twice:\n    def twice(self, x): return x + x", hidden=hidden)
    wrong = one(exercise, "class Twice:\n    def twice(self, x): return x + 1", hidden=hidden)

    assert right["earned"] == 1
    assert (wrong["earned"], wrong["hidden"], wrong["case"]) == (0, True, "hidden: drawn")


def test_a_student_has_numbers_of_their_own():
    """The id in the notebook draws the student's data, here and there alike."""
    from coursekit.data import own_rng

    exercise = Exercise("t.mean", cases=[Case("any", want=Fits("a number", np.isfinite))])
    hidden = Hidden("t.mean", reference=lambda student: own_rng(student, "t").normal(size=9).mean())
    code = "from coursekit.data import own_rng\nmean = own_rng(student, 't').normal(size=9).mean()"

    assert one(exercise, "student = ' ñ-17 '", code, hidden=hidden)["earned"] == 1
    assert one(exercise, "student = 'N17'", code, hidden=hidden)["earned"] == 1
    assert one(exercise, "student = '17'", code, "student = '18'", hidden=hidden)["earned"] == 0


def test_a_property_calls_the_answer_again():
    """An answer that changes from call to call breaks the property that forbids it."""
    exercise = Exercise(
        "t.f", cases=[Case("one", (1,), want=at_least(0))], properties=[deterministic]
    )

    assert one(exercise, "def f(x):\n    return x")["earned"] == 1
    assert one(exercise, "n = [0]\ndef f(x):\n    n[0] += 1\n    return n[0]")["earned"] == 0


def test_an_argument_that_was_changed_is_seen():
    """Arrays, lists and dictionaries come back as the call has left them."""

    def use(answer, items, table):
        answer(items, table)
        return items, table

    exercise = Exercise(
        "t.f", cases=[Case("one", (["b", "a"], {"x": 1}), want=(["a", "b"], {"y": 2}))], use=use
    )

    assert one(exercise, "def f(x, d):\n    x.sort(); d.clear(); d['y'] = 2")["earned"] == 1


def test_each_answer_has_the_imports_that_it_may_have(monkeypatch):
    """In one homework, one answer may use a module that another may not."""
    free = Exercise("t.free", cases=[Case("one", (4,), want=2)], allows=["scipy"])
    bare = Exercise("t.bare", cases=[Case("one", (4,), want=2)])
    cells = ["from scipy.special import cbrt\nimport numpy as np",
             "def free(x): return cbrt(8)", "def bare(x): return cbrt(8)"]  # fmt: skip

    result = grade(notebook(*cells), Task("t", exercises={"t.free": free, "t.bare": bare}), KEY)

    first, second = result["exercises"]
    assert (first["earned"], second["earned"]) == (1, 0)
    assert "`scipy.special.cbrt` may not be used for this answer" in second["message"]


def test_a_value_that_grows_when_it_is_used_is_an_error():
    """What the grader makes of a value has its limit, too: it costs the answer, not the grader."""
    exercise = Exercise(
        "t.f", cases=[Case("one", (), want=at_least(0))],
        use=lambda f: float(np.subtract.outer(f(), f()).sum()),
    )  # fmt: skip

    assert one(exercise, "def f(): return np.zeros(3)")["earned"] == 1
    assert "MemoryError" in one(exercise, "def f(): return np.zeros(10**5)")["message"]


@pytest.mark.parametrize(
    "code",
    ["student: str = '17'", "student = name = 17", "%matplotlib inline\nstudent = '1' + '7'"],
)
def test_an_id_is_found_however_it_is_written(code: str):
    """What the text of a cell does not tell, the notebook does."""
    from coursekit.data import own_rng

    exercise = Exercise("t.mean", cases=[Case("any", want=Fits("a number", np.isfinite))])
    hidden = Hidden("t.mean", reference=lambda student: own_rng(student, "t").normal())
    answer = "from coursekit.data import own_rng\nmean = own_rng(student, 't').normal()"

    assert one(exercise, code, answer, hidden=hidden)["earned"] == 1


def test_an_error_names_the_line_of_the_student():
    """The message holds the kind, the text and the student's own line."""
    exercise = Exercise("t.f", cases=[Case("one", (1,), want=1)])

    message = one(exercise, "\n# a comment\ndef f(x):\n    return np.linalg.inv(x)")["message"]

    assert message.startswith("LinAlgError")
    assert message.endswith("It happened in line 4: `return np.linalg.inv(x)`")


def test_a_case_that_cannot_be_sent_is_the_teachers_fault():
    """A plain function among the arguments raises; it costs no student anything."""
    exercise = Exercise("t.f", cases=[Case("one", (abs,), want=1)])

    with pytest.raises(TypeError, match="Formula"):
        one(exercise, "def f(g):\n    return g(-1)")


def test_a_text_waits_for_a_person():
    """What is written below its mark waits to be read; a blank one earns nothing."""
    result = grade(notebook(*RIGHT, text("example.why", "no line")), TASK, KEY, limits=LIMITS)
    blank = grade(notebook(*RIGHT, text("example.why", "*Write here.*")), TASK, KEY, limits=LIMITS)

    assert (result["open"][0]["text"], result["open"][0]["earned"], result["unread"]) == (
        "no line",
        None,
        1,
    )
    assert (blank["open"][0]["earned"], blank["unread"]) == (0, 0)
    assert result["open"][0]["rubric"] == [
        "1 point: no line separates",
        "1 point: so mistakes go on",
    ]


def test_odd_notebooks_are_noticed():
    """Missing and double answers, and unknown marks, are told to the teacher."""
    book = notebook(*RIGHT[:-1], RIGHT[1], "# exercise: example.stop\nx = 1")

    assert set(grade(book, TASK, KEY, limits=LIMITS)["notices"]) == {
        "example.step: 2 cells; the last one counts",
        "example.Unit: no cell was found",
        "example.why: no text was found",
        "a cell is marked 'example.stop', and there is no such exercise",
    }


def test_a_part_is_earned_by_itself():
    """The points are shared by the parts, and each needs all of its cases."""
    cases = [
        Case("a", (1,), want=1),
        Case("b", (2,), want=2, part="b"),
        Case("c", (3,), want=3, part="b"),
    ]
    exercise = Exercise("t.f", points=4, cases=cases, seconds=0.5)

    assert one(exercise, "def f(x): return 1")["earned"] == 2
    assert one(exercise, "def f(x): return min(x, 2)")["earned"] == 2
    assert one(exercise, "def f(x): return x")["earned"] == 4
    assert one(exercise, "def f(x):\n    while x > 1: pass\n    return 1")["earned"] == 2


def test_a_task_is_loaded_in_halves(tmp_path: Path, monkeypatch):
    """The teacher's half stands in a folder; unknown names in it are refused."""
    with pytest.raises(ValueError, match="no task"):
        task.load("nothing")
    with pytest.raises(ValueError, match=r"no teacher's half of hw1 in .*--instructor"):
        task.load("hw1", tmp_path)
    path = tmp_path / "mine.py"
    path.write_text("from coursekit.exercises import *\nHIDDEN = [Hidden('mine.f')]")
    with pytest.raises(ValueError, match="no exercises"):
        task.load(str(path))
    assert isinstance(TASK.open_parts["example.why"], Open)
    assert TASK.points == 11


@pytest.mark.slow
def test_a_model_is_called_where_it_was_trained():
    """A torch model stays in the sandbox: it is called on hidden data, and must be good enough."""
    pytest.importorskip("torch")

    def use(model, X, y):
        return float((outputs(model, X).argmax(1) == y).mean())

    def cases(rng):
        X = rng.normal(size=(50, 2))
        yield Case("fifty points", (X, (X[:, 0] > 0).astype(int)), want=at_least(0.9))

    X = np.array([[1.0, 0.0], [-1.0, 0.0]])
    public = Case("two points", (X, np.array([1, 0])), want=at_least(1))
    exercise = Exercise("t.model", cases=[public], use=use, allows=["torch"])
    tensor = Exercise("t.f", cases=[Case("one", ([1, 2],), want=[2, 3])], allows=["torch"])
    whole = Task("t", exercises={"t.model": exercise, "t.f": tensor},
                 hidden={"t.model": Hidden("t.model", cases=cases)})  # fmt: skip
    cells = [
        "import torch\nfrom torch import nn\ntorch.manual_seed(0)",
        "model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.9))\n"
        "opt = torch.optim.SGD(model.parameters(), 1.0)\nX = torch.randn(99, 2)\n"
        "for _ in range(50):\n"
        "    loss = nn.functional.cross_entropy(model[0](X), (X[:, 0] > 0).long())\n"
        "    opt.zero_grad(); loss.backward(); opt.step()",
        "import os\nos._exit(1)",
        "def f(x):\n    return torch.tensor(x, requires_grad=True) + 1",
    ]

    result = grade(notebook(*cells), whole, KEY)
    lazy = grade(notebook(cells[0], "model = nn.Linear(2, 2)\nmodel.weight.data *= 0"), whole, KEY)

    assert [e["earned"] for e in result["exercises"]] == [1, 1], result
    assert lazy["exercises"][0]["earned"] == 0


def test_the_library_is_made_for_what_is_allowed():
    """The modules of the course that a plain answer finds are its data and its plots."""
    own = {name for name, _ in library.library(()) if name.startswith("coursekit/")}

    assert own == {
        "coursekit/__init__.py", "coursekit/data", "coursekit/plotting", "coursekit/validate.py",
        "coursekit/exercises/__init__.py", "coursekit/exercises/_outputs.py",
    }  # fmt: skip


def test_the_answer_of_another_is_not_disturbed():
    """What one answer breaks while it is called, the next one finds whole."""
    spoiler = "def step(w, b, x, y):\n    global np\n    np.exp = np.mean = None\n    return 0, 0"

    result = grade(right_but(step=spoiler), TASK, KEY, limits=LIMITS)

    assert result["earned"] == 7


@pytest.mark.parametrize(
    "source",
    ["import numpy as np", "x = 1  # and more", "def f(x: int = 1, *, y=None) -> float: exit()",
     "class A:\n    k = 1\n    def f(self): exit()", "'text'"],
)  # fmt: skip
def test_a_cell_that_only_names_things_needs_no_process_of_its_own(source: str):
    """What is defined does not run yet, so such a cell cannot end its process."""
    assert Cell(0, source).harmless


@pytest.mark.parametrize(
    "source",
    ["exit()", "x = f", "x.y = 1", "x[0] = 1", "def f(x=exit()): 1", "def f(*, x=exit()): 1",
     "def f(x: exit()): 1", "def f() -> exit(): 1", "@exit\ndef f(): 1", "@exit\nclass A: 1",
     "class A(B): 1", "class A(metaclass=B): 1", "class A:\n    exit()", "%time", "",
     "for x in y: 1"],
)  # fmt: skip
def test_a_cell_that_may_call_something_gets_a_process_of_its_own(source: str):
    """Decorators, defaults, annotations, bases and bodies of classes run at once."""
    assert not Cell(0, source).harmless


def test_a_harmless_cell_that_ends_the_notebook_costs_itself_alone():
    """An import that another cell has changed may do anything: all runs again, cell by cell."""
    evil = (
        "import builtins, os\nold = builtins.__import__\n"
        "builtins.__import__ = lambda n, *a: os._exit(1) if n == 'json' else old(n, *a)"
    )
    cells = [Cell(n, source) for n, source in enumerate([evil, "import json", "x = 1"])]
    played = Run(lambda: Sandbox("bubblewrap", library.library(()), LIMITS), cells, 8.0)
    with closing(played):
        played.play()

    assert played.losses == 1
    assert list(played.errors) == [1]
