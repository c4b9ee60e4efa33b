"""Levers move what they should: one small county, one year, the same chances."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from matcher.domain.need import NeedDomain
from scenarios.levers import LEVERS, combine
from scenarios.scenario import outlooks_of, parse_scenario
from scenarios.shared import Shared
from scenarios.simulation import simulate

if TYPE_CHECKING:
    from scenarios.outlook import Outlook
    from scenarios.tallies import Course

SHARED = Shared()
"""All these futures have the same chances, so what one has found is not sought again."""
TEXT = """
name = "x"
size = 0.1
policy = "practice"
[[variant]]
name = "a"
[[variant.lever]]
kind = "inflation"
percent_a_year = 1
"""


@cache
def today() -> Outlook:
    return outlooks_of(parse_scenario(TEXT))["today"]


def run(outlook: Outlook) -> Course:
    return simulate(
        outlook, start=parse_scenario(TEXT).start or outlook.world.as_of, years=1, seed=3,
        replication=1, shared=SHARED,
    )  # fmt: skip


@cache
def base() -> Course:
    return run(today())


def with_levers(*written: dict[str, Any]) -> Course:
    levers = [LEVERS[each["kind"]].model_validate(each) for each in written]
    return run(combine(today(), levers, seed=7))


def total(course: Course, tally: str) -> float:
    return float(np.sum(course.weekly[tally]))


def test_a_home_that_opens_costs_what_was_written_and_is_counted() -> None:
    course = with_levers(
        {
            "kind": "open_childrens_home",
            "near": "south",
            "beds": 4,
            "weekly_running_pounds": 21_000,
            "capital_pounds": 850_000,
            "starts": "2025-10-01",
        },
    )
    weeks = np.flatnonzero(course.weekly["cost.running_pence"])
    assert set(course.weekly["cost.running_pence"][weeks]) == {2_100_000}
    assert 24 <= len(weeks) <= 26
    assert total(course, "cost.capital_pence") == 85_000_000
    beds = course.weekly["beds_usable.childrens_home"] - base().weekly["beds_usable.childrens_home"]
    # Both futures make places for searches besides, which differ by a bed or two.
    assert beds[: weeks[0]].max() <= 2 < beds[-1]


def test_a_block_is_paid_for_used_or_not() -> None:
    course = with_levers({"kind": "block_beds", "beds": 6, "weekly_pounds_a_bed": 5_500})
    more = course.weekly["cost.route.block_pence"] - base().weekly["cost.route.block_pence"]
    assert more[0] == pytest.approx(6 * 550_000)
    assert np.all(more == more[0])


def test_block_beds_are_offered_to_our_own_children() -> None:
    course = with_levers({"kind": "block_beds", "beds": 3, "weekly_pounds_a_bed": 5_500})
    more = total(course, "placed.route.block") - total(base(), "placed.route.block")
    assert more > 20


def test_a_programme_costs_its_yearly_amount_in_a_year() -> None:
    course = with_levers(
        {"kind": "edge_of_care", "fewer_percent": 60, "yearly_pounds": 520_000},
    )
    assert total(course, "cost.running_pence") == pytest.approx(52_000_000)
    assert total(course, "arrivals") < total(base(), "arrivals")


def test_a_shock_brings_children_and_they_are_the_same_ones_as_before_besides() -> None:
    course = with_levers({"kind": "demand_shock", "children_a_year": 60, "age_from": 4})
    more = total(course, "arrivals") - total(base(), "arrivals")
    assert 40 <= more <= 85
    assert total(course, "children") > total(base(), "children")


def test_fees_that_fall_make_the_same_placements_cheaper() -> None:
    course = with_levers({"kind": "change_fees", "percent": -50, "routes": ["in_house"]})
    assert total(course, "cost.gross_pence") < total(base(), "cost.gross_pence")


def test_children_of_carers_who_are_lost_move_because_their_home_shuts() -> None:
    course = with_levers({"kind": "lose_carers", "households": 3, "over_weeks": 4})
    assert total(course, "moves.CLOSE") > total(base(), "moves.CLOSE")


def test_children_of_a_provider_that_fails_move_because_their_home_shuts() -> None:
    world = today().world
    living = [
        world.homes[placement.home_id].provider_id
        for placement in world.placements.values()
        if world.providers[world.homes[placement.home_id].provider_id].sector.value == "PR4"
    ]
    provider = max(sorted(set(living)), key=living.count)
    course = with_levers(
        {"kind": "provider_fails", "provider_id": provider, "notice_weeks": 2},
    )
    more = total(course, "moves.CLOSE") - total(base(), "moves.CLOSE")
    assert more >= living.count(provider) // 2


def test_training_narrows_what_homes_lack() -> None:
    levers = [
        LEVERS["train_carers"].model_validate(
            {"kind": "train_carers", "domains": list(NeedDomain), "by": 4, "at_most": 4}
        )
    ]
    trained = run(combine(today(), levers, seed=7))
    assert any(
        not np.array_equal(trained.weekly[name], base().weekly[name]) for name in base().weekly
    )


def test_policies_and_budgets_change_who_lives_where() -> None:
    course = with_levers(
        {"kind": "change_policy", "search_order": ["spot", "framework", "in_house"]},
        {"kind": "set_budgets", "weekly_pounds": 1_000_000, "by_route": {"spot": 1_000_000}},
    )
    assert total(course, "new_spot") > total(base(), "new_spot")


def test_levers_that_change_nothing_yet_change_nothing() -> None:
    course = with_levers(
        {"kind": "retain_carers", "fewer_leave_percent": 90, "starts": "2026-03-30"},
        {"kind": "emergency_beds", "households": 2, "starts": "2027-04-01"},
    )
    for name, values in base().weekly.items():
        assert np.array_equal(course.weekly[name][:50], values[:50]), name
