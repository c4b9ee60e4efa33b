"""Working days in England, and the times by which things are due.

A *working day* is any day but Saturday, Sunday, Christmas Day, Good Friday and a bank holiday
(Care Planning, Placement and Case Review (England) Regulations 2010, regulation 2). The bank
holidays are those of the ``holidays`` package; that a royal one-off is in it, its version says.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from holidays import HolidayBase

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59)


@cache
def _england() -> HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


def is_working_day(day: date) -> bool:
    """Whether offices are open in England."""
    return _england().is_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """Return the day that is so many working days after a day.

    Parameters
    ----------
    day
        Not counted itself.
    count
        0 or more; 0 gives the day itself.

    Examples
    --------
    >>> from datetime import date
    >>> add_working_days(date(2026, 12, 24), 1)  # Christmas, Boxing Day and its Monday between
    datetime.date(2026, 12, 29)
    """
    return day if count == 0 else _england().get_nth_working_day(day, count)


def add_months(day: date, count: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    moved: date = day + relativedelta(months=count)
    return moved


def end_of(day: date) -> datetime:
    """Return the last moment of a day in London, in UTC."""
    return datetime.combine(day, END_OF_DAY, tzinfo=LONDON).astimezone(UTC)


def day_of(at: datetime) -> date:
    """Return the day in London that a moment falls on."""
    return at.astimezone(LONDON).date()


def hours_after(at: datetime, hours: int) -> datetime:
    """Return a moment so many hours later."""
    return at + timedelta(hours=hours)
