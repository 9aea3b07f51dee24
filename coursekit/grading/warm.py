"""The first process of a sandbox: warm, without a line of a student in it, and used many times.

It forks a child for each notebook. What a notebook leaves behind ends with its child: processes,
files, and whatever it has written to the pipe, which is a new one each time.
"""

import atexit
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from coursekit.grading.cage import FOLDERS, Layer, command, private_folder
from coursekit.grading.library import Library

FIRST_UID = 61_000
MOST_WAITING = 3  # in a process that grades
START, STEP = 60.0, 10.0  # seconds that the first process has, to warm up and to fork
Key = tuple[Layer, Library, tuple[str, ...], int, int]


class Parent:
    """A running first process.

    Args:
        layer: how it is contained.
        library: the files that can be imported.
        modules: what it imports before the first notebook comes.
        size: how many bytes a folder in the sandbox holds.
        slot: a number that no other process has at the same time; as root it gives the user.

    Raises:
        OSError: if it does not start; the message is what it has said.
    """

    def __init__(
        self, layer: Layer, library: Library, modules: tuple[str, ...], size: int, slot: int
    ) -> None:
        self.key: Key = (layer, library, modules, size, slot)
        self.uid, self._size = FIRST_UID + slot if os.geteuid() == 0 else 0, size
        self._folder: Path | None = None
        inside: tuple[str, ...] = FOLDERS if layer == "bubblewrap" else ()
        if layer != "bubblewrap":
            self._folder = Path(tempfile.mkdtemp(prefix="coursekit-"))
            private_folder(self._folder, library, self.uid)
            inside = (str(self._folder / "home"), "/dev/shm") if layer == "unshare" else ()
        words, environment = command(layer, library, size, self._folder)
        facts = json.dumps(
            {"modules": modules, "folders": inside, "folder": str(self._folder or "")}
        )
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with tempfile.TemporaryFile() as said, theirs:
            try:
                self._process: subprocess.Popen[bytes] = subprocess.Popen(
                    [*words, facts], stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=said,
                    env=environment, start_new_session=True, cwd=self._folder,
                )  # fmt: skip
                theirs.close()
                self._serves_many = self._hear(START) == b"fresh"
            except OSError as error:
                self.close()
                said.seek(0)
                text = said.read()[-500:].decode("utf8", "replace").strip()
                raise OSError(text or str(error)) from error

    @property
    def pid(self) -> int:
        """The process outside, below which everything runs."""
        return self._process.pid

    def alive(self) -> bool:
        """Say whether it still runs."""
        return self._process.poll() is None

    def begin(self) -> tuple[int, int]:
        """Fork a child for a notebook; return where to write to it, and where to read from it."""
        source, ours_out = os.pipe()
        ours_in, sink = os.pipe()
        try:
            socket.send_fds(self._control, [str(self._size).encode()], [source, sink])
            self._hear(STEP)
        except OSError:
            os.close(ours_out)
            os.close(ours_in)
            raise
        finally:
            os.close(source)
            os.close(sink)
        return ours_out, ours_in

    def end(self) -> None:
        """End the child with all that it has started, and wait for the next notebook."""
        if self.key in _waiting or not self._ended():
            self.close()
            return
        _waiting[self.key] = self
        while len(_waiting) > MOST_WAITING:
            _waiting.pop(next(iter(_waiting))).close()

    def _ended(self) -> bool:
        """End the child; return whether nothing of it is left, so that another may come."""
        try:
            self._control.send(b"end")
            return self._hear(STEP) == b"done" and self._serves_many
        except OSError:
            return False

    def close(self) -> None:
        """End everything that runs in the sandbox."""
        if hasattr(self, "_process"):
            for pid in reversed(tree(self.pid)):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()
        self._control.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _hear(self, seconds: float) -> bytes:
        """Return what it says; it says nothing once it has ended."""
        if not select.select([self._control], [], [], seconds)[0]:
            raise OSError(f"it said nothing for {seconds:.0f} seconds")
        said = self._control.recv(100)
        if not said:
            raise OSError("it has ended")
        return said


_waiting: dict[Key, Parent] = {}


def take(key: Key) -> Parent:
    """Return a first process that waits, or start one."""
    parent = _waiting.pop(key, None)
    if parent and parent.alive():
        return parent
    if parent:
        parent.close()
    return Parent(*key)


@atexit.register
def close() -> None:
    """End all that wait."""
    while _waiting:
        _waiting.popitem()[1].close()


def forget() -> None:
    """Leave all that wait to the process of which this one is a fork."""
    for parent in _waiting.values():
        parent._control.close()
    _waiting.clear()


def tree(pid: int) -> list[int]:
    """Return a process and everything that it started, as far as it can be seen from here."""
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        for text in threads(found[-1], "children"):
            todo += map(int, text.split())
    return found


def threads(pid: int, file: str) -> list[str]:
    """Return what the kernel says in that file of each thread; none of a process that has ended."""
    texts = []
    with contextlib.suppress(OSError):  # it may end while it is looked at
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with contextlib.suppress(OSError):
                texts.append(Path(f"/proc/{pid}/task/{thread}/{file}").read_text())
    return texts
