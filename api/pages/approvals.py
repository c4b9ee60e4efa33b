"""Funding to be approved: what is asked, what it rests on, and the decision."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.casework.approvals import decide
from api.casework.delegation import can_be_second_person, can_decide, standings
from api.casework.present import judge_by
from api.errors import InvalidError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import text_in, version_in
from api.pages.names import names_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.approval import Approval, ApprovalState
from api.records.choice import Choice
from api.records.referral_case import ReferralCase
from api.records.search import Matches
from api.records.text import without_free_text
from api.routes.dependencies import CurrentService
from api.storage.work import Work
from matcher.domain.record import Record

R = TypeVar("R", bound=Record)

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
MAY_APPROVE = Annotated[Actor, Depends(allowed(Permission.APPROVE_FUNDING))]
MOST_DECIDED = 30


@router.get("/approvals")
def approvals(actor: MAY_APPROVE, request: Request, work: CurrentWork) -> Response:
    """List what is asked for, the oldest first, and what was decided lately."""
    asked = [held.record for held in work.find(Approval, state=ApprovalState.ASKED)]
    asked.sort(key=lambda each: (each.due_at or each.asked_at, each.approval_id))
    settled = (ApprovalState.APPROVED, ApprovalState.REFUSED)
    decided = [held.record for held in work.find(Approval, state=settled)]
    decided.sort(key=lambda each: each.decided_at or each.asked_at, reverse=True)
    have = standings(work)
    choices = {
        each.choice_id: work.get(Choice, each.choice_id).record
        for each in (*asked, *decided[:MOST_DECIDED])
    }
    children = sorted({child for choice in choices.values() for child in choice.child_ids})
    work.read(*children, why="list of approvals")
    return render(
        request,
        "approvals/list.html",
        actor=actor,
        asked=asked,
        decided=decided[:MOST_DECIDED],
        choices=choices,
        mine={
            each.approval_id
            for each in asked
            if can_decide(each.standing, have)
            and can_be_second_person(choices[each.choice_id], actor.actor_id)
        },
        overridden=[
            choice for choice in choices.values() if choice.rank != 1 and choice.why_not_first
        ],
        names=names_of(work, children),
    )


@router.get("/approvals/{approval_id}")
def approval(actor: MAY_READ, request: Request, work: CurrentWork, approval_id: str) -> Response:
    """Show what is asked for, and what it rests on."""
    return _approval(request, work, actor, approval_id)


@router.post("/approvals/{approval_id}")
def decide_approval(
    actor: MAY_APPROVE,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    approval_id: str,
    form: Form,
) -> Response:
    """Approve or refuse; what has failed since the choice stops it, with the reasons."""
    decision, reasons = form.get("decision"), text_in(form, "reasons")
    try:
        if decision not in ("approve", "refuse"):
            raise InvalidError("Choose whether to approve it.", field="decision")
        if reasons is None:
            raise InvalidError("Say why, for the record.", field="reasons")
        decide(
            work,
            approval_id,
            approve=decision == "approve",
            reasons=reasons,
            judge=judge_by(service.worlds),
            expected=version_in(form),
        )
    except (InvalidError, StaleError) as error:
        return _approval(request, work, actor, approval_id, wrong=error, typed=form)
    return see_other(f"/approvals/{approval_id}")


def _seen(actor: Actor, record: R) -> R:
    return record if actor.see_names else without_free_text(record)


def _approval(
    request: Request,
    work: Work,
    actor: Actor,
    approval_id: str,
    *,
    wrong: InvalidError | StaleError | None = None,
    typed: Form | None = None,
) -> Response:
    held = work.get(Approval, approval_id)
    choice = work.get(Choice, held.record.choice_id).record
    work.read(*choice.child_ids, why="looked at an approval")
    may_decide = (
        actor.may(Permission.APPROVE_FUNDING)
        and held.record.state is ApprovalState.ASKED
        and can_decide(held.record.standing, standings(work))
        and can_be_second_person(choice, actor.actor_id)
    )
    if isinstance(wrong, StaleError) and not may_decide:
        raise wrong
    matches = work.get(Matches, choice.matches_id).record
    chosen = {home.home_id for home in choice.homes}
    return render(
        request,
        "approvals/approval.html",
        status=200 if wrong is None else 422,
        actor=actor,
        approval=_seen(actor, held.record),
        version=held.version,
        choice=_seen(actor, choice),
        case=work.get(ReferralCase, choice.referral_id).record,
        report=matches.report,
        option=next(
            (
                each
                for each in matches.report.options
                if {part.home_id for part in each.parts} == chosen
            ),
            None,
        ),
        names=names_of(work, choice.child_ids),
        may_decide=may_decide,
        wrong=wrong,
        typed=typed or {},
    )
