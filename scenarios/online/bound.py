"""What no way to decide can do better than, in a given future.

Everything is known beforehand, families may live in homes in fractions, and a home may take
whom its beds allow whoever else lives there. Rents of beds make this a sum over families [1]_:
any rents give a valid bound, good ones a tight one. It is loose: nobody knows the future, and
household rules bind.

References
----------
.. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
   Programming Study 2 (1974).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.history import Arrival, ArrivalHistory
from matcher.lookahead.meetings import meet, stays_of
from matcher.lookahead.rent import rents
from scenarios.online.future import GIVE_UP_WEEKS, POINTS_A_WEEK_WITHOUT
from scenarios.online.town import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.online.town import Coming, Town

_SCALES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


def bound(town: Town, coming: Sequence[Coming], *, counted_from: int, weeks: int) -> float:
    """Return a total loss that no way to decide goes below.

    Parameters
    ----------
    town
        Where.
    coming
        Who comes.
    counted_from, weeks
        The weeks in which those come who are counted.
    """
    counted = [each for each in coming if counted_from <= each.week < weeks]
    nowhere = POINTS_A_WEEK_WITHOUT * GIVE_UP_WEEKS
    # Brothers and sisters together, and each by themselves: what is split costs no less.
    whole = [_arrival(each, each, weeks) for each in counted]
    alone, family_of = [], []
    for at, each in enumerate(counted):
        for child in each.children:
            single = replace(
                each,
                children=(child.model_copy(update={"sibling_group_id": None}),),
                group=None,
            )
            alone.append(_arrival(single, each, weeks))
            family_of.append(at)
    history = ArrivalHistory(
        town.start,
        town.start + timedelta(weeks=weeks),
        (*whole, *alone),
        "the future itself",
    )
    stays = stays_of(history)
    meetings = meet(opened(town), town.policy, history, stays, others_stay=True)
    first = len(whole)
    together = replace(
        meetings,
        loss=meetings.loss[:first],
        beds=meetings.beds[:first],
        kind=meetings.kind[:first],
        solo=meetings.solo[:first],
        per_week=np.full(first, 1.0 / (weeks - counted_from)),
    )
    rent = rents(together, stays, unplaced_points=nowhere)
    # A child holds a bed for no longer than the period lasts.
    took = np.array([each.stay_weeks for each in history.arrivals], dtype=float)
    room = meetings.room * float(weeks - counted_from)
    sizes = meetings.beds
    best = 0.0
    for scale in _SCALES:
        cost = meetings.loss + scale * rent[None, :] * (sizes * took)[:, None]
        least = np.minimum(cost.min(axis=1), nowhere * sizes)
        apart = np.bincount(family_of, weights=least[first:], minlength=first)
        total = float(np.minimum(least[:first], apart).sum()) - scale * float(rent @ room)
        best = max(best, total)
    return best


def _arrival(some: Coming, family: Coming, weeks: int) -> Arrival:
    left = max(weeks - family.week, 1)
    return Arrival(
        children=some.children,
        group=some.group,
        referral=family.referral,
        stay_weeks=min(family.stay_weeks, float(left)),
        per_week=1.0,
    )
