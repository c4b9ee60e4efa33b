"""Invented needs, identities and plans of invented children."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.child import PermanencePlan
from matcher.domain.codes import Ethnicity, LegalStatus
from matcher.domain.need import Adaptation, AssessmentSource, Need, NeedDomain

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOMAINS = tuple(NeedDomain)


class Complexity(StrEnum):
    """How much a child needs of a home, roughly."""

    LOW = "low"
    USUAL = "usual"
    HIGH = "high"
    VERY_HIGH = "very_high"


_CENTRE = {
    Complexity.LOW: 0.5,
    Complexity.USUAL: 1.2,
    Complexity.HIGH: 2.1,
    Complexity.VERY_HIGH: 2.8,
}

# Weight of a child's overall complexity in each domain, and the age from which the domain
# says anything about a child.
_WEIGHTS = np.array([0.5, 0.12, 0.8, 1.0, 0.7, 1.0, 0.6, 0.7, 0.7, 0.55, 0.9])
_FROM_AGE = np.array([0, 0, 3, 2, 9, 3, 8, 10, 10, 12, 14])

_SOURCES = {
    NeedDomain.HEALTH: AssessmentSource.HEALTH,
    NeedDomain.DISABILITY: AssessmentSource.HEALTH,
    NeedDomain.LEARNING: AssessmentSource.EDUCATION,
}

_ETHNICITIES = {
    "W": ((Ethnicity.WBRI, 0.88), (Ethnicity.WOTH, 0.08), (Ethnicity.WROM, 0.02),
          (Ethnicity.WIRT, 0.01), (Ethnicity.WIRI, 0.01)),
    "M": ((Ethnicity.MWBC, 0.42), (Ethnicity.MWAS, 0.25), (Ethnicity.MWBA, 0.13),
          (Ethnicity.MOTH, 0.20)),
    "A": ((Ethnicity.APKN, 0.52), (Ethnicity.AOTH, 0.33), (Ethnicity.AIND, 0.08),
          (Ethnicity.ABAN, 0.06), (Ethnicity.CHNE, 0.01)),
    "B": ((Ethnicity.BAFR, 0.62), (Ethnicity.BCRB, 0.25), (Ethnicity.BOTH, 0.13)),
    "O": ((Ethnicity.OOTH, 1.0),),
    "": ((Ethnicity.NOBT, 0.8), (Ethnicity.REFU, 0.2)),
}  # fmt: skip
_RELIGIONS = {
    "W": (("christian", 0.35), ("none", 0.50)),
    "M": (("christian", 0.35), ("none", 0.30), ("muslim", 0.12)),
    "A": (("muslim", 0.70), ("hindu", 0.08), ("sikh", 0.06)),
    "B": (("christian", 0.60), ("muslim", 0.25)),
    "O": (("muslim", 0.70), ("christian", 0.08)),
    "": (),
}
_LANGUAGES = {
    Ethnicity.APKN: ("urdu", "punjabi"),
    Ethnicity.AOTH: ("pashto", "dari", "vietnamese"),
    Ethnicity.BAFR: ("tigrinya", "somali", "amharic"),
    Ethnicity.BOTH: ("arabic",),
    Ethnicity.OOTH: ("kurdish", "arabic", "farsi"),
    Ethnicity.WOTH: ("polish", "romanian", "albanian"),
    Ethnicity.AIND: ("gujarati", "hindi"),
    Ethnicity.ABAN: ("bengali",),
}


@lru_cache(maxsize=200_000)
def need_of(domain: NeedDomain, level: int, non_negotiable: bool, assessed_on: date | None) -> Need:
    """Return a need; equal ones are one value, which England's county is grateful for."""
    return Need(
        domain=domain,
        level=level,
        non_negotiable=non_negotiable,
        assessed_on=assessed_on,
        source=_SOURCES.get(domain, AssessmentSource.SOCIAL_CARE),
    )


def draw_levels(
    complexity: Complexity, age: int, rng: np.random.Generator, *, disabled: bool = False
) -> NDArray[np.int64]:
    """Return a level of need in each domain, in the order of DOMAINS."""
    overall = _CENTRE[complexity] + 0.45 * rng.standard_normal()
    raw = overall * _WEIGHTS + 0.75 * rng.standard_normal(len(DOMAINS))
    if disabled:
        raw[[0, 1, 2]] += (1.0, 2.6, 1.2)
    raw[age < _FROM_AGE] = 0
    return np.clip(np.rint(raw), 0, 4).astype(np.int64)


