"""The graph of a computation can be read: every number in a box of its own, in its turn."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import functional as F
from coursekit import plotting
from coursekit.autograd import Value


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Close the figures of a test."""
    yield
    plt.close("all")


def unit() -> tuple[Value, dict[str, Value]]:
    """Return the loss of one unit, gone back through, and its numbers by name."""
    w, x, b = Value(0.5, label="w"), Value(2.0, label="x"), Value(-0.3, label="b")
    wx = w * x
    z = wx + b
    loss = z.sigmoid() * 0.5
    loss.backward(retain_graph=True)
    return loss, {"w": w, "x": x, "b": b, "wx": wx, "z": z}


def chain(length: int) -> Value:
    """Return a number multiplied by a new one again and again."""
    node = Value(1.0, label="start")
    for k in range(length):
        node = node * Value(1.1, label=f"factor {k}")
    return node


def twice() -> Value:
    """Return a result that uses its numbers more than once, near and far."""
    a, c = Value(1.5, label="a"), Value(-0.4, label="c")
    first, second = (a * c).tanh(), (a + c).tanh()
    return first * second * second + a


def layer() -> Value:
    """Return the sum of three products: as wide as it is deep."""
    parts = [Value(float(k), label=f"w{k}") * Value(1.0, label=f"x{k}") for k in range(3)]
    return parts[0] + parts[1] + parts[2]


def boxes(ax):
    """Return the texts that stand in a box."""
    return [text for text in ax.texts if text.get_bbox_patch() is not None]


@pytest.mark.parametrize("root", [unit()[0], chain(12), twice(), layer()])
def test_no_box_covers_another(root):
    """Deep, wide and tangled graphs are drawn with room around each box, inside the figure."""
    ax = plotting.graph(root)
    ax.figure.canvas.draw()
    drawn = [text.get_bbox_patch().get_window_extent() for text in boxes(ax)]

    assert not any(a.overlaps(b) for a, b in combinations(drawn, 2))
    frame = ax.figure.bbox
    assert all(b.x0 >= frame.x0 and b.x1 <= frame.x1 and b.y0 >= frame.y0 for b in drawn)


def test_what_is_not_reached_keeps_its_value():
    """A node that the story has not come to shows its name alone, and no gradient."""
    loss, node = unit()
    ax = plotting.graph(loss, reached=[node["w"], node["x"]], show_grad=False)

    shown = {text.get_text() for text in boxes(ax)}
    assert {"w\n0.5", "x\n2", "b", "+"} <= shown
    assert not any("grad" in text for text in shown)


def test_an_arrow_has_its_local_derivative_once_both_slopes_are_known():
    """Through a product, each factor's arrow says the other factor."""
    loss, node = unit()
    ax = plotting.graph(loss, show_grad=[node["w"], node["wx"]])

    beside = [text.get_text() for text in ax.texts if "times" in text.get_text()]
    assert beside == [r"$\times$2"]


def test_the_walk_goes_forward_and_then_back():
    """Four operations make nine steps: the inputs, four forward, four backward."""
    loss, _ = unit()
    titles = [plotting.graph_step(loss, step).get_title() for step in range(9)]
    grads = [
        sum("grad" in text.get_text() for text in boxes(plotting.graph_step(loss, step)))
        for step in range(9)
    ]

    assert titles[0] == "the inputs"
    assert titles[1].startswith("forward, step 1 of 4")
    assert titles[8].startswith("backward, step 4 of 4")
    assert grads == [0, 0, 0, 0, 0, 3, 4, 6, 8]


def test_the_words_say_what_a_step_adds():
    """Forward a value is new, backward the slopes of the numbers that an operation used."""
    loss, _ = unit()
    inputs, last = plotting.graph_words(loss, 0), plotting.graph_words(loss, 8)

    assert inputs == "A computational graph. The inputs; new: w 0.5, x 2, b -0.3, number 0.5."
    assert plotting.graph_words(loss, 2).endswith("Forward, step 2 of 4: +; new: + 0.7.")
    assert last.endswith("through ×; new: w slope 0.222, x slope 0.055.")


def test_a_gradient_is_shown_only_when_it_is_complete():
    """A number that is used early and late waits for the last path before it shows its slope."""
    root = twice()
    root.backward(retain_graph=True)
    shown = [
        [text.get_text() for text in boxes(plotting.graph_step(root, step))] for step in range(15)
    ]

    when = [step for step, texts in enumerate(shown) if any("a\n1.5\ngrad" in t for t in texts)]
    assert when == [14]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.graph(chain(30)), "can show 40 nodes, 7 in a row, got 61 and 2"),
        (lambda: plotting.graph_step(unit()[0], 9), "step must be from 0 to 8, got 9"),
    ],
)
def test_what_cannot_be_read_is_refused(call, message):
    """Each message says what was wanted and what came."""
    with pytest.raises(ValueError, match=message):
        call()


def test_the_slope_says_which_way_to_turn():
    """A rising loss asks for a smaller number, a falling one for a larger number."""
    rising = plotting.slope(F.sigmoid, 0.0, 0.25)
    falling = plotting.slope(lambda t: F.sigmoid(-t), 0.0, -0.25)

    assert rising.get_title() == "slope +0.2500: make it smaller"
    assert falling.get_title() == "slope -0.2500: make it larger"


def test_nine_weights_show_nine_weights():
    """Every connection carries its name and number, every unit its output."""
    w = np.arange(1.0, 10)
    ax = plotting.nine_weights(np.array([1.0, 2]), np.array([0.1, 0.2, 0.3]), 0.5, w)

    shown = " ".join(text.get_text() for text in ax.texts)
    assert all(f"$w_{k}$ {k}.00" in shown for k in range(1, 10))
    assert "0.10" in shown
    assert "0.50" in shown


def test_runs_are_counted():
    """The legend says how many runs solved their task."""
    losses = np.linspace(1, 0.1, 5) * np.ones((3, 5))
    ax = plotting.runs(losses, np.array([True, False, True]), levels={"floor": 0.1})

    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["solved (2 of 3)", "not (1 of 3)"]


def test_powers_are_straight_lines():
    """Both axes are logarithmic, and a guide does not change what is shown."""
    x = 10.0 ** np.arange(-4, 0)
    bare = plotting.power_laws(x, {"error": x**2}, xlabel="step", ylabel="error")
    guided = plotting.power_laws(
        x, {"error": x**2}, xlabel="step", ylabel="error", guides={"slope 1": (1, 1)}
    )

    assert (bare.get_xscale(), bare.get_yscale()) == ("log", "log")
    assert bare.get_ylim() == guided.get_ylim()


def test_directions_and_zoom_draw_what_they_are_given():
    """The step with the gradient ends higher, the one against it lower; there are three windows."""
    plotting.directions(lambda P: P @ [1.0, 2.0], np.zeros(2), np.array([1.0, 2.0]))
    ends = [line.get_ydata()[-1] for line in plt.gcf().axes[1].lines]
    plotting.zoom(F.sigmoid, 0.0, 0.25)

    assert ends[0] > 1e-9 > abs(ends[1]) - 1e-9
    assert ends[2] < 0
    assert len(plt.gcf().axes) == 3
