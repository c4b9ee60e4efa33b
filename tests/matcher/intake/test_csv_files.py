"""CSV files as they come: encodings, delimiters, ragged rows, and files that are none."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Any

import pytest

from matcher.errors import IntakeErrors, UsageError
from matcher.intake import csv_files, inspect_world, read_world, rows
from tests.matcher.intake.conftest import TABLES
from tests.record_strategies import FewPostcodes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matcher.intake import Reading

    Read = Callable[..., Reading]

RELIGION = "child_id,responsible_authority,religion\nC-1,E06000060,été\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(check: Read, encoding: str) -> None:
    reading = check(children=RELIGION.encode(encoding))
    assert reading.faults == ()
    assert reading.world is not None
    assert reading.world.child("C-1").religion == "été"


def test_an_accent_on_the_edge_of_a_chunk(check: Read) -> None:
    first = RELIGION.encode()
    padding = b"\n" * (8192 - len(first) + 2)
    reading = check(children=first.replace(b"\nC-1", padding + b"\nC-1"))
    assert reading.world is not None
    assert reading.world.child("C-1").religion == "été"


def test_neither_utf_8_nor_windows_1252(check: Read) -> None:
    (fault,) = check(children=RELIGION.encode() + b"C-2,E06000060,\x81\xff\n").faults
    assert "neither UTF-8 nor Windows-1252 text. Save it as CSV (UTF-8)." in fault.sentence


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters(check: Read, delimiter: str) -> None:
    assert check(homes=TABLES["homes"].replace(",", delimiter)).complete


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings(check: Read, ending: str) -> None:
    assert check(homes=TABLES["homes"].replace("\n", ending)).complete


def test_blank_rows_count_as_rows_and_are_not_read(check: Read) -> None:
    text = "\n,,\n" + TABLES["children"].replace("\nC-2", "\n\n , , \nC-2") + "\nC-3,oops\n"
    reading = check(children=text)
    assert reading.counts["children"].read == 2
    (fault,) = reading.faults
    assert fault.row == 9


def test_headers_in_any_order_and_spelling(check: Read) -> None:
    reading = check(
        children="Home Postcode, CHILD-ID ,Responsible  authority\nHP13 7PR,C-1,E06000060\n"
    )
    assert reading.complete
    assert reading.world is not None
    assert reading.world.child("C-1").home_postcode == "HP13 7PR"


def test_an_unknown_column_is_warned_of_with_the_nearest_name(check: Read) -> None:
    reading = check(
        children="child_id,responsible_authority,ethnicty,shoe_size\nC-1,E06000060,WBRI,4\n"
    )
    assert reading.faults == ()
    assert [warning.sentence for warning in reading.warnings] == [
        "children.csv, row 1, column ethnicty: no column has this name, so it was not read. "
        'Did you mean "ethnicity"?',
        "children.csv, row 1, column shoe_size: no column has this name, so it was not read. "
        "Rename it if it should be.",
    ]


@pytest.mark.parametrize(
    "header",
    ["Surname", "first name", "Child's name", "NHS number", "Address 1", "e-mail", "Notes", "Nino"],
)
def test_a_column_of_names_is_refused(check: Read, header: str) -> None:
    reading = check(
        children=f"child_id,responsible_authority,{header}\nC-1,E06000060,Secret Person\n"
    )
    (fault,) = reading.faults
    assert "neither needs nor keeps" in fault.sentence
    assert "pseudonyms" in fault.sentence
    assert "Secret" not in fault.sentence


def test_a_missing_column(check: Read) -> None:
    reading = check(homes="home_id,setting\nH-1,foster\n")
    assert [fault.sentence for fault in reading.faults] == [
        "homes.csv: the columns provider_id, beds_approved, beds_usable are missing from the "
        "header in row 1. Add them; until then no row of this table can be read."
    ]


def test_a_column_that_occurs_twice(check: Read) -> None:
    (fault,) = check(children="child_id,Child ID,responsible_authority\nC-1,C-1,E06000060\n").faults
    assert "this column occurs twice. Keep one of the two." in fault.sentence


def test_ragged_rows(check: Read) -> None:
    reading = check(
        children=(
            "child_id,responsible_authority,sex\nC-1,E06000060\nC-2,E06000060,1,\n"
            "C-3,E06000060,1,,WBRI\n"
        )
    )
    assert reading.counts["children"].read == 2
    (fault,) = reading.faults
    assert fault.sentence == (
        "children.csv, row 4: the row has 5 cells and the header 3. Put quotation marks around a "
        "value that holds the delimiter."
    )


def test_a_quotation_mark_that_is_never_closed_costs_one_row(check: Read) -> None:
    reading = check(
        children=(
            "child_id,responsible_authority,religion\nC-1,E06000060,a\n"
            'C-2,E06000060,"b\nC-3,E06000060,c\nC-4,E06000060,"d"\n'
        )
    )
    assert reading.world is not None
    assert sorted(reading.world.children) == ["C-1", "C-3", "C-4"]
    (fault,) = reading.faults
    assert fault.row == 3
    assert "a quotation mark is opened and not closed" in fault.sentence


def test_too_many_stray_quotation_marks_end_the_reading(check: Read) -> None:
    text = "child_id,responsible_authority\n" + '"C"-1,E06000060\n' * 500
    reading = check(children=text)
    assert "nothing below was read" in reading.faults[-1].sentence
    assert reading.counts["children"].rejected == 101


def test_a_quoted_line_break_is_one_row(check: Read) -> None:
    reading = check(
        children='child_id,responsible_authority,"shoe\nsize"\nC-1,E06000060,"4\n5"\nC-2,bad,\n'
    )
    assert reading.counts["children"].read == 1
    assert reading.faults[0].row == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest of a workbook", "it is a workbook or another zip archive"),
        (b"%PDF-1.7\n", "it is a PDF document"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "it is a Windows program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or a password-protected Office document"),
        (b"<!DOCTYPE html><html>", "it is a web page or an XML document"),
        (b"\0" * 5000, "holds NUL bytes, which no CSV file has"),
        (b"child_id,responsible_authority\n" + b"x" * 9000 + b"\0", "holds NUL bytes"),
        (b"", "it is empty. Add a header row, or take it out."),
        (b"\n\n,,\n", "it is empty"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(check: Read, content: bytes, said: str) -> None:
    (fault,) = check(children=content).faults
    assert fault.source == "children.csv"
    assert said in fault.sentence


def test_text_may_begin_like_a_program(check: Read) -> None:
    assert check(providers="MZ,provider_id,sector\n,P-1,PR1\n").faults == ()


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is nothing at"):
        read_world(tmp_path / "nowhere", postcodes=FewPostcodes())
    with pytest.raises(IntakeErrors, match=r"there is no file meta\.csv"):
        read_world(tmp_path, postcodes=FewPostcodes())
    lone = tmp_path / "children.csv"
    lone.write_text("x")
    with pytest.raises(UsageError, match="Name the folder in which it stands"):
        read_world(lone, postcodes=FewPostcodes())


def test_other_files_are_warned_of_or_passed_over(folder: Callable[..., Path]) -> None:
    path = folder(childrens="child_id\n")
    (path / "readme.txt").write_text("not a table")
    (path / "homes.CSV").rename(path / "Homes.csv") if (path / "homes.CSV").exists() else None
    reading = inspect_world(path, postcodes=FewPostcodes())
    assert [warning.sentence for warning in reading.warnings] == [
        'childrens.csv: no table has this name, so the file was not read. Did you mean "children"?'
    ]


def test_the_same_table_twice(folder: Callable[..., Path]) -> None:
    path = folder()
    (path / "Children.csv").write_text(TABLES["children"])
    (fault,) = inspect_world(path, postcodes=FewPostcodes()).faults
    assert fault.sentence == (
        "children.csv: the same table stands in Children.csv as well. Keep one of the two."
    )


def test_fifty_megabytes_are_read_a_row_at_a_time(check: Read) -> None:
    row = b"C-1,parent,HP13 7PR,2" + b" " * 700 + b"\n"
    many = 50_000_000 // len(row)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reading = check(contacts=b"child_id,with_whom,postcode,times_a_month\n" + row * many)
    grown_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert reading.complete
    assert reading.counts["contacts"].read == many
    # The test itself holds the 50 MB twice over while it writes them.
    assert grown_kilobytes < 200_000


def test_more_rows_and_bytes_than_are_read(check: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 2)
    (fault,) = check().faults[:1]
    assert "has more than 2 rows; those below were not read" in fault.sentence
    monkeypatch.setattr(csv_files, "MOST_BYTES", 10)
    assert "at most 0 MB are read" in check().faults[0].sentence


def test_so_many_faults_are_listed_and_the_rest_counted(check: Read) -> None:
    reading = check(children="child_id,responsible_authority\n" + "C 1,nowhere\n" * 6000)
    assert len(reading.faults) == 5001
    assert reading.faults[-1].sentence == (
        "children.csv: 12,999 more faults are not listed. Correct those above and check again."
    )
    assert reading.summary == "6,000 rows could not be read; 4 were."


def test_what_may_not_be_read_is_said(
    folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder()
    opened = type(path).open

    def forbidden(self: Path, *args: Any, **named: Any) -> Any:
        if self.name in ("children.csv", "county.xlsx"):
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **named)

    monkeypatch.setattr(type(path), "open", forbidden)
    (fault,) = inspect_world(path, postcodes=FewPostcodes()).faults
    assert fault.sentence == (
        "children.csv: could not be read: Permission denied. See that it is there and that you "
        "may read it."
    )
    (path / "county.xlsx").touch()
    with pytest.raises(UsageError, match="Permission denied"):
        inspect_world(path / "county.xlsx", postcodes=FewPostcodes())

    def unlisted(self: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "iterdir", unlisted)
    with pytest.raises(UsageError, match="Permission denied"):
        inspect_world(path, postcodes=FewPostcodes())


def test_a_great_many_bad_cells_take_no_time_to_be_counted(check: Read) -> None:
    rows_of_text = "".join(f"C-{i},E06000060,sort{i}\n" for i in range(20_000))
    reading = check(children="child_id,responsible_authority,ethnicity\n" + rows_of_text)
    assert reading.counts["children"].rejected == 20_000
    assert "15,000 more faults are not listed" in reading.faults[-1].sentence
