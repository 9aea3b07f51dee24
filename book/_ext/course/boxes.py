"""Block quotes that open with a bold keyword become admonitions.

A notebook is read in Colab and on GitHub too, where a directive is raw text and a quote is a
quote. So the sources say `> **Note.** Text`, and only the site draws a box.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform

KINDS = {  # keyword: class that the theme colours
    "Predict": "tip",
    "Note": "note",
    "Careful": "warning",
    "Erratum": "error",
    "In the lecture": "seealso",
}


class QuotesBecomeBoxes(SphinxTransform):
    """Replace each quote that opens with a keyword by an admonition of that title."""

    default_priority = 400

    def apply(self) -> None:
        """Walk over the quotes of one document."""
        for quote in list(self.document.findall(nodes.block_quote)):
            keyword = take_keyword(quote)
            if keyword:
                quote.replace_self(box(keyword, quote.children))


class SolutionsAreNamed(SphinxTransform):
    """Let the fold of a solution say that a solution is in it."""

    default_priority = 400

    def apply(self) -> None:
        """Walk over the code cells of one document."""
        for cell in self.document.findall(nodes.container):
            if "tag_solution" in cell["classes"]:
                cell["prompt_show"], cell["prompt_hide"] = "Show a solution", "Hide the solution"


def take_keyword(quote: nodes.block_quote) -> str | None:
    """Remove the opening keyword from a quote and return it; None leaves the quote alone."""
    first = quote[0] if len(quote) else None
    if not isinstance(first, nodes.paragraph):
        return None
    # The parser may put an empty text node before the bold one.
    words = [child for child in first if not isinstance(child, nodes.Text) or child.strip()]
    if not words or not isinstance(words[0], nodes.strong):
        return None
    keyword = words[0].astext().rstrip(".:?! ")
    if keyword not in KINDS:
        return None
    first.children = first.children[first.index(words[0]) + 1 :]
    if not first.astext().strip():
        quote.remove(first)
    elif isinstance(first[0], nodes.Text):
        first.replace(first[0], nodes.Text(first[0].lstrip(" .:\n")))
    return keyword


def box(keyword: str, content: list[nodes.Node]) -> nodes.admonition:
    """Return an admonition; `course-box` marks it for the style sheet and the tests."""
    name = "course-" + keyword.lower().replace(" ", "-")
    classes = ["course-box", name, KINDS[keyword]]
    return nodes.admonition("", nodes.title(keyword, keyword), *content, classes=classes)
