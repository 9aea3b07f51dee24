"""What the teacher's files answer stands nowhere that a student can look."""

import ast
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

INSTRUCTOR = Path(__file__).resolve().parents[1]
ROOT = INSTRUCTOR.parent
PUBLISHED = (
    "coursekit",
    "book",
    "_build/html",
)  # the wheel, the notebooks, the site with its index
KINDS = {".py", ".ipynb", ".md", ".html", ".js", ".txt"}
SHORT = 60  # characters: less than this may be said in two places by chance


def answers() -> Iterator[tuple[str, str]]:
    """Yield each function of the teacher's files, and what it does, without spaces."""
    for file in sorted(INSTRUCTOR.glob("hw*.py")):
        for node in ast.parse(file.read_text("utf8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                body = node.body[ast.get_docstring(node) is not None :]
                packed = squeezed(ast.unparse(ast.Module(body, [])))
                if len(packed) > SHORT:
                    yield f"{file.stem}: {node.name}", packed


def squeezed(text: str) -> str:
    """Return a text without spaces, and with one kind of quotes."""
    return re.sub(r"\s+", "", text).replace('"', "'")


@pytest.fixture(scope="module")
def published() -> dict[str, str]:
    """What students get, file by file, without spaces; pages without their tags."""
    found = {}
    for folder in PUBLISHED:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in KINDS:
                text = path.read_text("utf8", errors="replace")
                if path.suffix == ".ipynb":
                    cells = json.loads(text)["cells"]
                    text = "\n".join("".join(cell["source"]) for cell in cells)
                elif path.suffix == ".html":
                    text = html.unescape(re.sub(r"<[^>]*>", "", text))
                found[str(path.relative_to(ROOT))] = squeezed(text)
    return found


@pytest.mark.parametrize(("name", "packed"), [pytest.param(*a, id=a[0]) for a in answers()])
def test_no_answer_is_published(name: str, packed: str, published: dict[str, str]):
    """Neither in the package, nor in a notebook, nor on the site if one is built."""
    assert [path for path, text in published.items() if packed in text] == [], name


def test_a_published_answer_is_found_wherever_it_stands(published: dict[str, str]):
    """The solution of a chapter's exercise, as this test reads answers, is in the book and site."""
    cells = json.loads((ROOT / "book/08_transfer.ipynb").read_text("utf8"))["cells"]
    source = next("".join(c["source"]) for c in cells if c["id"] == "transfer-top_k-solution")
    solution = ast.parse(source).body[0]
    assert isinstance(solution, ast.FunctionDef)
    packed = squeezed(ast.unparse(ast.Module(solution.body, [])))

    places = {path for path, text in published.items() if packed in text}

    built = "_build/html/book/08_transfer.html"
    assert {"book/08_transfer.ipynb"} | ({built} & set(published)) <= places
