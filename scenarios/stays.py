"""How stays end: the weekly chance that a child leaves, moves on, or has to move.

The rates come from the table of assumptions; docs/explanation/simulation.md says how they
combine. The chance of a cause in a week is 1 - exp(-rate x 7 / 365.25), and each cause has
its own random number for each child and week, so that a change in one rate changes no event
of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.home import Setting
from scenarios.randomness import threshold
from scenarios.roll import SETTING_AT, SETTINGS, State
from scenarios.tallies import AGE_BANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from scenarios.changes import NumberChanges
    from scenarios.numbers import Numbers
    from scenarios.randomness import Randomness
    from scenarios.roll import Roll

WEEK_IN_YEARS = 7 / 365.25

CAUSES = (
    "return_home",
    "adoption",
    "guardianship",
    "other",
    "settles",
    "disrupts",
    "breakdown",
    "carer_asks",
    "authority_asks",
    "planned",
    "other_move",
    "step_to_supported",
    "step_down",
)
"""In the order in which they count when a week has several for one child: leaving first, then
what ends a placement at once, then what makes people look for another."""

KINDS = ("foster", "connected", "childrens_home", "supported", "other")
"""Settings as the rates of breakdowns and planned moves tell them apart."""

_KIND_OF = {
    Setting.FOSTER: 0,
    Setting.PARENT_AND_CHILD: 0,
    Setting.CONNECTED: 1,
    Setting.CHILDRENS_HOME: 2,
    Setting.RESIDENTIAL_SCHOOL: 2,
    Setting.SECURE: 2,
    Setting.SUPPORTED: 3,
}
_KIND = np.array([_KIND_OF.get(setting, 4) for setting in SETTINGS], dtype=np.intp)
_PARENTS, _ADOPTIVE = SETTING_AT[Setting.WITH_PARENTS], SETTING_AT[Setting.ADOPTIVE]
_STEPS_UP = np.array(
    [setting in (Setting.FOSTER, Setting.CHILDRENS_HOME) for setting in SETTINGS], dtype=np.bool_
)
_QUARTER, _HALF, _YEAR = 91, 182, 365
_ADOPTION_FROM_DAYS = 91


class Stays:
    """The weekly chances of every child, kept current.

    Parameters
    ----------
    roll
        The children.
    numbers
        The rates in force.
    randomness
        Of the replication.
    """

    def __init__(self, roll: Roll, numbers: Numbers, randomness: Randomness) -> None:
        self._roll = roll
        self._numbers = numbers
        self._randomness = randomness
        self._below = np.zeros((len(CAUSES), roll.room), dtype=np.uint64)
        self.step_down_a_year = 0.0
        """How often a child who may step down is looked for; set by the lever's change."""
        self._stale = True
        self._level = 1.0

    def begin(self, day: int) -> None:
        """Let the rates of going home be, over the children there at the start, as stated.

        How long a child has been in care moves the rate up and down; the children who are
        there at the start are as likely to go home, taken together, as without that.

        Parameters
        ----------
        day
            Ordinal of the first day.
        """
        drawn = self._numbers.drawn
        in_care = day - self._roll.since[self._roll.state == State.PLACED]
        if len(in_care):
            by_time = _by_time(
                in_care, drawn["leave.time.under_6_months"], drawn["leave.time.over_2_years"]
            )
            self._level = 1 / float(np.mean(by_time))

    def forget(self) -> None:
        """Work out every chance anew before the next week: a rate has changed."""
        self._stale = True

    def events(self, day: int, week: int) -> list[tuple[int, str]]:
        """Return what happens this week: slots and causes, at most one for each child.

        Parameters
        ----------
        day
            Ordinal of today.
        week
            The week's number, counted from a fixed day: the counter of the random numbers.
        """
        roll = self._roll
        if self._below.shape[1] < roll.room:
            self._below = np.zeros((len(CAUSES), roll.room), dtype=np.uint64)
            self._stale = True
        if self._stale:
            slots = np.flatnonzero(roll.state == State.PLACED)
            self._below[:] = 0
            self._stale = False
        else:
            slots = np.flatnonzero(roll.due <= day)
            self._below[:, slots] = 0
            slots = slots[roll.state[slots] == State.PLACED]
        roll.due[roll.state != State.PLACED] = np.iinfo(np.int64).max
        if len(slots):
            rates, due = self.rates(slots, day)
            self._below[:, slots] = threshold(-np.expm1(-rates * WEEK_IN_YEARS))
            roll.due[slots] = due
        bits = self._randomness.all_bits(CAUSES, roll.key, week)
        causes, where = np.nonzero(bits < self._below)
        found: dict[int, str] = {}
        for cause, slot in zip(causes.tolist(), where.tolist(), strict=True):
            found.setdefault(slot, CAUSES[cause])
        return sorted(found.items(), key=lambda each: roll.id_at[each[0]] or "")

    def rates(
        self, slots: NDArray[np.intp], day: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the yearly rate of each cause for some placed children.

        Returns
        -------
        array, array
            A row for each of :data:`CAUSES`; and the ordinal of the day on which a rate next
            changes by itself, because time passes.
        """
        roll, numbers = self._roll, self._numbers
        band, setting = roll.band[slots], roll.setting[slots]
        kind = _KIND[setting]
        in_care, in_home = day - roll.since[slots], day - roll.home_since[slots]
        waiting = (setting == _PARENTS) | (setting == _ADOPTIVE)
        usual = ~waiting & (in_home >= 0)
        mask = self._mask(slots)

        def banded(prefix: str) -> NDArray[np.float64]:
            return numbers.values([f"{prefix}.{each}" for each in AGE_BANDS], band, mask)

        def of_kind(prefix: str) -> NDArray[np.float64]:
            return numbers.values([f"{prefix}.{each}" for each in KINDS], kind, mask)

        def one(name: str) -> float | NDArray[np.float64]:
            return numbers.one_value(name, len(slots), mask)

        found = np.zeros((len(CAUSES), len(slots)))
        row = {cause: found[at] for at, cause in enumerate(CAUSES)}
        seeker = roll.unaccompanied[slots]
        row["return_home"][:] = (
            banded("leave.return_home")
            * _by_time(in_care, one("leave.time.under_6_months"), one("leave.time.over_2_years"))
            * self._level
            * (usual & ~seeker)
        )
        row["adoption"][:] = (
            banded("leave.adoption") * (usual & ~seeker) * (in_care >= _ADOPTION_FROM_DAYS)
        )
        row["guardianship"][:] = (
            banded("leave.special_guardianship")
            * np.where(kind == 1, one("leave.connected_guardianship"), 1.0)
            * (usual & ~seeker)
        )
        row["other"][:] = banded("leave.other") * usual
        row["settles"][:] = np.where(
            setting == _PARENTS,
            one("with_parents.ends_a_year"),
            np.where(setting == _ADOPTIVE, one("adoption.order_a_year"), 0.0),
        )
        row["disrupts"][:] = np.where(
            setting == _PARENTS,
            one("with_parents.breaks_a_year"),
            np.where(setting == _ADOPTIVE, one("adoption.disrupts_a_year"), 0.0),
        )
        stay = np.where(
            in_home < _QUARTER,
            one("stay.first_quarter"),
            np.where(
                in_home < _YEAR,
                1.0,
                np.where(in_home < 2 * _YEAR, one("stay.second_year"), one("stay.later")),
            ),
        )
        miles = np.nan_to_num(roll.miles[slots], nan=0.0)
        old = np.select(
            [band < 2, band == 3, band == 4],
            [
                np.broadcast_to(one("breakdown.age.under_5"), band.shape),
                np.broadcast_to(one("breakdown.age.10_15"), band.shape),
                np.broadcast_to(one("breakdown.age.16_17"), band.shape),
            ],
            1.0,
        )
        row["breakdown"][:] = (
            of_kind("breakdown")
            * np.power(one("breakdown.ten_miles"), miles / 10)
            * np.power(one("breakdown.level_short"), roll.short[slots])
            * np.where(roll.split[slots], one("breakdown.split_siblings"), 1.0)
            * np.where(roll.need[slots] >= 3, one("breakdown.high_need"), 1.0)
            * old
            * stay
            * usual
        )
        rushed = roll.emergency[slots] & (in_home < _QUARTER)
        row["planned"][:] = (
            of_kind("move.planned")
            * stay
            * np.where(rushed, one("stay.after_emergency"), 1.0)
            * usual
        )
        row["other_move"][:] = one("move.other") * stay * usual
        row["carer_asks"][:] = one("move.carer_asks") * usual * (kind != 1)
        row["authority_asks"][:] = one("move.authority_asks") * usual
        row["step_to_supported"][:] = (
            one("step_to_supported") * (band == 4) * _STEPS_UP[setting] * usual
        )
        row["step_down"][:] = self.step_down_a_year * roll.stepping_down[slots] * usual
        due = np.full(len(slots), np.iinfo(np.int64).max)
        for since, steps in (
            (roll.since[slots], (_ADOPTION_FROM_DAYS, _HALF, 2 * _YEAR)),
            (roll.home_since[slots], (0, _QUARTER, _YEAR, 2 * _YEAR)),
        ):
            for step in steps:
                at = since + step
                due = np.where((at > day) & (at < due), at, due)
        return found, due

    def _mask(self, slots: NDArray[np.intp]) -> Callable[[NumberChanges], NDArray[np.bool_]]:
        roll = self._roll

        def fits(change: NumberChanges) -> NDArray[np.bool_]:
            there = np.ones(len(slots), dtype=np.bool_)
            if change.ages is not None:
                age = roll.age[slots]
                there &= (age >= change.ages[0]) & (age <= change.ages[1])
            if change.needs is not None:
                need = roll.need[slots]
                there &= (need >= change.needs[0]) & (need <= change.needs[1])
            if change.unaccompanied is not None:
                there &= roll.unaccompanied[slots] == change.unaccompanied
            if change.settings:
                there &= np.isin(roll.setting[slots], [SETTING_AT[s] for s in change.settings])
            if change.area:
                there &= np.array(
                    [
                        roll.postcode.get(roll.id_at[int(slot)] or "", "").startswith(change.area)
                        for slot in slots
                    ],
                    dtype=np.bool_,
                )
            return there

        return fits


def _by_time(
    in_care: NDArray[np.int64],
    early: float | NDArray[np.float64],
    late: float | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how much likelier children go home for the time they have been in care."""
    return np.where(in_care < _HALF, early, np.where(in_care >= 2 * _YEAR, late, 1.0))
