"""The best plan once more, with one thing asked of it, without starting again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.best import Best
from matcher.solving.model import weighted_model
from matcher.solving.problem import problem_of
from matcher.solving.search_order import staying
from matcher.solving.solve import improve, search_best, solution_of, solve
from matcher.solving.stopwatch import StopReason, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.demands import Demands
    from matcher.solving.problem import Problem
    from matcher.solving.solution import Solution


class Again:
    """The best plan, and quickly the best plan with one thing more asked of it.

    The options are found once. Prices, configurations and refusals of the first search are
    where those after it begin, and every plan is proved as the first is.

    Parameters
    ----------
    world, policy, seconds, seed
        As for :func:`solve`; ``seconds`` for each plan.
    """

    def __init__(
        self, world: World, policy: Policy, *, seconds: float | None = None, seed: int = 0
    ) -> None:
        self._seconds, self._seed = seconds, seed
        watch = Stopwatch(seconds)
        self._problem = problem_of(world, policy)
        self._found = search_best(self._problem, watch, seed)
        self.best: Solution = solution_of(self._problem, self._found, watch)

    def with_demands(self, demands: Demands) -> Solution:
        """Return the best plan of those that keep to some demands."""
        problem, learnt = self._problem, self._found.learnt
        decided = frozenset(problem.items.child_ids)
        demands.check(problem.world, decided)
        limits = demands.limits(problem.options, problem.items, problem.homes)
        if learnt is None or limits:
            return solve(
                problem.world,
                problem.policy,
                seconds=self._seconds,
                seed=self._seed,
                demands=demands,
            )
        unwanted = demands.unwanted(problem.options, problem.items, problem.homes)
        problem = replace(problem, unwanted=unwanted)
        watch = Stopwatch(self._seconds)
        barred = ~demands.allows(problem.options, problem.items, problem.homes)
        start = [option for option in self._found.chosen if not barred[option]]
        found = Best(start, StopReason.TIME_LIMIT, {}, None)
        if not _keeps_children(problem, start):
            found.chosen = staying(problem)
        with found.kept_on_interrupt(watch):
            improve(weighted_model(problem), found, watch, self._seed, barred=barred, learnt=learnt)
        return solution_of(problem, found, watch)


def _keeps_children(problem: Problem, chosen: Sequence[int]) -> bool:
    """Whether children who live somewhere have a home in a plan."""
    items = problem.items.items
    placed = {
        child for option in chosen for child in items[int(problem.options.item[option])].children
    }
    return placed.issuperset(np.flatnonzero(problem.lives_at >= 0).tolist())
