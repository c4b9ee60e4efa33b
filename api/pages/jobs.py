"""What pages about long work share: how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from api.pages.rendering import render

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.records.actor import Actor
    from api.records.job import Job


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
