"""Weeks of the past, again and again: what each family would have lost without each home.

The replay keeps beds, solo children and named incompatibilities. Everybody who fits somewhere
is placed: prices choose between homes and never refuse anybody.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.lookahead.states import AFTER, state_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.lookahead.meetings import Meetings, Stays

    Floats = NDArray[np.float64]

_WARM_UP = 0.25
"""Share of the visits of the first replay before anything is written down."""


@dataclass(frozen=True, eq=False)
class Regrets:
    """What families met with in one replay.

    Parameters
    ----------
    family
        Which family it was, shape (visits,).
    gain
        What it would lose without each home: its best other choice, price included, less what
        it loses there; -inf where it may not live. Shape (visits, homes).
    """

    family: NDArray[np.intp]
    gain: NDArray[np.float32]


class Replay:
    """Homes that fill and empty.

    Parameters
    ----------
    meetings
        Who comes, and where they may live.
    stays
        How long they stay.
    unplaced_points
        What it costs that a child finds no home.
    seed
        Of the order in which they come and of how long they stay.
    """

    def __init__(
        self, meetings: Meetings, stays: Stays, *, unplaced_points: float, seed: int
    ) -> None:
        self._meetings = meetings
        self._stays = stays
        self._unplaced = unplaced_points
        self._rng = np.random.default_rng(seed)
        rate = meetings.per_week.sum()
        self._rate = float(rate)
        self._share = meetings.per_week / rate
        homes = len(meetings.home_ids)
        self._everywhere = np.arange(homes)
        self._long = np.zeros(homes, dtype=np.intp)
        self._taken = np.zeros(homes, dtype=np.intp)
        self._shut = np.zeros(homes, dtype=np.bool_)
        self._state = np.array([state_of(int(room), int(room), 0) for room in meetings.room])
        self._families: dict[int, list[int]] = {}
        self._ends: list[tuple[float, int, int, int, int]] = []
        self._now = 0.0
        self._count = 0
        self._settled = False

    def run(self, values: Floats, visits: int) -> Regrets:
        """Let so many families come, placed by their points and the values of homes.

        Parameters
        ----------
        values
            What each home in each state is worth to those who come, shape (homes, states).
        visits
            How many come; before the first time, some more.
        """
        if not self._settled:
            self._visits(values, int(visits * (1 + _WARM_UP)))
            self._settled = True
        return self._visits(values, visits)

    def _visits(self, values: Floats, count: int) -> Regrets:
        meetings = self._meetings
        families = self._rng.choice(len(self._share), count, p=self._share)
        gaps = self._rng.exponential(1 / self._rate, count)
        lengths = self._rng.exponential(1.0, count)
        gain = np.empty((count, len(self._everywhere)), dtype=np.float32)
        for visit in range(count):
            self._now += float(gaps[visit])
            self._let_leave()
            family = int(families[visit])
            beds, kind = int(meetings.beds[family]), int(meetings.kind[family])
            own = meetings.loss[family]
            open_ = self._open(family)
            after = AFTER[kind, beds][self._state]
            full = values[self._everywhere, after]
            price = np.maximum(values[self._everywhere, self._state] - full, 0.0)
            total = np.where(open_, own + price, np.inf)
            best = int(total.argmin())
            nothing = self._unplaced * beds
            first = min(float(total[best]), nothing)
            placed = bool(np.isfinite(total[best]))
            total[best] = np.inf
            second = min(float(total.min()), nothing)
            gain[visit] = first - own
            gain[visit, best] = second - own[best]
            if placed:
                weeks = lengths[visit] * self._stays.mean_weeks[kind]
                self._move_in(family, best, self._now + float(weeks))
        return Regrets(families, gain)

    def _open(self, family: int) -> NDArray[np.bool_]:
        meetings = self._meetings
        beds = int(meetings.beds[family])
        found: NDArray[np.bool_] = (
            np.isfinite(meetings.loss[family]) & (meetings.room - self._taken >= beds) & ~self._shut
        )
        if meetings.solo[family]:
            found &= self._taken == 0
        for foe in meetings.foes.get(family, ()):
            found[self._families.get(foe, [])] = False
        return found

    def _move_in(self, family: int, home: int, until: float) -> None:
        self._families.setdefault(family, []).append(home)
        self._shift(family, home, +1)
        self._count += 1
        heapq.heappush(self._ends, (until, self._count, family, home, 0))

    def _let_leave(self) -> None:
        while self._ends and self._ends[0][0] <= self._now:
            _, _, family, home, _ = heapq.heappop(self._ends)
            self._families[family].remove(home)
            self._shift(family, home, -1)

    def _shift(self, family: int, home: int, by: int) -> None:
        meetings = self._meetings
        beds = int(meetings.beds[family]) * by
        self._taken[home] += beds
        self._long[home] += beds * int(meetings.kind[family])
        if meetings.solo[family]:
            self._shut[home] = by > 0
        room = int(meetings.room[home])
        free = 0 if self._shut[home] else room - int(self._taken[home])
        self._state[home] = state_of(room, free, int(self._long[home]))
