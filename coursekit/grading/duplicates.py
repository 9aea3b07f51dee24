"""Pairs of submissions that look alike: something to look at, never a verdict.

A submission becomes the set of its short runs of tokens. Names, numbers and texts count as such,
whatever they say, so a renamed variable changes nothing; what the students were given is removed.
"""

import collections
import io
import itertools
import keyword
import tokenize
from collections.abc import Mapping, Sequence

from coursekit.grading.find import UnreadableError, find

RUN = 10  # tokens
LEAST = 20  # runs of one's own, for a submission to be compared at all
COMMON = 0.4  # runs that a greater share of the class has are common property


def fingerprint(data: bytes) -> frozenset[tuple[str, ...]]:
    """Return the runs of tokens in the code of a notebook."""
    try:
        cells = find(data, ()).cells
    except UnreadableError:
        return frozenset()
    tokens: list[str] = []
    for cell in cells:
        tokens += _tokens(cell.source)
    return frozenset(tuple(tokens[i : i + RUN]) for i in range(len(tokens) - RUN + 1))


def _tokens(source: str) -> list[str]:
    """Return the kinds of the tokens of a cell, up to where it is no Python."""
    found = []
    skip = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.OP or keyword.iskeyword(token.string):
                found.append(token.string)
            elif token.type not in skip:
                found.append(tokenize.tok_name[token.type])
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return found


def pairs(
    prints: Mapping[str, frozenset[tuple[str, ...]]],
    starter: frozenset[tuple[str, ...]] = frozenset(),
    least: float = 0.6,
) -> list[tuple[float, str, str]]:
    """Return pairs of names with the share of runs that both have, the most alike first."""
    counts = collections.Counter(run for runs in prints.values() for run in runs)
    most = max(3, COMMON * len(prints))
    common = starter | {run for run, count in counts.items() if count > most}
    own = {name: runs - common for name, runs in prints.items()}
    shared: collections.Counter[tuple[str, str]] = collections.Counter()
    holders: dict[tuple[str, ...], list[str]] = collections.defaultdict(list)
    for name, runs in sorted(own.items()):
        for run in runs:
            holders[run].append(name)
    for names in holders.values():
        shared.update(itertools.combinations(names, 2))
    found = []
    for (one, other), count in shared.items():
        size = min(len(own[one]), len(own[other]))
        if size >= LEAST and count / size >= least:
            found.append((round(count / size, 2), one, other))
    return sorted(found, key=_order)


def _order(pair: Sequence[object]) -> tuple[float, str]:
    """Sort by likeness, then by name."""
    return -float(str(pair[0])), str(pair[1])
