"""What is missing or old in the records, because a ranking can only know what is written down."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.data_quality import data_quality
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.routes.dependencies import CurrentService

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_TARGETS))]
EXAMPLES = 12


@router.get("/data-quality")
def report(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """Show how much is known, and what it keeps from being ranked."""
    return render(
        request,
        "data_quality/report.html",
        actor=actor,
        gaps=data_quality(service.worlds.world(work)),
        examples=EXAMPLES,
    )
