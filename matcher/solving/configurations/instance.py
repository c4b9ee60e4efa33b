"""The problem as arrays: items, homes, and what it costs to bring them together.

::

    minimise   cost . x + sum(opening of homes in use) + split cost . y + constant
    subject to sum of x over options of an item = sum of y over splits with it   an item
               sum of y over splits of a family = 1                              a family
               the options taken in a home are a configuration it allows         a home
               use . x + split use . y <= limit                                  a limit

with ``x`` in {0, 1} for every option and ``y`` in {0, 1} for every split of a family. A
configuration is allowed when its weights fit the home's room, no two of its items are of one
family or conflict, and the household agrees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from matcher.solving.configurations.splits import Splits
    from matcher.solving.configurations.uses import Uses

    Ints = NDArray[np.int64]
    SmallInts = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


class Household(Protocol):
    """Decides who may share a home, beyond room, families and conflicts."""

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
    family
        Of each item, shape (items,).
    size
        How many children each item is, shape (items,).
    splits
        Every way in which each family may be placed.
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
        What each option uses of each limit, and the most that may be used.
    conflicts
        Pairs of items that no home may take together, shape (pairs, 2).
    household
        Asked about configurations of two or more items; None when nothing else matters.
    constant
        Added to every plan's cost.
    """

    family: SmallInts
    size: SmallInts
    splits: Splits
    start: Ints
    item: SmallInts
    cost: Ints
    weight: SmallInts
    room: Ints
    opening: Ints
    use: Uses
    limit: Ints
    conflicts: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    household: Household | None = None
    constant: int = 0

    def __post_init__(self) -> None:
        sound = (
            len(self.start) == self.homes + 1
            and int(self.start[-1]) == self.options
            and (len(self.use), self.use.options) == (self.limits, self.options)
            and (len(self.splits.use), self.splits.use.options) == (self.limits, len(self.splits))
            and len(self.size) == self.items
            and bool((self.weight >= 1).all())
        )
        if not sound:
            raise ValueError("the arrays of an instance do not belong together")

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self.family)

    @property
    def homes(self) -> int:
        """How many homes there are."""
        return len(self.room)

    @property
    def options(self) -> int:
        """How many options there are."""
        return len(self.item)

    @property
    def limits(self) -> int:
        """How many limits there are."""
        return len(self.limit)

    @cached_property
    def home(self) -> SmallInts:
        """The home of each option."""
        return np.repeat(np.arange(self.homes, dtype=np.int32), np.diff(self.start))

    def option_at(self, home: SmallInts, item: SmallInts) -> Ints:
        """Return the options of items in homes that have them; options of a home rise by item."""
        names = self.home.astype(np.int64) << 32 | self.item
        found: Ints = np.searchsorted(names, home.astype(np.int64) << 32 | item)
        return found.astype(np.int64)

    @cached_property
    def most_items(self) -> int:
        """How many items fit into any home at most."""
        light_first = np.lexsort((self.weight, self.home))
        load = np.cumsum(self.weight[light_first], dtype=np.int64)
        before = np.concatenate([[0], load])[self.start[:-1]]
        fits = load - before[self.home] <= self.room[self.home]
        return max(int(np.bincount(self.home[fits], minlength=1).max()), 1)

    @cached_property
    def adjacent(self) -> tuple[Ints, SmallInts]:
        """The items that each item conflicts with: where they begin, and which, rising."""
        pairs = np.concatenate([self.conflicts, self.conflicts[:, ::-1]])
        pairs = np.unique(pairs, axis=0) if len(pairs) else pairs
        first = np.searchsorted(pairs[:, 0], np.arange(self.items + 1))
        return first.astype(np.int64), pairs[:, 1].astype(np.int32)

    @cached_property
    def most_placed(self) -> int:
        """How many children there are that any plan could place."""
        heads = self.splits.heads(self.size)
        return int(np.maximum.reduceat(heads, self.splits.start[:-1]).sum()) if len(heads) else 0

    @cached_property
    def ceiling(self) -> int:
        """What no plan can cost more than; a bound above it proves that there is none."""
        splits = self.splits
        dearest = np.full(self.items, np.iinfo(np.int64).min)
        np.maximum.at(dearest, self.item, self.cost)
        # An item without options is in no plan.
        dearest[dearest == np.iinfo(np.int64).min] = 0
        value = splits.cost.copy()
        np.add.at(value, splits.of_item, dearest[splits.item])
        worst = np.maximum.reduceat(value, splits.start[:-1]) if len(splits) else value
        return int(self.constant + worst.sum() + self.opening.sum())

    def chosen_splits(self, chosen: Sequence[int] | Ints) -> Ints | None:
        """Return the split of every family in a plan; None when it has none that is allowed."""
        items = self.item[np.array(chosen, dtype=np.int64)].tolist()
        return self.splits.chosen_by(items, self.family)

    def value(self, chosen: Sequence[int]) -> int:
        """Return the cost of the lawful plan that takes these options."""
        at = np.array(sorted(chosen), dtype=np.int64)
        splits = self.chosen_splits(chosen)
        if splits is None:
            raise ValueError("not every family is placed in a way that it may be")
        return (
            self.constant
            + int(self.cost[at].sum())
            + int(self.opening[np.unique(self.home[at])].sum())
            + int(self.splits.cost[splits].sum())
        )

    def lawful(self, chosen: Sequence[int]) -> bool:
        """Whether a plan keeps to every family, room, conflict, limit and household."""
        at = np.array(sorted(chosen), dtype=np.int64)
        if len(np.unique(self.item[at])) < len(at):
            return False
        splits = self.chosen_splits(chosen)
        if splits is None:
            return False
        if (np.bincount(self.home[at], self.weight[at], minlength=self.homes) > self.room).any():
            return False
        used = self.use.total(at) + self.splits.use.total(splits)
        if (used > self.limit).any():
            return False
        by_home: dict[int, list[int]] = {}
        for option in at.tolist():
            by_home.setdefault(int(self.home[option]), []).append(int(self.item[option]))
        return all(self.may_share(home, items) for home, items in by_home.items())

    def may_share(self, home: int, items: Sequence[int]) -> bool:
        """Whether a home may take exactly these items together, room aside."""
        if len({int(self.family[item]) for item in items}) < len(items):
            return False
        first, others = self.adjacent
        for item in items:
            if set(others[first[item] : first[item + 1]].tolist()).intersection(items):
                return False
        if self.household is None or len(items) < 2:
            return True
        return self.household.allows(home, items)
