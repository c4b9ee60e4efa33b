"""What must hold of every plan, whatever the world."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.checking import Claim, check
from matcher.domain.agreement import Budget
from matcher.domain.world import World, make_world
from matcher.solving.solution import Status
from matcher.solving.solve import solve
from tests.builders import a_home
from tests.matcher.solving.small_worlds import a_small_world

seeds = st.integers(0, 100_000)


def shuffled(world: World, seed: int) -> World:
    """Return the same world from records in another order."""
    rng = random.Random(seed)

    def mixed(records: object) -> list[object]:
        found = list(records)  # type: ignore[call-overload]
        rng.shuffle(found)
        return found

    tables = ("children", "homes", "sibling_groups", "providers", "agreements", "referrals")
    more = ("placements", "residents", "exemptions", "holds")
    return make_world(
        as_of=world.as_of,
        authority=world.authority,
        budgets=mixed(world.budgets),
        locations=world.locations,
        **{table: mixed(getattr(world, table).values()) for table in (*tables, *more)},
    )


@given(seeds, seeds)
@settings(max_examples=25)
def test_the_order_of_input_changes_nothing(seed: int, order: int) -> None:
    world, policy = a_small_world(seed)
    assert solve(shuffled(world, order), policy).plan == solve(world, policy).plan


@given(seeds)
@settings(max_examples=25)
def test_another_home_never_makes_the_best_plan_worse(seed: int) -> None:
    world, policy = a_small_world(seed)
    policy = policy.replace(spot_share=None, out_of_area_share=None)
    more = world.replace(homes={**world.homes, "H-9": a_home("H-9", 2)})
    before, after = solve(world, policy), solve(more, policy)
    if before.status is after.status is Status.OPTIMAL:
        assert after.objective <= before.objective + 1e-9


@given(seeds, st.integers(0, 300_000))
@settings(max_examples=25)
def test_more_money_never_makes_the_best_plan_worse(seed: int, pence: int) -> None:
    world, policy = a_small_world(seed)
    poor = world.replace(budgets=(Budget(weekly_pence=pence),))
    rich = world.replace(budgets=(Budget(weekly_pence=2 * pence),))
    before, after = solve(poor, policy), solve(rich, policy)
    if before.status is after.status is Status.OPTIMAL:
        assert after.objective <= before.objective + 1e-9


@given(seeds, st.sampled_from([None, 0, 0.01]))
@settings(max_examples=40)
def test_every_plan_passes_the_check_and_no_bound_is_above_it(
    seed: int, seconds: float | None
) -> None:
    world, policy = a_small_world(seed)
    solution = solve(world, policy, seconds=seconds)
    check(world, policy, solution.plan, claimed=Claim(unplaced=len(solution.unplaced)))
    assert solution.bound is None or solution.bound <= solution.objective + 1e-9
