"""What has been kept for its time, by the authority's schedule; what stops it; erasing it.

A record is due when every child whose record it is, or ever was, is due. What is not known is
kept: a child without a date of birth is never due.

References
----------
.. [1] Care Planning, Placement and Case Review (England) Regulations 2010, regulation 50.
.. [2] Fostering Services (England) Regulations 2011, regulation 32.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from api.errors import StaleError
from api.records.care_placement import CarePlacement, LegalSpell, PlacementState, ReasonCeased
from api.records.retention import LegalHold, RetentionSchedule
from api.storage.erasing import stored_records
from api.storage.kinds import KINDS, kind_of
from matcher.domain.child import Child
from matcher.domain.home import Home

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.storage.erasing import StoredRecord
    from api.storage.work import Work

SCHEDULE_ID = "retention"


class Basis(StrEnum):
    """By which line of the schedule something is kept, and then not."""

    LOOKED_AFTER = "looked_after"
    DIED_BEFORE_18 = "died_before_18"
    REFERRED = "referred"
    HOME = "home"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The line as people write it."""
        return {
            "looked_after": "child looked after",
            "died_before_18": "looked-after child who died before 18",
            "referred": "child referred and never looked after",
            "home": "home, and what belongs to it",
            "other": "any other record",
        }[self.value]


class Due(NamedTuple):
    """A record whose time is over."""

    kind: str
    record_id: str
    child_ids: tuple[str, ...]
    basis: Basis
    kept_until: date
    versions: int


@dataclass(frozen=True)
class RetentionPlan:
    """What would be erased on a day, and what is held back.

    Parameters
    ----------
    day
        As of which.
    due
        What would be erased.
    held
        What would be, were it not for a legal hold.
    forgotten
        Children of whom nothing would be left.
    """

    day: date
    due: tuple[Due, ...]
    held: tuple[Due, ...]
    forgotten: tuple[str, ...]

    @property
    def mark(self) -> str:
        """What tells this plan from another: given back to carry out what was looked at."""
        text = "\n".join(f"{each.kind}|{each.record_id}|{each.versions}" for each in self.due)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Life(NamedTuple):
    """What the clock of a child's records depends on."""

    born: date | None
    looked_after: bool
    died: date | None


def schedule_of(work: Work) -> RetentionSchedule:
    """Return the authority's schedule; the law's minimum where it has set none."""
    held = work.maybe(RetentionSchedule, SCHEDULE_ID)
    return RetentionSchedule() if held is None else held.record


def plan(work: Work, day: date) -> RetentionPlan:
    """Return what would be erased on a day; nothing is changed.

    Parameters
    ----------
    work
        The transaction.
    day
        As of which.
    """
    schedule = schedule_of(work)
    stored = stored_records(work)
    lives = _lives(stored)
    ends = {child_id: _end_of(life, schedule) for child_id, life in lives.items()}
    holds = [held.record for held in work.find(LegalHold) if held.record.in_force(day)]
    everything = any(hold.child_id is None for hold in holds)
    held_children = {hold.child_id for hold in holds if hold.child_id is not None}
    due: list[Due] = []
    held: list[Due] = []
    for record in stored:
        end = _end(record, ends, schedule)
        if end is None or end[0] > day:
            continue
        found = Due(
            record.kind,
            record.record_id,
            tuple(sorted(record.child_ids)),
            end[1],
            end[0],
            record.versions,
        )
        stopped = everything or not held_children.isdisjoint(record.child_ids)
        (held if stopped else due).append(found)
    going = {(each.kind, each.record_id) for each in due}
    left = {
        child_id
        for record in stored
        for child_id in record.child_ids
        if (record.kind, record.record_id) not in going
    }
    forgotten = {child_id for each in due for child_id in each.child_ids} - left
    return RetentionPlan(day, tuple(due), tuple(held), tuple(sorted(forgotten)))


def carry_out(work: Work, day: date, *, mark: str, reason: str) -> RetentionPlan:
    """Erase what is due, exactly as it was looked at before.

    Parameters
    ----------
    work
        The transaction.
    day
        As of which.
    mark
        Of the plan that somebody has looked at.
    reason
        Who decided it, for the audit trail; nothing personal.

    Raises
    ------
    StaleError
        If what is due is no longer what it was.
    """
    work.lock()
    found = plan(work, day)
    if found.mark != mark:
        raise StaleError(
            "What is due is no longer what was looked at: something was changed, or held, since. "
            "Look at the plan again."
        )
    work.erase(
        [(each.kind, each.record_id) for each in found.due],
        child_ids=found.forgotten,
        reason=reason,
        bases={(each.kind, each.record_id): each.basis.value for each in found.due},
    )
    return found


def _lives(stored: Iterable[StoredRecord]) -> dict[str, _Life]:
    children, placements, spells = (
        kind_of(type_).name for type_ in (Child, CarePlacement, LegalSpell)
    )
    born: dict[str, date | None] = {}
    looked_after: set[str] = set()
    died: dict[str, date] = {}
    for record in stored:
        if record.kind == children:
            child = Child.model_validate_json(record.latest)
            born[child.child_id] = child.date_of_birth
            if child.legal_status is not None:
                looked_after.add(child.child_id)
        elif record.kind == placements:
            placement = CarePlacement.model_validate_json(record.latest)
            if placement.state is not PlacementState.MISTAKEN:
                looked_after.add(placement.child_id)
            if placement.ceased is ReasonCeased.E2 and placement.ended_on is not None:
                died[placement.child_id] = placement.ended_on
        elif record.kind == spells:
            looked_after.add(LegalSpell.model_validate_json(record.latest).child_id)
    known = {child_id for record in stored for child_id in record.child_ids} | set(born)
    return {
        child_id: _Life(born.get(child_id), child_id in looked_after, died.get(child_id))
        for child_id in known
    }


def _end_of(life: _Life, schedule: RetentionSchedule) -> tuple[date, Basis] | None:
    """Return the day from which nothing of a child need be kept; None when that is not known."""
    if life.born is None:
        return None
    if not life.looked_after:
        return years_after(life.born, schedule.referred_years), Basis.REFERRED
    if life.died is not None and life.died < years_after(life.born, 18):
        return years_after(life.died, schedule.after_death_years), Basis.DIED_BEFORE_18
    return years_after(life.born, schedule.looked_after_years), Basis.LOOKED_AFTER


def _end(
    record: StoredRecord,
    ends: dict[str, tuple[date, Basis] | None],
    schedule: RetentionSchedule,
) -> tuple[date, Basis] | None:
    if record.child_ids:
        found = [ends[child_id] for child_id in record.child_ids]
        known = [each for each in found if each is not None]
        return max(known) if len(known) == len(found) else None
    if not record.retired:
        return None
    since = record.changed_at.date()
    if _of_a_home(record.kind):
        return years_after(since, schedule.home_years), Basis.HOME
    return years_after(since, schedule.other_years), Basis.OTHER


def _of_a_home(kind: str) -> bool:
    homes = kind_of(Home).name
    return kind == homes or any(lifted.names == homes for lifted in KINDS[kind].lifted.values())


def years_after(day: date, years: int) -> date:
    """Return the anniversary of a day; 1 March for 29 February in other years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
