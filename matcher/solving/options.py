"""What every item may do: one option is an item in a home, with what it costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.evidence.purchases import purchases_on
from matcher.rules.plan import ROUNDING
from matcher.solving.appraising import ItemAppraiser, blocks_of
from matcher.solving.items import must_be_apart, must_stay_together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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


@dataclass(frozen=True, eq=False)
class ItemOptions:
    """The options of one item, in the order of homes; shape (n,) each.

    Parameters
    ----------
    position
        Of the item.
    home, match_loss, cost, cost_known
        As in :class:`Options`.
    cost_of_arrivals
        By home in which a child of the item lives: what the others cost together, who would
        join them there, and whether that is known.
    """

    position: int
    home: SmallInts
    match_loss: SmallInts
    cost: SmallInts
    cost_known: Flags
    cost_of_arrivals: Mapping[int, tuple[int, bool]]


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

    def all(self) -> Options:
        """Return the options of all items, in the order of items and then of homes."""
        parts: list[ItemOptions | None] = [None] * len(self.items.items)
        for each in self.parts():
            parts[each.position] = each
        return self.joined([each for each in parts if each is not None])

    def parts(self) -> Iterator[ItemOptions]:
        """Yield the options of each item, in the order in which they are quickest to find."""
        for block in blocks_of(self.world, self.policy, self.homes, self.items, self.lives_at):
            appraiser = ItemAppraiser(block.homes, self.policy)
            for position in block.items:
                yield self._options(position, appraiser, block.kept)

    def _options(self, position: int, appraiser: ItemAppraiser, kept: Ints) -> ItemOptions:
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
        known = fee >= 0
        lost = np.rint((100.0 - found.points[:, at]) * MILLI).astype(np.int32)
        return ItemOptions(
            position=position,
            home=kept[at].astype(np.int32),
            match_loss=lost[0] if len(lost) == 1 else lost.sum(axis=0, dtype=np.int32),
            cost=np.where(known, fee + found.transport[at], 0).astype(np.int32),
            cost_known=known,
            cost_of_arrivals=self._costs_of_arrivals(item, appraiser),
        )

    def joined(self, parts: Sequence[ItemOptions]) -> Options:
        """Return the options of some items as one, with everything that is said of them."""
        items, homes = self.items.items, self.homes
        of_item = np.array([each.position for each in parts], dtype=np.int32)
        item = np.repeat(of_item, [len(each.home) for each in parts])
        home = _joined([each.home for each in parts], np.int32)
        cost = _joined([each.cost for each in parts], np.int32)
        known = _joined([each.cost_known for each in parts], np.bool_)
        size = np.array([len(each.children) for each in items], dtype=np.int8)[item]
        living = np.array(
            [int((self.lives_at[list(each.children)] >= 0).sum()) for each in items], dtype=np.int8
        )[item]
        counted = np.array([sum(self._counts(each)) for each in items], dtype=np.int8)[item]
        staying = np.zeros(len(item), dtype=np.int8)
        new_cost = cost.copy()
        begin = 0
        for part in parts:
            each = items[part.position]
            for there, (joining, joining_known) in part.cost_of_arrivals.items():
                row = int(np.searchsorted(part.home, there))
                if row == len(part.home) or part.home[row] != there:
                    continue
                at = begin + row
                stays = self.lives_at[list(each.children)] == there
                staying[at] = stays.sum()
                counted[at] -= np.array(self._counts(each))[stays].sum()
                new_cost[at], known[at] = joining, joining_known
            begin += len(part.home)
        route, agreement, prepaid = self._bought(item, home)
        return Options(
            item=item,
            home=home,
            match_loss=_joined([each.match_loss for each in parts], np.int32),
            cost=cost,
            new_cost=new_cost,
            cost_known=known,
            size=size,
            moves=living - staying,
            household=np.array([each.group is not None for each in items], dtype=np.int8)[item],
            arriving=size - staying,
            route=route,
            agreement=agreement,
            prepaid=prepaid,
            outside=np.where(homes.area[home] == INSIDE, np.int8(0), counted),
            new_in_share=counted,
        )

    def _counts(self, item: Item) -> list[bool]:
        """Return which children of an item count when it is asked how many live in the area."""
        children = self.world.children
        return [not children[self.items.child_ids[each]].away_for_safety for each in item.children]

    def _bought(self, item: SmallInts, home: SmallInts) -> tuple[Counts, SmallInts, Flags]:
        """Return route, agreement and whether it is prepaid, of each option."""
        days = sorted({each.day for each in self.items.items})
        if not days:
            return np.zeros(0, np.int8), np.zeros(0, np.int32), np.zeros(0, np.bool_)
        day = np.array([days.index(each.day) for each in self.items.items], dtype=np.int32)[item]
        bought = [purchases_on(self.homes, each.toordinal()) for each in days]
        return (
            np.stack([each.route for each in bought])[day, home],
            np.stack([each.agreement for each in bought])[day, home],
            np.stack([each.prepaid for each in bought])[day, home],
        )

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

    def _costs_of_arrivals(
        self, item: Item, appraiser: ItemAppraiser
    ) -> dict[int, tuple[int, bool]]:
        """Return by home what those cost who would join siblings there, and if it is known."""
        found = {}
        for home in sorted({int(self.lives_at[each]) for each in item.children} - {-1}):
            arriving = self._arriving(item, home)
            cost, known = 0, True
            if arriving:
                children = [self.world.children[self.items.child_ids[each]] for each in arriving]
                fee, transport = appraiser.costs(children, item.day)
                row = appraiser.homes.index[self.homes.ids[home]]
                known = bool(fee[row] >= 0)
                cost = int(fee[row] + transport[row]) if known else 0
            found[home] = (cost, known)
        return found


def _joined(arrays: Sequence[NDArray[Any]], dtype: Any) -> Any:
    """Return arrays one after the other; an empty one when there are none."""
    return np.concatenate([np.zeros(0, dtype=dtype), *arrays])
