"""What a sandbox can import: a list of files, worked out from what an exercise allows.

Everything else is not on the sandbox's disk, so no trick with `sys.path` brings it back.
"""

import ast
import functools
import importlib.metadata
import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path

import coursekit

ALWAYS = ("numpy", "matplotlib", "tqdm", "coursekit.data", "coursekit.plotting")
HERE = Path(__file__).parent
ROOT = Path(coursekit.__file__).parent

Library = tuple[tuple[str, str], ...]  # where a file lies in the library, and where it is now


@functools.cache
def library(allows: tuple[str, ...]) -> Library:
    """Return the files that a sandbox needs, for the modules that an exercise allows.

    Raises:
        ValueError: if a module is not installed.
    """
    names = {*ALWAYS, *allows}
    own = {name.split(".")[1] for name in names if name.startswith("coursekit.")}
    others = {name.partition(".")[0] for name in names} - {"coursekit"}
    return tuple(sorted({*_own_files(own), *_installed_files(others)}))


def _own_files(modules: Iterable[str]) -> set[tuple[str, str]]:
    """Return the package's modules, with those that they import; its exercises stay outside."""
    found = {("coursekit/__init__.py", str(ROOT / "__init__.py"))}
    found.add(("coursekit/exercises/__init__.py", str(HERE / "stand_in.py")))
    outputs = "exercises/_outputs.py"
    found.add((f"coursekit/{outputs}", str(ROOT / outputs)))
    todo, seen = set(modules) - {"exercises"}, {"exercises"}
    while todo:
        module = todo.pop()
        seen.add(module)
        path = ROOT / module if (ROOT / module).is_dir() else ROOT / f"{module}.py"
        if not path.exists():
            raise ValueError(f"an exercise allows coursekit.{module}, and there is none")
        found.add((f"coursekit/{path.name}", str(path)))
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            todo |= _imports(file) - seen
    return found


def _imports(file: Path) -> set[str]:
    """Return the modules of the package that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "coursekit":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit."):
            found.add((node.module or "").split(".")[1])
    return {name for name in found if not name.startswith("_") and name != "expect"}


def _installed_files(modules: Iterable[str]) -> set[tuple[str, str]]:
    """Return the top-level files of installed packages, with those that they depend on."""
    found, todo, seen = set(), [d for m in modules for d in _distributions(m)], set()
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or another Python
        needs = [need for need in distribution.requires or [] if "extra" not in need]
        todo += [match[0] for need in needs if (match := re.match(r"[\w.-]+", need))]
        tops = {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}
        found |= {(top, str(distribution.locate_file(top))) for top in tops if top[-4:] != ".pth"}
    return {(top, path) for top, path in found if Path(path).exists()}


def _distributions(module: str) -> list[str]:
    """Return the names of the packages that hold a module."""
    try:
        return [importlib.metadata.distribution(module).metadata["Name"]]
    except importlib.metadata.PackageNotFoundError:
        found = importlib.metadata.packages_distributions().get(module)
    if not found:
        raise ValueError(f"an exercise allows {module}, which is not installed here")
    return list(found)
