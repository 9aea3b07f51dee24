"""One notebook in a sandbox: requests and replies, and an end to what takes too much."""

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from coursekit.grading import pipe, warm
from coursekit.grading.cage import Layer
from coursekit.grading.library import Library

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
    """One running worker.

    Args:
        layer: how it is contained.
        library: the files that can be imported.
        limits: what it may use.
        slot: a number that no other sandbox has at the same time.
        modules: what is imported beforehand, where it is in the library.

    Raises:
        StartError: if it does not start.
    """

    def __init__(
        self, layer: Layer, library: Library, limits: Limits, slot: int = 0,
        modules: tuple[str, ...] = ("numpy", "torch"),
    ) -> None:  # fmt: skip
        self.limits, self._memory_seen, self._closed = limits, time.monotonic(), False
        tops = {top for top, _ in library}
        here = tuple(name for name in modules if name.partition(".")[0] in tops)
        try:
            self._parent = warm.take((layer, library, here, limits.home, slot))
        except OSError as error:
            raise StartError(str(error)) from error
        try:
            self._out, self._in = self._parent.begin()
        except OSError as error:
            self._parent.close()
            raise StartError(str(error)) from error
        os.set_blocking(self._out, False)
        rights = {"uid": self._parent.uid, "cpu": int(limits.submission) + 5,
                  "memory": limits.memory, "file": limits.file, "processes": limits.processes,
                  "outside": processes()}  # fmt: skip
        try:
            if self.ask({"op": "start", "limits": rights}, 10.0)[0].get("depth") != 1:
                raise DiedError
        except DiedError as error:
            self.close()
            raise StartError("it did not begin to serve") from error

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
            tree = warm.tree(self._parent.pid)
            if sum(map(_memory, tree)) > 2 * self.limits.memory:
                raise pipe.PipeError("too much memory")
            if sum(map(_busy, tree)) > self.limits.busy:
                raise pipe.PipeError("too many at work")

    def close(self) -> None:
        """End everything that the notebook runs."""
        if self._closed:
            return
        self._closed = True
        self._parent.end()
        os.close(self._out)
        os.close(self._in)


def processes() -> str:
    """Return which space of processes this one lives in."""
    return str(Path("/proc/self/ns/pid").readlink())


def _memory(pid: int) -> int:
    """Return the bytes that a process holds; what it shares with others counts in part."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n")
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    return 0


def _busy(pid: int) -> int:
    """Return how many threads of a process want to compute just now."""
    states = (text.rpartition(")")[2].split()[0] for text in warm.threads(pid, "stat"))
    return sum(state == "R" for state in states)
