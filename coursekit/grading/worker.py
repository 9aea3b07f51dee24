"""The program inside a sandbox: it runs the cells of a notebook and calls its answers.

The first process warms up, which takes most of the time, and never runs a line of a student: it
forks a child for each notebook, in a fresh space with a pipe of its own. That child is a small
server without any secret. Before each cell it forks: the child runs the cell and serves on, the
parent keeps the state as it was before. So a cell that ends the process (exit, crash, kill) costs
that cell alone: the parent wakes up, says so, and serves on. Answers are called in a child that is
thrown away, so that no answer disturbs the next one.

Nothing that this program says is believed; it only carries values out to where they are judged.
"""

import ast
import contextlib
import gc
import inspect
import json
import os
import signal
import socket
import sys
import types
from time import sleep
from typing import Any

import numpy as np
import pipe
import spaces
from cells import Absent, explain, plain

Json = dict[str, Any]
HANDLES = 1000  # most objects that the grader may hold
PASSES = 500  # to end what a cell has left behind: about a second


class TooLong(BaseException):
    """Time is up; not an Exception, so that `except Exception` lets it pass."""


class Notebook:
    """The names of a notebook while its cells run, and the objects that the grader holds."""

    def __init__(self) -> None:
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.names = vars(module)
        self.names.update(display=lambda *_, **__: None, get_ipython=lambda: None)
        self.kept: dict[str, Any] = {}  # every name that was ever defined
        self.answers: dict[str, Any] = {}  # what each answer cell left under its name
        self.objects: list[Any] = []

    def cell(self, request: Json) -> Json:
        """Run one cell as Jupyter would."""
        name = f"<cell {request['number']}>"
        try:
            with limit(request["seconds"]):
                flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
                code = compile(plain(request["source"]), name, "exec", flags=flags)
                result = eval(code, self.names)
                if code.co_flags & inspect.CO_COROUTINE:
                    import asyncio

                    asyncio.run(result)
        except BaseException as error:  # whatever a cell may raise, SystemExit too
            reply: Json = {"error": explain(error)}
        else:
            reply = {"ok": True}
        self.kept.update(self.names)
        for exercise, thing in request["answers"]:
            if thing in self.names:
                self.answers[exercise] = self.names[thing]
        return reply

    def pick(self, request: Json) -> Json:
        """Return an answer: as its cell left it, or as it is at the end of the notebook."""
        for name, value in self.kept.items():  # a name that was deleted is put back
            self.names.setdefault(name, value)
        missing = object()
        at_end = self.names.get(request["thing"], missing)
        at_cell = self.answers.get(request["exercise"], missing)
        value = at_end if request["when"] == "end" else at_cell
        reply = {"same": at_end is at_cell, "missing": value is missing}
        return reply | ({} if value is missing else {"value": value})

    def call(self, request: Json) -> Json:
        """Call one of the objects, one of its methods, or read an attribute."""
        target = self.objects[request["handle"]]
        try:
            with limit(request["seconds"]):
                if request["op"] == "attribute":
                    return {"value": getattr(target, request["name"])}
                args, kwargs = request["args"], request["kwargs"]
                if request["op"] == "outputs":
                    from coursekit.exercises._outputs import outputs

                    return {"value": outputs(target, *args)}
                return {"value": target(*args, **kwargs), "used": (args, kwargs)}
        except BaseException as error:
            return {"error": explain(error)}

    def keep(self, value: Any) -> Json:
        """Hold an object here, and describe it."""
        if len(self.objects) > HANDLES:
            raise ValueError("too many objects")
        self.objects.append(value)
        reply = {"t": "handle", "handle": len(self.objects) - 1, "kind": type(value).__name__[:50]}
        with contextlib.suppress(Exception):
            reply["names"] = list(inspect.signature(value).parameters)[:20]
        return reply | {"callable": callable(value)}

    def restore(self, tree: Json) -> Any:
        """Return the object that the grader means."""
        if tree["t"] == "handle":
            return self.objects[tree["handle"]]
        if tree["t"] == "formula":
            return eval(tree["text"], {"np": np})
        raise ValueError(tree["t"])


@contextlib.contextmanager
def limit(seconds: float) -> Any:
    """Raise TooLong in the block after that time."""

    def stop(*_: object) -> None:
        raise TooLong

    own = os.getpid()
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)  # again, if it was swallowed
    try:
        yield
    finally:
        if os.getpid() != own:  # a child that the notebook has forked
            os._exit(0)
        signal.setitimer(signal.ITIMER_REAL, 0)


