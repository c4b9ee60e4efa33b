"""Prices of children and limits, by subgradient steps on the Lagrangian.

Every child, every sibling group and every limit has a price. Under given prices each home
chooses for itself whom it would take (a knapsack of a few beds), and the sum of what all
homes, children and limits then say is a lower bound on every plan, whatever the prices are.
Good prices give a good bound; how they were found does not matter, and
:mod:`matcher.solving.bound` recomputes it from them in integers.

References
----------
.. [1] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
   problems", Management Science 27 (1981).
.. [2] B. T. Polyak, "Minimization of unsmooth functionals", USSR Computational Mathematics
   and Mathematical Physics 9 (1969): the length of the steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from matcher.solving.model import Model
    from matcher.solving.options import Ints

    Floats = NDArray[np.float64]

MOMENTUM = 0.7
SHRINK = 0.6
FAILURES = 8
FIRST_STEP = 0.3
SMALLEST_STEP = 1e-4


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Prices that bound a model.

    Parameters
    ----------
    rows
        Price of each child and each group, shape (rows,).
    limits
        Price of each limit, per unit, at least 0; shape (limits,).
    bound
        What they give, in floating point.
    """

    rows: Floats
    limits: Floats
    bound: float


def find_multipliers(
    model: Model, *, start: Multipliers, upper: int, steps: int, halted: Callable[[], bool]
) -> Multipliers:
    """Return prices with a higher bound than those to start from.

    Parameters
    ----------
    model
        What is bounded.
    start
        Prices to start from.
    upper
        The value of a plan that is known.
    steps
        At most so many steps.
    halted
        Asked before every step; True ends the search.
    """
    options = model.problem.options
    room = model.problem.room
    item_rows = model.rows_of_item[options.item]
    n_limits = len(model.limits)
    use = np.array([np.asarray(limit.use) for limit in model.limits], dtype=np.float64).reshape(
        n_limits, len(options)
    )
    limit = np.array([each.limit for each in model.limits], dtype=np.float64)
    spare = np.array([each.spare for each in model.limits], dtype=np.float64)
    # A limit's price moves on the scale of a placement's use, times the number of them.
    scale = np.array(
        [np.abs(row[row != 0]).mean() if row.any() else 1.0 for row in use], dtype=np.float64
    ) * np.sqrt(max(model.children, 1))
    needed = model.needed.astype(np.float64)
    cost = model.cost.astype(np.float64)
    children = model.children

    rows, prices = start.rows.copy(), start.limits.copy()
    rows[children:] = np.maximum(rows[children:], 0.0)
    best = Multipliers(rows, prices, -np.inf)
    step, failures = FIRST_STEP, 0
    momentum_rows, momentum_limits = np.zeros(model.rows), np.zeros(n_limits)
    for _ in range(steps):
        if halted() or step < SMALLEST_STEP:
            break
        padded = np.append(rows, 0.0)
        reduced = cost - padded[item_rows].sum(axis=1)
        if n_limits:
            reduced += prices @ use
        worth = np.flatnonzero(reduced < 0)
        value, taken = best_choices(
            options.home[worth].astype(np.int64),
            model.problem.weight[worth].astype(np.int64),
            reduced[worth],
            room,
        )
        chosen = worth[taken]
        slack_cost = np.full(model.rows, np.inf)
        slack_cost[:children][model.may_be_unplaced] = model.unplaced_cost
        slack_cost[children:] = model.household_cost + float(spare @ prices)
        gain = np.minimum(slack_cost - rows, 0.0)
        bound = (
            float(rows @ needed)
            + float(gain @ needed)
            - float(prices @ limit)
            + value
            + model.constant
        )
        if bound > best.bound + 1e-9 * abs(best.bound if np.isfinite(best.bound) else 1.0):
            best = Multipliers(rows.copy(), prices.copy(), bound)
            failures = 0
        else:
            failures += 1
            if failures >= FAILURES:
                step *= SHRINK
                failures = 0
                rows, prices = best.rows.copy(), best.limits.copy()
                momentum_rows[:], momentum_limits[:] = 0.0, 0.0
                continue
        if bound >= upper - 0.5:
            break
        covered = np.bincount(item_rows[chosen].ravel(), minlength=model.rows + 1)[: model.rows]
        slope_rows = needed - covered - np.where(gain < 0, needed, 0.0)
        spared = float(np.where(gain[children:] < 0, needed[children:], 0.0).sum())
        slope_limits = (use[:, chosen].sum(axis=1) + spare * spared - limit) / scale
        # A price of 0 that would fall stays where it is.
        slope_rows[children:][(rows[children:] <= 0) & (slope_rows[children:] < 0)] = 0.0
        slope_limits[(prices <= 0) & (slope_limits < 0)] = 0.0
        length = float(slope_rows @ slope_rows + slope_limits @ slope_limits)
        if length == 0.0:
            break
        size = step * max(upper - bound, 1.0) / length
        momentum_rows = MOMENTUM * momentum_rows + (1 - MOMENTUM) * slope_rows
        momentum_limits = MOMENTUM * momentum_limits + (1 - MOMENTUM) * slope_limits
        rows = rows + size * momentum_rows
        rows[children:] = np.maximum(rows[children:], 0.0)
        prices = np.maximum(prices + size * momentum_limits / scale, 0.0)
    return best


