"""Providers, the agreements under which their beds are bought, and what they charge."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from matcher.domain.codes import PlaceProvider
from matcher.domain.need import Level
from matcher.domain.record import Age, AuthorityCode, Identifier, Pence, Record, Unordered


class Route(StrEnum):
    """How a bed is obtained, in the order in which most councils search."""

    IN_HOUSE = "in_house"
    BLOCK = "block"
    NATIONAL = "national"
    FRAMEWORK = "framework"
    CONSORTIUM = "consortium"
    SPOT = "spot"

    @property
    def label(self) -> str:
        """The route as people write it."""
        return {"in_house": "in-house", "national": "national contract"}.get(self.value, self.value)


class Provider(Record):
    """Who runs homes.

    Parameters
    ----------
    provider_id
        Identifier.
    sector
        As returned in PLACE_PROVIDER.
    authority
        For a council: its ONS code.
    urn
        Ofsted unique reference number of the agency; None when not recorded.
    """

    provider_id: Identifier
    sector: PlaceProvider
    authority: AuthorityCode | None = None
    urn: Annotated[int, Field(ge=1, le=99_999_999)] | None = None


class Fee(Record):
    """One row of a fee table. Rows of one agreement do not overlap.

    Parameters
    ----------
    age_from, age_to
        Completed years, both included.
    need_from, need_to
        The child's highest assessed level of need, both included.
    weekly_fee_pence
        For one child.
    """

    age_from: Age = 0
    age_to: Age = 25
    need_from: Level = 0
    need_to: Level = 4
    weekly_fee_pence: Pence

    @model_validator(mode="after")
    def _ranges(self) -> Self:
        if self.age_from > self.age_to or self.need_from > self.need_to:
            raise ValueError("a fee row runs from a smaller to a larger age and need")
        return self

    def covers(self, age: int, need: int) -> bool:
        """Whether the row is for this age and need."""
        return self.age_from <= age <= self.age_to and self.need_from <= need <= self.need_to


class Agreement(Record):
    """What the council has agreed with a provider.

    Parameters
    ----------
    agreement_id, provider_id
        Identifiers.
    route
        How beds are obtained under it.
    tier
        Order within a framework, from 1; None elsewhere.
    starts, ends
        First and last day in force; None when open.
    fees
        The fee table. A need or age that no row covers has an unknown fee.
    sibling_discount_percent
        Off the fee of the second and every further sibling in the same home, 0 to 100.
    solo_extra_pence
        Added a week when the child must be the only one.
    parent_and_child_extra_pence
        Added a week for a parent-and-child placement.
    block_beds
        For a block: beds paid for whether used or not.
    block_weekly_pence
        For a block: what they cost together a week.
    share_percent
        For a consortium: the share of the beds that is this council's, 0 to 100.
    """

    agreement_id: Identifier
    provider_id: Identifier
    route: Route
    tier: Annotated[int, Field(ge=1, le=9)] | None = None
    starts: date | None = None
    ends: date | None = None
    fees: Unordered[Fee] = ()
    sibling_discount_percent: Annotated[int, Field(ge=0, le=100)] = 0
    solo_extra_pence: Pence = 0
    parent_and_child_extra_pence: Pence = 0
    block_beds: Annotated[int, Field(ge=0, le=500)] = 0
    block_weekly_pence: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    share_percent: Annotated[int, Field(ge=0, le=100)] = 100

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.starts and self.ends and self.starts > self.ends:
            raise ValueError("an agreement ends on or after the day it starts")
        if (self.route is Route.FRAMEWORK) != (self.tier is not None):
            raise ValueError("a framework agreement has a tier, other agreements have none")
        if self.route is not Route.BLOCK and (self.block_beds or self.block_weekly_pence):
            raise ValueError("only a block agreement has block beds and a block price")
        for i, row in enumerate(self.fees):
            for other in self.fees[:i]:
                if (
                    row.age_from <= other.age_to
                    and other.age_from <= row.age_to
                    and row.need_from <= other.need_to
                    and other.need_from <= row.need_to
                ):
                    raise ValueError("two fee rows cover the same age and need")
        return self

    @cached_property
    def fees_known(self) -> dict[tuple[int | None, int | None], int | None]:
        """What has been read from the fee table, by age and highest need."""
        return {}

    def in_force(self, day: date) -> bool:
        """Whether the agreement is in force on a day."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )

    def weekly_fee_pence(self, age: int, need: int) -> int | None:
        """Return the fee for one child before discounts and extras; None when unknown."""
        for row in self.fees:
            if row.covers(age, need):
                return row.weekly_fee_pence
        return None


class Budget(Record):
    """Money for new placements in one matching run: fees and school transport.

    Parameters
    ----------
    route
        The route it limits; None for the total.
    weekly_pence
        The limit a week.
    """

    route: Route | None = None
    weekly_pence: Annotated[int, Field(ge=0, le=100_000_000_000)]
