"""Working days of England, days in London, and periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.casework.calendar import add_months, add_working_days, day_of, end_of, is_working_day
from api.casework.periods import Period, Unit

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 12, 23), 5, date(2027, 1, 4)),  # Christmas, Boxing Day's Monday, New Year
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday and Easter Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_working_days_are_those_of_england(start: date, days: int, due: date) -> None:
    assert add_working_days(start, days) == due


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(1, 60))
def test_working_days_are_counted_one_by_one(start: date, count: int) -> None:
    day = start
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    assert add_working_days(start, count) == day


def test_a_day_ends_in_london() -> None:
    summer = end_of(date(2026, 7, 1))
    assert summer == datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)
    assert day_of(summer) == date(2026, 7, 1)
    assert add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)


def test_periods_read_as_people_say_them() -> None:
    assert str(Period(5, Unit.WORKING_DAYS)) == "5 working days"
    assert str(Period(1, Unit.WEEKS)) == "1 week"
    assert Period(72, Unit.HOURS).from_moment(NOON) == NOON + timedelta(hours=72)
    with pytest.raises(ValueError, match="from a moment"):
        Period(72, Unit.HOURS).from_day(DAY)
