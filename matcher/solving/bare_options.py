"""Options with what has to be worked out for each of them; the rest is said of all at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    SmallInts = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class BareOptions:
    """The options of some items with what has to be worked out for each.

    Parameters
    ----------
    item, home, match_loss
        As in :class:`~matcher.solving.options.Options`.
    cost
        Pence a week, fees and school transport of all the children; -1 where unknown; int32.
    """

    item: SmallInts
    home: SmallInts
    match_loss: SmallInts
    cost: SmallInts

    def __len__(self) -> int:
        return len(self.item)

    def columns(self) -> tuple[SmallInts, SmallInts, SmallInts, SmallInts]:
        """Return item, home, match lost and cost."""
        return self.item, self.home, self.match_loss, self.cost

    def take(self, chosen: Any) -> BareOptions:
        """Return some of the options, chosen by positions, flags or a slice."""
        return BareOptions(*(each[chosen] for each in self.columns()))


def ranges_of(item: SmallInts) -> Iterator[tuple[int, int]]:
    """Yield where each item's options begin and end."""
    return pairwise(np.flatnonzero(np.diff(item, prepend=-1, append=-1)).tolist())


def in_order_of_items(blocks: Sequence[BareOptions]) -> BareOptions:
    """Return blocks of options as one, in the order of items, each item's in one block."""
    ranges: list[tuple[int, BareOptions, int, int]] = []
    for block in blocks:
        ranges += [(int(block.item[low]), block, low, high) for low, high in ranges_of(block.item)]
    ranges.sort(key=lambda each: each[0])
    return joined([block.take(slice(low, high)) for _, block, low, high in ranges])


def joined(parts: Sequence[BareOptions]) -> BareOptions:
    """Return parts one after the other."""
    none = (np.zeros(0, dtype=np.int32),) * 4
    columns = zip(none, *(part.columns() for part in parts), strict=True)
    return BareOptions(*(np.concatenate(each) for each in columns))
