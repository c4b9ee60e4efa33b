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

if TYPE_CHECKING:
    from matcher.solving.configurations.instance import Floats, Ints
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
