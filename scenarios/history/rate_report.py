"""Every learnt rate as a line of a table: events, exposure, mean and interval."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.record import Record
from scenarios.history.exposure import CATEGORIES
from scenarios.history.groups import AgeBand
from scenarios.history.rates import BREAKDOWN, DURATIONS, NEEDS, REASONS, learn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scenarios.history.gamma_rates import GammaRates
    from scenarios.history.history import History


class RateLine(Record):
    """One rate.

    Parameters
    ----------
    kind
        What happens: entering, leaving, a change of category, a move.
    of
        To whom, or why.
    events
        How often it happened.
    exposure
        Years (of entering) or child-years (of everything else) in which it could.
    mean, p05, p95
        Of the posterior, a year or a child-year.
    """

    kind: str
    of: str
    events: float
    exposure: float
    mean: float
    p05: float
    p95: float


class Stay(Record):
    """How long children stay in care.

    Parameters
    ----------
    age_band
        On entry.
    quarter, half, most
        Years after which a quarter, half and three quarters have left; null where the returns
        have not seen it come to that.
    """

    age_band: str
    quarter: float | None
    half: float | None
    most: float | None


class RateReport(Record):
    """What a forecast stands on.

    Parameters
    ----------
    schema_version
        Of this answer.
    train_to
        The last day learnt from.
    years
        Length of the time learnt from.
    rates
        Every rate.
    stays
        Lengths of stay.
    breakdown_reasons
        Reasons of moves that say a placement broke down, as far as a code can.
    """

    schema_version: str = "1.0"
    train_to: date
    years: float
    rates: tuple[RateLine, ...]
    stays: tuple[Stay, ...]
    breakdown_reasons: tuple[str, ...] = BREAKDOWN


def rate_report(history: History, train_to: date | None = None) -> RateReport:
    """Return every rate learnt from a history up to a day."""
    learnt = learn(history, train_to)
    bands = [band.value for band in AgeBand]
    kinds = [kind.value for kind in CATEGORIES]
    changes = [
        f"{age}, {origin} to {target}"
        for age in ("under 10", "10 and over")
        for origin in kinds
        for target in kinds
    ]
    lines = [
        *_lines("enters care, by age band", bands, learnt.entries),
        *_lines("enters care, by need", NEEDS, learnt.entries_by_need),
        *_lines(
            "leaves care before 18",
            [f"{band}, {span}" for band in bands for span in DURATIONS],
            learnt.leaving,
        ),
        *(
            line
            for line in _lines("changes category", changes, learnt.changing)
            if not _stays_put(line)
        ),
        *_lines("moves to another carer", REASONS, learnt.moves_by_reason),
    ]
    return RateReport(
        train_to=learnt.until.date(),
        years=round(learnt.years, 3),
        rates=tuple(lines),
        stays=tuple(
            Stay(
                age_band=band,
                **{
                    name: None if np.isnan(value) else round(float(value), 3)
                    for name, value in zip(("quarter", "half", "most"), row, strict=True)
                },
            )
            for band, row in zip(bands, learnt.stays, strict=True)
        ),
    )


def _stays_put(line: RateLine) -> bool:
    origin, _, target = line.of.partition(", ")[2].partition(" to ")
    return origin == target


def _lines(kind: str, names: Iterable[str], rates: GammaRates) -> Iterator[RateLine]:
    low, high = rates.interval()
    columns = (rates.events, rates.exposure, rates.mean, low, high)
    for name, cells in zip(
        names, zip(*(each.ravel() for each in columns), strict=True), strict=True
    ):
        events, exposure, mean, p05, p95 = (float(cell) for cell in cells)
        yield RateLine(
            kind=kind,
            of=name,
            events=events,
            exposure=round(exposure, 2),
            mean=round(mean, 4),
            p05=round(p05, 4),
            p95=round(p95, 4),
        )
