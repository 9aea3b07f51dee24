"""PyTorch networks that several chapters use, how to train and ask them, and weights on disk."""

from coursekit.models.files import CARD, load, pretrained, save
from coursekit.models.networks import GlyphNet, LectureCNN
from coursekit.models.running import accuracy, device, eval_mode, logits, parameters, step

__all__ = [
    "CARD",
    "GlyphNet",
    "LectureCNN",
    "accuracy",
    "device",
    "eval_mode",
    "load",
    "logits",
    "parameters",
    "pretrained",
    "save",
    "step",
]
