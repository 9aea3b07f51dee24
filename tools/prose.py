"""Rules about markdown: what every viewer of a notebook shows alike, and links that lead somewhere.

Colab, JupyterLab, VS Code, GitHub and the site have headings, formulas, tables, links and quotes
in common. Directives and roles of MyST are raw text in most of them.
"""

import re
from collections.abc import Callable, Iterator

from reading import Notebook, without_code

Found = Iterator[tuple[str, str]]

HTML = frozenset({"details", "summary", "code", "em", "br", "sub", "sup"})
QUOTES = ("Predict", "Note", "Careful", "Erratum", "In the lecture")
DIRECTIVE = re.compile(r"(?m)^\s*(?::::|```\{)|(?<![\w`])\{[\w:.+-]+\}`")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(\s*<?([^\s)>]*)>?[^)]*\)")
CITED = re.compile(r"https://(?:doi\.org/|arxiv\.org/abs/)(.+)")


def plain_markdown(notebook: Notebook) -> Found:
    """No directive, role or raw HTML that some viewer would show as text."""
    for cell in notebook.prose:
        if DIRECTIVE.search(cell.source):
            yield cell.id, "MyST directives and roles are raw text in Colab: write plain markdown"
        text = without_code(cell.source)
        tags = re.findall(r"</?([A-Za-z][\w-]*)(?=[\s/>])|(<!--)", text)
        for tag in sorted({(name or comment).lower() for name, comment in tags} - HTML):
            yield cell.id, f"raw HTML `{tag}`: only {', '.join(sorted(HTML))} show everywhere"


def folds(notebook: Notebook) -> Found:
    """A fold on one line is HTML: what stands in it is shown as it is written."""
    for cell in notebook.prose:
        for line in re.findall(r"(?m)^<details>.*</details> *$", cell.source):
            if raw := re.search(r"`|\$|\*\w", line):
                yield cell.id, f"`{raw[0]}` in a fold of one line is shown raw: use <code>, <em>"


def quotes(notebook: Notebook) -> Found:
    """A block quote that opens with a bold word uses one that the site makes an admonition of."""
    for cell in notebook.prose:
        for word in re.findall(r"(?m)(?:\A|\n\s*\n)> *\*\*([^*]+)\*\*", cell.source):
            if word.rstrip(".:!?") not in QUOTES:
                yield cell.id, f"a block quote opens with one of {', '.join(QUOTES)}, got `{word}`"


def images(notebook: Notebook) -> Found:
    """An image of the page has alt text and comes from the book itself."""
    for cell in notebook.prose:
        for bang, alt, target in LINK.findall(without_code(cell.source)):
            if bang and not alt.strip():
                yield cell.id, f"the image `{target}` needs alt text: ![what it shows](…)"
            if bang and ":" in target:
                yield cell.id, f"the image `{target}` comes from elsewhere: put it in the book"


def links(notebook: Notebook) -> Found:
    """A link inside the book leads to a file that exists; any other is https."""
    for cell in notebook.prose:
        text = without_code(cell.source)
        for _, words, target in LINK.findall(text):
            name = target.partition("#")[0]
            if not target:
                yield cell.id, f"the link `{words}` leads nowhere"
            elif re.match(r"[a-z]+:", target):
                continue
            elif name and not (notebook.path.parent / name).exists():
                yield cell.id, f"the link `{target}` leads to no file"
        for scheme in re.findall(r"\b(http|ftp|file|attachment)://?", text):
            yield cell.id, f"the link opens with {scheme}: use https"


def sources(notebook: Notebook) -> Found:
    """A cited paper, linked by its DOI, has an entry in references.bib."""
    bibliography = notebook.root / "book" / "references.bib"
    known = bibliography.read_text(encoding="utf-8").lower() if bibliography.exists() else ""
    for cell in notebook.prose:
        for _, _, target in LINK.findall(cell.source):
            match = CITED.match(target)
            if match and not re.search(re.escape(match[1].lower()) + r"(?!\w)", known):
                yield cell.id, f"`{match[1]}` has no entry in book/references.bib"


PROSE_RULES: tuple[Callable[[Notebook], Found], ...] = (
    plain_markdown,
    folds,
    quotes,
    images,
    links,
    sources,
)
