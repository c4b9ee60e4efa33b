"""Vacancies, and one home: what is free, who lives there, holds, its history."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.capacity.beds import BedTime, Wanted, bed_times, confirm_vacancy, vacancies, vacancy_of
from api.capacity.holding import effect, lift_hold, place_hold
from api.errors import InvalidError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.names import names_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.capacity import Booking
from api.records.care_placement import CarePlacement
from api.storage.history import history_of
from api.storage.work import Work
from matcher.domain.agreement import Agreement, Provider, Route
from matcher.domain.home import Home, Setting
from matcher.domain.placement import Hold, HoldKind, HoldScope, Resident

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]
MAY_HOLD = Annotated[Actor, Depends(allowed(Permission.PLACE_HOLDS))]
MAY_LIFT = Annotated[Actor, Depends(allowed(Permission.LIFT_HOLDS))]
MAY_CONFIRM = Annotated[Actor, Depends(allowed(Permission.CONFIRM_VACANCIES))]
OLD_AFTER_DAYS = 14
"""From so many days on a vacancy's confirmation is shown as old."""
TIMELINE_WEEKS = 12
A_PAGE = 50
BY_HAND = tuple(kind for kind in HoldKind if kind is not HoldKind.RESERVED)
"""Holds that somebody places; a reservation follows from a choice."""


@router.get("/vacancies")
def vacancy_list(
    actor: MAY_READ,
    request: Request,
    work: CurrentWork,
    setting: Annotated[str, Query(max_length=40)] = "",
    route: Annotated[str, Query(max_length=40)] = "",
    area: Annotated[str, Query(max_length=8)] = "",
    beds: Annotated[int, Query(ge=0, le=20)] = 1,
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """List homes with free beds, and how long ago that was confirmed."""
    # A bed in a hospital or for short breaks is no vacancy for a child who waits.
    settings = tuple(
        each for each in Setting if each.offered and setting in ("", each.value)
    ) or tuple(each for each in Setting if each.value == setting)
    found = vacancies(
        work,
        Wanted(
            settings=settings,
            route=next((each for each in Route if each.value == route), None),
            area=area.strip() or None,
            beds_free=beds or None,
        ),
    )
    found.sort(key=lambda each: (-each.beds_free, each.home.record.home_id))
    return render(
        request,
        "homes/vacancies.html",
        actor=actor,
        found=found[start : start + A_PAGE],
        total=len(found),
        free=sum(each.beds_free for each in found),
        settings=[each for each in Setting if each.offered],
        routes=Route,
        setting=setting,
        route=route,
        area=area,
        beds=beds,
        start=start,
        a_page=A_PAGE,
        old_after=OLD_AFTER_DAYS,
        may_write=actor.may(Permission.WRITE_HOMES),
    )


@router.get("/homes/{home_id}")
def home(actor: MAY_READ, request: Request, work: CurrentWork, home_id: str) -> Response:
    """Show a home: what is free, who lives there, what stands against it."""
    return _home(request, work, actor, home_id)


@router.post("/homes/{home_id}/confirmation")
def confirm(
    actor: MAY_CONFIRM, request: Request, work: CurrentWork, home_id: str, form: Form
) -> Response:
    """Record that the provider has confirmed today what is free."""
    record = work.get(Home, home_id).record
    confirm_vacancy(
        work,
        home_id,
        confirmed_on=work.today,
        beds_usable=None,
        available_from=record.available_from,
        expected=version_in(form),
        reason="confirmed by the provider",
    )
    return see_other(f"/homes/{home_id}")


@router.post("/homes/{home_id}/holds")
def hold(
    actor: MAY_HOLD, request: Request, work: CurrentWork, home_id: str, form: Form
) -> Response:
    """Put a hold on a home, at once; then show who lives there."""
    work.get(Home, home_id)
    kind = next((each for each in BY_HAND if each.value == form.get("kind")), None)
    reason = text_in(form, "reason")
    try:
        until = day_in(form, "until")
        if kind is None:
            raise InvalidError("Choose why nobody may be placed.", field="kind")
        if reason is None:
            raise InvalidError("Say why, for whoever reads it later.", field="reason")
        place_hold(
            work,
            scope=HoldScope.HOME,
            target_id=home_id,
            kind=kind,
            starts=work.today,
            until=until,
            reason=reason,
        )
    except InvalidError as error:
        return _home(request, work, actor, home_id, wrong=error, typed=form)
    return see_other(f"/homes/{home_id}#holds")


@router.post("/homes/{home_id}/holds/{hold_id}/lifting")
def lift(
    actor: MAY_LIFT, request: Request, work: CurrentWork, home_id: str, hold_id: str, form: Form
) -> Response:
    """Lift a hold."""
    reason = text_in(form, "reason")
    if reason is None:
        wrong = InvalidError("Say why the hold is lifted.", field=f"lift-{hold_id}")
        return _home(request, work, actor, home_id, wrong=wrong, typed=form)
    lift_hold(work, hold_id, expected=version_in(form), reason=reason)
    return see_other(f"/homes/{home_id}#holds")


def _home(
    request: Request,
    work: Work,
    actor: Actor,
    home_id: str,
    *,
    wrong: InvalidError | None = None,
    typed: Form | None = None,
) -> Response:
    held = work.get(Home, home_id)
    record = held.record
    until = work.today + timedelta(weeks=TIMELINE_WEEKS)
    beds = bed_times(work, home_id, starts=work.today, until=until)
    targets = (home_id, record.provider_id)
    holds = work.find(Hold, target_id=targets)
    effects = {each.record.hold_id: effect(work, each.record) for each in holds}
    stays = [
        each.record
        for each in work.find(CarePlacement, home_id=home_id)
        if each.record.state.lived_in
    ]
    booked = {each.child_id for bed in beds for each in bed.bookings if each.child_id}
    children = {each.child_id for each in stays} | booked | record.connected_to
    work.read(*sorted(children), why=f"looked at home {home_id}")
    return render(
        request,
        "homes/home.html",
        status=200 if wrong is None else 422,
        actor=actor,
        home=record,
        version=held.version,
        provider=work.get(Provider, record.provider_id).record,
        agreements=[work.get(Agreement, each).record for each in record.agreement_ids],
        vacancy=vacancy_of(work, home_id),
        beds=beds,
        weeks=[work.today + timedelta(weeks=week) for week in range(TIMELINE_WEEKS)],
        taken=_taken,
        holds=holds,
        effects=effects,
        stays=stays,
        residents=[each.record for each in work.find(Resident, home_id=home_id)],
        names=names_of(work, children),
        history=history_of(work, Home, home_id)[::-1],
        kinds=BY_HAND,
        old_after=OLD_AFTER_DAYS,
        may_confirm=actor.may(Permission.CONFIRM_VACANCIES),
        may_hold=actor.may(Permission.PLACE_HOLDS),
        may_write=actor.may(Permission.WRITE_HOMES),
        may_lift=actor.may(Permission.LIFT_HOLDS),
        wrong=wrong,
        typed=typed or {},
    )


def _taken(bed: BedTime, week: date) -> Booking | None:
    """Return what a bed is booked for in the week that begins on a day."""
    last = week + timedelta(days=6)
    for booking in bed.bookings:
        if booking.starts <= last and (booking.ends is None or booking.ends > week):
            return booking
    return None
