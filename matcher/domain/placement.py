"""Who lives where now, what has been lawfully excepted, and what is on hold."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from matcher.domain.codes import PlaceCode, Sex
from matcher.domain.record import Age, AuthorityCode, Identifier, Pence, Record, SortedSet
from matcher.domain.sibling_group import AssessorRole


class Placement(Record):
    """A child of this authority living in a home now.

    Parameters
    ----------
    child_id, home_id
        Who and where.
    started_on
        First day.
    place_code
        As returned in PLACE; None means the one that the home's setting gives.
    agreement_id
        Under which it is paid; None for in-house without one, connected persons, parents.
    weekly_fee_pence
        What is paid now, extras included; None when not recorded.
    expected_end
        When it is expected to end; None when open.
    may_move
        A review has agreed that a move may be looked for. Only then may a plan move the
        child (Care Planning Regulations 2010, regulation 14: a move starts a review).
    """

    child_id: Identifier
    home_id: Identifier
    started_on: date
    place_code: PlaceCode | None = None
    agreement_id: Identifier | None = None
    weekly_fee_pence: Pence | None = None
    expected_end: date | None = None
    may_move: bool = False


class ResidentKind(StrEnum):
    """Why somebody who is not one of our looked-after children uses a bed."""

    FOSTERED = "fostered"
    STAYING_PUT = "staying_put"
    PARENT = "parent"


class Resident(Record):
    """Somebody living in a home who is not looked after by this authority.

    Parameters
    ----------
    resident_id, home_id
        Who, by pseudonym, and where.
    kind
        A child fostered for another authority, a young adult staying put, or a parent.
        Only fostered children count towards the usual fostering limit; all use beds.
    responsible_authority
        For a fostered child: the authority whose consent a further placement needs.
    age
        Completed years on the World's date; None when not known.
    sex
        None when not known.
    solo
        Must be the only child in the home.
    incompatible_with
        Children, by identifier, whom this resident must not live with.
    sibling_group_id
        The sibling group they belong to; None when none of ours.
    """

    resident_id: Identifier
    home_id: Identifier
    kind: ResidentKind = ResidentKind.FOSTERED
    responsible_authority: AuthorityCode | None = None
    age: Age | None = None
    sex: Sex | None = None
    solo: bool = False
    incompatible_with: SortedSet[Identifier] = frozenset()
    sibling_group_id: Identifier | None = None


class Exemption(Record):
    """A lawful exception to a rule, by a named role.

    Parameters
    ----------
    exemption_id
        Identifier.
    rule
        The code of the rule.
    child_ids
        The children it names; empty means any child (a variation of the home's terms).
    home_id
        The home it is for; None means any home.
    granted_by, granted_on
        Who by role, and when.
    until
        Last day; None when it has no end.
    """

    exemption_id: Identifier
    rule: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]+$", max_length=40)]
    child_ids: SortedSet[Identifier] = frozenset()
    home_id: Identifier | None = None
    granted_by: AssessorRole
    granted_on: date
    until: date | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.child_ids and self.home_id is None:
            raise ValueError("an exemption names children, a home, or both")
        if self.until is not None and self.until < self.granted_on:
            raise ValueError("an exemption ends on or after the day it was granted")
        return self

    def covers(self, rule: str, child_ids: frozenset[str], home_id: str | None, day: date) -> bool:
        """Whether the exemption covers a rule for these children in this home on a day."""
        return (
            self.rule == rule
            and (not self.child_ids or child_ids <= self.child_ids)
            and (self.home_id is None or self.home_id == home_id)
            and self.granted_on <= day
            and (self.until is None or day <= self.until)
        )


class HoldScope(StrEnum):
    """What a hold is on."""

    HOME = "home"
    PROVIDER = "provider"


class HoldKind(StrEnum):
    """Why nobody may be placed for now."""

    SAFEGUARDING = "safeguarding"
    LADO = "lado"
    QUALITY = "quality"
    CARER_REQUEST = "carer_request"
    RESERVED = "reserved"

    @property
    def label(self) -> str:
        """The kind as people write it."""
        return {"lado": "LADO", "carer_request": "carer's own request"}.get(self.value, self.value)


class Hold(Record):
    """A stop on new placements, or beds reserved for a placement that is under way.

    Parameters
    ----------
    hold_id
        Identifier.
    scope, target_id
        The home or the provider it is on.
    kind
        Why.
    starts, until
        First and last day; ``until`` None means until lifted.
    beds
        For ``reserved``: how many beds. Other kinds stop every bed.
    """

    hold_id: Identifier
    scope: HoldScope
    target_id: Identifier
    kind: HoldKind
    starts: date
    until: date | None = None
    beds: Annotated[int, Field(ge=1, le=100)] | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.kind is HoldKind.RESERVED) != (self.beds is not None):
            raise ValueError("a reservation says how many beds, other holds stop all of them")
        if self.kind is HoldKind.RESERVED and self.scope is not HoldScope.HOME:
            raise ValueError("beds are reserved in a home")
        if self.until is not None and self.until < self.starts:
            raise ValueError("a hold ends on or after the day it starts")
        return self

    def in_force(self, day: date) -> bool:
        """Whether the hold stands on a day."""
        return self.starts <= day and (self.until is None or day <= self.until)
