"""What beds are worth to those who come next, as was last learnt."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.capacity.bed_worth import last_learnt
from api.problems import documented
from api.records.actor import Actor, Permission
from api.routes.dependencies import CurrentService, CurrentWork, allowed
from api.routes.units import ServiceRoute
from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from matcher.domain.record import Identifier
from matcher.errors import NotFoundError

router = APIRouter(
    prefix="/v1/bed-values",
    tags=["homes"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

Reads = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]


class HomeWorthOut(BaseModel):
    """What the next bed of a home is worth to those who come."""

    home_id: Identifier
    setting: Setting
    area: str | None = Field(description="The first half of the postcode.")
    route: Route = Field(description="By which a further bed would be bought.")
    beds_free: int
    families_a_year: float | None = Field(
        description="How many could live there; null where it was not there when learnt."
    )
    points_a_week: float = Field(description="Above the home that others need least.")


class BedValuesOut(BaseModel):
    """Bed values of a council, with what they were learnt from."""

    learnt_on: date
    starts: date = Field(description="The first day of the time learnt from.")
    ends: date = Field(description="The first day after it.")
    families: int
    share_kept: float = Field(description="How much of what was learnt counts, from 0 to 1.")
    source: str
    policy: str
    policy_version: str
    sentence: str
    homes: list[HomeWorthOut] = Field(description="Those worth most to others first.")


@router.get(
    "",
    operation_id="getBedValues",
    summary="What beds are worth to others",
    responses=documented(404),
)
def bed_values(_: Reads, work: CurrentWork, service: CurrentService) -> BedValuesOut:
    """Return what was last learnt, home by home as the homes are today."""
    learnt, homes, why_none = last_learnt(work, service.worlds)
    if learnt is None:
        raise NotFoundError(why_none)
    return BedValuesOut(
        **{name: getattr(learnt, name) for name in BedValuesOut.model_fields if name != "homes"},
        homes=[
            HomeWorthOut(
                **{
                    **each._asdict(),
                    "points_a_week": round(each.points_a_week, 3),
                    "families_a_year": None
                    if each.families_a_year is None
                    else round(each.families_a_year, 1),
                }
            )
            for each in homes
        ],
    )
