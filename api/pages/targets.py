"""Targets: each indicator against its aim and this year's course, and the yearly review."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.casework.keeping import keep
from api.casework.targets import Measured, YearCourse, course, in_care_this_year, measured
from api.errors import InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import text_in, version_in
from api.pages.picking import built, needed, whole_in
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.assurance import Target
from api.records.identity import new_id
from api.routes.dependencies import CurrentService
from api.service import Service
from api.storage.history import history_of
from api.storage.work import Work
from matcher.domain.codes import collection_year
from scenarios.charts.chart import Chart, Scale
from scenarios.charts.lines import Line, time_series

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_TARGETS))]
MAY_WRITE = Annotated[Actor, Depends(allowed(Permission.WRITE_TARGETS))]
INDICATORS = {
    "near_home_of_all": "Within 20 miles of home, of all placed",
    "near_home_of_known": "Within 20 miles of home, where the distance is known",
    "near_home_of_applicable": "Within 20 miles of home, where it applies",
    "far_and_outside": "More than 20 miles away and outside our area",
    "in_area": "In our own area",
    "siblings_together": "Sibling groups together",
    "spot": "Bought on the spot",
    "ended_by_a_move": "Placements that ended by a move, of all that ended in a year",
    "emergency_referrals": "Referrals in a hurry, of all",
    "unknown_distance": "Distance from home not known",
    "away_for_safety": "Away for their safety",
    "away_for_safety_far": "Of those away for safety: more than 20 miles",
}
"""Every indicator that is measured here, in per cent."""


@router.get("/targets")
def targets(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """Show each target against what is so now, and this year's course."""
    found, gone = _measured(work, service)
    due = [each for each in found if each.review_due]
    return render(
        request,
        "targets/list.html",
        actor=actor,
        targets=sorted(found, key=lambda each: (each.year, _label(each.indicator))),
        met=sum(each.met is True for each in found),
        judged=sum(each.met is not None for each in found),
        due=due,
        course=gone,
        labels=INDICATORS,
        may_write=actor.may(Permission.WRITE_TARGETS),
    )


@router.get("/targets/new")
def new(
    actor: MAY_WRITE,
    request: Request,
    work: CurrentWork,
    like: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Ask for a target; next year's begins from this year's."""
    typed: dict[str, Any] = {"year": collection_year(work.today)}
    if like is not None:
        typed = _as_typed(work.get(Target, like).record)
        typed["year"] = typed["year"] + 1
    return _new(request, work, actor, typed=typed)


@router.post("/targets/new")
def add(actor: MAY_WRITE, request: Request, work: CurrentWork, form: Form) -> Response:
    """Store a target."""
    try:
        indicator = str(form.get("indicator", ""))
        if indicator not in INDICATORS:
            raise InvalidError("Choose what is measured.", field="indicator")
        year = needed(
            whole_in(form, "year", 2000, 2100),
            "year",
            "Enter the year in which it ends, such as 2027.",
        )
        if any(held.record.year == year for held in work.find(Target, indicator=indicator)):
            raise InvalidError(f"There is a target for {year}. Change that one.", field="year")
        made = built(
            Target,
            otherwise="indicator",
            target_id=new_id("TG", work.at),
            indicator=indicator,
            year=year,
            reviewed_on=work.today,
            **_aim(form),
        )
        keep(work, made, expected=0, reason=text_in(form, "reason") or "")
    except InvalidError as error:
        return _new(request, work, actor, typed=dict(form), wrong=error)
    return see_other("/targets")


@router.get("/targets/{target_id}")
def target(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService, target_id: str
) -> Response:
    """Show a target with this year's course, and ask for its review."""
    return _target(request, work, service, actor, target_id)


@router.post("/targets/{target_id}")
def review(
    actor: MAY_WRITE,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    target_id: str,
    form: Form,
) -> Response:
    """Record a review: the aim as it is from now on, and why."""
    try:
        reason = needed(text_in(form, "reason"), "reason", "Say what the review found.")
        held = work.get(Target, target_id)
        reviewed = held.record.replace(reviewed_on=work.today, **_aim(form))
        keep(work, reviewed, expected=version_in(form), reason=reason)
    except (InvalidError, StaleError) as error:
        return _target(request, work, service, actor, target_id, wrong=error, typed=dict(form))
    return see_other("/targets")


def _aim(form: Form) -> dict[str, Any]:
    text = (text_in(form, "aim") or "").removesuffix("%").strip()
    try:
        aim = float(text)
    except ValueError:
        aim = -1.0
    if not 0 <= aim <= 100:
        raise InvalidError("Enter what is aimed at, in per cent from 0 to 100.", field="aim")
    way = form.get("higher_is_better")
    if way not in ("yes", "no"):
        raise InvalidError("Choose which way is better.", field="higher_is_better")
    return {"aim": round(aim, 1), "higher_is_better": way == "yes"}


def _as_typed(target: Target) -> dict[str, Any]:
    return {
        "indicator": target.indicator,
        "year": target.year,
        "aim": f"{target.aim:g}",
        "higher_is_better": "yes" if target.higher_is_better else "no",
    }


def _label(indicator: str) -> str:
    return INDICATORS.get(indicator, indicator.replace("_", " ").capitalize())


def _measured(work: Work, service: Service) -> tuple[list[Measured], YearCourse]:
    world = service.worlds.world(work, also=in_care_this_year(work))
    return measured(work, world), course(work, world)


def _new(
    request: Request,
    work: Work,
    actor: Actor,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    return render(
        request,
        "targets/new.html",
        status=200 if wrong is None else 422,
        actor=actor,
        indicators=list(INDICATORS.items()),
        typed=typed,
        wrong=wrong,
    )


def _target(
    request: Request,
    work: Work,
    service: Service,
    actor: Actor,
    target_id: str,
    *,
    wrong: ServiceError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    held = work.get(Target, target_id)
    record = held.record
    found, gone = _measured(work, service)
    now = next((each for each in found if each.target_id == target_id), None)
    return render(
        request,
        "targets/target.html",
        status=200 if wrong is None else 422,
        actor=actor,
        target=record,
        version=held.version,
        label=_label(record.indicator),
        measure=now,
        chart=_chart(record, gone),
        history=history_of(work, Target, target_id)[::-1],
        may_write=actor.may(Permission.WRITE_TARGETS),
        typed=typed or _as_typed(record),
        wrong=wrong,
    )


def _chart(target: Target, gone: YearCourse) -> Chart | None:
    figures = gone.figures.get(target.indicator)
    if figures is None:
        return None
    label = _label(target.indicator)
    return time_series(
        "course",
        title="This year’s course",
        sentence=f"{label}: at the ends of the quarters since 31 March, and today.",
        times=[f"{day.day} {day:%b}" for day in gone.days],
        lines=[
            Line(label, figures),
            Line("The aim", (target.aim,) * len(figures), is_reference=True),
        ],
        scale=Scale.PER_CENT,
        note="Made from the placements that are recorded, with children and homes as they are "
        "recorded now. Who left before the records began is not in it.",
    )
