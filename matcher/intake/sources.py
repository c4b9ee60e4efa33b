"""A path to the tables that it holds, whatever they are kept in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from matcher.errors import UsageError
from matcher.intake.csv_files import Row, csv_rows
from matcher.intake.faults import Fault, Ledger, SourceProblem
from matcher.intake.tables import BY_NAME, TABLES
from matcher.intake.workbooks import WORKBOOK_SUFFIXES, open_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from matcher.intake.definition import Table

GUIDANCE = "guidance"
"""The template's sheet for people; not read."""


@dataclass(frozen=True)
class Sheet:
    """One table as it was found.

    Parameters
    ----------
    label
        As the user knows it: the file's name, or the workbook's and the sheet's.
    rows
        Reads the rows, from the first, each time it is called.
    """

    label: str
    rows: Callable[[], Iterator[Row]]


def normalised(name: str) -> str:
    """Return the name of a table or column without regard to case, spaces and hyphens."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def nearest(name: str, known: list[str]) -> str:
    """Return "Did you mean ...?" for a name that is nearly known; otherwise ""."""
    near = get_close_matches(normalised(name), known, n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else ""


def find_sheets(path: Path, ledger: Ledger) -> dict[str, Sheet]:
    """List the tables in a folder of CSV files or in a workbook, by table name.

    Parameters
    ----------
    path
        The folder or the workbook.
    ledger
        Where faults and warnings are noted.

    Returns
    -------
    dict
        Sheets by the name of their table.

    Raises
    ------
    UsageError
        If there is no such folder or workbook.
    """
    if not path.exists():
        raise UsageError(f"There is nothing at {path}. Name a folder of CSV files or a workbook.")
    if path.is_dir():
        return _in_folder(path, ledger)
    if path.suffix.casefold() not in WORKBOOK_SUFFIXES:
        raise UsageError(
            f"{path.name} is neither a folder of CSV files nor a workbook (.xlsx, .ods). "
            "Name the folder in which it stands."
        )
    return _in_workbook(path, ledger)


def _in_folder(folder: Path, ledger: Ledger) -> dict[str, Sheet]:
    sheets: dict[str, Sheet] = {}
    try:
        files = sorted(folder.iterdir())
    except OSError as problem:
        raise UsageError(
            f"{folder} could not be read: {problem.strerror}. See that you may read it."
        ) from problem
    for file in files:
        if file.suffix.casefold() != ".csv" or not file.is_file() or file.name.startswith("."):
            continue
        table = _table_named(file.stem, file.name, "file", ledger)
        if table is None:
            continue
        if table.name in sheets:
            _twice(ledger, file.name, sheets[table.name].label)
            continue
        sheets[table.name] = Sheet(file.name, partial(csv_rows, file, _known_columns(table)))
    _report_missing(sheets, folder.absolute().name, "file", ".csv", ledger)
    return sheets


def _in_workbook(path: Path, ledger: Ledger) -> dict[str, Sheet]:
    sheets: dict[str, Sheet] = {}
    try:
        found = open_workbook(path)
    except SourceProblem as problem:
        ledger.fault(Fault(path.name, problem.problem, problem.advice))
        return {}
    except OSError as problem:
        raise UsageError(
            f"{path} could not be read: {problem.strerror}. See that you may read it."
        ) from problem
    for name, rows in found.items():
        if normalised(name) == GUIDANCE:
            continue
        label = f"{path.name}, sheet {name}"
        table = _table_named(name, label, "sheet", ledger)
        if table is None:
            continue
        if table.name in sheets:
            _twice(ledger, label, sheets[table.name].label)
            continue
        sheets[table.name] = Sheet(label, rows)
    _report_missing(sheets, path.name, "sheet", "", ledger)
    return sheets


def _table_named(name: str, label: str, what: str, ledger: Ledger) -> Table | None:
    table = BY_NAME.get(normalised(name))
    if table is None:
        near = nearest(name, list(BY_NAME))
        ledger.warn(
            Fault(
                label,
                f"no table has this name, so the {what} was not read",
                near or f"Rename it if it should be; the tables are {', '.join(BY_NAME)}.",
            )
        )
    return table


def _twice(ledger: Ledger, label: str, first: str) -> None:
    ledger.fault(Fault(label, f"the same table stands in {first} as well", "Keep one of the two."))


def _report_missing(
    sheets: dict[str, Sheet], source: str, what: str, suffix: str, ledger: Ledger
) -> None:
    for table in TABLES:
        if table.required and table.name not in sheets:
            ledger.fault(
                Fault(
                    source,
                    f"there is no {what} {table.name}{suffix}",
                    f"Add it: {table.meaning[0].lower()}{table.meaning[1:]}",
                )
            )


def _known_columns(table: Table) -> Callable[[list[str]], int]:
    return lambda header: sum(normalised(cell) in table.by_name for cell in header)
