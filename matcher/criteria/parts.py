"""What several criteria share: scales of miles, scores made of parts, arrays worth keeping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from matcher.evidence.arrays import Floats, HomeArrays
    from matcher.policy import MilesScale

TRI = np.array([0.0, 1.0, np.nan])
"""Share by a flag of :class:`~matcher.evidence.arrays.HomeArrays`: no, yes, not recorded (-1)."""


def share_at(miles: float, scale: MilesScale) -> float:
    """Return the share of the points at a distance."""
    return float(shares_at(np.float64(miles), scale))


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


def blended_shares(parts: Sequence[tuple[Floats, float]], unknown: float) -> Floats:
    """Return :func:`blended` over all homes at once; nan stands for unknown.

    Parameters
    ----------
    parts
        Shares, shape (n,), and weight, above 0; at least one part.
    unknown
        What an unknown part scores, from the policy.
    """
    total: Floats = np.zeros(len(parts[0][0]))
    nothing: Any = True
    weight = 0.0
    for shares, each in parts:
        missing = np.isnan(shares)
        total += each * np.where(missing, unknown, shares)
        nothing = missing & nothing
        weight += each
    total /= weight
    total[nothing] = np.nan
    return total


def kept(homes: HomeArrays, key: Hashable, make: Callable[[], Any]) -> Any:
    """Return an array that does not depend on the child, made once and read-only.

    Parameters
    ----------
    homes
        The homes, in whose cache it is kept.
    key
        Everything that the array depends on beside the homes.
    make
        Makes it.
    """
    found = homes.cache.get(key)
    if found is None:
        found = make()
        found.flags.writeable = False
        homes.cache[key] = found
    return found


def counted(count: int, word: str, plural: str = "") -> str:
    """Return a count with its word: "1 level", "2 levels"."""
    return f"{count} {word if count == 1 else plural or word + 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
