"""A council's tables into the database: all of them or nothing, every fault with its cell.

What the tables say of homes, providers, agreements, children and the rest takes the place of
what is stored. What casework has its own hold of is only begun from them, never overruled: a
referral that is known already, a stay, a bed and a legal status of a child who has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.casework.loading import records_of
from api.errors import InvalidError
from api.records.capacity import Booking
from api.records.care_placement import CarePlacement, LegalSpell
from api.records.referral_case import ReferralCase
from api.storage.kinds import kind_of
from matcher.domain.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.storage.work import Work
    from matcher.domain.record import Record
    from matcher.domain.world import World

IMPORTED = "imported"
CASEWORK = (ReferralCase, CarePlacement, LegalSpell, Booking)
"""What is begun from tables and never overruled by them."""


@dataclass(frozen=True)
class Imported:
    """What an import has done.

    Parameters
    ----------
    stored
        By kind: how many records were new or different.
    same
        By kind: how many were stored already just so.
    left
        A sentence for each thing that was left as casework has it.
    """

    stored: dict[str, int]
    same: dict[str, int]
    left: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What it comes to."""
        parts = [f"{name} {count:,}" for name, count in sorted(self.stored.items()) if count]
        done = f"Stored: {', '.join(parts)}." if parts else "Everything was stored already."
        if self.left:
            done += f" {counted(len(self.left), 'record')} left as casework has them."
        return done


def import_world(work: Work, world: World, *, why: str, synthetic: bool = False) -> Imported:
    """Store what tables say.

    Parameters
    ----------
    work
        The transaction.
    world
        As :func:`matcher.intake.read_world` has read it: whole, or not at all.
    why
        For the audit trail.
    synthetic
        Whether invented people may be stored here.

    Raises
    ------
    InvalidError
        If the tables are another authority's, of a day to come, or of invented people where
        there are real ones.
    """
    _refuse(work, world, synthetic=synthetic)
    work.lock()
    records = records_of(world, today=world.as_of, at=work.at)
    begun: list[Record] = [record for record in records if isinstance(record, CASEWORK)]
    kept, left = _begun(work, begun)
    taken: list[Record] = [record for record in records if not isinstance(record, CASEWORK)]
    stored: dict[str, int] = {}
    same: dict[str, int] = {}
    for name, many in _by_kind([*taken, *kept]).items():
        stored[name] = work.put_all(many, reason=why, action=IMPORTED)
        same[name] = len(many) - stored[name]
    work.note(IMPORTED, reason=why, details={"stored": stored, "left": len(left)})
    return Imported(stored, same, tuple(left))


def _refuse(work: Work, world: World, *, synthetic: bool) -> None:
    if world.authority != work.authority:
        raise InvalidError(
            f"The tables are of {world.authority}, and you work for {work.authority}. Correct the "
            "council in the table meta, or have its own people import them.",
            field="authority",
        )
    if world.as_of > work.today:
        raise InvalidError(
            f"The tables are as of {world.as_of}, which is still to come. Correct the date in the "
            "table meta.",
            field="as_of",
        )
    if world.synthetic and not synthetic:
        raise InvalidError(
            "The tables say that the people in them are invented. They are only taken into a "
            "demonstration (NEARHOME_DEMO=1).",
            field="synthetic",
        )


def _by_kind(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(kind_of(type(record)).name, []).append(record)
    return found


def _begun(work: Work, records: list[Record]) -> tuple[list[Record], list[str]]:
    """Return what casework has nothing of yet, and what it is left with."""
    known = {held.record.referral_id for held in work.find(ReferralCase)}
    stays = {held.record.child_id: held.record for held in work.find(CarePlacement)}
    spells = {held.record.child_id for held in work.find(LegalSpell)}
    bookings = [held.record for held in work.find(Booking)]
    living = {booking.resident_id for booking in bookings if booking.resident_id is not None}
    taken = _Beds(bookings)
    kept: list[Record] = []
    left: list[str] = []
    for record in records:
        match record:
            case ReferralCase() if record.referral_id in known:
                left.append(f"Referral {record.referral_id} is known to casework.")
            case CarePlacement() if record.child_id in stays:
                there = stays[record.child_id]
                if (there.home_id, there.state.lived_in) != (record.home_id, True):
                    left.append(
                        f"{record.child_id} lives in {record.home_id} by the tables; casework "
                        f"says {there.state.value} in {there.home_id}. Start or end the placement."
                    )
            case LegalSpell() if record.child_id in spells:
                continue
            case Booking() if record.child_id in stays or record.resident_id in living:
                continue
            case Booking():
                kept.append(taken.first_free(record))
            case _:
                kept.append(record)
    return kept, left


class _Beds:
    """Which beds are taken, so that each booking gets one of its own."""

    def __init__(self, bookings: list[Booking]) -> None:
        self._by_home: dict[str, list[Booking]] = {}
        for booking in bookings:
            self._by_home.setdefault(booking.home_id, []).append(booking)

    def first_free(self, booking: Booking) -> Booking:
        """Return a booking of the first bed that is free for all of its time."""
        others = self._by_home.setdefault(booking.home_id, [])
        bed = 1
        while any(_overlap(other, booking) for other in others if other.bed == bed):
            bed += 1
        found = booking if bed == booking.bed else booking.replace(bed=bed)
        others.append(found)
        return found


def _overlap(one: Booking, other: Booking) -> bool:
    return (other.ends is None or one.starts < other.ends) and (
        one.ends is None or other.starts < one.ends
    )
