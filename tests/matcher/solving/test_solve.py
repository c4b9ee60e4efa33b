from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from matcher.checking import Claim, check
from matcher.domain.agreement import Budget, Route
from matcher.domain.home import TermsOfApproval
from matcher.domain.placement import Placement
from matcher.domain.sibling_group import SiblingGroup, Together
from matcher.policy import AimName, Method
from matcher.solving.bound import bound_of
from matcher.solving.items import items_of
from matcher.solving.model import aim_model, weighted_model
from matcher.solving.multipliers import Multipliers
from matcher.solving.problem import problem_of
from matcher.solving.reasons import ReasonKind
from matcher.solving.solution import Solution, Status
from matcher.solving.solve import solve
from matcher.solving.stopwatch import StopReason
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, siblings
from tests.matcher.solving.small_worlds import BruteForce, a_small_world, policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matcher.solving.problem import Problem


def claim_of(solution: Solution) -> Claim:
    return Claim(
        unplaced=int(solution.aim(AimName.UNPLACED).value),
        extra_households=int(solution.aim(AimName.EXTRA_HOUSEHOLDS).value),
        match_points_lost=solution.aim(AimName.MATCH).value,
        moves=int(solution.aim(AimName.MOVES).value),
        weekly_cost_pence=int(solution.aim(AimName.COST).value),
    )


@pytest.mark.parametrize("first", range(0, 150, 30))
def test_the_best_plan_of_small_worlds(first: int) -> None:
    for seed in range(first, first + 30):
        world, wanted = a_small_world(seed)
        solution = solve(world, wanted)
        checked = check(world, wanted, solution.plan, claimed=claim_of(solution))
        brute = BruteForce(world, wanted)
        plans = [brute.weighted(values) for _, values in brute.plans()]
        assert solution.objective >= min(plans) - 1e-6
        if solution.limited_groups:
            assert solution.status is Status.FEASIBLE
            continue
        assert solution.objective == pytest.approx(min(plans)), seed
        assert solution.status is Status.OPTIMAL
        assert solution.stop_reason is StopReason.PROVED
        assert solution.bound == pytest.approx(solution.objective)
        assert checked.unplaced == len(solution.unplaced)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_strict_order_of_small_worlds(first: int) -> None:
    for seed in range(first, first + 20):
        world, wanted = a_small_world(seed)
        wanted = wanted.replace(
            method="lexicographic",
            aims=[{"name": name} for name in ("unplaced", "extra_households", "match", "cost")],
        )
        solution = solve(world, wanted)
        check(world, wanted, solution.plan, claimed=claim_of(solution))
        if solution.limited_groups:
            continue
        moved = round(wanted.move_price_points * 1000)
        best = min(
            (unplaced, extra, match + moves * moved, cost)
            for _, (unplaced, extra, match, moves, cost) in BruteForce(world, wanted).plans()
        )
        assert solution.status is Status.OPTIMAL
        assert solution.aim(AimName.UNPLACED).value == best[0]
        assert solution.aim(AimName.EXTRA_HOUSEHOLDS).value == best[1]
        assert solution.objective == pytest.approx(best[2] / 1000)
        assert solution.aim(AimName.COST).value == best[3]
        assert solution.aim(AimName.COST).proved


def test_any_prices_bound_every_plan() -> None:
    for seed in range(25):
        world, wanted = a_small_world(seed)
        problem = problem_of(world, wanted)
        if problem.items.limited:
            continue
        model = weighted_model(problem)
        plans = BruteForce(world, wanted).plans()
        weighted = BruteForce(world, wanted).weighted
        home_of, values = min(plans, key=lambda plan: weighted(plan[1]))
        best = round(weighted(values) * 1000)
        taken = options_of(problem, home_of)
        for price in (-5_000.0, 0.0, 40_000.0, 900_000.0, 2_000_000.0):
            prices = Multipliers(
                rows=model.needed * price, limits=np.full(len(model.limits), 0.01), bound=0.0
            )
            bound = bound_of(model, prices)
            assert bound.value <= best
            assert bound.worth_keeping(best)[taken].all()
        assert model.value(taken) == best


