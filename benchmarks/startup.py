"""How long does an import take beyond NumPy's, beside the packages that do the same work?

Each import runs in a process of its own, in turns; wall time, since files are read.
"""

import subprocess
import sys

from measure import Row, keep, spread

ROUNDS = 15
IMPORTS = {
    "coursekit": "import coursekit",
    "coursekit, the NumPy half": "from coursekit import autograd, conv, data, functional, nn, "
    "optim, perceptron, train",
    "scikit-learn": "import sklearn.neural_network",
    "PyTorch": "import torch",
}
PROGRAM = """
import time
import numpy
start = time.perf_counter()
{imports}
print(time.perf_counter() - start)
"""
TARGETS = {"coursekit": "<= 50"}


def milliseconds(imports: str) -> float:
    """Return the milliseconds that some imports take in a fresh process that has NumPy."""
    command = [sys.executable, "-c", PROGRAM.format(imports=imports)]
    return 1000 * float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main() -> None:
    """Measure each import in turn, and keep the rows."""
    turns = [{name: milliseconds(line) for name, line in IMPORTS.items()} for _ in range(ROUNDS)]
    rows: list[Row] = []
    for name in IMPORTS:
        values = [turn[name] for turn in turns]
        what = f"import {name}, beyond NumPy"
        rows.append(spread(what, "", values, unit="ms", target=TARGETS.get(name, "")))
    half = "coursekit, the NumPy half"
    for peer in ("scikit-learn", "PyTorch"):
        ratios = [turn[half] / turn[peer] for turn in turns]
        rows.append(spread(f"import {half}", f"import {peer}", ratios))
    keep("startup", rows, [], ["numpy", "scikit-learn", "torch"])


if __name__ == "__main__":
    main()
