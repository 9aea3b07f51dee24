"""Answers that people give to the exercises of chapter 8, right and wrong, as code."""

import math

import numpy as np


def _crash(*_, **__):
    raise ZeroDivisionError("division by zero")


# -------------------------------------------------------------------------------- trainable


def _layer(name):
    return name.split(".")[0]


def _trainable_loop(shapes, frozen):
    count = 0
    for name, shape in shapes.items():
        if not any(name.startswith(layer + ".") for layer in frozen):
            count += int(np.prod(shape))
    return count


def _trainable_frozen(shapes, frozen):
    return sum(math.prod(s) for name, s in shapes.items() if _layer(name) in frozen)


def _trainable_all(shapes, frozen):
    return sum(math.prod(s) for s in shapes.values())


def _trainable_arrays(shapes, frozen):
    return sum(_layer(name) not in frozen for name in shapes)


def _trainable_sizes(shapes, frozen):
    return sum(sum(s) for name, s in shapes.items() if _layer(name) not in frozen)


def _trainable_first_letters(shapes, frozen):
    return sum(
        math.prod(s)
        for name, s in shapes.items()
        if not any(name.startswith(layer) for layer in frozen)
    )


def _trainable_list(shapes, frozen):
    return [math.prod(s) for name, s in shapes.items() if _layer(name) not in frozen]


# ------------------------------------------------------------------------ unfreeze_schedule


def _schedule_growing(layers):
    turns = []
    for layer in reversed(layers):
        turns.append([layer, *(turns[-1] if turns else [])])
    return turns


def _schedule_input(layers):
    return [list(layers[: k + 1]) for k in range(len(layers))]


def _schedule_single(layers):
    return [[layer] for layer in reversed(layers)]


def _schedule_all(layers):
    return [list(layers) for _ in layers]


def _schedule_turned(layers):
    return [list(layers[::-1][: k + 1]) for k in range(len(layers))]


def _schedule_short(layers):
    return [list(layers[-k:]) for k in range(1, len(layers))] or [list(layers)]


def _schedule_backwards(layers):
    return [list(layers[k:]) for k in range(len(layers))]


def _schedule_zero(layers):
    return [list(layers[-k:]) for k in range(len(layers))]


def _schedule_flat(layers):
    return list(layers)


# ------------------------------------------------------------------------------------ moved


def _moved_keys(before, after):
    return list(dict.fromkeys(_layer(n) for n in before if not np.array_equal(before[n], after[n])))


def _moved_close(before, after):
    changed = [n for n in before if not np.allclose(before[n], after[n])]
    return list(dict.fromkeys(_layer(n) for n in changed))


def _moved_close_set(before, after):
    return sorted(set(_moved_close(before, after)))


def _moved_arrays(before, after):
    return [name for name in before if (before[name] != after[name]).any()]


def _moved_stayed(before, after):
    gone = _moved_keys(before, after)
    return list(dict.fromkeys(_layer(name) for name in before if _layer(name) not in gone))


def _moved_every_array(before, after):
    layers = dict.fromkeys(_layer(name) for name in before)
    return [
        layer
        for layer in layers
        if all((before[n] != after[n]).any() for n in before if _layer(n) == layer)
    ]


def _moved_every_number(before, after):
    layers = dict.fromkeys(_layer(name) for name in before)
    return [
        layer
        for layer in layers
        if all((before[n] != after[n]).all() for n in before if _layer(n) == layer)
    ]


def _moved_twice(before, after):
    return [_layer(name) for name in _moved_arrays(before, after)]


def _moved_sums(before, after):
    changed = [n for n in before if np.sum(before[n]) != np.sum(after[n])]
    return list(dict.fromkeys(_layer(n) for n in changed))


def _moved_count(before, after):
    return len(_moved_keys(before, after))


# -------------------------------------------------------------------------------- mean_pool


def _pool_loop(states, mask):
    return [
        np.mean([s for s, m in zip(sentence, row, strict=True) if m], axis=0)
        for sentence, row in zip(states, mask, strict=True)
    ]


def _pool_einsum(states, mask):
    return np.einsum("ntd,nt->nd", states, mask) / mask.sum(axis=1, keepdims=True)


def _pool_padding(states, mask):
    return states.mean(axis=1)


def _pool_all(states, mask):
    return (states * mask[:, :, None]).mean(axis=1)


def _pool_adds(states, mask):
    return (states * mask[:, :, None]).sum(axis=1)


def _pool_first(states, mask):
    return states[:, 0]


def _pool_sentences(states, mask):
    return states.mean(axis=0)


def _pool_places(states, mask):
    return [s[: int(m.sum())].mean(axis=0) for s, m in zip(states, mask, strict=True)]


def _pool_one(states, mask):
    return float(states.mean())


# ------------------------------------------------------------------------------------ top_k


def _cosines(query, vectors):
    return vectors @ query / np.linalg.norm(vectors, axis=1) / np.linalg.norm(query)


def _top_sorted(query, vectors, k):
    scores = [float(v @ query) / math.sqrt(float(v @ v)) for v in vectors]
    return sorted(range(len(vectors)), key=lambda i: scores[i], reverse=True)[:k]


def _top_no_length(query, vectors, k):
    return np.argsort(-(vectors @ query))[:k]


def _top_worst(query, vectors, k):
    return np.argsort(_cosines(query, vectors))[:k]


