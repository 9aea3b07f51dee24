"""Do the checks notice small faults? Mutate each solution of the book and check every mutant.

Run it as `python tests/mutants.py [chapter ...]`. It prints the mutants that pass the check. One
that is the same function as the solution is explained in SURVIVORS of tests/exercises/<chapter>.py;
any other one, or fewer than 95 % dead, is a failure: the exercise needs one more case.
"""

import ast
import contextlib
import copy
import io
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from exercises import Cells, cells, specs, survivors

from coursekit.exercises import Exercise, judge
from coursekit.exercises._judge import TooLong, time_limit

SECONDS = 1.0  # time for one mutant on one case
ENOUGH = 0.95  # the part of the mutants that must die

COMPARISONS: dict[type, list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.Lt], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.In: [ast.NotIn],
    ast.NotIn: [ast.In], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is],
}  # fmt: skip
ARITHMETIC: dict[type, list[type[ast.operator]]] = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Add, ast.Div], ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult], ast.FloorDiv: [ast.Mult], ast.Mod: [ast.Add], ast.MatMult: [ast.Mult],
    ast.BitAnd: [ast.BitOr], ast.BitOr: [ast.BitAnd],
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A solution with one small fault."""

    change: str  # the line, before and after: "if x > 0: -> if x >= 0:"
    code: str


def variants(node: ast.AST) -> Iterator[ast.AST | None]:
    """Yield what may stand in the place of a node; None takes the statement out."""
    match node:
        case ast.Compare(ops=[op, *rest]):
            for other in COMPARISONS[type(op)]:
                yield ast.Compare(node.left, [other(), *rest], node.comparators)
        case ast.BinOp(left, op, right):
            for swapped in ARITHMETIC.get(type(op), []):
                yield ast.BinOp(left, swapped(), right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.USub() | ast.Not() | ast.Invert(), operand):
            yield operand
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(str() as value):
            yield ast.Constant(value + "x")
        case ast.Call(func, [first, second, *rest], keywords):
            yield ast.Call(func, [second, first, *rest], keywords)
        case ast.If() | ast.While() | ast.IfExp():
            negated = copy.copy(node)
            negated.test = ast.UnaryOp(ast.Not(), node.test)
            yield negated
        case ast.Return(ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.AugAssign(target, op, value):
            yield from (ast.AugAssign(target, o(), value) for o in ARITHMETIC.get(type(op), []))
            yield None
        case ast.Break() | ast.Continue() | ast.Expr() | ast.Assign():
            yield None


def mutants(source: str) -> Iterator[Mutant]:
    """Yield the mutants of a solution cell; its own check, docstrings and imports stay out."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not isinstance(node, ast.Assert)]
    original = ast.unparse(tree)
    for parent in list(ast.walk(tree)):
        if isinstance(parent, (ast.arguments, ast.FormattedValue)) or _is_text(parent):
            continue  # defaults and annotations are not under test
        for name, value in ast.iter_fields(parent):
            places = value if isinstance(value, list) else [value]
            for i, child in enumerate(places):
                if not isinstance(child, ast.AST) or _is_text(child):
                    continue
                for variant in variants(child):
                    new = ast.Pass() if variant is None else variant
                    changed = [*places[:i], new, *places[i + 1 :]]
                    setattr(parent, name, changed if isinstance(value, list) else new)
                    code = ast.unparse(ast.fix_missing_locations(tree))
                    if code != original:  # f(k, k) with its arguments swapped is itself
                        yield Mutant(_change(original, code), code)
                setattr(parent, name, value)


def _is_text(node: ast.AST) -> bool:
    """Say whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _change(before: str, after: str) -> str:
    """Return the first line that differs, before and after."""
    lines = zip(before.split("\n"), after.split("\n"), strict=False)
    return next(f"{old.strip()} -> {new.strip()}" for old, new in lines if old != new)


def lives(exercise: Exercise, found: Cells, mutant: Mutant) -> bool:
    """Say whether the check lets a mutant pass; one that does not even run is dead."""
    quiet, calm = contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings()
    try:
        with quiet, calm, np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            with time_limit(SECONDS):
                answer = found.run(mutant.code)["solution"]
            return bool(judge(replace(exercise, seconds=SECONDS), answer))
    except (Exception, TooLong):
        return False


def main(chosen: list[str]) -> int:
    """Print the survivors of every exercise of the chosen chapters (all, if none is named)."""
    total = dead = failures = 0
    for name, exercise in specs().items():
        if chosen and exercise.chapter not in chosen:
            continue
        found, explained = cells(name), survivors(name)
        found.run("")  # slow the first time: imports are not on the clock of a mutant
        if not lives(exercise, found, Mutant("unchanged", found.solution)):
            raise RuntimeError(f"{name}: the solution itself does not pass, so nothing is shown")
        made = list(mutants(found.solution))
        living = [mutant.change for mutant in made if lives(exercise, found, mutant)]
        total, dead = total + len(made), dead + len(made) - len(living)
        print(f"{name}: {len(made) - len(living)} of {len(made)} mutants die")
        for change in living:
            print(f"  {'explained' if change in explained else 'UNEXPLAINED'}  {change}")
        stale = sorted(set(explained) - set(living))
        print("".join(f"  STALE, it is dead or gone  {change}\n" for change in stale), end="")
        failures += len(set(living) - set(explained)) + len(stale)
    print(f"{dead} of {total} mutants die ({dead / max(total, 1):.1%})")
    return int(failures > 0 or dead < ENOUGH * total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
