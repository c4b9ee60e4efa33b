"""One plan for everybody: from a World and a policy to a plan with its proof.

::

    problem   = whom the plan decides about, and every lawful option
    start     = what today's search order comes to
    prices    = of children and limits; any prices bound every plan
    first     = the best plan of the most promising options
    last      = the best plan of all options that the bound cannot rule out: the proof
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matcher.domain.plan import Plan
from matcher.policy import AimName, Method
from matcher.solving.bound import bound_of
from matcher.solving.by_configurations import search_configurations
from matcher.solving.by_options import Best, OptionSearch
from matcher.solving.demands import NOTHING_ASKED, Demands
from matcher.solving.limits import Limit
from matcher.solving.model import aim_model, measures, weighted_model
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
    from matcher.solving.configurations.found import Learnt
    from matcher.solving.model import Model
    from matcher.solving.options import Flags
    from matcher.solving.problem import Problem

CONFIGURATION_OPTIONS = 10_000
"""From so many options on, plans are sought by home configurations (decision 0008)."""


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
    return _solved(problem_of(world, policy, demands), watch, seed)


def solve_beside_practice(
    world: World, policy: Policy, *, seconds: float | None = None, seed: int = 0
) -> tuple[Solution, Solution]:
    """Find the best plan, and what today's search order comes to with the same children.

    Parameters
    ----------
    world, policy, seconds, seed
        As for :func:`solve`.
    """
    watch = Stopwatch(seconds)
    problem = problem_of(world, policy)
    practice = replace(problem, policy=policy.replace(method=Method.SEARCH_ORDER))
    in_order = _solved(practice, Stopwatch(None), seed)
    return _solved(problem, watch, seed), in_order


def _solved(problem: Problem, watch: Stopwatch, seed: int) -> Solution:
    return solution_of(problem, search_best(problem, watch, seed), watch)


def search_best(problem: Problem, watch: Stopwatch, seed: int) -> Best:
    """Return the best plan found by the policy's method."""
    found = Best(staying(problem), StopReason.SEARCH_ORDER, {}, None)
    try:
        found.chosen = search_in_order(problem)
        if problem.policy.method is Method.WEIGHTED:
            _weighted(problem, found, watch, seed)
        elif problem.policy.method is Method.LEXICOGRAPHIC:
            _lexicographic(problem, found, watch, seed)
    except KeyboardInterrupt:
        watch.interrupt()
        found.stopped = StopReason.INTERRUPTED
    return found


def improve_by_configurations(
    problem: Problem,
    found: Best,
    watch: Stopwatch,
    seed: int,
    *,
    barred: Flags | None = None,
    learnt: Learnt | None = None,
) -> None:
    """Seek a better plan by home configurations.

    Parameters
    ----------
    problem
        Children, homes, options.
    found
        The best so far; what is found is written here.
    watch, seed
        When to end, and of the integer solvers.
    barred
        Options that may not be taken.
    learnt
        By an earlier search of the same problem.
    """
    model = weighted_model(problem)
    best = search_configurations(
        model, known=found.chosen, watch=watch, seed=seed, barred=barred, learnt=learnt
    )
    if best.chosen is not None and model.value(best.chosen) < model.value(found.chosen):
        found.chosen = list(best.chosen)
    found.bound, found.stopped, found.learnt = best.bound, best.stopped, best.learnt


def _weighted(problem: Problem, found: Best, watch: Stopwatch, seed: int) -> None:
    found.stopped = StopReason.TIME_LIMIT
    model = weighted_model(problem)
    if len(problem.options) > CONFIGURATION_OPTIONS:
        # Measured at 500 children and 1,000 homes: proved in seconds where options alone
        # need a minute or leave a gap; below that, options alone are as quick.
        improve_by_configurations(problem, found, watch, seed)
        return
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
    found.stopped = StopReason.TIME_LIMIT
    refusals = Refusals()
    limits = problem.limits
    all_proved = True
    stopped: StopReason | None = None
    for aim in problem.policy.aims:
        model = aim_model(problem, aim.name, limits)
        if len(problem.options) > CONFIGURATION_OPTIONS:
            search: OptionSearch | _Configured = _Configured(model, found, watch, seed)
        else:
            search = OptionSearch(model, found, watch, seed, refusals)
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


class _Configured:
    """The best plan for one aim by home configurations, given the best found so far."""

    def __init__(self, model: Model, found: Best, watch: Stopwatch, seed: int) -> None:
        self.model = model
        self.found = found
        self.watch = watch
        self.seed = seed
        self.bound: int | None = None

    def run(self) -> None:
        """Improve the plan until it is proved, or time or work is up."""
        best = search_configurations(
            self.model, known=self.found.chosen, watch=self.watch, seed=self.seed
        )
        value = self.model.value(self.found.chosen)
        if best.chosen is not None and self.model.value(best.chosen) < value:
            self.found.chosen = list(best.chosen)
        self.bound, self.found.stopped = best.bound, best.stopped

    def settle_ties(self) -> None:
        """Leave equally good plans as they come: one seed gives one of them."""


def solution_of(problem: Problem, found: Best, watch: Stopwatch) -> Solution:
    """Return what has been found as people read it: who lives where, bounds, reasons.

    What a demand asks to avoid has a price in the search, and none in the plan's value.
    """
    avoided = problem.unwanted is not None and problem.unwanted[found.chosen].any()
    if problem.unwanted is not None:
        problem = replace(problem, unwanted=None)
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
    known = found.bound is not None and not items.limited and not avoided
    bound = found.bound / MILLI if found.bound is not None and known else None
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


def _tiers(problem: Problem, found: Best, unplaced: int) -> tuple[AimResult, ...]:
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
