"""Tables to a World: every fault named, every good row kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from matcher.domain.phrases import counted
from matcher.domain.world import World, make_world
from matcher.errors import IntakeErrors
from matcher.geography.location import Location, Precision, unknown_location
from matcher.geography.postcodes import Postcodes
from matcher.intake.faults import Count, Fault, Ledger, Reading
from matcher.intake.kinds import PostcodeKind
from matcher.intake.rows import read_table
from matcher.intake.sources import Sheet, find_sheets
from matcher.intake.table_rows import TableRows
from matcher.intake.tables import BY_NAME, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from matcher.intake.definition import Column, Table


_MOST_CONTRADICTIONS = 50


class FindsPostcodes(Protocol):
    """What turns postcodes into locations; see :mod:`matcher.geography.postcodes`."""

    def find_all(self, postcodes: Iterable[str], /) -> Mapping[str, Location]:
        """Return the location of each postcode."""
        ...


def read_world(path: Path, *, postcodes: FindsPostcodes | None = None) -> World:
    """Read a folder of CSV files or a workbook.

    Parameters
    ----------
    path
        The folder, or the .xlsx or .ods workbook.
    postcodes
        Where postcodes are looked up; the directory that comes with Near Home unless given.

    Returns
    -------
    World
        With a location for every postcode that occurs.

    Raises
    ------
    UsageError
        If there is nothing to read at ``path``.
    IntakeErrors
        If anything is at fault; it holds every fault found.
    """
    reading = inspect_world(path, postcodes=postcodes)
    if reading.faults or reading.world is None:
        raise IntakeErrors(reading.faults)
    return reading.world


def inspect_world(path: Path, *, postcodes: FindsPostcodes | None = None) -> Reading:
    """Read as much of a folder or workbook as can be read, and say what cannot.

    Parameters
    ----------
    path, postcodes
        See :func:`read_world`.

    Returns
    -------
    Reading
        The world so far, faults, warnings and counts.

    Raises
    ------
    UsageError
        If there is nothing to read at ``path``.
    """
    ledger = Ledger()
    sheets = find_sheets(path, ledger)
    read: dict[str, TableRows] = {}
    as_of = None
    for table in TABLES:
        sheet = sheets.get(table.name)
        rows = TableRows() if sheet is None else read_table(table, sheet, read, ledger, as_of=as_of)
        rows.usable = rows.usable and not (sheet is None and table.required)
        read[table.name] = rows
        if table.name == "meta" and rows.listed:
            as_of = rows.listed[0][1].as_of
    _attach(read, sheets, ledger)
    world = _world(read, sheets, ledger, postcodes)
    return Reading(
        path=path,
        world=world,
        faults=(*ledger.faults, *ledger.closing()),
        warnings=tuple(ledger.warnings),
        counts={
            name: Count(read=rows.count, rejected=rows.rejected)
            for name, rows in read.items()
            if name in sheets
        },
    )


def _attach(read: dict[str, TableRows], sheets: dict[str, Sheet], ledger: Ledger) -> None:
    """Put rows that belong to a record of another table onto that record."""
    for table in TABLES:
        if table.owner is None:
            continue
        owners, field = read[table.owner[0]].keyed, table.owner[1]
        for owner, rows in read[table.name].owned.items():
            number, record = owners[owner]
            try:
                whole = record.replace(**{field: tuple([each for _, each in rows])})
            except ValidationError:
                whole, left_out = _attach_singly(record, field, rows, sheets[table.name], table)
                for fault in left_out:
                    ledger.fault(fault)
                kept = len(getattr(whole, field))
                read[table.name].count -= len(rows) - kept
                read[table.name].rejected += len(rows) - kept
            owners[owner] = (number, whole)


def _attach_singly(
    record: Any, field: str, rows: list[tuple[int, Any]], sheet: Sheet, table: Table
) -> tuple[Any, list[Fault]]:
    """Attach rows one by one, and leave out those that contradict the ones before."""
    left_out: list[Fault] = []
    for i, (row, each) in enumerate(rows):
        if len(left_out) == _MOST_CONTRADICTIONS:
            left_out.append(
                Fault(
                    sheet.label,
                    f"so many rows above contradict each other that {len(rows) - i} of the same "
                    "owner were left out too",
                    "Correct those above first.",
                    table=table.name,
                    row=row,
                )
            )
            break
        try:
            record = record.replace(**{field: (*getattr(record, field), each)})
        except ValidationError as error:
            left_out.append(
                Fault(
                    sheet.label,
                    f"{error.errors()[0]['ctx']['error']}, and this row would break that",
                    "Correct it, or take it out.",
                    table=table.name,
                    row=row,
                )
            )
    return record, left_out


def _world(
    read: dict[str, TableRows],
    sheets: dict[str, Sheet],
    ledger: Ledger,
    postcodes: FindsPostcodes | None,
) -> World | None:
    if not read["meta"].listed:
        if "meta" in sheets and read["meta"].usable and not read["meta"].rejected:
            ledger.fault(
                Fault(
                    sheets["meta"].label,
                    "it has no row",
                    "Add one with the date of the data and the council.",
                    table="meta",
                )
            )
        return None
    meta = read["meta"].listed[0][1]

    def records(name: str) -> Iterable[Any]:
        return (record for _, record in read[name].keyed.values())

    world = make_world(
        as_of=meta.as_of,
        authority=meta.authority,
        synthetic=meta.synthetic,
        children=records("children"),
        homes=records("homes"),
        sibling_groups=records("sibling_groups"),
        providers=records("providers"),
        agreements=records("agreements"),
        referrals=records("referrals"),
        placements=records("placements"),
        residents=records("residents"),
        exemptions=records("exemptions"),
        holds=records("holds"),
        budgets=(record for _, record in read["budgets"].listed),
        locations=_locations(read, sheets, ledger, postcodes),
    )
    _warn_of_crowding(world, read, sheets, ledger)
    _warn_of_strangers(world, read, sheets, ledger)
    return world


def _locations(
    read: dict[str, TableRows],
    sheets: dict[str, Sheet],
    ledger: Ledger,
    postcodes: FindsPostcodes | None,
) -> dict[str, Location]:
    """Look up every postcode, and warn of cells whose postcode no directory holds."""
    columns = [
        (table, column)
        for table in TABLES
        for column in table.columns
        if isinstance(column.kind, PostcodeKind)
    ]
    wanted = {
        postcode
        for table, column in columns
        for _, record in read[table.name].all_rows()
        if (postcode := column.get(record)) is not None
    }
    if postcodes is None:
        postcodes = Postcodes.default()
    found = postcodes.find_all(sorted(wanted))
    locations = {each: found.get(each) or unknown_location(each) for each in sorted(wanted)}
    doubtful = {
        postcode: location
        for postcode, location in locations.items()
        if not location.known or (" " in postcode and location.precision is not Precision.POSTCODE)
    }
    if doubtful:
        for table, column in columns:
            _warn_of_postcodes(table, column, read[table.name], sheets, doubtful, ledger)
    return locations


def _warn_of_postcodes(
    table: Table,
    column: Column,
    rows: TableRows,
    sheets: dict[str, Sheet],
    doubtful: Mapping[str, Location],
    ledger: Ledger,
) -> None:
    for row, record in rows.all_rows():
        location = doubtful.get(column.get(record) or "")
        if location is None:
            continue
        instead = (
            f"the middle of {location.postcode.split()[0]} stands in for it"
            if location.known
            else "distances from it are unknown"
        )
        ledger.warn(
            Fault(
                sheets[table.name].label,
                f"is in no directory of postcodes; {instead}",
                "Check it with its source.",
                table=table.name,
                row=row,
                column=column.name,
                value=location.postcode,
            )
        )


def _warn_of_crowding(
    world: World, read: dict[str, TableRows], sheets: dict[str, Sheet], ledger: Ledger
) -> None:
    """Warn of more residents than beds; it is lawful for six working days in an emergency."""
    for home_id, there in world.occupants.items():
        beds = world.homes[home_id].beds_usable
        if len(there) > beds:
            ledger.warn(
                Fault(
                    sheets["homes"].label,
                    f"{len(there)} live there, and it has {counted(beds, 'usable bed')}",
                    "That can be lawful for six working days; otherwise correct the beds or "
                    "who lives there.",
                    table="homes",
                    row=read["homes"].keyed[home_id][0],
                    column="beds_usable",
                )
            )


def _warn_of_strangers(
    world: World, read: dict[str, TableRows], sheets: dict[str, Sheet], ledger: Ledger
) -> None:
    """Warn of an identifier that nobody bears: it protects nobody, which is dangerous."""
    known: Mapping[str, frozenset[str]] = {
        "incompatible_with": frozenset(world.children.keys() | world.residents.keys()),
        "connected_to": frozenset(world.children),
        "home_id": frozenset(world.homes),
    }
    for table, column in (
        (BY_NAME[name], BY_NAME[name].by_name[column])
        for name, column in (
            ("children", "incompatible_with"),
            ("residents", "incompatible_with"),
            ("homes", "connected_to"),
            ("wishes", "home_id"),
        )
    ):
        there = known[column.name]
        for row, record in read[table.name].all_rows():
            named = column.get(record) or ()
            for each in sorted({named} if isinstance(named, str) else named):
                if each not in there:
                    ledger.warn(
                        Fault(
                            sheets[table.name].label,
                            "is not in the data, so it has no effect",
                            "Correct it if it should be.",
                            table=table.name,
                            row=row,
                            column=column.name,
                            value=each,
                        )
                    )