def draw_needs(
    complexity: Complexity,
    age: int,
    as_of: date,
    rng: np.random.Generator,
    *,
    disabled: bool = False,
    waiting: bool = False,
    wanted: bool = True,
) -> tuple[Need, ...]:
    """Return assessed needs; some domains are not assessed, as in real assessments.

    Where they are not wanted the same numbers are drawn and nothing is made of them.
    """
    levels = draw_levels(complexity, age, rng, disabled=disabled)
    days = int(rng.integers(5, 60 if waiting else 330))
    assessed = as_of - timedelta(days=days + (400 if rng.random() < 0.04 else 0))
    missing = rng.random(len(DOMAINS)) < (0.06 if rng.random() < 0.3 else 0.0)
    # More is settled about those who wait: the search is on, and the sticking points are known.
    often = (0.45, 0.2) if waiting else (0.35, 0.1)
    firm = rng.random(len(DOMAINS)) < np.where(
        levels >= 4, often[0], np.where(levels >= 3, often[1], 0)
    )
    if not wanted:
        return ()
    return tuple(
        need_of(domain, int(level), bool(must), assessed)
        for domain, level, must, gone in zip(DOMAINS, levels, firm, missing, strict=True)
        if not gone
    )


def draw_adaptations(rng: np.random.Generator) -> frozenset[Adaptation]:
    """Return what a disabled child may need a home to have; often nothing."""
    if rng.random() < 0.4:
        return frozenset()
    picked = {Adaptation.WHEELCHAIR_ACCESS, Adaptation.GROUND_FLOOR_BEDROOM}
    if rng.random() < 0.4:
        picked.add(Adaptation.HOIST)
    if rng.random() < 0.3:
        picked = {Adaptation.SENSORY_ADAPTATIONS}
    return frozenset(picked)


def draw_ethnicity(group: str, rng: np.random.Generator) -> Ethnicity:
    """Return a code of a broad group."""
    codes = _ETHNICITIES[group]
    return codes[_choose([p for _, p in codes], rng)][0]


def draw_religion(group: str, rng: np.random.Generator) -> str | None:
    """Return a religion of the council's list; None when not recorded."""
    options = _RELIGIONS[group]
    at = rng.random()
    for name, share in options:
        at -= share
        if at < 0:
            return name
    return None


def draw_languages(
    ethnicity: Ethnicity, unaccompanied: bool, rng: np.random.Generator
) -> tuple[str, ...]:
    """Return languages, the first at home; empty when not recorded."""
    own = _LANGUAGES.get(ethnicity, ())
    if unaccompanied and own:
        return (own[int(rng.integers(len(own)))],)
    if own and rng.random() < 0.35:
        return ("english", own[int(rng.integers(len(own)))])
    return () if rng.random() < 0.03 else ("english",)


def draw_plan(
    legal: LegalStatus, age: int, rng: np.random.Generator, *, residential: bool, connected: bool
) -> PermanencePlan | None:
    """Return the permanence plan that goes with a legal status and an age."""
    if rng.random() < 0.03:
        return None
    if legal is LegalStatus.E1:
        return PermanencePlan.ADOPTION
    if age >= 16:
        return PermanencePlan.INDEPENDENCE
    if legal in (LegalStatus.C1, LegalStatus.L1):
        return PermanencePlan.NOT_DECIDED if rng.random() < 0.7 else PermanencePlan.RETURN_HOME
    if legal is LegalStatus.V2:
        return PermanencePlan.RETURN_HOME if rng.random() < 0.6 else PermanencePlan.NOT_DECIDED
    if residential:
        return PermanencePlan.RESIDENTIAL
    if connected:
        at = rng.random()
        return PermanencePlan.SPECIAL_GUARDIANSHIP if at < 0.4 else PermanencePlan.CONNECTED_PERSON
    return PermanencePlan.LONG_TERM_FOSTERING


def _choose(shares: list[float], rng: np.random.Generator) -> int:
    at = rng.random() * sum(shares)
    for index, share in enumerate(shares):
        at -= share
        if at < 0:
            return index
    return len(shares) - 1
