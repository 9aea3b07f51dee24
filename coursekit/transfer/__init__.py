"""Start from what another network has learned: freeze it, give it a new head, fine-tune it.

`tuning` works on every torch.nn.Module, those of the Hugging Face libraries included; `hub` loads
models by name, and only when asked to; `text` turns sentences into vectors.
"""

from coursekit.transfer.hub import load, quiet, sentence_model
from coursekit.transfer.text import embed
from coursekit.transfer.tiny import tiny_sentence_model
from coursekit.transfer.tuning import (
    freeze,
    freeze_batchnorm,
    head_from_probe,
    layers,
    swap_head,
    unfreeze,
    unfreeze_gradually,
)

__all__ = [
    "embed",
    "freeze",
    "freeze_batchnorm",
    "head_from_probe",
    "layers",
    "load",
    "quiet",
    "sentence_model",
    "swap_head",
    "tiny_sentence_model",
    "unfreeze",
    "unfreeze_gradually",
]
