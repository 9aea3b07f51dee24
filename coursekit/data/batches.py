"""Small heaps of examples, in a new order each time."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from coursekit.data.points import Rng
from coursekit.validate import generator, whole


class batches:  # noqa: N801 -- used like a function
    """Goes through the data in random order, `size` examples at a time; each loop shuffles anew.

    Args:
        arrays: each (n, ...), with the same n.
        size: examples in a batch, at least 1; the last one may be smaller.
        rng: seed or generator.

    Raises:
        ValueError: if there are no arrays, their lengths differ, or the size is below 1.
    """

    def __init__(self, *arrays: npt.NDArray[Any], size: int, rng: Rng = 0) -> None:
        arrays = tuple(a if hasattr(a, "shape") else _array(a) for a in arrays)
        if shapes := [a.shape for a in arrays if not len(a.shape)]:
            raise ValueError(f"arrays must be (n, ...), got shape {shapes[0]}")
        lengths = {len(a) for a in arrays}
        if len(lengths) != 1 or 0 in lengths:
            raise ValueError(f"arrays must have one length above 0, got {sorted(lengths)}")
        whole(size, 1, "size")
        self.arrays, self.size, self.rng = arrays, size, generator(rng)

    def __len__(self) -> int:
        return -(-len(self.arrays[0]) // self.size)

    def __iter__(self) -> Iterator[tuple[npt.NDArray[Any], ...]]:
        order = self.rng.permutation(len(self.arrays[0]))
        for start in range(0, len(order), self.size):
            rows = order[start : start + self.size]
            yield tuple(a[rows] for a in self.arrays)


def _array(rows: Any) -> npt.NDArray[Any]:
    """Return a list as an array."""
    try:
        return np.asarray(rows)
    except ValueError as error:
        raise ValueError(f"arrays must be (n, ...), got uneven rows {rows!r:.80}") from error
