"""The package as others get it: pure Python, complete, light to import, never pinned tight."""

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CAPPED = {"jupyter-book": "version 2 reads other files than _config.yml and _toc.yml"}


def requirements() -> Iterator[Requirement]:
    """Yield each requirement that pyproject.toml names, extras included, but not the package."""
    for text in [*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]:
        if (requirement := Requirement(text)).name != PROJECT["name"]:
            yield requirement


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy so that nothing is left in the tree."""
    copy = tmp_path_factory.mktemp("wheel") / "source"
    copytree(ROOT / "coursekit", copy / "coursekit", ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--no-build-isolation", "-w", copy, copy], check=True)
    (built,) = copy.glob("*.whl")
    return zipfile.ZipFile(built)


def test_wheel_is_pure_python(wheel: zipfile.ZipFile):
    """One wheel serves every Python 3 on every system."""
    assert str(wheel.filename).endswith("-py3-none-any.whl")


def test_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile):
    """Modules, tables, scripts and the type marker are installed, not just the code."""
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "coursekit").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }

    assert files <= set(wheel.namelist())


@pytest.mark.parametrize("requirement", [*requirements()], ids=str)
def test_requirements_are_lower_bounds(requirement: Requirement):
    """Colab's own versions are kept, so a requirement never excludes a newer release."""
    operators = {specifier.operator for specifier in requirement.specifier}

    assert operators <= ({">=", "<"} if requirement.name in CAPPED else {">="})


def test_constraints_are_plain_pins_that_fit():
    """constraints.txt holds name==version lines only, each within the bounds of pyproject.toml."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    pairs = [pin.partition("==") for pin in pins]
    versions = {canonicalize_name(name): version for name, _, version in pairs}

    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.+!]+", pin)] == []
    for requirement in requirements():
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)])


def test_environment_installs_what_pyproject_names():
    """environment.yml repeats no list: it installs the package with its book extra."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf8"))
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    python = next(entry for entry in conda if entry.startswith("python="))

    assert pip == ["-e .[book]"]
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python="))
    for torch in EXTRAS["torch"]:
        assert torch.replace("torch>", "pytorch-cpu>") in conda or not torch.startswith("torch")


def test_import_is_light():
    """Importing the package loads no PyTorch, no Matplotlib and no IPython."""
    code = "import sys, coursekit; print(*{'torch', 'matplotlib', 'IPython'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.split() == []
