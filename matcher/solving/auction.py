"""A plan and prices by auction: families bid for places in homes.

Every family looks for the split of its children, and the homes, that cost it least with the
places paid for, and bids so much more that its second best would be as good. Whoever is put
out bids again. When nobody is left, no family could do much better at the prices there are:
by :data:`STEP` an item, had every home room for one child, and nearly that otherwise [1]_.
That takes seconds where a linear programme over the same options takes minutes.

Homes of several places sell them together: a child who must live alone holds all places at
one price, and who wants one of them pays for all.

References
----------
.. [1] D. P. Bertsekas, "The auction algorithm: a distributed relaxation method for the
   assignment problem", Annals of Operations Research 14 (1988).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.solving import bidding
from matcher.solving.configurations.compiling import compiled, worth_compiling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from matcher.solving.configurations.instance import Instance
    from matcher.solving.options import Ints
    from matcher.solving.shortlists import Shortlists
    from matcher.solving.stopwatch import Stopwatch

    Floats = NDArray[np.float64]

STEP = 1 / 150
"""A bid exceeds the price by so much of what an item costs on average, at least."""
AT_A_TIME = 100_000
"""Between so many bids it is asked whether time is up."""
MOST = 400
"""So many bids a family are made at most: beyond that prices only creep."""
PATIENCE = 20
BARRED = np.float32(1e30)


class Auction:
    """Families bidding for places; its state is kept from one :meth:`run` to the next.

    Parameters
    ----------
    lists
        The options.
    instance
        Any instance with the same items, families and splits.
    room
        Places in each home, at least 1.
    whole
        Options that take the whole home: of children who must live alone and live there now.
    extra
        What each option costs beside its value; None for nothing.
    """

    def __init__(
        self,
        lists: Shortlists,
        instance: Instance,
        room: Ints,
        *,
        whole: Ints,
        extra: Floats | None = None,
    ) -> None:
        self.lists = lists
        splits = instance.splits
        fast = worth_compiling(len(lists), int(room.sum()))
        self._code: dict[str, Any] = compiled(bidding) if fast else vars(bidding)
        self._cost = lists.value.astype(np.float32)
        if extra is not None:
            self._cost += extra.astype(np.float32)
        cheapest = np.full(instance.items, np.inf, dtype=np.float32)
        some = np.flatnonzero(np.diff(lists.first))
        cheapest[some] = np.minimum.reduceat(self._cost, lists.first[some]) if len(some) else 0.0
        known = np.abs(cheapest[some])
        self.step = max(float(known.mean(dtype=np.float64)) * STEP, 1.0) if len(some) else 1.0
        self._most_step = float(np.abs(splits.cost).max(initial=1)) + 1.0
        fits = lists.weight <= room[lists.home]
        self._cost[~fits] = BARRED
        self._weight = np.minimum(lists.weight, room[lists.home]).astype(np.int16)
        self._weight[whole] = room[lists.home[whole]]
        self._first_place = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)
        places = int(self._first_place[-1])
        self._tenant = np.full(places, bidding.EMPTY, dtype=np.int64)
        self._paid = np.zeros(places)
        self._price = np.zeros(places + len(room))
        self.lives = np.full(instance.items, -1, dtype=np.int64)
        self._family = instance.family.astype(np.int64)
        self._family_item = np.argsort(self._family, kind="stable").astype(np.int64)
        self._family_first = np.searchsorted(
            self._family[self._family_item], np.arange(splits.families + 1)
        ).astype(np.int64)
        self._row = np.zeros(instance.items, dtype=np.int64)
        begin = self._family_first[self._family[self._family_item]]
        self._row[self._family_item] = np.arange(instance.items) - begin
        self._splits = (
            splits.start.astype(np.int64),
            splits.first.astype(np.int64),
            splits.item.astype(np.int64),
            splits.cost.astype(np.float64),
        )
        self.held = np.full(splits.families, -1, dtype=np.int64)
        self._lost = np.zeros(splits.families, dtype=np.int64)
        self._queue = np.arange(splits.families, dtype=np.int64)
        self._count = splits.families
        widest = int(np.diff(self._family_first).max(initial=1))
        self._width = max(widest, int(room.max(initial=1)))
        self.bids = 0

    def run(self, watch: Stopwatch) -> bool:
        """Let everybody bid who has no home; return whether all have ended."""
        most = self.bids + MOST * max(len(self.held), 100)
        while self._count and self.bids < most and not watch.halted():
            made, self._count = self._code["bid"](
                self.lists.first,
                self.lists.home,
                self._cost,
                self._weight,
                self._first_place,
                self._tenant,
                self._paid,
                self._price,
                self.lives,
                self._family,
                self._family_first,
                self._family_item,
                self._row,
                *self._splits,
                self.held,
                self._lost,
                self._queue,
                self._count,
                self.step,
                self._most_step,
                AT_A_TIME,
                PATIENCE,
                self._width,
            )
            self.bids += made
        return self._count == 0

    def bar(self, options: Ints) -> None:
        """Take options from their items for good; who has taken one bids again."""
        self._cost[options] = BARRED
        item = self.lists.item[options]
        there = self.lives[item] == self.lists.home[options]
        groups = np.unique(self._family[item[there]])
        self._code["put_out"](
            groups,
            self.lives,
            self._family_first,
            self._family_item,
            self._first_place,
            self._tenant,
            self._paid,
            self._price,
            self.held,
            self._width,
        )
        waiting = self._queue[: self._count]
        fresh = np.setdiff1d(groups, waiting)
        self._queue[self._count : self._count + len(fresh)] = fresh
        self._count += len(fresh)

    @property
    def taken(self) -> Ints:
        """The options of the shortlists that are taken, rising."""
        items = np.flatnonzero(self.lives >= 0)
        return np.sort(self.lists.positions(items, self.lives[items]))

    @property
    def all_placed(self) -> bool:
        """Whether every family has a split, be it that all its children are left out."""
        return bool((self.held >= 0).all())

    def paid_by(self, items: Iterable[int]) -> list[float]:
        """Return what items pay for their places."""
        found = []
        for item in items:
            home = int(self.lives[item])
            low, high = self._first_place[home : home + 2]
            own = self._tenant[low:high] == item
            found.append(float(self._paid[low:high][own].sum()))
        return found

    def prices(self) -> Floats:
        """Return what each item costs at least, the places included; shape (items,).

        Each place counts with what is paid for its home's places on average: prices of items
        cannot say that places are sold together. An item without any option is as dear as
        nobody would pay.
        """
        found = np.zeros(len(self.lives))
        room = np.diff(self._first_place)
        usual = np.add.reduceat(self._paid, self._first_place[:-1]) / room
        count = np.arange(len(self._price)) - np.repeat(
            self._first_place[:-1] + np.arange(len(room)), room + 1
        )
        self._code["item_prices"](
            self.lists.first,
            self.lists.home,
            self._cost,
            self._weight,
            self._first_place,
            np.repeat(usual, room + 1) * count,
            found,
        )
        return np.minimum(found, 2.0 * self._most_step)

    def dearness(self, options: Ints) -> Floats:
        """Return what options cost with the places they take."""
        home = self.lists.home[options].astype(np.int64)
        at = self._first_place[home] + home + self._weight[options]
        found: Floats = self._cost[options].astype(np.float64) + self._price[at]
        return found
