"""Straight-line miles, exactly as the Department for Education computes them.

The SSDA903 guide derives PL_DISTANCE from the grid references of the home and
placement postcodes: the square root of the sum of squared differences in metres,
over 1,000, over 1.6093, to one decimal. Near means 20.0 miles or less.

References
----------
.. [1] Department for Education, "Looked-after children: guide to submitting data"
   (SSDA903 collection), distance between home and placement.
.. [2] data-to-insight, csc-validator-be-903, rules 392A-392C and the derivation of
   PL_DISTANCE.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.geography.location import Location

KILOMETRES_PER_MILE = 1.6093
"""The DfE's own constant; the international mile has 1.609344 kilometres."""

_TENTHS_A_METRE = 10 / (1000 * KILOMETRES_PER_MILE)

NEAR_HOME_MILES = 20.0
"""At or under this distance a placement counts as near home in the DfE's statistics."""


def distance_miles(a: Location | None, b: Location | None) -> float | None:
    """Return the miles between two locations to one decimal, or None when unknown.

    Parameters
    ----------
    a, b
        Locations; None counts as unknown.

    Returns
    -------
    float or None
        Miles from 0.0, one decimal, halves to even; None when either is unknown.

    Examples
    --------
    >>> from matcher.geography.location import Location, Precision
    >>> wycombe = Location("HP13 7PR", 487_000, 193_000, "E06000060", Precision.POSTCODE)
    >>> aylesbury = Location("HP20 1UA", 482_000, 213_500, "E06000060", Precision.POSTCODE)
    >>> distance_miles(wycombe, aylesbury)
    13.1
    >>> distance_miles(wycombe, None) is None
    True
    """
    if a is None or b is None:
        return None
    if a.easting is None or a.northing is None or b.easting is None or b.northing is None:
        return None
    east = float(b.easting) - float(a.easting)
    north = float(b.northing) - float(a.northing)
    # The same operations in the same order as for many, so that both are the same to the bit.
    return round(sqrt(east * east + north * north) * _TENTHS_A_METRE) / 10


def distances_miles(
    easting: float,
    northing: float,
    eastings: NDArray[np.generic],
    northings: NDArray[np.generic],
) -> NDArray[np.float64]:
    """Return the miles from one point to many, to one decimal.

    Parameters
    ----------
    easting, northing
        Metres; nan when unknown.
    eastings, northings
        Metres, shape (n,); nan when unknown.

    Returns
    -------
    ndarray of float64, shape (n,)
        Miles from 0.0, one decimal; nan when unknown.
    """
    east = eastings.astype(np.float64, copy=False) - easting
    north = northings.astype(np.float64, copy=False) - northing
    miles = np.sqrt(east * east + north * north)
    miles *= _TENTHS_A_METRE
    np.rint(miles, out=miles)
    miles /= 10
    return miles
