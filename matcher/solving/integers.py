"""The plan itself: an exact integer programme over a chosen part of the options.

Rules about who may share a home are added as they come up, see
:mod:`matcher.solving.refusals`. Each round is a relaxation, so its bound is valid, and the
last is exact. A plan that a rule has refused is mended, so that there is always a lawful one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from matcher.solving.mending import mend
from matcher.solving.refusals import foresee, refuse
from matcher.solving.stopwatch import StopReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.solving.model import Model
    from matcher.solving.options import Ints
    from matcher.solving.refusals import Refusal, Refusals
    from matcher.solving.stopwatch import Stopwatch


@dataclass(frozen=True)
class Outcome:
    """What an integer programme over some of the options came to.

    Parameters
    ----------
    chosen
        Options that the best plan takes; None when none was found.
    bound
        No plan of these options costs less; None when nothing is known.
    proved
        Whether ``chosen`` is best among plans of these options, or there is provably none.
    stopped
        Why it ended when not by proof.
    """

    chosen: tuple[int, ...] | None
    bound: int | None
    proved: bool
    stopped: StopReason | None = None


def solve_integers(
    model: Model,
    kept: Ints,
    *,
    refusals: Refusals,
    hint: Iterable[int],
    watch: Stopwatch,
    work: float,
    seed: int,
) -> Outcome:
    """Find the best plan that takes only some of the options.

    Parameters
    ----------
    model
        The aim.
    kept
        Positions of the options that may be taken, rising.
    refusals
        What household rules have refused so far; more is added.
    hint
        Options of a plan to start from.
    watch
        Ends the search when time is up.
    work
        Deterministic work for every round, in the solver's units (about a second each).
    seed
        Of the solver.
    """
    best: tuple[int, ...] | None = None
    value: int | None = None
    start = frozenset(hint)
    bound: int | None = None
    foresee(model.problem, kept, refusals)
    while True:
        programme = _Programme(model, kept, refusals)
        programme.hint(start)
        outcome = programme.solve(watch, work, seed)
        if outcome.bound is not None:
            bound = outcome.bound if bound is None else max(bound, outcome.bound)
        if outcome.chosen is None:
            return Outcome(best, bound, outcome.proved and best is None, outcome.stopped)
        before = len(refusals.known)
        refused = refuse(model.problem, outcome.chosen, kept, refusals)
        lawful = mend(model, outcome.chosen, kept) if refused else outcome.chosen
        if lawful is not None and (value is None or model.value(lawful) < value):
            best, value = lawful, model.value(lawful)
        proved = not refused and outcome.proved
        if value is not None and bound is not None and bound >= value:
            proved = True
        if not refused or proved or watch.halted():
            return Outcome(best, bound, proved, None if proved else outcome.stopped or watch.reason)
        if len(refusals.known) == before:
            raise AssertionError("the same household was refused twice")
        start = frozenset(best or outcome.chosen)


class _Programme:
    """One round: the model over the kept options with the refusals known so far."""

    def __init__(self, model: Model, kept: Ints, refusals: Refusals) -> None:
        self.model = model
        self.kept = kept
        self.cp = cp_model.CpModel()
        problem = model.problem
        options = problem.options
        self.taken = [self.cp.new_bool_var("") for _ in kept]
        self.unplaced = {
            child: self.cp.new_bool_var("")
            for child in range(model.children)
            if model.may_be_unplaced[child]
        }
        self.spare = [self.cp.new_int_var(0, int(least), "") for least in model.least]
        self._cover_rows()
        self._homes()
        for limit in model.limits:
            use = limit.use[kept].tolist() + [limit.spare] * len(self.spare)
            self._at_most(self.taken + self.spare, use, limit.limit)
        for refusal in refusals.known:
            self._refusal(refusal)
        self.cp.minimize(
            cp_model.LinearExpr.weighted_sum(self.taken, model.cost[kept].tolist())
            + model.unplaced_cost * sum(self.unplaced.values())
            + model.household_cost * sum(self.spare)
            + model.constant
        )
        self.items = options.item[kept]

    def _at_most(self, variables: Sequence[object], use: Sequence[int], limit: int) -> None:
        pairs = [(each, weight) for each, weight in zip(variables, use, strict=True) if weight]
        if not pairs:
            if limit < 0:
                self.cp.add_bool_or([])
            return
        chosen, weights = zip(*pairs, strict=True)
        self.cp.add(cp_model.LinearExpr.weighted_sum(chosen, weights) <= limit)

    def _cover_rows(self) -> None:
        """Every child once or without a home; every group in the households it needs."""
        model = self.model
        rows: list[list[cp_model.IntVar]] = [[] for _ in range(model.rows)]
        of_item = model.rows_of_item[model.problem.options.item[self.kept]].tolist()
        for variable, in_rows in zip(self.taken, of_item, strict=True):
            for row in in_rows:
                if row < model.rows:
                    rows[row].append(variable)
        for child in range(model.children):
            if child in self.unplaced:
                rows[child].append(self.unplaced[child])
            self.cp.add_exactly_one(rows[child])
        for group, variables in enumerate(rows[model.children :]):
            self.cp.add(sum(variables) + self.spare[group] >= int(model.least[group]))

    def _homes(self) -> None:
        """Nobody beyond a home's room, and one part of a sibling group in each home."""
        problem = self.model.problem
        options = problem.options
        by_home: dict[int, list[int]] = {}
        for place, home in enumerate(options.home[self.kept].tolist()):
            by_home.setdefault(home, []).append(place)
        self.by_home = by_home
        items = options.item[self.kept].tolist()
        for home, places in by_home.items():
            self._space(home, places)
            by_group: dict[str, list[int]] = {}
            for place in places:
                group = problem.items.items[items[place]].group
                if group is not None:
                    by_group.setdefault(group, []).append(place)
            for members in by_group.values():
                if len(members) > 1:
                    self.cp.add_at_most_one([self.taken[place] for place in members])

    def _space(self, home: int, places: list[int]) -> None:
        """Nobody beyond a home's room."""
        if len(places) < 2:
            return
        space = self.model.problem.space
        variables = [self.taken[place] for place in places]
        at = self.kept[places]
        if space.loosest.room[home] == 1:
            self.cp.add_at_most_one(variables)
            return
        fits = [space.loosest, space.beds] if space.by_bedrooms[home] else [space.loosest]
        for fit in fits:
            self._at_most(variables, fit.weight[at].tolist(), int(fit.room[home]))
        if space.exempted[home]:
            weights = space.strict.weight[at].tolist()
            total = cp_model.LinearExpr.weighted_sum(variables, weights)
            for variable, uncovered in zip(variables, space.uncovered[at].tolist(), strict=True):
                if uncovered:
                    self.cp.add(total <= int(space.strict.room[home])).only_enforce_if(variable)

    def _refusal(self, refusal: Refusal) -> None:
        problem = self.model.problem
        here = {
            int(problem.options.item[self.kept[place]]): place
            for place in self.by_home.get(refusal.home, ())
        }
        if not refusal.items <= here.keys():
            return
        refused = [self.taken[here[item]] for item in sorted(refusal.items)]
        clause = [variable.negated() for variable in refused]
        if not refusal.with_others:
            clause += [
                self.taken[place] for item, place in here.items() if item not in refusal.items
            ]
        self.cp.add_bool_or(clause)

    def hint(self, chosen: frozenset[int]) -> None:
        """Tell the solver of a plan to start from."""
        covered: set[int] = set()
        items = self.model.problem.items.items
        for at, variable in zip(self.kept.tolist(), self.taken, strict=True):
            self.cp.add_hint(variable, at in chosen)
            if at in chosen:
                covered.update(items[int(self.model.problem.options.item[at])].children)
        for child, variable in self.unplaced.items():
            self.cp.add_hint(variable, child not in covered)

    def solve(self, watch: Stopwatch, work: float, seed: int) -> Outcome:
        """Solve with one worker, so that the same input gives the same answer."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed % 2**31
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = work
        remaining = watch.remaining()
        if remaining is not None:
            if remaining <= 0:
                return Outcome(None, None, False, StopReason.TIME_LIMIT)
            solver.parameters.max_time_in_seconds = remaining
        status = solver.solve(self.cp)
        if status == cp_model.INFEASIBLE:
            return Outcome(None, None, True)
        if status == cp_model.MODEL_INVALID:
            raise AssertionError(self.cp.validate())
        bound = int(np.ceil(solver.best_objective_bound - 1e-6))
        stopped = None
        if status != cp_model.OPTIMAL:
            stopped = StopReason.WORK_LIMIT
            if remaining is not None and solver.wall_time >= remaining - 0.01:
                stopped = StopReason.TIME_LIMIT
            elif solver.deterministic_time < work * 0.99:
                stopped = StopReason.INTERRUPTED
                watch.interrupt()
        if status == cp_model.UNKNOWN:
            return Outcome(None, bound, False, stopped)
        chosen = tuple(
            at
            for at, variable in zip(self.kept.tolist(), self.taken, strict=True)
            if solver.boolean_value(variable)
        )
        return Outcome(chosen, bound, status == cp_model.OPTIMAL, stopped)
