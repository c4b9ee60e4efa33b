"""Referrals: what is asked for, and where it stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import Field

from api.casework import choosing, ending, referrals, searching
from api.casework.states import Noun
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.referral_case import CaseState, ReferralCase, ReferralDraft
from api.records.text import Words, without_free_text
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf
from api.routes.steps import (
    READ,
    STEP,
    IfMatchMaybe,
    Possible,
    SeesNames,
    begun,
    created,
    possible,
    read_one,
    read_page,
    shown,
)
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier, Record

router = APIRouter(
    prefix="/v1/referrals",
    tags=["referrals"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

ReferralId = Annotated[Identifier, Path(examples=["R-0K3V7Q2M1-7QF2M0XA"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_REFERRALS))]
Searches = Annotated[Actor, Depends(allowed(Permission.SEARCH_HOMES))]
Chooses = Annotated[Actor, Depends(allowed(Permission.CHOOSE_HOME))]
Corrects = Annotated[Actor, Depends(allowed(Permission.CORRECT_RECORDS))]

EXAMPLE: dict[str, Any] = {
    "child_ids": ["C-0001"],
    "received_on": "2026-11-23",
    "needed_by": "2026-12-01",
    "timescale": "planned",
    "settings_sought": ["foster"],
    "expected_weeks": 40,
    "child_views_on": "2026-11-20",
    "family_views_missing": "not_reached",
    "entry": "planned",
    "legal_basis": {
        "legal_status": "C2",
        "decided_on": "2026-11-18",
        "decided_by": "head_of_service",
        "rationale": "The court made a care order; kinship care was looked at first.",
    },
    "risks": ["missing"],
    "funding": [
        {"funder": "social_care", "percent": 80},
        {"funder": "health", "percent": 20, "agreed_on": "2026-11-19"},
    ],
    "advocacy": "offered",
    "camhs": "waiting",
}

Sent = Annotated[ReferralDraft, Body(openapi_examples={"one": {"value": EXAMPLE}})]


class Why(Record):
    """Why something is done.

    Parameters
    ----------
    why
        In words that name nobody.
    """

    why: Words


WhyBody = Annotated[Why, Body(openapi_examples={"one": {"value": {"why": "Returned home."}}})]


class SplitOff(Record):
    """Who goes to a referral of their own.

    Parameters
    ----------
    child_ids
        Some of the children, and not all.
    """

    child_ids: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=11)]


class SplitDone(Record):
    """The two referrals after a split.

    Parameters
    ----------
    left, other
        The referral that is left, and the new one.
    """

    left: ReferralCase
    other: ReferralCase


@router.get("", operation_id="listReferrals", summary="List referrals", responses=documented(422))
def list_referrals(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    state: Annotated[CaseState | None, Query()] = None,
) -> PageOut[HeldOut[ReferralCase]]:
    """Return referrals, a page at a time."""
    return read_page(work, ReferralCase, paging, names=names, state=state)


@router.post(
    "",
    status_code=201,
    operation_id="draftReferral",
    summary="Draft a referral",
    responses={**created(ReferralCase), **STEP},
)
def draft(
    _: Writes, sent: Sent, work: CurrentWork, names: SeesNames, response: Response
) -> HeldOut[ReferralCase]:
    """Begin a referral; it can be changed until a home is chosen."""
    held = referrals.draft(work, sent)
    return begun(held, ReferralCase, names=names, response=response, location="/v1/referrals")


@router.get("/{referral_id}", operation_id="getReferral", summary="Read a referral", responses=READ)
def read(
    _: Reads,
    referral_id: ReferralId,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[ReferralCase]:
    """Return a referral, as it is or as it was known at a moment."""
    return read_one(work, ReferralCase, referral_id, names=names, response=response, as_of=as_of)


@router.put(
    "/{referral_id}",
    operation_id="amendReferral",
    summary="Amend a referral",
    responses={**STEP, **documented(428)},
)
def amend(
    _: Writes,
    referral_id: ReferralId,
    sent: Sent,
    version: IfMatch,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Change what is asked for, as long as no home is chosen."""
    held = referrals.amend(work, referral_id, sent, expected=version)
    return shown(held, ReferralCase, names=names, response=response)


