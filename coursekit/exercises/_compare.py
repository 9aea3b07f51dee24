"""Comparing a result with the wanted one, and showing both in one short line."""

import dataclasses
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.exercises._messages import say
from coursekit.exercises._spec import Fits, as_array

LONGEST = 200  # characters of one value in a message


@dataclass(frozen=True)
class Difference:
    """How a result differs from the wanted one."""

    kind: str  # its key in the messages: none, type, shape, value, fits ...
    message: str


@dataclass(frozen=True)
class Compare:
    """The rules of one comparison; `Compare()(want, got)` is None where the two agree.

    Numbers agree within the tolerances, whatever their type: True, 1, 1.0 and a 0-d array of 1
    are one number. Where an array is wanted, a list of the same shape will do. With `strict` the
    kind of dtype must agree too, and a list will not do. Text never counts as a number.
    """

    rtol: float = 1e-6
    atol: float = 1e-8
    strict: bool = False

    def __call__(self, want: object, got: Any) -> Difference | None:
        """Return the first difference; never raises, whatever object an answer made."""
        try:
            with np.errstate(all="ignore"):
                return self._differ(want, got, "")
        except Exception:  # an object that cannot even be looked at
            return _difference("strange", "", kind=kind_of(got))

    def _differ(self, want: object, got: Any, where: str) -> Difference | None:
        want = as_array(want)
        if isinstance(want, Fits):
            return None if _fits(want, got) else _difference("fits", where, wanted=want.words)
        if got is None and want is not None:
            return _difference("none", where)
        if isinstance(want, (bool, int, float, complex, np.generic, np.ndarray)):
            want = np.asarray(want)
            if want.dtype.kind in "biufc":
                return self._numbers(want, got, where)
            want = want.tolist()  # text, and other objects
        if isinstance(want, Mapping):
            return self._mapping(want, got, where)
        if isinstance(want, (tuple, list)):
            return self._sequence(want, got, where)
        if dataclasses.is_dataclass(want):
            names = [f.name for f in dataclasses.fields(want)]
            have = {name: getattr(got, name) for name in names if hasattr(got, name)}
            return self._mapping({name: getattr(want, name) for name in names}, have, where)
        if isinstance(want, str) and not isinstance(got, str):
            return _difference("type", where, kind=kind_of(got), wanted=kind_of(want))
        return None if bool(want == got) else _difference("value", where)

    def _numbers(self, want: np.ndarray, got: Any, where: str) -> Difference | None:
        try:
            tensor = type(got).__module__.partition(".")[0] == "torch"
            have = np.asarray(got.detach().cpu() if tensor else got)
        except ValueError:  # rows of unequal length
            have = np.asarray(None)
        if have.dtype.kind not in "biufc" or np.ma.is_masked(got):
            wanted = say("an array" if want.ndim else "a number")
            kind = f"{kind_of(got)} of dtype {have.dtype}" if have.ndim else kind_of(got)
            return _difference("type", where, kind=kind, wanted=wanted)
        if have.shape != want.shape:
            return _difference("shape", where, got=have.shape, wanted=want.shape)
        if np.isnan(have).any() and not np.isnan(want).any():
            return _difference("nan", where)
        close = np.isclose(have, want, rtol=self.rtol, atol=self.atol, equal_nan=True)
        if not close.all():
            first = ", ".join(str(axis) for axis in np.argwhere(~close)[0])
            return _difference("value", where + (say("index", key=f"[{first}]") if first else ""))
        no_array = want.ndim > 0 and not isinstance(got, np.ndarray)
        if self.strict and (no_array or have.dtype.kind != want.dtype.kind):
            dtype = kind_of(got) if no_array else have.dtype
            return _difference("strict", where, got=dtype, wanted=want.dtype)
        return None

    def _sequence(self, want: Any, got: Any, where: str) -> Difference | None:
        shapes = {getattr(as_array(item), "shape", ()) for item in want}
        if isinstance(got, np.ndarray) and got.dtype.kind in "biufc" and len(shapes) > 1:
            return _difference("one array", where, wanted=len(want))
        if not isinstance(got, (tuple, list, np.ndarray)):
            return _difference("type", where, kind=kind_of(got), wanted=kind_of(want))
        if len(got) != len(want):
            return _difference("length", where, got=len(got), wanted=len(want))
        pairs = enumerate(zip(want, got, strict=True))
        found = (self._differ(*pair, where + say("item", key=key)) for key, pair in pairs)
        return next((difference for difference in found if difference), None)

    def _mapping(self, want: Mapping[Any, Any], got: Any, where: str) -> Difference | None:
        if not isinstance(got, Mapping):
            return _difference("type", where, kind=kind_of(got), wanted=kind_of(want))
        if set(got) != set(want):
            keys = {"got": describe(list(got)), "wanted": describe(list(want))}
            return _difference("keys", where, **keys)
        found = (self._differ(want[k], got[k], where + say("item", key=repr(k))) for k in want)
        return next((difference for difference in found if difference), None)


def _fits(want: Fits, got: Any) -> bool:
    """Test a value that is described by a test; one that cannot be tested does not fit."""
    try:
        return bool(want.test(got))
    except Exception:
        return False


def _difference(kind: str, where: str, /, **facts: object) -> Difference:
    """Return the difference with its sentence."""
    message = say(kind, where=where, **facts)
    return Difference(kind, message[0].upper() + message[1:])


def kind_of(value: object) -> str:
    """Return the name of a value's type with its article, such as "a list"."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


class _Short(reprlib.Repr):
    """One-line pictures of values, cut where they get long."""

    def repr1(self, x: Any, level: int) -> str:
        """Show NumPy's numbers as Python's, and floats with the digits that matter."""
        x = x.item() if isinstance(x, np.generic) else x
        if isinstance(x, float) and len(repr(x)) > 10:
            return f"{x:.8g}"
        return super().repr1(x, level)

    def repr_ndarray(self, x: np.ndarray, level: int) -> str:
        """Show the first and the last entries of an array."""
        return " ".join(np.array2string(x, threshold=20, edgeitems=2, separator=", ").split())


_SHORT = _Short()
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = 8
_SHORT.maxstring = _SHORT.maxother = 80


def cut(text: str) -> str:
    """Return the text, or the beginning of a long one."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def picture(value: object) -> str:
    """Return a value in one short line, even if its own __repr__ fails."""
    try:
        return cut(_SHORT.repr(value))
    except Exception:
        return f"<{type(value).__name__}>"


def describe(value: object) -> str:
    """Return a value in one short line, with the shape, dtype and NaN of an array."""
    if isinstance(value, Fits):
        return value.words
    if not isinstance(value, np.ndarray):
        return picture(value)
    key = "array nan" if value.dtype.kind in "fc" and np.isnan(value).any() else "array"
    return say(key, text=picture(value), shape=value.shape, dtype=value.dtype)
