"""Quality visits, carers' training, targets, waivers, duty: what keeps a service in order."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.records.task import Standing
from api.records.text import Words
from matcher.domain.record import Identifier, Pence, Record


class QualityVisit(Record):
    """The council's own visit to a home.

    Parameters
    ----------
    visit_id, home_id
        Identifiers.
    visited_on, expires_on
        When, and its last day.
    passed
        Whether children may go on being placed there.
    findings
        What was found; None when nothing.
    """

    visit_id: Identifier
    home_id: Identifier
    visited_on: date
    expires_on: date
    passed: bool
    findings: Words | None = None


class Course(StrEnum):
    """What carers are trained in."""

    CHILD_PROTECTION = "child_protection"
    FIRST_AID = "first_aid"
    ATTACHMENT = "attachment"
    SELF_HARM = "self_harm"
    EXPLOITATION = "exploitation"
    MEDICATION = "medication"
    SAFER_CARING = "safer_caring"


class CarerTraining(Record):
    """Training of the carers or staff of a home, which lapses.

    Parameters
    ----------
    training_id, home_id
        Identifiers.
    course
        In what.
    completed_on, expires_on
        When, and its last day; None when it does not lapse.
    """

    training_id: Identifier
    home_id: Identifier
    course: Course
    completed_on: date
    expires_on: date | None = None


class Target(Record):
    """What a council aims at for an indicator in a year.

    Parameters
    ----------
    target_id
        Identifier.
    indicator
        Name of the measure, as in the reference of measures.
    year
        The calendar year in which the year ends: 2027 is 1 April 2026 to 31 March 2027.
    aim
        The figure aimed at, in the measure's own unit.
    higher_is_better
        Which way is good.
    reviewed_on
        When it was last reviewed; each is reviewed once a year.
    """

    target_id: Identifier
    indicator: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]+$", max_length=60)]
    year: Annotated[int, Field(ge=2000, le=2100)]
    aim: float
    higher_is_better: bool
    reviewed_on: date | None = None


class Waiver(Record):
    """A waiver of standing orders: a purchase made without the competition they ask for.

    Parameters
    ----------
    waiver_id
        Identifier.
    provider_id, referral_id
        Which provider, and for which referral; None for a general one.
    granted_on, granted_by, until
        When, on whose authority, and its last day.
    limit_pence
        The most that may be bought under it a week.
    reasons
        Why.
    """

    waiver_id: Identifier
    provider_id: Identifier
    referral_id: Identifier | None = None
    granted_on: date
    granted_by: Standing
    until: date
    limit_pence: Pence
    reasons: Words

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.until < self.granted_on:
            raise ValueError("a waiver ends on or after the day it was granted")
        return self


class DutyShift(Record):
    """Who finds homes when the office is shut.

    Parameters
    ----------
    shift_id, actor_id
        Identifiers.
    starts, ends
        When.
    handed_over_at
        When the day team took over what happened; None when not yet.
    """

    shift_id: Identifier
    actor_id: Identifier
    starts: datetime
    ends: datetime
    handed_over_at: datetime | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("a shift ends after it starts")
        return self


class TemporaryApproval(Record):
    """A connected person's approval until the full assessment is done (regulation 24).

    Parameters
    ----------
    approval_id, home_id
        Identifiers.
    granted_on, until
        First day, and last: sixteen weeks.
    extended_on
        When it was extended, once, by eight weeks (regulation 25); None when not.
    finished_on
        When the full assessment was decided; None while it is made.
    approved
        What was decided; None while it is made.
    """

    approval_id: Identifier
    home_id: Identifier
    granted_on: date
    until: date
    extended_on: date | None = None
    finished_on: date | None = None
    approved: bool | None = None
