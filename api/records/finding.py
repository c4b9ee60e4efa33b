"""What the rules say of children in a home at present, before it is relied on."""

from __future__ import annotations

from enum import StrEnum

from matcher.domain.record import Record


class FindingKind(StrEnum):
    """How a finding stands in the way."""

    FAILS = "fails"
    """A rule that excludes the home."""
    UNKNOWN = "unknown"
    """A fact that such a rule needs is not known."""
    GATE = "gate"
    """Something must be done before the start."""


class Finding(Record):
    """One rule that is not met by children in a home.

    Parameters
    ----------
    rule
        Its code.
    kind
        How it stands in the way.
    sentence
        Why.
    change
        What would have to change, or the task.
    """

    rule: str
    kind: FindingKind
    sentence: str
    change: str = ""
