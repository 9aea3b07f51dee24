"""Submissions find their students, and points their way into a grade."""

import datetime
import io
import zipfile
from pathlib import Path

import pytest

from coursekit.grading import policy, roster
from coursekit.grading.intake import collect
from coursekit.grading.policy import Policy

from .notebooks import RIGHT, notebook

BOOK = notebook(*RIGHT)


def archive(path: Path, *names: str) -> Path:
    """Write an archive of equal notebooks."""
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            file.writestr(name, BOOK)
    return path


def test_a_folder_is_read_with_everything_below(tmp_path: Path):
    """Notebooks in folders are found; hidden ones and other files are not."""
    for name in ("ana/hw1.ipynb", "b.ipynb", ".ipynb_checkpoints/b.ipynb", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(BOOK)
    notices: list[str] = []

    found = collect([tmp_path], notices)

    assert [s.label for s in found] == ["ana/hw1.ipynb", "b.ipynb"]
    assert notices == ["notes.txt: no notebook, left out"]


def test_links_are_not_followed(tmp_path: Path):
    """A link, in a folder or in an archive, is named and left out."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.ipynb").symlink_to("/etc/passwd")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        link = zipfile.ZipInfo("y.ipynb")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    notices: list[str] = []

    assert collect([tmp_path / "in", tmp_path / "a.zip"], notices) == []
    assert sorted(notices) == ["in/x.ipynb: a link, left out", "y.ipynb: a link, left out"]


def test_names_in_archives_reach_no_file(tmp_path: Path):
    """Names with `../` or a root are labels only: nothing is unpacked, and results stay inside."""
    path = archive(tmp_path / "a.zip", "../../evil.ipynb", "/etc/evil.ipynb", "a\\..\\b.ipynb")

    found = collect([path], [])

    assert len({s.slug for s in found}) == 3
    assert all("/" not in s.slug and ".." not in s.slug for s in found)
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_platforms_write_names_into_names(tmp_path: Path):
    """The archives of Canvas and Moodle tell who handed in, and Canvas whether it was late."""
    canvas = archive(tmp_path / "c.zip", "perezana_LATE_123_456_hw1.ipynb", "li_77_88_hw1.ipynb")
    moodle = archive(tmp_path / "m.zip", "Ana Pérez_99_assignsubmission_file_/hw1.ipynb",
                     "Bo Li_98_assignsubmission_file/hw1.ipynb")  # fmt: skip

    found = collect([canvas, moodle], [])

    assert [(s.person, s.late, s.number) for s in found] == [
        ("perezana", True, "123"), ("li", False, "77"),
        ("Ana Pérez", False, "Participant 99"), ("Bo Li", False, "Participant 98")]  # fmt: skip


def test_a_folder_that_a_student_made_names_nobody_else(tmp_path: Path):
    """Moodle keeps a student's folders: one that looks like another student's changes nothing."""
    name = "Ana_99_assignsubmission_file_/Bo_98_assignsubmission_file_/hw1.ipynb"

    (found,) = collect([archive(tmp_path / "m.zip", name)], [])

    assert (found.person, found.number) == ("Ana", "Participant 99")


def test_a_file_of_submit_is_one_submission(tmp_path: Path):
    """What `submit()` wrote is no archive of a class, also within one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("hw1.ipynb", BOOK)
        file.writestr("receipt.json", "{}")
    (tmp_path / "hw1_ana.zip").write_bytes(buffer.getvalue())
    (tmp_path / "broken.zip").write_bytes(b"PK")
    path = tmp_path / "class" / "class.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("li_77_88_hw1_li.zip", buffer.getvalue())

    assert [s.label for s in collect([path], [])] == ["li_77_88_hw1_li.zip"]
    assert [s.label for s in collect([tmp_path / "hw1_ana.zip"], [])] == ["hw1_ana.zip"]
    assert [s.label for s in collect([tmp_path], [])] == [
        "broken.zip", "class/class.zip", "hw1_ana.zip"]  # fmt: skip


def test_an_archive_of_a_student_speaks_for_nobody_else(tmp_path: Path):
    """An archive that lies in a folder is one submission, whatever names stand in it."""
    archive(tmp_path / "18.zip", "17.ipynb", "19.ipynb")

    found = collect([tmp_path], [])

    assert [s.label for s in found] == ["18.zip"]


def test_every_submission_has_a_label_of_its_own(tmp_path: Path):
    """Files of one name, in two folders or in one archive, do not overwrite each other's result."""
    for name in ("a/hw.ipynb", "b/hw.ipynb"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(BOOK)
    with pytest.warns(UserWarning, match="Duplicate"):
        double = archive(tmp_path / "c.zip", "hw.ipynb", "hw.ipynb")

    found = collect([tmp_path / "a", tmp_path / "b", double], [])

    assert [s.label for s in found] == [
        "a/hw.ipynb", "b/hw.ipynb", "c.zip/hw.ipynb", "c.zip/hw.ipynb (2)"]  # fmt: skip
    assert len({s.slug for s in found}) == 4


def test_a_broken_entry_stops_nobody(tmp_path: Path):
    """An entry without a date, or with another size than it says, leaves the others readable."""
    path = archive(tmp_path / "c.zip", "a_1_2_hw.ipynb", "b_3_4_hw.ipynb")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 12 : at + 16] = data[at + 24 : at + 28] = bytes(4)
    path.write_bytes(data)

    one, other = collect([path], [])

    assert one.time is None
    assert one.data != BOOK
    assert other.data == BOOK


def entry(label: str, person: str = "", student: str = "", time: str = "2030-01-01T00:00") -> dict:
    """Return what is known about a submission."""
    return {"slug": label, "label": label, "person": person, "student": student, "time": time}


ROSTER = [
    roster.Student("17", "Ana Pérez", group="A", extension="48"),
    roster.Student("18", "Bo Li"),
    roster.Student("19", "Bo Li"),
    roster.Student("20", "José Ñuñez de la Vega"),
    roster.Student("21", "李 雷"),
]


@pytest.mark.parametrize(
    ("result", "want"),
    [
        (entry("17.ipynb"), "17"),
        (entry("hw1_17_final.ipynb"), "17"),
        (entry("x", person="ANA PEREZ"), "17"),
        (entry("x", person="perezana"), "17"),
        (entry("Jose Nunez de la Vega (1).ipynb"), "20"),
        (entry("x", person="nunezdelavegajose"), "20"),
        (entry("x", student=" 20 "), "20"),
        (entry("x", person="Bo Li", student="19"), "19"),
        (entry("x", person="Bo Li"), None),
        (entry("perezana_1_2_18.ipynb", person="perezana", student="18"), "17"),
        (entry("17/18.ipynb", student="18"), "17"),
        (entry("17/li_1_18_hw.ipynb", person="li", student="18"), "17"),
        (entry("(final) hw1.ipynb", student="17"), "17"),
        (entry("李 雷 - tarea.ipynb"), "21"),
        (entry("x", person="李雷"), "21"),
        (entry("+ notes.ipynb"), None),
        (entry("hw17.ipynb"), None),
        (entry("x", student="99"), None),
    ],
)
def test_a_submission_finds_its_student(result, want):
    """By id or name, without accents and in any order; what fits two people fits nobody."""
    found = roster.match(ROSTER, [result])

    assert [s.id for s in found.students.values()] == ([want] if want else [])


def test_missing_double_and_unknown_submissions_are_named():
    """Of two the later one counts; who handed in nothing, and what fits nobody, is said."""
    results = [
        entry("17_new", time="2030-01-03T00:00"), entry("17_old"), entry("18", student="17"),
        entry("who"),
    ]  # fmt: skip

    found = roster.match(ROSTER, results)

    assert found.replaced == {"17_old"}
    assert [s.id for s in found.missing] == ["19", "20", "21"]
    assert "17 handed in twice; 17_new counts" in found.notices
    assert "18: of 18, and the notebook says 17" in found.notices
    assert "who: nobody in the roster fits" in found.notices


def test_nobody_takes_the_place_of_another():
    """A later submission that only claims an id does not replace one that is known by its name."""
    results = [
        entry("17.ipynb", time="2030-01-01T00:00"),
        entry("x_1_2_17.ipynb", person="x", student="17", time="2030-01-09T00:00"),
    ]

    found = roster.match(ROSTER, results)

    assert found.replaced == {"x_1_2_17.ipynb"}
    assert "17 handed in twice; 17.ipynb counts" in found.notices


def test_a_roster_is_read_as_platforms_write_it(tmp_path: Path):
    """Any order and names of columns, a semicolon, a byte order mark; an id twice is refused."""
    path = tmp_path / "roster.csv"
    path.write_text("\ufeffSurname;First name;ID number;Group\nPérez;Ana;17;A\n;;;\n", "utf8")

    assert roster.read(path) == [roster.Student("17", "Ana Pérez", group="A")]

    path.write_text("id,name\n1,A\n1 ,B\n", "utf8")
    with pytest.raises(ValueError, match="twice"):
        roster.read(path)


@pytest.mark.parametrize(
    ("time", "student", "days"),
    [
        ("2030-05-01T12:00", None, 0),
        ("2030-05-01T12:01", None, 1),
        ("2030-05-03T12:00", None, 2),
        ("2030-05-03T12:00", ROSTER[0], 0),
        ("2030-05-04T12:00", ROSTER[0], 1),
        ("2030-05-09T12:00", roster.Student("1", "", extension="2030-05-09T12:00"), 0),
        ("2030-05-09T12:00", roster.Student("1", "", submitted="2030-05-01T10:00"), 0),
        ("", None, 0),
    ],
)
def test_lateness_is_counted_in_days_begun(time: str, student, days: int):
    """An extension moves the deadline; the platform's time counts before the file's."""
    rules = Policy(deadline=datetime.datetime(2030, 5, 1, 12))

    assert rules.days_late(student, time) == days


@pytest.mark.parametrize(("days", "left"), [(0, 10), (1, 9), (3, 7), (4, 0)])
def test_lateness_costs_a_share_a_day(days: int, left: float):
    """Ten percent a day for three days, and then all."""
    assert Policy(percent=10, days=3).after_lateness(10, days) == left


@pytest.mark.parametrize(
    ("share", "grade"),
    [(0, 1.0), (0.3, 2.5), (0.5999, 4.0), (0.6, 4.0), (0.8, 5.5), (1, 7.0), (0.61, 4.1)],
)
def test_a_scale_is_two_straight_lines(share: float, grade: float):
    """With 4.0 at 60 percent, grades run from 1.0 over 4.0 to 7.0."""
    scale, passing = policy.scale_of("1.0 7.0 4.0@60%")

    assert Policy(scale=scale, passing=passing).grade(share) == grade


def test_points_of_people_count_and_stay(tmp_path: Path):
    """Manual points fill open parts, overrides replace others, and no line is ever overwritten."""
    path = tmp_path / "manual.csv"
    policy.append_manual(path, [("17", "example.why"), ("18", "example.why")])
    text = path.read_text().replace("17,example.why,,", "17,example.why,1.5,good")
    path.write_text(text.rstrip("\n"))
    policy.append_manual(path, [("17", "example.why"), ("19", "example.why")])
    parts = {
        "exercises": [{"name": "example.step", "earned": 0, "points": 2}],
        "open": [{"name": "example.why", "earned": None, "points": 2}],
    }

    given = policy.read_points(path)
    both = policy.with_points(
        parts, ["a.ipynb", "17"], given, {("17", "example.step"): (2, "seen")}
    )
    nobody = policy.with_points(parts, ["18"], given)

    assert path.read_text().count("example.why") == 3
    assert path.read_text().startswith("student,part,points,comment\n17,example.why,1.5,good\n")
    assert (both["earned"], both["unread"], both["open"][0]["comment"]) == (3.5, 0, "good")
    assert (nobody["earned"], nobody["unread"]) == (0, 1)


def test_points_are_read_as_a_spreadsheet_saves_them(tmp_path: Path):
    """With semicolons, decimal commas and other capitals, and new lines are split the same way."""
    path = tmp_path / "manual.csv"
    path.write_text("Student;Part;Points;Comment\n17;example.why;1,5;bien\n", "utf8")

    policy.append_manual(path, [("17", "example.why"), ("18", "example.why")])

    assert policy.read_points(path) == {("17", "example.why"): (1.5, "bien")}
    assert path.read_text("utf8").splitlines()[2:] == ["18;example.why;;"]


def test_an_empty_file_of_points_gets_its_first_line(tmp_path: Path):
    """What was emptied begins with the names of the columns again."""
    path = tmp_path / "manual.csv"
    path.write_text("")

    policy.append_manual(path, [("17", "example.why")])

    assert path.read_text().splitlines() == ["student,part,points,comment", "17,example.why,,"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"who,part,points\n17,a,1\n", "needs the columns student"),
        (b"student,part,points\n17,a,nan\n", "'nan' is no number"),
        (b"student,part,points\n17,a,inf\n", "'inf' is no number"),
        (b"student,part,points\n17,a,two\n", "'two' is no number"),
        (b"student,part,points\nP\xe9rez,a,1\n", "in UTF-8"),
    ],
)
def test_points_that_cannot_be_read_name_the_file(content: bytes, said: str, tmp_path: Path):
    """What is wrong with the file is said with its name, and the file stays as it is."""
    path = tmp_path / "overrides.csv"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=f"overrides.csv.*{said}"):
        policy.read_points(path)

    assert path.read_bytes() == content


