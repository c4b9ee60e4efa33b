"""Who may sign in, with which roles."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.access.users import add_user, change_user, reset_password
from api.errors import InvalidError, ServiceError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import text_in, version_in
from api.pages.rendering import render
from api.records.actor import Actor, Permission, Role
from api.records.user import Account, User
from api.routes.dependencies import CurrentService
from api.storage.work import Work
from matcher.errors import NotFoundError

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_MANAGE = Annotated[Actor, Depends(allowed(Permission.MANAGE_USERS))]


@router.get("/users")
def users(actor: MAY_MANAGE, request: Request, work: CurrentWork) -> Response:
    """List who may sign in."""
    found = sorted(work.find(User), key=lambda held: held.record.sign_in_name)
    return render(request, "users/list.html", actor=actor, users=found)


@router.get("/users/new")
def new_user(actor: MAY_MANAGE, request: Request) -> Response:
    """Ask who is to be added."""
    return render(
        request, "users/user.html", actor=actor, user=None, roles=Role, typed={}, wrong=None
    )


@router.post("/users/new")
def add(
    actor: MAY_MANAGE, request: Request, work: CurrentWork, service: CurrentService, form: Form
) -> Response:
    """Add somebody, with a password that is shown once."""
    try:
        roles = _roles(form)
        name = text_in(form, "sign_in_name")
        if name is None:
            raise InvalidError("Enter what they sign in with.", field="sign_in_name")
        added = add_user(
            work,
            service.gate.passwords,
            sign_in_name=name,
            full_name=text_in(form, "full_name"),
            roles=roles,
            reason=text_in(form, "reason") or "",
        )
    except ServiceError as error:
        return render(
            request,
            "users/user.html",
            status=422,
            actor=actor,
            user=None,
            roles=Role,
            typed={**dict(form), "roles": form.getlist("roles")},
            wrong=error,
        )
    return render(
        request,
        "users/password.html",
        actor=actor,
        user=added.held.record,
        given=added.first_password,
    )


@router.get("/users/{user_id}")
def user(actor: MAY_MANAGE, request: Request, work: CurrentWork, user_id: str) -> Response:
    """Show somebody's account."""
    return _user(request, work, actor, user_id)


@router.post("/users/{user_id}")
def change(
    actor: MAY_MANAGE,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    user_id: str,
    form: Form,
) -> Response:
    """Store somebody's roles, and whether they may sign in."""
    held = work.get(User, user_id)
    try:
        changed = held.record.replace(
            roles=_roles(form), full_name=text_in(form, "full_name"), active="active" in form
        )
        change_user(
            work,
            service.gate.sessions(work),
            changed,
            expected=version_in(form),
            reason=text_in(form, "reason") or "",
        )
    except ServiceError as error:
        if isinstance(error, NotFoundError):
            raise
        typed = {**dict(form), "roles": form.getlist("roles")}
        return _user(request, work, actor, user_id, wrong=error, typed=typed)
    return see_other("/users")


@router.post("/users/{user_id}/password")
def reset(
    actor: MAY_MANAGE, request: Request, work: CurrentWork, service: CurrentService, user_id: str
) -> Response:
    """Give somebody a new password, shown once, and let them try again at once."""
    held = work.get(User, user_id)
    given = reset_password(
        work, service.gate.passwords, service.gate.sessions(work), user_id, reason="asked for"
    )
    service.gate.allow_attempts(held.record)
    return render(request, "users/password.html", actor=actor, user=held.record, given=given)


def _roles(form: Form) -> frozenset[Role]:
    known = {role.value: role for role in Role}
    roles = frozenset(known[str(each)] for each in form.getlist("roles") if str(each) in known)
    if not roles:
        raise InvalidError("Choose at least one role.", field="roles")
    return roles


def _user(
    request: Request,
    work: Work,
    actor: Actor,
    user_id: str,
    *,
    wrong: ServiceError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    held = work.get(User, user_id)
    return render(
        request,
        "users/user.html",
        status=200 if wrong is None else 422,
        actor=actor,
        user=held.record,
        version=held.version,
        local=held.record.account is Account.LOCAL,
        roles=Role,
        typed=typed or {},
        wrong=wrong,
    )
