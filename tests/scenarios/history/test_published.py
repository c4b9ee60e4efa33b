"""Forecasts and comparisons from published figures: small made-up ones, and the real ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from markupsafe import escape

from api.cli.main import main
from matcher.errors import DataError, NotFoundError
from scenarios.history.comparison import MEASURES, compare
from scenarios.history.comparison_page import PARTS, comparison_page
from scenarios.history.published import Series, fit, predict, read_published
from scenarios.history.published_files import LOOKED_AFTER, NUMBERS, STABILITY
from scenarios.history.published_report import SAME, TREND, published_backtest, published_forecast
from tests.scenarios.history.returns import write

YEARS = range(2021, 2026)
COLUMNS = ["time_period", "geographic_level", "region_name", "old_la_code", "la_name",
           "new_la_code", "population_type", "population_estimate", "children_count"]  # fmt: skip


def publish(folder, figures, population=10_000):
    """Write the yearly figures of made-up authorities: code -> (region, {year: (C, S, E)})."""
    rows = []
    for number, (code, (region, by_year)) in enumerate(figures.items()):
        for year, counts in by_year.items():
            for series, count in zip(Series, counts, strict=True):
                place = ["Local authority", region, 100 + number, f"Council {code}", code]
                rows.append([year, *place, series.value, population, count])
    write(folder / "any name.csv", COLUMNS, rows)
    return folder


@pytest.fixture
def many(tmp_path):
    """Sixty authorities in three regions whose rates close in on their region's by a tenth."""
    rng = np.random.default_rng(3)
    figures = {}
    for i in range(60):
        region = f"Region {i % 3}"
        middle = np.log(300 + 200 * (i % 3))
        level = middle + 0.4 * rng.standard_normal()
        by_year = {}
        for year in YEARS:
            by_year[year] = (round(np.exp(level)), 100, 100)
            level += -0.1 * (level - middle) + 0.02 * rng.standard_normal()
        figures[f"E{i:08d}"] = (region, by_year)
    return publish(tmp_path, figures)


def test_the_closing_of_the_distance_to_the_region_is_learnt(many):
    fitted = fit(read_published(many), Series.IN_CARE, 2025)
    assert fitted.slopes[0] == pytest.approx(-0.1, abs=0.02)


def test_the_back_test_beats_no_change_where_there_is_something_to_learn(many):
    lines = published_backtest(read_published(many)).series[Series.IN_CARE.value]
    assert [line.years_ahead for line in lines] == [1, 2, 3]
    for line in lines:
        assert line.mae["near home"] < line.mae[SAME]
        assert 0.85 <= line.coverage <= 1.0


def test_nothing_after_the_last_year_known_is_looked_at(many):
    whole = read_published(many)
    cut = read_published(many)
    for frame in cut.values.values():
        frame[2024] = 1.0
        frame[2025] = 1.0
    for one, two in zip(
        predict(whole, Series.IN_CARE, since=2023, ahead=1),
        predict(cut, Series.IN_CARE, since=2023, ahead=1),
        strict=True,
    ):
        assert one == pytest.approx(two)


def test_suppressed_figures_are_unknown_and_stop_nothing(many):
    path = many / "any name.csv"
    lines = path.read_text().splitlines()
    hidden = [
        line.rsplit(",", 1)[0] + ",c" if ",E00000005," in line and line.startswith("2025") else line
        for line in lines
    ]
    path.write_text("\n".join(hidden))
    published = read_published(many)
    found = published_forecast(published, "E00000005", years=2)
    assert found.published[Series.IN_CARE.value][2025] is None
    assert {each.p50 for each in found.forecast[Series.IN_CARE.value]} == {None}
    assert published_backtest(published).authorities == 59


def test_missing_files_and_authorities_are_named(tmp_path, many):
    with pytest.raises(NotFoundError, match="E99999999"):
        published_forecast(read_published(many), "E99999999", years=1)
    with pytest.raises(DataError, match="numbers and rates"):
        read_published(tmp_path / "none")
    with pytest.raises(DataError, match="characteristics"):
        compare(many, "E00000001")


def characteristics(folder, cells):
    """Write looked_after and stability files: (level, region, name, code) -> {key: number}."""
    for file, column in ((LOOKED_AFTER, "number"), (STABILITY, "children_count")):
        header = ["time_period", "geographic_level", "region_name", "la_name", "new_la_code",
                  *file.group, column]  # fmt: skip
        keys = {key for each in MEASURES if each.file is file for key in (*each.count, *each.of)}
        rows = [
            [year, level, region, name, code, *key.split(" | "), numbers.get(key, "c")]
            for (level, region, name, code), numbers in cells.items()
            for year in (2024, 2025)
            for key in sorted(keys)
        ]
        write(folder / f"{column}.csv", header, rows)


