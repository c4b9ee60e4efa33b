"""Weeks that may come, again and again: what each family would lose without each home.

The homes begin as they are today. Families of the past come anew; who finds nothing waits and
looks again each week; children of other authorities take free beds and leave them. The replay
keeps beds, solo children and named incompatibilities. Everybody who fits somewhere is placed:
prices choose between homes and never refuse anybody.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.lookahead.states import AFTER, state_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.lookahead.meetings import Meetings, Stays
    from matcher.lookahead.start import Start

    Floats = NDArray[np.float64]

GIVE_UP_WEEKS = 8
"""After so many weeks without a home a place is bought elsewhere, or a move is given up."""
SHARE_OF_A_MOVE = 0.2
"""What a week in a home that is to be left weighs, of a week without one."""
_WEEKS = 52.0
"""So far ahead; then the homes are again as they are today."""
_WARM_UP = 0.25
"""Where nobody lives in the homes at first: share of the visits before anything is noted."""
_OURS = -1
"""Stands for a family that lives in its home from the first day."""


@dataclass(frozen=True, eq=False)
class Regrets:
    """What families met with in one replay.

    Parameters
    ----------
    family
        Which family it was, or which child of one that was split, shape (looks,).
    gain
        What it would lose without each home: its best other choice, price included, less what
        it loses there; -inf where it may not live. Shape (looks, homes).
    visits
        How many families came.
    """

    family: NDArray[np.intp]
    gain: NDArray[np.float32]
    visits: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A family for which nothing is open.

    Parameters
    ----------
    family
        Which.
    look
        The position of what was noted when it came.
    since, again
        When it came, and when it looks again, in weeks.
    """

    family: int
    look: int
    since: float
    again: float


@dataclass(frozen=True, eq=False, slots=True)
class _Found:
    """What a family finds when it looks.

    Parameters
    ----------
    total
        What each home costs, price included; inf where it is not open, shape (homes,).
    best
        The position of the home that costs least.
    apart
        What it costs to live apart; inf where that cannot be.
    otherwise
        What it costs to have no home together: to live apart, or to wait.
    """

    total: Floats
    best: int
    apart: float
    otherwise: float

    @property
    def together(self) -> bool:
        """Whether a home is open to all of them."""
        return bool(np.isfinite(self.total[self.best]))

    @property
    def least(self) -> float:
        """What is lost by what is found."""
        return min(float(self.total[self.best]), self.otherwise)


