"""Sliders that need no kernel: what is displayed, what it weighs, what is refused."""

import base64
import io
import json
import re
import sys
import xml.etree.ElementTree as ET

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from coursekit import interact as module
from coursekit import plotting
from coursekit.interact import interact
from coursekit.interact.frames import as_pixels, as_vectors, sprite, vectors


@pytest.fixture
def shown(monkeypatch):
    """Return the list of what is displayed."""
    outputs: list = []
    monkeypatch.setattr(module, "display", lambda output, raw=False: outputs.append(output))
    return outputs


def line(k):
    """Draw a line of slope k."""
    _, ax = plotting.figure(3, 2)
    ax.plot([0, 1], [0, k])
    ax.set(ylim=(0, 5), title=f"slope {k}")


def noise(k):
    """Draw many points that no frame shares."""
    _, ax = plotting.figure()
    ax.scatter(*np.random.default_rng(k).normal(size=(2, 500)))


def frames_of(page: str) -> dict:
    """Return the data that travels with the page."""
    data = re.search(r'<script type="application/json">(.*?)</script>', page, re.S)
    assert data is not None
    return json.loads(data[1])


def vectors_of(frames: dict) -> list[ET.Element]:
    """Return each frame as a tree, put together as the script does."""
    trees = []
    for edits in frames["edits"]:
        lines = list(frames["base"])
        for at, count, new in edits:
            lines[at : at + count] = new
        trees.append(ET.fromstring(f"<svg><defs>{frames['defs']}</defs>{''.join(lines)}</svg>"))
    return trees


def picture_of(frames: dict) -> Image.Image:
    """Return the picture that holds all frames."""
    return Image.open(io.BytesIO(base64.b64decode(frames["image"].partition(",")[2])))


def resolved(tree: ET.Element) -> list[tuple]:
    """Return what a frame shows, each reference replaced by what it stands for."""
    defs, *shown = tree
    targets = {f"#{node.attrib['id']}": node.attrib.get("d") for node in defs}
    nodes = [node for top in shown for node in top.iter()]
    keys = ("style", "d", "x", "y", "transform")
    return [(targets.get(n.get("href", "")), *map(n.get, keys)) for n in nodes]


# ---------------------------------------------------------------- what is displayed


def test_one_output_serves_every_viewer(shown):
    """There is one bundle: a page, its picture for viewers without html, and its description."""
    interact(line, alt="a line of slope {k}", start={"k": 2}, k=range(4))
    [bundle] = shown
    image = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))

    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    assert bundle["text/plain"] == "a line of slope 2"
    assert image.size == (288, 192)


def test_a_viewer_that_drops_scripts_still_has_the_picture(shown):
    """The picture is an element with its description; no style sheet is there to be read."""
    interact(line, alt='slope {k} & "more"', k=[1, 2])
    page = re.sub(r"<script.*?</script>", "", shown[0]["text/html"], flags=re.S)
    picture = ET.fromstring(page.replace("></div>", "/></div>")).find("img")

    assert picture is not None
    assert picture.attrib["alt"] == 'slope 1 & "more"'
    assert picture.attrib["src"].startswith("data:image/png;base64,")
    assert "<style" not in page


def test_frames_run_over_every_combination(shown):
    """The last parameter moves fastest, and descriptions, labels and values follow."""
    points = []

    def draw(k, name):
        points.append((k, name))
        line(k)

    interact(
        draw, alt="{name} {k:.2f}", labels={"k": "slope"}, start={"k": 0.3, "name": "b"},
        k=np.linspace(0.1, 0.3, 3), name=("a", "b"),
    )  # fmt: skip
    frames = frames_of(shown[0]["text/html"])

    assert [name for _, name in points][-6:] == ["a", "b"] * 3
    assert frames["alt"] == ["a 0.10", "b 0.10", "a 0.20", "b 0.20", "a 0.30", "b 0.30"]
    assert frames["sliders"] == [
        {"label": "slope", "values": ["0.1", "0.2", "0.3"], "start": 2},
        {"label": "name", "values": ["a", "b"], "start": 1},
    ]
    assert shown[0]["text/plain"] == "b 0.30"


def test_edits_give_back_every_frame():
    """A frame put together from the first one and its edits shows what it shows drawn alone."""

    def ticks(k):
        line(k)
        plt.gca().set_xticks(range(k))

    svgs = [as_vectors(ticks, {"k": k}) for k in (3, 1, 12)]  # with fewer and with more lines

    for tree, svg in zip(vectors_of(vectors(svgs)), svgs, strict=True):
        [alone] = vectors_of(vectors([svg]))
        assert resolved(tree) == resolved(alone)


