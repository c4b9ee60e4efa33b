"""A search and a stay as casework keeps them, for tests about something else."""

from __future__ import annotations

from datetime import date

from api.casework.beds import book
from api.records.actor import Role
from api.records.capacity import BookingPurpose
from api.records.care_placement import CarePlacement
from api.records.choice import Choice, ChosenHome
from api.records.referral_case import CaseState, EntryRoute, LegalBasis, ReferralCase
from api.records.search import ShortlistEntry
from matcher.domain.agreement import Route
from matcher.domain.codes import LegalStatus, PlaceCode, PlaceProvider
from matcher.domain.home import Home
from matcher.domain.sibling_group import AssessorRole
from tests.api.access.gates import NINE, somebody
from tests.builders import BUCKS

TODAY = date(2026, 3, 2)
TOLD = "Zebedee Quillfeather told us so"
"""Free text in which somebody has written a name in spite of being asked not to."""


def case(referral_id: str, child_id: str, state: CaseState, day: date) -> ReferralCase:
    return ReferralCase(
        referral_id=referral_id,
        child_ids=(child_id,),
        received_on=day,
        needed_by=day,
        state=state,
        entry=EntryRoute.PLANNED,
        child_views_on=day,
        family_views_on=day,
        legal_basis=LegalBasis(
            legal_status=LegalStatus.V2,
            decided_on=day,
            decided_by=AssessorRole.HEAD_OF_SERVICE,
            rationale=TOLD,
        ),
    )


def working(doors):
    return doors.database.work(BUCKS, somebody(BUCKS, Role.OFFICER), at=doors.clock())


def lives(doors, child_id, home_id="H-1", starts=date(2026, 1, 5)):
    with working(doors) as work:
        work.lock()
        at = work.get(Home, home_id).record
        booking = book(work, at, child_id, starts, purpose=BookingPurpose.PLACEMENT)
        work.put(
            CarePlacement(
                placement_id=f"PL-{child_id}",
                child_id=child_id,
                home_id=home_id,
                booking_id=booking.record.booking_id,
                started_on=starts,
                place_code=PlaceCode.U6,
                place_provider=PlaceProvider.PR4,
                route=Route.FRAMEWORK,
            ),
            reason="test",
        )


def search(doors, child_id):
    with working(doors) as work:
        work.put(case("RF-1", child_id, CaseState.SEARCHING, TODAY), reason="test")
        work.put(
            ShortlistEntry(
                entry_id="SE-1",
                referral_id="RF-1",
                home_id="H-1",
                added_at=NINE,
                added_by="U-1",
                remarks=TOLD,
            ),
            reason=TOLD,
        )
        work.put(
            Choice(
                choice_id="CH-1",
                referral_id="RF-1",
                matches_id="M-1",
                rank=1,
                homes=(ChosenHome(home_id="H-1", child_ids=(child_id,), route=Route.FRAMEWORK),),
                starts_on=TODAY,
                reasons=TOLD,
                chosen_at=NINE,
                chosen_by="U-1",
            ),
            reason="test",
        )
