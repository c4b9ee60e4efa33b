"""A person's choice of a home, with the reasons, and what it must still pass."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.records.text import Words
from matcher.domain.agreement import Route
from matcher.domain.record import Identifier, Pence, Record, Unordered


class ChoiceState(StrEnum):
    """Where a choice stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    CARRIED_OUT = "carried_out"
    STOPPED = "stopped"


class ChosenHome(Record):
    """Some of the children in one home, as chosen.

    Parameters
    ----------
    home_id
        The home.
    child_ids
        Who would live there.
    route, agreement_id
        How the beds are bought.
    weekly_fee_pence
        For these children together, extras included; None when not yet agreed.
    offer_id
        The offer that it takes up; None for the council's own homes and connected persons.
    """

    home_id: Identifier
    child_ids: Annotated[Unordered[Identifier], Field(min_length=1)]
    route: Route
    agreement_id: Identifier | None = None
    weekly_fee_pence: Pence | None = None
    offer_id: Identifier | None = None


class Choice(Record):
    """What a person chose, and why.

    Parameters
    ----------
    choice_id, referral_id
        Identifiers.
    matches_id
        The ranking that the person looked at.
    rank
        Its place in that ranking; None when it was not an option there.
    homes
        One, or several when siblings are placed apart.
    starts_on
        First day.
    emergency
        The start did not wait for the approvals; they follow, by a clock.
    reasons
        Why this home.
    why_not_first
        Why not the home ranked first; None when this is the first.
    chosen_at, chosen_by
        When, and which actor.
    state
        Where it stands.
    stopped_at, stopped_why
        When it stopped, and the sentences that say why.
    """

    choice_id: Identifier
    referral_id: Identifier
    matches_id: Identifier
    rank: Annotated[int, Field(ge=1)] | None
    homes: Annotated[tuple[ChosenHome, ...], Field(min_length=1)]
    starts_on: date
    emergency: bool = False
    reasons: Words
    why_not_first: Words | None = None
    chosen_at: datetime
    chosen_by: Identifier
    state: ChoiceState = ChoiceState.PROPOSED
    stopped_at: datetime | None = None
    stopped_why: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        children = [child for home in self.homes for child in home.child_ids]
        if len(set(children)) != len(children):
            raise ValueError("a choice places each child once")
        if self.rank != 1 and self.why_not_first is None:
            raise ValueError("a choice that is not the first-ranked says why")
        return self

    @property
    def child_ids(self) -> tuple[str, ...]:
        """Everybody whom it places, in order."""
        return tuple(sorted(child for home in self.homes for child in home.child_ids))
