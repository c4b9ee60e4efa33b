"""Whom a plan decides about, and which of them may arrive in one home as siblings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from matcher.domain.plan import decided_children, first_days
from matcher.domain.sibling_group import Together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from matcher.domain.world import World
    from matcher.policy import Policy

STAY_TOGETHER = "STAY_TOGETHER"
"""The rule whose exemption lets siblings who must live together be separated."""
ALL_SUBSETS_UP_TO = 7
"""Of larger sibling groups not every subset is looked at."""


@dataclass(frozen=True, slots=True)
class Item:
    """Children who would arrive in one home as one: a child, or siblings.

    Parameters
    ----------
    children
        Positions among the children decided about, rising.
    group
        Their sibling group; None for a child without one.
    day
        The first day of the placement, the same for all of a sibling group.
    anywhere
        Whether they may go to a home where none of them lives. Not so when one of them must
        live with a sibling who is not with them, or two of them must live apart: such
        children may still stay where they live, and others may join them there.
    """

    children: tuple[int, ...]
    group: str | None
    day: date
    anywhere: bool = True


@dataclass(frozen=True)
class Items:
    """Everybody a plan decides about, and every way in which they may arrive together.

    Parameters
    ----------
    child_ids
        Children decided about: those waiting and those who may move, sorted.
    days
        The first day of each child's placement.
    movable
        Those of them who live somewhere now.
    required
        With which of the others each child must live.
    items
        By sibling group or child, larger items first.
    limited
        Sibling groups of which not every lawful split is looked at; a plan with any of them
        is never called optimal.
    """

    child_ids: tuple[str, ...]
    days: tuple[date, ...]
    movable: frozenset[str]
    required: tuple[frozenset[int], ...]
    items: tuple[Item, ...]
    limited: tuple[str, ...]


def items_of(world: World, policy: Policy) -> Items:
    """Return whom a plan decides about, and who may arrive together.

    Children waiting are decided about; children placed too, if the policy lets children
    move and a review has agreed that this child may (their placement's ``may_move``).
    Siblings who must stay together are never in different items, siblings who must be
    apart never in one.
    """
    ids = decided_children(world, may_move=policy.may_move)
    movable = world.placements.keys() & set(ids)
    days = first_days(world, ids)
    families: dict[str, list[int]] = {}
    for position, child_id in enumerate(ids):
        # A child on their own is a family of one; a slash cannot begin an identifier.
        group_id = world.children[child_id].sibling_group_id
        families.setdefault(group_id or f"/{child_id}", []).append(position)
    items: list[Item] = []
    limited: list[str] = []
    required: list[frozenset[int]] = [frozenset()] * len(ids)
    for key, members in sorted(families.items(), key=lambda each: each[1]):
        day = days[ids[members[0]]]
        if key.startswith("/"):
            items.append(Item((members[0],), None, day))
            continue
        for child in members:
            required[child] = frozenset(
                other
                for other in members
                if other != child and must_stay_together(world, key, ids[child], ids[other], day)
            )
        living = [child for child in members if ids[child] in movable]
        parts = _parts(members, required)
        small = len(members) <= ALL_SUBSETS_UP_TO
        subsets = _subsets(members) if small else _large_subsets(world, ids, parts, living)
        if _excepted_in_one_home(world, ids, members) or not (
            small or (len(parts) <= ALL_SUBSETS_UP_TO and not living)
        ):
            limited.append(key)
        for together in subsets:
            anywhere = _closed(together, required) and not _apart_within(world, ids, together, key)
            if anywhere or not set(living).isdisjoint(together):
                items.append(Item(together, key, day, anywhere))
    return Items(
        child_ids=ids,
        days=tuple(days[child_id] for child_id in ids),
        movable=frozenset(movable),
        required=tuple(required),
        items=tuple(items),
        limited=tuple(limited),
    )


def must_stay_together(world: World, group_id: str, a: str, b: str, day: date) -> bool:
    """Whether two siblings may not be separated on a day, exemptions considered."""
    group = world.sibling_groups[group_id]
    if group.between(a, b) is not Together.REQUIRED:
        return False
    return world.exemption(STAY_TOGETHER, (a, b), None, day) is None


def _excepted_in_one_home(world: World, ids: Sequence[str], members: Sequence[int]) -> bool:
    """Whether siblings may be separated if one of them goes to a certain home.

    That is not looked at: such siblings are kept together.
    """
    theirs = {ids[each] for each in members}
    return any(
        each.home_id is not None and (not each.child_ids or each.child_ids & theirs)
        for each in world.exemptions_by_rule.get(STAY_TOGETHER, ())
    )


def must_be_apart(world: World, group_id: str, a: str, b: str) -> bool:
    """Whether two siblings may not share a home."""
    return world.sibling_groups[group_id].between(a, b) is Together.APART


def _closed(together: Sequence[int], required: Sequence[frozenset[int]]) -> bool:
    """Whether nobody is parted from a sibling they must live with."""
    return all(required[child].issubset(together) for child in together)


def _parts(members: Sequence[int], required: Sequence[frozenset[int]]) -> list[tuple[int, ...]]:
    """Return the members in parts that are never separated."""
    parts: list[set[int]] = []
    for child in members:
        linked = [part for part in parts if not required[child].isdisjoint(part)]
        parts = [part for part in parts if part not in linked]
        parts.append({child}.union(*linked))
    return sorted(tuple(sorted(part)) for part in parts)


def _subsets(members: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every subset, larger ones first."""
    for size in range(len(members), 0, -1):
        yield from combinations(members, size)


def _large_subsets(
    world: World, ids: Sequence[str], parts: Sequence[tuple[int, ...]], living: Sequence[int]
) -> list[tuple[int, ...]]:
    """Return subsets of a large group: whole parts, and those who live together now.

    Of more than :data:`ALL_SUBSETS_UP_TO` parts, one, two, all, or all but one or two.
    """
    found: dict[tuple[int, ...], None] = {}
    for size in range(len(parts), 0, -1):
        if len(parts) <= ALL_SUBSETS_UP_TO or size <= 2 or len(parts) - size <= 2:
            for chosen in combinations(parts, size):
                found[tuple(sorted(child for part in chosen for child in part))] = None
    homes: dict[str, list[int]] = {}
    for child in living:
        homes.setdefault(world.placements[ids[child]].home_id, []).append(child)
    for there in homes.values():
        found[tuple(there)] = None
        for part in parts:
            staying = tuple(child for child in part if child in there)
            if staying:
                found[staying] = None
    return list(found)


def _apart_within(world: World, ids: Sequence[str], together: Sequence[int], group: str) -> bool:
    return any(must_be_apart(world, group, ids[a], ids[b]) for a, b in combinations(together, 2))
