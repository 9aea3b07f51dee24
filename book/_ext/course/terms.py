"""The first use of a glossary's term on a page leads to its definition.

The sources stay plain: a notebook says "learning rate", and only the site makes a link of it, with
the definition as its tooltip.
"""

import re
import unicodedata
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.index_entries import split_index_msg

GLOSSARY = "book/glossary"
SPANISH = " (es)"  # ends a term in Spanish
# where a link would be in the way, or would stand inside another one
CLOSED = (nodes.reference, nodes.literal, nodes.math, nodes.title, nodes.caption, nodes.term,
          nodes.citation)  # fmt: skip
# where a word of the glossary means something else
OTHERWISE = (
    "a spam filter",
    "adds a margin",
    "arithmetic units",
    "bias of the data",
    "kernel, restart kernel",
    "label the figures",
    "layers of code",
    "momentum across the beam",
    "momentum was lost",
    "momentum: something left",
    "the unit of mass and momentum",
    "you weight",
)


def link_first_uses(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Link each term of the glossary where this page uses it first."""
    if page == GLOSSARY or GLOSSARY not in app.env.all_docs or app.builder.format != "html":
        return
    left = definitions(app)
    address = app.builder.get_relative_uri(page, GLOSSARY)
    linked: list[tuple[nodes.Element, int, list[nodes.Node]]] = []
    for node, place in open_texts(doctree):
        if not left:
            break
        parts: list[nodes.Node] = []
        for piece in pattern(left).split(node[place].astext()):
            found = left.pop(singular(piece, left), None)
            parts.append(link(piece, address, *found) if found else nodes.Text(piece))
            left = {term: at for term, at in left.items() if at != found}  # neither its synonyms
        if len(parts) > 1:
            linked.append((node, place, parts))
    for node, place, parts in reversed(linked):  # from the end, so that each place stays true
        node[place : place + 1] = parts


def link(word: str, address: str, name: str, meaning: str) -> nodes.reference:
    """Return a word as a link to its definition."""
    target = {"refuri": f"{address}#{name}", "reftitle": meaning}
    return nodes.reference(word, word, internal=True, classes=["course-term"], **target)


def definitions(app: Sphinx) -> dict[str, tuple[str, str]]:
    """Return for each term, in small letters: its id and its definition."""
    found: dict[str, tuple[str, str]] = {}
    for item in app.env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        meaning = " ".join(item[-1].astext().split())
        terms = list(item.findall(nodes.term))
        name = terms[0]["ids"][0]
        for term in terms:
            if len(term.astext()) > 2 and not term.astext().endswith(SPANISH):
                found[term.astext().lower()] = (name, meaning)
    return found


def name_the_language(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Tell browsers and screen readers which terms are Spanish; for the eye they are slanted."""
    for term in doctree.findall(nodes.term) if page == GLOSSARY else ():
        if term.astext().endswith(SPANISH):
            term[0] = nodes.Text(term[0].astext().removesuffix(SPANISH))
            term["classes"].append("language-es")


def add_spellings(app: Sphinx, doctree: nodes.document) -> None:
    """Let the search find a term that is written without its accents, or with a hyphen."""
    if app.env.docname != GLOSSARY:
        return
    for index in doctree.findall(addnodes.index):
        for kind, name, *rest in list(index["entries"]):
            term = name.removesuffix(SPANISH)
            plain = unicodedata.normalize("NFD", term).encode("ascii", "ignore").decode()
            others = {term, plain, term.replace(" ", "-"), plain.replace(" ", "-")} - {name}
            index["entries"] += [(kind, other, *rest) for other in sorted(others)]


def keep_entries(app: Sphinx) -> tuple[()]:
    """Put the index entries of pages that were not written anew back into the search.

    Sphinx saves its environment before it collects them, so a build that writes a few pages would
    forget those of all the others.
    """
    indexer = getattr(app.builder, "indexer", None)
    for page in app.env.all_docs if indexer else ():
        if page not in indexer._index_entries:
            found = app.env.get_doctree(page).findall(addnodes.index)
            rows = [row for node in found for row in node["entries"]]
            entries = {(part, at or "", main) for kind, name, at, main, _ in rows
                       for part in split_index_msg(kind, name)}  # fmt: skip
            indexer._index_entries[page] = sorted(entries)
    return ()


def open_texts(node: nodes.Element, inside: bool = False) -> Iterator[tuple[nodes.Element, int]]:
    """Yield where the texts are that a link may stand in, in order: a node, and which child."""
    inside = inside or isinstance(node, nodes.paragraph)
    for place, child in enumerate(node.children):
        if isinstance(child, nodes.Text) and inside:
            yield node, place
        elif isinstance(child, nodes.Element) and not closed(child):
            yield from open_texts(child, inside)


def closed(node: nodes.Element) -> bool:
    """Say whether nothing in a node may be linked; a card is a link as a whole."""
    return isinstance(node, CLOSED) or "sd-card" in node.get("classes", ())


def pattern(terms: dict[str, tuple[str, str]]) -> re.Pattern[str]:
    """Return what finds a term, its plural, or one meant otherwise: whole words, the longest."""
    names = sorted(map(re.escape, [*terms, *OTHERWISE]), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])((?:{'|'.join(names)})s?)(?![\w-])", re.IGNORECASE)


def singular(word: str, terms: dict[str, tuple[str, str]]) -> str:
    """Return the term that a word stands for."""
    small = word.lower()
    return small if small in terms else small.removesuffix("s")
