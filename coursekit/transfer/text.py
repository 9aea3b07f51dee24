"""Sentences as vectors: the mean of what a language model makes of each token."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from coursekit.models import eval_mode


def embed(
    texts: Sequence[str],
    tokenizer: Any,
    model: torch.nn.Module,
    layer: int = -1,
    *,
    size: int = 16,
    normalize: bool = True,
) -> npt.NDArray[np.float32]:
    """Return one vector a text: the mean over its tokens at a layer of the model, (n, d).

    Padding does not count. Nothing is trained and no gradient kept; the model computes in eval
    mode and is left as it was.

    Args:
        texts: the sentences; what is longer than the model reads is cut off.
        tokenizer: the model's tokenizer.
        model: a transformer of the Hugging Face libraries, such as `sentence_model` returns.
        layer: 0 is the sum of word and position vectors, before any attention; k is the output of
            the k-th block; -1 is the last.
        size: sentences in a batch; it changes speed and memory, not the result.
        normalize: scale each vector to length 1, so that a dot product is the cosine.

    Raises:
        TypeError: if texts is a single string, or an entry is no string.
        ValueError: if there is no text, or the model has no such layer.
    """
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise TypeError(f"texts must be a list of strings, got {texts!r:.80}")
    if not len(texts):
        raise ValueError("texts must hold at least one sentence")
    config: Any = model.config
    longest = min(tokenizer.model_max_length, getattr(config, "max_position_embeddings", 512))
    device, vectors = next(model.parameters()).device, []
    with torch.no_grad(), eval_mode(model):
        for start in range(0, len(texts), size):
            tokens = tokenizer(
                list(texts[start : start + size]),
                padding=True,
                truncation=True,
                max_length=longest,
                return_tensors="pt",
            ).to(device)
            hidden = model(**tokens, output_hidden_states=True).hidden_states
            if not -len(hidden) <= layer < len(hidden):
                raise ValueError(f"layer must be from 0 to {len(hidden) - 1} or -1, got {layer!r}")
            real = tokens["attention_mask"][:, :, None].to(hidden[layer].dtype)
            vectors.append((hidden[layer] * real).sum(1) / real.sum(1).clamp(min=1))
    result = torch.cat(vectors).float()
    if normalize:
        result = torch.nn.functional.normalize(result, dim=1)
    return result.cpu().numpy()
