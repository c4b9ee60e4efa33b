"""What homes offer to some children who would arrive together: the lawful ones only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.evidence.purchases import ROUTES, purchases_on
from matcher.live.choice import Part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.evidence.arrays import Floats, HomeArrays

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]


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
    homes
        All homes.
    """

    children: tuple[Child, ...]
    day: date
    at: NDArray[np.intp]
    points: Floats
    match_loss: Ints
    cost: Ints
    fees: Ints
    transport: Ints
    miles: Floats
    homes: HomeArrays

    @property
    def size(self) -> int:
        """How many children."""
        return len(self.children)

    def part(self, place: int) -> Part:
        """Return what a choice says of one of these homes, by its place among them."""
        homes = self.homes
        at = int(self.at[place])
        bought = purchases_on(homes, self.day.toordinal())
        agreement = int(bought.agreement[at])
        discount = int(homes.purchases.discount_percent[agreement]) if agreement >= 0 else 0
        miles = self.miles[:, place].tolist()
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


def keep_some(found: Offers, keep: Flags) -> Offers | None:
    """Return some of the offers; None when there are none left."""
    if keep.all():
        return found
    if not keep.any():
        return None
    return Offers(
        children=found.children,
        day=found.day,
        at=found.at[keep],
        points=found.points[:, keep],
        match_loss=found.match_loss[keep],
        cost=found.cost[keep],
        fees=found.fees[:, keep],
        transport=found.transport[:, keep],
        miles=found.miles[:, keep],
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
