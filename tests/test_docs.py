"""The pages around the chapters are true: examples run, tables agree, links lead somewhere."""

import base64
import io
import re
import runpy
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image
from pybtex.database import parse_file

import coursekit

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "book"
sys.path.insert(0, str(ROOT / "tools"))
import syllabus  # noqa: E402

# how many ids each letter has; they run from 1 on without a gap
IDS = {"C": 13, "H": 55, "P": 30, "M": 28, "L": 12, "B": 25, "O": 33, "V": 23, "R": 12, "T": 20}
IDS |= {"W": 5, "E": 31, "A": 4}
PAGES = sorted([*ROOT.glob("*.md"), *BOOK.glob("*.md")])
CODE = r"(?s)```.*?```|`[^`\n]+`"


def read(name: str) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def contents() -> list[str]:
    """Return the pages of the table of contents, in order, without the root."""
    parts = yaml.safe_load(read("_toc.yml"))["parts"]
    return [chapter["file"] for part in parts for chapter in part["chapters"]]


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    """Return what README's program defines, after it ran in an empty folder."""
    code = re.search(r"(?s)```python\n(.*?)```", read("README.md"))
    assert code is not None
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example.py").write_text(code[1], encoding="utf-8")
    return runpy.run_path("example.py")


def test_the_readme_program_learns_what_it_says(example: dict):
    """The unit separates the training digits, and is right on most new ones."""
    unit = example["unit"]

    assert unit.mistakes[-1] == 0
    assert (unit.predict(example["X_test"]) == example["y_test"]).mean() > 0.9


def test_the_weights_are_large_where_readme_says(example: dict):
    """The unit looks at the left side, where an 8 is closed and a 3 is open."""
    weights = example["unit"].w.reshape(8, 8)

    assert weights[:, :4].max() > 2 * weights[:, 4:].max()


def test_the_readme_picture_is_the_one_its_program_draws(example: dict, tmp_path: Path):
    """The three small images in the stored file are those of a fresh run."""
    stored = images(read("book/_static/readme.svg"))
    fresh = images((tmp_path / "weights.svg").read_text(encoding="utf-8"))

    assert len(stored) == len(fresh) == 3
    for old, new in zip(stored, fresh, strict=True):
        np.testing.assert_allclose(old, new, atol=8)  # of 255: a colour that no eye tells apart


def images(svg: str) -> list[np.ndarray]:
    """Return the images embedded in a figure, each shrunk to 8 by 8 colours."""
    found = re.findall(r"data:image/png;base64,\s*([\w+/=\s]+)", svg)
    opened = [Image.open(io.BytesIO(base64.b64decode(text))) for text in found]
    small = [image.convert("RGB").resize((8, 8), Image.Resampling.BOX) for image in opened]
    return [np.asarray(image, dtype=float) for image in small]


def test_the_readme_table_is_the_table_of_contents():
    """README lists every notebook of the book, in order, by its title, with a link to Colab."""
    row = r"\| \[([^\]]+)\]\((book/[\w/-]+)\.ipynb\) \| \[Open in Colab\]\((\S+)\)"
    rows = re.findall(row, read("README.md"))
    notebooks = [page for page in contents() if (ROOT / f"{page}.ipynb").exists()]

    assert [page for _, page, _ in rows] == notebooks
    for title, page, colab in rows:
        assert title == syllabus.headings(ROOT / f"{page}.ipynb")[0]
        assert colab.endswith(f"/{page}.ipynb")


def test_the_first_page_has_a_card_for_each_chapter_and_lab():
    """The cards of the first page name the chapters and labs that exist, each once."""
    cards = re.findall(r"(?m)^:link: (\S+)$", read("book/intro.md"))
    pages = [p for p in contents() if re.search(r"/\d\d_|/labs/", p)]

    assert sorted(f"book/{name}" for name in cards) == sorted(pages)


def test_every_syllabus_id_is_counted():
    """No id is missing, none stands twice, and the page shows each of them."""
    ids = [row.id for row in syllabus.rows(BOOK)]
    expected = {f"{letter}-{n:02}" for letter, last in IDS.items() for n in range(1, last + 1)}

    assert Counter(ids) == Counter(expected)
    assert set(re.findall(r"(?m)^\| ([A-Z]-\d\d) ", read("book/syllabus.md"))) == expected


def test_every_syllabus_link_leads_to_a_heading():
    """The heading that covers the slide stands on the page."""
    for row in syllabus.rows(BOOK):
        file = syllabus.source(BOOK, row.page)
        assert row.heading in syllabus.headings(file), f"{row.id}: {row.heading!r} in {file}"


def test_the_syllabus_page_is_up_to_date():
    """The page is what tools/syllabus.py writes from the table now."""
    assert read("book/syllabus.md") == syllabus.page(BOOK), "run tools/syllabus.py"


def test_the_citation_names_this_release():
    """CITATION.cff and the newest section of the changelog state the version of the package."""
    assert yaml.safe_load(read("CITATION.cff"))["version"] == coursekit.__version__
    assert re.findall(r"(?m)^## (\S+)", read("CHANGELOG.md"))[0] == coursekit.__version__


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_lead_to_a_file_and_a_heading(page: Path):
    """A link that is not an address names a file, and after # one of its headings."""
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(CODE, "", page.read_text("utf-8"))):
        name, _, heading = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = page.parent / name if name else page
        assert file.exists(), target
        if heading:
            assert heading in map(syllabus.anchor, syllabus.headings(file)), target


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "book/intro.md"])
def test_commands_that_are_named_exist(page: str):
    """Every `make` target that a page names is in the Makefile."""
    named = set(re.findall(r"(?m)(?:^|`|&& )make ([a-z][a-z-]*)", read(page)))
    targets = set(re.findall(r"(?m)^([a-z-]+):", read("Makefile")))

    assert named
    assert named <= targets


def test_every_reference_is_whole():
    """Each entry has an author, a title and a year, and no paper stands twice."""
    entries = parse_file(str(BOOK / "references.bib")).entries

    assert len(entries) > 5
    for key, entry in entries.items():
        assert {"title", "year"} <= set(entry.fields), key
        assert entry.persons.get("author"), key
    dois = [entry.fields["doi"].lower() for entry in entries.values() if "doi" in entry.fields]
    assert len(dois) == len(set(dois))