def options_of(problem: Problem, home_of: Mapping[str, str | None]) -> list[int]:
    together: dict[tuple[str, str], list[int]] = {}
    for child, child_id in enumerate(problem.items.child_ids):
        group = problem.world.children[child_id].sibling_group_id
        home = home_of[child_id]
        if home is not None:
            together.setdefault((home, group or f"/{child_id}"), []).append(child)
    found = [
        problem.option_at(problem.item_of[tuple(children)], problem.homes.index[home])
        for (home, _), children in together.items()
    ]
    assert None not in found
    return sorted(each for each in found if each is not None)


def test_siblings_who_must_be_together_are_never_separated() -> None:
    world = a_world(
        siblings(9, 7),
        [a_home("H-1", 1), a_home("H-2", 1)],
        sibling_groups=[SiblingGroup(sibling_group_id="S-1", together=Together.REQUIRED)],
    )
    solution = solve(world, policy())
    assert solution.plan.unplaced == ("C-1", "C-2")
    assert solution.status is Status.OPTIMAL
    assert {each.reasons[0].kind for each in solution.unplaced} == {ReasonKind.SIBLINGS}


def test_siblings_are_split_rather_than_left_without_a_home() -> None:
    world = a_world(siblings(9, 7), [a_home("H-1", 1), a_home("H-2", 1)])
    solution = solve(world, policy())
    assert solution.aim(AimName.EXTRA_HOUSEHOLDS).value == 1
    assert not solution.plan.unplaced


def test_a_sibling_who_stays_may_be_joined() -> None:
    world = a_world(
        siblings(9, 7),
        [a_home("H-1", 2), a_home("H-2", 1)],
        referrals=[a_referral("R-1", "C-2")],
        sibling_groups=[SiblingGroup(sibling_group_id="S-1", together=Together.REQUIRED)],
        placements=[Placement(child_id="C-1", home_id="H-1", started_on=AS_OF)],
    )
    assert solve(world, policy()).plan.home_of == {"C-2": "H-1"}


def test_nobody_to_decide_about_is_an_answer() -> None:
    world = a_world([a_child()], [a_home()], referrals=[])
    solution = solve(world, policy())
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 0
    assert solution.gap == 0
    assert solution.gap_points_per_child == 0


def test_no_home_at_all_is_an_answer() -> None:
    solution = solve(a_world([a_child()], []), policy())
    assert solution.status is Status.OPTIMAL
    assert solution.plan.unplaced == ("C-1",)
    assert solution.unplaced[0].reasons[0].kind is ReasonKind.RULES


def test_no_time_gives_a_lawful_plan_without_proof() -> None:
    world, wanted = a_small_world(3)
    solution = solve(world, wanted, seconds=0)
    check(world, wanted, solution.plan, claimed=claim_of(solution))
    assert solution.status is Status.FEASIBLE
    assert solution.stop_reason is StopReason.TIME_LIMIT
    assert solution.gap is None
    assert solution.gap_points_per_child is None
    today = solve(world, wanted.replace(method=Method.SEARCH_ORDER))
    assert solution.plan.home_of == today.plan.home_of
    assert any(solution.plan.home_of.values())


def test_an_interruption_gives_the_best_plan_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    world = a_world([a_child()], [a_home()])
    monkeypatch.setattr("matcher.solving.configurations.search.better_prices", interrupted)
    solution = solve(world, policy())
    assert solution.stop_reason is StopReason.INTERRUPTED
    assert solution.status is Status.FEASIBLE
    assert solution.plan.home_of == {"C-1": "H-1"}


def test_the_search_order_takes_routes_before_miles() -> None:
    homes = [
        a_home("H-1", postcode="HP1 1AA", provider_id="P-2", agreement_ids=("A-2",)),
        a_home("H-2", postcode="HP2 0AA"),
    ]
    world = a_world([a_child()], homes)
    solution = solve(world, policy(method="search_order"))
    assert solution.plan.home_of == {"C-1": "H-2"}
    assert solution.method is Method.SEARCH_ORDER
    assert solution.stop_reason is StopReason.SEARCH_ORDER
    assert solution.bound is None


def test_the_search_order_is_a_lawful_plan_no_better_than_the_best() -> None:
    for seed in range(60):
        world, wanted = a_small_world(seed)
        practice = wanted.replace(method="search_order")
        found = solve(world, practice)
        check(world, practice, found.plan, claimed=claim_of(found))
        assert found.objective >= solve(world, wanted).objective - 1e-9


