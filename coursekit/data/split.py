"""Cut data into a part to learn from and a part to be tested on."""

import numpy as np

from coursekit.data.points import Rng
from coursekit.validate import Array, generator, labelled, share


def split(
    X: Array, y: Array, *, test: float = 0.3, rng: Rng = 0
) -> tuple[Array, Array, Array, Array]:
    """Shuffle the examples and keep a share of every class for the test.

    Args:
        X: (n, d) inputs.
        y: (n,) labels; each class needs at least two examples.
        test: share that is kept for the test, above 0 and below 1.
        rng: seed or generator.

    Returns:
        X_train, X_test, y_train, y_test; each class has its share in both parts, rounded.

    Raises:
        ValueError: if the lengths differ, test is no share, or a class is too small to be cut.
    """
    X, y = labelled(X, y)
    share(test, "test")
    if test in (0, 1):
        raise ValueError(f"test must be above 0 and below 1, got {test!r}")
    random = generator(rng)
    kept, left = [], []
    for label in np.unique(y):
        rows = random.permutation(np.flatnonzero(y == label))
        if len(rows) < 2:
            raise ValueError(f"class {label:g} must have at least 2 examples, got {len(rows)}")
        cut = min(max(1, round(test * len(rows))), len(rows) - 1)
        left.append(rows[:cut])
        kept.append(rows[cut:])
    train, held = (random.permutation(np.concatenate(part)) for part in (kept, left))
    return X[train], X[held], y[train], y[held]
