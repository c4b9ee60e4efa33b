"""What a child needs and what a home can do, on one scale of 0 to 4."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from matcher.domain.record import Record

Level = Annotated[int, Field(ge=0, le=4)]
"""0 none, 1 low, 2 moderate, 3 high, 4 very high; the glossary describes each."""


class NeedDomain(StrEnum):
    """The eleven domains in which need is assessed and capability recorded."""

    HEALTH = "health"
    DISABILITY = "disability"
    LEARNING = "learning"
    EMOTIONAL = "emotional"
    SELF_HARM = "self_harm"
    BEHAVIOUR = "behaviour"
    RISK_TO_OTHERS = "risk_to_others"
    EXPLOITATION = "exploitation"
    MISSING = "missing"
    SUBSTANCE_USE = "substance_use"
    INDEPENDENCE = "independence"

    @property
    def label(self) -> str:
        """The domain as people write it."""
        return _LABELS[self]


_LABELS = {
    NeedDomain.HEALTH: "health",
    NeedDomain.DISABILITY: "disability and mobility",
    NeedDomain.LEARNING: "learning and SEND",
    NeedDomain.EMOTIONAL: "emotional wellbeing",
    NeedDomain.SELF_HARM: "self-harm",
    NeedDomain.BEHAVIOUR: "behaviour",
    NeedDomain.RISK_TO_OTHERS: "risk to others",
    NeedDomain.EXPLOITATION: "exploitation",
    NeedDomain.MISSING: "going missing",
    NeedDomain.SUBSTANCE_USE: "substance use",
    NeedDomain.INDEPENDENCE: "independence",
}

LEVEL_LABELS = ("none", "low", "moderate", "high", "very high")
"""The words for levels 0 to 4."""


class AssessmentSource(StrEnum):
    """Which service assessed the need."""

    HEALTH = "health"
    EDUCATION = "education"
    SOCIAL_CARE = "social_care"


class Need(Record):
    """A child's assessed need in one domain.

    Parameters
    ----------
    domain
        One of the eleven domains.
    level
        0 none to 4 very high.
    non_negotiable
        The assessment says that a home must be able to meet this need from the first
        night. Only then does a shortfall exclude a home; otherwise it is a gap to be
        closed with support.
    assessed_on
        When; None when not recorded.
    source
        Which service assessed it; None when not recorded.
    """

    domain: NeedDomain
    level: Level
    non_negotiable: bool = False
    assessed_on: date | None = None
    source: AssessmentSource | None = None


class Capability(Record):
    """The level of need that a home can meet in one domain, with its present support.

    Parameters
    ----------
    domain
        One of the eleven domains.
    level
        The highest level of need that the home can meet.
    """

    domain: NeedDomain
    level: Level


OfDomain = TypeVar("OfDomain", Need, Capability)

_ORDER = {domain: place for place, domain in enumerate(NeedDomain)}


def by_domain(values: tuple[OfDomain, ...]) -> tuple[OfDomain, ...]:
    """Return needs or capabilities in the order of their domains, so that input order is lost."""
    return tuple(sorted(values, key=lambda value: _ORDER[value.domain]))


class Adaptation(StrEnum):
    """What a disabled child may need a home to have; a home without it cannot suit."""

    WHEELCHAIR_ACCESS = "wheelchair_access"
    GROUND_FLOOR_BEDROOM = "ground_floor_bedroom"
    GROUND_FLOOR_BATHROOM = "ground_floor_bathroom"
    HOIST = "hoist"
    SENSORY_ADAPTATIONS = "sensory_adaptations"
    MEDICAL_STORAGE = "medical_storage"

    @property
    def label(self) -> str:
        """The adaptation as people write it."""
        return self.value.replace("_", " ").replace("ground floor", "ground-floor")
