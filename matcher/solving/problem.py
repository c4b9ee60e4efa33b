"""What a plan decides: every option, the room in every home, budgets and caps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.columns import columns_of
from matcher.domain.agreement import Route
from matcher.domain.plan import least_households
from matcher.evidence.purchases import ROUTES
from matcher.solving.demands import NOTHING_ASKED, Demands
from matcher.solving.households import Households
from matcher.solving.items import Items, items_of
from matcher.solving.limits import FewInts, Limit
from matcher.solving.options import OptionMaker
from matcher.solving.space import Space, space_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.evidence.arrays import HomeArrays
    from matcher.policy import Policy
    from matcher.solving.options import Options
    from matcher.solving.space import Weights

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

BILLION = 1_000_000_000
"""Shares are counted in billionths, as integers."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Children, homes and options of one plan.

    Parameters
    ----------
    world, policy, homes
        What it was made from; ``homes`` without the children who may move.
    items
        Whom the plan decides about.
    options
        What they may do.
    space
        How much fits into each home, and how much of it each option takes.
    lives_at
        Where each child decided about lives now, by position; -1 nowhere.
    limits
        Budgets, caps and block beds.
    households
        Judges who may share a home.
    """

    world: World
    policy: Policy
    homes: HomeArrays
    items: Items
    options: Options
    space: Space
    lives_at: Ints
    limits: tuple[Limit, ...]
    households: Households

    @property
    def room(self) -> Ints:
        """How much fits into each home at most, shape (homes,)."""
        return self.space.loosest.room

    @property
    def weight(self) -> Weights:
        """How much of its home's room each option takes, int16, shape (options,)."""
        return self.space.loosest.weight

    @cached_property
    def item_of(self) -> dict[tuple[int, ...], int]:
        """The position of each item, by its children."""
        return {item.children: at for at, item in enumerate(self.items.items)}

    @cached_property
    def first_option(self) -> Ints:
        """Where each item's options begin; one entry more than there are items."""
        positions = np.arange(len(self.items.items) + 1, dtype=self.options.item.dtype)
        return np.searchsorted(self.options.item, positions)

    @cached_property
    def least_households(self) -> dict[str, int]:
        """Into how few homes each sibling group can go, by group; see ``extra_households``."""
        members: dict[str, list[str]] = {}
        for child_id in self.items.child_ids:
            group = self.world.children[child_id].sibling_group_id
            if group is not None:
                members.setdefault(group, []).append(child_id)
        return {
            group: least_households(self.world, group, ids)
            for group, ids in sorted(members.items())
        }

    def option_at(self, item: int, home: int) -> int | None:
        """Return the position of an option; None when it is not lawful."""
        low, high = int(self.first_option[item]), int(self.first_option[item + 1])
        at = low + int(np.searchsorted(self.options.home[low:high], home))
        return at if at < high and int(self.options.home[at]) == home else None


def problem_of(world: World, policy: Policy, demands: Demands = NOTHING_ASKED) -> Problem:
    """Return the options of every item and what they cost.

    An option is there when no rule excludes it and none cannot tell, and when the match
    reaches the policy's minimum. Children who live in the home may always stay: rules and
    minimum are asked of those who arrive.
    """
    items = items_of(world, policy)
    homes = columns_of(world, without=items.movable)
    at_home = [world.placements.get(child_id) for child_id in items.child_ids]
    lives_at = np.array(
        [-1 if each is None else homes.index[each.home_id] for each in at_home], dtype=np.int64
    )
    settled: dict[str, dict[str, int]] = {}
    decided = frozenset(items.child_ids)
    for placement in world.placements.values():
        group = world.children[placement.child_id].sibling_group_id
        if group is not None and placement.child_id not in decided:
            there = settled.setdefault(group, {})
            there[placement.child_id] = homes.index[placement.home_id]
    households = Households(world, policy, items, homes, lives_at)
    options = OptionMaker(world, policy, homes, items, lives_at, settled, households).all()
    demands.check(world, decided)
    barred = ~demands.allows(options, items, homes)
    for budget in world.budgets:
        # Nobody can say whether an unknown fee keeps within a budget.
        on_route = np.ones(len(options), dtype=np.bool_)
        if budget.route is not None:
            on_route = options.route == ROUTES.index(budget.route)
        barred |= on_route & ~options.cost_known & (options.arriving > 0)
    if barred.any():
        options = options.take(~barred)
    space = space_of(world, homes, items, options, lives_at)
    limits = (
        *_limits(world, policy, homes, options),
        *_prepaid_limits(homes, options, space),
        *demands.limits(options, items, homes),
    )
    return Problem(
        world=world,
        policy=policy,
        homes=homes,
        items=items,
        options=options,
        space=space,
        lives_at=lives_at,
        limits=limits,
        households=households,
    )


def _limits(world: World, policy: Policy, homes: HomeArrays, options: Options) -> list[Limit]:
    """Return budgets and caps as limits on sums over options."""
    found: list[Limit] = []
    budgets = sorted(world.budgets, key=lambda each: "" if each.route is None else each.route.value)
    for budget in budgets:
        if budget.route is None:
            found.append(Limit("the weekly budget", options.new_cost, budget.weekly_pence))
        else:
            on = options.route == ROUTES.index(budget.route)
            name = f"the weekly budget for {budget.route.label}"
            found.append(
                Limit(name, np.where(on, options.new_cost, np.int32(0)), budget.weekly_pence)
            )
    spot = np.where(options.route == ROUTES.index(Route.SPOT), options.arriving, np.int8(0))
    for name, share, use, of in (
        (
            "the share of new placements outside the area",
            policy.out_of_area_share,
            options.outside,
            options.new_in_share,
        ),
        ("the share of new placements bought spot", policy.spot_share, spot, options.arriving),
    ):
        if share is not None:
            # use <= share * of + ROUNDING / 2, in billionths; the rule rounds alike. What all
            # billionths have in common is taken out, which leaves small numbers.
            billionths = round(share * BILLION)
            common = gcd(BILLION, billionths)
            whole, part = BILLION // common, billionths // common
            small = max(whole, part) < 2**24
            dtype: Any = np.int32 if small else np.int64
            weighed = use.astype(dtype) * whole - of.astype(dtype) * part
            found.append(Limit(name, weighed, 500 // common))
    return found


def _prepaid_limits(homes: HomeArrays, options: Options, space: Space) -> Iterator[Limit]:
    """Yield the limits on prepaid beds that homes with less room do not keep to anyway."""
    prepaid = np.flatnonzero(options.prepaid & (options.arriving > 0))
    agreement = options.agreement[prepaid]
    order = np.argsort(agreement, kind="stable")
    # Children who arrive in one home: as many as beds, or siblings who alone may be more.
    most = space.beds.room.copy()
    np.maximum.at(most, options.home[prepaid], options.arriving[prepaid])
    for at in np.unique(agreement):
        low, high = np.searchsorted(agreement[order], (at, at + 1))
        where = prepaid[order[low:high]]
        left = int(homes.purchases.block_left[int(at)])
        if int(most[np.unique(options.home[where])].sum()) > left:
            name = f"the prepaid beds of {homes.purchases.ids[int(at)]}"
            yield Limit(name, FewInts(where, options.arriving[where], len(options)), left)
