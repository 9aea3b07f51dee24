"""Running the worker where it can do no harm, in the strictest of the layers that this system has.

Layers, from strict to weak:

- bubblewrap: own processes, no network, a system that can be read only, a private home;
- unshare: own processes, no network; the files of the system are as writable as the user's rights;
- none: limits on time, memory, processes and file size only; used only when asked for.

As root the worker drops to a user without rights first: limits on processes do not bind root.
"""

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coursekit.grading import pipe
from coursekit.grading.library import HERE, Library

Layer = Literal["bubblewrap", "unshare", "none"]
FIRST_UID = 61_000
PROGRAM = ("worker.py", "calls.py", "cells.py", "pipe.py")
SPARE = 2.0  # seconds that a worker has, beyond its own limit, to answer


class StartError(Exception):
    """The sandbox did not start: a fault of this system, never of a submission."""


class DiedError(Exception):
    """The process in the sandbox ended, or was ended because it did not answer in time."""

    slow = False


@dataclass(frozen=True)
class Limits:
    """What one submission may use."""

    cell: float = 20.0  # seconds for one cell
    submission: float = 120.0  # seconds for everything
    memory: int = 2 * 2**30  # bytes for each process beyond what the libraries need, and for all
    file: int = 20 * 2**20  # bytes for one file
    home: int = 64 * 2**20  # bytes for all files
    processes: int = 300  # one for each cell, and some more
    busy: int = 16  # threads that compute at the same time, or other submissions would starve


class Sandbox:
    """One running worker."""

    def __init__(self, layer: Layer, library: Library, limits: Limits, slot: int = 0) -> None:
        self.limits = limits
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._memory_seen, self._closed = 0.0, False
        self.said = ""  # on the error stream, before any code of a student ran
        uid = FIRST_UID + slot if os.geteuid() == 0 else 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        folder = None
        if layer != "bubblewrap":
            self._folder = tempfile.TemporaryDirectory(prefix="coursekit-")
            folder = _private_folder(Path(self._folder.name), library, uid)
        command, environment = _command(layer, library, limits, folder)
        warm = [name for name in ("numpy", "torch") if any(name == top for top, _ in library)]
        try:
            self._process = subprocess.Popen(
                [*command, *warm], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=self._said, env=environment, start_new_session=True, cwd=folder,
            )  # fmt: skip
            assert self._process.stdin and self._process.stdout
            self._out, self._in = self._process.stdin.fileno(), self._process.stdout.fileno()
            os.set_blocking(self._out, False)
            self._receive(60.0)
            self.rights = {"uid": uid, "cpu": int(limits.submission) + 5, "memory": limits.memory,
                      "file": limits.file, "processes": limits.processes,
                      "outside": processes()}  # fmt: skip
            if self.ask({"op": "start", "limits": self.rights}, 10.0)[0].get("depth") != 1:
                raise DiedError
        except (OSError, DiedError) as error:
            self.close()
            raise StartError(self.said or str(error) or "it did not answer") from error

    def ask(
        self, message: pipe.Json, seconds: float, blobs: list[bytes] | None = None
    ) -> tuple[pipe.Json, memoryview]:
        """Send a request and return the reply.

        Raises:
            DiedError: if the worker ended, sent what is no reply, or had to be ended.
        """
        if self._closed:
            raise DiedError
        try:
            pipe.send(self._out, message, blobs or [], time.monotonic() + SPARE)
        except (pipe.PipeError, pipe.SlowError) as error:
            self.close()
            raise DiedError from error
        return self._receive(seconds)

    def _receive(self, seconds: float) -> tuple[pipe.Json, memoryview]:
        try:
            deadline = time.monotonic() + seconds + SPARE
            return pipe.receive(self._in, deadline, self._watch)
        except (pipe.PipeError, pipe.SlowError) as error:
            self.close()
            died = DiedError()
            died.slow = isinstance(error, pipe.SlowError)
            raise died from error

    def _watch(self) -> None:
        """End the sandbox if its processes hold too much memory, or make others wait."""
        if time.monotonic() - self._memory_seen > 0.5:
            self._memory_seen = time.monotonic()
            tree = _tree(self._process.pid)
            if sum(map(_memory, tree)) > 2 * self.limits.memory:
                raise pipe.PipeError("too much memory")
            if sum(map(_busy, tree)) > self.limits.busy:
                raise pipe.PipeError("too many at work")

    def close(self) -> None:
        """End everything that runs in the sandbox."""
        if self._closed:
            return
        self._closed = True
        process = getattr(self, "_process", None)
        if process:
            for pid in reversed(_tree(process.pid)):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    stream.close()
        self._said.seek(0)
        self.said = self._said.read()[-500:].decode("utf8", "replace").strip()
        self._said.close()
        if self._folder:
            shutil.rmtree(self._folder.name, ignore_errors=True)
            self._folder.cleanup()


def processes() -> str:
    """Return which space of processes this one lives in."""
    return str(Path("/proc/self/ns/pid").readlink())