@pytest.fixture
def three(tmp_path):
    """Three councils of a region, whose distances are known for the latest two years."""
    place = {
        code: ("R", {2024: (count, 10, 10), 2025: (count + 10, 10, 10)})
        for code, count in (("E00000000", 100), ("E00000001", 200), ("E00000002", 400))
    }
    publish(tmp_path, place)
    near = "Distance between home and placement | Placed 20 miles or less from home"
    far = "Distance between home and placement | Placed more than 20 miles from home"

    def numbers(a, b):
        return {near: a, far: b}

    characteristics(
        tmp_path,
        {
            ("Local authority", "R", "A", "E00000000"): numbers(50, 50),
            ("Local authority", "R", "B", "E00000001"): numbers(90, 10),
            ("Local authority", "R", "C", "E00000002"): numbers(100, 200),
            ("Regional", "R", "", ""): numbers(240, 260),
            ("National", "", "", ""): numbers(3, 1),
        },
    )
    columns = ["LA.Name", "LA.number", "SN_rank", "SN_LA_name", "SN_LA_number"]
    write(tmp_path / "n.csv", columns, [["A", 100, 1, "C", 102], ["A", 100, 2, "B", 101]])
    return tmp_path


def test_a_council_stands_beside_its_pooled_neighbours(three):
    found = compare(three, "E00000000")
    assert found.neighbours == ("Council E00000002", "Council E00000001")
    by_name = {each.measure: each for each in found.measures}
    near_home = by_name["Near home, of known"]
    assert near_home.council == {2024: 50.0, 2025: 50.0}
    assert near_home.neighbours[2025] == 47.5  # 190 of 400
    assert near_home.region[2025] == 48.0
    assert near_home.england[2025] == 75.0
    assert near_home.place == 2  # behind B, before C
    assert by_name["Looked after on 31 March"].change == 10
    assert by_name["Looked after on 31 March"].neighbours[2025] == 310
    assert by_name["Looked after, of children aged 0 to 17"].council[2025] == 110
    assert by_name["Own provision"].council[2025] is None


def test_the_page_of_a_council_shows_every_measure_and_says_what_is_not_known(three):
    page = comparison_page(compare(three, "E00000000"))
    assert [each.name for each in MEASURES if f">{escape(each.name)}</h3>" not in page] == []
    assert "Council E00000000: 50.0% in 2025, 0.0 points since 2024" in page
    assert "neighbours 47.5%, R 48.0%, England 75.0%; place 2 of 3, 1 the best." in page
    assert "Council E00000000: not known in 2025; neighbours not known" in page
    assert {name for _, _, names in PARTS for name in names} == {each.name for each in MEASURES}


def test_the_command_writes_the_page_and_says_where(three, capfd, monkeypatch):
    command = ["history", "compare", "--authority", "E00000000", "--statistics", str(three)]
    monkeypatch.chdir(three)
    monkeypatch.setattr(sys, "argv", ["nearhome", *command, "--out", "charts/page.html"])
    with pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code
    assert "Charts: charts/page.html" in capfd.readouterr().out
    page = (three / "charts" / "page.html").read_text(encoding="utf-8")
    assert page == comparison_page(compare(three, "E00000000"))


@pytest.fixture
def statistics():
    folder = os.environ.get("NEARHOME_STATISTICS")
    assert folder, "set NEARHOME_STATISTICS to the folder of the published statistics"
    return Path(folder)


@pytest.mark.outside_data
def test_on_all_authorities_the_forecast_is_at_or_below_no_change(statistics):
    tested = published_backtest(read_published(statistics))
    assert tested.authorities == 147
    for line in tested.series[Series.IN_CARE.value]:
        assert line.mae["near home"] <= line.mae[SAME]
        assert line.mae["near home"] < 0.8 * line.mae[TREND]
        assert 0.85 <= line.coverage <= 0.95
    for origin in (2022, 2023, 2024):
        assert tested.by_origin[origin]["near home"] <= tested.by_origin[origin][SAME]


@pytest.mark.outside_data
def test_buckinghamshire_is_as_published(statistics):
    found = compare(statistics, "E06000060")
    by_name = {each.measure: each for each in found.measures}
    assert len(found.neighbours) == 10
    assert by_name["Looked after on 31 March"].council[2025] == 522
    assert by_name["Near home, of known"].council[2025] == pytest.approx(100 * 237 / 441, abs=0.01)
    assert by_name["Same carer for two years"].council[2025] == pytest.approx(65.2, abs=0.05)
    assert by_name["Near home, of all"].england[2025] == pytest.approx(69.3, abs=0.1)
    assert NUMBERS.title in {each.source for each in found.measures}
