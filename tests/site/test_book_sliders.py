"""Sliders on the pages of the book move by mouse and by keyboard, without a kernel."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

import book

pytestmark = pytest.mark.browser

WITH_SLIDERS = [
    source
    for source in book.source_files()
    if source.suffix == ".ipynb" and "interact(" in source.read_text(encoding="utf8")
]
every_page = pytest.mark.parametrize("source", WITH_SLIDERS, ids=lambda file: file.stem)


def figures(page: Page) -> list[Locator]:
    """Return the figures with sliders of a page, each scrolled to, so that it is alive."""
    page.wait_for_selector(".ck-interact input[type=range]")
    found = page.locator(".ck-interact").all()
    for figure in found:
        figure.scroll_into_view_if_needed()
    return found


@every_page
def test_the_keyboard_moves_every_slider(
    source: Path, visit: Callable[..., Page], site: str, built: Path
):
    """An arrow key changes the picture, and what a screen reader is told of it."""
    page = visit(f"{site}/{book.page(source).relative_to(built).as_posix()}")
    for figure in figures(page):
        for slider in figure.locator("input[type=range]").all():
            before = figure.locator(".ck-stage").evaluate(STATE)
            at_end = slider.evaluate("input => input.value === input.max")
            slider.press("ArrowLeft" if at_end else "ArrowRight")

            assert figure.locator(".ck-stage").evaluate(STATE) != before
            assert slider.evaluate("input => input.ariaValueText")
    assert page.problems == []


@every_page
def test_the_mouse_moves_every_figure(
    source: Path, visit: Callable[..., Page], site: str, built: Path
):
    """A click on the far side of the first slider changes the picture."""
    page = visit(f"{site}/{book.page(source).relative_to(built).as_posix()}")
    for figure in figures(page):
        slider = figure.locator("input[type=range]").first
        before = figure.locator(".ck-stage").evaluate(STATE)
        box = slider.bounding_box()
        low = slider.evaluate("input => 2 * input.value < input.max")
        slider.click(position={"x": box["width"] * (0.9 if low else 0.1), "y": box["height"] / 2})

        assert figure.locator(".ck-stage").evaluate(STATE) != before


STATE = "stage => stage.outerHTML"  # the picture and its text
