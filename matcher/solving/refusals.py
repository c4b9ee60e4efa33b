"""Which items may not share a home: what household rules have refused so far.

The solver proposes, the household rules are asked about every home that would take more than
one party, and each refusal becomes a constraint (a combinatorial Benders cut [1]_). What can
be foreseen is asked before.

References
----------
.. [1] G. Codato and M. Fischetti, "Combinatorial Benders' cuts for mixed-integer linear
   programming", Operations Research 54 (2006).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.solving.options import Ints
    from matcher.solving.problem import Problem


@dataclass(frozen=True, slots=True)
class Refusal:
    """Items that may not live in a home together.

    Parameters
    ----------
    home
        Position of the home.
    items
        Positions of the items.
    with_others
        Whether they may not when more join them either; otherwise exactly these may not.
    """

    home: int
    items: frozenset[int]
    with_others: bool


@dataclass(eq=False)
class Refusals:
    """Refusals that came up so far; true of the problem whatever the aim."""

    known: dict[Refusal, None] = field(default_factory=dict)

    def add(self, refusal: Refusal) -> None:
        """Keep a refusal."""
        self.known[refusal] = None


def foresee(problem: Problem, kept: Ints, refusals: Refusals) -> None:
    """Ask about pairs of items of which one has a child who is known not to suit everybody.

    Parameters
    ----------
    problem
        Children, homes, options.
    kept
        Positions of the options looked at, rising.
    refusals
        What is refused is added.
    """
    ids = problem.items.child_ids
    position_of = {child_id: position for position, child_id in enumerate(ids)}
    wary: set[int] = set()
    foes: dict[int, set[int]] = {}
    for position, child_id in enumerate(ids):
        child = problem.world.children[child_id]
        if child.household_risks:
            wary.add(position)
        for other in child.incompatible_with & position_of.keys():
            foes.setdefault(position, set()).add(position_of[other])
            foes.setdefault(position_of[other], set()).add(position)
    if not wary and not foes:
        return
    options, items = problem.options, problem.items.items
    by_home: dict[int, list[int]] = {}
    for option in kept.tolist():
        by_home.setdefault(int(options.home[option]), []).append(option)
    for home, here in sorted(by_home.items()):
        room = int(problem.room[home])
        for place, option in enumerate(here):
            first = items[int(options.item[option])]
            for another in here[:place]:
                second = items[int(options.item[another])]
                if problem.weight[option] + problem.weight[another] > room or (
                    first.group is not None and first.group == second.group
                ):
                    continue
                doubtful = not wary.isdisjoint(first.children + second.children) or any(
                    not foes.get(child, set()).isdisjoint(second.children)
                    for child in first.children
                )
                children = first.children + second.children
                if doubtful and problem.households.refused_with_others(home, children):
                    pair = frozenset((int(options.item[option]), int(options.item[another])))
                    refusals.add(Refusal(home, pair, with_others=True))


def refuse(problem: Problem, chosen: Sequence[int], kept: Ints, refusals: Refusals) -> bool:
    """Ask the household rules about a plan, and keep what they refuse.

    Returns
    -------
    bool
        Whether anything was refused.
    """
    options, households = problem.options, problem.households
    by_home: dict[int, list[int]] = {}
    for at in chosen:
        by_home.setdefault(int(options.home[at]), []).append(int(options.item[at]))
    any_refused = False
    for home, items in sorted(by_home.items()):
        if len(items) < 2 or households.allowed(home, _children(problem, items)):
            continue
        any_refused = True
        refusal = smallest_refusal(problem, home, items)
        refusals.add(refusal)
        if refusal.with_others:
            _elsewhere(problem, refusal, kept, refusals)
    return any_refused


def smallest_refusal(problem: Problem, home: int, items: Sequence[int]) -> Refusal:
    """Return a smallest part of some items that a home refuses, if more can be refused with it.

    Only when every superset is refused too is the part refused rather than exactly the items
    asked about; see :meth:`matcher.solving.households.Households.refused_with_others`.
    """
    households = problem.households
    left = sorted(items)
    if not households.refused_with_others(home, _children(problem, left)):
        return Refusal(home, frozenset(left), with_others=False)
    for item in sorted(items):
        fewer = [each for each in left if each != item]
        if fewer and households.refused_with_others(home, _children(problem, fewer)):
            left = fewer
    return Refusal(home, frozenset(left), with_others=True)


def _elsewhere(problem: Problem, refusal: Refusal, kept: Ints, refusals: Refusals) -> None:
    """Ask every other home that could take the refused items the same question."""
    options = problem.options
    homes: set[int] | None = None
    for item in refusal.items:
        low, high = problem.first_option[item], problem.first_option[item + 1]
        first, last = np.searchsorted(kept, (low, high))
        here = {int(each) for each in options.home[kept[first:last]]}
        homes = here if homes is None else homes & here
    children = _children(problem, refusal.items)
    for home in sorted((homes or set()) - {refusal.home}):
        weights = [
            int(problem.weight[at])
            for item in refusal.items
            if (at := problem.option_at(item, home)) is not None
        ]
        if sum(weights) > int(problem.room[home]):
            continue
        if problem.households.refused_with_others(home, children):
            refusals.add(Refusal(home, refusal.items, with_others=True))


def _children(problem: Problem, items: Iterable[int]) -> list[int]:
    return [child for item in items for child in problem.items.items[item].children]
