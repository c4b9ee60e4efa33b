"""One future: the same to the bit, conserved, and changed only where a change is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from matcher.domain.agreement import Agreement, Provider, Route
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Grade, Home, Setting, TermsOfApproval
from matcher.domain.need import Capability, NeedDomain
from matcher.engine import engine_for
from matcher.errors import UsageError
from matcher.policy import Policy
from scenarios.changes import (
    AnyChange,
    BlockStarts,
    FeesChange,
    HomeCloses,
    HomeOpens,
    HomesChange,
    NumberChanges,
    PolicyChanges,
)
from scenarios.outlook import Outlook
from scenarios.shared import Shared
from scenarios.simulation import simulate
from scenarios.tallies import BY_AREA, WEEKLY, YEARLY, Course

START = date(2025, 4, 1)
SHARED = Shared()


def same(one: Course, other: Course, *, weeks: int | None = None) -> bool:
    """Whether two futures are the same to the bit, in all weeks or in the first ones."""
    return all(np.array_equal(one.weekly[n][:weeks], other.weekly[n][:weeks]) for n in WEEKLY) and (
        weeks is not None
        or (
            all(np.array_equal(one.yearly[n], other.yearly[n]) for n in YEARLY)
            and one.by_area == other.by_area
            and one.checked == other.checked
        )
    )


def run(outlook: Outlook, *changes: AnyChange, replication: int = 0) -> Course:
    """Simulate a year that shares nothing with any other."""
    return simulate(
        outlook.with_changes(changes), start=START, years=1, seed=1, replication=replication
    )


def change(outlook: Outlook, *changes: AnyChange) -> Course:
    """Simulate the year of ``course`` with changes, from what others of that year have found."""
    return simulate(
        outlook.with_changes(changes), start=START, years=1, seed=1, replication=0, shared=SHARED
    )


def four_beds(*, fee: int = 0, opens: date = START) -> HomeOpens:
    provider = Provider(provider_id="P-NEW", sector=PlaceProvider.PR1, authority="E06000060")
    agreement = Agreement(agreement_id="A-NEW", provider_id="P-NEW", route=Route.IN_HOUSE)
    home = Home(
        home_id="H-NEW",
        setting=Setting.CHILDRENS_HOME,
        provider_id="P-NEW",
        postcode="HP13 7PR",
        terms=TermsOfApproval(age_from=8, age_to=17),
        registered=True,
        grade=Grade.GOOD,
        beds_approved=4,
        beds_usable=4,
        capabilities=tuple(Capability(domain=each, level=3) for each in NeedDomain),
        agreement_ids=("A-NEW",),
        weekly_fee_pence=fee,
    )
    return HomeOpens(
        starts=opens,
        home=home,
        agreements=(agreement,),
        provider=provider,
        ramp_up_weeks=12,
        running_weekly_pence=2_000_000,
        capital_pence=85_000_000,
    )


def test_every_tally_is_there_for_every_week_and_year(course: Course) -> None:
    assert set(course.weekly) == set(WEEKLY)
    assert set(course.yearly) == set(YEARLY)
    assert set(course.by_area) == set(BY_AREA)
    assert {len(each) for each in course.weekly.values()} == {52}
    assert {len(each) for each in course.yearly.values()} == {1}
    assert course.checked > 300


def test_the_same_seed_gives_the_same_to_the_bit(outlook: Outlook, course: Course) -> None:
    assert same(course, run(outlook))


@pytest.mark.usefixtures("hasty_learning")
def test_what_variants_share_changes_nothing_to_the_bit(outlook: Outlook, course: Course) -> None:
    shared = Shared()
    how: dict[str, Any] = {"start": START, "years": 1, "seed": 1, "replication": 0}
    variants: tuple[tuple[AnyChange, ...], ...] = (
        (),
        (four_beds(),),
        (NumberChanges(name="entry.same_day", multiply=0.5, starts=START),),
        (PolicyChanges(policy_fields={"minimum_match_points": 60}, starts=START),),
    )
    for changes in variants:
        together = simulate(outlook.with_changes(changes), **how, shared=shared)
        assert same(together, run(outlook, *changes) if changes else course)
    policy = Policy.named("look_ahead")
    policy = policy.replace(look_ahead=policy.look_ahead.replace(margin_points=5.0))
    values = engine_for(outlook.world, policy).bed_values()
    ahead = replace(outlook, policy=policy, bed_values=values)
    assert shared.memory_of(policy) is shared.memory_of(outlook.policy)
    together = simulate(ahead, **how, shared=shared)
    assert same(together, run(ahead))
    assert not same(together, course)


def test_another_replication_gives_another_future(outlook: Outlook, course: Course) -> None:
    assert not same(course, run(outlook, replication=1))


def test_changes_that_change_nothing_change_nothing_to_the_bit(
    outlook: Outlook, course: Course
) -> None:
    nothing = (
        NumberChanges(name="breakdown.foster", multiply=1.0, starts=START),
        NumberChanges(name="entry.children_a_year", multiply=1.0, ages=(10, 15), starts=START),
        NumberChanges(name="entry.same_day", multiply=0.0, area=("ZZ",), starts=START),
        FeesChange(multiply=1.0, starts=START),
        PolicyChanges(policy_fields={}, starts=START),
        HomesChange(home_ids=("H-0001",), fields={}, starts=START),
    )
    assert same(course, run(outlook, *nothing))


def test_a_change_leaves_the_weeks_before_it_as_they_were(outlook: Outlook, course: Course) -> None:
    week = 30
    day = START + timedelta(weeks=week)
    later = run(
        outlook,
        NumberChanges(name="breakdown.foster", multiply=30.0, starts=day),
        NumberChanges(name="entry.children_a_year", multiply=3.0, starts=day),
        FeesChange(multiply=2.0, starts=day),
        four_beds(opens=day),
    )
    assert same(course, later, weeks=week)
    assert not same(course, later)


def test_children_are_conserved_every_week(course: Course) -> None:
    weekly = course.weekly
    arrivals, leavers = weekly["arrivals"], weekly["leavers"]
    assert np.array_equal(np.diff(weekly["children"]), (arrivals - leavers)[1:])
    assert np.array_equal(weekly["children"], weekly["placed"] + weekly["unplaced"])
    ages = sum(weekly[name] for name in WEEKLY if name.startswith("children.aged."))
    assert np.array_equal(weekly["children"], ages)
    reasons = sum(weekly[name] for name in WEEKLY if name.startswith("leavers."))
    assert np.array_equal(leavers, reasons)
    assert arrivals.sum() > 5
    assert leavers.sum() > 5


def test_every_placed_child_is_counted_once_in_every_split(course: Course) -> None:
    weekly = course.weekly
    distance = ("near", "far", "distance_unknown", "distance_not_applicable")
    area = ("inside", "adjoining", "distant", "area_unknown")
    for names in (distance, area):
        assert np.array_equal(weekly["placed"], sum(weekly[name] for name in names))
    settings = [name for name in WEEKLY if name.startswith("placed.setting.")]
    assert np.array_equal(weekly["placed"], sum(weekly[name] for name in settings))
    residential = [f"residential_{name}" for name in area]
    assert np.array_equal(weekly["residential"], sum(weekly[name] for name in residential))
    assert sum(course.by_area["children_from"].values()) == weekly["placed"].sum()
    assert sum(course.by_area["children_in"].values()) == weekly["placed"].sum()


def test_no_kind_of_home_has_more_people_than_beds(course: Course) -> None:
    for setting in ("foster", "connected", "childrens_home", "supported"):
        usable = course.weekly[f"beds_usable.{setting}"]
        assert (course.weekly[f"beds_occupied.{setting}"] <= usable).all()


def test_costs_add_up(course: Course) -> None:
    weekly = course.weekly
    parts = ("fees", "void", "transport", "capital", "running", "emergency", "staying_put")
    total = sum(weekly[f"cost.{part}_pence"] for part in parts)
    assert weekly["cost.gross_pence"] == pytest.approx(total)
    assert (weekly["cost.gross_pence"] > 0).all()


def test_children_without_a_home_cost_what_is_assumed(outlook: Outlook, course: Course) -> None:
    unplaced = course.weekly["unplaced"]
    week = outlook.assumptions.value("cost.unplaced_weekly_pence")
    assert unplaced.sum() > 0
    assert course.weekly["cost.emergency_pence"] == pytest.approx(unplaced * week)
    profiles = sum(course.weekly[name] for name in WEEKLY if name.startswith("unmet."))
    assert np.array_equal(unplaced, profiles)


def test_a_home_opens_bed_by_bed_and_costs_from_its_first_day(
    outlook: Outlook, course: Course
) -> None:
    opened = change(outlook, four_beds())
    more = opened.weekly["beds_usable.childrens_home"] - course.weekly["beds_usable.childrens_home"]
    assert [more[week] for week in (0, 3, 4, 7, 8, 11, 12)] == [1, 1, 2, 2, 3, 3, 4]
    running = opened.weekly["cost.running_pence"]
    assert (running == 2_000_000).all()
    capital = opened.weekly["cost.capital_pence"]
    assert capital[0] == 85_000_000
    assert capital[1:].sum() == 0


def test_a_block_costs_while_it_stands_empty(outlook: Outlook) -> None:
    """A home that nobody may enter, bought in a block: the whole price is for empty beds."""
    opening = four_beds()
    nobody = opening.home.replace(terms=TermsOfApproval(age_from=25, age_to=25))
    block = Agreement(
        agreement_id="A-BLOCK",
        provider_id="P-NEW",
        route=Route.BLOCK,
        block_beds=4,
        block_weekly_pence=4_000_000,
    )
    ends = START + timedelta(weeks=20, days=-1)
    with_block = change(
        outlook,
        HomeOpens(
            starts=START, home=nobody, agreements=opening.agreements, provider=opening.provider
        ),
        BlockStarts(starts=START, ends=ends, agreement=block, home_ids=("H-NEW",)),
    )
    plain = change(
        outlook,
        HomeOpens(
            starts=START, home=nobody, agreements=opening.agreements, provider=opening.provider
        ),
    )
    void = with_block.weekly["cost.void_pence"] - plain.weekly["cost.void_pence"]
    assert (void[:20] == 4_000_000).all()
    assert (void[20:] == 0).all()


def test_a_home_that_closes_is_empty_when_its_notice_is_over(outlook: Outlook) -> None:
    living = [each.home_id for each in outlook.world.placements.values()]
    home_id = next(
        each
        for each in sorted(living)
        if outlook.world.homes[each].setting is Setting.CHILDRENS_HOME
    )
    home = outlook.world.homes[home_id]
    closed = change(outlook, HomeCloses(starts=START, home_id=home_id, notice_weeks=4))
    assert closed.weekly["homes_closed"][:5].sum() >= 1
    assert closed.weekly["moves.CLOSE"][:5].sum() >= 1
    beds = closed.weekly["beds_usable.childrens_home"]
    assert beds[3] - beds[4] >= home.beds_usable


def test_fees_that_double_double_what_runs(outlook: Outlook, course: Course) -> None:
    day = START + timedelta(weeks=30)
    dear = change(outlook, FeesChange(starts=day, multiply=2.0, routes=(Route.SPOT,)))
    name = "cost.route.spot_pence"
    assert np.array_equal(dear.weekly[name][:30], course.weekly[name][:30])
    # What runs doubles; who is placed in that one week may differ.
    assert dear.weekly[name][30] > 1.7 * course.weekly[name][29]


def test_without_breakdowns_nothing_breaks_down(outlook: Outlook, course: Course) -> None:
    kinds = ("foster", "connected", "childrens_home", "supported", "other")
    none = change(
        outlook,
        *(NumberChanges(name=f"breakdown.{each}", multiply=0.0, starts=START) for each in kinds),
    )
    assert course.weekly["breakdowns"].sum() > 0
    assert none.weekly["breakdowns"].sum() == 0


def test_senseless_questions_are_refused(outlook: Outlook) -> None:
    with pytest.raises(UsageError, match="at least one year"):
        simulate(outlook, start=START, years=0, seed=1, replication=0)
    with pytest.raises(UsageError, match="no assumption 'breakdown'"):
        outlook.with_changes([NumberChanges(name="breakdown", starts=START)])
    empty = outlook.world.replace(placements={}, exemptions={}, referrals={})
    with pytest.raises(UsageError, match="Nobody is looked after"):
        simulate(
            Outlook(empty, outlook.policy, outlook.assumptions),
            start=START, years=1, seed=1, replication=0,
        )  # fmt: skip
