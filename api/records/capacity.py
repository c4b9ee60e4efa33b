"""What the service keeps of homes and money beside the engine's own records."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from matcher.domain.agreement import Budget
from matcher.domain.record import Identifier, Record


class BudgetLine(Record):
    """A budget, with an identifier of its own.

    Parameters
    ----------
    budget_id
        Identifier.
    budget
        Of which route, and how much.
    """

    budget_id: Identifier
    budget: Budget


class BookingPurpose(StrEnum):
    """Why a bed is taken."""

    PLACEMENT = "placement"
    RESERVATION = "reservation"
    RESIDENT = "resident"
    STAYING_PUT = "staying_put"


class Booking(Record):
    """One bed taken for a time. The database refuses two of one bed that overlap.

    Parameters
    ----------
    booking_id
        Identifier.
    home_id, bed
        Which bed: they are numbered from 1 in each home. Numbers beyond the beds that a
        home has are for placements outside its terms.
    starts
        First day.
    ends
        The day on which the bed is free again: the day after the last night. None while
        nobody knows.
    child_id
        The child it is for; None when it is not for one of ours.
    resident_id
        The resident it is for, when it is for one of another authority.
    purpose
        Why.
    over_terms
        An emergency placement outside the terms of approval, lawful for six working days.
    """

    booking_id: Identifier
    home_id: Identifier
    bed: Annotated[int, Field(ge=1, le=500)]
    starts: date
    ends: date | None = None
    child_id: Identifier | None = None
    resident_id: Identifier | None = None
    purpose: BookingPurpose = BookingPurpose.PLACEMENT
    over_terms: bool = False

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.ends is not None and self.ends <= self.starts:
            raise ValueError("a bed is free again after the day on which it was taken")
        if self.child_id is not None and self.resident_id is not None:
            raise ValueError("a bed is taken for one person")
        return self

    def covers(self, day: date) -> bool:
        """Whether the bed is taken on a day."""
        return self.starts <= day and (self.ends is None or day < self.ends)
