"""The first formulation anybody writes: a boolean for each item and home, in CP-SAT.

Who may not share a home is a clause for each pair. No relaxation, no pruning, no plan to
start from; as many workers as the machine has cores.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.conflicts import groups_in_home, homes, refused_pairs
from benchmarks.peers.found import PeerPlan, Round, ask_and_solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.model import Model
    from matcher.solving.refusals import Refusal


def naive(model: Model, *, seconds: float, seed: int) -> PeerPlan:
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
    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.seed = seed
        self.cp = cp_model.CpModel()
        problem = model.problem
        self.taken = [self.cp.new_bool_var("") for _ in range(len(problem.options))]
        self.unplaced = {
            int(child): self.cp.new_bool_var("") for child in np.flatnonzero(model.may_be_unplaced)
        }
        self.spare = [self.cp.new_int_var(0, int(least), "") for least in model.least]
        self.here = dict(homes(problem))
        self._children_and_groups()
        for home, here in self.here.items():
            self._room(home, here.tolist())
        for together in groups_in_home(problem):
            self.cp.add_at_most_one([self.taken[option] for option in together])
        for a, b in refused_pairs(problem):
            self.cp.add_bool_or([self.taken[a].negated(), self.taken[b].negated()])
        for limit in model.limits:
            use = np.asarray(limit.use).tolist() + [limit.spare] * len(self.spare)
            self._at_most([*self.taken, *self.spare], use, limit.limit)
        self.cp.minimize(
            cp_model.LinearExpr.weighted_sum(self.taken, model.cost.tolist())
            + model.unplaced_cost * sum(self.unplaced.values())
            + model.household_cost * sum(self.spare)
            + model.constant
        )

    def _children_and_groups(self) -> None:
        model = self.model
        rows: list[list[cp_model.IntVar]] = [[] for _ in range(model.rows + 1)]
        of_option = model.rows_of_item[model.problem.options.item].tolist()
        for variable, in_rows in zip(self.taken, of_option, strict=True):
            for row in in_rows:
                rows[row].append(variable)
        for child in range(model.children):
            if child in self.unplaced:
                rows[child].append(self.unplaced[child])
            self.cp.add_exactly_one(rows[child])
        for group in range(len(model.groups)):
            taken = sum(rows[model.children + group])
            self.cp.add(taken + self.spare[group] >= int(model.least[group]))

    def _room(self, home: int, here: Sequence[int]) -> None:
        space = self.model.problem.space
        variables = [self.taken[option] for option in here]
        for fit in [space.loosest, space.beds] if space.by_bedrooms[home] else [space.loosest]:
            self._at_most(variables, fit.weight[here].tolist(), int(fit.room[home]))

    def _at_most(self, variables: Sequence[object], use: Sequence[int], limit: int) -> None:
        pairs = [(each, weight) for each, weight in zip(variables, use, strict=True) if weight]
        if pairs:
            chosen, weights = zip(*pairs, strict=True)
            self.cp.add(cp_model.LinearExpr.weighted_sum(chosen, weights) <= limit)

    def refuse(self, refusal: Refusal) -> None:
        """Add what a household rule refused of a proposed plan."""
        problem = self.model.problem
        of_item = {
            int(problem.options.item[option]): self.taken[option]
            for option in self.here[refusal.home].tolist()
        }
        clause = [of_item[item].negated() for item in sorted(refusal.items)]
        if not refusal.with_others:
            clause += [each for item, each in of_item.items() if item not in refusal.items]
        self.cp.add_bool_or(clause)

    def solve(self, seconds: float) -> Round:
        """Solve for so long at most."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = os.cpu_count() or 1
        solver.parameters.random_seed = self.seed
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self.cp)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Round(None, None, proved=False)
        chosen = tuple(
            at for at, variable in enumerate(self.taken) if solver.boolean_value(variable)
        )
        bound = math.ceil(solver.best_objective_bound - 1e-6)
        return Round(chosen, bound, proved=status == cp_model.OPTIMAL)
