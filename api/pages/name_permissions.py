"""Leave to see children's names: asked for, granted by somebody else, ended."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.access.names import ask_for_names, end_permission, grant_names, permit_names
from api.access.permissions import permissions_of
from api.errors import InvalidError, ServiceError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.names import colleagues
from api.pages.picking import children_in, needed, one_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.user import LONGEST_NAME_PERMISSION, NamePermission, NamePurpose, User
from api.storage.work import Work

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_ASK = Annotated[Actor, Depends(allowed(Permission.READ_CHILDREN))]
MAY_GRANT = Annotated[Actor, Depends(allowed(Permission.GRANT_NAMES))]


@router.get("/names")
def names(
    actor: MAY_ASK,
    request: Request,
    work: CurrentWork,
    child: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Show who may see whose names, to whoever grants it; to others what they asked for."""
    return _page(request, work, actor, typed={"child_ids": child} if child else {})


@router.post("/names")
def ask(actor: MAY_ASK, request: Request, work: CurrentWork, form: Form) -> Response:
    """Ask to see names; or, for whoever grants it, let somebody see them."""
    try:
        asked: dict[str, Any] = {
            "purpose": one_of(form, "purpose", NamePurpose, "Choose what for."),
            "reason": needed(text_in(form, "reason"), "reason", "Say why."),
            "child_ids": _children(work, form),
            "starts": needed(day_in(form, "starts"), "starts", "Say from when."),
            "until": needed(day_in(form, "until"), "until", "Say until when."),
        }
        if actor.may(Permission.GRANT_NAMES):
            user = needed(text_in(form, "user_id"), "user_id", "Choose who may see names.")
            permit_names(work, user_id=user, **asked)
        else:
            ask_for_names(work, **asked)
    except ServiceError as error:
        wrong = InvalidError(error.sentence, field=getattr(error, "field", None) or "until")
        return _page(request, work, actor, typed=dict(form), wrong=wrong)
    return see_other("/names")


@router.post("/names/{permission_id}/grant")
def grant(actor: MAY_GRANT, work: CurrentWork, permission_id: str, form: Form) -> Response:
    """Grant what somebody else asked for."""
    grant_names(work, permission_id, expected=version_in(form))
    return see_other("/names")


@router.post("/names/{permission_id}/end")
def end(actor: MAY_GRANT, work: CurrentWork, permission_id: str, form: Form) -> Response:
    """End leave at once, or refuse what was asked for; the history stays."""
    reason = text_in(form, "why") or "No reason was given."
    end_permission(work, permission_id, expected=version_in(form), reason=reason)
    return see_other("/names")


def _children(work: Work, form: Form) -> frozenset[str]:
    found = children_in(work, form, "child_ids")
    if not found and form.get("any") != "yes":
        raise InvalidError(
            "Say whose names, such as C-0012, or tick that it must be any child.",
            field="child_ids",
        )
    return found


def _page(
    request: Request,
    work: Work,
    actor: Actor,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    grants = actor.may(Permission.GRANT_NAMES)
    wanted: dict[str, Any] = {} if grants else {"user_id": actor.actor_id}
    held = work.find(NamePermission, **wanted)
    held.sort(key=lambda each: (each.record.until, each.record.permission_id), reverse=True)
    users = [each.record for each in work.find(User)] if grants else []
    granters = {each.record.granted_by for each in held if each.record.granted_by is not None}
    return render(
        request,
        "names/names.html",
        status=200 if wrong is None else 422,
        actor=actor,
        grants=grants,
        sees=Permission.READ_NAMES in actor.permissions and not actor.names_of and not grants,
        asked=[
            each
            for each in held
            if each.record.granted_by is None and each.record.until >= work.today
        ],
        standing=[
            each
            for each in held
            if each.record.granted_by is not None and each.record.until >= work.today
        ],
        over=[each.record for each in held if each.record.until < work.today],
        people=colleagues(work, {*granters, *(each.record.user_id for each in held)}),
        users=sorted(
            (user.user_id, user.full_name or user.sign_in_name)
            for user in users
            if user.active and Permission.READ_NAMES not in permissions_of(user.roles)
        ),
        purposes=[
            (each.value, each.value.replace("_", " ").capitalize(), "") for each in NamePurpose
        ],
        longest=LONGEST_NAME_PERMISSION.days,
        typed=typed,
        wrong=wrong,
    )
