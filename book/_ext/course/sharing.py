"""What a page says to other sites, and to a reader who found a mistake or no page at all.

Every address follows from `html_baseurl` and the repository's, which the build reads from
`_config.yml`.
"""

import html
import re
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode, urlsplit

from docutils import nodes
from sphinx.application import Sphinx

from . import cards

REPORT = """Page: {address}

What is wrong?


What would be right?

"""
NOT_FOUND = Path(__file__).with_name("404.html")


def describe(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Describe the page to search engines, and to sites that show a card beside a link."""
    title = plain(context.get("title", ""))
    text = description(doctree) or f"{title}: {app.config.html_title}"
    tags = {"description": text}
    if doctree is not None:
        card = f"_static/cards/{name.replace('/', '-')}.png"
        cards.draw(Path(app.outdir, card), title, label(name), app.config.html_title)
        tags |= {
            "og:type": "website" if name == app.config.root_doc else "article",
            "og:site_name": app.config.html_title,
            "og:title": title,
            "og:description": text,
            "og:url": app.config.html_baseurl + app.builder.get_target_uri(name),
            "og:image": app.config.html_baseurl + card,
            "og:image:width": str(cards.SIZE[0]),
            "og:image:height": str(cards.SIZE[1]),
            "og:image:alt": f"{title}, over a drawing of a small neural network",
            "twitter:card": "summary_large_image",
        }
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<meta {"property" if key.startswith("og:") else "name"}="{key}" '
        f'content="{html.escape(value)}" />\n'
        for key, value in tags.items()
    )


def description(doctree: nodes.document | None) -> str:
    """Return the first full sentence of prose, at most 160 characters of it."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        text = " ".join(paragraph.astext().split())
        if len(text) > 40 and isinstance(paragraph.parent, nodes.section):
            return text if len(text) <= 160 else text[:157].rsplit(" ", 1)[0] + " …"
    return ""


def plain(title: str) -> str:
    """Return a title without its markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", title))


def label(name: str) -> str:
    """Return what a page is: its number, where it has one, is in its file name."""
    chapter = re.match(r"0*(\d+)_", name.rpartition("/")[2])
    return f"Chapter {chapter[1]}" if chapter else "Lab" if "/labs/" in name else ""


def offer_report(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """End each page with a link to a report that already names the page."""
    repository = context.get("theme_repository_url", "")
    if doctree is None or not repository:
        return
    address = app.config.html_baseurl + app.builder.get_target_uri(name)
    query = {"title": f"{plain(context['title'])}: ", "body": REPORT.format(address=address)}
    link = html.escape(f"{repository}/issues/new?{urlencode(query)}")
    context["body"] += (
        f'<p class="course-report"><a href="{link}">Report a mistake on this page</a></p>'
    )


def write_guides(app: Sphinx, exception: Exception | None) -> None:
    """Write what belongs to the site as a whole: its map, robots.txt, the page not found."""
    if exception or app.builder.format != "html":
        return
    out, base = Path(app.outdir), app.config.html_baseurl
    addresses = [base + app.builder.get_target_uri(name) for name in sorted(app.env.found_docs)]
    entries = "".join(f"<url><loc>{html.escape(address)}</loc></url>\n" for address in addresses)
    (out / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
        encoding="utf8",
    )
    (out / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n", encoding="utf8"
    )
    template = Template(NOT_FOUND.read_text(encoding="utf8"))
    start = app.builder.get_target_uri(app.config.root_doc)
    page = template.substitute(
        title=html.escape(app.config.html_title), root=urlsplit(base).path, start=start
    )
    (out / "404.html").write_text(page, encoding="utf8")
