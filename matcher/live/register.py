"""The records of a World, changed one at a time, with what follows from them kept current."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matcher.domain.agreement import Agreement, Provider
from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.domain.placement import (
    Exemption,
    Hold,
    Placement,
    Resident,
    ResidentKind,
)
from matcher.domain.references import check_references
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup
from matcher.domain.world import Occupant, World
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

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

FOLLOWS: dict[type[Known], tuple[str, ...]] = {
    Child: ("members", "siblings_in_care", "occupants"),
    SiblingGroup: (),
    Home: ("connected_children", "holds_by_home"),
    Provider: (),
    Agreement: (),
    Referral: ("referral_by_child", "waiting"),
    Placement: ("waiting", "occupants", "placements_by_agreement"),
    Resident: ("siblings_in_care", "occupants"),
    Exemption: ("exemptions_by_rule",),
    Hold: ("holds_by_home",),
}
"""What of a World follows from records of a kind, and is worked out anew when asked for."""


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

    def table(self, kind: type[Known]) -> dict[str, Any]:
        """Return the records of a kind by identifier."""
        found: dict[str, Any] = getattr(self.view, TABLES[kind][0])
        return found

    def put(self, record: Known) -> Known | None:
        """Add a record, or replace the one of its identifier, which is returned."""
        kind = type(record)
        name, field = TABLES[kind]
        table = getattr(self.view, name)
        key = getattr(record, field)
        before: Known | None = table.get(key)
        table[key] = record
        self._forget(kind)
        return before

    def drop(self, kind: type[Known], record_id: str) -> Known:
        """Take a record out and return it.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        name, _ = TABLES[kind]
        try:
            found: Known = getattr(self.view, name).pop(record_id)
        except KeyError:
            raise NotFoundError(f"There is no {kind.__name__} {record_id!r} to take out.") from None
        self._forget(kind)
        return found

    def set(self, **changes: Any) -> None:
        """Set the date, the budgets, or whether people are invented."""
        self.view.__dict__.update(changes)
        self.view.__dict__.pop("data_hash", None)
        self.view.__dict__.pop("occupants", None)

    def locate(self, locations: Mapping[str, Location]) -> None:
        """Add grid references of postcodes."""
        self.view.locations.update(locations)  # type: ignore[attr-defined]

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

    def _forget(self, kind: type[Known]) -> None:
        kept = self.view.__dict__
        kept.pop("data_hash", None)
        for name in FOLLOWS[kind]:
            kept.pop(name, None)
