"""Whether there are enough homes of each kind: needs of children against beds, as of today.

Counts are by area (the first half of postcodes), by age, by need and by route. They say where
children and beds are, not which child would suit which bed: that is what a ranking is for, and
what a batch plan proves.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from matcher.domain.need import NeedDomain
from matcher.domain.placement import HoldKind
from matcher.domain.purchase import purchase_of
from matcher.geography.spelling import outcode_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.world import World

NOT_KNOWN = "not known"
BANDS = ((0, 4), (5, 10), (11, 15), (16, 17))
"""Ages in completed years, both included."""
HIGH_NEED = 3
"""From this level on a need is counted as high."""


class Row(NamedTuple):
    """One line of the picture."""

    name: str
    children: int
    """Looked after, placed or waiting."""
    waiting: int
    beds: int
    """Usable, in homes that could take them."""
    free: int


class Sufficiency(NamedTuple):
    """The whole picture."""

    by_area: tuple[Row, ...]
    by_age: tuple[Row, ...]
    by_need: tuple[Row, ...]
    by_route: tuple[Row, ...]
    by_setting: tuple[Row, ...]


def sufficiency(world: World) -> Sufficiency:
    """Return needs of children against beds.

    Parameters
    ----------
    world
        The World of today.
    """
    homes = [home for home in world.homes.values() if home.setting.offered]
    free = {home.home_id: _free(world, home) for home in homes}
    return Sufficiency(
        by_area=_by_area(world, homes, free),
        by_age=_by_age(world, homes, free),
        by_need=_by_need(world, homes, free),
        by_route=_by_route(world, homes, free),
        by_setting=_by_setting(world, homes, free),
    )


def _free(world: World, home: Home) -> int:
    """Return how many beds of a home can be used: none while it is held, or not yet open."""
    day = world.as_of
    if home.available_from is not None and home.available_from > day:
        return 0
    holds = world.holds_by_home.get(home.home_id, ())
    if any(hold.kind is not HoldKind.RESERVED and hold.in_force(day) for hold in holds):
        return 0
    return max(world.beds_free(home.home_id, day), 0)


def _by_area(world: World, homes: Iterable[Home], free: Mapping[str, int]) -> tuple[Row, ...]:
    children: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    waits = frozenset(world.waiting)
    for child in world.children.values():
        if child.unaccompanied:
            continue  # they come from nowhere near, and near home does not apply
        area = outcode_of(child.home_postcode) or NOT_KNOWN
        children[area] += 1
        waiting[area] += child.child_id in waits
    beds: Counter[str] = Counter()
    open_: Counter[str] = Counter()
    for home in homes:
        area = outcode_of(home.postcode) or NOT_KNOWN
        beds[area] += home.beds_usable
        open_[area] += free[home.home_id]
    names = sorted({*children, *beds}, key=lambda each: (-children[each], -beds[each], each))
    return tuple(
        Row(each, children[each], waiting[each], beds[each], open_[each]) for each in names
    )


def _by_age(world: World, homes: Iterable[Home], free: Mapping[str, int]) -> tuple[Row, ...]:
    homes = list(homes)
    rows = []
    for low, high in BANDS:
        those = [
            child
            for child in world.children.values()
            if (age := child.age_on(world.as_of)) is not None and low <= age <= high
        ]
        lawful = [home for home in homes if _takes_age(home, low, high)]
        rows.append(_row(world, f"{low} to {high}", those, lawful, free))
    unknown = [child for child in world.children.values() if child.age_on(world.as_of) is None]
    if unknown:
        rows.append(_row(world, NOT_KNOWN, unknown, [], free))
    return tuple(rows)


def _takes_age(home: Home, low: int, high: int) -> bool:
    terms = home.terms
    if terms is None:
        return False
    at_least = 0 if terms.age_from is None else terms.age_from
    at_most = 25 if terms.age_to is None else terms.age_to
    return at_least <= low and at_most >= high


def _by_need(world: World, homes: Iterable[Home], free: Mapping[str, int]) -> tuple[Row, ...]:
    homes = list(homes)
    rows = []
    for domain in NeedDomain:
        those = [
            child
            for child in world.children.values()
            if any(need.domain is domain and need.level >= HIGH_NEED for need in child.needs)
        ]
        able = [home for home in homes if (home.capability(domain) or 0) >= HIGH_NEED]
        rows.append(_row(world, domain.label, those, able, free))
    alone = [child for child in world.children.values() if child.solo]
    rows.append(_row(world, "must be the only child", alone, [], free))
    return tuple(sorted(rows, key=lambda row: (-row.children, row.name)))


def _by_route(world: World, homes: Iterable[Home], free: Mapping[str, int]) -> tuple[Row, ...]:
    by_route: dict[str, list[Home]] = {}
    route_of = {}
    for home in homes:
        route = purchase_of(home, world, world.as_of).route
        by_route.setdefault(route.label, []).append(home)
        route_of[home.home_id] = route.label
    living: dict[str, list[Child]] = {}
    for child_id, placement in world.placements.items():
        label = route_of.get(placement.home_id)
        if label is not None:
            living.setdefault(label, []).append(world.children[child_id])
    return tuple(
        _row(world, name, living.get(name, []), by_route[name], free) for name in sorted(by_route)
    )


def _by_setting(world: World, homes: Iterable[Home], free: Mapping[str, int]) -> tuple[Row, ...]:
    by_setting: dict[str, list[Home]] = {}
    for home in homes:
        by_setting.setdefault(home.setting.label, []).append(home)
    living: dict[str, list[Child]] = {}
    for child_id, placement in world.placements.items():
        living.setdefault(world.homes[placement.home_id].setting.label, []).append(
            world.children[child_id]
        )
    return tuple(
        _row(world, name, living.get(name, []), by_setting[name], free)
        for name in sorted(by_setting)
    )


def _row(
    world: World,
    name: str,
    children: Iterable[Child],
    homes: Iterable[Home],
    free: Mapping[str, int],
) -> Row:
    waits = frozenset(world.waiting)
    ids = [child.child_id for child in children]
    homes = list(homes)
    return Row(
        name=name,
        children=len(ids),
        waiting=sum(each in waits for each in ids),
        beds=sum(home.beds_usable for home in homes),
        free=sum(free[home.home_id] for home in homes),
    )
