"""Whoever lives in a home and is not looked after by this authority."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.capacity.residents import keep_resident, resident_leaves
from api.problems import documented
from api.records.actor import Actor, Permission
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, IfMatchOrNew, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf, known, listed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, ReasonNeeded, check_same_id, stored
from matcher.domain.placement import Resident
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/residents", tags=["homes"], route_class=ServiceRoute, responses=documented(401, 403)
)

ResidentId = Annotated[Identifier, Path(examples=["R-001"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_HOMES))]

EXAMPLE: dict[str, Any] = {
    "resident_id": "R-001",
    "home_id": "H-0001",
    "kind": "fostered",
    "responsible_authority": "E06000042",
    "age": 12,
    "sex": "1",
}


@router.get("", operation_id="listResidents", summary="List residents", responses=documented(422))
def residents(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    home_id: Annotated[Identifier | None, Query()] = None,
) -> PageOut[HeldOut[Resident]]:
    """Return residents, a page at a time."""
    wanted: dict[str, Any] = {} if home_id is None else {"home_id": home_id}
    return listed(work, Resident, paging, **wanted)


@router.get(
    "/{resident_id}",
    operation_id="getResident",
    summary="Read a resident",
    responses=documented(404, 422),
)
def resident(
    _: Reads,
    resident_id: ResidentId,
    work: CurrentWork,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[Resident]:
    """Return a resident, as it is or as it was known at a moment."""
    return HeldOut[Resident].of(known(work, Resident, resident_id, as_of), response)


@router.put(
    "/{resident_id}",
    operation_id="putResident",
    summary="Store a resident",
    responses={
        201: {"model": HeldOut[Resident], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put(
    _: Writes,
    resident_id: ResidentId,
    sent: Annotated[Resident, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
    since: Annotated[date | None, Query(description="When they came; today unless given.")] = None,
) -> HeldOut[Resident]:
    """Store a new one with `If-None-Match: *`, or change the version in `If-Match`."""
    check_same_id(resident_id, sent)
    held = keep_resident(work, sent, expected=version, since=since, reason=reason)
    return stored(held, Resident, version, response)


@router.delete(
    "/{resident_id}",
    status_code=204,
    operation_id="deleteResident",
    summary="Take out a resident",
    responses=documented(404, 409, 412, 422, 428),
)
def delete(
    _: Writes,
    resident_id: ResidentId,
    version: IfMatch,
    reason: ReasonNeeded,
    work: CurrentWork,
    left_on: Annotated[
        date | None, Query(description="When they left; today unless given.")
    ] = None,
) -> None:
    """Record that they left: their bed is free from that day on; the history stays."""
    resident_leaves(work, resident_id, expected=version, reason=reason, left_on=left_on)


@router.get(
    "/{resident_id}/history",
    operation_id="getResidentHistory",
    summary="Every version of a resident",
    responses=documented(404, 422),
)
def resident_history(_: Reads, resident_id: ResidentId, work: CurrentWork) -> HistoryOut[Resident]:
    """Return who changed it when and why, the first version first."""
    return history(work, Resident, resident_id)
