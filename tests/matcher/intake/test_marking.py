"""The marked copy: every fault where it stands, and a file to go on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl

from matcher.intake import inspect_world, marking
from matcher.intake.marking import write_error_workbook
from tests.matcher.intake.conftest import TABLES
from tests.record_strategies import FewPostcodes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

RED, YELLOW = "00FFC7CE", "00FFEB9C"


def test_faults_are_marked_and_the_copy_can_be_corrected(
    folder: Callable[..., Path], tmp_path: Path
) -> None:
    source = folder(
        children=TABLES["children"].replace("HP20 1UA", "nowhere")
        + "\nC-3,E06000060,soon,1,ZZ9 9ZZ,surplus\n",
        needs="child_id,domain,level\nC-1,health,2\n",
    )
    reading = inspect_world(source, postcodes=FewPostcodes())
    path = tmp_path / "errors.xlsx"
    write_error_workbook(reading, path)
    made = openpyxl.load_workbook(path)
    assert made["guidance"]["A1"].value == "2 rows could not be read; 6 were."
    sheet = made["children"]
    assert sheet["E3"].fill.fgColor.rgb == RED
    assert sheet["E3"].comment.text.startswith("Is not a postcode. Correct it")
    assert sheet["C5"].fill.fgColor.rgb == RED
    assert sheet["A5"].comment.text.startswith("The row has 6 cells and the header 5")
    assert sheet["E2"].comment is None
    assert made["needs"]["A2"].value == "C-1"

    sheet["E3"].value = None
    sheet.delete_rows(5)
    made.save(path)
    again = inspect_world(path, postcodes=FewPostcodes())
    assert again.faults == ()
    assert again.summary == "7 rows were read, all of them."


def test_warnings_are_yellow(folder: Callable[..., Path], tmp_path: Path) -> None:
    source = folder(
        children="child_id,responsible_authority,home_postcode\nC-1,E06000060,ZZ9 9ZZ\n"
    )
    path = tmp_path / "errors.xlsx"
    write_error_workbook(inspect_world(source, postcodes=FewPostcodes()), path)
    cell = openpyxl.load_workbook(path)["children"]["C2"]
    assert cell.fill.fgColor.rgb == YELLOW
    assert cell.comment.text.startswith("To check: Is in no directory of postcodes")


def test_refused_columns_and_broken_files_are_left_out(
    folder: Callable[..., Path], tmp_path: Path
) -> None:
    source = folder(
        children="child_id,surname,responsible_authority\nC-1,Secret,E06000060\n",
        homes=b"%PDF-1.7",
        providers='provider_id,sector\n"P"-1,PR1\nP-2,PR9\n',
        needs="\n,\nchild_id,domain,level\nC-1,health,9\n",
    )
    path = tmp_path / "errors.xlsx"
    write_error_workbook(inspect_world(source, postcodes=FewPostcodes()), path)
    made = openpyxl.load_workbook(path)
    assert [cell.value for cell in made["children"][2]] == ["C-1", "E06000060"]
    assert "homes.csv: is not a CSV file" in made["guidance"]["A3"].value
    assert made["homes"].max_row == 1
    assert made["providers"]["A2"].comment is not None
    assert made["needs"]["C4"].fill.fgColor.rgb == RED


def test_of_very_long_tables_only_rows_at_fault_are_copied(
    folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "MOST_ROWS_COPIED", 2)
    source = folder(children=TABLES["children"] + "C-3,E06000060,soon,,\n")
    path = tmp_path / "errors.xlsx"
    write_error_workbook(inspect_world(source, postcodes=FewPostcodes()), path)
    sheet = openpyxl.load_workbook(path)["children"]
    assert [cell.value for cell in sheet["A"]] == ["child_id", "C-3"]
