"""Which records of a World follow from what is stored.

What is stored tells a life; a World tells one day. A child is in it who lives somewhere or
waits for a home; a referral while its children wait; a stay while somebody lives there; a
bed that is reserved as a hold.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from api.records.capacity import Booking, BookingPurpose, BudgetLine
from api.records.care_placement import CarePlacement
from api.records.referral_case import ReferralCase
from matcher.domain.agreement import Agreement, Provider
from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.domain.placement import Exemption, Hold, HoldKind, HoldScope, Placement, Resident
from matcher.domain.places import postcodes_of
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup
from matcher.domain.world import make_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from matcher.domain.agreement import Budget
    from matcher.domain.record import Record
    from matcher.domain.world import World
    from matcher.geography.location import Location

SOURCES: dict[type[Any], str] = {
    Provider: "provider_id",
    Agreement: "agreement_id",
    Home: "home_id",
    SiblingGroup: "sibling_group_id",
    Child: "child_id",
    ReferralCase: "referral_id",
    CarePlacement: "placement_id",
    Resident: "resident_id",
    Exemption: "exemption_id",
    Hold: "hold_id",
    Booking: "booking_id",
    BudgetLine: "budget_id",
}
"""The kinds of record that a World follows from, and by what they are known."""

IN_ORDER: dict[type[Any], str] = {
    Provider: "provider_id",
    Agreement: "agreement_id",
    Home: "home_id",
    SiblingGroup: "sibling_group_id",
    Child: "child_id",
    Referral: "referral_id",
    Placement: "child_id",
    Resident: "resident_id",
    Exemption: "exemption_id",
    Hold: "hold_id",
}
"""The kinds of record of a World, what is named before what names it, and by what known."""

_A_DAY = timedelta(days=1)
BOOKED = "booked/"
"""Begins the identifier of a hold that stands for a bed reserved for somebody."""

Key = tuple[type[Any], str]
"""A record of a World: its kind and identifier."""


class Stored:
    """What is stored of one authority, as far as its World follows from it.

    Parameters
    ----------
    today
        The date of the World.
    """

    def __init__(self, today: date) -> None:
        self.today = today
        self._records: dict[type[Any], dict[str, Any]] = {each: {} for each in SOURCES}
        self._placements: dict[str, set[str]] = {}
        """Stays of each child that go on."""
        self._referrals: dict[str, set[str]] = {}
        """Referrals of each child that wait."""
        self._named_by: dict[str, set[str]] = {}
        """Exemptions that name each child."""

    def put(self, record: Record) -> set[Key]:
        """Add a stored record, or replace it; return what may follow from it in the World."""
        kind = type(record)
        record_id: str = getattr(record, SOURCES[kind])
        before = self._records[kind].get(record_id)
        self._records[kind][record_id] = record
        return self._follow(kind, record_id, before, record)

    def drop(self, kind: type[Any], record_id: str) -> set[Key]:
        """Take a stored record out; return what may follow from it in the World."""
        before = self._records[kind].pop(record_id, None)
        return set() if before is None else self._follow(kind, record_id, before, None)

    def set_today(self, today: date) -> set[Key]:
        """Let days pass; return what may be otherwise in the World."""
        earlier = min(self.today, today)
        self.today = today
        return {
            key
            for stay in self._records[CarePlacement].values()
            if earlier < stay.started_on
            for key in self._around(stay.child_id)
        }

    # What follows -------------------------------------------------------------------------

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """The budgets, in the order of identifiers."""
        return tuple(line.budget for _, line in sorted(self._records[BudgetLine].items()))

    def follows(self, key: Key) -> Any:
        """Return the record of the World that follows; None when there is none."""
        kind, record_id = key
        special = _SPECIAL.get(kind)
        return self._records[kind].get(record_id) if special is None else special(self, record_id)

    def everything(self) -> Iterable[Key]:
        """Return the keys of everything that may follow, what is named before what names it."""
        for kind in IN_ORDER:
            if kind is Placement:
                ids: Iterable[str] = self._placements
            elif kind is Referral:
                ids = self._records[ReferralCase]
            elif kind is Hold:
                booked = (f"{BOOKED}{each}" for each in self._records[Booking])
                ids = (*self._records[Hold], *booked)
            else:
                ids = self._records[kind]
            for record_id in ids:
                yield kind, record_id

    def world(
        self,
        *,
        authority: str,
        locate: Callable[[Iterable[str]], Mapping[str, Location]],
        synthetic: bool,
    ) -> World:
        """Return the World of today as a value of its own.

        Raises
        ------
        DataError
            If a record names another that is not there.
        """
        found: dict[type[Any], list[Any]] = {kind: [] for kind in IN_ORDER}
        for key in self.everything():
            record = self.follows(key)
            if record is not None:
                found[key[0]].append(record)
        postcodes = {
            postcode
            for record in (*found[Child], *found[Home])
            for postcode in postcodes_of(record)
        }
        return make_world(
            as_of=self.today,
            authority=authority,
            children=found[Child],
            homes=found[Home],
            sibling_groups=found[SiblingGroup],
            providers=found[Provider],
            agreements=found[Agreement],
            referrals=found[Referral],
            placements=found[Placement],
            residents=found[Resident],
            exemptions=found[Exemption],
            holds=found[Hold],
            budgets=self.budgets,
            locations=locate(sorted(postcodes)),
            synthetic=synthetic,
        )

    def _follow(self, kind: type[Any], record_id: str, before: Any, after: Any) -> set[Key]:
        if kind is ReferralCase:
            return {(Referral, record_id), *self._follow_referral(record_id, before, after)}
        if kind is CarePlacement:
            return self._follow_stay(record_id, before, after)
        if kind is Child:
            return self._around(record_id, before, after)
        if kind is Booking:
            return {(Hold, f"{BOOKED}{record_id}")}
        if kind is BudgetLine:
            return set()
        if kind is Exemption:
            for child_id in _named(before):
                self._named_by[child_id].discard(record_id)
            for child_id in _named(after):
                self._named_by.setdefault(child_id, set()).add(record_id)
        return {(kind, record_id)}

    def _follow_referral(self, referral_id: str, before: Any, after: Any) -> set[Key]:
        children = set()
        for case, waits in ((before, False), (after, True)):
            for child_id in case.child_ids if case is not None else ():
                children.add(child_id)
                theirs = self._referrals.setdefault(child_id, set())
                if waits and case.state.waits:
                    theirs.add(referral_id)
                else:
                    theirs.discard(referral_id)
        return {key for child_id in children for key in self._around(child_id)}

    def _follow_stay(self, placement_id: str, before: Any, after: Any) -> set[Key]:
        children = set()
        for stay, lives in ((before, False), (after, True)):
            if stay is None:
                continue
            children.add(stay.child_id)
            theirs = self._placements.setdefault(stay.child_id, set())
            if lives and stay.state.lived_in:
                theirs.add(placement_id)
            else:
                theirs.discard(placement_id)
        return {key for child_id in children for key in self._around(child_id)}

    def _around(self, child_id: str, *versions: Child | None) -> set[Key]:
        """Return a child and what names them: it is in the World only when they are."""
        child = self._records[Child].get(child_id)
        groups = {each.sibling_group_id for each in (child, *versions) if each is not None}
        return {
            (Child, child_id),
            (Placement, child_id),
            *((SiblingGroup, each) for each in groups if each is not None),
            *((Exemption, each) for each in self._named_by.get(child_id, ())),
        }

    # Of each kind -------------------------------------------------------------------------

    def _stay(self, child_id: str) -> CarePlacement | None:
        begun = [
            stay
            for placement_id in self._placements.get(child_id, ())
            if (stay := self._records[CarePlacement][placement_id]).started_on <= self.today
        ]
        return max(begun, key=lambda each: (each.started_on, each.placement_id), default=None)

    def _there(self, child_id: str) -> bool:
        """Whether a child is in the World: lives somewhere, or waits."""
        return child_id in self._records[Child] and (
            bool(self._referrals.get(child_id)) or self._stay(child_id) is not None
        )

    def _child(self, child_id: str) -> Child | None:
        return self._records[Child].get(child_id) if self._there(child_id) else None

    def _placement(self, child_id: str) -> Placement | None:
        stay = self._stay(child_id)
        return None if stay is None or not self._there(child_id) else stay.placement

    def _referral(self, referral_id: str) -> Referral | None:
        case: ReferralCase | None = self._records[ReferralCase].get(referral_id)
        if case is None or not case.state.waits:
            return None
        known = all(each in self._records[Child] for each in case.child_ids)
        return case.referral if known else None

    def _group(self, group_id: str) -> SiblingGroup | None:
        group: SiblingGroup | None = self._records[SiblingGroup].get(group_id)
        if group is None:
            return None
        links = tuple(
            link for link in group.links if self._there(link.child_a) and self._there(link.child_b)
        )
        return group if len(links) == len(group.links) else group.replace(links=links)

    def _exemption(self, exemption_id: str) -> Exemption | None:
        exemption: Exemption | None = self._records[Exemption].get(exemption_id)
        if exemption is None or not exemption.child_ids:
            return exemption
        there = frozenset(each for each in exemption.child_ids if self._there(each))
        if not there:
            return None  # one that named nobody would be for everybody
        return exemption if there == exemption.child_ids else exemption.replace(child_ids=there)

    def _hold(self, hold_id: str) -> Hold | None:
        if not hold_id.startswith(BOOKED):
            return self._records[Hold].get(hold_id)
        booking: Booking | None = self._records[Booking].get(hold_id.removeprefix(BOOKED))
        if booking is None or booking.purpose is not BookingPurpose.RESERVATION:
            return None
        return reservation(booking)


def reservation(booking: Booking) -> Hold:
    """Return a reserved bed as the engine reads it."""
    return Hold(
        hold_id=f"{BOOKED}{booking.booking_id}",
        scope=HoldScope.HOME,
        target_id=booking.home_id,
        kind=HoldKind.RESERVED,
        starts=booking.starts,
        until=None if booking.ends is None else booking.ends - _A_DAY,
        beds=1,
    )


def _named(exemption: Exemption | None) -> frozenset[str]:
    return frozenset() if exemption is None else exemption.child_ids


_SPECIAL: dict[type[Any], Callable[[Stored, str], Any]] = {
    Child: Stored._child,
    Placement: Stored._placement,
    Referral: Stored._referral,
    SiblingGroup: Stored._group,
    Exemption: Stored._exemption,
    Hold: Stored._hold,
}
