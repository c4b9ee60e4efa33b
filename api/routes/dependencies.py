"""What routes ask for: who acts, the transaction, the version that is meant, the page."""

import re
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, cast

from fastapi import Depends, Header, Query, Request
from starlette.concurrency import run_in_threadpool

from api.access.identify import Asking
from api.errors import (
    InvalidError,
    NotAllowedError,
    PreconditionMissingError,
    TooManyError,
)
from api.records.actor import Actor, Permission
from api.routes.repeating import Repeated, Repeating
from api.routes.units import Unit
from api.service import Service
from api.storage.work import Work

__all__ = [
    "Allowed",
    "Clock",
    "CurrentActor",
    "CurrentService",
    "CurrentWork",
    "IfMatch",
    "IfMatchOrNew",
    "Paging",
    "allowed",
    "own_origin",
    "session_cookie",
    "solving",
]


def session_cookie(*, secure: bool) -> str:
    """Return the name of the cookie that holds a session.

    Parameters
    ----------
    secure
        Whether browsers reach the service by HTTPS: then they keep the cookie from every
        other host, and from paths and domains that would widen it.
    """
    return "__Host-nearhome" if secure else "nearhome"


def own_origin(request: Request) -> str:
    """Return scheme and host by which a browser reaches us.

    Where no public address is set, the request's own is taken: a page of another site cannot
    choose it.

    Parameters
    ----------
    request
        The request.
    """
    settings = service_of(request).settings
    return settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"


def service_of(request: Request) -> Service:
    """Return what this process shares."""
    return cast("Service", request.app.state.service)


CurrentService = Annotated[Service, Depends(service_of)]


def _clock(service: CurrentService) -> Callable[[], datetime]:
    return service.clock


Clock = Annotated[Callable[[], datetime], Depends(_clock)]
"""The present moment, when called."""


async def identified(request: Request, service: CurrentService) -> Actor:
    """Return who asks; raise :class:`NotSignedInError` for a stranger."""
    asking = Asking(
        method=request.method,
        headers=request.headers,
        cookie=request.cookies.get(session_cookie(secure=service.settings.secure)),
        own_origin=own_origin(request),
    )
    return await run_in_threadpool(service.gate.identify, asking, service.clock())


CurrentActor = Annotated[Actor, Depends(identified)]


class Allowed:
    """The rule of a route: whoever asks must hold a permission.

    Parameters
    ----------
    permission
        Which.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, actor: CurrentActor) -> Actor:
        """Return who asks; raise :class:`NotAllowedError` when they may not."""
        if not actor.may(self.permission):
            raise NotAllowedError(
                f"Your role may not {self.permission.label}. Somebody whose role may do so can, "
                "or an administrator can give you the role.",
                rule=self.permission.value,
            )
        return actor


def allowed(permission: Permission) -> Allowed:
    """Return the rule of a route, to be given to ``Depends``; its value is the actor.

    Parameters
    ----------
    permission
        That whoever asks must hold.
    """
    return Allowed(permission)


async def _work(request: Request, actor: CurrentActor) -> Work:
    unit = cast("Unit", request.state.unit)
    work = unit.work(actor)
    key = unit.key
    if key is None or unit.repeating is not None:
        return work
    sent = await request.body()
    asked = f"{request.method} {request.url.path}?{request.url.query}".encode()
    unit.repeating = Repeating(
        f"{actor.actor_id} {key}",
        sha256(asked + b"\n" + sent).hexdigest(),
        unit.service.database,
    )
    before = await run_in_threadpool(unit.repeating.find, work)
    if before is not None:
        raise Repeated(before)
    return work


CurrentWork = Annotated[Work, Depends(_work)]
"""The request's transaction. It is committed before the answer is sent; a route never does."""

_VERSION = re.compile(r'"(\d{1,18})"')


def _version_in(header: str, name: str) -> int:
    found = _VERSION.fullmatch(header.strip())
    if found is None:
        raise InvalidError(
            f'{name} is not a version. Send the ETag that was answered, such as {name}: "3".',
            field=name,
        )
    return int(found[1])


def _if_match(
    if_match: Annotated[
        str | None,
        Header(description='The ETag of the version that is meant, such as `"3"`.', max_length=40),
    ] = None,
) -> int:
    if if_match is None:
        raise PreconditionMissingError(
            "Say which version is meant: send its ETag in If-Match. Nobody else's change is "
            "overwritten unseen.",
            field="If-Match",
        )
    return _version_in(if_match, "If-Match")


IfMatch = Annotated[int, Depends(_if_match)]
"""The version that a change is meant for."""


def _if_match_or_new(
    if_match: Annotated[
        str | None,
        Header(description='The ETag of the version that is meant, such as `"3"`.', max_length=40),
    ] = None,
    if_none_match: Annotated[
        str | None,
        Header(description="`*` to create, and to fail if it is there.", max_length=40),
    ] = None,
) -> int:
    if if_none_match is not None:
        if if_none_match.strip() != "*" or if_match is not None:
            raise InvalidError(
                "To create, send If-None-Match: * alone. To change, send the ETag in If-Match.",
                field="If-None-Match",
            )
        return 0
    return _if_match(if_match)


IfMatchOrNew = Annotated[int, Depends(_if_match_or_new)]
"""The version that a PUT is meant for; 0 when there must be none."""


class PageAsked:
    """Which page of a list is asked for.

    Parameters
    ----------
    after
        The ``next`` of the page before.
    limit
        At most so many items.
    """

    def __init__(
        self,
        after: Annotated[
            str | None,
            Query(max_length=500, description="The `next` of the page before."),
        ] = None,
        limit: Annotated[int, Query(ge=1, le=200, description="At most so many items.")] = 50,
    ) -> None:
        self.after = after
        self.limit = limit


Paging = Annotated[PageAsked, Depends()]


def check_not_too_often(
    service: Service, actor: Actor, *, cost: float, work: Work | None = None
) -> None:
    """Raise :class:`TooManyError` for whoever asks for too many rankings or plans.

    Parameters
    ----------
    service
        The process.
    actor
        Who asks.
    cost
        Of what is asked for: a ranking costs 1.
    work
        The request's transaction, with which it is counted; None counts it at once.
    """
    wait = service.solving.wait_seconds(
        f"{actor.authority} {actor.actor_id}", service.clock(), cost=cost, work=work
    )
    if wait:
        raise TooManyError(
            f"That is more searching than one account may ask for "
            f"({service.settings.solving_per_minute} rankings a minute). "
            f"Try again in {wait} seconds.",
            retry_after_seconds=wait,
        )


def solving(cost: float = 1) -> Callable[..., None]:
    """Return a dependency that slows down whoever asks for too many rankings or plans.

    Parameters
    ----------
    cost
        Of one request: a ranking costs 1.
    """

    def within_limit(actor: CurrentActor, service: CurrentService, work: CurrentWork) -> None:
        check_not_too_often(service, actor, cost=cost, work=work)

    return within_limit
