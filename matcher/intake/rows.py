"""The rows of one table to records: cells read, faults named, references followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from matcher.domain.placement import HoldScope
from matcher.intake.complaints import Complaints
from matcher.intake.csv_files import BrokenRow
from matcher.intake.faults import Fault, Ledger, SourceProblem
from matcher.intake.headers import read_header
from matcher.intake.kind import CellProblem
from matcher.intake.kinds import CodeKind, YesNo
from matcher.intake.quantities import DateKind, Money, Number
from matcher.intake.table_rows import TableRows
from matcher.intake.text import trim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from matcher.intake.definition import Column, Table
    from matcher.intake.sources import Sheet

MOST_ROWS = 2_000_000
OLDEST = 25
_CACHED = 20_000


@dataclass(frozen=True, slots=True)
class _Cell:
    """How one column is read."""

    index: int
    column: Column
    field: str
    read: Callable[[str], Any]
    known: dict[str, Any] | None
    """Values already read, for kinds whose values recur."""


def read_table(
    table: Table,
    sheet: Sheet,
    read: Mapping[str, TableRows],
    ledger: Ledger,
    *,
    as_of: date | None,
) -> TableRows:
    """Read one table.

    Parameters
    ----------
    table
        Its definition.
    sheet
        Where it stands.
    read
        The tables before it, which it may refer to.
    ledger
        Where faults and warnings are noted.
    as_of
        The date of the data; None when it could not be read.

    Returns
    -------
    TableRows
        Its good rows.
    """
    reader = _TableReader(table, sheet.label, read, ledger, as_of)
    try:
        for number, cells in sheet.rows():
            if number > MOST_ROWS:
                raise SourceProblem(
                    f"has more than {MOST_ROWS:,} rows; those below were not read",
                    "All of England has fewer: check what it holds.",
                )
            reader.row(number, cells)
    except OSError as problem:
        ledger.fault(
            Fault(
                sheet.label,
                f"could not be read: {problem.strerror}",
                "See that it is there and that you may read it.",
                table=table.name,
            )
        )
        reader.rows.usable = reader.cells is not None
    except SourceProblem as problem:
        ledger.fault(Fault(sheet.label, problem.problem, problem.advice, table=table.name))
        reader.rows.usable = reader.cells is not None
    else:
        if reader.cells is None and reader.rows.usable:
            ledger.fault(
                Fault(sheet.label, "it is empty", "Add a header row, or take it out.", table.name)
            )
            reader.rows.usable = False
    return reader.rows


class _TableReader:
    """Reads rows one after the other."""

    def __init__(
        self,
        table: Table,
        label: str,
        read: Mapping[str, TableRows],
        ledger: Ledger,
        as_of: date | None,
    ) -> None:
        self.table = table
        self.label = label
        self.read = read
        self.ledger = ledger
        self.say = Complaints(table, label, ledger)
        self.as_of = as_of
        self.rows = TableRows()
        self.cells: list[_Cell] | None = None
        self.width = 0
        self.owner_index = -1
        self.key_field = table.by_name[table.key].field if table.key else ""
        self.required = [column for column in table.columns if column.required]
        self.references = [
            (column, column.references, read[column.references])
            for column in table.columns
            if column.references and not (table.owner and column is table.columns[0])
        ]
        self.like: dict[tuple[str, ...], Any] = {}
        self.told_unusable: set[str] = set()

    def row(self, number: int, cells: list[str] | BrokenRow) -> None:
        """Take in the next row."""
        if isinstance(cells, BrokenRow):
            self.rows.rejected += 1
            self.say.fault(number, None, cells.problem, cells.advice)
        elif self.cells is not None:
            if self.table.owner is None:
                self._record(number, cells)
            else:
                self._owned(number, self.table.owner[0], cells)
        elif self.rows.usable and any(cell.strip() for cell in cells):
            self._header(number, cells)

    def _header(self, number: int, cells: list[str]) -> None:
        columns = read_header(self.table, self.label, number, cells, self.ledger)
        if columns is None:
            self.rows.usable = False
            return
        self.width = len(cells)
        self.cells = [
            _Cell(
                index,
                column,
                column.field,
                column.kind.read,
                {} if isinstance(column.kind, (CodeKind, DateKind, Number, Money, YesNo)) else None,
            )
            for index, column in columns.items()
        ]
        if self.table.owner:
            (self.owner_index,) = [
                index for index, column in columns.items() if column is self.table.columns[0]
            ]

    def _owned(self, number: int, owners: str, cells: list[str]) -> None:
        """Read a row that belongs to a record; rows alike but for the owner share one value."""
        if len(cells) <= self.owner_index:
            cells = cells + [""] * (self.owner_index + 1 - len(cells))
        owner = trim(cells[self.owner_index])
        cells[self.owner_index] = ""
        alike = tuple(cells)
        record = self.like.get(alike)
        if record is None:
            values, good = self._values(number, cells, blank=not owner)
            if values is None:
                return
            record = self._made(number, values, good=good)
            if record is not None and not self._refers(number, values):
                record = None
            if record is not None and not self.references and len(self.like) < _CACHED:
                self.like[alike] = record
        if not self._owner_there(number, owners, owner) or record is None:
            self.rows.rejected += 1
            return
        self.rows.count += 1
        self.rows.owned.setdefault(owner, []).append((number, record))

    def _owner_there(self, number: int, owners: str, owner: str) -> bool:
        column = self.table.columns[0]
        if not owner:
            self.say.fault(number, column, "is empty", "Fill it in.")
            return False
        return self._found(number, column, owners, owner)

    def _record(self, number: int, cells: list[str]) -> None:
        values, good = self._values(number, cells, blank=True)
        if values is None:
            return
        record = self._made(number, values, good=good)
        key = values.get(self.key_field)
        if key is not None and key in self.rows.seen:
            self.say.fault(
                number,
                self.table.by_name[self.table.key or ""],
                f"stands in row {self.rows.seen[key]} already",
                f"Each {self.table.one} has one row: take one out, or correct the identifier.",
                value=key,
            )
            record = None
        elif key is not None:
            self.rows.seen[key] = number
        refers = self._refers(number, values)
        if record is None or not refers or not self._plausible(number, record):
            self.rows.rejected += 1
            return
        if self.table.name == "meta" and self.rows.listed:
            self.rows.rejected += 1
            self.say.fault(number, None, "this table has one row only", "Take the others out.")
            return
        self.rows.count += 1
        if key is None:
            self.rows.listed.append((number, record))
        else:
            self.rows.keyed[key] = (number, record)

    def _values(
        self, number: int, cells: list[str], *, blank: bool
    ) -> tuple[dict[str, Any] | None, bool]:
        """Return the values of a row, None when it is blank, and whether all are good."""
        if len(cells) < self.width:
            cells = cells + [""] * (self.width - len(cells))
        values: dict[str, Any] = {}
        good = True
        for cell in self.cells or ():
            text = cells[cell.index]
            if not text:
                continue
            known = cell.known
            if known is not None and text in known:
                values[cell.field] = known[text]
                continue
            stripped = trim(text)
            if not stripped:
                continue
            try:
                value = cell.read(stripped)
            except CellProblem as problem:
                good = False
                values[cell.field] = None
                self.say.bad_cell(number, cell.column, stripped, problem.problem, problem.suggest)
                continue
            if known is not None and len(known) < _CACHED:
                known[text] = value
            values[cell.field] = value
        if blank and not values and not any(cell.strip() for cell in cells):
            return None, good
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            good = False
            self.say.fault(
                number,
                None,
                f"the row has {len(cells)} cells and the header {self.width}",
                "Put quotation marks around a value that holds the delimiter.",
            )
        for column in self.required:
            if column.field not in values and column is not self._owner_column:
                good = False
                self.say.fault(number, column, "is empty", "Fill it in.")
        return values, good

    @property
    def _owner_column(self) -> Column | None:
        return self.table.columns[0] if self.table.owner else None

    def _made(self, number: int, values: dict[str, Any], *, good: bool) -> Any | None:
        """Return the record; None when the row is at fault, which is then noted."""
        try:
            if good:
                return self.table.make(dict(values))
            # Some cells are at fault: whatever else the domain refuses is told as well.
            self.table.make({name: value for name, value in values.items() if value is not None})
        except ValidationError as error:
            for each in error.errors(include_url=False):
                self.say.refused(number, error.title, each, good=good)
        except ValueError as error:
            self.say.fault(number, None, str(error), "Correct the row.")
        return None

    def _refers(self, number: int, values: Mapping[str, Any]) -> bool:
        """Whether every record that the row names is there."""
        good = True
        for column, table, there in self.references:
            named = values.get(column.field)
            if named is None:
                continue
            for each in (named,) if isinstance(named, str) else named:
                if each not in there.keyed and not self._found(number, column, table, each):
                    good = False
        if self.table.name == "holds" and values.get("target_id") and values.get("scope"):
            table = "homes" if values["scope"] is HoldScope.HOME else "providers"
            column = self.table.by_name["target_id"]
            good = self._found(number, column, table, values["target_id"]) and good
        return good

    def _found(self, number: int, column: Column, table: str, named: str) -> bool:
        there = self.read[table]
        if named in there.keyed:
            return True
        if not there.usable:
            if table not in self.told_unusable:
                self.told_unusable.add(table)
                self.say.fault(
                    number,
                    column,
                    f"names a row of {table}, which could not be read; nor can any row that "
                    "names one",
                    f"Correct {table} first.",
                )
        elif named in there.seen:
            self.say.fault(
                number,
                column,
                f"is in row {there.seen[named]} of {table}, which is at fault, so this row was "
                "left out too",
                "Correct that row.",
                value=named,
            )
        else:
            self.say.fault(
                number,
                column,
                f"is not in {table}",
                "Add it there, or correct it here.",
                value=named,
            )
        return False

    def _plausible(self, number: int, record: Any) -> bool:
        """Whether a child's age makes sense on the date of the data."""
        if self.table.name != "children" or self.as_of is None or record.date_of_birth is None:
            return True
        born = record.date_of_birth
        column = self.table.by_name["date_of_birth"]
        shown = born.strftime("%d/%m/%Y")
        if born > self.as_of:
            self.say.fault(
                number,
                column,
                f"is after the date of the data, {self.as_of:%d/%m/%Y}",
                "Correct it, or leave it empty to record it as not known.",
                value=shown,
            )
            return False
        age = record.age_on(self.as_of)
        if age > OLDEST:
            self.say.fault(
                number,
                column,
                f"makes the child {age} years old on {self.as_of:%d/%m/%Y}, and nobody over "
                f"{OLDEST} is looked after",
                "Correct it, or leave it empty to record it as not known.",
                value=shown,
            )
            return False
        return True
