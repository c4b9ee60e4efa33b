"""A folder of returns as tables of text, whatever its files are called.

CSV files are told apart by their columns; XML files are the return as one document. Every
row keeps its file and row number, so that whatever is found later has a place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from matcher.errors import UsageError
from matcher.intake.csv_files import BrokenRow, csv_rows
from matcher.intake.faults import SourceProblem
from scenarios.history.findings import Rule
from scenarios.history.tables import BY_NAME, TableName, column_name, nearest, recognise
from scenarios.history.xml_files import is_xml, xml_records

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.history.findings import Ledger
    from scenarios.history.tables import Table

FILE, ROW = "_file", "_row"
"""Columns that every table is given: where each row stood."""

_DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%Y%m%d")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class RawTable:
    """One table of one file, as text.

    Parameters
    ----------
    file
        The file, relative to the folder read.
    folder
        The folder in which it lies, relative to the folder read.
    table
        Which table it is.
    rows
        One line a row: the known columns as text ("" where empty), dates as timestamps, and
        :data:`FILE` and :data:`ROW`.
    set_aside
        Rows of which no cells could be made.
    """

    file: str
    folder: str
    table: Table
    rows: pd.DataFrame
    set_aside: int = 0


@lru_cache(maxsize=65536)
def parse_day(text: str) -> date | None:
    """Return the day that a text means, read as in the United Kingdom; None when it is none.

    Examples
    --------
    >>> parse_day("01/04/2024"), parse_day("2024-04-01 00:00:00"), parse_day("31/02/2024")
    (datetime.date(2024, 4, 1), datetime.date(2024, 4, 1), None)
    """
    for form in _DATE_FORMATS:
        for part in (text, text.split("T")[0].split(" ")[0]):
            try:
                day = datetime.strptime(part, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
    return None


def read_folder(folder: Path, ledger: Ledger) -> list[RawTable]:
    """Read every CSV and XML file in a folder and the folders in it.

    Parameters
    ----------
    folder
        Where the returns lie.
    ledger
        Where findings are noted.

    Returns
    -------
    list of RawTable
        In order of the files' names.

    Raises
    ------
    UsageError
        If there is no such folder, or no CSV or XML file in it.
    """
    if not folder.is_dir():
        raise UsageError(
            f"There is no folder {folder}. Name the folder that holds the SSDA903 returns, "
            "as CSV files or in their XML form."
        )
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in (".csv", ".xml")
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    if not paths:
        raise UsageError(f"{folder} holds no CSV or XML file. Put the SSDA903 returns there.")
    found: list[RawTable] = []
    for path in paths:
        label = path.relative_to(folder).as_posix()
        where = path.parent.relative_to(folder).as_posix()
        try:
            if is_xml(path):
                found += _xml_tables(path, label, where, ledger)
            else:
                found += _csv_tables(path, label, where, ledger)
        except SourceProblem as problem:
            ledger.note(Rule.FILE_UNREADABLE, label, note=f"it {problem.problem}")
        except OSError as problem:
            ledger.note(Rule.FILE_UNREADABLE, label, note=problem.strerror)
    return found


def _known(header: list[str]) -> int:
    names = {name for table in BY_NAME.values() for name in table.known}
    return sum(column_name(cell) in names for cell in header)


def _csv_tables(path: Path, label: str, where: str, ledger: Ledger) -> list[RawTable]:
    rows = csv_rows(path, _known)
    header: list[str] | None = None
    for _, cells in rows:
        if isinstance(cells, BrokenRow):
            ledger.note(Rule.FILE_UNREADABLE, label, note="its header cannot be divided into cells")
            return []
        if any(cell.strip() for cell in cells):
            header = [column_name(cell) for cell in cells]
            break
    if header is None:
        ledger.note(Rule.FILE_EMPTY, label)
        return []
    table = recognise(header)
    if table is None:
        ledger.note(Rule.FILE_UNKNOWN, label, note=_what_is_near(header))
        return []
    wanted = {name: header.index(name) for name in table.known if name in header}
    kept: list[list[str | int]] = []
    broken = 0
    for number, cells in rows:
        if isinstance(cells, BrokenRow):
            ledger.note(Rule.ROW_BROKEN, label, number)
            broken += 1
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            if any(cell.strip() for cell in cells[len(header) :]):
                ledger.note(Rule.ROW_LONG, label, number)
            elif len(cells) < len(header):
                ledger.note(Rule.ROW_SHORT, label, number)
        kept.append([cells[i].strip() if i < len(cells) else "" for i in wanted.values()])
        kept[-1].append(number)
    if not kept and not broken:
        ledger.note(Rule.FILE_EMPTY, label)
    frame = pd.DataFrame(kept, columns=[*wanted, ROW], dtype=object)
    return [RawTable(label, where, table, _typed(frame, table, label, ledger), broken)]


def _what_is_near(header: list[str]) -> str | None:
    near = nearest(header)
    if near is None:
        return None
    table, missing = near
    return f"nearest is {table.title}, of which {', '.join(missing)} is missing"


def _xml_tables(path: Path, label: str, where: str, ledger: Ledger) -> list[RawTable]:
    tables = []
    for name, records in xml_records(path).items():
        table = BY_NAME[name]
        frame = pd.DataFrame(records, dtype=object).fillna("")
        columns = [each for each in table.known if each in frame.columns]
        frame = frame[[*columns, ROW]].copy()
        for each in table.columns:
            if each not in frame.columns:
                frame[each] = ""
        tables.append(RawTable(label, where, table, _typed(frame, table, label, ledger)))
    if not tables:
        ledger.note(Rule.FILE_UNKNOWN, label, note="it has no CHILD with a HEADER or an EPISODE")
    return tables


def _typed(frame: pd.DataFrame, table: Table, label: str, ledger: Ledger) -> pd.DataFrame:
    """Give dates their type, say which are none, and put optional columns in their places."""
    for name in table.known:
        if name not in frame.columns:
            frame[name] = ""
    for name in table.dates:
        texts = frame[name]
        days = {text: parse_day(text) if text else None for text in texts.unique()}
        bad = [text for text, day in days.items() if text and day is None]
        if bad:
            rule = Rule.DATE_UNREADABLE
            for row in frame.loc[texts.isin(bad), ROW]:
                # An episode without a beginning is set aside later, under its own rule.
                if (table.name, name) != (TableName.EPISODES, "DECOM"):
                    ledger.note(rule, label, int(row), column=name)
        frame[name] = pd.to_datetime(texts.map(days)).astype("datetime64[ns]")
    for name in table.known:
        if name not in table.dates and name not in ("HOME_POST", "PL_POST"):
            frame[name] = frame[name].astype(str).str.strip()
    if "CHILD" in frame:
        # Spreadsheet software writes whole numbers as 123.0 now and then.
        frame["CHILD"] = frame["CHILD"].str.replace(r"^(\d+)\.0$", r"\1", regex=True)
    frame[FILE] = label
    frame[ROW] = frame[ROW].astype(int)
    return frame


@dataclass(frozen=True)
class Return:
    """One return: the episodes of a collection year and what belongs to them.

    Parameters
    ----------
    first, last
        The collection years that its episodes span; the same for a yearly return.
    tables
        Its tables.
    """

    first: int
    last: int
    tables: tuple[RawTable, ...]

    @property
    def yearly(self) -> bool:
        """Whether it holds one collection year, so that who is missing from it can be told."""
        return self.first == self.last

    def rows(self, name: TableName) -> pd.DataFrame | None:
        """Return the rows of a table, of all its files; None when it has no such table."""
        frames = [raw.rows for raw in self.tables if raw.table.name is name]
        return pd.concat(frames, ignore_index=True) if frames else None


def sort_into_returns(tables: list[RawTable], ledger: Ledger) -> list[Return]:
    """Put the tables of each collection year together.

    The year of episodes comes from their dates: every episode that ends does so in the year
    of its return, so the year in which most end is the return's. Other tables go with the
    episodes in their folder, where there is one return in it, and otherwise with the return
    that has most of their children.

    Parameters
    ----------
    tables
        As :func:`read_folder` found them.
    ledger
        Where findings are noted.

    Returns
    -------
    list of Return
        In order of years.
    """
    years: dict[tuple[int, int], list[RawTable]] = {}
    for raw in tables:
        if raw.table.name is TableName.EPISODES and len(raw.rows):
            span = _years_of(raw.rows)
            if span is None:
                ledger.note(Rule.FILE_WITHOUT_YEAR, raw.file)
                continue
            if span[0] != span[1]:
                ledger.note(Rule.FILE_SEVERAL_YEARS, raw.file, note=f"{span[0]} to {span[1]}")
            if span in years and any(each.file != raw.file for each in years[span]):
                ledger.note(Rule.YEAR_TWICE, raw.file, note=f"{span[0]}")
            years.setdefault(span, []).append(raw)
    returns = {span: Return(*span, tuple(raws)) for span, raws in sorted(years.items())}
    children = {
        span: set(pd.concat([raw.rows["CHILD"] for raw in raws])) for span, raws in years.items()
    }
    rest = [raw for raw in tables if raw.table.name is not TableName.EPISODES and len(raw.rows)]
    # Headers first: they also have the care leavers of OC3, whom no episode has.
    rest.sort(key=lambda raw: (raw.table.name is not TableName.HEADER, raw.file))
    for raw in rest:
        if raw.table.beside:
            continue
        span = _span_of(raw, returns, children)
        if span is None:
            ledger.note(Rule.FILE_WITHOUT_YEAR, raw.file)
            continue
        returns[span] = replace(returns[span], tables=(*returns[span].tables, raw))
        if raw.table.name is TableName.HEADER:
            children[span] = children[span] | set(raw.rows["CHILD"])
    found = [returns[span] for span in sorted(returns)]
    covered = {year for each in found for year in range(each.first, each.last + 1)}
    if covered:
        for year in range(min(covered), max(covered)):
            if year not in covered:
                ledger.note(Rule.YEAR_MISSING, "the folder", note=f"{year - 1}/{year % 100:02d}")
    return found


def collection_years(days: pd.Series) -> pd.Series:
    """Return the collection year of each day; missing where the day is."""
    after = (days.dt.month > 3).astype("Int64")
    return days.dt.year.astype("Int64") + after


def _years_of(rows: pd.DataFrame) -> tuple[int, int] | None:
    """Return the first and last collection year of episodes, from their dates."""
    ends = collection_years(rows["DEC"].dropna())
    starts = collection_years(rows["DECOM"].dropna())
    if ends.empty:
        return None if starts.empty else (int(starts.max()), int(starts.max()))
    counts = Counter(ends.tolist())
    most = max(counts, key=lambda year: (counts[year], year))
    # Slips of a day or a year happen; a tenth of all episodes in other years does not.
    if counts[most] >= 0.9 * len(ends):
        return int(most), int(most)
    usual = sorted(year for year, count in counts.items() if count >= 0.01 * len(ends))
    return int(usual[0]), int(max(usual[-1], starts.quantile(0.99)))


def _span_of(
    raw: RawTable,
    returns: dict[tuple[int, int], Return],
    children: dict[tuple[int, int], set[str]],
) -> tuple[int, int] | None:
    beside = [
        span
        for span, each in returns.items()
        if any(
            other.table.name is TableName.EPISODES
            and (other.file if raw.file.endswith(".xml") else other.folder)
            == (raw.file if raw.file.endswith(".xml") else raw.folder)
            for other in each.tables
        )
    ]
    if len(beside) == 1:
        return beside[0]
    own = set(raw.rows["CHILD"])
    shares = {
        span: len(own & children[span]) / max(1, len(own | children[span]))
        for span in beside or returns
    }
    best = max(shares, key=lambda span: (shares[span], span), default=None)
    return best if best is not None and shares[best] > 0 else None
