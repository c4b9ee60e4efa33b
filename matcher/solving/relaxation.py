"""First prices: the linear relaxation of the model, by column generation over its options.

The linear programme holds some of the options; its dual prices say which of the others would
improve it, and the most promising of those join until none does. The prices are then those
of the relaxation over all options. They are only a start: any prices bound every plan, and
those of an unfinished relaxation do so too.

References
----------
.. [1] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from matcher.solving.multipliers import Multipliers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from matcher.solving.model import Model
    from matcher.solving.options import Ints
    from matcher.solving.stopwatch import Stopwatch

    Floats = NDArray[np.float64]

FIRST_AN_ITEM = 25
"""The cheapest options of every item are in the first linear programme."""
MORE_AN_ITEM = 10
"""At most so many options of an item join at a time."""
ROUNDS = 40
ALL_AT_ONCE = 5_000
"""With fewer options than this there is nothing to choose from."""


@dataclass(frozen=True, eq=False)
class _Duals:
    rows: Floats
    homes: Floats
    limits: Floats
    value: float


def relax(model: Model, *, chosen: Iterable[int], watch: Stopwatch) -> Multipliers | None:
    """Return the dual prices of the linear relaxation; None when time is up first.

    Parameters
    ----------
    model
        What is relaxed.
    chosen
        Options of a plan that is known, so that the linear programme has a solution.
    watch
        Ends the search when time is up; the prices so far are returned.
    """
    options = model.problem.options
    item = options.item.astype(np.int64)
    n = len(options)
    base = model.cost.astype(np.float64)
    if n <= ALL_AT_ONCE:
        kept: Ints = np.arange(n, dtype=np.int64)
    else:
        cheapest = _best_of_each(item, base, np.ones(n, dtype=np.bool_), FIRST_AN_ITEM)
        kept = np.union1d(cheapest, np.array(sorted(chosen), dtype=np.int64))
    found: _Duals | None = None
    item_rows = model.rows_of_item[item]
    for _ in range(ROUNDS):
        duals = None if watch.halted() else _solve(model, kept, watch)
        if duals is None:
            break
        found = duals
        if len(kept) == n:
            break
        reduced = base - np.append(duals.rows, 0.0)[item_rows].sum(axis=1)
        reduced -= duals.homes[options.home] * model.problem.weight
        for price, limit in zip(duals.limits, model.limits, strict=True):
            reduced -= price * np.asarray(limit.use)
        joins = reduced < -1e-6 * max(1.0, float(np.abs(base).max(initial=0.0)))
        joins[kept] = False
        if not joins.any():
            break
        kept = np.union1d(kept, _best_of_each(item, reduced, joins, MORE_AN_ITEM))
    if found is None:
        return None
    return Multipliers(rows=found.rows, limits=np.maximum(-found.limits, 0.0), bound=-np.inf)


def _best_of_each(item: Ints, cost: Floats, among: NDArray[np.bool_], most: int) -> Ints:
    """Return the cheapest of each item's options that are among some, rising."""
    at = np.flatnonzero(among)
    order = at[np.lexsort((at, cost[at], item[at]))]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = item[order][1:] != item[order][:-1]
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    found: Ints = np.sort(order[rank < most]).astype(np.int64)
    return found


def _solve(model: Model, kept: Ints, watch: Stopwatch) -> _Duals | None:
    """Solve the linear programme over some options by the simplex method."""
    problem = model.problem
    homes, home_row = np.unique(problem.options.home[kept], return_inverse=True)
    n, unplaced, groups = len(kept), np.flatnonzero(model.may_be_unplaced), len(model.groups)
    columns = n + len(unplaced) + groups
    rows = model.rows + len(homes) + len(model.limits)

    programme = model_pb2.ModelProto()
    variables = programme.variables
    variables.ids.extend(range(columns))
    variables.lower_bounds.extend([0.0] * columns)
    variables.upper_bounds.extend([np.inf] * columns)
    variables.integers.extend([False] * columns)
    cost = np.concatenate(
        [
            model.cost[kept],
            np.full(len(unplaced), model.unplaced_cost),
            np.full(groups, model.household_cost),
        ]
    ).astype(np.float64)
    programme.objective.linear_coefficients.ids.extend(range(columns))
    programme.objective.linear_coefficients.values.extend(cost.tolist())

    constraints = programme.linear_constraints
    constraints.ids.extend(range(rows))
    limits = [float(limit.limit) for limit in model.limits]
    lower = [*model.needed.astype(float), *[-np.inf] * (rows - model.rows)]
    upper = [*[1.0] * model.children, *[np.inf] * groups, *problem.room[homes].astype(float)]
    constraints.lower_bounds.extend(lower)
    constraints.upper_bounds.extend([*upper, *limits])

    at_row, at_column, value = _entries(model, kept, home_row, unplaced)
    order = np.lexsort((at_column, at_row))
    matrix = programme.linear_constraint_matrix
    matrix.row_ids.extend(at_row[order].tolist())
    matrix.column_ids.extend(at_column[order].tolist())
    matrix.coefficients.extend(value[order].tolist())

    remaining = watch.remaining()
    parameters = mathopt.SolveParameters(
        time_limit=None if remaining is None else timedelta(seconds=remaining), threads=1
    )
    result = mathopt.solve(
        mathopt.Model.from_model_proto(programme), mathopt.SolverType.GLOP, params=parameters
    )
    if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
        return None
    prices = np.zeros(rows)
    for row, price in result.dual_values().items():
        prices[row.id] = price
    of_homes = np.zeros(problem.homes.n)
    of_homes[homes] = prices[model.rows : model.rows + len(homes)]
    return _Duals(
        rows=prices[: model.rows],
        homes=of_homes,
        limits=prices[model.rows + len(homes) :],
        value=result.objective_value() + model.constant,
    )


def _entries(
    model: Model, kept: Ints, home_row: NDArray[np.intp], unplaced: NDArray[np.intp]
) -> tuple[Ints, Ints, Floats]:
    """Return the non-zero entries of the linear programme: row, column, value."""
    problem = model.problem
    n, groups = len(kept), len(model.groups)
    in_rows = model.rows_of_item[problem.options.item[kept]]
    real = in_rows < model.rows
    column = np.broadcast_to(np.arange(n)[:, None], in_rows.shape)
    parts = [
        (in_rows[real], column[real], np.ones(int(real.sum()))),
        (model.rows + home_row, np.arange(n), problem.weight[kept].astype(np.float64)),
        (unplaced, n + np.arange(len(unplaced)), np.ones(len(unplaced))),
        (
            model.children + np.arange(groups),
            n + len(unplaced) + np.arange(groups),
            np.ones(groups),
        ),
    ]
    first = model.rows + int(home_row.max(initial=-1)) + 1
    for at, limit in enumerate(model.limits):
        use = limit.use[kept]
        used = np.flatnonzero(use)
        parts.append((np.full(len(used), first + at), used, use[used].astype(np.float64)))
        if limit.spare:
            spare = n + len(unplaced) + np.arange(groups)
            parts.append((np.full(groups, first + at), spare, np.full(groups, float(limit.spare))))
    rows, columns, values = zip(*parts, strict=True)
    return (
        np.concatenate(rows).astype(np.int64),
        np.concatenate(columns).astype(np.int64),
        np.concatenate(values).astype(np.float64),
    )
