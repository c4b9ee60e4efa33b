"""Use cases about residents: whoever lives in a home and is not looked after by us uses a bed."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from api.capacity.register import keep
from api.errors import InvalidError
from api.records.capacity import Booking, BookingPurpose
from api.records.identity import new_id
from matcher.domain.home import Home
from matcher.domain.placement import Resident, ResidentKind

if TYPE_CHECKING:
    from datetime import date

    from api.storage.reading import Held
    from api.storage.work import Work


def keep_resident(
    work: Work, resident: Resident, *, expected: int, since: date | None = None, reason: str = ""
) -> Held[Resident]:
    """Store a resident, and the bed that they use.

    Parameters
    ----------
    work, resident, expected, reason
        As for :func:`~api.capacity.register.keep`.
    since
        When they came; None means today. Only looked at when they are new or have moved.

    Raises
    ------
    ConflictError
        If the database finds the bed taken.
    """
    work.lock()
    before = work.maybe(Resident, resident.resident_id)
    held = keep(work, resident, expected=expected, reason=reason)
    since = since or work.today
    if since > work.today:
        raise InvalidError("A resident lives there already.", field="since")
    if before is not None and before.record.home_id == resident.home_id:
        _change_purpose(work, resident)
        return held
    _leave(work, resident.resident_id, since)
    home = work.get(Home, resident.home_id).record
    taken = {
        booking.record.bed
        for booking in work.find(Booking, home_id=home.home_id)
        if booking.record.ends is None or booking.record.ends > since
    }
    bed = next(each for each in count(1) if each not in taken)
    booking = Booking(
        booking_id=new_id("B", work.at),
        home_id=home.home_id,
        bed=bed,
        starts=since,
        resident_id=resident.resident_id,
        purpose=_purpose(resident),
        # More people than beds is a warning about the data, not a reason to refuse the truth.
        over_terms=bed > home.beds_usable,
    )
    work.put(booking, reason="a resident's bed", expected=0)
    return held


def resident_leaves(
    work: Work, resident_id: str, *, expected: int, reason: str, left_on: date | None = None
) -> None:
    """Take a resident out, and make their bed free from a day on; today unless given."""
    work.lock()
    work.get(Resident, resident_id)
    for held in work.find(Booking, resident_id=resident_id):
        _end(work, held, left_on or work.today, keep_name=False)
    work.retire(Resident, resident_id, reason=reason, expected=expected)


def _leave(work: Work, resident_id: str, day: date) -> None:
    for held in work.find(Booking, resident_id=resident_id):
        if held.record.ends is None or held.record.ends > day:
            _end(work, held, day, keep_name=True)


def _end(work: Work, held: Held[Booking], day: date, *, keep_name: bool) -> None:
    booking = held.record
    if booking.starts >= day:
        work.retire(Booking, booking.booking_id, reason="not used")
        return
    ends = min(day, booking.ends) if booking.ends is not None else day
    named = booking.resident_id if keep_name else None
    work.put(booking.replace(ends=ends, resident_id=named), reason="a resident left")


def _change_purpose(work: Work, resident: Resident) -> None:
    for held in work.find(Booking, resident_id=resident.resident_id):
        if held.record.ends is None and held.record.purpose is not _purpose(resident):
            work.put(held.record.replace(purpose=_purpose(resident)), reason="a resident's bed")


def _purpose(resident: Resident) -> BookingPurpose:
    if resident.kind is ResidentKind.STAYING_PUT:
        return BookingPurpose.STAYING_PUT
    return BookingPurpose.RESIDENT
