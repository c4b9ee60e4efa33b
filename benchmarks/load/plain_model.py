"""What storage ought to hold and to refuse, in dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from api.errors import ConflictError, StaleError
from api.records.capacity import Booking
from api.storage.kinds import kind_of
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from matcher.domain.record import Record

Key = tuple[str, str]

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Model:
    """What storage ought to hold, in dictionaries.

    Parameters
    ----------
    now
        What is so now, with its version.
    last
        The last version there ever was.
    told
        Every version in order: when it came to be known, which record, its version and its
        content, which is None when it was retired.
    entries
        How many entries the audit trail has.
    known_at
        When the latest of them came to be known: what a clock that runs behind adds later is
        not known before it.
    """

    now: dict[Key, tuple[Record, int]] = field(default_factory=dict)
    last: dict[Key, int] = field(default_factory=dict)
    told: list[tuple[datetime, Key, int, Record | None]] = field(default_factory=list)
    entries: int = 0
    known_at: datetime = _NEVER

    def put(self, record: Record, expected: int, at: datetime) -> None:
        """Store a record, or refuse it as storage ought to."""
        key = key_of(record)
        if (self.now[key][1] if key in self.now else 0) != expected:
            raise StaleError("not the version that is meant")
        if isinstance(record, Booking):
            self._refuse_overlap(record)
        version = self.last.get(key, 0) + 1
        self.now[key] = (record, version)
        self._tell(key, version, record, at)

    def retire(self, key: Key, at: datetime) -> None:
        """Take a record out, or refuse it as storage ought to."""
        if key not in self.now:
            raise NotFoundError("not there")
        del self.now[key]
        self._tell(key, self.last[key] + 1, None, at)

    def dangling(self) -> bool:
        """Whether a record names another that is not there."""
        for record, _ in self.now.values():
            kind = kind_of(type(record))
            values = kind.lift(record)
            named = {(each.names, values[name]) for name, each in kind.lifted.items()}
            if any(table and target and (table, target) not in self.now for table, target in named):
                return True
        return False

    def known(self, instant: datetime) -> dict[Key, int]:
        """Return the versions that were known at a moment."""
        found: dict[Key, int] = {}
        for at, key, version, record in self.told:
            if at <= instant:
                found[key] = version
                if record is None:
                    del found[key]
        return found

    def _tell(self, key: Key, version: int, record: Record | None, at: datetime) -> None:
        self.last[key] = version
        self.told.append((at, key, version, record))
        self.entries += 1

    def _refuse_overlap(self, booking: Booking) -> None:
        for other, _ in self.now.values():
            if (
                isinstance(other, Booking)
                and other.booking_id != booking.booking_id
                and (other.home_id, other.bed) == (booking.home_id, booking.bed)
                and other.starts < (booking.ends or date.max)
                and booking.starts < (other.ends or date.max)
            ):
                raise ConflictError("the bed is taken")


def key_of(record: Record) -> Key:
    """Return the kind and the identifier of a record."""
    kind = kind_of(type(record))
    return kind.name, kind.record_id(record)
