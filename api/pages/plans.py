"""Plans for everybody who waits: ask for one, follow it, read it, take it up child by child."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.casework import searching
from api.casework.queues import waiting_list
from api.errors import InvalidError, TooManyError
from api.pages.asking import CurrentWork, PageRoute, allowed, see_other
from api.pages.jobs import followed
from api.pages.names import names_of
from api.pages.rendering import render
from api.planning import asking
from api.planning.proposals import check_plan, has_plan, proposals, read_plan
from api.records.actor import Actor, Permission
from api.records.job import AssignmentAsked, Job
from api.records.referral_case import CaseState, ReferralCase
from api.routes.attaching import attached
from api.routes.dependencies import CurrentService, check_not_too_often
from api.routes.jobs import JOB_COST
from api.service import Service
from api.storage.work import Work

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_CHILDREN))]
MAY_ASK = Annotated[Actor, Depends(allowed(Permission.RUN_ASSIGNMENTS))]
MAY_CHOOSE = Annotated[Actor, Depends(allowed(Permission.CHOOSE_HOME))]
MOST_LISTED = 50


@router.get("/plans")
def plans(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """List plans, the latest first."""
    return _list(request, work, service, actor)


@router.post("/plans")
def ask(actor: MAY_ASK, request: Request, work: CurrentWork, service: CurrentService) -> Response:
    """Ask for a plan for everybody who waits."""
    try:
        check_not_too_often(service, actor, cost=JOB_COST)
    except TooManyError as error:
        wrong = InvalidError(error.sentence, field="ask")
        return _list(request, work, service, actor, wrong=wrong)
    job = asking.ask(work, service.jobs, AssignmentAsked())
    return see_other(f"/plans/{job.job_id}")


@router.get("/plans/{job_id}")
def plan(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService, job_id: str
) -> Response:
    """Show how far a plan is, and what it proposes once it is made."""
    job = _plan(service, actor, job_id)
    address = f"/plans/{job_id}"
    part = followed(request, actor, job, address=address)
    if part is not None:
        return part
    shown: dict[str, Any] = {"report": None, "proposals": [], "names": {}, "files": ()}
    if job.state.ended:
        shown["files"] = service.jobs.files(job_id)
        if has_plan(job, frozenset(file.name for file in shown["files"])):
            shown |= _read(work, service, actor, job_id)
    return render(
        request,
        "plans/plan.html",
        actor=actor,
        job=job,
        address=address,
        running=not job.state.ended,
        may_ask=actor.may(Permission.RUN_ASSIGNMENTS),
        may_choose=actor.may(Permission.CHOOSE_HOME),
        **shown,
    )


@router.post("/plans/{job_id}/cancel")
def cancel(actor: MAY_ASK, work: CurrentWork, service: CurrentService, job_id: str) -> Response:
    """End the search for a better plan; the best until then is kept."""
    job = _plan(service, actor, job_id)
    asking.check_may_end(actor, job)
    asking.cancel(work, service.jobs, job_id)
    return see_other(f"/plans/{job_id}")


@router.post("/plans/{job_id}/referrals/{referral_id}")
def take_up(
    actor: MAY_CHOOSE,
    work: CurrentWork,
    service: CurrentService,
    job_id: str,
    referral_id: str,
) -> Response:
    """Rank homes as things stand now, and go to the choice with what the plan proposes."""
    _plan(service, actor, job_id)
    if work.get(ReferralCase, referral_id).record.state is CaseState.SUBMITTED:
        searching.open_search(work, referral_id)
    case = searching.waiting(work, referral_id)
    work.read(*case.child_ids, why="took up a plan")
    ranked = service.worlds.rank(work, referral_id, top=20)
    searching.keep_matches(
        work, referral_id, ranked.report, failed=ranked.failed, sequence=ranked.sequence
    )
    return see_other(f"/referrals/{referral_id}/choice?plan={job_id}")


@router.get("/plans/{job_id}/files/{name}")
def file(
    actor: MAY_READ, work: CurrentWork, service: CurrentService, job_id: str, name: str
) -> Response:
    """Download a plan."""
    _plan(service, actor, job_id)
    found = asking.read_result(work, service.jobs, actor, job_id, name)
    return attached(found.content, found.media_type, name)


def _plan(service: Service, actor: Actor, job_id: str) -> Job:
    job = service.jobs.get(actor.authority, job_id)
    check_plan(job)
    return job


def _read(work: Work, service: Service, actor: Actor, job_id: str) -> dict[str, Any]:
    report = read_plan(work, service.jobs, actor, job_id)
    children = [each.child_id for each in report.placements]
    children += [each.child_id for each in report.unplaced]
    work.read(*children, why="looked at a plan")
    found = proposals(work, report)
    return {
        "report": report,
        "proposals": found,
        "open_count": sum(each.open for each in found),
        "names": names_of(work, children),
        "referral_of": {
            child_id: held.record.referral_id
            for held in work.find(ReferralCase)
            if held.record.state.waits
            for child_id in held.record.child_ids
        },
    }


def _list(
    request: Request,
    work: Work,
    service: Service,
    actor: Actor,
    *,
    wrong: InvalidError | None = None,
) -> Response:
    jobs = [
        job
        for job in service.jobs.page(actor.authority, before=None, limit=200)
        if isinstance(job.asked, AssignmentAsked)
    ]
    return render(
        request,
        "plans/list.html",
        status=200 if wrong is None else 429,
        actor=actor,
        jobs=jobs[:MOST_LISTED],
        waiting=sum(each.children for each in waiting_list(work)),
        may_ask=actor.may(Permission.RUN_ASSIGNMENTS),
        may_choose=actor.may(Permission.CHOOSE_HOME),
        wrong=wrong,
    )
