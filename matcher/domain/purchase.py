"""Which agreement a bed is bought under, and what the placement costs a week.

All money is whole pence a week.

References
----------
.. [1] Education Act 1996, section 444(5): walking distance is two miles under the age of
   eight and three miles from then on; nearer schools need no transport.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matcher.domain.agreement import Route
from matcher.domain.home import Setting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matcher.domain.agreement import Agreement
    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.world import World

ROUTE_ORDER = {route: place for place, route in enumerate(Route)}


class Purchase(NamedTuple):
    """How a bed would be obtained.

    Parameters
    ----------
    route
        The route; spot when no agreement covers the home.
    agreement
        The agreement in force; None for connected persons and uncontracted homes.
    lapsed
        Agreements cover the home, and none is in force.
    prepaid
        The bed is part of a block that is paid for whether used or not.
    """

    route: Route
    agreement: Agreement | None
    lapsed: bool
    prepaid: bool


def agreement_order(agreement: Agreement) -> tuple[int, int, str]:
    """Return the order in which a home's agreements are tried: route, tier, identifier."""
    return (ROUTE_ORDER[agreement.route], agreement.tier or 0, agreement.agreement_id)


def block_beds_left(world: World, agreement: Agreement) -> int:
    """Return how many prepaid beds of a block are not in use."""
    used = world.placements_by_agreement.get(agreement.agreement_id, 0)
    return max(agreement.block_beds - used, 0)


def purchase_of(home: Home, world: World, day: date) -> Purchase:
    """Return how a bed in a home would be obtained on a day.

    A block is used while it has prepaid beds left; then the home's next agreement.

    Parameters
    ----------
    home, world
        The home and its World.
    day
        The first day of the placement.
    """
    agreements = [world.agreements[each] for each in home.agreement_ids]
    if len(agreements) > 1:
        agreements.sort(key=agreement_order)
    for agreement in agreements:
        if not agreement.in_force(day):
            continue
        if agreement.route is Route.BLOCK:
            if block_beds_left(world, agreement) > 0:
                return Purchase(Route.BLOCK, agreement, lapsed=False, prepaid=True)
            continue
        return Purchase(agreement.route, agreement, lapsed=False, prepaid=False)
    if home.setting is Setting.CONNECTED:
        return Purchase(Route.IN_HOUSE, None, lapsed=False, prepaid=False)
    lapsed = any(not each.in_force(day) for each in agreements)
    if lapsed:
        first = next(each for each in agreements if not each.in_force(day))
        return Purchase(first.route, None, lapsed=True, prepaid=False)
    return Purchase(Route.SPOT, None, lapsed=False, prepaid=False)


def full_fee_pence(child: Child, home: Home, purchase: Purchase, day: date) -> int | None:
    """Return the weekly fee of one child, extras included and before sibling discount.

    Returns
    -------
    int or None
        Pence a week; 0 for a prepaid bed; None when no quote and no fee row tells.
    """
    if purchase.prepaid:
        return 0
    agreement = purchase.agreement
    base = home.weekly_fee_pence
    if base is None and agreement is not None:
        asked = (child.age_on(day), child.highest_need)
        known = agreement.fees_known
        if asked not in known:
            known[asked] = _fee_in_table(agreement, *asked)
        base = known[asked]
    if base is None:
        return None
    if agreement is not None:
        if child.solo:
            base += agreement.solo_extra_pence
        if child.parent_in_placement:
            base += agreement.parent_and_child_extra_pence
    return base


def _fee_in_table(agreement: Agreement, age: int | None, need: int | None) -> int | None:
    """Return the fee for an age and need; None when no row tells, or rows differ."""
    if age is None:
        rows = {row.weekly_fee_pence for row in agreement.fees}
    elif need is None:
        rows = {row.weekly_fee_pence for row in agreement.fees if row.age_from <= age <= row.age_to}
    else:
        rows = {row.weekly_fee_pence for row in agreement.fees if row.covers(age, need)}
    # Without an age or a need, the fee is only known when it makes no difference.
    return rows.pop() if len(rows) == 1 else None


def household_fee_pence(
    children: Sequence[Child], home: Home, purchase: Purchase, day: date
) -> int | None:
    """Return the weekly fee of children who arrive together in one home.

    The dearest sibling of each group pays in full, the others less the sibling discount,
    rounded down to the penny.

    Returns
    -------
    int or None
        Pence a week; None when the fee of any child is unknown.
    """
    discount = purchase.agreement.sibling_discount_percent if purchase.agreement else 0
    total = 0
    by_group: dict[str, list[int]] = {}
    for child in children:
        fee = full_fee_pence(child, home, purchase, day)
        if fee is None:
            return None
        if child.sibling_group_id is None:
            total += fee
        else:
            by_group.setdefault(child.sibling_group_id, []).append(fee)
    for fees in by_group.values():
        fees.sort(reverse=True)
        total += fees[0] + sum(fee * (100 - discount) // 100 for fee in fees[1:])
    return total


def walking_miles(age: int | None) -> float:
    """Return the miles to school up to which a child walks [1]_; an unknown age counts as 8."""
    return 2.0 if age is not None and age < 8 else 3.0


def transport_pence(
    age: int | None, school_miles: float | None, *, pence_a_mile: int, days_a_week: int
) -> int:
    """Return the weekly cost in pence of taking a child to the school they keep.

    Parameters
    ----------
    age
        Completed years; unknown counts as eight or over.
    school_miles
        Straight-line miles from the placement to the school; None when there is no school
        to keep or the distance is unknown.
    pence_a_mile, days_a_week
        From the policy.
    """
    if school_miles is None:
        return 0
    if school_miles <= walking_miles(age):
        return 0
    return round(school_miles * 2 * pence_a_mile * days_a_week)
