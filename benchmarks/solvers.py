"""Which solver for what: the very programmes of real searches, solved in each way.

Councils are solved once as they always are, recorded (:mod:`benchmarks.tapes`); then every
linear programme, integer programme and pricing of that search is done again in each way
(:mod:`benchmarks.ways`), one way after the other, and that three times. The small case is the
demo county's waiting children, whole, each way in processes of its own. Seconds are those of
the processor, so that other work on the machine disturbs ratios little.
"""

from __future__ import annotations

import importlib
import statistics
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.processes import measured
from benchmarks.worlds import HOMES_IN_A_COUNTY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from benchmarks.settings import Row, Settings
    from benchmarks.tapes import Call, Tape
    from benchmarks.ways import Answer
    from matcher.solving.configurations.found import Found

REPEATS = 3
CONFIGURATIONS, TIES_LEFT, OPTIONS = (
    "home configurations",
    "the same, ties left",
    "options, CP-SAT",
)
SMALL = (CONFIGURATIONS, TIES_LEFT, OPTIONS)
"""Ways to solve small cases, the one in use first. All but the second also tell equally good
plans apart."""
WORK = 20.0
"""Seconds of HiGHS, or deterministic time of CP-SAT, for one integer programme at most."""


@dataclass(frozen=True)
class Solvers:
    """The suite.

    Parameters
    ----------
    children, homes
        Of the councils.
    runs
        Seed of each council, and share of the budget; a share comes after its seed without.
    small_seeds
        Of the counties whose waiting children are the small case.
    """

    children: int = 500
    homes: int = 1_000
    runs: tuple[tuple[int, float | None], ...] = ((1, None), (2, None), (1, 0.9))
    small_seeds: tuple[int, ...] = (1, 2, 3)

    def rows(self, settings: Settings) -> Iterator[Row]:
        """Measure, row by row."""
        small = settings.smoke
        worlds = None if settings.worlds is None else str(settings.worlds)
        council = {
            "kind": "solvers",
            "children": 16 if small else self.children,
            "homes": 40 if small else self.homes,
            "worlds": worlds,
        }
        free: dict[int, int] = {}
        seeds = list(dict.fromkeys(seed for seed, _ in self.runs))
        wanted = seeds[: 1 if small else settings.seeds]
        for seed, of in self.runs:
            # Without the plan that has no budget there is nothing to take a share of.
            if seed not in wanted or (of is not None and seed not in free):
                continue
            pence = 0 if of is None else int(free[seed] * of)
            found = measured(
                council | {"seed": seed, "weekly_pence": pence or None}, apart=settings.apart
            )
            if of is None and "failed" not in found:
                free[seed] = found["new_weekly_cost_pence"]
            for row in found.get("rows", [found]):
                yield {"seed": seed, "budget_share": of, **row}
        yield from self._small(settings)

    def _small(self, settings: Settings) -> Iterator[Row]:
        task = {
            "children": 0,
            "homes": 60 if settings.smoke else HOMES_IN_A_COUNTY,
            "worlds": None if settings.worlds is None else str(settings.worlds),
        }
        for seed in self.small_seeds[: 1 if settings.smoke else settings.seeds]:
            runs: dict[str, list[Row]] = {method: [] for method in SMALL}
            for _ in range(1 if settings.smoke else REPEATS):
                for method, of in runs.items():
                    asked = {"kind": "solvers-small", "seed": seed, "method": method}
                    of.append(measured(task | asked, apart=settings.apart))
            every = [each for of in runs.values() for each in of]
            failed = [each for each in every if "failed" in each]
            if failed:
                yield {"name": "small", "seed": seed, **failed[0]}
                continue
            values = {each["objective"] for each in every}
            proved = all(each["status"] == "optimal" for each in every)
            if max(values) - min(values) > 1e-6 * max(values) or not proved:
                raise AssertionError(f"the small case has several answers: {runs}")
            for method, of in runs.items():
                yield {
                    "name": "small",
                    "seed": seed,
                    "method": method,
                    **{key: of[0][key] for key in ("options", "objective", "status")},
                    **{
                        key: _median(each[key] for each in of)
                        for key in ("loading", "first", "warm")
                    },
                }
        for method in ("warm",) if settings.smoke else ("warm", "cold"):
            with tempfile.TemporaryDirectory() as empty:
                environment = {"NUMBA_CACHE_DIR": empty} if method == "cold" else None
                found = measured(
                    task | {"kind": "solvers-loading", "seed": 1},
                    environment=environment,
                    apart=settings.apart,
                )
            yield {"name": "loading", "seed": 1, "method": method, **found}


