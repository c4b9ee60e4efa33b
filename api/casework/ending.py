"""Notice, the end of a placement, and what was recorded by mistake."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from api.casework.beds import give_back, stay_on, take_again
from api.casework.calendar import end_of
from api.casework.moving import move
from api.casework.policies import check_end_day
from api.casework.procedure import procedure_of
from api.casework.tasks import drop_open, open_task
from api.casework.waiting import check_waits_once
from api.errors import ConflictError, InvalidError
from api.records.approval import Approval, ApprovalState
from api.records.care_placement import (
    CarePlacement,
    LegalSpell,
    Notice,
    NoticeBy,
    PlacementState,
    ReasonCeased,
)
from api.records.choice import Choice, ChoiceState
from api.records.concerns import Watch, WatchState
from api.records.referral_case import CaseState, ReferralCase
from api.records.task import Task, TaskState
from api.records.text import Words
from matcher.domain.child import Child
from matcher.domain.codes import ReasonPlaceChange
from matcher.domain.home import Home
from matcher.domain.record import Record

if TYPE_CHECKING:
    from api.storage.reading import Held
    from api.storage.work import Work


ENDED = "The placement ended."
"""Why its tasks were dropped: by this they are found again when the end was a mistake."""


class NoticeGiven(Record):
    """Notice that a placement is to end.

    Parameters
    ----------
    given_on, ends_on
        When, and the last night; None for the days that the agreement or the council says.
    by, reason, remarks
        Who gave it, and why.
    """

    given_on: date
    ends_on: date | None = None
    by: NoticeBy
    reason: ReasonPlaceChange
    remarks: Words | None = None


class End(Record):
    """How a placement ends.

    Parameters
    ----------
    ended_on
        The day on which the child left.
    ceased
        REC: X1 when the child stays in care, else why being looked after ceased.
    reason
        REASON_PLACE_CHANGE, with X1; None otherwise.
    """

    ended_on: date
    ceased: ReasonCeased
    reason: ReasonPlaceChange | None = None


def give_notice(
    work: Work, placement_id: str, given: NoticeGiven, *, expected: int | None = None
) -> Held[CarePlacement]:
    """Record notice: a clock runs to its last night, and the child is to be found a home."""
    work.lock()
    held = work.get(CarePlacement, placement_id)
    stay = held.record
    agreed = stay.agreed
    days = procedure_of(work).notice_days if agreed is None else agreed.notice_days
    ends_on = given.ends_on or given.given_on + timedelta(days=days)
    if ends_on < given.given_on:
        raise InvalidError("Notice ends on or after the day it is given.", field="ends_on")
    notice = Notice(
        given_on=given.given_on,
        ends_on=ends_on,
        by=given.by,
        reason=given.reason,
        remarks=given.remarks,
    )
    changed = move(work, held, "give_notice", expected=expected, notice=notice)
    open_task(
        work,
        "NOTICE_RUNS_OUT",
        due_at=end_of(ends_on),
        placement_id=placement_id,
        home_id=stay.home_id,
        child_ids=(stay.child_id,),
    )
    return changed


def take_notice_back(
    work: Work, placement_id: str, *, expected: int | None = None
) -> Held[CarePlacement]:
    """Record that notice was taken back.

    Raises
    ------
    ConflictError
        If funding is still to be approved, or was refused: then the notice stands.
    """
    work.lock()
    held = work.get(CarePlacement, placement_id)
    if held.record.choice_id is not None:
        for approval in work.find(Approval, choice_id=held.record.choice_id):
            if approval.record.state is not ApprovalState.APPROVED:
                raise ConflictError(
                    f"The funding of placement {placement_id} is {approval.record.state}: the "
                    "notice stands until it is approved.",
                    rule="FUNDING_APPROVAL",
                )
    changed = move(work, held, "take_notice_back", expected=expected, notice=None)
    _drop(work, placement_id, "NOTICE_RUNS_OUT", "Notice was taken back.")
    return changed


def end(
    work: Work, placement_id: str, how: End, *, expected: int | None = None
) -> Held[CarePlacement]:
    """End a placement: the bed is free again, and what ran for it stops.

    Raises
    ------
    ConflictError
        If the day is before the start or in the future.
    InvalidError
        If the reasons do not go together.
    """
    work.lock()
    held = work.get(CarePlacement, placement_id)
    check_end_day(held.record, how.ended_on, work.today)
    if (how.reason is not None) != (how.ceased is ReasonCeased.X1):
        raise InvalidError(
            "Say why the placement changed when the child stays in care (X1), and only then.",
            field="reason",
        )
    return leave(work, held, how.ended_on, ceased=how.ceased, reason=how.reason, expected=expected)


def leave(
    work: Work,
    held: Held[CarePlacement],
    day: date,
    *,
    ceased: ReasonCeased,
    reason: ReasonPlaceChange | None,
    expected: int | None = None,
) -> Held[CarePlacement]:
    """End a placement on a day, with all that hangs on it.

    Parameters
    ----------
    work
        The transaction, locked.
    held
        The placement.
    day
        When the child left.
    ceased, reason
        REC, and REASON_PLACE_CHANGE with X1.
    expected
        The version that the caller has seen.
    """
    stay = held.record
    check_end_day(stay, day, work.today)
    changed = move(
        work,
        held,
        "end",
        expected=expected,
        details={"ceased": str(ceased), "reason": str(reason or "")},
        ended_on=day,
        ceased=ceased,
        end_reason=reason,
    )
    if ceased is ReasonCeased.E17:
        stay_on(work, stay.booking_id, day, sex=work.get(Child, stay.child_id).record.sex)
    else:
        give_back(work, stay.booking_id, day)
    for watch in work.find(Watch, placement_id=stay.placement_id, state=WatchState.WATCHED):
        move(work, watch, "end", closed_on=day)
    _drop(work, stay.placement_id, None, ENDED)
    if ceased is not ReasonCeased.X1:
        _end_spells(work, stay.child_id, day)
    _close_case(work, stay.referral_id)
    return changed


def undo_end(work: Work, placement_id: str, *, expected: int | None = None) -> Held[CarePlacement]:
    """Correct an end that was recorded by mistake: the child lives there.

    Raises
    ------
    ConflictError
        If the child lives elsewhere now, or the bed has been taken since.
    """
    work.lock()
    held = work.get(CarePlacement, placement_id)
    stay = held.record
    if work.find(CarePlacement, living=stay.child_id):
        raise ConflictError(
            f"Child {stay.child_id} lives in another home now. Correct that placement first.",
            rule="ONE_HOME",
        )
    changed = move(
        work,
        held,
        "undo_end",
        expected=expected,
        ended_on=None,
        ceased=None,
        end_reason=None,
        notice=None,
    )
    home = work.get(Home, stay.home_id).record
    booking_id = take_again(work, home, stay.booking_id, stay.child_id, stay.started_on)
    if booking_id != stay.booking_id:
        changed = work.put(changed.record.replace(booking_id=booking_id), reason="another bed")
    for spell in work.find(LegalSpell, child_id=stay.child_id):
        if spell.record.ended_on is not None and spell.record.ended_on == stay.ended_on:
            work.put(spell.record.replace(ended_on=None), reason="end taken back")
    for task in work.find(Task, placement_id=placement_id, state=TaskState.NOT_NEEDED):
        if task.record.remarks == ENDED:
            move(work, task, "reopen", settled_at=None, settled_by=None, remarks=None)
    if stay.referral_id is not None:
        case = work.get(ReferralCase, stay.referral_id)
        if case.record.state is CaseState.ENDED:
            move(work, case, "undo_end")
    return changed


def undo_start(work: Work, referral_id: str, *, expected: int | None = None) -> Held[ReferralCase]:
    """Correct a start that was recorded by mistake: nobody moved, the search goes on.

    Raises
    ------
    WrongStateError
        If the referral was never placed.
    ConflictError
        If a child lives or waits elsewhere by now.
    """
    work.lock()
    case = work.get(ReferralCase, referral_id)
    changed = move(work, case, "undo_start", expected=expected)
    check_waits_once(work, changed.record)
    for child_id in case.record.child_ids:
        for other in work.find(CarePlacement, living=child_id):
            if other.record.referral_id != referral_id:
                raise ConflictError(
                    f"Child {child_id} lives in another home now. Correct that placement first.",
                    rule="ONE_HOME",
                )
    for held in work.find(CarePlacement, referral_id=referral_id):
        stay = held.record
        if stay.state is PlacementState.MISTAKEN:
            continue
        booking = stay.booking_id
        move(work, held, "undo_start", ended_on=None, ceased=None, end_reason=None, booking_id=None)
        give_back(work, booking, stay.started_on)
        _drop(work, stay.placement_id, None, "The placement was recorded by mistake.")
        for spell in work.find(LegalSpell, child_id=stay.child_id, starts=stay.started_on):
            work.retire(LegalSpell, spell.record.spell_id, reason="recorded by mistake")
    for choice in work.find(Choice, referral_id=referral_id, state=ChoiceState.CARRIED_OUT):
        move(
            work,
            choice,
            "stop",
            stopped_at=work.at,
            stopped_why=("The placement was recorded by mistake.",),
        )
    return changed


def _drop(work: Work, placement_id: str, code: str | None, why: str) -> None:
    found = work.find(Task, placement_id=placement_id, state=TaskState.OPEN)
    drop_open(work, [each for each in found if code in (None, each.record.code)], remarks=why)


def _end_spells(work: Work, child_id: str, day: date) -> None:
    for spell in work.find(LegalSpell, child_id=child_id):
        if spell.record.ended_on is None:
            work.put(
                spell.record.replace(ended_on=day),
                reason="ceased to be looked after",
                action="legal_status.end",
            )


def _close_case(work: Work, referral_id: str | None) -> None:
    """End a referral when the last of its placements has ended."""
    if referral_id is None:
        return
    stays = [held.record for held in work.find(CarePlacement, referral_id=referral_id)]
    if not any(stay.state.lived_in for stay in stays):
        case = work.get(ReferralCase, referral_id)
        if case.record.state is CaseState.PLACED:
            move(work, case, "end")
            drop_open(
                work,
                work.find(Task, referral_id=referral_id, state=TaskState.OPEN),
                remarks="The last placement ended.",
            )
