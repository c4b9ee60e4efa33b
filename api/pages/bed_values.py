"""What beds are worth to others: what was learnt, from whom, and of which homes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.bed_worth import why_no_values, worth_of_beds
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.bed_values import LearntBedValues
from api.records.council_policy import COUNCIL
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
    held = work.maybe(LearntBedValues, COUNCIL)
    values = None if held is None else held.record.values
    policy = service.worlds.policy(work)
    homes = [] if values is None else worth_of_beds(service.worlds.world(work), values)
    return render(
        request,
        "bed_values/bed_values.html",
        actor=actor,
        learnt=None if held is None or values is None else held.record,
        why_none=why_no_values(work, policy) if values is None else "",
        policy=policy,
        homes=homes[:HOMES_SHOWN],
        all_homes=len(homes),
        worth_much=sum(each.points_a_week >= FEW for each in homes),
        few=FEW,
    )
