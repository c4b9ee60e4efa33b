"""What a county comes to in the figures that rest on assumptions: shares, places, fees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.agreement import Route
from matcher.domain.home import Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matcher.domain.world import World


def assumed_figures(world: World) -> dict[str, float | None]:
    """Return each reported assumption's figure, by name; None where nothing is counted."""
    placed = [world.children[child_id] for child_id in world.placements]
    groups: dict[str, set[str]] = {}
    for child in placed:
        if child.sibling_group_id:
            home_id = world.placements[child.child_id].home_id
            groups.setdefault(child.sibling_group_id, set()).add(home_id)
    in_groups = sum(child.sibling_group_id is not None for child in placed)
    approved = vacant = filled = fostered = connected = 0
    for home in world.homes.values():
        living = len(world.occupants_of(home.home_id))
        if home.setting is Setting.CONNECTED:
            connected += sum(x.child is not None for x in world.occupants_of(home.home_id))
        if home.setting in (Setting.FOSTER, Setting.PARENT_AND_CHILD):
            fostered += sum(x.child is not None for x in world.occupants_of(home.home_id))
            approved += home.beds_approved
            vacant += max(home.beds_usable - living, 0)
            filled += living
    residential = [
        (
            placement.weekly_fee_pence / 100,
            world.agreements[placement.agreement_id].route if placement.agreement_id else None,
        )
        for placement in world.placements.values()
        if placement.weekly_fee_pence is not None
        and world.homes[placement.home_id].setting is Setting.CHILDRENS_HOME
    ]
    return {
        "siblings_share": in_groups / max(len(placed), 1),
        "siblings_separated": sum(len(where) > 1 for where in groups.values())
        / max(len(groups), 1),
        "foster_filled": filled / max(approved, 1),
        "foster_vacant": vacant / max(approved, 1),
        "connected_share": connected / max(connected + fostered, 1),
        "waiting_children": len(world.waiting),
        "waiting_referrals": len(world.referrals),
        "fee_agency": _mean_fee(world, (Setting.FOSTER,), own=False),
        "fee_in_house": _mean_fee(world, (Setting.FOSTER,), own=True),
        "fee_residential": _mean_fee(world, (Setting.CHILDRENS_HOME,), own=None),
        "fee_over_10000": _share(residential, lambda fee, _: fee >= 10_000),
        "off_framework": _share(residential, lambda _, route: route in (None, Route.BLOCK)),
        "fee_supported": _mean_fee(world, (Setting.SUPPORTED,), own=None),
    }


def _share(
    placements: Sequence[tuple[float, Route | None]],
    counts: Callable[[float, Route | None], bool],
) -> float:
    return sum(counts(fee, route) for fee, route in placements) / max(len(placements), 1)


def _mean_fee(world: World, settings: tuple[Setting, ...], *, own: bool | None) -> float | None:
    """Return the mean weekly fee in pounds of current placements; None when there are none.

    ``own`` None means the council's own and others' alike.
    """
    fees = [
        placement.weekly_fee_pence / 100
        for placement in world.placements.values()
        if placement.weekly_fee_pence is not None
        and (home := world.homes[placement.home_id]).setting in settings
        and own in (None, world.providers[home.provider_id].authority == world.authority)
    ]
    return sum(fees) / len(fees) if fees else None
