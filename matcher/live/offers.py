"""What each home offers to some children who would arrive together: the lawful ones only.

The rules and criteria are those of :class:`matcher.candidates.Appraiser`. What is saved is
what a decision does not ask for: tasks, the reasons against a home, and the points of homes
that cannot be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.catalogue import criteria_of
from matcher.evidence.arrays import Arrivals, ChildFacts, child_facts
from matcher.evidence.purchases import ROUTES, full_fees, purchases_on, transport_costs
from matcher.evidence.rows import HomeRows
from matcher.evidence.verdict import Verdict
from matcher.live.choice import Part
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES
from matcher.rules.plan import ROUNDING
from matcher.rules.rule import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.criteria.criterion import Criterion
    from matcher.domain.child import Child
    from matcher.domain.sibling_group import SiblingGroup
    from matcher.domain.world import World
    from matcher.evidence.arrays import Floats, HomeArrays
    from matcher.policy import Policy

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

PAIR_BARS = tuple(rule for rule in PAIR_RULES if rule.effect is Effect.BAR)
HOUSEHOLD_BARS = tuple(
    rule for rule in HOUSEHOLD_RULES if rule.effect is Effect.BAR and rule.code != "BEDS_FREE"
)
"""Free beds are counted before anything else is asked."""
MILLI = 1000
INSIDE = 0
EXCLUDED = np.int8(Verdict.UNKNOWN)


@dataclass(frozen=True, eq=False)
class Offers:
    """The homes in which some children may live together, one entry a home, rising.

    Parameters
    ----------
    children
        Who, in the order of identifiers.
    day
        The first day.
    at
        Positions of the homes, shape (k,).
    points
        Shape (children, k), 0 to 100.
    match_loss
        Thousandths of a point lost to 100 a child, added over the children.
    cost
        Fees and school transport of all, pence a week; 0 where the fee is not known.
    fees, transport
        Of each child before sibling discount; -1 unknown; shape (children, k).
    miles
        Of each child, shape (children, k); nan when unknown.
    rows
        The homes.
    """

    children: tuple[Child, ...]
    day: date
    at: NDArray[np.intp]
    points: Floats
    match_loss: Ints
    cost: Ints
    fees: Ints
    transport: Ints
    facts: tuple[ChildFacts, ...]
    rows: HomeRows

    @property
    def size(self) -> int:
        """How many children."""
        return len(self.children)

    @property
    def miles(self) -> Floats:
        """Of the child farthest from home to whom distance applies; nan when unknown."""
        applies = [each.miles for each in self.facts if not each.child.unaccompanied]
        if not applies:
            return np.full(len(self.at), np.nan)
        found: Floats = np.maximum.reduce(applies)
        return found

    def part(self, place: int) -> Part:
        """Return what a choice says of one of these homes, by its place among them."""
        homes = self.rows.whole
        at = int(self.at[place])
        bought = purchases_on(homes, self.day.toordinal())
        agreement = int(bought.agreement[at])
        discount = int(homes.purchases.discount_percent[agreement]) if agreement >= 0 else 0
        miles = [float(each.miles[place]) for each in self.facts]
        return Part(
            home_id=homes.ids[at],
            child_ids=tuple(child.child_id for child in self.children),
            day=self.day,
            points=tuple(self.points[:, place].tolist()),
            miles=tuple(None if each != each else each for each in miles),
            fees_pence=shared_fees(self.fees[:, place].tolist(), self.children, discount),
            transport_pence=tuple(self.transport[:, place].tolist()),
            route=ROUTES[int(bought.route[at])],
            agreement_id=homes.purchases.ids[agreement] if agreement >= 0 else None,
            prepaid=bool(bought.prepaid[at]),
        )


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
        self._worst: dict[tuple[str, date], tuple[ChildFacts, Flags]] = {}
        self._alone: list[tuple[Criterion, float, float]] = []
        self._social: list[tuple[Criterion, float, float]] = []
        for each in criteria_of(policy):
            into = self._social if each.depends_on_arrivals else self._alone
            into.append((each, policy.weights[each.name], policy.unknown_score(each.name)))

    def forget(self) -> None:
        """Forget what was asked about children: homes or holds have changed."""
        self._worst.clear()

    def lawful(self, child: Child, day: date) -> tuple[ChildFacts, Flags]:
        """Return a child's facts, and the homes that no pair rule excludes."""
        key = (child.child_id, day)
        found = self._worst.get(key)
        if found is not None and found[0].child is child:
            return found
        homes, policy = self.homes, self.policy
        facts = child_facts(child, day, homes)
        harmless = (homes.all(Verdict.NOT_APPLICABLE), homes.all(Verdict.MET))
        worst = PAIR_BARS[0].verdicts(homes, facts, policy).copy()
        for rule in PAIR_BARS[1:]:
            verdicts = rule.verdicts(homes, facts, policy)
            if verdicts is not harmless[0] and verdicts is not harmless[1]:
                np.maximum(worst, verdicts, out=worst)
        found = self._worst[key] = (facts, worst < EXCLUDED)
        return found

    def offers(
        self,
        children: Sequence[Child],
        day: date,
        *,
        avoid: Iterable[int] = (),
        only: Flags | None = None,
    ) -> Offers | None:
        """Return what homes offer to children who would arrive together; None for nothing.

        Parameters
        ----------
        children
            In the order of identifiers.
        day
            The first day.
        avoid
            Positions of homes that are no choice.
        only
            Homes that siblings living elsewhere allow; None for all.
        """
        homes, policy = self.homes, self.policy
        size = len(children)
        allowed = homes.beds_free(day.toordinal()) >= size
        known = [self.lawful(child, day) for child in children]
        for _, lawful in known:
            allowed &= lawful
        for barred in avoid:
            allowed[barred] = False
        if only is not None:
            allowed &= only
        if not allowed.any():
            return None
        group = _group_of(children[0], homes.world)
        arrivals = Arrivals(tuple(facts for facts, _ in known), group)
        harmless = (homes.all(Verdict.NOT_APPLICABLE), homes.all(Verdict.MET))
        for rule in HOUSEHOLD_BARS:
            verdicts = rule.verdicts(homes, arrivals, policy)
            if verdicts is not harmless[0] and verdicts is not harmless[1]:
                allowed &= verdicts < EXCLUDED
        at = allowed.nonzero()[0]
        if not len(at):
            return None
        rows = HomeRows(homes, at)
        facts = tuple(_facts_at(each, rows) for each, _ in known)
        arrivals = Arrivals(facts, group)
        points = np.stack([self._points(each, arrivals, rows) for each in facts])
        enough = (points >= policy.minimum_match_points - ROUNDING).all(axis=0)
        if not enough.all():
            if not enough.any():
                return None
            at = at[enough]
            points = points[:, enough]
            rows = HomeRows(homes, at)
            facts = tuple(_facts_at(each, rows) for each, _ in known)
        return self._offers(tuple(children), day, at, points, facts, rows)

    def _points(self, facts: ChildFacts, arrivals: Arrivals, rows: HomeRows) -> Floats:
        # In the order in which an Appraiser adds, so that both round alike.
        total = self._sum(self._alone, facts, arrivals, rows)
        total += self._sum(self._social, facts, arrivals, rows)
        return total

    def _sum(
        self,
        criteria: Sequence[tuple[Criterion, float, float]],
        facts: ChildFacts,
        arrivals: Arrivals,
        rows: HomeRows,
    ) -> Floats:
        shares = np.empty((len(criteria), rows.n))
        weights, unknown = [], []
        for row, (criterion, weight, unknown_score) in enumerate(criteria):
            shares[row] = criterion.shares(rows, facts, arrivals, self.policy)
            weights.append(weight)
            unknown.append(unknown_score)
        missing = np.isnan(shares)
        if missing.any():
            shares = np.where(missing, np.array(unknown)[:, None], shares)
        shares *= np.array(weights)[:, None]
        # Along the first axis numpy adds row by row, as an Appraiser does.
        total: Floats = np.add.reduce(shares, axis=0)
        return total

    def _offers(
        self,
        children: tuple[Child, ...],
        day: date,
        at: NDArray[np.intp],
        points: Floats,
        facts: tuple[ChildFacts, ...],
        rows: HomeRows,
    ) -> Offers | None:
        value, world = self.policy.value, self.homes.world
        fees = np.stack([full_fees(rows, each) for each in facts])
        transport = np.stack(
            [
                transport_costs(
                    each,
                    pence_a_mile=value.transport_pence_a_mile,
                    days_a_week=value.school_days_a_week,
                )
                for each in facts
            ]
        )
        fee = fees[0] if len(children) == 1 else self._together(children, day, at, fees)
        known = fee >= 0
        found = Offers(
            children=children,
            day=day,
            at=at,
            points=points,
            match_loss=np.rint((100.0 - points) * MILLI).astype(np.int64).sum(axis=0),
            cost=np.where(known, fee + transport.sum(axis=0), 0),
            fees=fees,
            transport=transport,
            facts=facts,
            rows=rows,
        )
        if world.budgets and not known.all():
            # Nobody can say whether an unknown fee keeps within a budget.
            return self._within_budgets(found, known)
        return found

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

    def _within_budgets(self, found: Offers, known: Flags) -> Offers | None:
        world = self.homes.world
        route = purchases_on(self.homes, found.day.toordinal()).route[found.at]
        keep = known.copy()
        if all(each.route is not None for each in world.budgets):
            limited = [ROUTES.index(each.route) for each in world.budgets if each.route]
            keep |= ~np.isin(route, limited)
        return keep_some(found, keep)


