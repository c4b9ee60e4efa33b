"""What a task of the catalogue is: what for, by which law, by when, on whose authority.

A *gate* holds up the start of a placement; a *clock* runs. The gates that a home brings with
it are the gates of :mod:`matcher.rules`, under the same codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from api.casework.periods import Period, Unit

if TYPE_CHECKING:
    from api.records.task import Standing

CARE_PLANNING = "Care Planning, Placement and Case Review (England) Regulations 2010"


class Anchor(StrEnum):
    """From when a clock runs."""

    CHOICE = "the choice of the home"
    START = "the start of the placement"
    FIRST_START = "the day on which the child began to be looked after"
    REVIEW = "the review before"
    VISIT = "the visit before"
    ENTRY = "when the protection, the remand or the emergency began"
    SUBMITTED = "when the referral was submitted"
    APPROVAL = "the first day of the temporary approval"
    NOTICE = "the last night under notice"
    EXPIRY = "the day on which it lapses"
    RECORDED = "when it was recorded"
    BIRTHDAY = "the 16th birthday"


@dataclass(frozen=True, slots=True)
class TaskRule:
    """One task of the catalogue.

    Parameters
    ----------
    code
        Its code.
    title
        What is to be done.
    source
        Law, guidance or council procedure.
    gate
        Whether a placement cannot start, unless in an emergency, before it is settled.
    period, anchor
        By when; None for a gate without a clock of its own.
    emergency
        The period after a start in an emergency; None when an emergency changes nothing.
    standing
        On whose authority it is decided; None for work that anybody of the team may do.
    """

    code: str
    title: str
    source: str
    gate: bool = False
    period: Period | None = None
    anchor: Anchor | None = None
    emergency: Period | None = None
    standing: Standing | None = None


def regulation(number: str) -> str:
    """Return the citation of a regulation."""
    return f"{CARE_PLANNING}, regulation {number}"


FIVE = Period(5, Unit.WORKING_DAYS)
TEN = Period(10, Unit.WORKING_DAYS)
