"""Where a child's plan is heading, what blocks it, and what young people go on to."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from api.records.text import Words
from matcher.domain.child import PermanencePlan
from matcher.domain.record import Identifier, Record


class PermanenceStage(StrEnum):
    """How far a permanence plan has come."""

    ASSESSING = "assessing"
    DECIDED = "decided"
    FAMILY_FINDING = "family_finding"
    MATCHED = "matched"
    ACHIEVED = "achieved"
    CHANGED = "changed"


class Blocker(StrEnum):
    """What holds a permanence plan up."""

    COURT = "court"
    ASSESSMENT = "assessment"
    NO_FAMILY = "no_family"
    FUNDING = "funding"
    HOUSING = "housing"
    CHILD_UNDECIDED = "child_undecided"
    SUPPORT_PLAN = "support_plan"


class PermanenceStep(Record):
    """A child's permanence plan and how far it has come.

    Parameters
    ----------
    step_id, child_id
        Identifiers.
    plan
        Where it is heading.
    stage
        How far it has come.
    since, due_on
        When the stage began, and when it should be over; None when no date was set.
    blocker
        What holds it up; None when nothing does.
    connected_review_on
        For a connected carer or special guardian: the review at six months; None otherwise.
    remarks
        Anything to add.
    """

    step_id: Identifier
    child_id: Identifier
    plan: PermanencePlan
    stage: PermanenceStage
    since: date
    due_on: date | None = None
    blocker: Blocker | None = None
    connected_review_on: date | None = None
    remarks: Words | None = None


class NextHome(StrEnum):
    """Where a young person goes on to at 18."""

    STAYING_PUT = "staying_put"
    STAYING_CLOSE = "staying_close"
    SUPPORTED_LODGINGS = "supported_lodgings"
    RETURN_HOME = "return_home"
    COUNCIL_HOUSING = "council_housing"
    ADULT_SOCIAL_CARE = "adult_social_care"
    OWN_TENANCY = "own_tenancy"
    NOT_DECIDED = "not_decided"


class AdulthoodPlan(Record):
    """What a young person of 17½ or more goes on to, with housing and adult care.

    Parameters
    ----------
    plan_id, child_id
        Identifiers.
    next_home
        Where they go on to.
    housing_told_on, adult_care_told_on
        When housing and adult social care were told; None when not yet.
    in_education_or_work, accommodation_suitable
        As the measures of care leavers ask (NI 147, NI 148); None when not known.
    """

    plan_id: Identifier
    child_id: Identifier
    next_home: NextHome = NextHome.NOT_DECIDED
    housing_told_on: date | None = None
    adult_care_told_on: date | None = None
    in_education_or_work: bool | None = None
    accommodation_suitable: bool | None = None


class OutcomeArea(StrEnum):
    """In which part of a child's life an outcome is recorded."""

    HEALTH = "health"
    EDUCATION = "education"
    EMOTIONAL = "emotional"
    FAMILY_TIME = "family_time"
    SAFETY = "safety"
    INDEPENDENCE = "independence"


class OutcomeNote(Record):
    """How a child does in a placement, from time to time: the outcomes of its provider.

    Parameters
    ----------
    outcome_id, child_id, placement_id, provider_id
        Identifiers.
    area
        In which part of life.
    change
        -2 much worse to 2 much better than at the last look.
    recorded_on
        When.
    """

    outcome_id: Identifier
    child_id: Identifier
    placement_id: Identifier
    provider_id: Identifier
    area: OutcomeArea
    change: Annotated[int, Field(ge=-2, le=2)]
    recorded_on: date
