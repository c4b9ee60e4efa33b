"""Councils that share homes: what one offers, and what the others see of it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.capacity.register import take_out
from api.capacity.sharing import (
    end_consortium,
    keep_consortium,
    offer_to_us,
    offered_to_us,
    share_beds,
    take_up,
)
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.consortium import Consortium, SharedBeds
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import (
    CurrentService,
    CurrentWork,
    IfMatch,
    IfMatchOrNew,
    Paging,
    allowed,
)
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf, known, listed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, ReasonNeeded, check_same_id, stored
from matcher.domain.home import Grade, Home, Setting, TermsOfApproval
from matcher.domain.need import Adaptation, Capability
from matcher.domain.record import AuthorityCode, Identifier, Pence

router = APIRouter(
    prefix="/v1", tags=["consortia"], route_class=ServiceRoute, responses=documented(401, 403)
)

ConsortiumId = Annotated[Identifier, Path(examples=["CO-SOUTH"])]
SharedId = Annotated[Identifier, Path(max_length=30, examples=["SB-001"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_CONSORTIA))]
WritesHomes = Annotated[Actor, Depends(allowed(Permission.WRITE_HOMES))]

EXAMPLE: dict[str, Any] = {
    "consortium_id": "CO-SOUTH",
    "label": "South Central",
    "members": ["E06000042", "E10000025"],
}


class SharedBedsIn(BaseModel):
    """Beds to be offered to a consortium."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "consortium_id": "CO-SOUTH",
                    "home_id": "H-0001",
                    "beds": 1,
                    "starts": "2026-04-01",
                    "until": "2026-09-30",
                    "weekly_fee_pence": 95000,
                    "recall_days": 28,
                }
            ]
        },
    )

    consortium_id: Identifier
    home_id: Identifier
    beds: Annotated[int, Field(ge=1, le=100)]
    starts: date
    until: date | None = None
    weekly_fee_pence: Pence | None = None
    recall_days: Annotated[int, Field(ge=0, le=365)] = 28


class OfferedOut(BaseModel):
    """Beds that another council offers: all that this one sees of them."""

    authority: AuthorityCode = Field(description="The council that offers.")
    shared_id: Identifier
    consortium_id: Identifier
    setting: Setting
    area: str | None = Field(description="The first half of the postcode.")
    terms: TermsOfApproval | None
    grade: Grade | None
    capabilities: tuple[Capability, ...]
    adaptations: tuple[Adaptation, ...] | None
    long_term: bool | None
    takes_parent_and_child: bool
    beds: int
    starts: date
    until: date | None
    weekly_fee_pence: int | None
    recall_days: int


class OfferedListOut(BaseModel):
    """Every offer of other councils to this one."""

    items: tuple[OfferedOut, ...]


def _offered_out(beds: SharedBeds) -> OfferedOut:
    shown = beds.model_dump(include=set(OfferedOut.model_fields))
    if beds.adaptations is not None:
        shown["adaptations"] = tuple(sorted(beds.adaptations))
    return OfferedOut.model_validate(shown)


@router.get(
    "/consortia", operation_id="listConsortia", summary="List consortia", responses=documented(422)
)
def consortia(_: Reads, work: CurrentWork, paging: Paging) -> PageOut[HeldOut[Consortium]]:
    """Return with whom homes are shared, a page at a time."""
    return listed(work, Consortium, paging)


