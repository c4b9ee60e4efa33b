"""A referral as casework keeps it: the request, why the child is looked after, and its state."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from api.records.text import Words
from matcher.domain.codes import LegalStatus
from matcher.domain.home import Setting
from matcher.domain.record import Identifier, Record, SortedSet, Unordered
from matcher.domain.referral import Referral, Timescale
from matcher.domain.sibling_group import AssessorRole


class CaseState(StrEnum):
    """Where a referral stands."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    SEARCHING = "searching"
    CHOSEN = "chosen"
    APPROVED = "approved"
    PLACED = "placed"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"

    @property
    def waits(self) -> bool:
        """Whether its children still wait for a home, so that a ranking counts them."""
        return self in (
            CaseState.SUBMITTED,
            CaseState.SEARCHING,
            CaseState.CHOSEN,
            CaseState.APPROVED,
        )


class EntryRoute(StrEnum):
    """How the child came to need this home; some routes have clocks of their own."""

    PLANNED = "planned"
    EMERGENCY = "emergency"
    OUT_OF_HOURS = "out_of_hours"
    POLICE_PROTECTION = "police_protection"
    REMAND = "remand"
    MOVE = "move"
    STEP_DOWN = "step_down"
    SHORT_BREAK = "short_break"

    @property
    def label(self) -> str:
        """The route as people write it."""
        return self.value.replace("_", " ")


class LegalBasis(Record):
    """The decision to look after the child, and under which law.

    Parameters
    ----------
    legal_status
        As returned in the SSDA903.
    decided_on, decided_by
        When, and who by role.
    rationale
        Why the statement or the order was sought: the reasons that were tested.
    """

    legal_status: LegalStatus
    decided_on: date
    decided_by: AssessorRole
    rationale: Words


class ViewsMissing(StrEnum):
    """Why somebody's views were not obtained before the search."""

    TOO_YOUNG = "too_young"
    DECLINED = "declined"
    NOT_REACHED = "not_reached"
    UNSAFE = "unsafe"
    EMERGENCY = "emergency"
    NOBODY_TO_ASK = "nobody_to_ask"


class ReferralRisk(StrEnum):
    """What a home must be told of before it can say yes, as a code."""

    FIRE_SETTING = "fire_setting"
    HARMFUL_SEXUAL_BEHAVIOUR = "harmful_sexual_behaviour"
    VIOLENCE = "violence"
    SELF_HARM = "self_harm"
    SUICIDE = "suicide"
    MISSING = "missing"
    EXPLOITATION = "exploitation"
    GANG = "gang"
    TRAFFICKING = "trafficking"
    SUBSTANCE_USE = "substance_use"
    ALLEGATIONS_MADE = "allegations_made"
    HARM_TO_ANIMALS = "harm_to_animals"
    RISK_FROM_FAMILY = "risk_from_family"


class Funder(StrEnum):
    """Who pays a share."""

    SOCIAL_CARE = "social_care"
    HEALTH = "health"
    EDUCATION = "education"
    OTHER_AUTHORITY = "other_authority"
    YOUTH_JUSTICE = "youth_justice"


class FundingShare(Record):
    """A share of what the placement costs.

    Parameters
    ----------
    funder
        Who pays it.
    percent
        Of the weekly fee, 1 to 100. The shares of a placement add up to 100.
    agreed_on
        When the funder agreed; None while it is asked for.
    """

    funder: Funder
    percent: Annotated[int, Field(ge=1, le=100)]
    agreed_on: date | None = None


ALL_OURS = (FundingShare(funder=Funder.SOCIAL_CARE, percent=100),)
"""What holds unless somebody says otherwise: the council pays all of it."""


def shares_add_up(shares: tuple[FundingShare, ...]) -> bool:
    """Whether shares name each funder once and come to the whole."""
    funders = {share.funder for share in shares}
    return len(funders) == len(shares) and sum(share.percent for share in shares) == 100


class Advocacy(StrEnum):
    """Whether the child has somebody to speak for them (Children Act 1989, section 26A)."""

    NOT_OFFERED = "not_offered"
    OFFERED = "offered"
    DECLINED = "declined"
    IN_PLACE = "in_place"


