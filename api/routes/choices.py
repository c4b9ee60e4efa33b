"""Choices, the tasks that hang on them, and the approval of their funding."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.casework import approvals, choosing, settling, tasks
from api.casework.picking import ChoiceMade
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.approval import Approval, ApprovalState
from api.records.choice import Choice, ChoiceState
from api.records.task import Task, TaskState
from api.records.text import Words
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, Paging, allowed
from api.routes.steps import (
    READ,
    STEP,
    CurrentJudge,
    IfMatchMaybe,
    SeesNames,
    begun,
    created,
    read_one,
    read_page,
    shown,
)
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier, Record

router = APIRouter(
    prefix="/v1", tags=["choices"], route_class=ServiceRoute, responses=documented(401, 403)
)

ReferralId = Annotated[Identifier, Path(examples=["R-0K3V7Q2M1-7QF2M0XA"])]
ChoiceId = Annotated[Identifier, Path(examples=["C-0K3V7Q2M1-7QF2M0XA"])]
TaskId = Annotated[Identifier, Path(examples=["T-0K3V7Q2M1-7QF2M0XA"])]
ApprovalId = Annotated[Identifier, Path(examples=["A-0K3V7Q2M1-7QF2M0XA"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
Chooses = Annotated[Actor, Depends(allowed(Permission.CHOOSE_HOME))]
Completes = Annotated[Actor, Depends(allowed(Permission.COMPLETE_TASKS))]
Corrects = Annotated[Actor, Depends(allowed(Permission.CORRECT_RECORDS))]
Approves = Annotated[Actor, Depends(allowed(Permission.APPROVE_FUNDING))]


class Remarks(Record):
    """What came of a task.

    Parameters
    ----------
    remarks
        In words that name nobody; needed to refuse or to drop a task.
    """

    remarks: Words | None = None


class Decision(Record):
    """Why funding is approved or refused.

    Parameters
    ----------
    reasons
        In words that name nobody.
    """

    reasons: Words


CHOICE: dict[str, Any] = {
    "matches_id": "M-0K3V7Q2M1-7QF2M0XA",
    "homes": [{"home_id": "H-0012"}],
    "starts_on": "2026-12-01",
    "reasons": "Two miles from school; the carers know such needs; the child liked the visit.",
}
REMARKS: dict[str, Any] = {"remarks": "Agreed by telephone, confirmed in writing."}
DECISION: dict[str, Any] = {"reasons": "No suitable home of our own; the fee is usual."}

RemarksBody = Annotated[Remarks, Body(openapi_examples={"one": {"value": REMARKS}})]
DecisionBody = Annotated[Decision, Body(openapi_examples={"one": {"value": DECISION}})]


@router.get(
    "/choices", operation_id="listChoices", summary="List choices", responses=documented(422)
)
def choices(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    referral_id: Annotated[Identifier | None, Query()] = None,
    state: Annotated[ChoiceState | None, Query()] = None,
) -> PageOut[HeldOut[Choice]]:
    """Return choices, a page at a time."""
    return read_page(work, Choice, paging, names=names, referral_id=referral_id, state=state)


@router.get(
    "/choices/{choice_id}", operation_id="getChoice", summary="Read a choice", responses=READ
)
def choice(
    _: Reads, choice_id: ChoiceId, work: CurrentWork, names: SeesNames, response: Response
) -> HeldOut[Choice]:
    """Return a choice, with its reasons."""
    return read_one(work, Choice, choice_id, names=names, response=response)


@router.post(
    "/referrals/{referral_id}/choices",
    status_code=201,
    operation_id="chooseHome",
    summary="Choose a home",
    responses={**created(Choice), **STEP},
)
def choose(
    _: Chooses,
    referral_id: ReferralId,
    sent: Annotated[ChoiceMade, Body(openapi_examples={"one": {"value": CHOICE}})],
    version: IfMatchMaybe,
    judge: CurrentJudge,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Choice]:
    """Choose: the bed is kept, gates become tasks, funding is asked for."""
    held = choosing.choose(work, referral_id, sent, judge=judge, expected=version)
    return begun(held, Choice, names=names, response=response, location="/v1/choices")


@router.get("/tasks", operation_id="listTasks", summary="List tasks", responses=documented(422))
def list_tasks(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    state: Annotated[TaskState | None, Query()] = None,
    code: Annotated[str | None, Query(pattern=r"^[A-Z][A-Z0-9_]+$", max_length=40)] = None,
    referral_id: Annotated[Identifier | None, Query()] = None,
    choice_id: Annotated[Identifier | None, Query()] = None,
    placement_id: Annotated[Identifier | None, Query()] = None,
    home_id: Annotated[Identifier | None, Query()] = None,
) -> PageOut[HeldOut[Task]]:
    """Return tasks: gates before a placement, and clocks that run."""
    return read_page(
        work,
        Task,
        paging,
        names=names,
        state=state,
        code=code,
        referral_id=referral_id,
        choice_id=choice_id,
        placement_id=placement_id,
        home_id=home_id,
    )


@router.get("/tasks/{task_id}", operation_id="getTask", summary="Read a task", responses=READ)
def task(
    _: Reads, task_id: TaskId, work: CurrentWork, names: SeesNames, response: Response
) -> HeldOut[Task]:
    """Return a task."""
    return read_one(work, Task, task_id, names=names, response=response)


def _settling(action: str, operation_id: str, summary: str) -> None:
    @router.post(
        f"/tasks/{{task_id}}/{action}",
        operation_id=operation_id,
        summary=summary,
        responses=STEP,
        description="Settle a task; when it was the last that a choice waited for, the choice "
        "is looked at again as things stand, and is approved or stopped.",
    )
    def settle(
        _: Completes,
        task_id: TaskId,
        sent: RemarksBody,
        version: IfMatchMaybe,
        judge: CurrentJudge,
        work: CurrentWork,
        names: SeesNames,
        response: Response,
    ) -> HeldOut[Task]:
        held = settling.settle(
            work, task_id, action, judge=judge, remarks=sent.remarks, expected=version
        )
        return shown(held, Task, names=names, response=response)


_settling("do", "doTask", "Record a task as done")
_settling("refuse", "refuseTask", "Refuse a task")
_settling("drop", "dropTask", "Record a task as not needed")


@router.post(
    "/tasks/{task_id}/reopen",
    operation_id="reopenTask",
    summary="Re-open a task settled by mistake",
    responses=STEP,
)
def reopen_task(
    _: Corrects,
    task_id: TaskId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Task]:
    """Open a task again."""
    return shown(
        tasks.reopen(work, task_id, expected=version), Task, names=names, response=response
    )


@router.get(
    "/approvals", operation_id="listApprovals", summary="List approvals", responses=documented(422)
)
def list_approvals(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    state: Annotated[ApprovalState | None, Query()] = None,
    referral_id: Annotated[Identifier | None, Query()] = None,
    choice_id: Annotated[Identifier | None, Query()] = None,
) -> PageOut[HeldOut[Approval]]:
    """Return approvals of funding, a page at a time."""
    return read_page(
        work,
        Approval,
        paging,
        names=names,
        state=state,
        referral_id=referral_id,
        choice_id=choice_id,
    )


@router.get(
    "/approvals/{approval_id}",
    operation_id="getApproval",
    summary="Read an approval",
    responses=READ,
)
def approval(
    _: Reads, approval_id: ApprovalId, work: CurrentWork, names: SeesNames, response: Response
) -> HeldOut[Approval]:
    """Return an approval: who was asked, and what they said."""
    return read_one(work, Approval, approval_id, names=names, response=response)


def _deciding(action: str, operation_id: str, summary: str) -> None:
    @router.post(
        f"/approvals/{{approval_id}}/{action}",
        operation_id=operation_id,
        summary=summary,
        responses=STEP,
        description="Decide about money, by the scheme of delegation and as a second person. "
        "What has failed since the choice stops it, and `state` says `stopped`.",
    )
    def decide(
        _: Approves,
        approval_id: ApprovalId,
        sent: DecisionBody,
        version: IfMatchMaybe,
        judge: CurrentJudge,
        work: CurrentWork,
        names: SeesNames,
        response: Response,
    ) -> HeldOut[Approval]:
        held = approvals.decide(
            work,
            approval_id,
            approve=action == "approve",
            reasons=sent.reasons,
            judge=judge,
            expected=version,
        )
        return shown(held, Approval, names=names, response=response)


_deciding("approve", "approveFunding", "Approve funding")
_deciding("refuse", "refuseFunding", "Refuse funding")
