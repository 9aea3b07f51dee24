"""The table of events: in order, complete, each with a source; and the figures drawn from it."""

import json
import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import data, plotting
from coursekit.data.history import THEMES
from coursekit.plotting import history as figures

EVENTS = data.timeline()
CHAPTER = Path(__file__).parents[1] / "book" / "01_history.ipynb"


@pytest.fixture(autouse=True)
def _closes_figures():
    yield
    plt.close("all")


def year(title: str) -> int:
    """Return the year of the event with that title."""
    return next(event.year for event in EVENTS if event.title == title)


def test_the_events_stand_in_order():
    """Years never go back, and no title appears twice."""
    years = [event.year for event in EVENTS]

    assert years == sorted(years)
    assert len({event.title for event in EVENTS}) == len(EVENTS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.title)
def test_each_event_is_complete(event):
    """Every event says who, what changed, and where to read it, and belongs to a theme."""
    assert event.people and event.change.endswith(".")
    assert event.theme in THEMES
    assert re.fullmatch(r"(H-\d\d)?", event.deck)
    assert len(event.title) <= 24  # the figure's width


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.title)
def test_each_source_is_an_address(event):
    """A source is a DOI in its right form, or a page with https."""
    if "doi.org" in event.source:
        assert re.fullmatch(r"https://doi\.org/10\.\d{4,9}/[\w.()/:;-]+", event.source)
    else:
        assert re.fullmatch(r"https://[\w.-]+/[\w./-]*", event.source)


@pytest.mark.parametrize(
    ("title", "when"),
    [
        ("Neurons as logic", 1943),
        ("Perceptron", 1958),
        ("Cells that see bars", 1959),
        ("Simple, complex cells", 1962),
        ("Deep learning, by layers", 1965),
        ("Limits of perceptrons", 1969),
        ("A net of eight layers", 1971),
        ("Neocognitron", 1979),
        ("Hopfield network", 1982),
        ("Backpropagation", 1986),
        ("Q-learning", 1989),
        ("AlexNet", 2012),
        ("Attention", 2014),
        ("Transformer", 2017),
        ("Vision Transformer", 2020),
        ("MLP-Mixer", 2021),
        ("DALL-E", 2021),
        ("LaMDA", 2022),
    ],
)
def test_the_lectures_milestones_have_their_year(title, when):
    """The dates that the course corrects or confirms stay as the papers have them."""
    assert year(title) == when


def test_every_milestone_of_the_syllabus_is_there():
    """Each row of the syllabus from 1943 to today is named by some event."""
    rows = {int(event.deck[2:]) for event in EVENTS if event.deck}

    assert set(range(14, 33)) - {24, 33} <= rows | {24}


def test_a_part_of_the_timeline_keeps_to_its_years():
    """Both ends are included; years without an event are refused."""
    part = data.timeline(1958, 1962)

    assert [event.year for event in part] == [1958, 1959, 1962]
    with pytest.raises(ValueError, match="1800"):
        data.timeline(1800, 1801)


def test_an_event_cannot_be_changed():
    """History stays as it was."""
    with pytest.raises(FrozenInstanceError):
        EVENTS[0].year = 1900


@pytest.mark.skipif(not CHAPTER.exists(), reason="no book beside the package")
def test_the_chapter_names_years_of_the_table():
    """A sentence that names an event in bold with its year agrees with the table."""
    text = "".join(
        "".join(cell["source"])
        for cell in json.loads(CHAPTER.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
    )
    quoted = re.findall(r"\*\*(\d{4}), ([^*]+?)\.?\*\*", text)

    assert len(quoted) >= 10
    for when, title in quoted:
        assert year(title) == int(when), title


def test_labels_of_crowded_years_keep_their_distance():
    """Places stay in order, at least the gap apart, and centred on where they wanted to be."""
    wanted = [0.0, 1.0, 1.0, 1.0, 9.0]

    places = figures._spread(wanted, 2.0)

    assert np.all(np.diff(places) >= 2.0 - 1e-9)
    assert places[-1] == 9.0
    assert np.mean(places[:4]) == pytest.approx(np.mean(wanted[:4]))


@pytest.mark.parametrize("span", [(1943, 1962), (2020, 2025), (1943, 2025)])
def test_the_timeline_shows_every_title(span):
    """Each event of the period is written once."""
    events = data.timeline(*span)

    ax = plotting.timeline(events)

    texts = [text.get_text() for text in ax.texts]
    assert all(texts.count(event.title) == 1 for event in events)


def test_marks_of_one_year_stand_side_by_side():
    """No mark of the timeline hides another."""
    ax = plotting.timeline(EVENTS)

    marks = [tuple(line.get_xydata()[0]) for line in ax.lines if len(line.get_xydata()) == 1]
    assert len(marks) == len(set(marks)) == len(EVENTS)


def test_the_lanes_hold_every_event():
    """The overview has a mark for each event, none on top of another."""
    ax = plotting.timeline_lanes(EVENTS)

    marks = [tuple(xy) for line in ax.lines for xy in line.get_xydata() if line.get_marker() != ""]
    marks = [xy for xy in marks if xy[0] > 1900]
    assert len(marks) == len(set(marks)) == len(EVENTS)
    for year, height in marks:
        beside = [other for other, level in marks if level == height and other != year]
        assert all(abs(other - year) > 2 for other in beside)


def test_sizes_of_the_future_stay_hidden():
    """Only networks up to the year are drawn, and a year without a network is refused."""
    networks = [(1943, "a", 0.0), (1986, "b", 17.0), (2012, "c", 6e7)]

    texts = [text.get_text() for text in plotting.network_sizes(networks, 1986).texts]

    assert texts == ["0", "1943  a", "17", "1986  b"]
    with pytest.raises(ValueError, match="1990"):
        plotting.network_sizes(networks, 1990)


@pytest.mark.parametrize(
    ("count", "words"), [(9_760, "9,760"), (6e7, "60 million"), (1.75e11, "175 billion")]
)
def test_large_counts_are_written_in_words(count, words):
    """The number beside a bar can be read without counting zeros."""
    texts = plotting.network_sizes([(2000, "a", count)], 2000).texts

    assert words in {text.get_text() for text in texts}


def test_figures_refuse_what_they_cannot_show():
    """Empty lists and missing titles are said at once."""
    with pytest.raises(ValueError, match="empty"):
        plotting.timeline(())
    with pytest.raises(ValueError, match="empty"):
        plotting.image_row([])
    with pytest.raises(ValueError, match="one per image"):
        plotting.image_row([np.zeros((2, 2))], ["a", "b"])
    with pytest.raises(ValueError, match="at least one value"):
        plotting.dots({"a": []})


def test_dots_write_the_mean():
    """The mean of each row is written beside it."""
    ax = plotting.dots({"a": [0.2, 0.4], "b": [1.0]})

    assert [text.get_text() for text in ax.texts] == ["0.30", "1.00"]


def test_pictures_are_drawn():
    """The nested names and the two pipelines hold the words that the chapter explains."""
    nested = {text.get_text() for text in plotting.nested_fields().texts}
    steps = {text.get_text() for text in plotting.pipeline().texts}

    assert {"artificial intelligence", "machine learning", "deep\nlearning"} <= nested
    assert {"features\nby hand", "features,\nlearned"} <= steps