def keep_some(found: Offers, keep: Flags) -> Offers | None:
    """Return some of the offers; None when there are none left."""
    if keep.all():
        return found
    if not keep.any():
        return None
    rows = HomeRows(found.rows.whole, found.at[keep])
    return Offers(
        children=found.children,
        day=found.day,
        at=found.at[keep],
        points=found.points[:, keep],
        match_loss=found.match_loss[keep],
        cost=found.cost[keep],
        fees=found.fees[:, keep],
        transport=found.transport[:, keep],
        facts=tuple(_facts_at(each, rows) for each in found.facts),
        rows=rows,
    )


def _facts_at(facts: ChildFacts, rows: HomeRows) -> ChildFacts:
    """Return the facts of a child seen against some of the homes."""
    return ChildFacts(
        child=facts.child,
        day=facts.day,
        day_ordinal=facts.day_ordinal,
        age=facts.age,
        referral=facts.referral,
        levels=facts.levels,
        non_negotiable=facts.non_negotiable,
        highest_need=facts.highest_need,
        homes=rows,
    )


def _group_of(child: Child, world: World) -> SiblingGroup | None:
    group_id = child.sibling_group_id
    return None if group_id is None else world.sibling_groups[group_id]


def shared_fees(
    fees: Sequence[int], children: Sequence[Child], discount_percent: int
) -> tuple[int | None, ...]:
    """Return what each child's place costs a week after the discount for siblings.

    The dearest of each group pays in full, the first by identifier if several; see
    :func:`matcher.domain.purchase.household_fee_pence`.

    Parameters
    ----------
    fees
        Of each child alone; -1 when unknown.
    children
        In the same order.
    discount_percent
        Of the agreement.
    """
    dearest: dict[str, int] = {}
    for at, child in enumerate(children):
        group = child.sibling_group_id
        if group is not None and (group not in dearest or fees[at] > fees[dearest[group]]):
            dearest[group] = at
    found: list[int | None] = []
    for at, (fee, child) in enumerate(zip(fees, children, strict=True)):
        group = child.sibling_group_id
        if fee < 0:
            found.append(None)
        elif group is None or dearest[group] == at:
            found.append(fee)
        else:
            found.append(fee * (100 - discount_percent) // 100)
    return tuple(found)