def test_vectors_define_what_they_use_and_nothing_twice():
    """Each reference of a frame has its one target, and no other id is left."""
    for tree in vectors_of(vectors([as_vectors(line, {"k": k}) for k in (1, 2, 33)])):
        ids = [node.attrib["id"] for node in tree.iter() if "id" in node.attrib]
        used = set(re.findall(r'(?:href="#|url\(#)([\w-]+)', ET.tostring(tree, "unicode")))
        assert len(ids) == len(set(ids))
        assert used <= set(ids)


def test_the_same_call_gives_the_same_bytes(shown):
    """Running a cell again changes nothing, so builds can be compared."""
    for _ in range(2):
        interact(line, alt="{k}", k=range(3))

    assert shown[0] == shown[1]


def test_many_points_travel_as_pixels(shown):
    """Frames of 500 new points are lighter as one picture, and look the same."""
    interact(noise, alt="{k}", k=range(3))
    sheet = picture_of(frames_of(shown[0]["text/html"]))
    alone = as_pixels(noise, {"k": 1})

    part = np.asarray(sheet.crop((0, alone.height, alone.width, 2 * alone.height)), dtype=int)
    assert np.abs(part - np.asarray(alone)).mean() < 0.5  # of 255; all frames share 64 colours


def test_a_long_row_of_pictures_goes_on_in_the_next_column():
    """Each picture lies where the script looks for it."""
    greys = [Image.new("RGB", (100, 1000), (k, k, k)) for k in range(0, 200, 5)]
    packed = sprite(greys)
    sheet = picture_of(packed)

    assert (packed["columns"], packed["rows"]) == (3, 16)
    for k in range(40):
        assert sheet.getpixel((100 * (k % 3) + 50, 1000 * (k // 3) + 500)) == (5 * k,) * 3


def test_a_line_plot_of_20_frames_stays_light(shown):
    """It takes less than 100 kB of the page, script and still picture included."""
    x = np.linspace(0, 6, 200)

    def wave(k):
        _, ax = plotting.figure()
        ax.plot(x, np.sin(x + k / 4), label="sine")
        ax.plot(x, np.cos(x + k / 8), label="cosine")
        ax.legend()
        ax.set(xlabel="$x$", ylabel="$f(x)$", title=f"shift {k}")

    interact(wave, alt="two waves, shift {k}", max_kb=100, k=range(20))

    assert len(shown) == 1


# ---------------------------------------------------------------- colours


def colours(draw) -> str:
    """Return the vectors of one frame of `draw`."""
    return "".join(vectors([as_vectors(draw, {})])["base"])


def test_default_and_black_follow_the_page():
    """Text, axes and black lines take the page's text colour, white shapes its ground."""

    def draw():
        _, ax = plotting.figure(3, 2)
        ax.plot([0, 1], color="black")
        ax.axhspan(0, 1, color="white")

    vectors = colours(draw)

    assert "stroke:currentColor" in vectors
    assert "fill:var(--ck-paper)" in vectors
    assert not re.search(r"#000000|#ffffff|#010203", vectors)


def test_colours_given_to_text_stay():
    """A black or white number on a cell of a heat map stays readable on either page."""

    def draw():
        _, ax = plotting.figure(3, 2)
        ax.imshow(np.eye(2))
        ax.text(0, 0, "1", color="white")
        ax.text(1, 0, "0", color="black")

    vectors = colours(draw)
    given = re.findall(r'<g fill="#000"><g (style="[^"]*")?', vectors)

    assert 'style="fill:#ffffff"' in given
    assert "" in given  # black text names no colour and inherits #000


def test_colours_that_show_data_stay():
    """The white and black cells of a mesh are values, not paper and ink."""

    def draw():
        _, ax = plotting.figure(3, 2)
        ax.pcolormesh([[0, 1], [1, 0]], cmap="gray")

    vectors = colours(draw)

    assert "fill:#ffffff" in vectors
    assert "var(--ck-paper)" not in vectors


# ---------------------------------------------------------------- figures


def test_no_figure_is_left_and_the_readers_own_is_untouched(shown):
    """Open figures, what they show and which is current stay as they were."""
    mine, ax = plt.subplots()
    plt.figure()
    plt.figure(mine.number)

    interact(lambda k: plt.plot([0, k]), alt="{k}", k=[1, 2])

    assert plt.get_fignums() == [1, 2]
    assert plt.gcf() is mine
    assert not ax.has_data()


def test_style_set_by_the_reader_survives(shown):
    """The settings for drawing frames end with the call."""
    before = plt.rcParams.copy()

    interact(line, alt="{k}", k=[1])

    assert plt.rcParams == before


def test_a_figure_may_be_returned(shown):
    """A draw function that makes its figure without pyplot returns it."""

    def draw(k):
        figure = Figure(figsize=(2, 1))
        figure.subplots().plot([0, k])
        return figure

    interact(draw, alt="{k}", k=[1])

    assert frames_of(shown[0]["text/html"])["size"] == [192, 96]


def test_a_failing_draw_names_its_point_and_leaves_no_figure(shown):
    """The error carries the parameters and the first error; the figure of the failure is closed."""

    def draw(k, name):
        line(k)
        return 1 / (k - 2)

    with pytest.raises(RuntimeError, match=r"k = 2, name = a: ZeroDivisionError") as caught:
        interact(draw, alt="{k}", k=[1, 2], name=["a"])

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert plt.get_fignums() == []
    assert not shown


@pytest.mark.parametrize("draw", [lambda k: None, lambda k: plt.subplots()])
def test_a_draw_that_draws_nothing_is_refused(draw):
    """An empty figure, with or without axes, is an error and not a blank picture."""
    with pytest.raises(RuntimeError, match=r"k = 1: .*one new figure.*got 0"):
        interact(draw, alt="{k}", k=[1])


def test_two_figures_are_refused():
    """A slider has one picture."""
    with pytest.raises(RuntimeError, match="got 2"):
        interact(lambda k: (line(k), line(k)), alt="{k}", k=[1])


def test_figures_of_two_sizes_are_refused():
    """Frames must lie exactly above each other."""
    with pytest.raises(ValueError, match="one size, got 0 0 144 72, 0 0 72 72 points"):
        interact(lambda k: plt.figure(figsize=(k, 1)).subplots().plot([0, 1]), alt="{k}", k=[1, 2])


# ---------------------------------------------------------------- refused arguments


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "at least one parameter"),
        ({"k": []}, r"k needs values.*got \[\]"),
        ({"k": 5}, "k needs values.*got 5"),
        ({"k": "abc"}, "k needs values.*got 'abc'"),
        ({"k": [1], "labels": {"kk": "slope"}}, "unknown parameter 'kk': did you mean 'k'"),
        ({"k": [1], "start": {"q": 1}}, "unknown parameter 'q'"),
        ({"k": [1, 2], "start": {"k": 3}}, "k must start at one of 1, 2, got 3"),
        ({"k": [1], "alt": "slope {slope}"}, r"alt may use {k}, got 'slope {slope}'"),
        ({"k": [1], "alt": "slope {"}, r"alt may use {k}"),
        ({"k": [1], "alt": " "}, "alt must say what the picture shows"),
        ({"k": [1], "alt": lambda k: None}, "got None at k = 1"),
        ({"k": range(15), "j": range(15)}, "at most 200 frames.*got 225"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_drawn(arguments, message):
    """The error says what was wanted and what was got."""
    calls = []

    with pytest.raises(ValueError, match=message):
        interact(lambda **point: calls.append(point), **{"alt": "text", **arguments})
    assert calls == []


def test_a_page_that_is_too_heavy_is_refused(shown):
    """The error says the size, the number of frames, the limit, and what to do."""
    with pytest.raises(ValueError, match=r"8 frames take \d+ kB, the limit is 20 kB: use fewer"):
        interact(noise, alt="{k}", max_kb=20, k=range(8))

    assert not shown


# ---------------------------------------------------------------- live


def test_live_numbers_move_between_the_given_ones(shown):
    """Fractions and whole numbers get sliders from least to most; other values are stepped."""
    interact(
        lambda **point: line(point["n"]), alt="{rate} {n} {kind}", live=True,
        labels={"rate": "learning rate"}, start={"n": 3},
        rate=[0.5, 0.1], n=[5, 3], kind=["a", "b"],
    )  # fmt: skip
    rate, n, kind, _ = shown[-1].children

    assert isinstance(rate, ipywidgets.FloatSlider)
    assert (rate.min, rate.max, rate.value, rate.description) == (0.1, 0.5, 0.5, "learning rate")
    assert isinstance(n, ipywidgets.IntSlider)
    assert (n.min, n.max, n.value) == (3, 5, 3)
    assert isinstance(kind, ipywidgets.SelectionSlider)
    assert kind.value == "a"


def test_live_draws_with_a_value_that_the_grid_lacks(shown):
    """Moving a slider draws at the new value, described in words."""
    interact(line, alt="slope {k}", live=True, k=[0.0, 4.0])
    widget = shown[-1]

    widget.children[0].value = 1.3

    assert shown[-1]["text/plain"] == "slope 1.3"
    assert 'alt="slope 1.3"' in shown[-1]["text/html"]
    assert plt.get_fignums() == []


def test_live_without_ipywidgets_says_what_to_install(monkeypatch):
    """The import error names the package."""
    monkeypatch.setitem(sys.modules, "ipywidgets", None)

    with pytest.raises(ImportError, match="pip install ipywidgets"):
        interact(line, alt="{k}", live=True, k=[1, 2])
