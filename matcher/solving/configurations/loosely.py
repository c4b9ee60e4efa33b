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

from matcher.solving.configurations.highs import INFINITE, Programme, add_slack, row_limits
from matcher.solving.configurations.prices import Prices, limit_scale

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
    scale = limit_scale(instance)
    programme = Programme(*row_limits(instance, instance.room.astype(np.float64), scale), seed=seed)
    limits_at = instance.rows + instance.homes
    add_slack(programme, instance, limits_at, scale)
    # Whoever must be in a home can be left out at a price that nobody would pay twice.
    rows = np.arange(instance.rows)
    dear = np.full(instance.rows, 2.0 * float(np.abs(cost).max()) + float(start.rows.max()))
    dear = np.maximum(dear, 2.0 * instance.slack_cost)
    free = np.full(instance.rows, INFINITE)
    programme.add(dear, free, np.arange(instance.rows + 1), rows, np.ones(instance.rows))

    def join(which: Ints) -> None:
        begin, row, value = _entries(instance, which, limits_at, scale)
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
        prices = dual[: instance.rows].copy()
        limits = np.maximum(-dual[limits_at:], 0.0) / scale
        prices[~instance.equal] = np.maximum(prices[~instance.equal], 0.0)
        found = Prices(prices, limits, -np.inf)
        reduced = cost - instance.item_prices(prices)[instance.item]
        reduced -= dual[instance.rows : limits_at][instance.home] * instance.weight
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


def _entries(
    instance: Instance, which: Ints, limits_at: int, scale: Floats
) -> tuple[Ints, Ints, Floats]:
    """Return the columns of some options, compressed: begin, row, value."""
    count = len(which)
    in_rows = instance.rows_of_item[instance.item[which]]
    real = in_rows < instance.rows
    place = np.arange(count)
    limit, user = np.nonzero(instance.use[:, which])
    of = np.concatenate([np.broadcast_to(place[:, None], in_rows.shape)[real], place, user])
    row = np.concatenate([in_rows[real], instance.rows + instance.home[which], limits_at + limit])
    value = np.concatenate(
        [
            np.ones(int(real.sum())),
            instance.weight[which].astype(np.float64),
            instance.use[limit, which[user]] / scale[limit],
        ]
    )
    order = np.lexsort((row, of))
    begin = np.searchsorted(of[order], np.arange(count + 1)).astype(np.int64)
    return begin, row[order].astype(np.int64), value[order]
