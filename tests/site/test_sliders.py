"""Sliders in a real browser, on a page that has nothing but two of them."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit import data, perceptron, plotting
from coursekit import interact as module
from coursekit.interact import interact

pytestmark = pytest.mark.browser

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sliders</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body {{ margin: 0 1em; font: 16px sans-serif; }}
  @media (prefers-color-scheme: dark) {{
    html {{ --pst-color-background: #14181e; --pst-color-text-base: #ced6dd; color-scheme: dark; }}
    body {{ background: #14181e; color: #ced6dd; }}
  }}
</style></head>
<body><main><h1>Sliders</h1>{}</main></body></html>"""


def boundary(step):
    """Draw the line of a perceptron that learns AND."""
    X, y = data.gate("and")
    unit = perceptron.trace(X, y)[step]
    plotting.decision_boundary(lambda Z: (Z @ unit.w + unit.b > 0).astype(float), X, y)


def cloud(n, spread):
    """Draw points that no frame shares."""
    _, ax = plotting.figure()
    ax.scatter(*np.random.default_rng(n).normal(scale=spread, size=(2, n)))
    ax.set(xlim=(-3, 3), ylim=(-3, 3))


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    """The address of a page with two figures: vectors, and pixels with two sliders."""
    pages: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "display", lambda output, raw: pages.append(output["text/html"]))
        interact(boundary, alt="line after step {step}", start={"step": 2}, step=range(8))
        interact(
            cloud, alt="{n} points, spread {spread}", labels={"n": "number of points"},
            n=[300, 600], spread=[0.5, 1.0],
        )  # fmt: skip
    assert ["image/webp" in page for page in pages] == [False, True]
    file: Path = tmp_path_factory.mktemp("page") / "sliders.html"
    file.write_text(PAGE.format("".join(pages)), encoding="utf-8")
    return file.as_uri()


def pictures(page) -> list[str]:
    """Return what the figures show: their vectors, or the picture and the place in it."""
    content = "stages => stages.map(s => s.innerHTML || s.style.background)"
    return page.locator(".ck-stage").evaluate_all(content)


def texts(page) -> list[str | None]:
    """Return the descriptions of the figures."""
    return [img.get_attribute("aria-label") for img in page.get_by_role("img").all()]


def test_it_opens_at_the_start_and_asks_for_nothing(visit, url):
    """Both figures are drawn, the still pictures are gone, and no other file is needed."""
    page = visit(url)

    assert texts(page) == ["line after step 2", "300 points, spread 0.5"]
    assert page.locator(".ck-interact > img").count() == 0
    assert all(pictures(page))
    assert page.problems == []
    assert page.requests == []


def test_keys_move_the_picture_and_its_description(visit, url):
    """Arrows, Home and End show other frames; the spoken value and the description follow."""
    page = visit(url)
    slider = page.get_by_label("step", exact=True)
    slider.focus()
    seen = pictures(page)[:1]
    for key, value in [("ArrowRight", 3), ("End", 7), ("ArrowLeft", 6), ("Home", 0)]:
        page.keyboard.press(key)
        seen.append(pictures(page)[0])
        assert slider.get_attribute("aria-valuetext") == str(value)
        assert page.locator("output").first.text_content() == str(value)
        assert texts(page)[0] == f"line after step {value}"

    assert seen[0] != seen[1] != seen[2]
    assert page.problems == []


def test_the_mouse_moves_the_picture(visit, url):
    """A click at the right end of the track shows the last frame."""
    page = visit(url)
    slider = page.get_by_label("step", exact=True)
    box = slider.bounding_box()

    slider.click(position={"x": box["width"] - 4, "y": box["height"] / 2})

    assert texts(page)[0] == "line after step 7"


def test_buttons_step_and_stop_at_the_ends(visit, url):
    """A thumb steps forward and back; at the last value nothing happens."""
    page = visit(url)
    after, before = (
        page.get_by_role("button", name=f"{w} value of step") for w in ("next", "previous")
    )

    after.click()
    assert texts(page)[0] == "line after step 3"
    before.click(click_count=5)
    assert texts(page)[0] == "line after step 0"
    assert page.problems == []


