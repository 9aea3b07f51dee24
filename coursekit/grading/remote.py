"""One submission running in a sandbox: its cells are played, its answers are called.

What comes back is a plain value, or a `Remote`: a stand-in for an object that stays inside.
"""

import contextlib
import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from coursekit.exercises._judge import ToldError, TooLong
from coursekit.grading import pipe
from coursekit.grading.find import Cell
from coursekit.grading.sandbox import DiedError, Sandbox, StartError
from coursekit.grading.words import TEXT

MISSING = object()
MOST_LOSSES = 4  # of a sandbox; then only the cheap cells run
CELLS_SHARE = 0.6  # of the time of a submission; the rest is for calling its answers


class Remote:
    """An object in the sandbox: it can be called, and its public names can be read."""

    def __init__(self, run: "Run", tree: pipe.Json) -> None:
        self._run, self._handle, self._callable = run, int(tree["handle"]), bool(tree["callable"])
        if "names" in tree:
            kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
            names = [inspect.Parameter(str(name), kind) for name in tree["names"]]
            self.__signature__ = inspect.Signature(names)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object over there; arguments that it changes are changed here too."""
        return self._run.use("call", self, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._run.use("attribute", self, (), {}, name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def outputs_in_the_sandbox(self, X: Any) -> Any:
        """Return what `coursekit.exercises.outputs` gives over there."""
        return self._run.use("outputs", self, (X,), {})


class Run:
    """The cells of one notebook, played in a sandbox until a moment in time."""

    def __init__(self, start: Callable[[], Sandbox], cells: Sequence[Cell], seconds: float) -> None:
        self.start, self.cells = start, cells
        self.sandbox, self.depth = start(), 1
        begin = time.monotonic()
        self.end, self.end_of_cells = begin + seconds, begin + CELLS_SHARE * seconds
        self.deadly: set[int] = set()  # cells that destroy more than themselves
        self.errors: dict[int, ToldError] = {}  # by the number of the cell
        self.fault: Exception | None = None  # what is not the submission's fault
        self.seconds = 0.0  # for a call
        self.losses = 0  # how often all was lost
        self.inside = False  # whether a process for calls runs
        self.lost = False  # whether the notebook must be played again
        self.stolen = False  # whether that was the doing of something else than the call

    def close(self) -> None:
        """End the sandbox."""
        self.sandbox.close()

    def play(self) -> None:
        """Run every cell once; begin anew, without the cell at fault, if the sandbox is lost."""
        while not self._played():
            self.losses += 1
            if self.losses == MOST_LOSSES:  # whom we blamed so far may be innocent
                self.deadly.clear()
            self.sandbox.close()
            self.sandbox, self.depth = self.start(), 1

    def _played(self) -> bool:
        """Run the cells; return False if a cell destroys more than itself."""
        for cell in self.cells:
            now = time.monotonic()
            late = now > self.end_of_cells or self.losses >= MOST_LOSSES
            if now > self.end or (late and not cell.cheap):
                self.errors[cell.number] = ToldError("TimeoutError", TEXT["no time"])
            elif cell.number not in self.deadly and not self._survives(cell):
                return False
        return True

    def _survives(self, cell: Cell) -> bool:
        """Run one cell; return False if the state of the notebook was lost."""
        seconds = max(0.1, min(self.sandbox.limits.cell, self.end - time.monotonic()))
        message = {"op": "cell", "number": cell.number, "source": cell.source,
                   "seconds": seconds, "answers": cell.answers,
                   "fork": self.losses > 0 or not cell.harmless}  # fmt: skip
        self.errors[cell.number] = ToldError("SystemExit", TEXT["cell ended"])
        try:
            reply, _ = self.sandbox.ask(message, seconds)
        except DiedError as died:
            if died.slow or self.losses:
                self.deadly.add(cell.number)
            return False
        if reply.get("died"):  # is this the process as it was before the cell?
            return reply.get("depth") == self.depth
        self.depth = _whole(reply.get("depth"))
        if self.losses and not (
            self._step("fork", self.depth + 1) and self._step("exit", self.depth)
        ):
            self.deadly.add(cell.number)
            return False
        del self.errors[cell.number]
        if "error" in reply:
            self.errors[cell.number] = self._told(reply["error"])
        return True

    @contextlib.contextmanager
    def trying(self, seconds: float) -> Iterator[None]:
        """Call answers in the block in a process that is thrown away after it."""
        self.seconds, self.inside, self.lost, self.stolen = seconds, True, False, False
        if not self._step("fork", self.depth + 1):
            self._lose()
            self.inside = self._step("fork", self.depth + 1)
        yield
        if self.lost or (self.inside and not self._step("exit", self.depth)):
            self._lose()
        self.inside = False

    def _lose(self) -> None:
        """Play the notebook again, in a new sandbox."""
        self.losses += 1
        self.sandbox.close()
        self.sandbox, self.depth = self.start(), 1
        self.play()

    def _step(self, op: str, depth: int) -> bool:
        """Ask for a process more or less; return whether all went as it should."""
        try:
            return self.sandbox.ask({"op": op}, 5.0)[0].get("depth") == depth
        except DiedError:
            return False

    def pick(self, exercise: str, thing: str, when: str) -> tuple[Any, bool]:
        """Return an answer, and whether it is the same after its cell and at the end.

        Raises:
            DiedError: if the process has ended.
        """
        request = {"op": "pick", "exercise": exercise, "thing": thing, "when": when}
        reply, blobs = self._ask(request)
        if reply.get("missing") is not False:
            return MISSING, True
        return self._value(reply.get("value"), blobs), reply.get("same") is True

    def student(self) -> object:
        """Return what the notebook calls `student`, if it may have said so in an unusual way."""
        if not any("student" in cell.source for cell in self.cells):
            return ""
        with self.trying(5.0), contextlib.suppress(ToldError):
            return self.pick("", "student", "end")[0]
        return ""

    def use(
        self, op: str, target: Remote, args: tuple[Any, ...], kwargs: Any, name: str = ""
    ) -> Any:
        """Call an object in the sandbox, or read one of its names; raise what it raises."""
        seconds = min(self.seconds, self.end - time.monotonic())
        if seconds <= 0:
            raise TooLong
        blobs: list[bytes] = []
        try:
            tree = pipe.encode((args, kwargs), blobs, _handle_of)
        except TypeError as fault:
            self.fault = fault
            raise
        request = {"op": op, "handle": target._handle, "name": name, "args": tree}
        reply, data = self._ask(request | {"seconds": seconds}, seconds, blobs)
        if "error" in reply:
            _raise(self._told(reply["error"]), op)
        values = [reply.get("value"), reply.get("used")]
        value, used = self._value({"t": "list", "items": values}, data)
        if isinstance(used, tuple) and len(used) == 2:
            _take_over(args, used[0])
        return value

    def _ask(
        self, request: pipe.Json, seconds: float = 5.0, blobs: list[bytes] | None = None
    ) -> tuple[pipe.Json, memoryview]:
        begin = time.monotonic()
        ended = ToldError("SystemExit", TEXT["ended"])
        if not self.inside:
            raise ended
        try:
            reply, data = self.sandbox.ask(request, seconds, blobs)
        except DiedError:
            self.inside, self.lost = False, True
            if time.monotonic() - begin > seconds:
                raise TooLong from None
            raise ended from None
        if reply.get("died"):
            self.inside = False
            self.lost = self.stolen = reply.get("depth") != self.depth
            raise ended
        return reply, data

    def _value(self, tree: Any, blobs: memoryview) -> Any:
        try:
            return pipe.decode(tree, blobs, self._restore)
        except pipe.PipeError:
            self.inside, self.lost = False, True
            raise ToldError("SystemExit", TEXT["forged"]) from None

    def _restore(self, tree: pipe.Json) -> Remote:
        """Return a stand-in, of a class that has the name of the object's class."""
        if tree["t"] != "handle":
            raise ValueError("no handle")
        kind = type(str(tree["kind"])[:50].replace("\0", "") or "object", (Remote,), {})
        remote: Remote = kind(self, tree)
        return remote

    def _told(self, error: Any) -> ToldError:
        """Return an error that the sandbox tells of; nothing in it is believed."""
        error = error if isinstance(error, dict) else {}
        line, place = error.get("line", 0), str(error.get("cell", ""))
        sources = {f"<cell {cell.number}>": cell.source.split("\n") for cell in self.cells}
        lines = sources.get(place, [])
        line = line if isinstance(line, int) and 0 < line <= len(lines) else 0
        source = lines[line - 1].strip() if line else ""
        kind, text = str(error.get("kind", "Error"))[:80], str(error.get("text", ""))[:300]
        return ToldError(kind, text, line, source)


