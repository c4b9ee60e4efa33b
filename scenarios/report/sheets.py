"""What stands in the sheets of a workbook, apart from any workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.report.assumed import ORIGINS
from scenarios.report.drawings import year_names
from scenarios.report.figures import in_header, is_money, wanted
from scenarios.report.judging import found_in
from scenarios.report.panels import TAGS
from scenarios.report.stamping import stamp_rows
from scenarios.results import Unit

if TYPE_CHECKING:
    from datetime import date

    from scenarios.results import Fan, RunSummary, VariantResult

DATE_FORMAT = "dd/mm/yyyy"
_POINTS = '+0.0" points";-0.0" points";0.0" points"'


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or a date with the way in which it is shown.

    Parameters
    ----------
    value
        The number or date.
    format
        Of the spreadsheet; empty for its own.
    """

    value: float | int | date
    format: str = ""


Value = str | int | Figure | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Parameters
    ----------
    name
        Its heading, unique in its sheet.
    width
        In characters.
    """

    name: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet with one table.

    Parameters
    ----------
    name
        Of both.
    columns, rows
        Every row has one value a column; None for an empty cell.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


def sheets_of(summary: RunSummary) -> tuple[Sheet, ...]:
    """Return every sheet but the summary.

    Parameters
    ----------
    summary
        The run.
    """
    return (
        _differences(summary),
        _years(summary),
        _assumptions(summary),
        _levers(summary),
        _measures(summary),
        _stamp(summary),
    )


def figure(value: float | None, unit: Unit, *, difference: bool = False) -> Figure | None:
    """Return a value of a measure as a spreadsheet holds it.

    Parameters
    ----------
    value
        As counted: shares from 0 to 1, money in pence.
    unit
        What it is counted in.
    difference
        Whether it is a difference: signed, and points where shares are in per cent.

    Returns
    -------
    Figure or None
        Pounds for pence; points for differences of shares; None when not known.
    """
    if value is None:
        return None
    if is_money(unit):
        pounds = "£#,##0"
        return Figure(value / 100, f"+{pounds};-{pounds};{pounds}" if difference else pounds)
    if unit is Unit.SHARE:
        return Figure(100 * value, _POINTS) if difference else Figure(value, "0.0%")
    digits = "#,##0.000" if unit is Unit.A_CHILD_YEAR else "#,##0.0"
    return Figure(value, f"+{digits};-{digits};{digits}" if difference else digits)


def _differences(summary: RunSummary) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    for variant in summary.variants:
        for each in found_in(summary, variant):
            measure, found, unit = each.measure, each.difference, each.measure.unit
            ends = (found.mean, found.p05, found.p95, found.mean_low, found.mean_high)
            rows.append(
                (
                    variant.title,
                    measure.group,
                    measure.label,
                    in_header(unit),
                    "yes" if measure.headline else "no",
                    TAGS[each.judgement],
                    figure(found.base, unit),
                    figure(found.variant, unit),
                    *(figure(value, unit, difference=True) for value in ends),
                    found.replications,
                )
            )
    return Sheet(
        name="Differences",
        columns=(
            Column("Variant", 32),
            Column("Group", 16),
            Column("Measure", 36),
            Column("Counted in", 18),
            Column("Headline", 10),
            Column("Verdict", 28),
            Column("Mean today", 16),
            Column("Mean with the change", 16),
            Column("Mean difference", 16),
            Column("Futures: 5% lie below", 16),
            Column("Futures: 5% lie above", 16),
            Column("Mean difference: 90% interval from", 16),
            Column("Mean difference: 90% interval to", 16),
            Column("Futures", 10),
        ),
        rows=tuple(rows),
    )


def _years(summary: RunSummary) -> Sheet:
    rows = [row for variant in summary.variants for row in _years_of(summary, variant)]
    return Sheet(
        name="By year",
        columns=(
            Column("Variant", 32),
            Column("Measure", 36),
            Column("Year", 12),
            Column("Counted in", 18),
            *(Column(f"Level: {name}", 14) for name in _POINTS_OF_A_FAN),
            *(Column(f"Difference: {name}", 14) for name in _POINTS_OF_A_FAN),
        ),
        rows=tuple(rows),
    )


_POINTS_OF_A_FAN = (
    "mean",
    "5% below",
    "quarter below",
    "median",
    "quarter above",
    "5% above",
)


def _years_of(summary: RunSummary, variant: VariantResult) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for measure in summary.measures:
        levels = variant.fans.get(measure.name)
        if levels is None:
            continue
        changes = variant.difference_fans.get(measure.name)
        for n, year in enumerate(year_names(summary)):
            rows.append(
                (
                    variant.title,
                    measure.label,
                    year,
                    in_header(measure.unit),
                    *(figure(value, measure.unit) for value in _at(levels, n)),
                    *(
                        (None,) * len(_POINTS_OF_A_FAN)
                        if changes is None
                        else (
                            figure(value, measure.unit, difference=True)
                            for value in _at(changes, n)
                        )
                    ),
                )
            )
    return rows


def _at(fan: Fan, year: int) -> tuple[float | None, ...]:
    lines = (fan.mean, fan.p05, fan.p25, fan.p50, fan.p75, fan.p95)
    return tuple(line[year] for line in lines)


def _assumptions(summary: RunSummary) -> Sheet:
    return Sheet(
        name="Assumptions",
        columns=(
            Column("Name", 32),
            Column("What it means", 60),
            Column("Value", 14),
            Column("90% interval from", 14),
            Column("90% interval to", 14),
            Column("Counted in", 32),
            Column("Set by", 24),
            Column("Source", 60),
        ),
        rows=tuple(
            (
                each.name,
                each.sentence,
                Figure(each.value),
                None if each.p05 is None else Figure(each.p05),
                None if each.p95 is None else Figure(each.p95),
                each.unit,
                ORIGINS.get(each.origin, each.origin),
                each.source,
            )
            for each in summary.assumptions
        ),
    )


def _levers(summary: RunSummary) -> Sheet:
    def on(day: date | None) -> Figure | None:
        return None if day is None else Figure(day, DATE_FORMAT)

    return Sheet(
        name="Levers",
        columns=(
            Column("Variant", 32),
            Column("Lever", 28),
            Column("What it does", 70),
            Column("From", 12),
            Column("Until", 12),
            Column("Settings", 44),
            Column("Where the idea comes from", 44),
        ),
        rows=tuple(
            (
                variant.title,
                lever.title,
                lever.sentence,
                on(lever.starts),
                on(lever.ends),
                "; ".join(f"{name} = {value}" for name, value in lever.settings.items()),
                lever.source,
            )
            for variant in summary.variants
            for lever in variant.levers
        ),
    )


def _measures(summary: RunSummary) -> Sheet:
    return Sheet(
        name="Measures",
        columns=(
            Column("Measure", 36),
            Column("Group", 16),
            Column("Definition", 80),
            Column("Counted in", 20),
            Column("Which way", 30),
            Column("Source", 60),
            Column("Name in the files", 30),
        ),
        rows=tuple(
            (
                each.label,
                each.group,
                each.definition,
                in_header(each.unit),
                wanted(each),
                each.source,
                each.name,
            )
            for each in summary.measures
        ),
    )


def _stamp(summary: RunSummary) -> Sheet:
    return Sheet(
        name="Stamp",
        columns=(Column("What", 44), Column("Which", 80)),
        rows=stamp_rows(summary),
    )
