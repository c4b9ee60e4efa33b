"""What single rows of a return are held to, before they are joined across years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from matcher.domain.codes import (
    CategoryOfNeed,
    Ethnicity,
    LegalStatus,
    PlaceCode,
    PlaceProvider,
    ReasonForNewEpisode,
    ReasonPlaceChange,
    Sex,
)
from scenarios.history.findings import Rule, shown
from scenarios.history.sources import FILE, ROW, collection_years

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matcher.domain.codes import Code
    from scenarios.history.findings import Ledger

ENDS_CARE = frozenset(
    f"E{code}"
    for code in (2, 3, "4", "4A", "4B", *range(5, 10), *range(11, 18), 41, 45, 46, 47, 48)
)
"""REC: reasons for which care ends. X1 ends an episode only.

References
----------
.. [1] Department for Education, SSDA903 guides 2016/17 to 2025/26, reasons episode ceased.
"""

CONTINUES = "X1"
ADOPTED = frozenset({"E11", "E12"})
_NEEDS_PARENT = frozenset({PlaceCode.P1.value})

_CODES: dict[str, tuple[type[Code], bool]] = {
    "RNE": (ReasonForNewEpisode, True),
    "LS": (LegalStatus, True),
    "CIN": (CategoryOfNeed, True),
    "PLACE": (PlaceCode, True),
    "PLACE_PROVIDER": (PlaceProvider, False),  # not given for temporary placements
    "REASON_PLACE_CHANGE": (ReasonPlaceChange, False),
}


def places(rows: pd.DataFrame) -> Iterator[tuple[str, int]]:
    """Yield the file and row of each of some rows."""
    return zip(rows[FILE], rows[ROW], strict=True)


def usable_episodes(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return the episodes that can be used at all; the others are noted with why not.

    Parameters
    ----------
    rows
        Episodes of any files.
    ledger
        Where findings are noted.
    """
    nameless = rows["CHILD"].eq("")
    ledger.note_rows(Rule.CHILD_EMPTY, places(rows[nameless]))
    rows = rows[~nameless]
    startless = rows["DECOM"].isna()
    ledger.note_rows(Rule.DECOM_MISSING, places(rows[startless]), column="DECOM")
    rows = rows[~startless]
    reversed_dates = rows["DEC"] < rows["DECOM"]
    ledger.note_rows(Rule.DATES_REVERSED, places(rows[reversed_dates]))
    return rows[~reversed_dates].copy()


def check_episodes(rows: pd.DataFrame, first: int, last: int, ledger: Ledger) -> pd.DataFrame:
    """Hold episodes to codes, dates and pairs; return them with what is unusable emptied.

    Parameters
    ----------
    rows
        Usable episodes of one return.
    first, last
        The collection years of the return.
    ledger
        Where findings are noted.
    """
    rows = rows.copy()
    start, end = pd.Timestamp(first - 1, 4, 1), pd.Timestamp(last, 3, 31)
    outside = (rows["DECOM"] > end) | (rows["DEC"] > end) | (rows["DEC"] < start)
    ledger.note_rows(Rule.DATE_OUTSIDE_YEAR, places(rows[outside]))
    for column, (codes, needed) in _CODES.items():
        _check_codes(rows, column, codes, needed=needed, years=(first, last), ledger=ledger)
    _check_reasons(rows, ledger)
    parent = rows["PLACE"].isin(_NEEDS_PARENT)
    given = rows["PLACE_PROVIDER"].ne("")
    odd = given & (parent != rows["PLACE_PROVIDER"].eq(PlaceProvider.PR0.value))
    ledger.note_rows(Rule.PARENT_PROVIDER, places(rows[odd]))
    days = (rows["DEC"] - rows["DECOM"]).dt.days
    # V4 returns the whole agreement as one episode, V3 each break by itself.
    short = rows["LS"].eq(LegalStatus.V3.value) & days.gt(17)
    ledger.note_rows(Rule.SHORT_BREAK_LONG, places(rows[short]))
    for code, most in (("T1", 42), ("T3", 21), ("T4", 7)):
        ledger.note_rows(Rule.TEMPORARY_LONG, places(rows[rows["PLACE"].eq(code) & days.gt(most)]))
    return rows


def _check_codes(
    rows: pd.DataFrame,
    column: str,
    codes: type[Code],
    *,
    needed: bool,
    years: tuple[int, int],
    ledger: Ledger,
) -> None:
    rows[column] = rows[column].str.upper()
    known = {code.value: code for code in codes}
    for value in rows[column].unique().tolist():
        mask = rows[column].eq(value)
        if value == "":
            if needed:
                for file, row in places(rows[mask]):
                    ledger.note(Rule.CODE_EMPTY, file, row, column=column)
        elif value not in known:
            for file, row in places(rows[mask]):
                ledger.note(Rule.CODE_UNKNOWN, file, row, column=column, value=shown(value))
            rows.loc[mask, column] = ""
        else:
            _check_years(rows[mask], column, known[value], years, ledger)


