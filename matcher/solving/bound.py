"""What no plan can beat: the bound of given prices, recomputed in exact integers.

For any price ``u`` of every row and any price ``p >= 0`` of every limit, every plan costs at
least

    sum(u * needed) + sum(min(0, slack_cost - u) * needed) - sum(p * limit) + constant
    + sum over homes of the least sum of reduced costs that fits into the home,

with the reduced cost of an option being its cost, less the prices of its rows, plus the
prices of what it uses (weak duality [1]_). The prices are rounded to millionths and
everything after that is integer, over *all* options, with a knapsack of its own: nothing of
:mod:`matcher.solving.multipliers` but the prices is believed.

References
----------
.. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
   Programming Study 2 (1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.limits import Limit
    from matcher.solving.model import Flags, Model
    from matcher.solving.multipliers import Multipliers
    from matcher.solving.options import Ints, SmallInts

SCALE = 1_000_000
"""Prices are integers in millionths."""


@dataclass(frozen=True, eq=False)
class Bound:
    """A lower bound on every plan, and on every plan that takes a given option.

    Parameters
    ----------
    scaled
        The bound, in millionths.
    reduced
        Reduced cost of every option in millionths, shape (options,).
    through
        The bound for plans that take the option, in millionths, shape (options,).
    """

    scaled: int
    reduced: Ints
    through: Ints

    @property
    def value(self) -> int:
        """The bound; aims are integers, so it is rounded up."""
        return -(-self.scaled // SCALE)

    def worth_keeping(self, upper: int) -> Flags:
        """Return the options that a plan of at most this value can take."""
        found: Flags = self.through <= upper * SCALE
        return found


def bound_of(model: Model, prices: Multipliers) -> Bound:
    """Return the bound that prices give.

    Parameters
    ----------
    model
        What is bounded.
    prices
        Any prices; negative ones of limits and groups count as 0.
    """
    options = model.problem.options
    exact = in_millionths(model, prices)
    reduced = exact.reduced(model.cost, options.item, model.limits)
    total = fixed_part(model, exact)
    room = model.problem.room
    through = reduced.copy()
    worth: dict[int, list[tuple[int, int]]] = {}
    for at in np.flatnonzero(reduced < 0):
        home = int(options.home[at])
        worth.setdefault(home, []).append((int(model.problem.weight[at]), int(reduced[at])))
    least = np.zeros((len(room), int(room.max(initial=0)) + 1), dtype=np.int64)
    for home, things in worth.items():
        table = least_sums(things, int(room[home]))
        least[home, : len(table)] = table
        total += table[-1]
    there = options.home
    rest = np.maximum(room[there] - model.problem.weight, 0)
    through += total + least[there, rest] - least[there, room[there]]
    return Bound(scaled=total, reduced=reduced, through=through)


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices as integers in millionths.

    Parameters
    ----------
    rows
        Of each child and each group; those of groups at least 0.
    limits
        Of each limit, at least 0.
    of_item
        The prices of all rows of each item together, shape (items,).
    """

    rows: tuple[int, ...]
    limits: tuple[int, ...]
    of_item: Ints

    def reduced(self, cost: Ints, item: SmallInts, limits: Sequence[Limit] = ()) -> Ints:
        """Return the reduced cost of options in millionths.

        Parameters
        ----------
        cost, item
            Of the options.
        limits
            All limits, over these options; none to leave out what they use.
        """
        reduced: Ints = cost.astype(np.int64) * SCALE - self.of_item[item]
        for price, limit in zip(self.limits, limits, strict=bool(limits)):
            if price:
                reduced += price * np.asarray(limit.use, dtype=np.int64)
        return reduced


def in_millionths(model: Model, prices: Multipliers) -> Prices:
    """Return prices as integers; negative ones of limits and groups count as 0."""
    rows = [round(float(price) * SCALE) for price in prices.rows]
    rows[model.children :] = [max(price, 0) for price in rows[model.children :]]
    return Prices(
        rows=tuple(rows),
        limits=tuple(max(round(float(price) * SCALE), 0) for price in prices.limits),
        of_item=np.array([*rows, 0], dtype=np.int64)[model.rows_of_item].sum(axis=1),
    )


def fixed_part(model: Model, prices: Prices) -> int:
    """Return what the bound has beside the sums over homes, in millionths."""
    total = model.constant * SCALE
    for price, limit in zip(prices.limits, model.limits, strict=True):
        total -= price * limit.limit
    spared = model.household_cost * SCALE + sum(
        price * limit.spare for price, limit in zip(prices.limits, model.limits, strict=True)
    )
    for row, price in enumerate(prices.rows):
        needed = int(model.needed[row])
        total += price * needed
        if row >= model.children:
            total += min(0, spared - price) * needed
        elif model.may_be_unplaced[row]:
            total += min(0, model.unplaced_cost * SCALE - price)
    return total


def least_sums(things: list[tuple[int, int]], room: int) -> list[int]:
    """Return the least sum of costs that fits into 0, 1, ... room; each thing once.

    Parameters
    ----------
    things
        Room needed and cost, below 0, of each.
    room
        How much there is.
    """
    table = [0] * (room + 1)
    for weight, cost in things:
        for left in range(room, weight - 1, -1):
            table[left] = min(table[left], table[left - weight] + cost)
    return table