class Replay:
    """Homes that fill and empty.

    Parameters
    ----------
    meetings
        Who comes, and where they may live.
    stays
        How long they stay.
    start
        Who lives in the homes at first, and what others do. With nobody of ours there the homes
        fill first, and the weeks go on without end; otherwise a year is lived again and again.
    unplaced_points
        What it costs that a child finds no home in :data:`GIVE_UP_WEEKS`.
    household_points
        What it costs that brothers and sisters live in one household more.
    seed
        Of the order in which they come and of how long they stay.
    """

    def __init__(
        self,
        meetings: Meetings,
        stays: Stays,
        start: Start,
        *,
        unplaced_points: float,
        household_points: float,
        seed: int,
    ) -> None:
        self._meetings = meetings
        self._stays = stays
        self._start = start
        self._a_week = np.where(meetings.moving, SHARE_OF_A_MOVE, 1.0) * (
            unplaced_points / GIVE_UP_WEEKS
        )
        self._household = household_points
        self._nothing = unplaced_points
        """What it costs a child, on average, to find nothing open."""
        # Each has its own chance, so that two replays of one seed differ by the values alone.
        self._coming, self._staying, self._elsewhere = np.random.default_rng(seed).spawn(3)
        rate = meetings.per_week.sum()
        self._rate = float(rate)
        self._share = meetings.per_week / rate
        self._everywhere = np.arange(len(meetings.home_ids))
        self._now = 0.0
        self._count = 0
        self._settled = bool(start.ours)
        self._cost = 0.0
        self._looks: list[int] = []
        self._gains: list[NDArray[np.float32]] = []
        self._waiting: list[_Waiting] = []
        self._begin()

    def run(self, values: Floats, visits: int) -> Regrets:
        """Let so many families come, placed by their points and the values of homes.

        Parameters
        ----------
        values
            What each home in each state is worth to those who come, shape (homes, states).
        visits
            How many come; before the first time, some more where the homes are empty.
        """
        self._values = values
        if not self._settled:
            self._visits(int(visits * _WARM_UP))
            self._settled = True
        self._looks, self._gains = [], []
        self._waiting = [replace(each, look=-1) for each in self._waiting]
        waited = self._visits(visits)
        if waited:
            self._nothing = (self._nothing + float(np.mean(waited))) / 2
        return Regrets(np.array(self._looks, dtype=np.intp), np.stack(self._gains), visits)

    def cost(self, values: Floats, visits: int) -> float:
        """Return what all that becomes of so many families costs under some values, in points."""
        self._cost = 0.0
        self.run(values, visits)
        return self._cost

    def _begin(self) -> None:
        """Let the homes be as they are on the first day."""
        start, homes = self._start, len(self._everywhere)
        self._began = self._now
        self._others = np.minimum(start.others, self._meetings.room)
        self._taken = self._others.copy()
        self._long = self._others * start.kind
        self._shut = np.zeros(homes, dtype=np.bool_)
        self._state = np.zeros(homes, dtype=np.intp)
        self._families: dict[int, list[int]] = {}
        self._ends: list[tuple[float, int, int, int, int]] = []
        self._waiting = []
        for home, kind in start.ours:
            self._taken[home] += 1
            self._long[home] += kind
            self._stay(_OURS, home, kind)
        for home in range(homes):
            self._note_state(home)

    def _visits(self, count: int) -> list[float]:
        """Let families come; return what it cost each child for whom nothing was open."""
        families = self._coming.choice(len(self._share), count, p=self._share)
        gaps = self._coming.exponential(1 / self._rate, count)
        waited: list[float] = []
        for visit in range(count):
            gap = float(gaps[visit])
            if self._start.ours and self._now + gap - self._began > _WEEKS:
                self._begin()
                gap %= _WEEKS
            self._pass(gap, waited)
            self._visit(int(families[visit]))
        return waited

    def _pass(self, weeks: float, waited: list[float]) -> None:
        """Let time pass: children leave, others come and go, those who wait look again."""
        while weeks > 0:
            nothing_happens = not self._waiting and not self._start.leave_per_week
            step = weeks if nothing_happens else min(weeks, 1.0)
            weeks -= step
            self._now += step
            self._let_leave()
            self._others_come_and_go(step)
            due = [each for each in self._waiting if each.again <= self._now]
            self._waiting = [each for each in self._waiting if each.again > self._now]
            for each in due:
                self._look_again(each, waited)

    def _visit(self, family: int) -> None:
        """Let a family look for a home, and note what it would lose without each."""
        found = self._look(family)
        own = self._meetings.loss[family]
        first = found.least
        gain = first - own
        if found.together:
            others = found.total.copy()
            others[found.best] = np.inf
            gain[found.best] = min(float(others.min()), found.otherwise) - own[found.best]
        look = len(self._looks)
        self._looks.append(family)
        self._gains.append(gain)
        if not self._take(family, found):
            self._waiting.append(_Waiting(family, look, self._now, self._now + 1.0))

    def _look_again(self, each: _Waiting, waited: list[float]) -> None:
        """Let a family that waits look again; after some weeks it gives up."""
        family, weeks = each.family, min(self._now - each.since, GIVE_UP_WEEKS)
        own = self._meetings.loss[family]
        beds = int(self._meetings.beds[family])
        a_week = float(self._a_week[family]) * beds
        self._cost += a_week
        found = self._look(family)
        cost = a_week * weeks
        if self._take(family, found):
            cost += found.least
        elif weeks < GIVE_UP_WEEKS:
            self._waiting.append(replace(each, again=each.again + 1.0))
            return
        if not self._meetings.moving[family] and np.isfinite(own).any():
            waited.append(cost / beds)
        if each.look >= 0:
            self._gains[each.look] = cost - own

    def _look(self, family: int) -> _Found:
        total, best = self._totals(family)
        parts = self._meetings.alone.get(family, ())
        apart = self._household * (len(parts) - 1) if parts else np.inf
        for part in parts:
            apart += float(self._totals(part)[0].min())
        beds = int(self._meetings.beds[family])
        moving = bool(self._meetings.moving[family])
        nothing = beds * (GIVE_UP_WEEKS * float(self._a_week[family]) if moving else self._nothing)
        return _Found(total, best, apart, min(nothing, apart))

    def _totals(self, family: int) -> tuple[Floats, int]:
        """Return what each home costs a family, price included, and the best of them."""
        meetings, values = self._meetings, self._values
        beds, kind = int(meetings.beds[family]), int(meetings.kind[family])
        full = values[self._everywhere, AFTER[kind, beds][self._state]]
        price = np.maximum(values[self._everywhere, self._state] - full, 0.0)
        total = np.where(self._open(family), meetings.loss[family] + price, np.inf)
        return total, int(total.argmin())

    def _take(self, family: int, found: _Found) -> bool:
        """Place a family, together or apart; return whether it could be."""
        if found.together:
            self._move_in(family, found.best)
            return True
        if not np.isfinite(found.apart):
            return False
        parts = self._meetings.alone[family]
        self._cost += self._household * (len(parts) - 1)
        for part in parts:
            self._visit(part)
        return True

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

    def _move_in(self, family: int, home: int) -> None:
        self._cost += float(self._meetings.loss[family, home])
        self._families.setdefault(family, []).append(home)
        self._shift(family, home, +1)
        self._stay(family, home, int(self._meetings.kind[family]))

    def _stay(self, family: int, home: int, kind: int) -> None:
        weeks = float(self._staying.exponential(self._stays.mean_weeks[kind]))
        self._count += 1
        heapq.heappush(self._ends, (self._now + weeks, self._count, family, home, kind))

    def _let_leave(self) -> None:
        while self._ends and self._ends[0][0] <= self._now:
            _, _, family, home, kind = heapq.heappop(self._ends)
            if family == _OURS:
                self._occupy(home, -1, kind)
            else:
                self._families[family].remove(home)
                self._shift(family, home, -1)

    def _others_come_and_go(self, weeks: float) -> None:
        start = self._start
        leaving = self._others * (start.leave_per_week * weeks)
        free = np.where(self._shut | ~start.shared, 0, self._meetings.room - self._taken)
        taking = np.maximum(free, 0) * (start.take_per_week * weeks)
        draw = self._elsewhere.random(len(leaving))
        for home in np.flatnonzero(draw < leaving + taking).tolist():
            by = -1 if draw[home] < leaving[home] else 1
            self._others[home] += by
            self._occupy(home, by, start.kind)

    def _shift(self, family: int, home: int, by: int) -> None:
        meetings = self._meetings
        if meetings.solo[family]:
            self._shut[home] = by > 0
        self._occupy(home, int(meetings.beds[family]) * by, int(meetings.kind[family]))

    def _occupy(self, home: int, beds: int, kind: int) -> None:
        """Let so many more beds of a home be taken; fewer where it is less than 0."""
        self._taken[home] += beds
        self._long[home] += beds * kind
        self._note_state(home)

    def _note_state(self, home: int) -> None:
        room = int(self._meetings.room[home])
        free = 0 if self._shut[home] else room - int(self._taken[home])
        self._state[home] = state_of(room, free, int(self._long[home]))
