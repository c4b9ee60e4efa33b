"""One aim over few options, solved with a variable an option.

::

    prices    of the linear programme over options, then by subgradient steps
    first     the best plan of the most promising options
    last      the best plan of all options that the bound cannot rule out: the proof
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.policy import AimName, Method
from matcher.solving.bound import bound_of
from matcher.solving.integers import solve_integers
from matcher.solving.limits import Limit
from matcher.solving.model import aim_model, weighted_model
from matcher.solving.multipliers import find_multipliers
from matcher.solving.options import MILLI
from matcher.solving.refusals import Refusals
from matcher.solving.relaxation import relax
from matcher.solving.stopwatch import StopReason

if TYPE_CHECKING:
    from matcher.solving.best import Best
    from matcher.solving.model import Model
    from matcher.solving.options import Ints
    from matcher.solving.problem import Problem
    from matcher.solving.stopwatch import Stopwatch

STEPS = 200
"""Subgradient steps at most."""
FIRST_OPTIONS = 300
"""How many of the most promising options the first integer programme may take at least."""
FIRST_OPTIONS_A_CHILD = 8
PROOF_OPTIONS = 60_000
"""With more options than this left, no proof is tried."""
TIE_OPTIONS, TIE_WORK = 3_000, 2.0
"""With more options, or more work, equally good plans are not told apart."""
FIRST_WORK, PROOF_WORK = 6.0, 60.0
"""Deterministic work of each integer programme; a unit takes about a second."""


def improve_by_options(problem: Problem, found: Best, watch: Stopwatch, seed: int) -> None:
    """Seek a better plan by the policy's method, with a variable an option.

    Parameters
    ----------
    problem
        Children, homes, options.
    found
        The best so far; what is found is written here.
    watch, seed
        When to end, and of the integer solver.
    """
    if problem.policy.method is Method.WEIGHTED:
        _weighted(problem, found, watch, seed)
    else:
        _lexicographic(problem, found, watch, seed)


def _weighted(problem: Problem, found: Best, watch: Stopwatch, seed: int) -> None:
    model = weighted_model(problem)
    fewest = _fewest_unplaced(problem, found, watch)
    if fewest > 0:
        model = replace(model, limits=(*model.limits, _most_placed(problem, fewest)))
    search = OptionSearch(model, found, watch, seed, Refusals())
    search.run()
    search.settle_ties()
    found.bound = search.bound


def _fewest_unplaced(problem: Problem, found: Best, watch: Stopwatch) -> int:
    """Return a number of children that every plan leaves without a home, or more.

    It is rounded up to whole children, which the price of a child in the weighted sum cannot
    be: without it the bound is short of a part of that price.
    """
    model = aim_model(problem, AimName.UNPLACED, problem.limits)
    if model.value(found.chosen) == 0:
        return 0
    prices = relax(model, chosen=found.chosen, watch=watch)
    return 0 if prices is None else bound_of(model, prices).value


def _most_placed(problem: Problem, unplaced: int) -> Limit:
    """Return the limit that so many children are left without a home."""
    placed = len(problem.items.child_ids) - unplaced
    return Limit("the children for whom there is a home", problem.options.size, placed)


def _lexicographic(problem: Problem, found: Best, watch: Stopwatch, seed: int) -> None:
    refusals = Refusals()
    limits = problem.limits
    stopped: StopReason | None = None
    for aim in problem.policy.aims:
        model = aim_model(problem, aim.name, limits)
        search = OptionSearch(model, found, watch, seed, refusals)
        search.run()
        if stopped is None and search.bound is not None:
            unit = MILLI if aim.name is AimName.MATCH else 1
            found.bounds[aim.name] = search.bound / unit
            if aim.name is AimName.MATCH:
                found.bound = search.bound
        if found.stopped is not StopReason.PROVED:
            stopped = stopped or found.stopped
        elif stopped is None and aim is problem.policy.aims[-1]:
            search.settle_ties()
        limits = model.reached(aim.name.label, model.value(found.chosen)).limits
    found.stopped = stopped or StopReason.PROVED


class OptionSearch:
    """The best plan for one aim, given the best found so far."""

    def __init__(
        self, model: Model, found: Best, watch: Stopwatch, seed: int, refusals: Refusals
    ) -> None:
        self.model = model
        self.found = found
        self.watch = watch
        self.seed = seed
        self.refusals = refusals
        self.bound: int | None = None
        self.upper = model.value(found.chosen)
        self.left: Ints | None = None

    def run(self) -> None:
        """Improve the plan until it is proved, or time or work is up."""
        model, watch = self.model, self.watch
        if watch.halted():
            self._stop(watch.reason)
            return
        start = relax(model, chosen=self.found.chosen, watch=watch)
        if start is None:
            self._stop(watch.reason)
            return
        prices = find_multipliers(
            model, start=start, upper=self.upper, steps=STEPS, halted=watch.halted
        )
        bound = bound_of(model, prices)
        self.bound = bound.value
        if self.bound >= self.upper:
            self.left = np.flatnonzero(bound.worth_keeping(self.upper))
            self._stop(StopReason.PROVED)
            return
        first = self._promising(bound.through)
        stopped = self._integers(first, FIRST_WORK)
        left = np.flatnonzero(bound.worth_keeping(self.upper))
        if stopped is None and np.isin(left, first).all():
            self.bound = self.upper
        elif len(left) <= PROOF_OPTIONS and not watch.halted():
            stopped = self._integers(left, PROOF_WORK, proof=True)
        else:
            stopped = StopReason.WORK_LIMIT
        self.left = np.flatnonzero(bound.worth_keeping(self.upper))
        self._stop(StopReason.PROVED if self.bound >= self.upper else watch.reason or stopped)

    def settle_ties(self) -> None:
        """Of plans that are equally good, take the one with the first homes by identifier.

        Only for a plan that is proved, so that the same input gives the same plan whatever
        the seed; where the proof of this takes too much work, the plan stays as it is.
        """
        if self.found.stopped is not StopReason.PROVED or self.left is None:
            return
        if len(self.left) > TIE_OPTIONS or self.watch.halted():
            return
        model, options = self.model, self.model.problem.options
        ties = replace(
            model.reached("the best there is", self.upper),
            cost=(options.home + 1) * options.size,
            unplaced_cost=0,
            household_cost=0,
        )
        outcome = solve_integers(
            ties,
            self.left,
            refusals=self.refusals,
            hint=self.found.chosen,
            watch=self.watch,
            work=TIE_WORK,
            seed=self.seed,
        )
        if outcome.proved and outcome.chosen is not None:
            self.found.chosen = list(outcome.chosen)

    def _promising(self, through: Ints) -> Ints:
        """Return the options by which a plan can still be best, and those of the plan known."""
        count = max(FIRST_OPTIONS, FIRST_OPTIONS_A_CHILD * self.model.children)
        order = np.lexsort((np.arange(len(through)), through))
        return np.union1d(order[:count], np.array(self.found.chosen, dtype=np.int64))

    def _integers(self, kept: Ints, work: float, *, proof: bool = False) -> StopReason | None:
        """Solve over some of the options; return why it ended when not by proof."""
        outcome = solve_integers(
            self.model,
            kept,
            refusals=self.refusals,
            hint=self.found.chosen,
            watch=self.watch,
            work=work,
            seed=self.seed,
        )
        if outcome.chosen is not None:
            value = self.model.value(outcome.chosen)
            if value < self.upper:
                self.upper = value
                self.found.chosen = list(outcome.chosen)
        if proof and outcome.bound is not None and self.bound is not None:
            # Every option left out leads to plans above the best one.
            self.bound = max(self.bound, min(outcome.bound, self.upper))
        return None if outcome.proved else outcome.stopped

    def _stop(self, reason: StopReason | None) -> None:
        self.found.stopped = reason or StopReason.WORK_LIMIT
