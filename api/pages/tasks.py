"""One task: what is to be done, by which law, by when, and what came of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.casework.catalogue import CATALOGUE
from api.casework.delegation import can_decide, standings
from api.casework.present import judge_by
from api.casework.settling import settle
from api.errors import InvalidError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import text_in, version_in
from api.pages.names import names_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.task import Task, TaskState
from api.records.text import without_free_text
from api.routes.dependencies import CurrentService
from api.storage.work import Work

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
MAY_SETTLE = Annotated[Actor, Depends(allowed(Permission.COMPLETE_TASKS))]
ACTIONS = {"do": "Done", "refuse": "Refused", "drop": "Not needed"}


@router.get("/tasks/{task_id}")
def task(actor: MAY_READ, request: Request, work: CurrentWork, task_id: str) -> Response:
    """Show a task."""
    return _task(request, work, actor, task_id)


@router.post("/tasks/{task_id}")
def settle_task(
    actor: MAY_SETTLE,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    task_id: str,
    form: Form,
) -> Response:
    """Record what came of a task."""
    action, remarks = str(form.get("action", "")), text_in(form, "remarks")
    try:
        if action not in ACTIONS:
            raise InvalidError("Choose what came of it.", field="action")
        settle(
            work,
            task_id,
            action,
            judge=judge_by(service.worlds),
            remarks=remarks,
            expected=version_in(form),
        )
    except (InvalidError, StaleError) as error:
        return _task(request, work, actor, task_id, wrong=error, typed=form)
    return see_other("/queue")


def _task(
    request: Request,
    work: Work,
    actor: Actor,
    task_id: str,
    *,
    wrong: InvalidError | StaleError | None = None,
    typed: Form | None = None,
) -> Response:
    held = work.get(Task, task_id)
    record = held.record
    if isinstance(wrong, StaleError) and record.state is not TaskState.OPEN:
        raise wrong
    work.read(*record.child_ids, why="looked at a task")
    return render(
        request,
        "tasks/task.html",
        status=200 if wrong is None else 422,
        actor=actor,
        task=record if actor.see_names else without_free_text(record),
        version=held.version,
        rule=CATALOGUE[record.code],
        names=names_of(work, record.child_ids),
        may_settle=actor.may(Permission.COMPLETE_TASKS)
        and can_decide(record.standing, standings(work)),
        actions=ACTIONS,
        wrong=wrong,
        typed=typed or {},
    )
