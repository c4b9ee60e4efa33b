"""Brothers and sisters, and who has assessed whether they should live together."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from matcher.domain.record import Identifier, Record, Unordered


class Together(StrEnum):
    """What a together-or-apart assessment says."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    APART = "apart"


class AssessorRole(StrEnum):
    """Who made the assessment or took the decision, by role and never by name."""

    SOCIAL_WORKER = "social_worker"
    TEAM_MANAGER = "team_manager"
    HEAD_OF_SERVICE = "head_of_service"
    DIRECTOR = "director"
    NOMINATED_OFFICER = "nominated_officer"
    REVIEWING_OFFICER = "reviewing_officer"
    AGENCY_DECISION_MAKER = "agency_decision_maker"
    FOSTERING_PANEL = "fostering_panel"
    COURT = "court"


class SiblingLink(Record):
    """An assessment of two siblings that differs from the group's own.

    Parameters
    ----------
    child_a, child_b
        Two members of the group.
    together
        Required, preferred or apart.
    assessed_by, assessed_on
        Who by role, and when; None when not recorded.
    """

    child_a: Identifier
    child_b: Identifier
    together: Together
    assessed_by: AssessorRole | None = None
    assessed_on: date | None = None

    @model_validator(mode="after")
    def _two_children(self) -> Self:
        if self.child_a == self.child_b:
            raise ValueError("a link is between two different children")
        return self


class SiblingGroup(Record):
    """Children who are brothers and sisters; membership stands on the child.

    Parameters
    ----------
    sibling_group_id
        Identifier.
    together
        The assessment for every pair that has no link of its own. The law's default is
        that siblings live together as far as that is right for each of them (Children
        Act 1989, section 22C(8)(c)).
    assessed_by, assessed_on
        Who by role, and when; None when not recorded.
    links
        Pairs that were assessed differently.
    """

    sibling_group_id: Identifier
    together: Together = Together.PREFERRED
    assessed_by: AssessorRole | None = None
    assessed_on: date | None = None
    links: Unordered[SiblingLink] = ()

    def between(self, a: str, b: str) -> Together:
        """Return what the assessment says of two members."""
        for link in self.links:
            if {link.child_a, link.child_b} == {a, b}:
                return link.together
        return self.together
