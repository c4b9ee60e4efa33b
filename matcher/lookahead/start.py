"""Who lives in the homes when the replay begins, and what others do with their beds.

A bed that is kept for those who come next may be gone before they come: children of other
authorities take it. What stands against it is that those of them who leave make room for ours.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from matcher.domain.agreement import Route
from matcher.domain.history import looked_for
from matcher.domain.placement import ResidentKind
from matcher.rules.masks import is_own

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from matcher.domain.home import Home
    from matcher.domain.world import World
    from matcher.lookahead.meetings import Stays


@dataclass(frozen=True, eq=False)
class Start:
    """The homes as they are on the first day.

    Parameters
    ----------
    ours
        Each of our own children who is placed: the position of the home, and whether the
        stay is short or long.
    others
        How many children of other authorities live in each home, shape (homes,).
    shared
        Whether others may take a free bed, shape (homes,).
    leave_per_week
        How many of the others leave, of each one there; 0 where nothing is known of them.
    take_per_week
        How many free beds the others take, of each one in a home that is shared.
    kind
        Whether the others are short or long stayers.
    """

    ours: tuple[tuple[int, int], ...]
    others: NDArray[np.intp]
    shared: NDArray[np.bool_]
    leave_per_week: float
    take_per_week: float
    kind: int

    @classmethod
    def of(cls, world: World, home_ids: Sequence[str], stays: Stays) -> Self:
        """Return what a register of who lives where today says.

        Others are taken to stay as long as our own children do, and to take as many beds a week
        as they leave.

        Parameters
        ----------
        world
            Who lives where.
        home_ids
            In order.
        stays
            How long our own children stay.
        """
        at = {home_id: position for position, home_id in enumerate(home_ids)}
        day = world.as_of
        ours = [
            (
                at[each.home_id],
                stays.kind(stays.expected(world.children[each.child_id], day, None)),
            )
            for each in world.placements.values()
        ]
        there = Counter(
            each.home_id for each in world.residents.values() if each.kind is ResidentKind.FOSTERED
        )
        others = np.array([there[home_id] for home_id in home_ids], dtype=np.intp)
        shared = np.array([is_shared(world, world.homes[home_id]) for home_id in home_ids])
        free = np.array([max(world.beds_free(home_id, day), 0) for home_id in home_ids])
        leave = 1.0 / stays.usual_weeks
        vacant = int(free[shared].sum())
        take = leave * int(others[shared].sum()) / vacant if vacant else 0.0
        return cls(tuple(ours), others, shared, leave, take, stays.usual_kind)

    @classmethod
    def empty(cls, homes: int) -> Self:
        """Return so many homes that nobody lives in, and that nobody else uses."""
        return cls((), np.zeros(homes, np.intp), np.zeros(homes, np.bool_), 0.0, 0.0, 0)


def is_shared(world: World, home: Home) -> bool:
    """Whether other authorities may take a free bed: not of our own homes, nor of our blocks."""
    if is_own(world.providers[home.provider_id], world) or not looked_for(home.setting):
        return False
    agreements = [world.agreements[each] for each in home.agreement_ids]
    return not agreements or any(each.route is not Route.BLOCK for each in agreements)
