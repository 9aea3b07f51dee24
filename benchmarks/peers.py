"""The example task in the forms of nbgrader and otter-grader, and a cage to run them in.

Their checks are given the same literal cases that our public and hidden ones hold in kind. They run
hostile notebooks here, so each run is caged by bubblewrap: a user without rights, a private home,
no network, no other processes, limits on memory, processes, files and time. Grading by them is
otherwise as their manuals say.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

MARK = re.compile(r"# exercise: example\.(\w+)")
USER = 61_999  # without rights, where the benchmark is run by root
LIMITS = ["prlimit", f"--as={6 * 2**30}", "--nproc=300", f"--fsize={2**27}", "--core=0"]
SECONDS = 90  # for one submission
CHECKS = {  # points, and code that fails if the answer is wrong
    "step": (2, """\
for w, b, x, y, want in (([0, 0], 0, [1, 2], 1, ([1, 2], 1)), ([1, 1], 0, [1, 2], 0, ([0, -1], -1)),
                         ([0.5, -2, 1], 0.5, [3, 1, -1], 1, ([3.5, -1, 0], 1.5))):
    got = step(np.array(w, float), b, np.array(x, float), y)
    np.testing.assert_allclose(got[0], want[0])
    np.testing.assert_allclose(got[1], want[1])"""),
    "softmax": (1, """\
np.testing.assert_allclose(softmax(np.array([0.0, 0.0])), [0.5, 0.5])
np.testing.assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625])"""),
    "softmax_large": (1, """\
np.testing.assert_allclose(softmax(np.array([1000.0, 0.0])), [1, 0], atol=1e-12)"""),
    "centre": (1, """\
x = np.array([1.0, 3.0, 8.0])
np.testing.assert_allclose(centre(x), [-3, -1, 4])
np.testing.assert_allclose(x, [1, 3, 8])"""),
    "share": (1, "np.testing.assert_allclose(share, 0.25)"),
    "Unit": (3, """\
X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1], [2, 3], [-2, -1]])
u = Unit(epochs=20)
_ = u.fit(X, np.array([0.0, 1, 1, 1, 1, 0]))
np.testing.assert_allclose(u.predict(X), [0, 1, 1, 1, 1, 0])"""),
}  # fmt: skip
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "b"
c.ExecutePreprocessor.timeout = 20
c.Autograde.exclude_preprocessors = []
"""


def whole(data: bytes) -> bytes:
    """Return a submission with all that Jupyter would have written; as it is if it is no notebook.

    Our tests leave out what does not matter to us: the peers are not to stumble over that.
    """
    try:
        book = json.loads(data)
        cells = [cell for cell in book["cells"] if isinstance(cell, dict)]
    except (ValueError, KeyError, TypeError):
        return data
    blank = {"execution_count": None, "outputs": [], "metadata": {}}
    book["cells"] = [blank | c if c.get("cell_type") == "code" else c for c in cells]
    if not (book.get("metadata") or {}).get("kernelspec"):
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book["metadata"] = {"kernelspec": kernel}
    return json.dumps(book).encode()


def sources(data: bytes) -> list[dict[str, Any]] | None:
    """Return the cells of a submission; None if it is no notebook of format 4."""
    try:
        return list(json.loads(data)["cells"])
    except (ValueError, KeyError, TypeError):
        return None


def for_nbgrader(data: bytes, marked: bool = True) -> bytes:
    """Return a submission with the cells and the metadata of nbgrader's release."""
    data = whole(data)
    cells = sources(data)
    if cells is None:
        return data
    book, left = [], dict(CHECKS)
    for cell in cells:
        name = MARK.search(text_of(cell.get("source")))
        book.append(cell | {"metadata": {}} if not (name and marked) else
                    cell | {"metadata": {"nbgrader": about(name[1], solution=True)}})  # fmt: skip
        for check in [c for c in left if name and c.partition("_")[0] == name[1]]:
            book.append(check_cell(check, *left.pop(check), marked))
    book += [check_cell(check, *facts, marked) for check, facts in left.items()]
    return json.dumps(json.loads(data) | {"cells": book}).encode()


def text_of(source: object) -> str:
    """Return a cell's source as one text, whatever a submission has put there."""
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")


def about(name: str, *, solution: bool = False, points: int = 0) -> dict[str, Any]:
    """Return the metadata of an answer, or of a check that earns points."""
    facts = {"grade": not solution, "locked": not solution, "solution": solution, "task": False}
    facts |= {"schema_version": 3, "grade_id": name if solution else f"check-{name}"}
    return facts | ({} if solution else {"points": points})


def check_cell(name: str, points: int, code: str, marked: bool) -> dict[str, Any]:
    """Return the cell that checks an answer."""
    facts = {"nbgrader": about(name, points=points)} if marked else {}
    return {"cell_type": "code", "id": f"check-{name.lower()}", "metadata": facts, "outputs": [],
            "execution_count": None, "source": code}  # fmt: skip


def cage(folder: Path, command: list[str], tools: Path) -> float | None:
    """Run a command in a folder, caged; return its seconds, or None if it had to be ended."""
    begin = time.perf_counter()
    whole_command = [*bubblewrap(folder, tools), *dropped(folder), *LIMITS, *command]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run(whole_command, timeout=SECONDS, stdin=subprocess.DEVNULL, **quiet)
    except subprocess.TimeoutExpired:
        return None
    return time.perf_counter() - begin


