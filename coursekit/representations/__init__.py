"""What the layers of a trained network represent, and what its answers rest on.

`features` reads the vectors inside a network and asks what they know, `units` shows what single
units respond to, `maps` shows which pixels an answer rests on, and tests whether that is true.

Shapes: images X are (n, h, w) or (n, c, h, w), arrays or tensors; results are tensors on the CPU.
Networks are asked in eval mode; their mode, weights and gradients stay as they were.
"""

from coursekit.representations.features import activations, neighbours, probe
from coursekit.representations.maps import grad_cam, occlude, occlusion, saliency
from coursekit.representations.units import Field, Patches, maximize, receptive_field, top_patches

__all__ = [
    "Field",
    "Patches",
    "activations",
    "grad_cam",
    "maximize",
    "neighbours",
    "occlude",
    "occlusion",
    "probe",
    "receptive_field",
    "saliency",
    "top_patches",
]
