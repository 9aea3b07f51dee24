"""`submit` writes one file with the notebook and a receipt, and says what is missing."""

import json
import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from example_exercises import SHIFT, YEAR, right

from coursekit import exercises
from coursekit.exercises import Open, check, progress, submit

ANSWER = "# exercise: sample.shift\ndef shift(x, k):\n    return x + k"
BOOK = {
    "cells": [
        {"cell_type": "code", "source": ANSWER.splitlines(keepends=True)},
        {"cell_type": "markdown", "source": "**Answer: sample.why**\n\n*Write here.*"},
    ]
}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    """Put a task with two exercises and a text into a session; return the notebook's names."""
    module = SimpleNamespace(shift=SHIFT, year=YEAR, why=Open("sample.why", points=2))
    monkeypatch.setitem(sys.modules, "coursekit.exercises.sample", module)
    monkeypatch.setattr(exercises, "chapters", lambda: ["sample"])
    monkeypatch.setattr(exercises, "_RESULTS", {})
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    found: dict[str, object] = {"student": "Ñandú 7", "In": ["", ANSWER]}
    shell = SimpleNamespace(user_ns=found)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    return found


def written() -> dict[str, bytes]:
    """Return what the only archive in this folder holds."""
    (path,) = Path().glob("*.zip")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_blank_notebook_is_not_handed_in(names):
    """Before the first attempt nothing is written."""
    check("sample.shift", None)

    assert "nothing to hand in" in submit("sample")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("editor", ["JupyterLab", "VS Code"])
def test_a_saved_notebook_is_handed_in_as_it_is(names, monkeypatch, editor: str):
    """The file holds the notebook's own bytes, and a receipt with the public results."""
    data = json.dumps(BOOK).encode() + b"\n\n"
    Path("mine.ipynb").write_bytes(data)
    if editor == "JupyterLab":
        monkeypatch.setenv("JPY_SESSION_NAME", "homework/mine.ipynb")
    else:
        names["__vsc_ipynb_file__"] = str(Path("mine.ipynb").resolve())
    check("sample.shift", right)

    said = submit("sample")

    found = written()
    receipt = json.loads(found["receipt.json"])
    assert found["sample.ipynb"] == data
    assert receipt["task"] == "sample"
    assert receipt["student"] == "Ñandú 7"
    assert receipt["results"] == {
        "sample.shift": "passed", "sample.year": "not checked", "sample.why": "open"}  # fmt: skip
    assert {"python", "coursekit", "numpy"} <= set(receipt["versions"])
    assert "`sample_Nandu-7.zip`" in said
    assert "`mine.ipynb`" in said
    assert "Not passed yet: `sample.year`" in said
    assert "Nothing is written below `sample.why`" in said
    assert "Careful" not in said


def test_an_answer_that_is_not_saved_is_named(names, monkeypatch):
    """If the code that ran is not in the saved file, the reader is told to save."""
    Path("mine.ipynb").write_text(json.dumps(BOOK))
    monkeypatch.setenv("JPY_SESSION_NAME", "mine.ipynb")
    names["In"] = ["", ANSWER, ANSWER + " + 0"]
    check("sample.shift", right)

    assert "Careful: `sample.shift` ran in another version" in submit("sample")


def test_without_a_path_the_menu_is_named(names):
    """Where no editor says where the notebook is, nothing is written and the menu is named."""
    check("sample.shift", right)

    assert "File > Download" in submit("sample")
    assert list(Path().iterdir()) == []


def test_colab_is_asked_for_the_notebook(names, monkeypatch):
    """In Colab the page is asked for the notebook, and the download begins."""
    downloads, asked = [], []

    def request(name: str, request: str, timeout_sec: int) -> dict[str, object]:
        asked.append(name)
        return {"ipynb": BOOK}

    colab = ModuleType("google.colab")
    colab.files = SimpleNamespace(download=downloads.append)
    colab._message = SimpleNamespace(blocking_request=request)
    monkeypatch.setitem(sys.modules, "google", ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    names["student"] = "..."
    check("sample.shift", lambda x, k: x)

    said = submit("sample")

    assert asked == ["get_ipynb"]
    assert downloads == ["sample_no-id.zip"]
    assert json.loads(written()["sample.ipynb"]) == BOOK
    assert "Your id is missing" in said
    assert "downloading" in said


def test_progress_shows_a_task_before_its_first_check(names):
    """Named, a task shows every exercise, and the parts that a person reads."""
    table = progress("sample")

    assert [row.status for row in table.rows] == ["not checked", "not checked", "open"]
    assert table.total == 5
    assert "0 of 2 exercises passed, 0 of 5 points" in repr(table)
    assert "Read by your teacher" in table._repr_html_()
