"""A large plan made better district by district, everything outside as it is.

Homes are cut into districts of about as many items each. A district is an instance of its
own: its homes, the families who live in none but these, what others leave of every limit.
The search of a council solves it in a moment, and whatever plan it finds there is, with the
others' homes, a plan for all. Prices of its items come with it. Other cuts do the same
for who lived near a border (a large neighbourhood search [1]_, with neighbourhoods large
enough for the chains in which one child's home becomes another's).

References
----------
.. [1] P. Shaw, "Using constraint programming and local search methods to solve vehicle routing
   problems", CP98, Lecture Notes in Computer Science 1520 (1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.configurations.instance import Floats, Household, Ints

OUTSIDE = -1


@dataclass(frozen=True, eq=False)
class District:
    """A part of an instance.

    Parameters
    ----------
    instance
        The part.
    items, homes, options, limits
        The position in the whole of each of the part's.
    """

    instance: Instance
    items: Ints
    homes: Ints
    options: Ints
    limits: Ints


def cut(place: Floats, weight: Floats, most: float, turn: float) -> Ints:
    """Return a district for every home, of weights that come to about ``most`` at most.

    Parameters
    ----------
    place
        Where homes are, shape (homes, 2).
    weight
        Of each home.
    most
        A district that weighs more is cut in two, across its longer side.
    turn
        The angle by which the map is turned first.
    """
    cosine, sine = np.cos(turn), np.sin(turn)
    turned = place @ np.array([[cosine, -sine], [sine, cosine]])
    found = np.zeros(len(place), dtype=np.int64)
    left = [np.arange(len(place))]
    districts = 0
    while left:
        homes = left.pop()
        total = float(weight[homes].sum())
        if total <= most or len(homes) < 2:
            found[homes] = districts
            districts += 1
            continue
        along = turned[homes]
        axis = int(np.argmax(np.ptp(along, axis=0)))
        homes = homes[np.argsort(along[:, axis], kind="stable")]
        half = int(np.searchsorted(np.cumsum(weight[homes]), total / 2))
        half = min(max(half, 1), len(homes) - 1)
        left += [homes[half:], homes[:half]]
    return found


class Districts:
    """An instance cut into districts, in each of which a plan can be changed by itself.

    A family in homes of several districts stays where it is, and so does who shares a home
    with it.

    Parameters
    ----------
    instance
        The whole.
    chosen
        A lawful plan.
    district
        Of every home.
    """

    def __init__(self, instance: Instance, chosen: Sequence[int] | Ints, district: Ints) -> None:
        self.instance = instance
        at = np.array(chosen, dtype=np.int64)
        home, family = instance.home[at], instance.family[instance.item[at]]
        # Who has no home belongs where the cheapest option of any is.
        belongs = np.full(instance.splits.families, OUTSIDE, dtype=np.int64)
        theirs = instance.family[instance.item]
        order = np.lexsort((instance.cost, theirs))
        some, first = np.unique(theirs[order], return_index=True)
        belongs[some] = district[instance.home[order[first]]]
        belongs[family] = district[home]
        stays = np.zeros(len(belongs), dtype=np.bool_)
        stays[family[belongs[family] != district[home]]] = True
        held = np.zeros(instance.homes, dtype=np.bool_)
        more = stays[family]
        while more.any():
            held[home[more]] = True
            stays[family[held[home]]] = True
            more = stays[family] & ~held[home]
        belongs[stays] = OUTSIDE
        self._of_family = belongs
        self._of_home = np.where(held, OUTSIDE, district)
        of_option = self._of_home[instance.home]
        of_option[of_option != belongs[theirs]] = OUTSIDE
        self._order = np.argsort(of_option, kind="stable")
        self._first = np.searchsorted(of_option[self._order], np.arange(district.max() + 2))

    def __len__(self) -> int:
        return len(self._first) - 1

    def part(self, number: int, chosen: Sequence[int] | Ints) -> District | None:
        """Return a district with what a plan leaves it; None when nothing can be chosen there.

        Parameters
        ----------
        number
            Which.
        chosen
            The plan, which differs from the first in other districts at most.
        """
        instance = self.instance
        options = self._order[self._first[number] : self._first[number + 1]]
        if not len(options):
            return None
        homes = np.flatnonzero(self._of_home == number)
        families = np.flatnonzero(self._of_family == number)
        family_at = _places(families, instance.splits.families)
        items = np.flatnonzero(family_at[instance.family] >= 0)
        item_at, home_at = _places(items, instance.items), _places(homes, instance.homes)
        theirs = instance.splits.of_families(families)
        limits = np.union1d(instance.use.used_by(options), instance.splits.use.used_by(theirs))
        at = np.array(chosen, dtype=np.int64)
        others = at[family_at[instance.family[instance.item[at]]] < 0]
        left = instance.limit - instance.use.total(others)
        if len(instance.splits.use.used_by(np.arange(len(instance.splits)))):
            everywhere = instance.chosen_splits(chosen)
            assert everywhere is not None  # a lawful plan has one of every family
            left -= instance.splits.use.total(np.setdiff1d(everywhere, theirs))
        conflicts = item_at[instance.conflicts]
        household = instance.household
        part = Instance(
            family=family_at[instance.family[items]].astype(np.int32),
            size=instance.size[items],
            splits=instance.splits.part(families, item_at, limits),
            start=np.searchsorted(home_at[instance.home[options]], np.arange(len(homes) + 1)),
            item=item_at[instance.item[options]].astype(np.int32),
            cost=instance.cost[options],
            weight=instance.weight[options],
            room=instance.room[homes],
            opening=instance.opening[homes],
            use=instance.use.part(options, limits),
            limit=left[limits],
            conflicts=conflicts[(conflicts >= 0).all(axis=1)],
            household=None if household is None else _Company(household, items, homes),
        )
        return District(part, items, homes, options, limits)


@dataclass(frozen=True, eq=False)
class _Company:
    """The whole's household, asked about a part's items."""

    household: Household
    items: Ints
    homes: Ints

    def allows(self, home: int, items: Sequence[int]) -> bool:
        return self.household.allows(*self._in_the_whole(home, items))

    def refuses_with_others(self, home: int, items: Sequence[int]) -> bool:
        return self.household.refuses_with_others(*self._in_the_whole(home, items))

    def _in_the_whole(self, home: int, items: Sequence[int]) -> tuple[int, list[int]]:
        return int(self.homes[home]), self.items[list(items)].tolist()


def _places(some: Ints, count: int) -> Ints:
    """Return the place of each of ``count`` things among some of them; -1 for others."""
    found = np.full(count, OUTSIDE, dtype=np.int64)
    found[some] = np.arange(len(some))
    return found
