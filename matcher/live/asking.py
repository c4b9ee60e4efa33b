"""Asks rules and criteria what homes offer to children.

The rules and criteria are those of :class:`matcher.candidates.Appraiser`. What is saved is
what a decision does not ask for: tasks, the reasons against a home, and the points of homes
that cannot be chosen.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.candidates import group_of
from matcher.criteria.catalogue import criteria_of
from matcher.evidence.arrays import Arrivals, ChildFacts
from matcher.evidence.cases import PairCase
from matcher.evidence.purchases import (
    ROUTES,
    UNKNOWN_FEE,
    full_fees,
    purchases_on,
    transport_costs,
)
from matcher.evidence.rows import HomeRows
from matcher.live.barring import Bars
from matcher.live.offers import Offers, keep_some
from matcher.live.remembering import Joined, Social, Worth
from matcher.rules.plan import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.evidence.arrays import Floats, HomeArrays
    from matcher.live.remembering import Memory, Remembered
    from matcher.policy import Policy

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

FEW = 8
"""Up to so many homes, the criteria are asked of one after the other."""


class Asker(Bars):
    """Asks rules and criteria about children and homes under one policy.

    Parameters
    ----------
    homes
        All the homes, as they are now.
    policy
        What counts for how much.
    memory
        What is known already; one that serves this policy.
    """

    def __init__(self, homes: HomeArrays, policy: Policy, memory: Memory) -> None:
        super().__init__(homes, policy, memory)
        criteria = criteria_of(policy)
        self._alone = Weighed(policy, [c.name for c in criteria if not c.depends_on_arrivals])
        self._social = Weighed(policy, [c.name for c in criteria if c.depends_on_arrivals])

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
        known, joining = self.lawful_homes(children, day, avoid=avoid, only=only)
        if not joining:
            return None
        return self._good_enough(self._appraised(known, day, joining))

    def offers_in_turn(
        self,
        children: Sequence[Child],
        day: date,
        order: Callable[[Sequence[Child], date, NDArray[np.intp]], Iterable[int]],
        *,
        avoid: NDArray[np.intp] | None = None,
        only: Flags | None = None,
    ) -> Iterator[Offers]:
        """Yield the same homes one by one, as whoever searches comes to them.

        Parameters
        ----------
        children, day, avoid, only
            As for :meth:`offers`.
        order
            Puts the positions of homes into the order in which they are asked.
        """
        places = self.perhaps(children, day, avoid=avoid, only=only)
        if not len(places):
            return
        known = self.remembered(children, day)
        for place, joined in self.lawful(known, day, order(children, day, places)):
            found = self._good_enough(self._appraised(known, day, {place: joined}))
            if found is not None:
                yield found

    def _good_enough(self, offers: Offers) -> Offers | None:
        """Return the offers that a plan may take up by points and budgets; None for none."""
        least = self.policy.minimum_match_points - ROUNDING
        keep = [min(points) >= least for points in zip(*offers.points_of, strict=True)]
        if self.homes.world.budgets:
            within = self._within_budgets(offers)
            keep = [good and affordable for good, affordable in zip(keep, within, strict=True)]
        return keep_some(offers, keep)

    def _appraised(
        self,
        known: Sequence[Remembered],
        day: date,
        lawful: dict[int, Joined],
    ) -> Offers:
        """Return points, fees and journeys of children in homes that they may go to."""
        at, joining = list(lawful), list(lawful.values())
        ids = [each.home.home_id for each in joining]
        bought = purchases_on(self.homes, day.toordinal())
        agreements = [self.agreement_at(bought.agreement.item(each)) for each in at]
        routes = [bought.route.item(each) for each in at]
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
            appraise = self._appraise_few if len(missing) <= FEW else self._appraise_many
            appraise(
                known,
                day,
                [at[n] for n in missing],
                [(keys[n], joining[n], agreements[n], routes[n]) for n in missing],
            )
        worth = [[each.worth[home_id] for home_id in ids] for each in known]
        social = [known[0].social[key].points for key in keys]
        return Offers(
            children=tuple([each.child for each in known]),
            day=day,
            places=at,
            points_of=[
                # In the order in which an Appraiser adds, so that both round alike.
                [each.points + said[row] for each, said in zip(line, social, strict=True)]
                for row, line in enumerate(worth)
            ],
            fees_of=[[each.fee for each in line] for line in worth],
            transport_of=[[each.transport for each in line] for line in worth],
            miles_of=[[each.miles for each in line] for line in worth],
            homes=self.homes,
        )

    def _is_known(self, found: Worth | None, home: Home, agreement: Any, route: int) -> bool:
        return (
            found is not None
            and found.home is home
            and found.agreement is agreement
            and found.route == route
            and found.provider is self.homes.world.providers.get(home.provider_id)
        )

    def _appraise_few(
        self,
        known: Sequence[Remembered],
        day: date,
        at: Sequence[int],
        joining: Sequence[tuple[tuple[str, ...], Joined, Any, int]],
    ) -> None:
        """Ask the criteria's plain judges, and remember what they say.

        Of one or two homes they know sooner than columns are cut out.
        """
        world, policy = self.homes.world, self.policy
        arrivals = tuple(each.child for each in known)
        for key, joined, agreement, route in joining:
            home = joined.home
            social = []
            for each in known:
                case = PairCase(each.child, home, world, policy, day)
                fee, miles = case.fee_pence, case.miles
                social.append(self._social.judged(case, arrivals))
                each.worth[home.home_id] = Worth(
                    home=home,
                    agreement=agreement,
                    route=route,
                    provider=world.providers.get(home.provider_id),
                    points=self._alone.judged(case, arrivals),
                    fee=UNKNOWN_FEE if fee is None else fee,
                    transport=case.transport_pence,
                    miles=nan if miles is None else miles,
                )
            known[0].social[key] = Social(joined, tuple(social))

    def _appraise_many(
        self,
        known: Sequence[Remembered],
        day: date,
        at: Sequence[int],
        joining: Sequence[tuple[tuple[str, ...], Joined, Any, int]],
    ) -> None:
        """Ask the criteria about all of some homes at once, and remember what they say."""
        homes, world = self.homes, self.homes.world
        rows = HomeRows(homes, np.array(at, dtype=np.intp))
        facts = tuple(facts_at(self.facts_of(each.child, day), rows) for each in known)
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

    def _within_budgets(self, found: Offers) -> list[bool]:
        """Return for each offer whether its fee is known, or no budget limits it."""
        budgets = self.homes.world.budgets
        # Nobody can say whether an unknown fee keeps within a budget.
        known = [min(fees) >= 0 for fees in zip(*found.fees_of, strict=True)]
        if all(known) or any(each.route is None for each in budgets):
            return known
        route = purchases_on(self.homes, found.day.toordinal()).route
        limited = [ROUTES.index(each.route) for each in budgets if each.route]
        return [
            sure or route.item(at) not in limited
            for sure, at in zip(known, found.places, strict=True)
        ]


class Weighed:
    """Some criteria of a policy, with their weights.

    Parameters
    ----------
    policy
        Gives the weights.
    wanted
        Names of criteria; those to which the policy gives no points are left out.
    """

    def __init__(self, policy: Policy, wanted: Sequence[str]) -> None:
        self.policy = policy
        self.criteria = [each for each in criteria_of(policy) if each.name in wanted]
        names = [each.name for each in self.criteria]
        self.weights = np.array([[policy.weights[name]] for name in names]).reshape(-1, 1)
        self.unknown = np.array([[policy.unknown_score(name)] for name in names]).reshape(-1, 1)
        self._judges = [
            (each.judge, policy.weights[each.name], policy.unknown_score(each.name))
            for each in self.criteria
        ]

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

    def judged(self, case: PairCase, arrivals: tuple[Child, ...]) -> float:
        """Return what they give a child in one home, added up."""
        total = 0.0
        for judge, weight, unknown in self._judges:
            share = judge(case, arrivals).share
            total += weight * (unknown if share is None else share)
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
