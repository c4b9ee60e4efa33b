"""Use cases of holds: nobody is placed while one stands, and everybody it touches is named.

A hold counts from its commit: every ranking asked for after that knows of it, and what was
chosen before is stopped when it is checked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.capacity.references import check_references
from api.errors import NotAllowedError
from api.records.actor import Permission
from api.records.care_placement import CarePlacement
from api.records.choice import Choice, ChoiceState
from api.records.identity import new_id
from api.records.making import made
from api.records.offer import Offer, OfferState
from api.records.referral_case import CaseState, ReferralCase
from api.records.search import ShortlistEntry
from matcher.domain.home import Home
from matcher.domain.placement import Hold, HoldKind, HoldScope, Resident

if TYPE_CHECKING:
    from datetime import date

    from api.storage.reading import Held
    from api.storage.work import Work

_STANDING = (ChoiceState.PROPOSED, ChoiceState.APPROVED)
_OFFERED = (OfferState.RECEIVED, OfferState.ACCEPTED)
OPEN_STATES = tuple(state for state in CaseState if state.waits)


class LivesThere(NamedTuple):
    """Somebody who lives in a home under a hold."""

    home_id: str
    child_id: str | None
    """One of ours; None for a resident of another authority."""
    resident_id: str | None
    placement_id: str | None


class Touched(NamedTuple):
    """A search that has come upon a home under a hold."""

    referral_id: str
    home_id: str
    chosen: bool
    """It was chosen, and the choice will be stopped; otherwise shortlisted or offered."""


class Effect(NamedTuple):
    """Whom a hold touches."""

    home_ids: tuple[str, ...]
    living_there: tuple[LivesThere, ...]
    searches: tuple[Touched, ...]


class Placed(NamedTuple):
    """A hold, and whom it touches."""

    held: Held[Hold]
    effect: Effect


def place_hold(
    work: Work,
    *,
    scope: HoldScope,
    target_id: str,
    kind: HoldKind,
    starts: date,
    until: date | None = None,
    beds: int | None = None,
    reason: str,
) -> Placed:
    """Put a hold on a home or on every home of a provider, at once.

    Parameters
    ----------
    work
        The transaction.
    scope, target_id, kind, starts, until, beds
        See :class:`~matcher.domain.placement.Hold`.
    reason
        Why, for the audit trail.

    Raises
    ------
    InvalidError
        If there is no such home or provider, or the hold cannot be so.
    """
    hold = made(
        Hold,
        hold_id=new_id("HO", work.at),
        scope=scope,
        target_id=target_id,
        kind=kind,
        starts=starts,
        until=until,
        beds=beds,
    )
    work.lock()
    check_references(work, hold)
    found = effect(work, hold)
    held = work.put(
        hold,
        reason=reason,
        expected=0,
        action="hold placed",
        details={
            "kind": hold.kind.value,
            "homes": len(found.home_ids),
            "living_there": len(found.living_there),
            "searches": len(found.searches),
        },
    )
    work.read(*_children(found), why=f"hold {hold.hold_id}: who lives there")
    return Placed(held, found)


def change_hold(work: Work, hold: Hold, *, expected: int, reason: str) -> Placed:
    """Change a hold's days. To end it earlier, or to make it less, is to lift it.

    Raises
    ------
    NotAllowedError
        If who asks may place holds and not lift them.
    """
    before = work.get(Hold, hold.hold_id).record
    milder = (
        (before.scope, before.target_id, before.kind) != (hold.scope, hold.target_id, hold.kind)
        or hold.starts > before.starts
        or (hold.until is not None and (before.until is None or hold.until < before.until))
        or (hold.beds or 0) < (before.beds or 0)
    )
    if milder and not work.actor.may(Permission.LIFT_HOLDS):
        raise NotAllowedError(
            "Your role may place holds and not lift them, in whole or in part. Ask a manager.",
            rule=Permission.LIFT_HOLDS.value,
        )
    work.lock()
    check_references(work, hold)
    held = work.put(hold, reason=reason, expected=expected, action="hold changed")
    return Placed(held, effect(work, hold))


def lift_hold(work: Work, hold_id: str, *, expected: int, reason: str) -> None:
    """End a hold at once; its history stays."""
    work.retire(Hold, hold_id, reason=reason, expected=expected, action="hold lifted")


def effect(work: Work, hold: Hold) -> Effect:
    """Return whom a hold touches: who lives there, and which searches have come upon it."""
    home_ids: tuple[str, ...] = (hold.target_id,)
    if hold.scope is HoldScope.PROVIDER:
        homes = work.find(Home, provider_id=hold.target_id)
        home_ids = tuple(held.record.home_id for held in homes)
    living = [
        LivesThere(stay.home_id, stay.child_id, None, stay.placement_id)
        for held in work.find(CarePlacement, home_id=home_ids)
        if (stay := held.record).state.lived_in
    ]
    living += [
        LivesThere(held.record.home_id, None, held.record.resident_id, None)
        for held in work.find(Resident, home_id=home_ids)
    ]
    return Effect(home_ids, tuple(living), tuple(_searches(work, frozenset(home_ids))))


def _searches(work: Work, home_ids: frozenset[str]) -> list[Touched]:
    found: dict[tuple[str, str], bool] = {}
    for case in work.find(ReferralCase, state=tuple(state.value for state in OPEN_STATES)):
        referral_id = case.record.referral_id
        seen = [
            entry.record.home_id
            for entry in work.find(ShortlistEntry, referral_id=referral_id)
            if entry.record.removed_at is None
        ]
        seen += [
            offer.record.home_id
            for offer in work.find(Offer, referral_id=referral_id)
            if offer.record.state in _OFFERED
        ]
        found.update({(referral_id, each): False for each in seen if each in home_ids})
        for choice in work.find(Choice, referral_id=referral_id):
            if choice.record.state in _STANDING:
                chosen = {home.home_id for home in choice.record.homes} & home_ids
                found.update({(referral_id, each): True for each in chosen})
    return [Touched(*key, chosen) for key, chosen in sorted(found.items())]


def _children(found: Effect) -> tuple[str, ...]:
    return tuple(each.child_id for each in found.living_there if each.child_id is not None)
