"""The best way to place one family, by the aims of a policy: together, or split."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.domain.plan import least_households
from matcher.policy import AimName, Method
from matcher.solving.items import must_be_apart, must_stay_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.evidence.arrays import HomeArrays
    from matcher.live.asking import Asker
    from matcher.live.offers import Offers
    from matcher.policy import Policy

    Ints = NDArray[np.int64]

MILLI = 1000
PENCE_A_POUND = 100
MOST_SIBLINGS = 7
"""Of larger sibling groups the solver does not look at every split either: it is asked."""

Price = int
"""What a plan costs: its aims packed into one number, the first the most important, and last
what tells equal plans apart. Packed prices add and compare like the aims one by one."""
BITS = 48
"""Of each aim under strict order; pence of a hundred children take 30."""
TIE_BITS = 24


class Forbidden(NamedTuple):
    """What a family may not do, because of what others do.

    Parameters
    ----------
    home
        Position.
    child_ids
        Of the family.
    exactly
        Whether these and nobody more of the family may not live there; else whoever more.
    """

    home: int
    child_ids: frozenset[str]
    exactly: bool


class Pick(NamedTuple):
    """Some children in one of the homes that offer to take them."""

    offers: Offers
    place: int

    @property
    def home(self) -> int:
        """The position of the home."""
        return self.offers.places[self.place]

    @property
    def child_ids(self) -> frozenset[str]:
        """Who."""
        return frozenset(child.child_id for child in self.offers.children)


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """A way to place a family.

    Parameters
    ----------
    price
        Of all of it.
    picks
        Homes.
    unplaced
        Who is left without one.
    """

    price: Price
    picks: tuple[Pick, ...]
    unplaced: tuple[str, ...]


class Pricing:
    """The aims of a policy as prices, in the units of :mod:`matcher.solving.model`.

    Parameters
    ----------
    policy
        Its method is not the search order, which has no prices.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._weighted = policy.method is Method.WEIGHTED
        self._match = policy.price(AimName.MATCH)
        self._penny = policy.price(AimName.COST) * MILLI / PENCE_A_POUND
        self._aims = [aim.name for aim in policy.aims]
        if self._weighted:
            self.unplaced: Price = round(policy.price(AimName.UNPLACED) * MILLI) << TIE_BITS
            self.household: Price = (
                round(policy.price(AimName.EXTRA_HOUSEHOLDS) * MILLI) << TIE_BITS
            )
        else:
            self.unplaced = self._packed({AimName.UNPLACED: 1})
            self.household = self._packed({AimName.EXTRA_HOUSEHOLDS: 1})

    def _packed(self, values: Mapping[AimName, int], tie: int = 0) -> Price:
        found = 0
        for aim in self._aims:
            found = (found << BITS) + values.get(aim, 0)
        return (found << TIE_BITS) + tie

    def columns(self, offers: Offers) -> list[Ints]:
        """Return what each offer costs without households, most important first."""
        tie = (offers.at + 1) * offers.size
        if not self._weighted:
            none = np.zeros(len(tie), dtype=np.int64)
            by_aim = {AimName.MATCH: offers.match_loss, AimName.COST: offers.cost}
            return [*(by_aim.get(aim, none) for aim in self._aims), tie]
        cost = offers.match_loss
        if self._match != 1:
            cost = np.rint(cost * self._match).astype(np.int64)
        if self._penny:
            cost = cost + np.rint(offers.cost * self._penny).astype(np.int64)
        return [(cost << TIE_BITS) + tie]

    def price(self, columns: Sequence[Ints], place: int) -> Price:
        """Return the packed price of one offer."""
        if self._weighted:
            return int(columns[0][place])
        values = dict(zip(self._aims, (int(each[place]) for each in columns), strict=False))
        return self._packed(values, int(columns[-1][place]))


