"""References from one record to another, and those that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matcher.domain.placement import HoldScope
from matcher.errors import DataError

if TYPE_CHECKING:
    from matcher.domain.world import World


class Dangling(NamedTuple):
    """A reference to something that is not there."""

    table: str
    record_id: str
    field: str
    target: str

    @property
    def sentence(self) -> str:
        """What is wrong and what to do."""
        return (
            f"{self.table}: {self.record_id} names {self.field} {self.target}, which is not in the "
            "data. Add it, or correct the reference."
        )


def dangling_references(world: World) -> list[Dangling]:
    """Return every reference from one record to another that is not there."""
    found: list[Dangling] = []

    def expect(table: str, record_id: str, name: str, target: str | None, there: object) -> None:
        if target is not None and target not in there:  # type: ignore[operator]
            found.append(Dangling(table, record_id, name, target))

    for child in world.children.values():
        expect(
            "children",
            child.child_id,
            "sibling_group_id",
            child.sibling_group_id,
            world.sibling_groups,
        )
    for group in world.sibling_groups.values():
        for link in group.links:
            for target in (link.child_a, link.child_b):
                expect("sibling_links", group.sibling_group_id, "child", target, world.children)
    for home in world.homes.values():
        expect("homes", home.home_id, "provider_id", home.provider_id, world.providers)
        for agreement_id in home.agreement_ids:
            expect("homes", home.home_id, "agreement_ids", agreement_id, world.agreements)
    for agreement in world.agreements.values():
        expect(
            "agreements",
            agreement.agreement_id,
            "provider_id",
            agreement.provider_id,
            world.providers,
        )
    for referral in world.referrals.values():
        for child_id in referral.child_ids:
            expect("referrals", referral.referral_id, "child_ids", child_id, world.children)
    for placement in world.placements.values():
        expect("placements", placement.child_id, "child_id", placement.child_id, world.children)
        expect("placements", placement.child_id, "home_id", placement.home_id, world.homes)
        expect(
            "placements",
            placement.child_id,
            "agreement_id",
            placement.agreement_id,
            world.agreements,
        )
    for resident in world.residents.values():
        expect("residents", resident.resident_id, "home_id", resident.home_id, world.homes)
    for exemption in world.exemptions.values():
        expect("exemptions", exemption.exemption_id, "home_id", exemption.home_id, world.homes)
        for child_id in sorted(exemption.child_ids):
            expect("exemptions", exemption.exemption_id, "child_ids", child_id, world.children)
    for hold in world.holds.values():
        there = world.homes if hold.scope is HoldScope.HOME else world.providers
        expect("holds", hold.hold_id, "target_id", hold.target_id, there)
    return found


def check_references(world: World) -> None:
    """Raise :class:`DataError` when a record names another that is not there."""
    found = dangling_references(world)
    if found:
        shown = " ".join(dangling.sentence for dangling in found[:5])
        rest = f" And {len(found) - 5} more." if len(found) > 5 else ""
        raise DataError(shown + rest)
