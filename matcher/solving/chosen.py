"""Some options of the shortlists, chosen, as what can be solved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.by_configurations import instance_of
from matcher.solving.configurations import unchosen
from matcher.solving.configurations.compiling import compiled, worth_compiling
from matcher.solving.model import weighted_model
from matcher.solving.space import Fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.configurations.bound import Bound
    from matcher.solving.configurations.instance import Instance
    from matcher.solving.model import Model
    from matcher.solving.options import Ints
    from matcher.solving.problem import Ground, Problem
    from matcher.solving.shortlists import Lister, Shortlists


class View:
    """Some options of the shortlists as a problem, a model and arrays.

    Parameters
    ----------
    lister, lists
        Who found options, and those that were found.
    chosen
        Positions in the lists, rising.
    """

    def __init__(self, lister: Lister, lists: Shortlists, chosen: Ints) -> None:
        self.chosen = chosen
        problem = lister.ground.problem(lister.ground.maker.described(lists.bare(chosen)))
        # Room and weights as they are over all options.
        fit = Fit(lister.room.room, lister.room.weight(problem.options))
        self.problem: Problem = replace(problem, space=replace(problem.space, loosest=fit))
        self.model: Model = weighted_model(self.problem)
        options = self.problem.options
        self.order: Ints = np.lexsort((options.item, options.home))
        self.place = np.empty(len(self.order), dtype=np.int64)
        self.place[self.order] = np.arange(len(self.order))
        self.instance: Instance = instance_of(self.model, self.order, reduced=False)
        self.limits = tuple(limit.name for limit in self.model.limits)

    def plan_of(self, taken: Ints) -> list[int]:
        """Return options of the shortlists, all of them chosen, as options of the problem."""
        found: list[int] = np.searchsorted(self.chosen, taken).tolist()
        return found

    def arranged(self, plan: Sequence[int]) -> list[int]:
        """Return options of the problem as options of the arrays."""
        found: list[int] = self.place[np.array(sorted(plan), dtype=np.int64)].tolist()
        return found


def options_at_home(ground: Ground, lists: Shortlists) -> Ints:
    """Return the options in homes where one of the item's children lives."""
    pairs = [
        (at, int(ground.lives_at[child]))
        for at, item in enumerate(ground.items.items)
        for child in item.children
        if ground.lives_at[child] >= 0
    ]
    item, home = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    names = lists.item.astype(np.int64) << 32 | lists.home
    found = np.unique(np.searchsorted(names, wanted := item << 32 | home))
    found = found[found < len(names)]
    return found[np.isin(names[found], wanted)].astype(np.int64)


def could_lower(
    lists: Shortlists, chosen: Ints, room: Ints, bound: Bound, *, every: bool, most: int
) -> tuple[Ints, int]:
    """Return options not chosen that could lower a home's least sum, in exact integers.

    Limits that only some options use are left out: they make those options dearer.

    Parameters
    ----------
    lists, chosen
        Options, and the positions of those that were chosen, rising.
    room
        Of each home.
    bound
        What the chosen ones come to at some prices. No option that the lists leave out has a
        negative reduced cost at them.
    every
        Whether to return all that have a negative reduced cost.
    most
        If not, so many for a home, beside one for each of its places.

    Returns
    -------
    tuple
        Their positions, rising; by how much the homes' least sums may be too high together
        without them, at most 0, times the bound's scale.
    """
    reduced = lists.value.astype(np.int64) * bound.scale - bound.items[lists.item]
    for price, use in zip(bound.limits[: len(lists.use)].tolist(), lists.use, strict=True):
        if price:
            reduced += price * use
    negative = np.flatnonzero((reduced < 0) & (lists.weight <= room[lists.home]))
    inside = np.zeros(len(lists), dtype=np.bool_)
    inside[chosen] = True
    fast = worth_compiling(len(negative), int(room.sum()))
    search = compiled(unchosen)["worth_choosing"] if fast else unchosen.worth_choosing
    found, below = search(
        lists.home[negative],
        lists.weight[negative],
        reduced[negative],
        inside[negative],
        room,
        bound.least,
        most,
    )
    more = negative[~inside[negative]] if every else np.sort(negative[found])
    return more, int(below)
