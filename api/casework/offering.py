"""Requests to providers without names, and the offers that come back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from api.casework.calendar import hours_after
from api.casework.moving import begin, move
from api.casework.procedure import hours_to_answer, procedure_of
from api.casework.searching import anonymous, waiting
from api.errors import ConflictError, InvalidError
from api.records.identity import new_id
from api.records.offer import Declined, Offer, OfferState
from api.records.search import ProviderRequest, RequestState, SearchStep, StepState
from api.records.text import Words
from api.storage.filters import AtMost
from matcher.domain.agreement import Agreement, Provider, Route
from matcher.domain.child import Child
from matcher.domain.home import Home, Setting
from matcher.domain.record import Identifier, Pence, Postcode, Record, SortedSet, Unordered

if TYPE_CHECKING:
    from api.storage.reading import Held
    from api.storage.work import Work


class RequestToSend(Record):
    """A request without names.

    Parameters
    ----------
    step_id
        The tier that it is sent to.
    provider_ids
        To whom.
    respond_by
        Until when answers are looked for; None for the council's own time to answer.
    """

    step_id: Identifier
    provider_ids: Annotated[SortedSet[Identifier], Field(min_length=1, max_length=500)]
    respond_by: AwareDatetime | None = None


class NewHome(Record):
    """A home that is not known yet, as far as an offer tells; the rest is unknown.

    Parameters
    ----------
    setting
        What kind of home it is.
    postcode
        Where; None when not said.
    beds
        How many children it takes.
    """

    setting: Setting
    postcode: Postcode | None = None
    beds: Annotated[int, Field(ge=1, le=100)] = 1


class OfferMade(Record):
    """What a provider offers.

    Parameters
    ----------
    request_id
        The request that it answers; None for one that nobody asked for.
    provider_id
        Who offers.
    home_id, new_home
        A home that is known, or one that is not: one of the two.
    child_ids
        For whom; empty for all the children of the referral.
    route, agreement_id
        How the bed would be bought.
    weekly_fee_pence
        For these children together; None when not yet said.
    start_possible_on, expires_on
        From when, and until when it stands; None for now, and for the council's own period.
    provider_remarks
        What the provider says of the match and the support.
    """

    request_id: Identifier | None = None
    provider_id: Identifier
    home_id: Identifier | None = None
    new_home: NewHome | None = None
    child_ids: Unordered[Identifier] = ()
    route: Route
    agreement_id: Identifier | None = None
    weekly_fee_pence: Pence | None = None
    start_possible_on: date | None = None
    expires_on: date | None = None
    provider_remarks: Words | None = None

    @model_validator(mode="after")
    def _one_home(self) -> Self:
        if (self.home_id is None) == (self.new_home is None):
            raise ValueError("an offer is of a home that is known, or of a new one")
        return self


def send_request(work: Work, referral_id: str, asked: RequestToSend) -> Held[ProviderRequest]:
    """Send a referral without names to providers of a tier that is open.

    Raises
    ------
    ConflictError
        If the tier is not open, or the referral no longer waits.
    NotFoundError
        If a provider is not known.
    """
    work.lock()
    case = waiting(work, referral_id)
    step = work.get(SearchStep, asked.step_id).record
    if step.referral_id != referral_id or step.state is not StepState.OPEN:
        raise ConflictError(
            f"Step {asked.step_id} is not an open tier of the search for {referral_id}.",
            field="step_id",
            rule="TIER_OPEN",
        )
    for provider_id in asked.provider_ids:
        work.get(Provider, provider_id)
    hours = hours_to_answer(procedure_of(work), case.timescale)
    request = ProviderRequest(
        request_id=new_id("Q", work.at),
        referral_id=referral_id,
        step_id=asked.step_id,
        provider_ids=asked.provider_ids,
        children=tuple(
            anonymous(work.get(Child, child_id).record, case.needed_by)
            for child_id in case.child_ids
        ),
        needed_by=case.needed_by,
        expected_weeks=case.expected_weeks,
        risks=tuple(sorted(case.risks)),
        sent_at=work.at,
        respond_by=asked.respond_by or hours_after(work.at, hours),
        state=RequestState.SENT,
    )
    return begin(work, request, "send")


def close_request(
    work: Work, request_id: str, *, expected: int | None = None
) -> Held[ProviderRequest]:
    """Close a request: no more answers are looked for."""
    work.lock()
    return move(
        work, work.get(ProviderRequest, request_id), "close", expected=expected, closed_at=work.at
    )


def receive(work: Work, referral_id: str, made: OfferMade) -> Held[Offer]:
    """Record an offer; a home not yet known is entered with what the offer says.

    A vacancy that is offered is a vacancy confirmed today.

    Raises
    ------
    ConflictError
        If nobody waits under the referral.
    InvalidError
        If it names children of others, or a home or an agreement of another provider.
    """
    work.lock()
    case = waiting(work, referral_id)
    work.get(Provider, made.provider_id)
    if made.request_id is not None:
        request = work.get(ProviderRequest, made.request_id).record
        if request.referral_id != referral_id:
            raise InvalidError(
                f"Request {made.request_id} is of another referral.", field="request_id"
            )
    if not set(made.child_ids) <= set(case.child_ids):
        raise InvalidError(
            f"An offer names children of referral {referral_id} only.", field="child_ids"
        )
    if made.agreement_id is not None:
        agreement = work.get(Agreement, made.agreement_id).record
        if agreement.provider_id != made.provider_id or agreement.route is not made.route:
            raise InvalidError(
                f"Agreement {made.agreement_id} is not an agreement of {made.provider_id} by the "
                f"route {made.route.label}.",
                field="agreement_id",
            )
    offer = Offer(
        offer_id=new_id("O", work.at),
        referral_id=referral_id,
        request_id=made.request_id,
        provider_id=made.provider_id,
        home_id=_home_offered(work, made),
        provisional=made.new_home is not None,
        child_ids=made.child_ids or case.child_ids,
        state=OfferState.RECEIVED,
        route=made.route,
        agreement_id=made.agreement_id,
        weekly_fee_pence=made.weekly_fee_pence,
        start_possible_on=made.start_possible_on,
        received_at=work.at,
        expires_on=made.expires_on or work.today + timedelta(days=procedure_of(work).offer_days),
        provider_remarks=made.provider_remarks,
    )
    return begin(work, offer, "receive")


def _home_offered(work: Work, made: OfferMade) -> str:
    agreements = () if made.agreement_id is None else (made.agreement_id,)
    if made.new_home is not None:
        home = Home(
            home_id=new_id("H", work.at),
            setting=made.new_home.setting,
            provider_id=made.provider_id,
            postcode=made.new_home.postcode,
            beds_approved=made.new_home.beds,
            beds_usable=made.new_home.beds,
            agreement_ids=agreements,
            weekly_fee_pence=made.weekly_fee_pence if made.new_home.beds == 1 else None,
            available_from=made.start_possible_on,
            vacancy_confirmed_on=work.today,
        )
        work.put(home, reason="a home not yet known was offered", expected=0, action="home.offered")
        return home.home_id
    held = work.get(Home, str(made.home_id))
    if held.record.provider_id != made.provider_id:
        raise InvalidError(
            f"Home {made.home_id} is not a home of {made.provider_id}.", field="home_id"
        )
    if held.record.vacancy_confirmed_on != work.today:
        work.put(
            held.record.replace(vacancy_confirmed_on=work.today),
            reason="an offer confirms the vacancy",
            action="home.vacancy_confirmed",
        )
    return held.record.home_id


def accept(work: Work, offer_id: str, *, expected: int | None = None) -> Held[Offer]:
    """Accept an offer: it stands until the home is chosen or the offer is declined.

    Raises
    ------
    ConflictError
        If its last day is over.
    """
    work.lock()
    held = work.get(Offer, offer_id)
    if held.record.expires_on < work.today:
        raise ConflictError(
            f"Offer {offer_id} stood until {held.record.expires_on:%-d %B %Y}. Ask whether it "
            "still does, and record that as a new offer.",
            rule="OFFER_STANDS",
        )
    waiting(work, held.record.referral_id)
    return move(
        work,
        held,
        "accept",
        expected=expected,
        decided_at=work.at,
        decided_by=work.actor.actor_id,
    )


def decline(
    work: Work,
    offer_id: str,
    why: Declined,
    *,
    remarks: str | None = None,
    expected: int | None = None,
) -> Held[Offer]:
    """Decline an offer, with the reason."""
    work.lock()
    return move(
        work,
        work.get(Offer, offer_id),
        "decline",
        expected=expected,
        details={"why": str(why)},
        decided_at=work.at,
        decided_by=work.actor.actor_id,
        declined_why=why,
        remarks=remarks,
    )


def withdrawn(work: Work, offer_id: str, *, expected: int | None = None) -> Held[Offer]:
    """Record that the provider has withdrawn an offer."""
    work.lock()
    return move(work, work.get(Offer, offer_id), "withdraw", expected=expected, decided_at=work.at)


def expire_offers(work: Work) -> int:
    """Let offers lapse whose last day is over; return how many."""
    yesterday = work.today - timedelta(days=1)
    found = work.find(Offer, state=OfferState.RECEIVED, expires_on=AtMost(yesterday))
    for held in found:
        move(work, held, "expire", decided_at=work.at)
    return len(found)
