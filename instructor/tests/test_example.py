"""The made-up class: what a new teacher tries first comes out as the page says."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from coursekit.__main__ import main

INSTRUCTOR = Path(__file__).resolve().parents[1]
CLASS = INSTRUCTOR / "example"
MANUAL = "student,part,points,comment\n1001,hw1.proof,2,well said\n1001,hw1.first_why,1.5,\n"


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed here")
def test_the_example_is_graded_from_files_to_a_recap(tmp_path: Path, monkeypatch, capsys):
    """One is right, one has three named mistakes and is late, one fails; then texts are read."""
    monkeypatch.setenv("COURSEKIT_KEY", "a key")
    private = ["--instructor", str(INSTRUCTOR)]
    command = ["grade", "hw1", str(CLASS / "submissions"), "-o", str(tmp_path), *private]
    command += ["--roster", str(CLASS / "roster.csv"), "--deadline", "2030-05-01T23:59"]
    command += ["--late-percent", "10", "--scale", "1.0 7.0 4.0@60", "--workers", "1"]

    def grades() -> dict[str, list[str]]:
        assert main(command) == 0
        with (tmp_path / "grades.csv").open(encoding="utf8") as file:
            shown = ("earned", "grade", "days late", "unread")
            return {row["name"]: [row[k] for k in shown] for row in csv.DictReader(file)}

    first = grades()
    (tmp_path / "manual.csv").write_text(MANUAL, "utf8")
    second = grades()

    assert first == {
        "Ada Example": ["11", "5.0", "0", "2"],
        "Bo Example": ["4.5", "2.5", "1", "1"],
        "Chloé Example": ["1", "1.3", "0", "1"],
    }
    assert second["Ada Example"] == ["14.5", "6.8", "0", "0"]
    assert "1004 handed in nothing" in capsys.readouterr().out
    assert (tmp_path / "manual.csv").read_text("utf8").startswith(MANUAL)

    assert main(["recap", "hw1", str(tmp_path), "-o", str(tmp_path / "r.ipynb"), *private]) == 0

    book = json.loads((tmp_path / "r.ipynb").read_text("utf8"))
    text = json.dumps(book, ensure_ascii=False)
    assert {"mistake-3", "question-3"} <= {cell["id"] for cell in book["cells"]}
    assert not [word for word in ("Ada", "Chloé", "Example", "1001", "1002") if word in text]
