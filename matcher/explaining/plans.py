"""A checked plan in words and measures, beside today's practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.checking import Claim
from matcher.domain.phrases import listed
from matcher.domain.plan import first_days, stays
from matcher.domain.purchase import purchase_of
from matcher.explaining.assignment import (
    AssignReport,
    PlacedChild,
    PlanIndicators,
    Practice,
    UnplacedChild,
)
from matcher.geography.distance import NEAR_HOME_MILES
from matcher.indicators import indicators, miles_from_home
from matcher.policy import AimName, Method

if TYPE_CHECKING:
    from typing import Any

    from matcher.checking import Checked
    from matcher.domain.world import World
    from matcher.explaining.report import Stamp
    from matcher.policy import Policy
    from matcher.solving.solution import Solution


NAMED = 5
"""So many homes are named in a warning; the others are counted."""


def assign_report(
    world: World,
    policy: Policy,
    solution: Solution,
    checked: Checked,
    practice: Solution,
    practice_checked: Checked,
    stamp: Stamp,
    *,
    said: tuple[str, ...] = (),
) -> AssignReport:
    """Return a plan as it is shown.

    Parameters
    ----------
    world, policy
        What it was made for.
    solution, checked
        The plan, and what the independent checker derived of it.
    practice, practice_checked
        The same of today's search order.
    stamp
        What it was made from.
    said
        What else has to be said of the plan, before other warnings.
    """
    limited = tuple(
        f"Sibling group {group} is large: not every way to split it was looked at."
        for group in solution.limited_groups
    )
    return AssignReport(
        status=solution.status.value,
        stop_reason=solution.stop_reason.value,
        objective=solution.objective,
        bound=solution.bound,
        gap=solution.gap,
        gap_placed=solution.gap_placed,
        gap_points_per_child=solution.gap_points_per_child,
        tiers={tier.name.value: tier.value for tier in solution.tiers},
        seconds=round(solution.seconds, 3),
        placements=_placements(world, checked),
        unplaced=tuple(
            UnplacedChild(
                child_id=each.child_id, reasons=tuple(reason.sentence for reason in each.reasons)
            )
            for each in solution.unplaced
        ),
        indicators=PlanIndicators(**measures(world, policy, checked)),
        practice=Practice(
            # Under strict order aims have no common unit: both say the points lost in matches.
            objective=practice.aim(AimName.MATCH).value
            if policy.method is Method.LEXICOGRAPHIC
            else practice.objective,
            **measures(world, policy, practice_checked),
        ),
        warnings=(
            *said,
            *limited,
            *_left_out(world, checked),
            *(note.sentence for note in checked.warnings),
        ),
        stamp=stamp,
    )


def _left_out(world: World, checked: Checked) -> list[str]:
    """Say what a plan did not look at, so that nobody takes silence for an answer."""
    found = []
    staying = sorted(world.referral_by_child.keys() - checked.plan.home_of.keys())
    if staying:
        found.append(
            f"{listed(staying)} {'is' if len(staying) == 1 else 'are'} in a request and placed: a "
            "plan leaves them where they are until a review has agreed to a move (may_move)."
        )
    if world.budgets:
        no_fee = [
            home.home_id
            for home in world.homes.values()
            if home.setting.offered
            and home.weekly_fee_pence is None
            and not any(world.agreements[each].fees for each in home.agreement_ids)
            and world.beds_free(home.home_id, world.as_of) > 0
        ]
        if no_fee:
            found.append(
                f"No fee is known for {listed(no_fee[:NAMED])}"
                f"{f' and {len(no_fee) - NAMED} more' if len(no_fee) > NAMED else ''}: under a "
                "budget the plan does not use them. Ask for a quote."
            )
    return found


def claim_of(solution: Solution) -> Claim:
    """Return what the solver says of its plan, for the checker not to believe."""
    return Claim(
        unplaced=round(solution.aim(AimName.UNPLACED).value),
        extra_households=round(solution.aim(AimName.EXTRA_HOUSEHOLDS).value),
        match_points_lost=solution.aim(AimName.MATCH).value,
        moves=round(solution.aim(AimName.MOVES).value),
        weekly_cost_pence=round(solution.aim(AimName.COST).value),
    )


def _placements(world: World, checked: Checked) -> tuple[PlacedChild, ...]:
    tasks: dict[str, list[str]] = {}
    for note in checked.tasks:
        for child_id in note.child_ids:
            tasks.setdefault(child_id, []).append(note.sentence)
    days = first_days(world, checked.plan.home_of)
    found = []
    for placed in checked.plan.placements:
        child, home = world.children[placed.child_id], world.homes[placed.home_id]
        # Distance has no meaning for an unaccompanied child.
        miles = None if child.unaccompanied else miles_from_home(world, child, placed.home_id)
        found.append(
            PlacedChild(
                child_id=placed.child_id,
                home_id=placed.home_id,
                route=purchase_of(home, world, days[placed.child_id]).route,
                distance_miles=miles,
                near_home=None if miles is None else miles <= NEAR_HOME_MILES,
                score=round(checked.points[placed.child_id], 2),
                moves=placed.child_id in world.placements
                and not stays(world, placed.child_id, placed.home_id),
                tasks=tuple(dict.fromkeys(tasks.get(placed.child_id, ()))),
            )
        )
    return tuple(found)


def measures(world: World, policy: Policy, checked: Checked) -> dict[str, Any]:
    """Return the measures of a plan, by field of :class:`PlanIndicators`."""
    found = indicators(
        world,
        checked.plan.home_of,
        transport_pence_a_mile=policy.value.transport_pence_a_mile,
        school_days_a_week=policy.value.school_days_a_week,
    )
    points = list(checked.points.values())
    return {
        "placed": found.placed,
        "unplaced": found.unplaced,
        "near_home_rate": found.near_home_of_applicable.share,
        "near_home_of_known_rate": found.near_home_of_known.share,
        "near_home_of_all_rate": found.near_home_of_all.share,
        "unknown_distance_rate": found.unknown_distance.share,
        "in_area_rate": found.in_area.share,
        "siblings_together_rate": found.siblings_together.share,
        "siblings_together": found.siblings_together.count,
        "sibling_groups": found.siblings_together.of,
        "extra_households": checked.extra_households,
        "moves": checked.moves,
        "match_points_mean": round(sum(points) / len(points), 2) if points else None,
        "weekly_cost_pence": checked.weekly_cost_pence,
    }
