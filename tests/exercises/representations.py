"""Answers that people give to the exercises of chapter 7, right and wrong, as code."""

import numpy as np


def _crash(*_, **__):
    raise ZeroDivisionError("division by zero")


# ------------------------------------------------------------------------------ read_layers


def _pass(net, x):
    import torch

    with torch.no_grad():
        return net(torch.tensor(x, dtype=torch.float32))


def _read_by_walking(net, x, names):
    import torch

    seen, a = {}, torch.tensor(x, dtype=torch.float32)
    with torch.no_grad():
        for name, layer in net.named_children():
            a = layer(a)
            if name in names:
                seen[name] = a.numpy().copy()
    return seen


def _read(late=False, inputs=False, copy=True, remove=True):
    def read_layers(net, x, names):
        seen, handles = {}, []
        for name in names:

            def hook(layer, args, output, name=names[-1] if late else name):
                value = (args[0] if inputs else output).detach().numpy()
                seen[name] = value.copy() if copy else value

            handles.append(dict(net.named_modules())[name].register_forward_hook(hook))
        _pass(net, x)
        for handle in handles if remove else ():
            handle.remove()
        return seen

    return read_layers


def _read_list(net, x, names):
    return list(_read()(net, x, names).values())


# -------------------------------------------------------------------------------------- pca


def _flip(Z):
    return Z * np.sign(Z[np.abs(Z).argmax(axis=0), np.arange(Z.shape[1])])


def _pca_eigen(X, k):
    centred = X - X.mean(axis=0)
    vectors = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :k]
    return _flip(centred @ vectors)


def _pca_scores(X, k):
    U, S, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return _flip((U * S)[:, :k])


def _pca_uncentred(X, k):
    return _flip(X @ np.linalg.svd(X, full_matrices=False)[2][:k].T)


def _pca_one_mean(X, k):
    centred = X - X.mean()
    return _flip(centred @ np.linalg.svd(centred, full_matrices=False)[2][:k].T)


def _pca_not_transposed(X, k):
    centred = X - X.mean(axis=0)
    return _flip(centred @ np.linalg.svd(centred, full_matrices=False)[2][:, :k])


def _pca_row_mean(X, k):
    centred = X - X.mean(axis=1, keepdims=True)
    return _flip(centred @ np.linalg.svd(centred, full_matrices=False)[2][:k].T)


def _pca_directions(X, k):
    return _flip(np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2][:k].T)


def _pca_unit(X, k):
    return _flip(np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[0][:, :k])


def _pca_columns(X, k):
    return _flip((X - X.mean(axis=0))[:, :k])


def _pca_last(X, k):
    centred = X - X.mean(axis=0)
    return _flip(centred @ np.linalg.eigh(centred.T @ centred)[1][:, :k])


def _pca_no_sign(X, k):
    return -_pca_scores(X, k)


def _pca_one(X, k):
    return -_pca_scores(X, k)[:, 0]


# ----------------------------------------------------------------------------- knn_accuracy


def _knn(others=True, sign=1, only_one=False, average=False, share=False, power=2, largest=False):
    def knn_accuracy(F, y, k):
        right = []
        for i in range(len(F)):
            d = sign * (np.abs(F - F[i]) ** power).sum(axis=1)
            rows = [j for j in np.argsort(d, kind="stable") if j != i or not others]
            rows = rows[: 1 if only_one else k]
            counts = np.bincount(y[rows], minlength=y.max() + 1)
            vote = round(y[rows].mean()) if average else counts.argmax()
            vote = np.flatnonzero(counts == counts.max())[-1] if largest else vote
            right.append(counts[y[i]] / len(rows) if share else vote == y[i])
        return float(np.mean(right))

    return knn_accuracy


def _knn_each(F, y, k):
    return np.array([_knn()(F, y, k)] * len(F))


# ----------------------------------------------------------------------------------- ascend


