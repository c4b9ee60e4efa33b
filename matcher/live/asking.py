"""Asks rules and criteria what homes offer to children.

The rules and criteria are those of :class:`matcher.candidates.Appraiser`. What is saved is
what a decision does not ask for: tasks, the reasons against a home, and the points of homes
that cannot be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.candidates import group_of
from matcher.criteria.catalogue import criteria_of
from matcher.evidence.arrays import Arrivals, ChildFacts, child_facts
from matcher.evidence.purchases import ROUTES, full_fees, purchases_on, transport_costs
from matcher.evidence.rows import HomeRows
from matcher.evidence.verdict import Verdict
from matcher.live.offers import Offers, facts_at, keep_some
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES
from matcher.rules.plan import ROUNDING
from matcher.rules.rule import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.evidence.arrays import Floats, HomeArrays
    from matcher.policy import Policy

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

_FIRST = (
    "NEEDS_NON_NEGOTIABLE",
    "APPROVAL_AGE",
    "CONNECTED_ONLY",
    "FEE_KNOWN",
    "UNDER_16_REGULATED",
    "SETTING_SOUGHT",
)
"""The rules that most homes fail, the hardest to meet first."""
PAIR_BARS = tuple(
    sorted(
        (rule for rule in PAIR_RULES if rule.effect is Effect.BAR and not rule.of_home),
        key=lambda rule: _FIRST.index(rule.code) if rule.code in _FIRST else len(_FIRST),
    )
)
HOME_BARS = tuple(rule for rule in PAIR_RULES if rule.effect is Effect.BAR and rule.of_home)
HOME_CODES = frozenset(rule.code for rule in HOME_BARS)
HOUSEHOLD_BARS = tuple(
    rule for rule in HOUSEHOLD_RULES if rule.effect is Effect.BAR and rule.code != "BEDS_FREE"
)
"""Free beds are counted before anything else is asked."""
MILLI = 1000
EXCLUDED = np.int8(Verdict.UNKNOWN)
_LOOKS = (1, len(_FIRST))
"""After how many rules it is worth while to look whether any home is left."""
_MET, _NOT_APPLICABLE = Verdict.MET, Verdict.NOT_APPLICABLE


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of one child whoever else arrives.

    Parameters
    ----------
    facts
        The child, seen against all homes.
    lawful
        Homes that no pair rule excludes.
    """

    facts: ChildFacts
    lawful: Flags


@dataclass(frozen=True, eq=False)
class _Alone:
    """What does not depend on who else arrives, in the homes that a child may go to at all."""

    at: NDArray[np.intp]
    points: Floats
    fees: Ints
    transport: Ints


