"""A plan's figures, whoever made it, after the independent checker has derived it anew."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from matcher.checking import Claim, check
from matcher.domain.plan import Plan
from matcher.policy import AimName
from matcher.solving.model import measures
from matcher.solving.options import MILLI

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matcher.checking import Checked
    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.model import Model

Figures = dict[str, Any]


def judged(model: Model, chosen: Iterable[int]) -> Figures:
    """Check the plan that takes some options, and return its figures.

    Parameters
    ----------
    model
        The weighted sum of the policy's aims.
    chosen
        The options.

    Raises
    ------
    CheckFailedError
        If the plan breaks a rule, or is not what the model counts it as.
    """
    problem, at = model.problem, sorted(chosen)
    home_of: dict[str, str | None] = dict.fromkeys(problem.items.child_ids)
    for option in at:
        for child in problem.items.items[int(problem.options.item[option])].children:
            home_of[problem.items.child_ids[child]] = problem.homes.ids[
                int(problem.options.home[option])
            ]
    values = measures(problem.options, at)
    unplaced = sum(home is None for home in home_of.values())
    claim = Claim(
        unplaced=unplaced,
        match_points_lost=values[AimName.MATCH] / MILLI,
        moves=values[AimName.MOVES],
        weekly_cost_pence=values[AimName.COST],
    )
    return {
        "objective": model.value(at) / MILLI,
        "unplaced_points": unplaced * model.unplaced_cost / MILLI,
        **checked_figures(problem.world, problem.policy, home_of, claim)[0],
    }


def checked_figures(
    world: World, policy: Policy, home_of: Mapping[str, str | None], claim: Claim
) -> tuple[Figures, Checked]:
    """Check a plan and return what of it is reported, and what the checker derived.

    Parameters
    ----------
    world, policy
        What it was made for.
    home_of
        The home of each child decided about.
    claim
        What its maker says.
    """
    began = time.perf_counter()
    checked = check(world, policy, Plan.of(home_of), claimed=claim)
    return {
        "check_seconds": round(time.perf_counter() - began, 3),
        "children": len(home_of),
        "unplaced": checked.unplaced,
        "extra_households": checked.extra_households,
        "match_points_lost": round(checked.match_points_lost, 3),
        "moves": checked.moves,
        "weekly_cost_pence": checked.weekly_cost_pence,
        "new_weekly_cost_pence": checked.new_weekly_cost_pence,
    }, checked


def gaps(objective: float, unplaced_points: float, bound: float | None, children: int) -> Figures:
    """Return how far a plan can be from the best, three ways.

    Parameters
    ----------
    objective, unplaced_points
        In points, and what of them is the price of children left without a home.
    bound
        What no plan can be below; None when nothing is known.
    children
        How many are decided about.

    Returns
    -------
    dict
        ``gap`` of the whole objective, ``gap_placed`` without the price of the unplaced,
        ``gap_points_per_child``.
    """
    if bound is None:
        return {"gap": None, "gap_placed": None, "gap_points_per_child": None}
    above = max(objective - bound, 0.0)

    def share(of: float) -> float | None:
        return 0.0 if not above else above / abs(of) if of else None

    return {
        "gap": share(objective),
        "gap_placed": share(objective - unplaced_points),
        "gap_points_per_child": above / children if children else 0.0,
    }
