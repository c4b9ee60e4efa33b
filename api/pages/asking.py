"""What pages ask for: who is signed in, the transaction, and what a form says.

A page is one request and one transaction, as a JSON route is; what differs is how a refusal
looks, that a stranger is sent to sign in, and that a form brings its session's token along as a
field.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, cast
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.access.forgery import SAFE_METHODS, TOKEN_HEADER
from api.access.identify import Asking
from api.errors import NotSignedInError, StaleError
from api.pages.forms import typed_in
from api.pages.meanwhile import Meanwhile, meanwhile
from api.pages.rendering import render
from api.problems import HTTP_KINDS, HTTP_SENTENCES, INVALID, ProblemKind, kind_of, request_id_of
from api.records.actor import Actor, Permission
from api.routes.dependencies import (
    Allowed,
    CurrentService,
    own_origin,
    service_of,
    session_cookie,
)
from api.routes.units import ServiceRoute, Unit
from api.storage.work import Work
from matcher.errors import NearHomeError

TOKEN_FIELD = "forgery_token"


async def signed_in(request: Request, service: CurrentService) -> Actor:
    """Return who is signed in; raise :class:`NotSignedInError` for a stranger."""
    headers = dict(request.headers)
    if request.method not in SAFE_METHODS and TOKEN_HEADER.lower() not in headers:
        sent = (await request.form()).get(TOKEN_FIELD)
        if isinstance(sent, str):
            headers[TOKEN_HEADER.lower()] = sent
    headers.pop("authorization", None)  # pages are for people
    asking = Asking(
        method=request.method,
        headers=headers,
        cookie=request.cookies.get(session_cookie(secure=service.settings.secure)),
        own_origin=own_origin(request),
    )
    actor = await run_in_threadpool(service.gate.identify, asking, service.clock())
    request.state.actor = actor
    return actor


SignedIn = Annotated[Actor, Depends(signed_in)]


class PageAllowed(Allowed):
    """The rule of a page: whoever opens it must hold a permission."""

    async def __call__(self, actor: SignedIn) -> Actor:
        """Return who asks; raise :class:`NotAllowedError` when they may not."""
        return await super().__call__(actor)


def allowed(permission: Permission) -> PageAllowed:
    """Return the rule of a page, to be given to ``Depends``; its value is the actor.

    Parameters
    ----------
    permission
        That whoever opens it must hold.
    """
    return PageAllowed(permission)


def _work(request: Request, actor: SignedIn) -> Work:
    return cast("Unit", request.state.unit).work(actor)


CurrentWork = Annotated[Work, Depends(_work)]
"""The page's transaction. It is committed before the answer is sent; a page never does."""


async def _form(request: Request) -> FormData:
    return await request.form()


Form = Annotated[FormData, Depends(_form)]
"""What was typed."""


def see_other(address: str) -> RedirectResponse:
    """Send the browser on after a change, so that going back does not repeat it.

    Parameters
    ----------
    address
        A path of ours.
    """
    return RedirectResponse(address, status_code=303)


class PageRoute(ServiceRoute):
    """A page: one transaction, and refusals that people can read and that lose nothing typed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        inner = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await inner(request)
            except NotSignedInError as error:
                return _to_sign_in(request, error)
            except NearHomeError as error:
                form = await request.form() if request.method == "POST" else FormData()
                return await run_in_threadpool(_refused_form, request, error, form)
            except RequestValidationError:
                sentence = "The address or the form is not one of ours. Go back and try again."
                return refused(request, INVALID, sentence)
            except HTTPException as error:
                kind = HTTP_KINDS.get(error.status_code, HTTP_KINDS[404])
                return refused(request, kind, HTTP_SENTENCES[kind.status])

        return answered


def _refused_form(request: Request, error: NearHomeError, form: FormData) -> Response:
    """Say why, with what was typed; and with a stale form what changed, and send it again."""
    actor = getattr(request.state, "actor", None)
    seen: Meanwhile | None = None
    if isinstance(error, StaleError) and actor is not None:
        service = service_of(request)
        with service.database.work(actor.authority, actor, at=service.clock()) as work:
            seen = meanwhile(work, error)
    return refused(
        request,
        kind_of(error),
        error.sentence if seen is None else seen.sentence,
        typed=typed_in(form),
        wrong=seen,
        fields=[
            (name, str(value))
            for name, value in form.multi_items()
            if name not in (TOKEN_FIELD, "version")
        ],
        back=_came_from(request),
    )


def _came_from(request: Request) -> str | None:
    """Return the page of ours on which the form stood, where the browser says so."""
    came = urlsplit(request.headers.get("referer", ""))
    if f"{came.scheme}://{came.netloc}" != own_origin(request):
        return None
    return came.path + (f"?{came.query}" if came.query else "")


def refused(request: Request, kind: ProblemKind, sentence: str, **shown: Any) -> Response:
    """Return the page that says why something was refused, and what to do.

    Parameters
    ----------
    request
        That was refused.
    kind, sentence
        Why.
    **shown
        Of a form: what was ``typed``, all its ``fields``, what is ``wrong``, and where it stood.
    """
    empty: dict[str, Any] = {"typed": (), "fields": (), "wrong": None, "back": None}
    return render(
        request,
        "refused.html",
        status=kind.status,
        actor=getattr(request.state, "actor", None),
        kind=kind,
        sentence=sentence,
        request_id=request_id_of(request),
        **{**empty, **shown},
    )


def _to_sign_in(request: Request, error: NotSignedInError) -> Response:
    """Send a stranger to sign in, and back to where they wanted to go."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = f"?next={quote(back, safe='')}" if request.method == "GET" and back != "/" else ""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": f"/sign-in{wanted}"})
    return see_other(f"/sign-in{wanted}")
