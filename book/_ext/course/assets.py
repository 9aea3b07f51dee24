"""Files of the site that the theme ships far too large."""

import importlib.resources
import re
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

STYLE = "styles/pydata-sphinx-theme.css"


def trim_styles(app: Sphinx, exception: Exception | None) -> None:
    """Drop what the theme's largest style sheet says of classes that are nowhere on the site."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    users = [*out.rglob("*.html"), *out.glob("_static/**/*.js")]
    words = {word for path in users for word in re.findall(r"[\w-]+", path.read_text("utf8"))}
    whole = (original() / STYLE).read_text(encoding="utf8")
    (out / "_static" / STYLE).write_text(trimmed(whole, words), encoding="utf8")


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
    css, at = re.sub(r"/\*.*?\*/", "", css, flags=re.S), 0
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


def original() -> Path:
    """Return the folder of the theme's files as they come."""
    package = Path(str(importlib.resources.files("pydata_sphinx_theme")))
    return package / "theme/pydata_sphinx_theme/static"


def subset_icons(app: Sphinx, exception: Exception | None) -> None:
    """Cut the icon fonts down to the icons that pages, scripts and style sheets name."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    codes = icon_codes(out)
    for font in out.glob("_static/vendor/fontawesome/webfonts/*.woff2"):
        source = original() / font.relative_to(out / "_static")
        options = subset.Options(flavor="woff2")
        whole = subset.load_font(str(source), options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(whole)
        subset.save_font(whole, str(font), options)


def icon_codes(out: Path) -> set[int]:
    """Return the code points of all icons in use, by name (fa-bars) or by number in a style."""
    styles = "".join(path.read_text(encoding="utf8") for path in out.glob("_static/**/*.css"))
    users = [*out.rglob("*.html"), *out.glob("_static/scripts/*theme.js")]
    names = {
        name
        for path in users
        for name in re.findall(r"\bfa-([a-z0-9-]+)", path.read_text(encoding="utf8"))
    }
    rule = r'((?:\.fa-[a-z0-9-]+(?::+before)?,?)+)\{(?:content|--fa):"\\([0-9a-f]+)"'
    codes = {
        int(code, 16)
        for selector, code in re.findall(rule, styles)
        if names.intersection(re.findall(r"\.fa-([a-z0-9-]+)", selector))
    }
    if not codes:
        raise ExtensionError("no icon in the theme's style sheet: see book/_ext/course/assets.py")
    elsewhere = re.sub(rule, "", styles)
    codes |= {int(code, 16) for code in re.findall(r'"\\(f[0-9a-f]{3})"', elsewhere)}
    return codes | {ord(icon) for icon in elsewhere if "\ue000" <= icon <= "\uf8ff"}
