"""What every dated change has, and the kinds of numbers in them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from matcher.domain.record import Record

Weeks = Annotated[int, Field(ge=0, le=520)]
"""Whole weeks, up to ten years."""

Amount = Annotated[int, Field(ge=0, le=100_000_000_000)]
"""Whole pence, up to a thousand million pounds."""

Prefix = Annotated[str, Field(pattern=r"^[A-Z]{1,2}[0-9]{0,2}[A-Z]?$")]
"""The beginning of a postcode: an outcode such as "HP13", or an area such as "HP"."""


class Change(Record):
    """Something that is different from one day to another.

    Parameters
    ----------
    starts
        First day.
    ends
        Last day; None when it stays so.
    """

    starts: date
    ends: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError("a change ends on or after the day it starts")
        return self

    def in_force(self, day: date) -> bool:
        """Whether the change holds on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


def low_to_high(pair: tuple[int, int] | None) -> tuple[int, int] | None:
    """Refuse a range that runs from a larger to a smaller number."""
    if pair is not None and pair[0] > pair[1]:
        raise ValueError("a range runs from a smaller to a larger number")
    return pair
