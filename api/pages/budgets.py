"""Budgets for new placements, beside what was chosen and what began."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.capacity.register import keep, take_out
from api.casework.spending import Period, spending
from api.errors import ConflictError, InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import text_in, version_in
from api.pages.names import names_of
from api.pages.picking import needed, pence_in
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.capacity import BudgetLine
from api.records.care_placement import LIVED_IN, CarePlacement
from api.records.identity import new_id
from api.storage.filters import AtLeast
from api.storage.history import history_of
from api.storage.work import Work
from matcher.domain.agreement import Budget, Route

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_BUDGETS))]
MAY_WRITE = Annotated[Actor, Depends(allowed(Permission.WRITE_BUDGETS))]
Since = Annotated[str, Query(max_length=20)]
ALL = "all"
"""Stands for every route together."""


@router.get("/budgets")
def budgets(
    actor: MAY_READ, request: Request, work: CurrentWork, period: Since = Period.MONTH.value
) -> Response:
    """Show what new placements cost, by route, beside the budgets."""
    picked = _period(period)
    since = picked.began(work.today)
    return render(
        request,
        "budgets/list.html",
        actor=actor,
        lines=spending(work, since=since),
        periods=Period,
        period=picked,
        since=since,
        may_write=actor.may(Permission.WRITE_BUDGETS),
    )


@router.get("/budgets/started")
def started(
    actor: MAY_READ,
    request: Request,
    work: CurrentWork,
    period: Since = Period.MONTH.value,
    route: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """List the placements that began in a period, by a route or by all."""
    picked = _period(period)
    by = next((each for each in Route if each.value == route), None)
    stays = [
        held.record
        for held in work.find(
            CarePlacement, state=LIVED_IN, started_on=AtLeast(picked.began(work.today))
        )
        if by is None or held.record.route is by
    ]
    children = sorted(stay.child_id for stay in stays)
    work.read(*children, why="placements behind a budget")
    return render(
        request,
        "budgets/started.html",
        actor=actor,
        stays=sorted(stays, key=lambda each: (each.started_on, each.child_id), reverse=True),
        names=names_of(work, children),
        period=picked,
        route=by,
    )


@router.get("/budgets/new")
def new(
    actor: MAY_WRITE,
    request: Request,
    work: CurrentWork,
    route: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Ask for a budget."""
    return _form(request, work, actor, None, typed={"route": route})


@router.post("/budgets/new")
def add(actor: MAY_WRITE, request: Request, work: CurrentWork, form: Form) -> Response:
    """Store a new budget."""
    try:
        picked = str(form.get("route", ""))
        route = next((each for each in Route if each.value == picked), None)
        if route is None and picked != ALL:
            raise InvalidError("Choose what it is for.", field="route")
        line = BudgetLine(
            budget_id=new_id("BU", work.at),
            budget=Budget(route=route, weekly_pence=_amount(form)),
        )
        keep(work, line, expected=0, reason=text_in(form, "reason") or "")
    except InvalidError as error:
        return _form(request, work, actor, None, typed=dict(form), wrong=error)
    return see_other("/budgets")


@router.get("/budgets/{budget_id}")
def budget(actor: MAY_WRITE, request: Request, work: CurrentWork, budget_id: str) -> Response:
    """Show a budget, to change it or to take it out."""
    return _form(request, work, actor, budget_id, typed={})


@router.post("/budgets/{budget_id}")
def change(
    actor: MAY_WRITE, request: Request, work: CurrentWork, budget_id: str, form: Form
) -> Response:
    """Store how much it is now, or take it out; its history stays."""
    try:
        reason = needed(text_in(form, "reason"), "reason", "Say why, for the record.")
        version = version_in(form)
        if form.get("do") == "remove":
            take_out(work, BudgetLine, budget_id, expected=version, reason=reason)
        else:
            held = work.get(BudgetLine, budget_id).record
            changed = held.replace(budget=held.budget.replace(weekly_pence=_amount(form)))
            keep(work, changed, expected=version, reason=reason)
    except (InvalidError, ConflictError, StaleError) as error:
        return _form(request, work, actor, budget_id, typed=dict(form), wrong=error)
    return see_other("/budgets")


def _period(text: str) -> Period:
    return next((each for each in Period if each.value == text), Period.MONTH)


def _amount(form: Form) -> int:
    return needed(pence_in(form, "weekly"), "weekly", "Enter how much a week; 0 for nothing.")


def _form(
    request: Request,
    work: Work,
    actor: Actor,
    budget_id: str | None,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    held = None if budget_id is None else work.get(BudgetLine, budget_id)
    if held is not None and not typed:
        typed = {"weekly": f"{held.record.budget.weekly_pence / 100:.2f}".removesuffix(".00")}
    return render(
        request,
        "budgets/form.html",
        status=200 if wrong is None else 422,
        actor=actor,
        budget=None if held is None else held.record,
        version=None if held is None else held.version,
        routes=[(ALL, "All routes together"), *((each.value, each.label) for each in Route)],
        history=[] if budget_id is None else history_of(work, BudgetLine, budget_id)[::-1],
        typed=typed,
        wrong=wrong,
    )
