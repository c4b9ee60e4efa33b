"""A column for each child or sibling group in a home, as a mixed-integer programme in HiGHS.

Rows for children, groups, beds and limits; who may not share a home becomes a row when a
proposed plan breaks it, in every home at once. All options are there, none is left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import highspy
import numpy as np

from benchmarks.peers.conflicts import groups_in_home, homes
from benchmarks.peers.found import PeerPlan, Round, ask_and_solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from matcher.solving.model import Model
    from matcher.solving.refusals import Refusal

INFINITE = highspy.kHighsInf
GAP = 1e-6
"""Relative gap within which HiGHS may call a plan best."""


def group_columns(model: Model, *, seconds: float, seed: int) -> PeerPlan:
    """Search for the best plan.

    Parameters
    ----------
    model
        The aim.
    seconds
        How long to search, writing the model not counted.
    seed
        Of the solver.
    """
    return ask_and_solve(model, lambda: _Programme(model, seed), seconds=seconds)


class _Programme:
    """Columns: options, then children left without a home, then households spared."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        problem = model.problem
        self.options = len(problem.options)
        self.unplaced = np.flatnonzero(model.may_be_unplaced)
        self.here = dict(homes(problem))
        self.highs = highspy.Highs()
        for name, value in (
            ("output_flag", False),
            ("random_seed", seed),
            ("mip_rel_gap", GAP),
        ):
            self.highs.setOptionValue(name, value)
        groups = len(model.groups)
        count = self.options + len(self.unplaced) + groups
        cost = np.concatenate(
            [
                model.cost.astype(np.float64),
                np.full(len(self.unplaced), float(model.unplaced_cost)),
                np.full(groups, float(model.household_cost)),
            ]
        )
        upper = np.concatenate([np.ones(count - groups), model.least.astype(np.float64)])
        none = np.zeros(0, dtype=np.int32)
        begin = np.zeros(count, dtype=np.int32)
        self.highs.addCols(
            count, cost, np.zeros(count), upper, 0, begin, none, none.astype(np.float64)
        )
        self.highs.changeColsIntegrality(
            count, np.arange(count, dtype=np.int32), np.ones(count, dtype=np.uint8)
        )
        self._children_and_groups()
        self._rooms()
        for together in groups_in_home(problem):
            self._row(-INFINITE, 1.0, together, [1.0] * len(together))
        first_spare = self.options + len(self.unplaced)
        for limit in model.limits:
            use = np.flatnonzero(limit.use)
            spare = np.arange(first_spare, count) if limit.spare else np.zeros(0, dtype=np.int64)
            values = np.concatenate([limit.use[use], np.full(len(spare), limit.spare)])
            scale = max(float(np.abs(values).max(initial=1.0)), 1.0)
            self._row(-INFINITE, limit.limit / scale, np.concatenate([use, spare]), values / scale)

    def _children_and_groups(self) -> None:
        model = self.model
        in_rows = model.rows_of_item[model.problem.options.item]
        option, place = np.nonzero(in_rows < model.rows)
        row = in_rows[option, place]
        groups = len(model.groups)
        row = np.concatenate([row, self.unplaced, model.children + np.arange(groups)])
        column = np.concatenate(
            [option, self.options + np.arange(len(self.unplaced) + groups)]
        ).astype(np.int32)
        order = np.lexsort((column, row))
        lower = model.needed.astype(np.float64)
        upper = np.where(np.arange(model.rows) < model.children, lower, INFINITE)
        begin = np.searchsorted(row[order], np.arange(model.rows)).astype(np.int32)
        self.highs.addRows(
            model.rows, lower, upper, len(row), begin, column[order], np.ones(len(row))
        )

    def _rooms(self) -> None:
        space = self.model.problem.space
        for home, here in self.here.items():
            for fit in [space.loosest, space.beds] if space.by_bedrooms[home] else [space.loosest]:
                self._row(-INFINITE, float(fit.room[home]), here, fit.weight[here])

    def _row(self, lower: float, upper: float, columns: ArrayLike, values: ArrayLike) -> None:
        at = np.asarray(columns, dtype=np.int32)
        self.highs.addRow(lower, upper, len(at), at, np.asarray(values, dtype=np.float64))

    def refuse(self, refusal: Refusal) -> None:
        """Add what a household rule refused of a proposed plan."""
        options = self.model.problem.options
        here = self.here[refusal.home]
        refused = np.isin(options.item[here], sorted(refusal.items))
        columns: Sequence[int] = here[refused].tolist()
        values = [1.0] * len(columns)
        if not refusal.with_others:
            others = here[~refused].tolist()
            columns, values = [*columns, *others], [*values, *([-1.0] * len(others))]
        self._row(-INFINITE, len(refusal.items) - 1.0, columns, values)

    def solve(self, seconds: float) -> Round:
        """Solve for so long at most."""
        # The limit counts from the first solve of this object.
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + seconds)
        self.highs.run()
        information = self.highs.getInfo()
        bound = information.mip_dual_bound
        whole = math.ceil(bound - 1e-3) if abs(bound) < INFINITE else None
        if whole is not None:
            whole += self.model.constant
        if information.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Round(None, whole, proved=False)
        values = np.array(self.highs.getSolution().col_value[: self.options])
        chosen = tuple(np.flatnonzero(values > 0.5).tolist())
        proved = self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return Round(chosen, whole, proved=proved)
