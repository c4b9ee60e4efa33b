"""A large plan district by district, everything outside as it is.

Homes are cut into districts of about as many items each. A district is an instance of its
own: its homes, the families who live in none but these, what others leave of every limit.
The search of a council solves it in a moment, and whatever plan it finds there is, with the
others' homes, a plan for all. Prices of its items come with it. Other cuts do the same
for who lived near a border (a large neighbourhood search [1]_, with neighbourhoods large
enough for the chains in which one child's home becomes another's).

A relaxation says as well as a plan where families are and what of every limit each district
uses. Begun from one, the districts come to a plan near it, within the same shares.

References
----------
.. [1] P. Shaw, "Using constraint programming and local search methods to solve vehicle routing
   problems", CP98, Lecture Notes in Computer Science 1520 (1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.compiling import worth_compiling
from matcher.solving.configurations.found import Learnt
from matcher.solving.configurations.instance import Instance
from matcher.solving.configurations.prices import Prices
from matcher.solving.configurations.refusals import Refusals
from matcher.solving.configurations.search import search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.configurations.columns import Columns
    from matcher.solving.configurations.instance import Floats, Household, Ints
    from matcher.solving.configurations.master import Relaxed
    from matcher.solving.stopwatch import Stopwatch

OUTSIDE = -1
WHOLE = 1e-6
"""Nearer than this a number is whole."""


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


@dataclass(frozen=True, eq=False)
class Taken:
    """How much is taken of each option and split: all or nothing by a plan.

    Parameters
    ----------
    options, splits
        From 0 to 1 each; shape (options,) and (splits,).
    """

    options: Floats
    splits: Floats

    @classmethod
    def by_plan(cls, instance: Instance, chosen: Ints) -> Taken:
        """Return what a lawful plan takes."""
        splits = instance.chosen_splits(chosen)
        assert splits is not None  # a lawful plan has one of every family
        found = cls(np.zeros(instance.options), np.zeros(len(instance.splits)))
        found.options[chosen] = found.splits[splits] = 1.0
        return found

    @classmethod
    def by_relaxation(cls, columns: Columns, relaxed: Relaxed) -> Taken:
        """Return what a relaxation over configurations takes."""
        found = cls(np.zeros(columns.instance.options), relaxed.splits)
        for at in np.flatnonzero(relaxed.taken).tolist():
            found.options[list(columns.options[at])] += relaxed.taken[at]
        near = np.rint(found.options)
        whole = np.abs(found.options - near) < WHOLE
        found.options[whole] = near[whole]
        return found


class Districts:
    """An instance cut into districts, in each of which a plan can be changed by itself.

    A family in homes of several districts stays where it is, and so does who shares a home
    with it. One that a relaxation divides belongs where most of it is.

    Parameters
    ----------
    instance
        The whole.
    taken
        By a lawful plan, or by a relaxation.
    district
        Of every home.
    """

    def __init__(self, instance: Instance, taken: Taken, district: Ints) -> None:
        self.instance = instance
        at = np.flatnonzero(taken.options == 1.0)
        home, family = instance.home[at], instance.family[instance.item[at]]
        # Who has no home belongs where the cheapest option of any is.
        belongs = np.full(instance.splits.families, OUTSIDE, dtype=np.int64)
        theirs = instance.family[instance.item]
        order = np.lexsort((instance.cost, -taken.options, theirs))
        some, first = np.unique(theirs[order], return_index=True)
        belongs[some] = district[instance.home[order[first]]]
        divided = np.zeros(len(belongs), dtype=np.bool_)
        divided[theirs[(taken.options > 0.0) & (taken.options < 1.0)]] = True
        stays = np.zeros(len(belongs), dtype=np.bool_)
        stays[family[(belongs[family] != district[home]) & ~divided[family]]] = True
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
        #: What who stays takes.
        self.outside: Ints = at[stays[family]]
        shares = np.zeros((len(self) + 1, instance.limits))
        some_options, some_splits = np.flatnonzero(taken.options), np.flatnonzero(taken.splits)
        of_options = belongs[theirs[some_options]]
        of_splits = belongs[instance.splits.family[some_splits]]
        for number in range(OUTSIDE, len(self)):
            own, ways = some_options[of_options == number], some_splits[of_splits == number]
            shares[number] = instance.use.shared(own, taken.options[own])
            shares[number] += instance.splits.use.shared(ways, taken.splits[ways])
        #: What each district uses of every limit, the last row being who stays.
        self._used = _in_whole_units(shares, instance.limit)

    def __len__(self) -> int:
        return len(self._first) - 1

    def settle(self, number: int, part: District, chosen: Sequence[int]) -> None:
        """Note what a district takes now, as options of the part."""
        instance = part.instance
        splits = instance.chosen_splits(chosen)
        assert splits is not None  # a lawful plan has one of every family
        used = instance.use.total(np.array(chosen, dtype=np.int64))
        self._used[number, part.limits] = used + instance.splits.use.total(splits)

    def part(self, number: int) -> District | None:
        """Return a district with what others leave it; None when nothing can be chosen there."""
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
        left = instance.limit - self._used.sum(axis=0) + self._used[number]
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


def _in_whole_units(shares: Floats, limit: Ints) -> Ints:
    """Return shares of limits in whole units: what is left goes to the largest remainders."""
    found: Ints = np.floor(shares + WHOLE).astype(np.int64)
    over = shares - found
    place = np.argsort(np.argsort(-over, axis=0, kind="stable"), axis=0)
    found += (over > WHOLE) & (place < limit - found.sum(axis=0))
    return found


def solve_districts(
    districts: Districts,
    prices: Prices,
    known: Ints | None = None,
    *,
    watch: Stopwatch,
    seed: int = 0,
) -> Ints | None:
    """Return a plan made district by district; None when there is none.

    Parameters
    ----------
    districts
        Begun from the plan known, or from a relaxation.
    prices
        Of the whole.
    known
        Options of the plan that is made better; None where a relaxation is all there is.
    watch
        Ends the search when time is up.
    seed
        Of the solvers.
    """
    whole = districts.instance
    compiled = worth_compiling(whole.options, int(whole.room.sum()))
    plan = districts.outside if known is None else known
    complete = known is not None
    try:
        for number in range(len(districts)):
            if watch.halted():
                break
            part = districts.part(number)
            if part is None:
                continue
            own = np.isin(plan, part.options)
            before = np.searchsorted(part.options, np.sort(plan[own])).tolist()
            found = search(
                part.instance,
                watch=watch,
                known=None if known is None else before,
                seed=seed,
                compiled=compiled,
                learnt=Learnt(
                    Prices(prices.items[part.items], prices.limits[part.limits], -np.inf),
                    (),
                    Refusals(part.instance),
                ),
                proof=False,
            )
            if found.chosen is not None:
                plan = np.concatenate([plan[~own], part.options[list(found.chosen)]])
                districts.settle(number, part, found.chosen)
            elif known is None:
                break
        else:
            # Of a family that stays with its company a relaxation may have left a part elsewhere.
            complete = complete or whole.lawful(plan.tolist())
    except KeyboardInterrupt:
        watch.interrupt()
    return plan if complete else None


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
