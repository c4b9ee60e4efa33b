"""Children's records by pseudonym, and their names apart."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.access.names import check_sees_name
from api.capacity.children import keep_details, read_details, seen_by
from api.capacity.register import keep, take_out
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.child_details import ChildDetails
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, IfMatchOrNew, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf, known, listed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, ReasonNeeded, check_same_id, stored
from api.storage.filters import AtLeast, AtMost, Between
from matcher.domain.child import Child
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/children",
    tags=["children"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

ChildId = Annotated[Identifier, Path(examples=["C-0001"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_CHILDREN))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_CHILDREN))]
LooksUpNames = Annotated[Actor, Depends(allowed(Permission.LOOK_UP_NAME))]
WritesNames = Annotated[Actor, Depends(allowed(Permission.WRITE_NAMES))]

EXAMPLE: dict[str, Any] = {
    "child_id": "C-0001",
    "responsible_authority": "E06000060",
    "date_of_birth": "2014-05-17",
    "sex": "2",
    "home_postcode": "HP13 7PR",
    "legal_status": "C2",
    "category_of_need": "N1",
    "permanence_plan": "long_term_fostering",
    "needs": [{"domain": "behaviour", "level": 2, "assessed_on": "2026-02-10"}],
}
DETAILS: dict[str, Any] = {
    "child_id": "C-0001",
    "full_name": "An Invented Name",
    "known_as": "Inventa",
    "case_number": "903-0001",
}


def _born(born_from: date | None, born_to: date | None) -> dict[str, Any]:
    if born_from is not None and born_to is not None:
        return {"date_of_birth": Between(born_from, born_to)}
    if born_from is not None:
        return {"date_of_birth": AtLeast(born_from)}
    return {} if born_to is None else {"date_of_birth": AtMost(born_to)}


@router.get("", operation_id="listChildren", summary="List children", responses=documented(422))
def children(
    actor: Reads,
    work: CurrentWork,
    paging: Paging,
    sibling_group_id: Annotated[Identifier | None, Query()] = None,
    born_from: Annotated[date | None, Query(description="Born on this day or later.")] = None,
    born_to: Annotated[date | None, Query(description="Born on this day or earlier.")] = None,
) -> PageOut[HeldOut[Child]]:
    """Return children by pseudonym, a page at a time; that they were read is written down."""
    wanted = _born(born_from, born_to) if actor.see_names else {}
    if sibling_group_id is not None:
        wanted["sibling_group_id"] = sibling_group_id
    page = listed(work, Child, paging, **wanted)
    return PageOut[HeldOut[Child]](
        items=tuple(
            each.model_copy(update={"record": seen_by(actor, each.record)}) for each in page.items
        ),
        next=page.next,
    )


@router.get(
    "/{child_id}", operation_id="getChild", summary="Read a child", responses=documented(404, 422)
)
def child(
    actor: Reads, child_id: ChildId, work: CurrentWork, response: Response, as_of: AsOf = None
) -> HeldOut[Child]:
    """Return a child by pseudonym, as recorded now or as known at a moment.

    Whoever may not see the child's name sees the first half of postcodes, and the first day
    of the month of birth.
    """
    held = known(work, Child, child_id, as_of)
    return HeldOut[Child].of(held._replace(record=seen_by(actor, held.record)), response)


@router.put(
    "/{child_id}",
    operation_id="putChild",
    summary="Store a child",
    responses={
        201: {"model": HeldOut[Child], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put(
    _: Writes,
    child_id: ChildId,
    sent: Annotated[Child, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[Child]:
    """Store a new one with `If-None-Match: *`, or change the version in `If-Match`."""
    check_same_id(child_id, sent)
    held = keep(work, sent, expected=version, reason=reason)
    return stored(held, Child, version, response)


@router.delete(
    "/{child_id}",
    status_code=204,
    operation_id="deleteChild",
    summary="Take out a child entered by mistake",
    responses=documented(404, 409, 412, 422, 428),
)
def delete(
    _: Writes, child_id: ChildId, version: IfMatch, reason: ReasonNeeded, work: CurrentWork
) -> None:
    """Take out a child whom nothing else names; whoever was looked after stays recorded."""
    take_out(work, Child, child_id, expected=version, reason=reason)


@router.get(
    "/{child_id}/history",
    operation_id="getChildHistory",
    summary="Every version of a child's record",
    responses=documented(404, 422),
)
def child_history(actor: Reads, child_id: ChildId, work: CurrentWork) -> HistoryOut[Child]:
    """Return who changed it when and why, the first version first."""
    return history(work, Child, child_id, seen=lambda record: seen_by(actor, record))


@router.get(
    "/{child_id}/details",
    operation_id="getChildDetails",
    summary="Read a child's name and address",
    responses=documented(404, 422),
)
def details(
    _: LooksUpNames, child_id: ChildId, work: CurrentWork, response: Response
) -> HeldOut[ChildDetails]:
    """Return the child's name, for a role that sees names or by a recorded permission."""
    return HeldOut[ChildDetails].of(read_details(work, child_id), response)


@router.put(
    "/{child_id}/details",
    operation_id="putChildDetails",
    summary="Store a child's name and address",
    responses={
        201: {"model": HeldOut[ChildDetails], "description": "They are new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put_details(
    _: WritesNames,
    child_id: ChildId,
    sent: Annotated[ChildDetails, Body(openapi_examples={"one": {"value": DETAILS}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[ChildDetails]:
    """Store the name apart from the record that matching reads."""
    check_same_id(child_id, sent)
    held = keep_details(work, sent, expected=version, reason=reason)
    return stored(held, ChildDetails, version, response)


@router.get(
    "/{child_id}/details/history",
    operation_id="getChildDetailsHistory",
    summary="Every version of a child's name and address",
    responses=documented(404, 422),
)
def details_history(
    actor: LooksUpNames, child_id: ChildId, work: CurrentWork
) -> HistoryOut[ChildDetails]:
    """Return who wrote what of the child's name when and why, the first version first."""
    work.get(Child, child_id)
    check_sees_name(actor, child_id)
    return history(work, ChildDetails, child_id)
