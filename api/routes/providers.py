"""Who runs homes."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Response

from api.capacity.register import keep, take_out
from api.problems import documented
from api.records.actor import Actor, Permission
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, IfMatchOrNew, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf, known, listed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, ReasonNeeded, check_same_id, stored
from matcher.domain.agreement import Provider
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/providers", tags=["homes"], route_class=ServiceRoute, responses=documented(401, 403)
)

ProviderId = Annotated[Identifier, Path(examples=["P-001"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_HOMES))]

EXAMPLE: dict[str, Any] = {"provider_id": "P-001", "sector": "PR4", "urn": 1234567}


@router.get("", operation_id="listProviders", summary="List providers", responses=documented(422))
def providers(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
) -> PageOut[HeldOut[Provider]]:
    """Return providers, a page at a time."""
    return listed(work, Provider, paging)


@router.get(
    "/{provider_id}",
    operation_id="getProvider",
    summary="Read a provider",
    responses=documented(404, 422),
)
def provider(
    _: Reads,
    provider_id: ProviderId,
    work: CurrentWork,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[Provider]:
    """Return a provider, as it is or as it was known at a moment."""
    return HeldOut[Provider].of(known(work, Provider, provider_id, as_of), response)


@router.put(
    "/{provider_id}",
    operation_id="putProvider",
    summary="Store a provider",
    responses={
        201: {"model": HeldOut[Provider], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put(
    _: Writes,
    provider_id: ProviderId,
    sent: Annotated[Provider, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[Provider]:
    """Store a new one with `If-None-Match: *`, or change the version in `If-Match`."""
    check_same_id(provider_id, sent)
    held = keep(work, sent, expected=version, reason=reason)
    return stored(held, Provider, version, response)


@router.delete(
    "/{provider_id}",
    status_code=204,
    operation_id="deleteProvider",
    summary="Take out a provider",
    responses=documented(404, 409, 412, 422, 428),
)
def delete(
    _: Writes,
    provider_id: ProviderId,
    version: IfMatch,
    reason: ReasonNeeded,
    work: CurrentWork,
) -> None:
    """Take it out of what is so now; its history stays."""
    take_out(work, Provider, provider_id, expected=version, reason=reason)


@router.get(
    "/{provider_id}/history",
    operation_id="getProviderHistory",
    summary="Every version of a provider",
    responses=documented(404, 422),
)
def provider_history(_: Reads, provider_id: ProviderId, work: CurrentWork) -> HistoryOut[Provider]:
    """Return who changed it when and why, the first version first."""
    return history(work, Provider, provider_id)
