"""Measuring side by side: ratios within one run, how a cost grows, and where the numbers are kept.

A busy machine slows all alike, so contenders take turns, a ratio is taken in each turn, and its
median is reported with its quartiles. Processor time, not wall time, wherever one process does
the work.
"""

import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).with_name("results")
ROUNDS = 41
Step = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table: ours against a peer.

    Attributes:
        what: the work.
        peer: whose time, size or count ours is divided by; empty if `middle` is no ratio.
        middle: the median, or the only value.
        low: the first quartile.
        high: the third quartile.
        unit: "x" for a ratio, else the unit of the value.
        target: what we promise, such as "<= 0.5"; empty for none.
    """

    what: str
    peer: str
    middle: float
    low: float
    high: float
    unit: str = "x"
    target: str = ""


@dataclass(frozen=True)
class Growth:
    """How a cost grows: one curve of the log-log plots."""

    what: str
    who: str
    axis: str
    sizes: tuple[float, ...]
    cost: tuple[float, ...]  # seconds, or what `unit` says
    slope: float  # fitted over all sizes, in the logarithms
    unit: str = "s"


def seconds(step: Step, times: int) -> float:
    """Return the processor time of one step, the mean over a few."""
    start = time.process_time()
    for _ in range(times):
        step()
    return (time.process_time() - start) / times


def ratio(
    what: str, peer: str, mine: Step, other: Step, times: tuple[int, int], *,
    rounds: int = ROUNDS, target: str = "",
) -> Row:  # fmt: skip
    """Return the time of our step over that of the other's, and print it."""
    for step in (mine, other):
        seconds(step, 1)
    ratios = [seconds(mine, times[0]) / seconds(other, times[1]) for _ in range(rounds)]
    return spread(what, peer, ratios, target=target)


def spread(
    what: str, peer: str, values: Sequence[float], *, unit: str = "x", target: str = ""
) -> Row:
    """Return a row of the median and quartiles of some values, and print it."""
    low, middle, high = (float(q) for q in np.quantile(values, [0.25, 0.5, 0.75]))
    name = f"{what} / {peer}" if peer else what
    print(f"{name:<66} {middle:9.3g} {unit}  ({low:.3g} to {high:.3g})  {target}", flush=True)
    return Row(what, peer, middle, low, high, unit, target)


def growth(
    what: str, who: str, axis: str, sizes: Sequence[float], make: Callable[[int], Step]
) -> Growth:
    """Return the seconds of a step for each size, the best of several, and the slope."""
    cost = []
    for size in sizes:
        step = make(int(size))
        once = seconds(step, 1)
        times = max(1, int(0.02 / max(once, 1e-6)))
        cost.append(min(seconds(step, times) for _ in range(7)))
    return curve(what, who, axis, sizes, cost)


def curve(
    what: str, who: str, axis: str, sizes: Sequence[float], cost: Sequence[float], unit: str = "s"
) -> Growth:
    """Return a curve with the slope that fits it, and print the slope."""
    slope = float(np.polyfit(np.log(sizes), np.log(cost), 1)[0])
    print(f"{what}, {who}: grows with {axis} to the power {slope:.2f}", flush=True)
    return Growth(what, who, axis, tuple(sizes), tuple(cost), slope, unit)


def keep(name: str, rows: Sequence[Row], curves: Sequence[Growth], packages: Sequence[str]) -> None:
    """Write what was measured to `results/NAME.json`, with the versions that it holds for."""
    facts = {
        "rows": [asdict(row) for row in rows],
        "curves": [asdict(one) for one in curves],
        "versions": {package: version(package) for package in packages},
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d"),
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(facts, indent=1)
    RESULTS.joinpath(f"{name}.json").write_text(text + "\n", encoding="utf8")
