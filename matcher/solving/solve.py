"""One plan for everybody: from a World and a policy to a plan with its proof.

::

    problem   = whom the plan decides about, and every lawful option
    start     = what today's search order comes to
    prices    = of children and limits; any prices bound every plan
    first     = the best plan of the most promising options
    last      = the best plan of all options that the bound cannot rule out: the proof
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.plan import Plan
from matcher.policy import AimName, Method
from matcher.solving.bound import bound_of
from matcher.solving.by_configurations import search_configurations
from matcher.solving.demands import NOTHING_ASKED, Demands
from matcher.solving.integers import solve_integers
from matcher.solving.limits import Limit
from matcher.solving.model import aim_model, measures, weighted_model
from matcher.solving.multipliers import find_multipliers
from matcher.solving.options import MILLI
from matcher.solving.problem import problem_of
from matcher.solving.reasons import reasons_unplaced
from matcher.solving.refusals import Refusals
from matcher.solving.relaxation import relax
from matcher.solving.search_order import search_in_order, staying
from matcher.solving.solution import AimResult, Solution, Status
from matcher.solving.stopwatch import StopReason, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.model import Model
    from matcher.solving.options import Ints
    from matcher.solving.problem import Problem

CONFIGURATION_OPTIONS = 10_000
"""From so many options on, plans are sought by home configurations (decision 0008)."""
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


def solve(
    world: World,
    policy: Policy,
    *,
    seconds: float | None = None,
    seed: int = 0,
    demands: Demands = NOTHING_ASKED,
) -> Solution:
    """Find the best plan for every child decided about.

    Parameters
    ----------
    world
        The World.
    policy
        The order and price of aims, and everything else that is preferred.
    seconds
        After so long the best plan found is returned, with its bound; None for no limit but
        that of a fixed amount of work.
    seed
        Of the integer solver. A run that is not stopped by time repeats to the bit.
    demands
        What somebody asks of the plan beyond the policy.

    Returns
    -------
    Solution
        A lawful plan always: to leave everybody where they are is one.

    Raises
    ------
    PolicyError
        If the policy names a criterion that does not exist.
    """
    watch = Stopwatch(seconds)
    problem = problem_of(world, policy, demands)
    found = _Found(staying(problem), StopReason.SEARCH_ORDER, {}, None)
    try:
        found.chosen = search_in_order(problem)
        if policy.method is Method.WEIGHTED:
            _weighted(problem, found, watch, seed)
        elif policy.method is Method.LEXICOGRAPHIC:
            _lexicographic(problem, found, watch, seed)
    except KeyboardInterrupt:
        watch.interrupt()
        found.stopped = StopReason.INTERRUPTED
    return _solution(problem, found, watch)


@dataclass
class _Found:
    """The best so far; it is complete at every moment."""

    chosen: list[int]
    stopped: StopReason
    bounds: dict[AimName, float]
    bound: int | None


def _weighted(problem: Problem, found: _Found, watch: Stopwatch, seed: int) -> None:
    found.stopped = StopReason.TIME_LIMIT
    model = weighted_model(problem)
    if len(problem.options) > CONFIGURATION_OPTIONS:
        # Measured at 500 children and 1,000 homes: proved in seconds where options alone
        # need a minute or leave a gap; below that, options alone are as quick.
        best = search_configurations(model, known=found.chosen, watch=watch, seed=seed)
        if best.chosen is not None and model.value(best.chosen) < model.value(found.chosen):
            found.chosen = list(best.chosen)
        found.bound, found.stopped = best.bound, best.stopped
        return
    fewest = _fewest_unplaced(problem, found, watch)
    if fewest > 0:
        model = replace(model, limits=(*model.limits, _most_placed(problem, fewest)))
    search = _Search(model, found, watch, seed, Refusals())
    search.run()
    search.settle_ties()
    found.bound = search.bound


def _fewest_unplaced(problem: Problem, found: _Found, watch: Stopwatch) -> int:
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


def _lexicographic(problem: Problem, found: _Found, watch: Stopwatch, seed: int) -> None:
    found.stopped = StopReason.TIME_LIMIT
    refusals = Refusals()
    limits = problem.limits
    all_proved = True
    stopped: StopReason | None = None
    for aim in problem.policy.aims:
        model = aim_model(problem, aim.name, limits)
        search = _Search(model, found, watch, seed, refusals)
        search.run()
        unit = MILLI if aim.name is AimName.MATCH else 1
        if all_proved and search.bound is not None:
            found.bounds[aim.name] = search.bound / unit
            if aim.name is AimName.MATCH:
                found.bound = search.bound
        if found.stopped is not StopReason.PROVED:
            all_proved = False
            stopped = stopped or found.stopped
        elif aim is problem.policy.aims[-1]:
            search.settle_ties()
        limits = model.reached(aim.name.label, model.value(found.chosen)).limits
    found.stopped = stopped or StopReason.PROVED


class _Search:
    """The best plan for one aim, given the best found so far."""

    def __init__(
        self, model: Model, found: _Found, watch: Stopwatch, seed: int, refusals: Refusals
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


def _solution(problem: Problem, found: _Found, watch: Stopwatch) -> Solution:
    policy = problem.policy
    items, options = problem.items, problem.options
    home_of: dict[str, str | None] = dict.fromkeys(items.child_ids)
    for option in found.chosen:
        for child in items.items[int(options.item[option])].children:
            home_of[items.child_ids[child]] = problem.homes.ids[int(options.home[option])]
    model = weighted_model(problem)
    lexicographic = policy.method is Method.LEXICOGRAPHIC
    unplaced = sum(home is None for home in home_of.values())
    if lexicographic:
        objective = aim_model(problem, AimName.MATCH, problem.limits).value(found.chosen)
        unplaced_points = 0.0
    else:
        objective = model.value(found.chosen)
        unplaced_points = unplaced * model.unplaced_cost / MILLI
    proved = found.stopped is StopReason.PROVED and not items.limited
    stopped = found.stopped
    if found.stopped is StopReason.PROVED and items.limited:
        stopped = StopReason.WORK_LIMIT
    bound = None if found.bound is None or items.limited else found.bound / MILLI
    return Solution(
        plan=Plan.of(home_of),
        method=policy.method,
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        stop_reason=stopped,
        objective=objective / MILLI,
        bound=bound,
        unplaced_points=unplaced_points,
        tiers=_tiers(problem, found, unplaced),
        unplaced=reasons_unplaced(problem, found.chosen),
        children=len(items.child_ids),
        limited_groups=items.limited,
        seconds=watch.elapsed,
    )


def _tiers(problem: Problem, found: _Found, unplaced: int) -> tuple[AimResult, ...]:
    """Return every aim by itself, the policy's in its order and then the others."""
    values: dict[AimName, float] = dict(measures(problem.options, found.chosen))
    values[AimName.MATCH] /= MILLI
    values[AimName.UNPLACED] = unplaced
    values[AimName.EXTRA_HOUSEHOLDS] = aim_model(
        problem, AimName.EXTRA_HOUSEHOLDS, problem.limits
    ).value(found.chosen)
    named: Sequence[AimName] = [aim.name for aim in problem.policy.aims]
    rest = [name for name in AimName if name not in named]
    bounds = {} if problem.items.limited else found.bounds
    return tuple(AimResult(name, values[name], bounds.get(name)) for name in (*named, *rest))
