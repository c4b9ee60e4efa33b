"""Plans for everybody who waits and what-ifs: asked for, followed, ended, downloaded."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from starlette.concurrency import run_in_threadpool

from api.planning import asking
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.job import AssignmentAsked, Job, JobFile, JobState, ScenarioAsked
from api.routes.answers import PageOut
from api.routes.attaching import attached
from api.routes.dependencies import (
    CurrentActor,
    CurrentService,
    CurrentWork,
    Paging,
    allowed,
    solving,
)
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier

JOB_COST = 10
"""Of a plan or a scenario, where a ranking costs 1."""
FOLLOWED_SECONDS = 55
"""After so long a stream ends, and whoever follows it asks again, and is asked who they are."""
LOOK_EVERY_SECONDS = 1.0

router = APIRouter(
    prefix="/v1", tags=["jobs"], route_class=ServiceRoute, responses=documented(401, 403)
)

JobId = Annotated[Identifier, Path(examples=["J-0K3V7Q2M1-7QF2M0XA"])]
ReadsJobs = Annotated[Actor, Depends(allowed(Permission.READ_JOBS))]

EXAMPLE: JsonValue = {
    "job": {
        "job_id": "J-0K3V7Q2M1-7QF2M0XA",
        "authority": "E06000060",
        "asked": {"kind": "assignment", "policy": "balanced", "seconds": 60, "seed": 1},
        "state": "running",
        "cancelling": False,
        "requested_by": "U-0003",
        "requested_at": "2026-03-31T09:00:00Z",
        "started_at": "2026-03-31T09:00:01Z",
        "ended_at": None,
        "attempt": 1,
        "progress": {"doing": "placing 40 children", "done": None, "total": None},
        "sentence": None,
    },
    "results": [],
}


SCENARIO_EXAMPLE = """\
name = "More foster carers"
years = 3

[[variant]]
name = "Twenty more carers"

[[variant.lever]]
kind = "recruit_carers"
households = 20
profiles = ["over_tens", "sibling_groups"]
area = "county"
over_weeks = 78
recruitment_pounds = 10_000
"""


class JobOut(BaseModel):
    """A job as it stands, and what can be downloaded of it."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    job: Job
    results: tuple[JobFile, ...] = Field((), description="Once it has ended.")


class JobEvent(BaseModel):
    """What is sent when a job has got further."""

    job: Job


@router.post(
    "/assignments",
    status_code=202,
    operation_id="askForAssignment",
    summary="Ask for one plan for every child who waits",
    responses=documented(409, 422, 429, 503),
)
def ask_for_assignment(
    _: Annotated[Actor, Depends(allowed(Permission.RUN_ASSIGNMENTS))],
    __: Annotated[None, Depends(solving(JOB_COST))],
    work: CurrentWork,
    service: CurrentService,
    response: Response,
    asked: Annotated[
        AssignmentAsked,
        Body(
            openapi_examples={
                "one minute": {
                    "summary": "The best plan that a minute finds",
                    "value": {"kind": "assignment", "policy": "balanced", "seconds": 60},
                }
            }
        ),
    ],
) -> JobOut:
    """Queue a plan: a proposal for everybody at once, checked independently, with its bound."""
    return _queued(asking.ask(work, service.jobs, asked), response)


@router.post(
    "/scenarios",
    status_code=202,
    operation_id="askForScenario",
    summary="Ask what would change if",
    responses=documented(409, 422, 429, 503),
)
def ask_for_scenario(
    _: Annotated[Actor, Depends(allowed(Permission.RUN_SCENARIOS))],
    __: Annotated[None, Depends(solving(JOB_COST))],
    work: CurrentWork,
    service: CurrentService,
    response: Response,
    asked: Annotated[
        ScenarioAsked,
        Body(
            openapi_examples={
                "two homes": {
                    "summary": "Twenty futures of one variant",
                    "value": {
                        "kind": "scenario",
                        "scenario": SCENARIO_EXAMPLE,
                        "replications": 20,
                    },
                }
            }
        ),
    ],
) -> JobOut:
    """Queue a simulation of today and every variant in the same futures."""
    return _queued(asking.ask(work, service.jobs, asked), response)


@router.get(
    "/jobs",
    operation_id="listJobs",
    summary="List jobs, the latest first",
    responses=documented(422),
)
def list_jobs(actor: ReadsJobs, service: CurrentService, paging: Paging) -> PageOut[JobOut]:
    """List the authority's jobs."""
    found = service.jobs.page(actor.authority, before=paging.after, limit=paging.limit + 1)
    more = len(found) > paging.limit
    items = tuple(JobOut(job=job) for job in found[: paging.limit])
    return PageOut[JobOut](items=items, next=items[-1].job.job_id if more else None)


@router.get(
    "/jobs/{job_id}",
    operation_id="getJob",
    summary="Read how far a job is",
    responses=documented(404, 422),
)
def get_job(actor: ReadsJobs, service: CurrentService, job_id: JobId) -> JobOut:
    """Read a job; ask every few seconds, or follow its events."""
    job = service.jobs.get(actor.authority, job_id)
    return JobOut(job=job, results=service.jobs.files(job_id) if job.state.ended else ())


@router.post(
    "/jobs/{job_id}/cancel",
    operation_id="cancelJob",
    summary="End a job with the best that it has",
    responses=documented(404, 409, 422, 503),
)
def cancel_job(
    actor: ReadsJobs, work: CurrentWork, service: CurrentService, job_id: JobId
) -> JobOut:
    """Ask a job to end; one that has ended stays as it is."""
    asking.check_may_end(actor, service.jobs.get(actor.authority, job_id))
    return JobOut(job=asking.cancel(work, service.jobs, job_id))


def _job(actor: ReadsJobs, service: CurrentService, job_id: JobId) -> Job:
    return service.jobs.get(actor.authority, job_id)


@router.get(
    "/jobs/{job_id}/events",
    operation_id="followJob",
    summary="Follow a job by server-sent events",
    response_class=EventSourceResponse,
    responses=documented(404, 422),
)
async def follow_job(
    actor: CurrentActor, service: CurrentService, job: Annotated[Job, Depends(_job)]
) -> AsyncIterator[ServerSentEvent]:
    """Send an event whenever the job has got further, and a last one when it has ended.

    The stream ends after a minute at the latest; browsers then ask again by themselves.
    """
    told: Job | None = None
    rounds = int(FOLLOWED_SECONDS / LOOK_EVERY_SECONDS)
    for number in range(rounds):
        if number:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            job = await run_in_threadpool(service.jobs.get, actor.authority, job.job_id)
        if job != told:
            told = job
            event = "ended" if job.state.ended else "progress"
            yield ServerSentEvent(data=JobEvent(job=job), event=event, retry=2000)
        if job.state.ended:
            return


@router.get(
    "/jobs/{job_id}/results/{name}",
    operation_id="getJobResult",
    summary="Download a result of a job",
    response_class=Response,
    responses={
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
            "description": "The file, in its own media type.",
        },
        **documented(404, 422, 503),
    },
)
def get_job_result(
    actor: ReadsJobs,
    work: CurrentWork,
    service: CurrentService,
    job_id: JobId,
    name: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$", examples=["plan.csv"])],
) -> Response:
    """Download a plan, a report, a workbook or a table; who did is kept in the audit trail."""
    file = asking.read_result(work, service.jobs, actor, job_id, name)
    return attached(file.content, file.media_type, name)


def _queued(job: Job, response: Response) -> JobOut:
    assert job.state is JobState.QUEUED
    response.headers["Location"] = f"/v1/jobs/{job.job_id}"
    return JobOut(job=job)
