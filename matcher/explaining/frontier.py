"""Near home against money: the plans of which no other is better in one and as good in the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.record import Record
from matcher.explaining.alternatives import Solved, solve_and_check
from matcher.explaining.assignment import PlanIndicators
from matcher.policy import Aim, AimName, Method
from matcher.solving.demands import Demands

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.policy import Policy


class FrontierPoint(Record):
    """The cheapest plan with at most so many children far from home and so many moves.

    Parameters
    ----------
    far
        Children who get a home farther than 20.0 miles from their own, or at an unknown
        distance.
    moves
        Children who move from where they live.
    status
        ``optimal`` when the cost is proved to be the least.
    indicators
        Measures of the plan.
    """

    far: int
    moves: int
    status: str
    indicators: PlanIndicators


def frontier(
    world: World, policy: Policy, *, seconds: float | None = None, seed: int = 1
) -> tuple[FrontierPoint, ...]:
    """Return the Pareto front of children near home, weekly cost and moves.

    Everybody is placed who can be, and siblings are kept together as far as they can be,
    before anything else; then each plan is the cheapest with at most so many children far
    from home, for every number from none to as many as the cheapest plan of all has.

    Parameters
    ----------
    world, policy
        What plans are made for. Moves are looked at when the policy allows them.
    seconds, seed
        For each plan.
    """
    cheapest = policy.replace(
        method=Method.LEXICOGRAPHIC,
        aims=tuple(
            Aim(name=name)
            for name in (
                AimName.UNPLACED,
                AimName.EXTRA_HOUSEHOLDS,
                AimName.COST,
                AimName.MATCH,
            )
        ),
    )
    points: list[FrontierPoint] = []
    for most_moves in _move_limits(world, policy):
        far: int | None = None
        best_placed: int | None = None
        while far is None or far >= 0:
            demands = Demands(most_far=far, most_moves=most_moves)
            solved = solve_and_check(world, cheapest, demands, seconds=seconds, seed=seed)
            found = _point(solved)
            if best_placed is None:
                best_placed = found.indicators.placed
            if found.indicators.placed < best_placed:
                break  # nearer would leave somebody without a home
            points.append(found)
            far = found.far - 1
    return _undominated(points)


def _move_limits(world: World, policy: Policy) -> tuple[int | None, ...]:
    """Return how many moves to allow: none, some, any."""
    if not policy.may_move:
        return (None,)
    movable = sum(placement.may_move for placement in world.placements.values())
    return (*sorted({0, movable // 10, movable // 4}), None)


def _point(solved: Solved) -> FrontierPoint:
    from matcher.geography.distance import NEAR_HOME_MILES
    from matcher.indicators import miles_from_home

    far = 0
    for child_id, home_id in solved.home_of.items():
        child = solved.world.children[child_id]
        if home_id is not None and not child.unaccompanied:
            miles = miles_from_home(solved.world, child, home_id)
            far += miles is None or miles > NEAR_HOME_MILES
    return FrontierPoint(
        far=far,
        moves=solved.checked.moves,
        status=solved.solution.status.value,
        indicators=solved.indicators,
    )


def _undominated(points: list[FrontierPoint]) -> tuple[FrontierPoint, ...]:
    """Keep the points of which no other is as good in all and better in one."""

    def worth(point: FrontierPoint) -> tuple[int, int, int]:
        return (point.far, point.moves, point.indicators.weekly_cost_pence)

    kept = {}
    for point in points:
        beaten = any(
            other is not point
            and all(a <= b for a, b in zip(worth(other), worth(point), strict=True))
            and worth(other) != worth(point)
            for other in points
        )
        if not beaten:
            kept[worth(point)] = point
    return tuple(kept[key] for key in sorted(kept))
