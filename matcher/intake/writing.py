"""A World to a folder of CSV files: the same bytes for the same World, and never half of it."""

from __future__ import annotations

import csv
import secrets
import shutil
from typing import TYPE_CHECKING, Any

from matcher.errors import UsageError
from matcher.intake.tables import BY_NAME, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from matcher.domain.world import World
    from matcher.intake.definition import Table


def write_world(world: World, folder: Path) -> None:
    """Write a World as a folder of CSV files.

    The files are written to a new folder beside it, which then takes its place: a reader
    finds the old World or the new one, whole. Other files in an earlier folder stay.
    Locations are not written: reading finds them by their postcodes.

    Parameters
    ----------
    world
        What to write.
    folder
        Where to; made when it is not there. A World that stands there is replaced.

    Raises
    ------
    UsageError
        If something else stands there, or it cannot be written to.
    """
    try:
        _write(world, folder.absolute())
    except OSError as problem:
        raise UsageError(
            f"{folder} could not be written: {problem.strerror}. Nothing there was changed."
        ) from problem


def _write(world: World, folder: Path) -> None:
    _refuse_other(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    mark = secrets.token_hex(4)
    fresh = folder.with_name(f".{folder.name}.{mark}.new")
    stale = folder.with_name(f".{folder.name}.{mark}.old")
    fresh.mkdir()
    try:
        for table in TABLES:
            _write_table(world, table, fresh / f"{table.name}.csv")
        if folder.exists():
            folder.rename(stale)
        fresh.rename(folder)
    except BaseException:
        if stale.exists() and not folder.exists():
            stale.rename(folder)
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if stale.exists():
        _keep_other_files(stale, folder)
        shutil.rmtree(stale)


def _refuse_other(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file. Name a folder to write to.")
    if any(folder.iterdir()) and not (folder / "meta.csv").exists():
        raise UsageError(
            f"{folder} holds other files and no Near Home data. Name a new or an empty folder."
        )


def _keep_other_files(stale: Path, folder: Path) -> None:
    for each in stale.iterdir():
        if each.stem.casefold() not in BY_NAME or each.suffix.casefold() != ".csv":
            each.rename(folder / each.name)


def _write_table(world: World, table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(column.name for column in table.columns)
        writer.writerows(rows_of(world, table, as_text=True))


def rows_of(world: World, table: Table, *, as_text: bool) -> Iterator[list[Any]]:
    """List the rows of a table.

    Parameters
    ----------
    world
        Whose rows.
    table
        Which of them.
    as_text
        Whether cells are text, or values as spreadsheet cells hold them.

    Yields
    ------
    list
        Cells, in the order of the columns; those that are empty hold "" or None.
    """
    owned = table.owner is not None
    empty = "" if as_text else None
    plan: list[tuple[Callable[[Any], Any], Callable[[Any], Any]]] = [
        (column.get, column.kind.write if as_text else column.kind.cell)
        for column in (table.columns[1:] if owned else table.columns)
    ]
    for owner, record in table.records(world):
        cells: list[Any] = [owner] if owned else []
        for get, write in plan:
            value = get(record)
            cells.append(empty if value is None else write(value))
        yield cells
