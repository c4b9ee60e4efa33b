"""The linear programme over configurations, and better prices from it.

The restricted master holds the configurations made so far. Its dual prices go to the homes,
which answer with configurations that would improve it, until there are none: column
generation [1]_. Left alone the prices jump about. So they are kept in a box around the best
known ones by two slack columns an item (boxstep, [2]_): to place an item from outside costs its
price plus the box's half width, and to leave it short earns the price less that. The box
moves when the bound has improved, and grows for those items whose prices press against it.
While box slack is in use the master's own value bounds nothing; the bound is always the
Lagrangian one, of the prices, over all homes and options.

References
----------
.. [1] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005).
.. [2] R. E. Marsten, W. W. Hogan and J. W. Blankenship, "The boxstep method for large-scale
   optimization", Operations Research 23 (1975).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import highspy
import numpy as np

from matcher.solving.configurations.highs import INFINITE, Rows
from matcher.solving.configurations.prices import Prices, lagrangian

if TYPE_CHECKING:
    from matcher.solving.configurations.columns import Columns
    from matcher.solving.configurations.instance import Flags, Floats, Instance
    from matcher.solving.configurations.pricing import Pricer
    from matcher.solving.stopwatch import Stopwatch

ROUNDS = 80
HALF_WIDTH = 0.03
"""Half the box at first, as a share of the mean price."""
WIDER = 1.6
"""The box of an item grows by this while its price presses against it: the price of a child
for whom nothing may be left is a hundred times another's."""
SPREAD = 0.15
"""Configurations this share of the mean price below their home's best join too."""
EACH_HOME = 8
"""So many configurations of a home join in one round at most."""
UNUSED = 1e-9
CLOSE = 1e-6
"""Where master and bound agree to this share, the relaxation is solved."""


@dataclass(frozen=True, eq=False)
class Duals:
    """What a solved master says.

    Parameters
    ----------
    items, homes, limits
        Prices; what each home's configurations must be worth to join.
    value
        The master's own value.
    boxed
        The items whose box slack is in use.
    short
        How many children fewer than could be placed are placed.
    taken
        How much of each configuration is taken, in the order in which they joined.
    splits
        How much of each split is.
    """

    items: Floats
    homes: Floats
    limits: Floats
    value: float
    boxed: Flags
    short: float
    taken: Floats
    splits: Floats


class Master:
    """The restricted master of one instance.

    Parameters
    ----------
    instance
        Items, families, homes and limits.
    seed
        Of the simplex method.
    """

    def __init__(self, instance: Instance, *, seed: int = 0) -> None:
        self.instance = instance
        self.rows = Rows(instance, np.ones(instance.homes))
        self.programme = self.rows.programme(seed=seed)
        self.programme.option("simplex_strategy", 4)  # primal: columns join a solved programme
        heads = instance.splits.heads(instance.size)
        self._fewer = heads[self.rows.base][instance.splits.family[self.rows.others]]
        self._fewer -= heads[self.rows.others]
        self._least_short = instance.most_placed - int(heads[self.rows.base].sum())
        everything = np.arange(instance.items)
        free = np.full(instance.items, INFINITE)
        begin = np.arange(instance.items + 1)
        ones = np.ones(instance.items)
        self.above = self.programme.add(free, free, begin, everything, ones)
        self.below = self.programme.add(free, free, begin, everything, -ones)
        self._columns_at = self.programme.columns

    def box(self, centre: Floats, half_width: Floats) -> None:
        """Keep the prices of items near some prices."""
        self.programme.price(self.above, centre + half_width)
        self.programme.price(self.below, half_width - centre)

    def add(self, columns: Columns, which: list[int]) -> None:
        """Let configurations join."""
        if which:
            block = columns.block(which)
            begin, row, value = block.matrix(self.rows)
            free = np.full(block.count, INFINITE)
            self.programme.add(block.cost.astype(np.float64), free, begin, row, value)

    def solve(self, watch: Stopwatch) -> Duals | None:
        """Solve, and return what it says; None when time is up first."""
        status = self.programme.solve(watch)
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        rows = self.rows
        solution = self.programme.highs.getSolution()
        value = np.asarray(solution.col_value)
        dual = np.asarray(solution.row_dual)
        of_splits = np.zeros(len(self.instance.splits))
        of_splits[rows.others] = value[: len(rows.others)]
        of_splits[rows.base] = 1.0 - np.add.reduceat(of_splits, self.instance.splits.start[:-1])
        return Duals(
            items=dual[: self.instance.items].copy(),
            homes=np.maximum(-dual[rows.homes_at : rows.limits_at], 0.0),
            limits=np.maximum(-dual[rows.limits_at :], 0.0) / rows.scale,
            value=self.programme.highs.getInfo().objective_function_value + rows.constant,
            boxed=value[self.above] + value[self.below] > UNUSED,
            taken=value[self._columns_at :].copy(),
            splits=of_splits,
            short=float(self._least_short + self._fewer @ value[: len(rows.others)]),
        )


