from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.history import Arrival, ArrivalHistory, history_of_world, looked_for
from matcher.domain.sibling_group import Together
from matcher.errors import DataError
from matcher.lookahead.learning import HALF_TRUSTED_FAMILIES, learn
from matcher.lookahead.meetings import meet, stays_of
from matcher.lookahead.rent import rents
from matcher.lookahead.states import AFTER, MOST_ROOM, ONE_FEWER, STATES, state_of
from matcher.lookahead.today import price_today, stay_weeks
from matcher.lookahead.values import BedValues, LearningMethod, kind_of, read_bed_values
from matcher.policy import AimName

if TYPE_CHECKING:
    from pathlib import Path

    from matcher.domain.world import World
    from matcher.policy import Policy


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_a_state_has_as_many_free_beds_as_the_home_up_to_its_last(
    room: int, free: int, long: int
) -> None:
    short, stay = STATES[state_of(room, free, long)]
    last = min(room, MOST_ROOM)
    assert last - short - stay == min(free, last)
    assert stay <= long


def test_arriving_and_leaving_are_each_other_s_reverse() -> None:
    assert len(STATES) == 28
    for kind in range(2):
        for at in range(len(STATES)):
            after = AFTER[kind, 1, at]
            if after >= 0:
                assert ONE_FEWER[kind, after] == at


def test_learning_repeats_to_the_bit(
    small: World, policy: Policy, past: ArrivalHistory, values: BedValues
) -> None:
    again = learn(small, policy, past, visits=300)
    assert (again.values == values.values).all()
    other = learn(small, policy, past, visits=300, seed=2)
    assert (other.values != values.values).any()


def test_values_are_kept_and_read_again(values: BedValues, small: World, tmp_path: Path) -> None:
    file = tmp_path / "values.json"
    file.write_bytes(values.to_bytes())
    read = read_bed_values(file)
    assert np.allclose(read.values, values.values, atol=1e-5)
    assert read.window == values.window
    assert read.stays == values.stays
    assert (read.families, read.policy, read.data_hash) == (
        values.families,
        "look_ahead",
        small.data_hash,
    )


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": "0"}', b"\xff"])
def test_a_file_that_is_something_else_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "values.json"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"values\.json"):
        read_bed_values(file)
    with pytest.raises(DataError, match="lookahead learn"):
        read_bed_values(tmp_path / "none.json")


def test_with_little_history_values_shrink_towards_nothing(
    small: World, policy: Policy, past: ArrivalHistory
) -> None:
    few = ArrivalHistory(past.starts, past.ends, past.arrivals[:4], past.source)
    found = learn(small, policy, few, visits=100)
    assert found.share_kept == pytest.approx(4 / (4 + HALF_TRUSTED_FAMILIES))
    with pytest.raises(DataError, match="Nobody arrives"):
        learn(small, policy, ArrivalHistory(past.starts, past.ends, (), ""))


def test_where_a_policy_has_no_prices_siblings_are_kept_together_no_less(
    small: World, policy: Policy, past: ArrivalHistory
) -> None:
    def learnt(price: float) -> BedValues:
        aims = tuple(
            each.replace(price_points=price) if each.name is AimName.EXTRA_HOUSEHOLDS else each
            for each in policy.aims
        )
        return learn(small, policy.replace(aims=aims), past, visits=60)

    without = learnt(0).values
    assert (without == learnt(policy.look_ahead.unplaced_points).values).all()
    assert (without != learnt(1).values).any()


def test_a_world_in_which_nobody_is_placed_teaches_nothing(small: World) -> None:
    with pytest.raises(DataError, match="Nobody is placed"):
        history_of_world(replace(small, placements={}))


def test_a_register_says_how_often_families_come(small: World, past: ArrivalHistory) -> None:
    placed = [
        each for each in small.placements.values() if looked_for(small.homes[each.home_id].setting)
    ]
    assert sum(len(each.children) for each in past.arrivals) == len(placed)
    # One comes for each that leaves: as many a week as keep the homes as full as they are.
    kept = sum(
        each.per_week * (each.stay_weeks or 0) * len(each.children) for each in past.arrivals
    )
    assert kept == pytest.approx(len(placed))


def test_rents_are_paid_where_more_want_to_live_than_can(
    small: World, policy: Policy, past: ArrivalHistory
) -> None:
    stays = stays_of(past)
    meetings = meet(small, policy, past, stays)
    usual = rents(meetings, stays, unplaced_points=300)
    crowded = replace(meetings, per_week=meetings.per_week * 4)
    assert (usual >= 0).all()
    assert rents(crowded, stays, unplaced_points=300).sum() > usual.sum()
    nobody_can = ~np.isfinite(meetings.loss).any(axis=0)
    assert (usual[nobody_can] == 0).all()


