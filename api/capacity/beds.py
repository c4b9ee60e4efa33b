"""Use cases of beds: how many are free when, and who has said so."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from api.errors import InvalidError
from api.records.capacity import Booking
from api.records.making import changed
from api.storage.filters import AtLeast, AtMost
from api.storage.kinds import kind_of
from api.storage.paging import fingerprint, write_cursor
from matcher.domain.agreement import Agreement, Route
from matcher.domain.home import Home, Setting
from matcher.domain.placement import Hold, HoldKind, HoldScope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.storage.reading import Held
    from api.storage.work import Work

DAY = timedelta(days=1)
CHUNK = 200
"""Homes read at once: more than a page, fewer than a large council has."""


class Wanted(NamedTuple):
    """Which homes are looked for. None, or nothing, means any."""

    settings: tuple[Setting, ...] = ()
    provider_id: str | None = None
    area: str | None = None
    """The beginning of a postcode, such as "HP" or "HP13"."""
    route: Route | None = None
    day: date | None = None
    """The day that free beds, holds and agreements are counted on; None means today."""
    beds_free: int | None = None
    """At least so many beds free on the day."""
    confirmed_within_days: int | None = None
    """The vacancy was confirmed at most so many days before the day."""


class Vacancy(NamedTuple):
    """What is free in a home on a day."""

    home: Held[Home]
    day: date
    beds_taken: int
    """By placements, residents and reservations."""
    beds_free: int
    """Usable beds less those taken; none while the home is held, or not yet open."""
    next_free_on: date | None
    """When the next bed is known to come free; None where nobody knows."""
    confirmed_days_ago: int | None
    """Days since the provider last confirmed; None when never."""
    holds: tuple[HoldKind, ...]
    routes: tuple[Route, ...]


class BedTime(NamedTuple):
    """One bed of a home, and when it is taken."""

    bed: int
    bookings: tuple[Booking, ...]
    beyond: bool
    """Beyond the beds that the home has."""


def vacancies(work: Work, wanted: Wanted) -> list[Vacancy]:
    """Return every home that fits, each with what is free, in the order of identifiers."""
    return list(vacancies_after(work, wanted))


def vacancies_after(work: Work, wanted: Wanted, after: str = "") -> Iterator[Vacancy]:
    """Yield homes that fit, each with what is free, in the order of identifiers.

    Homes are read as they are asked for, so that one page does not cost what all would.

    Parameters
    ----------
    work
        The transaction.
    wanted
        Which homes.
    after
        The identifier behind which to begin.
    """
    day = wanted.day or work.today
    area = wanted.area.upper().replace(" ", "") if wanted.area else None
    agreements = {
        held.record.agreement_id: held.record
        for held in work.find(Agreement)
        if held.record.in_force(day)
    }
    holds = [held.record for held in work.find(Hold) if held.record.in_force(day)]
    for chunk in _homes(work, _lifted(wanted), after):
        homes = [
            held
            for held in chunk
            if area is None or (held.record.postcode or "").replace(" ", "").startswith(area)
        ]
        taken, ends = _taken(work, day, tuple(held.record.home_id for held in homes))
        for held in homes:
            each = _vacancy(held, day, taken=taken, ends=ends, holds=holds, agreements=agreements)
            if _fits(each, wanted):
                yield each


def _homes(work: Work, lifted: dict[str, Any], after: str) -> Iterator[list[Held[Home]]]:
    kind = kind_of(Home)
    question = fingerprint(kind, "record_id", lifted)
    cursor = write_cursor(question, None, after) if after else None
    while True:
        page = work.page(Home, after=cursor, limit=CHUNK, **lifted)
        yield page.items
        cursor = page.next
        if cursor is None:
            return


def vacancy_of(work: Work, home_id: str, day: date | None = None) -> Vacancy:
    """Return what is free in one home on a day; today unless given."""
    held = work.get(Home, home_id)
    day = day or work.today
    agreements = {
        found.record.agreement_id: found.record
        for each in held.record.agreement_ids
        if (found := work.maybe(Agreement, each)) and found.record.in_force(day)
    }
    targets = (home_id, held.record.provider_id)
    holds = [
        found.record for found in work.find(Hold, target_id=targets) if found.record.in_force(day)
    ]
    taken, ends = _taken(work, day, (home_id,))
    return _vacancy(held, day, taken=taken, ends=ends, holds=holds, agreements=agreements)


def confirm_vacancy(
    work: Work,
    home_id: str,
    *,
    confirmed_on: date,
    beds_usable: int | None,
    available_from: date | None,
    expected: int,
    reason: str = "",
) -> Held[Home]:
    """Record that the provider has confirmed what is free.

    Parameters
    ----------
    work, home_id
        Where.
    confirmed_on
        When the provider said so: today or before.
    beds_usable
        How many beds can be used now; None leaves it.
    available_from
        First day on which a free bed can be used; None means now.
    expected, reason
        As for :meth:`Work.put`.

    Raises
    ------
    InvalidError
        If the day is to come, or before the last one.
    """
    home = work.get(Home, home_id).record
    if confirmed_on > work.today:
        raise InvalidError("A vacancy is confirmed today or was before.", field="confirmed_on")
    if home.vacancy_confirmed_on is not None and confirmed_on < home.vacancy_confirmed_on:
        raise InvalidError(
            f"It was confirmed later, on {home.vacancy_confirmed_on:%-d %B %Y}.",
            field="confirmed_on",
        )
    confirmed = changed(
        home,
        vacancy_confirmed_on=confirmed_on,
        available_from=available_from,
        beds_usable=home.beds_usable if beds_usable is None else beds_usable,
    )
    return work.put(confirmed, reason=reason, expected=expected, action="vacancy confirmed")


def bed_times(work: Work, home_id: str, *, starts: date, until: date) -> list[BedTime]:
    """Return each bed of a home with what it is booked for from one day to another.

    Parameters
    ----------
    work, home_id
        Where.
    starts, until
        First and last day that are looked at.

    Raises
    ------
    InvalidError
        If the last day is before the first.
    """
    if until < starts:
        raise InvalidError("The last day is before the first.", field="until")
    home = work.get(Home, home_id).record
    by_bed: dict[int, list[Booking]] = {bed: [] for bed in range(1, home.beds_usable + 1)}
    for held in work.find(Booking, home_id=home_id, starts=AtMost(until)):
        booking = held.record
        if booking.ends is None or booking.ends > starts:
            by_bed.setdefault(booking.bed, []).append(booking)
    return [
        BedTime(
            bed,
            tuple(sorted(by_bed[bed], key=lambda each: each.starts)),
            bed > home.beds_usable,
        )
        for bed in sorted(by_bed)
    ]


def _lifted(wanted: Wanted) -> dict[str, Any]:
    lifted: dict[str, Any] = {}
    if wanted.settings:
        lifted["setting"] = tuple(setting.value for setting in wanted.settings)
    if wanted.provider_id is not None:
        lifted["provider_id"] = wanted.provider_id
    return lifted


def _taken(
    work: Work, day: date, home_ids: tuple[str, ...]
) -> tuple[Counter[str], dict[str, list[date | None]]]:
    """Return how many beds of each home are taken on a day, and when each comes free."""
    bookings = [
        *work.find(Booking, home_id=home_ids, starts=AtMost(day), ends=None),
        *work.find(Booking, home_id=home_ids, starts=AtMost(day), ends=AtLeast(day + DAY)),
    ]
    taken: Counter[str] = Counter()
    ends: dict[str, list[date | None]] = {}
    for held in bookings:
        taken[held.record.home_id] += 1
        ends.setdefault(held.record.home_id, []).append(held.record.ends)
    return taken, ends


def _vacancy(
    held: Held[Home],
    day: date,
    *,
    taken: Counter[str],
    ends: dict[str, list[date | None]],
    holds: list[Hold],
    agreements: dict[str, Agreement],
) -> Vacancy:
    home = held.record
    on = [
        hold
        for hold in holds
        if hold.target_id == (home.home_id if hold.scope is HoldScope.HOME else home.provider_id)
    ]
    reserved = sum(hold.beds or 0 for hold in on if hold.kind is HoldKind.RESERVED)
    shut = any(hold.kind is not HoldKind.RESERVED for hold in on) or (
        home.available_from is not None and home.available_from > day
    )
    used = taken[home.home_id] + reserved
    free = 0 if shut else max(home.beds_usable - used, 0)
    known = [each for each in ends.get(home.home_id, ()) if each is not None]
    confirmed = home.vacancy_confirmed_on
    routes = {agreements[each].route for each in home.agreement_ids if each in agreements}
    return Vacancy(
        home=held,
        day=day,
        beds_taken=used,
        beds_free=free,
        next_free_on=day if free else min(known, default=None),
        confirmed_days_ago=None if confirmed is None else (day - confirmed).days,
        holds=tuple(sorted({hold.kind for hold in on})),
        routes=tuple(route for route in Route if route in routes),
    )


def _fits(each: Vacancy, wanted: Wanted) -> bool:
    if wanted.route is not None and wanted.route not in each.routes:
        return False
    if wanted.beds_free is not None and each.beds_free < wanted.beds_free:
        return False
    within = wanted.confirmed_within_days
    ago = each.confirmed_days_ago
    return within is None or (ago is not None and ago <= within)
