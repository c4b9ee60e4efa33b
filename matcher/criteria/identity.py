"""Identity: ethnicity, religion and language of the household against those of the child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.criteria.parts import (
    blended,
    household_shares,
)
from matcher.domain.codes import Ethnicity
from matcher.domain.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matcher.domain.child import Child
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

HERITAGE = {
    Ethnicity.MWBC: ("W", "B"),
    Ethnicity.MWBA: ("W", "B"),
    Ethnicity.MWAS: ("W", "A"),
}
"""The sides of mixed heritage that its code names, as broad groups."""


def ethnicity_share(ethnicity: Ethnicity, recorded: frozenset[Ethnicity] | None) -> float | None:
    """Return how far a household's ethnicities reflect a child's; None when not recorded."""
    if recorded is None:
        return None
    groups = {each.group for each in recorded} - {None}
    if recorded and not groups:
        return None
    if ethnicity.group in groups:
        return 1.0
    sides = HERITAGE.get(ethnicity, ())
    return sum(side in groups for side in sides) / len(sides) if sides else 0.0


def religion_share(religion: str, recorded: frozenset[str] | None) -> float | None:
    """Return 1 when a religion is among a household's, else 0; None when not recorded."""
    return None if recorded is None else float(religion in recorded)


def language_share(languages: tuple[str, ...], recorded: frozenset[str] | None) -> float | None:
    """Return the share of a child's languages that a household speaks; None when not recorded."""
    if recorded is None:
        return None
    return sum(each in recorded for each in languages) / len(languages)


def ethnicity_shares(ethnicity: Ethnicity, homes: HomeArrays) -> Floats:
    """Return :func:`ethnicity_share` in every home; nan when not recorded."""
    return household_shares(
        homes, ("ethnicities",), ethnicity, lambda values: ethnicity_share(ethnicity, *values)
    )


def religion_shares(religion: str, homes: HomeArrays) -> Floats:
    """Return :func:`religion_share` in every home; nan when not recorded."""
    return household_shares(
        homes, ("religions",), religion, lambda values: religion_share(religion, *values)
    )


def language_shares(languages: tuple[str, ...], homes: HomeArrays) -> Floats:
    """Return :func:`language_share` in every home; nan when not recorded."""
    return household_shares(
        homes, ("languages",), languages, lambda values: language_share(languages, *values)
    )


def spoken(languages: Iterable[str]) -> tuple[str, ...]:
    """Return languages once each, in the order in which they were recorded."""
    return tuple(dict.fromkeys(languages))


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    child, household = case.child, case.home.household
    parts: dict[str, float | None] = {}
    if child.ethnicity is not None and child.ethnicity.group is not None:
        parts["ethnicity"] = ethnicity_share(child.ethnicity, household.ethnicities)
    if child.religion is not None:
        parts["religion"] = religion_share(child.religion, household.religions)
    languages = spoken(child.languages)
    if languages:
        parts["languages"] = language_share(languages, household.languages)
    if not parts:
        return does_not_apply("Ethnicity, religion and languages of the child are not recorded.")
    return Score(
        blended([(share, 1.0) for share in parts.values()], case.policy.unknown_score("identity")),
        lambda: _sentence(parts, languages, household.languages or frozenset()),
    )


def _sentence(
    parts: Mapping[str, float | None], languages: tuple[str, ...], at_home: frozenset[str]
) -> str:
    said: list[str] = []
    if (share := parts.get("ethnicity")) is not None:
        said.append(_ETHNICITY_SENTENCES[share])
    if (share := parts.get("religion")) is not None:
        said.append(
            "The child's religion is that of the home."
            if share
            else "The child's religion is not that of the home."
        )
    if parts.get("languages") is not None:
        said.append(_language_sentence(languages, at_home))
    unrecorded = [name for name, share in parts.items() if share is None]
    if unrecorded:
        verb = "is" if unrecorded in (["ethnicity"], ["religion"]) else "are"
        said.append(f"The {listed(unrecorded)} of the home {verb} not recorded.")
    return " ".join(said)


_ETHNICITY_SENTENCES = {
    1.0: "The home reflects the child's ethnicity.",
    0.5: "The home reflects one side of the child's heritage.",
    0.0: "The home does not reflect the child's ethnicity.",
}


def _language_sentence(languages: tuple[str, ...], at_home: frozenset[str]) -> str:
    there = sum(each in at_home for each in languages)
    if len(languages) == 1:
        word = "is" if there else "is not"
        return f"The language the child speaks {word} spoken at home."
    if there == len(languages):
        every = "Both" if there == 2 else f"All {there}"
        return f"{every} languages the child speaks are spoken at home."
    if there == 0:
        return "None of the languages the child speaks is spoken at home."
    word = "is" if there == 1 else "are"
    return f"{there} of the {len(languages)} languages the child speaks {word} spoken at home."


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    who = child.child
    unknown = policy.unknown_score("identity")
    ethnicity = who.ethnicity
    if ethnicity is not None and ethnicity.group is None:
        ethnicity = None
    religion, languages = who.religion, spoken(who.languages)
    if ethnicity is None and religion is None and not languages:
        return np.ones(homes.n)

    def share(of_household: tuple[Any, Any, Any]) -> float | None:
        ethnicities, religions, spoken_there = of_household
        parts: list[tuple[float | None, float]] = []
        if ethnicity is not None:
            parts.append((ethnicity_share(ethnicity, ethnicities), 1.0))
        if religion is not None:
            parts.append((religion_share(religion, religions), 1.0))
        if languages:
            parts.append((language_share(languages, spoken_there), 1.0))
        return blended(parts, unknown)

    fields = ("ethnicities", "religions", "languages")
    return household_shares(homes, fields, (ethnicity, religion, languages, unknown), share)


IDENTITY = Criterion(
    name="identity",
    title="The home reflects the child's ethnicity, religion and languages",
    measure=(
        "The mean of ethnicity, religion and languages, as far as they are recorded for the "
        "child. Ethnicity: in full where the broad group of the published statistics occurs "
        "in the household; for a child of mixed heritage also where both sides of it occur, "
        "and half where one does. Religion: whether it is in the household. Languages: the "
        "share of the child's languages that are spoken there. A part that is not recorded of "
        "the home scores what the policy says of unknowns; unknown when none is recorded. "
        "Does not apply when none is recorded for the child. Never excludes a home."
    ),
    sources=(
        (
            "Children Act 1989, section 22(5)(c): due consideration to religious persuasion, "
            "racial origin and cultural and linguistic background",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22",
        ),
    ),
    needs=(
        "child.ethnicity",
        "child.religion",
        "child.languages",
        "home.household.ethnicities",
        "home.household.religions",
        "home.household.languages",
    ),
    judge=_judge,
    shares=_shares,
)
