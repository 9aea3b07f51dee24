"""Notebooks are stored in one form, follow the rules, are all tested, and run while still blank."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import example_book
import nbformat
import notebooks
import pytest
from example_book import cell, load, save
from IPython.core.inputtransformer2 import TransformerManager

import coursekit

BOOK = notebooks.notebooks()
NAMES = [path.relative_to(notebooks.ROOT).as_posix() for path in BOOK]
NO_NOTEBOOKS = {
    "nofile.ipynb": "No such file or directory",
    "README.md": "no JSON (Expecting value: line 1 column 1 (char 0))",
    "list.ipynb": "JSON without cells and metadata",
}
PROGRESS = "from coursekit.exercises import progress\n\nprogress()"


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """Return the path of a good chapter in a book of its own."""
    return example_book.make(tmp_path)


def retidied(path: Path, raw: Any) -> Any:
    """Store raw at path, tidy it and return what is there then."""
    save(path, raw)
    notebooks.tidy([path], path.parent.parent)
    return load(path)


# The stored form


def test_tidying_twice_changes_nothing(chapter: Path):
    """What tidy wrote, tidy leaves alone."""
    assert notebooks.tidy([chapter], chapter.parent.parent) == []


def test_tidy_keeps_cells_and_their_ids(chapter: Path):
    """Ids and sources stay; only data that editors add goes."""
    raw = load(chapter)
    before = [(cell["id"], cell["source"]) for cell in raw["cells"]]
    raw["metadata"]["colab"] = {"provenance": []}
    for each in raw["cells"]:
        each["metadata"]["id"] = "a1b2"

    after = retidied(chapter, raw)

    assert [(cell["id"], cell["source"]) for cell in after["cells"]] == before
    assert set(after["metadata"]) == {"kernelspec", "language_info"}
    assert not any("id" in each["metadata"] for each in after["cells"])


def test_tidy_stores_outputs_of_compared_cells_only(chapter: Path):
    """A compared cell keeps its text and a count; figures, errors and all other outputs go."""
    raw = load(chapter)
    text = {"output_type": "stream", "name": "stdout", "text": ["4\n"]}
    figure = {"output_type": "display_data", "data": {"image/png": "aaaa"}, "metadata": {}}
    cell(raw, "compared")["outputs"] = [text, figure]
    cell(raw, "do-1").update(outputs=[text], execution_count=12)

    after = retidied(chapter, raw)

    assert cell(after, "compared")["outputs"] == [text]
    assert cell(after, "compared")["execution_count"] == 1
    assert cell(after, "do-1")["outputs"] == []
    assert cell(after, "do-1")["execution_count"] is None


def test_tidy_names_cells_that_have_no_id(chapter: Path):
    """An id that is missing or used twice becomes one made of the cell's first words."""
    raw = load(chapter)
    cell(raw, "seen").pop("id")
    cell(raw, "do-2")["id"] = "do-1"

    after = retidied(chapter, raw)

    ids = [each["id"] for each in after["cells"]]
    assert {"what-we-have-seen-in", "do-1", "n-2-n-1"} < set(ids)
    assert retidied(chapter, after) == after


def test_tidy_folds_solutions_in_every_viewer(chapter: Path):
    """A solution is closed in JupyterLab and in Colab, whatever an editor did to it."""
    raw = load(chapter)
    cell(raw, "sums-add-solution")["metadata"]["jupyter"] = {"outputs_hidden": True}

    after = retidied(chapter, raw)

    metadata = cell(after, "sums-add-solution")["metadata"]
    assert metadata["jupyter"] == {"source_hidden": True}
    assert metadata["cellView"] == "form"


def test_tidy_writes_the_badge_and_the_setup_cell(chapter: Path):
    """Both name the address and the release; the setup cell installs the extra asked for."""
    raw = load(chapter)
    raw["metadata"]["coursekit"] = {"extra": "torch"}
    raw["cells"] = [each for each in raw["cells"] if each["id"] not in {"badge", "setup"}]

    after = retidied(chapter, raw)

    link = "https://colab.research.google.com/github/example/course/blob/main/book/01_example.ipynb"
    assert after["cells"][1]["source"] == [f"[Open in Colab]({link})"]
    setup = "".join(cell(after, "setup")["source"])
    assert '"coursekit[torch] @ git+https://github.com/example/course@v0.1.0"' in setup
    assert 'coursekit.expect("0.1.0")' in setup
    first = next(each for each in after["cells"] if each["cell_type"] == "code")
    assert first["id"] == "setup"
    assert first["metadata"] == {"tags": ["hide-input"]}


