"""What every item may do: one option is an item in a home, with what it costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.evidence.purchases import purchases_on
from matcher.evidence.subset import some_homes
from matcher.rules.plan import ROUNDING
from matcher.solving.appraising import ItemAppraiser, about_one_age, block_of
from matcher.solving.bare_options import BareOptions, in_order_of_items, joined, ranges_of
from matcher.solving.items import must_be_apart, must_stay_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.evidence.arrays import HomeArrays
    from matcher.policy import Policy
    from matcher.solving.households import Households
    from matcher.solving.items import Item, Items

    Ints = NDArray[np.int64]
    SmallInts = NDArray[np.int32]
    Counts = NDArray[np.int8]
    Flags = NDArray[np.bool_]

MILLI = 1000
"""Points are counted in thousandths, as integers, so that sums are exact."""
INSIDE = 0


@dataclass(frozen=True, eq=False)
class Options:
    """Every lawful pair of an item and a home, one entry an option.

    There are millions of them for a region, so numbers are kept as small as they are: add
    them up in 64 bits.

    Parameters
    ----------
    item, home
        Positions, int32.
    match_loss
        Thousandths of a point lost to 100 a child, added over the children; int32.
    cost
        Pence a week, fees and school transport of all the children; 0 where unknown; int32.
    new_cost
        The same of the children who arrive; it counts against budgets; int32.
    cost_known
        Whether the fee is known.
    size
        How many children, int8.
    moves
        How many of the children live elsewhere now, int8.
    household
        1 when the children are of a sibling group, 0 for a child without one; int8.
    arriving
        How many of the children do not live there now, int8.
    route
        Position in :data:`matcher.evidence.purchases.ROUTES`, int8.
    agreement
        Position of the agreement under which the beds are bought; -1 none; int32.
    prepaid
        Whether they are prepaid beds of a block.
    outside
        How many of the children who arrive count as placed outside the area: those not away
        for safety, where the home is not known to be inside; int8.
    new_in_share
        How many of the children who arrive are counted when the area is: those not away for
        safety; int8.
    """

    item: SmallInts
    home: SmallInts
    match_loss: SmallInts
    cost: SmallInts
    new_cost: SmallInts
    cost_known: Flags
    size: Counts
    moves: Counts
    household: Counts
    arriving: Counts
    route: Counts
    agreement: SmallInts
    prepaid: Flags
    outside: Counts
    new_in_share: Counts

    def __len__(self) -> int:
        return len(self.item)

    def take(self, chosen: NDArray[np.intp] | Flags) -> Options:
        """Return some of the options."""
        return Options(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


class OptionMaker:
    """Finds the options of items.

    Parameters
    ----------
    world, policy
        What the plan is for.
    homes
        All homes, without the children who may move.
    items
        Whom the plan decides about.
    lives_at
        Where each child decided about lives now, by position; -1 nowhere.
    settled
        Children not decided about and the homes they live in, by sibling group.
    households
        Judges who may share a home.
    """

    def __init__(
        self,
        world: World,
        policy: Policy,
        homes: HomeArrays,
        items: Items,
        lives_at: Ints,
        settled: Mapping[str, Mapping[str, int]],
        households: Households,
    ) -> None:
        self.world = world
        self.policy = policy
        self.homes = homes
        self.items = items
        self.lives_at = lives_at
        self.settled = settled
        self.households = households
        self._joining: dict[tuple[int, int], tuple[int, bool]] = {}

    def all(self) -> Options:
        """Return the options of all items, in the order of items and then of homes."""
        blocks = about_one_age(self.world, self.items)
        return self.described(in_order_of_items([self.bare(each) for each in blocks]))

    def bare(self, positions: Sequence[int], *, elsewhere: bool = True) -> BareOptions:
        """Return the options of some items of about one age, in the order of the items.

        Not ``elsewhere``: only those in homes where any of their children lives.
        """
        return joined(list(self.in_turn(positions, max(len(positions), 1), elsewhere=elsewhere)))

    def in_turn(
        self, positions: Sequence[int], at_a_time: int, *, elsewhere: bool = True
    ) -> Iterator[BareOptions]:
        """Yield the same, so many items at a time: what is in memory at once is quicker."""
        block = block_of(
            self.world,
            self.policy,
            self.homes,
            self.items,
            self.lives_at,
            positions,
            elsewhere=elsewhere,
        )
        appraiser = ItemAppraiser(block.homes, self.policy)
        for low in range(0, len(positions), at_a_time):
            some = positions[low : low + at_a_time]
            yield joined([self._found(each, appraiser, block.kept) for each in some])

    def _found(self, position: int, appraiser: ItemAppraiser, kept: Ints) -> BareOptions:
        """Return the options of one item, seen against some homes."""
        item = self.items.items[position]
        children = [self.world.children[self.items.child_ids[each]] for each in item.children]
        found = appraiser.item(children, item.day)
        enough = found.points >= self.policy.minimum_match_points - ROUNDING
        lawful = self._lawful_for_siblings(item, appraiser.homes)
        allowed = found.eligible & enough.all(axis=0) & lawful.all(axis=0)
        if not item.anywhere:
            allowed[:] = False
        here = self.lives_at[list(item.children)]
        for home in sorted({int(each) for each in here if each >= 0}):
            arrives = here != home
            row = appraiser.homes.index[self.homes.ids[home]]
            good = bool((enough & lawful)[arrives, row].all())
            allowed[row] = good and self._lawful_at_a_home_of_theirs(item, home)
        at = np.flatnonzero(allowed[: len(kept)])
        fee = found.fee[at]
        lost = np.rint((100.0 - found.points[:, at]) * MILLI).astype(np.int32)
        return BareOptions(
            item=np.full(len(at), position, dtype=np.int32),
            home=kept[at].astype(np.int32),
            match_loss=lost[0] if len(lost) == 1 else lost.sum(axis=0, dtype=np.int32),
            cost=np.where(fee < 0, -1, fee + found.transport[at]).astype(np.int32),
        )

    def described(self, bare: BareOptions) -> Options:
        """Return options with everything that is said of them.

        Parameters
        ----------
        bare
            Options of whole items, each item's in the order of homes.
        """
        item, home, about = bare.item, bare.home, self._about_items
        known = bare.cost >= 0
        cost = np.maximum(bare.cost, 0)
        new_cost = cost.copy()
        size, counted = about.size[item], about.counted[item]
        staying = np.zeros(len(item), dtype=np.int8)
        for at in self._at_home(item, home):
            each, there = self.items.items[int(item[at])], int(home[at])
            stays = self.lives_at[list(each.children)] == there
            staying[at] = stays.sum()
            counted[at] -= np.array(self._counts(each))[stays].sum()
            new_cost[at], known[at] = self._cost_of_arrivals(int(item[at]), there)
        bought = about.day[item] * self.homes.n + home
        return Options(
            item=item,
            home=home,
            match_loss=bare.match_loss,
            cost=cost,
            new_cost=new_cost,
            cost_known=known,
            size=size,
            moves=about.living[item] - staying,
            household=about.family[item],
            arriving=size - staying,
            route=about.route.take(bought),
            agreement=about.agreement.take(bought),
            prepaid=about.prepaid.take(bought),
            outside=np.where(self.homes.area[home] == INSIDE, np.int8(0), counted),
            new_in_share=counted,
        )

    def prepaid_under(self, agreement: int) -> Ints:
        """Return the homes with prepaid beds of an agreement on the first day of any item."""
        agreements, homes = self._prepaid
        low, high = np.searchsorted(agreements, (agreement, agreement + 1))
        return homes[low:high]

    @cached_property
    def _prepaid(self) -> tuple[Ints, Ints]:
        """Agreements and homes with prepaid beds of theirs, by agreement."""
        about = self._about_items
        at = np.flatnonzero(about.prepaid)
        pairs = np.unique(about.agreement[at].astype(np.int64) * self.homes.n + at % self.homes.n)
        return pairs // self.homes.n, pairs % self.homes.n

    @cached_property
    def _about_items(self) -> _AboutItems:
        items, lives_at = self.items.items, self.lives_at
        days = sorted({each.day for each in items})
        at = {day: position for position, day in enumerate(days)}
        bought = [purchases_on(self.homes, each.toordinal()) for each in days]

        def count(value: Callable[[Item], int]) -> Counts:
            return np.fromiter(map(value, items), dtype=np.int8, count=len(items))

        def table(arrays: Sequence[NDArray[Any]]) -> Any:
            return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int8)

        return _AboutItems(
            size=count(lambda each: len(each.children)),
            living=count(lambda each: int((lives_at[list(each.children)] >= 0).sum())),
            counted=count(lambda each: sum(self._counts(each))),
            family=count(lambda each: each.group is not None),
            day=np.array([at[each.day] for each in items], dtype=np.int32),
            route=table([each.route for each in bought]),
            agreement=table([each.agreement for each in bought]),
            prepaid=table([each.prepaid for each in bought]),
        )

    def _counts(self, item: Item) -> list[bool]:
        """Return which children of an item count when it is asked how many live in the area."""
        children = self.world.children
        return [not children[self.items.child_ids[each]].away_for_safety for each in item.children]

    def _at_home(self, item: SmallInts, home: SmallInts) -> Iterator[int]:
        """Yield the options in which a child is at home already."""
        for low, high in ranges_of(item):
            children = self.items.items[int(item[low])].children
            for there in sorted({int(self.lives_at[child]) for child in children} - {-1}):
                at = low + int(np.searchsorted(home[low:high], there))
                if at < high and home[at] == there:
                    yield at

    def _arriving(self, item: Item, home: int) -> list[int]:
        return [each for each in item.children if self.lives_at[each] != home]

    def _lawful_at_a_home_of_theirs(self, item: Item, home: int) -> bool:
        """Whether the rules let an item live where some of its children live now."""
        arriving = self._arriving(item, home)
        if not arriving:
            return True
        required = self.items.required
        if not all(required[each].issubset(item.children) for each in arriving):
            return False
        return self.households.pairs_allowed(home, arriving) and self.households.allowed(
            home, item.children
        )

    def _lawful_for_siblings(self, item: Item, homes: HomeArrays) -> Flags:
        """Return homes that keep to what is said of siblings not decided about, by child."""
        world = self.world
        allowed = np.ones((len(item.children), homes.n), dtype=np.bool_)
        if item.group is None or item.group not in self.settled:
            return allowed
        for row, child in zip(allowed, item.children, strict=True):
            child_id = self.items.child_ids[child]
            for sibling, home in self.settled[item.group].items():
                there = homes.index[self.homes.ids[home]]
                if must_stay_together(world, item.group, child_id, sibling, item.day):
                    only = np.zeros(homes.n, dtype=np.bool_)
                    only[there] = True
                    row &= only
                elif must_be_apart(world, item.group, child_id, sibling):
                    row[there] = False
        return allowed

    def _cost_of_arrivals(self, position: int, home: int) -> tuple[int, bool]:
        """Return what the children who do not live there would cost, and whether it is known."""
        key = (position, home)
        if key not in self._joining:
            item = self.items.items[position]
            arriving = self._arriving(item, home)
            children = [self.world.children[self.items.child_ids[each]] for each in arriving]
            cost = 0
            if children:
                appraiser = self._where_siblings_live
                fee, transport = appraiser.costs(children, item.day)
                row = appraiser.homes.index[self.homes.ids[home]]
                cost = int(fee[row] + transport[row]) if fee[row] >= 0 else -1
            self._joining[key] = (max(cost, 0), cost >= 0)
        return self._joining[key]

    @cached_property
    def _where_siblings_live(self) -> ItemAppraiser:
        """Sees the homes that a sibling could join a child in."""
        wanted = np.zeros(self.homes.n, dtype=np.bool_)
        wanted[self.lives_at[self.lives_at >= 0]] = True
        return ItemAppraiser(some_homes(self.homes, wanted)[0], self.policy)


@dataclass(frozen=True, eq=False)
class _AboutItems:
    """What every option of an item has in common, shape (items,); and what homes cost when.

    ``day`` is the position of the item's day; ``route``, ``agreement`` and ``prepaid`` have
    an entry for each home on each day, shape (days x homes,).
    """

    size: Counts
    living: Counts
    counted: Counts
    family: Counts
    day: SmallInts
    route: Counts
    agreement: SmallInts
    prepaid: Flags