def _ascend(sign=1, cut="each", one=False):
    def ascend(gradient, x, lr, steps):
        for _ in range(1 if one else steps):
            x = x + sign * lr * gradient(x)
            x = np.clip(x, 0, 1) if cut == "each" else x
        return np.clip(x, 0, 1) if cut == "end" else x

    return ascend


def _ascend_other_style(gradient, x, lr, steps):
    image = np.array(x)
    while steps > 0:
        image = np.minimum(np.maximum(image + lr * np.asarray(gradient(image)), 0.0), 1.0)
        steps -= 1
    return image.tolist()


def _ascend_old_slope(gradient, x, lr, steps):
    slope = gradient(x)
    for _ in range(steps):
        x = np.clip(x + lr * slope, 0, 1)
    return x


def _ascend_in_place(gradient, x, lr, steps):
    for _ in range(steps):
        x += lr * gradient(x)
        np.clip(x, 0, 1, out=x)
    return x


def _ascend_path(gradient, x, lr, steps):
    return [_ascend()(gradient, x, lr, k) for k in range(steps + 2)]


# --------------------------------------------------------------------------------- saliency


def _saliency_torch(W1, b1, W2, x, c):
    import torch

    W1, b1, W2, x = (torch.tensor(a, dtype=torch.float64) for a in (W1, b1, W2, x))
    x.requires_grad_()
    (W2[c] @ torch.relu(W1 @ x + b1)).backward()
    return x.grad.abs().numpy()


def _saliency_loops(W1, b1, W2, x, c):
    slope = [0.0] * len(x)
    for unit, weights in enumerate(W1):
        if weights @ x + b1[unit] > 0:
            slope = [s + W2[c, unit] * w for s, w in zip(slope, weights, strict=True)]
    return [abs(s) for s in slope]


def _saliency(size=True, gate="relu", row=None, times=False):
    def saliency(W1, b1, W2, x, c):
        units = W1 @ x + b1
        gate_values = {"relu": units > 0, "none": np.ones(len(units)), "value": units.clip(0)}
        above = W2.sum(axis=0) if row == "all" else W2[c]
        slope = (above * gate_values[gate]) @ W1
        slope = slope * x if times else slope
        return np.abs(slope) if size else slope

    return saliency


def _saliency_early(W1, b1, W2, x, c):
    return np.abs(W2[c] * (W1 @ x + b1 > 0)) @ np.abs(W1)


def _saliency_one(W1, b1, W2, x, c):
    return float(_saliency()(W1, b1, W2, x, c).sum())


# --------------------------------------------------------------------------------- grad_cam


def _cam_loops(A, G):
    total = np.zeros(A.shape[1:])
    for maps, slopes in zip(A, G, strict=True):
        total += slopes.sum() / slopes.size * maps
    return np.where(total > 0, total, 0)


def _cam_einsum(A, G):
    return np.einsum("k,kij->ij", G.mean((1, 2)), A).clip(min=0)


def _cam_no_relu(A, G):
    return np.einsum("k,kij->ij", G.mean((1, 2)), A)


def _cam_relu_first(A, G):
    return (G.mean((1, 2), keepdims=True) * A).clip(min=0).sum(axis=0)


def _cam_relu_weights(A, G):
    return (G.mean((1, 2), keepdims=True).clip(min=0) * A).sum(axis=0)


def _cam_axes(A, G):
    return (G.mean(axis=0) * A).sum(axis=0).clip(min=0)


def _cam_product(A, G):
    return (G * A).sum(axis=0).clip(min=0)


def _cam_sum(A, G):
    return np.einsum("k,kij->ij", G.sum((1, 2)), A).clip(min=0)


def _cam_swapped(A, G):
    return np.einsum("k,kij->ij", A.mean((1, 2)), G).clip(min=0)


def _cam_maps(A, G):
    return (G.mean((1, 2), keepdims=True) * A).clip(min=0)


