"""The cell of chapter 7 that asks AlexNet, with weights laid out as torchvision keeps its own."""

import ast
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
import torch
from torchvision.models import AlexNet_Weights, alexnet

from coursekit import models, plotting, representations

CHAPTER = Path(__file__).parents[1] / "book" / "07_representations.ipynb"


def source() -> str:
    """Return the code of the cell, which no build runs."""
    cells = nbformat.read(CHAPTER, as_version=4).cells
    (cell,) = [cell for cell in cells if cell.id == "large-alexnet"]
    assert {"slow", "nbval-skip", "skip-execution"} <= set(cell.metadata.tags)
    return cell.source


def repeating(weights: torch.Tensor) -> torch.Tensor:
    """Return weights of that shape and size whose file is short: each row is the last, shifted."""
    rows = weights.flatten(1)
    n, d = rows.shape
    base = (torch.rand(n + d, generator=torch.Generator().manual_seed(0)) - 0.5) * 4 / d**0.5
    return base.as_strided((n, d), (1, 1))


@pytest.fixture
def hub(tmp_path, monkeypatch) -> Path:
    """Return a folder where torchvision finds a small file of AlexNet's name and shapes."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", _no_network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        state = alexnet().state_dict()
    state = {k: repeating(v) if v.ndim == 2 else v for k, v in state.items()}
    file = tmp_path / "hub" / "checkpoints" / AlexNet_Weights.DEFAULT.url.rpartition("/")[2]
    file.parent.mkdir(parents=True)
    torch.save(state, file)
    return file


def _no_network(*args: object, **kwargs: object) -> None:
    raise OSError("no network in a test")


def test_the_cell_asks_alexnet_about_two_photographs(hub, capsys):
    """Two answers are categories, the vector is the lecture's 4096, the maps are the photos'."""
    space = {
        "torch": torch, "plt": plt, "models": models,
        "plotting": plotting, "representations": representations,
    }  # fmt: skip
    exec(source(), space)
    plt.close("all")

    known = AlexNet_Weights.DEFAULT.meta["categories"]
    printed, shape = capsys.readouterr().out.splitlines()
    answers = ast.literal_eval(printed)
    assert len(answers) == 2
    assert set(answers) <= set(known)
    assert shape == "torch.Size([2, 4096])"
    assert space["where"].shape == (2, 224, 224)
    assert space["where"].isfinite().all()
    assert space["where"].amax() > 0


def test_without_weights_and_network_the_cell_stops(hub):
    """The file is what the test above reads: without it, torchvision asks for the network."""
    hub.unlink()

    with pytest.raises(OSError, match="no network"):
        exec(source(), {"torch": torch, "models": models})
