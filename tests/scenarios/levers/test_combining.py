"""Levers combine in any order, and leave alone what others have taken."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.home import Setting
from matcher.domain.need import NeedDomain
from matcher.domain.world import make_world
from scenarios.changes import (
    CapabilityRises,
    HoldPlaced,
    HomeCloses,
    HomeOpens,
    HomesChange,
    MoneySpent,
)
from scenarios.contradictions import contradictions
from scenarios.levers import LEVERS, Lever, combine
from scenarios.levers.ground import ground
from tests.scenarios.levers.examples import examples
from tests.scenarios.levers.lever_outlook import SEED, outlook

EXAMPLES = {kind: example.lever for kind, example in examples().items()}
COMPATIBLE = [
    lever for kind, lever in EXAMPLES.items() if kind not in ("provider_fails", "close_home")
]


def lever(kind: str, **values: Any) -> Lever:
    return LEVERS[kind].model_validate({"kind": kind, **values})


@settings(max_examples=60)
@given(st.lists(st.sampled_from(COMPATIBLE), unique_by=lambda each: each.kind, max_size=8),
       st.randoms(use_true_random=False))  # fmt: skip
def test_any_order_gives_the_same_outlook(levers: list[Lever], shuffler: Any) -> None:
    shuffled = list(levers)
    shuffler.shuffle(shuffled)
    assert (
        combine(outlook(), shuffled, seed=SEED).changes
        == combine(outlook(), levers, seed=SEED).changes
    )


def test_all_at_once_hold_together() -> None:
    both = combine(outlook(), COMPATIBLE, seed=SEED)
    assert contradictions(COMPATIBLE) == []
    opened = [change for change in both.changes if isinstance(change, HomeOpens)]
    assert len({change.home.home_id for change in opened}) == len(opened) == 13


def test_homes_that_close_are_not_chosen_by_others() -> None:
    homes = [
        change.home_id
        for change in EXAMPLES["lose_carers"].changes(outlook(), seed=SEED)
        if isinstance(change, HomeCloses)
    ]
    together = combine(
        outlook(), [EXAMPLES["lose_carers"], *(lever("close_home", home_id=h) for h in homes)],
        seed=SEED,
    )  # fmt: skip
    closed = [change.home_id for change in together.changes if isinstance(change, HomeCloses)]
    assert len(set(closed)) == len(closed) == 4


def test_converted_homes_are_converted_once() -> None:
    two = [lever("convert_agency_carers", households=4, label=label) for label in ("a", "b")]
    changed = [
        home_id
        for change in combine(outlook(), two, seed=SEED).changes
        if isinstance(change, HomesChange)
        for home_id in change.home_ids
    ]
    assert len(set(changed)) == len(changed) == 8


def test_choosing_one_more_keeps_the_others() -> None:
    def chosen(households: int) -> set[str]:
        made = lever("convert_agency_carers", households=households).changes(outlook(), seed=SEED)
        return {each for change in made if isinstance(change, HomesChange)
                for each in change.home_ids}  # fmt: skip

    assert chosen(5) < chosen(6)


def opened(**values: Any) -> HomeOpens:
    written = {"near": "High Wycombe", "beds": 4, "weekly_running_pounds": 20_000, **values}
    (change,) = lever("open_childrens_home", **written).changes(
        outlook(), seed=values.pop("seed", SEED)
    )
    assert isinstance(change, HomeOpens)
    return change


def test_a_home_stays_where_it_is_when_other_values_change() -> None:
    first = opened()
    assert opened(beds=6, weekly_running_pounds=30_000, starts=date(2027, 1, 1)).home.postcode == (
        first.home.postcode
    )
    other = opened(label="second")
    assert other.home.home_id != first.home.home_id
    assert other.home.postcode != first.home.postcode


def test_another_seed_draws_another_postcode_in_the_same_place() -> None:
    drawn = {
        change.home.postcode
        for seed in range(8)
        for change in lever(
            "open_childrens_home", near="south", beds=4, weekly_running_pounds=1
        ).changes(outlook(), seed=seed)
        if isinstance(change, HomeOpens)
    }
    south = ground("south", outlook().world.authority)
    assert len(drawn) > 4
    assert all(postcode in south.postcodes for postcode in drawn)


def test_homes_that_open_are_whole_and_lawful() -> None:
    world = outlook().world
    changes = [
        change
        for each in EXAMPLES.values()
        for change in each.changes(outlook(), seed=SEED)
        if isinstance(change, HomeOpens)
    ]
    agreements = {a.agreement_id: a for change in changes for a in change.agreements}
    providers = {c.provider.provider_id: c.provider for c in changes if c.provider is not None}
    grown = make_world(
        as_of=world.as_of,
        authority=world.authority,
        children=world.children.values(),
        sibling_groups=world.sibling_groups.values(),
        homes=[*world.homes.values(), *(change.home for change in changes)],
        providers=[*world.providers.values(), *providers.values()],
        agreements=[*world.agreements.values(), *agreements.values()],
    )
    assert len(grown.homes) == len(world.homes) + len(changes)
    for change in changes:
        home = change.home
        assert home.registered
        assert home.terms is not None
        assert home.terms.number == home.beds_approved == home.beds_usable
        assert {each.domain for each in home.capabilities} == set(NeedDomain)
        assert home.adaptations is not None
        assert change.location is not None
        assert change.location.postcode == home.postcode
        assert change.location.authority == world.authority
        if home.setting is Setting.SUPPORTED:
            assert home.terms.age_from == 16


def test_a_home_of_the_councils_own_costs_nothing_beside_its_running_cost() -> None:
    change = opened()
    (agreement,) = change.agreements
    assert change.home.agreement_ids == (agreement.agreement_id,)
    assert agreement.weekly_fee_pence(12, 4) == 0
    assert change.home.provider_id == agreement.provider_id == "P-001"


def test_carers_for_complex_needs_can_meet_them() -> None:
    made = lever("recruit_carers", households=5, profiles=["complex_needs"]).changes(
        outlook(), seed=SEED
    )
    homes = [change.home for change in made if isinstance(change, HomeOpens)]
    assert len(homes) == 5
    assert all((home.capability(NeedDomain.BEHAVIOUR) or 0) >= 3 for home in homes)
    assert all(home.beds_approved == 1 for home in homes)


def test_carers_are_recruited_up_to_the_end_and_no_further() -> None:
    made = lever(
        "recruit_carers", households=10, starts="2026-01-01", ends="2026-06-30", over_weeks=52
    ).changes(outlook(), seed=SEED)
    days = [change.starts for change in made]
    assert max(days) <= date(2026, 6, 30)
    assert len(days) == 5


def test_a_raised_capability_is_raised_by_steps_and_stops_at_its_ceiling() -> None:
    rise = CapabilityRises(
        starts=date(2026, 1, 1), domains=(NeedDomain.HEALTH,), by=2, at_most=3, home_ids=("H",)
    )
    for home in list(outlook().world.homes.values())[:40]:
        before, after = (each.capability(NeedDomain.HEALTH) for each in (home, rise.raised(home)))
        expected = None if before is None else max(before, min(before + 2, 3))
        assert after == expected


def test_homes_of_a_block_are_shut_to_new_children_for_the_share_of_weeks() -> None:
    made = lever(
        "block_beds", beds=3, weekly_pounds_a_bed=1, shut_percent=23, starts="2026-01-01",
        ends="2027-12-31",
    ).changes(outlook(), seed=SEED)  # fmt: skip
    shut = sum(
        ((change.ends or change.starts) - change.starts + timedelta(days=1)).days
        for change in made
        if isinstance(change, HoldPlaced)
    )
    assert abs(shut / 730 - 0.23) < 0.03


def test_a_programme_that_costs_nothing_spends_nothing() -> None:
    made = lever("retain_carers", fewer_leave_percent=5).changes(outlook(), seed=SEED)
    assert not any(isinstance(change, MoneySpent) for change in made)


def test_near_home_points_leave_a_hundred_in_all() -> None:
    (change,) = lever("change_policy", near_home_points=40).changes(outlook(), seed=SEED)
    policy = outlook().policy.replace(**change.policy_fields)  # type: ignore[union-attr]
    assert policy.weights["near_home"] == 40
    others = {name: points for name, points in policy.weights.items() if name != "near_home"}
    before = {n: p for n, p in outlook().policy.weights.items() if n != "near_home"}
    ratios = {round(others[name] / before[name], 9) for name in before if before[name]}
    assert len(ratios) == 1


def test_a_policy_by_name_replaces_what_is_preferred() -> None:
    (change,) = lever("change_policy", policy="practice").changes(outlook(), seed=SEED)
    policy = outlook().policy.replace(**change.policy_fields)  # type: ignore[union-attr]
    assert policy.name == "practice"
    assert policy.may_move == outlook().policy.may_move
