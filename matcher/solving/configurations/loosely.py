"""First prices: the linear programme over options, with a row of room for every home.

It knows nothing of company and lets half an item live in half a bed, so that its value is a
weak bound; but where beds are scarce its prices of children are near the right ones, and
subgradient steps alone would take hundreds of steps to bring them from the price of the
third-best home up to that of being left out. Options join by their reduced costs until none
would improve it [1]_. A home's opening is shared out by room.

References
----------
.. [1] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np

from matcher.solving.configurations.highs import INFINITE, Rows
from matcher.solving.configurations.prices import Prices

if TYPE_CHECKING:
    from matcher.solving.configurations.instance import Flags, Floats, Instance, Ints, SmallInts
    from matcher.solving.stopwatch import Stopwatch

ROUNDS = 40
FIRST_AN_ITEM, MORE_AN_ITEM = 12, 6
"""So many options of an item are there at first, and join in a round, at most."""
ALL_AT_ONCE = 4_000
"""With fewer options than this there is nothing to choose from."""


def option_prices(instance: Instance, start: Prices, *, watch: Stopwatch, seed: int = 0) -> Prices:
    """Return prices of the linear programme over options; ``start`` when time is up first.

    Parameters
    ----------
    instance
        Items, homes, options.
    start
        Prices by which the first options are chosen.
    watch
        Ends the search when time is up; the prices so far are returned.
    seed
        Of the simplex method.
    """
    fits = instance.weight <= instance.room[instance.home]
    if not fits.any():
        return start
    room = np.maximum(instance.room, 1)
    cost = instance.cost + (instance.opening / room)[instance.home] * instance.weight
    rows = Rows(instance, room.astype(np.float64))
    programme = rows.programme(seed=seed)
    # Whoever must be in a home can be left out at a price that nobody would pay twice.
    dear = 2.0 * float(np.abs(cost).max()) + float(start.items.max())
    dear = max(dear, 2.0 * float(np.abs(instance.splits.cost).max(initial=0)))
    programme.add(
        np.full(instance.items, dear),
        np.full(instance.items, INFINITE),
        np.arange(instance.items + 1),
        np.arange(instance.items),
        np.ones(instance.items),
    )

    def join(which: Ints) -> None:
        begin, row, value = _entries(rows, which)
        programme.add(cost[which], np.full(len(which), INFINITE), begin, row, value)

    inside: Flags = ~fits
    first = np.flatnonzero(fits)
    if len(first) > ALL_AT_ONCE:
        first = _best_of_each(instance.item, cost, first, FIRST_AN_ITEM)
    inside[first] = True
    join(first)
    found = start
    for _ in range(ROUNDS):
        if watch.halted() or programme.solve(watch) != highspy.HighsModelStatus.kOptimal:
            break
        dual = np.asarray(programme.highs.getSolution().row_dual)
        limits = np.maximum(-dual[rows.limits_at :], 0.0) / rows.scale
        found = Prices(dual[: instance.items].copy(), limits, -np.inf)
        reduced = cost - found.items[instance.item]
        reduced -= dual[rows.homes_at : rows.limits_at][instance.home] * instance.weight
        for each in np.flatnonzero(limits):
            reduced += limits[each] * instance.use[each]
        joins = np.flatnonzero((reduced < -1e-6 * np.abs(cost).max()) & ~inside)
        if not len(joins):
            break
        joins = _best_of_each(instance.item, reduced, joins, MORE_AN_ITEM)
        inside[joins] = True
        join(joins)
    return found


def _best_of_each(item: SmallInts, cost: Floats, among: Ints, most: int) -> Ints:
    """Return the cheapest of each item's options that are among some, rising."""
    order = among[np.lexsort((among, cost[among], item[among]))]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = item[order][1:] != item[order][:-1]
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    found: Ints = np.sort(order[rank < most]).astype(np.int64)
    return found


def _entries(rows: Rows, which: Ints) -> tuple[Ints, Ints, Floats]:
    """Return the columns of some options, compressed: begin, row, value."""
    instance, count = rows.instance, len(which)
    place = np.arange(count)
    limit, user = np.nonzero(instance.use[:, which])
    of = np.concatenate([place, place, user])
    row = np.concatenate(
        [instance.item[which], rows.homes_at + instance.home[which], rows.limits_at + limit]
    )
    value = np.concatenate(
        [
            np.ones(count),
            instance.weight[which].astype(np.float64),
            instance.use[limit, which[user]] / rows.scale[limit],
        ]
    )
    order = np.lexsort((row, of))
    begin = np.searchsorted(of[order], np.arange(count + 1)).astype(np.int64)
    return begin, row[order].astype(np.int64), value[order]
