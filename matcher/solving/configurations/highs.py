"""HiGHS, the way this package uses it: one thread, silent, arrays in and out.

References
----------
.. [1] Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method",
   Mathematical Programming Computation 10 (2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from matcher.solving.configurations.instance import NEVER

if TYPE_CHECKING:
    from matcher.solving.configurations.instance import Floats, Instance, Ints
    from matcher.solving.stopwatch import Stopwatch

INFINITE = highspy.kHighsInf
POLL = 0.02
"""Seconds between looks at whether a solve has ended."""


class Programme:
    """A linear or integer programme that grows by columns.

    Parameters
    ----------
    lower, upper
        Of every row.
    seed
        Of the solver.
    """

    def __init__(self, lower: Floats, upper: Floats, *, seed: int = 0) -> None:
        self.highs = highspy.Highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", seed % 2**31),
        ):
            self.highs.setOptionValue(option, value)
        none = np.zeros(0, dtype=np.int32)
        begin = np.zeros(len(lower), dtype=np.int32)
        self.highs.addRows(len(lower), lower, upper, 0, begin, none, none.astype(np.float64))
        self.columns = 0

    def add(self, cost: Floats, upper: Floats, begin: Ints, row: Ints, value: Floats) -> Ints:
        """Add columns from 0 to ``upper``, compressed; return their positions."""
        count = len(cost)
        self.highs.addCols(
            count,
            cost.astype(np.float64),
            np.zeros(count),
            upper.astype(np.float64),
            len(row),
            begin[:count].astype(np.int32),
            row.astype(np.int32),
            value.astype(np.float64),
        )
        found = np.arange(self.columns, self.columns + count)
        self.columns += count
        return found

    def price(self, columns: Ints, cost: Floats) -> None:
        """Change what columns cost."""
        self.highs.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def option(self, name: str, value: Any) -> None:
        """Set an option of the solver."""
        self.highs.setOptionValue(name, value)

    def solve(self, watch: Stopwatch, *, at_once: bool = False) -> highspy.HighsModelStatus:
        """Solve until done, or until the watch says that time is up.

        Parameters
        ----------
        watch
            How long it may take; told of an interrupt.
        at_once
            Whether an interrupt must end it at once rather than after it.
        """
        remaining = watch.remaining()
        if remaining is not None:
            # The limit counts from the first solve of this object.
            self.option("time_limit", self.highs.getRunTime() + max(remaining, 0.0))
        if not at_once:
            self.highs.run()
            return self.highs.getModelStatus()
        # On a thread of its own, so that an interrupt is heard at once.
        self.highs.HandleUserInterrupt = True
        self.highs.startSolve()
        while True:
            try:
                while not self.highs.wait(POLL)[0]:
                    pass
                return self.highs.getModelStatus()
            except KeyboardInterrupt:
                watch.interrupt()
                self.highs.cancelSolve()


def add_slack(programme: Programme, instance: Instance, limits_at: int, scale: Floats) -> Ints:
    """Let rows be short at their own price; return which rows may be.

    Parameters
    ----------
    programme
        Its first rows are those of the instance.
    instance
        Rows, and what slack costs and uses.
    limits_at, scale
        Where the rows of limits begin, and what the numbers of each are divided by.
    """
    rows = np.flatnonzero(instance.slack_cost != NEVER)
    limit, of = np.nonzero(instance.spare[:, rows])
    at = np.concatenate([np.arange(len(rows)), of])
    row = np.concatenate([rows, limits_at + limit])
    value = np.concatenate([np.ones(len(rows)), instance.spare[limit, rows[of]] / scale[limit]])
    order = np.lexsort((row, at))
    programme.add(
        instance.slack_cost[rows].astype(np.float64),
        instance.needed[rows].astype(np.float64),
        np.searchsorted(at[order], np.arange(len(rows) + 1)),
        row[order],
        value[order],
    )
    return rows


def row_limits(instance: Instance, homes: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Return lower and upper limits of the rows of children and groups, homes, and limits.

    Parameters
    ----------
    instance
        Rows and limits.
    homes
        What each home's row is at most.
    scale
        What the numbers of each limit are divided by.
    """
    lower = np.full(instance.rows + len(homes) + instance.limits, -INFINITE)
    lower[: instance.rows] = instance.needed
    first = np.where(instance.equal, instance.needed.astype(np.float64), INFINITE)
    return lower, np.concatenate([first, homes, instance.limit / scale])
