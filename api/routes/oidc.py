"""Signing in by the council's identity provider: there and back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse

from api.access.gate import callback_path
from api.access.oidc import ATTEMPT_LASTS
from api.problems import documented, request_id_of
from api.routes.dependencies import CurrentService
from api.routes.openness import for_strangers
from api.routes.session import address_of, set_session_cookie
from api.routes.units import ServiceRoute
from matcher.domain.record import AuthorityCode

router = APIRouter(prefix="/v1/oidc", tags=["session"], route_class=ServiceRoute)

ARRIVAL = "/"
"""Where somebody comes to after signing in."""

Given = Annotated[str | None, Query(max_length=4000)]


def attempt_cookie(*, secure: bool) -> str:
    """Return the name of the cookie that a browser takes along to the provider and back."""
    return "__Host-nearhome-attempt" if secure else "nearhome-attempt"


@router.get(
    "/{authority}",
    status_code=303,
    response_class=RedirectResponse,
    operation_id="beginSignInByProvider",
    summary="Go to the council's identity provider",
    responses=documented(404, 422, 429, 503),
    dependencies=[for_strangers("whoever signs in is not yet known")],
)
def begin(authority: AuthorityCode, request: Request, service: CurrentService) -> RedirectResponse:
    """Send the browser to the provider's page."""
    address, cookie = service.gate.begin_by_provider(
        authority, address=address_of(request), now=service.clock()
    )
    answer = RedirectResponse(address, status_code=303)
    secure = service.settings.secure
    answer.set_cookie(
        attempt_cookie(secure=secure),
        cookie,
        max_age=int(ATTEMPT_LASTS.total_seconds()),
        path="/" if secure else callback_path(authority),
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(
    "/{authority}/callback",
    status_code=303,
    response_class=RedirectResponse,
    operation_id="finishSignInByProvider",
    summary="Come back from the council's identity provider",
    responses=documented(401, 403, 404, 422, 503),
    dependencies=[for_strangers("whoever signs in is not yet known")],
)
def callback(
    authority: AuthorityCode,
    request: Request,
    service: CurrentService,
    code: Given = None,
    state: Given = None,
    iss: Given = None,
) -> RedirectResponse:
    """Begin a session for whom the provider vouches for."""
    secure = service.settings.secure
    name = attempt_cookie(secure=secure)
    signed_in = service.gate.finish_by_provider(
        authority,
        cookie=request.cookies.get(name),
        state=state,
        code=code,
        issuer=iss,
        now=service.clock(),
        request_id=request_id_of(request),
    )
    answer = RedirectResponse(ARRIVAL, status_code=303)
    answer.delete_cookie(
        name,
        path="/" if secure else callback_path(authority),
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    set_session_cookie(service, answer, signed_in.token)
    return answer
