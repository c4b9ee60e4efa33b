"""A council's history: every return read, checked and joined, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from matcher.errors import DataError
from scenarios.history.checking import check_episodes, join_headers, places, usable_episodes
from scenarios.history.distances import locate
from scenarios.history.findings import Findings, Ledger, RowCount, Rule
from scenarios.history.joining import join_episodes
from scenarios.history.periods import derive_periods, period_values
from scenarios.history.sources import read_folder, sort_into_returns
from scenarios.history.tables import TableName

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matcher.geography.postcodes import Postcodes
    from scenarios.history.periods import Period
    from scenarios.history.sources import RawTable, Return


@dataclass(frozen=True)
class History:
    """What the returns say, joined across years.

    Parameters
    ----------
    returns
        The returns, in order of years.
    episodes
        One row an episode, as :func:`scenarios.history.periods.derive_periods` returns them.
    children
        ``sex``, ``dob``, ``ethnicity`` by child; only children whom a header has.
    beside
        Tables that are not part of a return, by name.
    findings
        Every fault, by file, row and rule.
    row_counts
        What became of the rows, by file and table.
    last_day
        The last day that the returns tell of: 31 March of the last year, or before it the
        last date of a return that was drawn while its year was not over.
    """

    returns: tuple[Return, ...]
    episodes: pd.DataFrame
    children: pd.DataFrame
    beside: Mapping[TableName, pd.DataFrame]
    findings: Findings
    row_counts: Mapping[tuple[str, str], RowCount]
    last_day: date

    @property
    def years(self) -> tuple[int, ...]:
        """The collection years that the returns cover, in order."""
        return tuple(
            sorted({year for each in self.returns for year in range(each.first, each.last + 1)})
        )

    @property
    def first_day(self) -> date:
        """The first day on which everybody in care is known: 1 April of the first year."""
        return date(self.years[0] - 1, 4, 1)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Every period of care, in order of children and days."""
        return tuple(period_values(self.episodes))

    def table(self, name: TableName) -> pd.DataFrame:
        """Return a table's rows of all years, with ``_year``, the year of their return."""
        frames = [
            rows.assign(_year=each.last)
            for each in self.returns
            if (rows := each.rows(name)) is not None
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def read_history(folder: Path, postcodes: Postcodes | None = None) -> History:
    """Read, check and join the returns in a folder.

    Parameters
    ----------
    folder
        Holds CSV and XML files, of any names and in any folders.
    postcodes
        Where to look postcodes up; None leaves every distance unknown.

    Returns
    -------
    History
        With every fault found. Faults in rows do not stop it.

    Raises
    ------
    UsageError
        If there is no such folder, or no file in it.
    DataError
        If no file has any episodes.
    """
    ledger = Ledger()
    raws = read_folder(folder, ledger)
    returns = sort_into_returns(raws, ledger)
    counts = {
        (raw.file, raw.table.name.value): RowCount(
            len(raw.rows) + raw.set_aside, len(raw.rows), 0, raw.set_aside
        )
        for raw in raws
    }
    if not returns:
        said = "; ".join(finding.sentence for finding in ledger.listed[:5])
        raise DataError(
            f"{folder} holds no episodes, so there is no history. {said or 'Add them'}".rstrip()
        )
    checked = _checked(returns, ledger)
    children, headers = join_headers(
        (
            (each.last, rows)
            for each in returns
            if (rows := each.rows(TableName.HEADER)) is not None
        ),
        ledger,
    )
    years = [each.last for each in returns if each.yearly]
    if checked.empty:
        raise DataError(
            f"{folder}: no row of the episodes can be used. Run: nearhome history check"
        )
    joined = join_episodes(checked, children["dob"], years, ledger)
    episodes = derive_periods(joined, ledger)
    if postcodes is not None:
        episodes = locate(episodes, postcodes, ledger)
    _note_strangers(returns, joined, children, ledger)
    last_day = _last_day(returns[-1], ledger)
    _settle_counts(counts, TableName.EPISODES, checked, joined)
    _settle_counts(counts, TableName.HEADER, headers, headers.drop_duplicates("CHILD", keep="last"))
    return History(
        returns=tuple(returns),
        episodes=episodes,
        children=children,
        beside=_beside(raws),
        findings=Findings.of(ledger),
        row_counts=counts,
        last_day=last_day,
    )


_SILENT_DAYS = 30
_SURELY = 12.0
"""Events expected in days without any, at which chance is no explanation."""


def _last_day(newest: Return, ledger: Ledger) -> date:
    """Return the last day that the newest return tells of."""
    closing = date(newest.last, 3, 31)
    end = pd.Timestamp(closing)
    rows = newest.rows(TableName.EPISODES)
    assert rows is not None  # a return is made of episodes
    days = pd.concat([rows["DECOM"], rows["DEC"]]).dropna()
    days = days[(days >= end - pd.DateOffset(years=1)) & (days <= end)]
    if days.empty:
        return closing
    last = days.max()
    silent = (end - last).days
    # Several events of one day may be one event, as of a sibling group.
    seen = days.nunique()
    pace = seen / max(1, 366 - silent)
    if silent < _SILENT_DAYS or min(seen, silent * pace) < _SURELY:
        return closing
    files = sorted({raw.file for raw in newest.tables if raw.table.name is TableName.EPISODES})
    ledger.note(Rule.YEAR_PARTIAL, files[0], note=f"the last date is {last:%d/%m/%Y}")
    day: date = last.date()
    return day


def _settle_counts(
    counts: dict[tuple[str, str], RowCount],
    name: TableName,
    usable: pd.DataFrame,
    standing: pd.DataFrame,
) -> None:
    """Say of each file how many rows stand, were merged with others, and were set aside."""
    read = usable["_file"].value_counts()
    used = standing["_file"].value_counts()
    for (file, table), count in counts.items():
        if table == name.value:
            able, stand = int(read.get(file, 0)), int(used.get(file, 0))
            counts[file, table] = RowCount(count.rows, stand, able - stand, count.rows - able)


def _checked(returns: list[Return], ledger: Ledger) -> pd.DataFrame:
    """Return the usable episodes of all returns."""
    frames = []
    for each in returns:
        rows = each.rows(TableName.EPISODES)
        assert rows is not None  # a return is made of episodes
        usable = usable_episodes(rows, ledger)
        checked = check_episodes(usable, each.first, each.last, ledger)
        frames.append(checked.assign(_first=each.first, _last=each.last))
    return pd.concat(frames, ignore_index=True)


def _note_strangers(
    returns: list[Return], joined: pd.DataFrame, children: pd.DataFrame, ledger: Ledger
) -> None:
    """Say which children have episodes and no header, and the other way round."""
    firsts = joined.drop_duplicates("CHILD")
    ledger.note_rows(Rule.NO_HEADER, places(firsts[~firsts["CHILD"].isin(children.index)]))
    known = set(joined["CHILD"])
    leavers = {
        child
        for each in returns
        if (rows := each.rows(TableName.OC3)) is not None
        for child in rows["CHILD"]
    }
    told: set[str] = set()
    for each in returns:
        for name in TableName:
            rows = each.rows(name)
            if rows is None or name in (TableName.EPISODES, TableName.OC3):
                continue
            alone = rows[~rows["CHILD"].isin(known)]
            if name is TableName.HEADER:
                alone = alone[~alone["CHILD"].isin(told)].drop_duplicates("CHILD")
                told |= set(alone["CHILD"])
                ledger.note_rows(Rule.HEADER_ALONE, places(alone))
            else:
                # Who has left care keeps records in other tables; only strangers are told of.
                strange = alone[~alone["CHILD"].isin(leavers | set(children.index))]
                ledger.note_rows(Rule.NO_EPISODES, places(strange))


def _beside(raws: list[RawTable]) -> dict[TableName, pd.DataFrame]:
    return {
        name: pd.concat([raw.rows for raw in raws if raw.table.name is name], ignore_index=True)
        for name in {raw.table.name for raw in raws if raw.table.beside}
    }
