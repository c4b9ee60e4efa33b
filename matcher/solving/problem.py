"""What a plan decides: every option, the room in every home, budgets and caps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
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
from matcher.solving.options import OptionMaker, Options
from matcher.solving.space import Needs, Space, needs_of, space_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.evidence.arrays import HomeArrays
    from matcher.policy import Policy
    from matcher.solving.limits import AnyInts
    from matcher.solving.options import SmallInts
    from matcher.solving.space import Weights

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

BILLION = 1_000_000_000
"""Shares are counted in billionths, as integers."""
SMALL = 2**24
"""So many times the children of an option still fit into 32 bits."""


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
    unwanted
        Options that a demand asks to avoid, at the price of leaving a child without a home;
        shape (options,), or None for none.
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
    unwanted: Flags | None = None

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


@dataclass(frozen=True, eq=False)
class Ground:
    """Whom and what a plan is about, before any option is looked at.

    Parameters
    ----------
    world, policy, homes, items, lives_at, households
        As in :class:`Problem`.
    maker
        Finds the options.
    """

    world: World
    policy: Policy
    homes: HomeArrays
    items: Items
    lives_at: Ints
    households: Households
    maker: OptionMaker

    @cached_property
    def needs(self) -> Needs:
        """What rooms each item needs."""
        return needs_of(self.world, self.items)

    def barred(self, options: Options, demands: Demands = NOTHING_ASKED) -> Flags:
        """Return the options that demands, or fees nobody knows, exclude; shape (options,)."""
        barred = ~demands.allows(options, self.items, self.homes)
        for budget in self.world.budgets:
            # Nobody can say whether an unknown fee keeps within a budget.
            unknown = ~options.cost_known & (options.arriving > 0)
            if budget.route is not None:
                unknown &= options.route == ROUTES.index(budget.route)
            barred |= unknown
        return barred

    def problem(self, options: Options, demands: Demands = NOTHING_ASKED) -> Problem:
        """Return what a plan decides if there are no options but these.

        Parameters
        ----------
        options
            Lawful options, in the order of items and then of homes.
        demands
            What is asked of the plan beyond the policy.
        """
        space = space_of(self.world, self.homes, self.items, self.needs, options, self.lives_at)
        limits = (
            *_limits(self.world, self.policy, options),
            *_prepaid_limits(self.homes, options, space),
            *demands.limits(options, self.items, self.homes),
        )
        return Problem(
            world=self.world,
            policy=self.policy,
            homes=self.homes,
            items=self.items,
            options=options,
            space=space,
            lives_at=self.lives_at,
            limits=limits,
            households=self.households,
            unwanted=demands.unwanted(options, self.items, self.homes) if demands.fixed else None,
        )


def ground_of(world: World, policy: Policy) -> Ground:
    """Return whom and what a plan is about."""
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
    maker = OptionMaker(world, policy, homes, items, lives_at, settled, households)
    return Ground(world, policy, homes, items, lives_at, households, maker)


def problem_of(world: World, policy: Policy, demands: Demands = NOTHING_ASKED) -> Problem:
    """Return the options of every item and what they cost.

    An option is there when no rule excludes it and none cannot tell, and when the match
    reaches the policy's minimum. Children who live in the home may always stay: rules and
    minimum are asked of those who arrive.
    """
    ground = ground_of(world, policy)
    demands.check(world, frozenset(ground.items.child_ids))
    options = ground.maker.all()
    barred = ground.barred(options, demands)
    return ground.problem(options.take(~barred) if barred.any() else options, demands)


def dense_limits(world: World, policy: Policy) -> tuple[Limit, ...]:
    """Return the limits that concern all options, first in every problem; none is measured."""
    return tuple(_limits(world, policy, _no_options()))


def _no_options() -> Options:
    none = np.zeros(0, dtype=np.int32)
    flags, counts = none.astype(np.bool_), none.astype(np.int8)
    return Options(
        item=none,
        home=none,
        match_loss=none,
        cost=none,
        new_cost=none,
        cost_known=flags,
        size=counts,
        moves=counts,
        household=counts,
        arriving=counts,
        route=counts,
        agreement=none,
        prepaid=flags,
        outside=counts,
        new_in_share=counts,
    )


def _limits(world: World, policy: Policy, options: Options) -> Iterator[Limit]:
    """Yield budgets and caps as limits on sums over options."""
    for budget in sorted(world.budgets, key=lambda each: each.route.value if each.route else ""):
        name = "the weekly budget"
        measure: Callable[[Options], AnyInts] = _new_cost
        if budget.route is not None:
            name = f"the weekly budget for {budget.route.label}"
            measure = partial(_new_cost_on, ROUTES.index(budget.route))
        yield Limit(name, measure(options), budget.weekly_pence, measure=measure)
    for name, share, use in (
        ("the share of new placements outside the area", policy.out_of_area_share, _outside),
        ("the share of new placements bought spot", policy.spot_share, _spot),
    ):
        if share is not None:
            # use <= share * of + ROUNDING / 2, in billionths; the rule rounds alike. What all
            # billionths have in common is taken out, which leaves small numbers.
            billionths = round(share * BILLION)
            common = gcd(BILLION, billionths)
            measure = partial(_weighed, use, BILLION // common, billionths // common)
            yield Limit(name, measure(options), 500 // common, measure=measure)


def _new_cost(options: Options) -> SmallInts:
    return options.new_cost


def _new_cost_on(route: int, options: Options) -> AnyInts:
    return np.where(options.route == route, options.new_cost, np.int32(0))


def _outside(options: Options) -> tuple[AnyInts, AnyInts]:
    return options.outside, options.new_in_share


def _spot(options: Options) -> tuple[AnyInts, AnyInts]:
    spot = options.route == ROUTES.index(Route.SPOT)
    return np.where(spot, options.arriving, np.int8(0)), options.arriving


def _weighed(
    use: Callable[[Options], tuple[AnyInts, AnyInts]], whole: int, part: int, options: Options
) -> AnyInts:
    """Return how far options go beyond a share: whole times use less part times all."""
    dtype: Any = np.int32 if max(whole, part) < SMALL else np.int64
    some, everybody = use(options)
    found: AnyInts = some.astype(dtype) * whole - everybody.astype(dtype) * part
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
            use = FewInts(where, options.arriving[where], len(options))
            yield Limit(name, use, left)