def _raise(error: ToldError, op: str) -> NoReturn:
    """Raise the error in the way in which the checks tell errors apart."""
    if error.kind == "TooLong":
        raise TooLong
    if error.kind == "NotImplementedError":
        raise NotImplementedError
    if error.kind == "AttributeError" and op == "attribute":
        raise AttributeError(str(error))
    raise error


def _handle_of(value: Any) -> pipe.Json:
    """Return the handle of an object in the sandbox; nothing else can be sent there as one."""
    if isinstance(value, Remote):
        return {"t": "handle", "handle": value._handle}
    raise TypeError(
        f"a {type(value).__name__} cannot be sent to a sandbox: use Formula or an array"
    )


def _take_over(args: Sequence[Any], used: Any) -> None:
    """Change arguments here as a call has changed them over there."""
    for mine, theirs in zip(args, used if isinstance(used, tuple) else (), strict=False):
        if isinstance(mine, np.ndarray) and isinstance(theirs, np.ndarray):
            if mine.shape == theirs.shape:
                with contextlib.suppress(TypeError, ValueError):
                    np.copyto(mine, theirs, casting="unsafe")
        elif isinstance(mine, list) and isinstance(theirs, list):
            mine[:] = theirs
        elif isinstance(mine, dict) and isinstance(theirs, dict):
            mine.clear()
            mine.update(theirs)


def _whole(value: Any) -> int:
    """Return a whole number that the sandbox has sent."""
    return value if isinstance(value, int) and 0 <= value < 10**6 else -1


__all__ = ["MISSING", "DiedError", "Remote", "Run", "StartError"]
