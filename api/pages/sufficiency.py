"""The sufficiency picture: needs of children against beds, on a map and in tables."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.sufficiency import NOT_KNOWN, Row, sufficiency
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.maps import layer_of, outlines_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.routes.dependencies import CurrentService
from scenarios.charts.chart import Chart
from scenarios.charts.maps import HOMES, LIVE, map_chart

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.RUN_SCENARIOS))]
AREAS_SHOWN = 30


@router.get("/sufficiency")
def picture(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """Show where children come from and where beds are, and which beds are lacking."""
    world = service.worlds.world(work)
    found = sufficiency(world)
    waiting = [world.children[child_id] for child_id in world.waiting]
    return render(
        request,
        "sufficiency/sufficiency.html",
        actor=actor,
        found=found,
        areas=found.by_area[:AREAS_SHOWN],
        more_areas=max(len(found.by_area) - AREAS_SHOWN, 0),
        children=len(world.children),
        waiting=len(waiting),
        beds=sum(row.beds for row in found.by_setting),
        free=sum(row.free for row in found.by_setting),
        chart=_map(actor.authority, found.by_area),
    )


def _map(authority: str, areas: tuple[Row, ...]) -> Chart | None:
    outlines = outlines_of(authority)
    if outlines is None:
        return None
    known = [row for row in areas if row.name != NOT_KNOWN]
    return map_chart(
        "sufficiency",
        title="Where children come from, and where beds are",
        sentence="Each mark stands for a postcode district; its area says how many.",
        outlines=outlines,
        layers=[
            layer_of("Children's homes before care", _count(known, 1), LIVE, "children"),
            layer_of("Usable beds", _count(known, 3), HOMES, "beds"),
        ],
    )


def _count(rows: list[Row], column: int) -> dict[str, float]:
    return {row.name: float(row[column]) for row in rows}
