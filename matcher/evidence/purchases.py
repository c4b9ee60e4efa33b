"""Agreements and fee tables as arrays: the vectorised twin of :mod:`matcher.domain.purchase`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from matcher.domain.purchase import block_beds_left, walking_miles
from matcher.evidence.arrays import SETTINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.evidence.arrays import ChildFacts, HomeArrays

ROUTES = tuple(Route)
FAR_FUTURE = 2**31 - 1
UNKNOWN_FEE = -1


@dataclass(frozen=True, eq=False)
class AgreementArrays:
    """Every agreement, in the order of identifiers, and every fee row.

    Parameters
    ----------
    ids
        Identifiers, length a.
    route, starts, ends, block_left, discount_percent, solo_extra, parent_and_child_extra
        Shape (a,): position in :data:`ROUTES`, ordinals, prepaid beds left, pence.
    row_agreement, row_age_from, row_age_to, row_need_from, row_need_to, row_fee
        Shape (rows,), sorted by agreement.
    """

    ids: tuple[str, ...]
    route: NDArray[np.int8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    block_left: NDArray[np.int64]
    discount_percent: NDArray[np.int64]
    solo_extra: NDArray[np.int64]
    parent_and_child_extra: NDArray[np.int64]
    row_agreement: NDArray[np.int64]
    row_age_from: NDArray[np.int64]
    row_age_to: NDArray[np.int64]
    row_need_from: NDArray[np.int64]
    row_need_to: NDArray[np.int64]
    row_fee: NDArray[np.int64]
    _tables: dict[tuple[int | None, int | None], NDArray[np.int64]] = field(
        default_factory=dict, repr=False
    )

    def fee_table(self, age: int | None, need: int | None) -> NDArray[np.int64]:
        """Return each agreement's fee for an age and need; -1 where it is not known.

        Returns
        -------
        ndarray of int64, shape (a + 1,)
            Pence a week. The last entry stands for no agreement and is -1.
        """
        found = self._tables.get((age, need))
        if found is None:
            found = self._tables[age, need] = self._fee_table(age, need)
            found.flags.writeable = False
        return found

    def _fee_table(self, age: int | None, need: int | None) -> NDArray[np.int64]:
        fits = np.ones(len(self.row_fee), dtype=np.bool_)
        if age is not None:
            fits &= (self.row_age_from <= age) & (age <= self.row_age_to)
            if need is not None:
                fits &= (self.row_need_from <= need) & (need <= self.row_need_to)
        low = np.full(len(self.ids) + 1, np.iinfo(np.int64).max)
        high = np.full(len(self.ids) + 1, UNKNOWN_FEE, dtype=np.int64)
        np.minimum.at(low, self.row_agreement[fits], self.row_fee[fits])
        np.maximum.at(high, self.row_agreement[fits], self.row_fee[fits])
        # Without an age or a need, the fee is only known when it makes no difference.
        return np.where(low == high, high, UNKNOWN_FEE)


@dataclass(frozen=True, eq=False)
class PurchaseArrays:
    """How a bed in each home would be obtained on a day; shape (n,) each.

    Parameters
    ----------
    agreement
        int32, position in :class:`AgreementArrays`; -1 none.
    route
        int8, position in :data:`ROUTES`.
    lapsed, prepaid
        bool; see :class:`matcher.domain.purchase.Purchase`.
    usable
        Which agreements are in force, and which blocks have beds left: whatever depends on
        the day by this alone can be kept for all days on which it is the same.
    """

    agreement: NDArray[np.int32]
    route: NDArray[np.int8]
    lapsed: NDArray[np.bool_]
    prepaid: NDArray[np.bool_]
    usable: bytes


def agreement_arrays(world: World) -> AgreementArrays:
    """Return the agreements of a World as arrays."""
    agreements = list(world.agreements.values())
    rows = [(at, row) for at, each in enumerate(agreements) for row in each.fees]

    def column(values: list[int]) -> NDArray[np.int64]:
        return np.array(values, dtype=np.int64)

    return AgreementArrays(
        ids=tuple(each.agreement_id for each in agreements),
        route=np.array([ROUTES.index(each.route) for each in agreements], dtype=np.int8),
        starts=column([each.starts.toordinal() if each.starts else 0 for each in agreements]),
        ends=column([each.ends.toordinal() if each.ends else FAR_FUTURE for each in agreements]),
        block_left=column([block_beds_left(world, each) for each in agreements]),
        discount_percent=column([each.sibling_discount_percent for each in agreements]),
        solo_extra=column([each.solo_extra_pence for each in agreements]),
        parent_and_child_extra=column([each.parent_and_child_extra_pence for each in agreements]),
        row_agreement=column([at for at, _ in rows]),
        row_age_from=column([row.age_from for _, row in rows]),
        row_age_to=column([row.age_to for _, row in rows]),
        row_need_from=column([row.need_from for _, row in rows]),
        row_need_to=column([row.need_to for _, row in rows]),
        row_fee=column([row.weekly_fee_pence for _, row in rows]),
    )


def purchases_on(homes: HomeArrays, day: int) -> PurchaseArrays:
    """Return how a bed in each home would be obtained on an ordinal day."""
    return homes.kept_today(("purchases", day), lambda: _purchases_on(homes, day))


def _purchases_on(homes: HomeArrays, day: int) -> PurchaseArrays:
    table = homes.purchases
    in_force = np.append((table.starts <= day) & (day <= table.ends), False)
    block = np.append(table.route == ROUTES.index(Route.BLOCK), False)
    usable = in_force & (~block | np.append(table.block_left > 0, False))
    key = in_force.tobytes() + usable.tobytes()
    return homes.kept(("purchases", key), lambda: _purchases(homes, in_force, block, usable, key))


def _purchases(
    homes: HomeArrays,
    in_force: NDArray[np.bool_],
    block: NDArray[np.bool_],
    usable: NDArray[np.bool_],
    key: bytes,
) -> PurchaseArrays:
    """Return how beds are obtained while these agreements are in force and usable."""
    table = homes.purchases
    routes = np.append(table.route, np.int8(ROUTES.index(Route.SPOT)))

    chosen = np.full(homes.n, -1, dtype=np.int32)
    lapsed_first = np.full(homes.n, -1, dtype=np.int32)
    for column in homes.agreements:
        take = (chosen == -1) & usable[column]
        chosen[take] = column[take]
        late = (lapsed_first == -1) & (column >= 0) & ~in_force[column]
        lapsed_first[late] = column[late]
    connected = homes.setting == SETTINGS.index(Setting.CONNECTED)
    none = chosen == -1
    lapsed = none & ~connected & (lapsed_first >= 0)
    route = routes[chosen]
    route = np.where(lapsed, routes[lapsed_first], route)
    route = np.where(none & connected, np.int8(ROUTES.index(Route.IN_HOUSE)), route)
    return PurchaseArrays(
        agreement=chosen,
        route=route.astype(np.int8),
        lapsed=lapsed,
        prepaid=block[chosen],
        usable=key,
    )


def full_fees(homes: HomeArrays, facts: ChildFacts) -> NDArray[np.int64]:
    """Return one child's weekly fee in every home before sibling discount.

    Returns
    -------
    ndarray of int64, shape (n,)
        Pence; 0 for a prepaid bed, -1 when unknown.
    """
    if "fees" in facts.kept:
        kept: NDArray[np.int64] = facts.kept["fees"]
        return kept
    bought = purchases_on(homes.whole, facts.day_ordinal)
    agreement = homes.cut(bought.agreement)
    table = homes.purchases.fee_table(facts.age, facts.highest_need)
    fee = np.where(homes.quoted_fee >= 0, homes.quoted_fee, table[agreement])
    if facts.child.solo or facts.child.parent_in_placement:
        extra = np.zeros(len(homes.purchases.ids) + 1, dtype=np.int64)
        if facts.child.solo:
            extra[:-1] += homes.purchases.solo_extra
        if facts.child.parent_in_placement:
            extra[:-1] += homes.purchases.parent_and_child_extra
        fee = np.where(fee >= 0, fee + extra[agreement], fee)
    found = facts.kept["fees"] = np.where(homes.cut(bought.prepaid), 0, fee)
    return found


def transport_costs(facts: ChildFacts, *, pence_a_mile: int, days_a_week: int) -> NDArray[np.int64]:
    """Return the weekly cost of school transport from every home; see ``transport_pence``.

    Parameters
    ----------
    facts
        The child, and the homes.
    pence_a_mile, days_a_week
        From the policy.

    Returns
    -------
    ndarray of int64, shape (n,)
        Pence; 0 when there is no school to keep or the distance is unknown.
    """
    school = facts.child.school
    if school is None or not school.keep:
        return np.zeros(facts.homes.n, dtype=np.int64)
    key = f"transport {pence_a_mile} {days_a_week}"
    kept: NDArray[np.int64] | None = facts.kept.get(key)
    if kept is not None:
        return kept
    miles = facts.school_miles
    needed = np.where(miles > walking_miles(facts.age), miles, 0.0)
    # The same order of operations as in transport_pence, so that both round alike.
    pence: NDArray[np.int64] = np.rint(needed * 2 * pence_a_mile * days_a_week).astype(np.int64)
    facts.kept[key] = pence
    return pence
