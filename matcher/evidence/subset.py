"""Some of the homes, as if there were no others: for questions that most homes are no answer to."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.evidence.arrays import Flags, HomeArrays

    Ints = NDArray[np.int64]

_OTHER_FIELDS = frozenset(
    {
        "world",
        "ids",
        "index",
        "authorities",
        "purchases",
        "holds",
        "connected_to",
        "home_of_occupant",
        "avoided_by_occupants",
        "_kept",
        "_kept_for_now",
        "_kept_today",
        "_codes",
    }
)
"""Fields of HomeArrays that are not one entry a home."""


def some_homes(homes: HomeArrays, wanted: Flags) -> tuple[HomeArrays, Ints]:
    """Return some of the homes as arrays of their own.

    Rules and criteria say of each home the same as among all homes. Where homes are left
    out, one of them stays as the last row and stands for all of them: whatever a rule writes
    down about a home that is not there is written there, and nobody reads it.

    Parameters
    ----------
    homes
        All homes.
    wanted
        Which of them, shape (n,).

    Returns
    -------
    HomeArrays
        The homes wanted in the same order, then the row that stands for the others, if any.
    ndarray of int64
        The position of each home wanted among all homes: one entry less than there are rows
        where homes are left out.
    """
    kept = np.flatnonzero(wanted).astype(np.int64)
    if len(kept) == homes.n:
        return homes, kept
    rows = np.append(kept, np.flatnonzero(~wanted)[0])
    place = np.full(homes.n, len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    at = place.tolist()

    def places(positions: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted({at[each] for each in positions}))

    columns: dict[str, Any] = {
        each.name: getattr(homes, each.name)[..., rows]
        for each in fields(homes)
        if each.name not in _OTHER_FIELDS
    }
    holds = homes.holds[wanted[homes.holds[:, 0]]]
    holds[:, 0] = place[holds[:, 0]]
    found = replace(
        homes,
        **columns,
        ids=tuple(homes.ids[row] for row in rows.tolist()),
        index=dict(zip(homes.ids, at, strict=True)),
        holds=holds,
        connected_to={child: places(there) for child, there in homes.connected_to.items()},
        home_of_occupant={child: at[there] for child, there in homes.home_of_occupant.items()},
        avoided_by_occupants={
            child: places(there) for child, there in homes.avoided_by_occupants.items()
        },
        _kept={},
        _kept_for_now={},
        _kept_today={},
        _codes={},
    )
    return found, kept
