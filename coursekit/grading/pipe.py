"""What crosses the pipe between the grader and a sandbox: JSON, and the raw bytes of arrays.

A frame is a length (4 bytes), that many bytes of JSON, and the arrays one after the other. Nothing
is ever unpickled, and every size is checked before memory is asked for. Both ends use this file,
so it imports NumPy only. An object that is no plain value stays where it is: it crosses as a
handle, a number.
"""

import json
import os
import re
import select
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.ma  # now, since a notebook may spoil every later import
import numpy.random

MOST_JSON = 8 * 2**20  # bytes
MOST_ARRAYS = 64 * 2**20  # bytes, all arrays of a frame together
MOST_ITEMS = 10**6  # of a range, which takes no room before it is made an array
MOST_BITS = 4096  # of a whole number
MOST_ALIKE = 100  # of the keys of a set that have their hash in common with others
DEPTH = 20  # of lists within lists
NUMBERS = "biufc"  # the kinds of dtype whose bytes cross as they are

Json = dict[str, Any]
Keep = Callable[[Any], Json]
Restore = Callable[[Json], Any]


class PipeError(Exception):
    """The other end is gone, or what it sent is no frame."""


class SlowError(Exception):
    """No whole frame came in time."""


def encode(value: Any, blobs: list[bytes], keep: Keep, depth: int = 0) -> Any:
    """Return a value as JSON; the bytes of its arrays are appended to `blobs`.

    `keep` describes an object that does not cross.
    """
    if value is None or isinstance(value, (bool, np.bool_)):
        return None if value is None else bool(value)
    if depth > DEPTH:
        return keep(value)
    if isinstance(value, int) and not isinstance(value, np.generic):
        return int(value) if value.bit_length() <= MOST_BITS else keep(value)
    if type(value) in (float, str):
        return value if type(value) is float or len(value) <= MOST_JSON // 8 else keep(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(value, blobs, keep, depth)

    def inner(item: Any) -> Any:
        return encode(item, blobs, keep, depth + 1)

    if isinstance(value, (list, tuple, set, frozenset)) and len(value) < MOST_JSON // 8:
        kind = next(k for k in ("list", "tuple", "set", "frozenset") if isinstance(value, KINDS[k]))
        return {"t": kind, "items": [inner(item) for item in list(value)]}
    if isinstance(value, dict) and len(value) < MOST_JSON // 8:
        return {"t": "dict", "items": [[inner(k), inner(v)] for k, v in dict(value).items()]}
    return _encode_rare(value, inner, keep)


KINDS: dict[str, Any] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


def _encode_array(value: Any, blobs: list[bytes], keep: Keep, depth: int) -> Any:
    """Return an array, or a NumPy number, as JSON and bytes."""
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            return keep(value)
        value = value.data
    scalar, value = isinstance(value, np.generic), np.asarray(value)
    if value.nbytes + sum(map(len, blobs)) > MOST_ARRAYS:
        return keep(value)
    facts = {"t": "array", "shape": list(value.shape), "dtype": value.dtype.str, "scalar": scalar}
    if value.dtype.kind in NUMBERS:
        blobs.append(value.tobytes())
        return facts
    if value.dtype.kind in "UO" and value.size <= 10_000:
        items = [encode(item, blobs, keep, depth + 1) for item in value.ravel().tolist()]
        return facts | {"dtype": value.dtype.kind, "items": items}
    return keep(value)


def _encode_rare(value: Any, inner: Callable[[Any], Any], keep: Keep) -> Any:
    """Return a complex number, a range, a tensor, a generator, a formula, `...`; else a handle."""
    if value is ...:
        return {"t": "blank"}
    if type(value) is complex:
        return {"t": "complex", "parts": [value.real, value.imag]}
    if type(value) is range and len(value) <= MOST_ITEMS:
        return {"t": "range", "parts": [value.start, value.stop, value.step]}
    if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
        return {"t": "tensor", "array": inner(value.detach().cpu().resolve_conj().numpy())}
    if isinstance(value, np.random.Generator) and type(value.bit_generator) is np.random.PCG64:
        return {"t": "rng", "state": value.bit_generator.state}
    if type(value).__name__ == "Formula" and hasattr(value, "text"):
        return {"t": "formula", "text": value.text}
    if isinstance(value, (float, str)):  # a subclass with ideas of its own
        return float.__float__(value) if isinstance(value, float) else str.__str__(value)
    return keep(value)


def decode(tree: Any, blobs: memoryview, restore: Restore) -> Any:
    """Return the value that a tree and its bytes stand for; `restore` makes a handle useful.

    Raises:
        PipeError: if the tree is none that `encode` makes.
    """
    try:
        return _Decoder(blobs, restore).value(tree)
    except (KeyError, TypeError, ValueError, IndexError, RecursionError, OverflowError) as error:
        raise PipeError(f"no value: {error}") from error