def available(weak: bool = False) -> list[Layer]:
    """Return the layers that may be tried here, the strictest first."""
    layers: list[Layer] = []
    if shutil.which("bwrap"):
        layers.append("bubblewrap")
    if shutil.which("unshare"):
        layers.append("unshare")
    return [*layers, "none"] if weak else layers


def _tree(pid: int) -> list[int]:
    """Return a process and everything that it started, as far as it can be seen from here."""
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        for path in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                todo += map(int, path.read_text().split())
    return found


def _memory(pid: int) -> int:
    """Return the bytes that a process holds; what it shares with others counts in part."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n")
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    return 0


def _busy(pid: int) -> int:
    """Return how many threads of a process want to compute just now."""
    count = 0
    for path in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):
            count += path.read_text().rpartition(")")[2].split()[0] == "R"
    return count


def _command(
    layer: Layer, library: Library, limits: Limits, folder: Path | None
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts the worker, and its environment."""
    root = "" if folder is None else str(folder)
    home = f"{root}/home" if root else "/home/student"
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = threads | {
        "HOME": home, "TMPDIR": home, "USER": "student", "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin", "PYTHONPATH": f"{root}/library", "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    python = [str(Path(sys.executable).resolve()), "-S", f"{root}/grader/worker.py"]
    if layer == "bubblewrap":
        return [*_bubblewrap(library, limits), *python], environment
    if layer == "unshare":
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        spaces = ["--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child"]
        return ["unshare", *user, *spaces, "--mount-proc", *python], environment
    return python, environment


def _bubblewrap(library: Library, limits: Limits) -> list[str]:
    """Return the arguments that shut the sandbox off, and build its file system."""
    spaces = ["pid", "net", "ipc", "uts", "cgroup-try"]
    command = ["bwrap", "--die-with-parent", "--new-session", *[f"--unshare-{s}" for s in spaces]]
    if os.geteuid() == 0:  # the worker drops to a user of its own
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    command += _system()
    for name in ("", "/coursekit", "/coursekit/exercises"):
        command += _folder(f"/library{name}")
    for name, source in library:
        command += ["--ro-bind", source, f"/library/{name}"]
    for name in PROGRAM:
        command += ["--ro-bind", str(HERE / name), f"/grader/{name}"]
    command += [*_folder("/grader"), "--proc", "/proc", "--dev", "/dev", *_folder("/home")]
    sized = ["--size", str(limits.home)] if "--size" in _help_of_bubblewrap() else []
    for path in ("/dev/shm", "/tmp", "/home/student"):
        command += [*sized, "--perms", "1777", "--tmpfs", path]
    fonts = os.environ.get("MPLCONFIGDIR") or str(Path.home() / ".cache" / "matplotlib")
    command += ["--ro-bind-try", fonts, "/home/student/.cache/matplotlib"]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/home/student", "--"]


def _system() -> list[str]:
    """Return the arguments that show Python and the system's libraries, and no other package."""
    prefix = Path(sys.base_prefix).resolve()
    command = ["--ro-bind", "/usr", "/usr"]
    for path in (Path("/", n) for n in ("bin", "sbin", "lib", "lib32", "lib64", "libx32")):
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            command += ["--ro-bind", str(path), str(path)]
    if prefix != Path("/usr"):
        for parent in reversed(prefix.parents[:-1]):
            command += _folder(str(parent))
        command += ["--ro-bind", str(prefix), str(prefix)]
    for name in ("ld.so.cache", "alternatives"):
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for packages in _package_folders(prefix):
        command += ["--tmpfs", str(packages), "--remount-ro", str(packages)]
    return command


def _folder(path: str) -> list[str]:
    """Return the arguments that make a folder which everybody may enter."""
    return ["--perms", "0755", "--dir", path]


def _package_folders(prefix: Path) -> list[Path]:
    """Return the folders of installed packages below Python's own folder, and the system's."""
    found = {
        *prefix.glob("lib*/python3*/*-packages"),
        *Path("/usr").glob("lib/python3*/*-packages"),
    }
    found |= {*Path("/usr/local").glob("lib/python3*/*-packages")}
    found |= {Path(path) for path in (sysconfig.get_paths()["purelib"],) if path.startswith("/usr")}
    return sorted(path for path in found if path.is_dir())


@functools.cache
def _help_of_bubblewrap() -> str:
    """Return what `bwrap --help` says."""
    return subprocess.run(["bwrap", "--help"], capture_output=True, text=True).stdout


def _private_folder(folder: Path, library: Library, uid: int) -> Path:
    """Make a folder with a library of links, the worker and a home, for the weaker layers."""
    for name in ("home", "library/coursekit/exercises", "grader"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, source in library:
        (folder / "library" / name).symlink_to(source)
    for name in PROGRAM:
        shutil.copy(HERE / name, folder / "grader" / name)
    folder.chmod(0o755)
    if uid:
        os.chown(folder / "home", uid, uid)
    return folder
