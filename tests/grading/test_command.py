"""The command line grades a class from the first file to the last table."""

import csv
import zipfile
from pathlib import Path

import pytest

from coursekit.__main__ import _key, main
from coursekit.grading import doctor, example, session

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


@needs_bubblewrap
def test_what_was_graded_stays_when_the_next_run_is_wrong(folder: Path, capsys):
    """A path that is not there, a column that does not exist, another task: all is as it was."""
    grades(folder)
    table = (folder / "out" / "grades.csv").read_bytes()
    (folder / "other.py").write_text(Path(EXAMPLE).read_text("utf8"), "utf8")
    book, out = str(folder / "canvas.zip"), str(folder / "out")

    for wrong, said in {
        (EXAMPLE, str(folder / "nowhere")): "no file or folder",
        (EXAMPLE, book, "--column", "Nota=mark"): "no column is called mark; there are: id",
        (str(folder / "other.py"), book): "holds results of example",
    }.items():
        assert main(["grade", *wrong, "-o", out, "--workers", "1"]) == 2
        assert said in capsys.readouterr().err
    assert (folder / "out" / "grades.csv").read_bytes() == table


@needs_bubblewrap
def test_what_could_not_be_read_or_graded_says_why(folder: Path, monkeypatch, capsys):
    """The reason stands among the notices, in the terminal and on the page of the class."""
    (folder / "bad.ipynb").write_text("<html>")
    command = ["grade", EXAMPLE, str(folder / "bad.ipynb"), "-o", str(folder / "out")]
    assert main(command) == 0
    assert "bad.ipynb: unreadable: " in capsys.readouterr().out

    fault = OSError("the disk is full")
    monkeypatch.setattr(session, "grade", lambda *_, **__: (_ for _ in ()).throw(fault))
    command[-1] = str(folder / "again")
    assert main([*command, "--workers", "1"]) == 2
    assert "not graded: OSError: the disk is full" in capsys.readouterr().out
    assert "the disk is full" in (folder / "again" / "class.html").read_text("utf8")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--late-percent", "-10"), "a number from 0 to 100 is wanted, got '-10'"),
        (("--late-days", "-1"), "a number from 0"),
        (("--seconds", "0"), "a number from 0.1"),
        (("--workers", "0"), "a whole number from 1 on is wanted, got '0'"),
        (("--workers", "1.5"), "a whole number from 1 on is wanted, got '1.5'"),
        (("--scale", "1.0 7.0"), "a scale is written '1.0 7.0 4.0@60'"),
        (("--deadline", "tomorrow"), "a time is written 2030-05-01T23:59, got 'tomorrow'"),
    ],
)
def test_an_option_out_of_range_says_what_is_wanted(option: tuple[str, str], said: str, capsys):
    """Nothing is graded, and the sentence names the option, what it takes, and what it got."""
    with pytest.raises(SystemExit) as ended:
        main(["grade", EXAMPLE, ".", *option])

    assert ended.value.code == 2
    assert f"argument {option[0]}: {said}" in capsys.readouterr().err


@needs_bubblewrap
def test_a_recap_with_changes_is_not_overwritten(folder: Path, capsys):
    """What a teacher wrote into the notebook stays; another name is asked for."""
    grades(folder)
    command = ["recap", EXAMPLE, str(folder / "out"), "-o", str(folder / "recap.ipynb")]
    assert [main(command), main(command)] == [0, 0]
    (folder / "recap.ipynb").write_text("my own")

    assert main(command) == 2
    assert "name another by -o" in capsys.readouterr().err
    assert (folder / "recap.ipynb").read_text() == "my own"


@pytest.mark.parametrize("slip", ["x = (", "import nothing_of_this_name", "exercise = Cases()"])
def test_a_slip_in_an_own_task_is_one_sentence(slip: str, tmp_path: Path, capsys):
    """The file and what is wrong in it are named, without a traceback."""
    (tmp_path / "own.py").write_text(f"\n{slip}\n")

    assert main(["grade", str(tmp_path / "own.py"), str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "own.py" in said


def test_an_empty_key_is_refused(tmp_path: Path, monkeypatch):
    """Who could guess the key could draw the hidden cases."""
    monkeypatch.delenv("COURSEKIT_KEY", raising=False)
    (tmp_path / "key").write_text("\n")

    with pytest.raises(ValueError, match="got an empty file"):
        _key(tmp_path / "key")


def test_the_exercises_of_a_chapter_are_listed(capsys):
    """Every exercise of a chapter is there, with its points and its first hint."""
    assert main(["exercises", "perceptron"]) == 0
    assert "  update (2): " in capsys.readouterr().out
