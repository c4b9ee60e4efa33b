"""Councils that share homes, and the beds that one offers to the others."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from api.records.user import Label
from matcher.domain.home import Grade, Setting, TermsOfApproval
from matcher.domain.need import Adaptation, Capability
from matcher.domain.record import AuthorityCode, Identifier, Pence, Record, SortedSet

Outcode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]?$")]
"""The first half of a postcode: near enough to judge a distance, too coarse to find a house."""


SharedId = Annotated[Identifier, StringConstraints(max_length=30)]
"""With the council's code in front it still is an identifier."""


class Consortium(Record):
    """Councils with which this one shares homes, as it sees it.

    Parameters
    ----------
    consortium_id
        Identifier; the same one at each member, by agreement between them.
    label
        What it is called.
    members
        ONS codes of the other councils.
    """

    consortium_id: Identifier
    label: Label
    members: Annotated[SortedSet[AuthorityCode], Field(min_length=1, max_length=60)]


class SharedBeds(Record):
    """Beds of a home that a council offers to the other members of a consortium.

    It holds everything that they are shown, so that they need to see nothing else.

    Parameters
    ----------
    shared_id
        Identifier.
    consortium_id
        To which consortium.
    authority
        The council that offers.
    offered_to
        The members at present; kept equal to the consortium's.
    home_id
        The home, by the offering council's identifier.
    setting, area, terms, grade, capabilities, adaptations, long_term, takes_parent_and_child
        What the others must know of the home: its kind, the first half of its postcode, whom
        it may take.
    beds
        How many.
    starts, until
        First and last day on which they can be used; ``until`` None when it has no end.
    weekly_fee_pence
        What a bed costs a week; None when it is to be agreed.
    recall_days
        Notice after which the council may ask for a bed back.
    """

    shared_id: SharedId
    consortium_id: Identifier
    authority: AuthorityCode
    offered_to: SortedSet[AuthorityCode]
    home_id: Identifier
    setting: Setting
    area: Outcode | None = None
    terms: TermsOfApproval | None = None
    grade: Grade | None = None
    capabilities: tuple[Capability, ...] = ()
    adaptations: SortedSet[Adaptation] | None = None
    long_term: bool | None = None
    takes_parent_and_child: bool = False
    beds: Annotated[int, Field(ge=1, le=100)]
    starts: date
    until: date | None = None
    weekly_fee_pence: Pence | None = None
    recall_days: Annotated[int, Field(ge=0, le=365)] = 28

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.until is not None and self.until < self.starts:
            raise ValueError("beds are offered until a day on or after the first")
        if self.authority in self.offered_to:
            raise ValueError("beds are offered to other councils")
        return self

    def seen_by(self, authority: str, day: date) -> bool:
        """Whether another council sees the offer on a day."""
        return authority in self.offered_to and (self.until is None or day <= self.until)
