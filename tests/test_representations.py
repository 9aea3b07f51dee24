"""What networks represent: exact answers on small networks, and the shipped one for the rest."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor

from coursekit import models, representations


@pytest.fixture
def net() -> models.GlyphNet:
    """Return a network with random weights and, in its norms, statistics that are not trivial."""
    torch.manual_seed(0)
    net = models.GlyphNet(classes=4, channels=(2, 3, 4))
    net(torch.rand(20, 1, 28, 28))
    return net.eval()


@pytest.fixture(name="X")
def five_images() -> torch.Tensor:
    """Return five random images, (5, 28, 28)."""
    return torch.rand(5, 28, 28, generator=torch.Generator().manual_seed(1))


def hooks(model: nn.Module) -> int:
    """Count the hooks in all modules of a network."""
    return sum(len(module._forward_hooks) for module in model.modules())


# -------------------------------------------------------------------------------- features


def test_activations_equal_those_of_torchvisions_extractor(net, X):
    """Hooks and a network that is cut open see the same numbers."""
    layers = ["block1", "block2.conv", "embedding", "head"]
    nodes = {"block1.pool": "block1", "block2.conv": "block2.conv"}
    nodes |= {"embedding.relu": "embedding", "head": "head"}
    wanted = create_feature_extractor(net, nodes)(X[:, None])

    got = representations.activations(net, X, layers, size=2)

    assert list(got) == layers
    for name in layers:
        torch.testing.assert_close(got[name], wanted[name].detach())


def test_activations_are_those_before_a_layer_that_works_in_place():
    """A ReLU that overwrites its input changes nothing that was read before it."""
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))
    net[0].load_state_dict({"weight": torch.eye(2), "bias": torch.zeros(2)})

    got = representations.activations(net, np.array([[-1.0, 2.0]]), ["0", "1"])

    assert got["0"].tolist() == [[-1, 2]] and got["1"].tolist() == [[0, 2]]


def test_a_network_is_left_as_it_was(net, X):
    """Each module has its mode back, no hook stays, and no gradient was left."""
    net.train()
    net.block1.eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}

    representations.activations(net, X, ["block2"])
    representations.grad_cam(net, X, [0] * 5, "block2")
    representations.saliency(net, X, [0] * 5)
    representations.maximize(net, [1], layer="block2", steps=2)
    representations.top_patches(net, X, "block2", k=1)

    assert net.training and net.block2.training and not net.block1.training
    assert hooks(net) == 0 and all(p.grad is None for p in net.parameters())
    for name, value in net.state_dict().items():
        torch.testing.assert_close(value, before[name])


def test_hooks_are_gone_after_an_error(net, X):
    """An input that does not fit raises, and leaves neither hooks nor another mode."""
    net.train()
    with pytest.raises(RuntimeError):
        representations.activations(net, X[:, :10], ["block1", "head"])
    with pytest.raises(RuntimeError):
        representations.receptive_field(net, "head", X[:, :10])

    assert hooks(net) == 0 and net.training


def test_an_unknown_layer_is_told_the_nearest_name(net, X):
    """Every function that takes a layer names what was probably meant."""
    for ask in (
        lambda: representations.activations(net, X, ["blok2"]),
        lambda: representations.grad_cam(net, X, [0] * 5, "blok2"),
        lambda: representations.top_patches(net, X, "blok2", k=1),
        lambda: representations.maximize(net, [0], layer="blok2", steps=1),
    ):
        with pytest.raises(ValueError, match=r"unknown layer 'blok2': did you mean 'block2'\?"):
            ask()


def test_a_layer_without_one_tensor_or_without_use_is_refused(net, X):
    """A module that is never called, or that gives a tuple, is named in the error."""
    net.spare = nn.ReLU()
    with pytest.raises(ValueError, match="did not use layer 'spare'"):
        representations.activations(net, X, ["spare"])
    with pytest.raises(TypeError, match="layer '0' must give one tensor, got tuple"):
        representations.activations(nn.Sequential(nn.LSTM(3, 2)), torch.rand(4, 3), ["0"])
    with pytest.raises(ValueError, match="at least one example"):
        representations.activations(net, X[:0], ["block1"])


def test_a_probe_reads_what_a_plane_can_read_and_nothing_else(rng):
    """A class that lies behind a plane is read off; the parity of two signs is not."""
    X = rng.choice([-1.0, 1.0], size=(400, 2)) + 0.1 * rng.normal(size=(400, 2))
    plane, parity = X[:, 0] > 0, X[:, 0] * X[:, 1] > 0

    assert representations.probe(X[:200], plane[:200], X[200:], plane[200:]) == 1
    assert representations.probe(X[:200], parity[:200], X[200:], parity[200:]) < 0.7


def test_neighbours_come_nearest_first_by_distance_or_by_direction():
    """The two metrics order the same features differently; shapes are flattened."""
    features = torch.tensor([[[0.0, 1]], [[5, 0]], [[1, 0.2]], [[0, 9]]])

    near = representations.neighbours(features, features[2:3], 3)
    along = representations.neighbours(features, features[2:3], 2, metric="cosine")

    assert near.tolist() == [[2, 0, 1]] and along.tolist() == [[2, 1]]
    for k in (0, 5):
        with pytest.raises(ValueError, match=f"k must be from 1 to 4.*got {k}"):
            representations.neighbours(features, features, k)
    with pytest.raises(ValueError, match="unknown metric"):
        representations.neighbours(features, features, 1, metric="cosin")


# ----------------------------------------------------------------------------------- units


def test_receptive_fields_are_those_of_the_arithmetic(net, X):
    """Convolutions of 3 with padding 1 and poolings of 2 give 4, 10 and 22 pixels."""
    fields = [representations.receptive_field(net, f"block{k}", X) for k in (1, 2, 3)]

    assert fields == [
        representations.Field(4, 2, -1),
        representations.Field(10, 4, -3),
        representations.Field(22, 8, -7),
    ]
    assert representations.receptive_field(net, "block1.conv", X) == representations.Field(3, 1, -1)
    with pytest.raises(ValueError, match=r"windows must be square.*\(3, 5\)"):
        flat = nn.Sequential(nn.Conv2d(1, 1, (3, 5)))
        representations.receptive_field(flat, "0", X)


def test_a_unit_depends_on_its_field_and_on_nothing_else(net, X):
    """The gradient of one place of a map reaches the field's first and last pixels, no farther."""
    field = representations.receptive_field(net, "block2.conv", X)
    conv = nn.Sequential(net.block1.conv, nn.AvgPool2d(2), net.block2.conv)
    x = X[:1, None].clone().requires_grad_()
    conv(x)[0, :, 3, 4].sum().backward()
    used = x.grad[0, 0].abs().sum(1).nonzero()[:, 0]

    assert used.min() == field.start + 3 * field.step
    assert used.max() == field.start + 3 * field.step + field.size - 1


