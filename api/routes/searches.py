"""The search: its tiers, requests to providers, and the shortlist."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import Field

from api.casework import offering, searching
from api.casework.offering import RequestToSend
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.search import (
    Exhausted,
    ProviderRequest,
    RequestState,
    SearchStep,
    ShortlistEntry,
    Tier,
)
from api.records.text import Words
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, Paging, allowed
from api.routes.steps import (
    STEP,
    IfMatchMaybe,
    SeesNames,
    begun,
    created,
    read_page,
    shown,
)
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier, Record

router = APIRouter(
    prefix="/v1", tags=["search"], route_class=ServiceRoute, responses=documented(401, 403)
)

ReferralId = Annotated[Identifier, Path(examples=["R-0K3V7Q2M1-7QF2M0XA"])]
StepId = Annotated[Identifier, Path(examples=["W-0K3V7Q2M1-7QF2M0XA"])]
RequestId = Annotated[Identifier, Path(examples=["Q-0K3V7Q2M1-7QF2M0XA"])]
EntryId = Annotated[Identifier, Path(examples=["S-0K3V7Q2M1-7QF2M0XA"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
Searches = Annotated[Actor, Depends(allowed(Permission.SEARCH_HOMES))]
Asks = Annotated[Actor, Depends(allowed(Permission.REQUEST_OFFERS))]


class TierToOpen(Record):
    """A tier to be opened.

    Parameters
    ----------
    tier
        Which.
    framework_tier
        For the framework: which of its own tiers.
    why_now
        Why, when a tier before it is not exhausted.
    """

    tier: Tier
    framework_tier: Annotated[int, Field(ge=1, le=9)] | None = None
    why_now: Words | None = None


class LedToNothing(Record):
    """Why a tier led to nothing.

    Parameters
    ----------
    why, remarks
        The reason, and anything to add.
    """

    why: Exhausted
    remarks: Words | None = None


class ForShortlist(Record):
    """A home for the shortlist.

    Parameters
    ----------
    home_id
        Which.
    matches_id
        The ranking that it comes from; null when added by hand.
    remarks
        Why.
    """

    home_id: Identifier
    matches_id: Identifier | None = None
    remarks: Words | None = None


TIER: dict[str, Any] = {"tier": "framework", "framework_tier": 1, "why_now": "Needed tonight."}
NOTHING: dict[str, Any] = {"why": "no_vacancy", "remarks": "All three carers are full."}
REQUEST: dict[str, Any] = {"step_id": "W-0K3V7Q2M1-7QF2M0XA", "provider_ids": ["P-003", "P-007"]}
ENTRY: dict[str, Any] = {"home_id": "H-0012", "remarks": "The school is near."}


@router.get(
    "/referrals/{referral_id}/search-steps",
    operation_id="listSearchSteps",
    summary="List the tiers of a search",
    responses=documented(422),
)
def steps(
    _: Reads, referral_id: ReferralId, work: CurrentWork, paging: Paging, names: SeesNames
) -> PageOut[HeldOut[SearchStep]]:
    """Return the tiers that were opened, with why others led to nothing."""
    return read_page(work, SearchStep, paging, names=names, referral_id=referral_id)


@router.post(
    "/referrals/{referral_id}/search-steps",
    status_code=201,
    operation_id="openTier",
    summary="Open a tier of the search",
    responses={**created(SearchStep), **STEP},
)
def open_tier(
    _: Searches,
    referral_id: ReferralId,
    sent: Annotated[TierToOpen, Body(openapi_examples={"one": {"value": TIER}})],
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[SearchStep]:
    """Open the next tier; dearer ones are for a manager."""
    held = searching.open_tier(
        work,
        referral_id,
        sent.tier,
        framework_tier=sent.framework_tier,
        why_now=sent.why_now,
    )
    return begun(held, SearchStep, names=names, response=response, location="/v1/search-steps")


@router.post(
    "/search-steps/{step_id}/exhaust",
    operation_id="exhaustTier",
    summary="Record that a tier is exhausted",
    responses=STEP,
)
def exhaust(
    _: Searches,
    step_id: StepId,
    sent: Annotated[LedToNothing, Body(openapi_examples={"one": {"value": NOTHING}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[SearchStep]:
    """Say why a tier led to nothing."""
    held = searching.exhaust(work, step_id, sent.why, remarks=sent.remarks, expected=version)
    return shown(held, SearchStep, names=names, response=response)


@router.post(
    "/search-steps/{step_id}/reopen",
    operation_id="reopenTier",
    summary="Re-open a tier",
    responses=STEP,
)
def reopen(
    _: Searches,
    step_id: StepId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[SearchStep]:
    """Search a tier again: something has changed."""
    held = searching.reopen_step(work, step_id, expected=version)
    return shown(held, SearchStep, names=names, response=response)


@router.get(
    "/referrals/{referral_id}/shortlist",
    operation_id="listShortlist",
    summary="List the shortlist",
    responses=documented(422),
)
def shortlist(
    _: Reads, referral_id: ReferralId, work: CurrentWork, paging: Paging, names: SeesNames
) -> PageOut[HeldOut[ShortlistEntry]]:
    """Return the homes on the shortlist, those taken off included."""
    return read_page(work, ShortlistEntry, paging, names=names, referral_id=referral_id)


@router.post(
    "/referrals/{referral_id}/shortlist",
    status_code=201,
    operation_id="addToShortlist",
    summary="Put a home on the shortlist",
    responses={**created(ShortlistEntry), **STEP},
)
def add(
    _: Searches,
    referral_id: ReferralId,
    sent: Annotated[ForShortlist, Body(openapi_examples={"one": {"value": ENTRY}})],
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ShortlistEntry]:
    """Put a home on the shortlist, from a ranking or by hand."""
    held = searching.add_to_shortlist(
        work, referral_id, sent.home_id, matches_id=sent.matches_id, remarks=sent.remarks
    )
    return begun(
        held, ShortlistEntry, names=names, response=response, location="/v1/shortlist-entries"
    )


@router.delete(
    "/shortlist-entries/{entry_id}",
    operation_id="takeOffShortlist",
    summary="Take a home off the shortlist",
    responses={**STEP, **documented(428)},
)
def take_off(
    _: Searches,
    entry_id: EntryId,
    version: IfMatch,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ShortlistEntry]:
    """Take a home off; that it was on stays known."""
    held = searching.take_off_shortlist(work, entry_id, expected=version)
    return shown(held, ShortlistEntry, names=names, response=response)


@router.get(
    "/provider-requests",
    operation_id="listProviderRequests",
    summary="List requests to providers",
    responses=documented(422),
)
def requests(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    referral_id: Annotated[Identifier | None, Query()] = None,
    state: Annotated[RequestState | None, Query()] = None,
) -> PageOut[HeldOut[ProviderRequest]]:
    """Return what providers were asked, without names."""
    return read_page(
        work, ProviderRequest, paging, names=names, referral_id=referral_id, state=state
    )


@router.post(
    "/referrals/{referral_id}/provider-requests",
    status_code=201,
    operation_id="askProviders",
    summary="Ask providers, without names",
    responses={**created(ProviderRequest), **STEP},
)
def ask(
    _: Asks,
    referral_id: ReferralId,
    sent: Annotated[RequestToSend, Body(openapi_examples={"one": {"value": REQUEST}})],
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ProviderRequest]:
    """Send a referral without names to providers of a tier that is open."""
    held = offering.send_request(work, referral_id, sent)
    return begun(
        held, ProviderRequest, names=names, response=response, location="/v1/provider-requests"
    )


@router.post(
    "/provider-requests/{request_id}/close",
    operation_id="closeProviderRequest",
    summary="Close a request to providers",
    responses=STEP,
)
def close(
    _: Asks,
    request_id: RequestId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[ProviderRequest]:
    """Look for no more answers."""
    held = offering.close_request(work, request_id, expected=version)
    return shown(held, ProviderRequest, names=names, response=response)
