"""A World to a workbook, an empty workbook to fill in, and a marked copy of a faulty one.

Sheets are streamed: a row is written and forgotten. Only the template, which is small,
has drop-down lists and comments in every header cell.
"""

from __future__ import annotations

import io
import re
import secrets
import zipfile
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from matcher.errors import UsageError
from matcher.intake.kinds import CodeKind, ListOf, YesNo
from matcher.intake.quantities import DateKind, Money, Number
from matcher.intake.sources import GUIDANCE
from matcher.intake.tables import TABLES
from matcher.intake.writing import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from matcher.domain.world import World
    from matcher.intake.definition import Column, Table

MOST_ROWS = 1_048_576
_PREPARED_ROWS = 5_000
"""Rows of the template that have drop-down lists."""
_HEADER_FONT = Font(bold=True, color="FFFFFF")
_REQUIRED = PatternFill("solid", fgColor="1F4E78")
_OPTIONAL = PatternFill("solid", fgColor="5B7F9D")
_FAULTY = PatternFill("solid", fgColor="FFC7CE")
_DOUBTFUL = PatternFill("solid", fgColor="FFEB9C")
WARNING = "To check: "
"""Begins the comment on a cell that is allowed and may still be a mistake."""
_DATE_FORMAT = "dd/mm/yyyy"
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks hold times without a zone
_SPREADSHEET_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_workbook(world: World, path: Path) -> None:
    """Write a World as an Excel workbook, one sheet a table.

    The same World gives the same bytes. The file appears whole or not at all.

    Parameters
    ----------
    world
        What to write.
    path
        Where to; replaced if it is there.

    Raises
    ------
    UsageError
        If a table has more rows than a sheet can hold.
    """
    for table in TABLES:
        if sum(1 for _ in table.records(world)) >= MOST_ROWS:
            raise UsageError(
                f"The table {table.name} has more rows than a sheet can hold. "
                "Write a folder of CSV files instead."
            )
    with _whole(path) as book:
        for table in TABLES:
            sheet = _sheet(book, table.name, table)
            sheet.append([_header(sheet, column, comment=False) for column in table.columns])
            dates = [isinstance(column.kind, DateKind) for column in table.columns]
            for row in rows_of(world, table, as_text=False):
                sheet.append(_cells(sheet, row, dates))


def write_template(path: Path) -> None:
    """Write an empty workbook to fill in, with guidance and drop-down lists.

    Parameters
    ----------
    path
        Where to; replaced if it is there.
    """
    with _whole(path) as book:
        _guidance(book)
        for table in TABLES:
            sheet = _sheet(book, table.name, table)
            for index, column in enumerate(table.columns, start=1):
                letter = get_column_letter(index)
                choices = _choices(column)
                if choices is not None:
                    choices.add(f"{letter}2:{letter}{_PREPARED_ROWS}")
                    sheet.data_validations.append(choices)
                if isinstance(column.kind, DateKind):
                    sheet.column_dimensions[letter].number_format = _DATE_FORMAT
            sheet.append([_header(sheet, column, comment=True) for column in table.columns])


def write_marked(
    path: Path,
    sheets: Iterable[tuple[str, Iterable[tuple[int, list[str]]]]],
    notes: dict[tuple[str, int], list[tuple[str | None, str]]],
    summary: Sequence[str],
) -> None:
    """Write rows as they were read, those at fault coloured and with a comment.

    Parameters
    ----------
    path
        Where to; replaced if it is there.
    sheets
        Name of each table, and its rows with their numbers, the header first.
    notes
        By table and row number: column (None for the row) and sentence.
    summary
        Sentences for the first sheet.
    """
    with _whole(path) as book:
        first = book.create_sheet(GUIDANCE)
        first.column_dimensions["A"].width = 120
        for sentence in summary:
            first.append([text_cell(first, sentence)])
        for name, rows in sheets:
            sheet = book.create_sheet(name)
            sheet.freeze_panes = "A2"
            header: list[str] = []
            for number, cells in rows:
                if not header:
                    header = [
                        re.sub(r"[^a-z0-9]+", "_", cell.casefold()).strip("_") for cell in cells
                    ]
                sheet.append(_marked(sheet, cells, header, notes.get((name, number), [])))


