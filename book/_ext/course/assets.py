"""Icon fonts, which the theme ships far too large."""

import importlib.resources
import re
from pathlib import Path

from fontTools import subset
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError


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