class _Decoder:
    """Reads one tree; the arrays lie in `blobs` in the order in which the tree names them."""

    def __init__(self, blobs: memoryview, restore: Restore) -> None:
        self.blobs, self.restore, self.at = blobs, restore, 0

    def value(self, tree: Any) -> Any:
        if not isinstance(tree, dict):
            if isinstance(tree, list):
                raise ValueError("a bare list")
            return tree
        kind = tree["t"]
        if kind in ("list", "tuple"):
            return KINDS[kind](self.value(item) for item in tree["items"])
        if kind in KINDS:
            return KINDS[kind](_told_apart([self.value(item) for item in tree["items"]]))
        if kind == "dict":
            pairs = [(self.value(key), self.value(item)) for key, item in tree["items"]]
            _told_apart([key for key, _ in pairs])
            return dict(pairs)
        if kind == "array":
            return self.array(tree)
        if kind == "tensor":
            array = self.value(tree["array"])
            torch = _torch_of_the_sandbox()
            return torch.from_numpy(np.array(array)) if torch else array
        if kind == "complex":
            return complex(*tree["parts"])
        if kind == "blank":
            return ...
        if kind == "range":
            found = range(*tree["parts"])
            if len(found) > MOST_ITEMS:
                raise ValueError("a strange range")
            return found
        if kind == "rng":
            generator = np.random.Generator(np.random.PCG64())
            generator.bit_generator.state = tree["state"]
            return generator
        return self.restore(tree)

    def array(self, tree: Json) -> Any:
        shape = tuple(int(n) for n in tree["shape"])
        if "items" in tree:
            items = [self.value(item) for item in tree["items"]]
            array: Any = np.empty(len(items), dtype=object)
            array[:] = items
            if tree["dtype"] == "U":
                if 4 * len(items) * max(map(len, items), default=0) > MOST_ARRAYS:
                    raise ValueError("strange texts")
                array = array.astype("U")
            return array.reshape(shape)[()] if tree["scalar"] else array.reshape(shape)
        if not re.fullmatch(rf"[<>|=][{NUMBERS}]\d{{1,2}}", tree["dtype"]):
            raise ValueError("a strange dtype")
        dtype = np.dtype(tree["dtype"])
        size = int(np.prod([*shape, dtype.itemsize], dtype=object))
        if size < 0 or min(shape, default=0) < 0 or self.at + size > len(self.blobs):
            raise ValueError("a strange shape")
        piece = self.blobs[self.at : self.at + size]
        self.at += size
        array = np.frombuffer(piece, dtype=dtype).reshape(shape).copy()
        return array[()] if tree["scalar"] else array


def _told_apart(keys: list[Any]) -> list[Any]:
    """Return the keys; with one hash for all of them a set takes hours to make."""
    if len(keys) - len({hash(key) for key in keys}) > MOST_ALIKE:
        raise ValueError("strange keys")
    return keys


def _torch_of_the_sandbox() -> Any:
    """Return torch in a sandbox that has it; in the grader a tensor arrives as an array."""
    if "coursekit.grading" in sys.modules:
        return None
    try:
        import torch
    except ImportError:
        return None
    return torch


def send(descriptor: int, message: Json, blobs: list[bytes], deadline: float | None = None) -> None:
    """Write one frame; with a deadline, the descriptor must not block."""
    text = json.dumps(message | {"sizes": [len(blob) for blob in blobs]}).encode()
    if len(text) > MOST_JSON:
        raise ValueError("too much to send")
    data = memoryview(struct.pack("!I", len(text)) + text + b"".join(blobs))
    try:
        while data:
            if deadline is not None:
                select.select([], [descriptor], [], max(0.0, deadline - time.monotonic()))
                if time.monotonic() > deadline:
                    raise SlowError
            data = data[os.write(descriptor, data) :]
    except OSError as error:
        raise PipeError(str(error)) from error


def receive(
    descriptor: int, deadline: float | None = None, idle: Callable[[], None] = lambda: None
) -> tuple[Json, memoryview]:
    """Read one frame; `idle` is called at least ten times a second, and for every piece that comes.

    Raises:
        PipeError: at the end of the stream, and for anything that is no frame.
        SlowError: after the deadline, a time of `time.monotonic`.
    """
    (length,) = struct.unpack("!I", _read(descriptor, 4, deadline, idle))
    if length > MOST_JSON:
        raise PipeError("too long")
    try:
        message = json.loads(bytes(_read(descriptor, length, deadline, idle)))
        sizes = message.pop("sizes")
        if not all(type(size) is int and size >= 0 for size in sizes) or sum(sizes) > MOST_ARRAYS:
            raise ValueError("sizes")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PipeError(f"no frame: {error}") from error
    return message, _read(descriptor, sum(sizes), deadline, idle)


def _read(
    descriptor: int, count: int, deadline: float | None, idle: Callable[[], None]
) -> memoryview:
    """Read that many bytes."""
    data = bytearray()
    while len(data) < count:
        ready = deadline is None
        while deadline is not None and not ready:
            ready = bool(select.select([descriptor], [], [], 0.1)[0])
            idle()  # even if something came: it may come byte by byte, for just this reason
            if time.monotonic() > deadline:
                raise SlowError
        try:
            piece = os.read(descriptor, min(count - len(data), 2**20))
        except OSError as error:
            raise PipeError(str(error)) from error
        if not piece:
            raise PipeError("the end")
        data += piece
    return memoryview(data)
