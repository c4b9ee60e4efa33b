"""Asking to see children's names: for oneself, until somebody else grants or refuses it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.names import ask_for_names, own_request
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.text import Words
from api.records.user import NamePermission, NamePurpose
from api.routes.answers import HeldOut, PageOut, held_page
from api.routes.dependencies import CurrentWork, Paging, allowed
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/name-requests",
    tags=["names"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

PermissionId = Annotated[Identifier, Path(examples=["NP-0K3V7Q2M1-7QF2M0XA"])]
Asks = Annotated[Actor, Depends(allowed(Permission.READ_CHILDREN))]


class NameRequestIn(BaseModel):
    """Whose names somebody asks to see, why and until when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "purpose": "contract_monitoring",
                    "reason": "Visit to the provider's homes in April",
                    "child_ids": ["C-0001"],
                    "starts": "2026-04-01",
                    "until": "2026-04-30",
                }
            ]
        },
    )

    purpose: NamePurpose
    reason: Words
    child_ids: frozenset[Identifier] = Field(
        frozenset(), max_length=200, description="Empty means any child."
    )
    starts: date
    until: date = Field(description="Last day; at most 92 days after the first.")


@router.get(
    "",
    operation_id="listOwnNameRequests",
    summary="List what you asked for and may see",
    responses=documented(422),
)
def name_requests(
    actor: Asks, work: CurrentWork, paging: Paging
) -> PageOut[HeldOut[NamePermission]]:
    """Return one's own leave to see names; nobody has granted what has no `granted_by`."""
    mine = {"user_id": actor.actor_id}
    return held_page(work.page(NamePermission, after=paging.after, limit=paging.limit, **mine))


@router.post(
    "",
    status_code=201,
    operation_id="askForNames",
    summary="Ask to see names for a time",
    responses=documented(404, 409, 422),
)
def ask(
    _: Asks, sent: NameRequestIn, work: CurrentWork, response: Response
) -> HeldOut[NamePermission]:
    """Ask, for oneself; nothing is seen before somebody else grants it."""
    held = ask_for_names(
        work,
        purpose=sent.purpose,
        reason=sent.reason,
        child_ids=sent.child_ids,
        starts=sent.starts,
        until=sent.until,
    )
    response.headers["Location"] = f"/v1/name-requests/{held.record.permission_id}"
    return HeldOut[NamePermission].of(held, response)


@router.get(
    "/{permission_id}",
    operation_id="getOwnNameRequest",
    summary="Read one thing that you asked for",
    responses=documented(404, 422),
)
def name_request(
    _: Asks, permission_id: PermissionId, work: CurrentWork, response: Response
) -> HeldOut[NamePermission]:
    """Return it as it stands: asked for, or granted; refused and ended it is no longer there."""
    return HeldOut[NamePermission].of(own_request(work, permission_id), response)
