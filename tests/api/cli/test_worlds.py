"""``nearhome template``, ``check`` and ``county``: a council's own data, or an invented one."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from matcher.intake import read_world

if TYPE_CHECKING:
    from pathlib import Path

    from matcher.domain.world import World
    from tests.api.cli.conftest import Run


@pytest.fixture
def faulty(folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the county in which two children cannot be read."""
    copy = tmp_path / "faulty"
    shutil.copytree(folder, copy)
    header, first, second, *rest = (copy / "children.csv").read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("date_of_birth")
    broken = []
    for row, value in ((first, "1870-01-01"), (second, "soon")):
        cells = row.split(",")
        cells[at] = value
        broken.append(",".join(cells))
    (copy / "children.csv").write_text("\n".join([header, *broken, *rest]) + "\n", encoding="utf-8")
    return copy


def test_good_data_is_said_to_be_good(run: Run, folder: Path, county: World) -> None:
    found = run("check", folder)
    assert found.code == 0
    assert "all of them" in found.out
    checked = json.loads(run("check", folder, "--json").out)
    assert checked["complete"] is True
    assert checked["faults"] == []
    assert checked["data_hash"] == county.data_hash


def test_every_fault_is_printed_with_its_cell(run: Run, faulty: Path) -> None:
    found = run("check", faulty)
    assert found.code == 3
    assert "children.csv, row 2, column date_of_birth: " in found.err
    assert "children.csv, row 3, column date_of_birth: " in found.err
    checked = run("check", faulty, "--json")
    assert checked.code == 3
    assert checked.err == ""
    answer = json.loads(checked.out)
    assert answer["complete"] is False
    cells = {(each["table"], each["row"], each["column"]) for each in answer["faults"]}
    assert {("children", 2, "date_of_birth"), ("children", 3, "date_of_birth")} <= cells
    assert all(each["sentence"] for each in answer["faults"])


def test_nothing_is_ranked_on_faulty_data(run: Run, faulty: Path) -> None:
    found = run("rank", "--world", faulty, "R-0001", "--json")
    assert found.code == 3
    assert found.out == ""
    assert "children.csv, row 2, column date_of_birth: " in found.err


def test_a_marked_copy_shows_the_cells(run: Run, faulty: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.xlsx"
    found = run("check", faulty, "--errors", marked)
    assert found.code == 3
    assert f"Marked copy: {marked}" in found.out
    sheet = load_workbook(marked)["children"]
    column = next(cell.column for cell in sheet[1] if cell.value == "date_of_birth")
    assert sheet.cell(2, column).comment is not None


def test_a_clean_check_writes_no_copy(run: Run, folder: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.xlsx"
    marked.write_bytes(b"from last week")
    found = run("check", folder, "--errors", marked)
    if "warning:" not in found.out:
        assert "Marked copy" not in found.out
        assert marked.read_bytes() == b"from last week"


def test_the_data_is_never_overwritten_by_its_marked_copy(run: Run, tmp_path: Path) -> None:
    workbook = tmp_path / "county.xlsx"
    assert run("template", workbook).code == 0
    before = workbook.read_bytes()
    found = run("check", workbook, "--errors", workbook)
    assert found.code == 2
    assert workbook.read_bytes() == before


def test_the_template_can_be_checked(run: Run, tmp_path: Path) -> None:
    workbook = tmp_path / "near-home.xlsx"
    found = run("template", workbook)
    assert found.code == 0
    assert f"nearhome check {workbook}" in found.out
    assert {"children", "homes", "referrals"} <= set(load_workbook(workbook).sheetnames)
    checked = run("check", workbook)
    assert checked.code == 3
    assert "sheet meta: it has no row" in checked.err
    assert checked.out == "0 rows were read; the tables as a whole have 1 fault.\n"


def test_a_county_is_written_and_reads_back(run: Run, tmp_path: Path, county: World) -> None:
    out = tmp_path / "county"
    found = run("county", "make", "--size", "0.06", "--seed", "7", "--out", out, "--json")
    assert found.code == 0
    assert found.err == ""
    made = json.loads(found.out)
    assert made["synthetic"] is True
    assert made["data_hash"] == county.data_hash == read_world(out).data_hash
    assert made["children"] == len(county.children)
    told = run("county", "make", "--size", "0.06", "--out", out)
    assert told.out.startswith("Synthetic data: ")


def test_the_report_stands_beside_its_sources(run: Run) -> None:
    found = run("county", "report", "--size", "0.2")
    assert found.code == 0
    assert found.out.startswith("Synthetic data: ")
    report = json.loads(run("county", "report", "--size", "0.2", "--json").out)
    assert report["rows"]
    assert all(row["source"] and row["year"] for row in report["rows"])
