"""Logic gates as data: the smallest classification problems there are."""

import numpy as np

from coursekit.validate import Array, choice

# answers for the inputs 00, 01, 10, 11, in this order
TRUTH_TABLES = {
    "and": (0, 0, 0, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "or": (0, 1, 1, 1),
    "xnor": (1, 0, 0, 1),
    "xor": (0, 1, 1, 0),
}


def gate(name: str) -> tuple[Array, Array]:
    """Return the truth table of a gate: X is (4, 2), the rows 00, 01, 10, 11; y is (4,), 0 or 1.

    Raises:
        ValueError: if there is no gate of that name; the message suggests the nearest one.
    """
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    return X, np.array(TRUTH_TABLES[choice(name, TRUTH_TABLES, "gate")], dtype=float)
