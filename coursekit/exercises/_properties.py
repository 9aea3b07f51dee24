"""The ready-made properties. Each takes a `Trial`; an exercise may add its own."""

import numpy as np

from coursekit.exercises._compare import Compare
from coursekit.exercises._spec import Property, Trial

_same = Compare(rtol=0.0, atol=0.0)


def _arguments_are_untouched(trial: Trial) -> bool:
    """Compare what can be changed in place; a random generator, say, may move on."""
    pairs = zip(trial.args, trial.used, strict=True)
    return all(_same(a, b) is None for a, b in pairs if isinstance(a, (np.ndarray, list, dict)))


leaves_arguments_alone = Property("leave its arguments unchanged", _arguments_are_untouched)

sums_to_one = Property(
    "sum to one along the last axis",
    lambda trial: bool(np.allclose(np.sum(trial.got, axis=-1), 1)),
)

deterministic = Property(
    "give the same result twice",
    lambda trial: _same(trial.got, trial.answer(*trial.args)) is None,
)


def keeps_shape(argument: int) -> Property:
    """Return the property that the result, or the first of several results, is shaped alike."""

    def test(trial: Trial) -> bool:
        got, wanted = trial.got, np.shape(trial.args[argument])
        if isinstance(got, (tuple, list)) and len(got) and np.shape(got[0]) == wanted:
            return True
        return not isinstance(got, tuple) and np.shape(got) == wanted

    return Property(f"keep the shape of argument {argument + 1}", test)
