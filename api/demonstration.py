"""The synthetic county as records, and somebody of each role who may sign in to it.

Everything is invented. Dates are moved so that the county is of the day on which it is loaded:
children keep their ages, and nothing is overdue because the figures were published long ago.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from api.access.users import add_user
from api.records.actor import Actor, ActorKind, Role
from api.records.capacity import Booking, BookingPurpose, BudgetLine
from api.records.care_placement import CarePlacement
from api.records.referral_case import CaseState, ReferralCase
from matcher.domain.codes import PlaceProvider
from matcher.domain.placement import ResidentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from api.access.passwords import Passwords
    from api.storage.database import Database
    from matcher.domain.home import Home
    from matcher.domain.record import Record
    from matcher.domain.world import World

PASSWORD = "near home demonstration"
"""Of everybody in a demonstration; printed when it starts."""
WHY = "demonstration: a synthetic county"
LOADER = "nearhome-demo"


class SignIn(NamedTuple):
    """Somebody who may sign in to the demonstration."""

    role: Role
    name: str
    password: str


SIGN_INS = tuple(SignIn(role, f"{role.value}@demo.example", PASSWORD) for role in Role)


def load(database: Database, passwords: Passwords, world: World, *, at: datetime) -> bool:
    """Store a synthetic county, unless its authority has anything stored.

    Parameters
    ----------
    database
        With the latest schema.
    passwords
        What hashes.
    world
        The county.
    at
        Now.

    Returns
    -------
    bool
        Whether it was stored.
    """
    actor = Actor(authority=world.authority, actor_id=LOADER, kind=ActorKind.JOB)
    with database.work(world.authority, actor, at=at, why=WHY) as work:
        work.lock()
        if work.sequence:
            return False
        work.put_all(records_of(world, today=work.today, at=at), reason=WHY)
        for each in SIGN_INS:
            add_user(
                work,
                passwords,
                sign_in_name=each.name,
                full_name=f"Demo {each.role.label}",
                roles=frozenset({each.role}),
                password=each.password,
                reason=WHY,
            )
    return True


def records_of(world: World, *, today: date, at: datetime) -> list[Record]:
    """Return everything in a World as the service stores it, as of today.

    Parameters
    ----------
    world
        Of whatever date.
    today
        The date that it is made to be of.
    at
        When its referrals were submitted.
    """
    later = today - world.as_of
    moved: list[Record] = [
        _moved(record, later)
        for records in (
            world.providers,
            world.agreements,
            world.sibling_groups,
            world.homes,
            world.children,
            world.residents,
            world.exemptions,
            world.holds,
        )
        for record in records.values()
    ]
    moved += (
        BudgetLine(budget_id=f"B-{number}", budget=_moved(budget, later))
        for number, budget in enumerate(world.budgets, 1)
    )
    moved += (
        ReferralCase(
            **_moved(referral, later).model_dump(), state=CaseState.SEARCHING, submitted_at=at
        )
        for referral in world.referrals.values()
    )
    moved += _stays(world, today, later)
    return moved


def _stays(world: World, today: date, later: timedelta) -> Iterator[Record]:
    """Yield who lives where, each in a bed of their own."""
    beds: Counter[str] = Counter()

    def bed_of(home_id: str) -> dict[str, Any]:
        beds[home_id] += 1
        over = beds[home_id] > world.homes[home_id].beds_usable
        return {"home_id": home_id, "bed": beds[home_id], "over_terms": over}

    for child_id, placement in sorted(world.placements.items()):
        home = world.homes[placement.home_id]
        booking = Booking(
            booking_id=f"BK-{child_id}",
            starts=placement.started_on + later,
            child_id=child_id,
            **bed_of(placement.home_id),
        )
        yield booking
        yield CarePlacement(
            placement_id=f"PL-{child_id}",
            child_id=child_id,
            home_id=placement.home_id,
            booking_id=booking.booking_id,
            started_on=booking.starts,
            place_code=placement.place_code or home.place_code(long_term=False),
            place_provider=_provided_by(home, world),
            agreement_id=placement.agreement_id,
            weekly_fee_pence=placement.weekly_fee_pence,
            expected_end=None if placement.expected_end is None else placement.expected_end + later,
            may_move=placement.may_move,
        )
    for resident_id, resident in sorted(world.residents.items()):
        staying = resident.kind is ResidentKind.STAYING_PUT
        yield Booking(
            booking_id=f"BK-{resident_id}",
            starts=today,
            resident_id=resident_id,
            purpose=BookingPurpose.STAYING_PUT if staying else BookingPurpose.RESIDENT,
            **bed_of(resident.home_id),
        )


def _provided_by(home: Home, world: World) -> PlaceProvider:
    provider = None if home.provider_id is None else world.providers.get(home.provider_id)
    return PlaceProvider.PR1 if provider is None else provider.sector


def _moved(record: Any, later: timedelta) -> Any:
    """Return a record with every date so much later."""
    return type(record).model_validate(_later(record.model_dump(), later))


def _later(value: Any, later: timedelta) -> Any:
    if isinstance(value, datetime | date):
        return value + later
    if isinstance(value, dict):
        return {key: _later(each, later) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_later(each, later) for each in value)
    return value


def sign_in_lines(sign_ins: Iterable[SignIn]) -> list[str]:
    """Return a line for each who may sign in, for people to read.

    Parameters
    ----------
    sign_ins
        Who.
    """
    return [f"{each.role.label:<20} {each.name:<28} {each.password}" for each in sign_ins]
