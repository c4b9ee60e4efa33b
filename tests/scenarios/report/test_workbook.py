"""The workbook opens, holds the figures of the run as numbers, and runs nothing."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from matcher.errors import UsageError
from scenarios.report import write_workbook
from scenarios.report.summary import summarise
from scenarios.results import LeverShown, RunResult, Unit
from tests.scenarios.report.runs import a_run

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook

SHEETS = ["Summary", "Differences", "By year", "Assumptions", "Levers", "Measures", "Stamp"]
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org")')


def opened(run: RunResult, folder: Path) -> Workbook:
    place = folder / "workbook.xlsx"
    write_workbook(run, place)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return openpyxl.load_workbook(place)


def rows_of(book: Workbook, name: str) -> list[dict[str, Any]]:
    header, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_every_sheet_is_there_with_its_header_held(tmp_path: Path) -> None:
    book = opened(a_run(), tmp_path)
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.column_dimensions["A"].width > 10
        assert sheet.print_title_rows == "$1:$1"
        if sheet.title != "Summary":
            (table,) = sheet.tables.values()
            assert table.ref == sheet.dimensions
            assert table.column_names == [cell.value for cell in sheet[1]]


def test_differences_equal_those_of_the_run(tmp_path: Path) -> None:
    run = a_run()
    rows = {
        (row["Variant"], row["Measure"]): row
        for row in rows_of(opened(run, tmp_path), "Differences")
    }
    seen = 0
    for variant in run.summary.variants[1:]:
        for measure in run.summary.measures:
            row, found = rows[variant.title, measure.label], variant.differences[measure.name]
            level = {Unit.SHARE: 1.0, Unit.PENCE_A_YEAR: 0.01, Unit.PENCE_A_CHILD_WEEK: 0.01}.get(
                measure.unit, 1.0
            )
            change = 100.0 if measure.unit is Unit.SHARE else level
            assert row["Mean today"] == pytest.approx(found.base * level)
            assert row["Mean with the change"] == pytest.approx(found.variant * level)
            assert row["Mean difference"] == pytest.approx(found.mean * change)
            assert row["Futures: 5% lie below"] == pytest.approx(found.p05 * change)
            assert row["Futures: 5% lie above"] == pytest.approx(found.p95 * change)
            assert row["Mean difference: 90% interval from"] == pytest.approx(
                found.mean_low * change
            )
            assert row["Futures"] == found.replications
            seen += 1
    assert seen == len(rows) == 39


def test_years_equal_those_of_the_run(tmp_path: Path) -> None:
    run = a_run(years=3)
    rows = rows_of(opened(run, tmp_path), "By year")
    assert len(rows) == 4 * 13 * 3
    variant = run.summary.variants[2]
    mine = [
        row
        for row in rows
        if row["Variant"] == variant.title and row["Measure"] == "Within 20 miles of home"
    ]
    assert [row["Year"] for row in mine] == ["2025/26", "2026/27", "2027/28"]
    fan, change = variant.fans["near_home_rate"], variant.difference_fans["near_home_rate"]
    assert [row["Level: median"] for row in mine] == pytest.approx(list(fan.p50))
    assert [row["Difference: 5% above"] / 100 for row in mine] == pytest.approx(list(change.p95))
    today = next(row for row in rows if row["Variant"] == "Today")
    assert today["Difference: mean"] is None


def test_numbers_are_shown_as_what_they_are(tmp_path: Path) -> None:
    sheet = opened(a_run(), tmp_path)["Differences"]
    near = next(
        row for row in sheet.iter_rows(min_row=2) if row[2].value == "Within 20 miles of home"
    )
    assert near[6].number_format == "0.0%"
    assert "points" in near[8].number_format
    cost = next(row for row in sheet.iter_rows(min_row=2) if row[2].value == "Cost a year, gross")
    assert cost[6].number_format == "£#,##0"
    assert cost[8].number_format.startswith("+£#,##0;-")


def test_the_summary_says_what_the_report_says(tmp_path: Path) -> None:
    run = a_run()
    text = [row["In words"] for row in rows_of(opened(run, tmp_path), "Summary")]
    for sentence in summarise(run).sentences:
        assert sentence in text
    assert "made up" in text[0]


@pytest.mark.parametrize("formula", FORMULAS)
def test_text_is_never_run(tmp_path: Path, formula: str) -> None:
    run = a_run(effects={formula: {"near_home_rate": (0.02, 0.002)}}, name=formula)
    lever = LeverShown(
        kind="x", title=formula, sentence=formula, source=formula, settings={formula: formula}
    )
    variants = (
        run.summary.variants[0],
        run.summary.variants[1].model_copy(update={"levers": (lever,)}),
    )
    summary = run.summary.model_copy(update={"variants": variants})
    book = opened(RunResult(summary=summary, values=run.values), tmp_path)
    found = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                found += cell.value == formula
    assert found > 5


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(a_run(), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_run_of_today_alone_still_opens(tmp_path: Path) -> None:
    book = opened(a_run(effects={}, assumptions=()), tmp_path)
    assert book.sheetnames == SHEETS
    assert book["Differences"].max_row == 1
    assert not book["Differences"].tables


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="could not be written"):
        write_workbook(a_run(), tmp_path / "taken" / "workbook.xlsx")
