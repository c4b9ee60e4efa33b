"""People who may sign in: for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.users import add_user, change_user, reset_password
from api.problems import documented
from api.records.actor import Actor, Permission, Role
from api.records.making import changed
from api.records.user import Label, SignInName, User
from api.routes.answers import HeldOut, PageOut, held_page
from api.routes.dependencies import (
    CurrentService,
    CurrentWork,
    IfMatch,
    Paging,
    allowed,
)
from api.routes.histories import HistoryOut, history
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/users", tags=["users"], route_class=ServiceRoute, responses=documented(401, 403)
)

UserId = Annotated[Identifier, Path(examples=["U-0K3V7Q2M1-7QF2M0XA"])]
ManagesUsers = Annotated[Actor, Depends(allowed(Permission.MANAGE_USERS))]


class NewUserIn(BaseModel):
    """Somebody who is to have a local account."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "sign_in_name": "a.officer@council.example",
                    "full_name": "An Officer",
                    "roles": ["officer"],
                }
            ]
        },
    )

    sign_in_name: SignInName
    full_name: Label | None = None
    roles: frozenset[Role] = Field(min_length=1)


class UserIn(BaseModel):
    """What can be changed of somebody."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"full_name": "An Officer", "roles": ["manager"], "active": True}]
        },
    )

    full_name: Label | None = None
    roles: frozenset[Role]
    active: bool = True


class FirstPasswordOut(BaseModel):
    """A password that is shown once, and must be changed at the next sign-in."""

    user_id: Identifier
    first_password: str


class NewUserOut(HeldOut[User]):
    """Somebody who was added, with the password for the first sign-in."""

    first_password: str | None = Field(description="Shown once.")


@router.get(
    "",
    operation_id="listUsers",
    summary="List people who may sign in",
    responses=documented(422),
)
def users(_: ManagesUsers, work: CurrentWork, paging: Paging) -> PageOut[HeldOut[User]]:
    """Return the authority's people, a page at a time."""
    return held_page(work.page(User, after=paging.after, limit=paging.limit))


@router.post(
    "",
    status_code=201,
    operation_id="addUser",
    summary="Add somebody with a local account",
    responses=documented(409, 422),
)
def add(
    _: ManagesUsers,
    sent: NewUserIn,
    work: CurrentWork,
    service: CurrentService,
    response: Response,
) -> NewUserOut:
    """Add somebody, with a password that they must change when they first sign in."""
    new = add_user(
        work,
        service.gate.passwords,
        sign_in_name=sent.sign_in_name,
        full_name=sent.full_name,
        roles=sent.roles,
    )
    response.headers["Location"] = f"/v1/users/{new.held.record.user_id}"
    response.headers["ETag"] = f'"{new.held.version}"'
    return NewUserOut(
        record=new.held.record,
        version=new.held.version,
        changed_at=new.held.changed_at,
        first_password=new.first_password,
    )


@router.get(
    "/{user_id}", operation_id="getUser", summary="Read one person", responses=documented(404, 422)
)
def user(_: ManagesUsers, user_id: UserId, work: CurrentWork, response: Response) -> HeldOut[User]:
    """Return somebody who may sign in."""
    return HeldOut[User].of(work.get(User, user_id), response)


@router.put(
    "/{user_id}",
    operation_id="changeUser",
    summary="Change somebody's roles, or stop them",
    responses=documented(404, 409, 412, 422, 428),
)
def change(
    _: ManagesUsers,
    user_id: UserId,
    sent: UserIn,
    version: IfMatch,
    work: CurrentWork,
    service: CurrentService,
    response: Response,
) -> HeldOut[User]:
    """Store new roles, or that somebody may no longer sign in; both count at once."""
    before = work.get(User, user_id).record
    after = changed(before, full_name=sent.full_name, roles=sent.roles, active=sent.active)
    held = change_user(work, service.gate.sessions(work), after, expected=version)
    return HeldOut[User].of(held, response)


@router.post(
    "/{user_id}/password",
    operation_id="resetPassword",
    summary="Give somebody a new first password",
    responses=documented(404, 409, 422),
)
def password(
    _: ManagesUsers, user_id: UserId, work: CurrentWork, service: CurrentService
) -> FirstPasswordOut:
    """Give somebody a password for one sign-in, and sign them out everywhere."""
    given = reset_password(work, service.gate.passwords, service.gate.sessions(work), user_id)
    return FirstPasswordOut(user_id=user_id, first_password=given)


@router.post(
    "/{user_id}/attempts",
    status_code=204,
    operation_id="allowAttempts",
    summary="Let somebody try to sign in again at once",
    responses=documented(404, 422),
)
def attempts(_: ManagesUsers, user_id: UserId, work: CurrentWork, service: CurrentService) -> None:
    """End the lock that too many failures put on a name."""
    held = work.get(User, user_id)
    work.note("attempts allowed", about=(User, user_id))
    work.after_commit(lambda: service.gate.allow_attempts(held.record))


@router.get(
    "/{user_id}/history",
    operation_id="getUserHistory",
    summary="Every version of one person's account",
    responses=documented(404, 422),
)
def user_history(_: ManagesUsers, user_id: UserId, work: CurrentWork) -> HistoryOut[User]:
    """Return who gave which roles when."""
    return history(work, User, user_id)
