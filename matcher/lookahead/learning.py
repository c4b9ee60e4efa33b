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
from matcher.lookahead.start import Start
from matcher.lookahead.states import MOST_ROOM, STATES
from matcher.lookahead.values import BedValues, LearningMethod, kind_of
from matcher.policy import AimName
from matcher.version import VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.domain.history import ArrivalHistory
    from matcher.domain.world import World
    from matcher.lookahead.meetings import Meetings, Stays
    from matcher.policy import Policy

    Floats = NDArray[np.float64]

ROUNDS, AVERAGED = 14, 4
FIRST_DAMPING, LAST_DAMPING = 0.5, 0.3
VISITS = 1500
HALF_TRUSTED_FAMILIES = 40
"""With so many families in the history values count half; with none they count nothing."""
LEAST_FAMILIES = 1
SCALES = (0.0, 0.1, 0.25, 0.5, 1.0)
"""What was learnt is tried out, so many times as large."""
TRIALS = 2
ENOUGH = 0.75
"""The least scale is taken that gains so much of the most."""


def learn(
    world: World,
    policy: Policy,
    history: ArrivalHistory,
    *,
    method: LearningMethod = LearningMethod.REPLAY,
    seed: int = 1,
    visits: int = VISITS,
    steady: bool = False,
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
    steady
        For a town by itself: the homes fill from empty until as many leave as come, and residents
        of other authorities keep their beds. Otherwise homes begin as they are today.

    Raises
    ------
    DataError
        If nobody came.
    """
    if len(history.arrivals) < LEAST_FAMILIES:
        raise DataError("Nobody arrives in this history, so nothing can be learnt from it.")
    stays = stays_of(history)
    meetings = meet(world, policy, history, stays, others_stay=steady, apart=True)
    unplaced = policy.look_ahead.unplaced_points
    if method is LearningMethod.RENT:
        values = as_values(rents(meetings, stays, unplaced_points=unplaced), stays)
    else:
        homes = meetings.home_ids
        start = Start.empty(len(homes)) if steady else Start.of(world, homes, stays)
        values = _replayed(meetings, stays, start, policy, seed=seed, visits=visits)
    families = len(history.arrivals)
    share = families / (families + HALF_TRUSTED_FAMILIES)
    able = np.isfinite(meetings.loss[:families])
    yearly = meetings.per_week[:families] * WEEKS_A_YEAR
    return BedValues(
        method=method,
        home_ids=meetings.home_ids,
        kinds=tuple(
            kind_of(world.homes[home_id], int(room))
            for home_id, room in zip(meetings.home_ids, meetings.room, strict=True)
        ),
        values=values * share,
        stays=stays,
        others_stay=steady,
        window=(history.starts, history.ends),
        families=families,
        share_kept=share,
        families_a_year=(able * yearly[:, None]).sum(axis=0),
        groups_a_year=np.bincount(
            meetings.beds[:families], weights=yearly, minlength=MOST_ROOM + 1
        ).astype(np.float64),
        policy=policy.name,
        policy_version=policy.version,
        data_hash=world.data_hash,
        source=history.source,
        version=VERSION,
    )


def _replayed(
    meetings: Meetings,
    stays: Stays,
    start: Start,
    policy: Policy,
    *,
    seed: int,
    visits: int,
) -> Floats:
    """Return what each home in each state is worth by replay, shape (homes, states)."""
    unplaced = policy.look_ahead.unplaced_points

    def replay_of(seed: int) -> Replay:
        return Replay(
            meetings,
            stays,
            start,
            unplaced_points=unplaced,
            # A policy of strict order has no prices: there a household more is as bad as none.
            household_points=policy.price(AimName.EXTRA_HOUSEHOLDS) or unplaced,
            seed=seed,
        )

    replay = replay_of(seed)
    values = np.zeros((len(meetings.home_ids), len(STATES)))
    kept = np.zeros_like(values)
    for number in range(ROUNDS):
        regrets = replay.run(values, visits)
        damping = FIRST_DAMPING if number < ROUNDS // 2 else LAST_DAMPING
        found = value_homes(meetings, stays, start, regrets, values)
        values = (1 - damping) * values + damping * found
        if number >= ROUNDS - AVERAGED:
            kept += values / AVERAGED
    # Home by home, the others taken as they were, values come out too large: what saves a bed
    # elsewhere is worth that bed, and so round. How large they should be is tried out.
    costs = [
        sum(replay_of(seed + 1 + trial).cost(kept * scale, visits) for trial in range(TRIALS))
        for scale in SCALES
    ]
    least = costs[0] - ENOUGH * (costs[0] - min(costs))
    scale = next(scale for scale, cost in zip(SCALES, costs, strict=True) if cost <= least)
    return kept * scale
