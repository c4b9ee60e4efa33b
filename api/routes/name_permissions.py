"""Leave to see children's names, for a reason and a time."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import ConfigDict

from api.access.names import end_permission, grant_names, permit_names
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.user import NamePermission
from api.routes.answers import HeldOut, PageOut, held_page
from api.routes.dependencies import CurrentWork, IfMatch, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.name_requests import NameRequestIn
from api.routes.steps import IfMatchMaybe
from api.routes.units import ServiceRoute
from api.storage.filters import AtLeast
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/name-permissions",
    tags=["names"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

PermissionId = Annotated[Identifier, Path(examples=["NP-0K3V7Q2M1-7QF2M0XA"])]
GrantsNames = Annotated[Actor, Depends(allowed(Permission.GRANT_NAMES))]


class NamePermissionIn(NameRequestIn):
    """Who may see whose names, why and until when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "user_id": "U-0K3V7Q2M1-7QF2M0XA",
                    "purpose": "contract_monitoring",
                    "reason": "Visit to the provider's homes in April",
                    "child_ids": ["C-0001"],
                    "starts": "2026-04-01",
                    "until": "2026-04-30",
                }
            ]
        },
    )

    user_id: Identifier


@router.get(
    "",
    operation_id="listNamePermissions",
    summary="List who may see names for a time",
    responses=documented(422),
)
def name_permissions(
    _: GrantsNames,
    work: CurrentWork,
    paging: Paging,
    in_force: Annotated[bool, Query(description="False also lists those that are over.")] = True,
) -> PageOut[HeldOut[NamePermission]]:
    """Return who may see whose names, why and until when."""
    wanted: dict[str, Any] = {"until": AtLeast(work.today)} if in_force else {}
    return held_page(work.page(NamePermission, after=paging.after, limit=paging.limit, **wanted))


@router.post(
    "",
    status_code=201,
    operation_id="permitNames",
    summary="Let somebody see names for a time",
    responses=documented(404, 409, 422),
)
def permit(
    _: GrantsNames, sent: NamePermissionIn, work: CurrentWork, response: Response
) -> HeldOut[NamePermission]:
    """Record leave to see names: for somebody else, for a reason, for at most a quarter."""
    held = permit_names(
        work,
        user_id=sent.user_id,
        purpose=sent.purpose,
        reason=sent.reason,
        child_ids=sent.child_ids,
        starts=sent.starts,
        until=sent.until,
    )
    response.headers["Location"] = f"/v1/name-permissions/{held.record.permission_id}"
    return HeldOut[NamePermission].of(held, response)


@router.get(
    "/{permission_id}",
    operation_id="getNamePermission",
    summary="Read one permission to see names",
    responses=documented(404, 422),
)
def name_permission(
    _: GrantsNames, permission_id: PermissionId, work: CurrentWork, response: Response
) -> HeldOut[NamePermission]:
    """Return one permission to see names."""
    return HeldOut[NamePermission].of(work.get(NamePermission, permission_id), response)


@router.post(
    "/{permission_id}/grant",
    operation_id="grantNames",
    summary="Grant what somebody asked for",
    responses=documented(404, 409, 412, 422),
)
def grant(
    _: GrantsNames,
    permission_id: PermissionId,
    version: IfMatchMaybe,
    work: CurrentWork,
    response: Response,
) -> HeldOut[NamePermission]:
    """Grant it as it was asked, for somebody else; to refuse it, end it."""
    held = grant_names(work, permission_id, expected=version)
    return HeldOut[NamePermission].of(held, response)


@router.delete(
    "/{permission_id}",
    status_code=204,
    operation_id="endNamePermission",
    summary="End somebody's leave to see names",
    responses=documented(404, 412, 422, 428),
)
def end(_: GrantsNames, permission_id: PermissionId, version: IfMatch, work: CurrentWork) -> None:
    """End it at once; that it was given stays in the history."""
    end_permission(work, permission_id, expected=version)


@router.get(
    "/{permission_id}/history",
    operation_id="getNamePermissionHistory",
    summary="Every version of a permission to see names",
    responses=documented(404, 422),
)
def name_permission_history(
    _: GrantsNames, permission_id: PermissionId, work: CurrentWork
) -> HistoryOut[NamePermission]:
    """Return who gave it and who ended it, when and why."""
    return history(work, NamePermission, permission_id)
