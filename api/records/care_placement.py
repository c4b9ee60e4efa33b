"""A child living in a home: agreement, fee, papers, notice and end."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.records.referral_case import ALL_OURS, FundingShare, shares_add_up
from api.records.text import Words
from matcher.domain.agreement import Route
from matcher.domain.codes import Code, LegalStatus, PlaceCode, PlaceProvider, ReasonPlaceChange
from matcher.domain.placement import Placement
from matcher.domain.record import Identifier, Pence, Record, Unordered


class PlacementState(StrEnum):
    """Where a placement stands."""

    CURRENT = "current"
    UNAPPROVED = "unapproved"
    """Started in an emergency; the approvals are still to come."""
    NOTICE = "notice"
    ENDED = "ended"
    MISTAKEN = "mistaken"
    """Recorded by mistake: it never was."""

    @property
    def lived_in(self) -> bool:
        """Whether the child lives there."""
        return self in (PlacementState.CURRENT, PlacementState.UNAPPROVED, PlacementState.NOTICE)


LIVED_IN = tuple(state for state in PlacementState if state.lived_in)
"""Where a placement stands in which the child lives."""


class ReasonCeased(Code):
    """REC: why an episode ceased, as returned. X1 when the child goes on being looked after."""

    X1 = ("X1", "episode ceases, and new episode begins on same day, for any reason")
    E11 = ("E11", "adopted, application unopposed")
    E12 = ("E12", "adopted, consent dispensed with by the court")
    E2 = ("E2", "died")
    E3 = ("E3", "care taken over by another local authority in the UK")
    E4A = ("E4A", "returned home to live with parents as part of the care planning process")
    E4B = ("E4B", "returned home to live with parents, not as part of the care planning process")
    E13 = ("E13", "left care to live with parents or relatives with no parental responsibility")
    E41 = ("E41", "child arrangements order granted")
    E45 = ("E45", "special guardianship order to former foster carers who were relatives")
    E46 = ("E46", "special guardianship order to former foster carers, other than relatives")
    E47 = ("E47", "special guardianship order to carers who were relatives, not foster carers")
    E48 = ("E48", "special guardianship order to other carers")
    E14 = ("E14", "accommodation on remand ended")
    E15 = ("E15", "age assessment determined that the child is 18 or over")
    E16 = ("E16", "moved abroad")
    E17 = ("E17", "turned 18 and remained with current carers (staying put)")
    E5 = ("E5", "moved into independent living with formalised advice and support")
    E6 = ("E6", "moved into independent living with no formalised support")
    E7 = ("E7", "transferred to care of adult social services")
    E9 = ("E9", "sentenced to custody")
    E8 = ("E8", "period of being looked after ceased for any other reason")


class NoticeBy(StrEnum):
    """Who gave notice."""

    PROVIDER = "provider"
    CARER = "carer"
    COUNCIL = "council"
    CHILD = "child"


class Notice(Record):
    """Notice that a placement is to end.

    Parameters
    ----------
    given_on, ends_on
        When, and the last night.
    by
        Who gave it.
    reason
        As it would be returned in REASON_PLACE_CHANGE.
    remarks
        Anything to add.
    """

    given_on: date
    ends_on: date
    by: NoticeBy
    reason: ReasonPlaceChange
    remarks: Words | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.ends_on < self.given_on:
            raise ValueError("notice ends on or after the day it is given")
        return self


class Agreed(Record):
    """The individual placement agreement.

    Parameters
    ----------
    agreed_on
        When all parties had signed.
    weekly_fee_pence
        For this child.
    notice_days
        Days of notice that either side gives.
    no_move_without_purchaser
        The provider moves the child nowhere without the council's approval.
    """

    agreed_on: date
    weekly_fee_pence: Pence
    notice_days: Annotated[int, Field(ge=1, le=180)] = 28
    no_move_without_purchaser: bool = True


class CarePlacement(Record):
    """A child's stay in a home.

    Parameters
    ----------
    placement_id, child_id, home_id
        Identifiers.
    referral_id, choice_id
        What led to it; None for stays that were there when casework began.
    booking_id
        The bed.
    state
        Where it stands.
    started_on, ended_on
        First day, and the day of the end; None while it goes on.
    place_code, place_provider
        As returned in PLACE and PLACE_PROVIDER.
    route, agreement_id
        How the bed is bought.
    weekly_fee_pence
        For this child; None when not recorded.
    funding
        Who pays.
    expected_end
        When it is expected to end; None when open.
    may_move
        A review has agreed that a move may be looked for (regulation 14).
    long_term
        The plan is that the child grows up here.
    over_terms_until
        Last day on which an emergency placement outside the terms of approval is lawful.
    agreed, plan_made_on, meeting_held_on
        The individual placement agreement, the placement plan, the placement meeting.
    notice
        None when none was given.
    end_reason
        REASON_PLACE_CHANGE, when the child moved on and stayed in care.
    ceased
        REC: X1 when the child stayed in care, else why being looked after ceased.
    post_18
        Where a young person stays on after 18; None when not decided.
    """

    placement_id: Identifier
    child_id: Identifier
    home_id: Identifier
    referral_id: Identifier | None = None
    choice_id: Identifier | None = None
    booking_id: Identifier | None = None
    state: PlacementState = PlacementState.CURRENT
    started_on: date
    ended_on: date | None = None
    place_code: PlaceCode
    place_provider: PlaceProvider
    route: Route | None = None
    agreement_id: Identifier | None = None
    weekly_fee_pence: Pence | None = None
    funding: Unordered[FundingShare] = ALL_OURS
    expected_end: date | None = None
    may_move: bool = False
    long_term: bool = False
    over_terms_until: date | None = None
    agreed: Agreed | None = None
    plan_made_on: date | None = None
    meeting_held_on: date | None = None
    notice: Notice | None = None
    end_reason: ReasonPlaceChange | None = None
    ceased: ReasonCeased | None = None
    post_18: bool | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not shares_add_up(self.funding):
            raise ValueError("the shares of funding name each funder once and add up to 100")
        ended = self.ended_on is not None and self.ceased is not None
        if ended != (self.state is PlacementState.ENDED):
            raise ValueError("an ended placement says when and why, others do not")
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise ValueError("a placement ends on or after the day it started")
        if (self.end_reason is not None) != (self.ceased is ReasonCeased.X1):
            raise ValueError(
                "the reason why the placement changed is given when the child stays in care (X1), "
                "and only then"
            )
        if (self.state is PlacementState.NOTICE) and self.notice is None:
            raise ValueError("a placement under notice says which")
        return self

    @property
    def placement(self) -> Placement:
        """The stay as the engine reads it."""
        return Placement(
            child_id=self.child_id,
            home_id=self.home_id,
            started_on=self.started_on,
            place_code=self.place_code,
            agreement_id=self.agreement_id,
            weekly_fee_pence=self.weekly_fee_pence,
            expected_end=self.notice.ends_on if self.notice is not None else self.expected_end,
            may_move=self.may_move,
        )


class LegalSpell(Record):
    """A time under one legal status.

    Parameters
    ----------
    spell_id, child_id
        Identifiers.
    legal_status
        As returned in LS.
    starts, ended_on
        First day, and the day on which another began or being looked after ceased.
    """

    spell_id: Identifier
    child_id: Identifier
    legal_status: LegalStatus
    starts: date
    ended_on: date | None = None


class Participation(Code):
    """REVIEW_CODE: how the child took part in a review."""

    PN0 = ("PN0", "child under 4 on the day of the review")
    PN1 = ("PN1", "attended and spoke for themselves")
    PN2 = ("PN2", "attended, an advocate spoke")
    PN3 = ("PN3", "attended, and conveyed their views without words")
    PN4 = ("PN4", "attended, and did not speak")
    PN5 = ("PN5", "did not attend, an advocate spoke for them")
    PN6 = ("PN6", "did not attend, and sent their views")
    PN7 = ("PN7", "did not attend, and their views were not conveyed")


class Review(Record):
    """A review of the child's case.

    Parameters
    ----------
    review_id, child_id
        Identifiers.
    held_on
        When.
    participation
        As returned in REVIEW_CODE.
    move_agreed
        The review agreed that a move may be looked for (regulation 14).
    """

    review_id: Identifier
    child_id: Identifier
    held_on: date
    participation: Participation
    move_agreed: bool = False


class HandoverPack(Record):
    """What goes with a child who moves.

    Parameters
    ----------
    pack_id, child_id, placement_id
        Identifiers; the placement that the child leaves.
    ready_on
        When all of it was together; None while it is being made.
    health_papers, school_papers, belongings, memories, contact_plan, medication
        Whether each is in the pack.
    shared_with
        Providers and services to which it was given.
    """

    pack_id: Identifier
    child_id: Identifier
    placement_id: Identifier
    ready_on: date | None = None
    health_papers: bool = False
    school_papers: bool = False
    belongings: bool = False
    memories: bool = False
    contact_plan: bool = False
    medication: bool = False
    shared_with: tuple[Identifier, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything is in it."""
        return all(
            (
                self.health_papers,
                self.school_papers,
                self.belongings,
                self.memories,
                self.contact_plan,
                self.medication,
            )
        )
