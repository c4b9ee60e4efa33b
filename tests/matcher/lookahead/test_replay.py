"""The replay: who waits, who lives apart, what others take, and that a year begins as today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.agreement import Route
from matcher.domain.codes import PlaceProvider
from matcher.domain.placement import ResidentKind
from matcher.lookahead.homes import value_homes
from matcher.lookahead.learning import learn
from matcher.lookahead.meetings import Meetings, Stays, meet, stays_of
from matcher.lookahead.replay import GIVE_UP_WEEKS, SHARE_OF_A_MOVE, Regrets, Replay
from matcher.lookahead.start import Start, is_shared
from matcher.lookahead.states import AT, STATES
from matcher.lookahead.today import price_today

if TYPE_CHECKING:
    from matcher.domain.history import ArrivalHistory
    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy

STAYS = Stays(by_age_band=(50.0,) * 5, split_weeks=50.0, mean_weeks=(30.0, 70.0))
UNPLACED, HOUSEHOLD = 300.0, 150.0


def town(loss: list[list[float]], room: list[int], **more: Any) -> Meetings:
    """Return families, one a week each, and homes."""
    families = len(loss)
    told: dict[str, Any] = {
        "home_ids": tuple(f"H{at}" for at in range(len(room))),
        "room": np.array(room),
        "loss": np.array(loss, dtype=np.float32),
        "beds": np.ones(families, np.intp),
        "solo": np.zeros(families, np.bool_),
        "foes": {},
        "kind": np.ones(families, np.intp),
        "per_week": np.ones(families),
        "moving": np.zeros(families, np.bool_),
        "alone": {},
    }
    return Meetings(**{**told, **more})


def replay_of(meetings: Meetings, start: Start | None = None, *, seed: int = 1) -> Replay:
    return Replay(
        meetings,
        STAYS,
        start or Start.empty(len(meetings.home_ids)),
        unplaced_points=UNPLACED,
        household_points=HOUSEHOLD,
        seed=seed,
    )


def nothing(meetings: Meetings) -> Any:
    return np.zeros((len(meetings.home_ids), len(STATES)))


def full(room: list[int]) -> Start:
    """Return homes that are full of others who never leave."""
    return replace(Start.empty(len(room)), others=np.array(room))


def test_who_finds_nothing_loses_the_weeks_until_a_place_is_bought() -> None:
    meetings = town([[10.0]], [1])
    gain = replay_of(meetings, full([1])).run(nothing(meetings), 200).gain[:, 0]
    assert gain.max() == UNPLACED - 10
    assert len(gain) == 200


def test_a_move_that_is_not_found_costs_a_fifth() -> None:
    meetings = town([[10.0]], [1], moving=np.array([True]))
    gain = replay_of(meetings, full([1])).run(nothing(meetings), 200).gain[:, 0]
    assert gain.max() == SHARE_OF_A_MOVE * UNPLACED - 10


def test_what_is_gained_is_what_the_next_best_home_would_cost() -> None:
    meetings = town([[10.0, 25.0, np.inf]], [400, 400, 400])
    found = replay_of(meetings).run(nothing(meetings), 50)
    assert found.gain[:, 0].tolist() == [15.0] * 50
    assert found.gain[:, 1].tolist() == [-15.0] * 50
    assert (found.gain[:, 2] == -np.inf).all()


def test_brothers_and_sisters_live_apart_where_no_home_takes_them_all() -> None:
    inf = np.inf
    meetings = town(
        [[30.0, 30.0], [12.0, inf], [inf, 13.0]],
        [1, 1],
        beds=np.array([2, 1, 1]),
        per_week=np.array([0.001, 0.0, 0.0]),
        alone={0: (1, 2)},
    )
    found = replay_of(meetings).run(nothing(meetings), 1)
    assert found.family.tolist() == [0, 1, 2]
    assert found.gain[0].tolist() == [HOUSEHOLD + 12 + 13 - 30] * 2
    assert found.visits == 1
    assert replay_of(meetings).cost(nothing(meetings), 1) == pytest.approx(
        HOUSEHOLD + 12 + 13, rel=0.01
    )


def test_a_year_begins_with_the_homes_as_they_are() -> None:
    meetings = town([[10.0, 40.0]], [1, 40], per_week=np.array([0.5]))
    never = replace(STAYS, mean_weeks=(1e9, 1e9))
    start = replace(Start.empty(2), ours=((0, 1),))
    replay = Replay(
        meetings, never, start, unplaced_points=UNPLACED, household_points=HOUSEHOLD, seed=1
    )
    # Nobody leaves, so that without a new beginning forty beds would not do for three years.
    gain = replay.run(nothing(meetings), 80).gain
    assert (gain[:, 1] == UNPLACED - 40).all()
    assert (gain[:, 0] == 30).all()


@given(seed=st.integers(0, 200), take=st.floats(0, 0.5), leave=st.floats(0, 0.5))
def test_nobody_lives_where_there_is_no_bed(seed: int, take: float, leave: float) -> None:
    room = [1, 2, 4]
    meetings = town(
        [[10.0, 20.0, 30.0], [np.inf, 5.0, 5.0], [1.0, 1.0, 1.0]],
        room,
        beds=np.array([1, 2, 1]),
        solo=np.array([False, False, True]),
        foes={0: frozenset({1}), 1: frozenset({0})},
    )
    start = Start(
        ours=((1, 0), (2, 1)),
        others=np.array([1, 0, 2]),
        shared=np.array([True, False, True]),
        leave_per_week=leave,
        take_per_week=take,
        kind=0,
    )

    class Watched(Replay):
        def _note_state(self, home: int) -> None:
            super()._note_state(home)
            short, long = STATES[self._state[home]]
            assert 0 <= self._others[home] <= self._taken[home] <= room[home]
            assert 0 <= self._long[home] <= self._taken[home]
            assert short + long == (room[home] if self._shut[home] else self._taken[home])

    replay = Watched(
        meetings, STAYS, start, unplaced_points=UNPLACED, household_points=HOUSEHOLD, seed=seed
    )
    found = replay.run(nothing(meetings), 60)
    assert len(found.gain) == len(found.family) == 60
    assert np.isfinite(found.gain[:, 1:]).all()


def test_a_bed_that_others_take_is_worth_less() -> None:
    meetings = town([[10.0, 10.0]], [1, 1], per_week=np.array([0.05]))
    regrets = Regrets(np.zeros(50, np.intp), np.full((50, 2), 100, np.float32), 50)
    start = replace(
        Start.empty(2), shared=np.array([True, False]), take_per_week=0.2, leave_per_week=0.02
    )
    found = value_homes(meetings, STAYS, start, regrets, nothing(meetings))
    empty = AT[(0, 0)]
    assert 0 < found[0, empty] < 0.6 * found[1, empty]


def test_others_take_as_many_beds_as_they_leave(small: World, past: ArrivalHistory) -> None:
    stays = stays_of(past)
    ids = tuple(sorted(small.homes))
    start = Start.of(small, ids, stays)
    free = np.array([max(small.beds_free(each, small.as_of), 0) for each in ids])
    left = start.leave_per_week * start.others[start.shared].sum()
    assert start.take_per_week * free[start.shared].sum() == pytest.approx(left)
    assert left > 0
    assert len(start.ours) == len(small.placements)
    fostered = sum(each.kind is ResidentKind.FOSTERED for each in small.residents.values())
    assert start.others.sum() == fostered


def test_our_own_homes_and_blocks_are_not_shared(small: World) -> None:
    own = [
        home
        for home in small.homes.values()
        if small.providers[home.provider_id].sector is PlaceProvider.PR1
    ]
    assert own
    assert not any(is_shared(small, home) for home in own)
    bought = next(
        home for home in small.homes.values() if home.agreement_ids and is_shared(small, home)
    )
    block = {
        each: small.agreements[each].model_copy(update={"route": Route.BLOCK})
        for each in bought.agreement_ids
    }
    assert not is_shared(replace(small, agreements={**small.agreements, **block}), bought)


def test_where_there_is_nothing_to_choose_beds_are_worth_nothing(
    small: World, policy: Policy, past: ArrivalHistory
) -> None:
    stays = stays_of(past)
    lawful = np.isfinite(meet(small, policy, past, stays).loss).any(axis=0)
    home_id = sorted(small.homes)[int(lawful.argmax())]
    alone = replace(
        small,
        homes={home_id: small.homes[home_id]},
        placements={},
        residents={},
        children={},
        referrals={},
        sibling_groups={},
        holds={},
        exemptions={},
    )
    found = learn(alone, policy, past, visits=50)
    assert (found.values == 0).all()


def test_a_free_bed_has_a_price_however_residents_are_counted(
    small: World, values: BedValues
) -> None:
    """Where others keep their beds, the rest of a home with others in it is a smaller home."""
    there = {each.home_id for each in small.residents.values()}
    day = small.as_of
    compared = 0
    row = np.linspace(1.0, 0.0, len(STATES))
    known = replace(values, values=np.tile(row, (len(values.home_ids), 1)))
    kept = replace(known, others_stay=True)
    for home_id in sorted(there):
        room, free = small.homes[home_id].beds_usable, small.beds_free(home_id, day)
        if free < 1:
            continue
        whole = price_today(known, small, home_id, beds=1, weeks=1, day=day)
        rest = price_today(kept, small, home_id, beds=1, weeks=1, day=day)
        assert whole > 0
        assert rest > 0
        compared += room > free
    assert compared


def test_after_eight_weeks_nobody_looks_any_more() -> None:
    meetings = town([[10.0]], [1], per_week=np.array([0.01]))
    # Families come two years apart, and each is given up before the next comes.
    cost = replay_of(meetings, full([1])).cost(nothing(meetings), 10)
    assert 8 * UNPLACED < cost <= 10 * UNPLACED * (GIVE_UP_WEEKS + 1) / GIVE_UP_WEEKS
