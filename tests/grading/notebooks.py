"""Notebooks as bytes, and right answers to the task of `coursekit.grading.example`."""

import json
import shutil

import pytest

from coursekit.grading import example
from coursekit.grading.sandbox import Limits
from coursekit.grading.task import load

TASK = load(str(example.__file__))
KEY = "a secret of the course"
LIMITS = Limits(cell=0.5, submission=8.0)

needs_bubblewrap = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="bubblewrap is not installed here"
)

IMPORTS = "import numpy as np"
STEP = """# exercise: example.step
def step(w, b, x, y):
    error = y - float(x @ w + b > 0)
    return w + error * x, b + error
"""
SOFTMAX = """# exercise: example.softmax
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()
"""
CENTRE = """# exercise: example.centre
def centre(x):
    return x - np.mean(x)
"""
SHARE = """# exercise: example.share
share = 0.25
"""
UNIT = """# exercise: example.Unit
class Unit:
    def __init__(self, epochs):
        self.epochs, self.w, self.b = epochs, 0, 0

    def fit(self, X, y):
        for x, t in list(zip(X, y)) * self.epochs:
            error = t - float(np.sum(self.w * x) + self.b > 0)
            self.w, self.b = self.w + error * x, self.b + error
        return self

    def predict(self, X):
        return (X @ self.w + self.b > 0).astype(float)
"""
RIGHT = [IMPORTS, STEP, SOFTMAX, CENTRE, SHARE, UNIT]
ALL = {"step": 2, "softmax": 2, "centre": 1, "share": 1, "Unit": 3}


def notebook(*cells: object, ids: bool = True, **facts: object) -> bytes:
    """Return a notebook of code cells; a cell may be a text or a whole dictionary."""
    book = [
        cell
        if isinstance(cell, dict)
        else {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell}
        | ({"id": f"cell-{number}"} if ids else {})
        for number, cell in enumerate(cells)
    ]
    facts = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}} | facts
    return json.dumps(facts | {"cells": book}).encode()


def right_but(*cells: object, **answers: str) -> bytes:
    """Return a right notebook with other answers to some exercises, and cells after the imports."""
    book = [IMPORTS, *cells]
    for name, right in zip(ALL, RIGHT[1:], strict=True):
        mark = right.split("\n")[0]
        book.append(f"{mark}\n{answers[name]}" if name in answers else right)
    return notebook(*book)


def text(name: str, body: str) -> dict[str, object]:
    """Return the cell of an open part."""
    return {"cell_type": "markdown", "metadata": {}, "source": f"**Answer: {name}**\n\n{body}"}
