"""A home by form, new or changed: beds, terms, what it can do, how it is bought."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.capacity.register import homes_alike, keep
from api.casework import connected
from api.errors import ConflictError, InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.home_fields import as_sent, home_in, home_typed
from api.pages.picking import built, needed, one_of
from api.pages.rendering import render
from api.pages.words import capitalize_first
from api.records.actor import Actor, Permission
from api.records.identity import new_id
from api.routes.dependencies import CurrentService
from api.storage.reading import Held
from api.storage.work import Work
from matcher.domain.agreement import Agreement, Provider
from matcher.domain.codes import Ethnicity, PlaceProvider, Sex
from matcher.domain.home import Grade, Home, Setting
from matcher.domain.need import LEVEL_LABELS, Adaptation, NeedDomain
from matcher.domain.phrases import counted, listed

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_WRITE = Annotated[Actor, Depends(allowed(Permission.WRITE_HOMES))]
YES_NO = [("", "Not recorded"), ("yes", "Yes"), ("no", "No")]


@router.get("/homes/new")
def new(
    actor: MAY_WRITE,
    request: Request,
    work: CurrentWork,
    provider: Annotated[str, Query(max_length=40)] = "",
    setting: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Ask whose home it is and of what kind; then what is known of it."""
    typed = {"provider": provider, "setting": setting or ""}
    if setting is None:
        return _whose(request, work, actor, typed=typed)
    try:
        provider_id, kind = _begun(work, actor, typed)
    except InvalidError as error:
        return _whose(request, work, actor, typed=typed, wrong=error)
    return _form(request, work, actor, provider_id, kind, typed={})


@router.post("/homes/new")
def add(
    actor: MAY_WRITE, request: Request, work: CurrentWork, service: CurrentService, form: Form
) -> Response:
    """Store a new home, whose free beds are so as of today."""
    provider_id, kind = _begun(work, actor, form)
    try:
        home = built(
            Home,
            otherwise="beds_usable",
            home_id=new_id("H", work.at),
            provider_id=provider_id,
            setting=kind,
            vacancy_confirmed_on=work.today,
            **home_in(form, work, service.worlds, kind, None),
        )
        granted_on = _granted(form, work) if kind is Setting.CONNECTED else None
        reason = _why(form, "how you know it")
        _check_another(form, homes_alike(work, home))
        keep(work, home, expected=0, reason=reason)
        if granted_on is not None:
            connected.grant(work, home.home_id, granted_on)
    except (InvalidError, ConflictError) as error:
        return _form(request, work, actor, provider_id, kind, typed=as_sent(form), wrong=error)
    return see_other(f"/homes/{home.home_id}")


@router.get("/homes/{home_id}/edit")
def edit(actor: MAY_WRITE, request: Request, work: CurrentWork, home_id: str) -> Response:
    """Show what is recorded, to be changed."""
    held = work.get(Home, home_id)
    return _change(request, work, actor, held, typed=home_typed(held.record))


@router.post("/homes/{home_id}/edit")
def change(
    actor: MAY_WRITE,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    home_id: str,
    form: Form,
) -> Response:
    """Store what is so now."""
    held = work.get(Home, home_id)
    before = held.record
    try:
        told = home_in(form, work, service.worlds, before.setting, before)
        changed = built(Home, otherwise="beds_usable", **{**before.by_field(), **told})
        reason = _why(form, "why it is changed")
        keep(work, changed, expected=version_in(form), reason=reason)
    except (InvalidError, ConflictError, StaleError) as error:
        return _change(request, work, actor, held, typed=as_sent(form), wrong=error)
    return see_other(f"/homes/{home_id}")


def _kinds(actor: Actor) -> list[Setting]:
    """Return the kinds of home that somebody may add.

    Whether a connected person is approved, and for how long, is recorded with the household:
    only who may record that adds one.
    """
    kept_back = () if actor.may(Permission.APPROVE_OUT_OF_AREA) else (Setting.CONNECTED,)
    return [each for each in Setting if each.offered and each not in kept_back]


def _begun(work: Work, actor: Actor, said: Any) -> tuple[str, Setting]:
    """Return whose home is added, and of what kind."""
    provider_id = str(said.get("provider", ""))
    if not provider_id or work.maybe(Provider, provider_id) is None:
        raise InvalidError("Choose whose home it is.", field="provider")
    return provider_id, one_of(said, "setting", _kinds(actor), "Choose what kind of home it is.")


