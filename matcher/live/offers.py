"""What homes offer to some children who would arrive together: the lawful ones only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from matcher.evidence.once import once
from matcher.evidence.purchases import ROUTES, purchases_on
from matcher.live.choice import Part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.evidence.arrays import Floats, HomeArrays

    Ints = NDArray[np.int64]

MILLI = 1000


@dataclass(eq=False)
class Offers:
    """The homes in which some children may live together, one entry a home, rising.

    Nobody changes them. Today's search order asks of one home at a time and takes up most of
    what it asks of: so what is known stands in plain lists, and arrays are made of them for
    whoever compares many.

    Parameters
    ----------
    children
        Who, in the order of identifiers.
    day
        The first day.
    places
        Positions of the homes, k of them.
    points_of
        For each child k points, 0 to 100.
    fees_of, transport_of
        Pence a week of each child before sibling discount; -1 unknown.
    miles_of
        Of each child; nan when unknown.
    homes
        All homes.
    """

    children: tuple[Child, ...]
    day: date
    places: list[int]
    points_of: list[list[float]]
    fees_of: list[list[int]]
    transport_of: list[list[int]]
    miles_of: list[list[float]]
    homes: HomeArrays

    @property
    def size(self) -> int:
        """How many children."""
        return len(self.children)

    @once
    def at(self) -> NDArray[np.intp]:
        """Positions of the homes, shape (k,)."""
        return np.array(self.places, dtype=np.intp)

    @once
    def points(self) -> Floats:
        """Points, shape (children, k)."""
        return np.array(self.points_of)

    @once
    def match_loss(self) -> Ints:
        """Thousandths of a point lost to 100 a child, added over the children; shape (k,)."""
        loss: Ints = np.rint((100.0 - self.points) * MILLI).astype(np.int64).sum(axis=0)
        return loss

    @once
    def cost(self) -> Ints:
        """Fees and school transport of all, pence a week; 0 where the fee is not known."""
        fee = self._fee_together(np.array(self.fees_of, dtype=np.int64))
        journeys = np.array(self.transport_of, dtype=np.int64).sum(axis=0)
        return np.where(fee >= 0, fee + journeys, 0)

    def cost_at(self, place: int) -> int:
        """Return :attr:`cost` of one of these homes, by its place among them."""
        if self.size > 1:
            return int(self.cost[place])
        fee = self.fees_of[0][place]
        return fee + self.transport_of[0][place] if fee >= 0 else 0

    def _fee_together(self, fees: Ints) -> Ints:
        """Return the fees together, after the discount for siblings in one home."""
        if self.size == 1:
            alone: Ints = fees[0]
            return alone
        if any(child.sibling_group_id is None for child in self.children):
            raise AssertionError("only siblings arrive together")
        homes = self.homes
        agreement = purchases_on(homes, self.day.toordinal()).agreement[self.at]
        percent = 100 - np.append(homes.purchases.discount_percent, 0)[agreement]
        ordered = np.sort(fees, axis=0)[::-1]
        total: Ints = ordered[0] + (ordered[1:] * percent // 100).sum(axis=0)
        return np.where((fees < 0).any(axis=0), -1, total)

    def part(self, place: int) -> Part:
        """Return what a choice says of one of these homes, by its place among them."""
        homes = self.homes
        at = self.places[place]
        bought = purchases_on(homes, self.day.toordinal())
        agreement = bought.agreement.item(at)
        discount = homes.purchases.discount_percent.item(agreement) if agreement >= 0 else 0
        miles = [each[place] for each in self.miles_of]
        return Part(
            home_id=homes.ids[at],
            child_ids=tuple([child.child_id for child in self.children]),
            day=self.day,
            points=tuple([each[place] for each in self.points_of]),
            miles=tuple([None if each != each else each for each in miles]),
            fees_pence=shared_fees([each[place] for each in self.fees_of], self.children, discount),
            transport_pence=tuple([each[place] for each in self.transport_of]),
            route=ROUTES[bought.route.item(at)],
            agreement_id=homes.purchases.ids[agreement] if agreement >= 0 else None,
            prepaid=bought.prepaid.item(at),
        )


def keep_some(found: Offers, keep: Sequence[bool]) -> Offers | None:
    """Return some of the offers; None when there are none left."""
    if all(keep):
        return found
    if not any(keep):
        return None
    return Offers(
        children=found.children,
        day=found.day,
        places=list(compress(found.places, keep)),
        points_of=[list(compress(each, keep)) for each in found.points_of],
        fees_of=[list(compress(each, keep)) for each in found.fees_of],
        transport_of=[list(compress(each, keep)) for each in found.transport_of],
        miles_of=[list(compress(each, keep)) for each in found.miles_of],
        homes=found.homes,
    )


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
