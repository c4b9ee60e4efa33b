"""Homes: what they are, whom they may take, when their beds are free."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.capacity.beds import bed_times, confirm_vacancy
from api.capacity.register import keep, take_out
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.capacity import BookingPurpose
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, IfMatchOrNew, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf, known, listed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, ReasonNeeded, check_same_id, stored
from matcher.domain.home import Home, Setting
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/homes", tags=["homes"], route_class=ServiceRoute, responses=documented(401, 403)
)

LOOKED_AT = timedelta(days=90)
HomeId = Annotated[Identifier, Path(examples=["H-0001"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_HOMES))]
Confirms = Annotated[Actor, Depends(allowed(Permission.CONFIRM_VACANCIES))]

EXAMPLE: dict[str, Any] = {
    "home_id": "H-0001",
    "setting": "foster",
    "provider_id": "P-001",
    "postcode": "HP11 2QW",
    "terms": {"age_from": 0, "age_to": 17, "number": 2},
    "registered": True,
    "beds_approved": 2,
    "beds_usable": 2,
    "agreement_ids": [],
    "vacancy_confirmed_on": "2026-03-01",
}


class VacancyIn(BaseModel):
    """What a provider has said is free."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"confirmed_on": "2026-03-02", "beds_usable": 2}]},
    )

    confirmed_on: date = Field(description="When the provider said so: today or before.")
    beds_usable: Annotated[int, Field(ge=0, le=100)] | None = Field(
        None, description="Beds that can be used now; null leaves it."
    )
    available_from: date | None = Field(
        None, description="First day on which a free bed can be used; null means now."
    )


class TakenOut(BaseModel):
    """A time for which a bed is taken."""

    booking_id: Identifier
    starts: date
    ends: date | None = Field(description="The day on which the bed is free again.")
    purpose: BookingPurpose
    child_id: Identifier | None = Field(description="Null for others, and for who may not know.")
    resident_id: Identifier | None
    over_terms: bool


class BedOut(BaseModel):
    """One bed, and when it is taken."""

    bed: int
    beyond: bool = Field(description="Beyond the beds that the home has.")
    taken: tuple[TakenOut, ...]


class BedsOut(BaseModel):
    """The beds of a home from one day to another."""

    home_id: Identifier
    starts: date
    until: date
    beds: tuple[BedOut, ...]


@router.get("", operation_id="listHomes", summary="List homes", responses=documented(422))
def homes(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    setting: Annotated[list[Setting] | None, Query(max_length=14)] = None,
    provider_id: Annotated[Identifier | None, Query()] = None,
) -> PageOut[HeldOut[Home]]:
    """Return homes, a page at a time. `/v1/vacancies` looks for free beds."""
    wanted: dict[str, Any] = {}
    if setting:
        wanted["setting"] = tuple(each.value for each in setting)
    if provider_id is not None:
        wanted["provider_id"] = provider_id
    return listed(work, Home, paging, **wanted)


@router.get(
    "/{home_id}", operation_id="getHome", summary="Read a home", responses=documented(404, 422)
)
def home(
    _: Reads, home_id: HomeId, work: CurrentWork, response: Response, as_of: AsOf = None
) -> HeldOut[Home]:
    """Return a home, as it is or as it was known at a moment."""
    return HeldOut[Home].of(known(work, Home, home_id, as_of), response)


@router.put(
    "/{home_id}",
    operation_id="putHome",
    summary="Store a home",
    responses={
        201: {"model": HeldOut[Home], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put(
    _: Writes,
    home_id: HomeId,
    sent: Annotated[Home, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[Home]:
    """Store a new one with `If-None-Match: *`, or change the version in `If-Match`."""
    check_same_id(home_id, sent)
    held = keep(work, sent, expected=version, reason=reason)
    return stored(held, Home, version, response)


@router.delete(
    "/{home_id}",
    status_code=204,
    operation_id="deleteHome",
    summary="Take out a home",
    responses=documented(404, 409, 412, 422, 428),
)
def delete(
    _: Writes, home_id: HomeId, version: IfMatch, reason: ReasonNeeded, work: CurrentWork
) -> None:
    """Take out a home that nothing else names; its history stays."""
    take_out(work, Home, home_id, expected=version, reason=reason)


@router.get(
    "/{home_id}/history",
    operation_id="getHomeHistory",
    summary="Every version of a home",
    responses=documented(404, 422),
)
def home_history(_: Reads, home_id: HomeId, work: CurrentWork) -> HistoryOut[Home]:
    """Return who changed it when and why, the first version first."""
    return history(work, Home, home_id)


@router.put(
    "/{home_id}/vacancy",
    operation_id="confirmVacancy",
    summary="Confirm what is free in a home",
    responses=documented(404, 412, 422, 428),
)
def vacancy(
    _: Confirms,
    home_id: HomeId,
    sent: VacancyIn,
    version: IfMatch,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[Home]:
    """Record what the provider has said and when; an old vacancy is shown as to check."""
    held = confirm_vacancy(
        work,
        home_id,
        confirmed_on=sent.confirmed_on,
        beds_usable=sent.beds_usable,
        available_from=sent.available_from,
        expected=version,
        reason=reason,
    )
    return HeldOut[Home].of(held, response)


@router.get(
    "/{home_id}/beds",
    operation_id="getBeds",
    summary="When each bed of a home is taken",
    responses=documented(404, 422),
)
def beds(
    actor: Reads,
    home_id: HomeId,
    work: CurrentWork,
    starts: Annotated[
        date | None, Query(alias="from", description="First day; today unless given.")
    ] = None,
    until: Annotated[
        date | None, Query(alias="to", description="Last day; 90 days later unless given.")
    ] = None,
) -> BedsOut:
    """Return each bed with what it is booked for, by placements, residents and reservations."""
    starts = starts or work.today
    until = until or starts + LOOKED_AT
    found = bed_times(work, home_id, starts=starts, until=until)
    named = actor.may(Permission.READ_CHILDREN)
    if named:
        whose = {each.child_id for bed in found for each in bed.bookings if each.child_id}
        work.read(*whose, why="beds of a home")
    return BedsOut(
        home_id=home_id,
        starts=starts,
        until=until,
        beds=tuple(
            BedOut(
                bed=bed.bed,
                beyond=bed.beyond,
                taken=tuple(
                    TakenOut(
                        booking_id=each.booking_id,
                        starts=each.starts,
                        ends=each.ends,
                        purpose=each.purpose,
                        child_id=each.child_id if named else None,
                        resident_id=each.resident_id,
                        over_terms=each.over_terms,
                    )
                    for each in bed.bookings
                ),
            )
            for bed in found
        ),
    )
