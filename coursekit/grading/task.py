"""A task to grade: the public and the teacher's half of its exercises, joined.

A built-in task is named, such as `hw1`: its public half is a module of `coursekit.exercises`, the
teacher's half a file of the same name in a folder. A task of one's own is one Python file that
holds both: `Exercise`, `Open`, and a list `HIDDEN`.
"""

import copy
import functools
import hashlib
import importlib
import importlib.util
import inspect
import traceback
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.exercises import Case, Exercise, Fits, Hidden, Open

HIDDEN_TITLE = "hidden: "


@dataclass(frozen=True)
class Task:
    """Everything that grading one homework needs."""

    name: str
    title: str = ""
    exercises: Mapping[str, Exercise] = field(default_factory=dict)
    open_parts: Mapping[str, Open] = field(default_factory=dict)
    hidden: Mapping[str, Hidden] = field(default_factory=dict)
    setup: str = ""
    source: str = ""  # what to load it from, in another process

    @property
    def points(self) -> int:
        """The points of all parts."""
        parts: list[Exercise | Open] = [*self.exercises.values(), *self.open_parts.values()]
        return sum(part.points for part in parts)

    def cases(self, name: str, key: str, student: str) -> Exercise:
        """Return an exercise with its public cases and, after them, hidden ones for this key."""
        exercise, hidden = self.exercises[name], self.hidden.get(name)
        if hidden is None:
            return exercise
        try:
            return joined(exercise, hidden, seed(key, name), student)
        except Exception as fault:  # a slip in the teacher's half
            raise ValueError(f"{name}: no hidden cases: {type(fault).__name__}: {fault}") from fault

    def digest(self, name: str, key: str) -> str:
        """Return a text that changes when the verdict on an answer could change."""
        parts = [self.setup, self.cases(name, key, "digest"), self.hidden.get(name)]
        return hashlib.sha256("".join(_canonical(part) for part in parts).encode()).hexdigest()[:16]


def seed(key: str, name: str) -> int:
    """Return what the hidden cases of an exercise are drawn from; it does not tell the key."""
    return int.from_bytes(hashlib.sha256(f"{key}|{name}".encode()).digest()[:16], "big")


def joined(exercise: Exercise, hidden: Hidden, number: int, student: str) -> Exercise:
    """Return an exercise with its public cases and, after them, those drawn from a seed."""
    drawn = _values(exercise, hidden, student) if exercise.asks_for_a_value else []
    if hidden.cases is not None:
        drawn += list(_drawn(exercise, hidden, number, student))
    return replace(exercise, cases=[*exercise.cases, *drawn])


def load(source: str, folder: Path = Path("instructor")) -> Task:
    """Return a task by its name, or from a Python file.

    Raises:
        ValueError: if there is no such task, or its halves do not fit together.
    """
    if source.endswith(".py"):
        public = private = _module(Path(source))
        name = Path(source).stem
    else:
        name, path = source, folder / f"{source}.py"
        try:
            public = importlib.import_module(f"coursekit.exercises.{source}")
        except ModuleNotFoundError as error:
            raise ValueError(
                f"there is no task {source!r}; a file of your own ends in .py"
            ) from error
        if not path.exists():
            raise ValueError(f"no teacher's half of {source} in {folder}: name it by --instructor")
        private = _module(path)
    found = list(vars(public).values())
    exercises = {e.name: e for e in found if isinstance(e, Exercise)}
    open_parts = {part.name: part for part in found if isinstance(part, Open)}
    hidden = {half.name: half for half in getattr(private, "HIDDEN", ())}
    if not exercises or (unknown := set(hidden) - set(exercises) - set(open_parts)):
        raise ValueError(
            f"{source}: no exercise" + (f" {', '.join(unknown)}" if exercises else "s")
        )
    facts = (
        getattr(public, "TITLE", name),
        exercises,
        open_parts,
        hidden,
        getattr(public, "SETUP", ""),
    )
    return Task(name, *facts, source=str(Path(source).resolve()) if public is private else name)


