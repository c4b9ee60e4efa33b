"""Placements: their start, what happens meanwhile, and their end."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.casework import ending, placements, recoding, starting
from api.casework.ending import End, NoticeGiven
from api.casework.recoding import NewCode
from api.casework.starting import Start
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.care_placement import Agreed, CarePlacement, PlacementState
from api.records.referral_case import ReferralCase
from api.records.task import Task
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf
from api.routes.steps import (
    READ,
    STEP,
    CurrentJudge,
    IfMatchMaybe,
    SeesNames,
    begun,
    created,
    read_one,
    read_page,
    shown,
)
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier, Record

router = APIRouter(
    prefix="/v1", tags=["placements"], route_class=ServiceRoute, responses=documented(401, 403)
)

ReferralId = Annotated[Identifier, Path(examples=["R-0K3V7Q2M1-7QF2M0XA"])]
PlacementId = Annotated[Identifier, Path(examples=["P-0K3V7Q2M1-7QF2M0XA"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
Places = Annotated[Actor, Depends(allowed(Permission.WRITE_PLACEMENTS))]
Corrects = Annotated[Actor, Depends(allowed(Permission.CORRECT_RECORDS))]


class OnDay(Record):
    """When something was done.

    Parameters
    ----------
    day
        The day.
    """

    day: date


class StaysOn(Record):
    """Whether a young person stays after 18.

    Parameters
    ----------
    stays
        They do: the bed stays taken.
    """

    stays: bool


START: dict[str, Any] = {"started_on": "2026-12-01"}
AGREED: dict[str, Any] = {"agreed_on": "2026-12-02", "weekly_fee_pence": 92_000}
DAY: dict[str, Any] = {"day": "2026-12-03"}
NOTICE: dict[str, Any] = {"given_on": "2027-02-01", "by": "provider", "reason": "CREQB"}
END: dict[str, Any] = {"ended_on": "2027-03-01", "ceased": "E4A"}
CODE: dict[str, Any] = {"place_code": "U4", "since": "2027-01-11"}
STAYS: dict[str, Any] = {"stays": True}

OnDayBody = Annotated[OnDay, Body(openapi_examples={"one": {"value": DAY}})]


@router.post(
    "/referrals/{referral_id}/start",
    operation_id="startPlacement",
    summary="Start the placements of a referral",
    responses=STEP,
)
def start(
    _: Places,
    referral_id: ReferralId,
    sent: Annotated[Start, Body(openapi_examples={"one": {"value": START}})],
    version: IfMatchMaybe,
    judge: CurrentJudge,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Start what was chosen and approved, or in an emergency before that.

    Checked once more as things stand: what has failed since stops the choice, and `state` says
    `searching`; the choice has the reasons.
    """
    held = starting.start(work, referral_id, sent, judge=judge, expected=version)
    return shown(held, ReferralCase, names=names, response=response)


@router.get(
    "/placements",
    operation_id="listPlacements",
    summary="List placements",
    responses=documented(422),
)
def list_placements(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    state: Annotated[PlacementState | None, Query()] = None,
    child_id: Annotated[Identifier | None, Query()] = None,
    home_id: Annotated[Identifier | None, Query()] = None,
    referral_id: Annotated[Identifier | None, Query()] = None,
) -> PageOut[HeldOut[CarePlacement]]:
    """Return placements, a page at a time."""
    return read_page(
        work,
        CarePlacement,
        paging,
        names=names,
        state=state,
        child_id=child_id,
        home_id=home_id,
        referral_id=referral_id,
    )


