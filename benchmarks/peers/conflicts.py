"""Pairs of options that may not both be taken: what a formulation by pairs begins with."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from matcher.solving.problem import Problem

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

Pair = tuple[int, int]


def homes(problem: Problem) -> Iterator[tuple[int, Ints]]:
    """Yield every home that has options, with their positions, rising."""
    order = np.lexsort((np.arange(len(problem.options)), problem.options.home))
    at = problem.options.home[order]
    for part in np.split(order, np.flatnonzero(np.diff(at)) + 1):
        if len(part):
            yield int(problem.options.home[part[0]]), part


def groups_in_home(problem: Problem) -> Iterator[list[int]]:
    """Yield options of one sibling group in one home: siblings there are one item."""
    items = problem.items.items
    for _, here in homes(problem):
        by_group: dict[str, list[int]] = defaultdict(list)
        for option in here.tolist():
            group = items[int(problem.options.item[option])].group
            if group is not None:
                by_group[group].append(option)
        yield from (each for each in by_group.values() if len(each) > 1)


def refused_pairs(problem: Problem) -> Iterator[Pair]:
    """Yield pairs that a household rule refuses whoever else is there.

    Asked about are pairs that fit into the home and of which a child has a recorded risk to
    others, or is named as not to live with the other.
    """
    options, items = problem.options, problem.items.items
    doubtful = _doubtful(problem)
    if not doubtful.any():
        return
    for home, here in homes(problem):
        item, weight = options.item[here], problem.weight[here]
        fits = weight[:, None] + weight[None, :] <= problem.room[home]
        for a, b in np.argwhere(np.triu(doubtful[np.ix_(item, item)] & fits, 1)).tolist():
            children = items[int(item[a])].children + items[int(item[b])].children
            if problem.households.refused_with_others(home, children):
                yield int(here[a]), int(here[b])


def _doubtful(problem: Problem) -> Flags:
    """Return which pairs of items of different families have to be asked about."""
    ids = problem.items.child_ids
    at = {child_id: position for position, child_id in enumerate(ids)}
    by_child = np.zeros((len(ids), len(ids)), dtype=np.bool_)
    for position, child_id in enumerate(ids):
        child = problem.world.children[child_id]
        if child.household_risks:
            by_child[position] = True
            by_child[:, position] = True
        for other in child.incompatible_with & at.keys():
            by_child[position, at[other]] = by_child[at[other], position] = True
    items = problem.items.items
    member = np.zeros((len(items), len(ids)), dtype=np.float32)
    for position, item in enumerate(items):
        member[position, list(item.children)] = 1
    groups = np.array([item.group or f"/{item.children[0]}" for item in items])
    foes: Flags = (member @ by_child.astype(np.float32) @ member.T) > 0
    foes &= groups[:, None] != groups[None, :]
    return foes
