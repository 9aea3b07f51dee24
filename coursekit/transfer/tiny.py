"""A stand-in for a pretrained language model: tiny, and trained here on a few sentences."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from coursekit.validate import at_least

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def tiny_sentence_model(
    texts: Sequence[str], *, epochs: int = 10, seed: int = 0
) -> tuple[Any, Any]:
    """Return a tokenizer and a BERT of two blocks that has learnt to guess hidden words.

    It takes the place of `sentence_model` where that one is missing: everything that works on the
    one works on the other. It has read nothing but the texts, so its vectors know little.

    Args:
        texts: what it reads; a few hundred sentences take some seconds.
        epochs: passes over the texts, at least 1.
        seed: of the weights, the order and the words that are hidden.

    Raises:
        TypeError: if texts is a single string.
        ValueError: if there is no text, or epochs is below 1.
    """
    if isinstance(texts, str):
        raise TypeError(f"texts must be a list of strings, got {texts!r:.80}")
    if not len(texts):
        raise ValueError("texts must hold at least one sentence")
    at_least(epochs, 1, "epochs")
    from transformers import BertConfig, BertForMaskedLM

    tokenizer = _tokenizer(texts)
    sizes: dict[str, Any] = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2}
    config = BertConfig(vocab_size=len(tokenizer), num_attention_heads=2, **sizes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BertForMaskedLM(config)
        _learn(model, tokenizer, list(texts), epochs, np.random.default_rng(seed))
    return tokenizer, model.bert.eval()  # type: ignore[no-untyped-call]


def _tokenizer(texts: Sequence[str]) -> Any:
    """Return a tokenizer that knows every letter and the 800 most frequent words of the texts."""
    from tokenizers import BertWordPieceTokenizer
    from transformers import PreTrainedTokenizerFast

    text: str = BertWordPieceTokenizer().normalizer.normalize_str(" ".join(texts))
    words = Counter(re.findall(r"\w+|[^\w\s]", text))
    letters = sorted(set("".join(words)))
    frequent = sorted(words, key=lambda word: (-words[word], word))[:800]
    inside = [f"##{letter}" for letter in letters]  # letters that go on without a space
    vocabulary = dict.fromkeys([*SPECIAL, *letters, *inside, *frequent])
    pieces = BertWordPieceTokenizer({piece: k for k, piece in enumerate(vocabulary)})
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=pieces._tokenizer,
        model_max_length=512,
        unk_token="[UNK]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        mask_token="[MASK]",
    )


def _learn(
    model: torch.nn.Module, tokenizer: Any, texts: list[str], epochs: int, rng: np.random.Generator
) -> None:
    """Hide 15 % of the tokens and let the model guess them."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for _ in range(epochs):
        order = rng.permutation(len(texts))
        for start in range(0, len(texts), 32):
            batch = [texts[k] for k in order[start : start + 32]]
            tokens = tokenizer(batch, padding=True, truncation=True, return_tensors="pt")
            ids = tokens["input_ids"]
            hidden = torch.as_tensor(rng.random(ids.shape) < 0.15) & (ids >= len(SPECIAL))
            if not hidden.any():
                continue
            tokens["labels"] = ids.masked_fill(~hidden, -100)
            tokens["input_ids"] = ids.masked_fill(hidden, tokenizer.mask_token_id)
            optimizer.zero_grad()
            model(**tokens).loss.backward()
            optimizer.step()