ANSWERS = {
    "representations.read_layers": {
        "also_right": [_read(), _read_by_walking],
        "mistakes": {
            "late name": _read(late=True),
            "inputs": _read(inputs=True),
            "overwritten": _read(copy=False),
            "hook kept": _read(remove=False),
        },
        "crash": _crash,
        "wrong_shape": _read_list,
    },
    "representations.pca": {
        "also_right": [_pca_eigen, _pca_scores],
        "mistakes": {
            "not centred": _pca_uncentred,
            "one mean": _pca_one_mean,
            "not transposed": _pca_not_transposed,
            "row means": _pca_row_mean,
            "directions": _pca_directions,
            "unit lengths": _pca_unit,
            "columns": _pca_columns,
            "least spread": _pca_last,
            "sign": _pca_no_sign,
        },
        "crash": _crash,
        "wrong_shape": _pca_one,
    },
    "representations.reading": {
        "also_right": [{"groups": "no", "neighbours": "yes", "far": "no", "tight": "no"}],
        "mistakes": {
            "widths": {"tight": "yes", "far": "no", "neighbours": "yes", "groups": "no"},
            "gaps": {"tight": "no", "far": "yes", "neighbours": "yes", "groups": "no"},
            "heaps": {"tight": "no", "far": "no", "neighbours": "yes", "groups": "yes"},
            "nothing": {"tight": "no", "far": "no", "neighbours": "no", "groups": "no"},
            "other words": {"tight": "No", "far": "No", "neighbours": "Yes", "groups": "No"},
            "everything": {"tight": "yes", "far": "yes", "neighbours": "yes", "groups": "yes"},
        },
    },
    "representations.knn_accuracy": {
        "also_right": [_knn()],
        "mistakes": {
            "itself": _knn(others=False),
            "farthest": _knn(sign=-1),
            "one neighbour": _knn(only_one=True),
            "largest": _knn(largest=True),
            "city block": _knn(power=1),
            "average": _knn(average=True),
            "shares": _knn(share=True),
        },
        "crash": _crash,
        "wrong_shape": _knn_each,
    },
    "representations.ascend": {
        "also_right": [_ascend(), _ascend_other_style],
        "mistakes": {
            "downhill": _ascend(sign=-1),
            "never cut off": _ascend(cut="never"),
            "cut off at the end": _ascend(cut="end"),
            "one step": _ascend(one=True),
            "old slope": _ascend_old_slope,
            "works in place": _ascend_in_place,
        },
        "crash": _crash,
        "wrong_shape": _ascend_path,
    },
    "representations.saliency": {
        "also_right": [_saliency_torch, _saliency_loops],
        "mistakes": {
            "sign": _saliency(size=False),
            "size too early": _saliency_early,
            "no ReLU": _saliency(gate="none"),
            "values": _saliency(gate="value"),
            "all classes": _saliency(row="all"),
            "times input": _saliency(times=True),
        },
        "crash": _crash,
        "wrong_shape": _saliency_one,
    },
    "representations.grad_cam": {
        "also_right": [_cam_loops, _cam_einsum],
        "mistakes": {
            "no ReLU": _cam_no_relu,
            "ReLU too early": [_cam_relu_first, _cam_relu_weights],
            "wrong axes": _cam_axes,
            "no mean": _cam_product,
            "sum": _cam_sum,
            "exchanged": _cam_swapped,
        },
        "crash": _crash,
        "wrong_shape": _cam_maps,
    },
}


SURVIVORS = {
    "representations.pca": {
        "return Z * np.sign(Z[largest, np.arange(k)]) -> "
        "return Z / np.sign(Z[largest, np.arange(k)])": "a sign is 1 or -1: the same function",
    },
    "representations.ascend": {
        "x = np.clip(x + lr * gradient(x), 0, 1) -> x = np.clip(0, x + lr * gradient(x), 1)": (
            "0 raised to x, then cut off at 1: the same number"
        ),
    },
    "representations.grad_cam": {
        "return np.maximum((weights * A).sum(axis=0), 0) -> "
        "return np.maximum(0, (weights * A).sum(axis=0))": "the larger of the same two numbers",
    },
}