class Family:
    """A child, or siblings of one group, who wait.

    Parameters
    ----------
    asker
        Asks what homes offer.
    pricing
        What it costs by the policy.
    children
        In the order of identifiers.
    day
        The first day.
    avoid
        Positions of homes that are no choice.
    """

    def __init__(
        self,
        asker: Asker,
        pricing: Pricing | None,
        children: Sequence[Child],
        day: date,
        avoid: NDArray[np.intp],
    ) -> None:
        self.children = tuple(children)
        self.day = day
        self._asker = asker
        self._pricing = pricing
        self._avoid = avoid
        self._world = asker.homes.world
        self._offers: dict[int, Offers | None] = {}
        self._columns: dict[int, list[Ints]] = {}
        self.group = children[0].sibling_group_id
        self._alone = [
            None if self.group is None else _where_siblings_allow(each, day, self, asker.homes)
            for each in children
        ]
        pairs = list(combinations(range(len(children)), 2))
        ids = [child.child_id for child in children]
        world, group = self._world, self.group or ""
        self._apart = [(a, b) for a, b in pairs if must_be_apart(world, group, ids[a], ids[b])]
        self._bound = [
            (a, b) for a, b in pairs if must_stay_together(world, group, ids[a], ids[b], day)
        ]

    def may_arrive(self, who: int) -> bool:
        """Whether some of them, as bits, may live in one home and the others elsewhere."""
        if any(who >> a & 1 and who >> b & 1 for a, b in self._apart):
            return False
        return not any((who >> a & 1) != (who >> b & 1) for a, b in self._bound)

    def offers(self, who: int) -> Offers | None:
        """Return what homes offer to some of them, as bits."""
        if who not in self._offers:
            self._offers[who] = (
                self._asker.offers(
                    self._members(who), self.day, avoid=self._avoid, only=self._only(who)
                )
                if self.may_arrive(who)
                else None
            )
        return self._offers[who]

    def offers_in_turn(
        self, who: int, order: Callable[[Sequence[Child], date, NDArray[np.intp]], Iterable[int]]
    ) -> Iterator[Offers]:
        """Yield the homes that offer to some of them, as bits, in an order; one in each."""
        if self.may_arrive(who):
            yield from self._asker.offers_in_turn(
                self._members(who), self.day, order, avoid=self._avoid, only=self._only(who)
            )

    def _members(self, who: int) -> list[Child]:
        return [each for at, each in enumerate(self.children) if who >> at & 1]

    def _only(self, who: int) -> NDArray[np.bool_] | None:
        """Return the homes that siblings elsewhere allow some of them; None for all."""
        allowed = [
            each for at, each in enumerate(self._alone) if who >> at & 1 and each is not None
        ]
        return np.logical_and.reduce(allowed) if allowed else None

    def best(self, forbidden: Iterable[Forbidden] = ()) -> FamilyPlan:
        """Return the best lawful plan for the family by itself."""
        pricing = self._pricing
        if pricing is None:
            raise AssertionError("the search order has no best")
        barred = tuple(forbidden)
        count = len(self.children)
        everyone = (1 << count) - 1
        ids = tuple(child.child_id for child in self.children)
        nobody = FamilyPlan(count * pricing.unplaced, (), ids)
        together = self._cheapest(everyone, barred, 1)
        if count == 1:
            if not together or together[0][0] > nobody.price:
                return nobody
            return FamilyPlan(together[0][0], (together[0][1],), ())
        least = least_households(self._world, self.group or "", ids)
        best = nobody
        for price, pick in together:
            best = min(best, FamilyPlan(price, (pick,), ()), key=_price)
        # Any other plan splits them or leaves somebody without a home.
        apart = max(0, 2 - least) * pricing.household
        if best.price <= min(apart, pricing.unplaced):
            return best
        return _Splits(self, pricing, barred, least).best(best)

    def _cheapest(
        self, who: int, barred: Sequence[Forbidden], most: int
    ) -> list[tuple[Price, Pick]]:
        """Return the best offers to some of them, best first, without households' price."""
        offers = self.offers(who)
        if offers is None or self._pricing is None:
            return []
        columns = self._columns.get(who)
        if columns is None:
            columns = self._columns[who] = self._pricing.columns(offers)
        places = None
        if barred:
            ids = frozenset(child.child_id for child in offers.children)
            no = {
                each.home
                for each in barred
                if (ids == each.child_ids if each.exactly else ids >= each.child_ids)
            }
            if no:
                places = np.flatnonzero(~np.isin(offers.at, list(no)))
                columns = [column[places] for column in columns]
                if not len(places):
                    return []
        if len(columns) > 1:
            chosen = np.lexsort(columns[::-1])[:most].tolist()
        elif most == 1:
            chosen = [int(columns[0].argmin())]
        else:
            chosen = columns[0].argsort()[:most].tolist()
        return [
            (
                self._pricing.price(columns, at),
                Pick(offers, at if places is None else int(places[at])),
            )
            for at in chosen
        ]


