"""Of plans that are equally good, always the same one.

Once a plan is proved, every configuration of every other plan that costs as little has a
reduced cost within what is left between bound and plan: mostly nothing. These are few. The
integer programme over them, held at the least cost, is solved again for what equally good
plans are told apart by: one rank after the other, each held at its least for the next
(lexicographic optimisation over the optimal face [1]_).

References
----------
.. [1] H. Isermann, "Linear lexicographic optimization", OR Spektrum 4 (1982).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.columns import Columns
from matcher.solving.configurations.integers import combine
from matcher.solving.configurations.pricing import Pricer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.configurations.bound import Bound
    from matcher.solving.configurations.instance import Instance, Ints
    from matcher.solving.configurations.pricing import Priced
    from matcher.solving.stopwatch import Stopwatch

MOST_COLUMNS = 15_000
"""With more configurations than this, equally good plans are not told apart."""
NODES = 1_000
"""Nodes of each branching tree at most."""


def first_of_equals(
    pricer: Pricer,
    priced: Priced,
    bound: Bound,
    chosen: Sequence[int],
    *,
    ranks: Sequence[Ints],
    watch: Stopwatch,
    seed: int = 0,
) -> tuple[int, ...] | None:
    """Return the plan of lowest rank among those that cost as little as one.

    Parameters
    ----------
    pricer
        Knows whom to ask.
    priced
        All configurations of plans that cost no more.
    bound
        Its prices make the numbers of the programme small.
    chosen
        Options of a plan that is proved to be best; no home costs anything to open.
    ranks
        Of each option, whole numbers that are added up; of equal sums the next decides.
    watch
        Ends the search when time is up.
    seed
        Of the solver.

    Returns
    -------
    tuple of int or None
        None when that was too much work, or time is up.
    """
    if len(priced) > MOST_COLUMNS or not priced.exact.all():
        return None
    first = tuple(sorted(chosen))
    instance = _held(pricer.instance, bound, first)
    for rank in ranks:
        ranked = replace(
            instance,
            cost=rank,
            constant=0,
            splits=replace(instance.splits, cost=np.zeros_like(instance.splits.cost)),
        )
        again = Pricer(ranked, compiled=pricer.compiled)
        again.refusals = pricer.refusals
        columns = Columns(ranked)
        columns.add_priced(priced)
        columns.add_plan(first)
        found = combine(
            again,
            columns,
            range(len(columns)),
            known=first,
            watch=watch,
            nodes=NODES,
            seed=seed,
        )
        if found.chosen is None or not found.proved:
            return None
        first = found.chosen
        none = np.zeros(len(instance.splits), dtype=np.int64)
        instance = _with_row(instance, rank, none, int(rank[list(first)].sum()))
    return first


def _held(instance: Instance, bound: Bound, chosen: Sequence[int]) -> Instance:
    """Return the instance with its cost as a limit that the plan just keeps.

    Whole prices of items are taken off costs and put on splits, and the least split off every
    family: every plan has exactly one split a family, and homes for exactly its items, so that
    the limit says the same with smaller numbers.
    """
    splits = instance.splits
    prices = bound.items // bound.scale
    of_split = splits.cost.copy()
    np.add.at(of_split, splits.of_item, prices[splits.item])
    least = np.minimum.reduceat(of_split, splits.start[:-1])
    most = instance.value(chosen) - instance.constant - int(least.sum())
    use = instance.cost.astype(np.int64) - prices[instance.item]
    return _with_row(instance, use, of_split - least[splits.family], most)


def _with_row(instance: Instance, use: Ints, of_split: Ints, most: int) -> Instance:
    """Return the instance with one limit more."""
    splits = instance.splits
    return replace(
        instance,
        use=instance.use.and_(use),
        limit=np.append(instance.limit, most),
        splits=replace(splits, use=splits.use.and_(of_split)),
    )
