"""Measure one thing in a process of its own: a plan, a forced option, a published instance.

    python -m benchmarks.measure '{"kind": "plan", "children": 500, "homes": 1000, "seed": 1}'

One JSON object is printed. The suites of :mod:`benchmarks.instances` say what is asked for.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.machine import peak_megabytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.folder import TimedFolder
    from benchmarks.peers.found import PeerPlan
    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.model import Model

Figures = dict[str, Any]
Task = dict[str, Any]

ENOUGH_SECONDS = 60.0
"""Repeats end when they have taken so long together."""
LISTING = 2
"""So many processes look for a country's options."""


def prepared(task: Task) -> tuple[World, Policy, Figures]:
    """Return the world and policy of a task, and what making them took.

    Parameters
    ----------
    task
        ``children``, ``homes``, ``seed``; ``weekly_pence`` for a budget; ``policy``;
        ``worlds`` for a folder of made worlds.
    """
    from benchmarks.worlds import Size, kept_council
    from matcher.domain.agreement import Budget
    from matcher.policy import Policy

    began = time.perf_counter()
    folder = task.get("worlds")
    world = kept_council(
        Size(task["children"], task["homes"]),
        seed=task["seed"],
        folder=None if folder is None else Path(folder),
    )
    if task.get("weekly_pence") is not None:
        world = world.replace(budgets=(Budget(weekly_pence=task["weekly_pence"]),))
    policy = Policy.named(task.get("policy", "balanced")).replace(may_move=task["children"] > 0)
    return (
        world,
        policy,
        {
            "homes": len(world.homes),
            "world_seconds": round(time.perf_counter() - began, 2),
            "world_peak_megabytes": round(peak_megabytes()),
        },
    )


def plan(task: Task) -> Figures:
    """Solve one world by one method and check the plan.

    Parameters
    ----------
    task
        As for :func:`prepared`; ``method``, ``seconds``, ``repeats``.
    """
    world, policy, found = prepared(task)
    method = task.get("method", "nearhome")
    if method == "nearhome":
        return found | _nearhome(world, policy, task)
    if method == "profile":
        return found | _profile(world, policy, task)
    return found | _peer(world, policy, task, method)


def _nearhome(world: World, policy: Policy, task: Task) -> Figures:
    from benchmarks.folder import list_in_time
    from benchmarks.judged import checked_figures
    from matcher.explaining.plans import claim_of
    from matcher.solving.problem import ground_of
    from matcher.solving.shortlists import Lister
    from matcher.solving.solve import solve

    times: list[float] = []
    listed: Figures = {}
    while not times or (len(times) < task.get("repeats", 1) and sum(times) < ENOUGH_SECONDS):
        began = time.perf_counter()
        busy = sum(os.times()[:4])
        store = _store(world, policy, task)
        if store is not None:
            # An earlier run that did not come to its end counts as well.
            began -= store.seconds
            ground = ground_of(world, policy)
            lister = Lister(ground, store=store)
            peak = list_in_time(lister, store, processes=LISTING, began=began)
            listed = {
                "listing_seconds": round(time.perf_counter() - began, 1),
                "listing_peak_megabytes": round(peak),
            }
        solution = solve(world, policy, seconds=task.get("seconds"), seed=task["seed"], store=store)
        times.append(time.perf_counter() - began)
        busy = sum(os.times()[:4]) - busy
    figures, _ = checked_figures(world, policy, solution.plan.home_of, claim_of(solution))
    return {
        "status": solution.status.value,
        "stop_reason": solution.stop_reason.value,
        "seconds": median(times),
        "all_seconds": [round(each, 4) for each in times],
        "processor_seconds": round(busy, 2),
        **listed,
        "objective": solution.objective,
        "unplaced_points": solution.unplaced_points,
        "bound": solution.bound,
        "gap": solution.gap,
        "gap_placed": solution.gap_placed,
        "gap_points_per_child": solution.gap_points_per_child,
        **figures,
    }


def _store(world: World, policy: Policy, task: Task) -> TimedFolder | None:
    """Return where the work on a plan is kept, for tasks that ask for it."""
    if not task.get("kept") or task.get("worlds") is None:
        return None
    from benchmarks.folder import TimedFolder

    return TimedFolder.within(Path(task["worlds"]) / "work", world, policy)


def _profile(world: World, policy: Policy, task: Task) -> Figures:
    """Solve twice and say where the time of the second goes: nothing is loaded any more."""
    from benchmarks.judged import checked_figures
    from benchmarks.stopwatches import phases
    from matcher.explaining.plans import claim_of
    from matcher.solving.solve import solve

    if task.get("repeats", 1) > 1:
        solve(world, policy, seconds=task.get("seconds"), seed=task["seed"])
    began = time.perf_counter()
    with phases() as measured:
        solution = solve(world, policy, seconds=task.get("seconds"), seed=task["seed"])
    seconds = time.perf_counter() - began
    figures, _ = checked_figures(world, policy, solution.plan.home_of, claim_of(solution))
    return {
        "status": solution.status.value,
        "stop_reason": solution.stop_reason.value,
        "seconds": round(seconds, 4),
        "phases": {**measured.seconds, "the checker": figures["check_seconds"]},
        "objective": solution.objective,
        **figures,
    }


