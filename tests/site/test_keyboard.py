"""A page without a mouse: everything can be reached, and one sees where one is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = ["book/intro.html", "book/02_perceptron.html"]
MOST = 600  # presses of the Tab key, after which a page has no end

# what one sees of the element that has the focus, and its name
STATE = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const place = element.closest(".sd-card") ?? element; // a card is a link as a whole
  const box = place.getBoundingClientRect(), style = getComputedStyle(element);
  const ring = (it) => it && (it.outlineStyle !== "none" && parseFloat(it.outlineWidth) > 0
    || it.boxShadow !== "none");
  const label = element.closest("label, .ck-row, form, dialog, .sd-card");
  return {
    name: (element.ariaLabel || element.innerText || element.title || element.name || element.id
      || element.outerHTML).trim().slice(0, 60),
    tag: element.tagName,
    shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    ring: Boolean(ring(style) || label && ring(getComputedStyle(label))),
  };
}"""


def walk(page: Page) -> list[dict]:
    """Press Tab until the focus leaves the page; return what had it."""
    steps = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        state = page.evaluate(STATE)
        if state is None:
            return steps
        if not (state["shown"] and state["ring"]):
            page.wait_for_timeout(400)  # what slides or fades in
            state = page.evaluate(STATE)
        steps.append(state)
    raise AssertionError(f"the Tab key never leaves the page: {steps[-3:]}")


@pytest.mark.parametrize("name", PAGES)
def test_the_focus_can_be_seen_everywhere(name: str, visit: Callable[..., Page], site: str):
    """Each stop of the Tab key is on the screen and has a ring; folds and sliders are stops."""
    page = visit(f"{site}/{name}", width=1300)
    page.wait_for_load_state("networkidle")

    steps = walk(page)

    assert [step["name"] for step in steps if not step["shown"]] == []
    assert [step["name"] for step in steps if not step["ring"]] == []
    assert "A" in {step["tag"] for step in steps}
    if "perceptron" in name:
        assert {"SUMMARY", "INPUT", "BUTTON"} <= {step["tag"] for step in steps}
    assert page.problems == []


def test_the_first_stop_skips_to_the_text(visit: Callable[..., Page], site: str):
    """Tab and Enter jump over the menus: the next stop lies in the main part."""
    page = visit(f"{site}/book/02_perceptron.html")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    assert page.evaluate(STATE)["name"] == "Skip to main content"

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")
