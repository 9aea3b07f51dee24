"""What happens in a sandbox leaves nothing behind, and reaches nobody."""

import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from coursekit.grading import __name__ as package
from coursekit.grading import cage, doctor, pipe, remote, sandbox, warm
from coursekit.grading.cage import Layer
from coursekit.grading.find import Cell
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


TAKEN = {  # a promise, and what must be taken out of which file for it to be broken
    "network": ("cage.py", '"net", '),  # and the calls that would refuse it all the same
    "processes": ("cage.py", '"pid", '),
    "memory": ("spaces.py", '"AS": now + limits["memory"], '),
    "calls": ("spaces.py", "calls.refuse()"),
    "children": ("spaces.py", '"NPROC": limits["processes"],'),
    "time": ("worker.py", "signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)"),
    "leftovers": ("spaces.py", "_mount_empty(folder, size)"),  # and what makes the rest read-only
}


@pytest.mark.parametrize("promise", TAKEN)
def test_the_doctor_sees_when_a_layer_is_taken_away(promise, tmp_path, monkeypatch):
    """A promise that the system no longer keeps turns red, and the layer is not used."""
    file, words = TAKEN[promise]
    shutil.copytree(cage.HERE, tmp_path / "grading")
    source = (tmp_path / "grading" / file).read_text()
    assert words in source
    source = source.replace(words, "pass" if ")" in words else "")
    if promise == "leftovers":
        source = source.replace("_done(LIBC.syscall(SET_MOUNTS", "str((SET_MOUNTS")
    (tmp_path / "grading" / file).write_text(source)
    monkeypatch.setattr(warm, "_waiting", {})
    if file == "cage.py":
        calls = tmp_path / "grading" / "calls.py"
        calls.write_text(calls.read_text().replace("(EQUAL, 1, 0, LOCAL)", "(EQUAL, 1, 1, LOCAL)"))
        weaker = runpy.run_path(str(tmp_path / "grading" / file))
        weaker["command"].__globals__["HERE"] = tmp_path / "grading"
        monkeypatch.setattr(warm, "command", weaker["command"])
        monkeypatch.setattr(warm, "FOLDERS", ())  # nor may a space of its own hide the others
    else:
        monkeypatch.setattr(cage, "HERE", tmp_path / "grading")

    held = doctor.examine("bubblewrap")

    assert held["starts"]
    assert not held[promise]
    assert not doctor.holds("bubblewrap")


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
        "check(C.semget(0, 32_000, 0o1600))",
        "check(C.setsockopt(socket.socketpair()[0].fileno(), 1, 7, bytes(4), 4))",
        "check(C.syscall(249 if os.uname().machine == 'x86_64' else 218, b'user', b'x', b'', -3))",
        "check(C.unshare(0x10000000))",
        "check(C.syscall(435, bytes([0, 0, 0, 16]) + bytes(84), 88))",
    ],
)
def test_no_memory_is_held_outside_of_a_process(call: str):
    """Files without a name, shared segments and spaces of one's own are refused."""
    code = (
        "import ctypes, os, socket\nC = ctypes.CDLL(None)\n"
        "def check(n):\n    if n < 0: raise OSError\n"
        f"try:\n    {call}\n    held = False\nexcept OSError:\n    held = True"
    )

    assert graded(code, share="share = 0.25 if held else 0.75")["earned"] == 9


def test_one_submission_does_not_starve_the_others():
    """A sandbox with too many threads at work is ended; what the notebook answers still counts."""
    code = "import os\nfor _ in range(40):\n    if os.fork() == 0:\n        while True: pass\n" \
        "while True: pass"  # fmt: skip
    box = sandbox.Sandbox("bubblewrap", library(()), LIMITS, slot=os.getpid() % 4096)

    with pytest.raises(sandbox.DiedError) as caught:
        box.ask(cell(code) | {"seconds": 5.0}, 5.0)

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


def places(layer: str) -> str:
    """Return the folders where a worker may write, as Python."""
    other = "[os.environ['HOME'], '/dev/shm']"
    return repr(list(warm.FOLDERS)) if layer == "bubblewrap" else other


