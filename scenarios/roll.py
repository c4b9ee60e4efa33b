"""The children looked after, as columns: what their hazards and the tallies depend on.

A child has a slot while looked after; slots are used again. Nothing depends on which slot a
child has: random numbers go by identity.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.home import Setting
from scenarios.randomness import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child

SETTINGS = tuple(Setting)
SETTING_AT = {setting: at for at, setting in enumerate(SETTINGS)}


class State(IntEnum):
    """How things stand with a child."""

    GONE = 0
    """Not looked after: the slot is free."""
    EXPECTED = 1
    """A home is sought or found, and the child does not need it yet."""
    UNPLACED = 2
    """Needs a home and has none."""
    PLACED = 3
    """Lives in a placement."""


def band_of(age: int) -> int:
    """Return the position of an age in :data:`scenarios.tallies.AGE_BANDS`."""
    return 0 if age < 1 else 1 if age < 5 else 2 if age < 10 else 3 if age < 16 else 4


class Roll:
    """Columns of the children looked after, with a slot for each.

    Parameters
    ----------
    room
        Slots to begin with; more are made as they are needed.
    """

    FIELDS = (
        ("key", np.uint64),
        ("state", np.int8),
        ("age", np.int16),
        ("band", np.int64),
        ("birthday", np.int64),  # ordinal of the next birthday
        ("since", np.int64),  # ordinal of the first day in care
        ("home_since", np.int64),  # ordinal of the first day in this home
        ("carer_since", np.int64),  # ordinal of the first day with this carer
        ("setting", np.int64),
        ("miles", np.float64),  # NaN when unknown or not applicable
        ("short", np.int16),  # levels by which the home falls short of needs
        ("need", np.int16),  # highest assessed level
        ("split", np.bool_),
        ("emergency", np.bool_),
        ("unaccompanied", np.bool_),
        ("stepping_down", np.bool_),
        ("due", np.int64),  # ordinal of the day on which hazards change by themselves
    )

    key: NDArray[np.uint64]
    state: NDArray[np.int8]
    age: NDArray[np.int16]
    band: NDArray[np.int64]
    birthday: NDArray[np.int64]
    since: NDArray[np.int64]
    home_since: NDArray[np.int64]
    carer_since: NDArray[np.int64]
    setting: NDArray[np.int64]
    miles: NDArray[np.float64]
    short: NDArray[np.int16]
    need: NDArray[np.int16]
    split: NDArray[np.bool_]
    emergency: NDArray[np.bool_]
    unaccompanied: NDArray[np.bool_]
    stepping_down: NDArray[np.bool_]
    due: NDArray[np.int64]

    def __init__(self, room: int) -> None:
        for name, kind in self.FIELDS:
            setattr(self, name, np.zeros(max(room, 16), dtype=kind))
        self.slot_of: dict[str, int] = {}
        self.id_at: list[str | None] = [None] * max(room, 16)
        self._free = list(range(max(room, 16) - 1, -1, -1))
        self.postcode: dict[str, str] = {}
        """Postcode of the home before care, where it is known."""

    @property
    def room(self) -> int:
        """How many slots there are."""
        return len(self.id_at)

    def enter(self, child: Child, day: date, since: date) -> int:
        """Give a child a slot.

        Parameters
        ----------
        child
            With a date of birth.
        day
            Today.
        since
            First day in care.
        """
        if not self._free:
            self._grow()
        slot = self._free.pop()
        self.slot_of[child.child_id] = slot
        self.id_at[slot] = child.child_id
        if child.home_postcode is not None:
            self.postcode[child.child_id] = child.home_postcode
        self.key[slot] = key_of(child.child_id)
        self.state[slot] = State.EXPECTED
        self.since[slot] = since.toordinal()
        self.home_since[slot] = self.carer_since[slot] = since.toordinal()
        self.miles[slot] = np.nan
        self.short[slot] = 0
        self.need[slot] = max((need.level for need in child.needs), default=0)
        self.split[slot] = self.emergency[slot] = self.stepping_down[slot] = False
        self.unaccompanied[slot] = child.unaccompanied
        self.setting[slot] = SETTING_AT[Setting.OTHER]
        self.due[slot] = 0
        self.grow_older(slot, child, day)
        return slot

    def leave(self, child_id: str) -> int:
        """Take a child out and return the slot that is free again."""
        slot = self.slot_of.pop(child_id)
        self.id_at[slot] = None
        self.state[slot] = State.GONE
        self.postcode.pop(child_id, None)
        self._free.append(slot)
        return slot

    def grow_older(self, slot: int, child: Child, day: date) -> int:
        """Set a child's age on a day and return it."""
        age = child.age_on(day)
        born = child.date_of_birth
        if age is None or born is None:
            raise AssertionError(f"{child.child_id} has no date of birth in a simulation")
        self.age[slot] = age
        self.band[slot] = band_of(age)
        year = day.year
        while True:
            try:
                birthday = born.replace(year=year)
            except ValueError:  # 29 February: the birthday is on 1 March in other years
                birthday = born.replace(year=year, month=3, day=1)
            if birthday > day:
                break
            year += 1
        self.birthday[slot] = birthday.toordinal()
        return age

    def ids(self, slots: Iterable[int]) -> list[str]:
        """Return the children in some slots, in the order of identifiers."""
        return sorted(found for slot in slots if (found := self.id_at[int(slot)]) is not None)

    def _grow(self) -> None:
        room = self.room
        for name, kind in self.FIELDS:
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.zeros(room, dtype=kind)]))
        self.id_at.extend([None] * room)
        self._free.extend(range(2 * room - 1, room - 1, -1))
