"""Dated changes carried out: what each is for, seen in what is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from matcher.domain.placement import ResidentKind
from scenarios.changes import (
    AnyChange,
    BedsShared,
    DemandShock,
    HoldPlaced,
    HomeCloses,
    HomesChange,
    NumberChanges,
    PolicyChanges,
    ProviderCapped,
    ProviderFails,
    StepDown,
)
from scenarios.shared import Shared
from scenarios.simulation import simulate

if TYPE_CHECKING:
    from scenarios.outlook import Outlook
    from scenarios.tallies import Course

START = date(2025, 4, 1)
SHARED = Shared()
"""All these futures have the same chances, so what one has found is not sought again."""


def run(outlook: Outlook, *changes: AnyChange) -> Course:
    return simulate(
        outlook.with_changes(changes), start=START, years=1, seed=1, replication=0, shared=SHARED
    )


def homes_of(outlook: Outlook, setting: Setting) -> tuple[str, ...]:
    return tuple(
        home_id for home_id, home in sorted(outlook.world.homes.items()) if home.setting is setting
    )


def test_shared_beds_bring_an_income_until_sharing_ends(outlook: Outlook, course: Course) -> None:
    ends = START + timedelta(weeks=30, days=-1)
    shared = run(
        outlook,
        BedsShared(
            starts=START,
            ends=ends,
            home_ids=homes_of(outlook, Setting.FOSTER),
            beds=2,
            weekly_income_pence=50_000,
            recall_weeks=2,
        ),
        NumberChanges(name="shared.taken_a_year", multiply=10.0, starts=START),
    )
    out = shared.weekly["beds_shared_out"]
    assert out[:30].sum() > 0
    assert (out[30:] == 0).all()
    assert np.array_equal(shared.weekly["income_pence"], out * 50_000)
    assert shared.weekly["recalled"].sum() > 0
    assert course.weekly["beds_shared_out"].sum() == 0


def test_a_provider_that_fails_leaves_no_homes(outlook: Outlook) -> None:
    homes = outlook.world.homes
    living = {each.home_id for each in outlook.world.placements.values()}
    provider_id = next(
        homes[each].provider_id
        for each in sorted(living)
        if homes[each].setting is Setting.CHILDRENS_HOME
    )
    failing = [each for each in homes.values() if each.provider_id == provider_id]
    failed = run(outlook, ProviderFails(starts=START, provider_id=provider_id, notice_weeks=3))
    assert failed.weekly["homes_closed"][:4].sum() >= len(failing)
    assert failed.weekly["moves.CLOSE"][:4].sum() >= sum(
        each.home_id in {home.home_id for home in failing}
        for each in outlook.world.placements.values()
    )


def test_nobody_new_lives_in_homes_that_are_held(outlook: Outlook, course: Course) -> None:
    held = run(
        outlook,
        HoldPlaced(starts=START, home_ids=homes_of(outlook, Setting.SUPPORTED)),
        NumberChanges(name="homes.open_a_year", multiply=0.0, starts=START),
        NumberChanges(name="spot.offered_a_year", multiply=0.0, starts=START),
    )
    there = held.weekly["placed.setting.supported"]
    assert (np.diff(there) <= 0).all()
    assert (np.diff(course.weekly["placed.setting.supported"]) > 0).any()


def test_a_hold_on_a_home_that_has_shut_is_passed_over(outlook: Outlook) -> None:
    home_id = homes_of(outlook, Setting.FOSTER)[0]
    shut = HomeCloses(starts=START, home_id=home_id, notice_weeks=2)
    held = HoldPlaced(starts=START + timedelta(weeks=10), home_ids=(home_id,))
    with_hold, without = run(outlook, shut, held), run(outlook, shut)
    for name, weekly in without.weekly.items():
        assert (with_hold.weekly[name] == weekly).all(), name


def test_a_cap_stops_new_placements_with_a_provider(outlook: Outlook) -> None:
    """With a cap that every provider is above at once, nothing new is bought from those there."""
    capped = run(
        outlook,
        ProviderCapped(starts=START, share=0.0001),
        NumberChanges(name="spot.offered_a_year", multiply=0.0, starts=START),
    )
    free = run(outlook, NumberChanges(name="spot.offered_a_year", multiply=0.0, starts=START))
    bought = [
        sum(each.weekly[f"placed.route.{route.value}"][-1] for route in Route)
        - each.weekly["placed.route.in_house"][-1]
        for each in (capped, free)
    ]
    assert bought[0] < bought[1]


def test_step_down_moves_children_out_of_residential_care(outlook: Outlook) -> None:
    offers = (
        NumberChanges(name="offers.in_house", multiply=5.0, starts=START),
        NumberChanges(name="offers.market", multiply=20.0, starts=START),
    )
    usual = run(outlook, *offers)
    stepped = run(outlook, *offers, StepDown(starts=START, a_year=26.0, highest_need=4))
    assert stepped.weekly["moves.CARPL"].sum() > usual.weekly["moves.CARPL"].sum()
    assert stepped.weekly["residential"].sum() < usual.weekly["residential"].sum()


def test_a_demand_shock_comes_and_passes(outlook: Outlook, course: Course) -> None:
    ends = START + timedelta(weeks=26, days=-1)
    shocked = run(
        outlook,
        DemandShock(
            starts=START, ends=ends, children_a_year=40.0, unaccompanied=True, ages=(16, 16)
        ),
    )
    more = shocked.weekly["arrivals"] - course.weekly["arrivals"]
    assert more.sum() == pytest.approx(20, abs=12)
    assert (
        shocked.weekly["distance_not_applicable"][26]
        > (course.weekly["distance_not_applicable"][26])
    )


def test_converting_homes_to_in_house_changes_what_running_placements_cost(
    outlook: Outlook,
) -> None:
    world = outlook.world
    in_house = next(
        each for each in world.agreements.values() if each.route is Route.IN_HOUSE and each.fees
    )
    bought = {
        each.home_id
        for each in world.placements.values()
        if each.agreement_id is not None
        and world.agreements[each.agreement_id].route is Route.FRAMEWORK
        and world.homes[each.home_id].setting is Setting.FOSTER
    }
    assert bought
    converted = run(
        outlook,
        HomesChange(
            starts=START,
            home_ids=tuple(sorted(bought)),
            fields={
                "agreement_ids": (in_house.agreement_id,),
                "provider_id": in_house.provider_id,
            },
            capital_pence=100,
            yearly_pence=52_00,
        ),
    )
    plain = run(outlook)
    name = "placed.route.in_house"
    assert converted.weekly[name][0] >= plain.weekly[name][0] + len(bought) - 1
    assert converted.weekly["cost.capital_pence"].sum() == 100 * len(bought)
    assert converted.weekly["cost.running_pence"] == pytest.approx(100.0 * len(bought))


def test_young_adults_stay_put_as_often_as_said(outlook: Outlook) -> None:
    everybody = run(outlook, NumberChanges(name="staying_put.share", add=1.0, starts=START))
    nobody = run(outlook, NumberChanges(name="staying_put.share", multiply=0.0, starts=START))
    there = sum(each.kind is ResidentKind.STAYING_PUT for each in outlook.world.residents.values())
    assert nobody.weekly["staying_put"].max() <= there
    assert everybody.weekly["staying_put"][-1] > nobody.weekly["staying_put"][-1]
    cost = outlook.assumptions.value("staying_put.weekly_pence")
    assert everybody.weekly["cost.staying_put_pence"] == pytest.approx(
        everybody.weekly["staying_put"] * cost
    )


def test_everybody_turns_18_on_time(outlook: Outlook) -> None:
    """Nobody is looked after past their birthday; those due to turn 18 leave for that reason."""
    never = tuple(
        NumberChanges(name=name, multiply=0.0, starts=START)
        for name in outlook.assumptions
        if name.startswith(("leave.return", "leave.other", "leave.special", "leave.adoption"))
        or name in ("entry.children_a_year", "entry.unaccompanied_a_year")
    )
    found = run(outlook, *never)
    last = START + timedelta(weeks=51)
    due = [
        each
        for child_id, each in outlook.world.children.items()
        if each.date_of_birth is not None
        and (child_id in outlook.world.placements or child_id in outlook.world.waiting)
        and (each.age_on(last) or 0) >= 18
    ]
    # Children with parents go home in between, and a child may be expected and not yet in care.
    assert found.weekly["leavers.turned_18"].sum() == pytest.approx(len(due), abs=2)


def test_the_policy_may_change_on_a_day(outlook: Outlook, course: Course) -> None:
    day = START + timedelta(weeks=26)
    changed = run(outlook, PolicyChanges(starts=day, policy_fields={"minimum_match_points": 100.0}))
    assert np.array_equal(changed.weekly["placed"][:26], course.weekly["placed"][:26])
    # Nobody is a perfect match: nobody is placed from then on.
    assert changed.weekly["unplaced"][-1] > course.weekly["unplaced"][-1] + 3
    homes = ("with_parents", "adoptive")
    assert (
        changed.weekly["new_placements"][27:].sum()
        <= sum(changed.weekly[f"placed.setting.{each}"].max() for each in homes)
        + changed.weekly["moves.CARPL"][27:].sum()
    )


def test_a_world_may_stand_later_than_it_was_recorded(outlook: Outlook) -> None:
    """Two years on, those who have turned 18 leave at once, and everything else holds."""
    later = simulate(outlook, start=date(2027, 4, 1), years=1, seed=1, replication=0)
    grown = sum(
        (outlook.world.children[child_id].age_on(date(2027, 4, 1)) or 0) >= 18
        for child_id in outlook.world.placements
    )
    assert grown > 0
    assert later.weekly["leavers.turned_18"][0] == grown
    weekly = later.weekly
    assert np.array_equal(np.diff(weekly["children"]), (weekly["arrivals"] - weekly["leavers"])[1:])


def test_children_who_are_not_looked_after_are_left_out(outlook: Outlook, course: Course) -> None:
    world = outlook.world
    known = next(iter(world.children.values())).replace(
        child_id="C-KNOWN", sibling_group_id=None, incompatible_with=frozenset()
    )
    more = world.replace(children={**world.children, "C-KNOWN": known})
    found = simulate(replace(outlook, world=more), start=START, years=1, seed=1, replication=0)
    assert np.array_equal(found.weekly["children"], course.weekly["children"])
