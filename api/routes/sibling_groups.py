"""Brothers and sisters, and who has assessed whether they live together."""

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
from matcher.domain.record import Identifier
from matcher.domain.sibling_group import SiblingGroup

router = APIRouter(
    prefix="/v1/sibling-groups",
    tags=["children"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

GroupId = Annotated[Identifier, Path(examples=["SG-001"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_CHILDREN))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_CHILDREN))]

EXAMPLE: dict[str, Any] = {
    "sibling_group_id": "SG-001",
    "together": "preferred",
    "assessed_by": "social_worker",
    "assessed_on": "2026-02-10",
    "links": [],
}


@router.get(
    "", operation_id="listSiblingGroups", summary="List sibling groups", responses=documented(422)
)
def sibling_groups(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
) -> PageOut[HeldOut[SiblingGroup]]:
    """Return sibling groups, a page at a time."""
    return listed(work, SiblingGroup, paging)


@router.get(
    "/{sibling_group_id}",
    operation_id="getSiblingGroup",
    summary="Read a sibling group",
    responses=documented(404, 422),
)
def sibling_group(
    _: Reads,
    sibling_group_id: GroupId,
    work: CurrentWork,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[SiblingGroup]:
    """Return a sibling group, as it is or as it was known at a moment."""
    return HeldOut[SiblingGroup].of(known(work, SiblingGroup, sibling_group_id, as_of), response)


@router.put(
    "/{sibling_group_id}",
    operation_id="putSiblingGroup",
    summary="Store a sibling group",
    responses={
        201: {"model": HeldOut[SiblingGroup], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put(
    _: Writes,
    sibling_group_id: GroupId,
    sent: Annotated[SiblingGroup, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[SiblingGroup]:
    """Store a new one with `If-None-Match: *`, or change the version in `If-Match`."""
    check_same_id(sibling_group_id, sent)
    held = keep(work, sent, expected=version, reason=reason)
    return stored(held, SiblingGroup, version, response)


@router.delete(
    "/{sibling_group_id}",
    status_code=204,
    operation_id="deleteSiblingGroup",
    summary="Take out a sibling group",
    responses=documented(404, 409, 412, 422, 428),
)
def delete(
    _: Writes,
    sibling_group_id: GroupId,
    version: IfMatch,
    reason: ReasonNeeded,
    work: CurrentWork,
) -> None:
    """Take it out of what is so now; its history stays."""
    take_out(work, SiblingGroup, sibling_group_id, expected=version, reason=reason)


@router.get(
    "/{sibling_group_id}/history",
    operation_id="getSiblingGroupHistory",
    summary="Every version of a sibling group",
    responses=documented(404, 422),
)
def sibling_group_history(
    _: Reads, sibling_group_id: GroupId, work: CurrentWork
) -> HistoryOut[SiblingGroup]:
    """Return who changed it when and why, the first version first."""
    return history(work, SiblingGroup, sibling_group_id)
