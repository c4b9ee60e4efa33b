"""A World taken over into casework: who waits is referred, who lives somewhere has a bed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from api.records.capacity import Booking, BookingPurpose, BudgetLine
from api.records.care_placement import CarePlacement, LegalSpell
from api.records.referral_case import CaseState, EntryRoute, LegalBasis, ReferralCase, ViewsMissing
from matcher.domain.codes import LegalStatus, PlaceCode, PlaceProvider, collection_year
from matcher.domain.home import Setting
from matcher.domain.placement import ResidentKind
from matcher.domain.referral import Timescale
from matcher.domain.sibling_group import AssessorRole
from matcher.indicators import route_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.storage.work import Work
    from matcher.domain.home import Home
    from matcher.domain.record import Record
    from matcher.domain.referral import Referral
    from matcher.domain.world import World

RATIONALE = "Taken over from the council's records."
"""Why a child who is taken over is looked after: that was recorded elsewhere."""


def load_world(work: Work, world: World, *, why: str) -> int:
    """Store everything in a World, as of today.

    Parameters
    ----------
    work
        The transaction.
    world
        Of whatever date: its dates are moved so that its own is today.
    why
        For the audit trail.

    Returns
    -------
    int
        How many records were new or different.
    """
    return work.put_all(records_of(world, today=work.today, at=work.at), reason=why)


def records_of(world: World, *, today: date, at: datetime) -> list[Record]:
    """Return everything in a World as casework stores it.

    Parameters
    ----------
    world
        Of whatever date.
    today
        The date that it is made to be of: children keep their ages.
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
        BudgetLine(budget_id=f"BU-{number}", budget=_moved(budget, later))
        for number, budget in enumerate(world.budgets, 1)
    )
    moved += (
        _case(world, _moved(referral, later), today=today, at=at)
        for referral in world.referrals.values()
    )
    moved += _stays(world, today, later)
    return moved


def _case(world: World, referral: Referral, *, today: date, at: datetime) -> ReferralCase:
    child = world.children[referral.child_ids[0]]
    planned = referral.timescale is Timescale.PLANNED
    moves = any(child_id in world.placements for child_id in referral.child_ids)
    missing = ViewsMissing.NOT_REACHED if planned else ViewsMissing.EMERGENCY
    entry = EntryRoute.PLANNED if planned else EntryRoute.EMERGENCY
    began = datetime.combine(min(referral.received_on, today), time(), tzinfo=UTC)
    return ReferralCase(
        **referral.model_dump(),
        state=CaseState.SUBMITTED,
        submitted_at=at,
        entry=EntryRoute.MOVE if moves else entry,
        began_at=None if planned or moves else began,
        legal_basis=LegalBasis(
            legal_status=child.legal_status or LegalStatus.V2,
            decided_on=referral.received_on,
            decided_by=AssessorRole.HEAD_OF_SERVICE,
            rationale=RATIONALE,
        ),
        child_views_missing=None if referral.child_views_on else missing,
        family_views_missing=None if referral.family_views_on else missing,
    )


def _stays(world: World, today: date, later: timedelta) -> Iterator[Record]:
    """Yield who lives where, each in a bed of their own, and under which legal status."""
    beds: Counter[str] = Counter()

    def bed_of(home_id: str) -> dict[str, Any]:
        beds[home_id] += 1
        over = beds[home_id] > world.homes[home_id].beds_usable
        return {"home_id": home_id, "bed": beds[home_id], "over_terms": over}

    for child_id, placement in sorted(world.placements.items()):
        home, child = world.homes[placement.home_id], world.children[child_id]
        booking = Booking(
            booking_id=f"BK-{child_id}",
            starts=placement.started_on + later,
            child_id=child_id,
            **bed_of(placement.home_id),
        )
        yield booking
        long_term = child.permanence_plan is not None and child.permanence_plan.long_term
        yield CarePlacement(
            placement_id=f"PL-{child_id}",
            child_id=child_id,
            home_id=placement.home_id,
            booking_id=booking.booking_id,
            started_on=booking.starts,
            place_code=_of_this_year(
                placement.place_code or home.place_code(long_term=long_term), today
            ),
            place_provider=_provided_by(home, world),
            route=route_now(world, child_id),
            agreement_id=placement.agreement_id,
            weekly_fee_pence=placement.weekly_fee_pence,
            expected_end=None if placement.expected_end is None else placement.expected_end + later,
            may_move=placement.may_move,
            long_term=long_term,
        )
        yield LegalSpell(
            spell_id=f"LS-{child_id}",
            child_id=child_id,
            legal_status=child.legal_status or LegalStatus.V2,
            starts=booking.starts,
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


_FOLLOWED_BY = {PlaceCode.Z1: PlaceCode.Z11, PlaceCode.H5: PlaceCode.K3, PlaceCode.P2: PlaceCode.P3}
"""What codes that are no longer returned have become."""


def _of_this_year(code: PlaceCode, today: date) -> PlaceCode:
    return code if code.valid_in(collection_year(today)) else _FOLLOWED_BY[code]


def _provided_by(home: Home, world: World) -> PlaceProvider:
    if home.setting is Setting.WITH_PARENTS:
        return PlaceProvider.PR0
    return world.providers[home.provider_id].sector


def _moved(record: Any, later: timedelta) -> Any:
    """Return a record with every date so much later."""
    return type(record).model_validate(_later(record.model_dump(), later)) if later else record


def _later(value: Any, later: timedelta) -> Any:
    if isinstance(value, datetime | date):
        return value + later
    if isinstance(value, dict):
        return {key: _later(each, later) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_later(each, later) for each in value)
    return value
