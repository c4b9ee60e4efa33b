"""Every option of a region or a country, kept small and gone through block by block.

A county has thousands of options, England two thousand million. What has to be worked out
for each, its home, match and cost, takes ten bytes and is kept here; the rest follows from
the item and the home whenever it is asked for. A plan is then sought over few options, the
*chosen* ones, and any prices of it are put to all options:

- :func:`priced` goes through all of them and returns the bound that the prices give over
  **all** options, not only the chosen ones, and the most promising options of each home;
- those that are new join the chosen ones, and the plan is sought again, until the bound over
  all options is that over the chosen ones: column generation over options [1]_.

References
----------
.. [1] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from matcher.errors import UsageError
from matcher.policy import AimName
from matcher.solving.appraising import about_one_age
from matcher.solving.bound import SCALE, fixed_part, in_millionths, least_sums
from matcher.solving.model import weighted_cost
from matcher.solving.options import MILLI, BareOptions, ranges_of
from matcher.solving.space import any_room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from matcher.solving.model import Model
    from matcher.solving.multipliers import Multipliers
    from matcher.solving.options import Ints, Options
    from matcher.solving.problem import Ground, Problem
    from matcher.solving.space import AnyRoom

    Array = NDArray[Any]


class Store(Protocol):
    """Keeps arrays by name: in memory, or in files that outlive an interrupted run."""

    def get(self, name: str) -> Array | None:
        """Return an array kept before; None when there is none."""

    def put(self, name: str, array: Array) -> Array:
        """Keep an array, and return it as it is kept."""


class Memory:
    """A store that keeps arrays where they are."""

    def get(self, name: str) -> Array | None:
        """Return nothing: nothing outlives a run."""
        return None

    def put(self, name: str, array: Array) -> Array:
        """Return the array itself."""
        return array


@dataclass(frozen=True, eq=False)
class _Block:
    """Options of some items: ten bytes each.

    Parameters
    ----------
    items, first
        The items, and where the options of each begin; one entry more than items.
    homes
        Positions of the homes that any of them may go to.
    home
        Position among ``homes``, in 16 bits where that is enough.
    match_loss, cost
        As in :class:`~matcher.solving.options.BareOptions`.
    """

    items: Array
    first: Array
    homes: Array
    home: Array
    match_loss: Array
    cost: Array

    def bare(self) -> BareOptions:
        """Return the options of the block."""
        return BareOptions(
            item=np.repeat(self.items, np.diff(self.first)),
            home=self.homes[self.home],
            match_loss=np.asarray(self.match_loss),
            cost=np.asarray(self.cost),
        )


FIELDS = ("items", "first", "homes", "home", "match_loss", "cost")


def _packed(bare: BareOptions) -> dict[str, Array]:
    homes, home = np.unique(bare.home, return_inverse=True)
    items, first = np.unique(bare.item, return_index=True)
    order = np.argsort(first, kind="stable")
    return {
        "items": items[order],
        "first": np.append(first[order], len(bare)),
        "homes": homes,
        "home": home.astype(np.uint16 if len(homes) <= 2**16 else np.int32),
        "match_loss": bare.match_loss,
        "cost": bare.cost,
    }


class Spool:
    """All options of a plan.

    Parameters
    ----------
    ground
        Whom and what the plan is about.
    store
        Where options are kept. With a store that outlives the run, blocks that are there are
        not made again; it must be one for this World and policy alone.
    """

    def __init__(self, ground: Ground, store: Store | None = None) -> None:
        self.ground = ground
        self.store = store or Memory()
        self.parts = tuple(tuple(each) for each in about_one_age(ground.world, ground.items))
        self._blocks: dict[int, _Block] = {}

    def make(self, part: int) -> None:
        """Find the options of one part of the items, unless they are there."""
        if part not in self._blocks:
            kept = {name: self.store.get(f"{part:05}-{name}") for name in FIELDS}
            if any(each is None for each in kept.values()):
                bare = self.ground.maker.bare(self.parts[part])
                barred = self.ground.barred(self.ground.maker.described(bare))
                packed = _packed(bare.take(~barred))
                kept = {
                    name: self.store.put(f"{part:05}-{name}", array)
                    for name, array in packed.items()
                }
            self._blocks[part] = _Block(**kept)  # type: ignore[arg-type]

    def bare(self, part: int) -> BareOptions:
        """Return the options of one part of the items, found first if need be."""
        self.make(part)
        return self._blocks[part].bare()

    def __iter__(self) -> Iterator[tuple[BareOptions, Options]]:
        """Yield all lawful options, some items at a time, with what is said of them."""
        for part in range(len(self.parts)):
            bare = self.bare(part)
            yield bare, self.ground.maker.described(bare)

    def problem(self, chosen: BareOptions) -> Problem:
        """Return what a plan decides if there are no options but some, in order of items."""
        return self.ground.problem(self.ground.maker.described(chosen))

    @cached_property
    def room(self) -> AnyRoom:
        """How much fits into each home, whatever options there are."""
        ground = self.ground
        return any_room(ground.world, ground.homes, ground.items, ground.lives_at)


@dataclass(frozen=True, eq=False)
class Priced:
    """What prices say of all options.

    Parameters
    ----------
    bound
        What no plan can be below, whatever options it takes; in the aim's unit, rounded up.
    over_chosen
        The same, had a plan only the options of the model that was priced.
    options
        The most promising options of each home at these prices, and every option in a home
        where one of its children lives.
    """

    bound: int
    over_chosen: int
    options: BareOptions


def first_choice(spool: Spool, *, of_item: int, of_home: int, one_in: int) -> BareOptions:
    """Return options to begin with, and every option in a home where one of its children lives.

    Parameters
    ----------
    spool
        All options.
    of_item
        So many of every item, those that cost least.
    of_home
        So many of every home, those that save most a child: against leaving the children
        without a home, or where they live.
    one_in
        One in so many of all others, spread evenly over items and homes: the cheapest alone
        are all sought after, and prices of them alone are far too high.
    """
    policy, items = spool.ground.policy, spool.ground.items.items
    unplaced = round(policy.price(AimName.UNPLACED) * MILLI)
    worth = np.array([len(each.children) * unplaced for each in items], dtype=np.int64)
    best = _Best(spool.ground.homes.n, of_home)
    found: list[BareOptions] = []
    for part, (bare, options) in enumerate(spool):
        cost = weighted_cost(policy, options)
        keep = (options.arriving < options.size) | ((options.item + options.home) % one_in == 0)
        for low, high in ranges_of(options.item):
            last = min(of_item, high - low) - 1
            keep[low + np.argpartition(cost[low:high], last)[: last + 1]] = True
        found.append(bare.take(keep))
        stays = options.arriving == 0
        worth[options.item[stays]] = cost[stays]
        saved = (cost - worth[options.item]) // options.size
        best.offer(part, np.arange(len(options)), options.home.astype(np.int64), saved)
    return united([*found, *best.options(spool)])


def priced(spool: Spool, model: Model, prices: Multipliers, *, most: int, above: int = 0) -> Priced:
    """Put prices to all options.

    Parameters
    ----------
    spool
        All options.
    model
        The weighted aims over the chosen options; every limit must have a ``measure``.
    prices
        Any prices of its rows and limits; negative ones of limits and groups count as 0.
    most
        Of each home, and each amount of room taken there, at most so many options are
        returned; at least the largest room of any home.
    above
        Options whose reduced cost is above this, in the aim's unit, are not returned.

    Returns
    -------
    Priced
        With a bound over all options.

    Raises
    ------
    UsageError
        If a limit cannot be measured: such a plan is sought over all options at once.
    """
    exact = in_millionths(model, prices)
    dear: list[tuple[int, Callable[[Options], Array]]] = []
    for price, limit in zip(exact.limits, model.limits, strict=True):
        if limit.measure is None:
            raise UsageError(f"{limit.name} cannot be put to options one by one.")
        if price:
            dear.append((price, limit.measure))
    room, width = spool.room.room, int(spool.room.room.max(initial=1)) + 1
    best = _Best(len(room) * width, max(most, width))
    own: list[BareOptions] = []
    for part, (bare, options) in enumerate(spool):
        cost = weighted_cost(model.problem.policy, options)
        reduced = exact.reduced(cost, options.item)
        for price, measure in dear:
            reduced += price * measure(options).astype(np.int64)
        key = options.home.astype(np.int64) * width + spool.room.weight(options)
        low = np.flatnonzero(reduced <= above * SCALE)
        best.offer(part, low, key[low], reduced[low])
        own.append(bare.take(options.arriving < options.size))
    fixed = fixed_part(model, exact)
    total = fixed + _least(best.key, best.value, room, width)
    options = model.problem.options
    reduced = exact.reduced(model.cost, options.item, model.limits)
    key = options.home.astype(np.int64) * width + spool.room.weight(options)
    low = np.flatnonzero(reduced < 0)
    over_chosen = fixed + _least(key[low], reduced[low], room, width)
    return Priced(
        bound=-(-total // SCALE),
        over_chosen=-(-over_chosen // SCALE),
        options=united([*own, *best.options(spool)]),
    )


def united(parts: Sequence[BareOptions]) -> BareOptions:
    """Return the options in any of some lists once, in the order of items and then of homes."""
    columns = [
        np.concatenate(each) for each in zip(*(part.columns() for part in parts), strict=True)
    ]
    key = columns[0].astype(np.int64) << 32 | columns[1]
    return BareOptions(*columns).take(np.unique(key, return_index=True)[1])


def _ranks(key: Array) -> Ints:
    """Return how many before it have the same key, in a list sorted by key."""
    new = np.flatnonzero(np.diff(key, prepend=-1))
    found: Ints = np.arange(len(key)) - np.repeat(new, np.diff(np.append(new, len(key))))
    return found


def _least(key: Ints, value: Ints, room: Ints, width: int) -> int:
    """Return the least sum of reduced costs that fits into the homes, in millionths."""
    order = np.lexsort((value, key))
    total = 0
    things: dict[int, list[tuple[int, int]]] = {}
    taken: dict[int, int] = {}
    for each, cost in zip(key[order].tolist(), value[order].tolist(), strict=True):
        home, weight = divmod(each, width)
        taken[each] = taken.get(each, 0) + weight
        # Of as much room, no more fit than the best few.
        if cost < 0 and taken[each] <= room[home]:
            things.setdefault(home, []).append((weight, cost))
    for home, theirs in things.items():
        total += least_sums(theirs, int(room[home]))[-1]
    return total


class _Best:
    """The options with the lowest values of every key.

    Parameters
    ----------
    keys
        How many keys there are.
    most
        So many options of each key are kept.
    """

    def __init__(self, keys: int, most: int) -> None:
        self.most = most
        none = np.zeros(0, dtype=np.int64)
        self.key, self.value, self._part, self._row = none, none, none, none
        self._enough = np.full(keys, np.iinfo(np.int64).max)

    def offer(self, part: int, rows: Ints, key: Ints, value: Ints) -> None:
        """Keep those of a block's options that are among the best."""
        good = value < self._enough[key]
        rows = rows[good]
        of_part = np.full(len(rows), part)
        key, value, of_part, rows = (
            np.concatenate(pair)
            for pair in (
                (self.key, key[good]),
                (self.value, value[good]),
                (self._part, of_part),
                (self._row, rows),
            )
        )
        order = np.lexsort((rows, of_part, value, key))
        rank = _ranks(key[order])
        last = order[rank == self.most - 1]
        self._enough[key[last]] = value[last]
        kept = order[rank < self.most]
        self.key, self.value = key[kept], value[kept]
        self._part, self._row = of_part[kept], rows[kept]

    def options(self, spool: Spool) -> Iterator[BareOptions]:
        """Yield the options kept."""
        for part in np.unique(self._part).tolist():
            yield spool.bare(part).take(np.sort(self._row[self._part == part]))