def council(task: dict[str, Any]) -> dict[str, Any]:
    """Solve a council once, recorded, and do what it did again in each way.

    Parameters
    ----------
    task
        As for :func:`benchmarks.measure.prepared`. Budgets that the world has are dropped.
    """
    from benchmarks.judged import checked_figures
    from benchmarks.measure import prepared
    from benchmarks.tapes import recorded
    from matcher.explaining.plans import claim_of
    from matcher.solving.solve import solve

    world, policy, _ = prepared(task)
    if task.get("weekly_pence") is None:
        world = world.replace(budgets=())
    with recorded() as tape:
        solution = solve(world, policy, seed=task["seed"])
    figures, _ = checked_figures(world, policy, solution.plan.home_of, claim_of(solution))
    rows = [
        *_linear("over options", tape.over_options),
        *_linear("masters", tape.masters),
        *_integer("integers, final columns", _final(tape)),
        *_integer("integers, as searched", tape.integers),
        *_pricing(tape.calls),
    ]
    return {
        "status": solution.status.value,
        "new_weekly_cost_pence": figures["new_weekly_cost_pence"],
        "rows": rows,
    }


def _final(tape: Tape) -> list[Any]:
    """Return the integer programme over all configurations that the search has made."""
    from benchmarks.tapes import recorded
    from matcher.solving.configurations.integers import combine
    from matcher.solving.stopwatch import Stopwatch

    if tape.made is None:
        return []
    pricer, columns = tape.made
    with recorded() as again:
        combine(
            pricer,
            columns,
            range(len(columns)),
            known=None,
            watch=Stopwatch(WORK),
            nodes=20_000,
        )
    return again.integers[:1]


def _linear(name: str, sequences: Sequence[Any]) -> Iterator[Row]:
    """Solve sequences of linear programmes in each way."""
    from benchmarks.ways import LINEAR

    def done(way: Callable[..., list[Answer]]) -> Callable[[], list[Answer]]:
        return lambda: [answer for sequence in sequences for answer in way(sequence)]

    shots = [shot for sequence in sequences for shot in sequence]
    if shots:
        yield from _compared(name, shots, {key: done(way) for key, way in LINEAR.items()})


def _integer(name: str, shots: Sequence[Any]) -> Iterator[Row]:
    """Solve integer programmes in each way."""
    from benchmarks.ways import INTEGER

    def done(way: Callable[..., Answer]) -> Callable[[], list[Answer]]:
        return lambda: [way(shot, work=WORK) for shot in shots]

    if shots:
        yield from _compared(name, shots, {key: done(way) for key, way in INTEGER.items()})


def _compared(
    name: str, shots: Sequence[Any], ways: dict[str, Callable[[], list[Answer]]]
) -> Iterator[Row]:
    from benchmarks.ways import agree

    runs: dict[str, list[list[Answer]]] = {method: [] for method in ways}
    for _ in range(REPEATS):
        for method, way in ways.items():
            runs[method].append(way())
    for answers in zip(*(each for of in runs.values() for each in of), strict=True):
        agree(answers)
    for method, of in runs.items():
        building, solving = (
            [sum(getattr(each, part) for each in answers) for answers in of]
            for part in ("building", "solving")
        )
        yield {
            "name": name,
            "method": method,
            "programmes": len(shots),
            "rows": max(shot.rows for shot in shots),
            "columns": max(shot.columns for shot in shots),
            "proved": sum(each.proved for each in of[0]),
            "building_seconds": _median(building),
            "seconds": _median(b + s for b, s in zip(building, solving, strict=True)),
            "all_seconds": [round(b + s, 4) for b, s in zip(building, solving, strict=True)],
        }