def test_a_notebook_without_the_package_installs_nothing(chapter: Path):
    """A sheet on NumPy alone gets no setup cell, and loses one that it has."""
    raw = load(chapter)
    for each in raw["cells"]:
        if each["cell_type"] == "code" and each["id"] != "setup":
            each["source"] = ["import numpy as np"]

    after = retidied(chapter, raw)

    assert "setup" not in {each["id"] for each in after["cells"]}


@pytest.mark.parametrize(("colab", "present"), [(True, False), (True, True), (False, False)])
def test_setup_installs_only_in_colab_and_only_what_is_missing(
    colab: bool, present: bool, chapter: Path, monkeypatch: pytest.MonkeyPatch
):
    """Elsewhere, and where the package is there already, nothing is installed."""
    code = TransformerManager().transform_cell("".join(cell(load(chapter), "setup")["source"]))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: "found" if present else None)
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", sys)
    ran: list[tuple[str, str]] = []
    shell = SimpleNamespace(run_line_magic=lambda magic, line: ran.append((magic, line)))

    exec(code, {"get_ipython": lambda: shell})

    requirement = "coursekit @ git+https://github.com/example/course@v0.1.0"
    assert ran == ([("pip", f'install -q "{requirement}"')] if colab and not present else [])


def test_a_page_of_another_release_says_what_to_do(capsys: pytest.CaptureFixture[str]):
    """The installed release is accepted silently, any other with one sentence."""
    coursekit.expect(coursekit.__version__)
    assert capsys.readouterr().out == ""

    coursekit.expect("0.0.9")
    said = capsys.readouterr().out
    assert said.startswith("This page is written for coursekit 0.0.9")
    assert "restart the kernel" in said
    assert said.count("\n") == 1


def test_record_stores_what_compared_cells_print(chapter: Path):
    """Recording runs the notebook, and stores outputs where they are compared only."""
    raw = load(chapter)
    raw["cells"] = [each for each in raw["cells"] if each["id"] in {"title", "compared", "do-1"}]
    cell(raw, "compared")["source"] = 'print("two"); print("lines")\n6 * 7'
    save(chapter, raw)
    notebooks.record([chapter], chapter.parent.parent)

    after = load(chapter)

    stream, value = cell(after, "compared")["outputs"]
    assert stream["text"] == ["two\n", "lines\n"]
    assert value["data"] == {"text/plain": ["42"]}
    assert cell(after, "do-1")["outputs"] == []


# The command line


