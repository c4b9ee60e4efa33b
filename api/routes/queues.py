"""Queues and reports of casework, and the return of a year."""

import io
import zipfile
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.casework import daily, providers, queues, spending, targets
from api.casework.daily import DayDone
from api.casework.providers import ProviderShare
from api.casework.queues import (
    Leaver,
    Permanence,
    Rematch,
    SectorMix,
    Unmet,
    Waiting,
)
from api.casework.returns import Faults, make_return
from api.casework.spending import Period, Spending
from api.casework.targets import Expiring, Measured, YearCourse
from api.casework.tasks import overdue
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.task import Task
from api.records.text import without_free_text
from api.routes.attaching import attached
from api.routes.dependencies import CurrentService, CurrentWork, allowed
from api.routes.steps import SeesNames
from api.routes.units import ServiceRoute
from matcher.domain.record import Record

router = APIRouter(
    prefix="/v1", tags=["queues"], route_class=ServiceRoute, responses=documented(401, 403)
)

Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
ReadsTargets = Annotated[Actor, Depends(allowed(Permission.READ_TARGETS))]
Exports = Annotated[Actor, Depends(allowed(Permission.EXPORT_DATA))]
Corrects = Annotated[Actor, Depends(allowed(Permission.WRITE_PLACEMENTS))]
Year = Annotated[
    int,
    Query(
        ge=2012,
        le=2100,
        description="The calendar year in which the collection year ends.",
        examples=[2027],
    ),
]


class Queue(Record):
    """What a queue answers beside its items.

    Parameters
    ----------
    count
        How many there are.
    """

    count: Annotated[int, Field(ge=0)]


class WaitingOut(Queue):
    """Who waits, the most urgent first."""

    items: tuple[Waiting, ...]


class OverdueOut(Queue):
    """Tasks that were due, the longest overdue first."""

    items: tuple[Task, ...]


class RematchOut(Queue):
    """Placements to be looked at again."""

    items: tuple[Rematch, ...]


class LeaversOut(Queue):
    """Young people of 17½ and more."""

    items: tuple[Leaver, ...]


class PermanenceOut(Queue):
    """The permanence tracker."""

    items: tuple[Permanence, ...]


class ExpiringOut(Queue):
    """What lapses soon, or has."""

    items: tuple[Expiring, ...]


class ProvidersOut(Queue):
    """What is bought from each provider."""

    items: tuple[ProviderShare, ...]


class MeasuredOut(Queue):
    """Targets against what is so now."""

    items: tuple[Measured, ...]


class SpendingOut(Queue):
    """What is spent, by each route and in all, beside the budgets.

    Parameters
    ----------
    since
        From which day placements count as new.
    """

    since: date
    items: tuple[Spending, ...]


class UnmetOut(Queue):
    """What searches did not find."""

    items: tuple[Unmet, ...]


class MixOut(Queue):
    """Own and bought placements."""

    items: tuple[SectorMix, ...]


@router.get("/queues/waiting", operation_id="getWaiting", summary="Who waits")
def waiting(_: Reads, work: CurrentWork) -> WaitingOut:
    """Return referrals under which children wait, with their clocks and what was tried."""
    items = tuple(queues.waiting_list(work))
    return WaitingOut(count=len(items), items=items)


@router.get("/queues/overdue", operation_id="getOverdue", summary="Overdue tasks")
def overdue_tasks(_: Reads, work: CurrentWork, names: SeesNames) -> OverdueOut:
    """Return open tasks that were due before now."""
    found = [held.record for held in overdue(work)]
    work.read(*{child for task in found for child in task.child_ids}, why="overdue tasks")
    items = tuple(found if names else map(without_free_text, found))
    return OverdueOut(count=len(items), items=items)


@router.get("/queues/rematch", operation_id="getRematch", summary="Placements to look at again")
def rematch(_: Reads, work: CurrentWork, service: CurrentService) -> RematchOut:
    """Return placements under notice, far, costly, past their end, or ready to step down.

    Nobody is moved by this: a move is proposed to a review.
    """
    items = tuple(queues.rematch(work, service.worlds.world(work)))
    work.read(*(each.child_id for each in items), why="re-match queue")
    return RematchOut(count=len(items), items=items)


@router.get("/queues/leavers", operation_id="getLeavers", summary="The 17½+ queue")
def leavers(_: Reads, work: CurrentWork) -> LeaversOut:
    """Return young people of 17½ and more, for housing and adult care."""
    items = tuple(queues.leavers(work))
    work.read(*(each.child_id for each in items), why="17½+ queue")
    return LeaversOut(count=len(items), items=items)


