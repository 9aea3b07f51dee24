"""Weights on disk, as safetensors: numbers and names only, so that loading runs no code."""

from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as as_bytes
from torch import nn

from coursekit.models.networks import GlyphNet

CHECKPOINT = Path(__file__).with_name("glyphnet.safetensors")
CARD = Path(__file__).with_name("glyphnet.md")
Model = TypeVar("Model", bound=nn.Module)


def save(model: nn.Module, path: str | Path) -> None:
    """Write the weights and the running statistics of the model into a file."""
    state = {name: value.cpu().contiguous() for name, value in model.state_dict().items()}
    Path(path).write_bytes(as_bytes(state))


def load(model: Model, path: str | Path) -> Model:
    """Fill the model with the weights of a file, and return it; its device and precision stay.

    Raises:
        FileNotFoundError: if there is no file.
        ValueError: if it is no safetensors file, is cut, or its names or shapes are not the
            model's; the model is then as it was.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"no file of weights at {str(path)!r}")
    try:
        saved = load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{str(path)!r} is no whole safetensors file: {error}") from error
    own = model.state_dict()
    faults = [f"{name} is missing" for name in own if name not in saved]
    faults += [f"{name} is not in the model" for name in saved if name not in own]
    faults += [
        f"{name} is {tuple(saved[name].shape)} in the file and {tuple(value.shape)} in the model"
        for name, value in own.items()
        if name in saved and saved[name].shape != value.shape
    ]
    if faults:
        raise ValueError(f"{str(path)!r} does not fit {type(model).__name__}: {'; '.join(faults)}")
    model.load_state_dict(saved)
    return model


def pretrained() -> GlyphNet:
    """Return the network that has learnt the 52 letters of `data.glyphs`, in evaluation mode.

    What it was trained on, how good it is and how to make it again: see the card, `models.CARD`.
    It is on the CPU and in float32; the random generator is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        network = GlyphNet()
    return load(network, CHECKPOINT).eval()
