"""A copy of what was read, with every fault where it stands, to be corrected and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.intake.csv_files import BrokenRow
from matcher.intake.faults import Fault, Ledger, Reading, SourceProblem
from matcher.intake.headers import names_people
from matcher.intake.sources import Sheet, find_sheets
from matcher.intake.tables import TABLES
from matcher.intake.workbook_writing import WARNING, write_marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_ROWS_COPIED = 50_000
"""Of a table with more rows, only those at fault are copied."""
_MOST_COLUMNS = 200


def write_error_workbook(reading: Reading, path: Path) -> None:
    """Write a workbook with the cells at fault coloured, each with a comment on what to do.

    Tables with up to 50,000 rows are copied whole, so that the workbook can be corrected
    and read in place of the original. Columns that are refused because they seem to hold
    names or addresses are left out.

    Parameters
    ----------
    reading
        From :func:`matcher.intake.inspect_world`; what it was read from must still be there.
    path
        Where to write; replaced if it is there.
    """
    sheets = find_sheets(reading.path, Ledger())
    notes: dict[tuple[str, int], list[tuple[str | None, str]]] = {}
    for kind, found in (("", reading.faults), (WARNING, reading.warnings)):
        for fault in found:
            if fault.table is not None and fault.row is not None:
                said = kind + _without_place(fault)
                notes.setdefault((fault.table, fault.row), []).append((fault.column, said))
    summary = [
        reading.summary,
        "Cells at fault are red and those to look at yellow, each with a comment on what to do. "
        "Correct them here and check this workbook in place of the original.",
        *(fault.sentence for fault in reading.faults if fault.row is None),
    ]
    faulty = {name: {row for table, row in notes if table == name} for name in sheets}
    write_marked(
        path,
        (
            (table.name, _rows(sheets[table.name], faulty[table.name]))
            for table in TABLES
            if table.name in sheets
        ),
        notes,
        summary,
    )


def _without_place(fault: Fault) -> str:
    return f"{fault.problem[0].upper()}{fault.problem[1:]}. {fault.advice}"


def _rows(sheet: Sheet, faulty: set[int]) -> Iterator[tuple[int, list[str]]]:
    """Return the header and the rows; only those at fault when there are very many."""
    whole = _fewer_than(sheet, MOST_ROWS_COPIED)
    kept: list[int] | None = None
    try:
        for number, cells in sheet.rows():
            if isinstance(cells, BrokenRow):
                yield number, []
                continue
            if kept is None:
                if not any(cell.strip() for cell in cells):
                    yield number, []
                    continue
                kept = [i for i, cell in enumerate(cells) if not names_people(cell)][:_MOST_COLUMNS]
            elif not whole and number not in faulty:
                continue
            yield number, [cells[i] for i in kept if i < len(cells)]
    except SourceProblem:
        return  # said in the summary; what could be read is above


def _fewer_than(sheet: Sheet, most: int) -> bool:
    try:
        return all(number <= most for number, _ in sheet.rows())
    except SourceProblem:
        return True
