"""One aim over a council's options, solved by home configurations.

Takes a :class:`~matcher.solving.model.Model` to the arrays of
:mod:`matcher.solving.configurations`, and the options chosen there back. The household rules
are asked about every configuration in which parties meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.instance import Instance
from matcher.solving.configurations.search import search
from matcher.solving.configurations.splits import Splits
from matcher.solving.configurations.uses import Uses, in_few_bits
from matcher.solving.limits import FewInts
from matcher.solving.ties import ranks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matcher.solving.configurations.found import Found, Learnt
    from matcher.solving.configurations.instance import Flags
    from matcher.solving.households import Households
    from matcher.solving.limits import AnyInts, Limit
    from matcher.solving.model import Model
    from matcher.solving.options import Ints
    from matcher.solving.problem import Problem
    from matcher.solving.stopwatch import Stopwatch


def search_configurations(
    model: Model,
    *,
    known: Iterable[int],
    watch: Stopwatch,
    seed: int = 0,
    barred: Flags | None = None,
    learnt: Learnt | None = None,
    settle_ties: bool = False,
) -> Found:
    """Find the best plan for one aim.

    Parameters
    ----------
    model
        The aim, over the options of a problem.
    known
        Options of a lawful plan to start from.
    watch
        Ends the search when time is up.
    seed
        Of the integer solvers.
    barred
        Options that may not be taken, shape (options,); None for none.
    learnt
        By a search of the same aim over the same options, whatever was barred there.
    settle_ties
        Whether to tell equally good plans apart by identifiers, once one is proved.

    Returns
    -------
    Found
        Its ``chosen`` are options of the problem; cost and bound are the aim's value.
    """
    order = np.lexsort((model.problem.options.item, model.problem.options.home))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    instance = instance_of(model, order, barred)
    start = place[np.array(sorted(known), dtype=np.int64)].tolist()
    # What is known may be outside a limit that holds an earlier aim's value.
    lawful = instance.lawful(start)
    ranks = [rank[order] for rank in ranks_of(model.problem)] if settle_ties else ()
    found = search(
        instance,
        watch=watch,
        known=start if lawful else None,
        seed=seed,
        learnt=learnt,
        ranks=ranks,
    )
    if found.chosen is not None:
        found.chosen = tuple(sorted(order[list(found.chosen)].tolist()))
    return found


def instance_of(
    model: Model, order: Ints, barred: Flags | None = None, *, reduced: bool = True
) -> Instance:
    """Return an aim as arrays.

    Parameters
    ----------
    model
        The aim.
    order
        The options home by home.
    barred
        Options that may not be taken.
    reduced
        Whether limits are divided by what all use has in common. Prices of what is left are
        then those of these options alone.
    """
    problem = model.problem
    options = problem.options
    limits = [
        _least_numbers(limit) if reduced else (limit.use, limit.spare, limit.limit)
        for limit in model.limits
    ]
    families = _families(problem)
    family = np.zeros(len(problem.items.items), dtype=np.int32)
    for at, (_, _, theirs) in enumerate(families):
        family[theirs] = at
    spare = {at: each for at, (_, each, _) in enumerate(limits) if each}
    weight = problem.weight.astype(np.int32)
    if barred is not None:
        # What needs more room than there is fits nowhere.
        weight = np.where(barred, problem.room[options.home] + 1, weight).astype(np.int32)
    fits = np.bincount(
        options.item, weights=weight <= problem.room[options.home], minlength=len(family)
    )
    is_open = fits > 0
    return Instance(
        family=family,
        size=np.array([len(item.children) for item in problem.items.items], dtype=np.int32),
        splits=Splits.of([_splits(model, *each, spare, is_open) for each in families], len(limits)),
        start=np.searchsorted(options.home[order], np.arange(problem.homes.n + 1)),
        item=options.item[order].astype(np.int32),
        cost=in_few_bits(model.cost[order]),
        weight=weight[order],
        room=problem.room,
        opening=np.zeros(problem.homes.n, dtype=np.int64),
        use=_uses([each for each, _, _ in limits], order),
        limit=np.array([each for _, _, each in limits], dtype=np.int64),
        household=_Company(
            problem.households, tuple(item.children for item in problem.items.items)
        ),
        constant=model.constant,
    )


def _uses(limits: Sequence[AnyInts | FewInts], order: Ints) -> Uses:
    """Return what options use of every limit, the options in another order."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows: list[AnyInts | tuple[Ints, AnyInts]] = []
    for use in limits:
        if isinstance(use, FewInts):
            there = np.argsort(place[use.at])
            rows.append((place[use.at][there], use.values[there]))
        else:
            rows.append(use[order])
    return Uses.of(rows, len(order))