class Server:
    """Reads requests and answers them, one process at a time."""

    def __init__(self, source: int, sink: int) -> None:
        self.source, self.sink, self.depth = source, sink, 0
        self.line = [os.getppid(), os.getpid()]  # this process, and those that wait for its end
        self.alone = False  # whether the processes outside are out of reach
        self.notebook = Notebook()
        self.came: tuple[Any, bytes] = (None, b"")  # the arguments of the request, as they came

    def serve(self) -> None:
        """Answer requests until the pipe ends."""
        while True:
            request, blobs = pipe.receive(self.source)
            op = request["op"]
            if op == "exit":
                os._exit(0)
            if op == "cell" and self.depth and not request.get("fork", True):
                self.reply(self.notebook.cell(request))
            elif op not in ("start", "fork", "cell"):
                self.came = (request.get("args"), bytes(blobs))
                if "args" in request:
                    both = pipe.decode(request["args"], blobs, self.notebook.restore)
                    request["args"], request["kwargs"] = both
                self.reply(getattr(self.notebook, "pick" if op == "pick" else "call")(request))
            elif self.in_child():
                if op == "start":
                    spaces.enter(request["limits"])
                    self.alone = processes() not in ("", request["limits"]["outside"])
                reply = self.notebook.cell(request) if op == "cell" else {"ok": True}
                self.sweep()
                self.reply(reply)

    def in_child(self) -> bool:
        """Fork; return True in the child. The parent waits for its end, says so, and serves on."""
        try:
            child = os.fork()
        except OSError:  # too many processes: go on in this one
            return True
        if child == 0:
            spaces.LIBC.prctl(spaces.DEATH_SIGNAL, signal.SIGKILL)  # do not outlive the parent
            self.depth += 1
            self.line.append(os.getpid())
            return True
        with contextlib.suppress(ChildProcessError, InterruptedError):
            while os.waitpid(-1, 0)[0] != child:  # what others left behind ends here, too
                pass
        self.reply({"died": True})
        if self.depth == 0:  # it has given up no right: whatever asked for more, it serves nobody
            os._exit(0)
        return False

    def sweep(self) -> None:
        """End the processes that a cell has left behind, where no others can be seen from here."""
        for _ in range(PASSES if self.alone else 0):
            pids = {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208
            others = pids - {*self.line, 1}
            killed = [pid for pid in others if _killed(pid)]
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            if not killed:
                return
            sleep(0.002)  # to end takes them a while, and until then they count

    def reply(self, message: Json) -> None:
        """Send a reply; values that do not cross become handles."""
        message["depth"] = self.depth
        value = self.packed(message.pop("value", None))
        used = self.packed(message.pop("used", None))
        message["value"], blobs = value
        if (used[0], b"".join(used[1])) != self.came:  # the call has changed its arguments
            message["used"], more = used
            blobs += more
        try:
            pipe.send(self.sink, message, blobs)
        except ValueError as error:  # more than the pipe takes
            pipe.send(self.sink, {"error": explain(error), "depth": self.depth}, [])

    def packed(self, value: Any) -> tuple[Any, list[bytes]]:
        """Return a value as it crosses; one that fails when it is looked at becomes a handle."""
        blobs: list[bytes] = []
        try:
            return pipe.encode(value, blobs, self.notebook.keep), blobs
        except Exception:
            return {"t": "handle", "handle": -1, "kind": "object", "callable": False}, []


def processes() -> str:
    """Return which space of processes this one lives in; the same text if that is not known."""
    try:
        return os.readlink("/proc/self/ns/pid")  # noqa: PTH115
    except OSError:
        return ""


def _killed(pid: int) -> bool:
    """End a process of this user; return whether there was one."""
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            if file.read().rpartition(")")[2].split()[0] in "ZX":
                return False
        os.kill(pid, signal.SIGKILL)
    except OSError:
        return False
    return True


def main() -> None:
    """Warm up, then serve each notebook in a child of its own, for as long as the grader asks."""
    facts = json.loads(sys.argv[1])
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    sys.meta_path.append(Absent())
    for name in facts["modules"]:
        with contextlib.suppress(Exception):
            __import__(name)
    gc.freeze()
    folders = facts["folders"] if facts["folders"] and spaces.work(facts["folders"]) else []
    control.send(b"fresh" if folders else b"once")
    child = 0
    while True:
        asked, pipes, *_ = socket.recv_fds(control, 100, 2)
        if not asked:
            spaces.leave(child, facts["folder"])
        if pipes:
            child = spaces.fork(folders, int(asked)) if folders else os.fork()
            if child == 0:
                control.close()
                serve(*pipes)
            for end in pipes:
                os.close(end)
        else:  # nothing in the space of a process that was the first there outlives it
            child = spaces.end(child)
        control.send(b"done")


def serve(source: int, sink: int) -> None:
    """Serve one notebook."""
    np.random.seed()  # noqa: NPY002 or every notebook would draw what its parent would have drawn
    spaces.close_off()
    with contextlib.suppress(pipe.PipeError):
        Server(source, sink).serve()
    os._exit(0)


if __name__ == "__main__":
    main()