def test_a_budget_is_kept_and_named() -> None:
    children = [a_child("C-1"), a_child("C-2")]
    world = a_world(
        children,
        [a_home("H-1"), a_home("H-2")],
        budgets=[Budget(weekly_pence=99_999), Budget(route=Route.IN_HOUSE, weekly_pence=60_000)],
    )
    solution = solve(world, policy())
    assert len(solution.plan.unplaced) == 1
    assert solution.unplaced[0].reasons[0].kind is ReasonKind.LIMIT
    assert "budget" in solution.unplaced[0].reasons[0].sentence


def test_reasons_say_who_has_the_bed_and_what_a_person_could_choose() -> None:
    taken = solve(a_world([a_child("C-1"), a_child("C-2")], [a_home()]), policy())
    assert taken.unplaced[0].reasons[0].kind is ReasonKind.TAKEN
    poor = solve(a_world([a_child()], [a_home()]), policy(minimum_match_points=100))
    assert poor.unplaced[0].reasons[0].kind is ReasonKind.BELOW_MINIMUM
    unclear = solve(a_world([a_child()], [a_home(terms=None)]), policy())
    assert unclear.unplaced[0].reasons[0].kind is ReasonKind.TO_CHECK
    foes = [a_child("C-1"), a_child("C-2", incompatible_with=frozenset({"C-1"}))]
    apart = solve(a_world(foes, [a_home(beds=2)]), policy())
    assert apart.unplaced[0].reasons[0].kind is ReasonKind.HOUSEHOLD
    old = solve(a_world([a_child(age=16)], [a_home(terms=TermsOfApproval(age_to=10))]), policy())
    assert old.unplaced[0].reasons[0].rule == "APPROVAL_AGE"


def test_a_large_group_is_split_in_some_ways_and_never_called_optimal() -> None:
    world = a_world(siblings(*range(3, 12)), [a_home("H-1", 9), a_home("H-2", 3)])
    wanted = policy(minimum_match_points=0)
    items = items_of(world, wanted)
    assert items.limited == ("S-1",)
    assert len(items.items) < 2**9 - 1
    solution = solve(world, wanted)
    assert solution.status is Status.FEASIBLE
    assert solution.bound is None
    assert not solution.plan.unplaced


def test_seeds_and_repeats_give_the_same_objective_and_repeats_the_same_plan() -> None:
    for seed in (1, 5, 9):
        world, wanted = a_small_world(seed)
        once = solve(world, wanted, seed=1)
        assert solve(world, wanted, seed=1).plan == once.plan
        assert solve(world, wanted, seed=2).objective == once.objective


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_of_equally_good_plans_identifiers_decide(first: int) -> None:
    several = 0
    for seed in range(first, first + 40):
        world, wanted = a_small_world(seed)
        solution = solve(world, wanted)
        if solution.status is not Status.OPTIMAL:
            continue
        brute = BruteForce(world, wanted)
        values = [(home_of, round(1000 * brute.weighted(each))) for home_of, each in brute.plans()]
        least = min(value for _, value in values)
        equals = [home_of for home_of, value in values if value == least]
        homes = list(world.homes)

        def positions(home_of: Mapping[str, str | None], homes: list[str] = homes) -> int:
            return sum(homes.index(home) + 1 for home in home_of.values() if home is not None)

        assert positions(solution.plan.home_of) == min(map(positions, equals))
        assert solve(world, wanted, seed=5).plan == solution.plan
        several += len(equals) > 1
    assert several > 5


def test_children_who_could_change_places_are_told_apart() -> None:
    children = [a_child(f"C-{each}") for each in range(5)]
    homes = [a_home(f"H-{each}", 1) for each in range(5)]
    plans = {
        tuple(solve(a_world(these, those), policy(), seed=seed).plan.home_of.items())
        for seed in range(3)
        for these in (children, children[::-1])
        for those in (homes, homes[::-1])
    }
    assert len(plans) == 1


def test_aims_by_themselves() -> None:
    world, wanted = a_small_world(11)
    problem = problem_of(world, wanted)
    solution = solve(world, wanted)
    chosen = options_of(problem, solution.plan.home_of)
    for aim in (AimName.MATCH, AimName.COST):
        unit = 1000 if aim is AimName.MATCH else 1
        moves = problem.policy.move_price_points * solution.aim(AimName.MOVES).value
        expected = solution.aim(aim).value + (moves if aim is AimName.MATCH else 0)
        assert aim_model(problem, aim, problem.limits).value(chosen) / unit == expected
    assert {each.name for each in solution.tiers} == set(AimName)