@pytest.mark.parametrize("layer", ["bubblewrap", "unshare"])
def test_one_submission_finds_nothing_of_another(layer: str):
    """Files, processes, sockets, names, and what was written to the pipe end with a submission."""
    leave = f"""
import builtins, os, socket, sys, time
for folder in {places(layer)}:
    open(folder + "/left", "w").close()
os.environ["LEFT"] = sys.path[0] = "left"
sys.modules["numpy"].left = builtins.left = True
server = socket.socket(socket.AF_UNIX)
server.bind("\\0left")
server.listen()
if os.fork() == 0:
    os.setsid()
    time.sleep(60)
for number in range(3, 30):
    try:
        os.set_blocking(number, False)
        os.write(number, b"left" * 1000)
    except OSError:
        pass
"""
    look = f"""
import builtins, os, socket, sys
def listens():
    try:
        socket.socket(socket.AF_UNIX).connect("\\0left")
    except OSError:
        return False
    return True
others = set(filter(str.isdigit, os.listdir("/proc"))) - {{"1", "2", str(os.getpid())}}
found = [listens(), "LEFT" in os.environ, "left" in sys.path, hasattr(sys.modules["numpy"], "left"),
         hasattr(builtins, "left"), os.getcwd() != os.environ["HOME"], len(others) > 0]
found += [os.path.exists(folder + "/left") for folder in {places(layer)}]
"""
    place = (layer, library(()), LIMITS, os.getpid() % 4096)
    with closing(sandbox.Sandbox(*place)) as first, pytest.raises(sandbox.DiedError):
        first.ask(cell(leave), 1.0)
    with closing(sandbox.Sandbox(*place)) as second:
        assert second.ask(cell(look), 1.0)[0].get("ok")
        pick = {"op": "pick", "exercise": "", "thing": "found", "when": "end"}
        reply, blobs = second.ask(pick, 1.0)

    assert second._parent is first._parent
    assert pipe.decode(reply["value"], blobs, dict) == [False] * (7 + len(eval(places(layer))))


@pytest.mark.parametrize("layer", ["bubblewrap", "unshare"])
def test_no_file_is_written_but_in_empty_folders(layer: Layer, tmp_path: Path):
    """What everybody may write to, and what the parent imports from, can only be read."""
    tmp_path.chmod(0o777)
    code = (
        "import os\nhome = os.environ['HOME']\n"
        f"for folder in ({str(tmp_path)!r}, '/var/tmp', home + '/..', home + '/../library'):\n"
        "    try:\n        open(folder + '/left', 'w').close()\n    except OSError:\n"
        "        continue\n    raise SystemExit"
    )
    with closing(sandbox.Sandbox(layer, library(()), LIMITS, os.getpid() % 4096)) as box:
        assert box.ask(cell(code), 1.0)[0].get("ok")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("layer", ["bubblewrap", "unshare"])
def test_files_without_content_have_an_end(layer: Layer):
    """An empty file takes memory of the kernel, too, so their number is limited."""
    code = (
        f"import os\nfor folder in {places(layer)}:\n    try:\n        for n in range(10**5):\n"
        "            os.close(os.open(f'{folder}/{n}', os.O_CREAT))\n    except OSError:\n"
        "        continue\n    raise SystemExit"
    )
    limits = replace(LIMITS, home=2**22)
    with closing(sandbox.Sandbox(layer, library(()), limits, os.getpid() % 4096)) as box:
        assert box.ask(cell(code), 1.0)[0].get("ok")


@pytest.mark.parametrize(("family", "kind"), [(2, 1), (10, 2), (16, 3), (40, 1)])
def test_a_socket_reaches_nothing_but_processes(family: int, kind: int):
    """The host of a virtual machine is not reached; nor does a port stay taken for the next one."""
    code = (
        "import socket\nsocket.socketpair()\ntry:\n"
        f"    socket.socket({family}, {kind})\n"
        "    refused = False\nexcept PermissionError:\n    refused = True"
    )

    assert graded(code, share="share = 0.25 if refused else 0.75")["earned"] == 9


USURP = """
import json, os, signal, struct, time
died = json.dumps({"died": True, "depth": 0, "value": None, "sizes": []}).encode()
text = json.dumps({"ok": True, "depth": 2, "sizes": [len(died) + 4]}).encode()
before = os.getppid()
if os.fork() == 0:
    os.write(5, struct.pack("!I", len(text)) + text)
    os.kill(before, signal.SIGKILL)
    os._exit(0)
time.sleep(5)
"""


@pytest.mark.parametrize("layer", ["bubblewrap", "unshare"])
def test_the_process_that_has_rights_runs_no_cell(layer: Layer):
    """Whoever kills the process below, and hides its end in a forged frame, gets no better one."""
    status = "status = open('/proc/self/status').read()"
    place = (layer, library(()), LIMITS, os.getpid() % 4096)
    played = remote.Run(lambda: sandbox.Sandbox(*place), [Cell(0, USURP), Cell(1, status)], 8.0)
    with closing(played):
        played.play()
        with played.trying(1.0):
            found, _ = played.pick("", "status", "end")

    assert 0 in played.errors
    assert "Seccomp:\t2" in found
    assert os.geteuid() != 0 or f"Uid:\t{warm.FIRST_UID + place[3]}" in found


