"""What the council has agreed with providers, and what it costs."""

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
from matcher.domain.agreement import Agreement, Route
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/agreements",
    tags=["money"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

AgreementId = Annotated[Identifier, Path(examples=["A-001"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_AGREEMENTS))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_AGREEMENTS))]

EXAMPLE: dict[str, Any] = {
    "agreement_id": "A-001",
    "provider_id": "P-001",
    "route": "framework",
    "tier": 1,
    "starts": "2026-04-01",
    "ends": "2029-03-31",
    "fees": [{"age_from": 0, "age_to": 17, "weekly_fee_pence": 95000}],
    "sibling_discount_percent": 10,
}


@router.get("", operation_id="listAgreements", summary="List agreements", responses=documented(422))
def agreements(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    provider_id: Annotated[Identifier | None, Query()] = None,
    route: Annotated[Route | None, Query()] = None,
) -> PageOut[HeldOut[Agreement]]:
    """Return agreements, a page at a time."""
    wanted: dict[str, Any] = {}
    if provider_id is not None:
        wanted["provider_id"] = provider_id
    if route is not None:
        wanted["route"] = route.value
    return listed(work, Agreement, paging, **wanted)


@router.get(
    "/{agreement_id}",
    operation_id="getAgreement",
    summary="Read an agreement",
    responses=documented(404, 422),
)
def agreement(
    _: Reads,
    agreement_id: AgreementId,
    work: CurrentWork,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[Agreement]:
    """Return an agreement, as it is or as it was known at a moment."""
    return HeldOut[Agreement].of(known(work, Agreement, agreement_id, as_of), response)


@router.put(
    "/{agreement_id}",
    operation_id="putAgreement",
    summary="Store an agreement",
    responses={
        201: {"model": HeldOut[Agreement], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put(
    _: Writes,
    agreement_id: AgreementId,
    sent: Annotated[Agreement, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[Agreement]:
    """Store a new one with `If-None-Match: *`, or change the version in `If-Match`."""
    check_same_id(agreement_id, sent)
    held = keep(work, sent, expected=version, reason=reason)
    return stored(held, Agreement, version, response)


@router.delete(
    "/{agreement_id}",
    status_code=204,
    operation_id="deleteAgreement",
    summary="Take out an agreement",
    responses=documented(404, 409, 412, 422, 428),
)
def delete(
    _: Writes,
    agreement_id: AgreementId,
    version: IfMatch,
    reason: ReasonNeeded,
    work: CurrentWork,
) -> None:
    """Take it out of what is so now; its history stays."""
    take_out(work, Agreement, agreement_id, expected=version, reason=reason)


@router.get(
    "/{agreement_id}/history",
    operation_id="getAgreementHistory",
    summary="Every version of an agreement",
    responses=documented(404, 422),
)
def agreement_history(
    _: Reads, agreement_id: AgreementId, work: CurrentWork
) -> HistoryOut[Agreement]:
    """Return who changed it when and why, the first version first."""
    return history(work, Agreement, agreement_id)
