"""Free text about a person is refused where it comes in, and repeated nowhere."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Run

CANARY = "Zebedee Quillfeather"


def planted(folder: Path, tmp_path: Path, column: str, table: str) -> Path:
    copy = tmp_path / "planted"
    shutil.copytree(folder, copy)
    file = copy / f"{table}.csv"
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    lines = [f"{header},{column}", *(f"{row},{CANARY}" for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("children", "name"),
        ("children", "remarks_of_the_day"),
        ("homes", "notes"),
        ("homes", "remarks_of_the_day"),
        ("referrals", "notes"),
        ("contacts", "name"),
    ],
)
def test_a_column_of_text_is_never_repeated(
    run: Run, folder: Path, tmp_path: Path, table: str, column: str
) -> None:
    world = planted(folder, tmp_path, column, table)
    marked = tmp_path / "marked.xlsx"
    said = [
        run("check", world),
        run("check", world, "--json"),
        run("check", world, "--errors", marked),
        run("rank", "--world", world, "R-0001"),
        run("rank", "--world", world, "R-0001", "--json"),
        run("explain", "R-0001", "H-0001", "--world", world),
    ]
    for found in said:
        assert CANARY not in found.out
        assert CANARY not in found.err
    if column != "remarks_of_the_day":
        assert {found.code for found in said} == {3}
        for sheet in load_workbook(marked).worksheets:
            for row in sheet.iter_rows(values_only=True):
                assert CANARY not in [str(cell) for cell in row]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("children", "sex"),
        ("children", "home_postcode"),
        ("homes", "setting"),
        ("homes", "registered"),
    ],
)
def test_a_name_in_the_wrong_cell_is_not_repeated_by_a_ranking(
    run: Run, folder: Path, tmp_path: Path, table: str, column: str
) -> None:
    copy = tmp_path / "planted"
    shutil.copytree(folder, copy)
    file = copy / f"{table}.csv"
    header, first, *rest = file.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    cells[header.split(",").index(column)] = CANARY
    file.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    found = run("rank", "--world", copy, "R-0001", "--json")
    assert found.code == 3
    assert found.out == ""
    assert f"{table}.csv, row 2, column {column}" in found.err
    assert CANARY not in found.err