def best_choices(
    home: Ints, weight: Ints, reduced: Floats, room: Ints
) -> tuple[float, NDArray[np.intp]]:
    """Choose for each home the options that together are worth most under the prices.

    Parameters
    ----------
    home, weight, reduced
        Of options worth taking: position, room they need (at least 1), reduced cost (below 0).
    room
        Of every home.

    Returns
    -------
    tuple of float and ndarray
        The sum over homes of the best sum of reduced costs, and which options give it.
    """
    if not len(home):
        return 0.0, np.zeros(0, dtype=np.intp)
    kept, layer = _layers(home, weight, reduced, room)
    homes, row = np.unique(home[kept], return_inverse=True)
    width = int(room[homes].max()) + 1
    table = np.zeros((len(homes), width))
    taken_at: list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]] = []
    columns = np.arange(width)
    for level in range(int(layer.max()) + 1):
        members = kept[layer == level]
        rows = row[layer == level]
        before = columns[None, :] - weight[members][:, None]
        fits = before >= 0
        with_it = np.where(
            fits, np.take_along_axis(table[rows], np.maximum(before, 0), axis=1), np.inf
        )
        with_it += reduced[members][:, None]
        take = with_it < table[rows]
        table[rows] = np.where(take, with_it, table[rows])
        taken_at.append((members, rows, take))
    left = room[homes].copy()
    total = float(table[np.arange(len(homes)), left].sum())
    chosen: list[NDArray[np.intp]] = []
    for members, rows, take in reversed(taken_at):
        used = take[np.arange(len(members)), left[rows]]
        chosen.append(members[used])
        left[rows[used]] -= weight[members[used]]
    return total, np.concatenate(chosen)


def _layers(
    home: Ints, weight: Ints, reduced: Floats, room: Ints
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the options that can be in a best choice, and the step of the knapsack of each.

    Of options of one home that need the same room, no more than fit are ever taken, and the
    most worth first.
    """
    order = np.lexsort((reduced, weight, home))
    start = np.ones(len(order), dtype=np.bool_)
    start[1:] = (home[order][1:] != home[order][:-1]) | (weight[order][1:] != weight[order][:-1])
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(start, np.arange(len(order)), 0))
    kept = order[rank < room[home[order]] // weight[order]]
    first = np.ones(len(kept), dtype=np.bool_)
    first[1:] = home[kept][1:] != home[kept][:-1]
    layer = np.arange(len(kept)) - np.maximum.accumulate(np.where(first, np.arange(len(kept)), 0))
    return kept, layer
