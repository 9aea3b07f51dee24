"""The networks, their files and the shipped weights: shapes, round trips, what the card says."""

import re

import numpy as np
import pretrain
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.functional import cross_entropy

from coursekit import data, models, train

BLOCKS = ["block1", "block2", "block3", "embedding", "head"]
RIVALS = ["raw pixels", "random network", "random network, standardized"]


@pytest.fixture(autouse=True)
def chance():
    """Seed PyTorch for each test, and leave its global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


@pytest.fixture
def pictures(rng: np.random.Generator) -> np.ndarray:
    """Return seven grey pictures of noise, (7, 28, 28)."""
    return rng.random((7, 28, 28), dtype=np.float32)


# The networks


def test_the_lecture_cnn_has_the_parameters_of_the_lecture():
    """On 28 by 28 grey pictures it has 34,826, as printed in the notebook of the lecture."""
    network = models.LectureCNN()

    assert models.parameters(network) == 34_826
    names = ["conv1", "pool1", "conv2", "pool2", "flatten", "dropout", "fc"]
    assert [name for name, _ in network.named_children()] == names


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (1, 28, 28)),
        ({"classes": 3, "in_channels": 3}, (3, 28, 28)),
        ({"in_channels": 3, "size": 32}, (3, 32, 32)),
        ({"size": 10}, (1, 10, 10)),
        ({"size": 11}, (1, 11, 11)),
    ],
)
def test_the_lecture_cnn_takes_other_pictures(options: dict[str, int], shape: tuple[int, ...]):
    """Channels, classes and the size of the pictures are arguments."""
    logits = models.LectureCNN(**options)(torch.zeros(2, *shape))

    assert logits.shape == (2, options.get("classes", 10))


def test_the_lecture_cnn_is_its_layers_in_order(pictures: np.ndarray):
    """It equals a Sequential of the same layers, with a ReLU after each convolution."""
    network = models.LectureCNN().eval()
    c1, p1, c2, p2, flatten, dropout, fc = network.children()
    plain = nn.Sequential(c1, nn.ReLU(), p1, c2, nn.ReLU(), p2, flatten, dropout, fc)
    x = torch.tensor(pictures[:, None])

    torch.testing.assert_close(network(x), plain(x))


def test_glyphnet_is_blocks_embedding_and_head(pictures: np.ndarray):
    """Its children follow one another, and `features` is what the head reads."""
    network = models.GlyphNet(10).eval()
    x = torch.tensor(pictures[:, None])
    seen = x
    shapes = {}
    for name, child in network.named_children():
        seen = child(seen)
        shapes[name] = tuple(seen.shape[1:])

    assert list(shapes) == BLOCKS
    assert list(shapes.values()) == [(16, 14, 14), (32, 7, 7), (64, 3, 3), (128,), (10,)]
    torch.testing.assert_close(network(x), seen)
    torch.testing.assert_close(network.head(network.features(x)), seen)
    assert models.parameters(network) == 98_554
    assert models.parameters(models.GlyphNet()) == 103_972


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: models.LectureCNN(0), "classes must be at least 1, got 0"),
        (lambda: models.LectureCNN(in_channels=0), "in_channels must be at least 1, got 0"),
        (lambda: models.LectureCNN(size=9), "size must be at least 10, got 9"),
        (lambda: models.GlyphNet(0), "classes must be at least 1, got 0"),
        (lambda: models.GlyphNet(channels=(8, 8)), "channels must be three numbers"),
        (lambda: models.GlyphNet(channels=(8, 0, 8)), "channels must be three numbers"),
    ],
)
def test_networks_that_cannot_be_are_refused(call, message: str):
    """The message says what was wanted and what was got."""
    with pytest.raises(ValueError, match=message):
        call()


# Training and asking


@pytest.mark.parametrize("kind", [np.float32, np.float64, torch.float32, torch.float64])
@pytest.mark.parametrize("axis", [False, True])
def test_a_step_is_the_step_of_pytorch(pictures: np.ndarray, kind, axis: bool):
    """Arrays or tensors, with a channel axis or without: one step moves the weights as by hand."""
    ours, theirs = models.GlyphNet(10).train(), models.GlyphNet(10).train()
    theirs.load_state_dict(ours.state_dict())
    x, y = torch.tensor(pictures[:, None]), torch.arange(7)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    loss = cross_entropy(theirs(x), y)
    loss.backward()
    optimizer.step()
    X = pictures[:, None] if axis else pictures
    given = torch.tensor(X, dtype=kind) if isinstance(kind, torch.dtype) else X.astype(kind)
    labels = y if isinstance(kind, torch.dtype) else y.numpy().astype(kind)

    value = models.step(ours, torch.optim.SGD(ours.parameters(), lr=0.1))(given, labels)

    assert value == pytest.approx(loss.item())
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_a_step_starts_from_no_gradient(pictures: np.ndarray):
    """What an earlier backward pass left behind does not count."""
    network = models.LectureCNN().eval()
    step = models.step(network, torch.optim.SGD(network.parameters(), lr=0.0))
    step(pictures, np.arange(7))
    first = network.fc.bias.grad.clone()
    step(pictures, np.arange(7))

    torch.testing.assert_close(network.fc.bias.grad, first)


def test_a_step_leaves_the_mode_to_the_caller(pictures: np.ndarray):
    """In evaluation mode the running statistics stay, in training mode they move."""
    network = models.GlyphNet(10)
    step = models.step(network, torch.optim.SGD(network.parameters(), lr=0.1))
    for mode in (False, True):
        network.train(mode)
        before = network.block1.norm.running_mean.clone()
        step(pictures, np.arange(7))

        assert network.training is mode
        assert torch.equal(before, network.block1.norm.running_mean) is not mode


def test_another_loss_gets_the_labels_as_they_are(pictures: np.ndarray):
    """With binary cross entropy the labels stay fractions, in the precision of the model."""
    network = models.LectureCNN(1)
    step = models.step(
        network,
        torch.optim.SGD(network.parameters(), lr=0.1),
        nn.functional.binary_cross_entropy_with_logits,
    )

    assert step(pictures, np.full((7, 1), 0.5)) == pytest.approx(np.log(2), abs=0.1)


def test_a_small_network_learns_glyphs():
    """Two passes over 600 digits of one font bring the loss below half of a guess."""
    X, y = data.glyphs(600, fonts=["DejaVuSans"])
    network = models.LectureCNN()
    step = models.step(network, torch.optim.Adam(network.parameters(), lr=3e-3))
    history = train.fit(step, data.batches(X, y, size=32), 2)

    assert history["loss"][1] < np.log(10) / 2
    assert models.accuracy(network, X, y) > 0.8


def test_answers_come_in_evaluation_mode_and_leave_the_mode(pictures: np.ndarray):
    """Whatever the size of the parts, the logits are those of `eval`; each mode is restored."""
    network = models.GlyphNet(10).train()
    network.block1.eval()  # as for a frozen block
    modes = [module.training for module in network.modules()]
    found = models.logits(network, pictures, size=3)

    assert [module.training for module in network.modules()] == modes
    assert not found.requires_grad
    torch.testing.assert_close(found, network.eval()(torch.tensor(pictures[:, None])))
    torch.testing.assert_close(found, models.logits(network, torch.tensor(pictures)))


def test_the_mode_is_restored_after_an_error():
    """Pictures of a wrong size are PyTorch's error, and the model still trains afterwards."""
    network = models.LectureCNN().train()
    with pytest.raises(RuntimeError):
        models.logits(network, np.zeros((2, 9, 9), np.float32))

    assert all(module.training for module in network.modules())


