"""Signing in with a local account, who is signed in, and signing out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.access.forgery import check_origin
from api.access.sessions import Live
from api.access.tokens import SessionToken
from api.access.users import change_own_password
from api.errors import NotSignedInError
from api.problems import documented, request_id_of
from api.records.actor import Actor, Permission, Role
from api.records.user import SignInName, User
from api.routes.dependencies import (
    CurrentService,
    CurrentWork,
    allowed,
    own_origin,
    session_cookie,
)
from api.routes.openness import for_strangers
from api.routes.units import ServiceRoute
from api.service import Service
from matcher.domain.record import AuthorityCode, Identifier

router = APIRouter(prefix="/v1", tags=["session"], route_class=ServiceRoute)

SignedInActor = Annotated[Actor, Depends(allowed(Permission.USE_SESSION))]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class SignInIn(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"sign_in_name": "officer@demo.example", "password": "correct horse battery"}
            ]
        },
    )

    sign_in_name: SignInName
    password: Password
    authority: AuthorityCode | None = Field(
        None, description="ONS code, where the same name is used by several authorities."
    )


class SessionOut(BaseModel):
    """Who is signed in, and what they may do."""

    session_id: Identifier
    user_id: Identifier
    sign_in_name: str
    full_name: str | None
    authority: AuthorityCode
    roles: tuple[Role, ...]
    permissions: tuple[Permission, ...]
    see_names: bool = Field(description="May read any child's name now.")
    must_change_password: bool = Field(
        description="Nothing else is open before the password is changed."
    )
    started_at: datetime
    ends_at: datetime = Field(description="Unless something is asked before.")
    forgery_token: str = Field(
        description="Goes into the header Near-Home-CSRF of every change by this session."
    )


class LiveOut(BaseModel):
    """One of somebody's sessions."""

    session_id: Identifier
    started_at: datetime
    seen_at: datetime = Field(description="To half a minute.")
    ends_at: datetime
    this: bool = Field(description="The session by which this was asked.")


class SessionsOut(BaseModel):
    """Somebody's sessions, the oldest first."""

    items: tuple[LiveOut, ...]


class PasswordIn(BaseModel):
    """The present password and a new one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"old": "correct horse battery", "new": "staple the green gate shut"}]
        },
    )

    old: Password
    new: Password


def session_out(
    service: Service, user: User, actor: Actor, live: Live, token: SessionToken
) -> SessionOut:
    """Return what is answered about a session."""
    return SessionOut(
        session_id=live.session.session_id,
        user_id=user.user_id,
        sign_in_name=user.sign_in_name,
        full_name=user.full_name,
        authority=actor.authority,
        roles=tuple(sorted(actor.roles)),
        permissions=tuple(sorted(actor.permissions)),
        see_names=actor.see_names,
        must_change_password=live.session.restricted,
        started_at=live.session.started_at,
        ends_at=live.ends_at,
        forgery_token=service.gate.forgery_token(token),
    )


def set_session_cookie(service: Service, response: Response, token: SessionToken) -> None:
    """Give a browser the token of its session, for itself and for this host alone."""
    secure = service.settings.secure
    response.set_cookie(
        session_cookie(secure=secure),
        token.text,
        max_age=int(service.gate.limits.longest.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def address_of(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client is not None else "unknown"


@router.post(
    "/session",
    status_code=201,
    operation_id="signIn",
    summary="Sign in with a local account",
    responses=documented(401, 403, 422, 429),
    dependencies=[for_strangers("whoever signs in is not yet known")],
)
def sign_in(
    sent: SignInIn, request: Request, response: Response, service: CurrentService
) -> SessionOut:
    """Begin a session, whose token is in the cookie.

    After five failures a name is locked for a quarter of an hour, whoever tried it.
    """
    check_origin(request.headers, own_origin(request))
    signed_in = service.gate.sign_in(
        sign_in_name=sent.sign_in_name,
        password=sent.password,
        authority=sent.authority,
        address=address_of(request),
        now=service.clock(),
        request_id=request_id_of(request),
    )
    set_session_cookie(service, response, signed_in.token)
    actor = signed_in.actor
    if signed_in.live.session.restricted:
        actor = actor.replace(permissions=frozenset({Permission.USE_SESSION}), see_names=False)
    return session_out(service, signed_in.user, actor, signed_in.live, signed_in.token)


@router.get(
    "/session",
    operation_id="getSession",
    summary="Who is signed in",
    responses=documented(401, 403),
)
def session(
    actor: SignedInActor, request: Request, work: CurrentWork, service: CurrentService
) -> SessionOut:
    """Return who is signed in by this session, and what they may do now."""
    token = service.gate.token_of(
        request.cookies.get(session_cookie(secure=service.settings.secure))
    )
    live = service.gate.sessions(work).find(token.secret)
    if live is None:
        raise NotSignedInError("You are signed out. Sign in again.")
    user = work.get(User, actor.actor_id).record
    return session_out(service, user, actor, live, token)


@router.delete(
    "/session",
    status_code=204,
    operation_id="signOut",
    summary="Sign out",
    responses=documented(401, 403),
)
def sign_out(
    actor: SignedInActor, response: Response, work: CurrentWork, service: CurrentService
) -> None:
    """End this session."""
    work.lock()
    service.gate.sessions(work).end(actor.actor_id, only=actor.session_id)
    work.note("signed out", about=(User, actor.actor_id))
    secure = service.settings.secure
    response.delete_cookie(
        session_cookie(secure=secure), path="/", secure=secure, httponly=True, samesite="lax"
    )


@router.get(
    "/sessions",
    operation_id="listSessions",
    summary="One's own sessions",
    responses=documented(401, 403),
)
def sessions(actor: SignedInActor, work: CurrentWork, service: CurrentService) -> SessionsOut:
    """Return where else one is signed in."""
    return SessionsOut(
        items=tuple(
            LiveOut(
                session_id=live.session.session_id,
                started_at=live.session.started_at,
                seen_at=live.seen_at,
                ends_at=live.ends_at,
                this=live.session.session_id == actor.session_id,
            )
            for live in service.gate.sessions(work).of(actor.actor_id)
        )
    )


@router.delete(
    "/sessions",
    status_code=204,
    operation_id="signOutElsewhere",
    summary="Sign out everywhere else",
    responses=documented(401, 403),
)
def sign_out_elsewhere(actor: SignedInActor, work: CurrentWork, service: CurrentService) -> None:
    """End all of one's sessions but this one."""
    work.lock()
    service.gate.sessions(work).end(actor.actor_id, but=actor.session_id)
    work.note("signed out elsewhere", about=(User, actor.actor_id))


@router.put(
    "/session/password",
    status_code=204,
    operation_id="changeOwnPassword",
    summary="Change one's own password",
    responses=documented(401, 403, 404, 409, 422, 429),
)
def change_password(
    sent: PasswordIn, actor: SignedInActor, work: CurrentWork, service: CurrentService
) -> None:
    """Change the password of a local account, and sign out everywhere, here too."""
    user = service.gate.attempt_again(actor, service.clock())
    change_own_password(
        work,
        service.gate.passwords,
        service.gate.sessions(work),
        old=sent.old,
        new=sent.new,
    )
    work.after_commit(lambda: service.gate.allow_attempts(user))
