"""Prices of children, groups and limits, by subgradient steps on the Lagrangian.

Under given prices every home chooses for itself its best configuration, and what all homes,
rows and limits then come to is a lower bound on every plan, whatever the prices are [1]_.
The steps have Polyak's length [2]_, with momentum; after some failures in a row they become
shorter and start again from the best prices. They come near the linear relaxation over all
configurations without solving one linear programme; starting column generation without
them takes many times as long.

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

from matcher.solving.configurations.instance import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.solving.configurations.instance import Flags, Floats, Instance
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
    rows
        Of each row; of at-least rows never negative.
    limits
        Of a unit of each limit, never negative.
    bound
        What they give, in floating point.
    steps
        How many steps were made.
    """

    rows: Floats
    limits: Floats
    bound: float
    steps: int = 0


def slack_gain(instance: Instance, rows: Floats, limits: Floats) -> Floats:
    """Return what a unit of slack in each row is worth under prices, at least 0."""
    cost = instance.slack_cost + limits @ instance.spare
    found: Floats = np.where(instance.slack_cost == NEVER, 0.0, np.maximum(rows - cost, 0.0))
    return found


def lagrangian(instance: Instance, rows: Floats, limits: Floats, worth: float) -> float:
    """Return the bound that prices give when homes make ``worth`` of them."""
    gain = slack_gain(instance, rows, limits)
    return float(
        instance.constant + (rows - gain) @ instance.needed - limits @ instance.limit - worth
    )


def first_prices(instance: Instance) -> Prices:
    """Return prices to start from: of a child, what its third-cheapest option costs a head.

    A child with fewer options starts at the dearest of them, and not at the price of being
    left out, from which the steps take long to come down; a child with none starts, and
    ends, there.
    """
    equal = np.append(instance.equal, False)
    heads = np.maximum(equal[instance.rows_of_item].sum(axis=1), 1)
    share = instance.cost / heads[instance.item]
    found = np.full(instance.rows + 1, -np.inf)
    for _ in range(3):
        dearer = np.full(instance.rows + 1, np.inf)
        for slot in range(instance.rows_of_item.shape[1]):
            row = instance.rows_of_item[instance.item, slot]
            above = share > found[row]
            np.minimum.at(dearer, row[above], share[above])
        found = np.where(np.isfinite(dearer), dearer, found)
    rows = found[:-1]
    slack = np.maximum(instance.slack_cost, 0).astype(np.float64)
    rows = np.where(instance.equal & np.isfinite(rows), rows, slack)
    return Prices(rows=rows, limits=np.zeros(instance.limits), bound=-np.inf)


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
    rows, limits = start.rows.copy(), start.limits.copy()
    best = start
    scale = limit_scale(instance)
    step, failures = first_step, 0
    # What a plan may cost: every child at the price to start from. A known plan can be far
    # dearer, and steps of that length would only be taken back.
    likely = instance.constant + float(rows @ instance.needed)
    push_rows, push_limits = np.zeros(instance.rows), np.zeros(instance.limits)
    last_rise, made = 0, 0
    for made in range(1, steps + 1):
        if halted() or step < SMALLEST_STEP or made - last_rise > PATIENCE:
            break
        found = pricer.best(rows, limits)
        bound = lagrangian(instance, rows, limits, float(found.best.sum()))
        if bound > best.bound:
            if not bound - best.bound <= WORTH_GOING_ON * abs(bound) / PATIENCE:
                last_rise = made
            best = Prices(rows.copy(), limits.copy(), bound)
            failures = 0
        else:
            failures += 1
            if failures >= FAILURES:
                step, failures = step * SHRINK, 0
                rows, limits = best.rows.copy(), best.limits.copy()
                push_rows[:], push_limits[:] = 0.0, 0.0
                continue
        slope_rows, slope_limits = _slope(instance, rows, limits, found.option)
        slope_limits = slope_limits / scale
        length = float(slope_rows @ slope_rows + slope_limits @ slope_limits)
        target = max(likely, best.bound + GUESS * abs(best.bound))
        target = min(target, float(upper))
        if length == 0.0 or bound > upper - 1:
            break
        size = step * max(target - bound, 1.0) / length
        push_rows = MOMENTUM * push_rows + (1 - MOMENTUM) * slope_rows
        push_limits = MOMENTUM * push_limits + (1 - MOMENTUM) * slope_limits
        rows = rows + size * push_rows
        rows[~instance.equal] = np.maximum(rows[~instance.equal], 0.0)
        limits = np.maximum(limits + size * push_limits / scale, 0.0)
    return Prices(best.rows, best.limits, best.bound, made)


def limit_scale(instance: Instance) -> Floats:
    """Return by how much larger a limit's numbers are than a child's.

    A price of a limit moves on the scale of what one option uses, and less the more children
    there are, since all of them push it the same way.
    """
    if not instance.options:
        return np.ones(instance.limits)
    use = np.abs(instance.use)
    mean = use.sum(axis=1) / np.maximum((use > 0).sum(axis=1), 1)
    found: Floats = np.maximum(mean, 1.0) * np.sqrt(max(int(instance.equal.sum()), 1))
    return found


def _slope(
    instance: Instance, rows: Floats, limits: Floats, chosen: np.ndarray
) -> tuple[Floats, Floats]:
    """Return the subgradient: by how much each row and limit is missed."""
    slack: Flags = slack_gain(instance, rows, limits) > 0
    short = np.where(slack, instance.needed, 0)
    slope_rows = (instance.needed - instance.covered(chosen) - short).astype(np.float64)
    slope_limits = (
        instance.use[:, chosen].sum(axis=1) + instance.spare @ short - instance.limit
    ).astype(np.float64)
    # A price of 0 that would fall stays where it is.
    slope_rows[~instance.equal & (rows <= 0) & (slope_rows < 0)] = 0.0
    slope_limits[(limits <= 0) & (slope_limits < 0)] = 0.0
    return slope_rows, slope_limits
