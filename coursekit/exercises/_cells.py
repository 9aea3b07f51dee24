"""What ran in the notebook: the last version of each answer cell, and whether it ended well."""

import ast
import inspect
import linecache
import re
from collections.abc import Mapping
from typing import Any

MARK = re.compile(r"^\s*# exercise: (\S+)")


def ran_last(names: Mapping[str, Any]) -> dict[str, str]:
    """Return, for each exercise, the text of its answer cell when that ran the last time."""
    marked = [(MARK.match(source), source.strip()) for source in names.get("In", ())]
    return {mark[1]: source for mark, source in marked if mark}


def is_stale(name: str, answer: Any, names: Mapping[str, Any]) -> bool:
    """Tell whether the last run of the answer cell stopped before it defined this answer.

    A name keeps its old meaning if the cell has a syntax error, or was interrupted on its way.
    """
    last = ran_last(names).get(name)
    if last is None:
        return False
    try:
        ast.parse(last)
    except SyntaxError:
        return True
    if not inspect.isfunction(answer):
        return False
    home = "".join(linecache.getlines(answer.__code__.co_filename)).strip()
    mark = MARK.match(home)  # a function from another cell is the reader's own affair
    return mark is not None and mark[1] == name and home != last
