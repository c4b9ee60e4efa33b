"""Allegations, and the temporary approval of connected persons."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.casework import allegations, connected
from api.casework.allegations import AllegationMade
from api.errors import NotAllowedError
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.assurance import TemporaryApproval
from api.records.concerns import Allegation, AllegationOutcome, AllegationState
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, Paging, allowed
from api.routes.steps import (
    READ,
    STEP,
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
    prefix="/v1", tags=["safeguarding"], route_class=ServiceRoute, responses=documented(401, 403)
)

AllegationId = Annotated[Identifier, Path(examples=["AL-0K3V7Q2M1-7QF2M0XA"])]
ApprovalId = Annotated[Identifier, Path(examples=["E-0K3V7Q2M1-7QF2M0XA"])]
HomeId = Annotated[Identifier, Path(examples=["H-0012"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
Records = Annotated[Actor, Depends(allowed(Permission.RECORD_ALLEGATIONS))]
Approves = Annotated[Actor, Depends(allowed(Permission.APPROVE_OUT_OF_AREA))]


class Told(Record):
    """When the designated officer was told.

    Parameters
    ----------
    day
        The day.
    """

    day: date


class Closed(Record):
    """How an allegation came out.

    Parameters
    ----------
    outcome
        What it was found to be.
    lift_hold
        Whether children may be placed there again.
    """

    outcome: AllegationOutcome
    lift_hold: bool = False


class Granted(Record):
    """A temporary approval.

    Parameters
    ----------
    day
        Its first day.
    """

    day: date


class Decided(Record):
    """The outcome of the full assessment.

    Parameters
    ----------
    approved
        Whether the household was approved.
    """

    approved: bool


MADE: dict[str, Any] = {
    "scope": "home",
    "target_id": "H-0012",
    "received_at": "2026-12-07T09:30:00Z",
}
TOLD: dict[str, Any] = {"day": "2026-12-07"}
CLOSED: dict[str, Any] = {"outcome": "unfounded", "lift_hold": True}
GRANTED: dict[str, Any] = {"day": "2026-12-07"}
DECIDED: dict[str, Any] = {"approved": True}


@router.get(
    "/allegations",
    operation_id="listAllegations",
    summary="List allegations",
    responses=documented(422),
)
def list_allegations(
    _: Records,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    state: Annotated[AllegationState | None, Query()] = None,
    target_id: Annotated[Identifier | None, Query()] = None,
) -> PageOut[HeldOut[Allegation]]:
    """Return allegations, a page at a time."""
    return read_page(work, Allegation, paging, names=names, state=state, target_id=target_id)


@router.get(
    "/allegations/{allegation_id}",
    operation_id="getAllegation",
    summary="Read an allegation",
    responses=READ,
)
def allegation(
    _: Records,
    allegation_id: AllegationId,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Allegation]:
    """Return an allegation, with the children who lived there."""
    return read_one(work, Allegation, allegation_id, names=names, response=response)


@router.post(
    "/allegations",
    status_code=201,
    operation_id="recordAllegation",
    summary="Record an allegation",
    responses={**created(Allegation), **STEP},
)
def record(
    _: Records,
    sent: Annotated[AllegationMade, Body(openapi_examples={"one": {"value": MADE}})],
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Allegation]:
    """Put a hold on the home or provider at once, and list the children who live there."""
    held = allegations.record(work, sent)
    return begun(held, Allegation, names=names, response=response, location="/v1/allegations")


@router.post(
    "/allegations/{allegation_id}/told-lado",
    operation_id="recordLadoTold",
    summary="Record that the designated officer was told",
    responses=STEP,
)
def told(
    _: Records,
    allegation_id: AllegationId,
    sent: Annotated[Told, Body(openapi_examples={"one": {"value": TOLD}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Allegation]:
    """Record when the designated officer was told."""
    held = allegations.told_lado(work, allegation_id, sent.day, expected=version)
    return shown(held, Allegation, names=names, response=response)


@router.post(
    "/allegations/{allegation_id}/close",
    operation_id="closeAllegation",
    summary="Close an allegation with its outcome",
    responses=STEP,
)
def close(
    actor: Records,
    allegation_id: AllegationId,
    sent: Annotated[Closed, Body(openapi_examples={"one": {"value": CLOSED}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Allegation]:
    """Close it; the hold is lifted only by whoever may lift holds."""
    if sent.lift_hold and not actor.may(Permission.LIFT_HOLDS):
        raise NotAllowedError(
            "Your role may not lift a hold. Close the allegation without lifting it, and ask a "
            "manager.",
            field="lift_hold",
            rule=Permission.LIFT_HOLDS.value,
        )
    held = allegations.close(
        work, allegation_id, sent.outcome, lift_hold=sent.lift_hold, expected=version
    )
    return shown(held, Allegation, names=names, response=response)


@router.get(
    "/temporary-approvals",
    operation_id="listTemporaryApprovals",
    summary="List temporary approvals",
    responses=documented(422),
)
def approvals(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    home_id: Annotated[Identifier | None, Query()] = None,
) -> PageOut[HeldOut[TemporaryApproval]]:
    """Return the temporary approvals of connected persons."""
    return read_page(work, TemporaryApproval, paging, names=names, home_id=home_id)


@router.post(
    "/homes/{home_id}/temporary-approvals",
    status_code=201,
    operation_id="grantTemporaryApproval",
    summary="Approve a connected person for sixteen weeks",
    responses={**created(TemporaryApproval), **STEP},
)
def grant(
    _: Approves,
    home_id: HomeId,
    sent: Annotated[Granted, Body(openapi_examples={"one": {"value": GRANTED}})],
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[TemporaryApproval]:
    """Approve the household for a time; a clock runs to its last day."""
    held = connected.grant(work, home_id, sent.day)
    return begun(
        held, TemporaryApproval, names=names, response=response, location="/v1/temporary-approvals"
    )


@router.post(
    "/temporary-approvals/{approval_id}/extend",
    operation_id="extendTemporaryApproval",
    summary="Extend a temporary approval by eight weeks",
    responses=STEP,
)
def extend(
    _: Approves,
    approval_id: ApprovalId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[TemporaryApproval]:
    """Extend it, once."""
    held = connected.extend(work, approval_id, expected=version)
    return shown(held, TemporaryApproval, names=names, response=response)


@router.post(
    "/temporary-approvals/{approval_id}/decide",
    operation_id="decideTemporaryApproval",
    summary="Record the outcome of the full assessment",
    responses=STEP,
)
def decide(
    _: Approves,
    approval_id: ApprovalId,
    sent: Annotated[Decided, Body(openapi_examples={"one": {"value": DECIDED}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[TemporaryApproval]:
    """Record whether the household was approved."""
    held = connected.decide(work, approval_id, approved=sent.approved, expected=version)
    return shown(held, TemporaryApproval, names=names, response=response)
