"""Children in care month by month: many futures, each drawn from what was learnt.

Each future draws its own rates from their posteriors, its own course of arrivals and leaving,
and then every child's months: whether they leave, turn 18, or change to another category of
placement, and who arrives. All children of all futures are one set of arrays.

Arrivals and leaving are each learnt with error, and their difference, on which the numbers
turn, with the errors of both. Over all authorities the expected yearly change is small, so
draws are weighted by how usual the change is that they imply. The weights have heavy tails: a
council whose arrivals have truly stopped is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.history.exposure import ADULT, CATEGORIES, DURATION_STARTS
from scenarios.history.gamma_rates import draw_shares, overall_rate
from scenarios.history.groups import BAND_STARTS, AgeBand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.history.rates import Learnt

_MONTH = 1 / 12
_BAND_ENDS = (*BAND_STARTS[1:], 18)
_FEW_AGES = 5

USUAL_YEARLY_CHANGE = 0.08
"""Scale of the yearly log change in children in care. Of the published changes of 150
authorities from 2021 to 2025 the standard deviation is 0.07 to 0.08 (DfE, "Children looked
after in England including adoptions")."""
_TAILS = 3.0
"""Degrees of freedom of Student's t: few, so that what is unusual is not thought impossible."""


@dataclass(frozen=True)
class Futures:
    """Children in care at the end of each month in each future.

    Parameters
    ----------
    by_category
        Shape (futures, months, categories).
    by_band
        Shape (futures, months, age bands).
    """

    by_category: NDArray[np.int64]
    by_band: NDArray[np.int64]

    @property
    def total(self) -> NDArray[np.int64]:
        """Children in care, shape (futures, months)."""
        return np.asarray(self.by_category.sum(axis=2))


@dataclass
class _Children:
    """All children in care in all futures, one entry each."""

    future: NDArray[np.int32]
    age: NDArray[np.float32]
    years: NDArray[np.float32]
    category: NDArray[np.int8]

    def keep(self, stay: NDArray[np.bool_]) -> None:
        self.future, self.age = self.future[stay], self.age[stay]
        self.years, self.category = self.years[stay], self.category[stay]

    def add(self, other: _Children) -> None:
        self.future = np.concatenate([self.future, other.future])
        self.age = np.concatenate([self.age, other.age])
        self.years = np.concatenate([self.years, other.years])
        self.category = np.concatenate([self.category, other.category])


def project(
    learnt: Learnt,
    *,
    months: int,
    draws: int,
    seed: int,
    population: NDArray[np.float64] | None = None,
) -> Futures:
    """Return futures from the last day known.

    Parameters
    ----------
    learnt
        What the history says.
    months
        How many months ahead, at least 1.
    draws
        How many futures.
    seed
        The same seed gives the same futures.
    population
        Children in the population, each month and age band, relative to the last day known;
        shape (months, bands). Without it the population stays as it is.

    Returns
    -------
    Futures
        Counts at the end of each month.
    """
    rng = np.random.default_rng(seed)
    people = np.ones((months, len(AgeBand))) if population is None else population
    leaving = learnt.leaving.draw(rng, draws)
    departure = learnt.departure.draw(rng, draws, months)
    changing = learnt.changing.draw(rng, draws)
    shares = draw_shares(learnt.entry_bands, rng, draws)
    firsts = draw_shares(learnt.entry_categories, rng, draws)
    a_month = overall_rate(learnt.entries.events, learnt.years) * _MONTH
    arrivals = learnt.arrival.draw(rng, draws, months) * a_month
    chosen = _weigh(learnt, arrivals[:, 0] * 12, departure[:, 0], leaving, rng)
    leaving, departure, arrivals = leaving[chosen], departure[chosen], arrivals[chosen]
    children = _stock(learnt, draws, rng)
    by_category = np.zeros((draws, months, len(CATEGORIES)), dtype=np.int64)
    by_band = np.zeros((draws, months, len(AgeBand)), dtype=np.int64)
    for month in range(months):
        level = departure[:, month]
        _age_and_leave(children, leaving, level, rng)
        _change_category(children, changing, rng)
        expected = arrivals[:, month, None] * shares * people[month]
        children.add(_arrive(learnt, expected, firsts, leaving, level, rng))
        _count(children, by_category[:, month], by_band[:, month])
    return Futures(by_category, by_band)


def _weigh(
    learnt: Learnt,
    arrivals: NDArray[np.float64],
    departure: NDArray[np.float64],
    leaving: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return which draws to go on with, as many as there are, the usual ones oftener.

    Parameters
    ----------
    learnt
        What the history says.
    arrivals
        A year, of each draw.
    departure, leaving
        Level and rates of leaving, of each draw.
    rng
        For resampling.
    """
    stock = learnt.stock
    if not len(stock.ages):
        return np.arange(len(arrivals))
    ages = np.nan_to_num(stock.ages, nan=12.0)
    spans = np.searchsorted(DURATION_STARTS, stock.years, side="right") - 1
    cells, counts = np.unique(
        np.stack([_band(ages), spans, ages < ADULT - 1]), axis=1, return_counts=True
    )
    rates = leaving[:, cells[0], cells[1]] * departure[:, None]
    staying = (np.exp(-rates) * cells[2] * counts).sum(axis=1)
    new = np.exp(-0.5 * leaving[:, :, 0].mean(axis=1) * departure)  # half a year, on average
    change = np.log((staying + arrivals * new) / counts.sum())
    weights = (1 + (change / USUAL_YEARLY_CHANGE) ** 2 / _TAILS) ** (-(_TAILS + 1) / 2)
    places = (np.arange(len(weights)) + rng.random()) / len(weights)
    found = np.searchsorted(np.cumsum(weights / weights.sum()), places)
    return rng.permutation(np.minimum(found, len(weights) - 1))


def _stock(learnt: Learnt, draws: int, rng: np.random.Generator) -> _Children:
    stock = learnt.stock
    count = len(stock.ages)
    ages = np.tile(stock.ages, draws)
    unknown = np.isnan(ages)
    if unknown.any():
        known = stock.ages[~np.isnan(stock.ages)]
        ages[unknown] = rng.choice(known if len(known) else np.array([12.0]), size=unknown.sum())
    return _Children(
        np.repeat(np.arange(draws, dtype=np.int32), count),
        ages.astype(np.float32),
        np.tile(stock.years, draws).astype(np.float32),
        np.tile(stock.categories, draws).astype(np.int8),
    )


def _band(ages: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.int64]:
    return np.clip(np.searchsorted(BAND_STARTS, ages, side="right") - 1, 0, len(AgeBand) - 1)


def _hazard(
    children: _Children, leaving: NDArray[np.float64], level: NDArray[np.float64]
) -> NDArray[np.float64]:
    spans = np.searchsorted(DURATION_STARTS, children.years, side="right") - 1
    rates = leaving[children.future, _band(children.age), spans]
    return np.asarray(rates * level[children.future])


def _age_and_leave(
    children: _Children,
    leaving: NDArray[np.float64],
    level: NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    stay = rng.random(len(children.age)) < np.exp(-_hazard(children, leaving, level) * _MONTH)
    children.age += np.float32(_MONTH)
    children.years += np.float32(_MONTH)
    stay &= children.age < ADULT
    children.keep(stay)


def _change_category(
    children: _Children, changing: NDArray[np.float64], rng: np.random.Generator
) -> None:
    older = (children.age >= 10).astype(np.int64)
    out = changing.sum(axis=3)[children.future, older, children.category]
    moves = np.flatnonzero(rng.random(len(out)) < -np.expm1(-out * _MONTH))
    rates = changing[children.future[moves], older[moves], children.category[moves]]
    steps = np.cumsum(rates, axis=1)
    chosen = (rng.random(len(moves))[:, None] * steps[:, -1:] > steps).sum(axis=1)
    children.category[moves] = np.minimum(chosen, len(CATEGORIES) - 1)


def _arrive(
    learnt: Learnt,
    expected: NDArray[np.float64],
    firsts: NDArray[np.float64],
    leaving: NDArray[np.float64],
    level: NDArray[np.float64],
    rng: np.random.Generator,
) -> _Children:
    """Return who arrives in a month and is still there at its end."""
    counts = rng.poisson(expected)
    future, band = (
        np.repeat(each, counts.ravel()) for each in np.indices(counts.shape).reshape(2, -1)
    )
    ages = np.empty(len(band))
    for each in range(len(AgeBand)):
        own = band == each
        seen = learnt.entry_ages[each]
        if len(seen) >= _FEW_AGES:
            ages[own] = rng.choice(seen, size=int(own.sum()))
        else:
            ages[own] = rng.uniform(BAND_STARTS[each], _BAND_ENDS[each], size=int(own.sum()))
    since = rng.random(len(band)) * _MONTH
    steps = np.cumsum(firsts[future, band], axis=1)
    category = (rng.random(len(band))[:, None] * steps[:, -1:] > steps).sum(axis=1)
    arrived = _Children(
        future.astype(np.int32),
        (ages + since).astype(np.float32),
        since.astype(np.float32),
        np.minimum(category, len(CATEGORIES) - 1).astype(np.int8),
    )
    stay = rng.random(len(band)) < np.exp(-_hazard(arrived, leaving, level) * since)
    arrived.keep(stay & (arrived.age < ADULT))
    return arrived


def _count(children: _Children, by_category: NDArray[np.int64], by_band: NDArray[np.int64]) -> None:
    for counts, kind in ((by_category, children.category), (by_band, _band(children.age))):
        draws, kinds = counts.shape
        cells = children.future.astype(np.int64) * kinds + kind
        counts[:] = np.bincount(cells, minlength=draws * kinds).reshape(draws, kinds)
