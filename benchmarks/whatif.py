"""What-if: speed, speed-up, shared random numbers, coverage, and three scenarios.

python -m benchmarks.whatif coverage [--runs 200]
python -m benchmarks.whatif pairing
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.known_truth import KnownTruth
from scenarios.intervals import of_futures, of_mean
from scenarios.processes import ThisProcess
from scenarios.results import WHOLE_RUN
from scenarios.runner import run_scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.results import RunResult, Values

HEADLINES = ("near_home_rate", "yearly_cost")


def run_known_truth(work: KnownTruth, replications: int) -> RunResult:
    """Run a council whose truth is known, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        return run_scenario(
            work,
            work.description(),
            out=Path(folder) / "run",
            replications=replications,
            crew=ThisProcess(),
        )


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


def coverage_within(
    values: Values, *, replications: int = 20, seed: int = 1
) -> list[dict[str, Any]]:
    """Take each replication of a run in turn as what comes true, foreseen from some others.

    Parameters
    ----------
    values
        Of a run with many more replications than are used to foresee.
    replications
        From how many others each is foreseen.
    seed
        Chooses them.

    Returns
    -------
    list of dict
        For each headline measure, how often the interval over futures holds the difference
        that comes true, and how often the interval of the mean holds the mean of them all.
    """
    rows = []
    for name in HEADLINES:
        random = np.random.default_rng(seed)
        change = changes(values, name)
        held = mean_held = 0
        for i in range(len(change)):
            others = random.choice(np.delete(change, i), replications, replace=False)
            low, high = of_futures(others)
            held += bool(low <= change[i] <= high)
            low, high = of_mean(others)
            mean_held += bool(low <= change.mean() <= high)
        rows.append(
            {
                "truth": "each simulated future in turn",
                "measure": name,
                "runs": len(change),
                "replications": replications,
                "mean_held": mean_held / len(change),
                "future_held": held / len(change),
            }
        )
    return rows


def changes(values: Values, measure: str) -> NDArray[np.float64]:
    """Return the paired differences of the last variant, without those that have no value."""
    change = values.of(values.variants[-1], measure, WHOLE_RUN) - values.of(
        values.variants[0], measure, WHOLE_RUN
    )
    known: NDArray[np.float64] = change[~np.isnan(change)]
    return known


def pairing(values: Values) -> list[dict[str, Any]]:
    """Compare the variance of paired differences with that of unpaired ones.

    Unpaired, a difference of two independent futures has the sum of both variances.

    Parameters
    ----------
    values
        Of any run.

    Returns
    -------
    list of dict
        For each variant and headline measure, the ratio: below 1 sharing helps.
    """
    rows = []
    for variant in values.variants[1:]:
        for name in HEADLINES:
            base, other = values.of(values.variants[0], name), values.of(variant, name)
            apart = float(np.var(base, ddof=1) + np.var(other, ddof=1))
            rows.append(
                {
                    "variant": variant,
                    "measure": name,
                    "replications": len(base),
                    "ratio": float(np.var(other - base, ddof=1)) / apart,
                }
            )
    return rows


def main() -> int:
    """Print what is asked for as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("what", choices=["coverage", "pairing"])
    parser.add_argument("--runs", type=int, default=200)
    asked = parser.parse_args()
    if asked.what == "coverage":
        rows = coverage_of_known_truth(runs=asked.runs)
    else:
        paired = run_known_truth(KnownTruth(), asked.runs)
        apart = run_known_truth(replace(KnownTruth(), paired=False), asked.runs)
        rows = [{"futures": "shared", **row} for row in pairing(paired.values)]
        rows += [{"futures": "apart", **row} for row in pairing(apart.values)]
    print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
