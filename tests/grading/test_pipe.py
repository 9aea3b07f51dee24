"""The pipe carries values, refuses everything else, and never waits for ever."""

import os
import struct
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.grading import pipe

plain = st.recursive(
    st.just(...)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.complex_numbers(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def crossed(value: object) -> object:
    """Return a value after its way through a pipe."""
    blobs: list[bytes] = []
    tree = pipe.encode(value, blobs, lambda it: {"t": "handle"})
    source, sink = os.pipe()
    try:
        pipe.send(sink, {"value": tree}, blobs)
        message, data = pipe.receive(source, time.monotonic() + 5)
    finally:
        os.close(source)
        os.close(sink)
    return pipe.decode(message["value"], data, lambda it: "a handle")


@given(plain)
def test_plain_values_arrive_as_they_left(value):
    """Whatever is made of plain values is the same on the other side."""
    assert repr(crossed(value)) == repr(value)


@pytest.mark.parametrize("dtype", ["?", "i1", ">u4", "f2", "f4", "f8", "g", "c8", "U3"])
def test_arrays_keep_dtype_and_shape(dtype: str):
    """Also empty ones, ones that are not contiguous, and those without axes."""
    for array in (np.ones((2, 3)), np.ones((3, 2)).T[::2], np.ones((0, 4)), np.array(1)):
        sent = array.astype(dtype)
        got = crossed(sent)

        assert got.shape == sent.shape
        np.testing.assert_array_equal(got, sent)
        assert got.dtype.kind == sent.dtype.kind


@pytest.mark.parametrize("value", [np.str_("and"), [np.str_("or")], {np.str_("k"): np.int8(1)}])
def test_texts_out_of_an_array_stay_texts(value):
    """An item of an array of texts arrives as a text, also as a key."""
    assert crossed(value) == value
    assert isinstance(crossed(np.str_("and")), str)


@pytest.mark.parametrize(
    "value",
    [
        object(), abs, range(10**7), b"bytes", np.array([1], "M8[s]"), 1 << 5000,
        np.ma.array([1], mask=True), np.broadcast_to(1.0, (10**10,)), np.zeros(1, [("a", int)]),
    ],
)  # fmt: skip
def test_what_does_not_cross_becomes_a_handle(value):
    """Objects, and what is too large, stay where they are."""
    assert crossed(value) == "a handle"


@pytest.mark.parametrize(
    "tree",
    [
        [], {"t": "list"}, {"t": "list", "items": 3}, {}, {"t": "complex", "parts": ["a", 1]},
        {"t": "dict", "items": [[{"t": "list", "items": []}, 1]]},
        {"t": "array", "shape": [10**18], "dtype": "<f8", "scalar": False},
        {"t": "array", "shape": [-1, -1], "dtype": "<f8", "scalar": False},
        {"t": "array", "shape": [1], "dtype": "|O", "scalar": False},
        {"t": "array", "shape": [1], "dtype": "<f8", "scalar": False},
        {"t": "range", "parts": [0, 1, 0]}, {"t": "rng", "state": {}},
        {"t": "array", "shape": [9], "dtype": "O", "scalar": False, "items": [1]},
        {"t": "array", "shape": [2], "dtype": "U", "scalar": False, "items": ["a", 5]},
        {"t": "array", "shape": [100], "dtype": "U", "scalar": False,
         "items": ["x" * 10**6, *[""] * 99]},
        {"t": "range", "parts": [0, 10**12, 1]},
    ],
)  # fmt: skip
def test_a_forged_tree_is_refused(tree):
    """A tree that `encode` never makes raises one kind of error, before memory is taken."""
    with pytest.raises(pipe.PipeError):
        pipe.decode(tree, memoryview(b""), dict)


def nested(depth: int) -> bytes:
    """Return a frame whose JSON is nested deeply."""
    text = b'{"sizes": ' + b"[" * depth
    return struct.pack("!I", len(text)) + text


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0", b"\xff\xff\xff\xff", b"\0\0\0\2[]", b"\0\0\0\2{}", b"\0\0\0\2\xff\xff",
        b"\0\0\0\x0e" + b'{"sizes":[-1]}', b"\0\0\0\x1c" + b'{"sizes":[9999999999999999]}',
        b"\0\0\0\x10" + b'{"sizes":["1"]} ', nested(10**6),
    ],
)  # fmt: skip
def test_a_forged_frame_is_refused(data: bytes):
    """What is no frame raises one kind of error, at once."""
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    os.write(sink, data[: 2**16])
    os.close(sink)
    with pytest.raises(pipe.PipeError):
        pipe.receive(source, time.monotonic() + 5)
    os.close(source)


def test_a_reader_that_does_not_read_is_given_up():
    """Sending to somebody who does not listen ends at the deadline; so does waiting."""
    source, sink = os.pipe()
    os.set_blocking(sink, False)

    with pytest.raises(pipe.SlowError):
        pipe.send(sink, {}, [bytes(10**6)], time.monotonic() + 0.1)
    os.read(source, 10**5)
    with pytest.raises((pipe.SlowError, pipe.PipeError)):
        pipe.receive(source, time.monotonic() + 0.1)
    os.close(source)
    os.close(sink)


@pytest.mark.parametrize("size", [-1, 10**12])
def test_a_size_is_refused_before_it_is_waited_for(size: int):
    """A frame that announces too much is refused at once, and not read."""
    text = f'{{"sizes": [{size}]}}'.encode()
    source, sink = os.pipe()
    os.write(sink, struct.pack("!I", len(text)) + text)

    with pytest.raises(pipe.PipeError, match="sizes"):
        pipe.receive(source, time.monotonic() + 0.3)
    os.close(source)
    os.close(sink)


@pytest.mark.parametrize("kind", ["set", "frozenset", "dict"])
def test_keys_that_all_have_one_hash_are_refused(kind: str):
    """A set of them takes a time that grows with the square, and no deadline would end it."""
    keys = [k * (2**61 - 1) for k in range(1, 200_000)]
    tree = {"t": kind, "items": [[key, 0] for key in keys] if kind == "dict" else keys}

    with pytest.raises(pipe.PipeError, match="strange keys"):
        pipe.decode(tree, memoryview(b""), dict)


def test_keys_that_are_numbers_of_numpy_keep_their_arrays():
    """The bytes of keys and values arrive in the order in which they left."""
    value = {np.float64(1): np.ones(2), np.float64(2): np.zeros(3)}

    got = crossed(value)

    assert list(got) == [1, 2]
    np.testing.assert_array_equal(got[2], np.zeros(3))
