"""Vacancies: which homes have beds free on a day, and how sure that is."""

from datetime import date
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.capacity.beds import Vacancy, Wanted, vacancies_after
from api.problems import documented
from api.records.actor import Actor, Permission
from api.routes.answers import PageOut
from api.routes.dependencies import CurrentWork, Paging, allowed
from api.routes.units import ServiceRoute
from api.storage.paging import read_cursor, write_cursor
from matcher.domain.agreement import Route
from matcher.domain.home import Grade, Setting
from matcher.domain.placement import HoldKind
from matcher.domain.record import Identifier
from matcher.geography.spelling import outcode_of

router = APIRouter(
    prefix="/v1/vacancies",
    tags=["homes"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

Reads = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]


class VacancyOut(BaseModel):
    """What is free in a home on a day."""

    home_id: Identifier
    provider_id: Identifier
    setting: Setting
    area: str | None = Field(description="The first half of the postcode.")
    grade: Grade | None
    day: date
    beds_usable: int
    beds_taken: int = Field(description="By placements, residents and reservations.")
    beds_free: int = Field(description="None while a hold stands or before it opens.")
    next_free_on: date | None = Field(description="Null where nobody knows.")
    confirmed_on: date | None = Field(description="When the provider last confirmed.")
    confirmed_days_ago: int | None
    emergency_only: bool
    holds: tuple[HoldKind, ...]
    routes: tuple[Route, ...] = Field(description="Of its agreements in force on the day.")
    version: int = Field(ge=1, description="Of the home: goes into If-Match to confirm.")


def _out(each: Vacancy) -> VacancyOut:
    home = each.home.record
    return VacancyOut(
        home_id=home.home_id,
        provider_id=home.provider_id,
        setting=home.setting,
        area=outcode_of(home.postcode),
        grade=home.grade,
        day=each.day,
        beds_usable=home.beds_usable,
        beds_taken=each.beds_taken,
        beds_free=each.beds_free,
        next_free_on=each.next_free_on,
        confirmed_on=home.vacancy_confirmed_on,
        confirmed_days_ago=each.confirmed_days_ago,
        emergency_only=home.emergency_only,
        holds=each.holds,
        routes=each.routes,
        version=each.home.version,
    )


@router.get(
    "", operation_id="listVacancies", summary="Look for free beds", responses=documented(422)
)
def list_vacancies(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    setting: Annotated[list[Setting] | None, Query(max_length=14)] = None,
    provider_id: Annotated[Identifier | None, Query()] = None,
    area: Annotated[
        str | None,
        Query(pattern=r"^[A-Za-z]{1,2}[0-9]{0,2}[A-Za-z]?$", description="Such as HP or HP13."),
    ] = None,
    route: Annotated[
        Route | None, Query(description="Bought by an agreement of this kind.")
    ] = None,
    day: Annotated[date | None, Query(description="Today unless given.")] = None,
    beds_free: Annotated[int, Query(ge=0, le=100, description="At least so many.")] = 1,
    confirmed_within_days: Annotated[int | None, Query(ge=0, le=3650)] = None,
) -> PageOut[VacancyOut]:
    """Return homes with beds free on a day, by identifier, a page at a time."""
    wanted = Wanted(
        settings=tuple(setting or ()),
        provider_id=provider_id,
        area=area,
        route=route,
        day=day,
        beds_free=beds_free,
        confirmed_within_days=confirmed_within_days,
    )
    question = "vacancies"
    after = "" if paging.after is None else read_cursor(paging.after, question, None)[1]
    rest = list(islice(vacancies_after(work, wanted, after), paging.limit + 1))
    items = tuple(_out(each) for each in rest[: paging.limit])
    more = len(rest) > paging.limit
    return PageOut[VacancyOut](
        items=items, next=write_cursor(question, None, items[-1].home_id) if more else None
    )