def test_top_patches_find_a_planted_pattern():
    """A filter that looks for a cross finds the image and the place where it was drawn."""
    cross = torch.tensor([[0.0, 1, 0], [1, 1, 1], [0, 1, 0]])
    net = nn.Sequential(OrderedDict(look=nn.Conv2d(1, 2, 3, padding=1, bias=False)))
    net.look.weight.data = torch.stack([2 * cross - 1, -cross])[:, None]
    X = torch.zeros(4, 9, 9)
    X[2, 4:7, 1:4], X[3, 0, 0] = cross, 0.5

    found = representations.top_patches(net, X, "look", k=2)

    torch.testing.assert_close(found.images[0, 0, 0], cross)
    assert found.rows[0].tolist() == [2, 3] and found.strengths[0].tolist() == [5, 0.5]
    corner = found.images[0, 1, 0]
    assert corner[0].isnan().all() and corner[:, 0].isnan().all() and corner[1, 1] == 0.5


def test_a_unit_of_a_vector_sees_whole_images(net, X):
    """Its favourites are the images with the largest activations, in order."""
    values = representations.activations(net, X, ["embedding"])["embedding"]

    found = representations.top_patches(net, X, "embedding", k=3)

    assert found.images.shape == (128, 3, 1, 28, 28)
    torch.testing.assert_close(found.strengths, values.T.sort(descending=True).values[:, :3])
    torch.testing.assert_close(found.images[7, 0, 0], X[found.rows[7, 0]])
    with pytest.raises(ValueError, match="k must be from 1 to 5"):
        representations.top_patches(net, X, "embedding", k=6)


def test_a_made_image_excites_its_unit_and_repeats(net):
    """Every logit ends above where it began, pixels stay in range, and a seed gives one image."""
    plain = {"jitter": 0, "smooth": 0, "decay": 0}
    start = representations.maximize(net, range(4), steps=0)
    made = representations.maximize(net, range(4), steps=40, **plain)
    inside = representations.maximize(net, [1], layer="block2.conv", steps=20, **plain)

    rise = models.logits(net, made).diag() - models.logits(net, start).diag()
    assert (rise > 0).all() and made.min() >= 0 and made.max() <= 1
    torch.testing.assert_close(made, representations.maximize(net, range(4), steps=40, **plain))
    maps = [
        representations.activations(net, x, ["block2.conv"])["block2.conv"]
        for x in (start[:1], inside)
    ]
    assert maps[1][0, 1].mean() > maps[0][0, 1].mean()


def test_smoothness_and_decay_leave_less_ink_and_fewer_edges(net):
    """The help has the effect it is named for, on the same start."""
    free, smooth, light = (
        representations.maximize(net, [0], steps=40, jitter=0, smooth=s, decay=d)
        for s, d in ((0, 0), (0.1, 0), (0, 0.1))
    )

    assert smooth.diff(dim=3).abs().sum() < free.diff(dim=3).abs().sum()
    assert light.sum() < free.sum()


# ------------------------------------------------------------------------------------ maps


