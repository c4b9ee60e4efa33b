"""The registry: what is measured, on what, how often."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Suite:
    """One thing that is measured.

    Parameters
    ----------
    title
        What it is.
    run
        Measures it; the argument asks for the small and quick form.
    """

    title: str
    run: Callable[[bool], Rows]


def _in_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run a benchmark module as a process of its own and return the JSON it prints."""
    finished = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, check=True, text=True
    )
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def _ranking(smoke: bool) -> Rows:
    from benchmarks import ranking

    if smoke:
        return ranking.run(repeats=1, sizes=(600,), county_size=0.1)
    return ranking.run()


def _demo(smoke: bool) -> Rows:
    """Measure the demo county's waiting children, through the engine as the command does."""
    from matcher.engine import engine_for
    from scenarios.county import make_county

    engine = engine_for(make_county(size=0.1 if smoke else 1.0), "balanced")
    times = []
    for _ in range(1 if smoke else 7):
        began = time.perf_counter()
        report = engine.assign()
        times.append(time.perf_counter() - began)
    strict = engine_for(engine.world, "lexicographic").assign()
    rows = []
    for name, found in (("balanced", report), ("lexicographic", strict)):
        rows.append(
            {
                "policy": name,
                "children": found.indicators.placed + found.indicators.unplaced,
                "status": found.status,
                "solver_seconds": found.seconds,
                "engine_seconds": round(statistics.median(times), 2)
                if name == "balanced"
                else None,
                "placed": [found.indicators.placed, found.practice.placed],
                "near_home_rate": [found.indicators.near_home_rate, found.practice.near_home_rate],
                "siblings_together": [
                    found.indicators.siblings_together,
                    found.practice.siblings_together,
                ],
                "sibling_groups": [
                    found.indicators.sibling_groups,
                    found.practice.sibling_groups,
                ],
                "match_points_mean": [
                    found.indicators.match_points_mean,
                    found.practice.match_points_mean,
                ],
                "weekly_cost_pence": [
                    found.indicators.weekly_cost_pence,
                    found.practice.weekly_cost_pence,
                ],
                "objective": [found.objective, found.practice.objective],
            }
        )
    return rows


def _council(smoke: bool) -> Rows:
    """500 children, 1,000 homes, half placed and free to move, with and without a budget."""
    size = ("--children", "30", "--homes", "60") if smoke else ("--children", "500")
    rows = []
    for budget in (None, "0.9"):
        for seed in (1,) if smoke else (1, 2):
            extra = () if budget is None else ("--budget", budget)
            figures = _in_process(
                "benchmarks.assignment", *size, "--seed", str(seed), "--seconds", "40", *extra
            )
            rows.append(figures)
    return rows


def _england(smoke: bool) -> Rows:
    with tempfile.TemporaryDirectory() as folder:
        extra = ("0.1",) if smoke else ()
        made = _in_process("benchmarks.england", "make", f"{folder}/county", *extra)
        ranked = _in_process("benchmarks.england", "rank", f"{folder}/county")
    return [{**made, **ranked}]


def _whatif(smoke: bool) -> Rows:
    from benchmarks import whatif

    return whatif.run(smoke)


SUITES = {
    "ranking": Suite("one referral against 1,000, 10,000 and 100,000 homes", _ranking),
    "demo": Suite("the demo county's 40 waiting children", _demo),
    "council": Suite("500 children, 1,000 homes, half placed, budget binding", _council),
    "england": Suite("a county of the size of England: make, load, rank", _england),
    "whatif": Suite("futures: years a second, speed-up, coverage, three scenarios", _whatif),
}
