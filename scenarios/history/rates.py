"""Rates learnt from a history: entries, leaving, changes of placement, and moves by reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from matcher.domain.codes import CategoryOfNeed, ReasonPlaceChange
from matcher.errors import UsageError
from scenarios.history.drift import LEAVING_YEARLY_SD, STARTING_YEARLY_SD, Level, follow
from scenarios.history.exposure import (
    CATEGORIES,
    DAYS_PER_YEAR,
    DURATION_STARTS,
    Stock,
    as_known_on,
    care_until,
    stock_on,
)
from scenarios.history.gamma_rates import GammaRates, overall_rate, shrink, shrink_shares
from scenarios.history.groups import BAND_STARTS, AgeBand, bands_of
from scenarios.history.periods import days_within

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from scenarios.history.history import History

NEEDS = tuple(code.value for code in CategoryOfNeed)
REASONS = (*(code.value for code in ReasonPlaceChange), "not given")
BREAKDOWN = ("CREQB", "CREQO", "CHILD", "STAND", "ALLEG")
"""Reasons that say a placement broke down, as far as a code can say it."""
_OLDER = 10


@dataclass(frozen=True)
class Learnt:
    """What a history says up to a day, with the uncertainty of each estimate.

    Parameters
    ----------
    until
        The last day known.
    years
        Length of the time learnt from.
    stock
        Children in care on that day.
    entries
        A year, by age band (shape: bands).
    entries_by_need
        A year, by category of need.
    entry_bands
        Dirichlet parameters of the age bands of those who enter.
    entry_ages
        Ages in years of those who entered, by band.
    entry_categories
        Dirichlet parameters of first placements, by band and category.
    arrival
        The level of arrivals now; level 1 is the mean of the time learnt from.
    leaving
        A child-year, by age band and time in care, at level 1.
    departure
        The level of leaving now.
    changing
        Changes of placement category a child-year, from and to each, by age (under and over
        10): shape (2, categories, categories).
    moves_by_reason
        Changes of carer a child-year, by reason.
    stays
        Years in care after which a quarter, half and three quarters have left, by age band on
        entry; nan where it has not come to that.
    """

    until: pd.Timestamp
    years: float
    stock: Stock
    entries: GammaRates
    entries_by_need: GammaRates
    entry_bands: NDArray[np.float64]
    entry_ages: tuple[NDArray[np.float64], ...]
    entry_categories: NDArray[np.float64]
    arrival: Level
    leaving: GammaRates
    departure: Level
    changing: GammaRates
    moves_by_reason: GammaRates
    stays: NDArray[np.float64]


def learn(history: History, train_to: date | None = None) -> Learnt:
    """Learn rates from everything known on a day.

    Parameters
    ----------
    history
        The history.
    train_to
        The last day known; the last day of the returns by default.

    Returns
    -------
    Learnt
        Every rate as events over exposure, shrunk.

    Raises
    ------
    UsageError
        If the day lies outside the returns, or leaves less than three months of them.
    """
    day = pd.Timestamp(train_to or history.last_day)
    first = pd.Timestamp(history.first_day) - pd.Timedelta(days=1)
    if day > pd.Timestamp(history.last_day) or day < first + pd.Timedelta(days=89):
        raise UsageError(
            f"The returns tell of {history.first_day} to {history.last_day}. Choose a day in them, "
            f"at least three months after the first, to learn up to; {day.date()} is not."
        )
    episodes = as_known_on(history, day)
    if episodes.empty:
        raise UsageError(f"No child was in care up to {day.date()}, so there is nothing to learn.")
    care = care_until(episodes, first, day)
    lengths = np.diff(np.array(care.edges, dtype="datetime64[D]")).astype(float) / DAYS_PER_YEAR
    # Months of a year without a return are known in part, and teach nothing.
    told = np.isin([edge.year + (edge.month > 3) for edge in care.edges[1:]], history.years)
    lengths = lengths * told
    years = float(lengths.sum())
    began = care.entries()
    began = began[began["month"] < care.months]
    began = began[told[began["month"].clip(lower=0).to_numpy()]]
    banded = began[began["band"] >= 0]
    in_bands = np.bincount(banded["band"], minlength=len(AgeBand)).astype(float)
    left, time = (each * told[:, None, None] for each in care.leaving())
    leaving = _leaving(left.sum(axis=0), time.sum(axis=0))
    arrivals = np.bincount(began["month"].clip(lower=0), minlength=care.months).astype(float)
    needs = np.array([float((began["need"] == need).sum()) for need in NEEDS])
    return Learnt(
        until=day,
        years=years,
        stock=stock_on(episodes, day),
        entries=shrink(in_bands, np.full(len(AgeBand), years)),
        entries_by_need=shrink(needs, np.full(len(NEEDS), years)),
        # Bands differ by far more than chance, so each is drawn towards the rest only a little.
        entry_bands=shrink_shares(in_bands, in_bands.clip(min=0.05), strength=1.0),
        entry_ages=tuple(
            banded.loc[banded["band"] == band, "age"].clip(0, 17.99).to_numpy(dtype=np.float64)
            for band in range(len(AgeBand))
        ),
        entry_categories=_entry_categories(banded),
        arrival=follow(
            arrivals.tolist(),
            (lengths * overall_rate(arrivals, years)).tolist(),
            yearly_sd=STARTING_YEARLY_SD,
        ),
        leaving=leaving,
        departure=follow(
            left.sum(axis=(1, 2)).tolist(),
            (time * leaving.mean).sum(axis=(1, 2)).tolist(),
            yearly_sd=LEAVING_YEARLY_SD,
        ),
        changing=_changing(episodes, care.edges[0], day),
        moves_by_reason=_moves_by_reason(episodes, care.edges[0], day),
        stays=_stays(care.periods, care.edges[0], day),
    )


def _leaving(events: NDArray[np.float64], exposure: NDArray[np.float64]) -> GammaRates:
    """Return leaving rates, each cell drawn towards its age band's times its duration's."""
    by_age = shrink(events.sum(axis=1), exposure.sum(axis=1)).mean[:, None]
    expected = (exposure * by_age).sum(axis=0)
    seen = events.sum(axis=0)
    by_duration = (seen + _NEUTRAL) / (expected + _NEUTRAL)
    return shrink(events, exposure, by_age * by_duration)


_NEUTRAL = 5.0
"""Events that say of a duration band that it is as any other, before its own are seen."""


def _entry_categories(began: pd.DataFrame) -> NDArray[np.float64]:
    counts = np.zeros((len(AgeBand), len(CATEGORIES)))
    np.add.at(counts, (began["band"].to_numpy(), began["category"].to_numpy(dtype=int)), 1.0)
    return shrink_shares(counts, counts.sum(axis=0))


def _changing(episodes: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> GammaRates:
    """Return changes of category within care a child-year; temporary absences are none."""
    settled = episodes[~episodes["temporary"]]
    before = settled.groupby("period", sort=False)["category"].shift()
    ages = (settled["decom"] - settled["dob"]).dt.days / DAYS_PER_YEAR
    older = (ages.fillna(_OLDER) >= _OLDER).astype(int).to_numpy()
    within = ((settled["decom"] > start) & (settled["decom"] <= end)).to_numpy()
    changed = before.notna().to_numpy() & within & (before != settled["category"]).to_numpy()
    kinds = len(CATEGORIES)
    events = np.zeros((2, kinds, kinds))
    origin = before.fillna(0).to_numpy(dtype=int)
    target = settled["category"].to_numpy(dtype=int)
    np.add.at(events, (older[changed], origin[changed], target[changed]), 1.0)
    days = days_within(settled, start, end)
    exposure = np.zeros((2, kinds))
    np.add.at(exposure, (older, target), days / DAYS_PER_YEAR)
    time = np.repeat(exposure[:, :, None], kinds, axis=2)
    # Where a child goes from a category is drawn towards where children of any age go from it.
    both = events.sum(axis=0)
    rate = (both + 0.2) / (exposure.sum(axis=0)[:, None] + 1.0)
    found = shrink(events, time, np.repeat(rate[None], 2, axis=0))
    stays = np.eye(kinds, dtype=bool)[None]
    return GammaRates(
        events, time, np.where(stays, 1e-9, found.shape), np.where(stays, 1e-9, found.scale)
    )


def _moves_by_reason(episodes: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> GammaRates:
    settled = episodes[~episodes["temporary"]]
    reasons = settled.groupby("period", sort=False)["reason"].shift()
    moved = settled["moved"] & (settled["decom"] > start) & (settled["decom"] <= end)
    given = reasons[moved].replace("", "not given").fillna("not given")
    events = np.array([float((given == reason).sum()) for reason in REASONS])
    years = days_within(episodes, start, end).sum() / DAYS_PER_YEAR
    return shrink(events, np.full(len(REASONS), years))


def _stays(periods: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> NDArray[np.float64]:
    """Return quartiles of time in care by age band on entry, those still in care included.

    Periods that began before the returns are counted from when the returns begin to see them
    (Kaplan and Meier, with late entry).
    """
    found = np.full((len(AgeBand), 3), np.nan)
    ages = (periods["began"] - periods["dob"]).dt.days / DAYS_PER_YEAR
    bands = bands_of(np.floor(ages.clip(lower=0)).to_numpy(dtype=np.float64))
    enter = (start - periods["began"]).dt.days.clip(lower=0) / DAYS_PER_YEAR
    leave = (periods["ended"].fillna(end) - periods["began"]).dt.days / DAYS_PER_YEAR
    seen = ((periods["ended"].isna()) | (periods["ended"] > start)).to_numpy()
    for band in range(len(AgeBand)):
        own = seen & (bands == band)
        survival = 1.0
        entered, left = enter[own].to_numpy(), leave[own].to_numpy()
        ended = periods.loc[own, "ended"].notna().to_numpy()
        for time in np.unique(left[ended]):
            at_risk = int(((entered < time) & (left >= time)).sum())
            if at_risk < MIN_AT_RISK:
                continue
            survival *= 1 - int((left[ended] == time).sum()) / at_risk
            for i, share in enumerate((0.75, 0.5, 0.25)):
                if survival <= share and np.isnan(found[band, i]):
                    found[band, i] = time
    return found


MIN_AT_RISK = 3
"""Below so many children at risk a step of the survival curve says nothing."""

DURATIONS = tuple(
    f"{DURATION_STARTS[i]:g} to {DURATION_STARTS[i + 1]:g} years"
    if i + 1 < len(DURATION_STARTS)
    else f"{DURATION_STARTS[i]:g} years and over"
    for i in range(len(DURATION_STARTS))
)
"""The duration bands in words."""

assert len(BAND_STARTS) == len(AgeBand)
