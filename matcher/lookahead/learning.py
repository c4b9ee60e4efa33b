"""From a history of arrivals to bed values: seconds, so that it can be done every month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.history import WEEKS_A_YEAR
from matcher.errors import DataError
from matcher.lookahead.homes import value_homes
from matcher.lookahead.meetings import meet, stays_of
from matcher.lookahead.rent import as_values, rents
from matcher.lookahead.replay import Replay
from matcher.lookahead.states import MOST_ROOM, STATES
from matcher.lookahead.values import BedValues, LearningMethod, kind_of
from matcher.version import VERSION

if TYPE_CHECKING:
    from matcher.domain.history import ArrivalHistory
    from matcher.domain.world import World
    from matcher.policy import Policy

ROUNDS, AVERAGED = 14, 4
FIRST_DAMPING, LAST_DAMPING = 0.5, 0.3
VISITS = 1500
HALF_TRUSTED_FAMILIES = 40
"""With so many families in the history values count half; with none they count nothing."""
LEAST_FAMILIES = 1


def learn(
    world: World,
    policy: Policy,
    history: ArrivalHistory,
    *,
    method: LearningMethod = LearningMethod.REPLAY,
    seed: int = 1,
    visits: int = VISITS,
) -> BedValues:
    """Learn what beds are worth to those who come next.

    Parameters
    ----------
    world
        Homes, agreements and residents of other authorities.
    policy
        In whose points.
    history
        Who came.
    method
        How.
    seed
        Of the replay; the same gives the same to the bit.
    visits
        Families in one replay, of which there are :data:`ROUNDS`.

    Raises
    ------
    DataError
        If nobody came.
    """
    if len(history.arrivals) < LEAST_FAMILIES:
        raise DataError("Nobody arrives in this history, so nothing can be learnt from it.")
    stays = stays_of(history)
    meetings = meet(world, policy, history, stays)
    unplaced = policy.look_ahead.unplaced_points
    if method is LearningMethod.RENT:
        values = as_values(rents(meetings, stays, unplaced_points=unplaced), stays)
    else:
        replay = Replay(meetings, stays, unplaced_points=unplaced, seed=seed)
        values = np.zeros((len(meetings.home_ids), len(STATES)))
        kept = np.zeros_like(values)
        for number in range(ROUNDS):
            regrets = replay.run(values, visits)
            damping = FIRST_DAMPING if number < ROUNDS // 2 else LAST_DAMPING
            found = value_homes(meetings, stays, regrets, values)
            values = (1 - damping) * values + damping * found
            if number >= ROUNDS - AVERAGED:
                kept += values / AVERAGED
        values = kept
    families = len(history.arrivals)
    share = families / (families + HALF_TRUSTED_FAMILIES)
    able = np.isfinite(meetings.loss)
    yearly = meetings.per_week * WEEKS_A_YEAR
    return BedValues(
        method=method,
        home_ids=meetings.home_ids,
        kinds=tuple(
            kind_of(world.homes[home_id], int(room))
            for home_id, room in zip(meetings.home_ids, meetings.room, strict=True)
        ),
        values=values * share,
        stays=stays,
        window=(history.starts, history.ends),
        families=families,
        share_kept=share,
        families_a_year=(able * yearly[:, None]).sum(axis=0),
        groups_a_year=np.bincount(meetings.beds, weights=yearly, minlength=MOST_ROOM + 1).astype(
            np.float64
        ),
        policy=policy.name,
        policy_version=policy.version,
        data_hash=world.data_hash,
        source=history.source,
        version=VERSION,
    )
