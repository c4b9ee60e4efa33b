"""Choosing a home for a referral, stopping a choice, and starting its placement."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from api.audit.decision import decision_record
from api.audit.decision_page import decision_page
from api.casework.catalogue import CATALOGUE
from api.casework.choosing import choose, stop
from api.casework.picking import ChoiceMade, HomePicked
from api.casework.present import judge_by
from api.casework.searching import latest_matches
from api.casework.starting import Start, start
from api.errors import ConflictError, InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.names import names_of
from api.pages.picking import needed
from api.pages.rendering import render
from api.planning.proposals import homes_proposed, read_plan
from api.records.actor import Actor, Permission
from api.records.care_placement import CarePlacement
from api.records.offer import Offer, OfferState
from api.records.referral_case import ReferralCase
from api.records.search import Matches, ShortlistEntry
from api.routes.dependencies import CurrentService
from api.service import Service
from api.storage.work import Work
from matcher.domain.agreement import Route
from matcher.domain.codes import ReasonPlaceChange
from matcher.explaining.report import Option

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_CHOOSE = Annotated[Actor, Depends(allowed(Permission.CHOOSE_HOME))]
MAY_START = Annotated[Actor, Depends(allowed(Permission.WRITE_PLACEMENTS))]
MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
STANDING_OFFERS = (OfferState.RECEIVED, OfferState.ACCEPTED)


@router.get("/referrals/{referral_id}/choice")
def choice_page(
    actor: MAY_CHOOSE,
    request: Request,
    work: CurrentWork,
    referral_id: str,
    service: CurrentService,
    option: Annotated[int | None, Query(ge=1, le=1000)] = None,
    plan: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Ask which home, from when, and why; what a plan proposes may be among the homes."""
    picked = str(option or "") if plan is None else f"plan:{plan}"
    typed = {"option": picked, "plan": plan or ""}
    return _choice(request, work, service, actor, referral_id, typed=typed)


@router.post("/referrals/{referral_id}/choice")
def choose_home(
    actor: MAY_CHOOSE,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    referral_id: str,
    form: Form,
) -> Response:
    """Choose: the bed is kept, gates become tasks, approvals are asked for."""
    try:
        made = _made(work, service, actor, referral_id, form)
        choose(work, referral_id, made, judge=judge_by(service.worlds), expected=version_in(form))
    except (InvalidError, ConflictError, StaleError) as error:
        if isinstance(error, ConflictError) and error.rule == "referral.choose":
            raise
        return _choice(request, work, service, actor, referral_id, wrong=error, typed=dict(form))
    return see_other(f"/referrals/{referral_id}#choose")


@router.post("/referrals/{referral_id}/choice/stop")
def stop_choice(actor: MAY_CHOOSE, work: CurrentWork, referral_id: str, form: Form) -> Response:
    """Stop a choice, and search again."""
    why = text_in(form, "why") or "No reason was given."
    stop(work, referral_id, why, expected=version_in(form))
    return see_other(f"/referrals/{referral_id}")


@router.get("/referrals/{referral_id}/start")
def start_page(actor: MAY_START, request: Request, work: CurrentWork, referral_id: str) -> Response:
    """Ask when and how the placement starts."""
    return _start(request, work, actor, referral_id, typed={})


@router.post("/referrals/{referral_id}/start")
def start_placement(
    actor: MAY_START,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    referral_id: str,
    form: Form,
) -> Response:
    """Start the placement: the bed is taken, and its clocks run."""
    try:
        left = next((r for r in ReasonPlaceChange if r.value == form.get("left_because")), None)
        how = Start(
            started_on=needed(day_in(form, "started_on"), "started_on", "Say the first day."),
            emergency=form.get("emergency") == "yes",
            left_because=left,
        )
        start(work, referral_id, how, judge=judge_by(service.worlds), expected=version_in(form))
    except (InvalidError, ConflictError, StaleError) as error:
        return _start(request, work, actor, referral_id, wrong=error, typed=dict(form))
    return see_other(f"/referrals/{referral_id}")


@router.get("/choices/{choice_id}/decision")
def decision(actor: MAY_READ, work: CurrentWork, choice_id: str) -> Response:
    """Show what a decision rested on, as one page to print."""
    record = decision_record(work, choice_id, title_of=lambda code: CATALOGUE[code].title)
    styles = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    headers = {"Content-Security-Policy": f"{styles}; frame-ancestors 'none'"}
    return HTMLResponse(decision_page(record), headers=headers)


