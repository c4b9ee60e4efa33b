"""A page with every kind of chart: seen, read aloud, narrow, on paper, without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from scenarios.charts.chart import Chart, Scale, Table
from scenarios.charts.differences import DifferenceRow, Reading, difference_chart
from scenarios.charts.lines import FanLine, Line, fan_chart, time_series
from scenarios.charts.maps import HOMES, LIVE, PLACED, Layer, Spot, map_chart
from scenarios.charts.outlines import Outlines
from scenarios.report.page import SYNTHETIC, Section, render_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Opened

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SQUARE = [[[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]]
OUTLINES = Outlines(
    authority="E06000060",
    shapes={
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": "Here", "code": "E06000060", "share": 1.0},
                "geometry": {"type": "MultiPolygon", "coordinates": SQUARE},
            }
        ],
    },
    west=0.0,
    south=0.0,
    east=10.0,
    north=10.0,
)
NASTY = "</script><script>document.title='taken'</script>"


def fan(name: str, middle: float) -> FanLine:
    low, high = (middle - 4.0, None, middle - 6.0), (middle + 4.0, None, middle + 6.0)
    return FanLine(
        name,
        low,
        (middle - 1, None, middle - 2),
        (middle,) * 3,
        (middle + 1, None, middle + 2),
        high,
    )


def charts() -> tuple[Chart, ...]:
    years = ("2027", "2028", "2029")
    return (
        difference_chart(
            "gains",
            title="What is gained",
            sentence="More children are placed near home.",
            rows=[
                DifferenceRow("Near home", 1.8, 0.9, 2.7, Scale.POINTS, "Points", Reading.BETTER),
                DifferenceRow("Together", 0.1, -0.4, 0.6, Scale.POINTS, "Points", Reading.NOISE),
                DifferenceRow("Cost", 90e3, 20e3, 2e6, Scale.POUNDS, "£ a year", Reading.WORSE),
            ],
        ),
        fan_chart(
            "fan",
            title="Near home",
            sentence="It rises.",
            times=years,
            base=fan("Today", 53.0),
            variants=[fan(NASTY, 56.0)],
            scale=Scale.PER_CENT,
            unit="%",
        ),
        time_series(
            "trend",
            title="Beside others",
            sentence="It is below England.",
            times=years,
            lines=[
                Line("Here", (50.0, None, 52.0)),
                Line("England", (70.0, 70.0, 69.0), is_reference=True),
            ],
            scale=Scale.COUNT,
        ),
        map_chart(
            "places",
            title="Where",
            sentence="Most live in the middle.",
            outlines=OUTLINES,
            layers=[
                Layer("Children live", (Spot("HP13", 5, 5, 20),), LIVE, "children"),
                Layer("Placed", (Spot("HP13", 5, 5, 9), Spot("M1", 90, 90, 2)), PLACED, "children"),
                Layer("Homes", (Spot("H-1", 3, 3, 2),), HOMES, "beds", is_sized=False),
            ],
        ),
    )


def page() -> str:
    drawn = charts()
    return render_page(
        title="A page",
        subtitle="One sentence.",
        synthetic=SYNTHETIC,
        blocks=[
            Section("first", "First", (f"A paragraph with {NASTY}.",), drawn[:2]),
            *drawn[2:],
            Table("Stamp", ("What", "Value"), (("Seed", "1"),), text_columns=2),
        ],
        footer=["Near Home"],
    )


@pytest.mark.parametrize("width", [1000, 320])
def test_nothing_is_wrong_with_it(open_page: Callable[..., Opened], width: int) -> None:
    shown = open_page(page(), width=width)
    shown.page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
    assert shown.violations() == []
    assert shown.said == []
    assert [url for url in shown.requests if not url.startswith("file:")] == []
    assert len(shown.requests) == 1
    assert shown.page.title() == "A page"
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width


def test_every_chart_is_drawn_and_says_in_words_what_it_shows(
    open_page: Callable[..., Opened],
) -> None:
    shown = open_page(page())
    for chart in charts():
        place = shown.page.locator(f"#{chart.id}")
        assert place.get_attribute("aria-label") == chart.sentence
        assert place.get_attribute("role") == "img"
        assert place.locator("svg path").count() > 5
    expect(shown.page.locator("#gains")).to_contain_text("+1.8 points (+0.9 to +2.7)")
    expect(shown.page.locator("#gains")).to_contain_text("+£2m")
    expect(shown.page.locator("#fan")).to_contain_text("60%")
    expect(shown.page.locator("#places")).to_contain_text("1 mile")


def test_pointing_at_a_year_names_line_and_band(open_page: Callable[..., Opened]) -> None:
    shown = open_page(page())
    shown.page.locator("#fan").scroll_into_view_if_needed()
    box = shown.page.locator("#fan").bounding_box()
    assert box is not None
    shown.page.mouse.move(box["x"] + box["width"] * 0.84, box["y"] + box["height"] / 2)
    expect(shown.page.locator("#fan")).to_contain_text("Today: 53.0% (47.0% to 59.0%)")


def test_a_hover_label_writes_figures_as_the_table_does(open_page: Callable[..., Opened]) -> None:
    figures = (0.026, 840.4, 1_234.0, 12_345.0, 502_938.0, 1_234_567.0, 123_456_789.0)
    drawn = [
        time_series(
            f"scale-{scale}-{place}",
            title=f"{scale} {value}",
            sentence="One figure.",
            times=("2027",),
            lines=[Line("Here", (value,))],
            scale=scale,
        )
        for scale in Scale
        for place, value in enumerate(figures if scale is Scale.POUNDS else figures[:2])
    ]
    shown = open_page(render_page(title="T", blocks=drawn))
    for chart in drawn:
        place = shown.page.locator(f"#{chart.id}")
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box is not None
        shown.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(place).to_contain_text(f"Here: {chart.table.rows[0][1]}")


def test_on_paper_tables_are_open_and_charts_fit(open_page: Callable[..., Opened]) -> None:
    shown = open_page(page())
    assert shown.page.pdf(format="A4").startswith(b"%PDF")
    shown.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert shown.page.locator("details:not([open])").count() == 0
    widths = shown.page.eval_on_selector_all(
        ".chart svg", "all => all.map(each => Number(each.getAttribute('width')))"
    )
    assert len(widths) == len(charts())
    assert max(widths) <= 680
    shown.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert shown.page.locator("details[open]").count() == 0


def test_without_javascript_the_tables_say_everything(open_page: Callable[..., Opened]) -> None:
    shown = open_page(page(), javascript=False)
    shown.page.locator("summary").first.click()
    table = shown.page.locator("details table").first
    assert table.is_visible()
    assert "+1.8 points" in table.inner_text()
    assert shown.page.get_by_text("The chart is drawn by JavaScript").first.is_visible()


def test_no_script_runs_but_its_own(open_page: Callable[..., Opened]) -> None:
    smuggled = page().replace("</main>", "<script>document.title = 'taken'</script></main>")
    shown = open_page(smuggled)
    assert shown.page.title() == "A page"
    assert any("Content Security Policy" in each for each in shown.said)
