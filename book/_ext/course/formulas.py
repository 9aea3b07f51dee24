"""Formulas are drawn when the book is built: a page arrives with them and needs no script.

MathJax comes from a package of the Python registry and runs in V8, which comes from another. Of
MathJax only its fonts are on the site. A formula that it cannot read stops the build.
"""

import html
import importlib.resources
import json
import re
import shutil
from functools import cached_property
from pathlib import Path

from py_mini_racer import MiniRacer
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

MATHJAX = Path(str(importlib.resources.files("sphinx-mathjax-offline"))) / "static/mathjax"
FONTS = "output/chtml/fonts/woff-v2"
PARTS = ["adaptors/liteDOM", "input/tex-full", "output/chtml", "a11y/assistive-mml"]
FILES = ["startup", "core", *PARTS, "output/chtml/fonts/tex"]
FORMULA = re.compile(
    r'(?P<open><(?P<tag>span|div) class="[^"]*\bmath notranslate[^"]*"[^>]*>)'
    r"(?P<tex>[^<]*)</(?P=tag)>"
)
START = """
var FILES = {}, state = "not started";
var MathJax = {
  loader: { paths: { mathjax: "" }, load: %s, require: (path) => (0, eval)(FILES[path]) },
  startup: { typeset: false },
  chtml: { fontURL: "FONTS" },
  tex: { formatError: (jax, error) => { throw Error(error.message); } },
};
"""
DRAW = """
function draw(tex, display) {
  const { adaptor } = MathJax.startup;
  return adaptor.outerHTML(MathJax.tex2chtml(tex, { display }));
}
function styles() { // of what was drawn since the last call
  const { adaptor, output } = MathJax.startup;
  const text = adaptor.textContent(MathJax.chtmlStylesheet());
  output.clearCache();
  MathJax.texReset();
  return text;
}
"""


class Engine:
    """MathJax without a browser, started when the first formula asks for it."""

    @cached_property
    def context(self) -> MiniRacer:
        """The JavaScript engine, with MathJax in it."""
        context = MiniRacer()
        context.eval(START % json.dumps(PARTS))
        for name in FILES:
            text = json.dumps((MATHJAX / f"{name}.js").read_text(encoding="utf8"))
            context.eval(f"FILES['/{name}.js'] = {text}; 0")
        context.eval("(0, eval)(FILES['/startup.js']); 0")
        context.eval(
            "MathJax.startup.promise.then(() => { state = 'ready' }, (e) => { state = `${e}` }); 0"
        )
        if context.eval("state") != "ready":
            raise ExtensionError(f"MathJax did not start: {context.eval('state')}")
        context.eval(DRAW + "0")
        return context

    def draw(self, tex: str, display: bool) -> str:
        """Return a formula as markup."""
        return str(self.context.eval(f"draw({json.dumps(tex)}, {json.dumps(display)})"))

    def styles(self) -> str:
        """Return what the formulas drawn since the last call need, and forget them."""
        return str(self.context.eval("styles()"))


engine = Engine()


def draw_all(app: Sphinx, page: str, name: str) -> str:
    """Return the page with each formula drawn, and the style of its signs in the head."""

    def drawn(found: re.Match[str]) -> str:
        tex = html.unescape(found["tex"]).strip()
        display = found["tag"] == "div"
        try:
            markup = engine.draw(re.sub(r"^\\[(\[]|\\[)\]]$", "", tex), display)
        except Exception as error:  # whatever the engine says, it is about this formula
            raise ExtensionError(f"{name}: cannot read the formula {tex}\n{error}") from error
        return f"{found['open']}{markup}</{found['tag']}>"

    expected = page.count("math notranslate")
    page, count = FORMULA.subn(drawn, page)
    if count != expected:
        raise ExtensionError(f"{name}: {expected} formulas, of which {count} have a known form")
    if not count:
        return page
    fonts = f"{'../' * name.count('/')}_static/vendor/mathjax"
    styles = engine.styles().replace("FONTS", fonts)
    return page.replace("</head>", f"<style>{styles}</style></head>")


def copy_fonts(app: Sphinx, exception: Exception | None) -> None:
    """Copy MathJax's fonts out of its package, so that no page fetches them from elsewhere."""
    if not exception and app.builder.format == "html":
        target = Path(app.outdir, "_static/vendor/mathjax")
        shutil.copytree(MATHJAX / FONTS, target, dirs_exist_ok=True)
