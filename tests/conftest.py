"""What every test shares: silent numerical faults become errors, and randomness is given."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")


@pytest.fixture(autouse=True)
def no_silent_faults():
    """Overflow, division by zero and NaN are errors in every test."""
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        yield


@pytest.fixture(autouse=True)
def no_figure_left_open():
    """Figures of one test never reach the next."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with a fixed seed."""
    return np.random.default_rng(0)