def test_saliency_agrees_with_finite_differences(net, X):
    """Moving a pixel a little moves the logit by the slope; times the pixel for the product."""
    net, x = net.double(), X[:1].double()
    slopes = representations.saliency(net, x, [2])[0]
    product = representations.saliency(net, x, [2], kind="product")[0]
    for row, column in ((3, 4), (14, 14), (20, 9)):
        moved = x.repeat(2, 1, 1)
        moved[:, row, column] += torch.tensor([1e-6, -1e-6])
        up, down = models.logits(net, moved)[:, 2]
        slope = float(up - down) / 2e-6

        assert float(slopes[row, column]) == pytest.approx(abs(slope), abs=1e-6)
        assert float(product[row, column]) == pytest.approx(
            slope * float(x[0, row, column]), abs=1e-6
        )


def test_grad_cam_of_one_layer_is_the_one_worked_out_by_hand():
    """Two maps, x and -x, and a logit that takes 3 of the first mean and 1 of the second."""
    net = nn.Sequential(
        OrderedDict(maps=nn.Conv2d(1, 2, 1), mean=nn.AvgPool2d(2), flat=nn.Flatten())
    )
    net.maps.load_state_dict(
        {"weight": torch.tensor([1.0, -1]).reshape(2, 1, 1, 1), "bias": torch.zeros(2)}
    )
    net.append(nn.Linear(2, 1, bias=False))
    net[-1].weight.data = torch.tensor([[3.0, 1.0]])
    X = torch.tensor([[[1.0, -2.0], [0.0, 4.0]]])

    # slopes 3/4 and 1/4 at each place: 3/4 x - 1/4 x = x / 2, and what is negative is cut off
    cam = representations.grad_cam(net, X, [0], "maps", resize=False)

    torch.testing.assert_close(cam, torch.tensor([[[0.5, 0.0], [0.0, 2.0]]]))


def test_grad_cam_works_on_a_frozen_network_and_has_the_images_size(net, X):
    """Frozen weights still give a map; it is brought to 28 by 28 and is nowhere negative."""
    free = representations.grad_cam(net, X, [1] * 5, "block2")
    frozen = representations.grad_cam(net.requires_grad_(False), X, [1] * 5, "block2")

    assert frozen.shape == (5, 28, 28) and frozen.min() >= 0
    torch.testing.assert_close(free, frozen)
    with pytest.raises(ValueError, match=r"must give maps \(n, k, h, w\), got shape \(5, 128\)"):
        representations.grad_cam(net, X, [0] * 5, "embedding")


def test_labels_must_be_one_an_image_and_a_class(net, X):
    """Too few labels and a class that does not exist are refused."""
    with pytest.raises(ValueError, match="labels must be one an image, 5"):
        representations.saliency(net, X, [0])
    with pytest.raises(ValueError, match=r"labels must lie in \[0, 4\), got \[0, 4\]"):
        representations.grad_cam(net, X, [0, 0, 0, 0, 4], "block1")
    with pytest.raises(ValueError, match="unknown kind"):
        representations.saliency(net, X, [0] * 5, kind="gradients")


def test_occlusion_of_the_one_pixel_that_counts_takes_the_answer_away():
    """A network that looks at one pixel loses all when it goes, and nothing when another goes."""
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 2, bias=False))
    net[1].weight.data = torch.zeros(2, 64)
    net[1].weight.data[1, 3 * 8 + 5] = 100
    X = torch.full((2, 8, 8), 0.5)
    right, wrong = torch.zeros(2, 8, 8), torch.zeros(2, 8, 8)
    right[:, 3, 5], wrong[:, 0, 0] = 1, 1

    assert representations.occlusion(net, X, [1, 1], right, 1).tolist() == pytest.approx([0.5, 0.5])
    assert representations.occlusion(net, X, [1, 1], wrong, 1).tolist() == [0, 0]
    torch.testing.assert_close(
        representations.occlude(X, right, 1)[:, 0] == 0,
        torch.zeros(2, 8, 8, dtype=torch.bool).index_put(
            torch.meshgrid(torch.arange(2), torch.arange(4), torch.arange(4, 8), indexing="ij"),
            torch.tensor(True),
        ),
    )


def test_occlude_removes_the_highest_patches_first(rng):
    """With k patches of p by p pixels, k * p * p pixels go, and those of k - 1 are among them."""
    X, maps = np.ones((3, 2, 12, 12)), rng.normal(size=(3, 12, 12))
    gone = [representations.occlude(X, maps, k, patch=3) == 0 for k in range(17)]

    for k, mask in enumerate(gone):
        assert (mask.sum(dim=(2, 3)) == 9 * k).all()
        assert k == 0 or (mask >= gone[k - 1]).all()


def test_what_cannot_be_occluded_is_refused():
    """Maps of another shape, patches that do not fit, and more patches than there are."""
    X = np.ones((2, 8, 8))
    with pytest.raises(ValueError, match=r"maps must have the shape \(2, 8, 8\), got \(2, 4, 4\)"):
        representations.occlude(X, np.ones((2, 4, 4)), 1)
    for k, patch in ((1, 3), (5, 4), (-1, 4)):
        with pytest.raises(ValueError, match="images of 8 by 8 have no"):
            representations.occlude(X, X, k, patch=patch)
