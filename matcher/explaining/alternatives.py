"""What else could be done, and what it would cost: every figure re-solved, none estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.candidates import Appraiser
from matcher.checking import check
from matcher.columns import columns_of
from matcher.domain.plan import first_days
from matcher.domain.record import Record
from matcher.errors import UsageError
from matcher.explaining.assignment import PlanIndicators
from matcher.explaining.plans import claim_of, measures
from matcher.policy import AimName
from matcher.solving.again import Again
from matcher.solving.demands import NOTHING_ASKED, Demands
from matcher.solving.solve import solve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matcher.checking import Checked
    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.solution import Solution


class Change(Record):
    """One child whose home differs between two plans.

    Parameters
    ----------
    child_id
        Who.
    before, after
        Home in the first and in the second plan; null when left without one.
    points
        Points gained by the change, negative when lost; null when one of them is no home.
    """

    child_id: str
    before: str | None
    after: str | None
    points: float | None


class Alternative(Record):
    """Another plan, and what it costs against the best one.

    Parameters
    ----------
    sentence
        What is different.
    placed
        For a home asked for: whether the child gets it; null otherwise.
    status
        ``optimal`` when proved.
    objective
        In points, minimised.
    cost_points
        More than the best plan loses; what the alternative costs everybody together.
    cost_to_others_points
        The part of it that falls on other children and on the aims they share; null when
        nobody in particular is asked for.
    changes
        Children whose home differs from the best plan.
    indicators
        Measures of the alternative.
    """

    sentence: str
    placed: bool | None
    status: str
    objective: float
    cost_points: float
    cost_to_others_points: float | None
    changes: tuple[Change, ...]
    indicators: PlanIndicators


class Solved:
    """A plan with what the solver and the checker say of it.

    Parameters
    ----------
    world, policy
        What it is made for.
    solution
        The plan.
    """

    def __init__(self, world: World, policy: Policy, solution: Solution) -> None:
        self.world = world
        self.policy = policy
        self.solution = solution
        self.checked: Checked = check(
            world, policy, self.solution.plan, claimed=claim_of(self.solution)
        )

    @property
    def home_of(self) -> Mapping[str, str | None]:
        """The home of each child decided about."""
        return self.solution.plan.home_of

    @property
    def indicators(self) -> PlanIndicators:
        """Measures of the plan."""
        return PlanIndicators(**measures(self.world, self.policy, self.checked))

    def own_loss(self, child_id: str) -> float:
        """Return the points that one child loses, the price of having no home included."""
        if self.home_of[child_id] is None:
            return self.policy.price(AimName.UNPLACED)
        return self.policy.price(AimName.MATCH) * (100 - self.checked.points[child_id])


def solve_and_check(
    world: World,
    policy: Policy,
    demands: Demands = NOTHING_ASKED,
    *,
    seconds: float | None = None,
    seed: int = 1,
) -> Solved:
    """Return the best plan, checked.

    Parameters
    ----------
    world, policy
        What it is made for.
    demands
        What is asked beyond the policy.
    seconds, seed
        As for :func:`matcher.solving.solve.solve`.
    """
    solution = solve(world, policy, seconds=seconds, seed=seed, demands=demands)
    return Solved(world, policy, solution)


def changes_between(first: Solved, second: Solved) -> tuple[Change, ...]:
    """Return the children whose home differs between two plans."""
    found = []
    for child_id, before in first.home_of.items():
        after = second.home_of.get(child_id)
        if before != after:
            known = before is not None and after is not None
            gained = (
                second.checked.points[child_id] - first.checked.points[child_id] if known else 0.0
            )
            found.append(
                Change(
                    child_id=child_id,
                    before=before,
                    after=after,
                    points=round(gained, 2) if known else None,
                )
            )
    return tuple(found)


def alternative(best: Solved, other: Solved, sentence: str, child_id: str = "") -> Alternative:
    """Return another plan beside the best one.

    Parameters
    ----------
    best, other
        The plans.
    sentence
        What is different.
    child_id
        The child for whom something is asked; empty when nobody in particular.
    """
    cost = other.solution.objective - best.solution.objective
    others = None
    if child_id:
        others = cost - (other.own_loss(child_id) - best.own_loss(child_id))
    return Alternative(
        sentence=sentence,
        placed=None,
        status=other.solution.status.value,
        objective=other.solution.objective,
        cost_points=round(cost, 3),
        cost_to_others_points=None if others is None else round(others, 3),
        changes=changes_between(best, other),
        indicators=other.indicators,
    )


def alternatives_for_child(
    world: World,
    policy: Policy,
    child_id: str,
    *,
    top: int = 3,
    seconds: float | None = None,
    seed: int = 1,
) -> tuple[Alternative, ...]:
    """Return what giving a child each of their best homes costs everyone, re-solved.

    Parameters
    ----------
    world, policy
        What plans are made for.
    child_id
        A child who waits, or may move.
    top
        How many of the child's best lawful homes, from 1.
    seconds, seed
        For each plan.

    Raises
    ------
    NotFoundError, UsageError
        If there is no such child, or no plan decides about them.
    """
    child = world.child(child_id)
    again = Again(world, policy, seconds=seconds, seed=seed)
    best = Solved(world, policy, again.best)
    if child_id not in best.home_of:
        raise UsageError(f"{child_id} neither waits nor may move: no plan decides about them.")
    day = first_days(world, best.home_of)[child_id]
    leaving = frozenset(best.home_of) & world.placements.keys()
    appraiser = Appraiser(columns_of(world, without=leaving), policy, leaving=leaving)
    found = appraiser.appraise([child], day)
    lawful = np.flatnonzero(found.eligible & (found.lowest_score >= policy.minimum_match_points))
    order = lawful[np.argsort(-np.round(found.score[lawful], 6), kind="stable")][:top]
    answers = []
    for place, at in enumerate(order.tolist(), 1):
        home_id = appraiser.homes.ids[at]
        forced = Solved(world, policy, again.with_demands(Demands(fixed={child_id: home_id})))
        given = forced.home_of[child_id] == home_id
        answer = alternative(best, forced, "", child_id)
        sentence = _forced_sentence(child_id, home_id, place, answer, given=given)
        answers.append(answer.replace(sentence=sentence, placed=given))
    return tuple(answers)


def _forced_sentence(
    child_id: str, home_id: str, place: int, answer: Alternative, *, given: bool
) -> str:
    if not given:
        return (
            f"Option {place}, {home_id}: no plan gives {child_id} this home at less than the price "
            "of leaving them without one."
        )
    if answer.cost_points < 0.0005:
        return f"Option {place}, {home_id}: costs nobody anything."
    others = answer.cost_to_others_points or 0.0
    moved = sum(change.child_id != child_id for change in answer.changes)
    return (
        f"Option {place}, {home_id}: costs {answer.cost_points:.1f} points in all, "
        f"{others:.1f} of them other children's; "
        f"{moved} other {'child has' if moved == 1 else 'children have'} another home."
    )


def best_plans(
    world: World,
    policy: Policy,
    *,
    count: int,
    differ: int = 3,
    seconds: float | None = None,
    seed: int = 1,
) -> tuple[Alternative, ...]:
    """Return the best plans of which any two differ for so many waiting children.

    Parameters
    ----------
    world, policy
        What they are made for.
    count
        How many plans, the best one included, from 1.
    differ
        How many of the waiting children a plan places must live elsewhere in the next.
    seconds, seed
        For each plan.
    """
    best = solve_and_check(world, policy, seconds=seconds, seed=seed)
    plans = [best]
    while len(plans) < count:
        unlike = tuple((plan.home_of, _differing(plan, differ)) for plan in plans)
        demands = Demands(unlike=unlike)
        plans.append(solve_and_check(world, policy, demands, seconds=seconds, seed=seed))
    return tuple(
        alternative(
            best,
            plan,
            f"Plan {at}: {plan.solution.objective - best.solution.objective:.1f} points worse than "
            f"the best, other homes for {len(changes_between(best, plan))} children."
            if at > 1
            else "Plan 1: the best.",
        )
        for at, plan in enumerate(plans, 1)
    )


def _differing(plan: Solved, differ: int) -> int:
    """Return in how many waiting children a plan can be differed from, at most ``differ``."""
    placed = sum(
        home is not None and child_id not in plan.world.placements
        for child_id, home in plan.home_of.items()
    )
    return min(differ, placed)


def with_few_changes(
    world: World,
    policy: Policy,
    before: Mapping[str, str | None],
    *,
    most_changes: int,
    seconds: float | None = None,
    seed: int = 1,
) -> Alternative:
    """Return the best plan that keeps most children where yesterday's plan had them.

    Parameters
    ----------
    world, policy
        What it is made for, as of today.
    before
        Yesterday's plan.
    most_changes
        At most so many of the children it placed go to another home.
    seconds, seed
        For each plan.
    """
    best = solve_and_check(world, policy, seconds=seconds, seed=seed)
    demands = Demands(before=before, most_changes=most_changes)
    kept = Solved(world, policy, solve(world, policy, seconds=seconds, seed=seed, demands=demands))
    found = alternative(best, kept, "")
    changed = tuple(
        Change(child_id=child_id, before=before.get(child_id), after=home, points=None)
        for child_id, home in kept.home_of.items()
        if before.get(child_id) != home
    )
    moved = sum(each.before is not None and each.after is not None for each in changed)
    return found.replace(
        changes=changed,
        sentence=(
            f"{moved} of the children placed yesterday go to another home (at most {most_changes} "
            f"were allowed); {found.cost_points:.1f} points worse than the best plan of today."
        ),
    )
