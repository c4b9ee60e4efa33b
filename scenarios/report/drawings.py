"""The charts of a report: how each measure may run, and what each variant changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.charts.chart import Scale
from scenarios.charts.differences import DifferenceRow, Reading, difference_chart
from scenarios.charts.lines import FanLine, fan_chart
from scenarios.report.figures import in_header, is_money, shown
from scenarios.report.judging import Judgement, found_in
from scenarios.report.panels import key_measures
from scenarios.report.words import counted, listed
from scenarios.results import Unit

if TYPE_CHECKING:
    from scenarios.charts.chart import Chart
    from scenarios.results import Fan, MeasureShown, RunSummary, VariantResult

MOST_IN_A_FAN = 2
"""Bands of more variants than this hide each other."""

_TENTHS_BELOW = 100
_READINGS = {
    Judgement.GAIN: Reading.BETTER,
    Judgement.LOSS: Reading.WORSE,
    Judgement.BETTER_ON_AVERAGE: Reading.BETTER,
    Judgement.WORSE_ON_AVERAGE: Reading.WORSE,
    Judgement.CHANGE: Reading.CHANGED,
    Judgement.CHANGE_ON_AVERAGE: Reading.CHANGED,
    Judgement.NOISE: Reading.NOISE,
    Judgement.SAME: Reading.NOISE,
}


def year_names(summary: RunSummary) -> tuple[str, ...]:
    """Return the names of the simulated years, such as "2025/26" or "Year 1".

    Parameters
    ----------
    summary
        The run.
    """
    first = summary.start.year
    if (summary.start.month, summary.start.day) == (4, 1):
        return tuple(f"{first + n}/{(first + n + 1) % 100:02}" for n in range(summary.years))
    return tuple(f"Year {n + 1}" for n in range(summary.years))


def differences_of(summary: RunSummary, variant: VariantResult) -> Chart | None:
    """Return the chart of what a variant changes; None when there is nothing to draw.

    Parameters
    ----------
    summary
        The run.
    variant
        Not the base.
    """
    rows: list[DifferenceRow] = []
    same: list[str] = []
    for each in found_in(summary, variant):
        if not each.measure.headline:
            continue
        if each.judgement is Judgement.SAME:
            same.append(each.measure.label)
            continue
        unit = each.measure.unit
        mean, p05, p95 = (
            shown(value, unit)
            for value in (each.difference.mean, each.difference.p05, each.difference.p95)
        )
        rows.append(
            DifferenceRow(
                label=each.measure.label,
                mean=mean,
                p05=p05,
                p95=p95,
                scale=_scale(unit, max(abs(p05), abs(p95)), difference=True),
                unit=in_header(unit, difference=True).capitalize()
                if not is_money(unit)
                else in_header(unit),
                reading=_READINGS[each.judgement],
            )
        )
    if not rows:
        return None
    told = [row for row in rows if row.reading is not Reading.NOISE]
    return difference_chart(
        f"differences-{summary.variants.index(variant)}",
        title=f"What “{variant.title}” changes",
        sentence=f"Beside today, {counted(len(told), 'headline measure', 'headline measures')} of "
        f"{len(rows) + len(same)} can be told from chance"
        + (f": {'; '.join(row.label for row in told)}." if told else "."),
        rows=rows,
        note="Mark: the mean difference. Line: what nine futures in ten lie between. Circle: "
        "better. Diamond: worse. Square: different, neither way good by itself. Ring: inside the "
        "noise."
        + (
            f" The same as today in every future, and not drawn: {'; '.join(same)}." if same else ""
        ),
    )


def fans_of(summary: RunSummary, lead: str | None) -> tuple[tuple[Chart, Chart | None], ...]:
    """Return, for each key measure, how it may run and what the variants change in it.

    Parameters
    ----------
    summary
        The run.
    lead
        Name of the variant that comes first, and alone where there are too many for one chart.

    Returns
    -------
    tuple
        Pairs: levels, and paired differences from today; none where only today was simulated.
    """
    others = sorted(
        (variant for variant in summary.variants if not variant.is_base),
        key=lambda variant: variant.name != lead,
    )
    few = others if len(others) <= MOST_IN_A_FAN else others[:1]
    return tuple(
        (
            _levels(summary, measure, few, left_out=len(others) - len(few)),
            _changes(summary, measure, others),
        )
        for measure in key_measures(summary)
        if measure.name in summary.base.fans
    )


def _levels(
    summary: RunSummary, measure: MeasureShown, few: list[VariantResult], *, left_out: int
) -> Chart:
    lines = [
        _line(variant.title, variant.fans[measure.name], measure.unit)
        for variant in (summary.base, *few)
        if measure.name in variant.fans
    ]
    scale = _scale(measure.unit, _reach(lines), difference=False)
    note = "Line: the middle future. Dark band: one future in two. Light: nine in ten."
    if few:
        note += (
            " The bands share their luck: an overlap says nothing about the difference, which "
            "stands in the next chart."
        )
    if left_out:
        left = counted(left_out, "other variant is", "other variants are")
        note += f" {left} in the next chart alone."
    return fan_chart(
        f"fan-{_id(measure)}",
        title=measure.label,
        sentence=f"{measure.label}, year by year: "
        f"{listed([_quote(line.name, summary) for line in lines])}.",
        times=year_names(summary),
        base=lines[0],
        variants=lines[1:],
        scale=scale,
        unit="" if measure.unit is Unit.SHARE else in_header(measure.unit),
        note=note,
    )


def _changes(summary: RunSummary, measure: MeasureShown, few: list[VariantResult]) -> Chart | None:
    lines = [
        _line(variant.title, variant.difference_fans[measure.name], measure.unit)
        for variant in few
        if measure.name in variant.difference_fans
    ]
    if not lines:
        return None
    zeros = (0.0,) * summary.years
    return fan_chart(
        f"change-{_id(measure)}",
        title=f"{measure.label}: difference from today",
        sentence="Future by future, how far "
        f"{listed([_quote(line.name, summary) for line in lines])} differs from today, year by "
        "year.",
        times=year_names(summary),
        base=FanLine(summary.base.title, p05=zeros, p25=zeros, p50=zeros, p75=zeros, p95=zeros),
        variants=lines,
        scale=_scale(measure.unit, _reach(lines), difference=True),
        unit=in_header(measure.unit, difference=True),
        note="Paired: each future is held against the same future without the change. Where a "
        "light band holds zero, one year alone cannot tell.",
    )


def _line(title: str, fan: Fan, unit: Unit) -> FanLine:
    def of(values: tuple[float | None, ...]) -> tuple[float | None, ...]:
        return tuple(None if value is None else shown(value, unit) for value in values)

    return FanLine(
        title, p05=of(fan.p05), p25=of(fan.p25), p50=of(fan.p50), p75=of(fan.p75), p95=of(fan.p95)
    )


def _reach(lines: list[FanLine]) -> float:
    ends = [value for line in lines for value in (*line.p05, *line.p95) if value is not None]
    return max((abs(end) for end in ends), default=0.0)


def _scale(unit: Unit, largest: float, *, difference: bool) -> Scale:
    if unit is Unit.SHARE:
        return Scale.POINTS if difference else Scale.PER_CENT
    if is_money(unit):
        return Scale.POUNDS
    if unit is Unit.A_CHILD_YEAR:
        return Scale.THOUSANDTHS if difference else Scale.HUNDREDTHS
    return Scale.TENTHS if largest < _TENTHS_BELOW else Scale.COUNT


def _id(measure: MeasureShown) -> str:
    return measure.name.replace("_", "-").replace(".", "-").lower()


def _quote(name: str, summary: RunSummary) -> str:
    return "today" if name == summary.base.title else f"“{name}”"
