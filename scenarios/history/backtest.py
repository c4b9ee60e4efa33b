"""The forecast tested on what happened next, beside naive forecasts and cs-demand-model.

From each origin a forecast is made from what was known then, and held to the children in
care in the months that followed. The returns of later years fill gaps in those of earlier
ones for the forecast and for the truth alike; no end, start or move after the origin is seen.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from matcher.domain.record import Record
from matcher.errors import UsageError
from scenarios.history import peer_run
from scenarios.history.exposure import (
    CATEGORIES,
    as_known_on,
    in_care_on,
    month_ends,
)
from scenarios.history.projection import project
from scenarios.history.rates import learn
from scenarios.history.tables import EPISODES, HEADER, TableName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.history.history import History

OURS, LAST, TREND = "near home", "last value", "last year's trend"
PEER = "cs-demand-model 0.5.1"
PEER_WINDOWS = (6, 12)
"""Months of reference: six is its own default; twelve is kinder to yearly rhythms."""
_PEER_SECONDS = 1800


class Score(Record):
    """How far one method was out.

    Parameters
    ----------
    mae
        Mean absolute error of children in care, over all origins and months.
    mae_last_month
        The same at the last month of each origin only.
    mae_by_category
        Mean absolute error of a placement category, over all four.
    bias
        Mean error; above 0 it forecast too many.
    mae_own_count
        For cs-demand-model, held to its own count of children in care, which includes short
        breaks and everyone whose end was never returned; null for the others.
    """

    mae: float
    mae_last_month: float
    mae_by_category: float
    bias: float
    mae_own_count: float | None = None


class Origin(Record):
    """One origin.

    Parameters
    ----------
    day
        The last day known.
    in_care
        Children in care on it.
    months
        The days forecast.
    actual
        Children in care on them.
    forecasts
        Of each method.
    p05, p95
        The 90 per cent interval of Near Home's forecast.
    covered
        How many of the days lie within it.
    mae
        Of each method, over these days.
    """

    day: date
    in_care: int
    months: tuple[date, ...]
    actual: tuple[int, ...]
    forecasts: Mapping[str, tuple[float, ...]]
    p05: tuple[float, ...]
    p95: tuple[float, ...]
    covered: int
    mae: Mapping[str, float]


class Backtest(Record):
    """The table of all methods over all origins.

    Parameters
    ----------
    schema_version
        Of this answer.
    horizon
        Months forecast from each origin.
    scores
        By method.
    coverage
        Share of all months within the 90 per cent interval.
    coverage_last_month
        The same at the last month of each origin.
    caution
        What the sample cannot say.
    origins
        In order.
    """

    schema_version: str = "1.0"
    horizon: int
    scores: Mapping[str, Score]
    coverage: float
    coverage_last_month: float
    caution: str
    origins: tuple[Origin, ...]


def backtest(
    history: History,
    *,
    horizon: int = 12,
    step: int = 12,
    draws: int = 1000,
    seed: int = 1,
    peer: Path | None = None,
) -> Backtest:
    """Test the forecast from every origin that leaves enough months to hold it to.

    Parameters
    ----------
    history
        The history; two years or more.
    horizon
        Months to forecast from each origin.
    step
        Months between origins: 12 holds out each collection year in turn.
    draws, seed
        Of the simulation.
    peer
        Python of an environment with cs-demand-model 0.5.1, to run it on the same files.

    Returns
    -------
    Backtest
        Scores of every method.

    Raises
    ------
    UsageError
        If there are not enough years, or the peer cannot be run.
    """
    first = pd.Timestamp(history.first_day) - pd.Timedelta(days=1)
    last = pd.Timestamp(history.last_day)
    days = [
        day for day in month_ends(first, 12 * 60) if day + pd.DateOffset(months=horizon) <= last
    ]
    origins = days[11::step]
    if not origins:
        raise UsageError(
            f"The returns tell of {history.first_day} to {history.last_day}. To test a forecast of "
            f"{horizon} months, a year to learn from and {horizon} months after it are needed."
        )
    truth = as_known_on(history, last)
    methods: dict[str, list[NDArray[np.float64]]] = {OURS: [], LAST: [], TREND: []}
    own: NDArray[np.float64] | None = None
    others: dict[str, list[NDArray[np.float64]]] = {}
    if peer is not None:
        own = _run_peer(history, peer, origins, horizon, others)
    lows, highs, actuals = [], [], []
    for origin in origins:
        ahead = month_ends(origin, horizon)
        actuals.append(np.stack([_counts(truth, day) for day in ahead]))
        futures = project(learn(history, origin.date()), months=horizon, draws=draws, seed=seed)
        methods[OURS].append(futures.by_category.mean(axis=0))
        low, high = np.quantile(futures.total, (0.05, 0.95), axis=0)
        lows.append(low)
        highs.append(high)
        known = as_known_on(history, origin)
        now = _counts(known, origin)
        before = _counts(known, month_ends(origin, -12)[-1])
        methods[LAST].append(np.repeat(now[None], horizon, axis=0))
        steps = np.arange(1, horizon + 1)[:, None] / 12
        methods[TREND].append(np.maximum(now + (now - before) * steps, 0))
    return _report(
        origins=origins,
        horizon=horizon,
        methods={name: np.stack(each) for name, each in {**methods, **others}.items()},
        actual=np.stack(actuals),
        low=np.stack(lows),
        high=np.stack(highs),
        own=own,
        now=[len(in_care_on(as_known_on(history, day), day)) for day in origins],
        untold=sorted({*range(history.years[0], history.years[-1])} - {*history.years}),
    )


def _counts(episodes: pd.DataFrame, day: pd.Timestamp) -> NDArray[np.float64]:
    now = in_care_on(episodes, day)
    return np.bincount(now["category"], minlength=len(CATEGORIES)).astype(float)


def _report(
    *,
    origins: list[pd.Timestamp],
    horizon: int,
    methods: Mapping[str, NDArray[np.float64]],
    actual: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    own: NDArray[np.float64] | None,
    now: list[int],
    untold: list[int],
) -> Backtest:
    total = actual.sum(axis=2)
    covered = (low <= total) & (total <= high)
    scores = {}
    for name, each in methods.items():
        out = each.sum(axis=2) - total
        counted = None if own is None or not name.startswith(PEER) else own.sum(axis=2)
        scores[name] = Score(
            mae=_mean(np.abs(out)),
            mae_last_month=_mean(np.abs(out[:, -1])),
            mae_by_category=_mean(np.abs(each - actual)),
            bias=_mean(out),
            mae_own_count=None if counted is None else _mean(np.abs(each.sum(axis=2) - counted)),
        )
    return Backtest(
        horizon=horizon,
        scores=scores,
        coverage=_mean(covered, 4),
        coverage_last_month=_mean(covered[:, -1], 4),
        caution=(
            f"{len(origins)} {'origin' if len(origins) == 1 else 'origins'} of {horizon} months "
            "that follow each other are not that many independent tests: one year in which "
            "arrivals jump misses all of its months together. Coverage of 85 to 95 per cent can "
            "be told from 70 or 100 only by some forty years of returns, or by many councils."
            + "".join(
                f" There is no return for {year - 1}/{year % 100:02d}: what is held to in it is "
                "what other years tell of it."
                for year in untold
            )
        ),
        origins=tuple(
            Origin(
                day=origin.date(),
                in_care=now[i],
                months=tuple(day.date() for day in month_ends(origin, horizon)),
                actual=tuple(int(each) for each in total[i]),
                forecasts={
                    name: tuple(round(float(x), 2) for x in each[i].sum(axis=1))
                    for name, each in methods.items()
                },
                p05=tuple(round(float(x), 2) for x in low[i]),
                p95=tuple(round(float(x), 2) for x in high[i]),
                covered=int(covered[i].sum()),
                mae={
                    name: _mean(np.abs(each[i].sum(axis=1) - total[i]))
                    for name, each in methods.items()
                },
            )
            for i, origin in enumerate(origins)
        ),
    )


def _mean(values: NDArray[np.float64] | NDArray[np.bool_], digits: int = 2) -> float:
    return round(float(np.mean(values.astype(np.float64))), digits)


def _run_peer(
    history: History,
    python: Path,
    origins: list[pd.Timestamp],
    horizon: int,
    methods: dict[str, list[NDArray[np.float64]]],
) -> NDArray[np.float64]:
    """Run cs-demand-model from every origin, and return its own counts of children in care."""
    with tempfile.TemporaryDirectory(prefix="nearhome-returns-") as folder:
        _lay_out(history, Path(folder))
        request = {
            "folder": folder,
            "windows": PEER_WINDOWS,
            "origins": [
                {
                    "day": str(origin.date()),
                    "months": [str(day.date()) for day in month_ends(origin, horizon)],
                }
                for origin in origins
            ],
        }
        try:
            done = subprocess.run(
                [python, "-I", peer_run.__file__],
                input=json.dumps(request),
                capture_output=True,
                text=True,
                timeout=_PEER_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise UsageError(f"{python} could not be run: {problem}") from problem
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise UsageError(
            f"cs-demand-model failed in {python}: {said}. Make its environment with: make peers"
        )
    answers = json.loads(done.stdout)
    for months in PEER_WINDOWS:
        methods[f"{PEER}, {months} months of reference"] = [
            np.array(answer[str(months)]) for answer in answers
        ]
    return np.stack([np.array(answer["own"]) for answer in answers])


def _lay_out(history: History, folder: Path) -> None:
    """Write episodes and headers as returned, one folder a year, as cs-demand-model reads them."""
    for each in history.returns:
        place = folder / str(each.last)
        place.mkdir(exist_ok=True)
        for table, name in ((EPISODES, TableName.EPISODES), (HEADER, TableName.HEADER)):
            rows = each.rows(name)
            if rows is None:
                continue
            out = rows[[column for column in table.known if column in rows]].copy()
            for column in table.dates:
                out[column] = out[column].dt.strftime("%d/%m/%Y")
            if name is TableName.EPISODES:
                out = out[out["DECOM"].notna() & out["CHILD"].ne("")]
            out.to_csv(place / f"{name.value}.csv", index=False)
