"""Charts over years: fans of what may come, and several councils beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenarios.charts.chart import Chart, Scale, Table, written
from scenarios.charts.look import (
    BASE,
    Stroke,
    category_axis,
    legend,
    shared,
    stroke,
    tooltip,
    value_axis,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Figures = tuple[float | None, ...]
_INNER_BANDS = 1
"""Variants up to which the bands of one future in two are drawn."""


@dataclass(frozen=True, slots=True)
class FanLine:
    """One variant over time, with what futures lie between.

    Parameters
    ----------
    name
        Of the variant.
    p05, p25, p50, p75, p95
        One figure a point in time; None where not known.
    """

    name: str
    p05: Figures
    p25: Figures
    p50: Figures
    p75: Figures
    p95: Figures


@dataclass(frozen=True, slots=True)
class Line:
    """One council, or group of councils, over time.

    Parameters
    ----------
    name
        Whose figures.
    figures
        One a point in time; None where not known.
    is_reference
        Whether it is what others are held against, such as England.
    """

    name: str
    figures: Figures
    is_reference: bool = False


def fan_chart(
    chart_id: str,
    *,
    title: str,
    sentence: str,
    times: Sequence[str],
    base: FanLine,
    variants: Sequence[FanLine],
    scale: Scale,
    unit: str = "",
    note: str = "",
) -> Chart:
    """Return a chart of what may come: medians as lines, futures as bands around them.

    Parameters
    ----------
    chart_id, title, sentence, note
        Of the chart.
    times
        Names of the points in time, in order.
    base
        What variants are held against; drawn in grey, broken.
    variants
        One or two read well; every one more makes it harder.
    scale
        How figures are written.
    unit
        At the end of the axis.

    Returns
    -------
    Chart
        Light bands hold nine futures in ten, dark bands one in two; the dark ones are left
        out, but for the table, where several variants would cover each other.
    """
    looks = [(base, BASE), *((each, stroke(n)) for n, each in enumerate(variants))]
    series = [_line(line.name, look, line.p50) for line, look in looks]
    for line, look in looks:
        series.append(_band(line.name, look, line.p05, line.p95, "12:edge", z=1))
        if len(variants) <= _INNER_BANDS:
            series.append(_band(line.name, look, line.p25, line.p75, "22", z=2))
    option = shared(sentence) | {
        "legend": legend([_entry(line.name, look) for line, look in looks]),
        "tooltip": tooltip(f"nearhome:tooltip:{scale}"),
        "grid": {"left": 4, "right": 18, "top": 62, "bottom": 4, "containLabel": True},
        "xAxis": category_axis(list(times)),
        "yAxis": value_axis(scale, name=unit),
        "series": series,
    }
    rows = tuple(
        (
            time,
            line.name,
            *(
                written(each[n], scale)
                for each in (line.p05, line.p25, line.p50, line.p75, line.p95)
            ),
        )
        for n, time in enumerate(times)
        for line, _ in looks
    )
    head = ("When", "What", "5 in 100 lie below", "Quarter below", "Median", "Quarter above")
    return Chart(
        id=chart_id,
        title=title,
        sentence=sentence,
        option=option,
        table=Table(caption=title, head=(*head, "5 in 100 lie above"), rows=rows, text_columns=2),
        note=note
        or (
            "Line: the middle future. Dark band: one future in two. Light band: nine in ten."
            if len(variants) <= _INNER_BANDS
            else "Line: the middle future. Band: nine futures in ten."
        ),
    )


def time_series(
    chart_id: str,
    *,
    title: str,
    sentence: str,
    times: Sequence[str],
    lines: Sequence[Line],
    scale: Scale,
    unit: str = "",
    note: str = "",
) -> Chart:
    """Return a chart of several councils over time.

    Parameters
    ----------
    chart_id, title, sentence, note
        Of the chart.
    times
        Names of the points in time, in order.
    lines
        The one to look at first; up to four beside one that is held against.
    scale
        How figures are written.
    unit
        At the end of the axis.

    Returns
    -------
    Chart
        A figure that is not known is a gap in its line.
    """
    looks: list[tuple[Line, Stroke]] = []
    given = 0
    for line in lines:
        looks.append((line, BASE if line.is_reference else stroke(given)))
        given += not line.is_reference
    option = shared(sentence) | {
        "legend": legend([_entry(line.name, look) for line, look in looks]),
        "tooltip": tooltip(f"nearhome:tooltip:{scale}"),
        "grid": {"left": 4, "right": 18, "top": 62, "bottom": 4, "containLabel": True},
        "xAxis": category_axis(list(times)),
        "yAxis": value_axis(scale, name=unit),
        "series": [
            _line(line.name, look, line.figures, width=3 if n == 0 else 2)
            for n, (line, look) in enumerate(looks)
        ],
    }
    return Chart(
        id=chart_id,
        title=title,
        sentence=sentence,
        option=option,
        table=Table(
            caption=title,
            head=("", *times),
            rows=tuple(
                (line.name, *(written(value, scale) for value in line.figures)) for line in lines
            ),
        ),
        note=note,
    )


def _entry(name: str, look: Stroke) -> dict[str, Any]:
    return {
        "name": name,
        "itemStyle": {"color": look.colour, "opacity": 1},
        "lineStyle": {"color": look.colour, "type": _dash(look), "width": 3},
    }


def _dash(look: Stroke) -> str | list[int]:
    return look.dash if isinstance(look.dash, str) else list(look.dash)


def _line(name: str, look: Stroke, figures: Figures, *, width: int = 3) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "data": list(figures),
        "symbol": look.symbol,
        "symbolSize": 8,
        "showSymbol": len(figures) <= 12,
        "connectNulls": False,
        "lineStyle": {"color": look.colour, "width": width, "type": _dash(look)},
        "itemStyle": {"color": look.colour, "decal": {"symbol": "none"}},
        "emphasis": {"disabled": True},
        "z": 5,
    }


def _band(
    name: str, look: Stroke, low: Figures, high: Figures, fill: str, *, z: int
) -> dict[str, Any]:
    return {
        "type": "custom",
        "name": name,
        "renderItem": f"nearhome:band:{fill}",
        "data": [[n, *ends] for n, ends in enumerate(zip(low, high, strict=True))],
        "encode": {"x": 0, "y": [1, 2]},
        "dimensions": ["time", "low", "high"],
        "itemStyle": {"color": look.colour, "decal": {"symbol": "none"}},
        "silent": True,
        "clip": True,
        "z": z,
    }
