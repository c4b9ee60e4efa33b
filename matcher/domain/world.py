"""Everything known about children, homes and money as of one date, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from matcher.domain.digest import DataDigest
from matcher.domain.placement import HoldKind, HoldScope, ResidentKind
from matcher.domain.references import check_references
from matcher.errors import DataError, NotFoundError
from matcher.geography.location import Location, unknown_location

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from matcher.domain.agreement import Agreement, Budget, Provider
    from matcher.domain.child import Child
    from matcher.domain.codes import Sex
    from matcher.domain.home import Home
    from matcher.domain.placement import Exemption, Hold, Placement, Resident
    from matcher.domain.referral import Referral
    from matcher.domain.sibling_group import SiblingGroup


T = TypeVar("T")


class Occupant(NamedTuple):
    """Somebody living in a home, ours or not, as household rules see them."""

    occupant_id: str
    age: int | None
    sex: Sex | None
    solo: bool
    fostered: bool
    """Counts towards the usual fostering limit."""
    sibling_group_id: str | None
    responsible_authority: str | None
    incompatible_with: frozenset[str]
    child: Child | None
    """The child when ours; None for a resident of another authority."""


@dataclass(frozen=True)
class World:
    """Children, sibling groups, homes, agreements and placements as of one date.

    Records are held by identifier, in the order of their identifiers, so that the order of
    input never shows. Build one with :func:`make_world`, change one with :meth:`replace`.

    Parameters
    ----------
    as_of
        The date on which all of it was so.
    authority
        ONS code of the council whose world it is.
    children, sibling_groups, homes, providers, agreements, referrals
        By identifier.
    placements
        Current placements, by child.
    residents, exemptions, holds
        By identifier.
    budgets
        Limits on new placements.
    locations
        Grid references of every postcode that occurs, by postcode.
    synthetic
        Whether the people in it are invented. Every output of a synthetic world says so.
    """

    as_of: date
    authority: str
    children: Mapping[str, Child]
    homes: Mapping[str, Home]
    sibling_groups: Mapping[str, SiblingGroup] = field(default_factory=dict)
    providers: Mapping[str, Provider] = field(default_factory=dict)
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    referrals: Mapping[str, Referral] = field(default_factory=dict)
    placements: Mapping[str, Placement] = field(default_factory=dict)
    residents: Mapping[str, Resident] = field(default_factory=dict)
    exemptions: Mapping[str, Exemption] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    budgets: tuple[Budget, ...] = ()
    locations: Mapping[str, Location] = field(default_factory=dict)
    synthetic: bool = False

    def replace(self, **changes: Any) -> World:
        """Return a copy with some collections changed; references are checked anew."""
        changed = replace(self, **changes)
        check_references(changed)
        return changed

    def location(self, postcode: str | None) -> Location | None:
        """Return where a postcode lies; None for no postcode."""
        if postcode is None:
            return None
        return self.locations.get(postcode) or unknown_location(postcode)

    def child(self, child_id: str) -> Child:
        """Return a child; raise :class:`NotFoundError` when there is none of that name."""
        return _find(self.children, child_id, "child")

    def home(self, home_id: str) -> Home:
        """Return a home; raise :class:`NotFoundError` when there is none of that name."""
        return _find(self.homes, home_id, "home")

    def referral(self, referral_id: str) -> Referral:
        """Return a referral; raise :class:`NotFoundError` when there is none of that name."""
        return _find(self.referrals, referral_id, "referral")

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Children of each sibling group, in the order of their identifiers."""
        groups: dict[str, list[str]] = {}
        for child in self.children.values():
            if child.sibling_group_id is not None:
                groups.setdefault(child.sibling_group_id, []).append(child.child_id)
        return {group: tuple(ids) for group, ids in groups.items()}

    @cached_property
    def siblings_in_care(self) -> Mapping[str, tuple[str, ...]]:
        """Everybody in each sibling group: our children, and residents of other authorities."""
        groups = {group: list(ids) for group, ids in self.members.items()}
        for resident in self.residents.values():
            if resident.sibling_group_id is not None:
                groups.setdefault(resident.sibling_group_id, []).append(resident.resident_id)
        return {group: tuple(ids) for group, ids in groups.items()}

    @cached_property
    def connected_homes(self) -> Mapping[str, frozenset[str]]:
        """Homes of connected persons, by the child for whom they are in the data."""
        found: dict[str, set[str]] = {}
        for home in self.homes.values():
            for child_id in home.connected_to:
                found.setdefault(child_id, set()).add(home.home_id)
        return {child_id: frozenset(homes) for child_id, homes in found.items()}

    @cached_property
    def occupants(self) -> Mapping[str, tuple[Occupant, ...]]:
        """Who lives in each home now; homes with nobody are absent."""
        living: dict[str, list[Occupant]] = {}
        for placement in self.placements.values():
            child = self.children[placement.child_id]
            living.setdefault(placement.home_id, []).append(
                occupant_of(child, self.as_of, fostered=True)
            )
        for resident in self.residents.values():
            living.setdefault(resident.home_id, []).append(
                Occupant(
                    occupant_id=resident.resident_id,
                    age=resident.age,
                    sex=resident.sex,
                    solo=resident.solo,
                    fostered=resident.kind is ResidentKind.FOSTERED,
                    sibling_group_id=resident.sibling_group_id,
                    responsible_authority=resident.responsible_authority,
                    incompatible_with=resident.incompatible_with,
                    child=None,
                )
            )
        return {home: tuple(there) for home, there in living.items()}

    def occupants_of(self, home_id: str) -> tuple[Occupant, ...]:
        """Return who lives in a home now."""
        return self.occupants.get(home_id, ())

    @cached_property
    def holds_by_home(self) -> Mapping[str, tuple[Hold, ...]]:
        """Holds on each home, its provider's included, whether or not in force yet."""
        homes_of: dict[str, list[str]] = {
            hold.target_id: [] for hold in self.holds.values() if hold.scope is HoldScope.PROVIDER
        }
        if homes_of:
            for home in [each for each in self.homes.values() if each.provider_id in homes_of]:
                homes_of[home.provider_id].append(home.home_id)
        found: dict[str, list[Hold]] = {}
        for hold in self.holds.values():
            on = (
                [hold.target_id]
                if hold.scope is HoldScope.HOME
                else homes_of.get(hold.target_id, [])
            )
            for home_id in on:
                found.setdefault(home_id, []).append(hold)
        return {home: tuple(holds) for home, holds in found.items()}

    def beds_reserved(self, home_id: str, day: date) -> int:
        """Return how many beds of a home are reserved for others on a day."""
        return sum(
            hold.beds or 0
            for hold in self.holds_by_home.get(home_id, ())
            if hold.kind is HoldKind.RESERVED and hold.in_force(day)
        )

    def beds_free(self, home_id: str, day: date) -> int:
        """Return usable beds less occupants and reservations; negative when overfull."""
        home = self.homes[home_id]
        return home.beds_usable - len(self.occupants_of(home_id)) - self.beds_reserved(home_id, day)

    @cached_property
    def exemptions_by_rule(self) -> Mapping[str, tuple[Exemption, ...]]:
        """Exemptions by the code of the rule they except from."""
        found: dict[str, list[Exemption]] = {}
        for exemption in self.exemptions.values():
            found.setdefault(exemption.rule, []).append(exemption)
        return {rule: tuple(them) for rule, them in found.items()}

    def exemption(
        self, rule: str, child_ids: Iterable[str], home_id: str | None, day: date
    ) -> Exemption | None:
        """Return the exemption from a rule for these children in this home, if there is one."""
        here = self.exemptions_at.get((rule, home_id), ())
        anywhere = self.exemptions_at.get((rule, None), ()) if home_id is not None else ()
        if not here and not anywhere:
            return None
        children = frozenset(child_ids)
        found = (
            each for each in (*here, *anywhere) if each[1].covers(rule, children, home_id, day)
        )
        first = min(found, key=_place, default=None)
        return None if first is None else first[1]

    @cached_property
    def exemptions_at(self) -> Mapping[tuple[str, str | None], list[tuple[int, Exemption]]]:
        """Exemptions with their places in the register, by rule and home: a country has many."""
        found: dict[tuple[str, str | None], list[tuple[int, Exemption]]] = {}
        for place, exemption in enumerate(self.exemptions.values()):
            found.setdefault((exemption.rule, exemption.home_id), []).append((place, exemption))
        return found

    @cached_property
    def placements_by_agreement(self) -> Mapping[str, int]:
        """How many of our children live under each agreement now."""
        found: dict[str, int] = {}
        for placement in self.placements.values():
            if placement.agreement_id is not None:
                found[placement.agreement_id] = found.get(placement.agreement_id, 0) + 1
        return found

    @cached_property
    def waiting(self) -> tuple[str, ...]:
        """Children in a referral and not placed, in the order of their identifiers."""
        referred = {child for referral in self.referrals.values() for child in referral.child_ids}
        return tuple(sorted(referred - self.placements.keys()))

    @cached_property
    def referral_by_child(self) -> Mapping[str, Referral]:
        """The referral that asks for a home for a child; the earliest needed if several."""
        found: dict[str, Referral] = {}
        ordered = sorted(self.referrals.values(), key=lambda r: (r.needed_by, r.referral_id))
        for referral in ordered:
            for child_id in referral.child_ids:
                found.setdefault(child_id, referral)
        return found

    @cached_property
    def data_hash(self) -> str:
        """SHA-256 over every record and where it is, the same whatever the order of input."""
        return self.hash_with(self.digest())

    def digest(self) -> DataDigest:
        """Return the records that have an identifier as a sum that can be kept current."""
        digest = DataDigest(self.locations)
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, dict) and each.name != "locations":
                digest.add(*value.values())
        return digest

    def hash_with(self, digest: DataDigest) -> str:
        """Return the hash of this World, whose records with identifiers a digest holds."""
        return digest.hexdigest(f"{self.as_of}|{self.authority}|{self.synthetic}", self.budgets)


