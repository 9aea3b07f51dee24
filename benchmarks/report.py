"""Write RESULTS.md, growth.svg and the table of README.md from what is kept in results/."""

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from measure import RESULTS

HERE = Path(__file__).resolve().parent
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


README = HERE.parent / "README.md"
MARKS = ("<!-- figures -->", "<!-- end of figures -->")
SHOWN = (  # of README.md: what is in it, and the name of the row in RESULTS.md
    ("A training step of a small network, against PyTorch", "engine", "batch 64", "torch.nn"),
    ("The same, against gradients written by hand in NumPy", "engine", "batch 64", "NumPy"),
    ("Single numbers, against micrograd", "engine", "single numbers", "micrograd"),
    ("The same, with Python's garbage collector off", "engine", "no collector", "micrograd"),
    ("An update by Adam, against PyTorch", "learners", "Adam, one update", "Adam"),
    ("The perceptron (it keeps its path), against scikit-learn", "learners", "perceptron", ""),
    (
        "A convolution, one channel, against PyTorch",
        "conv",
        "32x1x28x28 * 16x1x3x3, after",
        "torch",
    ),
    (
        "A convolution, 16 channels, against PyTorch",
        "conv",
        "32x16x14x14 * 32x16x3x3, after",
        "torch",
    ),
    ("Import of the NumPy half, against scikit-learn", "startup", "NumPy half", "scikit-learn"),
    ("Bytes of a chapter's page, against a default Jupyter Book", "pages", "chapter 5", "default"),
    ("Homework graded a second, against nbgrader (more is better)", "grader", "per second", "nbg"),
)


def main() -> None:
    """Write the pages and the figure."""
    found = {name: read(name) for name in TITLES if RESULTS.joinpath(f"{name}.json").exists()}
    parts = [HEAD]
    for name, facts in found.items():
        parts += [f"## {TITLES[name]}\n", table(facts["rows"]), f"\n{measured(facts)}\n"]
    curves = [curve for facts in found.values() for curve in facts["curves"]]
    if curves:
        draw(curves)
        parts += [GROWTH, slopes(curves)]
    HERE.joinpath("RESULTS.md").write_text("\n".join(parts) + "\n", encoding="utf8")
    text = README.read_text(encoding="utf8")
    before, after = text.partition(MARKS[0])[0], text.partition(MARKS[1])[2]
    short = f"{MARKS[0]}\n{summary(found)}\n{MARKS[1]}"
    README.write_text(before + short + after, encoding="utf8")
    print("Wrote benchmarks/RESULTS.md, and the table in README.md")


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
    lines = ["| What | Beside | Median | Quartiles | Aim | Reached |", "| --- " * 6 + "|"]
    for row in rows:
        unit = "" if row["unit"] == "x" else f" {row['unit']}"
        low, middle, high = (number(row[key]) for key in ("low", "middle", "high"))
        spread = "" if low == middle == high else f"{low} to {high}"
        cells = [row["what"], row["peer"], middle + unit, spread, row["target"], reached(row)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def summary(found: dict[str, dict[str, Any]]) -> str:
    """Return the table of README.md: for each line the ratio, and its quartiles."""
    lines = ["| | Ratio, ours to theirs | Quartiles |", "| --- | --- | --- |"]
    for title, name, what, peer in SHOWN:
        rows = found.get(name, {}).get("rows", [])
        row = next((r for r in rows if what in r["what"] and peer in r["peer"] and r["peer"]), None)
        if row:
            low, middle, high = (number(row[key]) for key in ("low", "middle", "high"))
            lines.append(f"| {title} | {middle} | {'' if low == high else f'{low} to {high}'} |")
    return "\n".join(lines)


def reached(row: dict[str, Any]) -> str:
    """Say whether the median is within the aim; nothing if there is none."""
    if not row["target"]:
        return ""
    sign, _, aim = row["target"].partition(" ")
    met = row["middle"] <= float(aim) if sign == "<=" else row["middle"] >= float(aim)
    return "yes" if met else "**no**"


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
