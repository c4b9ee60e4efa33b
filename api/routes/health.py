"""Whether the service is there, and what Prometheus reads of it; open to everybody."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import metrics
from api.problems import HTTP_KINDS, KINDS, documented
from api.routes.dependencies import CurrentService, service_of
from api.service import Service
from matcher.errors import NearHomeError
from matcher.version import VERSION

router = APIRouter(tags=["operations"])


class Alive(BaseModel):
    """Alive: a process that answers."""

    status: Literal["alive"] = "alive"
    version: str = Field(VERSION, examples=[VERSION])


class Ready(BaseModel):
    """Ready: a process that can do its work."""

    status: Literal["ready"] = "ready"
    database: str = Field(description="Which one it is.", examples=["postgresql"])


class ProblemOut(BaseModel):
    """One kind of refusal."""

    type: str = Field(examples=["/problems#stale"])
    title: str = Field(examples=["Somebody has changed it since"])
    status: int = Field(examples=[412])


@router.get("/healthz", operation_id="getHealth", summary="Whether this process answers")
async def health() -> Alive:
    """Answer without asking anything else: for whoever restarts a process that hangs."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="getReadiness",
    summary="Whether this process can do its work",
    responses=documented(503),
)
async def readiness(service: CurrentService) -> Ready:
    """Ask the database, and whether its schema is the right one; for load balancers."""
    try:
        await run_in_threadpool(service.database.check)
    except NearHomeError:
        metrics.READY.set(0)
        raise
    metrics.READY.set(1)
    return Ready(database=service.database.dialect)


@router.get(
    "/metrics",
    operation_id="getMetrics",
    summary="Counts and times for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def measurements(request: Request) -> Response:
    """Return counts and times by operation; nothing about a person."""
    await run_in_threadpool(_count_jobs, service_of(request))
    content, media_type = metrics.exposition()
    return Response(content, media_type=media_type)


@router.get("/problems", operation_id="listProblems", summary="Every kind of refusal")
async def problems() -> tuple[ProblemOut, ...]:
    """List what the ``type`` of a problem may be."""
    kinds = dict.fromkeys((*KINDS.values(), *HTTP_KINDS.values()))
    return tuple(
        ProblemOut(type=kind.uri, title=kind.title, status=kind.status)
        for kind in sorted(kinds, key=lambda kind: (kind.status, kind.slug))
    )


def _count_jobs(service: Service) -> None:
    """Count jobs where the database answers; whether it does, another figure says."""
    try:
        metrics.tell_jobs(service.jobs.counts())
    except NearHomeError:
        metrics.READY.set(0)
