"""Workbooks as rows of text, once it is certain that opening them is safe."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import python_calamine

from matcher.intake.faults import SourceProblem
from matcher.intake.safety import check_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from matcher.intake.csv_files import Row

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".ods"})


def open_workbook(path: Path) -> dict[str, Callable[[], Iterator[Row]]]:
    """Open a workbook.

    Parameters
    ----------
    path
        An Excel (.xlsx, .xlsm) or OpenDocument (.ods) workbook. Macros never run.

    Returns
    -------
    dict
        By the name of each sheet, what reads its rows.

    Raises
    ------
    SourceProblem
        If it is something else, damaged, password-protected or too large to be safe.
    """
    check_workbook(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        return {name: partial(_rows, book, name) for name in book.sheet_names}
    except (python_calamine.CalamineError, OSError) as problem:
        raise _damaged() from problem


def _damaged() -> SourceProblem:
    return SourceProblem(
        "is damaged: it could not be opened as a workbook",
        "Open it in spreadsheet software and save it anew.",
    )


def _rows(book: python_calamine.CalamineWorkbook, name: str) -> Iterator[Row]:
    try:
        sheet = book.get_sheet_by_name(name)
    except (python_calamine.CalamineError, OSError) as problem:
        raise _damaged() from problem
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [cell if type(cell) is str else text_of(cell) for cell in cells]


def text_of(cell: Any) -> str:
    """Return the text of a spreadsheet cell.

    Parameters
    ----------
    cell
        Text, a number, a truth value, a date with or without a time, or a duration.
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
