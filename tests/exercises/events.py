"""Answers that people give to the exercises of the lab on events, right and wrong, as code."""

from itertools import pairwise

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler


def _crash(*args):
    return 1 / 0


# ----------------------------------------------------------------------------------- inputs


def _inputs_search(count):
    widths = (300, 150, 100, 50, 1)
    for d in range(2000):
        sizes = (d, *widths)
        if sum((a + 1) * b for a, b in pairwise(sizes)) == count:
            return d
    return None


# ------------------------------------------------------------------------------------ scale


def _by(X, reference, ddof=0):
    return (X - reference.mean(axis=0)) / reference.std(axis=0, ddof=ddof)


def _scale_sklearn(X_train, X_new):
    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train), scaler.transform(X_new)


def _scale_all(X_train, X_new):
    both = np.vstack([X_train, X_new])
    return _by(X_train, both), _by(X_new, both)


def _scale_each(X_train, X_new):
    return _by(X_train, X_train), _by(X_new, X_new)


def _scale_whole(X_train, X_new):
    mean, spread = X_train.mean(), X_train.std()
    return (X_train - mean) / spread, (X_new - mean) / spread


def _scale_centred(X_train, X_new):
    mean = X_train.mean(axis=0)
    return X_train - mean, X_new - mean


def _scale_sample(X_train, X_new):
    return _by(X_train, X_train, 1), _by(X_new, X_train, 1)


def _scale_spread(X_train, X_new):
    return X_train / X_train.std(axis=0), X_new / X_train.std(axis=0)


def _scale_variance(X_train, X_new):
    mean, variance = X_train.mean(axis=0), X_train.var(axis=0)
    return (X_train - mean) / variance, (X_new - mean) / variance


def _scale_brackets(X_train, X_new):
    mean, spread = X_train.mean(axis=0), X_train.std(axis=0)
    return X_train - mean / spread, X_new - mean / spread


def _scale_events(X_train, X_new):
    mean, spread = X_train.mean(axis=1), X_train.std(axis=1) + 1e-12
    return (X_train - mean) / spread, (X_new - mean) / spread


# ---------------------------------------------------------------------------------- metrics


def _share(part, whole):
    return part / whole if whole else 0.0


def _metrics(tp, fp, fn, tn):
    precision, recall = _share(tp, tp + fp), _share(tp, tp + fn)
    f1 = _share(2 * precision * recall, precision + recall)
    return (tp + tn) / (tp + fp + fn + tn), precision, recall, f1


def _metrics_swapped(tp, fp, fn, tn):
    accuracy, precision, recall, f1 = _metrics(tp, fp, fn, tn)
    return accuracy, recall, precision, f1


def _metrics_mean(tp, fp, fn, tn):
    accuracy, precision, recall, _ = _metrics(tp, fp, fn, tn)
    return accuracy, precision, recall, (precision + recall) / 2


def _metrics_half(tp, fp, fn, tn):
    return tp / (tp + fp + fn + tn), *_metrics(tp, fp, fn, tn)[1:]


def _metrics_specificity(tp, fp, fn, tn):
    accuracy, precision, _, _ = _metrics(tp, fp, fn, tn)
    other = _share(tn, tn + fp)
    return accuracy, precision, other, _share(2 * precision * other, precision + other)


def _metrics_no_two(tp, fp, fn, tn):
    accuracy, precision, recall, f1 = _metrics(tp, fp, fn, tn)
    return accuracy, precision, recall, f1 / 2


def _metrics_errors(tp, fp, fn, tn):
    accuracy, *others = _metrics(tp, fp, fn, tn)
    return 1 - accuracy, *others


def _metrics_empty(tp, fp, fn, tn):
    accuracy, _, _, f1 = _metrics(tp, fp, fn, tn)
    return accuracy, tp / (tp + fp) if tp + fp else 1, tp / (tp + fn) if tp + fn else 1, f1


def _metrics_empty_harmonic(tp, fp, fn, tn):
    accuracy, precision, recall, _ = _metrics_empty(tp, fp, fn, tn)
    return accuracy, precision, recall, _share(2 * precision * recall, precision + recall)


# -------------------------------------------------------------------------------------- auc


def _auc_loop(y, z, tie=0.5):
    won = pairs = 0
    for a, label in zip(z, y, strict=True):
        for b, other in zip(z, y, strict=True):
            if label == 1 and other == 0:
                pairs += 1
                won += 1 if a > b else tie if a == b else 0
    return won / pairs