def test_accuracy_counts_the_largest_logit():
    """Of four inputs, the model that copies its input is right on three."""
    X = np.array([[0, 1, 0], [2, 0, 0], [0, 0, 5], [1, 0, 0]], np.float32)

    assert models.accuracy(nn.Identity(), X, [1, 0, 2, 2]) == 0.75
    assert models.accuracy(nn.Identity(), torch.tensor(X), np.array([1.0, 0, 2, 0])) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m, X: models.logits(m, X[:0]), "X must not be empty"),
        (lambda m, X: models.logits(m, X, size=0), "size must be at least 1, got 0"),
        (lambda m, X: models.accuracy(m, X, [1]), "equal length, got 7 and 1"),
    ],
)
def test_questions_without_an_answer_are_refused(pictures: np.ndarray, call, message: str):
    """No input, no part, or labels for other inputs."""
    with pytest.raises(ValueError, match=message):
        call(models.LectureCNN(), pictures)


def test_frozen_parameters_do_not_count_as_trainable():
    """With a frozen block, the trainable parameters are the others."""
    network = models.GlyphNet()
    network.block1.requires_grad_(False)

    assert models.parameters(network) == 103_972
    assert models.parameters(network, trainable=True) == 103_972 - models.parameters(network.block1)


def test_the_device_can_be_used():
    """A tensor can be put where `device` says."""
    assert models.device() in ("cuda", "mps", "cpu")
    assert torch.zeros(1, device=models.device()).item() == 0


# Files


def test_saved_weights_come_back(tmp_path, pictures: np.ndarray):
    """What was saved gives the same answers after loading, to the last bit."""
    network = models.GlyphNet(5).eval()
    models.save(network, tmp_path / "a.safetensors")
    other = models.GlyphNet(5).eval()

    assert models.load(other, str(tmp_path / "a.safetensors")) is other
    assert torch.equal(models.logits(network, pictures), models.logits(other, pictures))


