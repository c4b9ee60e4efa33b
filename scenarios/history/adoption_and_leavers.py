"""NI 61 from the adoption tables, NI 147 and NI 148 from OC3.

References
----------
.. [1] Department for Communities and Local Government, "National Indicators for Local
   Authorities and Local Authority Partnerships: Handbook of Definitions" (2008), NI 61,
   NI 147, NI 148.
.. [2] Department for Education, SSDA903 guide, OC3: main activity and accommodation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from scenarios.history.checking import ADOPTED
from scenarios.history.measures import Share
from scenarios.history.periods import ADOPTIVE
from scenarios.history.tables import TableName

if TYPE_CHECKING:
    from scenarios.history.history import History

LEAVER_AGE = 19
_NO_LONGER_COUNTED = ("DIED", "RHOM")
_SUITABLE, _UNSUITABLE = "1", "2"
_OCCUPIED, _NOT_OCCUPIED = ("F", "P"), ("G",)


def adopted_in_time(history: History, start: pd.Timestamp, end: pd.Timestamp) -> Share | None:
    """Return children adopted between two days, those placed within 12 months of the decision.

    Decisions that were withdrawn (DATE_PLACED_CEASED) are left out. Unknown are children for
    whom no decision, or no adoptive placement, is in the returns; they stay in the
    denominator.

    Parameters
    ----------
    history
        With the table of decisions that children should be placed for adoption.
    start, end
        The first and last day.

    Returns
    -------
    Share or None
        None when no return has the table.
    """
    decisions = history.table(TableName.PLACED_ADOPTION)
    if decisions.empty:
        return None
    standing = decisions[decisions["DATE_PLACED_CEASED"].isna()]
    decided = standing.dropna(subset=["DATE_PLACED"]).groupby("CHILD")["DATE_PLACED"].max()
    episodes = history.episodes
    adopted = episodes[episodes["rec"].isin(ADOPTED) & episodes["dec"].between(start, end)]
    placed = episodes[episodes["place"].isin(ADOPTIVE)]
    in_time = unknown = 0
    for child, period in zip(adopted["child"], adopted["period"], strict=True):
        own = placed.loc[placed["period"].eq(period), "decom"]
        if child not in decided.index or own.empty:
            unknown += 1
            continue
        in_time += own.min() <= decided[child] + pd.DateOffset(months=12)
    return Share.make(in_time, len(adopted), unknown)


def care_leavers(history: History, year: int, *, what: str) -> Share | None:
    """Return care leavers who turned 19 in a year and live or do what they should.

    Parameters
    ----------
    history
        With OC3.
    year
        The collection year.
    what
        ``ACCOM`` for suitable accommodation (NI 147), ``ACTIV`` for education, employment or
        training (NI 148).

    Returns
    -------
    Share or None
        Those not in touch or of whom it is not known stay in the denominator, and are
        counted as unknown. None when the year's return has no OC3.
    """
    rows = history.table(TableName.OC3)
    if rows.empty or not rows["_year"].eq(year).any():
        return None
    rows = rows[rows["_year"].eq(year)].drop_duplicates("CHILD", keep="last")
    turned = rows["DOB"] + pd.DateOffset(years=LEAVER_AGE)
    aged = rows[
        turned.between(pd.Timestamp(year - 1, 4, 1), pd.Timestamp(year, 3, 31))
        & ~rows["IN_TOUCH"].str.upper().isin(_NO_LONGER_COUNTED)
    ]
    codes = aged[what].str.upper()
    if what == "ACCOM":
        good, bad = codes.str[1:].eq(_SUITABLE), codes.str[1:].eq(_UNSUITABLE)
    else:
        good, bad = codes.str[:1].isin(_OCCUPIED), codes.str[:1].isin(_NOT_OCCUPIED)
    return Share.make(int(good.sum()), len(aged), int((~good & ~bad).sum()))
