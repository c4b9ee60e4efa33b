"""Use cases of consortia: beds that one council offers, and what the others see of them.

An offer holds everything that others see and names the councils that see it. Nothing else of a
council's records is ever read for another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.errors import ConflictError, InvalidError
from api.records.consortium import Consortium, SharedBeds
from api.records.making import made
from api.storage.kinds import kind_of
from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home
from matcher.errors import NotFoundError
from matcher.geography.spelling import outcode_of

if TYPE_CHECKING:
    from datetime import date

    from api.storage.database import Database
    from api.storage.reading import Held
    from api.storage.work import Work


class Offered(NamedTuple):
    """Beds that another council offers."""

    authority: str
    beds: SharedBeds


def keep_consortium(
    work: Work, consortium: Consortium, *, expected: int, reason: str = ""
) -> Held[Consortium]:
    """Store with which councils homes are shared; offers are shown to its members at once.

    Raises
    ------
    InvalidError
        If the council itself is among the others.
    """
    if work.authority in consortium.members:
        raise InvalidError("The members are the other councils.", field="members")
    if expected:
        work.get(Consortium, consortium.consortium_id)
    held = work.put(consortium, reason=reason, expected=expected)
    for offer in work.find(SharedBeds, consortium_id=consortium.consortium_id):
        if offer.record.offered_to != consortium.members:
            work.put(
                offer.record.replace(offered_to=consortium.members),
                reason="the consortium's members changed",
            )
    return held


def end_consortium(work: Work, consortium_id: str, *, expected: int, reason: str) -> None:
    """Stop sharing homes with a consortium.

    Raises
    ------
    ConflictError
        If beds are still offered to it.
    """
    if work.find(SharedBeds, limit=1, consortium_id=consortium_id):
        raise ConflictError("Beds are still offered to this consortium. Withdraw them first.")
    work.retire(Consortium, consortium_id, reason=reason, expected=expected)


def share_beds(
    work: Work,
    *,
    shared_id: str,
    consortium_id: str,
    home_id: str,
    beds: int,
    starts: date,
    until: date | None,
    weekly_fee_pence: int | None,
    recall_days: int,
    expected: int,
    reason: str = "",
) -> Held[SharedBeds]:
    """Offer beds of a home to the members of a consortium, or change the offer.

    What they see of the home is copied into the offer as it is now.

    Raises
    ------
    InvalidError
        If more beds are offered than the home has.
    NotFoundError
        If there is no such consortium, home or offer.
    """
    if expected:
        work.get(SharedBeds, shared_id)
    consortium = work.get(Consortium, consortium_id).record
    home = work.get(Home, home_id).record
    if beds > home.beds_approved:
        raise InvalidError(f"The home has {home.beds_approved} beds.", field="beds")
    offer = made(
        SharedBeds,
        shared_id=shared_id,
        consortium_id=consortium_id,
        authority=work.authority,
        offered_to=consortium.members,
        home_id=home_id,
        setting=home.setting,
        area=outcode_of(home.postcode),
        terms=home.terms,
        grade=home.grade,
        capabilities=home.capabilities,
        adaptations=home.adaptations,
        long_term=home.long_term,
        takes_parent_and_child=home.takes_parent_and_child,
        beds=beds,
        starts=starts,
        until=until,
        weekly_fee_pence=weekly_fee_pence,
        recall_days=recall_days,
    )
    return work.put(offer, reason=reason, expected=expected)


def offered_to_us(database: Database, work: Work) -> list[Offered]:
    """Return the beds that other councils offer to this one, as of today.

    Parameters
    ----------
    database
        Where all councils' offers are.
    work
        For which council, and on which day.
    """
    return [
        Offered(whose, held.record)
        for whose, held in database.across(SharedBeds)
        if whose != work.authority and held.record.seen_by(work.authority, work.today)
    ]


def offer_to_us(database: Database, work: Work, authority: str, shared_id: str) -> Offered:
    """Return one offer of another council to this one.

    Raises
    ------
    NotFoundError
        If there is none that this council may see, whatever others there are.
    """
    for offered in offered_to_us(database, work):
        if (offered.authority, offered.beds.shared_id) == (authority, shared_id):
            return offered
    label = kind_of(SharedBeds).singular
    raise NotFoundError(f"There is no {label} {shared_id!r} of {authority} to this council.")


def take_up(database: Database, work: Work, authority: str, shared_id: str) -> Held[Home]:
    """Put beds that another council offers into our own register, or bring them up to date.

    They become a home of that council's, bought by a consortium agreement, with unknowns where
    the offer says nothing, and are ranked like any other. That a bed is really free is still to
    be agreed between the councils.

    Raises
    ------
    NotFoundError
        If there is no such offer to this council.
    """
    offer = offer_to_us(database, work, authority, shared_id).beds
    identifier = f"{authority}.{shared_id}"
    reason = f"offered by {authority}"
    work.lock()
    if work.maybe(Provider, authority) is None:
        provider = Provider(provider_id=authority, sector=PlaceProvider.PR2, authority=authority)
        work.put(provider, reason=reason)
    fees = () if offer.weekly_fee_pence is None else (Fee(weekly_fee_pence=offer.weekly_fee_pence),)
    work.maybe(Agreement, identifier)  # whichever there is, is replaced
    agreement = Agreement(
        agreement_id=identifier,
        provider_id=authority,
        route=Route.CONSORTIUM,
        starts=offer.starts,
        ends=offer.until,
        fees=fees,
    )
    work.put(agreement, reason=reason)
    work.maybe(Home, identifier)
    home = Home(
        home_id=identifier,
        setting=offer.setting,
        provider_id=authority,
        postcode=offer.area,
        terms=offer.terms,
        grade=offer.grade,
        beds_approved=offer.beds,
        beds_usable=offer.beds,
        capabilities=offer.capabilities,
        adaptations=offer.adaptations,
        agreement_ids=(identifier,),
        available_from=offer.starts if offer.starts > work.today else None,
        vacancy_confirmed_on=work.today,
        takes_parent_and_child=offer.takes_parent_and_child,
        long_term=offer.long_term,
    )
    return work.put(home, reason=reason, action="beds taken up")
