"""A tiny transformer with random weights and a tokenizer of a few words, for tests."""

import torch
import transformers

SENTENCES = ["the soup was cold", "a good song", "what a very good film , what a film"]
WORDS = sorted(set(" ".join(SENTENCES).split()))
SMALL = {
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 12,
}


def tokenizer():
    """Return a tokenizer that knows the words of the three sentences."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocabulary = {word: k for k, word in enumerate(["[PAD]", "[UNK]", *WORDS])}
    splitter = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    splitter.pre_tokenizer = pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=splitter, pad_token="[PAD]", unk_token="[UNK]"
    )


def bert(kind: str = "BertModel", **options):
    """Return a tiny transformer with random weights."""
    torch.manual_seed(0)
    config = transformers.BertConfig(vocab_size=len(WORDS) + 2, **SMALL, **options)
    return getattr(transformers, kind)(config).eval()
