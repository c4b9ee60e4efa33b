"""Paired differences over replications, with two intervals and a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenarios.intervals import half_width_of_mean, of_futures, of_mean, quantile_of_futures
from scenarios.measures import MEASURES, Measure
from scenarios.results import Difference, Fan, Good, Level, Unit, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scenarios.replication import Counted, Replication

LEAST_REPLICATIONS = 2
"""One future has no interval, and a mean is never shown without."""


def measures_counted(replication: Replication) -> tuple[Measure, ...]:
    """Return the measures for which everything they need was counted.

    Parameters
    ----------
    replication
        Any of a run.
    """
    names = next(iter(replication.values())).years[0]
    return tuple(each for each in MEASURES if each.counted_in(names))


def measured(replication: Replication, measures: Sequence[Measure]) -> NDArray[np.float64]:
    """Work out measures of one replication.

    Parameters
    ----------
    replication
        What was counted.
    measures
        Which of them.

    Returns
    -------
    numpy.ndarray
        Variant x year x measure; year 0 is the whole run, nan where a measure has no value.
    """
    return np.stack([_rows(each, measures) for each in replication.values()])


def _rows(counted: Counted, measures: Sequence[Measure]) -> NDArray[np.float64]:
    rows = np.full((len(counted.years) + 1, len(measures)), np.nan)
    for year in range(len(counted.years) + 1):
        sums = counted.sums(year)
        for k, measure in enumerate(measures):
            value = measure.of(sums)
            if value is not None:
                rows[year, k] = value
    return rows


def level(values: NDArray[np.float64], unit: Unit) -> Level | None:
    """Describe a measure of one variant; None with fewer than two replications.

    Parameters
    ----------
    values
        One for each replication; nan where the measure has no value.
    unit
        Of the measure: intervals of a share stay between 0 and 1.
    """
    known = values[~np.isnan(values)]
    if len(known) < LEAST_REPLICATIONS:
        return None
    ends = [*of_mean(known), *of_futures(known)]
    lowest, highest = _possible(known, unit)
    mean_low, mean_high, p05, p95 = (float(np.clip(end, lowest, highest)) for end in ends)
    return Level(
        mean=float(np.mean(known)),
        mean_low=mean_low,
        mean_high=mean_high,
        p05=p05,
        p95=p95,
        replications=len(known),
    )


def difference(
    base: NDArray[np.float64], variant: NDArray[np.float64], good: Good = Good.NEITHER
) -> Difference | None:
    """Compare a variant with the base, future by future.

    Parameters
    ----------
    base, variant
        One value for each replication, in the same order; nan where there is none.
    good
        Which way the measure should move.

    Returns
    -------
    Difference or None
        None with fewer than two replications in which both have a value.
    """
    both = ~(np.isnan(base) | np.isnan(variant))
    before, after = base[both], variant[both]
    if len(before) < LEAST_REPLICATIONS:
        return None
    change = after - before
    mean = float(np.mean(change))
    p05, p95 = of_futures(change)
    low, high = of_mean(change)
    verdict = _verdict(change, (low, high), (p05, p95))
    sure = verdict in (Verdict.CLEAR, Verdict.ON_AVERAGE)
    return Difference(
        mean=mean,
        p05=p05,
        p95=p95,
        mean_low=low,
        mean_high=high,
        base=float(np.mean(before)),
        variant=float(np.mean(after)),
        verdict=verdict,
        better=(mean > 0) == (good is Good.MORE) if sure and good is not Good.NEITHER else None,
        replications=len(change),
    )


def unpaired_difference(
    base: NDArray[np.float64], variant: NDArray[np.float64], good: Good = Good.NEITHER
) -> Difference | None:
    """Compare two runs that do not share their futures.

    Every value of one is held against every value of the other: all that the two have in
    common is the question.

    Parameters
    ----------
    base, variant
        One value for each replication, nan where there is none.
    good
        Which way the measure should move.
    """
    before, after = base[~np.isnan(base)], variant[~np.isnan(variant)]
    if min(len(before), len(after)) < LEAST_REPLICATIONS:
        return None
    mean = float(np.mean(after)) - float(np.mean(before))
    half = float(np.hypot(half_width_of_mean(before), half_width_of_mean(after)))
    change = (after[:, None] - before[None, :]).ravel()
    p05, p95 = (float(np.quantile(change, share)) for share in (0.05, 0.95))
    verdict = _verdict(change, (mean - half, mean + half), (p05, p95))
    sure = verdict in (Verdict.CLEAR, Verdict.ON_AVERAGE)
    return Difference(
        mean=mean,
        p05=p05,
        p95=p95,
        mean_low=mean - half,
        mean_high=mean + half,
        base=float(np.mean(before)),
        variant=float(np.mean(after)),
        verdict=verdict,
        better=(mean > 0) == (good is Good.MORE) if sure and good is not Good.NEITHER else None,
        replications=min(len(before), len(after)),
    )


def _verdict(
    change: NDArray[np.float64], of_the_mean: tuple[float, float], futures: tuple[float, float]
) -> Verdict:
    if not np.any(change):
        return Verdict.NO_DIFFERENCE
    if of_the_mean[0] <= 0 <= of_the_mean[1]:
        return Verdict.INSIDE_THE_NOISE
    return Verdict.ON_AVERAGE if futures[0] <= 0 <= futures[1] else Verdict.CLEAR


def fan(values: NDArray[np.float64], unit: Unit | None = None) -> Fan:
    """Describe a measure year by year.

    Parameters
    ----------
    values
        Replication x year, the whole run left out; nan where there is no value.
    unit
        Of the measure; none for differences, which know no bounds.
    """
    columns: list[list[float | None]] = []
    for year in range(values.shape[1]):
        known = values[~np.isnan(values[:, year]), year]
        if len(known) < LEAST_REPLICATIONS:
            columns.append([None] * 6)
            continue
        points = [quantile_of_futures(known, share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)]
        if unit is not None:
            points = np.clip(points, *_possible(known, unit)).tolist()
        columns.append([float(np.mean(known)), *points])
    mean, p05, p25, p50, p75, p95 = (tuple(column[i] for column in columns) for i in range(6))
    return Fan(mean=mean, p05=p05, p25=p25, p50=p50, p75=p75, p95=p95)


def _possible(known: NDArray[np.float64], unit: Unit) -> tuple[float, float]:
    """Return between which values a measure can lie at all."""
    return min(0.0, float(known.min())), 1.0 if unit is Unit.SHARE else np.inf
