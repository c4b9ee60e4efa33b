"""How long records are kept, and what stops the clock."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.records.text import Words
from matcher.domain.record import Identifier, Record


class RetentionSchedule(Record):
    """How long an authority keeps what, in whole years. The law's minimum cannot be shortened.

    Parameters
    ----------
    schedule_id
        Always ``retention``; its earlier versions are kept.
    looked_after_years
        From the birth of a child who was ever looked after [1]_.
    after_death_years
        From the death of a looked-after child who died before 18 [1]_.
    referred_years
        From the birth of a child who was referred and never looked after.
    home_years
        From the day a home, and what belongs to it, was taken out [2]_.
    other_years
        From the day any other record was taken out.

    References
    ----------
    .. [1] Care Planning, Placement and Case Review (England) Regulations 2010, regulation 50:
       until the seventy-fifth anniversary of the birth, or for fifteen years from the death of
       a child who dies before 18.
    .. [2] Fostering Services (England) Regulations 2011, regulation 32: ten years from the end
       of the approval or of the placement.
    """

    schedule_id: Identifier = "retention"
    looked_after_years: Annotated[int, Field(ge=75, le=150)] = 75
    after_death_years: Annotated[int, Field(ge=15, le=150)] = 15
    referred_years: Annotated[int, Field(ge=18, le=150)] = 25
    home_years: Annotated[int, Field(ge=10, le=150)] = 10
    other_years: Annotated[int, Field(ge=1, le=150)] = 7


class LegalHold(Record):
    """An order that nothing be erased, whatever the schedule says.

    Parameters
    ----------
    hold_id
        Identifier.
    child_id
        Whose records; None for everything that the authority keeps.
    reason
        The inquiry, claim or request that asks for it.
    starts_on, lifted_on
        First day, and the day from which it holds no longer; None while it holds.
    """

    hold_id: Identifier
    child_id: Identifier | None = None
    reason: Words
    starts_on: date
    lifted_on: date | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.lifted_on is not None and self.lifted_on < self.starts_on:
            raise ValueError("a legal hold is lifted on or after the day it starts")
        return self

    def in_force(self, day: date) -> bool:
        """Whether nothing may be erased on a day."""
        return self.starts_on <= day and (self.lifted_on is None or day < self.lifted_on)
