"""Which pixels an answer rests on: two kinds of maps, and the test that a map must pass."""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, relu, softmax

from coursekit import validate
from coursekit.models import eval_mode
from coursekit.representations.features import Data, as_input, recording


def saliency(model: nn.Module, X: Data, labels: Data, *, kind: str = "gradient") -> Tensor:
    """Return how much the logit of the label depends on each pixel, (n, h, w).

    Args:
        model: a classifier that returns logits (n, classes).
        X: (n, h, w) or (n, c, h, w) images.
        labels: (n,) the class whose logit is asked about, one an image.
        kind: "gradient": its size, the largest over the channels; "product": gradient times
            pixel, the sum over the channels, with its sign.

    Raises:
        ValueError: if the kind is unknown, or there is not one label an image.

    Source: Simonyan et al. (2014), Deep inside convolutional networks,
    doi:10.48550/arXiv.1312.6034.
    """
    validate.choice(kind, ("gradient", "product"), "kind")
    x = as_input(model, X).detach().clone().requires_grad_()
    with eval_mode(model), torch.enable_grad():
        (slope,) = torch.autograd.grad(_wanted(model(x), labels).sum(), x)
    result = slope.abs().amax(dim=1) if kind == "gradient" else (slope * x).sum(dim=1)
    return result.detach().cpu()


def grad_cam(model: nn.Module, X: Data, labels: Data, layer: str, *, resize: bool = True) -> Tensor:
    r"""Return where a layer holds evidence for the label, by Grad-CAM, (n, h, w), 0 or more.

    $$\mathrm{relu}\Big(\sum_k \alpha_k A^k\Big), \quad
    \alpha_k = \operatorname{mean}_{ij} \partial z / \partial A^k_{ij}$$

    Args:
        model: a classifier that returns logits z (n, classes).
        X: (n, h, w) or (n, c, h, w) images.
        labels: (n,) the class that is asked about, one an image.
        layer: name of a layer that gives maps A (n, k, h', w').
        resize: bring the maps to the images' size, bilinearly; else they stay (n, h', w').

    Raises:
        ValueError: if the layer is unknown or gives no maps, or there is not one label an image.

    Source: Selvaraju et al. (2017), Grad-CAM, doi:10.1109/ICCV.2017.74.
    """
    x = as_input(model, X).detach().requires_grad_()  # a graph even if all weights are frozen
    with eval_mode(model), torch.enable_grad(), recording(model, [layer]) as kept:
        wanted = _wanted(model(x), labels)
        maps = kept[layer]
        if maps.ndim != 4:
            shape = tuple(maps.shape)
            raise ValueError(f"layer {layer!r} must give maps (n, k, h, w), got shape {shape}")
        (slope,) = torch.autograd.grad(wanted.sum(), maps)
    cam = relu((slope.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1, keepdim=True))
    if resize:
        cam = interpolate(cam, size=x.shape[2:], mode="bilinear", align_corners=False)
    return cam[:, 0].detach().cpu()


def occlude(X: Data, maps: Data, k: int, *, patch: int = 4, fill: float = 0.0) -> Tensor:
    """Return the images without the k patches on which their maps are highest, (n, c, h, w).

    Args:
        X: (n, h, w) or (n, c, h, w) images; their edges must be multiples of the patch.
        maps: (n, h, w), one value a pixel; the mean over a patch counts.
        k: patches to remove from each image, 0 or more.
        patch: pixels along the edge of a patch.
        fill: what takes their place; 0 is paper.

    Raises:
        ValueError: if the shapes do not fit, or there are fewer than k patches.
    """
    x, m = torch.as_tensor(X), torch.as_tensor(maps)
    x = x[:, None] if x.ndim == 3 else x
    n, _, h, w = x.shape
    if m.shape != (n, h, w):
        raise ValueError(f"maps must have the shape {(n, h, w)}, got {tuple(m.shape)}")
    if h % patch or w % patch or not 0 <= k <= (h // patch) * (w // patch):
        raise ValueError(f"images of {h} by {w} have no {k} patches of {patch} by {patch}")
    heights = avg_pool2d(m[:, None].to(torch.float64), patch)
    gone = torch.zeros_like(heights).flatten(1)
    gone.scatter_(1, heights.flatten(1).topk(k, dim=1).indices, 1)
    hidden = interpolate(gone.view_as(heights), scale_factor=patch, mode="nearest") > 0
    return torch.where(hidden, torch.tensor(fill, dtype=x.dtype), x)


def occlusion(
    model: nn.Module,
    X: Data,
    labels: Data,
    maps: Data,
    k: int,
    *,
    patch: int = 4,
    fill: float = 0.0,
) -> Tensor:
    """Return how far the label's probability falls when the map's k best patches go, (n,).

    A faithful map makes it fall more than other maps do: compare with a random one, and with the
    image itself, which takes the ink away.

    Source: Zeiler and Fergus (2014), doi:10.1007/978-3-319-10590-1_53; Samek et al. (2017),
    doi:10.1109/TNNLS.2016.2599820.
    """
    hidden = occlude(X, maps, k, patch=patch, fill=fill)
    with torch.no_grad(), eval_mode(model):
        before, after = (
            _wanted(softmax(model(as_input(model, x)), dim=1), labels) for x in (X, hidden)
        )
    return (before - after).cpu()


def _wanted(outputs: Tensor, labels: Data) -> Tensor:
    """Return the entry of each row that its label names, (n, k) -> (n,)."""
    y = torch.as_tensor(labels).to(outputs.device, torch.long)
    if y.shape != outputs.shape[:1]:
        raise ValueError(f"labels must be one an image, {len(outputs)}, got {tuple(y.shape)}")
    if y.min() < 0 or y.max() >= outputs.shape[1]:
        raise ValueError(
            f"labels must lie in [0, {outputs.shape[1]}), got {sorted(set(y.tolist()))}"
        )
    return outputs.gather(1, y[:, None])[:, 0]
