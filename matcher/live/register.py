"""The records of a World, changed one at a time, with what follows from them kept current."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matcher.domain.agreement import Agreement, Provider
from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.domain.placement import (
    Exemption,
    Hold,
    HoldScope,
    Placement,
    Resident,
    ResidentKind,
)
from matcher.domain.references import check_references
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup
from matcher.domain.world import Occupant, World, occupant_of
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matcher.domain.digest import DataDigest
    from matcher.geography.location import Location

Known = (
    Child
    | SiblingGroup
    | Home
    | Provider
    | Agreement
    | Referral
    | Placement
    | Resident
    | Exemption
    | Hold
)
"""A record that a World holds by identifier."""

TABLES: dict[type[Known], tuple[str, str]] = {
    Child: ("children", "child_id"),
    SiblingGroup: ("sibling_groups", "sibling_group_id"),
    Home: ("homes", "home_id"),
    Provider: ("providers", "provider_id"),
    Agreement: ("agreements", "agreement_id"),
    Referral: ("referrals", "referral_id"),
    Placement: ("placements", "child_id"),
    Resident: ("residents", "resident_id"),
    Exemption: ("exemptions", "exemption_id"),
    Hold: ("holds", "hold_id"),
}
"""The collection of a World in which each kind of record stands, and by which field."""

FORGOTTEN: dict[type[Known], tuple[str, ...]] = {
    Exemption: ("exemptions_by_rule", "exemptions_at"),
    Referral: ("waiting",),
    Placement: ("waiting",),
}
"""What of a World follows from records of a kind and is seldom asked for: worked out anew
then. What is asked for in every decision is kept current instead."""

_NOBODY: frozenset[str] = frozenset()


def occupant_of_resident(resident: Resident) -> Occupant:
    """Return a resident as household rules see them."""
    return Occupant(
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


class Register:
    """The records of a World, changed one at a time.

    Parameters
    ----------
    world
        What to begin with; it is not changed.
    """

    def __init__(self, world: World) -> None:
        tables: dict[str, Any] = {name: dict(getattr(world, name)) for name, _ in TABLES.values()}
        self.view = replace(world, **tables, locations=dict(world.locations))
        """The World as it is now: whoever keeps it sees every later change. Not for keeping
        beside a result: that is what :meth:`frozen` is for."""
        self._tables = {
            kind: (getattr(self.view, name), key) for kind, (name, key) in TABLES.items()
        }
        self._referrals: dict[str, list[tuple[date, str]]] = {}
        for referral in world.referrals.values():
            self._name(referral)
        # Cached properties of the view are plain entries, which this class keeps current.
        self._known: dict[str, Any] = self.view.__dict__
        self._known.update(
            occupants=dict(self.view.occupants),
            members={key: list(ids) for key, ids in self.view.members.items()},
            siblings_in_care={key: list(ids) for key, ids in self.view.siblings_in_care.items()},
            placements_by_agreement=dict(self.view.placements_by_agreement),
            referral_by_child=dict(self.view.referral_by_child),
            holds_by_home=dict(self.view.holds_by_home),
            connected_homes=dict(self.view.connected_homes),
        )
        self._digest: DataDigest | None = None
        self.touched: set[str] = set()
        """Homes in which somebody has begun or ceased to live, or changed, since last asked."""

    def get(self, kind: type[Known], record_id: str) -> Any:
        """Return a record; None when there is none."""
        return self._tables[kind][0].get(record_id)

    def put(self, record: Known) -> Known | None:
        """Add a record, or replace the one of its identifier, which is returned."""
        kind = type(record)
        table, key = self._tables[kind]
        record_id = getattr(record, key)
        before: Known | None = table.get(record_id)
        table[record_id] = record
        self._follow(kind, before, record)
        return before

    def drop(self, kind: type[Known], record_id: str) -> Known:
        """Take a record out and return it.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        found: Known | None = self._tables[kind][0].pop(record_id, None)
        if found is None:
            raise NotFoundError(f"There is no {kind.__name__} {record_id!r} to take out.")
        self._follow(kind, found, None)
        return found

    def set(self, **changes: Any) -> None:
        """Set the date or the budgets. Occupants' ages are :meth:`grow_older`'s."""
        self._known.update(changes)
        self._known.pop("data_hash", None)

    def grow_older(self, child_id: str) -> None:
        """Let the home of a child know the child's age on the present day."""
        placement = self.view.placements.get(child_id)
        if placement is not None:
            self._move_out(child_id, placement.home_id)
            self._move_in(self._child(child_id), placement.home_id)

    def locate(self, locations: Mapping[str, Location]) -> None:
        """Add grid references of postcodes."""
        self._known["locations"].update(locations)

    def data_hash(self) -> str:
        """Return the hash that the World has now; the first call reads every record."""
        if "data_hash" not in self._known:
            if self._digest is None:
                self._digest = self.view.digest()
            self._known["data_hash"] = self.view.hash_with(self._digest)
        found: str = self._known["data_hash"]
        return found

    def changed_otherwise(self) -> None:
        """Note that records changed other than through this class."""
        self._digest = None
        self._known.pop("data_hash", None)

    def frozen(self) -> World:
        """Return the World as it is now, as a value of its own, references checked.

        Raises
        ------
        DataError
            If a record names another that is not there.
        """
        view = self.view
        tables: dict[str, Any] = {
            name: dict(sorted(getattr(view, name).items())) for name, _ in TABLES.values()
        }
        found = replace(view, **tables, locations=dict(view.locations))
        check_references(found)
        return found

    # What follows -------------------------------------------------------------------------

    def _follow(self, kind: type[Known], before: Any, after: Any) -> None:
        known = self._known
        known.pop("data_hash", None)
        if self._digest is not None:
            if before is not None:
                self._digest.remove(before)
            if after is not None:
                self._digest.add(after)
        for name in FORGOTTEN.get(kind, ()):
            known.pop(name, None)
        if kind is Home:
            self._follow_home(before, after)
        elif kind is Placement:
            self._follow_placement(before, after)
        elif kind is Resident:
            self._follow_resident(before, after)
        elif kind is Referral:
            if before is not None:
                self._name(before, no_longer=True)
            if after is not None:
                self._name(after)
            for child_id in {
                *(before.child_ids if before else ()),
                *(after.child_ids if after else ()),
            }:
                self._refer(child_id)
        elif kind is Child:
            self._follow_child(before, after)
        elif kind is Hold:
            self._follow_hold(before)
            self._follow_hold(after)

    def _follow_home(self, before: Home | None, after: Home | None) -> None:
        home = before if after is None else after
        if home is None:
            return
        then = _NOBODY if before is None else before.connected_to
        now = _NOBODY if after is None else after.connected_to
        connected: dict[str, frozenset[str]] = self._known["connected_homes"]
        for child_id in then ^ now:
            left = connected.pop(child_id, _NOBODY) ^ {home.home_id}
            if left:
                connected[child_id] = left
        # A hold on a provider is on the homes that are the provider's.
        if before is None or after is None or before.provider_id != after.provider_id:
            self._hold_on(home.home_id)

    def _follow_hold(self, hold: Hold | None) -> None:
        if hold is None:
            return
        if hold.scope is HoldScope.HOME:
            self._hold_on(hold.target_id)
            return
        for home in self.view.homes.values():
            if home.provider_id == hold.target_id:
                self._hold_on(home.home_id)

    def _hold_on(self, home_id: str) -> None:
        """Note anew which holds are on a home."""
        home = self.view.homes.get(home_id)
        provider_id = None if home is None else home.provider_id
        there = tuple(
            hold
            for hold in self.view.holds.values()
            if hold.target_id == (home_id if hold.scope is HoldScope.HOME else provider_id)
        )
        if there:
            self._known["holds_by_home"][home_id] = there
        else:
            self._known["holds_by_home"].pop(home_id, None)

    def _follow_placement(self, before: Placement | None, after: Placement | None) -> None:
        used = self._known["placements_by_agreement"]
        if before is not None:
            self._move_out(before.child_id, before.home_id)
            if before.agreement_id is not None:
                used[before.agreement_id] -= 1
                if not used[before.agreement_id]:
                    del used[before.agreement_id]
        if after is not None:
            self._move_in(self._child(after.child_id), after.home_id)
            if after.agreement_id is not None:
                used[after.agreement_id] = used.get(after.agreement_id, 0) + 1

    def _follow_resident(self, before: Resident | None, after: Resident | None) -> None:
        siblings = self._known["siblings_in_care"]
        if before is not None:
            self._move_out(before.resident_id, before.home_id)
            _leave(siblings, before.sibling_group_id, before.resident_id)
        if after is not None:
            self._move_in(occupant_of_resident(after), after.home_id)
            if after.sibling_group_id is not None:
                siblings.setdefault(after.sibling_group_id, []).append(after.resident_id)

    def _follow_child(self, before: Child | None, after: Child | None) -> None:
        members, siblings = self._known["members"], self._known["siblings_in_care"]
        if before is not None:
            _leave(members, before.sibling_group_id, before.child_id)
            _leave(siblings, before.sibling_group_id, before.child_id)
        if after is not None:
            if after.sibling_group_id is not None:
                insort(members.setdefault(after.sibling_group_id, []), after.child_id)
                siblings.setdefault(after.sibling_group_id, []).append(after.child_id)
            self.grow_older(after.child_id)

    def _child(self, child_id: str) -> Occupant:
        view = self.view
        return occupant_of(view.children[child_id], view.as_of, fostered=True)

    def _move_in(self, who: Occupant, home_id: str) -> None:
        living = self._known["occupants"]
        there = living.get(home_id, ())
        # In the order of a World built anew, so that sentences name the same people.
        living[home_id] = tuple(sorted((*there, who), key=_our_children_first)) if there else (who,)
        self.touched.add(home_id)

    def _move_out(self, occupant_id: str, home_id: str) -> None:
        living = self._known["occupants"]
        left = tuple(each for each in living[home_id] if each.occupant_id != occupant_id)
        if left:
            living[home_id] = left
        else:
            del living[home_id]
        self.touched.add(home_id)

    def _name(self, referral: Referral, *, no_longer: bool = False) -> None:
        """Note, or forget, that a referral names children."""
        line = (referral.needed_by, referral.referral_id)
        for child_id in referral.child_ids:
            lines = self._referrals.setdefault(child_id, [])
            if no_longer:
                lines.remove(line)
                if not lines:
                    del self._referrals[child_id]
            else:
                insort(lines, line)

    def _refer(self, child_id: str) -> None:
        """Note which referral asks for a home for a child: the earliest needed."""
        lines = self._referrals.get(child_id)
        if lines:
            self._known["referral_by_child"][child_id] = self.view.referrals[lines[0][1]]
        else:
            self._known["referral_by_child"].pop(child_id, None)


def _our_children_first(occupant: Occupant) -> tuple[bool, str]:
    return occupant.child is None, occupant.occupant_id


def _leave(groups: dict[str, list[str]], group_id: str | None, who: str) -> None:
    if group_id is None:
        return
    groups[group_id].remove(who)
    if not groups[group_id]:
        del groups[group_id]
