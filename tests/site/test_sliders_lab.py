"""Sliders in JupyterLab: the one without a kernel, and the live one that draws anew."""

from collections.abc import Iterator
from pathlib import Path

import nbformat.v4 as nb
import pytest
from lab import Lab
from playwright.sync_api import TimeoutError as Late

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRAW = """
from coursekit import plotting
from coursekit.interact import interact

def line(k):
    _, ax = plotting.figure()
    ax.plot([0, 1], [0, k])
    ax.set(ylim=(0, 5))

interact(line, alt="slope {k}", live=LIVE, k=[0.0, 2.0, 4.0])
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[str]:
    """The address of a JupyterLab on this machine, with two notebooks in its folder."""
    folder: Path = tmp_path_factory.mktemp("lab")
    for name, live in [("live", "True"), ("still", "False")]:
        notebook = nb.new_notebook(
            cells=[nb.new_code_cell(DRAW.replace("LIVE", live))],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        (folder / f"{name}.ipynb").write_text(nb.writes(notebook), encoding="utf-8")
    with Lab(folder) as address:
        yield address


def run(visit, address: str, name: str):
    """Open a notebook, run its one cell, and return the page."""
    page = visit(f"{address}/lab/tree/{name}.ipynb?reset", width=1300)
    page.set_default_timeout(60_000)
    for _ in range(5):  # a kernel that has just started may drop what it is told
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        try:
            page.locator(".jp-OutputArea-output").first.wait_for(timeout=12_000)
        except Late:
            continue
        return page
    raise AssertionError(f"no output: {page.locator('.jp-Notebook').inner_text()}")


def test_the_live_slider_draws_values_between(visit, lab):
    """The picture is drawn again, in the kernel, at a value that no grid point has."""
    page = run(visit, lab, "live")
    picture = page.locator(".jp-OutputArea-output img[alt^=slope]")
    picture.wait_for()
    assert picture.get_attribute("alt") == "slope 0"
    before = picture.get_attribute("src")

    page.locator(".widget-slider .noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    page.locator("img[alt='slope 0.04']").wait_for()

    assert picture.get_attribute("src") != before
    assert picture.count() == 1


def test_the_slider_without_a_kernel_works_in_lab(visit, lab):
    """Arrow keys move the picture and do not move to another cell."""
    page = run(visit, lab, "still")
    slider = page.get_by_label("k", exact=True)
    slider.wait_for()
    slider.click(position={"x": 3, "y": 20})
    for value in ("2", "4"):
        page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") == value

    assert page.locator(".ck-stage").get_attribute("aria-label") == "slope 4"