def _made(work: Work, service: Service, actor: Actor, referral_id: str, form: Form) -> ChoiceMade:
    matches = latest_matches(work, referral_id)
    if matches is None:
        raise ConflictError("Rank homes first: a choice names the ranking that it rests on.")
    reasons = text_in(form, "reasons")
    if reasons is None:
        raise InvalidError("Say why this home is the most appropriate one.", field="reasons")
    return ChoiceMade(
        matches_id=matches.matches_id,
        homes=_homes(work, service, actor, referral_id, form, matches),
        starts_on=needed(day_in(form, "starts_on"), "starts_on", "Say the first day."),
        reasons=reasons,
        why_not_first=text_in(form, "why_not_first"),
        outside_terms=form.get("outside_terms") == "yes",
    )


def _homes(
    work: Work,
    service: Service,
    actor: Actor,
    referral_id: str,
    form: Form,
    matches: Matches,
) -> tuple[HomePicked, ...]:
    picked = str(form.get("option", ""))
    kind, _, rest = picked.partition(":")
    if kind == "plan":
        report = read_plan(work, service.jobs, actor, rest)
        return homes_proposed(report, work.get(ReferralCase, referral_id).record)
    if kind == "offer":
        offer_id, _, home_id = rest.partition(":")
        return (HomePicked(home_id=home_id, offer_id=offer_id),)
    if kind == "home":
        route = next((each for each in Route if each.value == form.get("route")), None)
        return (HomePicked(home_id=rest, route=route),)
    found = next((each for each in matches.report.options if str(each.rank) == picked), None)
    if found is None:
        raise InvalidError("Choose one of the homes.", field="option")
    return tuple(HomePicked(home_id=part.home_id, child_ids=part.children) for part in found.parts)


def _choice(
    request: Request,
    work: Work,
    service: Service,
    actor: Actor,
    referral_id: str,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    held = work.get(ReferralCase, referral_id)
    case = held.record
    work.read(*case.child_ids, why="choosing a home")
    matches = latest_matches(work, referral_id)
    listed = {
        entry.record.home_id
        for entry in work.find(ShortlistEntry, referral_id=referral_id)
        if entry.record.removed_at is None
    }
    options: list[Option] = list(matches.report.options) if matches else []
    ranked_alone = {each.parts[0].home_id for each in options if each.together}
    planned = _planned(work, service, actor, case, str(typed.get("plan", "")))
    in_ranking = next((each.rank for each in options if _same(each, planned)), None)
    if in_ranking is not None and str(typed.get("option", "")).startswith("plan:"):
        typed = {**typed, "option": str(in_ranking)}
    return render(
        request,
        "choices/choose.html",
        status=200 if wrong is None else 422,
        actor=actor,
        case=case,
        version=held.version,
        matches=matches,
        options=options,
        listed=listed,
        unranked=sorted(listed - ranked_alone),
        routes=[(each.value, each.label.capitalize()) for each in Route],
        plan=planned,
        planned_rank=in_ranking,
        offers=[
            each.record
            for each in work.find(Offer, referral_id=referral_id, state=STANDING_OFFERS)
            if each.record.home_id is not None
        ],
        names=names_of(work, case.child_ids),
        wrong=wrong,
        typed=typed,
    )


def _same(option: Option, homes: tuple[HomePicked, ...]) -> bool:
    """Whether an option is what was picked."""
    return {(part.home_id, tuple(sorted(part.children))) for part in option.parts} == {
        (each.home_id, tuple(each.child_ids)) for each in homes
    }


def _planned(
    work: Work, service: Service, actor: Actor, case: ReferralCase, job_id: str
) -> tuple[HomePicked, ...]:
    """Return what a plan proposes, where somebody comes from one."""
    if not job_id:
        return ()
    return homes_proposed(read_plan(work, service.jobs, actor, job_id), case)


def _start(
    request: Request,
    work: Work,
    actor: Actor,
    referral_id: str,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    held = work.get(ReferralCase, referral_id)
    case = held.record
    work.read(*case.child_ids, why="starting a placement")
    moving = [
        each.record.child_id
        for each in work.find(CarePlacement, child_id=case.child_ids)
        if each.record.state.lived_in
    ]
    return render(
        request,
        "choices/start.html",
        status=200 if wrong is None else 422,
        actor=actor,
        case=case,
        version=held.version,
        moving=moving,
        reasons=ReasonPlaceChange,
        names=names_of(work, case.child_ids),
        wrong=wrong,
        typed=typed,
    )
