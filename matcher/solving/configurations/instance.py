"""The problem as arrays: items, homes, and what it costs to bring them together.

::

    minimise   cost . x + sum(opening of homes in use) + slack_cost . s + constant
    subject to sum of x over options of items in the row + s  = needed   a row of a child
               the same                                      >= needed   a row of a group
               the options taken in a home are a configuration it allows
               use . x + spare . s                           <= limit    a limit

with ``x`` in {0, 1} for every option and ``0 <= s <= needed`` in every row that may have
slack. A configuration is allowed when its weights fit the home's room, no two of its items
share a row or conflict, and the household agrees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    SmallInts = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

NEVER = -1
"""Slack cost of a row that may have none."""


class Household(Protocol):
    """Decides who may share a home, beyond room, shared rows and conflicts."""

    def allows(self, home: int, items: Sequence[int]) -> bool:
        """Whether exactly these items, two or more, may live in a home."""

    def refuses_with_others(self, home: int, items: Sequence[int]) -> bool:
        """Whether these items may not, and no more items could change that.

        False is always a correct answer; True lets the search learn from a part.
        """


@dataclass(frozen=True, eq=False)
class Instance:
    """Items, homes and options; see the module.

    Parameters
    ----------
    rows_of_item
        The rows that each item counts in, filled up with the number of rows; shape (items,
        most).
    needed
        Right-hand side of every row, shape (rows,).
    equal
        Which rows are equations (of children); the others are at-least rows (of groups).
    slack_cost
        Price of each unit that a row is short of ``needed``; :data:`NEVER` if it must not be.
    start
        Where each home's options begin, shape (homes + 1,).
    item, cost, weight
        Of each option, in order of homes: which item, what it costs, how much of the home's
        room it takes (at least 1).
    room
        Of each home, in the same measure.
    opening
        What a home costs once when it takes anybody at all, shape (homes,).
    use, limit
        What each option uses of each limit, shape (limits, options), and the most that may
        be used.
    spare
        What a unit of slack uses of each limit, shape (limits, rows).
    conflicts
        Pairs of items that no home may take together, shape (pairs, 2).
    household
        Asked about configurations of two or more items; None when nothing else matters.
    constant
        Added to every plan's cost.
    """

    rows_of_item: SmallInts
    needed: Ints
    equal: Flags
    slack_cost: Ints
    start: Ints
    item: SmallInts
    cost: Ints
    weight: SmallInts
    room: Ints
    opening: Ints
    use: Ints
    limit: Ints
    spare: Ints
    conflicts: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    household: Household | None = None
    constant: int = 0

    def __post_init__(self) -> None:
        sound = (
            len(self.start) == self.homes + 1
            and int(self.start[-1]) == self.options
            and self.use.shape == (self.limits, self.options)
            and self.spare.shape == (self.limits, self.rows)
            and bool((self.weight >= 1).all())
        )
        if not sound:
            raise ValueError("the arrays of an instance do not belong together")

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self.rows_of_item)

    @property
    def homes(self) -> int:
        """How many homes there are."""
        return len(self.room)

    @property
    def options(self) -> int:
        """How many options there are."""
        return len(self.item)

    @property
    def rows(self) -> int:
        """How many rows of children and groups there are."""
        return len(self.needed)

    @property
    def limits(self) -> int:
        """How many limits there are."""
        return len(self.limit)

    @cached_property
    def home(self) -> SmallInts:
        """The home of each option."""
        return np.repeat(np.arange(self.homes, dtype=np.int32), np.diff(self.start))

    @cached_property
    def most_items(self) -> int:
        """How many items fit into any home at most."""
        found = 1
        for home in range(self.homes):
            weights = np.sort(self.weight[self.start[home] : self.start[home + 1]])
            fit = int(np.searchsorted(np.cumsum(weights), self.room[home], side="right"))
            found = max(found, fit)
        return found

    @cached_property
    def adjacent(self) -> tuple[Ints, SmallInts]:
        """The items that each item conflicts with: where they begin, and which, rising."""
        pairs = np.concatenate([self.conflicts, self.conflicts[:, ::-1]])
        pairs = np.unique(pairs, axis=0) if len(pairs) else pairs
        first = np.searchsorted(pairs[:, 0], np.arange(self.items + 1))
        return first.astype(np.int64), pairs[:, 1].astype(np.int32)

    @cached_property
    def ceiling(self) -> int:
        """What no plan can cost more than; a bound above it proves that there is none."""
        dearest = np.zeros(self.rows + 1, dtype=np.int64)
        for slot in range(self.rows_of_item.shape[1]):
            np.maximum.at(dearest, self.rows_of_item[self.item, slot], self.cost)
        slack = np.maximum(self.slack_cost, 0) * self.needed
        covered = np.maximum(dearest[:-1], 0) * self.equal
        return int(self.constant + (covered + slack).sum() + self.opening.sum())

    def item_prices(self, rows: Floats) -> Floats:
        """Return the sum of the prices of each item's rows."""
        found: Floats = np.append(rows, 0.0)[self.rows_of_item].sum(axis=1)
        return found

    def covered(self, chosen: Iterable[int]) -> Ints:
        """Return how often each row is counted in by the options that a plan takes."""
        at = np.array(list(chosen), dtype=np.int64)
        rows = self.rows_of_item[self.item[at]].ravel()
        found: Ints = np.bincount(rows, minlength=self.rows + 1)[: self.rows].astype(np.int64)
        return found

    def short(self, chosen: Iterable[int]) -> Ints:
        """Return by how much each row stays below what is needed."""
        found: Ints = np.maximum(self.needed - self.covered(chosen), 0)
        return found

    def value(self, chosen: Sequence[int]) -> int:
        """Return the cost of the plan that takes these options."""
        at = np.array(sorted(chosen), dtype=np.int64)
        used = np.unique(self.home[at])
        short = self.short(chosen)
        return (
            self.constant
            + int(self.cost[at].sum())
            + int(self.opening[used].sum())
            + int((np.maximum(self.slack_cost, 0) * short).sum())
        )

    def lawful(self, chosen: Sequence[int]) -> bool:
        """Whether a plan keeps to every row, room, conflict, limit and household."""
        at = np.array(sorted(chosen), dtype=np.int64)
        covered, short = self.covered(chosen), self.short(chosen)
        if (covered[self.equal] > self.needed[self.equal]).any():
            return False
        if (short[self.slack_cost == NEVER] > 0).any():
            return False
        if (np.bincount(self.home[at], self.weight[at], minlength=self.homes) > self.room).any():
            return False
        used = self.use[:, at].sum(axis=1) + self.spare @ short
        if (used > self.limit).any():
            return False
        by_home: dict[int, list[int]] = {}
        for option in at.tolist():
            by_home.setdefault(int(self.home[option]), []).append(int(self.item[option]))
        return all(self.may_share(home, items) for home, items in by_home.items())

    def may_share(self, home: int, items: Sequence[int]) -> bool:
        """Whether a home may take exactly these items together, room aside."""
        rows = [row for item in items for row in self.rows_of_item[item] if row < self.rows]
        if len(set(rows)) < len(rows):
            return False
        first, others = self.adjacent
        for item in items:
            if set(others[first[item] : first[item + 1]].tolist()).intersection(items):
                return False
        if self.household is None or len(items) < 2:
            return True
        return self.household.allows(home, items)
