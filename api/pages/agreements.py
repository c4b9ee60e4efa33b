"""What is agreed with providers: which homes, at what price, how long, and what is used of it."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.capacity.register import keep, take_out
from api.casework.spending import used
from api.errors import ConflictError, InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.names import names_of
from api.pages.picking import built, identifier_in, needed, one_of, pence_in, whole_in
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.care_placement import LIVED_IN, CarePlacement
from api.storage.history import history_of
from api.storage.work import Work
from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.home import Home

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_AGREEMENTS))]
MAY_WRITE = Annotated[Actor, Depends(allowed(Permission.WRITE_AGREEMENTS))]
SHOWN = {"now": "In force", "ending": "End within 90 days", "over": "Over", "all": "All"}
ENDING = timedelta(days=90)
MORE_FEES = 3
"""Empty rows of the fee table."""
MOST_FEES = 60


@router.get("/agreements")
def agreements(
    actor: MAY_READ,
    request: Request,
    work: CurrentWork,
    show: Annotated[str, Query(max_length=20)] = "now",
    route: Annotated[str, Query(max_length=40)] = "",
    provider: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """List agreements, with what is bought under each now."""
    show = show if show in SHOWN else "now"
    everything = [held.record for held in work.find(Agreement)]
    wanted = provider.strip().lower()
    found = [
        each
        for each in everything
        if (not route or each.route.value == route)
        and (not wanted or wanted in f"{each.provider_id} {each.agreement_id}".lower())
    ]
    counts = {kind: sum(_is(each, kind, work) for each in found) for kind in SHOWN}
    found = [each for each in found if _is(each, show, work)]
    order = list(Route)
    found.sort(key=lambda each: (order.index(each.route), each.tier or 0, each.agreement_id))
    return render(
        request,
        "agreements/list.html",
        actor=actor,
        agreements=found,
        used=used(work, found),
        counts=counts,
        shown=SHOWN,
        show=show,
        routes=Route,
        route=route,
        provider=provider,
        ending=work.today + ENDING,
        may_write=actor.may(Permission.WRITE_AGREEMENTS),
    )


def _is(agreement: Agreement, kind: str, work: Work) -> bool:
    over = agreement.ends is not None and agreement.ends < work.today
    match kind:
        case "now":
            return agreement.in_force(work.today)
        case "over":
            return over
        case "ending":
            ends = agreement.ends
            return ends is not None and not over and ends <= work.today + ENDING
        case _:
            return True


@router.get("/agreements/new")
def new(actor: MAY_WRITE, request: Request, work: CurrentWork) -> Response:
    """Ask what was agreed."""
    return _form(request, work, actor, None, typed={})


@router.post("/agreements/new")
def add(actor: MAY_WRITE, request: Request, work: CurrentWork, form: Form) -> Response:
    """Store a new agreement."""
    try:
        agreement_id = identifier_in(form, "agreement_id", "Enter the agreement’s number or name.")
        if work.maybe(Agreement, agreement_id) is not None:
            raise InvalidError("There is an agreement of that name.", field="agreement_id")
        made = _agreed(form, agreement_id)
        keep(work, made, expected=0, reason=text_in(form, "reason") or "")
    except ServiceError as error:
        return _form(request, work, actor, None, typed=dict(form), wrong=error)
    return see_other(f"/agreements/{agreement_id}")


@router.get("/agreements/{agreement_id}")
def agreement(actor: MAY_READ, request: Request, work: CurrentWork, agreement_id: str) -> Response:
    """Show an agreement: what was agreed, which homes stand under it, who lives there."""
    return _agreement(request, work, actor, agreement_id)


@router.get("/agreements/{agreement_id}/edit")
def edit(actor: MAY_WRITE, request: Request, work: CurrentWork, agreement_id: str) -> Response:
    """Ask what is agreed now."""
    return _form(request, work, actor, agreement_id, typed={})


@router.post("/agreements/{agreement_id}/edit")
def change(
    actor: MAY_WRITE, request: Request, work: CurrentWork, agreement_id: str, form: Form
) -> Response:
    """Store what is agreed now."""
    try:
        made = _agreed(form, agreement_id)
        keep(work, made, expected=version_in(form), reason=text_in(form, "reason") or "")
    except (InvalidError, ConflictError, StaleError) as error:
        return _form(request, work, actor, agreement_id, typed=dict(form), wrong=error)
    return see_other(f"/agreements/{agreement_id}")


@router.post("/agreements/{agreement_id}/removal")
def remove(
    actor: MAY_WRITE, request: Request, work: CurrentWork, agreement_id: str, form: Form
) -> Response:
    """Take out an agreement that was recorded by mistake; its history stays."""
    try:
        reason = needed(text_in(form, "reason"), "reason", "Say why it is taken out.")
        take_out(work, Agreement, agreement_id, expected=version_in(form), reason=reason)
    except (InvalidError, ConflictError) as error:
        return _agreement(request, work, actor, agreement_id, wrong=error, typed=dict(form))
    return see_other("/agreements")


def _agreed(form: Form, agreement_id: str) -> Agreement:
    route = one_of(form, "route", Route, "Choose how homes are bought under it.")
    provider_id = needed(text_in(form, "provider_id"), "provider_id", "Choose the provider.")
    share = whole_in(form, "share_percent", 0, 100)
    return built(
        Agreement,
        otherwise="route",
        agreement_id=agreement_id,
        provider_id=provider_id,
        route=route,
        tier=whole_in(form, "tier", 1, 9),
        starts=day_in(form, "starts"),
        ends=day_in(form, "ends"),
        fees=_fees(form),
        sibling_discount_percent=whole_in(form, "sibling_discount_percent", 0, 100) or 0,
        solo_extra_pence=pence_in(form, "solo_extra") or 0,
        parent_and_child_extra_pence=pence_in(form, "parent_and_child_extra") or 0,
        block_beds=whole_in(form, "block_beds", 0, 500) or 0,
        block_weekly_pence=pence_in(form, "block_weekly") or 0,
        share_percent=100 if share is None else share,
    )


def _fees(form: Form) -> tuple[Fee, ...]:
    """Return the rows of the fee table in which there is a fee."""
    found = []
    for row in range(MOST_FEES):
        fee = pence_in(form, f"fee-{row}")
        if fee is None:
            continue
        given = {
            name: whole_in(form, f"{name}-{row}", low, high)
            for name, low, high in (
                ("age_from", 0, 25),
                ("age_to", 0, 25),
                ("need_from", 0, 4),
                ("need_to", 0, 4),
            )
        }
        known = {name: value for name, value in given.items() if value is not None}
        found.append(built(Fee, otherwise=f"fee-{row}", weekly_fee_pence=fee, **known))
    return tuple(found)


def _as_typed(agreement: Agreement) -> dict[str, Any]:
    """Return an agreement as it stands in the fields of the form."""
    typed: dict[str, Any] = {
        "provider_id": agreement.provider_id,
        "route": agreement.route.value,
        "tier": agreement.tier or "",
        "sibling_discount_percent": agreement.sibling_discount_percent,
        "solo_extra": _pounds(agreement.solo_extra_pence),
        "parent_and_child_extra": _pounds(agreement.parent_and_child_extra_pence),
        "block_beds": agreement.block_beds,
        "block_weekly": _pounds(agreement.block_weekly_pence),
        "share_percent": agreement.share_percent,
    }
    for name in ("starts", "ends"):
        day = getattr(agreement, name)
        if day is not None:
            typed |= {f"{name}-{part}": getattr(day, part) for part in ("day", "month", "year")}
    by_age = sorted(agreement.fees, key=lambda each: (each.age_from, each.need_from))
    for row, fee in enumerate(by_age):
        typed |= {
            f"{name}-{row}": getattr(fee, name)
            for name in ("age_from", "age_to", "need_from", "need_to")
        }
        typed[f"fee-{row}"] = _pounds(fee.weekly_fee_pence)
    return typed


def _pounds(pence: int) -> str:
    return f"{pence // 100}" if pence % 100 == 0 else f"{pence / 100:.2f}"


def _form(
    request: Request,
    work: Work,
    actor: Actor,
    agreement_id: str | None,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    held = None if agreement_id is None else work.get(Agreement, agreement_id)
    if held is not None and not typed:
        typed = _as_typed(held.record)
    rows = sum(f"fee-{row}" in typed for row in range(MOST_FEES))
    return render(
        request,
        "agreements/form.html",
        status=200 if wrong is None else 422,
        actor=actor,
        agreement_id=agreement_id,
        version=None if held is None else held.version,
        providers=sorted(each.record.provider_id for each in work.find(Provider)),
        routes=[(each.value, each.label.capitalize()) for each in Route],
        rows=max(MORE_FEES, rows if wrong is not None else min(rows + MORE_FEES, MOST_FEES)),
        typed=typed,
        wrong=wrong,
    )


def _agreement(
    request: Request,
    work: Work,
    actor: Actor,
    agreement_id: str,
    *,
    wrong: ServiceError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    held = work.get(Agreement, agreement_id)
    record = held.record
    homes = [
        home.record
        for home in work.find(Home, provider_id=record.provider_id)
        if agreement_id in home.record.agreement_ids
    ]
    stays = [
        stay.record
        for stay in work.find(CarePlacement, state=LIVED_IN)
        if stay.record.agreement_id == agreement_id
    ]
    children = sorted(stay.child_id for stay in stays)
    work.read(*children, why=f"looked at agreement {agreement_id}")
    return render(
        request,
        "agreements/agreement.html",
        status=200 if wrong is None else 422,
        actor=actor,
        agreement=record,
        version=held.version,
        used=used(work, [record])[agreement_id],
        homes=sorted(homes, key=lambda each: each.home_id),
        stays=sorted(stays, key=lambda each: (each.home_id, each.child_id)),
        names=names_of(work, children),
        history=history_of(work, Agreement, agreement_id)[::-1],
        ending=work.today + ENDING,
        may_write=actor.may(Permission.WRITE_AGREEMENTS),
        wrong=wrong,
        typed=typed or {},
    )
