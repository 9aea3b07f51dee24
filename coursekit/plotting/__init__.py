"""The figures of the course: one style, one call each; arrays and callables in, a figure out."""

from coursekit.plotting.planes import decision_boundary, scatter
from coursekit.plotting.style import COLORS, MARKERS, figure

__all__ = ["COLORS", "MARKERS", "decision_boundary", "figure", "scatter"]