@dataclass(eq=False)
class Relaxed:
    """What column generation came to.

    Parameters
    ----------
    prices
        The best known, with their bound.
    rounds
        How many linear programmes were solved.
    solved
        Whether the relaxation over all configurations is solved.
    short
        How many children fewer than could be placed are placed there.
    taken
        How much of each configuration is taken, by position; of those that have joined since,
        nothing.
    splits
        How much of each split is.
    """

    prices: Prices
    rounds: int = 0
    solved: bool = False
    short: float = 0.0
    taken: Floats = field(default_factory=lambda: np.zeros(0))
    splits: Floats = field(default_factory=lambda: np.zeros(0))


def relax(
    pricer: Pricer,
    columns: Columns,
    start: Prices,
    *,
    upper: int,
    watch: Stopwatch,
    seed: int = 0,
    near: float = 1.0,
) -> Relaxed:
    """Solve the linear relaxation over all configurations, or come near it.

    Parameters
    ----------
    pricer
        Makes configurations.
    columns
        Those made so far; more are added.
    start
        Prices to start from.
    upper
        What a plan costs at most; the search ends when the bound has passed it.
    watch
        Ends the search when time is up.
    seed
        Of the simplex method.
    near
        Where the start is known to be near the best prices: the box and what joins are
        narrower by this.
    """
    instance = pricer.instance
    master = Master(instance, seed=seed)
    typical = float(np.abs(start.items).mean()) if instance.items else 1.0
    half_width = np.full(instance.items, max(near * HALF_WIDTH * typical, 1e-3))
    found = Relaxed(start)
    floor = np.zeros(instance.homes)
    spread = near * SPREAD * typical
    first = pricer.columns(start.items, start.limits, floor=floor, spread=spread, most=EACH_HOME)
    columns.add_priced(first)
    master.add(columns, list(range(len(columns))))
    master.box(start.items.copy(), half_width)
    while found.rounds < ROUNDS and not watch.halted():
        duals = master.solve(watch)
        found.rounds += 1
        if duals is None:
            break
        found.short, found.taken, found.splits = duals.short, duals.taken, duals.splits
        floor = duals.homes + 1e-7 * typical
        priced = pricer.columns(
            duals.items, duals.limits, floor=floor, spread=spread, most=EACH_HOME
        )
        worth = float(np.maximum(priced.best, floor).sum())
        bound = lagrangian(instance, duals.items, duals.limits, worth)
        improved = bound > found.prices.bound
        if improved:
            found.prices = Prices(duals.items, duals.limits, bound, start.steps)
        close = CLOSE * max(abs(duals.value), 1.0)
        unboxed = not duals.boxed.any()
        if unboxed and duals.value - found.prices.bound <= close:
            found.solved = True
            break
        if found.prices.bound > upper - 1:
            break
        fresh = columns.add_priced(priced)
        master.add(columns, fresh)
        if not fresh and unboxed:
            found.solved = True
            break
        half_width[duals.boxed] *= WIDER
        if improved or duals.boxed.any():
            master.box(found.prices.items.copy(), half_width)
    return found
