"""Offers: recording what a provider offers, and accepting or declining it with the reason."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.casework import offering
from api.casework.offering import NewHome, OfferMade
from api.errors import ConflictError, InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.names import names_of
from api.pages.picking import built, one_of, pence_in, postcode_in
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.offer import Declined, Offer
from api.records.referral_case import ReferralCase
from api.records.search import ProviderRequest, RequestState, SearchStep, StepState
from api.storage.work import Work
from matcher.domain.agreement import Agreement, Provider, Route
from matcher.domain.home import Home, Setting

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_ASK = Annotated[Actor, Depends(allowed(Permission.REQUEST_OFFERS))]
MAY_CHOOSE = Annotated[Actor, Depends(allowed(Permission.CHOOSE_HOME))]
OFFERED = tuple(each for each in Setting if each.offered)


@router.get("/referrals/{referral_id}/offers/new")
def new(
    actor: MAY_ASK,
    request: Request,
    work: CurrentWork,
    referral_id: str,
    provider: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Ask who offers; then what."""
    if provider and work.maybe(Provider, provider) is not None:
        return _offer(request, work, actor, referral_id, provider)
    case = work.get(ReferralCase, referral_id).record
    work.read(*case.child_ids, why="recording an offer")
    asked = {
        provider_id
        for held in work.find(ProviderRequest, referral_id=referral_id)
        for provider_id in held.record.provider_ids
    }
    known = {held.record.provider_id for held in work.find(Provider)}
    return render(
        request,
        "offers/provider.html",
        actor=actor,
        case=case,
        asked=sorted(asked & known),
        others=sorted(known - asked),
        unknown=provider,
        may_write=actor.may(Permission.WRITE_HOMES),
    )


@router.post("/referrals/{referral_id}/offers/new")
def receive(
    actor: MAY_ASK, request: Request, work: CurrentWork, referral_id: str, form: Form
) -> Response:
    """Record an offer."""
    provider_id = str(form.get("provider_id", ""))
    try:
        offering.receive(work, referral_id, _made(work, referral_id, provider_id, form))
    except (InvalidError, ConflictError) as error:
        return _offer(request, work, actor, referral_id, provider_id, wrong=error, typed=form)
    return see_other(f"/referrals/{referral_id}#offers")


@router.post("/offers/{offer_id}/acceptance")
def accept(actor: MAY_CHOOSE, work: CurrentWork, offer_id: str, form: Form) -> Response:
    """Accept an offer."""
    held = offering.accept(work, offer_id, expected=version_in(form))
    return see_other(f"/referrals/{held.record.referral_id}#offers")


@router.get("/offers/{offer_id}/decline")
def decline_page(actor: MAY_ASK, request: Request, work: CurrentWork, offer_id: str) -> Response:
    """Ask why an offer is not taken."""
    return _decline(request, work, actor, offer_id)


@router.post("/offers/{offer_id}/decline")
def decline(
    actor: MAY_ASK, request: Request, work: CurrentWork, offer_id: str, form: Form
) -> Response:
    """Decline an offer, with the reason."""
    try:
        why = one_of(form, "why", Declined, "Choose why it is not taken.")
        held = offering.decline(
            work, offer_id, why, remarks=text_in(form, "remarks"), expected=version_in(form)
        )
    except (InvalidError, StaleError) as error:
        return _decline(request, work, actor, offer_id, wrong=error, typed=form)
    return see_other(f"/referrals/{held.record.referral_id}#offers")


@router.post("/offers/{offer_id}/withdrawal")
def withdrawn(actor: MAY_ASK, work: CurrentWork, offer_id: str, form: Form) -> Response:
    """Record that the provider no longer offers it."""
    held = offering.withdrawn(work, offer_id, expected=version_in(form))
    return see_other(f"/referrals/{held.record.referral_id}#offers")


def _made(work: Work, referral_id: str, provider_id: str, form: Form) -> OfferMade:
    home_id = str(form.get("home_id", ""))
    values: dict[str, Any] = {}
    if home_id == "new":
        beds = str(form.get("beds", "")).strip()
        if not beds.isdecimal() or not 1 <= int(beds[:9]) <= 100:
            raise InvalidError("Enter how many children it takes, from 1 to 100.", field="beds")
        values["new_home"] = built(
            NewHome,
            otherwise="home_id",
            setting=one_of(form, "setting", OFFERED, "Choose what kind of home it is."),
            postcode=postcode_in(form, "postcode"),
            beds=int(beds),
        )
    elif home_id:
        values["home_id"] = home_id
    else:
        raise InvalidError("Choose which home, or say that it is a new one.", field="home_id")
    return built(
        OfferMade,
        otherwise="home_id",
        request_id=_request_of(work, referral_id, provider_id),
        provider_id=provider_id,
        child_ids=tuple(str(each) for each in form.getlist("child")),
        route=one_of(form, "route", Route, "Choose how the bed would be bought."),
        agreement_id=text_in(form, "agreement_id"),
        weekly_fee_pence=pence_in(form, "weekly_fee"),
        start_possible_on=day_in(form, "start_possible_on"),
        expires_on=day_in(form, "expires_on"),
        provider_remarks=text_in(form, "provider_remarks"),
        **values,
    )


def _request_of(work: Work, referral_id: str, provider_id: str) -> str | None:
    """Return the latest request that a provider answers; None when nobody asked."""
    sent = [
        held.record
        for held in work.find(ProviderRequest, referral_id=referral_id)
        if provider_id in held.record.provider_ids and held.record.state is RequestState.SENT
    ]
    latest = max(sent, key=lambda each: each.sent_at, default=None)
    return None if latest is None else latest.request_id


def _offer(
    request: Request,
    work: Work,
    actor: Actor,
    referral_id: str,
    provider_id: str,
    *,
    wrong: ServiceError | None = None,
    typed: Form | None = None,
) -> Response:
    case = work.get(ReferralCase, referral_id).record
    work.read(*case.child_ids, why="recording an offer")
    steps = [held.record for held in work.find(SearchStep, referral_id=referral_id)]
    agreements = [
        held.record
        for held in work.find(Agreement)
        if held.record.provider_id == provider_id and held.record.in_force(work.today)
    ]
    routes = [step.tier.route for step in steps if step.state is StepState.OPEN and step.tier.route]
    likely = {each.route for each in agreements} & set(routes)
    return render(
        request,
        "offers/offer.html",
        status=200 if wrong is None else 422,
        actor=actor,
        case=case,
        names=names_of(work, case.child_ids),
        provider=work.get(Provider, provider_id).record,
        answers=_request_of(work, referral_id, provider_id),
        homes=[held.record for held in work.find(Home, provider_id=provider_id)],
        agreements=agreements,
        settings=OFFERED,
        routes=Route,
        wrong=wrong,
        typed=typed or {"route": min(likely, default=Route.SPOT).value},
        children=case.child_ids if typed is None else typed.getlist("child"),
    )


def _decline(
    request: Request,
    work: Work,
    actor: Actor,
    offer_id: str,
    *,
    wrong: InvalidError | StaleError | None = None,
    typed: Form | None = None,
) -> Response:
    held = work.get(Offer, offer_id)
    work.read(*held.record.child_ids, why="declining an offer")
    return render(
        request,
        "offers/decline.html",
        status=200 if wrong is None else 422,
        actor=actor,
        offer=held.record,
        version=held.version,
        reasons=Declined,
        wrong=wrong,
        typed=typed or {},
    )
