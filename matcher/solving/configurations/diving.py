"""A first plan from the relaxation: keep what it has decided, and decide the rest anew.

The relaxation over configurations is nearly integral: of thousands of homes it leaves a few
dozen undecided. What it takes whole is kept; families and homes that it divides are freed,
with every home that it leaves empty, and an integer programme over all good configurations
of those alone ends in a moment (a dive in one step, [1]_).

References
----------
.. [1] C. Joncour, S. Michel, R. Sadykov, D. Sverdlov and F. Vanderbeck, "Column generation
   based primal heuristics", Electronic Notes in Discrete Mathematics 36 (2010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.integers import combine
from matcher.solving.configurations.pricing import FORBIDDEN

if TYPE_CHECKING:
    from matcher.solving.configurations.columns import Columns
    from matcher.solving.configurations.instance import Flags
    from matcher.solving.configurations.master import Relaxed
    from matcher.solving.configurations.pricing import Pricer
    from matcher.solving.stopwatch import Stopwatch

WHOLE = 1e-6
REACH = 0.3
"""Configurations of freed homes that are below their best by this share of a usual price."""
EACH_HOME = 8
NODES = 100


def dive(
    pricer: Pricer, columns: Columns, relaxed: Relaxed, *, watch: Stopwatch, seed: int = 0
) -> tuple[int, ...] | None:
    """Return a plan near the relaxation; None when none was found.

    Parameters
    ----------
    pricer
        Makes configurations.
    columns
        Those made so far; more are added.
    relaxed
        The relaxation over them.
    watch
        Ends the search when time is up.
    seed
        Of the integer solver.
    """
    instance, splits = pricer.instance, pricer.instance.splits
    block = columns.block(list(range(len(columns))))
    taken = np.zeros(block.count)
    taken[: len(relaxed.taken)] = relaxed.taken
    whole: Flags = taken > 1.0 - WHOLE
    divided: Flags = (taken > WHOLE) & ~whole
    family = instance.family[block.item]
    free = np.zeros(splits.families, dtype=np.bool_)
    free[family[divided[block.of]]] = True
    # So are families with nobody placed: a home may be left for them in the end.
    settled = np.zeros(splits.families, dtype=np.bool_)
    settled[instance.family[block.item[whole[block.of]]]] = True
    free |= ~settled
    while True:
        # Company of which anybody is free is freed as a whole.
        freed = np.zeros(block.count, dtype=np.bool_)
        freed[block.of[free[family]]] = True
        freed &= whole
        if not freed.any():
            break
        whole &= ~freed
        free[family[freed[block.of]]] = True
    kept_home = np.zeros(instance.homes, dtype=np.bool_)
    kept_home[block.home[whole]] = True
    prices = relaxed.prices
    masked = np.where(free[instance.family], prices.items, -FORBIDDEN)
    usual = float(np.abs(prices.items).mean()) if instance.items else 1.0
    best = pricer.best(masked, prices.limits).best
    priced = pricer.columns(
        masked,
        prices.limits,
        floor=np.where(kept_home, np.inf, best - REACH * usual),
        spread=REACH * usual,
        most=EACH_HOME,
    )
    columns.add_priced(priced)
    first, option = priced.first.tolist(), priced.option.tolist()
    which = {columns.position(option[first[at] : first[at + 1]]) for at in range(len(priced))}
    touched = np.zeros(block.count, dtype=np.bool_)
    touched[block.of[~free[family]]] = True
    which.update(np.flatnonzero(whole | (~touched & ~kept_home[block.home])).tolist())
    return combine(
        pricer, columns, sorted(which), known=None, watch=watch, nodes=NODES, seed=seed
    ).chosen
