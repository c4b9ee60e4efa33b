"""One provider: its homes, who lives there, what it costs, how children fare; and a new one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.beds import Wanted, vacancies
from api.capacity.register import keep
from api.casework.providers import shares
from api.errors import InvalidError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import text_in
from api.pages.names import names_of
from api.pages.picking import built, identifier_in, needed, one_of, whole_in
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.care_placement import LIVED_IN, CarePlacement
from api.records.permanence import OutcomeNote
from api.storage.work import Work
from matcher.domain.agreement import Agreement, Provider
from matcher.domain.codes import PlaceProvider
from matcher.domain.placement import Hold

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_AGREEMENTS))]
MAY_WRITE = Annotated[Actor, Depends(allowed(Permission.WRITE_HOMES))]
SECTORS = tuple(each for each in PlaceProvider if each is not PlaceProvider.PR0)
"""A parent is no provider of homes."""


@router.get("/providers/new")
def new(actor: MAY_WRITE, request: Request) -> Response:
    """Ask who runs homes that are not on the register."""
    return _new(request, actor, typed={})


@router.post("/providers/new")
def add(actor: MAY_WRITE, request: Request, work: CurrentWork, form: Form) -> Response:
    """Store a new provider, to which homes can then be added."""
    try:
        made = _told(form, work)
        why = needed(text_in(form, "reason"), "reason", "Say who told you, or how you know it.")
        keep(work, made, expected=0, reason=why)
    except InvalidError as error:
        return _new(request, actor, typed=dict(form), wrong=error)
    return see_other(f"/providers/{made.provider_id}")


@router.get("/providers/{provider_id}")
def provider(actor: MAY_READ, request: Request, work: CurrentWork, provider_id: str) -> Response:
    """Show a provider."""
    record = work.get(Provider, provider_id).record
    homes = vacancies(work, Wanted(provider_id=provider_id))
    home_ids = {each.home.record.home_id for each in homes}
    stays = [
        held.record
        for held in work.find(CarePlacement, state=LIVED_IN)
        if held.record.home_id in home_ids
    ]
    outcomes = [held.record for held in work.find(OutcomeNote, provider_id=provider_id)]
    children = sorted({*(each.child_id for each in stays), *(each.child_id for each in outcomes)})
    work.read(*children, why=f"looked at provider {provider_id}")
    targets = (provider_id, *sorted(home_ids))
    return render(
        request,
        "providers/provider.html",
        actor=actor,
        provider=record,
        share=next((each for each in shares(work) if each.provider_id == provider_id), None),
        homes=homes,
        agreements=[held.record for held in work.find(Agreement, provider_id=provider_id)],
        holds=[
            held.record
            for held in work.find(Hold, target_id=targets)
            if held.record.in_force(work.today)
        ],
        stays=sorted(stays, key=lambda each: (each.home_id, each.child_id)),
        outcomes=sorted(outcomes, key=lambda each: each.recorded_on, reverse=True),
        names=names_of(work, children),
        may_write=actor.may(Permission.WRITE_HOMES),
    )


def _told(form: Form, work: Work) -> Provider:
    provider_id = identifier_in(form, "provider_id", "Enter what the provider is called here.")
    if work.maybe(Provider, provider_id) is not None:
        raise InvalidError("There is a provider of that name.", field="provider_id")
    sector = one_of(form, "sector", SECTORS, "Choose what kind of provider it is.")
    return built(
        Provider,
        otherwise="provider_id",
        provider_id=provider_id,
        sector=sector,
        authority=work.authority if sector is PlaceProvider.PR1 else None,
        urn=whole_in(form, "urn", 1, 99_999_999),
    )


def _new(
    request: Request, actor: Actor, *, typed: dict[str, Any], wrong: InvalidError | None = None
) -> Response:
    return render(
        request,
        "providers/new.html",
        status=200 if wrong is None else 422,
        actor=actor,
        sectors=[(each.value, each.meaning) for each in SECTORS],
        typed=typed,
        wrong=wrong,
    )
