"""The best plan made of given configurations: an integer programme.

The relaxation over home configurations is nearly integral, so that this mostly ends at the
root. Its best is the best of the configurations it was given, and of all only when those
include every configuration that a better plan could contain; see
:mod:`matcher.solving.configurations.search`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from matcher.solving.configurations.highs import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.configurations.columns import Columns
    from matcher.solving.configurations.pricing import Pricer
    from matcher.solving.stopwatch import Stopwatch


@dataclass(frozen=True)
class Combined:
    """What an integer programme came to.

    Parameters
    ----------
    chosen
        The options of the best plan found; None when none was found.
    proved
        Whether no plan of what it was given is better, or there is provably none.
    """

    chosen: tuple[int, ...] | None
    proved: bool


def combine(
    pricer: Pricer,
    columns: Columns,
    which: Sequence[int],
    *,
    known: Sequence[int] | None,
    watch: Stopwatch,
    nodes: int,
    seed: int = 0,
) -> Combined:
    """Find the best plan made of some configurations.

    The household is asked about those that the plan would use, if it has not been yet; what
    it refuses is left out and the programme solved again.

    Parameters
    ----------
    pricer
        Knows whom to ask.
    columns, which
        Configurations, and which of them may be used.
    known
        A lawful plan made of them, to start from.
    watch
        Ends the search when time is up.
    nodes
        At most so many nodes of the branching tree.
    seed
        Of the solver.
    """
    instance, refusals = pricer.instance, pricer.refusals
    left = list(which)
    while True:
        if not left:
            empty = instance.lawful(())
            return Combined(() if empty else None, True)
        found, proved = _solve(pricer, columns, left, known, watch, nodes, seed)
        if found is None:
            return Combined(None, proved)
        refused = set()
        for at in found:
            options = list(columns.options[at])
            home = int(instance.home[options[0]])
            items = frozenset(instance.item[options].tolist())
            if not refusals.allows(home, items):
                refused.add(home)
        if not refused:
            chosen = tuple(sorted(option for at in found for option in columns.options[at]))
            # The solver is not believed about limits and rows.
            return Combined(chosen, proved) if instance.lawful(chosen) else Combined(None, False)
        left = [at for at in left if not _known_refused(pricer, columns, at, refused)]
        if watch.halted():
            return Combined(None, False)


def _known_refused(pricer: Pricer, columns: Columns, at: int, homes: set[int]) -> bool:
    instance = pricer.instance
    options = list(columns.options[at])
    home = int(instance.home[options[0]])
    if home not in homes:
        return False
    return pricer.refusals.refuse(home, frozenset(instance.item[options].tolist()))


def _solve(
    pricer: Pricer,
    columns: Columns,
    which: Sequence[int],
    known: Sequence[int] | None,
    watch: Stopwatch,
    nodes: int,
    seed: int,
) -> tuple[list[int] | None, bool]:
    """Return the configurations of the best plan, and whether it is proved to be."""
    instance = pricer.instance
    block = columns.block(which)
    homes, row_of_home = np.unique(block.home, return_inverse=True)
    rows = Rows(instance, np.ones(len(homes)))
    programme = rows.programme(seed=seed)
    begin, row, value = block.matrix(rows, row_of_home.astype(np.int64))
    programme.add(block.cost.astype(np.float64), np.ones(block.count), begin, row, value)
    highs = programme.highs
    count, splits = programme.columns, len(rows.others)
    kinds = np.full(count, highspy.HighsVarType.kInteger, dtype=object)
    highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
    # Costs are integers: what is less than one better is not better.
    programme.option("mip_rel_gap", 0.0)
    programme.option("mip_abs_gap", 0.99)
    programme.option("mip_max_nodes", nodes)
    if known is not None:
        taken = set(columns.of_plan(known))
        at_known = [place for place, each in enumerate(which) if each in taken]
        start = np.zeros(count)
        start[[splits + place for place in at_known]] = 1.0
        chosen_splits = instance.chosen_splits(known)
        assert chosen_splits is not None  # a lawful plan has them
        start[:splits] = np.isin(rows.others, chosen_splits)
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    status = programme.solve(watch, at_once=True)
    if status == highspy.HighsModelStatus.kInfeasible:
        return None, True
    info = highs.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None, False
    values = np.asarray(highs.getSolution().col_value)[splits:]
    chosen = [which[place] for place in np.flatnonzero(values > 0.5).tolist()]
    return chosen, status == highspy.HighsModelStatus.kOptimal
