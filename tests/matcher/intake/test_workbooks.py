"""Workbooks: written, read, filled in by people, and made to do harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from matcher.errors import UsageError
from matcher.intake import inspect_world, safety, workbook_writing
from matcher.intake.tables import TABLES
from matcher.intake.text import shield
from matcher.intake.workbook_writing import write_template, write_workbook
from matcher.intake.workbooks import text_of
from tests.matcher.intake.conftest import TABLES as CSV
from tests.record_strategies import FewPostcodes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matcher.intake import Reading


def book(path: Path, **changes: list[list[Any]]) -> Path:
    """Save a workbook with the usual tables, some of them replaced."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    tables = {name: [line.split(",") for line in text.splitlines()] for name, text in CSV.items()}
    for name, rows in {**tables, **changes}.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def read(path: Path) -> Reading:
    return inspect_world(path, postcodes=FewPostcodes())


def said(path: Path) -> str:
    (fault,) = read(path).faults
    return fault.sentence


def test_cells_as_excel_keeps_them(tmp_path: Path) -> None:
    path = book(
        tmp_path / "county.xlsx",
        meta=[["As Of", "authority", "synthetic"], [datetime(2025, 3, 31), "E06000060", True]],  # noqa: DTZ001 - as Excel keeps it
        children=[
            [
                "child_id",
                "responsible_authority",
                "date_of_birth",
                "sex",
                "school_urn",
                "home_postcode",
            ],
            [7, "E06000060", date(2012, 2, 14), 1, None, None],
            [None, None, None, None, None, None],
            ["0012", "E06000060", 40953, 2.0, 123456.0, "HP13\u00a07PR"],
            ["C-3", "E06000060", "14/02/2012", "female", None, "=1+1"],
        ],
    )
    sheet = openpyxl.load_workbook(path)
    assert sheet["children"]["F5"].data_type == "f"
    reading = read(path)
    # The row has a school's number and no school; the cell with a formula has no value yet.
    assert [fault.sentence for fault in reading.faults] == [
        "county.xlsx, sheet children, row 4, column school_postcode: is empty, and other columns "
        "need it. Fill it in."
    ]
    assert reading.world is not None
    assert reading.world.synthetic
    assert sorted(reading.world.children) == ["7", "C-3"]
    assert reading.world.child("7").date_of_birth == date(2012, 2, 14)


def test_open_document(tmp_path: Path) -> None:
    reading = read(_ods(tmp_path / "county.ods"))
    assert reading.faults == ()
    assert reading.world is not None
    assert reading.world.as_of == date(2025, 3, 31)


def _ods(path: Path, repeated: str = "1", *, value: str = "", rows: str = "1") -> Path:
    def sheet(name: str, text: str) -> str:
        lines = "".join(
            f'<table:table-row table:number-rows-repeated="{rows}">'
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
                "</table:table-cell>"
                for cell in line.split(",")
            )
            + f'<table:table-cell table:number-columns-repeated="{repeated}">'
            + (f"<text:p>{value}</text:p>" if value else "")
            + "</table:table-cell></table:table-row>"
            for line in text.split("\n")
            if line
        )
        return f'<table:table table:name="{name}">{lines}</table:table>'

    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        "<office:body><office:spreadsheet>"
        + "".join(sheet(name, text) for name, text in CSV.items())
        + "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", content)
    return path


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n", "is not a workbook: it is a PDF document"),
        (b"MZ\x90\x00\x03\x00", "is not a workbook: it is a Windows program"),
        (b"child_id,sex\nC-1,1\n", "is not a workbook: it is plain text, perhaps a CSV file"),
        (b"<html><table>", "is not a workbook: it is a web page or an XML document"),
        (b"PK\x03\x04" + b"\0" * 100, "is damaged: its parts cannot be unpacked"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + b"\0" * 600
            + "EncryptedPackage".encode("utf-16-le"),
            "is protected by a password",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an Excel 97-2003 workbook"),
    ],
)
def test_a_workbook_that_is_none(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "county.xlsx"
    path.write_bytes(content)
    assert said(path).startswith(f"county.xlsx: {sentence}")


def _zip(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    assert "is a zip archive and no workbook" in said(_zip(tmp_path / "a.xlsx", {"a.csv": b"x"}))


def test_a_zip_bomb_is_refused_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _zip(
        tmp_path / "bomb.xlsx",
        {"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": b" " * 60_000_000},
    )
    assert path.stat().st_size < 100_000
    assert "unpacks to more than 200 times its size" in said(path)
    monkeypatch.setattr(safety, "MOST_UNPACKED_BYTES", 10_000_000)
    assert "as files made to bring software down do; it was not opened" in said(path)


def test_sizes_that_lie_are_not_believed(tmp_path: Path) -> None:
    path = _zip(
        tmp_path / "liar.xlsx",
        {"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": b" " * 60_000_000},
    )
    raw = path.read_bytes()
    path.write_bytes(raw.replace((60_000_000).to_bytes(4, "little"), (60).to_bytes(4, "little")))
    assert "unpacks to more than 200 times its size" in said(path)


def test_parts_packed_strangely_or_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _zip(tmp_path / "a.xlsx", {"xl/workbook.xml": b"x"}, zipfile.ZIP_LZMA)
    assert "is packed in a way that workbooks are not" in said(path)
    monkeypatch.setattr(safety, "MOST_MEMBERS", 1)
    path = _zip(tmp_path / "b.xlsx", {"xl/workbook.xml": b"x", "b": b""}, zipfile.ZIP_STORED)
    assert "holds 2 parts" in said(path)


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>',
        '<row r="1"><c r="A1"/></row><row><c r="XFD1048576"/></row>',
        "<row r='1048576'><c r = 'XFD1048576'/></row>",
    ],
)
def test_cells_in_opposite_corners_are_refused(tmp_path: Path, cells: str) -> None:
    path = book(tmp_path / "far.xlsx")
    parts = {}
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{cells}</sheetData></worksheet>"
    ).encode()
    assert "has cells so far from each other" in said(_zip(path, parts))


