"""A notebook downloaded from the site opens in JupyterLab, runs to its end and reads well there."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from lab import Lab
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "02_perceptron"
SECONDS = 240  # for all its cells, on a busy machine


@pytest.fixture
def downloaded(visit: Callable[..., Page], site: str, tmp_path: Path) -> Path:
    """The notebook, fetched through the menu of its page."""
    page = visit(f"{site}/book/{NAME}.html")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Download this page").click()
    with page.expect_download() as download:
        page.locator("a.btn-download-source-button").click()
    path = tmp_path / f"{NAME}.ipynb"
    download.value.save_as(path)
    return path


def test_a_downloaded_notebook_runs(downloaded: Path, visit: Callable[..., Page]):
    """Every cell runs, none ends in an error that was not meant, and formulas are drawn."""
    with Lab(downloaded.parent) as address:
        page = visit(f"{address}/lab/tree/{NAME}.ipynb?reset", width=1300)
        page.set_default_timeout(120_000)
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        page.get_by_text("| Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        for _ in range(SECONDS):
            page.wait_for_timeout(1000)
            page.keyboard.press("Control+s")
            cells = nbformat.read(downloaded, as_version=4).cells
            cells = [cell for cell in cells if cell.cell_type == "code" and cell.source]
            if all(cell.execution_count for cell in cells):
                break
        page.screenshot(path=downloaded.with_suffix(".png"))

        assert [cell.id for cell in cells if not cell.execution_count] == []
        assert [cell.id for cell in cells if unmeant_error(cell)] == []
        assert page.locator("mjx-container").count() > 0


def unmeant_error(cell: nbformat.NotebookNode) -> bool:
    """Say whether a cell ended in an error, and was not written to show one."""
    meant = "raises-exception" in cell.metadata.get("tags", ())
    return not meant and any(output.output_type == "error" for output in cell.outputs)
