"""What no plan can beat, recomputed in exact integers from the prices alone.

For any price ``u`` of every row (not negative where the row is an at-least row) and any
price ``p >= 0`` of every limit, every plan costs at least

    constant + sum(u * needed) + sum(min(0, slack_cost + p . spare - u) * needed)
    - sum(p * limit) + sum over homes of the least reduced cost of a configuration,

by weak duality [1]_. The prices are rounded to integer fractions and everything after that
is integer, over all options, with a search of its own: nothing of the pricing, the linear
programmes or floating point is believed.

References
----------
.. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
   Programming Study 2 (1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.instance import NEVER

if TYPE_CHECKING:
    from matcher.solving.configurations.instance import Flags, Instance, Ints
    from matcher.solving.configurations.prices import Prices
    from matcher.solving.configurations.refusals import Refusals

FINEST = 1_000_000
"""Prices are integers in millionths, or coarser where sums might become too large."""
STEPS = 5_000
"""After so many steps in one home, conflicts there are left out of account."""


@dataclass(frozen=True, eq=False)
class Bound:
    """A lower bound on every plan, and on every plan that takes a given option.

    Parameters
    ----------
    scaled
        The bound, times ``scale``.
    scale
        Into how many parts a unit of cost is divided.
    least
        The least reduced cost of a configuration of each home, opening included, times
        ``scale``; at most 0; shape (homes,).
    through
        The bound for plans that take the option, times ``scale``; shape (options,).
    rows, limits
        The prices that were used, times ``scale``.
    """

    scaled: int
    scale: int
    least: Ints
    through: Ints
    rows: Ints
    limits: Ints

    @property
    def value(self) -> int:
        """The bound; costs are integers, so it is rounded up."""
        return -(-self.scaled // self.scale)

    def worth_keeping(self, upper: int) -> Flags:
        """Return the options that a plan of at most this cost can take."""
        found: Flags = self.through <= upper * self.scale
        return found


def bound_of(instance: Instance, prices: Prices, refusals: Refusals | None = None) -> Bound:
    """Return the bound that prices give.

    Parameters
    ----------
    instance
        What is bounded.
    prices
        Any prices; negative ones of limits and at-least rows count as 0.
    refusals
        What households have refused; without them the bound is lower, and valid.
    """
    scale = _scale(instance, prices)
    rows: Ints = np.rint(prices.rows * scale).astype(np.int64)
    rows[~instance.equal] = np.maximum(rows[~instance.equal], 0)
    limits = np.maximum(np.rint(prices.limits * scale), 0).astype(np.int64)
    reduced = instance.cost.astype(np.int64) * scale
    padded = np.append(rows, 0)
    for slot in range(instance.rows_of_item.shape[1]):
        reduced -= padded[instance.rows_of_item[:, slot]][instance.item]
    for each in np.flatnonzero(limits):
        reduced += limits[each] * instance.use[each].astype(np.int64)

    total: int = instance.constant * scale
    for row in range(instance.rows):
        price, cost = int(rows[row]), int(instance.slack_cost[row])
        if cost != NEVER:
            spared = cost * scale + int(limits @ instance.spare[:, row])
            price = int(min(price, spared))
        total += price * int(instance.needed[row])
    for price, limit in zip(limits.tolist(), instance.limit.tolist(), strict=True):
        total -= price * limit

    least: Ints = np.zeros(instance.homes, dtype=np.int64)
    through = reduced.copy()
    negative = np.flatnonzero(reduced < 0)
    first = np.searchsorted(negative, instance.start)
    for home in range(instance.homes):
        low, high = int(instance.start[home]), int(instance.start[home + 1])
        opening = int(instance.opening[home]) * scale
        room = int(instance.room[home])
        at = negative[first[home] : first[home + 1]]
        if not len(at):
            through[low:high] += opening
            continue
        search = _Home(instance, home, refusals)
        tables = search.tables(at, reduced)
        best: int = min(0, search.least(at, reduced, tables) + opening)
        if refusals is not None and home in refusals.excepted:
            # An option of no worth may turn refused company into company that is allowed.
            every = low + np.flatnonzero(reduced[low:high] < -best)
            search = _Home(instance, home, refusals, exactly=True)
            best = min(0, search.least(every, reduced, search.tables(every, reduced)) + opening)
        least[home] = best
        total += best
        rest = np.maximum(room - instance.weight[low:high], 0)
        through[low:high] += tables[0][rest] + opening - best
    through += total
    through[instance.weight > instance.room[instance.home]] = np.iinfo(np.int64).max
    return Bound(int(total), scale, least, through, rows, limits)


def _scale(instance: Instance, prices: Prices) -> int:
    """Return into how many parts a unit may be divided so that no sum overflows."""
    largest = float(
        np.abs(instance.cost).max(initial=1)
        + instance.rows_of_item.shape[1] * np.abs(prices.rows).max(initial=1.0)
        + np.abs(prices.limits) @ np.abs(instance.use).max(axis=1, initial=0)
        + instance.opening.max(initial=0)
    )
    scale = FINEST
    while scale > 1 and largest * scale * (instance.rows + instance.homes) > 2.0**62:
        scale //= 10
    return scale


class _Home:
    """The least reduced cost in one home, by depth-first search over its options."""

    def __init__(
        self, instance: Instance, home: int, refusals: Refusals | None, *, exactly: bool = False
    ) -> None:
        self.instance = instance
        self.home = home
        self.room = int(instance.room[home])
        known = {} if refusals is None else refusals.by_home.get(home, {})
        self.refused: dict[int, list[frozenset[int]]] = {}
        for part, only in known:
            if not only and len(part) > 2:
                for item in part:
                    self.refused.setdefault(item, []).append(part)
        self.apart: dict[int, set[int]] = {}
        for part, only in known:
            if not only and len(part) == 2:
                for item in part:
                    self.apart.setdefault(item, set()).update(part)
        self.exactly = {part for part, only in known if only} if exactly else set()

    def tables(self, at: Ints, reduced: Ints) -> list[Ints]:
        """Return what the options from each place on add at least, by room left."""
        table = np.zeros(self.room + 1, dtype=np.int64)
        found = [table]
        for option in at[::-1].tolist():
            weight, cost = int(self.instance.weight[option]), int(reduced[option])
            if cost < 0 and weight <= self.room:
                table = table.copy()
                np.minimum(table[weight:], found[-1][: -weight or None] + cost, out=table[weight:])
            found.append(table)
        return found[::-1]

    def least(self, at: Ints, reduced: Ints, tables: list[Ints]) -> int:
        """Return the least sum of reduced costs over allowed company, 0 if all are dear."""
        instance, options = self.instance, at.tolist()
        weights = instance.weight[at].tolist()
        costs = reduced[at].tolist()
        items = instance.item[at].tolist()
        blocked = self._blocked(items)
        best, steps = 0, 0
        # Stack of: place, room left, sum, places taken.
        stack: list[tuple[int, int, int, tuple[int, ...]]] = [(0, self.room, 0, ())]
        while stack:
            place, left, value, taken = stack.pop()
            if value + int(tables[place][left]) >= best:
                continue
            steps += 1
            if steps > STEPS:
                return int(tables[0][self.room])
            if place == len(options):
                continue
            stack.append((place + 1, left, value, taken))
            if weights[place] > left or not blocked[place].isdisjoint(taken):
                continue
            company = (*taken, place)
            together = frozenset(items[each] for each in company)
            if any(part <= together for part in self.refused.get(items[place], ())):
                continue
            value += costs[place]
            if value < best and together not in self.exactly:
                best = value
            stack.append((place + 1, left - weights[place], value, company))
        return best

    def _blocked(self, items: list[int]) -> list[set[int]]:
        """Return which earlier places each place cannot be taken with."""
        instance = self.instance
        first, adjacent = instance.adjacent
        by_row: dict[int, set[int]] = {}
        place_of = {item: place for place, item in enumerate(items)}
        found: list[set[int]] = []
        for place, item in enumerate(items):
            blocked: set[int] = set()
            for row in instance.rows_of_item[item].tolist():
                if row < instance.rows:
                    there = by_row.setdefault(row, set())
                    blocked |= there
                    there.add(place)
            others = self.apart.get(item, set()) - {item}
            others = others.union(adjacent[first[item] : first[item + 1]].tolist())
            blocked.update(place_of[other] for other in others if other in place_of)
            found.append(blocked)
        return found