def make_world(
    *,
    as_of: date,
    authority: str,
    children: Iterable[Child],
    homes: Iterable[Home],
    sibling_groups: Iterable[SiblingGroup] = (),
    providers: Iterable[Provider] = (),
    agreements: Iterable[Agreement] = (),
    referrals: Iterable[Referral] = (),
    placements: Iterable[Placement] = (),
    residents: Iterable[Resident] = (),
    exemptions: Iterable[Exemption] = (),
    holds: Iterable[Hold] = (),
    budgets: Iterable[Budget] = (),
    locations: Mapping[str, Location] | None = None,
    synthetic: bool = False,
) -> World:
    """Build a World from records in any order.

    Parameters
    ----------
    as_of, authority, children, homes, sibling_groups, providers, agreements, referrals,
    placements, residents, exemptions, holds, budgets, locations, synthetic
        See :class:`World`.

    Returns
    -------
    World
        With every reference checked.

    Raises
    ------
    DataError
        If an identifier occurs twice or refers to nothing.
    """
    world = World(
        as_of=as_of,
        authority=authority,
        children=_by_id(children, "child_id", "child"),
        homes=_by_id(homes, "home_id", "home"),
        sibling_groups=_by_id(sibling_groups, "sibling_group_id", "sibling group"),
        providers=_by_id(providers, "provider_id", "provider"),
        agreements=_by_id(agreements, "agreement_id", "agreement"),
        referrals=_by_id(referrals, "referral_id", "referral"),
        placements=_by_id(placements, "child_id", "placement of child"),
        residents=_by_id(residents, "resident_id", "resident"),
        exemptions=_by_id(exemptions, "exemption_id", "exemption"),
        holds=_by_id(holds, "hold_id", "hold"),
        budgets=tuple(budgets),
        locations=dict(locations or {}),
        synthetic=synthetic,
    )
    check_references(world)
    return world


def occupant_of(child: Child, day: date, *, fostered: bool) -> Occupant:
    """Return a child of ours as household rules see them once they live somewhere."""
    return Occupant(
        occupant_id=child.child_id,
        age=child.age_on(day),
        sex=child.sex,
        solo=child.solo,
        fostered=fostered,
        sibling_group_id=child.sibling_group_id,
        responsible_authority=child.responsible_authority,
        incompatible_with=child.incompatible_with,
        child=child,
    )


def _place(exemption: tuple[int, Exemption]) -> int:
    return exemption[0]


def _by_id(records: Iterable[T], key: str, what: str) -> Mapping[str, T]:
    found: dict[str, T] = {}
    for record in records:
        record_id: str = getattr(record, key)
        if record_id in found:
            raise DataError(
                f"The {what} {record_id} occurs twice. Remove one, or give it another identifier."
            )
        found[record_id] = record
    return dict(sorted(found.items()))


def _find(records: Mapping[str, T], record_id: str, what: str) -> T:
    try:
        return records[record_id]
    except KeyError:
        raise NotFoundError(
            f"There is no {what} {record_id!r} in this data. Identifiers are case-sensitive; "
            f"the data holds {len(records)} of that kind."
        ) from None
