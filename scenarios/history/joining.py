"""Episodes of many returns as one line of care for each child.

A return has every episode that was open on some day of its year, so an episode that stays
open is returned by each year in turn, and its end only by the last. Here these become one.
The order of corrections matters and is this:

1. rows of one file that begin on the same day for one child are one episode;
2. so are rows of different years: the latest return stands, its end included;
3. an episode that ends after, or without an end before, the child's next is cut there;
4. care that went on (X1) over days that no episode covers is closed up;
5. nobody is looked after past their 18th birthday;
6. an open episode of a child whom no return of the two years after or later has, ended with
   the last year that returned it. Absence from the newest return alone proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from scenarios.history.checking import CONTINUES, ENDS_CARE, places
from scenarios.history.findings import Rule
from scenarios.history.groups import births_of
from scenarios.history.sources import FILE, ROW

if TYPE_CHECKING:
    from scenarios.history.findings import Ledger

ABSENT_YEARS = 2
"""So many returns without the child end an episode that was left open."""

_COMPARED = ("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "HOME_POST", "PL_POST", "URN")


def join_episodes(
    rows: pd.DataFrame, births: pd.Series, years: list[int], ledger: Ledger
) -> pd.DataFrame:
    """Return one row an episode.

    Parameters
    ----------
    rows
        Checked episodes of all returns, with ``_first`` and ``_last``, the years of the
        return in which each stood.
    births
        Dates of birth by child.
    years
        Collection years for which there is a yearly return, in order.
    ledger
        Where findings are noted.

    Returns
    -------
    DataFrame
        Ordered by child and beginning; ``DEC`` is missing for those still in care.
    """
    rows = rows.sort_values(
        ["CHILD", "DECOM", "_last", "_first", "DEC", FILE, ROW], na_position="first", kind="stable"
    ).reset_index(drop=True)
    _note_merges(rows, ledger)
    returned = rows.groupby(["CHILD", "DECOM"], sort=False).agg(
        _seen_first=("_first", "min"), _seen_last=("_last", "max")
    )
    # The latest return stands; within it the last row, which is the one that ends later.
    kept = rows.drop_duplicates(["CHILD", "DECOM"], keep="last").reset_index(drop=True)
    kept = kept.join(returned, on=["CHILD", "DECOM"])
    kept = _cut_overlaps(kept, ledger)
    kept = _close_gaps(kept, ledger)
    kept = _end_at_18(kept, births, ledger)
    kept = _end_the_lost(kept, rows, years, ledger)
    early = kept["DECOM"] < births_of(kept["CHILD"], births)
    ledger.note_rows(Rule.BEFORE_BIRTH, places(kept[early]))
    return kept


def _note_merges(rows: pd.DataFrame, ledger: Ledger) -> None:
    """Say of each row that begins with the one before it how the two agree."""
    before = rows.shift()
    same = rows["CHILD"].eq(before["CHILD"]) & rows["DECOM"].eq(before["DECOM"])
    if not same.any():
        return
    differs = pd.Series(False, index=rows.index)
    for column in _COMPARED:
        differs |= rows[column].ne(before[column])
    end_differs = before["DEC"].notna() & rows["DEC"].ne(before["DEC"])
    in_file = same & rows[FILE].eq(before[FILE])
    exact = ~differs & (rows["DEC"].eq(before["DEC"]) | (rows["DEC"].isna() & before["DEC"].isna()))
    ledger.note_rows(Rule.EPISODE_REPEATED, places(rows[in_file & exact]))
    ledger.note_rows(Rule.EPISODE_CONTRADICTED, places(rows[in_file & ~exact]))
    across = same & ~in_file
    ledger.note_rows(Rule.END_CONTRADICTED, places(rows[across & end_differs]))
    ledger.note_rows(Rule.EPISODE_CHANGED, places(rows[across & ~end_differs & differs]))
    ledger.note_rows(Rule.EPISODE_CONTINUED, places(rows[across & ~end_differs & ~differs]))


def _next(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of the same child's next episode; missing for the last."""
    return rows.groupby("CHILD", sort=False)[column].shift(-1)


