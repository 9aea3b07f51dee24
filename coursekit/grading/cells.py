"""What a cell meets in the sandbox instead of IPython, and how an error in it is told."""

import ast
import contextlib
import importlib.abc
import importlib.machinery
import re
import sys
import traceback
import types
from typing import Any

REFUSED = "`{}` may not be used for this answer"


class Missing:
    """Stands for a module, or a part of one, that may not be imported: it fails when used."""

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def __getattr__(self, name: str) -> "Missing":
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}")

    def __call__(self, *_: Any, **__: Any) -> None:
        """Refuse; but what would only show something does nothing."""
        if not self._name.startswith("IPython."):
            raise ImportError(REFUSED.format(self._name))

    __mro_entries__ = __getitem__ = __iter__ = __enter__ = __call__


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what nothing else has found: a stand-in, so that the rest of a cell can run."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """Offer a stand-in for a module that is not in the sandbox, if a cell asks for it."""
        frame: Any = sys._getframe(1)
        while frame and frame.f_code.co_filename.startswith("<frozen importlib"):
            frame = frame.f_back
        if not frame or not frame.f_code.co_filename.startswith("<cell "):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        """Return a module whose every name is missing."""
        module = types.ModuleType(spec.name)
        module.__getattr__ = Missing(spec.name).__getattr__  # type: ignore[method-assign]
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing."""


def plain(source: str) -> str:
    """Return a cell without the lines that only IPython understands."""
    with contextlib.suppress(SyntaxError, ValueError):
        ast.parse(source)
        return source
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith("%%"):
        return rest if first.split()[0] in ("%%time", "%%timeit", "%%capture") else ""
    lines = []
    for line in source.split("\n"):
        magic = re.match(r"(\s*)(?:[%!?]|[\w.]+\?\??\s*$)", line)
        assigned = re.match(r"(\s*[\w, ]+=\s*)[%!]", line)
        if assigned:
            line = assigned[1] + "None"
        lines.append(magic[1] + "pass" if magic and not assigned else line)
    return "\n".join(lines)


def explain(error: BaseException) -> dict[str, Any]:
    """Return the kind, the text and the place of an error."""
    try:
        text = str(error)[:300]
    except BaseException:  # its own __str__ fails
        text = ""
    cell, line = (getattr(error, "filename", ""), getattr(error, "lineno", 0) or 0)
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename.startswith("<cell "):
            cell, line = frame.f_code.co_filename, number
    return {"kind": type(error).__name__[:80], "text": text, "cell": str(cell)[:40],
            "line": line if isinstance(line, int) else 0}  # fmt: skip
