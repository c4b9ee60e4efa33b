"""What is known of a child as a person: kept apart from everything that matching needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from api.records.text import FreeText, Words
from matcher.domain.record import Identifier, Record

PersonalLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), FreeText()
]
"""One line of somebody's particulars: a name, an address."""


class ChildDetails(Record):
    """A child's name and address. Never in a World, a log, a metric or the input of a job.

    Parameters
    ----------
    child_id
        The child's pseudonym.
    full_name, known_as
        The child's name, and what they like to be called; None when not recorded.
    home_address
        Where they lived when they came into care; None when not recorded.
    case_number
        Their number in the council's case management system; None when not recorded.
    remarks
        Whatever else a colleague on duty must know; None when there is nothing.
    """

    child_id: Identifier
    full_name: PersonalLine | None = None
    known_as: PersonalLine | None = None
    home_address: Words | None = None
    case_number: PersonalLine | None = None
    remarks: Words | None = None
