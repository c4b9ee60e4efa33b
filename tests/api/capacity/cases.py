"""A referral as casework keeps it, for tests about something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.records.referral_case import EntryRoute, LegalBasis, ReferralCase
from matcher.domain.codes import LegalStatus
from matcher.domain.sibling_group import AssessorRole

if TYPE_CHECKING:
    from datetime import date

    from api.records.referral_case import CaseState


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
            rationale="invented",
        ),
    )
