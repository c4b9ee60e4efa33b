"""What stands in a chart stands in its table, and the other way round."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scenarios.charts.chart import Scale
from scenarios.charts.differences import DifferenceRow, Reading, difference_chart
from scenarios.charts.lines import FanLine, Line, fan_chart, time_series
from scenarios.charts.maps import HOMES, LIVE, Layer, Spot, map_chart
from scenarios.charts.outlines import SOURCE, Outlines

if TYPE_CHECKING:
    from scenarios.charts.chart import Chart

BASE = FanLine("Today", (1.0, 2.0), (2.0, 3.0), (3.0, 4.0), (4.0, 5.0), (5.0, None))
MORE = FanLine("More homes", (2.0, 3.0), (3.0, 4.0), (4.0, 5.0), (5.0, 6.0), (6.0, 7.0))
NOWHERE = Outlines(
    "E06000060", {"type": "FeatureCollection", "features": []}, 0.0, 0.0, 100.0, 80.0
)


def fan(*variants: FanLine) -> Chart:
    return fan_chart(
        "fan",
        title="Fan",
        sentence="It rises.",
        times=("2027", "2028"),
        base=BASE,
        variants=variants,
        scale=Scale.TENTHS,
    )


def series(chart: Chart, kind: str) -> list[dict[str, Any]]:
    return [each for each in chart.option["series"] if each["type"] == kind]


def test_a_fan_has_a_line_and_two_bands_for_each_variant() -> None:
    chart = fan(MORE)
    assert [each["data"] for each in series(chart, "line")] == [[3.0, 4.0], [4.0, 5.0]]
    assert [each["data"] for each in series(chart, "custom")] == [
        [[0, 1.0, 5.0], [1, 2.0, None]],
        [[0, 2.0, 4.0], [1, 3.0, 5.0]],
        [[0, 2.0, 6.0], [1, 3.0, 7.0]],
        [[0, 3.0, 5.0], [1, 4.0, 6.0]],
    ]
    assert chart.table.rows[2] == ("2028", "Today", "2.0", "3.0", "4.0", "5.0", "not known")


def test_bands_of_one_future_in_two_are_left_out_where_they_would_cover_each_other() -> None:
    chart = fan(MORE, FanLine("Third", *([(1.0, 1.0)] * 5)))
    assert len(series(chart, "custom")) == 3
    assert len(chart.table.rows) == 6
    assert "one future in two" not in chart.note


def test_a_figure_that_is_not_known_is_a_gap_and_says_so() -> None:
    chart = time_series(
        "t",
        title="T",
        sentence="S",
        times=("2024", "2025"),
        lines=[Line("Here", (None, 2.0)), Line("England", (3.0, 4.0), is_reference=True)],
        scale=Scale.COUNT,
    )
    first, second = series(chart, "line")
    assert first["data"] == [None, 2.0]
    assert first["connectNulls"] is False
    assert chart.table.rows == (("Here", "not known", "2"), ("England", "3", "4"))
    assert first["lineStyle"]["color"] != second["lineStyle"]["color"]


def difference(label: str, mean: float, unit: str, scale: Scale, reading: Reading) -> DifferenceRow:
    return DifferenceRow(label, mean, mean - 1, mean + 2, scale, unit, reading)


def test_measures_of_one_unit_share_an_axis_with_zero_in_its_middle() -> None:
    chart = difference_chart(
        "d",
        title="D",
        sentence="S",
        rows=[
            difference("Near", 3.0, "Points", Scale.POINTS, Reading.BETTER),
            difference("Cost", -50_000.0, "£ a year", Scale.POUNDS, Reading.BETTER),
            difference("Inside", -1.0, "Points", Scale.POINTS, Reading.NOISE),
        ],
    )
    assert [axis["max"] for axis in chart.option["xAxis"]] == pytest.approx([5.3, 50_001 * 1.06])
    assert all(axis["min"] == -axis["max"] for axis in chart.option["xAxis"])
    points, pounds = chart.option["series"]
    assert [row["name"] for row in points["data"]] == ["Near", "Inside"]
    assert [row["shape"] for row in points["data"]] == ["circle", "hollow"]
    assert pounds["data"][0]["value"] == [0, -50_001, -49_998, -50_000]
    assert chart.table.rows[1][2:] == ("−£50,000", "−£50,000", "−£50,000", "better")
    assert points["data"][0]["label"] == "+3.0 points (+2.0 to +5.0)"


def test_differences_of_nothing_at_all_still_have_an_axis() -> None:
    row = DifferenceRow("Near", 0.0, 0.0, 0.0, Scale.POINTS, "Points", Reading.NOISE)
    chart = difference_chart("d", title="D", sentence="S", rows=[row])
    assert chart.option["xAxis"][0]["max"] > 0


def test_a_map_draws_what_is_on_it_and_counts_what_is_not() -> None:
    chart = map_chart(
        "m",
        title="M",
        sentence="S",
        outlines=NOWHERE,
        layers=[
            Layer("Live", (Spot("HP13", 50, 40, 16), Spot("M1", 150, 40, 3)), LIVE, "children"),
            Layer("Homes", (Spot("HP1", 10, 10, 4),), HOMES, "beds", is_sized=False),
        ],
    )
    live, homes = series(chart, "scatter")
    assert [spot["value"] for spot in live["data"]] == [[50, 40, 16]]
    assert live["data"][0]["symbolSize"] > homes["data"][0]["symbolSize"]
    assert "Beyond the edge of the map, but in the table: Live: 3 children." in chart.note
    assert chart.note.endswith(SOURCE)
    assert [row[1:] for row in chart.table.rows] == [
        ("HP13", "16 children"),
        ("M1", "3 children"),
        ("HP1", "4 beds"),
    ]


def test_the_area_of_a_mark_says_how_many() -> None:
    spots = tuple(Spot(f"A{n}", n, n, n * n) for n in (4, 8))
    chart = map_chart(
        "m", title="M", sentence="S", outlines=NOWHERE, layers=[Layer("L", spots, LIVE, "children")]
    )
    large, small = (spot["symbolSize"] for spot in series(chart, "scatter")[0]["data"])
    assert large / small == pytest.approx(2.0)


@pytest.mark.parametrize("chart", [fan(MORE)])
def test_an_option_is_plain_json(chart: Chart) -> None:
    assert json.loads(json.dumps(chart.option)) == chart.option
    assert chart.option["aria"]["label"]["description"] == chart.sentence
    assert chart.option["animation"] is False
