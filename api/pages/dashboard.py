"""The dashboard: how children live, what it costs, who waits, and each list behind a figure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.casework.providers import shares
from api.casework.queues import sector_mix, unmet, waiting_list
from api.casework.targets import measured
from api.casework.tasks import overdue
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.names import names_of
from api.pages.rendering import render
from api.pages.targets import INDICATORS
from api.records.actor import Actor, Permission
from api.routes.dependencies import CurrentService
from matcher.domain.agreement import Route
from matcher.domain.phrases import pounds
from matcher.domain.placement import HoldKind
from matcher.domain.world import World
from matcher.errors import NotFoundError
from matcher.geography.areas import Area
from matcher.geography.distance import NEAR_HOME_MILES
from matcher.indicators import (
    Indicators,
    Rate,
    area_of_home,
    indicators,
    miles_from_home,
    now,
    route_now,
)

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_TARGETS))]
MOST_PROVIDERS = 15
MAY_LIST = Annotated[Actor, Depends(allowed(Permission.READ_CHILDREN))]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, what it is of, and the list behind it."""

    label: str
    value: str
    of: str
    behind: str
    """Address of the list."""


@router.get("/dashboard")
def dashboard(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """Show how things stand today."""
    world = service.worlds.world(work)
    found = indicators(world, now(world))
    waiting = waiting_list(work)
    holds = [each for each in world.holds.values() if each.kind is not HoldKind.RESERVED]
    late = overdue(work)
    budget = sum(each.weekly_pence for each in world.budgets if each.route is None)
    hours = sorted(each.hours_waited for each in waiting if each.hours_waited is not None)
    return render(
        request,
        "dashboard/dashboard.html",
        actor=actor,
        figures=_figures(found),
        found=found,
        waiting=waiting,
        waiting_children=sum(each.children for each in waiting),
        median_hours=hours[len(hours) // 2] if hours else None,
        holds=[each for each in holds if each.in_force(work.today)],
        late=late,
        budget=budget,
        mix=sector_mix(work),
        shares=shares(work)[:MOST_PROVIDERS],
        unmet=unmet(work)[:10],
        targets=measured(work, world),
        labels=INDICATORS,
        may_see_budgets=actor.may(Permission.READ_BUDGETS),
    )


@router.get("/dashboard/{which}")
def behind(
    actor: MAY_LIST, request: Request, work: CurrentWork, service: CurrentService, which: str
) -> Response:
    """List the children behind a figure."""
    if which not in LISTS:
        raise NotFoundError("There is no such list. Begin again from the dashboard.")
    world = service.worlds.world(work)
    title, test = LISTS[which]
    child_ids = [child_id for child_id in sorted(world.placements) if test(world, child_id)]
    work.read(*child_ids, why=f"dashboard: {which}")
    rows = [
        (
            child_id,
            world.placements[child_id].home_id,
            _miles(world, child_id),
            _area(world, child_id),
            world.placements[child_id].weekly_fee_pence,
        )
        for child_id in child_ids
    ]
    return render(
        request,
        "dashboard/children.html",
        actor=actor,
        title=title,
        rows=rows,
        names=names_of(work, child_ids) if len(child_ids) <= 100 else {},
    )


def _figures(found: Indicators) -> list[Figure]:
    return [
        _rate("Within 20 miles of home", found.near_home_of_applicable, "near"),
        _rate("In our own area", found.in_area, "inside"),
        _rate("More than 20 miles away and outside", found.far_and_outside, "far-and-outside"),
        _rate("Sibling groups together", found.siblings_together, "siblings", of="groups"),
        _rate("Bought on the spot", found.spot, "spot"),
        Figure(
            "A week, for everybody placed",
            pounds(found.weekly_cost_pence),
            f"fees of {found.unknown_fee.count} not known" if found.unknown_fee.count else "",
            "fee-not-known" if found.unknown_fee.count else "everybody",
        ),
    ]


def _rate(label: str, rate: Rate, behind: str, *, of: str = "children") -> Figure:
    value = "none" if rate.per_cent is None else f"{rate.per_cent:.0f}%"
    return Figure(label, value, f"{rate.count:,} of {rate.of:,} {of}", behind)


def _miles(world: World, child_id: str) -> float | None:
    child = world.children[child_id]
    if child.unaccompanied:
        return None
    return miles_from_home(world, child, world.placements[child_id].home_id)


def _area(world: World, child_id: str) -> Area:
    return area_of_home(world, world.children[child_id], world.placements[child_id].home_id)


def _near(world: World, child_id: str) -> bool:
    miles = _miles(world, child_id)
    return miles is not None and miles <= NEAR_HOME_MILES


def _far(world: World, child_id: str) -> bool:
    miles = _miles(world, child_id)
    return miles is not None and miles > NEAR_HOME_MILES


def _unknown(world: World, child_id: str) -> bool:
    return not world.children[child_id].unaccompanied and _miles(world, child_id) is None


def _outside(world: World, child_id: str) -> bool:
    return _area(world, child_id) in (Area.ADJOINING, Area.DISTANT)


def _apart(world: World, child_id: str) -> bool:
    group = world.children[child_id].sibling_group_id
    placed = [each for each in world.members.get(group or "", ()) if each in world.placements]
    return len({world.placements[each].home_id for each in placed}) > 1


def _spot(world: World, child_id: str) -> bool:
    return route_now(world, child_id) is Route.SPOT


LISTS: dict[str, tuple[str, Callable[[World, str], bool]]] = {
    "everybody": ("Everybody placed", lambda world, child_id: True),
    "near": ("Within 20 miles of home", _near),
    "far": ("More than 20 miles from home", _far),
    "distance-not-known": ("Distance from home not known", _unknown),
    "inside": ("In our own area", lambda world, child_id: _area(world, child_id) is Area.INSIDE),
    "outside": ("Outside our area", _outside),
    "far-and-outside": (
        "More than 20 miles away and outside our area",
        lambda world, child_id: _far(world, child_id) and _outside(world, child_id),
    ),
    "siblings": ("Placed apart from brothers or sisters in care", _apart),
    "spot": ("Bought on the spot", _spot),
    "fee-not-known": (
        "Fee not known",
        lambda world, child_id: world.placements[child_id].weekly_fee_pence is None,
    ),
}
"""Each list behind a figure: what it is called, and who is in it."""
