"""The page of the package: what each public name takes and returns, from the docstrings.

The sources are read, not imported. In the page a comment becomes the list of the names of a
module: `<!-- names of coursekit.optim -->`.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

PAGE = "book/api"
MARK = re.compile(r"<!-- names of ([\w.]+) -->")
SECTION = re.compile(r"^(Args|Returns|Yields|Raises|Sources?):[ \t]*(.*)$", re.MULTILINE)
TITLES = {"Args": "Arguments"}
Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Source:
    """A file of the package: where it is, and what it says."""

    path: Path
    text: str
    tree: ast.Module

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Read and parse a file."""
        text = path.read_text(encoding="utf8")
        return cls(path, text, ast.parse(text))

    def definition(self, name: str) -> Definition | None:
        """Return the function or class of a name, or None."""
        found = (node for node in self.tree.body if isinstance(node, Definition))
        return next((node for node in found if node.name == name), None)


def fill_in(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the names of each module where the page has its mark."""
    if page != PAGE:
        return
    root, options = Path(app.srcdir), app.config.html_theme_options
    blob = f"{options['repository_url']}/blob/{options['repository_branch']}/"

    def names(mark: re.Match[str]) -> str:
        parts = [f"```{{py:currentmodule}} {mark[1]}\n```"]
        for file, node in members(root, mark[1]):
            app.env.note_dependency(str(file.path))
            address = f"{blob}{file.path.relative_to(root).as_posix()}#L{node.lineno}"
            parts.append(entry(file, node, address))
        return "\n\n".join(parts)

    source[0] = MARK.sub(names, source[0])


def members(root: Path, module: str) -> Iterator[tuple[Source, Definition]]:
    """Yield the public functions and classes of a module, each with the file that defines it."""
    path = root / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not file.exists():
        raise ExtensionError(f"{PAGE} asks for the names of {module}, which does not exist")
    source = Source.read(file)
    public = [node.name for node in source.tree.body if isinstance(node, Definition)]
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            public = ast.literal_eval(node.value)
    homes = {
        alias.asname or alias.name: root / f"{node.module.replace('.', '/')}.py"
        for node in source.tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit.")
        for alias in node.names
    }
    for name in public:
        home = Source.read(homes[name]) if name in homes else source
        node = home.definition(name)
        if node and not name.startswith("_"):  # constants speak for themselves
            yield home, node


def entry(file: Source, node: Definition, address: str) -> str:
    """Return the text of one function or class, its public methods inside."""
    text, code = prose(ast.get_docstring(node) or ""), f"[Read the code]({address})"
    if isinstance(node, ast.FunctionDef):
        return f":::{{py:function}} {node.name}({arguments(node)})\n{text}\n\n{code}\n:::"
    held = fields(file, node)
    listed = "\n".join(f"- `{name}`" + (f": {note}" if note else "") for name, note in held)
    start = next((n for n in node.body if getattr(n, "name", "") == "__init__"), None)
    taken = arguments(start) if start else ", ".join(name for name, _ in held)
    parts = [f"::::{{py:class}} {node.name}({taken})", text, listed, code]
    for method in node.body:
        shown = isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
        if shown and ast.get_docstring(method):
            marks = [ast.unparse(mark) for mark in method.decorator_list]
            head = f"{{py:method}} {method.name}({arguments(method, marks)})"
            if {"property", "cached_property"}.intersection(marks):
                head = f"{{py:property}} {method.name}"
            parts.append(f":::{head}\n{prose(ast.get_docstring(method) or '')}\n:::")
    return "\n\n".join(part for part in parts if part) + "\n::::"


def arguments(function: ast.FunctionDef, marks: list[str] | None = None) -> str:
    """Return the arguments of a function without their types, which the text states as shapes."""
    plain = ast.parse(ast.unparse(function)).body[0].args  # type: ignore[attr-defined]
    for node in ast.walk(plain):
        if isinstance(node, ast.arg):
            node.annotation = None
    text = ast.unparse(plain)
    if marks and "staticmethod" in marks:
        return text
    return re.sub(r"^(self|cls)(, )?(/, )?", "", text)


def fields(file: Source, node: ast.ClassDef) -> list[tuple[str, str]]:
    """Return what a dataclass holds: each name with the comment beside it."""
    if not any("dataclass" in ast.unparse(mark) for mark in node.decorator_list):
        return []
    lines = file.text.splitlines()
    return [
        (item.target.id, lines[item.lineno - 1].partition("  # ")[2])
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        if not item.target.id.startswith("_")
    ]


def prose(docstring: str) -> str:
    """Return a docstring in Markdown: its sections get a title, their items a bullet each."""
    pieces = SECTION.split(docstring)
    parts = [pieces[0]]
    for title, first, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        body = inspect.cleandoc(body)
        if title in ("Args", "Raises"):
            items = re.sub(r"^(\*{0,2}[\w, ]+):", r"- `\1`:", body, flags=re.MULTILINE)
            items = re.sub(r"^ +", "  ", items, flags=re.MULTILINE)
            parts.append(f"**{TITLES.get(title, title)}**\n\n{items}")
        else:
            parts.append(f"**{title}:** {first}\n{body}")
    return "\n\n".join(part.strip() for part in parts if part.strip())