def _pricing(calls: Sequence[Call]) -> Iterator[Row]:
    """Price homes as the search did, compiled and plain; who may not share is known by now."""
    from matcher.solving.configurations.pricing import Pricer

    def done(compiled: bool) -> tuple[dict[str, float], list[Any]]:
        pricers: dict[int, Pricer] = {}
        took: dict[str, float] = {}
        found = []
        for call in calls:
            if id(call.pricer) not in pricers:
                fresh = pricers[id(call.pricer)] = Pricer(call.pricer.instance, compiled=compiled)
                fresh.refusals = call.pricer.refusals
            method = getattr(pricers[id(call.pricer)], call.method)
            began = time.process_time()
            found.append(method(*call.arguments, **call.named))
            took[call.method] = took.get(call.method, 0.0) + time.process_time() - began
        return took, found

    def asked() -> int:
        return sum(call.pricer.refusals.asked for call in calls)

    # Knowing what was refused later, earlier calls find other company to ask about.
    before = -1
    while before < asked():
        before = asked()
        _, expected = done(True)
    runs: dict[str, list[dict[str, float]]] = {"compiled": [], "plain": []}
    for _ in range(REPEATS):
        for method, of in runs.items():
            took, found = done(method == "compiled")
            of.append(took)
            for mine, theirs in zip(found, expected, strict=True):
                if len(mine) != len(theirs) or not np.allclose(mine.best, theirs.best, rtol=1e-6):
                    raise AssertionError(f"pricing {method} finds something else")
    for method, of in runs.items():
        yield {
            "name": "pricing",
            "method": method,
            "programmes": len(calls),
            "seconds": _median(sum(took.values()) for took in of),
            "all_seconds": [round(sum(took.values()), 4) for took in of],
            "by_method": {name: _median(took[name] for took in of) for name in of[0]},
        }


def small(task: dict[str, Any]) -> dict[str, Any]:
    """Solve a small case in one way: the first time in a process, and again.

    Parameters
    ----------
    task
        As for :func:`benchmarks.measure.prepared`; ``method``.
    """
    from benchmarks.measure import prepared
    from matcher.engine import engine_for

    world, policy, _ = prepared(task)
    engine_for(world, policy)
    began = time.process_time()
    from matcher.solving import solve as solving
    from matcher.solving.best import Formulation
    from matcher.solving.problem import problem_of

    formulation = Formulation.CONFIGURATIONS
    if task["method"] == OPTIONS:
        formulation = Formulation.OPTIONS
        importlib.import_module("matcher.solving.by_options")
    loading = time.process_time() - began
    usual = solving.__dict__["search_configurations"]
    times = []
    try:
        if task["method"] == TIES_LEFT:
            solving.__dict__["search_configurations"] = _ties_left(usual)
        for _ in range(1 + REPEATS):
            began = time.process_time()
            solution = solving.solve(world, policy, seed=task["seed"], formulation=formulation)
            times.append(time.process_time() - began)
    finally:
        solving.__dict__["search_configurations"] = usual
    return {
        "options": len(problem_of(world, policy).options),
        "objective": solution.objective,
        "status": solution.status.value,
        "loading": round(loading, 4),
        "first": round(loading + times[0], 4),
        "warm": _median(times[1:]),
    }


def _ties_left(search: Callable[..., Found]) -> Callable[..., Found]:
    """Return a search that takes whichever of equally good plans it finds."""

    def found(*arguments: Any, settle_ties: bool, **named: Any) -> Found:
        return search(*arguments, **named)

    return found


def loading(task: dict[str, Any]) -> dict[str, Any]:
    """Say what loading the compiled code takes, by pricing one small problem twice.

    Parameters
    ----------
    task
        As for :func:`benchmarks.measure.prepared`.
    """
    from benchmarks.measure import prepared
    from matcher.solving.by_configurations import instance_of
    from matcher.solving.configurations.prices import first_prices
    from matcher.solving.configurations.pricing import Pricer
    from matcher.solving.model import weighted_model
    from matcher.solving.problem import problem_of

    world, policy, _ = prepared(task)
    model = weighted_model(problem_of(world, policy))
    options = model.problem.options
    instance = instance_of(model, np.lexsort((options.item, options.home)))
    prices = first_prices(instance)
    times = []
    for _ in range(2):
        began = time.process_time()
        Pricer(instance, compiled=True).best(prices.items, prices.limits)
        times.append(time.process_time() - began)
    return {"seconds": round(times[0] - times[1], 4)}


KINDS = {"solvers": council, "solvers-small": small, "solvers-loading": loading}


def _median(values: Iterable[float]) -> float:
    middle: float = statistics.median(values)
    return round(middle, 5)
