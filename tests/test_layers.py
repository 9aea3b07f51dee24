"""The package is read from the bottom up: no module imports from one above it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import coursekit

ROOT = Path(coursekit.__file__).parent
# each module, and what it may import: DESIGN's table, read as layers from the bottom up
ALLOWED = {
    "__init__": set(),
    "validate": set(),
    "data": {"validate"},
    "functional": {"validate"},
    "autograd": {"functional", "validate"},
    "conv": {"validate"},
    "nn": {"autograd", "conv", "functional", "validate"},
    "optim": {"validate"},
    "train": {"validate"},
    "perceptron": {"functional", "validate"},
    "models": {"validate"},
    "representations": {"models", "validate"},
    "transfer": {"models", "validate"},
    "plotting": {"validate"},
    "interact": {"plotting", "validate"},
    "exercises": {"data", "functional", "models", "perceptron", "validate"},
    "grading": {"data", "exercises", "validate"},
    "__main__": {"exercises", "grading"},
}
ENGINE = (
    "cells", "compare", "judge", "messages", "outputs", "properties", "result", "spec", "submit"
)  # fmt: skip
PARTS = {  # of the grader: contain a submission, judge it, serve a class, reach other tools
    "sandbox": "cage calls cells doctor library pipe remote sandbox spaces stand_in warm worker",
    "verdicts": "__init__ example find grade session task words",
    "class": "cluster duplicates intake policy report roster",
    "bridges": "nbgrader recap",
}
GRADING = {part: [f"grading/{name}.py" for name in PARTS[part].split()] for part in PARTS}
# lines that a part may have: what a student reads for a concept, a figure, a slider or a check
LIMITS = {
    "numpy": (2_250, ["[!_v]*.py", "functional", "autograd"]),
    "checks": (170, ["validate.py"]),
    "data": (1_150, ["data"]),
    "torch": (1_500, ["models", "representations", "transfer"]),
    "plotting": (2_800, ["plotting"]),
    "interact": (500, ["interact"]),
    "sandbox": (1_950, GRADING["sandbox"]),
    "verdicts": (1_100, GRADING["verdicts"]),
    "class": (1_000, GRADING["class"]),
    "bridges": (400, GRADING["bridges"]),
    "engine": (1_400, ["exercises/__init__.py", *(f"exercises/_{part}.py" for part in ENGINE)]),
}
HEAVY = ["torch", "transformers", "matplotlib", "sklearn", "scipy", "IPython", "ipywidgets"]


def imports_of(file: Path) -> set[str]:
    """Return the modules of the package that a file imports, at the top or inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "coursekit":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit."):
            found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            found |= {name.split(".")[1] for name in names if name.startswith("coursekit.")}
    return found


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda f: str(f.relative_to(ROOT)))
def test_each_module_imports_only_from_below(file: Path):
    """A module that reaches upwards, or is in no layer, is named here."""
    module = file.relative_to(ROOT).with_suffix("").parts[0]

    assert module in ALLOWED, f"give {module} a place in ALLOWED"
    assert imports_of(file) - {module} <= ALLOWED[module]


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda f: str(f.relative_to(ROOT)))
def test_files_and_functions_stay_short(file: Path):
    """No file passes 300 lines, or 400 where it holds a chapter's exercises; no function 40."""
    source = file.read_text(encoding="utf8")
    functions = [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and not is_mostly_docstring(node)
    ]

    data = file.parent.name == "exercises" and not file.name.startswith("_")

    assert source.count("\n") <= (400 if data else 300)
    assert [(name, lines) for name, lines in functions if lines > 40] == []


@pytest.mark.parametrize("part", LIMITS)
def test_each_part_stays_small_enough_to_be_read(part: str):
    """Who adds to a part that is full takes something out first, or says why it may grow."""
    most, places = LIMITS[part]
    found = [path for place in places for path in ROOT.glob(place)]
    files = [file for path in found for file in (path.rglob("*.py") if path.is_dir() else [path])]

    assert sum(file.read_text(encoding="utf8").count("\n") for file in files) <= most


def test_every_file_of_the_grader_belongs_to_a_part():
    """A new file of the grader is counted somewhere, or the limits would mean nothing."""
    files = {f"grading/{file.name}" for file in (ROOT / "grading").glob("*.py")}

    assert files == {name for names in GRADING.values() for name in names}


def test_the_numpy_half_works_without_torch():
    """Where PyTorch is not installed, all but three modules can be imported, and a net trains."""
    code = """
import sys
sys.modules.update(dict.fromkeys(["torch", "torchvision", "transformers", "safetensors"]))
import importlib, pkgutil
import numpy as np
import coursekit.plotting, coursekit.interact, coursekit.exercises as exercises
from coursekit import conv, data, nn, optim, perceptron, train
from coursekit.autograd import Tensor, cross_entropy
for module in pkgutil.iter_modules(exercises.__path__):
    importlib.import_module(f"coursekit.exercises.{module.name}")
X, y = data.moons(40)
net = nn.Sequential(nn.Linear(2, 4, rng=np.random.default_rng(0)), nn.ReLU())
adam = optim.Adam(net.parameters())
def step(X, y):
    loss = cross_entropy(net(Tensor(X)), y.astype(int))
    adam.zero_grad()
    loss.backward()
    adam.step()
    return loss.item()
print(len(train.fit(step, data.batches(X, y, size=10), 2)["loss"]))
for name in ("models", "representations", "transfer"):
    try:
        importlib.import_module(f"coursekit.{name}")
    except ImportError:
        print(name)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert out.stdout.split() == ["2", "models", "representations", "transfer"], out.stderr


def is_mostly_docstring(node: ast.FunctionDef) -> bool:
    """Tell whether a function without its docstring stays below 40 lines."""
    doc = node.body[0]
    lines = (node.end_lineno or 0) - node.lineno + 1
    return ast.get_docstring(node) is not None and (
        lines - ((doc.end_lineno or 0) - doc.lineno + 1) <= 40
    )


def test_importing_the_package_loads_nothing_heavy():
    """`import coursekit` and its NumPy half bring in no torch, plots or notebook."""
    code = (
        "import sys, coursekit, coursekit.functional, coursekit.data, coursekit.exercises\n"
        "import coursekit.perceptron, coursekit.nn, coursekit.optim, coursekit.train\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "[]"
