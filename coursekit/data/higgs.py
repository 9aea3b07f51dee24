"""HIGGS, the real thing: simulated collisions of the Large Hadron Collider, on request only.

Data: Baldi, Sadowski and Whiteson (2014), Searching for Exotic Particles in High-Energy Physics
with Deep Learning, doi:10.1038/ncomms5308; a part of it is number 23512 of OpenML.
"""

import warnings
from pathlib import Path

import numpy as np

from coursekit.data.collider import Events
from coursekit.validate import folder

NUMBER = 23512  # of the data set on OpenML
WIDTHS = (21, 7)  # raw and computed features; the names of the computed ones begin with m_
OFFLINE = "data.collider() makes toy events without a network"


def higgs(root: str | Path) -> Events:
    """Return the HIGGS events: low is (n, 21), high is (n, 7), y is 1 for signal.

    Files that scikit-learn laid into the folder before are used again; else they are fetched.
    OpenML's checksum is compared each time, so half a file is never taken for the whole.
    Missing values arrive as NaN.

    Args:
        root: the folder for the files; made if it does not exist.

    Raises:
        ConnectionError: if there is no whole copy in the folder and OpenML does not answer.
        ValueError: if what came is broken or is not HIGGS.
    """
    folder(root)
    from sklearn.datasets import fetch_openml

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a broken file is fetched again, or refused below
            found = fetch_openml(
                data_id=NUMBER, data_home=str(root), as_frame=False, parser="liac-arff", n_retries=1
            )
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise ConnectionError(
            f"no whole copy of HIGGS in {root}, and OpenML does not answer ({reason}): {OFFLINE}"
        ) from error
    except (ValueError, KeyError, EOFError) as error:
        raise ValueError(
            f"the copy of HIGGS in {root} is broken: delete the folder and try again; {OFFLINE}"
        ) from error
    computed = np.array([name.startswith("m_") for name in found.feature_names])
    labels = np.asarray(found.target, dtype=str)
    if (sum(~computed), sum(computed)) != WIDTHS or set(labels) != {"0", "1"}:
        raise ValueError(
            f"HIGGS has {WIDTHS[0]} raw and {WIDTHS[1]} computed features and the classes 0 and 1, "
            f"got {sum(~computed)}, {sum(computed)} and {sorted(set(labels))} in {root}"
        )
    X = np.asarray(found.data, dtype=float)
    return Events(X[:, ~computed], X[:, computed], (labels == "1").astype(float))
