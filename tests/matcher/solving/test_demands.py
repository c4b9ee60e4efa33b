"""A child in a given home, few changes, another plan: each against every possible plan."""

from __future__ import annotations

import pytest

from matcher.checking import Claim, check
from matcher.errors import NotFoundError, UsageError
from matcher.solving.demands import Demands
from matcher.solving.solve import solve
from matcher.solving.stopwatch import StopReason
from tests.builders import a_child, a_home, a_referral, a_world, miles_east
from tests.matcher.solving.small_worlds import BruteForce, a_small_world, policy

SEEDS = range(40)


def lawful_plans(world, wanted):
    brute = BruteForce(world, wanted)
    return [(home_of, brute.weighted(values)) for home_of, values in brute.plans()]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_child_gets_the_home_asked_for_at_the_least_cost_to_everyone(seed):
    world, wanted = a_small_world(seed)
    plans = lawful_plans(world, wanted)
    children = [child for child in plans[0][0] if child not in world.placements]
    if not children:
        return
    child = children[0]
    for home in world.homes:
        solution = solve(world, wanted, demands=Demands(fixed={child: home}))
        if solution.limited_groups:
            return
        least = min(value for home_of, value in plans if home_of[child] in (home, None))
        assert solution.objective == pytest.approx(least)
        assert solution.plan.home_of[child] in (home, None)
        check(world, wanted, solution.plan, claimed=Claim())


@pytest.mark.parametrize("seed", SEEDS)
def test_another_plan_is_the_best_of_those_that_differ_enough(seed):
    world, wanted = a_small_world(seed)
    first = solve(world, wanted)
    waiting = {
        child: home
        for child, home in first.plan.home_of.items()
        if child not in world.placements and home is not None
    }
    if not waiting or first.limited_groups:
        return
    for least in (1, len(waiting)):
        solution = solve(world, wanted, demands=Demands(unlike=((first.plan.home_of, least),)))
        different = [
            value
            for home_of, value in lawful_plans(world, wanted)
            if sum(home_of[child] != home for child, home in waiting.items()) >= least
        ]
        assert solution.objective == pytest.approx(min(different))
        assert solution.objective >= first.objective - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_no_more_changes_are_made_than_asked_for(seed):
    world, wanted = a_small_world(seed)
    plans = lawful_plans(world, wanted)
    before = max(plans, key=lambda plan: (plan[1], str(plan[0])))[0]
    for most in (0, 1):
        solution = solve(world, wanted, demands=Demands(before=before, most_changes=most))
        if solution.limited_groups:
            return

        def changes(home_of):
            return sum(
                before[child] is not None
                and home not in (None, before[child])
                and (child not in world.placements or world.placements[child].home_id != home)
                for child, home in home_of.items()
            )

        least = min(value for home_of, value in plans if changes(home_of) <= most)
        assert changes(solution.plan.home_of) <= most
        assert solution.objective == pytest.approx(least)
        assert solution.stop_reason is StopReason.PROVED


def test_what_cannot_be_asked_is_said_in_a_sentence():
    world = a_world([a_child()], [a_home()])
    with pytest.raises(NotFoundError, match="no home 'H-9'"):
        solve(world, policy(), demands=Demands(fixed={"C-1": "H-9"}))
    with pytest.raises(UsageError, match="neither waits nor may move"):
        solve(world, policy(), demands=Demands(fixed={"C-9": "H-1"}))


def test_a_home_asked_for_that_is_not_lawful_leaves_the_child_without():
    homes = [a_home("H-1"), a_home("H-2", 0, postcode=miles_east(5).postcode)]
    world = a_world([a_child()], homes, referrals=[a_referral("R-1", "C-1")])
    solution = solve(world, policy(), demands=Demands(fixed={"C-1": "H-2"}))
    assert solution.plan.unplaced == ("C-1",)
