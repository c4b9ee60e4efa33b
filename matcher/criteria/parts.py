"""What several criteria share: scales of miles, scores made of parts, shares by household."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from matcher.evidence.arrays import Flags, Floats, HomeArrays
    from matcher.policy import MilesScale

TRI = np.array([0.0, 1.0, np.nan])
"""Share by a flag of :class:`~matcher.evidence.arrays.HomeArrays`: no, yes, not recorded (-1)."""


def share_at(miles: float, scale: MilesScale) -> float:
    """Return the share of the points at a distance; the same as of many to the bit."""
    full, half, none = scale.full_within_miles, scale.half_at_miles, scale.none_from_miles
    if miles <= full:
        return 1.0
    if miles >= none:
        return 0.0
    if miles < half:
        return (0.5 - 1.0) / (half - full) * (miles - full) + 1.0
    return (0.0 - 0.5) / (none - half) * (miles - half) + 0.5


def shares_at(miles: Any, scale: MilesScale) -> Any:
    """Return the share of the points at each distance; nan where it is unknown."""
    return np.interp(
        miles,
        (scale.full_within_miles, scale.half_at_miles, scale.none_from_miles),
        (1.0, 0.5, 0.0),
    )


def blended(parts: Sequence[tuple[float | None, float]], unknown: float) -> float | None:
    """Return the weighted mean of parts, some of which may be unknown.

    Parameters
    ----------
    parts
        Share, 0 to 1 or None when unknown, and weight, above 0.
    unknown
        What an unknown part scores, from the policy.

    Returns
    -------
    float or None
        0 to 1; None when there is no known part.
    """
    if all(share is None for share, _ in parts):
        return None
    total = weight = 0.0
    for share, each in parts:
        total += each * (unknown if share is None else share)
        weight += each
    return total / weight


class Part(NamedTuple):
    """One part of a score over all homes; shape (n,) each.

    Parameters
    ----------
    shares
        0 to 1; where unknown, what the policy says of unknowns.
    missing
        Where it is unknown.
    """

    shares: Floats
    missing: Flags


def part_of(shares: Floats, unknown: float) -> Part:
    """Return a part from shares in which nan stands for unknown."""
    missing = np.isnan(shares)
    return Part(np.where(missing, unknown, shares), missing)


def blended_shares(parts: Sequence[tuple[Part, float]]) -> Floats:
    """Return :func:`blended` over all homes at once; nan where no part is known.

    Parameters
    ----------
    parts
        Each with its weight, above 0; at least one.
    """
    first, weight = parts[0]
    total: Floats = weight * first.shares
    missing = first.missing
    for part, each in parts[1:]:
        total += part.shares if each == 1 else each * part.shares
        missing = missing & part.missing
        weight += each
    total /= weight
    total[missing] = np.nan
    return total


def household_shares(
    homes: HomeArrays,
    fields: tuple[str, ...],
    key: Hashable,
    share: Callable[[Any], float | None],
) -> Floats:
    """Return a share that depends on few fields of the household only, in every home.

    Few households differ in these fields, so the share is worked out once for each value.

    Parameters
    ----------
    homes
        The homes.
    fields
        Fields of :class:`~matcher.domain.home.Household`.
    key
        Everything that the share depends on beside the fields.
    share
        From the values of the fields, as a tuple: 0 to 1, or None when unknown.

    Returns
    -------
    ndarray of float64, shape (n,)
        nan where unknown.
    """
    codes = homes.whole.household_codes(fields)
    found: Floats = codes.shares(key, share)[homes.cut(codes.codes)]
    return found
