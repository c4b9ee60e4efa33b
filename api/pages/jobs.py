"""What pages about long work share: how far it is, and not too much of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from api.errors import TooManyError
from api.pages.rendering import render
from api.routes.jobs import JOB_COST

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.records.actor import Actor
    from api.records.job import Job
    from api.service import Service


def check_not_too_many(service: Service, actor: Actor) -> None:
    """Raise :class:`TooManyError` for whoever asks for more than one account may.

    Parameters
    ----------
    service
        The process.
    actor
        Who asks.
    """
    wait = service.solving.wait_seconds(
        f"{actor.authority} {actor.actor_id}", service.clock(), cost=JOB_COST
    )
    if wait:
        raise TooManyError(
            f"That is more than one account may ask for. Try again in {wait} seconds.",
            retry_after_seconds=wait,
        )


def followed(request: Request, actor: Actor, job: Job, *, address: str) -> Response | None:
    """Return what a page that follows a job is told; None for a request of the whole page.

    Parameters
    ----------
    request
        Of the page, or of the part of it that says how far the job is.
    actor
        Who looks.
    job
        Which.
    address
        Of the page.
    """
    if request.headers.get("hx-request") != "true":
        return None
    if job.state.ended:
        return Response(headers={"HX-Refresh": "true"})  # what came of it is the whole page
    return render(
        request, "jobs/progress.html", actor=actor, job=job, address=address, running=True
    )
