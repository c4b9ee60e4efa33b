"""Asks rules and criteria what homes offer to children.

The rules and criteria are those of :class:`matcher.candidates.Appraiser`. What is saved is
what a decision does not ask for: tasks, the reasons against a home, and the points of homes
that cannot be chosen. Free beds, refusals and rules about homes alone leave some fifteen homes
of five hundred: of these, rules are asked one by one, in plain Python and the hardest to meet
first, and what they answer is remembered as long as the records they were asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.candidates import group_of
from matcher.criteria.catalogue import criteria_of
from matcher.evidence.arrays import Arrivals, ChildFacts, child_facts
from matcher.evidence.cases import HouseholdCase, PairCase
from matcher.evidence.purchases import ROUTES, full_fees, purchases_on, transport_costs
from matcher.evidence.rows import HomeRows
from matcher.evidence.verdict import Verdict
from matcher.live.offers import Offers, keep_some
from matcher.live.remembering import LASTING, Asked, Joined, Lawful, Social, Worth
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES
from matcher.rules.plan import ROUNDING
from matcher.rules.rule import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.evidence.arrays import Floats, HomeArrays
    from matcher.live.remembering import Memory, Remembered
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
EXCLUDED = Verdict.UNKNOWN
_MET = Verdict.MET


class Asker:
    """Asks rules and criteria about children and homes under one policy.

    Parameters
    ----------
    homes
        All the homes, as they are now.
    memory
        What is known already, under the policy that counts.
    """

    def __init__(self, homes: HomeArrays, memory: Memory) -> None:
        policy = memory.policy
        self.homes = homes
        self.policy = policy
        self._memory = memory
        self._alone = _Weighed(policy, depends_on_arrivals=False)
        self._social = _Weighed(policy, depends_on_arrivals=True)
        self._facts: dict[str, ChildFacts] = {}
        self._day: date | None = None
        self._rules_for: tuple[date, Any] | None = None
        self._exempted: frozenset[str] = frozenset()
        self._home_rules: tuple[Any, ...] = ()
        self._lasting: tuple[Any, ...] = ()
        self._codes = ""
        self._passing: tuple[Any, ...] = ()
        self._together: tuple[Any, ...] = ()
        self._excepted: tuple[Any, ...] = ()

    def begin(self) -> None:
        """Forget what was only so for one decision: something may have changed."""
        self._day = None

    def _set_day(self, day: date) -> None:
        """Note which rules are asked on a first day, and which have exemptions to be looked at."""
        self._day = day
        self._facts.clear()
        exempted = self.homes.world.exemptions_by_rule
        # The same mapping as long as no exemption is put or dropped.
        if self._rules_for is not None and self._rules_for == (day, exempted):
            return
        self._rules_for = (day, exempted)
        # An exemption may name children: such a rule is asked for each.
        self._exempted = frozenset(HOME_CODES & exempted.keys())
        self._home_rules = tuple(rule for rule in HOME_BARS if rule.code not in exempted)
        self._lasting = tuple(
            rule
            for rule in PAIR_BARS
            if rule.code in LASTING and rule.code not in exempted and rule.in_force(day)
        )
        self._codes = " ".join(rule.code for rule in self._lasting)
        self._passing = tuple(
            rule for rule in PAIR_BARS if rule.code not in LASTING or rule.code in exempted
        )
        self._together = tuple(
            rule for rule in HOUSEHOLD_BARS if rule.code not in exempted and rule.in_force(day)
        )
        self._excepted = tuple(rule for rule in HOUSEHOLD_BARS if rule.code in exempted)

    def _remembered(self, child: Child, day: date) -> Remembered:
        homes = self.homes
        referral = homes.world.referral_by_child.get(child.child_id)
        connected = homes.connected_to.get(child.child_id, ())
        return self._memory.of(
            child,
            Asked(
                child.age_on(day),
                None if referral is None else referral.settings_sought,
                None if referral is None else referral.timescale,
                tuple(homes.ids[at] for at in connected),
                self._codes,
            ),
        )

    def _facts_of(self, child: Child, day: date) -> ChildFacts:
        found = self._facts.get(child.child_id)
        if found is None:
            found = self._facts[child.child_id] = child_facts(child, day, self.homes)
        return found

    def _open(self, children: Sequence[Child], day: date) -> Flags:
        """Return the homes that rules about homes alone do not exclude on a day."""
        homes, policy = self.homes, self.policy
        # The policy is kept beside the answer, so that no other can come to have its identity.
        _, found = homes.kept_today(
            ("open", day, id(policy), self._exempted),
            lambda: (policy, self._open_to_anybody(children[0], day)),
        )
        if self._exempted:
            asked = [rule for rule in HOME_BARS if rule.code in self._exempted]
            for child in children:
                found = found & _none_excludes(asked, homes, self._facts_of(child, day), policy)
        open_homes: Flags = found
        return open_homes

    def _open_to_anybody(self, child: Child, day: date) -> Flags:
        """Return the homes that rules about homes alone do not exclude for who lives nowhere."""
        # These rules look at nothing of the child but whether the child lives there already.
        somebody = child.model_copy(update={"child_id": ""})
        facts = child_facts(somebody, day, self.homes)
        return _none_excludes(self._home_rules, self.homes, facts, self.policy)

    def offers(
        self,
        children: Sequence[Child],
        day: date,
        *,
        avoid: NDArray[np.intp] | None = None,
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
            Positions of homes that are no choice; None for none.
        only
            Homes that siblings living elsewhere allow; None for all.
        """
        known, joining = self._lawful_homes(children, day, avoid, only)
        if not joining:
            return None
        offers = self._appraised(known, day, joining)
        keep: Flags = (offers.points >= self.policy.minimum_match_points - ROUNDING).all(axis=0)
        if self.homes.world.budgets:
            keep &= self._within_budgets(offers)
        return keep_some(offers, keep)

    def any_lawful(self, child: Child, day: date, avoid: NDArray[np.intp]) -> bool:
        """Whether any home is lawful for a child, leaving apart where siblings live.

        Parameters
        ----------
        child
            Named by a referral; who lives in a home that is avoided, or in none.
        day, avoid
            As for :meth:`offers`.
        """
        return bool(self._lawful_homes((child,), day, avoid, None)[1])

    def _lawful_homes(
        self,
        children: Sequence[Child],
        day: date,
        avoid: NDArray[np.intp] | None,
        only: Flags | None,
    ) -> tuple[list[Remembered], dict[int, Joined]]:
        """Return what is remembered of children, and the homes that no rule excludes."""
        if day != self._day:
            self._set_day(day)
        homes = self.homes
        allowed = homes.beds_free(day.toordinal()) >= len(children)
        if avoid is not None:
            allowed[avoid] = False
        if only is not None:
            allowed &= only
        allowed &= self._open(children, day)
        at: list[int] = allowed.nonzero()[0].tolist()
        known: list[Remembered] = []
        found: dict[int, Joined] = {}
        if not at:
            return known, found
        item = purchases_on(homes, day.toordinal()).agreement.item
        for child in children:
            each = self._remembered(child, day)
            known.append(each)
            at = [place for place in at if self._lawful(each, place, item(place))]
        for place in at:
            joined = self._joined(known, place, day)
            if joined is not None:
                found[place] = joined
        return known, found

    def _agreement(self, at: int) -> Any:
        """Return the agreement at a position; None at -1."""
        return None if at < 0 else self.homes.world.agreements[self.homes.purchases.ids[at]]

    def _lawful(self, known: Remembered, place: int, agreement_at: int) -> bool:
        """Whether no rule about pairs excludes a home for a child."""
        homes = self.homes
        home_id = homes.ids[place]
        home = homes.world.homes[home_id]
        agreement = self._agreement(agreement_at)
        found = known.lawful.get(home_id)
        case = None
        if found is None or found.home is not home or found.agreement is not agreement:
            case = self._case(known, home)
            lawful = True
            for rule in self._lasting:  # dates and exemptions have been considered already
                if rule.judge(case).verdict >= EXCLUDED:
                    lawful = False
                    break
            found = known.lawful[home_id] = Lawful(home, agreement, lawful)
        if not found.lawful:
            return False
        for rule in self._passing:
            case = case or self._case(known, home)
            if rule.verdict(case).verdict >= EXCLUDED:
                return False
        return True

    def _case(self, known: Remembered, home: Home) -> PairCase:
        if self._day is None:
            raise AssertionError("no day has been set")
        return PairCase(known.child, home, self.homes.world, self.policy, self._day)

    def _joined(self, known: Sequence[Remembered], place: int, day: date) -> Joined | None:
        """Return what is found of children joining a household; None where a rule excludes it."""
        world = self.homes.world
        home_id = self.homes.ids[place]
        home = world.homes[home_id]
        occupants = world.occupants_of(home_id)
        group = group_of(known[0].child, world)
        siblings = () if group is None else world.siblings_in_care.get(group.sibling_group_id, ())
        reserved = world.beds_reserved(home_id, day)
        key = (home_id, *(each.child.child_id for each in known[1:]))
        found = known[0].joined.get(key)
        case = None
        if (
            found is None
            or found.home is not home
            or (found.occupants is not occupants and found.occupants != occupants)
            or found.reserved != reserved
            or found.group is not group
            or found.siblings != tuple(siblings)
            or any(a is not b for a, b in zip(found.with_whom, known[1:], strict=True))
        ):
            case = self._household(known, home, day)
            lawful = True
            for rule in self._together:
                if rule.judge(case).verdict >= EXCLUDED:
                    lawful = False
                    break
            found = known[0].joined[key] = Joined(
                home, occupants, reserved, group, tuple(siblings), tuple(known[1:]), lawful
            )
        if not found.lawful:
            return None
        if self._excepted:
            case = case or self._household(known, home, day)
            if any(rule.verdict(case).verdict >= EXCLUDED for rule in self._excepted):
                return None
        return found

    def _household(self, known: Sequence[Remembered], home: Home, day: date) -> HouseholdCase:
        children = tuple(each.child for each in known)
        return HouseholdCase(home, children, self.homes.world, self.policy, day)

    def _appraised(
        self,
        known: Sequence[Remembered],
        day: date,
        lawful: dict[int, Joined],
    ) -> Offers:
        """Return points, fees and journeys of children in homes that they may go to."""
        homes = self.homes
        at = np.array(list(lawful), dtype=np.intp)
        joining = list(lawful.values())
        ids = [each.home.home_id for each in joining]
        bought = purchases_on(homes, day.toordinal())
        agreements = [self._agreement(each) for each in bought.agreement[at].tolist()]
        routes = bought.route[at].tolist()
        keys = [(home_id, *(each.child.child_id for each in known[1:])) for home_id in ids]
        # What is not known of any of them is asked for all of these homes at once.
        missing = [
            n
            for n, home_id in enumerate(ids)
            if (said := known[0].social.get(keys[n])) is None
            or said.joined is not joining[n]
            or not all(
                self._is_known(each.worth.get(home_id), joining[n].home, agreements[n], routes[n])
                for each in known
            )
        ]
        if missing:
            self._appraise(
                known,
                day,
                at[missing],
                [(keys[n], joining[n], agreements[n], routes[n]) for n in missing],
            )
        children = tuple(each.child for each in known)
        worth = [[each.worth[home_id] for home_id in ids] for each in known]
        social = [known[0].social[key].points for key in keys]
        points = np.array(
            [
                # In the order in which an Appraiser adds, so that both round alike.
                [each.points + said[row] for each, said in zip(line, social, strict=True)]
                for row, line in enumerate(worth)
            ]
        )
        fees = np.array([[each.fee for each in line] for line in worth], dtype=np.int64)
        transport = np.array([[each.transport for each in line] for line in worth], dtype=np.int64)
        miles = np.array([[each.miles for each in line] for line in worth])
        return self._offers(children, day, at, points, fees, transport, miles)

    def _is_known(self, found: Worth | None, home: Home, agreement: Any, route: int) -> bool:
        return (
            found is not None
            and found.home is home
            and found.agreement is agreement
            and found.route == route
            and found.provider is self.homes.world.providers.get(home.provider_id)
        )

    def _appraise(
        self,
        known: Sequence[Remembered],
        day: date,
        at: NDArray[np.intp],
        joining: Sequence[tuple[tuple[str, ...], Joined, Any, int]],
    ) -> None:
        """Ask the criteria about children in some homes, and remember what they say."""
        homes, world = self.homes, self.homes.world
        rows = HomeRows(homes, at)
        facts = tuple(facts_at(self._facts_of(each.child, day), rows) for each in known)
        arrivals = Arrivals(facts, group_of(known[0].child, world))
        social = []
        for each, child in zip(known, facts, strict=True):
            alone = self._alone.points(rows, child, arrivals).tolist()
            fees = full_fees(rows, child).tolist()
            transport = self._transport(child).tolist()
            miles = child.miles.tolist()
            social.append(self._social.points(rows, child, arrivals).tolist())
            for n, (_, joined, agreement, route) in enumerate(joining):
                home = joined.home
                each.worth[home.home_id] = Worth(
                    home=home,
                    agreement=agreement,
                    route=route,
                    provider=world.providers.get(home.provider_id),
                    points=alone[n],
                    fee=fees[n],
                    transport=transport[n],
                    miles=miles[n],
                )
        for n, (key, joined, _, _) in enumerate(joining):
            known[0].social[key] = Social(joined, tuple(line[n] for line in social))

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
        miles: Floats,
    ) -> Offers:
        loss = np.rint((100.0 - points) * MILLI).astype(np.int64)
        if len(children) == 1:
            fee, journeys, match_loss = fees[0], transport[0], loss[0]
        else:
            fee = self._fee_together(children, day, at, fees)
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
            miles=miles,
            homes=self.homes,
        )

    def _fee_together(
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


def facts_at(facts: ChildFacts, rows: HomeRows) -> ChildFacts:
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


def _none_excludes(
    rules: Sequence[Any], homes: HomeArrays, asked: ChildFacts, policy: Policy
) -> Flags:
    """Return the homes that no rule excludes, and none cannot tell."""
    worst = homes.fresh(_MET)
    for rule in rules:
        np.maximum(worst, rule.verdicts(homes, asked, policy), out=worst)
    found: Flags = worst < np.int8(EXCLUDED)
    return found
