"""Each page: its description, only the scripts that it uses, and mended markup.

The mends are patterns over the theme's markup. One that no longer matches stops the build, so
that an update of the theme is looked at instead of silently undoing them.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from . import figures, formulas, sheet, sliders


@dataclass(frozen=True)
class Mend:
    """One repair of the theme's markup: needed on a page if `needed` is found in it."""

    why: str
    pattern: str
    replacement: str
    needed: str = "<body"
    spared: str = ""  # the one page that stays as it is

    def apply(self, page: str, name: str) -> str:
        """Return the page repaired; refuse one that needs the repair and does not match."""
        if name == self.spared:
            return page
        mended, count = re.subn(self.pattern, self.replacement, page, flags=re.S)
        if not count and re.search(self.needed, page):
            raise ExtensionError(
                f"{name}: the repair '{self.why}' no longer matches the theme's markup. "
                f"Look at the page, then change or remove it in book/_ext/course/pages.py."
            )
        return mended


MENDS = (
    Mend(
        "icons come as a font; drop the script that draws them a second time",
        r"\s*<script[^>]*/fontawesome\.js[^>]*></script>"
        r'|\s*<link rel="preload"[^>]*/fontawesome\.js[^>]*>',
        "",
    ),
    Mend(
        "the style sheet comes before the scripts, which are found in time",
        r'\s*<link rel="preload" as="script"[^>]*>',
        "",
        needed='as="script"',
    ),
    Mend(
        "the search button is named by its visible text",
        r'(<button class="btn search-button-field[^>]*?) title="Search" aria-label="Search"',
        r"\1",
        needed="search-button-field",
    ),
    Mend(
        "a fold is named by its visible text",
        r'<summary aria-label="Toggle hidden content">',
        "<summary>",
        needed="Toggle hidden content",
    ),
    Mend(
        "the logo's link lies inside a landmark",
        r'<div class="sidebar-primary-item">(\s*<a class="navbar-brand logo")',
        r'<div class="sidebar-primary-item" role="navigation" aria-label="Start page">\1',
        needed="navbar-brand logo",
    ),
    Mend(
        "the entries of the bibliography are items of a list",
        r'(<div class="citation" id="[^"]*") role="doc-biblioentry">',
        r'\1 role="listitem">',
        needed="doc-biblioentry",
    ),
    Mend(
        "only the page of results searches; the others need not load the index",
        r'<script src="[^"]*/(?:searchtools|language_data|searchindex)\.js"></script>',
        "",
        spared="search",
    ),
    Mend(
        "scripts wait until the page is read, in their order",
        r"<script (?=[^>]*_static/)(?![^>]*defer)",
        "<script defer ",
        spared="search",
    ),
    Mend(
        "and so does what needs the first of them",
        r"<script>(DOCUMENTATION_OPTIONS\.)",
        r'<script type="module">\1',
        spared="search",
    ),
    Mend(
        "an empty cell above row names is no heading",
        r'<th class="head[^"]*">(<p></p>)?</th>',
        "<td></td>",
        needed=r'<th class="head[^"]*"><p></p></th>',
    ),
    Mend(
        "an empty cell of a table from pandas is no heading",
        r"<th></th>",
        "<td></td>",
        needed=r"<th></th>",
    ),
    Mend(
        "no kernel runs behind a page, so none is configured",
        r'<script type="text/x-thebe-config">.*?</script>\s*<script>kernelName = .*?</script>',
        "",
        needed="x-thebe-config",
    ),
    Mend(
        "the start page's title names the book once",
        r"<title>([^<]+) &#8212; \1</title>",
        r"<title>\1</title>",
        needed=r"<title>([^<]+) &#8212; \1</title>",
    ),
    Mend(
        "a source is downloaded, not shown as text in a new window",
        r'(<a href="[^"]*_sources/[^"]*") target="_blank"',
        r"\1 download",
        needed="btn-download-source-button",
    ),
    Mend(
        "the logo has a size before it is there",
        r'<img (src="[^"]*" class="logo__image)',
        r'<img width="64" height="64" \1',
        needed="logo__image",
    ),
)

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={start}">
<link rel="canonical" href="{address}">
</head>
<body><main><h1>{title}</h1><p><a href="{start}">Start page</a></p></main></body>
</html>
"""


def mend_every_page(app: Sphinx) -> None:
    """Let each page pass through `MENDS` as it is rendered, also in a partial build."""
    if app.builder.format != "html":
        return
    render: Callable[[str, dict[str, Any]], str] = app.builder.templates.render

    def render_and_mend(template: str, context: dict[str, Any]) -> str:
        page = render(template, context)
        if "</html>" in page:  # the theme renders its components one by one, too
            for mend in MENDS:
                page = mend.apply(page, context["pagename"])
            page = sheet.link_one(page, context["pagename"])
            page = figures.reserve_space(app, page)
            page = sliders.part_from_pictures(app, page, context["pagename"])
            page = formulas.draw_all(app, page, context["pagename"])
        return page

    app.builder.templates.render = render_and_mend


def leave_out_unused(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Drop the scripts of live code, of formulas, which are drawn already, and of rare markup."""
    unused = ["thebe", "THEBE", "mathjax", "MathJax"]
    body = context.get("body", "")
    unused += ["design-tabs"] if "sd-tab-set" not in body else []
    unused += ["toggle"] if not re.search(r'class="[^"]*\b(toggle|dropdown)\b', body) else []

    def used(asset: Any) -> bool:
        text = f"{asset.filename or ''} {asset.attributes.get('body', '')}"
        return not any(word in text for word in unused)

    context["script_files"] = [asset for asset in context["script_files"] if used(asset)]
    context["css_files"] = [asset for asset in context["css_files"] if used(asset)]


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Send a reader of the bare address to the start page."""
    if exception or app.builder.format != "html":
        return
    start = app.builder.get_target_uri(app.config.root_doc)
    if start == "index.html":
        return
    Path(app.outdir, "index.html").write_text(
        INDEX.format(
            title=html.escape(app.config.html_title),
            start=start,
            address=app.config.html_baseurl + start,
        ),
        encoding="utf8",
    )
