"""The computational graph: each number in a box, with its value, its gradient and its operation.

Drawn from top to bottom: a long computation makes a tall figure, which a narrow page can show.
A node is anything with `data`, `grad`, `label`, `_op` and `_prev`, such as an autograd.Value
whose graph is still there (draw before `backward`, or keep it: retain_graph=True).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from coursekit.plotting.style import BLUE, GREEN, ORANGE, figure

MOST, WIDEST = 40, 7  # nodes of a graph, and of one row, that can be read
COLUMN, ROW = 1.3, 0.88  # inches
LINE = 0.105  # half the height of a line of a box, in rows


def graph(
    root: Any,
    *,
    show_grad: bool | Collection[Any] = True,
    reached: Collection[Any] | None = None,
    title: str = "",
) -> Axes:
    """Draw what the root was computed from, downwards; beside an arrow stands its local derivative.

    Args:
        root: the node at the bottom.
        show_grad: whether gradients are shown, or the nodes whose gradient is known by now. An
            arrow into the graph's next node has its local derivative once that one's is known.
        reached: nodes that the story has come to; the others are pale. All by default.
        title: text above.

    Raises:
        ValueError: if there are more than 40 nodes, or 7 in a row: too many to read.
    """
    rows = _rows(root)
    nodes = [node for row in rows for node in row]
    most = max(len(row) for row in rows)
    if len(nodes) > MOST or most > WIDEST:
        raise ValueError(
            f"graph can show {MOST} nodes, {WIDEST} in a row, got {len(nodes)} and {most}"
        )
    known = _chosen(show_grad, nodes)
    there = set(nodes) if reached is None else set(reached)
    wide = max(most, 2.9)
    _, ax = figure(min(7.0, COLUMN * wide + 0.2), ROW * len(rows) + 0.4)
    ax.axis("off")
    ax.set(xlim=(-wide / 2, wide / 2), ylim=(0.5 - len(rows), 0.5))
    ax.set_title(title or " ", fontsize=11)
    place = _places(rows)
    for node in nodes:
        _arrows(ax, node, place, there, known)
        _box(ax, node, place[node], node in there, node in known)
    return ax


def graph_step(root: Any, step: int) -> Axes:
    """Draw one step of the walk through a graph: 0 has the inputs, then forward, then backward.

    A gradient is shown once it is complete: after all nodes that use the number.

    Args:
        root: the result, after backward(retain_graph=True).
        step: from 0 to twice the number of operations.

    Raises:
        ValueError: if there is no such step.
    """
    walk = _walk(root, step)
    return graph(root, show_grad=walk.known, reached=walk.reached, title=walk.title)


def graph_words(root: Any, step: int) -> str:
    """Say in one sentence what is new in the figure of `graph_step`: its alternative text."""
    walk = _walk(root, step)
    new = ", ".join(f"{name} {number}" for name, number in walk.news)
    sentence = f"A computational graph. {walk.title[0].upper()}{walk.title[1:]}; new: {new}."
    return sentence.replace("$", "").replace("\\", "")


@dataclass(frozen=True)
class _Walk:
    """Where a walk through a graph has come to."""

    reached: set[Any]  # nodes with a value
    known: set[Any]  # nodes with a gradient
    title: str
    news: list[tuple[str, str]]  # names, and the values or gradients that this step adds


def _walk(root: Any, step: int) -> _Walk:
    order = _order(root)
    made = [node for node in order if node._op]
    if not 0 <= step <= 2 * len(made):
        raise ValueError(f"step must be from 0 to {2 * len(made)}, got {step!r}")
    forward, back = made[:step], made[::-1][: max(0, step - len(made))]
    inputs = [node for node in order if not node._op]
    reached = set(inputs) | set(forward)
    if not back:
        new = forward[-1:] or inputs
        title = f"forward, step {step} of {len(made)}: {_name(new[0])}" if step else "the inputs"
        return _Walk(reached, set(), title, [(_name(node), _short(node.data)) for node in new])
    users = {node: [after for after in order if node in after._prev] for node in order}
    known = {node for node in order if all(after in back for after in users[node])}
    title = f"backward, step {len(back)} of {len(made)}: through {_name(back[-1])}"
    new = [node for node in dict.fromkeys(back[-1]._prev) if node in known]
    return _Walk(reached, known, title, [(_name(n), f"slope {_short(n.grad)}") for n in new])


def _chosen(show: bool | Collection[Any], nodes: list[Any]) -> set[Any]:
    if isinstance(show, bool):
        return set(nodes) if show else set()
    return set(show)


def _order(root: Any) -> list[Any]:
    """Return the nodes, each after those that it was computed from."""
    done: dict[Any, None] = {}
    stack = [root]
    while stack:
        missing = [before for before in stack[-1]._prev if before not in done]
        if missing:
            stack += reversed(missing)
        else:
            done[stack.pop()] = None
    return list(done)


def _rows(root: Any) -> list[list[Any]]:
    """Return the nodes row by row, the root last; who is used together stands together."""
    order = _order(root)
    depth: dict[Any, int] = {}
    uses: dict[Any, list[Any]] = {node: [] for node in order}
    for node in order:
        depth[node] = 1 + max((depth[before] for before in node._prev), default=-1)
        for before in dict.fromkeys(node._prev):
            uses[before].append(node)
    for node in order:
        if not node._prev and uses[node]:  # just above its first use, not far away at the top
            depth[node] = min(depth[after] for after in uses[node]) - 1
    rows: list[list[Any]] = [[] for _ in range(depth[root] + 1)]
    for node in order:
        rows[depth[node]].append(node)
    at: dict[Any, float] = {}
    for row in reversed(rows):
        row.sort(key=lambda node: _middle([at[after] for after in uses[node]]))
        at |= {node: i - (len(row) - 1) / 2 for i, node in enumerate(row)}
    return rows


def _middle(places: list[float]) -> float:
    return sum(places) / len(places) if places else 0.0


def _places(rows: list[list[Any]]) -> dict[Any, tuple[float, float]]:
    return {
        node: (i - (len(row) - 1) / 2, -float(k))
        for k, row in enumerate(rows)
        for i, node in enumerate(row)
    }


def _arrows(
    ax: Axes, node: Any, place: dict[Any, tuple[float, float]], there: set[Any], known: set[Any]
) -> None:
    """Draw an arrow from each input of the node, around what stands between them."""
    local = getattr(node, "_local", None) or ()
    end = _half(node, there, known)
    for i, before in enumerate(node._prev):
        (x0, y0), (x1, y1) = place[before], place[node]
        again = before in node._prev[:i]  # used twice, as in e * e
        far = y0 - y1 > 1.5
        bend = 0.55 if again else (0.7 if x0 <= x1 else -0.7) if far else 0.0
        ax.annotate(
            "", (x1, y1 + end), (x0, y0 - _half(before, there, known)),
            alpha=1.0 if node in there else 0.25, zorder=2,
            arrowprops={"arrowstyle": "->", "color": "0.35", "shrinkA": 0, "shrinkB": 0,
                        "connectionstyle": f"arc3,rad={bend}"},
        )  # fmt: skip
        if i < len(local) and before in known and node in known:
            side = -1 if x0 < x1 or again else 1
            x = (x0 + x1) / 2 - bend * (y0 - y1) / 2 * ROW / COLUMN + 0.06 * side
            y = (y0 + y1 + end - _half(before, there, known)) / 2 - 0.1 * abs(x0 - x1)
            ax.text(
                x, y, rf"$\times${_short(local[i])}", fontsize=10, color=ORANGE,
                ha="left" if side > 0 else "right", va="center",
            )  # fmt: skip


def _half(node: Any, there: set[Any], known: set[Any]) -> float:
    """Return half the height of a node's box, in rows."""
    return LINE * (1 + (node in there) + (node in known)) + 0.06


def _box(ax: Axes, node: Any, at: tuple[float, float], there: bool, known: bool) -> None:
    """Write the name, the value and the gradient of a node, as far as they are known."""
    lines = [_name(node)] + ([_short(node.data)] if there else [])
    if known:
        lines.append(f"grad {_short(node.grad)}")
    color = GREEN if node._op else BLUE
    ax.text(
        *at, "\n".join(lines), ha="center", va="center", fontsize=10, linespacing=1.05,
        alpha=1.0 if there else 0.3, zorder=3,
        bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": color},
    )  # fmt: skip


def _name(node: Any) -> str:
    op = node._op.replace("**", "^").replace("*", "×") if node._op else ""
    if node.label and op:
        return f"{node.label}  ({op})"
    return node.label or op or "number"


def _short(number: float) -> str:
    """Return a number in at most five characters or so."""
    text = f"{number:.3f}" if 1e-3 <= abs(number) < 10 else f"{number:.3g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
