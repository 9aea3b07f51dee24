"""Toy collider events: does this collision hold a new particle?

Two jets, a lepton and missing momentum per event. In a signal event, both jets come from one
particle of mass 125 GeV; in the background their joint mass can be anything. The kinematics are
real (two-body decay, Lorentz boost, 10 % jet resolution), all else is a toy: no detector, no
other processes. It stands for the data of Baldi, Sadowski and Whiteson (2014), Searching for
Exotic Particles in High-Energy Physics with Deep Learning, doi:10.1038/ncomms5308.
"""

from dataclasses import dataclass

import numpy as np

from coursekit.data.points import Rng
from coursekit.validate import Array, generator, share, whole

LOW = (
    "jet 1 pt", "jet 1 eta", "jet 1 phi", "jet 2 pt", "jet 2 eta", "jet 2 phi",
    "lepton pt", "lepton eta", "lepton phi", "missing pt", "missing phi",
)  # fmt: skip
HIGH = ("m_jj", "delta R", "m_T")


@dataclass(frozen=True)
class Events:
    """Collisions: what the detector sees, what physicists compute from it, and the truth."""

    low: Array  # (n, 11) momenta in GeV and angles, in the order of LOW
    high: Array  # (n, 3) joint mass (GeV), distance of the jets, transverse mass (GeV): HIGH
    y: Array  # (n,) 1 for signal, 0 for background


def collider(n: int = 1000, *, signal: float = 0.5, rng: Rng = 0) -> Events:
    """Draw n events.

    Args:
        n: number of events, at least 1.
        signal: probability of a signal event, from 0 to 1; small values make a rare class.
        rng: seed or generator.

    Raises:
        ValueError: if n or signal is out of range.
    """
    whole(n, 1, "n")
    share(signal, "signal")
    r = generator(rng)
    y = (r.random(n) < signal).astype(float)
    mass = np.where(y == 1, r.normal(125, 6, n), 20 + r.gamma(2.2, 45, n))
    pt = r.exponential(np.where(y == 1, 70, 55), n) + 10
    first, second = _decay(mass, pt, r.normal(0, 1.3, n), r.uniform(-np.pi, np.pi, n), r)
    lepton = np.stack(
        [
            r.exponential(np.where(y == 1, 40, 34), n) + 20,
            r.normal(0, 1.1, n),
            r.uniform(-np.pi, np.pi, n),
        ]
    )
    missing = np.stack(
        [r.exponential(np.where(y == 1, 45, 38), n) + 10, r.uniform(-np.pi, np.pi, n)]
    )
    low = np.vstack([first, second, lepton, missing]).T
    return Events(low, high_level(low), y)


def high_level(low: Array) -> Array:
    """Return what physics makes of the raw numbers, (n, 11) -> (n, 3), columns as in HIGH."""
    pt1, eta1, phi1, pt2, eta2, phi2, pt_l, _, phi_l, pt_m, phi_m = low.T
    d_eta, d_phi = eta1 - eta2, (phi1 - phi2 + np.pi) % (2 * np.pi) - np.pi
    m_jj = np.sqrt(2 * pt1 * pt2 * (np.cosh(d_eta) - np.cos(d_phi)))
    m_t = np.sqrt(2 * pt_l * pt_m * (1 - np.cos(phi_l - phi_m)))
    return np.stack([m_jj, np.hypot(d_eta, d_phi), m_t], axis=1)


def _decay(
    mass: Array, pt: Array, eta: Array, phi: Array, r: np.random.Generator
) -> tuple[Array, Array]:
    """Let particles decay into two jets without mass; return (pt, eta, phi) of each, (3, n)."""
    cos, angle = r.uniform(-1, 1, len(mass)), r.uniform(-np.pi, np.pi, len(mass))
    sin = np.sqrt(1 - cos**2)
    direction = np.stack([sin * np.cos(angle), sin * np.sin(angle), cos])  # at rest
    momentum = np.stack([pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)])
    velocity = momentum / np.sqrt((momentum**2).sum(axis=0) + mass**2)
    return (
        _jet(_boost(mass / 2, direction, velocity), r),
        _jet(_boost(mass / 2, -direction, velocity), r),
    )


def _boost(energy: Array, direction: Array, velocity: Array) -> Array:
    """Return the momentum, (3, n), of a massless particle seen from a moving frame."""
    gamma = 1 / np.sqrt(1 - (velocity**2).sum(axis=0))
    along = (velocity * direction).sum(axis=0)  # p.v / E
    moved: Array = energy * (direction + (gamma + gamma**2 / (gamma + 1) * along) * velocity)
    return moved


def _jet(momentum: Array, r: np.random.Generator) -> Array:
    """Return pt, eta, phi as measured: the energy is off by 10 %, the direction is not."""
    px, py, pz = momentum * np.exp(r.normal(0, 0.10, momentum.shape[1]))
    pt = np.hypot(px, py)
    return np.stack([pt, np.arcsinh(pz / pt), np.arctan2(py, px)])
