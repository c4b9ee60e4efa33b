"""What providers answer: an offer of a home that is known, or of one not yet known."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from api.records.text import Words
from matcher.domain.agreement import Route
from matcher.domain.record import Identifier, Pence, Record, Unordered


class OfferState(StrEnum):
    """Where an offer stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Declined(StrEnum):
    """Why an offer was not taken."""

    BETTER_MATCH = "better_match"
    RULE_FAILED = "rule_failed"
    TOO_FAR = "too_far"
    NEEDS_NOT_MET = "needs_not_met"
    QUALITY = "quality"
    FEE = "fee"
    CHILD_OBJECTS = "child_objects"
    RESIDENTS = "residents"
    TOO_LATE = "too_late"
    NOT_NEEDED = "not_needed"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason as people write it."""
        return self.value.replace("_", " ")


class Offer(Record):
    """A bed that a provider, or the council's own service, offers for a referral.

    Parameters
    ----------
    offer_id, referral_id, request_id
        Identifiers; the request is None for an offer that nobody asked for.
    provider_id, home_id
        Who offers which home.
    provisional
        The home was not known before and has been entered with what the offer says.
    child_ids
        For whom it is: all the children of the referral, or some.
    state
        Where it stands.
    route, agreement_id
        How the bed would be bought.
    weekly_fee_pence
        Asked for all of these children together; None when not yet said.
    start_possible_on
        From when; None means now.
    received_at, expires_on
        When it came, and its last day.
    provider_remarks
        What the provider says of the match and the support; None when nothing.
    decided_at, decided_by
        When it was accepted or declined, and by which actor.
    declined_why, remarks
        Why it was not taken.
    """

    offer_id: Identifier
    referral_id: Identifier
    request_id: Identifier | None = None
    provider_id: Identifier
    home_id: Identifier
    provisional: bool = False
    child_ids: Annotated[Unordered[Identifier], Field(min_length=1)]
    state: OfferState = OfferState.RECEIVED
    route: Route
    agreement_id: Identifier | None = None
    weekly_fee_pence: Pence | None = None
    start_possible_on: date | None = None
    received_at: datetime
    expires_on: date
    provider_remarks: Words | None = None
    decided_at: datetime | None = None
    decided_by: Identifier | None = None
    declined_why: Declined | None = None
    remarks: Words | None = None