@pytest.fixture
def course(chapter: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a book of its own, which the commands take for theirs."""
    monkeypatch.setattr(notebooks, "ROOT", chapter.parents[1])
    for command in (notebooks.tidy, notebooks.lint, notebooks.record, notebooks.new):
        monkeypatch.setattr(command, "__defaults__", (chapter.parents[1],))
    return chapter.parents[1]


def refused(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a command says on stderr that must end with status 2 and write nothing."""
    before = {path: path.is_file() and path.read_bytes() for path in root.rglob("*")}
    assert notebooks.main(list(arguments)) == 2
    assert {path: path.is_file() and path.read_bytes() for path in root.rglob("*")} == before
    return capsys.readouterr().err.removesuffix("\n")


def test_new_overwrites_no_chapter(course: Path, capsys: pytest.CaptureFixture[str]):
    """A name that is taken is refused with advice, and the chapter stays as it is."""
    said = "book/01_example.ipynb exists already: choose another name"
    assert refused(course, capsys, "new", "01_example") == said


def test_new_makes_no_folder(course: Path, capsys: pytest.CaptureFixture[str]):
    """A folder that the book has not is named, and not made."""
    said = "book/nofolder/x.ipynb needs a folder that exists, got book/nofolder"
    assert refused(course, capsys, "new", "nofolder/x") == said


@pytest.mark.parametrize("name", ["../oops", "/nofolder/abs", "09 my chapter", "a.b", ""])
def test_new_stays_in_the_book(name: str, course: Path, capsys: pytest.CaptureFixture[str]):
    """A name that leads out of the book, or has a space or another sign, is refused."""
    said = f"a name has letters, digits, _ and -, got {name!r}"
    assert refused(course, capsys, "new", name) == said


@pytest.mark.parametrize("name", NO_NOTEBOOKS)
def test_only_notebooks_are_taken(name: str, course: Path, capsys: pytest.CaptureFixture[str]):
    """One line names the path and what is there, and no other notebook is written."""
    chapter, path = course / "book" / "01_example.ipynb", course / name
    save(chapter, load(chapter))
    save(course / "list.ipynb", [])
    for command in ("tidy", "lint", "record"):
        said = refused(course, capsys, command, str(chapter), str(path))
        assert said == f"a notebook was wanted, got {path}: {NO_NOTEBOOKS[name]}"


def test_a_new_chapter_lacks_only_its_cells(course: Path, capsys: pytest.CaptureFixture[str]):
    """What a chapter lacks stands under a heading; a lab lacks nothing and has no heading."""
    (course / "book" / "labs").mkdir()
    for name in ("09_attention", "labs/new_lab"):
        assert notebooks.main(["new", name]) == 0
    first, lacking, last = capsys.readouterr().out.splitlines()
    assert first.endswith("Add it to _toc.yml. What it still lacks:")
    assert "cells: a chapter has 40 to 110" in lacking
    assert last == "book/labs/new_lab.ipynb is written. Add it to _toc.yml."


# The book's own notebooks


@pytest.mark.parametrize("path", BOOK, ids=NAMES)
def test_every_notebook_follows_the_rules(path: Path):
    """Each notebook of the book is in its stored form and lint finds nothing."""
    assert notebooks.lint([path]) == []


def test_every_notebook_is_collected():
    """The run of nbval over the book misses no notebook and no cell of code."""
    collect = ["--nbval-lax", "--collect-only", "-q", "-o", "addopts=", "book"]
    command = [sys.executable, "-m", "pytest", *collect]
    listed = subprocess.run(command, cwd=notebooks.ROOT, capture_output=True, text=True).stdout
    collected = re.findall(r"(?m)^(book/.+\.ipynb)::", listed)

    assert {name: collected.count(name) for name in NAMES} == {
        name: sum(each["cell_type"] == "code" for each in load(path)["cells"])
        for name, path in zip(NAMES, BOOK, strict=True)
    }


@pytest.fixture(scope="module", params=BOOK, ids=NAMES)
def executed(request: pytest.FixtureRequest) -> Any:
    """Return the exercises of a blank notebook, run in order, and `progress()` asked at the end.

    What stands between the exercises takes minutes, and nbval runs it anyway.
    """
    notebook = nbformat.read(request.param, as_version=4)
    notebook.cells = [each for each in notebook.cells if belongs_to_an_exercise(each)]
    notebook.cells.append(nbformat.v4.new_code_cell(PROGRESS, id="asked-progress"))
    return notebooks.execute(notebook)


def belongs_to_an_exercise(each: Any) -> bool:
    """Say whether a cell is a stub, a check or a solution, or what these need."""
    tags = set(each.metadata.get("tags", ()))
    needed = each.id in {"setup", "imports", "student"} or tags & {"exercise", "solution"}
    return each.cell_type == "code" and bool(needed or each.source.startswith("check("))


def shown(each: Any) -> str:
    """Return the text of a cell's outputs."""
    return "".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "")
        for output in each.outputs
    )


def test_a_blank_notebook_runs_and_counts_nothing(executed: Any):
    """No cell raises, each blank check says so, and the solutions that run count for nothing."""
    checks = [each for each in executed.cells if each.source.startswith("check(")]

    assert [each.id for each in checks if "not attempted" not in shown(each).lower()] == []
    if checks:
        assert f"0 of {len(checks)} exercises passed" in shown(executed.cells[-1])
