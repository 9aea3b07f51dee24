"""The page of the package is true and whole: its examples run, and it leaves no module out."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "book/api.md").read_text(encoding="utf8")
APART = {"coursekit.grading", "coursekit.__main__"}  # for teachers: see instructor/README.md


def modules() -> set[str]:
    """Return the names of the public modules of the package."""
    package = ROOT / "coursekit"
    found = {path.stem for path in package.glob("*.py")} - {"__init__"}
    found |= {path.parent.name for path in package.glob("*/__init__.py")}
    return {f"coursekit.{name}" for name in found} - APART


def test_every_module_has_a_section():
    """Each public module has a heading and a mark that becomes the list of its names."""
    assert set(re.findall(r"(?m)^## (coursekit\.\w+)$", PAGE)) == modules()
    assert set(re.findall(r"<!-- names of ([\w.]+) -->", PAGE)) == modules()


def test_every_example_gives_what_it_shows(capsys: pytest.CaptureFixture[str]):
    """Run one after the other, as a reader does, the examples print what stands in the page."""
    pytest.importorskip("torch")
    text = "\n".join(re.findall(r"(?s)```pycon\n(.*?)```", PAGE))
    examples = doctest.DocTestParser().get_doctest(text, {}, "api", "book/api.md", 0)
    runner = doctest.DocTestRunner()

    runner.run(examples)

    assert runner.tries > 40
    assert runner.failures == 0, capsys.readouterr().out
