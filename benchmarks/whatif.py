"""What-if: speed, speed-up, shared random numbers, coverage, and three scenarios.

python -m benchmarks.whatif speed --runs 3        years a second on one core, beside a plain loop
python -m benchmarks.whatif scaling --runs 24     by processes and by Dask workers
python -m benchmarks.whatif coverage --runs 200   how often intervals hold a known truth
python -m benchmarks.whatif pairing --runs 200    what shared random numbers are worth
python -m benchmarks.whatif strategies --runs 200 the three scenarios of the strategies
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from benchmarks.known_truth import KnownTruth
from benchmarks.local_cluster import local_cluster
from benchmarks.one_by_one import OneByOne
from benchmarks.whatif_intervals import HEADLINES, changes, coverage_within, pairing
from benchmarks.whatif_time import parts
from scenarios.cluster import Cluster
from scenarios.intervals import of_futures, of_mean
from scenarios.processes import Processes, cores
from scenarios.runner import run_scenario
from scenarios.scenario import TODAY, new_scenario_text, parse_scenario
from scenarios.simulation_work import work_of
from scenarios.summarising import summarise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.processes import Crew
    from scenarios.results import RunResult
    from scenarios.scenario import Scenario

FUTURES = 20
"""Of each scenario: from 19 on, intervals over futures are read from the futures themselves."""
PAIRED = 4
"""Futures of today and one variant, timed for what a run of many would take."""
MANY = 200
"""Of such a run."""


def run_known_truth(work: KnownTruth, replications: int) -> RunResult:
    """Return what a run of a council whose truth is known would find, without its files."""
    futures = ((number, work(number)) for number in range(1, replications + 1))
    return summarise(work.description(), futures, asked=replications)


def coverage_of_known_truth(*, runs: int = 200, replications: int = 20) -> list[dict[str, Any]]:
    """Count how often intervals hold what is true by construction.

    Parameters
    ----------
    runs
        How many runs, each with a seed of its own.
    replications
        Of each run. One more is simulated: the future that then comes.

    Returns
    -------
    list of dict
        For each measure the share of runs whose interval of the mean holds the true mean
        difference, and whose interval over futures holds the future that comes.
    """
    means = dict.fromkeys(HEADLINES, 0)
    futures = dict.fromkeys(HEADLINES, 0)
    for seed in range(runs):
        work = KnownTruth(seed=seed)
        truth = {
            "near_home_rate": work.true_near_home_gain,
            "yearly_cost": -work.true_yearly_saving_pence,
        }
        values = run_known_truth(work, replications + 1).values
        for name in HEADLINES:
            change = changes(values, name)
            low, high = of_mean(change[:-1])
            means[name] += low <= truth[name] <= high
            low, high = of_futures(change[:-1])
            futures[name] += low <= change[-1] <= high
    return [
        {
            "truth": "by construction",
            "measure": name,
            "runs": runs,
            "replications": replications,
            "mean_held": means[name] / runs,
            "future_held": futures[name] / runs,
        }
        for name in HEADLINES
    ]


def speed(scenario: Scenario, *, replications: int = 3) -> dict[str, Any]:
    """Measure simulated years a second on one core, beside decisions taken pair after pair.

    Both in the same run: each decision is taken twice, and the two are timed apart; all else
    that a simulated year needs is the same work for both.

    Parameters
    ----------
    scenario
        What is simulated; its base alone.
    replications
        How many futures; one more comes first, unmeasured, to load and compile.
    """
    work, _ = work_of(scenario)
    alone = replace(work, outlooks={TODAY: work.outlooks[TODAY]})
    alone(1)
    began = time.process_time()
    for number in range(2, replications + 2):
        alone(number)
    seconds = time.process_time() - began
    OneByOne.start_anew()
    with patch("scenarios.simulation.LiveWorld", OneByOne):
        for number in range(2, replications + 2):
            alone(number)
    with parts() as stopwatch:
        for number in range(2, replications + 2):
            alone(number)
    whole = sum(stopwatch.seconds.values())
    loop = seconds - OneByOne.quick_seconds + OneByOne.loop_seconds
    years = replications * scenario.years
    return {
        "children": len(work.outlooks[TODAY].world.placements),
        "homes": len(work.outlooks[TODAY].world.homes),
        "years": years,
        "years_a_second": years / seconds,
        "loop_years_a_second": years / loop,
        "times_the_loop": loop / seconds,
        "decisions": OneByOne.decisions,
        "decisions_agreed": OneByOne.agreed,
        "share_of_time_in_decisions": OneByOne.quick_seconds / seconds,
        "shares": {name: each / whole for name, each in stopwatch.seconds.items()},
    }


def paired(scenario: Scenario, *, replications: int) -> dict[str, Any]:
    """Measure a run of today and one variant, on all cores.

    Parameters
    ----------
    scenario
        What is run; the first of its variants.
    replications
        How many futures.
    """
    work, description = work_of(scenario)
    names = list(work.outlooks)[:2]
    work = replace(work, outlooks={name: work.outlooks[name] for name in names})
    description = description.model_copy(update={"variants": description.variants[:2]})
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        crew = Processes(cores())
        run_scenario(
            work, description, out=Path(folder) / "run", replications=replications, crew=crew
        )
    seconds = time.perf_counter() - began
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return {
        "replications": replications,
        "years": scenario.years,
        "processes": cores(),
        "seconds": seconds,
        "processor_seconds": processor,
        "years_a_processor_second": 2 * replications * scenario.years / processor,
        "many": MANY,
        "minutes_of_many": MANY / replications * processor / cores() / 60,
    }


def scaling(scenario: Scenario, *, replications: int, most: int) -> list[dict[str, Any]]:
    """Measure a run with one process and more, then with as many Dask workers.

    Parameters
    ----------
    scenario
        What is run.
    replications
        How many futures.
    most
        Up to how many workers, doubling from 1.

    Returns
    -------
    list of dict
        Seconds, the speed-up over one worker of the same kind, and whether the results are
        the same to the bit.
    """
    counts = [1 << power for power in range(most.bit_length()) if 1 << power <= most]
    rows: list[dict[str, Any]] = []
    first: dict[str, float] = {}
    expected: bytes | None = None
    for kind in ("processes", "Dask workers"):
        for count in counts:
            with tempfile.TemporaryDirectory() as folder, _crew(kind, count, folder) as crew:
                began = time.perf_counter()
                found = _run(scenario, replications, crew, Path(folder) / "run")
                seconds = time.perf_counter() - began
                content = (Path(folder) / "run" / "results.csv").read_bytes()
            expected = expected or content
            rows.append(
                {
                    "workers": f"{count} {kind}",
                    "years": found.summary.replications
                    * found.summary.years
                    * len(found.summary.variants),
                    "seconds": round(seconds, 2),
                    "speed_up": round(first.setdefault(kind, seconds) / seconds, 2),
                    "same": content == expected,
                }
            )
    return rows


@contextmanager
def _crew(kind: str, count: int, folder: str) -> Iterator[Crew]:
    if kind == "processes":
        yield Processes(count)
        return
    with local_cluster(count, Path(folder)) as address:
        yield Cluster(address)


def _run(scenario: Scenario, replications: int, crew: Crew, out: Path) -> RunResult:
    work, description = work_of(scenario)
    return run_scenario(work, description, out=out, replications=replications, crew=crew)


def strategies(
    *, replications: int, years: int = 5, size: float = 1.0, kept: Path | None = None
) -> list[dict[str, Any]]:
    """Run the three scenarios of the strategies: cost and near-home rate against today.

    Parameters
    ----------
    replications, years
        How many futures of how many years.
    size
        Of the county.
    kept
        A folder for the futures: what was interrupted, or ran for fewer, goes on from there.
        None keeps nothing.
    """
    scenario = replace(parse_scenario(new_scenario_text()), years=years, size=size)
    anew = kept is None or not kept.exists()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        out = kept or Path(folder) / "run"
        found = _run(scenario, replications, Processes(cores()), out)
    seconds = time.perf_counter() - began
    rows = []
    for variant in found.summary.variants[1:]:
        for name in HEADLINES:
            rows.append(
                {
                    "scenario": variant.name,
                    "years": years,
                    "measure": name,
                    **variant.differences[name].model_dump(mode="json"),
                }
            )
    rows += pairing(found.values)
    rows += coverage_within(found.values, replications=min(20, replications - 1))
    if anew:
        rows.append({"seconds": round(seconds, 1), "processes": cores()})
    return rows


def run(smoke: bool, *, kept: Path | None = None) -> Iterator[dict[str, Any]]:
    """Measure everything, or everything in a small form.

    Parameters
    ----------
    smoke
        Small and quick.
    kept
        A folder for futures; see :func:`strategies`.
    """
    whole = parse_scenario(new_scenario_text())
    county = replace(whole, years=1, size=0.05) if smoke else replace(whole, years=5)
    few = replace(county, years=1)
    yield {"figure": "speed", **speed(few, replications=1 if smoke else 3)}
    yield {"figure": "paired", **paired(county, replications=2 if smoke else PAIRED)}
    for row in scaling(few, replications=2 if smoke else 4, most=cores()):
        yield {"figure": "scaling", **row}
    for row in coverage_of_known_truth(runs=10 if smoke else 200):
        yield {"figure": "coverage", **row}
    for row in strategies(
        replications=3 if smoke else FUTURES, years=county.years, size=county.size, kept=kept
    ):
        yield {"figure": "strategies", **row}


def many(smoke: bool) -> dict[str, Any]:
    """Measure a run of as many futures as a council would ask for, or of two small ones."""
    whole = parse_scenario(new_scenario_text())
    county = replace(whole, years=1, size=0.05) if smoke else replace(whole, years=5)
    return paired(county, replications=2 if smoke else MANY)


def main() -> int:
    """Print what is asked for as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "what", choices=["all", "speed", "scaling", "coverage", "pairing", "strategies"]
    )
    parser.add_argument("--runs", type=int, default=200, help="runs or replications")
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--size", type=float, default=1.0, help="of the county")
    parser.add_argument(
        "--kept", type=Path, help="strategies: keep futures in this folder, and go on from there"
    )
    asked = parser.parse_args()
    county = replace(parse_scenario(new_scenario_text()), years=asked.years, size=asked.size)
    if asked.what == "all":
        rows = list(run(smoke=False))
    elif asked.what == "speed":
        rows = [speed(county, replications=asked.runs)]
    elif asked.what == "scaling":
        rows = scaling(county, replications=asked.runs, most=cores())
    elif asked.what == "coverage":
        rows = coverage_of_known_truth(runs=asked.runs)
    elif asked.what == "strategies":
        rows = strategies(
            replications=asked.runs, years=asked.years, size=asked.size, kept=asked.kept
        )
    else:
        paired = run_known_truth(KnownTruth(), asked.runs)
        apart = run_known_truth(replace(KnownTruth(), paired=False), asked.runs)
        rows = [{"futures": "shared", **row} for row in pairing(paired.values)]
        rows += [{"futures": "apart", **row} for row in pairing(apart.values)]
    print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
