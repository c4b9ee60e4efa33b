"""One plan for everybody: from a World and a policy to a plan with its proof.

::

    problem   = whom the plan decides about, and every lawful option
    start     = what today's search order comes to
    best      = the best plan by home configurations, with its bound: one aim, or one by one
    same      = of equally good plans, the one that identifiers decide
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matcher.domain.plan import Plan
from matcher.policy import AimName, Method
from matcher.solving.best import Best, Formulation
from matcher.solving.by_configurations import search_configurations
from matcher.solving.by_shortlists import is_large, search_shortlists
from matcher.solving.demands import NOTHING_ASKED, Demands
from matcher.solving.left_out import why_unplaced
from matcher.solving.model import aim_model, measures, weighted_model
from matcher.solving.options import MILLI
from matcher.solving.problem import ground_of, problem_of
from matcher.solving.reasons import reasons_unplaced
from matcher.solving.search_order import search_in_order, staying
from matcher.solving.solution import AimResult, Solution, Status
from matcher.solving.stopwatch import StopReason, Stopwatch
from matcher.solving.work_folder import WorkFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.by_shortlists import Sought
    from matcher.solving.configurations.found import Learnt
    from matcher.solving.model import Model
    from matcher.solving.options import Flags
    from matcher.solving.problem import Problem
    from matcher.solving.reasons import Unplaced
    from matcher.solving.shortlists import Store


def solve(
    world: World,
    policy: Policy,
    *,
    seconds: float | None = None,
    seed: int = 0,
    demands: Demands = NOTHING_ASKED,
    formulation: Formulation = Formulation.CONFIGURATIONS,
    store: Store | None = None,
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
    formulation
        What the search is made of; the other one is a second opinion for small cases.
    store
        Where a plan for a region or a country keeps its work, so that another run for the same
        World and policy goes on from there; None keeps nothing.

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
    if demands == NOTHING_ASKED and is_large(world, policy):
        return _large(world, policy, watch, seed, store)[0]
    return _solved(problem_of(world, policy, demands), watch, seed, formulation)


def solve_beside_practice(
    world: World,
    policy: Policy,
    *,
    seconds: float | None = None,
    seed: int = 0,
    work: Path | None = None,
) -> tuple[Solution, Solution]:
    """Find the best plan, and what today's search order comes to with the same children.

    Parameters
    ----------
    world, policy, seconds, seed
        As for :func:`solve`.
    work
        The folder among whose folders is the store of this World and policy.
    """
    watch = Stopwatch(seconds)
    if is_large(world, policy):
        store = None if work is None else WorkFolder.within(work, world, policy)
        solution, sought = _large(world, policy, watch, seed, store)
        listed = sought.listed(Method.SEARCH_ORDER)
        return solution, _solved(listed, Stopwatch(None), seed)
    problem = problem_of(world, policy)
    practice = replace(problem, policy=policy.replace(method=Method.SEARCH_ORDER))
    in_order = _solved(practice, Stopwatch(None), seed)
    return _solved(problem, watch, seed), in_order


def _solved(
    problem: Problem,
    watch: Stopwatch,
    seed: int,
    formulation: Formulation = Formulation.CONFIGURATIONS,
) -> Solution:
    return solution_of(problem, search_best(problem, watch, seed, formulation), watch)


def _large(
    world: World, policy: Policy, watch: Stopwatch, seed: int, store: Store | None
) -> tuple[Solution, Sought]:
    """Solve over some options, bounded over all of them."""
    sought = search_shortlists(ground_of(world, policy), watch=watch, seed=seed, store=store)
    found = Best(sought.plan, sought.stopped, {}, sought.bound)
    unplaced = why_unplaced(sought)
    return solution_of(sought.problem, found, watch, unplaced=unplaced), sought


def search_best(
    problem: Problem,
    watch: Stopwatch,
    seed: int,
    formulation: Formulation = Formulation.CONFIGURATIONS,
) -> Best:
    """Return the best plan found by the policy's method."""
    found = Best(staying(problem), StopReason.SEARCH_ORDER, {}, None)
    with found.kept_on_interrupt(watch):
        found.chosen = search_in_order(problem)
        if problem.policy.method is Method.SEARCH_ORDER:
            return found
        found.stopped = StopReason.TIME_LIMIT
        if formulation is Formulation.OPTIONS:
            # ortools takes longer to import than most plans take to find without it.
            from matcher.solving.by_options import improve_by_options

            improve_by_options(problem, found, watch, seed)
        elif problem.policy.method is Method.WEIGHTED:
            improve(weighted_model(problem), found, watch, seed, settle_ties=True)
        else:
            _lexicographic(problem, found, watch, seed)
    return found


def improve(
    model: Model,
    found: Best,
    watch: Stopwatch,
    seed: int,
    *,
    barred: Flags | None = None,
    learnt: Learnt | None = None,
    settle_ties: bool = False,
) -> None:
    """Seek a better plan for one aim by home configurations.

    Parameters
    ----------
    model
        The aim.
    found
        The best so far; what is found is written here.
    watch, seed
        When to end, and of the integer solvers.
    barred, learnt, settle_ties
        As for :func:`~matcher.solving.by_configurations.search_configurations`.
    """
    best = search_configurations(
        model,
        known=found.chosen,
        watch=watch,
        seed=seed,
        barred=barred,
        learnt=learnt,
        settle_ties=settle_ties,
    )
    if best.chosen is not None and model.value(best.chosen) <= model.value(found.chosen):
        found.chosen = list(best.chosen)
    found.bound, found.stopped, found.learnt = best.bound, best.stopped, best.learnt


def _lexicographic(problem: Problem, found: Best, watch: Stopwatch, seed: int) -> None:
    limits = problem.limits
    stopped: StopReason | None = None
    match: int | None = None
    for aim in problem.policy.aims:
        model = aim_model(problem, aim.name, limits)
        last = aim is problem.policy.aims[-1]
        improve(model, found, watch, seed, settle_ties=last and stopped is None)
        if stopped is None and found.bound is not None:
            unit = MILLI if aim.name is AimName.MATCH else 1
            found.bounds[aim.name] = found.bound / unit
            if aim.name is AimName.MATCH:
                match = found.bound
        if found.stopped is not StopReason.PROVED:
            stopped = stopped or found.stopped
        limits = model.reached(aim.name.label, model.value(found.chosen)).limits
    found.stopped = stopped or StopReason.PROVED
    # Of strict order the bound is that of match, and nothing can begin where an aim ended.
    found.bound, found.learnt = match, None


def solution_of(
    problem: Problem,
    found: Best,
    watch: Stopwatch,
    *,
    unplaced: tuple[Unplaced, ...] | None = None,
) -> Solution:
    """Return what has been found as people read it: who lives where, bounds, reasons.

    What a demand asks to avoid has a price in the search, and none in the plan's value.
    ``unplaced`` says why children are left without a home, where that is known already.
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
    left = sum(home is None for home in home_of.values())
    if lexicographic:
        objective = aim_model(problem, AimName.MATCH, problem.limits).value(found.chosen)
        unplaced_points = 0.0
    else:
        objective = model.value(found.chosen)
        unplaced_points = left * model.unplaced_cost / MILLI
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
        tiers=_tiers(problem, found, left),
        unplaced=reasons_unplaced(problem, found.chosen) if unplaced is None else unplaced,
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
