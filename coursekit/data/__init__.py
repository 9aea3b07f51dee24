"""The data of the course: made by code or shipped with the dependencies, so nothing is fetched.

Every generator takes `rng`, a seed or a `numpy.random.Generator`, and returns inputs X with one
row per example and labels y.
"""

from coursekit.data.batches import batches
from coursekit.data.collider import Events, collider
from coursekit.data.digits import digits
from coursekit.data.gates import gate
from coursekit.data.glyphs import FONTS, LETTERS, glyphs
from coursekit.data.higgs import higgs
from coursekit.data.history import Event, timeline
from coursekit.data.images import cifar10, fashion_mnist, mnist
from coursekit.data.numbers import number_words
from coursekit.data.opinions import Opinion, opinions
from coursekit.data.own import own_rng
from coursekit.data.points import blobs, moons, spirals
from coursekit.data.pose import pose, posed_digits
from coursekit.data.split import split

__all__ = [
    "FONTS",
    "LETTERS",
    "Event",
    "Events",
    "Opinion",
    "batches",
    "blobs",
    "cifar10",
    "collider",
    "digits",
    "fashion_mnist",
    "gate",
    "glyphs",
    "higgs",
    "mnist",
    "moons",
    "number_words",
    "opinions",
    "own_rng",
    "pose",
    "posed_digits",
    "spirals",
    "split",
    "timeline",
]
