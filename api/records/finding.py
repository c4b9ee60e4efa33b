"""What the rules say of children in a home at present, before it is relied on."""

from __future__ import annotations

from enum import StrEnum

from matcher.domain.record import Identifier, Record


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
        Why, or what must be done.
    child_ids, home_id
        Whom and where it is about; no home for the whole choice.
    """

    rule: str
    kind: FindingKind
    sentence: str
    child_ids: tuple[Identifier, ...] = ()
    home_id: Identifier | None = None