def _cut_overlaps(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    follows = _next(rows, "DECOM")
    overlap = rows["DEC"] > follows
    unended = rows["DEC"].isna() & follows.notna()
    ledger.note_rows(Rule.EPISODES_OVERLAP, places(rows[overlap]))
    ledger.note_rows(Rule.OPEN_BEFORE_ANOTHER, places(rows[unended]))
    cut = overlap | unended
    rows.loc[cut, "DEC"] = follows[cut]
    # What ends because another begins does not end care, whatever the row says.
    rows.loc[cut & rows["REC"].isin(ENDS_CARE | {""}), "REC"] = CONTINUES
    return rows


def _close_gaps(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    follows = _next(rows, "DECOM")
    gap = rows["DEC"].lt(follows) & rows["REC"].eq(CONTINUES) & _next(rows, "RNE").ne("S")
    days = (follows - rows["DEC"])[gap].dt.days
    ledger.note_rows(
        Rule.GAP_IN_CARE,
        places(rows[gap]),
        notes=[f"{day:,} {'day' if day == 1 else 'days'} later" for day in days],
    )
    rows.loc[gap, "DEC"] = follows[gap]
    return rows


def _end_at_18(rows: pd.DataFrame, births: pd.Series, ledger: Ledger) -> pd.DataFrame:
    births = births_of(rows["CHILD"], births)
    eighteenth = births + pd.DateOffset(years=18)
    newest = pd.Timestamp(int(rows["_last"].max()), 3, 31) if len(rows) else pd.NaT
    over = (rows["DEC"] > eighteenth) | (rows["DEC"].isna() & eighteenth.le(newest))
    over &= rows["DECOM"] < eighteenth
    ledger.note_rows(Rule.OVER_18, places(rows[over]))
    rows.loc[over, "DEC"] = eighteenth[over]
    rows.loc[over, "REC"] = ""
    adult = rows["DECOM"] >= eighteenth
    ledger.note_rows(Rule.OVER_18, places(rows[adult]))
    rows.loc[adult, "DEC"] = rows.loc[adult, "DECOM"]
    rows["_at_18"] = over | adult
    return rows


def _end_the_lost(
    rows: pd.DataFrame, all_rows: pd.DataFrame, years: list[int], ledger: Ledger
) -> pd.DataFrame:
    """Look at who is missing from returns in which an open episode should stand."""
    present = set(
        zip(all_rows["CHILD"].tolist(), all_rows["_last"].astype(int).tolist(), strict=True)
    )
    rows["_absent"] = 0
    rows["_lost"] = False
    if not years:
        return rows
    newest = max(years)
    for place, child, decom, dec, seen_first, seen_last in zip(
        rows.index,
        rows["CHILD"].tolist(),
        rows["DECOM"],
        rows["DEC"],
        rows["_seen_first"].tolist(),
        rows["_seen_last"].tolist(),
        strict=True,
    ):
        began = decom.year + (decom.month > 3)
        ended = newest if dec is pd.NaT else dec.year + (dec.month > 3)
        missing = [
            year for year in years if began <= year <= ended and (child, year) not in present
        ]
        if not missing:
            continue
        file, row = str(rows.at[place, FILE]), int(rows.at[place, ROW])
        for year in missing:
            rule = Rule.LATE if year < seen_first else Rule.NOT_RETURNED
            ledger.note(rule, file, row, note=f"{year - 1}/{year % 100:02d}")
        after = [year for year in missing if year > seen_last]
        rows.at[place, "_absent"] = len(after)
        if dec is pd.NaT and len(after) >= ABSENT_YEARS:
            ledger.note(Rule.LOST, file, row, note=f"last returned for {seen_last}")
            rows.at[place, "DEC"] = _lost_on(int(seen_last), after[0])
            rows.at[place, "_lost"] = True
    return rows


def _lost_on(seen_last: int, absent_first: int) -> pd.Timestamp:
    """Return the day on which a child is taken to have left unseen.

    On the day after the last year that has them; where returns are missing in between, in the
    middle of the years that nobody can tell of.
    """
    earliest = pd.Timestamp(seen_last, 4, 1)
    latest = pd.Timestamp(absent_first - 1, 4, 1)
    return (earliest + (latest - earliest) / 2).normalize()
