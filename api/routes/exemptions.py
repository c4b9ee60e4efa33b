"""Lawful exceptions to rules, each by a named role and for named children or a home."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.capacity.register import keep, take_out
from api.problems import documented
from api.records.actor import Actor, Permission
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, IfMatchOrNew, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf, known, listed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, ReasonNeeded, check_same_id, stored
from matcher.domain.placement import Exemption
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/exemptions",
    tags=["homes"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

ExemptionId = Annotated[Identifier, Path(examples=["E-001"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]
Writes = Annotated[Actor, Depends(allowed(Permission.GRANT_EXEMPTIONS))]

EXAMPLE: dict[str, Any] = {
    "exemption_id": "E-001",
    "rule": "FOSTERING_LIMIT",
    "child_ids": ["C-0001"],
    "home_id": "H-0001",
    "granted_by": "agency_decision_maker",
    "granted_on": "2026-03-02",
}


@router.get("", operation_id="listExemptions", summary="List exemptions", responses=documented(422))
def exemptions(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    home_id: Annotated[Identifier | None, Query()] = None,
) -> PageOut[HeldOut[Exemption]]:
    """Return exemptions, a page at a time."""
    wanted: dict[str, Any] = {} if home_id is None else {"home_id": home_id}
    return listed(work, Exemption, paging, **wanted)


@router.get(
    "/{exemption_id}",
    operation_id="getExemption",
    summary="Read an exemption",
    responses=documented(404, 422),
)
def exemption(
    _: Reads,
    exemption_id: ExemptionId,
    work: CurrentWork,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[Exemption]:
    """Return an exemption, as it is or as it was known at a moment."""
    return HeldOut[Exemption].of(known(work, Exemption, exemption_id, as_of), response)


@router.put(
    "/{exemption_id}",
    operation_id="putExemption",
    summary="Store an exemption",
    responses={
        201: {"model": HeldOut[Exemption], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put(
    _: Writes,
    exemption_id: ExemptionId,
    sent: Annotated[Exemption, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[Exemption]:
    """Store a new one with `If-None-Match: *`, or change the version in `If-Match`."""
    check_same_id(exemption_id, sent)
    held = keep(work, sent, expected=version, reason=reason)
    return stored(held, Exemption, version, response)


@router.delete(
    "/{exemption_id}",
    status_code=204,
    operation_id="deleteExemption",
    summary="Take out an exemption",
    responses=documented(404, 409, 412, 422, 428),
)
def delete(
    _: Writes,
    exemption_id: ExemptionId,
    version: IfMatch,
    reason: ReasonNeeded,
    work: CurrentWork,
) -> None:
    """Take it out of what is so now; its history stays."""
    take_out(work, Exemption, exemption_id, expected=version, reason=reason)


@router.get(
    "/{exemption_id}/history",
    operation_id="getExemptionHistory",
    summary="Every version of an exemption",
    responses=documented(404, 422),
)
def exemption_history(
    _: Reads, exemption_id: ExemptionId, work: CurrentWork
) -> HistoryOut[Exemption]:
    """Return who changed it when and why, the first version first."""
    return history(work, Exemption, exemption_id)