def _marked(
    sheet: Any, cells: list[str], header: list[str], notes: list[tuple[str | None, str]]
) -> list[Any]:
    if not notes:
        return [text_cell(sheet, cell) if cell else None for cell in cells]
    said: dict[int, list[str]] = {}
    for column, sentence in notes:
        index = header.index(column) if column in header else 0
        said.setdefault(index, []).append(sentence)
    out = []
    for index in range(max(len(cells), *(i + 1 for i in said))):
        cell = text_cell(sheet, cells[index] if index < len(cells) else "")
        if index in said:
            warned = all(sentence.startswith(WARNING) for sentence in said[index])
            cell.fill = _DOUBTFUL if warned else _FAULTY
            cell.comment = _comment("\n".join(said[index]))
        out.append(cell)
    return out


def _sheet(book: Workbook, name: str, table: Table) -> Any:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2" if len(table.columns) > 6 else "A2"
    for index, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = max(12, len(column.name) + 3)
    return sheet


def _header(sheet: Any, column: Column, *, comment: bool) -> Any:
    cell = WriteOnlyCell(sheet, value=column.name)
    cell.font = _HEADER_FONT
    cell.fill = _REQUIRED if column.required else _OPTIONAL
    if comment:
        cell.comment = _comment(about(column))
    return cell


def about(column: Column) -> str:
    """Return what the template's comment says of a column.

    Parameters
    ----------
    column
        The column.

    Returns
    -------
    str
        Meaning, kind, codes, and what an empty cell means.
    """
    lines = [column.meaning, f"{column.kind.label[0].upper()}{column.kind.label[1:]}."]
    if column.kind.codes and not isinstance(column.kind, YesNo):
        lines.append("\n".join(f"{code} = {meaning}" for code, meaning in column.kind.codes))
    lines.append("Must be filled." if column.required else f"Empty means: {column.empty}.")
    return "\n".join(lines)


