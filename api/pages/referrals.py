"""Referrals: the list, one referral from its request to its placement, and its search."""

from operator import attrgetter
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.casework import searching
from api.casework.catalogue import CATALOGUE
from api.casework.looking_ahead import looking_ahead
from api.casework.states import Noun, actions_in
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.names import names_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.approval import Approval
from api.records.care_placement import CarePlacement
from api.records.choice import Choice
from api.records.offer import Offer
from api.records.referral_case import CaseState, ReferralCase
from api.records.search import ProviderRequest, SearchStep, ShortlistEntry
from api.records.task import Task
from api.records.text import without_free_text
from api.routes.dependencies import CurrentService
from api.storage.reading import Held
from api.storage.work import Work
from matcher.domain.child import Child
from matcher.domain.record import Record

R = TypeVar("R", bound=Record)

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
MAY_SEARCH = Annotated[Actor, Depends(allowed(Permission.SEARCH_HOMES))]
OPEN_STATES = tuple(state for state in CaseState if state.waits or state is CaseState.DRAFTED)
A_PAGE = 50


@router.get("/referrals")
def referrals(
    actor: MAY_READ,
    request: Request,
    work: CurrentWork,
    state: Annotated[str, Query(max_length=20)] = "open",
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """List referrals, those needed first at the top."""
    states = OPEN_STATES
    if state in {each.value for each in CaseState}:
        states = (CaseState(state),)
    elif state != "open":
        state = "open"
    page = work.page(ReferralCase, after=after, limit=A_PAGE, order="needed_by", state=states)
    cases = [held.record for held in page.items]
    children = sorted({child_id for case in cases for child_id in case.child_ids})
    work.read(*children, why="list of referrals")
    names = names_of(work, children)
    counts = {each: work.count(ReferralCase, state=each) for each in CaseState}
    return render(
        request,
        "referrals/list.html",
        actor=actor,
        cases=cases,
        names=names,
        state=state,
        states=CaseState,
        counts=counts,
        open_count=sum(counts[each] for each in OPEN_STATES),
        after=page.next,
    )


@router.get("/referrals/{referral_id}")
def referral(actor: MAY_READ, request: Request, work: CurrentWork, referral_id: str) -> Response:
    """Show where a referral stands and what may be done next."""
    held = work.get(ReferralCase, referral_id)
    case = held.record
    work.read(*case.child_ids, why="looked at a referral")
    matches = searching.latest_matches(work, referral_id)
    return render(
        request,
        "referrals/referral.html",
        actor=actor,
        case=case,
        version=held.version,
        children=[work.get(Child, child_id).record for child_id in case.child_ids],
        names=names_of(work, case.child_ids),
        steps=_held(work, SearchStep, referral_id, "opened_at"),
        requests=_held(work, ProviderRequest, referral_id, "sent_at"),
        offers=_held(work, Offer, referral_id, "offer_id"),
        stays=_in_order(work, CarePlacement, referral_id, "started_on"),
        shortlist=[
            entry
            for entry in _in_order(work, ShortlistEntry, referral_id, "added_at")
            if entry.removed_at is None
        ],
        choices=_in_order(work, Choice, referral_id, "chosen_at"),
        approvals=_in_order(work, Approval, referral_id, "approval_id"),
        tasks=_in_order(work, Task, referral_id, "opened_at"),
        catalogue=CATALOGUE,
        matches=matches,
        actions={
            each.action
            for each in actions_in(Noun.REFERRAL, case.state)
            if each.permission is not None and actor.may(each.permission)
        },
        may_search=actor.may(Permission.SEARCH_HOMES) and case.state is CaseState.SEARCHING,
        may_ask=actor.may(Permission.REQUEST_OFFERS) and case.state.waits,
        may_choose=actor.may(Permission.CHOOSE_HOME) and case.state.waits,
    )


@router.post("/referrals/{referral_id}/search")
def open_search(actor: MAY_SEARCH, work: CurrentWork, referral_id: str, form: Form) -> Response:
    """Open the search."""
    searching.open_search(work, referral_id, expected=_version(form))
    return see_other(f"/referrals/{referral_id}")


@router.post("/referrals/{referral_id}/matches")
def rank(
    actor: MAY_SEARCH,
    work: CurrentWork,
    service: CurrentService,
    referral_id: str,
    ahead: Annotated[bool | None, Query(alias="looking_ahead")] = None,
) -> Response:
    """Rank homes now, looking ahead as the council's policy says or as asked; keep the answer."""
    case = searching.waiting(work, referral_id)
    work.read(*case.child_ids, why="ranked homes")
    policy = looking_ahead(service.worlds.policy(work), ahead)
    ranked = service.worlds.rank(work, referral_id, policy=policy, top=20)
    kept = searching.keep_matches(
        work, referral_id, ranked.report, failed=ranked.failed, sequence=ranked.sequence
    )
    return see_other(f"/matches/{kept.record.matches_id}")


def _in_order(work: Work, kind: type[R], referral_id: str, by: str) -> list[R]:
    found = [held.record for held in work.find(kind, referral_id=referral_id)]
    return sorted(found, key=attrgetter(by))


def _held(work: Work, kind: type[R], referral_id: str, by: str) -> list[Held[R]]:
    """Return records of a referral with their versions, without free text for who may not see."""
    found = sorted(work.find(kind, referral_id=referral_id), key=attrgetter(f"record.{by}"))
    if work.actor.see_names:
        return found
    return [held._replace(record=without_free_text(held.record)) for held in found]


def _version(form: Form) -> int | None:
    text = str(form.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 18 else None
