"""A search: its tiers, what was ranked, who is on the shortlist."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.records.text import Words
from matcher.domain.agreement import Route
from matcher.domain.record import Identifier, Record, SortedSet
from matcher.explaining.report import RankReport, RulesFailed


class Tier(StrEnum):
    """A step of the search, in the order in which most councils take them."""

    CONNECTED = "connected"
    IN_HOUSE = "in_house"
    BLOCK = "block"
    NATIONAL = "national"
    FRAMEWORK = "framework"
    CONSORTIUM = "consortium"
    SPOT = "spot"

    @property
    def label(self) -> str:
        """The tier as people write it."""
        return {
            "connected": "relatives, friends and other connected persons",
            "in_house": "the council's own homes",
            "block": "block contracts",
            "national": "national contracts",
            "spot": "spot purchase",
        }.get(self.value, self.value)

    @property
    def route(self) -> Route | None:
        """How a bed is bought in this tier; None for connected persons."""
        return None if self is Tier.CONNECTED else Route(self.value)


class StepState(StrEnum):
    """Where a tier of the search stands."""

    OPEN = "open"
    EXHAUSTED = "exhausted"


class Exhausted(StrEnum):
    """Why a tier led to nothing."""

    NOBODY_THERE = "nobody_there"
    NO_VACANCY = "no_vacancy"
    NONE_SUITABLE = "none_suitable"
    ALL_DECLINED = "all_declined"
    NO_ANSWER = "no_answer"
    CHILD_OBJECTS = "child_objects"
    NOT_APPLICABLE = "not_applicable"
    TOO_URGENT = "too_urgent"

    @property
    def label(self) -> str:
        """The reason as people write it."""
        return self.value.replace("_", " ")


class SearchStep(Record):
    """One tier of a search.

    Parameters
    ----------
    step_id, referral_id
        Identifiers.
    tier
        Which.
    framework_tier
        For the framework: its own tier, 1 to 9; None elsewhere.
    state
        Open, or exhausted.
    opened_at, opened_by
        When, and which actor; for dearer tiers a manager.
    why_now
        Why a tier was opened while one before it was not exhausted; None when it was.
    exhausted_at, exhausted_why
        When, and why it led to nothing; None while it is open.
    remarks
        Anything to add.
    """

    step_id: Identifier
    referral_id: Identifier
    tier: Tier
    framework_tier: Annotated[int, Field(ge=1, le=9)] | None = None
    state: StepState = StepState.OPEN
    opened_at: datetime
    opened_by: Identifier
    why_now: Words | None = None
    exhausted_at: datetime | None = None
    exhausted_why: Exhausted | None = None
    remarks: Words | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.tier is Tier.FRAMEWORK) != (self.framework_tier is not None):
            raise ValueError("a step of the framework says which of its tiers, others do not")
        ended = self.exhausted_at is not None and self.exhausted_why is not None
        if ended != (self.state is StepState.EXHAUSTED):
            raise ValueError("an exhausted tier says when and why, an open one does not")
        return self


class Matches(Record):
    """A ranking, kept whole as it was shown.

    Parameters
    ----------
    matches_id, referral_id
        Identifiers.
    made_at, made_by
        When, and which actor.
    sequence
        The authority's last change that the ranking knew of.
    policy
        Name of the policy.
    report
        The answer, with its stamp; excluded homes are in ``exclusions``.
    exclusions
        Which rules each home failed, as bits; homes as they were at ``made_at``.
    """

    matches_id: Identifier
    referral_id: Identifier
    made_at: datetime
    made_by: Identifier
    sequence: Annotated[int, Field(ge=0)]
    policy: str
    report: RankReport
    exclusions: RulesFailed


class ShortlistEntry(Record):
    """A home that somebody wants to look at more closely.

    Parameters
    ----------
    entry_id, referral_id, home_id
        Identifiers.
    matches_id, rank
        The ranking that it comes from and its place there; None when added by hand.
    added_at, added_by
        When, and which actor.
    remarks
        Why; None when the ranking says it all.
    removed_at
        When it was taken off again; None while it is on.
    """

    entry_id: Identifier
    referral_id: Identifier
    home_id: Identifier
    matches_id: Identifier | None = None
    rank: Annotated[int, Field(ge=1)] | None = None
    added_at: datetime
    added_by: Identifier
    remarks: Words | None = None
    removed_at: datetime | None = None


class RequestState(StrEnum):
    """Where a request to providers stands."""

    SENT = "sent"
    CLOSED = "closed"


class AnonymousChild(Record):
    """What providers are told of a child before they offer: no name, no date of birth.

    Parameters
    ----------
    age
        Completed years on the day the home is needed; None when not known.
    sex
        "boy" or "girl"; None when not known.
    needs
        Domain and level, such as "behaviour: high", from level 2.
    adaptations
        What the home must have.
    must_be_only_child
        Evidenced.
    outcode
        The first half of the home postcode, such as "HP13"; None when not known.
    school_stays
        Whether the school is to be kept.
    """

    age: int | None
    sex: str | None
    needs: tuple[str, ...]
    adaptations: tuple[str, ...]
    must_be_only_child: bool
    outcode: str | None
    school_stays: bool


class ProviderRequest(Record):
    """A referral without names, sent to the providers of a tier.

    Parameters
    ----------
    request_id, referral_id, step_id
        Identifiers; the step is the tier that it is sent to.
    provider_ids
        To whom.
    children
        What they are told.
    needed_by, expected_weeks
        By when, and for how long.
    risks
        Codes of what a home must be told of.
    sent_at, respond_by
        When, and until when answers are looked for.
    state
        Sent, or closed.
    closed_at
        When it was closed; None while it is out.
    """

    request_id: Identifier
    referral_id: Identifier
    step_id: Identifier
    provider_ids: Annotated[SortedSet[Identifier], Field(min_length=1)]
    children: tuple[AnonymousChild, ...]
    needed_by: date
    expected_weeks: int | None
    risks: tuple[str, ...]
    sent_at: datetime
    respond_by: datetime
    state: RequestState = RequestState.SENT
    closed_at: datetime | None = None
