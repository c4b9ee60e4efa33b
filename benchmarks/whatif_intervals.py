"""What a run's own futures say: whether intervals hold, what shared random numbers are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.intervals import of_futures, of_mean
from scenarios.results import WHOLE_RUN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.results import Values

HEADLINES = ("near_home_rate", "yearly_cost")
"""The measures that are looked at."""


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
