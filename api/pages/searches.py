"""The search of a referral: further tiers, tiers that led to nothing, and asking providers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.tier_providers import providers_of
from api.casework import offering, searching
from api.casework.offering import RequestToSend
from api.casework.policies import check_open_tier
from api.casework.procedure import hours_to_answer, procedure_of
from api.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    ServiceError,
    StaleError,
)
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import text_in, version_in
from api.pages.names import names_of
from api.pages.picking import one_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.referral_case import ReferralCase
from api.records.search import Exhausted, ProviderRequest, RequestState, SearchStep, StepState, Tier
from api.storage.work import Work
from matcher.domain.child import Child

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_SEARCH = Annotated[Actor, Depends(allowed(Permission.SEARCH_HOMES))]
MAY_ASK = Annotated[Actor, Depends(allowed(Permission.REQUEST_OFFERS))]
FRAMEWORK_TIERS = range(1, 10)


@router.get("/referrals/{referral_id}/tiers")
def tier_page(actor: MAY_SEARCH, request: Request, work: CurrentWork, referral_id: str) -> Response:
    """Ask which tier the search goes on to."""
    return _tiers(request, work, actor, referral_id)


@router.post("/referrals/{referral_id}/tiers")
def open_tier(
    actor: MAY_SEARCH, request: Request, work: CurrentWork, referral_id: str, form: Form
) -> Response:
    """Open a further tier."""
    try:
        tier = one_of(form, "tier", Tier, "Choose where to search next.")
        searching.open_tier(
            work,
            referral_id,
            tier,
            framework_tier=_framework_tier(form) if tier is Tier.FRAMEWORK else None,
            why_now=text_in(form, "why_now"),
        )
    except (InvalidError, ConflictError, NotAllowedError) as error:
        return _tiers(request, work, actor, referral_id, wrong=error, typed=form)
    return see_other(f"/referrals/{referral_id}#search")


@router.get("/search-steps/{step_id}/exhaustion")
def exhaustion_page(
    actor: MAY_SEARCH, request: Request, work: CurrentWork, step_id: str
) -> Response:
    """Ask why a tier led to nothing."""
    return _exhaustion(request, work, actor, step_id)


@router.post("/search-steps/{step_id}/exhaustion")
def exhaust(
    actor: MAY_SEARCH, request: Request, work: CurrentWork, step_id: str, form: Form
) -> Response:
    """Record that a tier led to nothing."""
    try:
        why = one_of(form, "why", Exhausted, "Choose why it led to nothing.")
        held = searching.exhaust(
            work, step_id, why, remarks=text_in(form, "remarks"), expected=version_in(form)
        )
    except (InvalidError, StaleError) as error:
        return _exhaustion(request, work, actor, step_id, wrong=error, typed=form)
    return see_other(f"/referrals/{held.record.referral_id}#search")


@router.post("/search-steps/{step_id}/reopening")
def reopen(actor: MAY_SEARCH, work: CurrentWork, step_id: str, form: Form) -> Response:
    """Open an exhausted tier again."""
    held = searching.reopen_step(work, step_id, expected=version_in(form))
    return see_other(f"/referrals/{held.record.referral_id}#search")


@router.get("/search-steps/{step_id}/requests")
def asking_page(actor: MAY_ASK, request: Request, work: CurrentWork, step_id: str) -> Response:
    """Ask which providers of a tier to write to, and show what they are told."""
    return _asking(request, work, actor, step_id)


@router.post("/search-steps/{step_id}/requests")
def ask(actor: MAY_ASK, request: Request, work: CurrentWork, step_id: str, form: Form) -> Response:
    """Send the referral without names to the providers ticked."""
    step = work.get(SearchStep, step_id).record
    picked = frozenset(str(each) for each in form.getlist("provider"))
    known = {each.provider.provider_id for each in providers_of(work, step)}
    if not picked or not picked <= known:
        wrong = InvalidError("Tick the providers to ask.", field="provider")
        return _asking(request, work, actor, step_id, wrong=wrong, typed=form)
    asked = RequestToSend(step_id=step_id, provider_ids=picked)
    offering.send_request(work, step.referral_id, asked)
    return see_other(f"/referrals/{step.referral_id}#search")


@router.post("/requests/{request_id}/closing")
def close(actor: MAY_ASK, work: CurrentWork, request_id: str, form: Form) -> Response:
    """Look for no more answers to a request."""
    held = offering.close_request(work, request_id, expected=version_in(form))
    return see_other(f"/referrals/{held.record.referral_id}#search")


def _framework_tier(form: Form) -> int:
    text = str(form.get("framework_tier", ""))
    if not text.isdecimal() or len(text) > 1 or int(text) not in FRAMEWORK_TIERS:
        raise InvalidError("Choose which tier of the framework.", field="framework_tier")
    return int(text)


def _tiers(
    request: Request,
    work: Work,
    actor: Actor,
    referral_id: str,
    *,
    wrong: ServiceError | None = None,
    typed: Form | None = None,
) -> Response:
    case = work.get(ReferralCase, referral_id).record
    work.read(*case.child_ids, why="opening a tier of a search")
    steps = [held.record for held in work.find(SearchStep, referral_id=referral_id)]
    opened = {step.tier for step in steps if step.tier is not Tier.FRAMEWORK}
    procedure = procedure_of(work)
    left = [Tier(each) for each in procedure.tiers if Tier(each) not in opened]
    hints: dict[Tier, str] = {}
    for tier in left:
        try:
            check_open_tier(
                tier,
                procedure=procedure,
                steps=steps,
                may_open_dearer=actor.may(Permission.OPEN_ROUTES),
                why_now=None,
            )
        except NotAllowedError as error:
            hints[tier] = error.sentence
        except ConflictError:
            hints[tier] = "Out of turn: say below why it is opened now."
    return render(
        request,
        "searches/tier.html",
        status=200 if wrong is None else 422,
        actor=actor,
        case=case,
        names=names_of(work, case.child_ids),
        tiers=left,
        hints=hints,
        framework_tiers=FRAMEWORK_TIERS,
        wrong=wrong,
        typed=typed or {},
    )


def _exhaustion(
    request: Request,
    work: Work,
    actor: Actor,
    step_id: str,
    *,
    wrong: InvalidError | StaleError | None = None,
    typed: Form | None = None,
) -> Response:
    held = work.get(SearchStep, step_id)
    step = held.record
    sent = work.find(ProviderRequest, referral_id=step.referral_id)
    return render(
        request,
        "searches/exhaustion.html",
        status=200 if wrong is None else 422,
        actor=actor,
        step=step,
        version=held.version,
        reasons=Exhausted,
        unanswered=[
            each.record
            for each in sent
            if each.record.step_id == step_id and each.record.state is RequestState.SENT
        ],
        wrong=wrong,
        typed=typed or {},
    )


def _asking(
    request: Request,
    work: Work,
    actor: Actor,
    step_id: str,
    *,
    wrong: InvalidError | None = None,
    typed: Form | None = None,
) -> Response:
    step = work.get(SearchStep, step_id).record
    case = work.get(ReferralCase, step.referral_id).record
    work.read(*case.child_ids, why="asking providers")
    sent = [held.record for held in work.find(ProviderRequest, referral_id=step.referral_id)]
    return render(
        request,
        "searches/ask.html",
        status=200 if wrong is None else 422,
        actor=actor,
        step=step,
        case=case,
        is_open=step.state is StepState.OPEN and case.state.waits,
        providers=providers_of(work, step),
        asked={each for request_sent in sent for each in request_sent.provider_ids},
        told=[
            searching.anonymous(work.get(Child, child_id).record, case.needed_by)
            for child_id in case.child_ids
        ],
        hours=hours_to_answer(procedure_of(work), case.timescale),
        wrong=wrong,
        picked=[] if typed is None else [str(each) for each in typed.getlist("provider")],
    )
