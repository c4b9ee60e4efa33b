"""NI 62 and NI 63: how many placements children have had, and how long the present one lasts.

The text that defines NI 62's counting of same-carer changes is not to be had, so both ways
are worked out. Temporary absences (T0-T4) are no placements; adoption by the current foster
carer is no move; short breaks are left out.

References
----------
.. [1] Department for Communities and Local Government, "National Indicators for Local
   Authorities and Local Authority Partnerships: Handbook of Definitions" (2008), NI 62, NI 63.
.. [2] Department for Education, "Children looked after in England including adoptions",
   stability of placements: "living with the same carer for at least 2 years".
.. [3] Department for Education, "Stability measures for children looked after in England:
   2024", data guidance: of children looked after on 31 March, without those under an agreed
   series of short-term placements; three or more placements in the year, and in two years of
   those in care for both.
"""

from __future__ import annotations

import pandas as pd

from scenarios.history.groups import ages_on
from scenarios.history.measures import Share
from scenarios.history.periods import ADOPTIVE

MANY_PLACEMENTS = 3
_LONG_IN_CARE = pd.DateOffset(years=2, months=6)
_LONG_IN_PLACEMENT = pd.DateOffset(years=2)


def ni_62(
    episodes: pd.DataFrame,
    now: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    same_carer: bool,
) -> Share:
    """Return children with three or more placements between two days.

    Parameters
    ----------
    episodes
        All episodes.
    now
        The episodes of the children in care at the end.
    start, end
        The first and last day.
    same_carer
        Whether a change of placement with the same carer counts.
    """
    number = "placement" if same_carer else "carer"
    open_within = (episodes["decom"] <= end) & (episodes["dec"].isna() | (episodes["dec"] >= start))
    # An episode that ended on the first day had its last night before it.
    open_within &= episodes["dec"].isna() | (episodes["dec"] > start) | (episodes["decom"] >= start)
    own = episodes[
        open_within
        & episodes["child"].isin(now["child"])
        & ~episodes["temporary"]
        & ~episodes["short_breaks"]
    ]
    counts = own.groupby("child")[number].nunique()
    return Share.make(int((counts >= MANY_PLACEMENTS).sum()), len(now))


def ni_62_two_years(
    episodes: pd.DataFrame, now: pd.DataFrame, end: pd.Timestamp, *, same_carer: bool
) -> Share:
    """Return the same over two years, of children in care throughout both."""
    start = end - pd.DateOffset(years=2) + pd.Timedelta(days=1)
    throughout = now[now["period_began"] <= start]
    return ni_62(episodes, throughout, start, end, same_carer=same_carer)


def ni_63(
    episodes: pd.DataFrame, now: pd.DataFrame, births: pd.Series, end: pd.Timestamp, *, number: str
) -> Share:
    """Return children under 16, in care for 2.5 years, settled for two years.

    Parameters
    ----------
    episodes
        All episodes.
    now
        The episodes of the children in care on the day.
    births
        Their dates of birth.
    end
        The day, 31 March.
    number
        ``carer`` (as now published) or ``placement`` (as the indicator was defined).

    Returns
    -------
    Share
        ``unknown`` are children of unknown age, or whose care may have begun before the
        returns do; they are left out.
    """
    ages = pd.Series(ages_on(births, end), index=now.index)
    long_enough = now["period_began"] <= end - _LONG_IN_CARE
    eligible = now[(ages < 16) & long_enough]
    unknown = int((ages.isna() | ((ages < 16) & ~long_enough & ~now["start_known"])).sum())
    stays = _stays(episodes[episodes["period"].isin(eligible["period"])], number)
    since = end - _LONG_IN_PLACEMENT
    settled = 0
    for period, stay, place in zip(
        eligible["period"], eligible[number], eligible["place"], strict=True
    ):
        began, before = stays.at[stay, "began"], stays.at[stay, "before"]
        if place in ADOPTIVE and before is not pd.NaT:
            began = min(began, before)
        settled += began <= since
        assert stays.at[stay, "period"] == period
    return Share.make(settled, len(eligible), unknown)


def _stays(episodes: pd.DataFrame, number: str) -> pd.DataFrame:
    """Return when each stay began, and the one before it within the same period of care."""
    stays = episodes.groupby(number, sort=True).agg(
        period=("period", "first"), began=("decom", "first")
    )
    stays["before"] = stays.groupby("period")["began"].shift()
    return stays
