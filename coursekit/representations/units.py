"""What a single unit responds to: its window, its favourite patches, its invented picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from coursekit import validate
from coursekit.models import eval_mode
from coursekit.representations.features import Data, activations, as_input, recording

WINDOWS = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)


@dataclass(frozen=True)
class Field:
    """The square of pixels that a unit sees: that of row i opens at start + i * step."""

    size: int  # pixels along an edge
    step: int  # pixels from a unit's square to its neighbour's
    start: int  # negative: the first square reaches into the padding


@dataclass(frozen=True)
class Patches:
    """For each unit the patches that it responds to most, the strongest first, one an image."""

    images: Tensor  # (units, k, c, size, size); NaN outside the image
    strengths: Tensor  # (units, k)
    rows: Tensor  # (units, k) indices of the images


def receptive_field(model: nn.Module, layer: str, X: Data) -> Field:
    """Return the square of pixels that a unit of the layer sees.

    Counts the convolutions and poolings that have worked when the layer is done, as a chain:
    where a network branches, the result is no longer exact.

    Raises:
        ValueError: if the layer is unknown, or a window is not square.

    Source: Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning,
    doi:10.48550/arXiv.1603.07285.
    """
    modules = dict(model.named_modules())
    last = modules[validate.choice(layer, modules, "layer")]
    done: list[nn.Module] = []
    handles = [m.register_forward_hook(lambda m, *_: done.append(m)) for m in model.modules()]
    try:
        with torch.no_grad(), eval_mode(model):
            model(as_input(model, X)[:1])
    finally:
        for handle in handles:
            handle.remove()
    size, step, start = 1, 1, 0
    for module in done[: done.index(last) + 1]:
        if isinstance(module, WINDOWS):
            dilation = _edge(getattr(module, "dilation", 1))
            size += dilation * (_edge(module.kernel_size) - 1) * step
            start -= _edge(module.padding) * step
            step *= _edge(module.stride)
    return Field(size, step, start)


def _edge(value: object) -> int:
    both = value if isinstance(value, tuple) else (value, value)
    if not (len(both) == 2 and both[0] == both[1] and isinstance(both[0], int)):
        raise ValueError(f"windows must be square, with paddings in numbers, got {value!r}")
    return both[0]


def top_patches(model: nn.Module, X: Data, layer: str, *, k: int = 9) -> Patches:
    """Return what each unit of a layer responds to most, among the given images.

    A channel of a map is one unit at many places: its patch has the size of its receptive field.
    A unit of a layer of vectors sees the whole image.

    Args:
        model: the network, a chain of layers.
        X: (n, h, w) or (n, c, h, w) images.
        layer: name of a layer that gives maps (n, units, h', w') or vectors (n, units).
        k: patches a unit, from 1 to n.

    Raises:
        ValueError: if k is too large or the layer is unknown.

    Source: Girshick et al. (2014), Rich feature hierarchies, doi:10.48550/arXiv.1311.2524.
    """
    images = as_input(model, X).cpu()
    if not 1 <= k <= len(images):
        raise ValueError(f"k must be from 1 to {len(images)}, the number of images, got {k!r}")
    maps = activations(model, X, [layer])[layer]
    width = maps.shape[-1] if maps.ndim == 4 else 1
    best, place = maps.flatten(2).max(dim=2) if maps.ndim == 4 else (maps, maps.long() * 0)
    strengths, rows = best.topk(k, dim=0)
    if maps.ndim == 2:
        return Patches(images[rows.T], strengths.T, rows.T)
    field = receptive_field(model, layer, X)
    margin = field.size + abs(field.start)
    wide = pad(images, (margin,) * 4, value=float("nan"))
    places = place.gather(0, rows)
    top = margin + field.start + field.step * (places // width)
    left = margin + field.start + field.step * (places % width)
    cut = [
        wide[row, :, i : i + field.size, j : j + field.size]
        for row, i, j in zip(*(t.T.flatten().tolist() for t in (rows, top, left)), strict=True)
    ]
    return Patches(torch.stack(cut).reshape(-1, k, *cut[0].shape), strengths.T, rows.T)


def maximize(
    model: nn.Module,
    units: Sequence[int],
    *,
    layer: str = "",
    shape: tuple[int, int, int] = (1, 28, 28),
    steps: int = 200,
    lr: float = 0.05,
    jitter: int = 2,
    smooth: float = 0.02,
    decay: float = 0.02,
    seed: int = 0,
) -> Tensor:
    """Return an image for each unit that makes it respond strongly, found by gradient ascent.

    Without the three restraints (jitter, smooth, decay) the images look like noise.

    Args:
        model: the network.
        units: numbers of the units: entries of a vector, or channels of a map (its mean counts).
        layer: name of the layer; the network's output by default.
        shape: (c, h, w) of an image.
        steps: steps of Adam.
        lr: its learning rate.
        jitter: pixels by which the image is moved at random, at most, before each step.
        smooth: weight of the sum of the differences between neighbouring pixels.
        decay: weight of the sum of the squared pixels.
        seed: of the first image, grey with a little noise, and of the jitter.

    Returns:
        images: (len(units), c, h, w), pixels in [0, 1].

    Source: Erhan et al. (2009), Visualizing higher-layer features of a deep network; Simonyan et
    al. (2014), doi:10.48550/arXiv.1312.6034.
    """
    rng = torch.Generator().manual_seed(seed)
    start = 0.5 + 0.1 * torch.randn((len(units), *shape), generator=rng)
    x = as_input(model, start.clamp(0, 1)).detach().clone().requires_grad_()
    optimizer = torch.optim.Adam([x], lr=lr)
    with eval_mode(model), recording(model, [layer]) as kept:
        for _ in range(steps):
            moved = torch.randint(-jitter, jitter + 1, (2,), generator=rng).tolist()
            model(x.roll(moved, dims=(2, 3)))
            out = kept[layer]
            response = out.flatten(2).mean(dim=2) if out.ndim == 4 else out
            wanted = response[torch.arange(len(units)), list(units)].sum()
            rough = x.diff(dim=2).abs().sum() + x.diff(dim=3).abs().sum()
            loss = -wanted + smooth * rough + decay * x.square().sum()
            (x.grad,) = torch.autograd.grad(loss, [x])
            optimizer.step()
            x.data.clamp_(0, 1)
    return x.detach().cpu()
