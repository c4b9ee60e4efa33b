"""Casework as plainly as can be: states, stays and beds in lists, to compare with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

BEDS = {"H-1": 1, "H-2": 2}
"""Beds of each home."""


@dataclass
class Taken:
    """A bed of the model."""

    home_id: str
    bed: int
    starts: date
    ends: date | None = None


@dataclass
class Stay:
    """A stay of the model."""

    referral: int
    child_id: str
    home_id: str
    started: date
    bed: Taken | None
    lives: bool = True
    ended: date | None = None


@dataclass
class Model:
    """What should be so, kept as plainly as can be."""

    states: list[str] = field(default_factory=list)
    child_of: list[str] = field(default_factory=list)
    chosen: dict[int, Taken] = field(default_factory=dict)
    beds: list[Taken] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    held: set[str] = field(default_factory=set)

    def free_bed(self, home_id: str, day: date) -> int | None:
        taken = {
            each.bed
            for each in self.beds
            if each.home_id == home_id and (each.ends is None or each.ends > day)
        }
        if len(taken) >= BEDS[home_id]:
            return None
        return next(bed for bed in range(1, 9) if bed not in taken)

    def take(self, home_id: str, day: date) -> Taken | None:
        bed = self.free_bed(home_id, day)
        if bed is None:
            return None
        self.beds.append(Taken(home_id, bed, day))
        return self.beds[-1]

    def give_back(self, taken: Taken | None, day: date) -> None:
        if taken is None or taken not in self.beds:
            return
        if day <= taken.starts:
            self.beds = [each for each in self.beds if each is not taken]
        else:
            taken.ends = day

    def waits_elsewhere(self, at: int) -> bool:
        waiting = ("submitted", "searching", "chosen", "approved")
        return any(
            other != at and state in waiting and self.child_of[other] == self.child_of[at]
            for other, state in enumerate(self.states)
        )

    def living(self, child_id: str) -> Stay | None:
        return next((s for s in self.stays if s.lives and s.child_id == child_id), None)

    def stay_of(self, at: int) -> Stay | None:
        return next((stay for stay in reversed(self.stays) if stay.referral == at), None)

    def let_go(self, at: int) -> None:
        kept = self.chosen.pop(at, None)
        self.beds = [each for each in self.beds if each is not kept]

    def leave(self, stay: Stay, day: date) -> None:
        stay.lives, stay.ended = False, day
        self.give_back(stay.bed, day)
        self.states[stay.referral] = "ended"
