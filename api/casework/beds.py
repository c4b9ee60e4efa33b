"""Beds: kept for a choice, taken by a placement, given back at its end."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from api.errors import ConflictError
from api.records.capacity import Booking, BookingPurpose
from api.records.identity import new_id
from matcher.domain.placement import Resident, ResidentKind

if TYPE_CHECKING:
    from datetime import date

    from api.storage.reading import Held
    from api.storage.work import Work
    from matcher.domain.codes import Sex
    from matcher.domain.home import Home


def _taken(work: Work, home_id: str, starts: date) -> set[int]:
    """Return the beds that are booked for any time from a day on."""
    return {
        held.record.bed
        for held in work.find(Booking, home_id=home_id)
        if held.record.ends is None or held.record.ends > starts
    }


def free_bed(work: Work, home: Home, starts: date) -> int | None:
    """Return a bed of a home that is free from a day on; None when all are taken."""
    taken = _taken(work, home.home_id, starts)
    if len(taken) >= home.beds_usable:
        return None  # whoever has a number beyond the beds uses one all the same
    return next(bed for bed in count(1) if bed not in taken)


def book(
    work: Work,
    home: Home,
    child_id: str,
    starts: date,
    *,
    purpose: BookingPurpose,
    over_terms: bool = False,
) -> Held[Booking]:
    """Take a bed of a home for a child from a day on.

    Parameters
    ----------
    work
        The transaction, locked: nobody else books meanwhile, and the database refuses two
        bookings of one bed whatever happens.
    home, child_id, starts
        Where, for whom, from when.
    purpose
        Reserved, or lived in.
    over_terms
        In an emergency a bed beyond those of the home may be used.

    Raises
    ------
    ConflictError
        If no bed is free.
    """
    bed = free_bed(work, home, starts)
    beyond = False
    if bed is None:
        if not over_terms:
            raise ConflictError(
                f"Home {home.home_id} has no bed free from {starts:%-d %B %Y}: all "
                f"{home.beds_usable} are booked. Choose another home or another day.",
                field="home_id",
                rule="BEDS_FREE",
            )
        beyond = True
        taken = _taken(work, home.home_id, starts)
        bed = next(each for each in count(home.beds_usable + 1) if each not in taken)
    booking = Booking(
        booking_id=new_id("B", work.at),
        home_id=home.home_id,
        bed=bed,
        starts=starts,
        child_id=child_id,
        purpose=purpose,
        over_terms=beyond,
    )
    return work.put(booking, reason=f"bed {purpose}", expected=0, action="bed.book")


def take(work: Work, child_id: str, home: Home, starts: date, *, over_terms: bool) -> Booking:
    """Let a child live in a bed: the one kept for them if there is one, else a free one."""
    kept = reservation(work, child_id, home.home_id)
    if kept is None:
        return book(
            work, home, child_id, starts, purpose=BookingPurpose.PLACEMENT, over_terms=over_terms
        ).record
    changed = kept.record.replace(starts=starts, ends=None, purpose=BookingPurpose.PLACEMENT)
    return work.put(changed, reason="bed taken", action="bed.take").record


def reservation(work: Work, child_id: str, home_id: str) -> Held[Booking] | None:
    """Return the bed that is kept for a child in a home."""
    for held in work.find(Booking, child_id=child_id, home_id=home_id):
        if held.record.purpose is BookingPurpose.RESERVATION:
            return held
    return None


def let_go(work: Work, child_id: str, home_id: str) -> None:
    """Give up the bed that was kept for a child."""
    held = reservation(work, child_id, home_id)
    if held is not None:
        work.retire(Booking, held.record.booking_id, reason="no longer kept", action="bed.let_go")


def give_back(work: Work, booking_id: str | None, day: date) -> None:
    """Make a bed free again from a day on."""
    held = work.maybe(Booking, booking_id) if booking_id is not None else None
    if held is None:
        return
    if day <= held.record.starts:
        work.retire(Booking, held.record.booking_id, reason="not used", action="bed.give_back")
    else:
        work.put(held.record.replace(ends=day), reason="free again", action="bed.give_back")


def stay_on(work: Work, booking_id: str | None, day: date, *, sex: Sex | None) -> None:
    """Let a young adult go on living in the bed: they are no longer a looked-after child.

    Parameters
    ----------
    work
        The transaction.
    booking_id
        Their bed as a child.
    day
        The first day as an adult.
    sex
        As recorded; households are asked about it.
    """
    held = work.maybe(Booking, booking_id) if booking_id is not None else None
    if held is None:
        return
    child = held.record
    resident = Resident(
        resident_id=new_id("YA", work.at),
        home_id=child.home_id,
        kind=ResidentKind.STAYING_PUT,
        age=18,
        sex=sex,
    )
    work.put(resident, reason="stays on after 18", expected=0, action="resident.stays_on")
    give_back(work, booking_id, day)
    adult = child.replace(
        booking_id=new_id("B", work.at),
        starts=day,
        ends=None,
        child_id=None,
        resident_id=resident.resident_id,
        purpose=BookingPurpose.STAYING_PUT,
    )
    work.put(adult, reason="stays on after 18", expected=0, action="bed.book")


def take_again(work: Work, home: Home, booking_id: str | None, child_id: str, starts: date) -> str:
    """Take a bed back that was given up by mistake, or another of the home.

    Raises
    ------
    ConflictError
        If none is free any more.
    """
    held = work.maybe(Booking, booking_id) if booking_id is not None else None
    if held is None:
        again = book(work, home, child_id, starts, purpose=BookingPurpose.PLACEMENT)
        return again.record.booking_id
    work.put(held.record.replace(ends=None), reason="end taken back", action="bed.take_again")
    return held.record.booking_id
