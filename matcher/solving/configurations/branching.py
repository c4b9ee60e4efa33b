"""Branching on how many children are left without a home.

The price of leaving a child out is so high that a fraction of a child is most of the gap.
On either side of the relaxation's number it becomes a limit; whatever the plan, it lies on one
of the two sides, so that the lower of their bounds holds for all (branching on how many
vehicles there are [1]_).

References
----------
.. [1] J. Desrosiers, F. Soumis and M. Desrochers, "Routing with time windows by column
   generation", Networks 14 (1984).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.bound import bound_of
from matcher.solving.configurations.columns import Columns
from matcher.solving.configurations.diving import dive
from matcher.solving.configurations.master import relax
from matcher.solving.configurations.prices import Prices
from matcher.solving.configurations.pricing import Pricer

if TYPE_CHECKING:
    from matcher.solving.configurations.bound import Bound
    from matcher.solving.configurations.instance import Instance
    from matcher.solving.configurations.master import Relaxed
    from matcher.solving.stopwatch import Stopwatch


@dataclass(frozen=True, eq=False)
class Side:
    """One side of the branching, relaxed.

    Parameters
    ----------
    pricer, columns
        Of the instance with a limit more.
    relaxed, bound
        Its relaxation, and what no plan there can beat.
    chosen
        Options of a plan there; None when none was found or looked for.
    """

    pricer: Pricer
    columns: Columns
    relaxed: Relaxed
    bound: Bound
    chosen: tuple[int, ...] | None


def side_of(
    pricer: Pricer,
    columns: Columns,
    relaxed: Relaxed,
    *,
    unplaced: int,
    or_fewer: bool,
    cost: int,
    watch: Stopwatch,
    seed: int = 0,
) -> Side:
    """Return the side on which so many children are left without a home, or fewer, or more.

    Parameters
    ----------
    pricer, columns, relaxed
        Of the instance that is branched.
    unplaced
        How many of those whom any plan could place.
    or_fewer
        Whether at most so many are left out there, or at least so many.
    cost
        Of the best plan known: where every plan costs more, none is looked for.
    watch
        Ends the search when time is up.
    seed
        Of the integer solver and the simplex method.
    """
    most = pricer.instance.most_placed - unplaced
    sign = -1 if or_fewer else 1
    instance = _with_limit(pricer.instance, sign, sign * most)
    there = Pricer(instance, compiled=pricer.compiled)
    there.refusals = pricer.refusals
    made = Columns(instance)
    made.add(columns.options)
    prices = relaxed.prices
    start = Prices(prices.items, np.append(prices.limits, 0.0), -np.inf)
    # Plans as good as the best known are of interest, too.
    done = relax(there, made, start, upper=cost + 1, watch=watch, seed=seed)
    bound = bound_of(instance, done.prices, there.refusals, compiled=there.compiled)
    chosen = None
    if bound.value <= cost and not watch.halted():
        chosen = dive(there, made, done, watch=watch, seed=seed)
    return Side(there, made, done, bound, chosen)


def _with_limit(instance: Instance, sign: int, most: int) -> Instance:
    """Return an instance where ``sign`` times the children who are placed is at most so many."""
    use = sign * instance.size[instance.item]
    none = np.zeros(len(instance.splits), dtype=np.int64)
    return replace(
        instance,
        use=instance.use.and_(use),
        limit=np.append(instance.limit, most),
        splits=replace(instance.splits, use=instance.splits.use.and_(none)),
    )