@router.get(
    "/placements/{placement_id}",
    operation_id="getPlacement",
    summary="Read a placement",
    responses=READ,
)
def read(
    _: Reads,
    placement_id: PlacementId,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[CarePlacement]:
    """Return a placement, as it is or as it was known at a moment."""
    return read_one(work, CarePlacement, placement_id, names=names, response=response, as_of=as_of)


@router.get(
    "/placements/{placement_id}/history",
    operation_id="getPlacementHistory",
    summary="Every version of a placement",
    responses=READ,
)
def placement_history(
    _: Annotated[Actor, Depends(allowed(Permission.READ_NAMES))],
    placement_id: PlacementId,
    work: CurrentWork,
) -> HistoryOut[CarePlacement]:
    """Return who changed it when and why, the first version first."""
    return history(work, CarePlacement, placement_id)


@router.post(
    "/placements/{placement_id}/agreement",
    operation_id="agreePlacement",
    summary="Record the individual placement agreement",
    responses=STEP,
)
def agree(
    _: Places,
    placement_id: PlacementId,
    sent: Annotated[Agreed, Body(openapi_examples={"one": {"value": AGREED}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """Record that all parties have signed, with the fee and the days of notice."""
    held = placements.agree(work, placement_id, sent, expected=version)
    return shown(held, CarePlacement, names=names, response=response)


@router.post(
    "/placements/{placement_id}/plan",
    operation_id="recordPlacementPlan",
    summary="Record the placement plan",
    responses=STEP,
)
def plan(
    _: Places,
    placement_id: PlacementId,
    sent: OnDayBody,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """Record that the placement plan was made and signed; due within five working days."""
    held = placements.plan_made(work, placement_id, sent.day, expected=version)
    return shown(held, CarePlacement, names=names, response=response)


@router.post(
    "/placements/{placement_id}/meeting",
    operation_id="recordPlacementMeeting",
    summary="Record the placement meeting",
    responses=STEP,
)
def meeting(
    _: Places,
    placement_id: PlacementId,
    sent: OnDayBody,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """Record that the placement meeting was held; due within 72 hours."""
    held = placements.meeting_held(work, placement_id, sent.day, expected=version)
    return shown(held, CarePlacement, names=names, response=response)


@router.post(
    "/placements/{placement_id}/visits",
    status_code=201,
    operation_id="recordVisit",
    summary="Record a visit to the child",
    responses={**created(Task), **STEP},
)
def visit(
    _: Places,
    placement_id: PlacementId,
    sent: OnDayBody,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Task]:
    """Record a visit and return the task of the next one."""
    held = placements.record_visit(work, placement_id, sent.day)
    return begun(held, Task, names=names, response=response, location="/v1/tasks")


@router.post(
    "/placements/{placement_id}/notice",
    operation_id="giveNotice",
    summary="Record notice",
    responses=STEP,
)
def notice(
    _: Places,
    placement_id: PlacementId,
    sent: Annotated[NoticeGiven, Body(openapi_examples={"one": {"value": NOTICE}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """Record that somebody gave notice; a clock runs to its last night."""
    held = ending.give_notice(work, placement_id, sent, expected=version)
    return shown(held, CarePlacement, names=names, response=response)


@router.post(
    "/placements/{placement_id}/take-notice-back",
    operation_id="takeNoticeBack",
    summary="Record that notice was taken back",
    responses=STEP,
)
def take_notice_back(
    _: Places,
    placement_id: PlacementId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """Go on as if no notice had been given; that it was stays known."""
    held = ending.take_notice_back(work, placement_id, expected=version)
    return shown(held, CarePlacement, names=names, response=response)


@router.post(
    "/placements/{placement_id}/end",
    operation_id="endPlacement",
    summary="End a placement",
    responses=STEP,
)
def end(
    _: Places,
    placement_id: PlacementId,
    sent: Annotated[End, Body(openapi_examples={"one": {"value": END}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """End it with its codes as returned in the SSDA903; the bed is free again."""
    held = ending.end(work, placement_id, sent, expected=version)
    return shown(held, CarePlacement, names=names, response=response)


@router.post(
    "/placements/{placement_id}/undo-end",
    operation_id="undoEnd",
    summary="Correct an end recorded by mistake",
    responses=STEP,
)
def undo_end(
    _: Corrects,
    placement_id: PlacementId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """Let the child live there again, if the bed is still free."""
    held = ending.undo_end(work, placement_id, expected=version)
    return shown(held, CarePlacement, names=names, response=response)


@router.post(
    "/placements/{placement_id}/after-18",
    operation_id="recordAfter18",
    summary="Record whether a young person stays after 18",
    responses=STEP,
)
def after_18(
    _: Places,
    placement_id: PlacementId,
    sent: Annotated[StaysOn, Body(openapi_examples={"one": {"value": STAYS}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """Record whether they stay on; then the bed stays taken."""
    held = placements.stays_after_18(work, placement_id, stays=sent.stays, expected=version)
    return shown(held, CarePlacement, names=names, response=response)


@router.post(
    "/placements/{placement_id}/place-code",
    status_code=201,
    operation_id="changePlaceCode",
    summary="Change the status of a placement",
    responses={**created(CarePlacement), **STEP},
)
def place_code(
    _: Places,
    placement_id: PlacementId,
    sent: Annotated[NewCode, Body(openapi_examples={"one": {"value": CODE}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[CarePlacement]:
    """Begin a new episode with the same carer in the same bed: no move."""
    held = recoding.change_place_code(work, placement_id, sent, expected=version)
    return begun(held, CarePlacement, names=names, response=response, location="/v1/placements")
