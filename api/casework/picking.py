"""What a person picks, made whole with what the offer and the ranking say of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from api.casework.moving import move
from api.casework.policies import check_offer_stands
from api.errors import InvalidError
from api.records.choice import ChosenHome
from api.records.offer import Offer, OfferState
from api.records.text import Words
from matcher.domain.agreement import Route
from matcher.domain.record import Identifier, Pence, Record, Unordered

if TYPE_CHECKING:
    from api.records.referral_case import ReferralCase
    from api.storage.work import Work
    from matcher.explaining.report import Part, RankReport


class HomePicked(Record):
    """A home that is chosen for some of the children.

    Parameters
    ----------
    home_id, child_ids
        Where, and who; no children for all of the referral.
    offer_id
        The offer that it takes up; None for none.
    route, agreement_id, weekly_fee_pence
        How it is bought; None for what the offer or the ranking says.
    """

    home_id: Identifier
    child_ids: Unordered[Identifier] = ()
    offer_id: Identifier | None = None
    route: Route | None = None
    agreement_id: Identifier | None = None
    weekly_fee_pence: Pence | None = None


class ChoiceMade(Record):
    """What a person chooses.

    Parameters
    ----------
    matches_id
        The ranking that they looked at.
    homes
        One, or several when siblings are placed apart.
    starts_on
        First day.
    reasons
        Why this home.
    why_not_first
        Why not the home ranked first; None when it is.
    outside_terms
        An emergency: a foster home may be used outside its terms, for six working days.
    """

    matches_id: Identifier
    homes: Annotated[tuple[HomePicked, ...], Field(min_length=1, max_length=12)]
    starts_on: date
    reasons: Words
    why_not_first: Words | None = None
    outside_terms: bool = False


def rank_of(report: RankReport, case: ReferralCase, made: ChoiceMade) -> int | None:
    """Return the place of a choice in the ranking that the person looked at; None without one."""
    wanted = {(each.home_id, each.child_ids or case.child_ids) for each in made.homes}
    for option in report.options:
        if {(part.home_id, tuple(sorted(part.children))) for part in option.parts} == wanted:
            return option.rank
    return None


def _part_of(report: RankReport, home_id: str) -> Part | None:
    parts = (part for option in report.options for part in option.parts)
    return next((part for part in parts if part.home_id == home_id), None)


def home_chosen(
    work: Work, case: ReferralCase, report: RankReport, picked: HomePicked
) -> ChosenHome:
    """Return what was picked, with what the offer or the ranking says of buying it.

    Raises
    ------
    ConflictError
        If the offer no longer stands.
    InvalidError
        If nothing says by which route it is bought.
    """
    part = _part_of(report, picked.home_id)
    offer = None if picked.offer_id is None else work.get(Offer, picked.offer_id).record
    if offer is not None:
        check_offer_stands(offer, picked.home_id, work.today)
        if offer.referral_id != case.referral_id:
            raise InvalidError(f"Offer {offer.offer_id} is for another referral.", field="offer_id")
    route = picked.route or (offer.route if offer else None) or (part.route if part else None)
    if route is None:
        raise InvalidError(
            f"Say by which route {picked.home_id} is bought: neither an offer nor the ranking "
            "tells.",
            field="route",
        )
    agreement = picked.agreement_id
    fee = picked.weekly_fee_pence
    if offer is not None:
        agreement = agreement or offer.agreement_id
        fee = offer.weekly_fee_pence if fee is None else fee
    elif part is not None:
        agreement = agreement or part.agreement_id
        fee = part.weekly_fee_pence if fee is None else fee
    return ChosenHome(
        home_id=picked.home_id,
        child_ids=picked.child_ids or case.child_ids,
        route=route,
        agreement_id=agreement,
        weekly_fee_pence=fee,
        offer_id=picked.offer_id,
    )


def take_offer(work: Work, home: ChosenHome) -> None:
    """Accept the offer that a choice takes up, if nobody has yet."""
    if home.offer_id is None:
        return
    held = work.get(Offer, home.offer_id)
    if held.record.state is OfferState.RECEIVED:
        move(work, held, "accept", decided_at=work.at, decided_by=work.actor.actor_id)
