"""What a rule answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Verdict(IntEnum):
    """What a rule answers, in rising order of gravity."""

    MET = 0
    NOT_APPLICABLE = 1
    EXEMPTED = 2
    UNKNOWN = 3
    NOT_MET = 4

    @property
    def label(self) -> str:
        """The verdict as people write it: "not met"."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the figures that its sentence names.

    Parameters
    ----------
    verdict
        What the rule answers.
    facts
        Values for the placeholders of the rule's sentences.
    """

    verdict: Verdict
    facts: Mapping[str, Any] = field(default_factory=dict)


MET = Judgement(Verdict.MET)
NOT_APPLICABLE = Judgement(Verdict.NOT_APPLICABLE)


def not_met(**facts: Any) -> Judgement:
    """Return a judgement that the rule is not met, with the figures of its sentence."""
    return Judgement(Verdict.NOT_MET, facts)


def unknown(**facts: Any) -> Judgement:
    """Return a judgement that a fact is missing, with what is missing as ``missing``."""
    return Judgement(Verdict.UNKNOWN, facts)
