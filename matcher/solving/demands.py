"""What somebody asks of a plan beyond the policy: this child here, few changes, another plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import UsageError
from matcher.evidence.arrays import child_facts
from matcher.geography.distance import NEAR_HOME_MILES
from matcher.solving.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.evidence.arrays import HomeArrays
    from matcher.solving.items import Items
    from matcher.solving.options import Options

    Homes = Mapping[str, str | None]
    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Demands:
    """What is asked of a plan.

    Parameters
    ----------
    fixed
        Children who live in this home or are left without one; who lives somewhere now stays
        there instead. Either has the price of leaving a child without a home, so that a plan
        does it only where nothing else is lawful or worth it.
    unlike
        Plans that the answer must differ from: by home of each child, and how many of the
        waiting children they place must live elsewhere or be left without a home, from 1.
    before
        Yesterday's plan: by home of each child.
    most_changes
        At most so many of the children whom ``before`` places may go to another home; a
        child who stays where they live now is no change. None for any number.
    most_far
        At most so many of the children who get a home live farther than 20.0 miles from
        their own, an unknown distance counting as far; None for any number.
    most_moves
        At most so many children move from where they live; None for any number.
    """

    fixed: Mapping[str, str] = field(default_factory=dict)
    unlike: tuple[tuple[Homes, int], ...] = ()
    before: Homes = field(default_factory=dict)
    most_changes: int | None = None
    most_far: int | None = None
    most_moves: int | None = None

    def check(self, world: World, decided: frozenset[str]) -> None:
        """Refuse what cannot be asked of a World.

        Raises
        ------
        NotFoundError
            If a home does not exist.
        UsageError
            If a child is not decided about.
        """
        for child_id, home_id in self.fixed.items():
            world.home(home_id)
            if child_id not in decided:
                raise UsageError(
                    f"{child_id} neither waits nor may move, so no plan can give them {home_id}."
                )

    def allows(self, options: Options, items: Items, homes: HomeArrays) -> NDArray[np.bool_]:
        """Return which options keep to ``fixed``, shape (options,)."""
        allowed = np.ones(len(options), dtype=np.bool_)
        for child_id, home_id in self.fixed.items():
            theirs = _items_with(items, child_id)[options.item] & (options.arriving > 0)
            allowed &= ~theirs | (options.home == homes.index[home_id])
        return allowed

    def unwanted(self, options: Options, items: Items, homes: HomeArrays) -> NDArray[np.bool_]:
        """Return the options by which a child of ``fixed`` stays elsewhere, shape (options,)."""
        found = np.zeros(len(options), dtype=np.bool_)
        for child_id, home_id in self.fixed.items():
            theirs = _items_with(items, child_id)[options.item] & (options.arriving == 0)
            found |= theirs & (options.home != homes.index[home_id])
        return found

    def limits(self, options: Options, items: Items, homes: HomeArrays) -> list[Limit]:
        """Return ``unlike`` and ``most_changes`` as limits on sums over options."""
        found = []
        for plan, least in self.unlike:
            waiting = {
                child_id: home
                for child_id, home in plan.items()
                if home is not None and child_id not in homes.world.placements
            }
            placed = len(waiting)
            same = _children_at(waiting, options, items, homes, there=True)
            found.append(Limit("another plan", same, placed - least))
        if self.most_changes is not None:
            elsewhere = _children_at(self.before, options, items, homes, there=False)
            found.append(Limit("the number of changes", elsewhere, self.most_changes))
        if self.most_far is not None:
            far = _children_far(options, items, homes)
            found.append(Limit("the number of children far from home", far, self.most_far))
        if self.most_moves is not None:
            found.append(Limit("the number of moves", options.moves, self.most_moves))
        return found


NOTHING_ASKED = Demands()


def _items_with(items: Items, child_id: str) -> NDArray[np.bool_]:
    """Return which items hold a child, shape (items,)."""
    at = items.child_ids.index(child_id)
    return np.array([at in item.children for item in items.items], dtype=np.bool_)


def _children_at(
    plan: Homes, options: Options, items: Items, homes: HomeArrays, *, there: bool
) -> Ints:
    """Return how many children of each option a plan has there.

    Not ``there``: how many it has elsewhere, of those who do not live there now.
    """
    home_of = [plan.get(child_id) for child_id in items.child_ids]
    at = np.array([-1 if home is None else homes.index.get(home, -1) for home in home_of])
    placements = homes.world.placements
    now = np.array(
        [
            homes.index[placements[child_id].home_id] if child_id in placements else -1
            for child_id in items.child_ids
        ]
    )
    count = np.zeros(len(options), dtype=np.int64)
    for child in _children_of(options, items):
        known = (child >= 0) & (at[child] >= 0)
        same = at[child] == options.home
        count += known & (same if there else ~same & (now[child] != options.home))
    return count


def _children_of(options: Options, items: Items) -> Iterator[Ints]:
    """Yield the first, second, ... child of each option by position; -1 when there is none."""
    most = max((len(item.children) for item in items.items), default=0)
    children = np.full((len(items.items), most), -1, dtype=np.int64)
    for position, item in enumerate(items.items):
        children[position, : len(item.children)] = item.children
    for column in children.T:
        yield column[options.item]


def _children_far(options: Options, items: Items, homes: HomeArrays) -> Ints:
    """Return how many children of each option would live far from their own homes."""
    far = np.zeros((len(items.child_ids), homes.n), dtype=np.bool_)
    for at, child_id in enumerate(items.child_ids):
        child = homes.world.children[child_id]
        if not child.unaccompanied:
            miles = child_facts(child, homes.world.as_of, homes).miles
            far[at] = ~(miles <= NEAR_HOME_MILES)
    count = np.zeros(len(options), dtype=np.int64)
    for position in _children_of(options, items):
        count += (position >= 0) & far[position, options.home]
    return count
