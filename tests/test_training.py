"""Layers, optimizers and the loop: the same network trained here and in PyTorch ends alike."""

import itertools

import numpy as np
import pytest
import torch
from torch.nn import functional as TF

from coursekit import data, nn, optim, train
from coursekit.autograd import Tensor, cross_entropy


def twins(rng, *sizes):
    """Return our network and PyTorch's with the same weights, in float64."""
    ours, theirs = [], []
    for a, b in itertools.pairwise(sizes):
        mine, yours = nn.Linear(a, b, rng=rng), torch.nn.Linear(a, b, dtype=torch.float64)
        with torch.no_grad():
            yours.weight.copy_(torch.tensor(mine.weight.data))
            yours.bias.copy_(torch.tensor(mine.bias.data))
        ours += [mine, nn.ReLU()]
        theirs += [yours, torch.nn.ReLU()]
    return nn.Sequential(*ours[:-1]), torch.nn.Sequential(*theirs[:-1])


OPTIMIZERS = {
    "SGD": {"lr": 0.1},
    "SGD with momentum": {"lr": 0.05, "momentum": 0.9},
    "SGD with Nesterov": {"lr": 0.05, "momentum": 0.9, "nesterov": True},
    "SGD with decay": {"lr": 0.1, "weight_decay": 0.01},
    "Adagrad": {"lr": 0.05},
    "RMSprop": {"lr": 0.005, "alpha": 0.9},
    "Adam": {"lr": 0.005},
    "Adam with decay": {"lr": 0.005, "weight_decay": 0.01},
    "AdamW": {"lr": 0.005, "betas": (0.8, 0.99), "weight_decay": 0.1},
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_hundred_steps_end_where_pytorch_ends(name, rng):
    """After 100 steps on digits, every weight is PyTorch's to 1e-12."""
    X, y = data.digits()
    ours, theirs = twins(rng, 64, 16, 10)
    kind = name.split()[0]
    mine = getattr(optim, kind)(ours.parameters(), **OPTIMIZERS[name])
    yours = getattr(torch.optim, kind)(theirs.parameters(), **OPTIMIZERS[name])
    for step in range(100):
        rows = slice(16 * step % 1700, 16 * step % 1700 + 16)
        mine.zero_grad()
        cross_entropy(ours(Tensor(X[rows])), y[rows].astype(int)).backward()
        mine.step()
        yours.zero_grad()
        TF.cross_entropy(theirs(torch.tensor(X[rows])), torch.tensor(y[rows]).long()).backward()
        yours.step()

    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_decay_can_be_read(name):
    """Every optimizer holds its decay under PyTorch's name."""
    mine = getattr(optim, name.split()[0])([Tensor(1.0)], **OPTIMIZERS[name])

    assert mine.weight_decay == OPTIMIZERS[name].get("weight_decay", 0)


SCHEDULES = {
    "StepLR": {"step_size": 3, "gamma": 0.5},
    "ExponentialLR": {"gamma": 0.9},
    "CosineAnnealingLR": {"T_max": 10, "eta_min": 0.01},
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_follow_those_of_pytorch(name):
    """Ten epochs of each schedule give PyTorch's learning rates."""
    mine = optim.SGD([Tensor(1.0, True)], lr=0.2)
    yours = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.2)
    ours = getattr(optim, name)(mine, **SCHEDULES[name])
    theirs = getattr(torch.optim.lr_scheduler, name)(yours, **SCHEDULES[name])
    rates = []
    for _ in range(10):
        yours.step()
        rates.append((mine.lr, yours.param_groups[0]["lr"]))
        ours.step()
        theirs.step()

    np.testing.assert_allclose(*zip(*rates, strict=True))


def test_a_parameter_without_a_gradient_stays(rng):
    """Weights that took no part in the loss are not moved, as in PyTorch."""
    used, unused = Tensor(1.0, True), Tensor(1.0, True)
    step = optim.Adam([used, unused])
    (used * 2).backward()
    step.step()

    assert (used.item() == pytest.approx(1 - 1e-3), unused.item()) == (True, 1.0)


def test_parameters_come_in_the_order_of_definition(rng):
    """A network lists weight and bias of each layer, from the input on."""
    net = nn.Sequential(nn.Linear(3, 2, rng=rng), nn.Tanh(), nn.Linear(2, 1, rng=rng, bias=False))

    assert [p.shape for p in net.parameters()] == [(2, 3), (2,), (1, 2)]


def test_dropout_acts_in_training_alone_and_keeps_the_mean(rng):
    """Half of the entries go, the others double; in use, nothing changes."""
    net, x = nn.Sequential(nn.Dropout(0.5, rng=rng)), Tensor(np.ones((100, 100)))
    dropped = net(x).data

    assert set(np.unique(dropped)) == {0.0, 2.0}
    assert dropped.mean() == pytest.approx(1, abs=0.05)
    assert net.eval()(x) is x
    assert net.train()[0].training


@pytest.mark.parametrize(
    ("draw", "spread"),
    [(nn.kaiming_uniform, np.sqrt(2 / 50)), (nn.xavier_uniform, np.sqrt(2 / 450))],
)
def test_initial_weights_have_the_promised_spread(draw, spread, rng):
    """Each rule draws with its own standard deviation around 0."""
    weights = draw((400, 50), rng)

    assert weights.std() == pytest.approx(spread, rel=0.02)
    assert abs(weights.mean()) < 4 * spread / np.sqrt(weights.size)


def test_the_loop_keeps_the_mean_of_each_epoch():
    """Losses are averaged over the batches, scores taken once an epoch."""
    X, y = np.arange(5.0), np.arange(5.0)
    history = train.fit(
        lambda a, b: {"loss": len(a), "right": float((a == b).all())},
        data.batches(X, y, size=2),
        3,
        evaluate=lambda: 7,
    )

    assert history == {"loss": [5 / 3] * 3, "right": [1.0] * 3, "score": [7.0] * 3}


def test_batches_hold_every_example_once_in_a_new_order():
    """Two loops give all rows, in two orders, and the same seed the same orders again."""
    X = np.arange(10)
    heap = data.batches(X, size=4, rng=1)
    first, second = ([list(rows) for (rows,) in heap] for _ in range(2))
    again = [list(rows) for (rows,) in data.batches(X, size=4, rng=1)]

    for order in (first, second):
        assert sorted(itertools.chain(*order)) == list(range(10))
    assert first == again != second
    assert [len(rows) for rows in first] == [4, 4, 2]
    assert len(heap) == 3


def test_moons_are_learned(rng):
    """A small network separates two moons that no line can."""
    X, y = data.moons(300, rng=rng)
    net = nn.Sequential(nn.Linear(2, 16, rng=rng), nn.Tanh(), nn.Linear(16, 2, rng=rng))
    optimizer = optim.Adam(net.parameters(), lr=0.02)

    def step(X, y):
        optimizer.zero_grad()
        loss = cross_entropy(net(Tensor(X)), y.astype(int))
        loss.backward()
        optimizer.step()
        return loss.item()

    history = train.fit(step, data.batches(X, y, size=32, rng=rng), 40)
    accuracy = (net(Tensor(X)).data.argmax(axis=1) == y).mean()

    assert history["loss"][-1] < history["loss"][0] / 2
    assert accuracy >= 0.9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: nn.Linear(0, 1, rng=r), "in_features must be at least 1"),
        (lambda r: nn.Linear(3, 1, rng=r)(Tensor([1.0])), r"x must be \(n, 3\) .*got \(1,\)"),
        (lambda r: nn.Dropout(1, rng=r), "p must be at least 0 and below 1, got 1"),
        (lambda r: optim.SGD([]), "at least one parameter"),
        (lambda r: optim.SGD([Tensor(1.0)], lr=0), "lr must be above 0, got 0"),
        (lambda r: optim.SGD([Tensor(1.0)], momentum=1), "momentum must be at least 0"),
        (lambda r: optim.SGD([Tensor(1.0)], nesterov=True), "nesterov needs a momentum"),
        (lambda r: optim.Adam([Tensor(1.0)], betas=(0.9, 1)), "betas must be"),
        (lambda r: optim.AdamW([Tensor(1.0)], weight_decay=-1), "weight_decay must be at least 0"),
        (lambda r: train.fit(lambda x: 0, [1], 0), "epochs must be at least 1, got 0"),
        (lambda r: train.fit(lambda x: 0, iter([]), 1), "batches gave nothing in epoch 1"),
        (lambda r: train.fit(lambda x: float("nan"), [1], 1), "loss became nan in epoch 1"),
        (lambda r: data.batches([1], [1, 2], size=1), r"one length above 0, got \[1, 2\]"),
        (lambda r: data.batches([1], size=0), "size must be at least 1, got 0"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message, rng):
    """Each message names the argument, its rule, and the value that broke it."""
    with pytest.raises(ValueError, match=message):
        call(rng)