def _top_ascending(query, vectors, k):
    return np.argsort(_cosines(query, vectors))[-k:]


def _top_distance(query, vectors, k):
    return np.argsort(np.linalg.norm(vectors - query, axis=1))[:k]


def _top_scores(query, vectors, k):
    return np.sort(_cosines(query, vectors))[::-1][:k]


def _top_best(query, vectors, k):
    return int(np.argmax(_cosines(query, vectors)))


# ----------------------------------------------------------------------------- lora_forward


def _lora_two_steps(x, W, A, B, alpha):
    return x @ W.T + (x @ A.T) @ B.T * (alpha / len(A))


def _lora_unscaled(x, W, A, B, alpha):
    return x @ (W + B @ A).T


def _lora_alpha(x, W, A, B, alpha):
    return x @ (W + alpha * B @ A).T


def _lora_width(x, W, A, B, alpha):
    return x @ (W + alpha / A.shape[1] * B @ A).T


def _lora_swapped(x, W, A, B, alpha):
    return x @ (W + alpha / len(A) * A @ B).T


def _lora_update(x, W, A, B, alpha):
    return x @ (alpha / len(A) * B @ A).T


def _lora_plain(x, W, A, B, alpha):
    return x @ (W + alpha / len(A) * B @ A)


def _lora_weight(x, W, A, B, alpha):
    return W + alpha / len(A) * B @ A


# ----------------------------------------------------------------------------------- decide


def _decide_loop(answers, threshold):
    words = []
    for answer in answers:
        label, score = "unsure", 0.0
        for a in answer:
            if a["score"] >= threshold and a["score"] > score:
                label, score = a["label"], a["score"]
        words.append(label)
    return words


def _decide_by(pick, keep, say):
    def decide(answers, threshold):
        chosen = [pick(answer) for answer in answers]
        return [say(a) if keep(a["score"], threshold) else "unsure" for a in chosen]

    return decide


def _score(answer):
    return answer["score"]


def _best(answer):
    return max(answer, key=_score)


def _label(answer):
    return answer["label"]


def _enough(score, threshold):
    return score >= threshold


def _decide_one(answers, threshold):
    return "unsure"


ANSWERS = {
    "transfer.trainable": {
        "also_right": [_trainable_loop],
        "mistakes": {
            "counts frozen": _trainable_frozen,
            "counts all": _trainable_all,
            "counts arrays": _trainable_arrays,
            "adds sizes": _trainable_sizes,
            "first letters": _trainable_first_letters,
        },
        "crash": _crash,
        "wrong_shape": _trainable_list,
    },
    "transfer.unfreeze_schedule": {
        "also_right": [_schedule_growing],
        "mistakes": {
            "from the input": _schedule_input,
            "one at a time": _schedule_single,
            "all at once": _schedule_all,
            "turned round": _schedule_turned,
            "no last turn": _schedule_short,
            "last turn first": _schedule_backwards,
            "counts from zero": _schedule_zero,
        },
        "crash": _crash,
        "wrong_shape": _schedule_flat,
    },
    "transfer.moved": {
        "also_right": [_moved_keys],
        "mistakes": {
            "names of arrays": _moved_arrays,
            "those that stayed": _moved_stayed,
            "every array": _moved_every_array,
            "every number": _moved_every_number,
            "comes twice": _moved_twice,
            "alphabetical": lambda before, after: sorted(_moved_keys(before, after)),
            "rounds": [_moved_close, _moved_close_set],
            "compares sums": _moved_sums,
        },
        "crash": _crash,
        "wrong_shape": _moved_count,
    },
    "transfer.mean_pool": {
        "also_right": [_pool_loop, _pool_einsum],
        "mistakes": {
            "counts padding": _pool_padding,
            "divides by all": _pool_all,
            "adds only": _pool_adds,
            "first token": _pool_first,
            "mean of sentences": _pool_sentences,
            "first places": _pool_places,
        },
        "crash": _crash,
        "wrong_shape": _pool_one,
    },
    "transfer.top_k": {
        "also_right": [_top_sorted],
        "mistakes": {
            "no length": _top_no_length,
            "worst first": _top_worst,
            "ascending": _top_ascending,
            "distance": _top_distance,
            "scores": _top_scores,
        },
        "crash": _crash,
        "wrong_shape": _top_best,
    },
    "transfer.lora_forward": {
        "also_right": [_lora_two_steps],
        "mistakes": {
            "forgets the scale": _lora_unscaled,
            "alpha only": _lora_alpha,
            "divides by the width": _lora_width,
            "A and B swapped": _lora_swapped,
            "only the update": _lora_update,
            "not transposed": _lora_plain,
        },
        "crash": _crash,
        "wrong_shape": _lora_weight,
    },
    "transfer.decide": {
        "also_right": [_decide_loop],
        "mistakes": {
            "takes the first": _decide_by(lambda answer: answer[0], _enough, _label),
            "always answers": _decide_by(_best, lambda *_: True, _label),
            "scores": _decide_by(_best, _enough, _score),
            "least sure": _decide_by(lambda answer: min(answer, key=_score), _enough, _label),
            "more than": _decide_by(_best, lambda score, limit: score > limit, _label),
        },
        "crash": _crash,
        "wrong_shape": _decide_one,
    },
}
