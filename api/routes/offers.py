"""Offers of homes that are known, or not yet."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.casework import offering
from api.casework.offering import OfferMade
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.offer import Declined, Offer, OfferState
from api.records.text import Words
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, Paging, allowed
from api.routes.steps import (
    READ,
    STEP,
    IfMatchMaybe,
    SeesNames,
    begun,
    created,
    read_one,
    read_page,
    shown,
)
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier, Record

router = APIRouter(
    prefix="/v1", tags=["offers"], route_class=ServiceRoute, responses=documented(401, 403)
)

ReferralId = Annotated[Identifier, Path(examples=["R-0K3V7Q2M1-7QF2M0XA"])]
OfferId = Annotated[Identifier, Path(examples=["O-0K3V7Q2M1-7QF2M0XA"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
Asks = Annotated[Actor, Depends(allowed(Permission.REQUEST_OFFERS))]
Chooses = Annotated[Actor, Depends(allowed(Permission.CHOOSE_HOME))]


class NotTaken(Record):
    """Why an offer is not taken.

    Parameters
    ----------
    why, remarks
        The reason, and anything to add.
    """

    why: Declined
    remarks: Words | None = None


OFFER: dict[str, Any] = {
    "provider_id": "P-003",
    "new_home": {"setting": "foster", "postcode": "HP20 1UA", "beds": 1},
    "route": "framework",
    "agreement_id": "A-004",
    "weekly_fee_pence": 92_000,
    "expires_on": "2026-12-04",
}
NOT_TAKEN: dict[str, Any] = {"why": "too_far"}


@router.get("/offers", operation_id="listOffers", summary="List offers", responses=documented(422))
def offers(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    referral_id: Annotated[Identifier | None, Query()] = None,
    state: Annotated[OfferState | None, Query()] = None,
) -> PageOut[HeldOut[Offer]]:
    """Return offers, a page at a time."""
    return read_page(work, Offer, paging, names=names, referral_id=referral_id, state=state)


@router.get("/offers/{offer_id}", operation_id="getOffer", summary="Read an offer", responses=READ)
def offer(
    _: Reads, offer_id: OfferId, work: CurrentWork, names: SeesNames, response: Response
) -> HeldOut[Offer]:
    """Return an offer."""
    return read_one(work, Offer, offer_id, names=names, response=response)


@router.post(
    "/referrals/{referral_id}/offers",
    status_code=201,
    operation_id="recordOffer",
    summary="Record an offer",
    responses={**created(Offer), **STEP},
)
def receive(
    _: Asks,
    referral_id: ReferralId,
    sent: Annotated[OfferMade, Body(openapi_examples={"one": {"value": OFFER}})],
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Offer]:
    """Record an offer; a home not yet known is entered with unknowns, to be ranked again."""
    held = offering.receive(work, referral_id, sent)
    return begun(held, Offer, names=names, response=response, location="/v1/offers")


@router.post(
    "/offers/{offer_id}/accept",
    operation_id="acceptOffer",
    summary="Accept an offer",
    responses=STEP,
)
def accept(
    _: Chooses,
    offer_id: OfferId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Offer]:
    """Accept an offer, as long as it stands."""
    held = offering.accept(work, offer_id, expected=version)
    return shown(held, Offer, names=names, response=response)


@router.post(
    "/offers/{offer_id}/decline",
    operation_id="declineOffer",
    summary="Decline an offer",
    responses=STEP,
)
def decline(
    _: Asks,
    offer_id: OfferId,
    sent: Annotated[NotTaken, Body(openapi_examples={"one": {"value": NOT_TAKEN}})],
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Offer]:
    """Decline an offer, with the reason."""
    held = offering.decline(work, offer_id, sent.why, remarks=sent.remarks, expected=version)
    return shown(held, Offer, names=names, response=response)


@router.post(
    "/offers/{offer_id}/withdraw",
    operation_id="withdrawOffer",
    summary="Record that a provider withdrew an offer",
    responses=STEP,
)
def withdraw(
    _: Asks,
    offer_id: OfferId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Offer]:
    """Record that the provider no longer offers it."""
    held = offering.withdrawn(work, offer_id, expected=version)
    return shown(held, Offer, names=names, response=response)
