"""What the repository promises as a whole: one address, no trace of a machine, a complete book."""

import re
import shutil
import subprocess
from pathlib import Path

import address
import example_book
import notebooks
import pytest
import yaml
from reading import GENERATED, read

ROOT = notebooks.ROOT
REGISTRY = re.compile(
    r"https?://[^ \"]*(?:/simple/?(?:\"| |$)|/packages/[0-9a-f]{2}/|/-/[^ \"]*\.tgz|/pool/main/)",
    re.MULTILINE | re.IGNORECASE,
)
PLACES = re.compile(r"(?<![\w.)}])/(?:work|root|opt|Users)/[a-z]")
MOVED = "https://github.com/another/place"


def texts() -> dict[str, str]:
    """Return every text file that git keeps or would add, by its path."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this copy of the book is not a git repository")
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in data[:4096]:
            found[name] = data.decode("utf-8")
    return found


def copied(folder: Path) -> dict[str, str]:
    """Copy the text files of the repository into a folder and return them."""
    files = texts()
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return files


def moved(root: Path) -> None:
    """State another address in the configuration, and let all that names it follow."""
    config = root / "_config.yml"
    old = f"https://github.com/{address.read(root).slug}"
    config.write_text(config.read_text(encoding="utf-8").replace(old, MOVED), encoding="utf-8")
    notebooks.tidy(notebooks.notebooks(root), root)
    address.follow(root)


# The address stands once


def test_every_mention_follows_the_configuration(tmp_path: Path):
    """With another address in `_config.yml`, one tidy leaves no mention of the old one."""
    files = copied(tmp_path)
    slug = address.read(ROOT).slug
    whole = re.compile(rf"(?<![\w.-]){re.escape(slug)}(?![\w-])")
    naming = {name for name, text in files.items() if whole.search(text)}

    moved(tmp_path)

    after = {name: (tmp_path / name).read_text(encoding="utf-8") for name in files}
    assert [name for name, text in after.items() if whole.search(text)] == []
    assert {name for name in naming if "another/place" not in after[name]} == set()


def test_what_names_the_address_agrees_with_the_configuration(tmp_path: Path):
    """Tidy has nothing to rewrite: README, CITATION.cff and pyproject name this repository."""
    copied(tmp_path)

    assert address.follow(tmp_path) == []
    for name in ("README.md", "CITATION.cff", "pyproject.toml"):
        assert f"/{address.read(ROOT).slug}" in texts()[name], name


def test_notebooks_name_the_address_in_generated_cells_only():
    """Prose and code of a notebook never name the repository themselves."""
    slug = address.read(ROOT).slug
    for path in notebooks.notebooks():
        naming = {cell.id for cell in read(path, ROOT).cells if slug in cell.source}
        assert naming <= GENERATED, path.name


def test_a_readme_follows_in_all_its_forms(tmp_path: Path):
    """Clone, install, Colab and site links change; a neighbour of a longer name does not."""
    example_book.make(tmp_path)
    (tmp_path / "coursekit" / "__init__.py").write_text('__version__ = "0.2.0"\n')
    moved(tmp_path)

    text = (tmp_path / "README.md").read_text(encoding="utf-8")

    assert (
        f"Clone {MOVED}.git and cd place, or look at https://github.com/example/course-2." in text
    )
    assert f"git+{MOVED}@v0.2.0" in text
    assert "/github/another/place/blob/main/book/01_a.ipynb" in text
    assert "https://another.github.io/place/intro.html" in text
    assert 'version: "0.2.0"' in (tmp_path / "CITATION.cff").read_text(encoding="utf-8")
    chapter = (tmp_path / "book" / "01_example.ipynb").read_text(encoding="utf-8")
    assert "example/course" not in chapter
    assert "@v0.2.0" in chapter


def test_an_address_that_colab_cannot_open_is_refused(tmp_path: Path):
    """The repository has to be one on GitHub."""
    example_book.make(tmp_path)
    config = "repository: {url: https://example.org/course}"
    (tmp_path / "_config.yml").write_text(config, encoding="utf-8")

    with pytest.raises(ValueError, match=r"https://github.com/OWNER/NAME, got https://example.org"):
        address.read(tmp_path)


# No trace of a machine


def test_no_file_names_a_path_of_one_machine():
    """Folders that exist on one machine only, this checkout's among them, stand in no file."""
    assert {
        name for name, text in texts().items() if PLACES.search(text) or str(ROOT) in text
    } == set()


def test_no_file_names_a_package_registry():
    """Addresses of single packages, as lock files record them, are in no file."""
    assert {name for name, text in texts().items() if REGISTRY.search(text)} == set()


# The book is complete


def test_every_notebook_is_in_the_table_of_contents():
    """A page that `_toc.yml` forgets would not be built."""
    listed = re.findall(
        r"'(?:file|root)': '([^']+)'",
        str(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))),
    )
    pages = [path.relative_to(ROOT).with_suffix("").as_posix() for path in notebooks.notebooks()]

    assert sorted(set(pages) - set(listed)) == []
