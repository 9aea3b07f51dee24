"""What happens in a sandbox leaves nothing behind, and reaches nobody."""

import os
import select
import socket
import subprocess
import time
from pathlib import Path

import pytest

from coursekit.grading import __name__ as package
from coursekit.grading import doctor, sandbox
from coursekit.grading.grade import grade
from coursekit.grading.library import library

from .notebooks import KEY, LIMITS, TASK, needs_bubblewrap, right_but

pytestmark = needs_bubblewrap


def graded(*cells: str, **answers: str) -> dict:
    """Grade a right notebook with some more cells."""
    return grade(right_but(*cells, **answers), TASK, KEY, limits=LIMITS)


def test_bubblewrap_holds_everything_here():
    """The doctor's attempts to break the strictest layer all fail."""
    assert set(doctor.examine("bubblewrap").values()) == {True}
    assert doctor.best() == "bubblewrap"


def test_without_a_layer_nothing_is_graded(monkeypatch):
    """Where no layer holds, the doctor names none, unless the weak one is allowed."""
    monkeypatch.setattr(doctor, "available", lambda weak: ["none"] if weak else [])

    assert doctor.best() is None
    assert doctor.best(weak=True) == "none"


def test_a_layer_that_leaks_is_not_used(monkeypatch):
    """A layer with a single leak in what it must hold is passed over."""
    leaky = dict.fromkeys(doctor.SAYS, True) | {"network": False}
    monkeypatch.setattr(doctor, "examine", lambda layer: leaky)

    assert doctor.best() is None


def test_the_weak_layer_says_so_in_the_result():
    """Graded without containment, the points are right, and the result tells how they came."""
    result = grade(right_but(), TASK, KEY, limits=LIMITS, layer="none")

    assert result["isolation"] == "none"
    assert result["earned"] in (0, 9)  # 0 where Python itself is out of the reach of other users


def test_no_file_is_written(tmp_path: Path):
    """Neither the home folder, nor a folder that anybody may write to, nor /tmp is touched."""
    tmp_path.chmod(0o777)
    places = [
        tmp_path / "x",
        Path.home() / "written-by-a-sandbox",
        Path("/tmp/written-by-a-sandbox"),
    ]

    graded(*(f"open({str(place)!r}, 'w').write('x')" for place in places))

    assert [place for place in places if place.exists()] == []


def test_no_network_is_reached():
    """A server on this machine hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = graded(f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)")
        heard, _, _ = select.select([server], [], [], 0)

    assert heard == []
    assert result["earned"] == 9


@pytest.mark.parametrize(
    "call",
    [
        "os.close(os.memfd_create('x'))",
        "os.close(C.syscall(319 if os.uname().machine == 'x86_64' else 279, b'x', 0))",
        "check(C.shmget(0, 2**20, 0o1600))",
        "check(C.unshare(0x10000000))",
        "check(C.syscall(435, bytes([0, 0, 0, 16]) + bytes(84), 88))",
    ],
)
def test_no_memory_is_held_outside_of_a_process(call: str):
    """Files without a name, shared segments and spaces of one's own are refused."""
    code = (
        "import ctypes, os\nC = ctypes.CDLL(None)\ndef check(n):\n    if n < 0: raise OSError\n"
        f"try:\n    {call}\n    held = False\nexcept OSError:\n    held = True"
    )

    assert graded(code, share="share = 0.25 if held else 0.75")["earned"] == 9


def test_one_submission_does_not_starve_the_others():
    """A sandbox with too many threads at work is ended; what the notebook answers still counts."""
    code = "import os\nfor _ in range(40):\n    if os.fork() == 0:\n        while True: pass\n" \
        "while True: pass"  # fmt: skip
    box = sandbox.Sandbox("bubblewrap", library(()), LIMITS, slot=os.getpid() % 4096)
    cell = {"op": "cell", "number": 0, "source": code, "seconds": 5.0, "answers": []}

    with pytest.raises(sandbox.DiedError) as caught:
        box.ask(cell, 5.0)

    assert not caught.value.slow