@router.get(
    "/{referral_id}/actions",
    operation_id="getReferralActions",
    summary="What may be done next with a referral",
    responses=READ,
)
def actions(actor: Reads, referral_id: ReferralId, work: CurrentWork) -> tuple[Possible, ...]:
    """Return what its state allows, and whether you may."""
    case = work.get(ReferralCase, referral_id).record
    return possible(Noun.REFERRAL, case.state, actor)


@router.get(
    "/{referral_id}/history",
    operation_id="getReferralHistory",
    summary="Every version of a referral",
    responses=READ,
)
def referral_history(
    _: Annotated[Actor, Depends(allowed(Permission.READ_NAMES))],
    referral_id: ReferralId,
    work: CurrentWork,
) -> HistoryOut[ReferralCase]:
    """Return who changed it when and why, the first version first."""
    return history(work, ReferralCase, referral_id)


@router.post(
    "/{referral_id}/submit",
    operation_id="submitReferral",
    summary="Submit a referral",
    responses=STEP,
)
def submit(
    _: Writes,
    referral_id: ReferralId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Submit it: it needs a legal basis, and views or the reasons why there are none."""
    held = referrals.submit(work, referral_id, expected=version)
    return shown(held, ReferralCase, names=names, response=response)


@router.post(
    "/{referral_id}/hand-back",
    operation_id="handReferralBack",
    summary="Hand a referral back with questions",
    responses=STEP,
)
def hand_back(
    _: Searches,
    referral_id: ReferralId,
    sent: WhyBody,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Give it back to who made it, as a draft."""
    held = referrals.hand_back(work, referral_id, sent.why, expected=version)
    return shown(held, ReferralCase, names=names, response=response)


@router.post(
    "/{referral_id}/open-search",
    operation_id="openSearch",
    summary="Open the search",
    responses=STEP,
)
def open_search(
    _: Searches,
    referral_id: ReferralId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Open the search with the first tier of the council's order."""
    held = searching.open_search(work, referral_id, expected=version)
    return shown(held, ReferralCase, names=names, response=response)


@router.post(
    "/{referral_id}/split",
    operation_id="splitReferral",
    summary="Split children off",
    responses=STEP,
)
def split(
    _: Writes,
    referral_id: ReferralId,
    sent: Annotated[SplitOff, Body(openapi_examples={"one": {"value": {"child_ids": ["C-0002"]}}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
) -> SplitDone:
    """Give some of the children a referral of their own; a home can be chosen for the others."""
    left, other = referrals.split(work, referral_id, sent.child_ids, expected=version)
    done = SplitDone(left=left.record, other=other.record)
    return done if names else without_free_text(done)


@router.post(
    "/{referral_id}/withdraw",
    operation_id="withdrawReferral",
    summary="Withdraw a referral",
    responses=STEP,
)
def withdraw(
    _: Writes,
    referral_id: ReferralId,
    sent: WhyBody,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Withdraw it: beds that were kept are free, offers declined, tasks dropped."""
    held = referrals.withdraw(work, referral_id, sent.why, expected=version)
    return shown(held, ReferralCase, names=names, response=response)


@router.post(
    "/{referral_id}/reopen",
    operation_id="reopenReferral",
    summary="Re-open a withdrawn referral",
    responses=STEP,
)
def reopen(
    _: Writes,
    referral_id: ReferralId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Make it a draft again."""
    held = referrals.reopen(work, referral_id, expected=version)
    return shown(held, ReferralCase, names=names, response=response)


@router.post(
    "/{referral_id}/stop",
    operation_id="stopChoice",
    summary="Stop a choice, and search again",
    responses=STEP,
)
def stop(
    _: Chooses,
    referral_id: ReferralId,
    sent: WhyBody,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Give the choice up: the bed is free, what was asked for is dropped."""
    held = choosing.stop(work, referral_id, sent.why, expected=version)
    return shown(held, ReferralCase, names=names, response=response)


@router.post(
    "/{referral_id}/undo-start",
    operation_id="undoStart",
    summary="Correct a start recorded by mistake",
    responses=STEP,
)
def undo_start(
    _: Corrects,
    referral_id: ReferralId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ReferralCase]:
    """Take back the start of its placements: nobody moved, and the search goes on."""
    held = ending.undo_start(work, referral_id, expected=version)
    return shown(held, ReferralCase, names=names, response=response)