def _families(problem: Problem) -> list[tuple[str | None, list[int], list[int]]]:
    """Return the sibling group, children and items of each family."""
    found: dict[str | int, tuple[str | None, list[int], list[int]]] = {}
    for child, child_id in enumerate(problem.items.child_ids):
        group = problem.world.children[child_id].sibling_group_id
        found.setdefault(child if group is None else group, (group, [], []))[1].append(child)
    for at, item in enumerate(problem.items.items):
        found[item.children[0] if item.group is None else item.group][2].append(at)
    return list(found.values())


def _splits(
    model: Model,
    group: str | None,
    children: Sequence[int],
    items: Sequence[int],
    spare: Mapping[int, int],
    is_open: Flags,
) -> list[tuple[int, tuple[int, ...], dict[int, int]]]:
    """Return every way in which a family may be placed, those that place most first.

    Children who live somewhere are always placed; items without a lawful home are left out.
    """
    problem = model.problem
    members = problem.items.items
    open_items = [at for at in items if is_open[at]]
    with_child = {
        child: [at for at in open_items if members[at].children[0] == child] for child in children
    }
    least = 0 if group is None else problem.least_households[group]
    found: list[tuple[int, tuple[int, ...], dict[int, int]]] = []

    def extend(left: tuple[int, ...], taken: tuple[int, ...], unplaced: int) -> None:
        if not left:
            short = max(0, least - len(taken))
            cost = unplaced * model.unplaced_cost + short * model.household_cost
            found.append((cost, taken, {at: short * each for at, each in spare.items()}))
            return
        child, others = left[0], left[1:]
        for at in with_child[child]:
            if set(members[at].children) <= set(left):
                rest = tuple(each for each in others if each not in members[at].children)
                extend(rest, (*taken, at), unplaced)
        if model.may_be_unplaced[child]:
            extend(others, taken, unplaced + 1)

    extend(tuple(children), (), 0)
    if not found:
        # Nobody may be left out, and not all of them can be placed: there is no plan.
        closed = next(at for at in items if at not in open_items)
        return [(0, (closed,), {})]
    return sorted(found, key=lambda split: (split[0], len(split[1]), split[1]))


def _least_numbers(limit: Limit) -> tuple[AnyInts | FewInts, int, int]:
    """Return use, spare and limit divided by what all use has in common.

    Shares are counted in billionths; whole parts of that are the same limit, rounded down.
    """
    common = gcd(int(np.gcd.reduce(np.asarray(limit.use), initial=0)), limit.spare)
    if common <= 1:
        return limit.use, limit.spare, limit.limit
    return limit.use // common, limit.spare // common, limit.limit // common


@dataclass(frozen=True)
class _Company:
    """The household rules, asked about items."""

    households: Households
    children: tuple[tuple[int, ...], ...]

    def allows(self, home: int, items: Sequence[int]) -> bool:
        """Whether exactly these items may live in a home together."""
        return self.households.allowed(home, self._children(items))

    def refuses_with_others(self, home: int, items: Sequence[int]) -> bool:
        """Whether these items may not, and no more items could change that."""
        return self.households.refused_with_others(home, self._children(items))

    def _children(self, items: Sequence[int]) -> list[int]:
        return [child for item in items for child in self.children[item]]