def _check_years(
    rows: pd.DataFrame, column: str, code: Code, years: tuple[int, int], ledger: Ledger
) -> None:
    """Say which rows have a code that the year does not: that of the return, or of the row."""
    if years[0] == years[1]:
        bad = rows if not code.valid_in(years[0]) else rows.iloc[:0]
    else:
        own = collection_years(rows["DEC"].fillna(rows["DECOM"]))
        bad = rows[[not code.valid_in(int(year)) for year in own]]
    for file, row in places(bad):
        ledger.note(Rule.CODE_OF_ANOTHER_YEAR, file, row, column=column, value=code.value)


def _check_reasons(rows: pd.DataFrame, ledger: Ledger) -> None:
    rows["REC"] = rows["REC"].str.upper()
    unknown = rows["REC"].ne("") & ~rows["REC"].isin(ENDS_CARE | {CONTINUES})
    for file, row, value in zip(
        rows.loc[unknown, FILE], rows.loc[unknown, ROW], rows.loc[unknown, "REC"], strict=True
    ):
        ledger.note(Rule.CODE_UNKNOWN, file, row, column="REC", value=shown(value))
    rows.loc[unknown, "REC"] = ""
    still_open = rows["DEC"].isna()
    told = still_open & (rows["REC"].ne("") | rows["REASON_PLACE_CHANGE"].ne(""))
    ledger.note_rows(Rule.REASON_ON_OPEN, places(rows[told]))
    rows.loc[still_open, ["REC", "REASON_PLACE_CHANGE"]] = ""
    silent = ~still_open & rows["REC"].eq("") & ~unknown
    ledger.note_rows(Rule.END_WITHOUT_REASON, places(rows[silent]), column="REC")


def join_headers(
    headers: Iterable[tuple[int, pd.DataFrame]], ledger: Ledger
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row a child from the headers of all years, the latest standing.

    Parameters
    ----------
    headers
        The last collection year of a return and its header rows, in order of years.
    ledger
        Where findings are noted.

    Returns
    -------
    tuple of DataFrame, DataFrame
        ``sex``, ``dob``, ``ethnicity`` by child; and the usable rows, the latest of each
        child last.
    """
    frames = []
    for year, rows in headers:
        frames.append(rows.assign(_year=year))
    if not frames:
        empty = pd.DataFrame({"sex": [], "dob": pd.to_datetime([]), "ethnicity": []}, dtype=object)
        empty["dob"] = pd.to_datetime(empty["dob"])
        empty.index.name = "child"
        return empty, pd.DataFrame({"CHILD": [], FILE: []}, dtype=object)
    rows = pd.concat(frames, ignore_index=True)
    nameless = rows["CHILD"].eq("")
    ledger.note_rows(Rule.CHILD_EMPTY, places(rows[nameless]))
    rows = rows[~nameless].sort_values(["CHILD", "_year", FILE, ROW], kind="stable")
    _check_header_codes(rows, ledger)
    child_before = rows["CHILD"].shift()
    same = rows["CHILD"].eq(child_before)
    same_file = same & rows[FILE].eq(rows[FILE].shift())
    ledger.note_rows(Rule.HEADER_REPEATED, places(rows[same_file]))
    other_dob = (
        rows["DOB"].notna() & rows["DOB"].shift().notna() & rows["DOB"].ne(rows["DOB"].shift())
    )
    changed = same & ~same_file & (other_dob | rows["SEX"].ne(rows["SEX"].shift()))
    ledger.note_rows(Rule.HEADER_CHANGED, places(rows[changed]))
    ledger.note_rows(Rule.HEADER_AGAIN, places(rows[same & ~same_file & ~changed]))
    # Within a child the last value that is given stands.
    joined = rows.replace({"SEX": {"": None}, "ETHNIC": {"": None}}).groupby("CHILD").last()
    found = pd.DataFrame(
        {"sex": joined["SEX"], "dob": joined["DOB"], "ethnicity": joined["ETHNIC"]},
        index=joined.index,
    )
    found.index.name = "child"
    return found, rows


def _check_header_codes(rows: pd.DataFrame, ledger: Ledger) -> None:
    for column, codes in (("SEX", Sex), ("ETHNIC", Ethnicity)):
        rows[column] = rows[column].str.upper()
        bad = rows[column].ne("") & ~rows[column].isin([code.value for code in codes])
        for file, row, value in zip(
            rows.loc[bad, FILE], rows.loc[bad, ROW], rows.loc[bad, column], strict=True
        ):
            ledger.note(Rule.CODE_UNKNOWN, file, row, column=column, value=shown(value))
        rows.loc[bad, column] = ""
        for file, row in places(rows[rows[column].eq("") & ~bad]):
            ledger.note(Rule.CODE_EMPTY, file, row, column=column)
