"""The data of the course: made by code or shipped with the dependencies, so nothing is fetched.

Every generator takes `rng`, a seed or a `numpy.random.Generator`, and returns inputs X with one
row per example and labels y.
"""

from coursekit.data.batches import batches
from coursekit.data.collider import Events, collider
from coursekit.data.digits import digits
from coursekit.data.gates import gate
from coursekit.data.higgs import higgs
from coursekit.data.history import Event, timeline
from coursekit.data.points import blobs, moons, spirals
from coursekit.data.split import split

__all__ = [
    "Event",
    "Events",
    "batches",
    "blobs",
    "collider",
    "digits",
    "gate",
    "higgs",
    "moons",
    "spirals",
    "split",
    "timeline",
]