@pytest.mark.parametrize("repeated", ["16384", "999999999", "9" * 30])
def test_empty_cells_may_repeat_to_the_edge_and_full_ones_may_not(
    tmp_path: Path, repeated: str
) -> None:
    empty = read(_ods(tmp_path / "a.ods", repeated)).faults
    assert not empty or "is damaged" in empty[0].sentence  # no number that long is a number
    full = _ods(tmp_path / "b.ods", repeated, value="x", rows="1048576")
    assert "has cells so far from each other" in said(full)


def test_entities_are_refused(tmp_path: Path) -> None:
    path = _zip(
        tmp_path / "a.ods",
        {"content.xml": b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'},
    )
    assert "declares entities" in said(path)
    assert "is damaged" in said(_zip(tmp_path / "b.ods", {"content.xml": b"<a></b>"}))


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<not xml"})
    assert "is damaged: it could not be opened as a workbook" in said(path)


def test_a_truncated_workbook(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    raw = bytearray(path.read_bytes())
    raw[200:400] = b"\xff" * 200
    path.write_bytes(raw)
    assert "is damaged" in said(path)


def test_another_suffix(tmp_path: Path) -> None:
    path = tmp_path / "county.doc"
    path.write_bytes(b"x")
    with pytest.raises(UsageError, match="neither a folder of CSV files nor a workbook"):
        read(path)


def test_unknown_and_repeated_sheets(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Guidance=[["hello"]], placement=[["x"]], Meta_=[["as_of"]])
    reading = read(path)
    assert [warning.sentence for warning in reading.warnings] == [
        "a.xlsx, sheet placement: no table has this name, so the sheet was not read. "
        'Did you mean "placements"?'
    ]
    assert [fault.sentence for fault in reading.faults] == [
        "a.xlsx, sheet Meta_: the same table stands in a.xlsx, sheet meta as well. Keep one of "
        "the two."
    ]


def test_the_template_explains_itself_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "template.xlsx"
    write_template(path)
    made = openpyxl.load_workbook(path)
    assert made.sheetnames == ["guidance", *(table.name for table in TABLES)]
    for table in TABLES:
        sheet = made[table.name]
        assert [cell.value for cell in sheet[1]] == [column.name for column in table.columns]
        assert sheet.freeze_panes in ("A2", "B2")
        lists = {
            str(choices.sqref).split(":")[0].rstrip("2"): choices
            for choices in sheet.data_validations.dataValidation
        }
        for cell, column in zip(sheet[1], table.columns, strict=True):
            assert cell.comment is not None
            assert column.meaning in cell.comment.text
            if column.kind.codes:
                formula = lists[cell.column_letter].formula1
                assert formula == '"' + ",".join(code for code, _ in column.kind.codes) + '"'
                assert len(formula) <= 257  # Excel refuses longer lists
    (fault,) = read(path).faults
    assert fault.sentence.startswith("template.xlsx, sheet meta: it has no row.")


def test_the_template_is_the_same_every_time(tmp_path: Path) -> None:
    write_template(tmp_path / "a.xlsx")
    write_template(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_spreadsheets_would_run_is_text(folder: Callable[..., Path], tmp_path: Path) -> None:
    source = folder(
        children="child_id,responsible_authority,religion\n"
        "A_x0041_,E06000060,\"'=cmd|' /c calc'\"\n"
    )
    reading = read(source)
    assert reading.world is not None
    assert reading.world.child("A_x0041_").religion == "=cmd|' /c calc'"
    path = tmp_path / "a.xlsx"
    write_workbook(reading.world, path)
    cell = openpyxl.load_workbook(path)["children"]["F2"]
    assert cell.data_type == "s"
    assert cell.value == "'=cmd|' /c calc'"
    again = read(path)
    assert again.world == reading.world


@pytest.mark.parametrize("text", ["=a", "+a", "-a", "@a", "'a"])
def test_what_spreadsheets_run_stands_behind_an_apostrophe(text: str) -> None:
    assert shield(text) == "'" + text


def test_a_table_too_long_for_a_sheet(
    folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = read(folder()).world
    assert world is not None
    monkeypatch.setattr(workbook_writing, "MOST_ROWS", 2)
    with pytest.raises(UsageError, match="more rows than a sheet can hold"):
        write_workbook(world, tmp_path / "a.xlsx")
    assert [each.name for each in tmp_path.iterdir()] == ["county"]


def test_a_nested_archive_is_not_followed(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("xl/workbook.xml", b"x")
    path = _zip(tmp_path / "a.xlsx", {"b.xlsx": inner.getvalue()})
    assert "is a zip archive and no workbook" in said(path)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("C-1", "C-1"),
        (True, "yes"),
        (False, "no"),
        (7.0, "7"),
        (7.5, "7.5"),
        (1e300, "1e+300"),
        (7, "7"),
        (datetime(2025, 3, 31, 9, 30), "2025-03-31"),  # noqa: DTZ001 - as Excel keeps it
        (date(2025, 3, 31), "2025-03-31"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_the_text_of_a_cell(cell: object, text: str) -> None:
    assert text_of(cell) == text


def test_a_sheet_that_is_damaged(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet4.xml"] = b"<worksheet><sheetData><row></oops>"
    (fault,) = read(_zip(path, parts)).faults
    assert fault.sentence.startswith("a.xlsx, sheet children: is damaged")


def test_a_workbook_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="could not be written: "):
        write_template(tmp_path / "file" / "template.xlsx")