def _granted(form: Form, work: Work) -> date | None:
    """Return the day of a connected person's temporary approval; None when fully approved."""
    match form.get("approval"):
        case "full":
            return None
        case "temporary":
            day = day_in(form, "granted_on")
            if day is None or not work.today - connected.FIRST <= day <= work.today:
                raise InvalidError(
                    "Enter the day of the temporary approval, within the last sixteen weeks.",
                    field="granted_on",
                )
            return day
        case _:
            raise InvalidError("Choose how the household is approved.", field="approval")


def _why(form: Form, else_say: str) -> str:
    return needed(text_in(form, "reason"), "reason", f"Say who told you, or {else_say}.")


def _check_another(form: Form, alike: Sequence[str]) -> None:
    """Raise :class:`InvalidError` when a home looks like one that is there, and nobody said no."""
    if alike and form.get("another") != "yes":
        raise InvalidError(
            f"There is {listed(alike)} at that postcode, of the same provider and kind. Change "
            "what is recorded of it, or tick that this is another home.",
            field="another",
        )


def _agreement_words(agreement: Agreement, homes: int, today: date) -> str:
    """Return which agreement it is, by how many other homes of the kind stand under it."""
    words = f"{agreement.agreement_id}: {agreement.route.label}"
    words += f", tier {agreement.tier}" if agreement.tier else ""
    words += "" if agreement.in_force(today) else ", not in force"
    return f"{words} ({counted(homes, 'home')} of this kind)" if homes else words


def _whose(
    request: Request,
    work: Work,
    actor: Actor,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    providers = [held.record for held in work.find(Provider)]
    ours = {
        each.provider_id
        for each in providers
        if each.sector is PlaceProvider.PR1 or each.authority == work.authority
    }
    return render(
        request,
        "homes/whose.html",
        status=200 if wrong is None else 422,
        actor=actor,
        providers=[
            (provider_id, f"{provider_id}: {meaning if other else 'in-house'}")
            for other, provider_id, meaning in sorted(
                (each.provider_id not in ours, each.provider_id, each.sector.meaning)
                for each in providers
            )
        ],
        settings=[(each.value, each.label.capitalize()) for each in _kinds(actor)],
        may_approve=actor.may(Permission.APPROVE_OUT_OF_AREA),
        typed=typed,
        wrong=wrong,
    )


def _change(
    request: Request,
    work: Work,
    actor: Actor,
    held: Held[Home],
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    home = held.record
    return _form(
        request, work, actor, home.provider_id, home.setting, held=held, typed=typed, wrong=wrong
    )


def _form(
    request: Request,
    work: Work,
    actor: Actor,
    provider_id: str,
    kind: Setting,
    *,
    held: Held[Home] | None = None,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    others = work.find(Home, provider_id=provider_id, setting=kind.value)
    under = Counter(each for other in others for each in other.record.agreement_ids)
    theirs = [each.record for each in work.find(Agreement, provider_id=provider_id)]
    return render(
        request,
        "homes/form.html",
        status=200 if wrong is None else 422,
        actor=actor,
        home_id=None if held is None else held.record.home_id,
        version=None if held is None else held.version,
        provider_id=provider_id,
        setting=kind,
        agreements=[
            (each.agreement_id, _agreement_words(each, under[each.agreement_id], work.today))
            for each in theirs
        ],
        may_agree=actor.may(Permission.WRITE_AGREEMENTS),
        sexes=[("", "Boys and girls"), (Sex.MALE.value, "Boys"), (Sex.FEMALE.value, "Girls")],
        grades=[(each.value, each.label.capitalize()) for each in Grade],
        yes_no=YES_NO,
        domains=[(each.value, each.label) for each in NeedDomain],
        levels=[("", "Not recorded"), *((str(n), each) for n, each in enumerate(LEVEL_LABELS))],
        ethnicities=[(each.value, capitalize_first(each.meaning)) for each in Ethnicity],
        adaptations=[(each.value, each.label.capitalize()) for each in Adaptation],
        typed=typed,
        wrong=wrong,
    )
