"""What every item may do: one option is an item in a home, with what it costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.rules.plan import ROUNDING
from matcher.solving.items import must_be_apart, must_stay_together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from matcher.candidates import Appraiser
    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.households import Households
    from matcher.solving.items import Item, Items

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MILLI = 1000
"""Points are counted in thousandths, as integers, so that sums are exact."""
INSIDE = 0


@dataclass(frozen=True, eq=False)
class Options:
    """Every lawful pair of an item and a home, one entry an option.

    Parameters
    ----------
    item, home
        Positions.
    size
        How many children.
    match_loss
        Thousandths of a point lost to 100 a child, added over the children.
    moves
        How many of the children live elsewhere now.
    household
        1 when the children are of a sibling group, 0 for a child without one.
    arriving
        How many of the children do not live there now.
    cost
        Pence a week, fees and school transport of all the children; 0 where unknown.
    new_cost
        The same of the children who arrive; it counts against budgets.
    cost_known
        Whether the fee is known.
    route
        Position in :data:`matcher.evidence.purchases.ROUTES`.
    agreement
        Position of the agreement under which the beds are bought; -1 none.
    prepaid
        Whether they are prepaid beds of a block.
    outside
        How many of the children who arrive count as placed outside the area: those not away
        for safety, where the home is not known to be inside.
    new_in_share
        How many of the children who arrive are counted when the area is: those not away for
        safety.
    miles
        Of the child who is farthest from home; nan when unknown.
    """

    item: Ints
    home: Ints
    size: Ints
    match_loss: Ints
    moves: Ints
    household: Ints
    arriving: Ints
    cost: Ints
    new_cost: Ints
    cost_known: Flags
    route: Ints
    agreement: Ints
    prepaid: Flags
    outside: Ints
    new_in_share: Ints
    miles: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.item)

    def take(self, chosen: NDArray[np.intp] | Flags) -> Options:
        """Return some of the options."""
        return Options(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


def joined(parts: Sequence[Options]) -> Options:
    """Return the options of several items as one."""
    if not parts:
        none: Any = np.zeros(0, dtype=np.int64)
        flags = {name: none.astype(np.bool_) for name in ("cost_known", "prepaid")}
        rest = {each.name: none for each in fields(Options)}
        return Options(**{**rest, **flags, "miles": none.astype(np.float64)})
    return Options(
        **{
            each.name: np.concatenate([getattr(part, each.name) for part in parts])
            for each in fields(Options)
        }
    )


class OptionMaker:
    """Turns the appraisal of an item into its options."""

    def __init__(
        self,
        world: World,
        policy: Policy,
        appraiser: Appraiser,
        items: Items,
        lives_at: Ints,
        settled: Mapping[str, Mapping[str, int]],
        households: Households,
    ) -> None:
        self.world = world
        self.policy = policy
        self.appraiser = appraiser
        self.items = items
        self.lives_at = lives_at
        self.settled = settled
        self.households = households

    def options(self, position: int) -> Options:
        """Return the options of one item."""
        item = self.items.items[position]
        homes, world = self.appraiser.homes, self.world
        children = [world.children[self.items.child_ids[each]] for each in item.children]
        found = self.appraiser.appraise(children, item.day)
        points = np.stack(
            [
                self.appraiser.points(self.appraiser.child(child, item.day), found.arrivals)
                for child in children
            ]
        )
        enough = points >= self.policy.minimum_match_points - ROUNDING
        allowed = found.eligible & enough.all(axis=0)
        lawful = np.stack([self._lawful_for_siblings(item, each) for each in item.children])
        allowed &= lawful.all(axis=0)
        if not item.anywhere:
            allowed[:] = False
        here = self.lives_at[list(item.children)]
        for home in sorted({int(each) for each in here if each >= 0}):
            arrives = here != home
            good = bool((enough & lawful)[arrives, home].all())
            allowed[home] = good and self._lawful_at_a_home_of_theirs(item, home)
        at = np.flatnonzero(allowed)
        count, size = len(at), len(item.children)
        staying = (here[:, None] == at[None, :]).sum(axis=0)
        living = int((here >= 0).sum())
        counts = np.array([not child.away_for_safety for child in children])
        counted = counts[:, None] & (here[:, None] != at[None, :])
        bought = self.appraiser.purchases(item.day)
        fee, transport = found.weekly_fee[at], found.weekly_transport[at]
        known = fee >= 0
        cost = np.where(known, fee + transport, 0)
        new_cost = cost.copy()
        for row in np.flatnonzero(staying):
            new_cost[row], known[row] = self._cost_of_arrivals(item, int(at[row]))
        return Options(
            item=np.full(count, position, dtype=np.int64),
            home=at.astype(np.int64),
            size=np.full(count, size, dtype=np.int64),
            match_loss=np.rint((100.0 - points[:, at]) * MILLI).astype(np.int64).sum(axis=0),
            moves=(living - staying).astype(np.int64),
            household=np.full(count, int(item.group is not None), dtype=np.int64),
            arriving=(size - staying).astype(np.int64),
            cost=cost.astype(np.int64),
            new_cost=new_cost.astype(np.int64),
            cost_known=known,
            route=bought.route[at].astype(np.int64),
            agreement=bought.agreement[at].astype(np.int64),
            prepaid=bought.prepaid[at],
            outside=np.where(homes.area[at] == INSIDE, 0, counted.sum(axis=0)).astype(np.int64),
            new_in_share=counted.sum(axis=0).astype(np.int64),
            miles=found.miles[at],
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

    def _lawful_for_siblings(self, item: Item, child: int) -> Flags:
        """Return homes that keep to what is said of a child and siblings not decided about."""
        homes, world = self.appraiser.homes, self.world
        allowed = np.ones(homes.n, dtype=np.bool_)
        if item.group is None or item.group not in self.settled:
            return allowed
        child_id = self.items.child_ids[child]
        for sibling, there in self.settled[item.group].items():
            if must_stay_together(world, item.group, child_id, sibling, item.day):
                only = np.zeros(homes.n, dtype=np.bool_)
                only[there] = True
                allowed &= only
            elif must_be_apart(world, item.group, child_id, sibling):
                allowed[there] = False
        return allowed

    def _cost_of_arrivals(self, item: Item, home: int) -> tuple[int, bool]:
        """Return what the children who do not live there would cost, and whether it is known."""
        arriving = self._arriving(item, home)
        if not arriving:
            return 0, True
        children = [self.world.children[self.items.child_ids[each]] for each in arriving]
        found = self.appraiser.appraise(children, item.day)
        cost = int(found.weekly_cost[home])
        return max(cost, 0), cost >= 0
