"""Asking one thing more of a plan: the same answer as from the beginning."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.checking import check
from matcher.domain.placement import Placement
from matcher.explaining.plans import claim_of
from matcher.policy import Method, Policy
from matcher.solving.again import Again
from matcher.solving.demands import Demands
from matcher.solving.solution import Status
from matcher.solving.solve import solve, solve_beside_practice
from tests.builders import a_child, a_home, a_world, miles_east
from tests.matcher.solving.small_worlds import a_small_world


@pytest.mark.parametrize("first", range(0, 60, 15))
def test_a_child_given_a_home_comes_to_the_same_as_from_the_beginning(first: int) -> None:
    given = 0
    for seed in range(first, first + 15):
        world, wanted = a_small_world(seed)
        if wanted.method is not Method.WEIGHTED:
            continue
        again = Again(world, wanted)
        for child_id in list(again.best.plan.home_of)[:3]:
            for home_id in list(world.homes)[:3]:
                demands = Demands(fixed={child_id: home_id})
                quick = again.with_demands(demands)
                slow = solve(world, wanted, demands=demands)
                check(world, wanted, quick.plan, claimed=claim_of(quick))
                assert quick.objective == pytest.approx(slow.objective), (seed, child_id, home_id)
                # A forced option never beats the best plan.
                assert quick.objective >= again.best.objective - 1e-9
                assert (quick.status is Status.OPTIMAL) == (slow.status is Status.OPTIMAL)
                given += quick.plan.home_of[child_id] == home_id
    assert given > 5


def test_a_child_who_lives_somewhere_can_be_asked_to_move() -> None:
    homes = [
        a_home("H-1", 1, postcode=miles_east(1).postcode),
        a_home("H-2", 1, postcode=miles_east(9).postcode),
    ]
    living = Placement(child_id="C-1", home_id="H-1", started_on=date(2024, 1, 1), may_move=True)
    world = a_world([a_child("C-1")], homes, placements=[living])
    wanted = Policy.named("balanced").replace(may_move=True, minimum_match_points=0)
    again = Again(world, wanted)
    assert again.best.plan.home_of == {"C-1": "H-1"}
    moved = again.with_demands(Demands(fixed={"C-1": "H-2"}))
    assert moved.plan.home_of == {"C-1": "H-2"}
    assert moved.objective > again.best.objective
    assert solve(world, wanted, demands=Demands(fixed={"C-1": "H-2"})).plan == moved.plan


def test_practice_beside_the_plan_is_the_search_order_by_itself() -> None:
    for seed in range(12):
        world, wanted = a_small_world(seed)
        plan, practice = solve_beside_practice(world, wanted)
        alone = solve(world, wanted.replace(method=Method.SEARCH_ORDER))
        assert practice.plan == alone.plan
        assert practice.objective == alone.objective
        assert plan.objective == solve(world, wanted).objective
