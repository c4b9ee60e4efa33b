"""The shape of a plan for everybody who waits: what ``nearhome assign --json`` gives."""

from __future__ import annotations

from matcher.domain.agreement import Route
from matcher.domain.record import Record
from matcher.explaining.report import Stamp


class PlacedChild(Record):
    """Where the plan would have a child live.

    Parameters
    ----------
    child_id
        Who.
    home_id
        Where.
    route
        How the bed is bought.
    distance_miles
        From home; null when unknown or not applicable.
    near_home
        Whether that is 20.0 miles or less; null when unknown or not applicable.
    score
        Points of the match out of 100.
    moves
        Whether the child lives elsewhere now: a proposal that starts a review.
    tasks
        What must be done first, each a sentence.
    """

    child_id: str
    home_id: str
    route: Route
    distance_miles: float | None
    near_home: bool | None
    score: float
    moves: bool
    tasks: tuple[str, ...]


class UnplacedChild(Record):
    """A child for whom the plan has no home, and why.

    Parameters
    ----------
    child_id
        Who.
    reasons
        What stands in the way, each a sentence that somebody can act on.
    """

    child_id: str
    reasons: tuple[str, ...]


class PlanIndicators(Record):
    """Measures of a plan; each is defined in docs/reference/indicators.md.

    Parameters
    ----------
    placed
        Children with a home.
    unplaced
        Children without one.
    near_home_rate
        Of those placed to whom distance applies, an unknown distance counting as not near;
        null when there are none.
    near_home_of_known_rate
        Of those placed whose distance is known; null when there are none.
    near_home_of_all_rate
        Of all placed; null when there are none.
    unknown_distance_rate
        Of those placed to whom distance applies, the share whose distance is not known; null
        when there are none.
    in_area_rate
        Of those placed whose home's authority is known; null when there are none.
    siblings_together_rate
        Of sibling groups with two or more placed who may live together; null when there are
        none.
    siblings_together
        How many of these groups are together.
    sibling_groups
        How many of these groups there are.
    extra_households
        Households beyond the fewest that sibling groups need.
    moves
        Children who would move from where they live.
    match_points_mean
        Of those placed, out of 100; null when there are none.
    weekly_cost_pence
        Fees and school transport.
    """

    placed: int
    unplaced: int
    near_home_rate: float | None
    near_home_of_known_rate: float | None
    near_home_of_all_rate: float | None
    unknown_distance_rate: float | None
    in_area_rate: float | None
    siblings_together_rate: float | None
    siblings_together: int
    sibling_groups: int
    extra_households: int
    moves: int
    match_points_mean: float | None
    weekly_cost_pence: int


class Practice(PlanIndicators):
    """The same children placed in today's search order, for comparison.

    Parameters
    ----------
    objective
        What that plan is worth under the same policy, minimised.
    """

    objective: float


class AssignReport(Record):
    """A plan for everybody who waits.

    Parameters
    ----------
    status
        ``optimal`` when proved; ``feasible`` when a verified plan is known and not proved.
    stop_reason
        Why the search ended.
    objective
        What the plan loses, in points: it is minimised.
    bound
        No plan can lose less; null when no bound is known, and then there are no gaps either.
    gap
        What the plan may lose to the best possible, as a share of the whole objective.
    gap_placed
        The same without the price of the unplaced, which flatters.
    gap_points_per_child
        The same in points a child.
    tiers
        Each aim by itself, in its own unit: children, households, points, moves, and for cost
        pence a week. Those of the policy first, in its order.
    seconds
        Spent searching.
    placements
        One for each child with a home.
    unplaced
        One for each child without.
    indicators
        Of this plan.
    practice
        The same of today's search order on the same children and homes.
    warnings
        What the independent check found lawful and worth a look, and what was not looked at.
    stamp
        What it was made from.
    """

    status: str
    stop_reason: str
    objective: float
    bound: float | None
    gap: float | None
    gap_placed: float | None
    gap_points_per_child: float | None
    tiers: dict[str, float]
    seconds: float
    placements: tuple[PlacedChild, ...]
    unplaced: tuple[UnplacedChild, ...]
    indicators: PlanIndicators
    practice: Practice
    warnings: tuple[str, ...]
    stamp: Stamp
