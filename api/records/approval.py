"""Approval of funding: who must agree to how much, and what they said."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.records.task import Standing
from api.records.text import Words
from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from matcher.domain.record import Identifier, Pence, Record, SortedSet


class ApprovalRow(Record):
    """One row of the matrix: from how much a week, whose approval is needed.

    Parameters
    ----------
    settings
        Kinds of home that it is for; empty means any.
    routes
        Routes that it is for; empty means any.
    from_pence
        From this weekly fee of one home; a fee that is not known counts as the highest.
    standing
        Whose approval.
    """

    settings: SortedSet[Setting] = frozenset()
    routes: SortedSet[Route] = frozenset()
    from_pence: Pence = 0
    standing: Standing

    def covers(self, setting: Setting, route: Route, weekly_fee_pence: int | None) -> bool:
        """Whether the row asks for approval of such a purchase."""
        return (
            (not self.settings or setting in self.settings)
            and (not self.routes or route in self.routes)
            and (weekly_fee_pence is None or weekly_fee_pence >= self.from_pence)
        )


class Delegation(Record):
    """On whose authority an actor may decide: an entry in the scheme of delegation.

    Parameters
    ----------
    delegation_id, actor_id
        Identifiers.
    standing
        The standing that they hold, for themselves or as deputy.
    starts, until
        First and last day; None for no end.
    """

    delegation_id: Identifier
    actor_id: Identifier
    standing: Standing
    starts: date
    until: date | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.until is not None and self.until < self.starts:
            raise ValueError("a delegation ends on or after the day it starts")
        return self

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.starts <= day and (self.until is None or day <= self.until)


class ApprovalState(StrEnum):
    """Where an approval stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    STOPPED = "stopped"


class Approval(Record):
    """A decision about money, asked of a standing and given by a person.

    Parameters
    ----------
    approval_id, referral_id, choice_id, home_id
        Identifiers: which home of which choice.
    weekly_fee_pence
        What is asked for; None when not yet agreed.
    standing
        Whose approval the matrix asks for.
    retrospective
        The placement started in an emergency before this was decided.
    asked_at, due_at
        When, and for a retrospective one by when.
    state
        Where it stands.
    decided_at, decided_by, decided_as
        When, by which actor, and with which standing.
    reasons
        Why; None until decided.
    """

    approval_id: Identifier
    referral_id: Identifier
    choice_id: Identifier
    home_id: Identifier
    weekly_fee_pence: Pence | None
    standing: Standing
    retrospective: bool = False
    asked_at: datetime
    due_at: datetime | None = None
    state: ApprovalState = ApprovalState.ASKED
    decided_at: datetime | None = None
    decided_by: Identifier | None = None
    decided_as: Standing | None = None
    reasons: Words | None = None


class Procedure(Record):
    """The council's own procedure: what is its choice and not the law's.

    Parameters
    ----------
    procedure_id
        Always ``casework``; its earlier versions are kept.
    matrix
        Whose approval is needed; of the rows that cover a purchase the highest counts.
    tiers
        The order of the search.
    tiers_for_managers
        Tiers that only a manager opens.
    answer_hours
        Hours that providers have to answer: emergency, same day, planned.
    offer_days
        Days that an offer stands unless it says otherwise.
    reservation_days
        Days that a bed is kept for a choice.
    retrospective_days
        Working days for the approval of an emergency start.
    notice_days
        Days of notice unless the agreement says otherwise.
    outcome_weeks
        Weeks between two records of outcomes for a placement.
    dependence_percent
        The most of the bought placements that should be with one provider.
    rate_for_step_down_pence
        From this weekly fee a residential placement is looked at for a step down.
    """

    procedure_id: Identifier = "casework"
    matrix: tuple[ApprovalRow, ...]
    tiers: tuple[str, ...]
    tiers_for_managers: SortedSet[str]
    answer_hours: tuple[int, int, int] = (4, 8, 72)
    offer_days: Annotated[int, Field(ge=1, le=90)] = 14
    reservation_days: Annotated[int, Field(ge=1, le=90)] = 21
    retrospective_days: Annotated[int, Field(ge=1, le=20)] = 5
    notice_days: Annotated[int, Field(ge=1, le=180)] = 28
    outcome_weeks: Annotated[int, Field(ge=1, le=104)] = 26
    dependence_percent: Annotated[int, Field(ge=1, le=100)] = 25
    rate_for_step_down_pence: Pence = 400_000
