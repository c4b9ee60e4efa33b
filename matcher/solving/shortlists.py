"""The cheapest options of every item, and what all its others cost at least.

A county has thousands of options, England two thousand million. Each is worked out once,
some items at a time; kept are the cheapest of every item and every option in a home where one
of its children lives. Of the others it is enough to know what they cost at least: no price
of an item below that makes any of them worth taking, so that a bound over what is kept is one
over **all** options. Where a price rises above it, that item's options are found again and
those that cost less are kept as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from matcher.solving.appraising import about_one_age
from matcher.solving.bare_options import BareOptions, in_order_of_items, ranges_of
from matcher.solving.model import weighted_cost
from matcher.solving.problem import dense_limits
from matcher.solving.space import any_room

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from matcher.solving.limits import Limit
    from matcher.solving.options import Ints, Options
    from matcher.solving.problem import Ground, Problem
    from matcher.solving.space import AnyRoom

    Array = NDArray[Any]

KEPT = 400
"""So many options of every item are kept."""
AT_A_TIME = 50
"""Items whose options are compared at a time."""
NEVER = 2**62
FIELDS = ("items", "first", "home", "match_loss", "cost", "value", "weight", "use", "rest", "spare")


class Store(Protocol):
    """Keeps arrays by name: in memory, or in files that outlive an interrupted run."""

    def has(self, name: str) -> bool:
        """Whether an array was kept before."""

    def get(self, name: str) -> Array | None:
        """Return an array kept before; None when there is none."""

    def put(self, name: str, array: Array) -> None:
        """Keep an array."""


class Nowhere:
    """A store that keeps nothing: a run begins anew."""

    def has(self, name: str) -> bool:
        """Return False."""
        return False

    def get(self, name: str) -> Array | None:
        """Return nothing."""
        return None

    def put(self, name: str, array: Array) -> None:
        """Forget the array."""


@dataclass(frozen=True, eq=False)
class Shortlists:
    """Options kept, item by item; see the module.

    Parameters
    ----------
    first
        Where each item's options begin, shape (items + 1,).
    home, match_loss, cost
        Of each option, as in :class:`~matcher.solving.options.BareOptions`.
    value
        What each costs in the policy's weighted sum, thousandths of a point, int32.
    weight
        How much of its home's room each takes, int16.
    use
        What each uses of every limit that concerns all options, shape (limits, options).
    rest
        What the options of each item that are not kept cost at least in the weighted sum;
        :data:`NEVER` where all are kept; shape (items,).
    spare
        What they use at least of each such limit, shape (limits, items).
    """

    first: Ints
    home: Array
    match_loss: Array
    cost: Array
    value: Array
    weight: Array
    use: Array
    rest: Ints
    spare: Ints

    def __len__(self) -> int:
        return len(self.home)

    @cached_property
    def item(self) -> Array:
        """The item of each option, int32."""
        return np.repeat(np.arange(len(self.first) - 1, dtype=np.int32), np.diff(self.first))

    def bare(self, which: Ints) -> BareOptions:
        """Return some of the options, given rising positions."""
        item = np.searchsorted(self.first, which, side="right") - 1
        return BareOptions(
            item.astype(np.int32), self.home[which], self.match_loss[which], self.cost[which]
        )

    def positions(self, item: Array, home: Array) -> Ints:
        """Return where options of these items in these homes are; all are kept."""
        low, high = self.first[item], self.first[np.asarray(item) + 1] - 1
        while (low < high).any():
            middle = (low + high) // 2
            before = self.home[middle] < home
            low, high = np.where(before, middle + 1, low), np.where(before, high, middle)
        return low


class Lister:
    """Makes shortlists.

    Parameters
    ----------
    ground
        Whom and what the plan is about.
    store
        Where finished parts are kept, so that an interrupted run goes on from there. It must be
        one for this World and policy alone.
    most
        So many options of every item are kept.
    """

    def __init__(self, ground: Ground, *, store: Store | None = None, most: int = KEPT) -> None:
        self.ground = ground
        self.store = store or Nowhere()
        self.most = most
        self.parts = tuple(tuple(each) for each in about_one_age(ground.world, ground.items))
        self.limits = dense_limits(ground.world, ground.policy)

    @cached_property
    def room(self) -> AnyRoom:
        """How much fits into each home, whatever options there are."""
        ground = self.ground
        return any_room(ground.world, ground.homes, ground.items, ground.needs, ground.lives_at)

    def part(self, number: int) -> dict[str, Array]:
        """Return what is kept of one part of the items, found first if need be."""
        kept = {name: self.store.get(self._file(number, name)) for name in FIELDS}
        if all(each is not None for each in kept.values()):
            return kept  # type: ignore[return-value]
        found = self._found(self.parts[number])
        for name, array in found.items():
            self.store.put(self._file(number, name), array)
        return found

    def missing(self) -> list[int]:
        """Return which parts are not kept, or not whole."""
        return [
            number
            for number in range(len(self.parts))
            if not all(self.store.has(self._file(number, name)) for name in FIELDS)
        ]

    def _file(self, number: int, field: str) -> str:
        return f"{self.most}-{number:05}-{field}"

    def problem_at_home(self) -> Problem:
        """Return what a plan decides if everybody who lives somewhere can only stay there."""
        maker = self.ground.maker
        found = [maker.bare(part, elsewhere=False) for part in self.parts]
        return self.ground.problem(maker.described(in_order_of_items(found)))

    def lists(self, halted: Callable[[], bool]) -> Shortlists | None:
        """Return the shortlists of all items; None when there was no time for all."""
        parts = []
        for number in range(len(self.parts)):
            if halted():
                return None
            parts.append(self.part(number))
        return self._joined(parts)

    def every_option(self, items: Sequence[int]) -> BareOptions:
        """Return all lawful options of some items, in the order of items and then of homes."""
        wanted = set(items)
        found = []
        for part in self.parts:
            if some := tuple(each for each in part if each in wanted):
                bare = self.ground.maker.bare(some)
                found.append(bare.take(~self.ground.barred(self.ground.maker.described(bare))))
        return in_order_of_items(found)

    def completed(self, lists: Shortlists, items: Ints, below: Ints) -> Shortlists:
        """Return the shortlists with more options of some items.

        Parameters
        ----------
        lists
            What is kept now.
        items
            Whose options are found again, rising.
        below
            Of each: all options are kept whose value in the weighted sum is less than this, which
            is more than what those not kept so far cost at least.
        """
        wanted = set(items.tolist())
        limit = np.zeros(len(lists.first) - 1, dtype=np.int64)
        limit[items] = below
        parts = [
            self._found(some, limit)
            for part in self.parts
            if (some := tuple(each for each in part if each in wanted))
        ]
        gone = np.zeros(len(lists.first) - 1, dtype=np.bool_)
        gone[items] = True
        stays = np.flatnonzero(~gone[lists.item])
        left = np.flatnonzero(~gone)
        counts = np.diff(lists.first)[left]
        old: dict[str, Array] = {
            "items": left.astype(np.int32),
            "first": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            "use": lists.use[:, stays],
            "rest": lists.rest[left],
            "spare": lists.spare[:, left],
        }
        for name in ("home", "match_loss", "cost", "value", "weight"):
            old[name] = getattr(lists, name)[stays]
        return self._joined([old, *parts])

    def _found(self, items: Sequence[int], below: Ints | None = None) -> dict[str, Array]:
        """Find the options of some items; keep the cheapest, and all below some value."""
        parts = [self._kept(bare, below) for bare in self.ground.maker.in_turn(items, AT_A_TIME)]
        first = np.cumsum([0, *(int(part["first"][-1]) for part in parts[:-1])])
        begin = [part["first"][:-1] + each for part, each in zip(parts, first, strict=True)]
        end = int(first[-1] + parts[-1]["first"][-1])
        joined = {
            name: np.concatenate([part[name] for part in parts], axis=-1)
            for name in FIELDS
            if name != "first"
        }
        return joined | {"first": np.concatenate([*begin, [end]]).astype(np.int64)}

    def _kept(self, bare: BareOptions, below: Ints | None) -> dict[str, Array]:
        """Keep the cheapest options of every item, and all below some value of the item's."""
        ground = self.ground
        options = ground.maker.described(bare)
        barred = ground.barred(options)
        if barred.any():
            bare, options = bare.take(~barred), options.take(~barred)
        value = weighted_cost(ground.policy, options)
        use = [measured(each, options) for each in self.limits]
        keep = options.arriving < options.size
        there, first, rest, spare = [], [0], [], []
        for low, high in ranges_of(options.item):
            least, least_use = NEVER, [0] * len(use)
            most = self.most
            if below is not None:
                most = max(most, int((value[low:high] < below[options.item[low]]).sum()))
            if high - low <= most:
                keep[low:high] = True
            else:
                order = np.argpartition(value[low:high], most)
                keep[low + order[:most]] = True
                least = int(value[low + order[most]])
                least_use = [int(each[low:high].min()) for each in use]
            there.append(int(options.item[low]))
            first.append(int(keep[low:high].sum()))
            rest.append(least)
            spare.append(least_use)
        kept = np.flatnonzero(keep)
        return {
            "items": np.array(there, dtype=np.int32),
            "first": np.cumsum(first).astype(np.int64),
            "home": bare.home[kept],
            "match_loss": bare.match_loss[kept],
            "cost": bare.cost[kept],
            "value": value[kept].astype(np.int32),
            "weight": self.room.weight(options)[kept],
            "use": np.array([each[kept] for each in use], dtype=np.int64).reshape(
                len(use), len(kept)
            ),
            "rest": np.array(rest, dtype=np.int64),
            "spare": np.array(spare, dtype=np.int64).reshape(len(rest), len(use)).T.copy(),
        }

    def _joined(self, parts: Sequence[dict[str, Array]]) -> Shortlists:
        """Return parts as one, in the order of items."""
        items = len(self.ground.items.items)
        counts = np.zeros(items, dtype=np.int64)
        rest = np.full(items, NEVER)
        spare = np.zeros((len(self.limits), items), dtype=np.int64)
        for part in parts:
            counts[part["items"]] = np.diff(part["first"])
            rest[part["items"]] = part["rest"]
            spare[:, part["items"]] = part["spare"]
        first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        total = int(first[-1])
        where = []
        for part in parts:
            own = np.diff(part["first"])
            begin = np.repeat(first[part["items"]] - part["first"][:-1], own)
            where.append(begin + np.arange(len(begin)))

        def column(name: str, dtype: Any) -> Array:
            found = np.zeros(total, dtype=dtype)
            for at, part in zip(where, parts, strict=True):
                found[at] = part[name]
            return found

        use = np.zeros((len(self.limits), total), dtype=np.int64)
        for at, part in zip(where, parts, strict=True):
            use[:, at] = part["use"]
        return Shortlists(
            first=first,
            home=column("home", np.int32),
            match_loss=column("match_loss", np.int32),
            cost=column("cost", np.int32),
            value=column("value", np.int32),
            weight=column("weight", np.int16),
            use=use,
            rest=rest,
            spare=spare,
        )


def measured(limit: Limit, options: Options) -> Ints:
    """Return what options use of a limit that concerns all options."""
    assert limit.measure is not None  # budgets and caps can be told of each option
    return np.asarray(limit.measure(options), dtype=np.int64)


def united(parts: Sequence[BareOptions]) -> BareOptions:
    """Return the options in any of some lists once, in the order of items and then of homes."""
    columns = [
        np.concatenate(each) for each in zip(*(part.columns() for part in parts), strict=True)
    ]
    key = columns[0].astype(np.int64) << 32 | columns[1]
    return BareOptions(*columns).take(np.unique(key, return_index=True)[1])
