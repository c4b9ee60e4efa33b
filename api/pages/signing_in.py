"""Signing in and out, and where each role begins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.access.forgery import check_origin
from api.errors import NotAllowedError, NotSignedInError, ServiceError, TooManyError
from api.pages.asking import CurrentWork, Form, PageRoute, SignedIn, allowed, see_other
from api.pages.rendering import NAVIGATION, render
from api.problems import kind_of, request_id_of
from api.records.actor import Actor, Permission
from api.records.user import Account, User
from api.routes.dependencies import CurrentService, own_origin, session_cookie
from api.routes.openness import for_strangers
from api.routes.session import address_of, set_session_cookie
from api.service import Service
from matcher.geography.authorities import authority_name

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Next = Annotated[str, Query(max_length=2000)]
FIRST_OF_ROLE = {
    "auditor": "/audit",
    "commissioner": "/sufficiency",
    "manager": "/approvals",
}
"""Where somebody begins who could begin in several places; others with what they see first."""


@router.get("/sign-in", dependencies=[for_strangers("whoever signs in is not yet known")])
def sign_in_page(
    request: Request, service: CurrentService, after: Annotated[Next, Query(alias="next")] = "/"
) -> Response:
    """Ask for a name and a password, or send to the council's own sign-in."""
    return _sign_in(request, service, after=_of_ours(after))


@router.get("/signed-out", dependencies=[for_strangers("whoever signed out is no longer known")])
def signed_out_page(
    request: Request,
    service: CurrentService,
    authority: Annotated[str, Query(pattern=r"^[EWSN]\d{8}$")],
) -> Response:
    """Say that somebody is signed out here, and where they may still be signed in."""
    return render(
        request,
        "signed_out.html",
        council_name=authority_name(authority),
        elsewhere=service.gate.leaving_address(authority, service.clock()),
    )


@router.post("/sign-in", dependencies=[for_strangers("whoever signs in is not yet known")])
def sign_in(request: Request, form: Form, service: CurrentService) -> Response:
    """Begin a session, and go where somebody wanted to go."""
    check_origin(request.headers, own_origin(request))
    name, password = (str(form.get(each, "")) for each in ("sign_in_name", "password"))
    after = _of_ours(str(form.get("next", "/")))
    try:
        if not name or not password:
            raise NotSignedInError("Enter your sign-in name and your password.")
        signed_in = service.gate.sign_in(
            sign_in_name=name[:200],
            password=password[:1000],
            authority=None,
            address=address_of(request),
            now=service.clock(),
            request_id=request_id_of(request),
        )
    except (NotSignedInError, NotAllowedError, TooManyError) as error:
        return _sign_in(request, service, after=after, name=name, wrong=error)
    response = see_other(after)
    set_session_cookie(service, response, signed_in.token)
    return response


@router.post("/sign-out")
def sign_out(
    actor: Annotated[Actor, Depends(allowed(Permission.USE_SESSION))],
    work: CurrentWork,
    service: CurrentService,
) -> Response:
    """End this session."""
    work.lock()
    service.gate.sessions(work).end(actor.actor_id, only=actor.session_id)
    work.note("signed out", about=(User, actor.actor_id))
    secure = service.settings.secure
    account = work.get(User, actor.actor_id).record.account
    local = account is Account.LOCAL
    response = see_other("/sign-in" if local else f"/signed-out?authority={actor.authority}")
    response.delete_cookie(
        session_cookie(secure=secure), path="/", secure=secure, httponly=True, samesite="lax"
    )
    return response


@router.get("/", dependencies=[Depends(allowed(Permission.USE_SESSION))])
def home(actor: SignedIn) -> Response:
    """Send each role to where its work begins."""
    seen = [entry.address for entry in NAVIGATION if actor.may(entry.permission)]
    for role in sorted(actor.roles):
        first = FIRST_OF_ROLE.get(role)
        if first in seen:
            return see_other(first)
    return see_other(seen[0] if seen else "/account")


def _sign_in(
    request: Request,
    service: Service,
    *,
    after: str,
    name: str = "",
    wrong: ServiceError | None = None,
) -> Response:
    return render(
        request,
        "sign_in.html",
        status=200 if wrong is None else kind_of(wrong).status,
        after=after,
        name=name,
        wrong=None if wrong is None else wrong.sentence,
        local=service.gate.local_accounts,
        councils=[(code, authority_name(code)) for code in service.gate.by_provider],
    )


def _of_ours(address: str) -> str:
    """Return where to go next: a path of ours, never another site."""
    good = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if good and address.isprintable() else "/"