@router.get(
    "/consortia/{consortium_id}",
    operation_id="getConsortium",
    summary="Read a consortium",
    responses=documented(404, 422),
)
def consortium(
    _: Reads,
    consortium_id: ConsortiumId,
    work: CurrentWork,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[Consortium]:
    """Return a consortium as this council sees it."""
    return HeldOut[Consortium].of(known(work, Consortium, consortium_id, as_of), response)


@router.put(
    "/consortia/{consortium_id}",
    operation_id="putConsortium",
    summary="Store a consortium",
    responses={
        201: {"model": HeldOut[Consortium], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put_consortium(
    _: Writes,
    consortium_id: ConsortiumId,
    sent: Annotated[Consortium, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[Consortium]:
    """Say with which councils homes are shared; offers are shown to its members at once."""
    check_same_id(consortium_id, sent)
    held = keep_consortium(work, sent, expected=version, reason=reason)
    return stored(held, Consortium, version, response)


@router.delete(
    "/consortia/{consortium_id}",
    status_code=204,
    operation_id="deleteConsortium",
    summary="Leave a consortium",
    responses=documented(404, 409, 412, 422, 428),
)
def delete_consortium(
    _: Writes,
    consortium_id: ConsortiumId,
    version: IfMatch,
    reason: ReasonNeeded,
    work: CurrentWork,
) -> None:
    """Stop sharing; beds that are still offered must be withdrawn before."""
    end_consortium(work, consortium_id, expected=version, reason=reason)


@router.get(
    "/consortia/{consortium_id}/history",
    operation_id="getConsortiumHistory",
    summary="Every version of a consortium",
    responses=documented(404, 422),
)
def consortium_history(
    _: Reads, consortium_id: ConsortiumId, work: CurrentWork
) -> HistoryOut[Consortium]:
    """Return who changed its members when and why."""
    return history(work, Consortium, consortium_id)


@router.get(
    "/shared-beds",
    operation_id="listSharedBeds",
    summary="List beds that we offer to others",
    responses=documented(422),
)
def shared_beds(_: Reads, work: CurrentWork, paging: Paging) -> PageOut[HeldOut[SharedBeds]]:
    """Return this council's own offers, a page at a time."""
    return listed(work, SharedBeds, paging)


@router.get(
    "/shared-beds/{shared_id}",
    operation_id="getSharedBeds",
    summary="Read an offer of ours",
    responses=documented(404, 422),
)
def shared(
    _: Reads, shared_id: SharedId, work: CurrentWork, response: Response
) -> HeldOut[SharedBeds]:
    """Return what this council offers, and to whom."""
    return HeldOut[SharedBeds].of(known(work, SharedBeds, shared_id), response)


@router.get(
    "/shared-beds/{shared_id}/history",
    operation_id="getSharedBedsHistory",
    summary="Every version of an offer of ours",
    responses=documented(404, 422),
)
def shared_history(_: Reads, shared_id: SharedId, work: CurrentWork) -> HistoryOut[SharedBeds]:
    """Return what was offered to whom when, the first version first."""
    return history(work, SharedBeds, shared_id)


@router.put(
    "/shared-beds/{shared_id}",
    operation_id="putSharedBeds",
    summary="Offer beds to a consortium",
    responses={
        201: {"model": HeldOut[SharedBeds], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put_shared(
    _: Writes,
    shared_id: SharedId,
    sent: SharedBedsIn,
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[SharedBeds]:
    """Offer beds, or change the offer; what is seen of the home is as it is now."""
    held = share_beds(
        work, shared_id=shared_id, expected=version, reason=reason, **sent.model_dump()
    )
    return stored(held, SharedBeds, version, response)


@router.delete(
    "/shared-beds/{shared_id}",
    status_code=204,
    operation_id="deleteSharedBeds",
    summary="Withdraw an offer of ours",
    responses=documented(404, 412, 422, 428),
)
def delete_shared(
    _: Writes, shared_id: SharedId, version: IfMatch, reason: ReasonNeeded, work: CurrentWork
) -> None:
    """Withdraw the offer: nobody else sees it any more."""
    take_out(work, SharedBeds, shared_id, expected=version, reason=reason)


@router.get(
    "/consortium-beds",
    operation_id="listConsortiumBeds",
    summary="List beds that other councils offer to us",
)
def consortium_beds(_: Reads, work: CurrentWork, service: CurrentService) -> OfferedListOut:
    """Return every offer that this council is named in, and nothing else of others' records."""
    return OfferedListOut(
        items=tuple(_offered_out(each.beds) for each in offered_to_us(service.database, work))
    )


@router.get(
    "/consortium-beds/{authority}/{shared_id}",
    operation_id="getConsortiumBeds",
    summary="Read one offer of another council to us",
    responses=documented(404, 422),
)
def consortium_bed(
    _: Reads,
    authority: AuthorityCode,
    shared_id: SharedId,
    work: CurrentWork,
    service: CurrentService,
) -> OfferedOut:
    """Return one offer that this council is named in."""
    return _offered_out(offer_to_us(service.database, work, authority, shared_id).beds)


@router.post(
    "/consortium-beds/{authority}/{shared_id}/home",
    operation_id="takeUpConsortiumBeds",
    summary="Put beds that another council offers into our register",
    responses=documented(404, 409, 422),
)
def take_up_beds(
    _: WritesHomes,
    authority: AuthorityCode,
    shared_id: SharedId,
    work: CurrentWork,
    service: CurrentService,
    response: Response,
) -> HeldOut[Home]:
    """Make a home of ours of the offer, or bring it up to date, so that it is ranked.

    What the offer does not say is unknown, and shown as to check.
    """
    held = take_up(service.database, work, authority, shared_id)
    response.headers["Location"] = f"/v1/homes/{held.record.home_id}"
    return HeldOut[Home].of(held, response)
