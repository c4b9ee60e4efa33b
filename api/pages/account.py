"""One's own account, and what everybody may read about the service."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.access.users import change_own_password
from api.errors import ServiceError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.user import Account, User
from api.routes.dependencies import CurrentService
from api.routes.openness import for_strangers
from api.storage.work import Work

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_USE = Annotated[Actor, Depends(allowed(Permission.USE_SESSION))]


@router.get("/account")
def account(
    actor: MAY_USE, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """Show who is signed in, what they may do, and where else."""
    return _account(request, work, service, actor)


@router.post("/account/password")
def password(
    actor: MAY_USE, request: Request, work: CurrentWork, service: CurrentService, form: Form
) -> Response:
    """Change one's password, and sign out everywhere."""
    try:
        change_own_password(
            work,
            service.gate.passwords,
            service.gate.sessions(work),
            old=str(form.get("old", ""))[:1000],
            new=str(form.get("new", ""))[:1000],
        )
    except ServiceError as error:
        return _account(request, work, service, actor, wrong=error)
    return see_other("/sign-in")


@router.post("/account/elsewhere")
def elsewhere(actor: MAY_USE, work: CurrentWork, service: CurrentService) -> Response:
    """Sign out everywhere else."""
    work.lock()
    service.gate.sessions(work).end(actor.actor_id, but=actor.session_id)
    work.note("signed out elsewhere", about=(User, actor.actor_id))
    return see_other("/account")


@router.get("/accessibility", dependencies=[for_strangers("it says how accessible the service is")])
def accessibility(request: Request) -> Response:
    """Say what was tested, what does not work, and whom to tell."""
    return render(request, "account/accessibility.html")


@router.get("/about", dependencies=[for_strangers("it says how the service works")])
def about(request: Request) -> Response:
    """Say how homes are ranked, and what is never decided by a machine."""
    return render(request, "account/about.html")


def _account(
    request: Request,
    work: Work,
    service: CurrentService,
    actor: Actor,
    *,
    wrong: ServiceError | None = None,
) -> Response:
    user = work.get(User, actor.actor_id).record
    return render(
        request,
        "account/account.html",
        status=200 if wrong is None else 422,
        actor=actor,
        user=user,
        local=user.account is Account.LOCAL,
        sessions=service.gate.sessions(work).of(actor.actor_id),
        wrong=wrong,
    )
