"""How long something may take: hours, days, working days, weeks or months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from api.casework.calendar import add_months, add_working_days, day_of, end_of, hours_after


class Unit(StrEnum):
    """In what a period is counted."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Period:
    """A time within which something must be done.

    Parameters
    ----------
    count
        How many; negative for a time before its anchor.
    unit
        Of what.
    """

    count: int
    unit: Unit

    def __str__(self) -> str:
        """Return the period as people write it."""
        unit = self.unit.value[:-1] if abs(self.count) == 1 else self.unit.value
        return f"{abs(self.count)} {unit}{' before' if self.count < 0 else ''}"

    def from_moment(self, at: datetime) -> datetime:
        """Return when it is over; periods of days run to the end of their last day."""
        if self.unit is Unit.HOURS:
            return hours_after(at, self.count)
        return end_of(self.from_day(day_of(at)))

    def from_day(self, day: date) -> date:
        """Return its last day; the first day is not counted.

        Raises
        ------
        ValueError
            If it is counted in hours.
        """
        match self.unit:
            case Unit.DAYS:
                return day + timedelta(days=self.count)
            case Unit.WEEKS:
                return day + timedelta(weeks=self.count)
            case Unit.MONTHS:
                return add_months(day, self.count)
            case Unit.WORKING_DAYS:
                return add_working_days(day, self.count)
            case Unit.HOURS:
                raise ValueError("hours are counted from a moment, not from a day")
