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
import time
from typing import TYPE_CHECKING, Any

from benchmarks.machine import machine, peak_megabytes
from benchmarks.worlds import Size, council
from matcher.checking import check
from matcher.domain.agreement import Budget
from matcher.domain.plan import decided_children
from matcher.explaining.plans import claim_of
from matcher.policy import Policy
from matcher.solving.solve import solve

if TYPE_CHECKING:
    from matcher.domain.world import World


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