class Asker:
    """Asks rules and criteria about children and homes under one policy.

    Parameters
    ----------
    homes
        All the homes, as they are now.
    policy
        What counts for how much.
    """

    def __init__(self, homes: HomeArrays, policy: Policy) -> None:
        self.homes = homes
        self.policy = policy
        self._known: dict[tuple[str, date], _Known] = {}
        self._alone_of: dict[tuple[str, date], _Alone] = {}
        self._alone = _Weighed(policy, depends_on_arrivals=False)
        self._social = _Weighed(policy, depends_on_arrivals=True)

    def forget(self) -> None:
        """Forget what was asked: something has changed."""
        self._known.clear()
        self._alone_of.clear()

    def known(self, child: Child, day: date) -> _Known:
        """Return a child's facts, and the homes that no pair rule excludes."""
        key = (child.child_id, day)
        found = self._known.get(key)
        if found is None:
            homes, policy = self.homes, self.policy
            facts = child_facts(child, day, homes)
            lawful = _none_excludes(PAIR_BARS, homes, facts, policy)
            found = self._known[key] = _Known(facts, lawful & self._open(facts))
        return found

    def _open(self, facts: ChildFacts) -> Flags:
        """Return the homes that rules about homes alone do not exclude on a day."""
        homes, policy = self.homes, self.policy
        # An exemption may name children: such a rule is asked for each.
        exempted = homes.world.exemptions_by_rule.keys() & HOME_CODES
        alike = [rule for rule in HOME_BARS if rule.code not in exempted]
        # The policy is kept beside the answer, so that no other can come to have its identity.
        _, found = homes.kept_today(
            ("open", facts.day, id(policy), frozenset(exempted)),
            lambda: (policy, _none_excludes(alike, homes, facts, policy)),
        )
        if exempted:
            asked = [rule for rule in HOME_BARS if rule.code in exempted]
            return found & _none_excludes(asked, homes, facts, policy)
        return found

    def offers(
        self,
        children: Sequence[Child],
        day: date,
        *,
        avoid: NDArray[np.intp] | None = None,
        only: Flags | None = None,
        family: bool = False,
    ) -> Offers | None:
        """Return what homes offer to children who would arrive together; None for nothing.

        Parameters
        ----------
        children
            In the order of identifiers.
        day
            The first day.
        avoid
            Positions of homes that are no choice; None for none.
        only
            Homes that siblings living elsewhere allow; None for all.
        family
            Whether the same children will be asked about in other company.
        """
        homes, policy = self.homes, self.policy
        allowed = homes.beds_free(day.toordinal()) >= len(children)
        if avoid is not None:
            allowed[avoid] = False
        if only is not None:
            allowed &= only
        known: list[_Known] = []
        if family or len(children) > 1:
            known = [self.known(child, day) for child in children]
            everybody = [each.facts for each in known]
            for each in known:
                allowed &= each.lawful
        else:
            everybody = [child_facts(children[0], day, homes)]
            allowed &= self._open(everybody[0])
            allowed &= _none_excludes(PAIR_BARS, homes, everybody[0], policy, among=allowed)
        if not allowed.any():
            return None
        group = group_of(children[0], homes.world)
        arrivals = Arrivals(tuple(everybody), group)
        allowed &= _none_excludes(HOUSEHOLD_BARS, homes, arrivals, policy)
        at = allowed.nonzero()[0]
        if not len(at):
            return None
        rows = HomeRows(homes, at)
        facts = tuple(facts_at(each, rows) for each in everybody)
        arrivals = Arrivals(facts, group)
        points = np.empty((len(facts), len(at)))
        fees = np.empty(points.shape, dtype=np.int64)
        transport = np.empty(points.shape, dtype=np.int64)
        for row, child in enumerate(facts):
            # In the order in which an Appraiser adds, so that both round alike.
            if family:
                alone = self._by_itself(known[row])
                here = alone.at.searchsorted(at)
                points[row] = alone.points[here]
                fees[row] = alone.fees[here]
                transport[row] = alone.transport[here]
            else:
                points[row] = self._alone.points(rows, child, arrivals)
                fees[row] = full_fees(rows, child)
                transport[row] = self._transport(child)
            points[row] += self._social.points(rows, child, arrivals)
        found = self._offers(tuple(children), day, at, points, fees, transport, facts, rows)
        keep: Flags = np.all(points >= policy.minimum_match_points - ROUNDING, axis=0)
        if homes.world.budgets:
            keep &= self._within_budgets(found)
        return keep_some(found, keep)

    def _by_itself(self, known: _Known) -> _Alone:
        """Return what is said of a child in every home they may go to, whoever else arrives."""
        facts = known.facts
        key = (facts.child.child_id, facts.day)
        found = self._alone_of.get(key)
        if found is None:
            allowed = known.lawful & (self.homes.beds_free(facts.day_ordinal) >= 1)
            rows = HomeRows(self.homes, allowed.nonzero()[0])
            here = facts_at(facts, rows)
            arrivals = Arrivals((here,), group_of(facts.child, self.homes.world))
            points = self._alone.points(rows, here, arrivals)
            fees, transport = full_fees(rows, here), self._transport(here)
            found = self._alone_of[key] = _Alone(rows.positions, points, fees, transport)
        return found

    def _transport(self, facts: ChildFacts) -> Ints:
        value = self.policy.value
        return transport_costs(
            facts,
            pence_a_mile=value.transport_pence_a_mile,
            days_a_week=value.school_days_a_week,
        )

    def _offers(
        self,
        children: tuple[Child, ...],
        day: date,
        at: NDArray[np.intp],
        points: Floats,
        fees: Ints,
        transport: Ints,
        facts: tuple[ChildFacts, ...],
        rows: HomeRows,
    ) -> Offers:
        loss = np.rint((100.0 - points) * MILLI).astype(np.int64)
        if len(children) == 1:
            fee, journeys, match_loss = fees[0], transport[0], loss[0]
        else:
            fee = self._together(children, day, at, fees)
            journeys, match_loss = transport.sum(axis=0), loss.sum(axis=0)
        return Offers(
            children=children,
            day=day,
            at=at,
            points=points,
            match_loss=match_loss,
            cost=np.where(fee >= 0, fee + journeys, 0),
            fees=fees,
            transport=transport,
            facts=facts,
            rows=rows,
        )

    def _together(
        self, children: Sequence[Child], day: date, at: NDArray[np.intp], fees: Ints
    ) -> Ints:
        """Return the fees together, after the discount for siblings in one home."""
        homes = self.homes
        agreement = purchases_on(homes, day.toordinal()).agreement[at]
        percent = 100 - np.append(homes.purchases.discount_percent, 0)[agreement]
        if any(child.sibling_group_id is None for child in children):
            raise AssertionError("only siblings arrive together")
        ordered = np.sort(fees, axis=0)[::-1]
        total: Ints = ordered[0] + (ordered[1:] * percent // 100).sum(axis=0)
        return np.where((fees < 0).any(axis=0), -1, total)

    def _within_budgets(self, found: Offers) -> Flags:
        """Return the offers whose fee is known, or that no budget limits."""
        world = self.homes.world
        # Nobody can say whether an unknown fee keeps within a budget.
        keep: Flags = np.all(found.fees >= 0, axis=0)
        if not keep.all() and all(each.route is not None for each in world.budgets):
            route = purchases_on(self.homes, found.day.toordinal()).route[found.at]
            limited = [ROUTES.index(each.route) for each in world.budgets if each.route]
            keep |= ~np.isin(route, limited)
        return keep


class _Weighed:
    """Some criteria of a policy, with their weights."""

    def __init__(self, policy: Policy, *, depends_on_arrivals: bool) -> None:
        self.policy = policy
        self.criteria = [
            each for each in criteria_of(policy) if each.depends_on_arrivals == depends_on_arrivals
        ]
        names = [each.name for each in self.criteria]
        self.weights = np.array([[policy.weights[name]] for name in names]).reshape(-1, 1)
        self.unknown = np.array([[policy.unknown_score(name)] for name in names]).reshape(-1, 1)

    def points(self, rows: HomeRows, facts: ChildFacts, arrivals: Arrivals) -> Floats:
        """Return what they give a child in some homes, added up."""
        shares = np.empty((len(self.criteria), rows.n))
        for row, criterion in enumerate(self.criteria):
            shares[row] = criterion.shares(rows, facts, arrivals, self.policy)
        missing = np.isnan(shares)
        if missing.any():
            shares = np.where(missing, self.unknown, shares)
        shares *= self.weights
        # Along the first axis numpy adds row by row, as an Appraiser does.
        total: Floats = np.add.reduce(shares, axis=0)
        return total


def _none_excludes(
    rules: Sequence[Any],
    homes: HomeArrays,
    asked: Any,
    policy: Policy,
    *,
    among: Flags | None = None,
) -> Flags:
    """Return the homes that no rule excludes, and none cannot tell.

    Where only some homes matter, rules are asked until none of these is left.
    """
    met, not_applicable = homes.all(_MET), homes.all(_NOT_APPLICABLE)
    exempted = homes.world.exemptions_by_rule
    worst = homes.fresh(_MET)
    for number, rule in enumerate(rules):
        if among is not None and number in _LOOKS and not (among & (worst < EXCLUDED)).any():
            break
        if not rule.dated and rule.code not in exempted:
            verdicts = rule.mask(homes, asked, policy)
        else:
            verdicts = rule.verdicts(homes, asked, policy)
        if verdicts is not met and verdicts is not not_applicable:
            np.maximum(worst, verdicts, out=worst)
    found: Flags = worst < EXCLUDED
    return found
