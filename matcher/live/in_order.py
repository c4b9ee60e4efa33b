"""Today's practice, family by family: the search of :mod:`matcher.solving.search_order`."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.home import Setting
from matcher.evidence.arrays import SETTINGS
from matcher.evidence.purchases import ROUTES, purchases_on
from matcher.geography.distance import distances_miles
from matcher.live.deciding import Limits, refusing
from matcher.live.families import FamilyPlan, Pick

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.evidence.arrays import Floats, HomeArrays
    from matcher.evidence.purchases import PurchaseArrays
    from matcher.live.families import Family
    from matcher.policy import Policy

NOT_SEARCHED = len(ROUTES) * 100
CONNECTED = SETTINGS.index(Setting.CONNECTED)


def search_in_order(
    world: World, policy: Policy, homes: HomeArrays, families: Sequence[Family]
) -> list[FamilyPlan]:
    """Place families one after the other and return where they are placed.

    Parameters
    ----------
    world, policy
        Where they wait, and in which order routes are searched.
    homes
        All the homes, as they are now.
    families
        No two of one sibling group.
    """
    search = _Search(world, policy, homes, families)
    referral_of = world.referral_by_child

    def order(at: int) -> tuple[object, ...]:
        return min(
            (referral.received_on, referral.needed_by, referral.referral_id, child.child_id)
            for child in families[at].children
            if (referral := referral_of[child.child_id])
        )

    plans: dict[int, FamilyPlan] = {}
    for at in sorted(range(len(families)), key=order):
        plans[at] = search.place(families[at])
    return [plans[at] for at in range(len(families))]


class _Search:
    """What has been committed so far."""

    def __init__(
        self, world: World, policy: Policy, homes: HomeArrays, families: Sequence[Family]
    ) -> None:
        self.world = world
        self.homes = homes
        self.policy = policy
        self.limits = Limits(world, policy, families)
        self.taken: list[Pick] = []

    def place(self, family: Family) -> FamilyPlan:
        """Place as many of a family as homes are found for, the largest part first."""
        left = (1 << len(family.children)) - 1
        mine: list[Pick] = []
        while left:
            found = next(self._fitting(family, left, mine), None)
            if found is None:
                break
            who, pick = found
            mine.append(pick)
            self.taken.append(pick)
            left ^= who
        unplaced = tuple(
            child.child_id for at, child in enumerate(family.children) if left >> at & 1
        )
        return FamilyPlan(0, tuple(mine), unplaced)

    def _fitting(
        self, family: Family, left: int, mine: Sequence[Pick]
    ) -> Iterator[tuple[int, Pick]]:
        """Yield the lawful homes of those left, in the order in which they are searched."""
        used = {pick.home for pick in mine}
        for who in sorted(_parts_of(left), key=_largest_first):
            for offers in family.offers_in_turn(who, self._ordered):
                pick = Pick(offers, 0)
                if pick.home not in used and self._fits(pick):
                    yield who, pick

    def _ordered(
        self, children: Sequence[Child], day: date, places: NDArray[np.intp]
    ) -> Iterator[int]:
        bought = purchases_on(self.homes, day.toordinal())
        rank = self.homes.kept(
            ("search order", bought.usable, tuple(self.policy.search_order)),
            lambda: self._rank(bought),
        )[places]
        miles = self._farthest(children, places)
        # No distance is the last of all; homes stand in the order of their identifiers.
        ordered = sorted(
            (of_route, inf if far != far else far, place)
            for of_route, far, place in zip(
                rank.tolist(), miles.tolist(), places.tolist(), strict=True
            )
            if of_route < NOT_SEARCHED
        )
        return (place for _, _, place in ordered)

    def _rank(self, bought: PurchaseArrays) -> NDArray[np.int64]:
        """Return where each home stands in the order of the search, by route and tier."""
        order = {ROUTES.index(route): at for at, route in enumerate(self.policy.search_order)}
        rank_of_route = np.array(
            [order.get(at, len(ROUTES)) * 100 for at in range(len(ROUTES))], dtype=np.int64
        )
        tiers = [each.tier or 0 for each in self.world.agreements.values()]
        tier = np.array([*tiers, 0], dtype=np.int64)
        rank: NDArray[np.int64] = rank_of_route[bought.route] + tier[bought.agreement]
        # Relatives and friends are asked before any search begins (section 22C(7)(a)).
        rank[self.homes.setting == CONNECTED] = -1
        return rank

    def _farthest(self, children: Sequence[Child], places: NDArray[np.intp]) -> Floats:
        """Return the miles of the child farthest from each home; nan when unknown."""
        homes = self.homes
        found: Floats | None = None
        for child in children:
            if child.unaccompanied:
                continue
            there = homes.world.location(child.home_postcode)
            if there is None or there.easting is None or there.northing is None:
                return np.full(len(places), np.nan)
            miles = distances_miles(
                float(there.easting),
                float(there.northing),
                homes.easting[places],
                homes.northing[places],
            )
            found = miles if found is None else np.maximum(found, miles)
        return np.full(len(places), np.nan) if found is None else found

    def _fits(self, pick: Pick) -> bool:
        for _ in self.limits.over([*self.taken, pick]):
            return False
        there = [each for each in self.taken if each.home == pick.home]
        return not there or refusing(self.world, self.policy, [*there, pick]) is None


def _parts_of(left: int) -> Iterator[int]:
    who = left
    while who:
        yield who
        who = (who - 1) & left


def _largest_first(who: int) -> tuple[int, list[int]]:
    return (-who.bit_count(), [at for at in range(who.bit_length()) if who >> at & 1])