@router.get("/queues/permanence", operation_id="getPermanence", summary="The permanence tracker")
def permanence(_: Reads, work: CurrentWork) -> PermanenceOut:
    """Return where each child's plan is heading, and what blocks it."""
    items = tuple(queues.permanence(work))
    work.read(*(each.child_id for each in items), why="permanence tracker")
    return PermanenceOut(count=len(items), items=items)


@router.get(
    "/queues/expiring",
    operation_id="getExpiring",
    summary="What lapses soon",
    responses=documented(422),
)
def expiring(
    _: Annotated[Actor, Depends(allowed(Permission.READ_HOMES))],
    work: CurrentWork,
    days: Annotated[int, Query(ge=0, le=730, description="Within so many days.")] = 28,
) -> ExpiringOut:
    """Return quality visits, carers' training and temporary approvals that lapse or have."""
    items = tuple(targets.expiring(work, days=days))
    return ExpiringOut(count=len(items), items=items)


@router.get(
    "/reports/providers", operation_id="getProviderShares", summary="Dependence on providers"
)
def shares(
    _: Annotated[Actor, Depends(allowed(Permission.READ_AGREEMENTS))], work: CurrentWork
) -> ProvidersOut:
    """Return the share of each provider in what is bought, and how children fare with it."""
    items = tuple(providers.shares(work))
    return ProvidersOut(count=len(items), items=items)


@router.get("/reports/targets", operation_id="getMeasuredTargets", summary="Targets, measured")
def measured(_: ReadsTargets, work: CurrentWork, service: CurrentService) -> MeasuredOut:
    """Return each target against what is so now, and whether its yearly review is due."""
    items = tuple(targets.measured(work, service.worlds.world(work)))
    return MeasuredOut(count=len(items), items=items)


@router.get(
    "/reports/targets/course", operation_id="getTargetsCourse", summary="This year's course"
)
def gone(_: ReadsTargets, work: CurrentWork, service: CurrentService) -> YearCourse:
    """Return each indicator at 31 March, at the ends of the quarters since, and today."""
    world = service.worlds.world(work, also=targets.in_care_this_year(work))
    return targets.course(work, world)


@router.get(
    "/reports/spending",
    operation_id="getSpending",
    summary="Spending beside the budgets",
    responses=documented(422),
)
def spent(
    _: Annotated[Actor, Depends(allowed(Permission.READ_BUDGETS))],
    work: CurrentWork,
    period: Annotated[
        Period, Query(description="What began in it is new; the year is the financial year.")
    ] = Period.MONTH,
) -> SpendingOut:
    """Return what is chosen, began and is lived in a week, by route, beside each budget."""
    since = period.began(work.today)
    items = tuple(spending.spending(work, since=since))
    return SpendingOut(count=len(items), since=since, items=items)


@router.get("/reports/unmet", operation_id="getUnmet", summary="What searches did not find")
def unmet(_: ReadsTargets, work: CurrentWork) -> UnmetOut:
    """Return tiers that led to nothing, by reason."""
    items = tuple(queues.unmet(work))
    return UnmetOut(count=len(items), items=items)


@router.get("/reports/sectors", operation_id="getSectorMix", summary="Own and bought placements")
def sectors(_: ReadsTargets, work: CurrentWork) -> MixOut:
    """Return how many placements are the council's own, how many bought, and their cost."""
    items = tuple(queues.sector_mix(work))
    return MixOut(count=len(items), items=items)


@router.get(
    "/exports/ssda903/faults",
    operation_id="getReturnFaults",
    summary="What the SSDA903 return of a year lacks",
    responses=documented(422),
)
def faults(_: Exports, work: CurrentWork, year: Year) -> Faults:
    """Return what only somebody who knows the children can add."""
    return make_return(work, year).faults


@router.get(
    "/exports/ssda903",
    operation_id="exportReturn",
    summary="The SSDA903 return of a year",
    response_class=Response,
    responses={
        200: {"content": {"application/zip": {}}, "description": "CSV files, zipped."},
        **documented(422),
    },
)
def ssda903(_: Exports, work: CurrentWork, year: Year) -> Response:
    """Return header, episodes, reviews and UASC as CSV files, zipped."""
    made = make_return(work, year)
    work.note("export.ssda903", child_ids=made.children, details={"year": year})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in made.files.items():
            archive.writestr(name, text)
    return attached(packed.getvalue(), "application/zip", f"ssda903-{year}.zip")


@router.post("/day", operation_id="passTheDay", summary="Do what follows from a day's passing")
def day(_: Corrects, work: CurrentWork) -> DayDone:
    """Let offers lapse, let beds go that were kept too long, open what birthdays bring.

    Workers do so by themselves once a day; doing it again does nothing more.
    """
    return daily.pass_the_day(work)
