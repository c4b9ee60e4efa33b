"""A child waits under one referral at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.policies import WAITING
from api.errors import ConflictError
from api.records.referral_case import ReferralCase

if TYPE_CHECKING:
    from api.storage.work import Work


def check_waits_once(work: Work, case: ReferralCase) -> None:
    """Refuse to let children wait under a referral who wait under another.

    Raises
    ------
    ConflictError
        With the other referral.
    """
    for held in work.find(ReferralCase, state=tuple(WAITING)):
        other = held.record
        both = set(other.child_ids) & set(case.child_ids)
        if both and other.referral_id != case.referral_id:
            raise ConflictError(
                f"{', '.join(sorted(both))} already waits under referral {other.referral_id}. Go "
                "on with that one, or withdraw it first.",
                field="child_ids",
                rule="ONE_REFERRAL",
            )