LOOK = """
import os
def tried(path, mode):
    try:
        with open(path, mode):
            return True
    except OSError:
        return False
pids = filter(str.isdigit, os.listdir("/proc"))
facts = [dict(line.split(":\\t") for line in open(f"/proc/{pid}/status").read().splitlines()
              if ":\\t" in line) for pid in pids]
found = [tried("/proc/1/mem", "r+b"), {fact["Seccomp"] for fact in facts},
         {fact["CapEff"].strip("0") for fact in facts if fact["Pid"] != "1"},
         {fact["NoNewPrivs"] for fact in facts}, open("/proc/self/oom_score_adj").read().strip()]
"""


@pytest.mark.parametrize("layer", ["bubblewrap", "unshare"])
def test_no_process_of_a_notebook_can_do_more_than_the_cells(layer: Layer):
    """All refuse the same calls, none can be written into; they end first if memory is short."""
    with closing(sandbox.Sandbox(layer, library(()), LIMITS, os.getpid() % 4096)) as box:
        assert box.ask(cell(LOOK), 1.0)[0].get("ok")
        pick = {"op": "pick", "exercise": "", "thing": "found", "when": "end"}
        reply, blobs = box.ask(pick, 1.0)

    assert pipe.decode(reply["value"], blobs, dict) == [False, {"2"}, {""}, {"1"}, "1000"]


def test_bytes_that_trickle_in_do_not_keep_the_watch_away():
    """A sandbox that holds too much is ended at once, also while a frame comes byte by byte."""
    code = (
        "import os, struct, time\nos.write(5, struct.pack('!I', 10**6))\nif os.fork() == 0:\n"
        "    while True: os.write(5, b' '); time.sleep(0.01)\n"
        "for _ in range(3): os.fork()\nx = bytearray(5 * 10**7)\ntime.sleep(20)"
    )
    limits = replace(LIMITS, memory=10**8)
    box = sandbox.Sandbox("bubblewrap", library(()), limits, slot=os.getpid() % 4096)

    with pytest.raises(sandbox.DiedError) as caught:
        box.ask(cell(code) | {"seconds": 9.0}, 9.0)

    assert not caught.value.slow


def test_each_submission_draws_other_numbers():
    """The parent's state of NumPy's random numbers is not what every notebook begins with."""
    drawn = []
    for _ in range(2):
        with closing(sandbox.Sandbox("bubblewrap", library(()), LIMITS)) as box:
            box.ask(cell("import numpy as np\nx = float(np.random.rand())"), 1.0)
            pick = {"op": "pick", "exercise": "", "thing": "x", "when": "end"}
            drawn.append(box.ask(pick, 1.0)[0]["value"])

    assert drawn[0] != drawn[1]


def test_a_notebook_that_plots_finds_matplotlib_ready(monkeypatch):
    """The slow import is done once, by the parent of all notebooks that say they plot."""
    monkeypatch.setattr(warm, "_waiting", {})

    graded("x = 1")
    graded("import matplotlib.pyplot as plt")

    assert [key[2] for key in warm._waiting] == [("numpy",), ("numpy", "matplotlib.pyplot")]
    warm.close()


def test_where_no_fresh_space_can_be_made_a_parent_serves_once(monkeypatch):
    """Without the right to make spaces each submission has a sandbox of its own, as safe."""
    monkeypatch.setattr(warm, "FOLDERS", ())
    monkeypatch.setattr(warm, "_waiting", {})

    results = [graded("open('left', 'x').close()") for _ in range(2)]

    assert [result["earned"] for result in results] == [9, 9]
    assert warm._waiting == {}


def test_a_parent_that_has_died_is_replaced():
    """A first process that was ended while it waited costs nobody anything."""
    assert graded()["earned"] == 9
    for parent in warm._waiting.values():
        os.kill(parent.pid, signal.SIGKILL)
        parent._process.wait()

    assert graded()["earned"] == 9


ENDLESS = """
import os, sys
from coursekit.grading.library import library
from coursekit.grading.sandbox import Limits, Sandbox
box = Sandbox(sys.argv[1], library(()), Limits(), os.getpid() % 4096)
print(box._parent.pid, box._parent._folder or "", flush=True)
source = "import time; time.sleep(60)"
box.ask({"op": "cell", "number": 0, "source": source, "seconds": 60.0, "answers": []}, 60.0)
"""


