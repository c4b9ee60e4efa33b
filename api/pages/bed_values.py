"""What beds are worth to others: what was learnt, from whom, and of which homes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.bed_worth import last_learnt
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.routes.dependencies import CurrentService

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]
HOMES_SHOWN = 50
FEW = 0.05
"""Below so many points a week a bed is worth nothing much to others."""


@router.get("/bed-values")
def bed_values(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """Show what was last learnt, or why there is nothing."""
    learnt, homes, why_none = last_learnt(work, service.worlds)
    return render(
        request,
        "bed_values/bed_values.html",
        actor=actor,
        learnt=learnt,
        why_none=why_none,
        policy=service.worlds.policy(work),
        homes=homes[:HOMES_SHOWN],
        all_homes=len(homes),
        worth_much=sum(each.points_a_week >= FEW for each in homes),
        few=FEW,
    )
