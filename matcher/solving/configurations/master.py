"""The linear programme over configurations, and better prices from it.

The restricted master holds the configurations made so far. Its dual prices go to the homes,
which answer with configurations that would improve it, until there are none: column
generation [1]_. Left alone the prices jump about. So they are kept in a box around the best
known ones by two slack columns a row (boxstep, [2]_): to cover a row from outside costs its
price plus the box's half width, and to leave it short earns the price less that. The box
moves when the bound has improved, and grows when prices press against it while nothing else
is left to do. While box slack is in use the master's own value bounds nothing; the bound is
always the Lagrangian one, of the prices, over all homes and options.

References
----------
.. [1] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005).
.. [2] R. E. Marsten, W. W. Hogan and J. W. Blankenship, "The boxstep method for large-scale
   optimization", Operations Research 23 (1975).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from matcher.solving.configurations.highs import INFINITE, Programme, add_slack, row_limits
from matcher.solving.configurations.prices import Prices, lagrangian, limit_scale

if TYPE_CHECKING:
    from matcher.solving.configurations.columns import Columns
    from matcher.solving.configurations.instance import Floats, Instance
    from matcher.solving.configurations.pricing import Pricer
    from matcher.solving.stopwatch import Stopwatch

ROUNDS = 80
HALF_WIDTH = 0.03
"""Half the box at first, as a share of the mean price."""
WIDER = 1.3
"""The box grows by this while prices press against it and the bound rises."""
SPREAD = 0.15
"""Configurations this share of the mean price below their home's best join too."""
EACH_HOME = 8
"""So many configurations of a home join in one round at most."""
CLOSE = 1e-6
"""Where master and bound agree to this share, the relaxation is solved."""


@dataclass(frozen=True, eq=False)
class Duals:
    """What the master says.

    Prices of rows, homes and limits, its value, how much box slack is in use, and by how much
    the rows of children are short, added up.
    """

    rows: Floats
    homes: Floats
    limits: Floats
    value: float
    boxed: float
    short: float


class Master:
    """The restricted master of one instance.

    Parameters
    ----------
    instance
        Rows, homes and limits.
    seed
        Of the simplex method.
    """

    def __init__(self, instance: Instance, *, seed: int = 0) -> None:
        self.instance = instance
        self.scale = limit_scale(instance)
        self.homes_at = instance.rows
        self.limits_at = instance.rows + instance.homes
        lower, upper = row_limits(instance, np.ones(instance.homes), self.scale)
        self.programme = Programme(lower, upper, seed=seed)
        self.programme.option("simplex_strategy", 4)  # primal: columns join a solved programme
        slack = add_slack(self.programme, instance, self.limits_at, self.scale)
        #: The slack columns of equations.
        self.left_out = np.flatnonzero(instance.equal[slack])
        everything = np.arange(instance.rows)
        free = np.full(instance.rows, INFINITE)
        begin = np.arange(instance.rows + 1)
        ones = np.ones(instance.rows)
        self.above = self.programme.add(free, free, begin, everything, ones)
        self.below = self.programme.add(free, free, begin, everything, -ones)
        self.tight = np.ones(instance.rows, dtype=np.bool_)

    def box(self, centre: Floats, half_width: float) -> None:
        """Keep the prices of rows near some prices."""
        low = centre - half_width
        low[~self.instance.equal] = np.maximum(low[~self.instance.equal], 0.0)
        self.programme.price(self.above, centre + half_width)
        self.programme.price(self.below, -low)
        # To cover an at-least row once too often is free anyway, and says nothing.
        self.tight = self.instance.equal | (low > 0)

    def add(self, columns: Columns, which: list[int]) -> None:
        """Let configurations join."""
        if which:
            block = columns.block(which)
            begin, row, value = block.matrix(self.homes_at, self.limits_at, self.scale)
            free = np.full(block.count, INFINITE)
            self.programme.add(block.cost.astype(np.float64), free, begin, row, value)

    def solve(self, watch: Stopwatch) -> Duals | None:
        """Solve, and return what it says; None when time is up first."""
        status = self.programme.solve(watch)
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.programme.highs.getSolution()
        value = np.asarray(solution.col_value)
        dual = np.asarray(solution.row_dual)
        rows = dual[: self.homes_at].copy()
        rows[~self.instance.equal] = np.maximum(rows[~self.instance.equal], 0.0)
        return Duals(
            rows=rows,
            homes=np.maximum(-dual[self.homes_at : self.limits_at], 0.0),
            limits=np.maximum(-dual[self.limits_at :], 0.0) / self.scale,
            value=self.programme.highs.getInfo().objective_function_value + self.instance.constant,
            boxed=float(value[self.above].sum() + value[self.below[self.tight]].sum()),
            short=float(value[self.left_out].sum()),
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
        By how much the rows of children are short there, added up.
    """

    prices: Prices
    rounds: int = 0
    solved: bool = False
    short: float = 0.0


def relax(
    pricer: Pricer,
    columns: Columns,
    start: Prices,
    *,
    upper: int,
    watch: Stopwatch,
    seed: int = 0,
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
    """
    instance = pricer.instance
    master = Master(instance, seed=seed)
    typical = float(np.abs(start.rows[instance.equal]).mean()) if instance.equal.any() else 1.0
    half_width = max(HALF_WIDTH * typical, 1e-3)
    found = Relaxed(start)
    floor = np.zeros(instance.homes)
    spread = SPREAD * typical
    first = pricer.columns(start.rows, start.limits, floor=floor, spread=spread, most=EACH_HOME)
    columns.add_priced(first)
    master.add(columns, list(range(len(columns))))
    master.box(start.rows.copy(), half_width)
    while found.rounds < ROUNDS and not watch.halted():
        duals = master.solve(watch)
        found.rounds += 1
        if duals is None:
            break
        found.short = duals.short
        floor = duals.homes + 1e-7 * typical
        priced = pricer.columns(
            duals.rows, duals.limits, floor=floor, spread=spread, most=EACH_HOME
        )
        worth = float(np.maximum(priced.best, floor).sum())
        bound = lagrangian(instance, duals.rows, duals.limits, worth)
        improved = bound > found.prices.bound
        if improved:
            found.prices = Prices(duals.rows, duals.limits, bound, start.steps)
        close = CLOSE * max(abs(duals.value), 1.0)
        unboxed = duals.boxed < 1e-7
        if unboxed and duals.value - found.prices.bound <= close:
            found.solved = True
            break
        if found.prices.bound > upper - 1:
            break
        fresh = columns.add_priced(priced)
        master.add(columns, fresh)
        if not fresh:
            if unboxed:
                found.solved = True
                break
            half_width *= 2.0
        elif improved and not unboxed:
            half_width *= WIDER
        if improved or not fresh:
            master.box(found.prices.rows.copy(), half_width)
    return found
