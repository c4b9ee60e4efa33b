"""Forecasts from published yearly figures, partially pooled over all authorities.

The numbers of one authority over five years say next to nothing of their own direction: over
150 of them, last year's change and next year's are uncorrelated, and a trend is worse than no
change. What does foretell a little is the distance between an authority's rate and those of
its region: it closes by some five to eight per cent a year. So the forecast is the latest
figure, drawn a little towards the region, by a slope learnt from all authorities and damped
towards none; and for starting and ceasing, which chance throws about more, the last change is
taken back in part. The interval is as wide as past forecasts of authorities of that size were
wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import DataError, NotFoundError
from scenarios.history.published_files import NUMBERS, find_file

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

COVERAGE = 0.90
_SLOPE_SDS = (0.03, 0.15)
"""How far from none the slopes may lie before the data have spoken: towards the region, and of
the last change."""
_LEAST_VARIANCE = 1e-4


class Series(StrEnum):
    """A published yearly series."""

    IN_CARE = "Children looked after on 31 March each year"
    STARTING = "Children starting to be looked after each year"
    CEASING = "Children ceasing to be looked after each year"


@dataclass(frozen=True)
class Published:
    """Yearly series of all authorities.

    Parameters
    ----------
    values
        Figures by series: one row an authority, one column a year.
    population
        Children aged 0 to 17, in the same shape.
    regions
        By authority.
    names
        By authority.
    """

    values: dict[Series, pd.DataFrame]
    population: pd.DataFrame
    regions: pd.Series
    names: pd.Series

    @property
    def years(self) -> list[int]:
        """The years published, in order."""
        return [int(year) for year in self.population.columns]


def read_published(folder: Path) -> Published:
    """Read the yearly series of all authorities.

    Raises
    ------
    DataError
        If the file is not there, or has fewer than two years.
    """
    rows = find_file(folder, NUMBERS)
    rows = rows[rows["level"].eq("Local authority") & rows["code"].ne("")]
    rows = rows.drop_duplicates(["code", "year", "key"])
    values = {
        series: rows[rows["key"].eq(series.value)].pivot(
            index="code", columns="year", values="value"
        )
        for series in Series
    }
    years = sorted(values[Series.IN_CARE].columns)
    if len(years) < 2:
        raise DataError(f"{NUMBERS.title}: a forecast needs two years or more, and it has {years}.")
    codes = values[Series.IN_CARE].index
    one = rows.drop_duplicates("code").set_index("code")
    return Published(
        values={
            # None at all has no rate of change; it is left out as if not known.
            key: frame.reindex(index=codes, columns=years).where(lambda each: each > 0)
            for key, frame in values.items()
        },
        population=rows.pivot_table(index="code", columns="year", values="population").reindex(
            index=codes, columns=years
        ),
        regions=one["region"].reindex(codes),
        names=one["name"].reindex(codes),
    )


@dataclass(frozen=True)
class Fitted:
    """What all authorities say up to a year.

    Parameters
    ----------
    slopes
        Of the distance to the region's rate, and of the last change; a year.
    common, by_size
        Variance of a year's log change: common plus by_size over the figure.
    width
        Standard deviations on either side that hold nine in ten of past errors.
    """

    slopes: NDArray[np.float64]
    common: float
    by_size: float
    width: float


def _signs(published: Published, series: Series, year: int) -> NDArray[np.float64]:
    """Return what foretells change: distance to the region, and the last change."""
    values = published.values[series]
    rate = np.log(values[year] / published.population[year])
    distance = rate - rate.groupby(published.regions).transform("mean")
    columns = [distance]
    if series is not Series.IN_CARE:
        last = (
            np.log(values[year] / values[year - 1])
            if year - 1 in values.columns
            else distance * np.nan
        )
        columns.append(last)
    return np.stack([column.to_numpy(dtype=float) for column in columns], axis=1)


def fit(published: Published, series: Series, until: int) -> Fitted:
    """Learn from every change of every authority up to a year.

    Parameters
    ----------
    published
        The figures.
    series
        Which series.
    until
        The last year known.

    Raises
    ------
    DataError
        If no change lies before that year.
    """
    values = published.values[series]
    signs, changes, sizes = [], [], []
    for year in published.years:
        if year >= until or year + 1 not in values.columns:
            continue
        change = np.log(values[year + 1] / values[year]).to_numpy(dtype=float)
        sign = _signs(published, series, year)
        # What no year before tells of counts as no change, and teaches nothing.
        sign[:, 1:] = np.nan_to_num(sign[:, 1:])
        good = np.isfinite(change) & np.isfinite(sign).all(axis=1)
        signs.append(sign[good])
        changes.append(change[good])
        sizes.append(values[year].to_numpy(dtype=float)[good])
    if not changes:
        raise DataError(f"To forecast from {until}, figures of {until - 1} and before are needed.")
    sign, change, size = np.concatenate(signs), np.concatenate(changes), np.concatenate(sizes)
    # Changes that all authorities share come and go; they widen the interval and no more.
    shared = np.concatenate([np.full(len(each), each.mean()) for each in changes])
    spread = max(float(np.var(change - shared)), _LEAST_VARIANCE)
    damping = np.diag([spread / sd**2 for sd in _SLOPE_SDS[: sign.shape[1]]])
    slopes = np.linalg.solve(sign.T @ sign + damping, sign.T @ (change - shared))
    wrong = change - sign @ slopes
    common, by_size = _variances(wrong, size)
    scaled = np.abs(wrong) / np.sqrt(common + by_size / size)
    return Fitted(slopes, common, by_size, float(np.quantile(scaled, COVERAGE)))


def _variances(wrong: NDArray[np.float64], size: NDArray[np.float64]) -> tuple[float, float]:
    """Return the two parts of the variance that make the errors likeliest."""
    best, most = (_LEAST_VARIANCE, 1.0), -np.inf
    for common in np.geomspace(_LEAST_VARIANCE, 0.05, 40):
        for by_size in (0.0, *np.geomspace(0.1, 10.0, 40)):
            variance = common + by_size / size
            likelihood = float(-0.5 * np.sum(np.log(variance) + wrong**2 / variance))
            if likelihood > most:
                best, most = (float(common), float(by_size)), likelihood
    return best


def predict(
    published: Published, series: Series, *, since: int, ahead: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Forecast every authority some years ahead.

    Parameters
    ----------
    published
        The figures; nothing after ``since`` is looked at.
    series
        Which series.
    since
        The last year known.
    ahead
        Years ahead, from 1.

    Returns
    -------
    tuple of ndarray
        Middle, and the 5 and 95 per cent ends, by authority; nan where the last figure is not
        known.
    """
    fitted = fit(published, series, since)
    now = published.values[series][since].to_numpy(dtype=float)
    sign = np.nan_to_num(_signs(published, series, since))
    # The distance closes by the same share each year; the last change is taken back once.
    closing = sum((1 + fitted.slopes[0]) ** year for year in range(ahead))
    change = sign[:, 0] * fitted.slopes[0] * closing
    if sign.shape[1] > 1:
        change = change + sign[:, 1] * fitted.slopes[1]
    # Chance adds up in who is in care; in a year's starts or ends it is of that year alone.
    chance = fitted.by_size / now * (ahead if series is Series.IN_CARE else 1)
    out = fitted.width * np.sqrt(fitted.common * ahead + chance)
    return now * np.exp(change), now * np.exp(change - out), now * np.exp(change + out)


def row_of(published: Published, authority: str) -> int:
    """Return the place of an authority among all.

    Raises
    ------
    NotFoundError
        If it is not among them.
    """
    if authority not in published.names.index:
        raise NotFoundError(
            f"{authority} is not in the published figures. Give the ONS code of an English "
            "authority, such as E06000060."
        )
    return int(published.names.index.get_loc(authority))