def test_no_process_outlives():
    """A daemon that left its parents is gone when the grading is over."""
    before = uids()
    daemon = (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        while True: time.sleep(1)\n    os._exit(0)"
    )

    result = graded(
        daemon, step=f"{daemon}\ndef step(w, b, x, y):\n    exec({daemon!r}, globals())"
    )

    time.sleep(0.2)
    assert uids() <= before
    assert result["earned"] == 7


def uids() -> set[int]:
    """Return the processes of this system that belong to the user of our sandboxes."""
    found = set()
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                if path.stat().st_uid == sandbox.FIRST_UID + os.getpid() % 4096:
                    found.add(int(path.name))
            except OSError:
                continue
    return found


def test_the_grader_is_not_in_the_sandbox():
    """Nothing of the grader but its worker, and no exercise of the course, can be read there."""
    names = {name for name, _ in library(())}

    assert not any("grading" in name or name == "coursekit" for name in names)
    assert [name for name in names if "exercises" in name] == [
        name for name in names if name.endswith(("exercises/__init__.py", "exercises/_outputs.py"))
    ]
    assert dict(library(()))["coursekit/exercises/__init__.py"].endswith("stand_in.py")
    assert package == "coursekit.grading"


def test_no_other_package_is_on_the_disk():
    """The packages of the system and of Python's own folder are hidden, and cannot be found."""
    look = (
        "import glob, sys\nseen = [path for folder in (sys.base_prefix, '/usr', '/usr/local')"
        " for path in glob.glob(folder + '/lib/python3*/*-packages/*')]"
    )

    result = graded(look, share="share = 0.75 if seen else 0.25")

    assert result["earned"] == 9


def test_a_module_must_be_allowed(tmp_path: Path):
    """What an exercise allows comes with what it needs, and nothing else."""
    plain = {name for name, _ in library(())}
    more = {name for name, _ in library(("coursekit.nn", "scipy"))}

    assert {
        "coursekit/nn.py",
        "coursekit/autograd",
        "coursekit/functional",
        "scipy",
    } <= more - plain
    assert not {"torch", "sklearn", "coursekit/perceptron.py"} & more
    with pytest.raises(ValueError, match="not installed"):
        library(("no_such_module",))


def test_a_sandbox_that_does_not_start_says_why(monkeypatch):
    """What the system says is told, and it is a fault of the system."""
    command = ["sh", "-c", "echo 'no such layer' >&2; exit 1"]
    monkeypatch.setattr(sandbox, "_command", lambda *_: (command, {}))

    with pytest.raises(sandbox.StartError, match="no such layer"):
        sandbox.Sandbox("bubblewrap", library(()), LIMITS)


def test_a_worker_that_says_nothing_is_ended():
    """A sandbox that stops answering is ended, and told apart from one that has left."""
    one = sandbox.Sandbox("bubblewrap", library(()), LIMITS, slot=os.getpid() % 4096)
    source = "import signal\nsignal.pthread_sigmask(0, [14])\nwhile True: pass"
    cell = {"op": "cell", "number": 0, "source": source, "seconds": 0.2, "answers": []}

    with pytest.raises(sandbox.DiedError) as caught:
        one.ask(cell, 0.2)

    assert caught.value.slow
    with pytest.raises(sandbox.DiedError):
        one.ask({"op": "fork"}, 1.0)


def bystander(uid: int) -> subprocess.Popen[bytes]:
    """Start a process of a user who has nothing to do with any sandbox."""
    root = os.geteuid() == 0
    return subprocess.Popen(["sleep", "60"], **({"user": uid, "group": uid} if root else {}))


@pytest.mark.parametrize("layer", ["bubblewrap", "none"])
def test_tidying_up_ends_nobody_else(layer: str):
    """Left-over processes are ended only where no others are in reach, even of the same user."""
    slot = 4000
    other = bystander(sandbox.FIRST_UID + slot)
    box = sandbox.Sandbox(layer, library(()), LIMITS, slot)
    try:
        cell = {"op": "cell", "number": 0, "source": "x = 1", "seconds": 1.0, "answers": []}
        reply, _ = box.ask(cell, 1.0)

        assert reply.get("ok")
        assert other.poll() is None
    finally:
        box.close()
        other.kill()
        other.wait()
