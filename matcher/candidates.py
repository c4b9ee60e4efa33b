"""Which child may live where, why not, and how well: columns and a policy to arrays.

The unit is a set of children who would arrive in one home together: one child, a whole
sibling group, or part of one. An :class:`Appraisal` holds the verdict of every rule and the
share of every criterion for that set in every home.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.catalogue import criteria_of
from matcher.evidence.arrays import Arrivals, ChildFacts, HomeArrays, child_facts
from matcher.evidence.purchases import (
    PurchaseArrays,
    full_fees,
    purchases_on,
    transport_costs,
)
from matcher.evidence.verdict import Verdict
from matcher.rules.catalogue import BARS, GATES, HOUSEHOLD_RULES, PAIR_RULES
from matcher.rules.rule import Effect, HouseholdRule, PairRule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.criteria.criterion import Criterion
    from matcher.domain.child import Child
    from matcher.domain.sibling_group import SiblingGroup
    from matcher.domain.world import World
    from matcher.policy import Policy

    Floats = NDArray[np.float64]
    Verdicts = NDArray[np.int8]
    Pence = NDArray[np.int64]

BAR_AT = {rule.code: at for at, rule in enumerate(BARS)}
KEPT_CHILDREN = 16
"""As many as the largest referral has, and some: one child takes 200 bytes a home."""
GATE_AT = {rule.code: at for at, rule in enumerate(GATES)}


@dataclass(frozen=True, eq=False)
class ChildAppraisal:
    """What every pair rule and every criterion says of one child in every home.

    Parameters
    ----------
    facts
        The child.
    bars
        int8, shape (bars, n); rows of household rules are met.
    gates
        int8, shape (gates, n).
    points
        Of the criteria that do not depend on who else arrives: float64, (n,).
    fee
        Weekly fee before sibling discount: int64 pence, (n,); -1 unknown.
    transport
        Weekly school transport: int64 pence, (n,).
    """

    facts: ChildFacts
    bars: Verdicts
    gates: Verdicts
    points: Floats
    fee: Pence
    transport: Pence


@dataclass(frozen=True, eq=False)
class Appraisal:
    """What every rule and every criterion says of one set of arrivals in every home.

    Parameters
    ----------
    arrivals
        Who would arrive together.
    bars
        int8 verdicts of the rules that exclude, shape (bars, n), rows as
        :data:`matcher.rules.catalogue.BARS`.
    gates
        int8 verdicts of the rules that ask for a task, shape (gates, n).
    score
        Points, the mean over the children, 0 to 100, shape (n,).
    lowest_score
        Points of the child whom each home suits least, shape (n,): the minimum match is owed
        to every child.
    weekly_fee
        Fees together after sibling discount, pence, shape (n,); -1 unknown.
    weekly_transport
        School transport together, pence, shape (n,).
    """

    arrivals: Arrivals
    bars: Verdicts
    gates: Verdicts
    score: Floats
    lowest_score: Floats
    weekly_fee: Pence
    weekly_transport: Pence

    @cached_property
    def worst(self) -> Verdicts:
        """The gravest verdict of any excluding rule, shape (n,)."""
        if not len(self.bars):
            return np.zeros(len(self.score), dtype=np.int8)
        found: Verdicts = self.bars.max(axis=0)
        return found

    @cached_property
    def rules_failed(self) -> NDArray[np.int8]:
        """How many excluding rules are not met, shape (n,)."""
        # There are far fewer than 127 rules, and bytes add up fastest.
        failed = (self.bars == Verdict.NOT_MET).view(np.int8)
        found: NDArray[np.int8] = np.add.reduce(failed, axis=0, dtype=np.int8)
        return found

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Every excluding rule is met, exempted or not applicable."""
        return self.worst < Verdict.UNKNOWN

    @property
    def to_check(self) -> NDArray[np.bool_]:
        """No rule excludes, and at least one cannot tell."""
        found: NDArray[np.bool_] = self.worst == Verdict.UNKNOWN
        return found

    @property
    def weekly_cost(self) -> Pence:
        """Fees and transport together, pence; -1 where the fee is unknown."""
        return np.where(self.weekly_fee < 0, -1, self.weekly_fee + self.weekly_transport)

    @cached_property
    def miles(self) -> Floats:
        """Miles from home of the child to whom it is farthest, nan when not known.

        Children to whom distance does not apply are left out; nan when it applies to none.
        """
        applies = [each.miles for each in self.arrivals.members if not each.child.unaccompanied]
        if not applies:
            return np.full(len(self.score), np.nan)
        # nan wins: one unknown distance makes the farthest unknown.
        found: Floats = np.maximum.reduce(applies)
        return found


