"""What both engines share: the walk over the graph, and the gradient by finite differences."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np

from coursekit.validate import Array, function, numbers, positive

FREED = (
    "this graph was freed by an earlier backward(); compute the result again, "
    "or call backward(retain_graph=True) the first time"
)


class Node(Protocol):
    """Anything that knows what it was computed from."""

    @property
    def _prev(self) -> Sequence[Any]: ...


N = TypeVar("N", bound=Node)


def walk(root: N) -> list[N]:
    """Return every node that the root depends on, each after those that it was computed from.

    Depth first, with a stack of our own: a long chain does not overflow Python's.
    """
    if not hasattr(root, "_prev"):
        raise TypeError(f"root must be a Value or a Tensor, got {root!r:.80}")
    order: list[N] = []
    seen: set[N] = set()
    stack: list[N | None] = [root]
    while stack:
        node = stack.pop()
        if node is None:  # all that the node below depends on is in order by now
            order.append(stack.pop())  # type: ignore[arg-type]
        elif node not in seen:
            seen.add(node)
            stack += (node, None, *node._prev)
    return order


def numeric_gradient(f: Callable[[Array], float], x: Array, *, eps: float = 1e-5) -> Array:
    """Return the gradient of f at x by central differences, same shape as x.

    (f(x + eps e_i) - f(x - eps e_i)) / (2 eps) for each entry: two calls of f an entry. The error
    is about eps^2 from the curve and 1e-16 / eps from rounding, smallest near eps = 1e-5.

    Args:
        f: function of one array, to a number.
        x: any shape; it is left as it was.
        eps: the step, above 0.

    Raises:
        ValueError: if eps is not above 0.
        TypeError: if f does not give a number.
    """
    function(f, "f")
    positive(eps, "eps")
    x = numbers(x, "x").copy()
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + eps
        above = numbers(f(x), "what f returns")
        if above.size != 1:
            raise ValueError(f"f must return one number, got shape {above.shape}")
        x[i] = kept - eps
        gradient[i] = (above.item() - numbers(f(x), "what f returns").item()) / (2 * eps)
        x[i] = kept
    return gradient