def test_points_that_fit_nothing_are_told():
    """A student or a part that does not exist, and points out of range, each get a sentence."""
    points = {("17", "a"): (1.0, ""), ("17", "b"): (1.0, ""), ("18", "a"): (3.0, ""),
              ("19", "a"): (-1.0, "")}  # fmt: skip

    told = policy.misplaced(points, {(who, "a"): 2.0 for who in ("17", "18", "19")})

    assert told == [
        "17, b: no such student with a result, or no such part",
        "18, a: 3 of 2 points",
        "19, a: -1 of 2 points",
    ]


def test_a_time_is_one_of_this_place():
    """A zone is converted, and a day alone counts whole."""
    zoned = roster.moment("2030-05-01T20:15:00Z")

    assert zoned.tzinfo is None
    assert zoned.astimezone(datetime.UTC).hour == 20
    assert roster.moment("2030-05-01").hour == 23
    assert Policy(zoned, 10).days_late(None, "2030-05-01T20:00:00Z") == 0


@pytest.mark.parametrize("line", ["17,Ana,two days,", "17,Ana,-24,", "17,Ana,,05/01/2030 20:15"])
def test_a_roster_with_a_wrong_time_is_refused(line: str, tmp_path: Path):
    """An extension or a time that cannot be read is named before anything is graded."""
    (tmp_path / "roster.csv").write_text(f"id,name,extension,submitted\n{line}\n", "utf8")

    with pytest.raises(ValueError, match="2030-05-01T23:59, got "):
        roster.read(tmp_path / "roster.csv")


