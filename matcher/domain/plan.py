"""A plan: where each child whose home is being decided would live, or nowhere yet.

What a plan decides, who counts as arriving together, from which day, and into how many
households too many a sibling group is split: each is defined here once, for the solver, the
checker and the indicators alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from matcher.domain.sibling_group import Together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from matcher.domain.world import World


class Assigned(NamedTuple):
    """A child and the home where the plan has them live."""

    child_id: str
    home_id: str


@dataclass(frozen=True)
class Plan:
    """Where each child would live whose home the plan decides.

    A child who stays where they live is assigned to that home. Nothing here says how the
    plan was found.

    Parameters
    ----------
    placements
        In the order of children's identifiers.
    unplaced
        Children left without a home, in the order of identifiers.
    """

    placements: tuple[Assigned, ...]
    unplaced: tuple[str, ...]

    @classmethod
    def of(cls, home_of: Mapping[str, str | None]) -> Plan:
        """Return a plan from the home of each child; None leaves the child without one."""
        return cls(
            placements=tuple(
                Assigned(child_id, home_id)
                for child_id, home_id in sorted(home_of.items())
                if home_id is not None
            ),
            unplaced=tuple(sorted(child for child, home_id in home_of.items() if home_id is None)),
        )

    @cached_property
    def home_of(self) -> Mapping[str, str | None]:
        """The home of every child the plan decides; None when left without one."""
        found: dict[str, str | None] = dict.fromkeys(self.unplaced)
        found.update(self.placements)
        return dict(sorted(found.items()))


class Party(NamedTuple):
    """Children who would live in one home and count as arriving together.

    They are the children of one sibling group whom the plan assigns to that home; a child
    without a sibling group is a party alone.
    """

    home_id: str
    child_ids: tuple[str, ...]
    day: date
    """The first day of their placement; see :func:`first_days`."""


def decided_children(world: World, *, may_move: bool) -> tuple[str, ...]:
    """Return the children whose home a plan decides, in the order of identifiers.

    Parameters
    ----------
    world
        The World.
    may_move
        Whether the policy lets children move whose review has agreed to it.

    Returns
    -------
    tuple of str
        The children who wait, and, if they may, the placed children who may move.
    """
    movable = (
        (each.child_id for each in world.placements.values() if each.may_move) if may_move else ()
    )
    return tuple(sorted({*world.waiting, *movable}))


def first_days(world: World, child_ids: Iterable[str]) -> Mapping[str, date]:
    """Return the first day of the placement of each child whose home is being decided.

    One day for all children of a sibling group: the earliest by which a referral needs a
    home for one of them. Without a referral it is the World's own date, and it is never
    earlier than that.

    Parameters
    ----------
    world
        The World.
    child_ids
        Every child the plan decides.
    """
    own: dict[str, tuple[str, date | None]] = {}
    by_group: dict[str, date] = {}
    for child_id in sorted(child_ids):
        referral = world.referral_by_child.get(child_id)
        day = None if referral is None else max(referral.needed_by, world.as_of)
        group_id = world.child(child_id).sibling_group_id or ""
        own[child_id] = group_id, day
        if group_id and day is not None:
            by_group[group_id] = min(day, by_group.get(group_id, day))
    return {
        child_id: by_group.get(group_id, day or world.as_of)
        for child_id, (group_id, day) in own.items()
    }


def parties(world: World, home_of: Mapping[str, str | None]) -> tuple[Party, ...]:
    """Return who arrives together in a plan, in the order of homes and children.

    Parameters
    ----------
    world
        The World.
    home_of
        The home of every child the plan decides; None when left without one.
    """
    days = first_days(world, home_of)
    together: dict[tuple[str, str, bool], list[str]] = {}
    for child_id, home_id in sorted(home_of.items()):
        if home_id is None:
            continue
        group_id = world.child(child_id).sibling_group_id
        key = (home_id, child_id if group_id is None else group_id, group_id is None)
        together.setdefault(key, []).append(child_id)
    return tuple(
        sorted(
            Party(home_id, tuple(ids), days[ids[0]]) for (home_id, _, _), ids in together.items()
        )
    )


def stays(world: World, child_id: str, home_id: str) -> bool:
    """Whether a child would live where they live now."""
    placement = world.placements.get(child_id)
    return placement is not None and placement.home_id == home_id


def least_households(world: World, group_id: str, child_ids: Sequence[str]) -> int:
    """Return the fewest homes in which siblings can live, given who must live apart.

    Parameters
    ----------
    world
        The World.
    group_id
        Their sibling group.
    child_ids
        Members of it.

    Returns
    -------
    int
        1 when no pair is assessed apart; 0 for no children.
    """
    group = world.sibling_groups[group_id]
    apart = {
        frozenset((a, b))
        for a, b in combinations(child_ids, 2)
        if group.between(a, b) is Together.APART
    }
    if not apart:
        return min(1, len(child_ids))

    def fits(at: int, homes: list[set[str]], most: int) -> bool:
        if at == len(child_ids):
            return True
        child_id = child_ids[at]
        for home in homes:
            if not any(frozenset((child_id, other)) in apart for other in home):
                home.add(child_id)
                if fits(at + 1, homes, most):
                    return True
                home.remove(child_id)
        return len(homes) < most and fits(at + 1, [*homes, {child_id}], most)

    return next(most for most in range(1, len(child_ids) + 1) if fits(0, [], most))


def extra_households(world: World, home_of: Mapping[str, str | None]) -> int:
    """Return into how many households too many a plan splits sibling groups.

    For each sibling group: the number of different homes in which its decided children are
    placed, less the fewest possible for its decided children (see
    :func:`least_households`), and never less than 0; added over groups. Siblings whose home
    the plan does not decide, and those left without a home, are not counted.

    Parameters
    ----------
    world
        The World.
    home_of
        The home of every child the plan decides; None when left without one.
    """
    groups: dict[str, list[str]] = {}
    for child_id in sorted(home_of):
        group_id = world.child(child_id).sibling_group_id
        if group_id is not None:
            groups.setdefault(group_id, []).append(child_id)
    total = 0
    for group_id, ids in groups.items():
        homes = {home_of[child_id] for child_id in ids} - {None}
        total += max(0, len(homes) - least_households(world, group_id, ids))
    return total