def test_half_precision_on_disk_stays_single_in_memory(tmp_path):
    """A model keeps its precision, whatever the file has."""
    models.save(models.GlyphNet().half(), tmp_path / "a.safetensors")
    network = models.load(models.GlyphNet(), tmp_path / "a.safetensors")

    assert {p.dtype for p in network.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("head.bias"), "does not fit GlyphNet: head.bias is missing"),
        (lambda s: s.update(tail=torch.zeros(1)), "tail is not in the model"),
        (
            lambda s: s.update({"head.bias": torch.zeros(3)}),
            r"head.bias is \(3,\) in the file and \(5,\) in the model",
        ),
    ],
)
def test_weights_of_another_model_are_refused(tmp_path, change, message: str):
    """The name at fault and both shapes are told, and nothing is loaded."""
    network, file = models.GlyphNet(5), tmp_path / "a.safetensors"
    models.save(models.GlyphNet(5), file)
    state = load_file(file)
    change(state)
    save_file(state, file)
    before = {name: value.clone() for name, value in network.state_dict().items()}

    with pytest.raises(ValueError, match=message):
        models.load(network, file)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_all_faults_are_told_at_once(tmp_path):
    """A head for other classes is wrong in weight and bias; both are named."""
    models.save(models.GlyphNet(5), tmp_path / "a.safetensors")

    with pytest.raises(ValueError, match=r"head\.weight is .*; head\.bias is"):
        models.load(models.GlyphNet(6), tmp_path / "a.safetensors")


@pytest.mark.parametrize("damage", [lambda b: b[:-100], lambda b: b[:20], lambda b: b"{}", bytes])
def test_a_broken_file_is_refused(tmp_path, damage):
    """Cut at the end, cut in its header, no safetensors at all, or empty."""
    file = tmp_path / "a.safetensors"
    models.save(models.GlyphNet(5), file)
    file.write_bytes(damage(file.read_bytes()) if damage is not bytes else b"")

    with pytest.raises(ValueError, match="is no whole safetensors file"):
        models.load(models.GlyphNet(5), file)


def test_a_missing_file_is_told(tmp_path):
    """The path that was asked for is in the message; a folder is no file."""
    with pytest.raises(FileNotFoundError, match=r"no file of weights at .*nowhere"):
        models.load(models.GlyphNet(), tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError):
        models.load(models.GlyphNet(), tmp_path)


# The shipped weights


def test_the_shipped_file_is_small():
    """At most 500 kB, so that the repository stays light."""
    assert models.CARD.with_suffix(".safetensors").stat().st_size <= 500_000


def test_pretrained_leaves_the_random_generator_alone():
    """The next random number is the same with and without it; the model is in evaluation mode."""
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    network = models.pretrained()

    assert torch.equal(torch.rand(3), expected)
    assert not any(module.training for module in network.modules())


def table() -> dict[str, list[tuple[float, float]]]:
    """Return the card's table: for each row the mean and deviation at 10, 50, 100, 250 labels."""
    text = models.CARD.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z ,]+) \| (.* ± .*) \|$", text, re.MULTILINE)
    return {
        name: [tuple(map(float, cell.split(" ± "))) for cell in cells.split(" | ")]
        for name, cells in rows
    }


def test_the_card_is_fair_to_a_random_network():
    """Standardised, random features beat themselves as they are, as the card says."""
    rows, X, y = table(), *data.posed_digits()
    F = [pretrain.features(pretrain.random_network(draw), X) for draw in range(pretrain.DRAWS)]
    plain, fair = (
        np.mean(pretrain.probe(some, y, 250)) for some in (F, [pretrain.standardized(f) for f in F])
    )

    assert fair - plain > 0.08
    assert fair == pytest.approx(rows[RIVALS[2]][-1][0], abs=3 * rows[RIVALS[2]][-1][1])


def test_the_card_has_the_numbers_of_the_file():
    """Letters and probes are measured again, and agree within three standard deviations."""
    network, text = models.pretrained(), models.CARD.read_text(encoding="utf-8")
    letters = float(re.search(r"\*\*(0\.\d+)\*\* of the letters", text)[1])
    mean, deviation = table()["this network"][pretrain.LABELS.index(50)]

    X, y = data.posed_digits()
    scores = pretrain.probe([pretrain.features(network, X)] * pretrain.DRAWS, y, 50)

    spread = 3 * np.sqrt(letters * (1 - letters) / 2000)
    assert pretrain.letter_accuracy(network) == pytest.approx(letters, abs=spread)
    assert np.mean(scores) == pytest.approx(mean, abs=3 * deviation)
    assert np.mean(scores) > table()["raw pixels"][1][0] + 0.2


def test_the_card_says_that_letters_help_with_digits():
    """At each number of labels, half of the gain over raw pixels and random weights is no luck."""
    rows = table()

    assert list(rows) == [*RIVALS, "this network"]
    for other in RIVALS:
        for (ours, spread), (theirs, _) in zip(rows["this network"], rows[other], strict=True):
            assert (ours - theirs) / 2 > spread


def test_pretraining_learns():
    """A short run of the script that made the file reads five times more letters than chance."""
    network = pretrain.pretrain(seed=0, count=1500, epochs=2)

    assert not network.training
    assert pretrain.letter_accuracy(network) > 5 / len(data.LETTERS)