def test_two_figures_do_not_disturb_each_other(visit, url):
    """Moving one leaves the other, no id occurs twice, and two sliders choose one frame."""
    page = visit(url)
    before = pictures(page)
    page.get_by_role("button", name="next value of number of points").click()
    page.get_by_role("button", name="next value of spread").click()
    after = pictures(page)
    ids = page.locator("[id]").evaluate_all("nodes => nodes.map(node => node.id)")

    assert texts(page) == ["line after step 2", "600 points, spread 1"]
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert len(ids) == len(set(ids))


def test_copies_of_one_figure_share_no_id(visit, url, tmp_path):
    """The same output twice on a page keeps its clips and letters apart."""
    source = Path(url.removeprefix("file://")).read_text(encoding="utf-8")
    figure = re.search(r'<div class="ck-interact".*?</script></div>', source, re.S)
    copy = tmp_path / "copy.html"
    copy.write_text(PAGE.format(figure[0] * 2), encoding="utf-8")
    page = visit(copy.as_uri())
    ids = page.locator("[id]").evaluate_all("nodes => nodes.map(node => node.id)")

    assert len(ids) > 20
    assert len(ids) == len(set(ids))


def test_each_frame_looks_as_it_was_drawn(visit, url):
    """On a white ground the vectors of a frame are the still picture, up to the edges' grey."""
    page, still = visit(url), visit(url, script=False)

    assert difference(shot(page, ".ck-stage"), shot(still, ".ck-interact img")) < 0.02


def shot(page, selector: str) -> np.ndarray:
    """Return the first such element as pixels, (h, w, 3) in [0, 1]."""
    png = page.locator(selector).first.screenshot()
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=float) / 255


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """Return the mean difference of two pictures of one size."""
    assert a.shape == b.shape
    return float(np.abs(a - b).mean())


def test_without_javascript_the_still_picture_is_there(visit, url):
    """Each figure shows its start frame with its description."""
    page = visit(url, script=False)
    image = page.locator(".ck-interact > img").first

    assert image.is_visible()
    assert image.bounding_box()["width"] > 300
    assert image.get_attribute("alt") == "line after step 2"


def test_a_phone_scrolls_down_only_and_thumbs_hit(visit, url):
    """At 360 pixels nothing sticks out, and each control is at least 44 by 44 pixels."""
    page = visit(url, width=360)
    width = page.evaluate("document.documentElement.scrollWidth")
    boxes = [c.bounding_box() for c in page.locator(".ck-row button, .ck-row input").all()]

    assert width == 360
    assert len(boxes) == 9
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44


@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(visit, axe, url, dark, width):
    """The page passes axe in both themes, on a phone and on a desk."""
    assert axe(visit(url, dark=dark, width=width)) == []


def test_lines_and_letters_take_the_colour_of_the_page(visit, url):
    """In the dark theme axes are light on the page's ground; in print they are black on white."""
    page = visit(url, dark=True)
    ink = "node => [getComputedStyle(node).fill, getComputedStyle(node).stroke]"
    letter, edge = ".ck-stage svg [style*='currentColor'] use", ".ck-stage svg path[style*=Color]"

    assert page.locator(letter).first.evaluate(ink)[0] == "rgb(206, 214, 221)"
    assert page.locator(edge).first.evaluate(ink)[1] == "rgb(206, 214, 221)"
    page.emulate_media(media="print")
    assert page.locator(letter).first.evaluate(ink)[0] == "rgb(0, 0, 0)"


def test_print_shows_a_figure_without_controls(visit, url):
    """On paper only the name, the value and the picture are left."""
    page = visit(url)
    page.emulate_media(media="print")

    assert page.locator(".ck-stage").first.is_visible()
    assert page.locator("output").first.is_visible()
    assert not page.locator(".ck-row input").first.is_visible()
    assert not page.locator(".ck-row button").first.is_visible()
