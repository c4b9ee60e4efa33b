"""What is claimed of a plan, what was derived, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matcher.domain.plan import Plan
    from matcher.evidence.verdict import Verdict

POINTS_A_CHILD = 0.001
"""Points of a child's match by which claim and check may differ: solvers count thousandths."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is said of a plan; whatever is None is not checked.

    Parameters
    ----------
    unplaced
        Children left without a home.
    extra_households
        See :func:`matcher.domain.plan.extra_households`.
    match_points_lost
        100 less the points of each placed child, added over children.
    moves
        Children who would move from where they live.
    weekly_cost_pence
        Fees and school transport of every placement in the plan, where the fee is known.
    weekly_cost_by_route_pence
        The same by route; a route that is absent costs nothing.
    points
        Points of each placed child.
    """

    unplaced: int | None = None
    extra_households: int | None = None
    match_points_lost: float | None = None
    moves: int | None = None
    weekly_cost_pence: int | None = None
    weekly_cost_by_route_pence: Mapping[str, int] | None = None
    points: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know or do about children in a home.

    Parameters
    ----------
    rule
        The code of the rule it comes from.
    child_ids, home_id
        Whom and where it concerns; no home for a whole plan.
    sentence
        In words.
    """

    rule: str
    child_ids: tuple[str, ...]
    home_id: str | None
    sentence: str


@dataclass(frozen=True)
class Refusal:
    """A rule that stands against a placement.

    Parameters
    ----------
    rule
        Its code.
    verdict
        Not met; or unknown, when a fact that decides is missing.
    child_ids, home_id
        Whom and where it is about.
    sentence
        Why, with the figures.
    """

    rule: str
    verdict: Verdict
    child_ids: tuple[str, ...]
    home_id: str | None
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What the rules say of a placement that people have chosen.

    Parameters
    ----------
    refusals
        Rules that are not met, or cannot tell; empty when it may go ahead.
    exemptions
        Exemptions that it makes use of.
    tasks
        What must be done before it starts.
    new_weekly_cost_pence
        Fees and transport of what starts; fees that are not known are left out.
    unknown_cost
        Children whose fee is not known.
    points
        Each child's points, 0 to 100.
    """

    refusals: tuple[Refusal, ...]
    exemptions: tuple[Note, ...]
    tasks: tuple[Note, ...]
    new_weekly_cost_pence: int
    unknown_cost: tuple[str, ...]
    points: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A plan that has passed, with what was found on the way.

    Parameters
    ----------
    plan
        The plan.
    unplaced, extra_households, match_points_lost, moves, weekly_cost_pence
        The aims; see :class:`Claim`.
    weekly_cost_by_route_pence
        Fees and transport by route.
    new_weekly_cost_pence
        Of the placements that start: what counts against budgets.
    unknown_cost
        Children whose placement has a fee that is not known; their costs are left out.
    points
        Each placed child's points, 0 to 100.
    exemptions
        Exemptions that the plan makes use of.
    tasks
        What must be done before a placement can start.
    warnings
        What is lawful data and worth a look.
    """

    plan: Plan
    unplaced: int
    extra_households: int
    match_points_lost: float
    moves: int
    weekly_cost_pence: int
    weekly_cost_by_route_pence: Mapping[str, int]
    new_weekly_cost_pence: int
    unknown_cost: tuple[str, ...]
    points: Mapping[str, float]
    exemptions: tuple[Note, ...]
    tasks: tuple[Note, ...]
    warnings: tuple[Note, ...]


def contradictions(claimed: Claim, checked: Checked) -> list[str]:
    """Return where what is claimed differs from what was derived."""
    findings = []
    for name in ("unplaced", "extra_households", "moves", "weekly_cost_pence"):
        said, found = getattr(claimed, name), getattr(checked, name)
        if said is not None and said != found:
            findings.append(f"The plan claims {name} {said}; it is {found}.")
    said_lost, lost = claimed.match_points_lost, checked.match_points_lost
    slack = POINTS_A_CHILD * (len(checked.points) + 1)
    if said_lost is not None and abs(said_lost - lost) > slack:
        findings.append(f"The plan claims match_points_lost {said_lost:.3f}; it is {lost:.3f}.")
    if claimed.weekly_cost_by_route_pence is not None:
        said_by, found_by = claimed.weekly_cost_by_route_pence, checked.weekly_cost_by_route_pence
        for route in sorted({*said_by, *found_by}):
            one, other = said_by.get(route, 0), found_by.get(route, 0)
            if one != other:
                findings.append(f"The plan claims {one} pence a week for {route}; it is {other}.")
    if claimed.points is not None:
        for child_id in sorted({*claimed.points, *checked.points}):
            said_points, found_points = claimed.points.get(child_id), checked.points.get(child_id)
            if (
                said_points is None
                or found_points is None
                or abs(said_points - found_points) > POINTS_A_CHILD
            ):
                findings.append(
                    f"The plan claims {said_points} points for child {child_id}; "
                    f"there are {found_points}."
                )
    return findings
