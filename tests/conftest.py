"""What every test shares: silent numerical faults become errors, and randomness is given."""

import os

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import settings

mpl.use("agg")

# 100 random cases a property; make test-all asks for 1,000
settings.register_profile("default", deadline=None, max_examples=100, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


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