def _module(path: Path) -> Any:
    """Import a file by its path."""
    spec = importlib.util.spec_from_file_location(f"_task_{path.stem}", path)
    if not path.exists() or spec is None or spec.loader is None:
        raise ValueError(f"there is no file {path}")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as fault:  # a slip in the teacher's file
        where = [frame.lineno for frame in traceback.extract_tb(fault.__traceback__)
                 if frame.filename == str(path)]  # fmt: skip
        line = f", line {where[-1]}" if where else ""
        raise ValueError(f"{path}{line}: {type(fault).__name__}: {fault}") from fault
    return module


def _drawn(exercise: Exercise, hidden: Hidden, number: int, student: str) -> Iterator[Case]:
    """Draw the hidden cases: the same for everybody, but where they ask for the student."""
    make: Any = hidden.cases
    extra = (student,) if len(inspect.signature(make).parameters) > 1 else ()
    for item in make(np.random.default_rng(number), *extra):
        if isinstance(item, Case):
            yield replace(item, title=HIDDEN_TITLE + item.title)
            continue
        title, args, *part = item
        blank = Case(HIDDEN_TITLE + title, copy.deepcopy(args), want=None, part=(part or [""])[0])
        use = exercise.use or (lambda answer, *args: answer(*args))
        with np.errstate(all="ignore"):
            yield replace(blank, want=use(hidden.reference, *blank.inputs()))


def _values(exercise: Exercise, hidden: Hidden, student: str) -> list[Case]:
    """Return the case that holds the right value of an exercise that asks for one."""

    def value(it: Any) -> Any:
        return it(student) if callable(it) else it

    if hidden.reference is None:
        return []
    wrong = {name: value(it) for name, it in hidden.wrong.items() if name in exercise.mistakes}
    return [Case(HIDDEN_TITLE + "the value", want=value(hidden.reference), wrong=wrong)]


@functools.singledispatch
def _canonical(value: Any) -> str:
    """Return a text that is the same for the same data in every process."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = [(f.name, getattr(value, f.name)) for f in fields(value)]
        return type(value).__name__ + _canonical(pairs)
    if isinstance(value, functools.partial) or not callable(value):
        return repr(value)
    if not isinstance(value, types.FunctionType):
        return str(getattr(value, "__qualname__", type(value).__name__))
    return _of_function(value, set())


def _of_function(function: types.FunctionType, seen: set[types.CodeType]) -> str:
    """Return what a function does, as a text: with the functions of its file that it calls."""
    if function.__code__ in seen:
        return ""
    seen.add(function.__code__)
    text, todo, names = "", [function.__code__], set()
    while todo:
        code = todo.pop()
        todo += [c for c in code.co_consts if isinstance(c, types.CodeType)]
        plain = [c for c in code.co_consts if not isinstance(c, (types.CodeType, frozenset))]
        text += code.co_code.hex() + repr((plain, code.co_names))
        names |= set(code.co_names)
    near = [function.__globals__.get(name) for name in sorted(names)]
    near += [cell.cell_contents for cell in function.__closure__ or ()]
    for it in [*near, *(function.__defaults__ or ())]:
        if isinstance(it, types.FunctionType) and it.__module__ == function.__module__:
            text += _of_function(it, seen)
        elif isinstance(it, (int, float, str, np.ndarray)):
            text += _canonical(it)
    return text


@_canonical.register(np.ndarray)
def _(value: np.ndarray) -> str:
    return f"{value.shape}{value.dtype}" + (
        value.tobytes().hex() if value.dtype != object else repr(value)
    )


@_canonical.register(list)
@_canonical.register(tuple)
def _(value: Sequence[Any]) -> str:
    return "[" + ",".join(_canonical(item) for item in value) + "]"


@_canonical.register(Mapping)
def _(value: Mapping[str, Any]) -> str:
    return "{" + ",".join(f"{key}:{_canonical(item)}" for key, item in value.items()) + "}"


@_canonical.register(Fits)
def _(value: Fits) -> str:
    return value.words + _canonical(value.test)


@_canonical.register(np.random.Generator)
def _(value: np.random.Generator) -> str:
    return repr(value.bit_generator.state)
