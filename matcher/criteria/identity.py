"""Identity: ethnicity, religion and language of the household against those of the child.

Each of the three that is recorded for the child counts the same. It adds to or takes from
the score and never excludes. A child of mixed heritage is matched in full by a household of
mixed heritage, or by one in which each side of it is found, and in half by one side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.criteria.parts import blended, blended_shares, kept, listed
from matcher.domain.codes import Ethnicity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matcher.domain.child import Child
    from matcher.domain.home import Home, Household
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

HERITAGE = {
    Ethnicity.MWBC: ("W", "B"),
    Ethnicity.MWBA: ("W", "B"),
    Ethnicity.MWAS: ("W", "A"),
}
"""The sides of mixed heritage that its code names, as broad groups."""


def ethnicity_share(ethnicity: Ethnicity, household: Household) -> float | None:
    """Return how far a household reflects an ethnicity; None when not recorded."""
    if household.ethnicities is None:
        return None
    groups = {each.group for each in household.ethnicities} - {None}
    if household.ethnicities and not groups:
        return None
    if ethnicity.group in groups:
        return 1.0
    sides = HERITAGE.get(ethnicity, ())
    return sum(side in groups for side in sides) / len(sides) if sides else 0.0


def religion_share(religion: str, household: Household) -> float | None:
    """Return 1 when a religion is that of the household, else 0; None when not recorded."""
    return None if household.religions is None else float(religion in household.religions)


def language_share(languages: tuple[str, ...], household: Household) -> float | None:
    """Return the share of languages that are spoken in a household; None when not recorded."""
    if household.languages is None:
        return None
    return sum(each in household.languages for each in languages) / len(languages)


def ethnicity_shares(ethnicity: Ethnicity, homes: HomeArrays) -> Floats:
    """Return :func:`ethnicity_share` in every home; nan when not recorded."""

    def share(home: Home) -> float | None:
        return ethnicity_share(ethnicity, home.household)

    return _shares_of(homes, ("ethnicity", ethnicity), share)


def religion_shares(religion: str, homes: HomeArrays) -> Floats:
    """Return :func:`religion_share` in every home; nan when not recorded."""

    def share(home: Home) -> float | None:
        return religion_share(religion, home.household)

    return _shares_of(homes, ("religion", religion), share)


def language_shares(languages: tuple[str, ...], homes: HomeArrays) -> Floats:
    """Return :func:`language_share` in every home; nan when not recorded."""

    def share(language: str) -> Callable[[Home], float | None]:
        return lambda home: language_share((language,), home.household)

    first, *others = languages
    total = _shares_of(homes, ("language", first), share(first))
    if not others:
        return total
    for each in others:
        total = total + _shares_of(homes, ("language", each), share(each))
    return total / len(languages)


def _shares_of(
    homes: HomeArrays, key: tuple[str, str], share: Callable[[Home], float | None]
) -> Floats:
    """Return a share of every home's household, looked up once for each word."""

    def make() -> Floats:
        found = (share(home) for home in homes.world.homes.values())
        return np.fromiter(
            (np.nan if each is None else each for each in found), np.float64, homes.n
        )

    shares: Floats = kept(homes, key, make)
    return shares


def spoken(languages: Iterable[str]) -> tuple[str, ...]:
    """Return languages once each, in the order in which they were recorded."""
    return tuple(dict.fromkeys(languages))


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    child, household = case.child, case.home.household
    parts: list[tuple[str, float | None]] = []
    said: list[str] = []
    if child.ethnicity is not None and child.ethnicity.group is not None:
        share = ethnicity_share(child.ethnicity, household)
        parts.append(("ethnicity", share))
        if share is not None:
            said.append(_ETHNICITY_SENTENCES[share])
    if child.religion is not None:
        share = religion_share(child.religion, household)
        parts.append(("religion", share))
        if share is not None:
            said.append(
                "The child's religion is that of the home."
                if share
                else "The child's religion is not that of the home."
            )
    languages = spoken(child.languages)
    if languages:
        share = language_share(languages, household)
        parts.append(("languages", share))
        if share is not None:
            said.append(_language_sentence(languages, household.languages or frozenset()))
    if not parts:
        return does_not_apply("Ethnicity, religion and languages of the child are not recorded.")
    unrecorded = [name for name, share in parts if share is None]
    if unrecorded:
        verb = "is" if unrecorded in (["ethnicity"], ["religion"]) else "are"
        said.append(f"The {listed(unrecorded)} of the home {verb} not recorded.")
    return Score(
        blended([(share, 1.0) for _, share in parts], case.policy.unknown_score("identity")),
        " ".join(said),
    )


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
    parts: list[tuple[Floats, float]] = []
    if who.ethnicity is not None and who.ethnicity.group is not None:
        parts.append((ethnicity_shares(who.ethnicity, homes), 1.0))
    if who.religion is not None:
        parts.append((religion_shares(who.religion, homes), 1.0))
    languages = spoken(who.languages)
    if languages:
        parts.append((language_shares(languages, homes), 1.0))
    if not parts:
        return np.ones(homes.n)
    return blended_shares(parts, policy.unknown_score("identity"))


IDENTITY = Criterion(
    name="identity",
    title="The home reflects the child's ethnicity, religion and languages",
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
