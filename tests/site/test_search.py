"""The search finds names in both languages, with and without accents, and shows where they are."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

GLOSSARY = "book/glossary.html#term-"
# what a reader types, and the place that must be the first one shown
NAMES = {
    "tasa de aprendizaje": f"{GLOSSARY}tasa-de-aprendizaje-es",
    "entropia cruzada": f"{GLOSSARY}entropia-cruzada-es",
    "entropía cruzada": f"{GLOSSARY}entropia-cruzada-es",
    "retropropagacion": f"{GLOSSARY}retropropagacion-es",
    "Convolución": f"{GLOSSARY}convolucion-es",
    "funcion de perdida": f"{GLOSSARY}funcion-de-perdida-es",
    "regla de la cadena": f"{GLOSSARY}regla-de-la-cadena-es",
    "learning rate": f"{GLOSSARY}learning-rate",
    "cross-entropy": f"{GLOSSARY}cross-entropy",
    "softmax": f"{GLOSSARY}softmax",
    "momentum": f"{GLOSSARY}momentum",
    "chain rule": f"{GLOSSARY}chain-rule",
    "Adam": f"{GLOSSARY}Adam",
    "perceptron.fit": "book/api.html#coursekit.perceptron.fit",
}


@pytest.fixture(scope="module")
def results(browser, site) -> Callable[[str], list[str]]:
    """A function that types into the box of the page of results and returns where links lead."""
    page = browser.new_page()
    page.goto(f"{site}/search.html")

    def found(words: str) -> list[str]:
        page.goto(f"{site}/search.html?q={words}")
        page.wait_for_selector("#search-results li a")
        page.wait_for_function(DONE)
        links = page.locator("#search-results li > a").evaluate_all(HREFS)
        return [link.removeprefix(f"{site}/").partition("?")[0] + hash_of(link) for link in links]

    yield found
    page.close()


def hash_of(link: str) -> str:
    """Return the anchor of an address that has a query."""
    _, mark, anchor = link.partition("?")[2].partition("#")
    return mark + anchor


@pytest.mark.parametrize("words", NAMES)
def test_a_name_is_found_where_it_is_explained(words: str, results: Callable[[str], list[str]]):
    """The first result is the name's own entry."""
    assert results(words)[0] == NAMES[words]


def test_results_fit_a_phone(visit: Callable[..., Page], site: str):
    """A long name in an excerpt breaks: the page does not scroll sideways."""
    page = visit(f"{site}/search.html?q=momentum", width=360)
    page.wait_for_selector("#search-results li a")
    page.wait_for_function(DONE)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_box_opens_by_keyboard(visit: Callable[..., Page], site: str):
    """Control and K open it on any page; Enter shows what was found, with the words around it."""
    page = visit(f"{site}/book/intro.html")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    page.keyboard.type("tasa de aprendizaje")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results p.context")

    assert "tasa de aprendizaje" in page.locator("#search-results p.context").first.inner_text()
    assert page.problems == []


HREFS = "links => links.map((link) => link.href)"
DONE = "() => document.querySelector('.search-summary')?.innerText.includes('found')"
