"""A forecast of children in care as a value: mean and 5, 50 and 95 per cent, month by month."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.record import Record
from matcher.errors import DataError, UsageError
from matcher.version import VERSION
from scenarios.history.exposure import CATEGORIES, month_ends
from scenarios.history.groups import AgeBand
from scenarios.history.projection import project
from scenarios.history.rates import learn

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from scenarios.history.history import History

DRAWS = 1000
MOST_MONTHS = 240


class Band(Record):
    """A figure for each month, with its doubt.

    Parameters
    ----------
    mean
        Over all futures.
    p05, p50, p95
        Five, fifty and ninety-five per cent of futures lie at or below.
    """

    mean: tuple[float, ...]
    p05: tuple[float, ...]
    p50: tuple[float, ...]
    p95: tuple[float, ...]

    @classmethod
    def of(cls, futures: NDArray[np.int64]) -> Band:
        """Return the band of futures, shape (futures, months)."""
        low, middle, high = np.quantile(futures, (0.05, 0.5, 0.95), axis=0)
        rounded = [
            tuple(round(float(each), 2) for each in line)
            for line in (futures.mean(axis=0), low, middle, high)
        ]
        return cls(mean=rounded[0], p05=rounded[1], p50=rounded[2], p95=rounded[3])


class Stamp(Record):
    """What a forecast was made from, so that it can be made again.

    Parameters
    ----------
    version
        Of Near Home.
    data_hash
        Of the joined episodes.
    train_to
        The last day known to the forecast.
    seed, draws
        Of the simulation.
    population
        Whether a table of the population was given.
    """

    version: str
    data_hash: str
    train_to: date
    seed: int
    draws: int
    population: bool


class Forecast(Record):
    """Children in care at the end of each month, short breaks apart.

    Parameters
    ----------
    schema_version
        Of this answer.
    train_to
        The last day known to the forecast.
    in_care_then
        Children in care on that day.
    months
        The days forecast.
    in_care
        All children.
    by_category
        By placement category: Fostering, Residential, Supported, Other.
    by_age_band
        By age band of the published statistics.
    arrivals_a_year, arrivals_then_a_year
        Children entering care: over the whole time learnt from, and as the level stands at
        its end.
    stamp
        What it was made from.
    """

    schema_version: str = "1.0"
    train_to: date
    in_care_then: int
    months: tuple[date, ...]
    in_care: Band
    by_category: Mapping[str, Band]
    by_age_band: Mapping[str, Band]
    arrivals_a_year: float
    arrivals_then_a_year: float
    stamp: Stamp


def forecast(
    history: History,
    *,
    months: int,
    train_to: date | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    population: Path | None = None,
) -> Forecast:
    """Forecast children in care month by month.

    Parameters
    ----------
    history
        The history.
    months
        How many months ahead, 1 to 240.
    train_to
        The last day known to the forecast; the last day of the returns by default.
    draws
        Futures to simulate, at least 100.
    seed
        The same seed, data and settings give the same answer.
    population
        A CSV file of children in the population: year, age_band, children.

    Returns
    -------
    Forecast
        In total, by placement category and by age band.

    Raises
    ------
    UsageError
        If the day or the numbers cannot be used.
    DataError
        If the table of the population cannot be used.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise UsageError(f"Choose 1 to {MOST_MONTHS} months, not {months}.")
    if draws < 100:
        raise UsageError(f"{draws} futures say nothing of five per cent. Choose 100 or more.")
    learnt = learn(history, train_to)
    days = month_ends(learnt.until, months)
    people = None if population is None else read_population(population, learnt.until, days)
    futures = project(learnt, months=months, draws=draws, seed=seed, population=people)
    a_year = float(learnt.entries.events.sum()) / learnt.years
    return Forecast(
        train_to=learnt.until.date(),
        in_care_then=len(learnt.stock.ages),
        months=tuple(day.date() for day in days),
        in_care=Band.of(futures.total),
        by_category={
            name.value: Band.of(futures.by_category[:, :, i]) for i, name in enumerate(CATEGORIES)
        },
        by_age_band={
            name.value: Band.of(futures.by_band[:, :, i]) for i, name in enumerate(AgeBand)
        },
        arrivals_a_year=round(a_year, 2),
        arrivals_then_a_year=round(a_year * learnt.arrival.mean, 2),
        stamp=Stamp(
            version=VERSION,
            data_hash=data_hash(history),
            train_to=learnt.until.date(),
            seed=seed,
            draws=draws,
            population=population is not None,
        ),
    )


def data_hash(history: History) -> str:
    """Return a hash of the joined episodes and the dates of birth."""
    columns = ["child", "decom", "dec", "rne", "ls", "cin", "place", "provider", "rec", "reason"]
    text = history.episodes[columns].to_csv(index=False) + history.children["dob"].to_csv()
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def read_population(
    path: Path, since: pd.Timestamp, days: list[pd.Timestamp]
) -> NDArray[np.float64]:
    """Return children in the population on some days relative to an earlier one.

    Parameters
    ----------
    path
        CSV with columns ``year``, ``age_band``, ``children``; figures are of mid-year
        (30 June), and between them numbers change at a steady rate.
    since
        The day they are relative to.
    days
        The days asked for.

    Returns
    -------
    ndarray
        Shape (days, age bands).

    Raises
    ------
    DataError
        If a column, a band or a number is missing.
    """
    figures: dict[str, dict[int, float]] = {band.value: {} for band in AgeBand}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                try:
                    figures[row["age_band"].strip().lower()][int(row["year"])] = float(
                        row["children"].replace(",", "")
                    )
                except (KeyError, ValueError, AttributeError, TypeError) as problem:
                    raise DataError(
                        f"{path.name}, row {number}: needs year, age_band (one of "
                        f"{', '.join(band.value for band in AgeBand)}) and children, a number."
                    ) from problem
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {problem.strerror}.") from problem
    empty = [band for band, by_year in figures.items() if not by_year or min(by_year.values()) <= 0]
    if empty:
        raise DataError(f"{path.name} has no children of age {', '.join(empty)}. Add them.")
    at = [_year_of(day) for day in (since, *days)]
    columns = []
    for by_year in figures.values():
        years = sorted(by_year)
        logs = np.interp(at, [year + 0.5 for year in years], [np.log(by_year[y]) for y in years])
        columns.append(np.exp(logs[1:] - logs[0]))
    return np.stack(columns, axis=1)


def _year_of(day: pd.Timestamp) -> float:
    return float(day.year + (day.day_of_year - 1) / (366 if day.is_leap_year else 365))
