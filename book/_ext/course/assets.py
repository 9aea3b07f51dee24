"""Files of the site that the theme would fetch from elsewhere, or ship far too large."""

import importlib.resources
import re
import shutil
from pathlib import Path

from fontTools import subset
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

MATHJAX = (  # the parts that tex formulas need; extensions load on demand
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions",
    "output/chtml.js",
    "output/chtml/fonts",
    "a11y/assistive-mml.js",
)


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    """Copy MathJax out of the package sphinx-mathjax-offline, so that no page fetches it."""
    if exception or app.builder.format != "html":
        return
    source = Path(str(importlib.resources.files("sphinx-mathjax-offline"))) / "static/mathjax"
    target = Path(app.outdir, "_static/vendor/mathjax")
    for part in MATHJAX:
        if (target / part).exists():
            continue
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (source / part).is_dir() else shutil.copyfile
        copy(source / part, target / part)


def subset_icons(app: Sphinx, exception: Exception | None) -> None:
    """Cut the icon fonts down to the icons that pages, scripts and style sheets name."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    codes = icon_codes(out)
    original = importlib.resources.files("pydata_sphinx_theme")
    for font in out.glob("_static/vendor/fontawesome/webfonts/*.woff2"):
        relative = font.relative_to(out / "_static")
        options = subset.Options(flavor="woff2")
        source = original / "theme/pydata_sphinx_theme/static" / str(relative)
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
