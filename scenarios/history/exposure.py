"""Time in care and what happened in it, month by month, up to a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scenarios.history.groups import (
    BAND_STARTS,
    Category,
    ages_on,
    bands_of,
    births_of,
    category_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.history.history import History

DAYS_PER_YEAR = 365.25
DURATION_STARTS = (0.0, 0.5, 2.0)
"""Years in care at which each duration band begins: lengths of stay differ most early on."""
ADULT = 18.0
_AGED_OUT = pd.Timedelta(days=2)

CATEGORIES = tuple(Category)


@dataclass(frozen=True)
class Stock:
    """Children in care on a day.

    Parameters
    ----------
    ages
        In years; nan when not known.
    years
        In care so far.
    categories
        Place of each in :data:`CATEGORIES`.
    """

    ages: NDArray[np.float64]
    years: NDArray[np.float64]
    categories: NDArray[np.int64]


def as_known_on(history: History, day: pd.Timestamp) -> pd.DataFrame:
    """Return the episodes of care as they stood on a day: nothing after it is known.

    Short breaks are left out. The returns of later years still fill gaps in those of earlier
    ones, so that what is forecast is care, and not who is missing from which return.

    Parameters
    ----------
    history
        The history.
    day
        The last day known.
    """
    episodes = history.episodes
    known = episodes[(episodes["decom"] <= day) & ~episodes["short_breaks"]].copy()
    later = known["dec"] > day
    known.loc[later, "dec"] = pd.NaT
    known.loc[later, ["rec", "reason"]] = ""
    known["dob"] = births_of(known["child"], history.children["dob"])
    known["category"] = [CATEGORIES.index(category_of(code)) for code in known["place"]]
    return known


def in_care_on(episodes: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the episode of each child in care on a day."""
    open_then = (episodes["decom"] <= day) & (episodes["dec"].isna() | (episodes["dec"] > day))
    return episodes[open_then].drop_duplicates("child", keep="last")


def stock_on(episodes: pd.DataFrame, day: pd.Timestamp) -> Stock:
    """Return the children in care on a day, as a forecast starts from them."""
    now = in_care_on(episodes, day)
    return Stock(
        np.asarray((day - now["dob"]).dt.days / DAYS_PER_YEAR, dtype=np.float64),
        np.asarray((day - now["period_began"]).dt.days / DAYS_PER_YEAR, dtype=np.float64),
        now["category"].to_numpy(dtype=np.int64),
    )


def month_ends(day: pd.Timestamp, months: int) -> list[pd.Timestamp]:
    """Return the days a number of months after a day, month ends staying month ends.

    Examples
    --------
    >>> [str(each.date()) for each in month_ends(pd.Timestamp(2024, 3, 31), 2)]
    ['2024-04-30', '2024-05-31']
    """
    at_end = (day + pd.Timedelta(days=1)).day == 1
    step = range(1, months + 1) if months >= 0 else range(-1, months - 1, -1)
    found = [day + pd.DateOffset(months=i) for i in step]
    return [each + pd.offsets.MonthEnd(0) for each in found] if at_end else found


@dataclass(frozen=True)
class Care:
    """Entries, exits and time in care between two days.

    Parameters
    ----------
    periods
        One row a period of care, with ``began``, ``ended``, ``aged_out`` and ``dob``.
    edges
        Days that divide the time into months, the first and last included.
    """

    periods: pd.DataFrame
    edges: tuple[pd.Timestamp, ...]

    @property
    def months(self) -> int:
        """How many months there are."""
        return len(self.edges) - 1

    def entries(self) -> pd.DataFrame:
        """Return the periods that began after the first day, with their age and band then."""
        began = self.periods[self.periods["began"] > self.edges[0]].copy()
        began["age"] = (began["began"] - began["dob"]).dt.days / DAYS_PER_YEAR
        began["band"] = bands_of(np.floor(began["age"].clip(lower=0)).to_numpy(dtype=np.float64))
        began["month"] = self.month_of(began["began"])
        return began

    def month_of(self, days: pd.Series) -> NDArray[np.int64]:
        """Return the month in which each day falls, the last day of a month being its own."""
        edges = np.array(self.edges, dtype="datetime64[ns]")
        found = np.searchsorted(edges, days.to_numpy(dtype="datetime64[ns]"), side="left") - 1
        return np.asarray(found, dtype=np.int64)

    def leaving(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return exits and child-years by month, age band and duration band.

        Leaving at 18 is no event here: it is certain, and forecast as such.

        Returns
        -------
        tuple of ndarray, ndarray
            Each of shape (months, age bands, duration bands).
        """
        shape = (self.months, len(BAND_STARTS), len(DURATION_STARTS))
        events, exposure = np.zeros(shape), np.zeros(shape)
        for month in range(self.months):
            start, end = self.edges[month], self.edges[month + 1]
            there = self.periods[
                (self.periods["began"] <= end)
                & (self.periods["ended"].isna() | (self.periods["ended"] > start))
            ]
            if there.empty:
                continue
            ages = ages_on(there["dob"], start)
            # Of unknown age: counted with those of the commonest band.
            bands = np.where(np.isnan(ages), 3, bands_of(np.clip(ages, 0, None)))
            years = (start - there["began"]).dt.days.clip(lower=0) / DAYS_PER_YEAR
            spans = np.searchsorted(DURATION_STARTS, years, side="right") - 1
            from_day = there["began"].clip(lower=start)
            to_day = there["ended"].fillna(end).clip(upper=end)
            time = (to_day - from_day).dt.days.to_numpy() / DAYS_PER_YEAR
            left = (there["ended"] <= end) & ~there["aged_out"]
            np.add.at(exposure[month], (bands, spans), np.maximum(time, 0))
            np.add.at(events[month], (bands, spans), left.to_numpy(dtype=float))
        return events, exposure


def care_until(episodes: pd.DataFrame, first: pd.Timestamp, day: pd.Timestamp) -> Care:
    """Return the care between the first day of the returns and a day.

    Parameters
    ----------
    episodes
        As :func:`as_known_on` returns them for the day.
    first
        The first day on which everybody in care is known.
    day
        The last day known.
    """
    last = episodes.drop_duplicates("period", keep="last")
    heads = episodes.drop_duplicates("period").set_index("period")
    periods = pd.DataFrame(
        {
            "child": last["child"].to_numpy(),
            "began": last["period_began"].to_numpy(),
            "ended": last["dec"].to_numpy(),
            "dob": last["dob"].to_numpy(),
            "need": heads.loc[last["period"], "cin"].to_numpy(),
            "category": heads.loc[last["period"], "category"].to_numpy(),
        }
    )
    for column in ("began", "ended", "dob"):
        periods[column] = pd.to_datetime(periods[column])
    eighteenth = periods["dob"] + pd.DateOffset(years=18)
    periods["aged_out"] = periods["ended"] >= eighteenth - _AGED_OUT
    span = max(1, round((day - first).days / (DAYS_PER_YEAR / 12)))
    back = [edge for edge in month_ends(day, -span) if edge > first - pd.Timedelta(days=20)]
    return Care(periods, (*reversed(back), day) if back else (first, day))
