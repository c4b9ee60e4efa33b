"""What stands in the tables and cards of a report, as finished text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from scenarios.report.figures import after_change, change, interval, level, level_interval
from scenarios.report.judging import Judgement, found_in, price_measure
from scenarios.report.words import NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scenarios.report.judging import Found
    from scenarios.results import MeasureShown, RunSummary, VariantResult

KEY_MEASURES = ("near_home_rate", "yearly_cost", "siblings_together", "unplaced_child_weeks")
"""What a commissioner asks first, where a run has them."""
CARDS = 4

TAGS = {
    Judgement.GAIN: "Gain",
    Judgement.LOSS: "Loss",
    Judgement.BETTER_ON_AVERAGE: "Better on average, not in every future",
    Judgement.WORSE_ON_AVERAGE: "Worse on average, not in every future",
    Judgement.CHANGE: "Change, neither good nor bad by itself",
    Judgement.CHANGE_ON_AVERAGE: "Change on average, not in every future",
    Judgement.NOISE: "Inside the noise",
    Judgement.SAME: "The same in every future",
}
_LOOKS = {
    Judgement.GAIN: "better",
    Judgement.LOSS: "worse",
    Judgement.BETTER_ON_AVERAGE: "better",
    Judgement.WORSE_ON_AVERAGE: "worse",
    Judgement.CHANGE: "changed",
    Judgement.CHANGE_ON_AVERAGE: "changed",
    Judgement.NOISE: "noise",
    Judgement.SAME: "noise",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One difference as it is shown.

    Parameters
    ----------
    figure
        The mean difference with its sign; words where there is no telling.
    unit
        What follows a figure, such as "points".
    between
        The 90 per cent interval over futures.
    tag
        The verdict.
    look
        ``better``, ``worse``, ``changed`` or ``noise``.
    arrow
        Up, down, or nothing.
    """

    figure: str
    unit: str
    between: str
    tag: str
    look: str
    arrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure beside today, for every variant.

    Parameters
    ----------
    measure
        What is measured.
    today, today_between
        Its level today and what nine futures in ten lie between.
    cells
        One a variant; None where a variant has no value.
    """

    measure: MeasureShown
    today: str
    today_between: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One key figure of a variant.

    Parameters
    ----------
    measure
        What is measured.
    cell
        The difference.
    today, today_between
        Its level today and what nine futures in ten lie between.
    """

    measure: MeasureShown
    cell: Cell
    today: str
    today_between: str


def cell(found: Found) -> Cell:
    """Return a difference as it is shown; inside the noise there is no figure to quote.

    Parameters
    ----------
    found
        The difference.
    """
    difference, unit = found.difference, found.measure.unit
    untold = found.judgement in (Judgement.NOISE, Judgement.SAME)
    if untold:
        figure = "No difference" if found.judgement is Judgement.SAME else "Cannot be told"
    else:
        figure = change(difference, unit)
    between = (
        ""
        if found.judgement is Judgement.SAME
        else interval(difference.p05, difference.p95, unit, bare=True)
    )
    return Cell(
        figure=figure,
        unit=after_change(unit),
        between=between,
        tag=TAGS[found.judgement],
        look=_LOOKS[found.judgement],
        arrow="" if untold else "▲" if difference.mean > 0 else "▼",
    )


def key_measures(summary: RunSummary) -> tuple[MeasureShown, ...]:
    """Return the few measures that are shown first: by preference, then headline ones.

    Parameters
    ----------
    summary
        The run.
    """
    by_name = {measure.name: measure for measure in summary.measures}
    price = price_measure(summary)
    wanted = [*KEY_MEASURES, *([price.name] if price is not None else [])]
    headline = [measure.name for measure in summary.measures if measure.headline]
    names = [name for name in dict.fromkeys([*wanted, *headline]) if name in by_name]
    kept = names[:CARDS]
    if price is not None and price.name not in kept:
        kept = [*kept[: CARDS - 1], price.name]
    return tuple(by_name[name] for name in kept)


def cards(summary: RunSummary, variant: VariantResult) -> tuple[Card, ...]:
    """Return the key figures of a variant.

    Parameters
    ----------
    summary
        The run.
    variant
        Not the base.
    """
    found = {each.measure.name: each for each in found_in(summary, variant)}
    made = []
    for measure in key_measures(summary):
        if measure.name in found:
            today, between = _today(summary, measure)
            made.append(
                Card(
                    measure=measure,
                    cell=cell(found[measure.name]),
                    today=today,
                    today_between=between,
                )
            )
    return tuple(made)


def _today(summary: RunSummary, measure: MeasureShown) -> tuple[str, str]:
    """Return the level of today and its interval over futures."""
    today = summary.base.levels.get(measure.name)
    if today is None:
        return NOT_KNOWN, ""
    return (
        level(today.mean, measure.unit, bare=True),
        level_interval(today.p05, today.p95, measure.unit, bare=True),
    )


def rows(summary: RunSummary, measures: Sequence[MeasureShown]) -> tuple[Row, ...]:
    """Return measures beside today, for every variant.

    Parameters
    ----------
    summary
        The run.
    measures
        Which of them, in order.
    """
    others = [variant for variant in summary.variants if not variant.is_base]
    found = [
        {each.measure.name: cell(each) for each in found_in(summary, variant)} for variant in others
    ]
    made = []
    for measure in measures:
        today, between = _today(summary, measure)
        made.append(
            Row(
                measure=measure,
                today=today,
                today_between=between,
                cells=tuple(by_name.get(measure.name) for by_name in found),
            )
        )
    return tuple(made)


def grouped(summary: RunSummary) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return every measure under its heading.

    Parameters
    ----------
    summary
        The run.
    """
    everything = rows(summary, summary.measures)
    return tuple(
        (name, tuple(members))
        for name, members in groupby(everything, key=lambda row: row.measure.group)
    )


def day(value: date | None) -> str:
    """Return a date as people write it; a dash for none."""
    return "–" if value is None else f"{value.day} {value:%B %Y}"