class _Splits:
    """A search over all ways to divide a family over homes."""

    def __init__(
        self, family: Family, pricing: Pricing, barred: Sequence[Forbidden], least: int
    ) -> None:
        self.pricing = pricing
        self.least = least
        self.count = len(family.children)
        self.ids = [child.child_id for child in family.children]
        self.options: dict[int, list[tuple[Price, Pick]]] = {}
        for who in range(1, 1 << self.count):
            found = family._cheapest(who, barred, self.count)
            if found:
                self.options[who] = found
        self._cheapest: dict[int, Price] = {0: 0}

    def best(self, known: FamilyPlan) -> FamilyPlan:
        """Return the best plan, given one."""
        self.found = known
        self._extend((1 << self.count) - 1, 0, ())
        return self.found

    def _bound(self, left: int) -> Price:
        """Return a price that no plan for those left goes below, each household counted."""
        known = self._cheapest.get(left)
        if known is not None:
            return known
        first = left & -left
        best = self.pricing.unplaced + self._bound(left ^ first)
        for who, options in self.options.items():
            if who & first and who & left == who:
                price = options[0][0] + self.pricing.household + self._bound(left ^ who)
                best = min(best, price)
        self._cheapest[left] = best
        return best

    def _extend(self, left: int, price: Price, picks: tuple[Pick, ...]) -> None:
        """Place those left in every way that can still be best."""
        # Fewer households than are needed cost nothing: so many are free in any plan.
        free = self.least * self.pricing.household
        if price + self._bound(left) - free >= self.found.price:
            return
        if not left:
            self._leaf(price, picks)
            return
        first = left & -left
        used = {pick.home for pick in picks}
        for who, options in self.options.items():
            if who & first and who & left == who:
                for each, pick in options:
                    if pick.home not in used:
                        paid = price + each + self.pricing.household
                        self._extend(left ^ who, paid, (*picks, pick))
        self._extend(left ^ first, price + self.pricing.unplaced, picks)

    def _leaf(self, price: Price, picks: tuple[Pick, ...]) -> None:
        total = price - min(self.least, len(picks)) * self.pricing.household
        if total < self.found.price:
            placed = frozenset().union(*(pick.child_ids for pick in picks))
            unplaced = tuple(each for each in self.ids if each not in placed)
            self.found = FamilyPlan(total, picks, unplaced)


def _price(plan: FamilyPlan) -> Price:
    return plan.price


def _where_siblings_allow(
    child: Child, day: date, family: Family, homes: HomeArrays
) -> NDArray[np.bool_] | None:
    """Return the homes that siblings who live somewhere allow a child; None for all."""
    world, group = homes.world, family.group or ""
    allowed: NDArray[np.bool_] | None = None
    for sibling in world.members.get(group, ()):
        placement = world.placements.get(sibling)
        if placement is None or sibling == child.child_id:
            continue
        there = homes.index[placement.home_id]
        if must_stay_together(world, group, child.child_id, sibling, day):
            only = homes.at((there,))
            allowed = only if allowed is None else allowed & only
        elif must_be_apart(world, group, child.child_id, sibling):
            if allowed is None:
                allowed = np.ones(homes.n, dtype=np.bool_)
            allowed[there] = False
    return allowed
