"""The command line grades a class from the first file to the last table."""

import csv
import zipfile
from pathlib import Path

import pytest

from coursekit.__main__ import main
from coursekit.grading import doctor, example

from .notebooks import RIGHT, STEP, needs_bubblewrap, notebook, right_but, text

EXAMPLE = str(example.__file__)
ROSTER = """id,name,group,extension
17,Ana Pérez,A,
18,Bo Li,B,48
19,Cy Roe,B,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """Return a folder with a roster, and the archive of Canvas with two submissions."""
    monkeypatch.setenv("COURSEKIT_KEY", "a key")
    (tmp_path / "roster.csv").write_text(ROSTER, "utf8")
    wrong = right_but(step=STEP.replace("y - float(", "-y + float("))
    with zipfile.ZipFile(tmp_path / "canvas.zip", "w") as archive:
        for name, data in {
            "perezana_1_2_hw.ipynb": notebook(*RIGHT, text("example.why", "no line")),
            "libo_LATE_3_4_hw.ipynb": wrong,
        }.items():
            archive.writestr(zipfile.ZipInfo(name, (2030, 5, 2, 12, 0, 0)), data)
    return tmp_path


def grades(folder: Path, *options: str) -> dict[str, dict[str, str]]:
    """Grade the class; return the rows of the table by name."""
    command = ["grade", EXAMPLE, str(folder / "canvas.zip"), "-o", str(folder / "out"),
               "--roster", str(folder / "roster.csv"), "--workers", "1"]  # fmt: skip
    assert main([*command, *options]) == 0
    with (folder / "out" / "grades.csv").open(encoding="utf8") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


@needs_bubblewrap
def test_a_class_is_graded_from_end_to_end(folder: Path, capsys):
    """Students are matched, late work loses points, and people's points are merged later."""
    late = ["--deadline", "2030-05-01T23:59", "--late-percent", "50", "--scale", "1.0 7.0 4.0@60",
            "--column", "Matrícula=id", "--column", "Nota=grade"]  # fmt: skip

    first = grades(folder, *late)

    assert (first["Ana Pérez"]["earned"], first["Bo Li"]["earned"]) == ("4.5", "7")
    assert (first["Ana Pérez"]["days late"], first["Ana Pérez"]["unread"]) == ("1", "1")
    said = capsys.readouterr().out
    assert "19 handed in nothing" in said
    assert "libo_LATE_3_4_hw.ipynb: late for the platform" in said
    with (folder / "out" / "canvas.csv").open(encoding="utf8") as file:
        assert {row["Student"]: row["ID"] for row in csv.DictReader(file)} == {
            "Ana Pérez": "1", "Bo Li": "3"}  # fmt: skip
    assert (folder / "out" / "custom.csv").read_text("utf8").splitlines()[0] == "Matrícula,Nota"
    assert len(list((folder / "out" / "students").glob("*.html"))) == 2

    manual = folder / "out" / "manual.csv"
    assert manual.read_text() == "student,part,points,comment\n17,example.why,,\n"
    manual.write_text("student,part,points,comment\n17,example.why,2,well said\n")
    (folder / "out" / "overrides.csv").write_text(
        "student,part,points,comment\n18,example.step,1,half right\n"
    )

    second = grades(folder)

    assert (second["Ana Pérez"]["earned"], second["Bo Li"]["earned"]) == ("11", "8")
    assert manual.read_text() == "student,part,points,comment\n17,example.why,2,well said\n"
    pages = "".join(path.read_text("utf8") for path in (folder / "out" / "students").iterdir())
    assert "Teacher: well said" in pages
    assert "Teacher: half right" in pages


def test_without_containment_the_command_refuses(folder: Path, monkeypatch, capsys):
    """Where nothing contains a submission, nothing runs, and the way to find out why is named."""
    monkeypatch.setattr(doctor, "best", lambda weak=False: None)

    assert main(["grade", EXAMPLE, str(folder), "-o", str(folder / "out")]) == 2
    assert "coursekit doctor" in capsys.readouterr().err
    assert not (folder / "out").exists()


@pytest.mark.parametrize("wrong", [["grade", "hw99", "."], ["grade", "none.py", "."]])
def test_a_wrong_name_is_one_sentence(wrong: list[str], capsys):
    """A task that does not exist ends the command with a sentence, and no traceback."""
    assert main(wrong) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_exercises_of_a_chapter_are_listed(capsys):
    """Every exercise of a chapter is there, with its points and its first hint."""
    assert main(["exercises", "perceptron"]) == 0
    assert "  update (2): " in capsys.readouterr().out