def bubblewrap(folder: Path, tools: Path) -> list[str]:
    """Return what makes the cage: the folder can be written, and nothing else that lasts."""
    prefix, opened = Path(sys.base_prefix), []
    way = list(reversed(prefix.parents))  # the folders that lead to Python, from the top
    closed = [path for path in way if not path.stat().st_mode & 0o001]
    if closed:  # such as the home of root: put an open one in its place, with Python only
        opened = ["--tmpfs", str(closed[0])]
        for path in way[way.index(closed[0]) + 1 :]:
            opened += ["--perms", "0755", "--dir", str(path)]
        opened += ["--ro-bind", str(prefix), str(prefix)]
    above = [path for path in reversed(folder.parents) if Path("/tmp") in path.parents]
    return [
        "bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--die-with-parent", "--new-session", "--ro-bind", "/", "/", "--dev", "/dev",
        "--proc", "/proc", "--perms", "1777", "--tmpfs", "/tmp",
        *opened, "--ro-bind", str(tools.parent), str(tools.parent),
        *(word for path in above for word in ("--perms", "0755", "--dir", str(path))),
        "--bind", str(folder), str(folder), "--chdir", str(folder),
        "--setenv", "HOME", "/tmp", "--setenv", "PATH", f"{tools}:/usr/bin:/bin",
        "--unsetenv", "PYTHONPATH",
    ]  # fmt: skip


def dropped(folder: Path) -> list[str]:
    """Return what gives root's rights up before any code of a submission runs."""
    if os.geteuid() != 0:
        return []
    for path in (folder, *folder.rglob("*")):
        os.chown(path, USER, USER, follow_symlinks=False)
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--inh-caps=-all",
            "--bounding-set=-all", "--no-new-privs"]  # fmt: skip


class Nbgrader:
    """A course of nbgrader with the example task."""

    def __init__(self, folder: Path, tools: Path, release: bytes) -> None:
        self.folder, self.tools = folder, tools
        folder.mkdir(parents=True)
        folder.joinpath("nbgrader_config.py").write_text(CONFIG)
        self._put(folder / "source/hw", release)
        cage(folder, ["nbgrader", "generate_assignment", "hw", "--create"], tools)

    def submit(self, student: str, data: bytes, marked: bool = True) -> None:
        """Put a student's notebook where nbgrader looks for it."""
        self._put(self.folder / "submitted" / student / "hw", for_nbgrader(data, marked))

    def grade(self, student: str = "") -> float | None:
        """Grade one student, or all; return the seconds."""
        one = [f"--student={student}"] if student else []
        return cage(self.folder, ["nbgrader", "autograde", "hw", *one], self.tools)

    def points(self) -> dict[str, float]:
        """Return what each graded student has earned."""
        cage(self.folder, ["nbgrader", "export"], self.tools)
        path = self.folder / "grades.csv"
        rows = list(csv.DictReader(path.open())) if path.exists() else []
        graded = {p.name for p in self.folder.glob("autograded/*")}
        return {row["student_id"]: float(row["score"] or 0) for row in rows
                if row["student_id"] in graded}  # fmt: skip

    @staticmethod
    def _put(folder: Path, data: bytes) -> None:
        folder.mkdir(parents=True)
        folder.joinpath("hw.ipynb").write_bytes(data)


class Otter:
    """otter-grader's checks of the example task."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self.folder, self.tools = folder, tools
        tests = folder / "tests"
        tests.mkdir(parents=True)
        for name, (points, code) in CHECKS.items():
            lines = f"import numpy as np\n{code}".split("\n")
            typed = "\n".join((">>> " if not line.startswith(" ") else "... ") + line
                              for line in lines)  # fmt: skip
            case = {"code": typed, "hidden": True, "locked": False, "points": points}
            suite = {"cases": [case], "scored": True, "setup": "", "teardown": "",
                     "type": "doctest"}  # fmt: skip
            test = {"name": name, "points": points, "suites": [suite]}
            tests.joinpath(f"{name}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
        quiet = ["--no-environment", "--no-requirements"]
        cage(folder, ["otter", "generate", "-t", "tests", "-o", "grader.zip", *quiet], tools)

    def grade(self, data: bytes) -> tuple[float | None, float | None]:
        """Grade one submission; return its points, None if there are none, and the seconds."""
        place = self.folder / "one"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        place.joinpath("hw.ipynb").write_bytes(whole(data))
        shutil.copy(self.folder / "grader.zip", place)
        command = ["otter", "run", "hw.ipynb", "-a", "grader.zip", "-o", ".", "--no-logo"]
        seconds = cage(place, command, self.tools)
        try:
            tests = json.loads(place.joinpath("results.json").read_text())["tests"]
            return float(sum(test.get("score", 0) for test in tests)), seconds
        except (OSError, ValueError):
            return None, seconds


def environment(folder: Path) -> Path:
    """Return the folder of the peers' commands; installs them into an environment on first use."""
    if not (folder / "bin/otter").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        needs = Path(__file__).with_name("requirements-graders.txt")
        pip = [str(folder / "bin/pip"), "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(needs)], check=True)
    return folder.resolve() / "bin"