def _comment(text: str) -> Comment:
    lines = sum(1 + len(line) // 55 for line in text.splitlines())
    return Comment(text, "Near Home", width=380, height=30 + 18 * lines)


def _choices(column: Column) -> DataValidation | None:
    kind = column.kind
    if isinstance(kind, (CodeKind, YesNo)):
        listed = ",".join(code for code, _ in kind.codes)
        choices = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    elif isinstance(kind, ListOf) and kind.codes:
        listed = ",".join(code for code, _ in kind.codes)
        choices = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        # The list picks one; several, with semicolons, are typed and must not be stopped.
        choices.showErrorMessage = False
        return choices
    elif isinstance(kind, Number) and kind.least is not None and kind.most is not None:
        choices = DataValidation(
            type="whole" if kind.whole else "decimal",
            operator="between",
            formula1=str(kind.least),
            formula2=str(kind.most),
            allow_blank=True,
        )
    elif isinstance(kind, DateKind):
        choices = DataValidation(
            type="date", operator="greaterThan", formula1="18264", allow_blank=True
        )
    elif isinstance(kind, Money):
        choices = DataValidation(
            type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True
        )
    else:
        return None
    choices.showErrorMessage = True
    choices.errorTitle = column.name
    choices.error = f"{kind.label[0].upper()}{kind.label[1:]}."[:225]
    return choices


def _guidance(book: Workbook) -> None:
    sheet = book.create_sheet(GUIDANCE)
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 110
    wrapped = Alignment(wrap_text=True, vertical="top")
    for left, right in _GUIDANCE:
        cells = [text_cell(sheet, left), text_cell(sheet, right)]
        cells[0].font = Font(bold=True)
        cells[1].alignment = wrapped
        sheet.append(cells)
    for table in TABLES:
        cells = [text_cell(sheet, table.name), text_cell(sheet, table.meaning)]
        if table.required:
            cells[0].font = Font(bold=True)
        cells[1].alignment = wrapped
        sheet.append(cells)


_GUIDANCE = (
    ("Near Home", "Fill in the sheets you have data for; leave the others empty."),
    (
        "No names",
        "Children, carers and residents are known by pseudonyms alone. Do not enter names, "
        "addresses, NHS numbers or free text: columns that seem to hold them are refused.",
    ),
    ("Not known", "Leave the cell empty. Near Home never guesses; it says what is not known."),
    (
        "None",
        'Where a cell may be unknown and there are none, such as no own children, write "none".',
    ),
    ("Several values", "Write them in one cell with a semicolon between them: english;polish."),
    ("Dates", "Day/month/year, such as 31/03/2025."),
    ("Money", "Pounds and pence a week, such as 1340.50."),
    ("Headers", "Dark headers must be filled in every row. Each header has a comment on it."),
    (
        "Checking",
        "nearhome check FILE names every cell at fault; add --errors FILE for a marked copy.",
    ),
    ("", ""),
    ("Sheet", "What it holds (those in bold must be there)"),
)


def _cells(sheet: Any, row: list[Any], dates: list[bool]) -> list[Any]:
    """Return the cells of a row; text stays text, whatever it begins with."""
    out: list[Any] = []
    for value, is_date in zip(row, dates, strict=True):
        if isinstance(value, str):
            out.append(text_cell(sheet, value))
        elif is_date and isinstance(value, date):
            cell = WriteOnlyCell(sheet, value=value)
            cell.number_format = _DATE_FORMAT
            out.append(cell)
        else:
            out.append(value)
    return out


def text_cell(sheet: Any, text: str) -> Any:
    """Return a cell of a streamed sheet that holds text, whatever the text begins with.

    Parameters
    ----------
    sheet
        The sheet it will be appended to.
    text
        Any text; what a workbook cannot hold becomes a replacement character.
    """
    cell = WriteOnlyCell(sheet, value="")
    # Set apart from its type: openpyxl takes text that begins with "=" for a formula.
    cell._value = _SPREADSHEET_ESCAPE.sub("_x005F_", _UNSTORABLE.sub("\ufffd", text))[:32_767]
    cell.data_type = "s"
    return cell


@contextmanager
def _whole(path: Path) -> Iterator[Workbook]:
    """Give a workbook to fill; write it beside its place, with no time in it, and move it in."""
    path = path.absolute()
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.touch()  # before any work, so that a place that cannot be written to is told first
    except OSError as problem:
        raise _unwritten(path, problem) from problem
    try:
        book = Workbook(write_only=True)
        yield book
        book.properties.created = _EPOCH
        book.properties.creator = "Near Home"
        book.save(fresh)
        without_times(fresh)
        fresh.replace(path)
    except OSError as problem:
        raise _unwritten(path, problem) from problem
    finally:
        fresh.unlink(missing_ok=True)


def _unwritten(path: Path, problem: OSError) -> UsageError:
    return UsageError(f"{path} could not be written: {problem.strerror}.")


def without_times(path: Path) -> None:
    """Pack a workbook anew with one fixed time for its parts, so that bytes repeat.

    Parameters
    ----------
    path
        The workbook; replaced.
    """
    packed = path.with_name(path.name + ".packed")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(packed, "w") as after:
        for member in before.infolist():
            fixed = zipfile.ZipInfo(member.filename, date_time=(2000, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o644 << 16
            with before.open(member) as source, after.open(fixed, "w") as target:
                while chunk := source.read(io.DEFAULT_BUFFER_SIZE * 16):
                    if member.filename == "docProps/core.xml":
                        chunk = re.sub(
                            rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", chunk
                        )
                    target.write(chunk)
    packed.replace(path)
