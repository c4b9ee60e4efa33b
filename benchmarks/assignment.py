"""Measure one plan for a whole council: seconds, gap, memory, beside today's practice.

    python -m benchmarks.assignment --children 500 --homes 1000 --budget 0.9 --seconds 60

The world is a synthetic county of about the homes asked for. As many children as asked for
are decided about: half of them wait, the others live somewhere and may move. ``--budget`` is
the share of what the new placements of the plan without a budget cost. Every plan goes
through the independent checker. One JSON object is printed.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.machine import machine, peak_megabytes
from matcher.checking import check
from matcher.domain.agreement import Budget
from matcher.domain.plan import decided_children
from matcher.domain.referral import Referral
from matcher.explaining.plans import claim_of
from matcher.policy import Policy
from matcher.solving.solve import solve
from scenarios.county import make_county

if TYPE_CHECKING:
    from matcher.domain.world import World

HOMES_IN_A_COUNTY = 553
"""Homes in the synthetic county of size 1."""


@dataclass(frozen=True)
class Size:
    """What is measured.

    Parameters
    ----------
    children
        Children decided about: half waiting, half placed and free to move. 0 leaves the
        county's own waiting children alone.
    homes
        About how many homes.
    """

    children: int
    homes: int


def council(size: Size, *, seed: int) -> World:
    """Return a synthetic council in which so many children are decided about.

    Parameters
    ----------
    size
        How many children and homes.
    seed
        Of the county, and of who waits and who may move.
    """
    world = make_county(size=size.homes / HOMES_IN_A_COUNTY, seed=seed)
    if not size.children:
        return world
    rng = random.Random(seed)
    waiting = size.children // 2
    more = max(waiting - len(world.waiting), 0)
    # Whole families leave their homes and wait, so that siblings wait together.
    families: dict[str, list[str]] = {}
    for child_id in world.placements:
        group = world.children[child_id].sibling_group_id
        families.setdefault(group or f"/{child_id}", []).append(child_id)
    order = sorted(families)
    rng.shuffle(order)
    leaving: list[str] = []
    referrals = dict(world.referrals)
    for family in order:
        if len(leaving) >= more:
            break
        ids = sorted(families.pop(family))
        leaving += ids
        referral = Referral(
            referral_id=f"BENCH-{len(referrals):05}",
            child_ids=tuple(ids),
            received_on=world.as_of - timedelta(days=rng.randint(0, 20)),
            needed_by=world.as_of + timedelta(days=rng.randint(0, 14)),
        )
        referrals[referral.referral_id] = referral
    gone = set(leaving)
    moving: set[str] = set()
    for family in sorted(families):
        if len(moving) >= size.children - waiting:
            break
        moving.update(families[family])
    placements = {
        child_id: placement.replace(may_move=child_id in moving)
        for child_id, placement in world.placements.items()
        if child_id not in gone
    }
    return world.replace(referrals=dict(sorted(referrals.items())), placements=placements)


def measured(world: World, policy: Policy, *, seconds: float | None, seed: int) -> dict[str, Any]:
    """Solve and check once, and return the figures."""
    started = time.perf_counter()
    solution = solve(world, policy, seconds=seconds, seed=seed)
    elapsed = time.perf_counter() - started
    started = time.perf_counter()
    checked = check(world, policy, solution.plan, claimed=claim_of(solution))
    return {
        "status": solution.status.value,
        "stop_reason": solution.stop_reason.value,
        "seconds": round(elapsed, 3),
        "check_seconds": round(time.perf_counter() - started, 3),
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "gap_placed": solution.gap_placed,
        "gap_points_per_child": solution.gap_points_per_child,
        "tiers": {aim.name.value: aim.value for aim in solution.tiers},
        "new_weekly_cost_pence": checked.new_weekly_cost_pence,
    }


def main() -> None:
    """Measure what the command line asks for and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--children", type=int, default=500)
    parser.add_argument("--homes", type=int, default=1000)
    parser.add_argument("--budget", type=float, default=None)
    parser.add_argument("--policy", default="balanced")
    parser.add_argument("--seconds", type=float, default=None)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    policy = Policy.named(asked.policy).replace(may_move=asked.children > 0)
    world = council(Size(asked.children, asked.homes), seed=asked.seed)
    if asked.budget is not None:
        free = measured(world, policy, seconds=asked.seconds, seed=asked.seed)
        limit = int(free["new_weekly_cost_pence"] * asked.budget)
        world = world.replace(budgets=(Budget(weekly_pence=limit),))
    plan = measured(world, policy, seconds=asked.seconds, seed=asked.seed)
    practice = measured(
        world, policy.replace(method="search_order"), seconds=asked.seconds, seed=asked.seed
    )
    decided = len(decided_children(world, may_move=policy.may_move))
    print(
        json.dumps(
            {
                "children": decided,
                "waiting": len(world.waiting),
                "homes": len(world.homes),
                "seed": asked.seed,
                "budget_share": asked.budget,
                "plan": plan,
                "practice": practice,
                "peak_megabytes": round(peak_megabytes()),
                "machine": machine(),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
