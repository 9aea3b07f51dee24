"""Which layers of containment hold here? Found out by trying to break them."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from coursekit.grading import pipe
from coursekit.grading.cage import Layer, available
from coursekit.grading.library import library
from coursekit.grading.sandbox import DiedError, Limits, Sandbox, StartError

NEEDED = ("starts", "network", "processes", "memory", "calls", "children", "time", "leftovers")
SAYS = {
    "starts": "the sandbox starts, and Python works in it",
    "network": "no network",
    "processes": "other processes cannot be seen or ended",
    "memory": "memory is limited",
    "calls": "no memory can be held outside of every process",
    "children": "the number of processes is limited",
    "time": "time is limited",
    "leftovers": "nothing of one submission is left for the next",
    "files": "the files of this system cannot be written",
    "secrets": "the files of the teacher cannot be read",
}
LEAVE = """
import os, time
open(os.environ["HOME"] + "/left-by-a-submission", "w").close()
if os.fork() == 0:
    os.setsid()
    time.sleep(60)
"""
PROBE = """
import encodings.idna, json.tool, mmap, os, pprint, socket, time
import numpy.fft
found = {"starts": True}
def refused(test):
    try:
        test()
    except (OSError, MemoryError, OverflowError):
        return True
    return False
def write():
    for path in (FILE, PREFIX + "/written-by-a-sandbox", "/usr/written-by-a-sandbox"):
        try:
            open(path, "a").close()
        except OSError:
            continue
        return
    raise OSError
def children():
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(20)
found["network"] = refused(lambda: socket.create_connection(("127.0.0.1", PORT), 1))
def reach():
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if MARK in open(f"/proc/{name}/cmdline").read():
                return
        except OSError:
            continue
    raise OSError
found["processes"] = refused(reach)
found["memory"] = refused(lambda: mmap.mmap(-1, 2**33, flags=0x4022))  # without reserving it
found["calls"] = refused(lambda: os.close(os.memfd_create("memory of no process")))
found["files"] = refused(write)
found["secrets"] = refused(lambda: open(FILE).read())
found["leftovers"] = not os.path.exists(os.environ["HOME"] + "/left-by-a-submission")
found["children"] = refused(children)
"""


def examine(layer: Layer) -> dict[str, bool]:
    """Return what holds in a layer; all is False if it does not start."""
    held = dict.fromkeys(SAYS, False)
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        secret = Path(folder) / "secret"
        secret.write_text("the key")
        mark = f"a bystander of {os.getpid()}"
        bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", mark])
        facts = {"MARK": mark, "PORT": server.getsockname()[1], "FILE": str(secret)}
        code = f"import sys\nPREFIX = sys.base_prefix\nglobals().update({facts!r})\n{PROBE}"
        place = (layer, library(()), Limits(cell=15, processes=50, busy=300), os.getpid() % 4096)
        try:
            with closing(Sandbox(*place)) as sandbox:
                sandbox.ask(_cell(LEAVE, 5.0), 5.0)
            with closing(Sandbox(*place)) as sandbox:
                held |= _try(sandbox, code)
        except (StartError, DiedError, pipe.PipeError):
            pass
        finally:
            bystander.kill()
            bystander.wait()
    return held


def _try(sandbox: Sandbox, code: str) -> dict[str, bool]:
    """Run the probe, then a loop without end; return what held."""
    sandbox.ask(_cell(code, 15.0), 15.0)
    pick = {"op": "pick", "exercise": "", "thing": "found", "when": "end"}
    reply, blobs = sandbox.ask(pick, 5.0)
    value = pipe.decode(reply.get("value"), blobs, dict)
    held = {name: value.get(name) is True for name in SAYS} if isinstance(value, dict) else {}
    with suppress(DiedError):  # it had to be ended from outside
        reply, _ = sandbox.ask(_cell("while True: pass", 0.2), 0.2)
        held["time"] = "error" in reply
    return held


def _cell(source: str, seconds: float) -> pipe.Json:
    """Return the request to run a cell."""
    return {"op": "cell", "number": 0, "source": source, "seconds": seconds, "answers": []}


def best(weak: bool = False) -> Layer | None:
    """Return the strictest layer that holds what it must; None if there is none."""
    return next((layer for layer in available(weak) if holds(layer)), None)


def holds(layer: Layer) -> bool:
    """Say whether a layer holds here what it must."""
    held = examine(layer)
    needed: Sequence[str] = ("starts",) if layer == "none" else NEEDED
    return all(held[name] for name in needed) and (layer != "bubblewrap" or held["files"])


def report() -> str:
    """Return a table of what holds in each layer, and which one will be used."""
    lines: list[str] = []
    layers = available(weak=True)
    for layer in layers:
        lines.append(layer)
        for name, held in examine(layer).items():
            lines.append(f"  {'holds' if held else 'FAILS':6} {SAYS[name]}")
    if "bubblewrap" not in layers:
        lines.append("bubblewrap is not installed: apt install bubblewrap")
    used = best()
    said = (
        f"submissions will be run in: {used}" if used else "no layer holds: nothing will be graded"
    )
    return "\n".join([*lines, said])
