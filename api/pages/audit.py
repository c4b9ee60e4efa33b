"""The audit trail: search, and whether the chain is whole."""

from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.audit.verifying import verify
from api.errors import InvalidError
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.forms import day_from
from api.pages.rendering import render
from api.pages.words import LONDON
from api.records.actor import Actor, Permission
from api.routes.dependencies import CurrentService
from api.storage.trail_reading import Question, Trail

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_AUDIT))]
A_PAGE = 50
Typed = Annotated[str, Query(max_length=60)]


@router.get("/audit")
def audit(
    actor: MAY_READ,
    request: Request,
    work: CurrentWork,
    child: Typed = "",
    who: Typed = "",
    action: Typed = "",
    since: Typed = "",
    until: Typed = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Search the trail, the latest first."""
    wrong = None
    entries, following = [], None
    try:
        first, last = day_from(since, "since"), day_from(until, "until")
        question = Question(
            child_id=child.strip() or None,
            actor=who.strip() or None,
            action=action.strip() or None,
            since=None if first is None else datetime.combine(first, time.min, LONDON),
            until=None
            if last is None
            else datetime.combine(last + timedelta(days=1), time.min, LONDON),
        )
        page = Trail(work.connection, work.authority).page(question, before=before, limit=A_PAGE)
        entries, following = list(page.items), page.next
    except InvalidError as error:
        wrong = error
    work.note(
        "audit searched", details={"child": child[:40], "actor": who[:40], "action": action[:40]}
    )
    return render(
        request,
        "audit/search.html",
        status=200 if wrong is None else 422,
        actor=actor,
        entries=entries,
        following=following,
        asked={"child": child, "who": who, "action": action, "since": since, "until": until},
        sequence=work.sequence,
        wrong=wrong,
    )


@router.post("/audit/verification")
def verification(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """Look at the whole trail, and at everything that it is about."""
    found = verify(service.database, actor.authority)
    work.note("audit verified", details={"sound": found.sound, "sequence": found.sequence})
    return render(request, "audit/verified.html", actor=actor, found=found)
