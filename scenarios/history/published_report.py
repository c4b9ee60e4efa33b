"""Forecasts from published figures, and their back-test over all authorities, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.record import Record
from scenarios.history.published import Series, predict, row_of
from scenarios.history.published_files import NUMBERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.history.published import Published

OURS, SAME, TREND, FLOW = "near home", "same as last year", "last year's trend", "plain flow"
HORIZONS = (1, 2, 3)


class YearForecast(Record):
    """One year ahead of one series.

    Parameters
    ----------
    year
        31 March of this year, or the year up to it.
    p50, p05, p95
        The middle, and the ends of the 90 per cent interval; null when the last published
        figure is not known.
    """

    year: int
    p50: float | None
    p05: float | None
    p95: float | None


class PublishedForecast(Record):
    """Forecasts of one authority from published figures.

    Parameters
    ----------
    schema_version
        Of this answer.
    authority, name
        ONS code and name.
    since
        The last year published.
    source
        The publication.
    published
        Figures by series and year; null when suppressed.
    forecast
        By series.
    """

    schema_version: str = "1.0"
    authority: str
    name: str
    since: int
    source: str
    published: Mapping[str, Mapping[int, int | None]]
    forecast: Mapping[str, tuple[YearForecast, ...]]


class HorizonScore(Record):
    """How methods did at one horizon.

    Parameters
    ----------
    years_ahead
        The horizon.
    origins
        Last years known.
    forecasts
        Authorities times origins.
    mae
        Mean absolute error of each method, in children.
    coverage
        Share of figures within Near Home's 90 per cent interval.
    width
        Mean width of that interval, in children.
    """

    years_ahead: int
    origins: tuple[int, ...]
    forecasts: int
    mae: Mapping[str, float]
    coverage: float
    width: float


class PublishedBacktest(Record):
    """The back-test over all authorities.

    Parameters
    ----------
    schema_version
        Of this answer.
    source
        The publication.
    authorities
        Authorities with every figure of every series.
    series
        Scores by series and horizon.
    by_origin
        Mean absolute error one year ahead of children looked after, by last year known.
    """

    schema_version: str = "1.0"
    source: str
    authorities: int
    series: Mapping[str, tuple[HorizonScore, ...]]
    by_origin: Mapping[int, Mapping[str, float]]


def published_forecast(published: Published, authority: str, *, years: int) -> PublishedForecast:
    """Forecast one authority some years beyond the last published.

    Raises
    ------
    NotFoundError
        If the authority is not published.
    """
    row = row_of(published, authority)
    since = published.years[-1]
    found = {}
    for series in Series:
        lines = []
        for ahead in range(1, years + 1):
            middle, low, high = (
                float(each[row]) for each in predict(published, series, since=since, ahead=ahead)
            )
            known = bool(np.isfinite(middle))
            p50, p05, p95 = (round(each, 1) if known else None for each in (middle, low, high))
            lines.append(YearForecast(year=since + ahead, p50=p50, p05=p05, p95=p95))
        found[series.value] = tuple(lines)
    return PublishedForecast(
        authority=authority,
        name=str(published.names.iloc[row]),
        since=since,
        source=NUMBERS.title,
        published={
            series.value: {
                int(year): None if np.isnan(value) else int(value)
                for year, value in published.values[series].iloc[row].items()
            }
            for series in Series
        },
        forecast=found,
    )


def published_backtest(published: Published) -> PublishedBacktest:
    """Test forecasts from every year, each trained on what came before it, on all authorities."""
    complete = np.ones(len(published.names), dtype=bool)
    for frame in published.values.values():
        complete &= frame.notna().all(axis=1).to_numpy()
    scores = {}
    by_origin: dict[int, dict[str, float]] = {}
    for series in Series:
        lines = []
        for ahead in HORIZONS:
            origins = [year for year in published.years[1:] if year + ahead in published.years]
            wrong: dict[str, list[NDArray[np.float64]]] = {}
            covered, widths = [], []
            for since in origins:
                actual = _of(published, series, since + ahead)[complete]
                middle, low, high = (
                    each[complete] for each in predict(published, series, since=since, ahead=ahead)
                )
                covered.append((low <= actual) & (actual <= high))
                widths.append(high - low)
                methods = {OURS: middle, **_naive(published, series, since, ahead, complete)}
                for name, each in methods.items():
                    wrong.setdefault(name, []).append(np.abs(each - actual))
                if series is Series.IN_CARE and ahead == 1:
                    by_origin[since] = {
                        name: round(float(each[-1].mean()), 2) for name, each in wrong.items()
                    }
            if origins:
                lines.append(
                    HorizonScore(
                        years_ahead=ahead,
                        origins=tuple(origins),
                        forecasts=int(complete.sum()) * len(origins),
                        mae={
                            name: round(float(np.concatenate(each).mean()), 2)
                            for name, each in wrong.items()
                        },
                        coverage=round(float(np.concatenate(covered).mean()), 4),
                        width=round(float(np.concatenate(widths).mean()), 1),
                    )
                )
        scores[series.value] = tuple(lines)
    return PublishedBacktest(
        source=NUMBERS.title, authorities=int(complete.sum()), series=scores, by_origin=by_origin
    )


def _of(published: Published, series: Series, year: int) -> NDArray[np.float64]:
    return np.asarray(published.values[series][year], dtype=np.float64)


def _naive(
    published: Published, series: Series, since: int, ahead: int, keep: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """Return the naive forecasts; plain flow is mean starts and a constant leaving rate."""
    now, before = (_of(published, series, year)[keep] for year in (since, since - 1))
    found = {SAME: now, TREND: np.maximum(now + ahead * (now - before), 0)}
    if series is Series.IN_CARE:
        years = [year for year in published.years if year <= since]
        starts = np.mean([_of(published, Series.STARTING, year)[keep] for year in years], axis=0)
        leaving = np.mean(
            [
                _of(published, Series.CEASING, year)[keep]
                / _of(published, Series.IN_CARE, year - 1)[keep]
                for year in years[1:]
            ],
            axis=0,
        )
        stock = now
        for _ in range(ahead):
            stock = stock + starts - leaving * stock
        found[FLOW] = stock
    return found