class Appraiser:
    """Appraises sets of children in all homes under one policy, each child once.

    Parameters
    ----------
    homes
        The homes as arrays.
    policy
        What counts for how much.
    leaving
        Children of ours whom the arrays leave out of the homes they live in, because it is
        asked anew where they are to live.
    """

    def __init__(
        self, homes: HomeArrays, policy: Policy, *, leaving: frozenset[str] = frozenset()
    ) -> None:
        self.homes = homes
        self.policy = policy
        self.leaving = leaving
        self.criteria = criteria_of(policy)
        self._alone = tuple(each for each in self.criteria if not each.depends_on_arrivals)
        self._social = tuple(each for each in self.criteria if each.depends_on_arrivals)
        self._children: dict[tuple[str, date], ChildAppraisal] = {}
        self._last: tuple[tuple[tuple[str, ...], date], Appraisal] | None = None
        bar_rows = [(BAR_AT[rule.code], rule) for rule in PAIR_RULES if rule.effect is Effect.BAR]
        gate_rows = [
            (GATE_AT[rule.code], rule) for rule in PAIR_RULES if rule.effect is Effect.GATE
        ]
        self._pair_bars: tuple[tuple[int, PairRule], ...] = tuple(bar_rows)
        self._pair_gates: tuple[tuple[int, PairRule], ...] = tuple(gate_rows)
        self._household: tuple[HouseholdRule, ...] = HOUSEHOLD_RULES

    def purchases(self, day: date) -> PurchaseArrays:
        """Return how a bed in each home would be obtained on a day."""
        return purchases_on(self.homes, day.toordinal())

    def child(self, child: Child, day: date) -> ChildAppraisal:
        """Return what is said of one child in every home; the last few are kept."""
        key = (child.child_id, day)
        found = self._children.pop(key, None) or self._appraise_child(child, day)
        self._children[key] = found
        if len(self._children) > KEPT_CHILDREN:
            del self._children[next(iter(self._children))]
        return found

    def _appraise_child(self, child: Child, day: date) -> ChildAppraisal:
        homes, policy = self.homes, self.policy
        facts = child_facts(child, day, homes)
        bars = np.zeros((len(BARS), homes.n), dtype=np.int8)
        gates = np.zeros((len(GATES), homes.n), dtype=np.int8)
        for row, rule in self._pair_bars:
            bars[row] = rule.verdicts(homes, facts, policy)
        for row, rule in self._pair_gates:
            gates[row] = rule.verdicts(homes, facts, policy)
        alone = Arrivals((facts,), group_of(child, homes.world))
        return ChildAppraisal(
            facts=facts,
            bars=bars,
            gates=gates,
            points=self._points(self._alone, facts, alone),
            fee=full_fees(homes, facts),
            transport=transport_costs(
                facts,
                pence_a_mile=policy.value.transport_pence_a_mile,
                days_a_week=policy.value.school_days_a_week,
            ),
        )

    def appraise(self, children: Sequence[Child], day: date) -> Appraisal:
        """Return what is said of children who would arrive in one home together.

        The last answer is kept: whoever ranks homes asks next which rules they fail.

        Parameters
        ----------
        children
            One child, or siblings.
        day
            The first day of the placement.
        """
        ordered = sorted(children, key=lambda child: child.child_id)
        key = (tuple(child.child_id for child in ordered), day)
        if self._last is None or self._last[0] != key:
            self._last = (key, self._appraise(ordered, day))
        return self._last[1]

    def _appraise(self, ordered: Sequence[Child], day: date) -> Appraisal:
        members = [self.child(child, day) for child in ordered]
        first = members[0].facts
        arrivals = Arrivals(
            tuple(each.facts for each in members), group_of(first.child, self.homes.world)
        )
        bars, gates = members[0].bars, members[0].gates
        if len(members) == 1:
            bars, gates = bars.copy(), gates.copy()
        for other in members[1:]:
            bars = np.maximum(bars, other.bars)
            gates = np.maximum(gates, other.gates)
        for rule in self._household:
            verdicts = rule.verdicts(self.homes, arrivals, self.policy)
            if rule.effect is Effect.BAR:
                bars[BAR_AT[rule.code]] = verdicts
            else:
                gates[GATE_AT[rule.code]] = verdicts
        points = [self.points(each, arrivals) for each in members]
        return Appraisal(
            arrivals=arrivals,
            bars=bars,
            gates=gates,
            score=np.add.reduce(points) / len(members),
            lowest_score=np.minimum.reduce(points),
            weekly_fee=self._fees(members, day),
            weekly_transport=np.add.reduce([each.transport for each in members]),
        )

    def points(self, appraisal: ChildAppraisal, arrivals: Arrivals) -> Floats:
        """Return one child's points in every home, 0 to 100."""
        return appraisal.points + self._points(self._social, appraisal.facts, arrivals)

    def _points(
        self, criteria: Sequence[Criterion], facts: ChildFacts, arrivals: Arrivals
    ) -> Floats:
        total = np.zeros(self.homes.n)
        for criterion in criteria:
            shares = criterion.shares(self.homes, facts, arrivals, self.policy)
            weight = self.policy.weights[criterion.name]
            missing = np.isnan(shares)
            if missing.any():
                shares = np.where(missing, self.policy.unknown_score(criterion.name), shares)
            total += weight * shares
        return total

    def _fees(self, members: Sequence[ChildAppraisal], day: date) -> Pence:
        """Return the fees together, after the discount for siblings in one home."""
        if len(members) == 1:
            return members[0].fee
        fees = np.stack([each.fee for each in members])
        agreement = self.purchases(day).agreement
        percent = 100 - np.append(self.homes.purchases.discount_percent, 0)[agreement]
        groups: dict[str, list[int]] = {}
        total = np.zeros(self.homes.n, dtype=np.int64)
        for at, each in enumerate(members):
            group = each.facts.child.sibling_group_id
            if group is None:
                total += fees[at]
            else:
                groups.setdefault(group, []).append(at)
        for positions in groups.values():
            theirs = np.sort(fees[positions], axis=0)[::-1]
            total += theirs[0] + (theirs[1:] * percent // 100).sum(axis=0)
        return np.where((fees < 0).any(axis=0), -1, total)


def group_of(child: Child, world: World) -> SiblingGroup | None:
    """Return the sibling group of a child; None for a child without one."""
    group_id = child.sibling_group_id
    return None if group_id is None else world.sibling_groups[group_id]
