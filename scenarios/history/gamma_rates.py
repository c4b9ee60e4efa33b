"""Events over exposure with shrinkage, the uncertainty of each estimate kept.

Each cell's rate is Gamma distributed around what is expected of it, and its events are
Poisson. How far a cell is drawn towards the expectation is learnt from how much the cells
differ beyond chance (empirical Bayes), so a cell with few events borrows from the others and
one with many speaks for itself. What comes out is a posterior to draw from, not a number.

References
----------
.. [1] Clayton and Kaldor (1987), "Empirical Bayes estimates of age-standardized relative
   risks for use in disease mapping", Biometrics 43.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_STRENGTHS = np.geomspace(1.0, 500.0, 28)
"""Strengths of shrinkage, in events: how many the expectation is worth."""
_LEAST_EVENTS = 0.5
"""Events that an overall rate is given before any are seen, so that none is ever nothing."""

_log_gamma = np.vectorize(lgamma, otypes=[np.float64])


@dataclass(frozen=True)
class GammaRates:
    """Posterior rates a year, one for each cell of an array.

    Parameters
    ----------
    events
        Counted in each cell.
    exposure
        Child-years (or years) in each cell.
    shape, scale
        Of each cell's Gamma posterior; the mean is shape times scale.
    """

    events: NDArray[np.float64]
    exposure: NDArray[np.float64]
    shape: NDArray[np.float64]
    scale: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """The posterior mean of each rate."""
        return self.shape * self.scale

    def draw(self, rng: np.random.Generator, draws: int) -> NDArray[np.float64]:
        """Return joint draws, shape (draws, cells...)."""
        shape = (draws, *self.shape.shape)
        return rng.gamma(np.broadcast_to(self.shape, shape), np.broadcast_to(self.scale, shape))

    def interval(self, draws: int = 4000, seed: int = 1) -> NDArray[np.float64]:
        """Return the 5th and 95th percentile of each rate, shape (2, cells...)."""
        sample = self.draw(np.random.default_rng(seed), draws)
        return np.asarray(np.quantile(sample, (0.05, 0.95), axis=0))


def overall_rate(events: ArrayLike, exposure: ArrayLike) -> float:
    """Return events over exposure of all cells together; never 0, and 0.5 without exposure."""
    total = float(np.sum(exposure))
    return (float(np.sum(events)) + _LEAST_EVENTS) / (total + 1.0)


def shrink(events: ArrayLike, exposure: ArrayLike, expected: ArrayLike | None = None) -> GammaRates:
    """Return posterior rates, drawn towards what is expected of each cell.

    Parameters
    ----------
    events, exposure
        Of each cell; any shape, the same.
    expected
        Rate expected of each cell before its events are seen; the overall rate by default.

    Returns
    -------
    GammaRates
        In the shape of the cells.
    """
    counted = np.asarray(events, dtype=np.float64)
    time = np.asarray(exposure, dtype=np.float64)
    prior = np.broadcast_to(
        np.asarray(overall_rate(counted, time) if expected is None else expected, dtype=np.float64),
        counted.shape,
    )
    strength = _strength(counted, time * prior)
    return GammaRates(counted, time, strength + counted, 1.0 / (strength / prior + time))


def _strength(events: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Return the strength under which the events are likeliest, chance and spread together."""
    seen = expected > 0
    counted, mean = events[seen].ravel(), expected[seen].ravel()
    if counted.size < 2:
        return float(_STRENGTHS[len(_STRENGTHS) // 2])
    best, most = float(_STRENGTHS[0]), -np.inf
    # The expectation is worth no more events than were seen to form it.
    for strength in _STRENGTHS[max(2.0, float(counted.sum())) >= _STRENGTHS]:
        share = strength / (strength + mean)
        likelihood = float(
            np.sum(
                _log_gamma(strength + counted)
                - _log_gamma(strength)
                + strength * np.log(share)
                + counted * np.log1p(-share)
            )
        ) + float(np.log(strength) * -0.5)  # a little against certainty when cells are few
        if likelihood > most:
            best, most = float(strength), likelihood
    return best


def shrink_shares(
    counts: ArrayLike, towards: ArrayLike, strength: float = 5.0
) -> NDArray[np.float64]:
    """Return Dirichlet parameters of shares: counts, and a few more in expected proportion.

    Parameters
    ----------
    counts
        Shape (..., kinds).
    towards
        Expected counts or shares, shape (kinds,) or as the counts.
    strength
        How many events the expectation is worth.
    """
    expected = np.asarray(towards, dtype=np.float64) + 1e-3
    expected = expected / expected.sum(axis=-1, keepdims=True)
    return np.asarray(np.asarray(counts, dtype=np.float64) + strength * expected)


def draw_shares(
    parameters: NDArray[np.float64], rng: np.random.Generator, draws: int
) -> NDArray[np.float64]:
    """Return Dirichlet draws, shape (draws, ..., kinds)."""
    sample = rng.gamma(np.broadcast_to(parameters, (draws, *parameters.shape)))
    sample = np.maximum(sample, 1e-12)
    return np.asarray(sample / sample.sum(axis=-1, keepdims=True))
