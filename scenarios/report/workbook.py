"""The workbook of a run: the same figures as the report, as numbers to go on with.

Shares are shares with a per-cent format, money is pounds, and text is text whatever it begins
with. Every sheet but the first holds one named table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from matcher.intake.workbook_writing import text_cell, without_times
from scenarios.report.files import write_whole
from scenarios.report.page import SYNTHETIC
from scenarios.report.sheets import Figure, Sheet, sheets_of
from scenarios.report.summary import summarise

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.report.summary import Summary
    from scenarios.results import RunResult

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks hold times without a zone
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_TOP = Alignment(vertical="top")
_BOLD = Font(bold=True)


def write_workbook(run: RunResult, path: Path) -> None:
    """Write a run as an Excel workbook.

    The same run gives the same bytes.

    Parameters
    ----------
    run
        A finished run.
    path
        Where to; replaced, whole, if it is there.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    write_whole(path, lambda fresh: _fill(run, fresh))


def _fill(run: RunResult, path: Path) -> None:
    path.touch()  # before any work, so that a place that cannot be written to is told first
    book = Workbook(write_only=True)
    _summary(book, run, summarise(run))
    for sheet in sheets_of(run.summary):
        _table(book, sheet)
    book.properties.created = _EPOCH
    book.properties.creator = "Near Home"
    book.properties.title = run.summary.name
    book.properties.language = "en-GB"
    book.save(path)
    without_times(path)


@dataclass(frozen=True, slots=True)
class _Line:
    what: str
    text: str


def _summary(book: Workbook, run: RunResult, said: Summary) -> None:
    lines = [_Line("Scenario", run.summary.name), _Line("Authority", run.summary.authority_name)]
    if run.summary.stamp.synthetic:
        lines.insert(0, _Line("Demonstration", SYNTHETIC))
    lines.append(_Line("Largest gain", said.headline))
    if said.price:
        lines.append(_Line("Its price", said.price))
    lines += [_Line("Loss", loss) for loss in said.losses]
    if said.doubt:
        lines.append(_Line("Doubt", said.doubt))
    for variant in said.variants:
        lines += [_Line(variant.title, each.sentence) for each in variant.said]
    lines += [_Line("To bear in mind", caveat) for caveat in said.caveats]
    sheet = book.create_sheet("Summary")
    sheet.column_dimensions["A"].width = 32
    sheet.column_dimensions["B"].width = 110
    _on_paper(sheet)
    sheet.append([_header(sheet, "What"), _header(sheet, "In words")])
    for line in lines:
        cells = [text_cell(sheet, line.what), text_cell(sheet, line.text)]
        cells[0].font = _BOLD
        for cell in cells:
            cell.alignment = _WRAPPED
        sheet.append(cells)


def _table(book: Workbook, sheet: Sheet) -> None:
    made = book.create_sheet(sheet.name)
    for index, column in enumerate(sheet.columns, start=1):
        made.column_dimensions[get_column_letter(index)].width = column.width
    _on_paper(made)
    made.append([_header(made, column.name) for column in sheet.columns])
    for row in sheet.rows:
        made.append([_cell(made, value) for value in row])
    if not sheet.rows:
        return
    last = f"{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    table = Table(displayName=sheet.name.title().replace(" ", ""), ref=f"A1:{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    table._initialise_columns()
    for described, column in zip(table.tableColumns, sheet.columns, strict=True):
        described.name = column.name
    made.tables.add(table)  # add_table warns of the columns, which are here


def _on_paper(sheet: Any) -> None:
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0


def _header(sheet: Any, text: str) -> Any:
    cell = text_cell(sheet, text)
    cell.font = _BOLD
    cell.alignment = _WRAPPED
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        cell = text_cell(sheet, value)
        cell.alignment = _WRAPPED
        return cell
    figure = value if isinstance(value, Figure) else Figure(value)
    cell = WriteOnlyCell(sheet, value=figure.value)
    cell.alignment = _TOP
    if figure.format:
        cell.number_format = figure.format
    return cell
