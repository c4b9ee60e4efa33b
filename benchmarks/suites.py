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

from benchmarks.instances import INSTANCES
from benchmarks.solvers import Solvers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.settings import Settings

BY_NAME_ONLY = ("england-plan",)
Row = dict[str, Any]
Rows = list[Row]


@dataclass(frozen=True, slots=True)
class Suite:
    """One thing that is measured.

    Parameters
    ----------
    title
        What it is.
    run
        Measures it, row by row.
    by_name_only
        Whether it is left out when everything is asked for: it takes very long.
    """

    title: str
    run: Callable[[Settings], Iterable[Row]]
    by_name_only: bool = False


def _in_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run a benchmark module as a process of its own and return the JSON it prints."""
    finished = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, check=True, text=True
    )
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def _ranking(settings: Settings) -> Rows:
    from benchmarks import ranking

    if settings.smoke:
        return ranking.run(repeats=1, sizes=(600,), county_size=0.1)
    return ranking.run()


def _demo(settings: Settings) -> Rows:
    """Measure the demo county's waiting children, through the engine as the command does."""
    smoke = settings.smoke
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


def _england(settings: Settings) -> Rows:
    with tempfile.TemporaryDirectory() as folder:
        extra = ("0.1",) if settings.smoke else ()
        made = _in_process("benchmarks.england", "make", f"{folder}/county", *extra)
        ranked = _in_process("benchmarks.england", "rank", f"{folder}/county")
    return [{**made, **ranked}]


def _whatif(settings: Settings) -> Iterable[Row]:
    from benchmarks import whatif

    kept = None if settings.worlds is None else settings.worlds / "futures"
    return whatif.run(settings.smoke, kept=kept)


def _whatif_200(settings: Settings) -> Rows:
    from benchmarks import whatif

    return [whatif.many(settings.smoke)]


def _arrivals(settings: Settings) -> Rows:
    from benchmarks import arrivals

    if settings.smoke:
        return list(arrivals.run(seeds=(100,), shapes=((60, 5, 1.1),)))
    return list(arrivals.run())


def _look_ahead(settings: Settings) -> Iterable[Row]:
    from benchmarks import look_ahead

    return look_ahead.run(settings)


def _online(settings: Settings) -> Iterable[Row]:
    from scenarios.online.judging import Asked, judge

    if settings.smoke:
        return judge(
            Asked(
                size=0.06,
                seeds=2,
                levels=(1.05,),
                margins=(),
                conditions=(),
                weeks=30,
                counted_from=8,
            )
        )
    return judge(Asked() if settings.seeds is None else Asked(seeds=settings.seeds))


def _online_county(settings: Settings) -> Iterable[Row]:
    from benchmarks.online_county import ALL_HOMES, Asked, Kind, run

    kept = None if settings.worlds is None else settings.worlds / "online-county"
    if settings.smoke:
        kinds = (Kind(ALL_HOMES, 0.5, relearning=True),)
        small = Asked(size=0.05, futures=2, years=1, past_years=1, kinds=kinds, margins=(0.0, 5.0))
        return run(small, kept=kept)
    return run(Asked() if settings.seeds is None else Asked(futures=settings.seeds), kept=kept)


SUITES = {
    "ranking": Suite("one referral against 1,000, 10,000 and 100,000 homes", _ranking),
    "demo": Suite("the demo county's 40 waiting children, beside practice", _demo),
    "england": Suite("a county of the size of England: make, load, rank", _england),
    "solvers": Suite(
        "which solver for what: programmes of real searches at 500 x 1,000, each way",
        Solvers().rows,
    ),
    **{
        name: Suite(title, instance.rows, by_name_only=name in BY_NAME_ONLY)
        for name, (title, instance) in INSTANCES.items()
    },
    "arrivals": Suite("units that arrive: held-out instances against hindsight", _arrivals),
    "look-ahead": Suite(
        "looking ahead at 500 x 1,000: seconds to learn, milliseconds more to rank", _look_ahead
    ),
    "online": Suite("looking ahead beside practice and weekly batch, 20 futures a level", _online),
    "online-county": Suite(
        "looking ahead in the county's own simulation, 40 futures of each kind", _online_county
    ),
    "whatif": Suite("futures: years a second, speed-up, coverage, three scenarios", _whatif),
    "whatif-200": Suite(
        "today and one variant in 200 futures of five years", _whatif_200, by_name_only=True
    ),
}