@pytest.mark.parametrize("text", ["1.0 7.0", "1.0 7.0 4.0@100", "1.0 7.0 4.0@0", "a b c@60"])
def test_a_wrong_scale_is_refused(text: str):
    """A scale needs three grades, and a share between nothing and everything."""
    with pytest.raises(ValueError, match="a scale is written"):
        policy.scale_of(text)


def test_capitals_in_endings_do_not_matter(tmp_path: Path):
    """A notebook is one, however a system writes the ending of its name."""
    (tmp_path / "a.IPYNB").write_bytes(BOOK)
    archive(tmp_path / "b.ZIP", "c.Ipynb")

    assert [s.label for s in collect([tmp_path / "a.IPYNB", tmp_path / "b.ZIP"], [])] == [
        "a.IPYNB", "b.ZIP/c.Ipynb"]  # fmt: skip


def test_the_key_is_made_once_and_kept(tmp_path: Path, monkeypatch):
    """Without a key in the environment, one is made in a file that others cannot read."""
    from coursekit.__main__ import _key

    monkeypatch.delenv("COURSEKIT_KEY", raising=False)
    first = _key(tmp_path / "a" / "key")

    assert first == _key(tmp_path / "a" / "key")
    assert len(first) == 32
    assert (tmp_path / "a" / "key").stat().st_mode & 0o077 == 0
