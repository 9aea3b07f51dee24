"""Handwritten digits, 8 by 8 pixels, that come with scikit-learn.

Source: E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
Learning Repository, doi:10.24432/C50P49 (the 1,797 images of its test part).
"""

from collections.abc import Sequence

import numpy as np

from coursekit.validate import Array, real


def digits(classes: Sequence[int] | None = None, *, binary: bool = False) -> tuple[Array, Array]:
    """Return the digits as rows of pixels, in the order of the file.

    Args:
        classes: the digits to keep; all ten by default.
        binary: with exactly two classes, label the first one 0 and the second one 1.

    Returns:
        X (n, 64) in [0, 1], 0 is paper and 1 is ink; y (n,) with the digit, or 0 and 1.

    Raises:
        ValueError: if a class is no digit, or binary is asked for other than two classes.
    """
    from sklearn.datasets import load_digits  # here, since its import takes longer than NumPy's

    images, labels = load_digits(return_X_y=True)
    X, y = images / 16, labels.astype(float)
    if classes is None:
        if binary:
            raise ValueError("binary needs two classes, got all ten")
        return X, y
    kinds = np.unique(real(classes, "classes"))
    if np.ndim(classes) != 1 or not 0 < len(kinds) == len(classes) or set(kinds) - set(range(10)):
        raise ValueError(f"classes must be different digits from 0 to 9, got {classes!r}")
    if binary and len(classes) != 2:
        raise ValueError(f"binary needs two classes, got {classes!r}")
    kept = np.isin(y, classes)
    X, y = X[kept], y[kept]
    return X, (y == classes[1]).astype(float) if binary else y