def _peer(world: World, policy: Policy, task: Task, method: str) -> Figures:
    from benchmarks.judged import judged
    from matcher.solving.model import weighted_model
    from matcher.solving.options import MILLI
    from matcher.solving.problem import problem_of

    began = time.perf_counter()
    problem = problem_of(world, policy)
    model = weighted_model(problem)
    ready = time.perf_counter()
    answer = _peers()[method](model, task)
    done = time.perf_counter()
    figures = {
        "status": answer.status,
        "peer_seconds": task["peer_seconds"] if method in ("cp-sat", "group-columns") else None,
        "seconds": round(done - began, 4),
        "problem_seconds": round(ready - began, 3),
        "model_seconds": round(answer.model_seconds, 3),
        "search_seconds": round(answer.search_seconds, 3),
        "rounds": answer.rounds,
        "options": len(problem.options),
        "own_bound": None if answer.bound is None else answer.bound / MILLI,
        "objective": None,
    }
    return figures if answer.chosen is None else figures | judged(model, answer.chosen)


def _peers() -> dict[str, Callable[[Model, Task], PeerPlan]]:
    from benchmarks.peers.found import PeerPlan
    from benchmarks.peers.greedy import greedy
    from matcher.solving.search_order import search_in_order

    def naive(model: Model, task: Task) -> PeerPlan:
        from benchmarks.peers.naive import naive

        return naive(model, seconds=task["peer_seconds"], seed=task["seed"])

    def group_columns(model: Model, task: Task) -> PeerPlan:
        from benchmarks.peers.group_columns import group_columns

        return group_columns(model, seconds=task["peer_seconds"], seed=task["seed"])

    def practice(model: Model, task: Task) -> PeerPlan:
        began = time.perf_counter()
        chosen = tuple(search_in_order(model.problem))
        return PeerPlan(chosen, None, "done", 0.0, time.perf_counter() - began)

    return {
        "cp-sat": naive,
        "group-columns": group_columns,
        "greedy": lambda model, task: greedy(model),
        "practice": practice,
    }


def forcing(task: Task) -> Figures:
    """Say what giving some children one more of their options takes, each re-solved.

    The first answer is not counted: it loads what is compiled. Then each child is asked
    about with one option and with three: half the difference is one forced option, the plan
    that is compared with left out whether or not it is solved again.

    Parameters
    ----------
    task
        As for :func:`prepared`; ``asked``, how many children; ``seconds`` for each plan.
    """
    from matcher.engine import engine_for

    world, policy, found = prepared(task)
    step = max(len(world.waiting) // task["asked"], 1)
    asked = sorted(world.waiting)[::step][: task["asked"]]

    def answer(child_id: str, top: int) -> tuple[float, list[Figures]]:
        began = time.perf_counter()
        options = engine_for(world, policy).alternatives(
            child_id, top=top, seconds=task.get("seconds"), seed=task["seed"]
        )
        took = time.perf_counter() - began
        return took, [
            {"status": each.status, "placed": each.placed, "cost_points": each.cost_points}
            for each in options
        ]

    first, _ = answer(asked[0], 1)
    forced, whole, options, fewer = [], [], [], 0
    for child_id in asked:
        one, _ = answer(child_id, 1)
        three, of_child = answer(child_id, 3)
        options += of_child
        if len(of_child) < 3:
            fewer += 1
            continue
        whole.append(one)
        forced.append((three - one) / 2)
    return found | {
        "asked": len(asked),
        "with_fewer_than_three_options": fewer,
        "seconds": median(forced) if forced else None,
        "all_seconds": [round(each, 4) for each in forced],
        "with_the_plan_compared_seconds": median(whole) if whole else None,
        "first_answer_seconds": round(first, 4),
        "proved": sum(each["status"] == "optimal" for each in options),
        "options": options,
    }


def demo(task: Task) -> Figures:
    """Answer ``assign`` for waiting children, the first time in a process.

    Parameters
    ----------
    task
        As for :func:`prepared`, with no children; ``repeats``.
    """
    world, policy, found = prepared(task)
    # A command has these before it has a world; the solver it loads when it is asked.
    from matcher.engine import engine_for

    times = []
    for _ in range(max(task.get("repeats", 1), 1)):
        began = time.perf_counter()
        report = engine_for(world, policy).assign(seed=task["seed"])
        times.append(time.perf_counter() - began)
    return found | {
        "children": report.indicators.placed + report.indicators.unplaced,
        "status": report.status,
        "stop_reason": report.stop_reason,
        "seconds": round(times[0], 4),
        "again_seconds": median(times[1:]) if times[1:] else None,
        "solver_seconds": report.seconds,
        "objective": report.objective,
        "bound": report.bound,
        "gap_placed": report.gap_placed,
        "unplaced": report.indicators.unplaced,
    }


def published(task: Task) -> Figures:
    """Solve one instance from outside, and check the answer from the file itself."""
    from benchmarks.published import solve_and_check

    return solve_and_check(
        Path(task["file"]), task["format"], seconds=task["seconds"], seed=task["seed"]
    )


def median(times: list[float]) -> float:
    """Return the median, to a tenth of a millisecond."""
    from statistics import median as middle

    return round(middle(times), 4)


KINDS = {"plan": plan, "forcing": forcing, "demo": demo, "published": published}


def do(task: Task) -> Figures:
    """Do a task in this process and return what was measured."""
    if task["kind"].startswith("solvers"):
        from benchmarks import solvers

        return solvers.KINDS[task["kind"]](task) | {"peak_megabytes": round(peak_megabytes())}
    if task["kind"] == "look-ahead":
        from benchmarks import look_ahead

        return look_ahead.measure(task)
    return KINDS[task["kind"]](task) | {"peak_megabytes": round(peak_megabytes())}


def main() -> None:
    """Do the task of the command line and print what was measured."""
    print(json.dumps(do(json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
