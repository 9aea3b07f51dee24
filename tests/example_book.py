"""A small book in a folder of its own, whose one chapter breaks no rule: the tests break it."""

import json
from pathlib import Path
from typing import Any

import notebooks
from nbformat.v4 import new_code_cell, new_markdown_cell
from skeleton import skeleton

ADDRESS = "https://github.com/example/course"
FILES = {
    "_config.yml": f"repository:\n  url: {ADDRESS}\n  branch: main\n",
    "coursekit/__init__.py": '__version__ = "0.1.0"\n',
    "CITATION.cff": f'version: "0.1.0"\nrepository-code: {ADDRESS}\n'
    "url: https://example.github.io/course/\n",
    "README.md": f"""Clone {ADDRESS}.git and cd course, or look at {ADDRESS}-2.
    pip install "coursekit @ git+{ADDRESS}@v0.1.0"
    [Colab](https://colab.research.google.com/github/example/course/blob/main/book/01_a.ipynb)
    Read it at https://example.github.io/course/intro.html
    """,
    "book/references.bib": "@article{hebb, doi = {10.1000/182}}\n",
}
EXERCISE = [
    new_markdown_cell(
        "**Exercise (core, 15 minutes).** Add.\n\n<details><summary>Hint</summary>\n\nOne?\n\n"
        "</details>",
        id="sums-add-prompt",
    ),
    new_code_cell(
        '# exercise: sums.add\ndef add(a, b):\n    raise NotImplementedError("your code here")',
        id="sums-add",
        metadata={"tags": ["exercise"]},
    ),
    new_code_cell('check("sums.add")', id="sums-add-check"),
    new_code_cell(
        "# @title Solution: sums.add\ndef solution(a, b):\n    return a + b\n\n\n"
        'assert check("sums.add", solution, record=False)',
        id="sums-add-solution",
        metadata={"tags": ["solution", "hide-cell"]},
    ),
]
COMPARED = new_code_cell(
    'print("four")',
    id="compared",
    metadata={"tags": ["nbval-check-output"]},
    execution_count=7,
    outputs=[{"output_type": "stream", "name": "stdout", "text": "four\n"}],
)
PROSE = (
    "A line of prose with `a.b()` and $a<b$, [a link](#next), [a paper]({}), words enough.".format(
        "https://doi.org/10.1000/182"
    )
)


def make(root: Path) -> Path:
    """Write the book below root and return the path of its chapter, which breaks no rule."""
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    chapter = skeleton("An example")
    filler = [
        cell
        for n in range(11)
        for cell in (
            new_markdown_cell(PROSE, id=f"say-{n}"),
            new_code_cell(f"n = {n}\nn + 1", id=f"do-{n}"),
        )
    ]
    chapter.cells[-4:-4] = [COMPARED, *EXERCISE, *filler]
    path = root / "book" / "01_example.ipynb"
    save(path, chapter)
    notebooks.tidy([path], root)
    return path


def load(path: Path) -> Any:
    """Return the notebook as the JSON that it is."""
    return json.loads(path.read_text(encoding="utf-8"))


def save(path: Path, raw: Any) -> None:
    """Write the notebook back."""
    path.write_text(json.dumps(raw), encoding="utf-8")


def cell(raw: Any, name: str) -> Any:
    """Return the cell with this id."""
    return next(cell for cell in raw["cells"] if cell["id"] == name)
