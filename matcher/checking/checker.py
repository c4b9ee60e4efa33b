"""The questions asked of a plan, in the order in which they are asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.checking.claim import (
    Checked,
    Claim,
    Note,
    Proposal,
    Refusal,
    contradictions,
)
from matcher.criteria.catalogue import criteria_of
from matcher.domain.plan import (
    Plan,
    decided_children,
    extra_households,
    first_days,
    parties,
    stays,
)
from matcher.domain.purchase import household_fee_pence, purchase_of
from matcher.errors import CheckFailedError
from matcher.evidence.cases import HouseholdCase, PairCase, PlanCase
from matcher.evidence.verdict import Verdict
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES, PLAN_RULES
from matcher.rules.rule import Effect
from matcher.rules.sentences import change_of, sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.plan import Party
    from matcher.domain.world import World
    from matcher.evidence.verdict import Judgement
    from matcher.policy import Policy
    from matcher.rules.catalogue import AnyRule


QUIET = (Verdict.MET, Verdict.NOT_APPLICABLE)
"""Answers of which nobody needs to hear."""
PAIR_BARS = tuple(rule for rule in PAIR_RULES if rule.effect is Effect.BAR)
HOUSEHOLD_BARS = tuple(rule for rule in HOUSEHOLD_RULES if rule.effect is Effect.BAR)


def check(
    world: World,
    policy: Policy,
    plan: Plan,
    *,
    claimed: Claim,
    decided: Sequence[str] | None = None,
    tasks: bool = True,
) -> Checked:
    """Derive a plan anew from the World, and refuse it if anything does not hold.

    Parameters
    ----------
    world, policy
        What the plan was made for.
    plan
        The plan.
    claimed
        What its maker says of it.
    decided
        Whom the plan must decide about; None for everybody who waits, or may move.
    tasks
        Whether to list what must be done first: no plan is refused on account of a task.

    Returns
    -------
    Checked
        The plan with its aims, costs, points, exemptions, tasks and warnings.

    Raises
    ------
    CheckFailedError
        With a sentence for each finding.
    """
    if decided is None:
        decided = decided_children(world, may_move=policy.may_move)
    _raise(_structure(world, plan, decided))

    check_of = _Check(world, policy, plan, tasks=tasks)
    for party in check_of.parties:
        check_of.pairs(party)
    for home_id in sorted({party.home_id for party in check_of.parties}):
        check_of.household(home_id)
    costs = check_of.costs()
    points = check_of.points()
    check_of.whole_plan(costs, points)

    checked = Checked(
        plan=plan,
        unplaced=len(plan.unplaced),
        extra_households=extra_households(world, plan.home_of),
        match_points_lost=sum(100 - each for each in points.values()),
        moves=sum(
            child_id in world.placements and not stays(world, child_id, home_id)
            for child_id, home_id in plan.placements
        ),
        weekly_cost_pence=sum(costs.by_route.values()),
        weekly_cost_by_route_pence=dict(sorted(costs.by_route.items())),
        new_weekly_cost_pence=sum(costs.new_by_route.values()),
        unknown_cost=tuple(costs.unknown),
        points=points,
        exemptions=tuple(check_of.exemptions),
        tasks=tuple(check_of.tasks),
        warnings=tuple(check_of.warnings),
    )
    refused = [
        f"{each.rule} is {each.verdict.label}: {each.sentence}" for each in check_of.refusals
    ]
    _raise([*refused, *contradictions(claimed, checked)])
    return checked


def check_proposal(world: World, policy: Policy, home_of: Mapping[str, str]) -> Proposal:
    """Ask every rule about a placement that people have chosen, as things stand now.

    Unlike a plan of the solver's, it may be refused: that is an answer, with its reasons.

    Parameters
    ----------
    world, policy
        As things stand, and what the council prefers.
    home_of
        The home of each child; nobody else is moved.

    Raises
    ------
    NotFoundError
        If a child or a home is not in the World.
    """
    for child_id, home_id in sorted(home_of.items()):
        world.child(child_id)
        world.home(home_id)
    asked = _Check(world, policy, Plan.of(home_of), tasks=True)
    for party in asked.parties:
        asked.pairs(party)
    for home_id in sorted({party.home_id for party in asked.parties}):
        asked.household(home_id)
    costs, points = asked.costs(), asked.points()
    asked.whole_plan(costs, points)
    return Proposal(
        refusals=tuple(asked.refusals),
        exemptions=tuple(asked.exemptions),
        tasks=tuple(asked.tasks),
        new_weekly_cost_pence=sum(costs.new_by_route.values()),
        unknown_cost=tuple(costs.new_unknown),
        points=points,
    )


# 1. Every child once, every home there ---------------------------------------------------


def _structure(world: World, plan: Plan, decided: Sequence[str]) -> list[str]:
    """Return what is wrong with the plan as a list of children and homes."""
    findings = []
    may_decide = frozenset(decided)
    times = Counter([*(each.child_id for each in plan.placements), *plan.unplaced])
    for child_id, count in sorted(times.items()):
        if count > 1:
            findings.append(f"Child {child_id} occurs {count} times in the plan.")
        if child_id not in world.children:
            findings.append(f"The plan names a child {child_id} who is not in the data.")
        elif child_id not in may_decide:
            findings.append(f"The plan decides about child {child_id}, whom it may not move.")
    findings += [f"Child {each} is missing from the plan." for each in decided if each not in times]
    findings += [
        f"The plan puts child {child_id} into home {home_id}, which is not in the data."
        for child_id, home_id in plan.placements
        if home_id not in world.homes
    ]
    return findings


@dataclass
class _Costs:
    """Pence a week by route: of all placements, and of those that start."""

    by_route: dict[str, int] = field(default_factory=dict)
    new_by_route: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    new_unknown: list[str] = field(default_factory=list)


class _Check:
    """One plan on its way through the questions; gathers what is found."""

    def __init__(self, world: World, policy: Policy, plan: Plan, *, tasks: bool) -> None:
        self.pair_rules, self.household_rules = (
            (PAIR_RULES, HOUSEHOLD_RULES) if tasks else (PAIR_BARS, HOUSEHOLD_BARS)
        )
        self.world = world
        self.policy = policy
        self.plan = plan
        self.parties = parties(world, plan.home_of)
        self.days: Mapping[str, date] = first_days(world, plan.home_of)
        # The plan says anew where these live: nobody counts them where they live now.
        self.leaving = frozenset(plan.home_of) & world.placements.keys()
        self._pairs: dict[tuple[str, str], PairCase] = {}
        self.refusals: list[Refusal] = []
        # Each once, in the order in which they are found.
        self.exemptions: dict[Note, None] = {}
        self.tasks: dict[Note, None] = {}
        self.warnings: dict[Note, None] = {}
        self.assigned: dict[str, list[str]] = {}
        for child_id, home_id in plan.placements:
            self.assigned.setdefault(home_id, []).append(child_id)

    def stays(self, child_id: str, home_id: str) -> bool:
        """Whether the child lives in that home now."""
        return stays(self.world, child_id, home_id)

    def children(self, child_ids: Iterable[str]) -> tuple[Child, ...]:
        """Return children by their identifiers."""
        return tuple(self.world.children[each] for each in child_ids)

    def pair_case(self, child_id: str, home_id: str) -> PairCase:
        """Return a child and a home as the rules and criteria see them."""
        key = (child_id, home_id)
        found = self._pairs.get(key)
        if found is None:
            found = self._pairs[key] = PairCase(
                child=self.world.children[child_id],
                home=self.world.homes[home_id],
                world=self.world,
                policy=self.policy,
                day=self.days[child_id],
                leaving=self.leaving,
            )
        return found

    # 2. Every pair ------------------------------------------------------------------------

    def pairs(self, party: Party) -> None:
        """Ask every pair rule about every child of a party."""
        for child_id in party.child_ids:
            case = self.pair_case(child_id, party.home_id)
            staying = self.stays(child_id, party.home_id)
            for rule in self.pair_rules:
                judgement = rule.verdict(case)
                if judgement.verdict in QUIET:
                    continue
                sayer = _Sayer(rule, (child_id,), party.home_id, child=child_id, home=party.home_id)
                self._take(sayer, judgement, proposed=not staying)

    # 3. Every household -------------------------------------------------------------------

    def household(self, home_id: str) -> None:
        """Ask every household rule about a home with everybody in it.

        On each day on which somebody joins; a household that nobody joins is one that people
        have decided on before.
        """
        assigned = self.assigned[home_id]
        joining = [child for child in assigned if not self.stays(child, home_id)]
        days = {self.days[child] for child in joining} or {self.world.as_of}
        children = ", ".join(assigned)
        for day in sorted(days):
            case = HouseholdCase(
                home=self.world.homes[home_id],
                arrivals=self.children(assigned),
                world=self.world,
                policy=self.policy,
                day=day,
                leaving=self.leaving,
            )
            for rule in self.household_rules:
                judgement = rule.verdict(case)
                if judgement.verdict in QUIET:
                    continue
                sayer = _Sayer(rule, tuple(assigned), home_id, children=children, home=home_id)
                self._take(sayer, judgement, proposed=bool(joining))

    # 4. The whole plan --------------------------------------------------------------------

    def whole_plan(self, costs: _Costs, points: Mapping[str, float]) -> None:
        """Ask every plan rule in force."""
        case = PlanCase(
            world=self.world,
            policy=self.policy,
            home_of=self.plan.home_of,
            weekly_cost_pence=sum(costs.new_by_route.values()),
            weekly_cost_by_route_pence=costs.new_by_route,
            unknown_cost=tuple(costs.new_unknown),
            points=points,
        )
        for rule in PLAN_RULES:
            if not rule.in_force(self.world.as_of):
                continue
            judgement = rule.judge(case)
            if judgement.verdict in QUIET:
                continue  # the gravest of its breaches, so there are none
            if judgement.verdict is Verdict.EXEMPTED:
                self._take(_Sayer(rule, (), None), judgement, proposed=True)
            for breach in rule.breaches(case):
                self._take(_Sayer(rule, breach.child_ids, None), breach.judgement, proposed=True)

    def _take(self, sayer: _Sayer, judgement: Judgement, *, proposed: bool) -> None:
        """File one rule's answer: a finding, a task, a warning, an exemption, or nothing."""
        verdict = judgement.verdict
        if verdict in QUIET:
            return
        if not proposed:
            if verdict is Verdict.NOT_MET and sayer.rule.effect is Effect.BAR:
                self._note(self.warnings, sayer, sayer.said(judgement))
        elif verdict is Verdict.EXEMPTED:
            self._note(self.exemptions, sayer, sayer.said(judgement))
        elif sayer.rule.effect is Effect.GATE:
            self._note(self.tasks, sayer, sayer.to_do(judgement))
        else:
            self.refusals.append(
                Refusal(
                    sayer.rule.code, verdict, sayer.child_ids, sayer.home_id, sayer.said(judgement)
                )
            )

    def _note(self, notes: dict[Note, None], sayer: _Sayer, sentence: str) -> None:
        notes[Note(sayer.rule.code, sayer.child_ids, sayer.home_id, sentence)] = None

    # 5. Pounds and points -----------------------------------------------------------------

    def costs(self) -> _Costs:
        """Return what the plan's placements cost a week, as bought on their first day.

        The fee of a party has the sibling discount of those who arrive together. Of a party
        of which some stay, those who join are counted for the budget as a party alone.
        """
        costs = _Costs()
        for party in self.parties:
            joining = [each for each in party.child_ids if not self.stays(each, party.home_id)]
            for child_ids, by_route, unknown in (
                (party.child_ids, costs.by_route, costs.unknown),
                (joining, costs.new_by_route, costs.new_unknown),
            ):
                if not child_ids:
                    continue
                home = self.world.homes[party.home_id]
                bought = purchase_of(home, self.world, party.day)
                fee = household_fee_pence(self.children(child_ids), home, bought, party.day)
                route = str(bought.route)
                if fee is None:
                    unknown.extend(child_ids)
                else:
                    travel = sum(
                        self.pair_case(each, party.home_id).transport_pence for each in child_ids
                    )
                    by_route[route] = by_route.get(route, 0) + fee + travel
        return costs

    def points(self) -> dict[str, float]:
        """Return the points of every placed child, from the criteria's plain judges."""
        points: dict[str, float] = {}
        criteria = criteria_of(self.policy)
        for party in self.parties:
            arrivals = self.children(party.child_ids)
            for child_id in party.child_ids:
                case = self.pair_case(child_id, party.home_id)
                total = 0.0
                for criterion in criteria:
                    share = criterion.judge(case, arrivals).share
                    if share is None:
                        share = self.policy.unknown_score(criterion.name)
                    total += self.policy.weights[criterion.name] * share
                points[child_id] = total
        return dict(sorted(points.items()))


class _Sayer:
    """A rule with whom and where it is asked about, to put its answer into words."""

    def __init__(
        self, rule: AnyRule, child_ids: tuple[str, ...], home_id: str | None, **names: str
    ) -> None:
        self.rule = rule
        self.child_ids = child_ids
        self.home_id = home_id
        self.names = names

    def said(self, judgement: Judgement) -> str:
        """Return the rule's sentence."""
        return sentence_of(self.rule, judgement, **self.names)

    def to_do(self, judgement: Judgement) -> str:
        """Return the task that a gate asks for."""
        return change_of(self.rule, judgement, **self.names)


def _raise(findings: Sequence[str]) -> None:
    if findings:
        raise CheckFailedError(findings)
