"""Counts kept current: what each child, home and group adds to the tallies right now.

A stock is not counted anew each week. Whoever changes takes out what they added before and
adds what they are now, so that a week costs as much as happened in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenarios.tallies import BY_AREA, WEEKLY, YEARLY, Course

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

WEEKS_A_YEAR = 52

Share = tuple[str, float]
"""The name of a tally and what is added to it."""


class Ledger:
    """The tallies of one replication while it runs.

    Parameters
    ----------
    weeks
        How many there will be.
    """

    def __init__(self, weeks: int) -> None:
        self._at = {name: at for at, name in enumerate(WEEKLY)}
        self._rows = np.zeros((weeks, len(self._at)))
        self._now = [0.0] * len(self._at)
        self._week = [0.0] * len(self._at)
        self._shares: dict[str, list[tuple[int, float]]] = {}
        self._yearly: dict[str, list[float]] = {name: [] for name in YEARLY}
        self._area_at: dict[tuple[str, str], int] = {}
        self._area_now: list[float] = []
        self._area_sum: list[float] = []
        self._area_since: list[int] = []
        self._area_of: dict[str, list[tuple[int, float]]] = {}
        self._done = 0
        self.checked = 0
        """Children and homes that went through the checker."""

    def stand(self, whose: str, shares: Iterable[Share]) -> None:
        """Say what somebody adds to the stocks from now on, in place of before.

        Parameters
        ----------
        whose
            A child, a home, a group, a block: any name of its own.
        shares
            Nothing when they are gone.
        """
        now = self._now
        for at, amount in self._shares.pop(whose, ()):
            now[at] -= amount
        position = self._at
        there = [(position[name], amount) for name, amount in shares]
        if there:
            self._shares[whose] = there
            for at, amount in there:
                now[at] += amount

    def stand_in_areas(self, whose: str, places: Iterable[tuple[str, str, float]]) -> None:
        """Say what somebody adds to the tallies by area from now on, in place of before.

        Parameters
        ----------
        whose
            As for :meth:`stand`.
        places
            Name of the tally, area, and how much.
        """
        for at, amount in self._area_of.pop(whose, ()):
            self._settle(at)
            self._area_now[at] -= amount
        there = [(self._area(name, area), amount) for name, area, amount in places]
        if there:
            self._area_of[whose] = there
            for at, amount in there:
                self._settle(at)
                self._area_now[at] += amount

    def count(self, name: str, amount: float = 1.0) -> None:
        """Count something that happens this week."""
        self._week[self._at[name]] += amount

    def standing(self, name: str) -> float:
        """Return how much of a stock there is now."""
        return self._now[self._at[name]]

    def begin_anew(self) -> None:
        """Forget what was counted while those who are there at the start settled in."""
        self._week = [0.0] * len(self._at)

    def close_week(self) -> None:
        """Write down the week: its stocks as they stand, its flows as they were counted."""
        row = self._rows[self._done]
        row[:] = self._now
        row += self._week
        self._week = [0.0] * len(self._at)
        self._done += 1

    def close_year(self, **numbers: float) -> None:
        """Write down the numbers of a year's end, each of :data:`scenarios.tallies.YEARLY`."""
        for name, values in self._yearly.items():
            values.append(numbers[name])

    def course(self, *, start: date, years: int, seed: int, replication: int) -> Course:
        """Return everything that was counted."""
        rows = self._rows[: self._done]
        gross = [at for name, at in self._at.items() if name in _PARTS_OF_GROSS]
        rows[:, self._at["cost.gross_pence"]] = rows[:, gross].sum(axis=1)
        by_area: dict[str, dict[str, float]] = {name: {} for name in BY_AREA}
        for (name, area), at in sorted(self._area_at.items()):
            self._settle(at)
            by_area[name][area] = self._area_sum[at]
        return Course(
            start=start,
            years=years,
            seed=seed,
            replication=replication,
            weekly={name: rows[:, at].copy() for name, at in self._at.items()},
            yearly={name: np.array(values) for name, values in self._yearly.items()},
            by_area=by_area,
            checked=self.checked,
        )

    def _area(self, name: str, area: str) -> int:
        key = (name, area)
        found = self._area_at.get(key)
        if found is None:
            found = self._area_at[key] = len(self._area_now)
            self._area_now.append(0.0)
            self._area_sum.append(0.0)
            self._area_since.append(self._done)
        return found

    def _settle(self, at: int) -> None:
        """Add the weeks that passed since an area last changed."""
        weeks = self._done - self._area_since[at]
        if weeks:
            self._area_sum[at] += weeks * self._area_now[at]
            self._area_since[at] = self._done


_PARTS_OF_GROSS = frozenset(
    {
        "cost.fees_pence",
        "cost.void_pence",
        "cost.transport_pence",
        "cost.capital_pence",
        "cost.running_pence",
        "cost.emergency_pence",
        "cost.staying_put_pence",
    }
)
