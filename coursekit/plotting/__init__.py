"""The figures of the course: one style, one call each; arrays and callables in, a figure out."""

from coursekit.plotting.backprop import (
    directions,
    nine_weights,
    power_laws,
    runs,
    slope,
    zoom,
)
from coursekit.plotting.graph import graph, graph_step
from coursekit.plotting.history import (
    dots,
    image_row,
    nested_fields,
    network_sizes,
    pipeline,
    timeline,
    timeline_lanes,
)
from coursekit.plotting.mlp import (
    activations,
    centres,
    curves,
    error_curves,
    forward_step,
    hidden_space,
    networks,
    operating_points,
    region,
    shares,
)
from coursekit.plotting.neuron import biological_neuron, unit_diagram
from coursekit.plotting.perceptron import (
    bound_sweep,
    gate_panels,
    half_plane,
    logit_plane,
    mistakes,
    pixel_maps,
    squeeze,
    step_rules,
)
from coursekit.plotting.planes import decision_boundary, scatter
from coursekit.plotting.style import COLORS, MARKERS, figure

__all__ = [
    "COLORS",
    "MARKERS",
    "activations",
    "biological_neuron",
    "bound_sweep",
    "centres",
    "curves",
    "decision_boundary",
    "directions",
    "dots",
    "error_curves",
    "figure",
    "forward_step",
    "gate_panels",
    "graph",
    "graph_step",
    "half_plane",
    "hidden_space",
    "image_row",
    "logit_plane",
    "mistakes",
    "nested_fields",
    "network_sizes",
    "networks",
    "nine_weights",
    "operating_points",
    "pipeline",
    "pixel_maps",
    "power_laws",
    "region",
    "runs",
    "scatter",
    "shares",
    "slope",
    "squeeze",
    "step_rules",
    "timeline",
    "timeline_lanes",
    "unit_diagram",
    "zoom",
]
