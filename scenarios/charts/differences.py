"""The difference that each variant makes, measure by measure, with its doubt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from scenarios.charts.chart import Chart, Scale, Table, written
from scenarios.charts.look import INK, QUIET, shared, text, tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW = 58
_HEAD = 30
_FOOT = 34


class Reading(StrEnum):
    """How a difference reads: colour, shape and word."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    """It differs, and neither way is good in itself."""
    NOISE = "inside the noise"


_MARKS = {
    Reading.BETTER: ("#0b5cad", "circle"),
    Reading.WORSE: ("#c8500a", "diamond"),
    Reading.CHANGED: ("#505a5f", "rect"),
    Reading.NOISE: ("#6f777b", "hollow"),
}


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One measure of one variant against the base.

    Parameters
    ----------
    label
        What the measure is called, with the variant where there are several.
    mean, p05, p95
        The difference and its 90 per cent interval, in the unit of the scale.
    scale
        How it is written.
    unit
        Heading of the rows that share an axis, such as "£ a year".
    reading
        How it reads.
    """

    label: str
    mean: float
    p05: float
    p95: float
    scale: Scale
    unit: str
    reading: Reading


def difference_chart(
    chart_id: str,
    *,
    title: str,
    sentence: str,
    rows: Sequence[DifferenceRow],
    note: str = "",
) -> Chart:
    """Return a chart of differences with intervals, zero in the middle of each axis.

    Parameters
    ----------
    chart_id, title, sentence, note
        Of the chart.
    rows
        In order; those that share scale and unit share an axis, so that they can be compared.

    Returns
    -------
    Chart
        A filled circle is better, a diamond worse, a square neither, a ring inside the noise.
    """
    groups: dict[tuple[Scale, str], list[DifferenceRow]] = {}
    for row in rows:
        groups.setdefault((row.scale, row.unit), []).append(row)
    grids: list[dict[str, Any]] = []
    titles: list[dict[str, Any]] = []
    across: list[dict[str, Any]] = []
    down: list[dict[str, Any]] = []
    series: list[dict[str, Any]] = []
    top = 0
    for place, ((scale, unit), members) in enumerate(groups.items()):
        reach = max(abs(end) for row in members for end in (row.p05, row.p95, row.mean)) or 1.0
        height = ROW * len(members)
        titles.append({"text": unit, "top": top, "left": 0, "textStyle": text(14, bold=True)})
        grids.append(_grid(top + _HEAD, height))
        across.append(_across(place, reach, scale))
        down.append(_down(place, members))
        series.append(_intervals(place, members))
        top += _HEAD + height + _FOOT
    option = shared(sentence) | {
        "title": titles,
        "tooltip": tooltip("nearhome:difference", trigger="item"),
        "grid": grids,
        "xAxis": across,
        "yAxis": down,
        "series": series,
    }
    return Chart(
        id=chart_id,
        title=title,
        sentence=sentence,
        option=option,
        table=_table(title, rows),
        height=max(120, top),
        note=note
        or "Mark: the mean difference. Line: 90% interval. Circle: better. Diamond: worse. "
        "Square: different, neither way good in itself. Ring: inside the noise.",
    )


def _figures(row: DifferenceRow) -> str:
    ends = (written(end, row.scale, signed=True) for end in (row.p05, row.p95))
    low, high = (end.removesuffix(" points") for end in ends)
    return f"{written(row.mean, row.scale, signed=True)} ({low} to {high})"


def _table(title: str, rows: Sequence[DifferenceRow]) -> Table:
    return Table(
        caption=title,
        head=("Measure", "In", "Difference", "5% of futures below", "5% above", "Reading"),
        rows=tuple(
            (
                row.label,
                row.unit,
                *(written(v, row.scale, signed=True) for v in (row.mean, row.p05, row.p95)),
                row.reading.value,
            )
            for row in rows
        ),
        text_columns=2,
        last_text_columns=1,
    )


def _grid(top: int, height: int) -> dict[str, Any]:
    # Every grid has the same sides, so that the zeros stand in one line.
    sides = {"left": 20, "right": 24, "outerBoundsMode": "none", "containLabel": False}
    return {"top": top, "height": height} | sides


def _across(place: int, reach: float, scale: Scale) -> dict[str, Any]:
    return {
        "type": "value",
        "gridIndex": place,
        "min": -reach * 1.06,
        "max": reach * 1.06,
        "axisLabel": text(13, colour=QUIET)
        | {
            "formatter": f"nearhome:signed:{scale}",
            "showMinLabel": False,
            "showMaxLabel": False,
            "hideOverlap": True,
        },
        "axisLine": {"show": True, "lineStyle": {"color": QUIET}, "onZero": False},
        "splitLine": {"lineStyle": {"color": "#e3e5e6"}},
        "splitNumber": 4,
    }


def _down(place: int, members: Sequence[DifferenceRow]) -> dict[str, Any]:
    return {
        "type": "category",
        "gridIndex": place,
        "inverse": True,
        "data": [f"{row.label}\n{_figures(row)}" for row in members],
        "axisLabel": {"show": False},
        "axisLine": {"show": True, "onZero": True, "lineStyle": {"color": INK, "width": 1.5}},
        "axisTick": {"show": False},
    }


def _intervals(place: int, members: Sequence[DifferenceRow]) -> dict[str, Any]:
    return {
        "type": "custom",
        "name": members[0].unit,
        "xAxisIndex": place,
        "yAxisIndex": place,
        "renderItem": "nearhome:interval",
        "dimensions": ["row", "low", "high", "mean"],
        "encode": {"x": [1, 2, 3], "y": 0},
        "data": [
            {
                "name": row.label,
                "value": [n, row.p05, row.p95, row.mean],
                "label": _figures(row),
                "shape": _MARKS[row.reading][1],
                "itemStyle": {"color": _MARKS[row.reading][0], "decal": {"symbol": "none"}},
            }
            for n, row in enumerate(members)
        ],
        "z": 4,
    }
