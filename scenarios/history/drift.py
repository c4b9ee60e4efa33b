"""How the level of a rate changes over time, learnt month by month and carried forward.

A level multiplies a rate. Each month its posterior (Gamma) is discounted a little, which says
that it may have changed, and then sees the month's events. How much to discount is not
chosen but averaged over, by how well each value foretold every month before it was seen. A
council whose numbers are steady gets a long memory; one whose arrivals stop gets a short one.

The level goes on changing in the future, at least as much as it does in councils in general:
the yearly standard deviations below are what remains of year-to-year changes in published
figures after chance.

References
----------
.. [1] Smith and Miller (1986), "A non-Gaussian state space model and application to prediction
   of records", Journal of the Royal Statistical Society B 48.
.. [2] Raftery, Karny and Ettler (2010), "Online prediction under model uncertainty via dynamic
   model averaging", Technometrics 52.
.. [3] Department for Education, "Children looked after in England including adoptions",
   children starting and ceasing to be looked after by local authority, 2021 to 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MONTHS = 12
STARTING_YEARLY_SD = 0.17
"""Standard deviation of yearly log changes in children starting, beyond chance: 0.16 to 0.18."""
LEAVING_YEARLY_SD = 0.07
"""The same of the rate at which children in care leave it: 0.05 to 0.09."""

_DISCOUNTS = (0.75, 0.85, 0.9, 0.94, 0.96, 0.98, 0.99, 0.995)
_FADING = 0.95
"""How much each month leaves of what earlier months said of the discounts: after a jump has
been followed, a longer memory may be right again."""
_FIRST_SHAPE = 2.0
_LEAST_SHAPE = 0.3
_FASTEST_MONTHLY_SD = 0.35


@dataclass(frozen=True)
class Level:
    """What is known of a level at the end of the months seen.

    Parameters
    ----------
    weights
        Of each discount, adding up to 1.
    shapes, rates
        Of the Gamma posterior under each discount.
    steps
        Monthly standard deviation of the log level from here on, under each discount.
    """

    weights: NDArray[np.float64]
    shapes: NDArray[np.float64]
    rates: NDArray[np.float64]
    steps: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """The mean level now."""
        return float(np.sum(self.weights * self.shapes / self.rates))

    def draw(self, rng: np.random.Generator, draws: int, months: int) -> NDArray[np.float64]:
        """Return future levels, shape (draws, months); their mean stays what it is now."""
        chosen = rng.choice(len(self.weights), size=draws, p=self.weights)
        now = rng.gamma(self.shapes[chosen]) / self.rates[chosen]
        steps = self.steps[chosen][:, None]
        walk = np.cumsum(steps * rng.standard_normal((draws, months)) - steps**2 / 2, axis=1)
        return np.asarray(now[:, None] * np.exp(walk))


def follow(events: Sequence[float], expected: Sequence[float], *, yearly_sd: float) -> Level:
    """Return the level of a rate after some months.

    Parameters
    ----------
    events
        Counted in each month, the earliest first.
    expected
        Events expected of each month at level 1.
    yearly_sd
        The least standard deviation of the log level over a future year.

    Returns
    -------
    Level
        Mean 1, and vague, when there are no months.
    """
    logs, shapes, rates, steps = [], [], [], []
    floor = yearly_sd / MONTHS**0.5
    for discount in _DISCOUNTS:
        shape = rate = _FIRST_SHAPE
        likelihood = 0.0
        for seen, mean in zip(events, expected, strict=True):
            shape, rate = discount * shape, discount * rate
            if shape < _LEAST_SHAPE:  # a shape near nothing would call any month impossible
                shape, rate = _LEAST_SHAPE, rate * _LEAST_SHAPE / shape
            likelihood *= _FADING
            if mean > 0:
                likelihood += (
                    lgamma(shape + seen)
                    - lgamma(shape)
                    - lgamma(seen + 1)
                    + shape * log(rate / (rate + mean))
                    + seen * log(mean / (rate + mean))
                )
            shape, rate = shape + seen, rate + mean
        logs.append(likelihood)
        shapes.append(shape)
        rates.append(rate)
        step = ((1 / discount - 1) / max(shape, 1.0)) ** 0.5
        steps.append(min(max(step, floor), _FASTEST_MONTHLY_SD))
    weights = np.exp(np.asarray(logs) - max(logs))
    return Level(weights / weights.sum(), np.asarray(shapes), np.asarray(rates), np.asarray(steps))
