"""The book's Sphinx extension: what the site adds to Jupyter Book, and what it leaves out.

- `boxes`: a quote that opens with a bold keyword becomes a box, a folded solution says so;
- `pages`: each page is valid for screen readers, and free of what it does not use;
- `figures`: each figure loads late and keeps its place free;
- `sharing`: each page describes itself to other sites, and takes reports of mistakes;
- `terms`: the first use of a glossary's term on a page leads to its definition;
- `api`: the names of the package, from the docstrings;
- `timings`: how long each notebook took;
- `formulas`: drawn at the build, so that a page needs no script for them;
- `sheet`: one style sheet, with only what is used;
- `assets`: an icon font with only what is used;
- `sliders`: the pictures of sliders are files of their own.
"""

import hashlib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from . import api, assets, boxes, formulas, pages, sharing, sheet, terms, timings


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the parts to Sphinx."""
    app.add_transform(boxes.QuotesBecomeBoxes)
    app.add_transform(boxes.SolutionsAreNamed)
    app.connect("doctree-resolved", terms.link_first_uses)
    app.connect("doctree-resolved", terms.name_the_language)
    app.connect("doctree-read", terms.add_spellings)
    app.connect("html-collect-pages", terms.keep_entries)
    app.connect("env-get-outdated", timings.always_read_again)
    app.connect("source-read", api.fill_in)
    app.connect("source-read", timings.fill_in)
    app.connect("builder-inited", pages.mend_every_page)
    app.connect("html-page-context", pages.leave_out_unused, priority=900)
    app.connect("html-page-context", sharing.describe, priority=901)
    app.connect("html-page-context", sharing.offer_report, priority=902)
    app.connect("build-finished", formulas.copy_fonts)
    app.connect("build-finished", assets.subset_icons)
    app.connect("build-finished", sheet.write, priority=600)  # the theme writes one of the parts
    app.connect("build-finished", sharing.write_guides)
    app.connect("build-finished", pages.write_index, priority=900)
    return {
        "version": "1",
        "env_version": look(Path(app.confdir or app.srcdir) / "book"),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def look(book: Path) -> int:
    """Return a number for this extension and the style: when it changes, all pages are rebuilt."""
    digest = hashlib.sha256()
    for path in sorted([*(book / "_ext").rglob("*.[hp]*"), *(book / "_static").rglob("*.*")]):
        digest.update(path.read_bytes())
    return int(digest.hexdigest()[:8], 16)
