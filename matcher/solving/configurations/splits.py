"""Every way in which each family may be placed.

A family is a child alone, or siblings. A *split* says which items its children go in: all
together, some here and some there, or with some of them left without a home. Exactly one
split of every family is chosen, and the homes then take exactly its items.

Rows for children alone would let four siblings live as four triples, a third of each: every
child once, in one home and a third. That was most of the gap of a council's plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    SmallInts = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Splits:
    """The splits of all families, family by family.

    Parameters
    ----------
    family
        Of each split, rising from 0; every family has one at least. The first of a family is
        the one that the linear programmes start from.
    cost
        What a split costs beside its options: children left out, households too many.
    first, item
        Where each split's items begin, and the items.
    use
        What each split uses of each limit.
    """

    family: SmallInts
    cost: Ints
    first: Ints
    item: SmallInts
    use: Uses

    @classmethod
    def of(
        cls, families: Sequence[Sequence[tuple[int, Sequence[int], Mapping[int, int]]]], limits: int
    ) -> Splits:
        """Return the splits of families, each a cost, items, and what it uses of limits."""
        flat = [(at, *split) for at, family in enumerate(families) for split in family]
        sizes = [len(items) for _, _, items, _ in flat]
        return cls(
            family=np.array([at for at, _, _, _ in flat], dtype=np.int32),
            cost=np.array([cost for _, cost, _, _ in flat], dtype=np.int64),
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            item=np.array([item for _, _, items, _ in flat for item in items], dtype=np.int32),
            use=Uses.of_entries(
                *np.array(
                    [
                        (split, limit, amount)
                        for split, (_, _, _, use) in enumerate(flat)
                        for limit, amount in use.items()
                    ],
                    dtype=np.int64,
                )
                .reshape(-1, 3)
                .T,
                options=len(flat),
                limits=limits,
            ),
        )

    def __len__(self) -> int:
        return len(self.family)

    @cached_property
    def start(self) -> Ints:
        """Where the splits of each family begin, shape (families + 1,)."""
        count = int(self.family[-1]) + 1 if len(self) else 0
        found: Ints = np.searchsorted(self.family, np.arange(count + 1)).astype(np.int64)
        return found

    @property
    def families(self) -> int:
        """How many families there are."""
        return len(self.start) - 1

    @cached_property
    def of_item(self) -> SmallInts:
        """The split of each entry of ``item``."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.first))

    @cached_property
    def _by_items(self) -> dict[tuple[int, ...], int]:
        item, first = self.item.tolist(), self.first.tolist()
        return {
            tuple(sorted(item[first[at] : first[at + 1]])): at
            for at in range(len(self))
            if first[at] < first[at + 1]
        }

    @cached_property
    def _empty(self) -> Ints:
        """The split of each family that takes no item; -1 where there is none."""
        found = np.full(self.families, -1, dtype=np.int64)
        empty = np.flatnonzero(np.diff(self.first) == 0)
        found[self.family[empty]] = empty
        return found

    def chosen_by(self, items: Iterable[int], family_of_item: SmallInts) -> Ints | None:
        """Return the split of every family that takes exactly some items.

        Returns
        -------
        ndarray or None
            Shape (families,); None when a family has no such split.
        """
        theirs: dict[int, list[int]] = {}
        for item in sorted(items):
            theirs.setdefault(int(family_of_item[item]), []).append(item)
        found = self._empty.copy()
        for family, each in theirs.items():
            found[family] = self._by_items.get(tuple(each), -1)
        return None if (found < 0).any() else found

    def of_families(self, families: Ints) -> Ints:
        """Return which splits some families have, these rising."""
        return _runs(self.start[families], self.start[families + 1] - self.start[families])

    def part(self, families: Ints, item_at: Ints, limits: Ints) -> Splits:
        """Return the splits of some families alone.

        Parameters
        ----------
        families
            Rising.
        item_at
            What each of their items is called there.
        limits
            Those counted there, rising.
        """
        which = self.of_families(families)
        counts = self.start[families + 1] - self.start[families]
        sizes = np.diff(self.first)[which]
        return Splits(
            family=np.repeat(np.arange(len(families), dtype=np.int32), counts),
            cost=self.cost[which],
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            item=item_at[self.item[_runs(self.first[which], sizes)]].astype(np.int32),
            use=self.use.part(which, limits),
        )

    def heads(self, size: SmallInts) -> Ints:
        """Return how many children each split places, given the size of every item."""
        found: Ints = np.bincount(
            self.of_item, weights=size[self.item], minlength=len(self)
        ).astype(np.int64)
        return found


def _runs(first: Ints, counts: Ints) -> Ints:
    """Return runs of so many whole numbers from each first one on, one after the other."""
    before = np.cumsum(counts) - counts
    found: Ints = np.arange(int(counts.sum())) + np.repeat(first - before, counts)
    return found
