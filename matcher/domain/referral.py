"""A placement request: one child or several siblings who need a home by a date."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from matcher.domain.home import Setting
from matcher.domain.record import Identifier, Record, SortedSet, Unordered


class Timescale(StrEnum):
    """How soon the home is needed."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    PLANNED = "planned"

    @property
    def label(self) -> str:
        """The timescale as people write it."""
        return self.value.replace("_", " ")


class Referral(Record):
    """A placement request.

    Parameters
    ----------
    referral_id
        Identifier.
    child_ids
        The children to be placed: one, or siblings of one group.
    received_on
        When the request was made.
    needed_by
        The day by which the home is needed.
    timescale
        Emergency, same day or planned.
    settings_sought
        Settings that the placement plan allows; empty means any lawful one.
    expected_weeks
        How long the placement is expected to last; None when not estimated.
    child_views_on, family_views_on
        When the child's and the family's views were obtained; None when not yet.
    """

    referral_id: Identifier
    child_ids: Annotated[Unordered[Identifier], Field(min_length=1, max_length=12)]
    received_on: date
    needed_by: date
    timescale: Timescale = Timescale.PLANNED
    settings_sought: SortedSet[Setting] = frozenset()
    expected_weeks: Annotated[int, Field(ge=1, le=1000)] | None = None
    child_views_on: date | None = None
    family_views_on: date | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if len(set(self.child_ids)) != len(self.child_ids):
            raise ValueError("a referral names each child once")
        if self.needed_by < self.received_on:
            raise ValueError("a home is needed on or after the day the request was received")
        return self