def _auc_count(y, z):
    return _auc_loop(y, z) * np.sum(y == 1) * np.sum(y == 0)


def _auc_rows(y, z):
    return (z[y == 1][:, None] > z[y == 0]).mean(axis=1)


# ------------------------------------------------------------------------------------ debug


def _debug(table, cut, features=slice(2, None), scaler="train", labels=False, common=True, one=""):
    X, y = table[:, features], table[cut:, 1]
    reference = {"train": X[:cut], "all": X, "new": X[cut:]}.get(scaler)
    new = X[cut:] if reference is None else _by(X[cut:], reference)
    z = new.sum(axis=1)
    edges = np.histogram_bin_edges(z if common else z[y == 1], 5)
    return {
        "X": new,
        "auc": roc_auc_score(y, z > 0 if labels else z),
        "signal": np.histogram(z[y == 1], edges)[0],
        "background": np.histogram(z[y == 0], edges)[0],
        "names": {0: "background", 1: one or "signal"},
    }


def _with(**slip):
    return lambda table, cut: _debug(table, cut, **slip)


ALL = {"features": slice(2, -1), "scaler": None, "labels": True, "common": False, "one": "Fraud"}

ANSWERS = {
    "events.inputs": {
        "also_right": [_inputs_search, lambda count: (count - 65_351) / 300 - 1],
        "mistakes": {
            "first biases": lambda count: (count - 65_351) // 300,
            "no biases": lambda count: (count - 65_050) // 300,
        },
        "crash": _crash,
        "wrong_shape": lambda count: [count],
    },
    "events.scale": {
        "also_right": [_scale_sklearn],
        "mistakes": {
            "fitted on everything": _scale_all,
            "each by itself": _scale_each,
            "one mean for all": _scale_whole,
            "not divided": _scale_centred,
            "n - 1": _scale_sample,
            "not centred": _scale_spread,
            "variance": _scale_variance,
            "brackets": _scale_brackets,
            "by event": _scale_events,
        },
        "crash": _crash,
        "wrong_shape": lambda X_train, X_new: _by(X_new, X_train),
    },
    "events.metrics": {
        "also_right": [_metrics],
        "mistakes": {
            "swapped": _metrics_swapped,
            "plain mean": _metrics_mean,
            "background forgotten": _metrics_half,
            "the other recall": _metrics_specificity,
            "2 forgotten": _metrics_no_two,
            "the errors": _metrics_errors,
            "perfect when empty": [_metrics_empty, _metrics_empty_harmonic],
        },
        "crash": _crash,
        "wrong_shape": lambda tp, fp, fn, tn: _metrics(tp, fp, fn, tn)[:3],
    },
    "events.auc": {
        "also_right": [_auc_loop, roc_auc_score],
        "mistakes": {
            "labels, not scores": lambda y, z: roc_auc_score(y, z > 0),
            "upside down": lambda y, z: roc_auc_score(1 - y, z),
            "ties lost": lambda y, z: _auc_loop(y, z, tie=0),
            "ties won": lambda y, z: _auc_loop(y, z, tie=1),
            "not a share": _auc_count,
            "all events squared": lambda y, z: _auc_count(y, z) / len(y) ** 2,
        },
        "crash": _crash,
        "wrong_shape": _auc_rows,
    },
    "events.debug": {
        "also_right": [_debug],
        "mistakes": {
            "a feature lost": [_with(features=slice(2, -1)), _with(**ALL)],
            "never scaled": [_with(scaler=None), _with(**ALL | {"features": slice(2, None)})],
            "scaler has seen": [_with(scaler="all"), _with(scaler="new")],
            "labels, not scores": [
                _with(labels=True),
                _with(labels=True, common=False, one="Fraud"),
            ],
            "bins of the signal": [_with(common=False), _with(common=False, one="Fraud")],
            "names of another task": _with(one="Fraud"),
        },
        "crash": _crash,
        "wrong_shape": lambda table, cut: _debug(table, cut)["X"],
    },
}

SURVIVORS = {
    "events.inputs": {
        "return (count - 65651) // 300 -> return (count - 65650) // 300": "each count that such a "
        "network can have is 65,651 plus a multiple of 300, and the division rounds down",
    },
}