class Camhs(StrEnum):
    """Where the child is with mental health services; out of county the service must move too."""

    NOT_KNOWN = "not_known"
    NOT_NEEDED = "not_needed"
    WAITING = "waiting"
    OPEN = "open"
    OPEN_OUT_OF_COUNTY = "open_out_of_county"


class ReferralDraft(Record):
    """What a social worker asks for, and may change until a home is chosen.

    Parameters
    ----------
    child_ids, received_on, needed_by, timescale, settings_sought, expected_weeks
        As in :class:`matcher.domain.referral.Referral`.
    child_views_on, family_views_on
        When views were obtained; None when not.
    child_views_missing, family_views_missing
        Why they were not; None when they were, or nobody has said yet.
    entry
        How the child came to need this home.
    began_at
        When police protection, the remand or the emergency began; None for planned ones.
    legal_basis
        The decision to look after; a draft may lack it.
    risks
        What a home must be told of.
    risk_remarks
        In the referrer's words; None when there is nothing to add.
    funding
        Who pays; the council alone unless said otherwise.
    advocacy, camhs
        See the classes.
    ehcp_named_school
        The education, health and care plan names a school that the home must suit.
    boarding
        A boarding place is considered (a boarding pathfinder, not a residential school).
    before
        The referral that this one follows: a move, a step down, a split; None when new.
    """

    child_ids: Annotated[Unordered[Identifier], Field(min_length=1, max_length=12)]
    received_on: date
    needed_by: date
    timescale: Timescale = Timescale.PLANNED
    settings_sought: SortedSet[Setting] = frozenset()
    expected_weeks: Annotated[int, Field(ge=1, le=1000)] | None = None
    child_views_on: date | None = None
    family_views_on: date | None = None
    child_views_missing: ViewsMissing | None = None
    family_views_missing: ViewsMissing | None = None
    entry: EntryRoute = EntryRoute.PLANNED
    began_at: AwareDatetime | None = None
    legal_basis: LegalBasis | None = None
    risks: SortedSet[ReferralRisk] = frozenset()
    risk_remarks: Words | None = None
    funding: Unordered[FundingShare] = ALL_OURS
    advocacy: Advocacy = Advocacy.NOT_OFFERED
    camhs: Camhs = Camhs.NOT_KNOWN
    ehcp_named_school: bool | None = None
    boarding: bool = False
    before: Identifier | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not shares_add_up(self.funding):
            raise ValueError("the shares of funding name each funder once and add up to 100")
        if self.child_views_on is not None and self.child_views_missing is not None:
            raise ValueError("the child's views were obtained, or there is a reason why not")
        if self.family_views_on is not None and self.family_views_missing is not None:
            raise ValueError("the family's views were obtained, or there is a reason why not")
        _ = self.request("R-0")  # what the engine asks of a referral holds here too
        return self

    def request(self, referral_id: str) -> Referral:
        """Return the request as the engine reads it."""
        return Referral(
            referral_id=referral_id,
            child_ids=self.child_ids,
            received_on=self.received_on,
            needed_by=self.needed_by,
            timescale=self.timescale,
            settings_sought=self.settings_sought,
            expected_weeks=self.expected_weeks,
            child_views_on=self.child_views_on,
            family_views_on=self.family_views_on,
        )

    @property
    def views_settled(self) -> bool:
        """Whether the child's and the family's views are there, or the reason why not."""
        child = self.child_views_on is not None or self.child_views_missing is not None
        family = self.family_views_on is not None or self.family_views_missing is not None
        return child and family


class ReferralCase(ReferralDraft):
    """A placement request on its way to a home.

    Parameters
    ----------
    referral_id
        Identifier, the same as of the engine's own referral.
    state
        Where it stands; changed by actions only.
    submitted_at
        When it was submitted; None in a draft.
    questions
        Why it was handed back; None unless it was.
    withdrawn_why
        Why it was withdrawn; None unless it was.
    """

    referral_id: Identifier
    state: CaseState = CaseState.DRAFTED
    submitted_at: AwareDatetime | None = None
    questions: Words | None = None
    withdrawn_why: Words | None = None

    @property
    def referral(self) -> Referral:
        """The request as the engine reads it."""
        return self.request(self.referral_id)