def test_where_nobody_has_siblings_a_fuller_home_s_next_bed_is_worth_no_less(
    small: World, policy: Policy, past: ArrivalHistory
) -> None:
    alone = tuple(each for each in past.arrivals if len(each.children) == 1)
    values = learn(small, policy, replace(past, arrivals=alone), visits=300)
    first, last = [], []
    for home_id, kind in zip(values.home_ids, values.kinds, strict=True):
        room = int(kind.split(".")[1])
        if room >= 2:
            home = small.homes[home_id]
            prices = [
                values.price(home, room=room, free=free, long=0, beds=1, weeks=10)
                for free in (room, 1)
            ]
            first.append(prices[0])
            last.append(prices[1])
    # Of nearly all homes; what is learnt from few visits is not smooth.
    assert np.mean(np.array(last) >= np.array(first) - 1e-9) > 0.8
    assert np.mean(last) > np.mean(first)


@pytest.mark.parametrize("method", list(LearningMethod))
def test_a_home_costs_every_child_with_the_same_stay_the_same(
    small: World, policy: Policy, past: ArrivalHistory, method: LearningMethod
) -> None:
    values = learn(small, policy, past, method=method, visits=100)
    placed = set(small.placements)
    waiting = [small.children[each] for each in small.waiting]
    others = [child for key, child in small.children.items() if key in placed][:40]
    day = small.as_of
    prices: dict[tuple[str, float], set[float]] = {}
    for child in (*waiting, *others):
        alike = child.model_copy(update={"date_of_birth": date(2013, 5, 1)})
        world = replace(small, children={**small.children, child.child_id: alike}, referrals={})
        weeks = stay_weeks(values, world, [alike], day)
        for home_id in list(small.homes)[:30]:
            price = price_today(values, small, home_id, beds=1, weeks=weeks, day=day)
            prices.setdefault((home_id, weeks), set()).add(price)
    assert {weeks for _, weeks in prices} == {values.stays.by_age_band[3]}
    assert all(len(each) == 1 for each in prices.values())


def test_what_the_referral_says_of_the_stay_counts(values: BedValues, small: World) -> None:
    referral = next(iter(small.referrals.values()))
    child = small.children[referral.child_ids[0]]
    told = referral.model_copy(update={"expected_weeks": 7})
    world = replace(small, referrals={referral.referral_id: told})
    assert stay_weeks(values, world, [child], small.as_of) == 7


def test_a_home_that_is_new_is_like_its_kind(values: BedValues, small: World) -> None:
    at = next(at for at, kind in enumerate(values.kinds) if kind.startswith("foster.2"))
    home = small.homes[values.home_ids[at]]
    alike = [row for row, kind in enumerate(values.kinds) if kind == kind_of(home, 2)]
    new = home.model_copy(update={"home_id": "NEW"})
    price = values.price(new, room=2, free=2, long=0, beds=1, weeks=1)
    mean = values.values[alike].mean(axis=0)
    assert price == pytest.approx(mean[state_of(2, 2, 0)] - mean[state_of(2, 1, 0)])
    assert not values.known("NEW")
    strange = new.model_copy(update={"beds_usable": 1})
    empty = replace_kinds(values)
    assert empty.price(strange, room=1, free=1, long=0, beds=1, weeks=1) == 0


def replace_kinds(values: BedValues) -> BedValues:
    return replace(values, kinds=tuple("none.0" for _ in values.kinds))


def test_a_bed_that_only_one_family_fits_costs_others_nothing(
    small: World, policy: Policy, past: ArrivalHistory
) -> None:
    alone = min(past.arrivals, key=lambda each: len(each.children))
    once_in_ten_years = Arrival(
        alone.children, alone.group, alone.referral, stay_weeks=10.0, per_week=1 / 520
    )
    history = ArrivalHistory(
        small.as_of - timedelta(weeks=520), small.as_of, (once_in_ten_years,), "one"
    )
    found = learn(small, policy, history, visits=30)
    assert float(found.values.max()) < 2


def test_siblings_are_appraised_together(
    small: World, policy: Policy, past: ArrivalHistory
) -> None:
    meetings = meet(small, policy, past, stays_of(past))
    sizes = [len(each.children) for each in past.arrivals]
    assert meetings.beds.tolist() == sizes
    for row, each in enumerate(past.arrivals):
        if each.group is not None and each.group.together is Together.APART and sizes[row] > 1:
            assert not np.isfinite(meetings.loss[row]).any()
