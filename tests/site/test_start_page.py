"""The perceptron of the start page, played with as a reader does."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit, site):
    """The start page, for a reader who wants no animation: learning ends at once."""
    page = visit(f"{site}/book/intro.html")
    page.emulate_media(reduced_motion="reduce")
    return page


def status(page) -> str:
    """Return what the page says about the unit."""
    return page.locator(".ck-play [role=status]").inner_text()


def wrong(page) -> int:
    """Count the points that lie on the wrong side of the line as it is drawn."""
    return page.evaluate(
        """() => {
        const side = document.querySelector(".ck-play-side");
        const inside = (x, y) => side?.isPointInFill(new DOMPoint(x, y)) ?? false;
        const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
        const marks = [...document.querySelectorAll(".ck-play-0, .ck-play-1")];
        return marks.filter((mark) =>
            inside(...middle(mark.getBBox())) !== mark.classList.contains("ck-play-1")).length;
        }"""
    )


def test_it_learns_two_groups(page, site):
    """After learning, every square lies on the side that fires, and no circle does."""
    assert wrong(page) == 12

    page.get_by_role("button", name="Let it learn").click()

    assert status(page).endswith("All points are right now.")
    assert wrong(page) == 0
    assert [address for address in page.requests if not address.startswith(site)] == []
    assert page.problems == []


def test_classes_differ_in_shape_and_in_colour(page):
    """Circles have one colour, squares another, and neither is that of the text."""
    colour = "mark => getComputedStyle(mark).fill"
    circles, squares = (
        {mark.evaluate(colour) for mark in page.locator(f".ck-play {tag}").all()}
        for tag in ("circle", "rect")
    )

    assert len(circles) == len(squares) == 1
    assert len(circles | squares | {"rgb(0, 0, 0)"}) == 3


def test_it_never_learns_xor(page):
    """Twenty rounds later some points are still wrong, and the page says how many."""
    page.get_by_label("Data").select_option("XOR: no line will do")
    page.get_by_role("button", name="Let it learn").click()

    assert wrong(page) > 0
    assert f"{wrong(page)} of 24 are wrong now" in status(page)


def test_the_keyboard_shows_one_point_at_a_time(page):
    """Each press of Enter shows one point; the picture's description follows."""
    page.get_by_role("button", name="Show it one point").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    assert status(page).startswith("Round 1, point 2.")
    label = page.locator(".ck-play svg").get_attribute("aria-label")
    assert f": {wrong(page)} are on the wrong side" in label


def test_starting_again_forgets(page):
    """The unit answers 0 everywhere, as at the beginning."""
    page.get_by_role("button", name="Let it learn").click()
    page.get_by_role("button", name="Start again").click()

    assert "knows nothing yet" in status(page)
    assert wrong(page) == 12


def test_without_a_script_a_sentence_stands_there(visit, site):
    """A reader without JavaScript is told what is missing."""
    page = visit(f"{site}/book/intro.html", script=False)

    assert "It needs JavaScript" in page.locator(".ck-play").inner_text()