@pytest.mark.parametrize("layer", ["bubblewrap", "unshare", "none"])
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_grader_that_is_killed_leaves_nothing(layer: Layer, ending: signal.Signals):
    """Its sandbox ends with all processes and its folder, however the grader itself has ended."""
    command = [sys.executable, "-c", ENDLESS, layer]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, **streams) as grader:
        first, _, folder = grader.stdout.readline().strip().partition(" ")
        time.sleep(0.3)
        pids = warm.tree(int(first))
        grader.send_signal(ending)
    until = time.monotonic() + 10
    left = [Path(f"/proc/{pid}") for pid in pids] + [Path(folder)] * bool(folder)
    while any(map(Path.exists, left)) and time.monotonic() < until:
        time.sleep(0.1)

    assert len(pids) >= 3
    assert [path for path in left if path.exists()] == []


def cell(source: str) -> dict[str, object]:
    """Return the request to run a cell."""
    return {"op": "cell", "number": 0, "source": source, "seconds": 1.0, "answers": []}


def uids() -> set[int]:
    """Return the processes of this system that belong to the user of our sandboxes."""
    found = set()
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                if path.stat().st_uid == warm.FIRST_UID + os.getpid() % 4096:
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
    monkeypatch.setattr(warm, "command", lambda *_: (command, {}))
    monkeypatch.setattr(warm, "_waiting", {})

    with pytest.raises(sandbox.StartError, match="no such layer"):
        sandbox.Sandbox("bubblewrap", library(()), LIMITS)


def test_a_worker_that_says_nothing_is_ended():
    """A sandbox that stops answering is ended with all its processes, and told apart."""
    place = ("bubblewrap", library(()), LIMITS, os.getpid() % 4096)
    with closing(sandbox.Sandbox(*place)) as one:
        parent = one._parent
    idle = set(warm.tree(parent.pid))
    one = sandbox.Sandbox(*place)
    source = "import signal\nsignal.pthread_sigmask(0, [14])\nwhile True: pass"

    with pytest.raises(sandbox.DiedError) as caught:
        one.ask(cell(source) | {"seconds": 0.2}, 0.2)

    assert caught.value.slow
    with pytest.raises(sandbox.DiedError):
        one.ask({"op": "fork"}, 1.0)
    assert one._parent is parent
    assert set(warm.tree(parent.pid)) == idle


SLEEPERS = """
import os, time
for _ in range(120):
    if os.fork() == 0:
        if os.fork(): os._exit(0)
        time.sleep(30)
"""


@pytest.mark.parametrize("layer", ["bubblewrap", "unshare"])
def test_what_a_cell_has_left_behind_is_gone_before_its_reply(layer: Layer):
    """Children and orphans would count against the next cell, or be taken for its doing."""
    limits = replace(LIMITS, busy=1000)
    with closing(sandbox.Sandbox(layer, library(()), limits, os.getpid() % 4096)) as box:
        before = len(warm.tree(box._parent.pid))
        assert box.ask(cell(SLEEPERS) | {"seconds": 9.0}, 9.0)[0].get("ok")

        assert len(warm.tree(box._parent.pid)) < before + 20  # of 240; the last may just be ending


def test_processes_that_end_while_they_are_counted_disturb_nobody():
    """Programs that start and end all the time are counted without an error."""
    with subprocess.Popen(["sh", "-c", "for n in $(seq 300); do true | true; done"]) as shell:
        while shell.poll() is None:
            assert warm.tree(shell.pid)[0] == shell.pid
            assert 0 <= sandbox._busy(shell.pid) <= 1


def bystander(uid: int) -> subprocess.Popen[bytes]:
    """Start a process of a user who has nothing to do with any sandbox."""
    root = os.geteuid() == 0
    return subprocess.Popen(["sleep", "60"], **({"user": uid, "group": uid} if root else {}))


@pytest.mark.parametrize("layer", ["bubblewrap", "none"])
def test_tidying_up_ends_nobody_else(layer: str):
    """Left-over processes are ended only where no others are in reach, even of the same user."""
    slot = 4000
    other = bystander(warm.FIRST_UID + slot)
    box = sandbox.Sandbox(layer, library(()), LIMITS, slot)
    try:
        reply, _ = box.ask(cell("x = 1"), 1.0)

        assert reply.get("ok")
        assert other.poll() is None
    finally:
        box.close()
        other.kill()
        other.wait()
