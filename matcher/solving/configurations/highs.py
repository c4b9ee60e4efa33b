"""HiGHS, the way this package uses it: one thread, silent, arrays in and out.

References
----------
.. [1] Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method",
   Mathematical Programming Computation 10 (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from matcher.solving.configurations.prices import limit_scale

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


@dataclass(frozen=True, eq=False)
class Rows:
    """Where the rows of a programme are, and what they say.

    In order: a row an item, a row a family that has three splits or more, a row a home, a
    row a limit. The first split of every family is not a column: it is what is left of one
    when the others are deducted.

    Parameters
    ----------
    instance
        Items, families and limits.
    homes
        How much fits into each home's row, shape (rows of homes,).
    """

    instance: Instance
    homes: Floats

    @cached_property
    def several(self) -> Ints:
        """The families that have three splits or more."""
        found: Ints = np.flatnonzero(np.diff(self.instance.splits.start) > 2).astype(np.int64)
        return found

    @cached_property
    def base(self) -> Ints:
        """The split of every family that is not a column."""
        return self.instance.splits.start[:-1]

    @cached_property
    def others(self) -> Ints:
        """The splits that are columns."""
        found: Ints = np.setdiff1d(np.arange(len(self.instance.splits)), self.base)
        return found

    @property
    def homes_at(self) -> int:
        """Where the rows of homes begin."""
        return self.instance.items + len(self.several)

    @property
    def limits_at(self) -> int:
        """Where the rows of limits begin."""
        return self.homes_at + len(self.homes)

    @cached_property
    def scale(self) -> Floats:
        """What the numbers of each limit are divided by."""
        return limit_scale(self.instance)

    @cached_property
    def constant(self) -> int:
        """What the programme's value leaves out."""
        return self.instance.constant + int(self.instance.splits.cost[self.base].sum())

    def programme(self, *, seed: int) -> Programme:
        """Return the programme with these rows and, as its first columns, the splits."""
        instance, splits = self.instance, self.instance.splits
        lower = np.full(self.limits_at + instance.limits, -INFINITE)
        in_base = np.isin(splits.of_item, self.base)
        lower[: instance.items] = 0.0
        lower[splits.item[in_base]] = 1.0
        used = splits.use.total(self.base)
        upper = np.concatenate(
            [
                lower[: instance.items],
                np.ones(len(self.several)),
                self.homes,
                (instance.limit - used) / self.scale,
            ]
        )
        programme = Programme(lower, upper, seed=seed)
        begin, row, value = self._splits()
        cost = splits.cost[self.others] - splits.cost[self.base][splits.family[self.others]]
        programme.add(cost.astype(np.float64), np.ones(len(cost)), begin, row, value)
        return programme

    def _splits(self) -> tuple[Ints, Ints, Floats]:
        """Return the columns of splits, compressed: begin, row, value."""
        splits, others = self.instance.splits, self.others
        count, family = len(others), splits.family[others]
        place = np.full(len(splits), -1)
        place[others] = np.arange(count)
        # Items of the split itself count against the row, those of the first split for it.
        own = place[splits.of_item] >= 0
        base_size = np.diff(splits.first)[self.base]
        of_base = np.repeat(np.arange(count), base_size[family])
        begin = splits.first[self.base][family]
        step = np.arange(len(of_base)) - np.repeat(
            np.cumsum(base_size[family]) - base_size[family], base_size[family]
        )
        capped = np.flatnonzero(np.isin(family, self.several))
        use = splits.use.at(others) - splits.use.at(self.base[family])
        limit, user = np.nonzero(use)
        of = np.concatenate([place[splits.of_item[own]], of_base, capped, user])
        row = np.concatenate(
            [
                splits.item[own],
                splits.item[begin[of_base] + step],
                self.instance.items + np.searchsorted(self.several, family[capped]),
                self.limits_at + limit,
            ]
        )
        value = np.concatenate(
            [
                np.full(int(own.sum()), -1.0),
                np.ones(len(of_base)),
                np.ones(len(capped)),
                use[limit, user] / self.scale[limit],
            ]
        )
        # An item of both is the same either way.
        rows = self.limits_at + self.instance.limits
        key, at = np.unique(of * rows + row, return_inverse=True)
        total = np.bincount(at, weights=value, minlength=len(key))
        kept = total != 0
        found = np.searchsorted(key[kept] // rows, np.arange(count + 1)).astype(np.int64)
        return found, (key[kept] % rows).astype(np.int64), total[kept]
