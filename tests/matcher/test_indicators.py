"""Indicators: each measure with its numerator and denominator, the unknown kept visible."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from matcher.checking import Claim, check
from matcher.domain.agreement import Agreement, Fee, Route
from matcher.domain.child import School
from matcher.domain.home import Setting
from matcher.domain.placement import Placement
from matcher.domain.plan import Plan
from matcher.domain.sibling_group import SiblingGroup, SiblingLink, Together
from matcher.errors import NotFoundError
from matcher.geography.location import Location, Precision, unknown_location
from matcher.indicators import Indicators, Rate, after, indicators, now, route_now
from matcher.policy import Policy
from tests.builders import AS_OF, BUCKS, a_child, a_home, a_world, miles_east, siblings

OXFORDSHIRE, LUTON = "E10000025", "E06000032"


def lives(child_id: str, home_id: str, **changes: Any) -> Placement:
    return Placement(
        child_id=child_id, home_id=home_id, started_on=AS_OF - timedelta(days=100), **changes
    )


def measured(*children: Any, miles: tuple[int, ...], **rest: Any) -> Indicators:
    """Measure children, each in a home of their own so many miles away."""
    homes = [
        a_home(f"H-{at}", postcode=miles_east(each).postcode) for at, each in enumerate(miles, 1)
    ]
    world = a_world(list(children), homes, **rest)
    return indicators(world, {f"C-{at}": f"H-{at}" for at in range(1, len(miles) + 1)})


def test_a_rate_of_nothing_is_none():
    assert Rate(0, 0).share is None
    assert Rate(0, 0).per_cent is None
    assert (Rate(1, 4).share, Rate(1, 4).per_cent) == (0.25, 25.0)


def test_near_home_three_ways_with_the_unknown_visible():
    children = [
        a_child("C-1"),
        a_child("C-2"),
        a_child("C-3", home_postcode=None),
        a_child("C-4", unaccompanied=True, home_postcode=None),
        a_child("C-5"),
    ]
    found = measured(*children, miles=(20, 21, 5, 5, 60))
    assert found.near_home_of_all == Rate(1, 5)
    assert found.near_home_of_known == Rate(1, 3)
    assert found.near_home_of_applicable == Rate(1, 4)
    assert found.unknown_distance == Rate(1, 4)
    assert found.not_applicable == 1


def test_near_is_twenty_miles_to_one_decimal():
    just_near = Location("HP3 0AA", 480_000 + 32_266, 200_000, BUCKS, Precision.POSTCODE)
    just_far = Location("HP4 0AA", 480_000 + 32_268, 200_000, BUCKS, Precision.POSTCODE)
    places = {each.postcode: each for each in (just_near, just_far)}
    homes = [a_home("H-1", postcode="HP3 0AA"), a_home("H-2", postcode="HP4 0AA")]
    world = a_world([a_child("C-1"), a_child("C-2")], homes, locations=places)
    assert indicators(world, {"C-1": "H-1"}).near_home_of_known == Rate(1, 1)
    assert indicators(world, {"C-2": "H-2"}).near_home_of_known == Rate(0, 1)


def test_areas_and_far_and_outside():
    places = {
        miles_east(15).postcode: replace(miles_east(15), authority=OXFORDSHIRE),
        miles_east(35).postcode: replace(miles_east(35), authority=LUTON),
        miles_east(45).postcode: unknown_location(miles_east(45).postcode),
    }
    found = measured(
        *[a_child(f"C-{at}") for at in range(1, 6)], miles=(5, 15, 35, 45, 50), locations=places
    )
    assert (found.inside, found.adjoining, found.distant, found.area_unknown) == (2, 1, 1, 1)
    assert found.in_area == Rate(2, 4)
    # Of 35, 45 (place unknown) and 50 miles (inside): only the first is far and outside.
    assert found.far_and_outside == Rate(1, 5)


def test_children_placed_away_for_safety_are_shown_apart():
    found = measured(
        a_child("C-1", away_for_safety=True), a_child("C-2", away_for_safety=True), miles=(40, 3)
    )
    assert found.away_for_safety == Rate(2, 2)
    assert found.away_for_safety_far == Rate(1, 2)
    assert found.near_home_of_all == Rate(1, 2)


@pytest.mark.parametrize(
    ("homes", "links", "rate"),
    [
        (("H-1", "H-1", "H-1"), (), Rate(1, 1)),
        (("H-1", "H-1", "H-2"), (), Rate(0, 1)),
        (("H-1", "H-1", None), (), Rate(1, 1)),
        (("H-1", None, None), (), Rate(0, 0)),
        (("H-1", "H-1", "H-2"), (("C-1", "C-3"),), Rate(1, 1)),
        (("H-1", "H-2", None), (("C-1", "C-2"),), Rate(0, 0)),
    ],
)
def test_siblings_together(homes, links, rate):
    group = SiblingGroup(
        sibling_group_id="S-1",
        links=tuple(SiblingLink(child_a=a, child_b=b, together=Together.APART) for a, b in links),
    )
    world = a_world(siblings(5, 7, 9), [a_home("H-1", 3), a_home("H-2", 3)], sibling_groups=[group])
    home_of = dict(zip(("C-1", "C-2", "C-3"), homes, strict=True))
    assert indicators(world, home_of).siblings_together == rate


def test_routes_and_money_of_those_who_stay_and_those_who_come():
    framework = Agreement(
        agreement_id="A-2",
        provider_id="P-2",
        route=Route.FRAMEWORK,
        tier=1,
        fees=(Fee(weekly_fee_pence=90_000),),
        sibling_discount_percent=10,
    )
    spot = {"agreement_ids": (), "provider_id": "P-2"}
    homes = [
        a_home("H-1", agreement_ids=("A-2",), provider_id="P-2"),
        a_home("H-2", 2, agreement_ids=("A-2",), provider_id="P-2"),
        a_home("H-3", **spot),
        a_home("H-4", weekly_fee_pence=123_400, **spot),
    ]
    children = [
        a_child("C-1"),
        *[a_child(each, sibling_group_id="S-1") for each in ("C-2", "C-3")],
        a_child("C-4"),
        a_child("C-5"),
    ]
    world = a_world(
        children,
        homes,
        agreements=[framework],
        placements=[
            lives("C-1", "H-1", agreement_id="A-2", weekly_fee_pence=77_700),
            lives("C-5", "H-4"),
        ],
    )
    home_of = {"C-1": "H-1", "C-2": "H-2", "C-3": "H-2", "C-4": "H-3", "C-5": "H-4"}
    found = indicators(world, home_of)
    assert found.weekly_fee_pence == 77_700 + 90_000 + 81_000 + 123_400
    assert found.unknown_fee == Rate(1, 5)
    assert found.by_route[Route.FRAMEWORK] == 3
    assert found.spot == Rate(2, 5)


def test_a_child_at_home_or_in_hospital_is_bought_by_no_route():
    homes = [
        a_home("H-1", setting=Setting.WITH_PARENTS, agreement_ids=()),
        a_home("H-2", agreement_ids=()),
    ]
    homes.append(a_home("H-3", setting=Setting.HOSPITAL, agreement_ids=()))
    children = [a_child(f"C-{number}") for number in (1, 2, 3)]
    stays = [lives(f"C-{number}", f"H-{number}") for number in (1, 2, 3)]
    world = a_world(children, homes, placements=stays)
    assert [route_now(world, child.child_id) for child in children] == [None, Route.SPOT, None]
    found = indicators(world, now(world))
    assert found.spot == Rate(1, 3)
    assert sum(found.by_route.values()) == 1


def test_cost_is_the_checkers_own_for_children_who_come():
    policy = Policy.named("balanced").replace(minimum_match_points=0)
    children = siblings(7, 9, school=School(postcode=miles_east(12).postcode))
    world = a_world(children, [a_home("H-1", 2)])
    plan = Plan.of({"C-1": "H-1", "C-2": "H-1"})
    found = indicators(
        world,
        plan.home_of,
        transport_pence_a_mile=policy.value.transport_pence_a_mile,
        school_days_a_week=policy.value.school_days_a_week,
    )
    checked = check(world, policy, plan, claimed=Claim(weekly_cost_pence=found.weekly_cost_pence))
    assert found.weekly_transport_pence > 0
    assert found.weekly_cost_pence == checked.weekly_cost_pence
    assert indicators(world, plan.home_of).weekly_transport_pence == 0


def test_now_and_after_a_plan():
    world = a_world(
        [a_child("C-1"), a_child("C-2")],
        [a_home("H-1"), a_home("H-2")],
        placements=[lives("C-1", "H-1")],
    )
    assert now(world) == {"C-1": "H-1", "C-2": None}
    assert (indicators(world, now(world)).placed, indicators(world, now(world)).unplaced) == (1, 1)
    assert after(world, Plan.of({"C-2": "H-2"})) == {"C-1": "H-1", "C-2": "H-2"}


def test_nobody_gives_no_rates_and_an_unknown_home_is_refused():
    world = a_world([a_child()], [a_home()])
    nobody = indicators(world, {})
    assert (nobody.placed, nobody.unplaced) == (0, 0)
    assert nobody.near_home_of_known.share is None
    with pytest.raises(NotFoundError, match="H-9"):
        indicators(world, {"C-1": "H-9"})
