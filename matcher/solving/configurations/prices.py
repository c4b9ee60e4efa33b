"""Prices of items and limits, by subgradient steps on the Lagrangian.

Under given prices every home chooses for itself its best configuration and every family its
cheapest split, and what homes, families and limits then come to is a lower bound on every
plan, whatever the prices are [1]_. The steps have Polyak's length [2]_, with momentum; after
some failures in a row they become shorter and start again from the best prices. They come
near the linear relaxation over all configurations without solving one linear programme;
starting column generation without them takes many times as long.

References
----------
.. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
   Programming Study 2 (1974).
.. [2] B. T. Polyak, "Minimization of unsmooth functionals", USSR Computational Mathematics
   and Mathematical Physics 9 (1969).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.solving.configurations.instance import Floats, Instance, Ints
    from matcher.solving.configurations.pricing import Pricer

MOMENTUM = 0.7
SHRINK = 0.6
FAILURES = 8
SMALLEST_STEP = 1e-3
PATIENCE = 40
WORTH_GOING_ON = 1e-4
"""Steps end when so many in a row have not raised the bound by this share of it."""
GUESS = 0.02
"""The best plan is supposed to cost up to this share more than the bound."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices that bound an instance.

    Parameters
    ----------
    items
        What homes are paid for taking each item, and families pay for it.
    limits
        Of a unit of each limit, never negative.
    bound
        What they give, in floating point.
    steps
        How many steps were made.
    """

    items: Floats
    limits: Floats
    bound: float
    steps: int = 0


def split_values(instance: Instance, items: Floats, limits: Floats) -> Floats:
    """Return what every split comes to under prices, shape (splits,)."""
    splits = instance.splits
    found: Floats = splits.cost.astype(np.float64)
    used = splits.use.priced(limits)
    if used is not None:
        found += used
    found += np.bincount(splits.of_item, weights=items[splits.item], minlength=len(splits))
    return found


def lagrangian(instance: Instance, items: Floats, limits: Floats, worth: float) -> float:
    """Return the bound that prices give when homes make ``worth`` of them."""
    values = split_values(instance, items, limits)
    least = np.minimum.reduceat(values, instance.splits.start[:-1]).sum() if len(values) else 0.0
    return float(instance.constant + least - limits @ instance.limit - worth)


def first_prices(instance: Instance) -> Prices:
    """Return prices to start from: of an item, what its third-cheapest option costs.

    An item with fewer options starts at the dearest of them, and not at the price of being
    left out, from which the steps take long to come down.
    """
    order = np.lexsort((instance.cost, instance.item))
    ordered = instance.item[order]
    first = np.searchsorted(ordered, np.arange(instance.items))
    count = np.bincount(ordered, minlength=instance.items)
    items = np.zeros(instance.items)
    some = np.flatnonzero(count)
    items[some] = instance.cost[order[first[some] + np.minimum(count[some], 3) - 1]]
    return Prices(items=items, limits=np.zeros(instance.limits), bound=-np.inf)


def better_prices(
    pricer: Pricer,
    start: Prices,
    *,
    upper: int,
    steps: int,
    first_step: float = 1.0,
    halted: Callable[[], bool],
) -> Prices:
    """Return prices with a higher bound.

    Parameters
    ----------
    pricer
        Prices homes.
    start
        Where to start.
    upper
        What a plan costs at most; steps end when the bound has passed it.
    steps
        At most so many.
    first_step
        The length of the first, as a share of Polyak's.
    halted
        Asked before every step; True ends the search.
    """
    instance = pricer.instance
    items, limits = start.items.copy(), start.limits.copy()
    best = start
    scale = limit_scale(instance)
    step, failures = first_step, 0
    # What a plan may cost: every family at the prices to start from. A known plan can be far
    # dearer, and steps of that length would only be taken back.
    likely = lagrangian(instance, items, limits, 0.0)
    push_items, push_limits = np.zeros(instance.items), np.zeros(instance.limits)
    last_rise, made = 0, 0
    for made in range(1, steps + 1):
        if halted() or step < SMALLEST_STEP or made - last_rise > PATIENCE:
            break
        found = pricer.best(items, limits)
        bound = lagrangian(instance, items, limits, float(found.best.sum()))
        if bound > best.bound:
            if not bound - best.bound <= WORTH_GOING_ON * abs(bound) / PATIENCE:
                last_rise = made
            best = Prices(items.copy(), limits.copy(), bound)
            failures = 0
        else:
            failures += 1
            if failures >= FAILURES:
                step, failures = step * SHRINK, 0
                items, limits = best.items.copy(), best.limits.copy()
                push_items[:], push_limits[:] = 0.0, 0.0
                continue
        slope_items, slope_limits = _slope(instance, items, limits, found.option)
        slope_limits = slope_limits / scale
        length = float(slope_items @ slope_items + slope_limits @ slope_limits)
        target = max(likely, best.bound + GUESS * abs(best.bound))
        target = min(target, float(upper))
        if length == 0.0 or bound > upper - 1:
            break
        size = step * max(target - bound, 1.0) / length
        push_items = MOMENTUM * push_items + (1 - MOMENTUM) * slope_items
        push_limits = MOMENTUM * push_limits + (1 - MOMENTUM) * slope_limits
        items = items + size * push_items
        limits = np.maximum(limits + size * push_limits / scale, 0.0)
    return Prices(best.items, best.limits, best.bound, made)


def limit_scale(instance: Instance) -> Floats:
    """Return by how much larger a limit's numbers are than a child's.

    A price of a limit moves on the scale of what one option uses, and less the more children
    there are, since all of them push it the same way.
    """
    found: Floats = instance.use.usual * np.sqrt(max(instance.splits.families, 1))
    return found


def _slope(
    instance: Instance, items: Floats, limits: Floats, chosen: Ints
) -> tuple[Floats, Floats]:
    """Return the subgradient: by how much each item and limit is missed."""
    splits = cheapest_splits(instance, split_values(instance, items, limits))
    wanted = np.zeros(instance.items)
    part = np.isin(instance.splits.of_item, splits)
    wanted[instance.splits.item[part]] = 1.0
    slope_items = wanted - np.bincount(instance.item[chosen], minlength=instance.items)
    slope_limits = (
        instance.use.total(chosen) + instance.splits.use.total(splits) - instance.limit
    ).astype(np.float64)
    # A price of 0 that would fall stays where it is.
    slope_limits[(limits <= 0) & (slope_limits < 0)] = 0.0
    return slope_items, slope_limits


def cheapest_splits(instance: Instance, values: Floats) -> Ints:
    """Return the first cheapest split of every family."""
    splits = instance.splits
    least = np.minimum.reduceat(values, splits.start[:-1])
    cheap = np.flatnonzero(values <= least[splits.family])
    _, first = np.unique(splits.family[cheap], return_index=True)
    found: Ints = cheap[first].astype(np.int64)
    return found
