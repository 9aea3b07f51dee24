"""Write RESULTS.md and growth.svg from what the benchmarks have kept in results/."""

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from measure import RESULTS

HERE = Path(__file__).parent
TITLES = {
    "engine": "Automatic differentiation (`engine.py`)",
    "conv": "Convolution (`conv.py`)",
    "learners": "Perceptron and optimizers (`learners.py`)",
    "startup": "Imports (`startup.py`)",
    "grader": "Grader (`grader.py`)",
    "pages": "The book and its pages (`pages.py`)",
}
HEAD = """# Results

`make bench` measures all of this anew and writes this page. A ratio is our time over that of the
peer, so less is better for us; the peer works beside us in the same run. Median, with quartiles
where there are several rounds. A machine of your own will show other seconds, and about the same
ratios.
"""


def main() -> None:
    """Write the page and the figure."""
    found = {name: read(name) for name in TITLES if RESULTS.joinpath(f"{name}.json").exists()}
    parts = [HEAD]
    for name, facts in found.items():
        parts += [f"## {TITLES[name]}\n", table(facts["rows"]), f"\n{measured(facts)}\n"]
    curves = [curve for facts in found.values() for curve in facts["curves"]]
    if curves:
        draw(curves)
        parts += [GROWTH, slopes(curves)]
    HERE.joinpath("RESULTS.md").write_text("\n".join(parts) + "\n", encoding="utf8")
    print("Wrote benchmarks/RESULTS.md")


GROWTH = """## How the costs grow

![Costs against size, both axes logarithmic, one panel for each kind of size.](growth.svg)

The power is the slope of a straight line through all points of a curve: 1 means that twice the
size takes twice the time. Small sizes pay for what does not depend on the size, so it is below 1
there.
"""


def read(name: str) -> dict[str, Any]:
    """Return what a benchmark has kept."""
    facts: dict[str, Any] = json.loads(RESULTS.joinpath(f"{name}.json").read_text(encoding="utf8"))
    return facts


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a table."""
    lines = ["| What | Beside | Median | Quartiles | Promise |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        unit = "" if row["unit"] == "x" else f" {row['unit']}"
        low, middle, high = (number(row[key]) for key in ("low", "middle", "high"))
        spread = "" if low == middle == high else f"{low} to {high}"
        cells = [row["what"], row["peer"], middle + unit, spread, row["target"]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def number(value: float) -> str:
    """Return three digits of a number, without an exponent."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}" if value == 0 or value >= 0.1 else f"{value:.3f}"


def measured(facts: dict[str, Any]) -> str:
    """Say when and with which versions rows were measured."""
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return f"Measured on {facts['date']} with Python {facts['python']}, {versions}."


def slopes(curves: list[dict[str, Any]]) -> str:
    """Return the fitted powers as a table."""
    lines = ["| What | Whose | Size | From, to | Power |", "| --- | --- | --- | --- | --- |"]
    for one in curves:
        span = f"{one['sizes'][0]:,g} to {one['sizes'][-1]:,g}"
        cells = [one["what"], one["who"], one["axis"], span, f"{one['slope']:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def draw(curves: list[dict[str, Any]]) -> None:
    """Draw a panel for each work and kind of size."""
    panels = [
        (key, list(group)) for key, group in groupby(curves, lambda c: (c["what"], c["axis"]))
    ]
    columns = 3
    rows = -(-len(panels) // columns)
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "coursekit"})
    figure, axes = plt.subplots(rows, columns, figsize=(10, 3 * rows), layout="constrained")
    for axis, (key, group) in zip(axes.flat, panels, strict=False):
        for one in group:
            label = f"{one['who']}: power {one['slope']:.2f}"
            axis.loglog(one["sizes"], one["cost"], "o-", label=label)
        axis.set(title=key[0], xlabel=key[1], ylabel=group[0]["unit"])
        axis.legend(fontsize=8)
    for axis in list(axes.flat)[len(panels) :]:
        axis.set_visible(False)
    figure.savefig(HERE / "growth.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
