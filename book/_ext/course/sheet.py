"""One style sheet for the site, with only what its pages use.

The theme and the extensions bring ten, most of them for what no page has. A browser draws nothing
before the last one is there.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from zlib import crc32

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

SHEET = "styles/site.css"  # beside the theme's own, so that its addresses of fonts hold
PARTS = (
    "basic.css",  # the theme imports it
    "styles/theme.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "sphinx-design.min.css",
    "course.css",  # our own, kept whole
)
LINK = re.compile(
    r'\s*<link (?=[^>]*rel="stylesheet")[^>]*href="(?P<root>(?:\.\./)*)_static/'
    r'(?P<path>[^"?]+)(?P<version>[^"]*)"[^>]*>'
)


def link_one(page: str, name: str) -> str:
    """Return the page with one style sheet in the place of all."""
    links = list(LINK.finditer(page))
    parts = [link["path"] for link in links]
    if not all(map(fnmatch, parts, PARTS[1:])) or len(parts) != len(PARTS) - 1:
        raise ExtensionError(
            f"{name} has other style sheets than book/_ext/course/sheet.py: {parts}"
        )
    version = crc32("".join(link["version"] for link in links).encode())
    first, root = links[0].start(), links[0]["root"]
    one = f'\n<link rel="stylesheet" href="{root}_static/{SHEET}?v={version:08x}">'
    return page[:first] + one + LINK.sub("", page[first:])


def write(app: Sphinx, exception: Exception | None) -> None:
    """Join the parts, without what they say of classes that are nowhere on the site."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    *theirs, ours = (part(static, pattern) for pattern in PARTS)
    text = trimmed("".join(theirs), words(Path(app.outdir))) + ours
    (static / SHEET).write_text(text, encoding="utf8")


def part(static: Path, pattern: str) -> str:
    """Return one of the sheets, without its imports and comments."""
    (path,) = static.glob(pattern)
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf8"), flags=re.S)
    text = re.sub(r"@import[^;]*;|@charset[^;]*;", "", text)
    return text if path.parent != static else re.sub(r"url\((?![\"']?data:)", "url(../", text)


def words(out: Path) -> set[str]:
    """Return every word of the pages, and of the scripts that they name."""
    pages = "".join(path.read_text(encoding="utf8") for path in out.rglob("*.html"))
    scripts = [path for path in out.glob("_static/**/*.js") if path.name in pages]
    texts = [pages, *(path.read_text(encoding="utf8") for path in scripts)]
    return {word for text in texts for word in re.findall(r"[\w-]+", text)}


def trimmed(css: str, words: set[str]) -> str:
    """Return a style sheet without the rules for classes that are not among the words."""

    def used(selector: str) -> bool:
        outside = re.sub(r"\([^()]*\)", "", selector)  # not(.this) needs no .this
        return words.issuperset(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", outside))

    kept = []
    for head, body in rules(css):
        if head.startswith(("@media", "@supports")):
            inner = trimmed(body, words)
            kept.append(f"{head}{{{inner}}}" if inner else "")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}" if body else f"{head};")
        else:
            selectors = [part for part in re.split(r",(?![^(]*\))", head) if used(part)]
            kept.append(f"{','.join(selectors)}{{{body}}}" if selectors else "")
    return "".join(kept)


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield each rule of a style sheet: what stands before its braces, and what in them."""
    at = 0
    for opening in re.finditer(r"[{;]", css):
        if opening.start() < at:
            continue
        head, end = css[at : opening.start()].strip(), opening.end()
        depth = 1 if opening[0] == "{" else 0
        while depth:
            brace = re.compile(r"[{}]").search(css, end)
            if brace is None:
                raise ExtensionError(f"a brace is missing after {head[:80]}")
            depth, end = depth + (1 if brace[0] == "{" else -1), brace.end()
        yield head, css[opening.end() : max(opening.end(), end - 1)]
        at = end
