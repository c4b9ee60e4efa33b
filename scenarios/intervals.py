"""Ninety per cent intervals from replications, of two kinds that must not be mixed up.

*Over futures*: what nine futures in ten lie between. The council lives through one future, so
this is what it should plan for; more replications make it steadier, not narrower. *Of the
mean*: where the mean of endlessly many replications would lie. It narrows with more of them,
and tells whether a difference is there at all.

Both are calibrated for few replications: the first so that a further replication falls inside
nine times in ten, the second so that the true mean does.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOW, HIGH = 0.05, 0.95
"""The ends of every interval here."""

ENOUGH_FOR_QUANTILES = 19
"""From so many on, the 5 per cent quantile lies among the values (1/20 is the first of 19)."""


def of_futures(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return what nine futures in ten lie between.

    Parameters
    ----------
    values
        One for each replication, at least two, none of them nan.

    Returns
    -------
    tuple of float
        5 and 95 per cent.
    """
    return quantile_of_futures(values, LOW), quantile_of_futures(values, HIGH)


def quantile_of_futures(values: NDArray[np.float64], share: float) -> float:
    """Return what a further replication stays below with a given chance.

    The k-th smallest of n values is the k/(n+1) quantile, whatever their distribution. With
    fewer values than reach so far out, they are taken to be normal.

    Parameters
    ----------
    values
        One for each replication, at least two, none of them nan.
    share
        The chance, between 0 and 1.

    References
    ----------
    .. [1] Hahn and Meeker, "Statistical Intervals", 1991, sections 4.7 and 5.4: intervals to
       contain one future observation.
    """
    count = len(values)
    ordered = np.sort(values)
    if count >= ENOUGH_FOR_QUANTILES or ordered[0] == ordered[-1]:
        return float(np.quantile(ordered, share, method="weibull"))
    spread = float(np.std(ordered, ddof=1)) * math.sqrt(1 + 1 / count)
    return float(np.mean(ordered)) + student_quantile(share, count - 1) * spread


def of_mean(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 90 per cent interval of the mean.

    Parameters
    ----------
    values
        One for each replication, at least two, none of them nan.

    Returns
    -------
    tuple of float
        Low and high, by Student's t.
    """
    mean = float(np.mean(values))
    half = half_width_of_mean(values)
    return mean - half, mean + half


def half_width_of_mean(values: NDArray[np.float64]) -> float:
    """Return half the width of the 90 per cent interval of the mean.

    Parameters
    ----------
    values
        One for each replication, at least two, none of them nan.
    """
    count = len(values)
    if np.all(values == values[0]):  # the sum of squares of equal values may miss 0 by a hair
        return 0.0
    return student_quantile(HIGH, count - 1) * float(np.std(values, ddof=1)) / math.sqrt(count)


@cache
def student_quantile(share: float, degrees: int) -> float:
    """Return a quantile of Student's t distribution.

    Parameters
    ----------
    share
        Of the distribution below the quantile, between 0 and 1.
    degrees
        Degrees of freedom, at least 1.

    Examples
    --------
    >>> round(student_quantile(0.95, 9), 4)
    1.8331
    >>> round(student_quantile(0.95, 199), 4)
    1.6525
    """
    if share < 0.5:
        return -student_quantile(1 - share, degrees)
    low, high = 0.0, 1.0
    while _student_below(high, degrees) < share:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if _student_below(middle, degrees) < share:
            low = middle
        else:
            high = middle
    return high


def _student_below(value: float, degrees: int) -> float:
    """Return the share of Student's t below a value that is not negative.

    Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4: the sum is
    finite for whole degrees of freedom.
    """
    angle = math.atan(value / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    term = total = 1.0 if degrees % 2 == 0 else cosine
    for k in range(2 if degrees % 2 else 1, degrees - 2, 2):
        term *= cosine * cosine * k / (k + 1)
        total += term
    if degrees % 2 == 0:
        inside = sine * total
    else:
        inside = 2 / math.pi * (angle + (sine * total if degrees > 1 else 0.0))
    return (1 + inside) / 2
