"""One invented child who waits: births, needs, ties and wishes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.child import (
    Child,
    HouseholdRisk,
    SafetyZone,
    School,
    Voice,
    Wish,
    WishTopic,
    ZoneReason,
)
from matcher.domain.codes import CategoryOfNeed, Ethnicity, LegalStatus, Sex
from scenarios.county.children import draw_contacts, draw_school
from scenarios.county.families import birth_range, births_plausible
from scenarios.county.needs import (
    Complexity,
    draw_adaptations,
    draw_languages,
    draw_needs,
    draw_plan,
    draw_religion,
)

if TYPE_CHECKING:
    from scenarios.county.land import Land, Spot

SHOWN_AGES = (12, 9, 6)
"""Ages of the siblings whom the demonstration shows."""

_MIX = (
    (Complexity.LOW, 0.12),
    (Complexity.USUAL, 0.36),
    (Complexity.HIGH, 0.34),
    (Complexity.VERY_HIGH, 0.18),
)


def draw_births(
    members: int,
    as_of: date,
    rng: np.random.Generator,
    feature: str,
    shown: bool,
    seeker: bool,
) -> list[date]:
    """Return days of birth of the children of one referral, the eldest first."""
    if shown:
        return [
            date.fromordinal(birth_range(age, age, as_of)[0] + int(rng.integers(60, 300)))
            for age in SHOWN_AGES
        ]
    while True:
        if seeker or feature == "parent":
            ages = [int(rng.choice([15, 16, 17], p=[0.15, 0.35, 0.5]))]
        elif members == 1:
            low, high = [(0, 4), (5, 9), (10, 15), (16, 17)][
                int(rng.choice(4, p=[0.14, 0.14, 0.46, 0.26]))
            ]
            if feature in ("solo", "zone", "no_younger", "incompatible", "liberty", "away"):
                low, high = 11, 16
            ages = [int(rng.integers(low, high + 1))]
        else:
            eldest = int(rng.integers(4 + 2 * members, 16))
            steps = np.cumsum([0, *rng.integers(1, 4, size=members - 1)]).tolist()
            ages = [eldest - step for step in steps]
        ages = [max(age, 0) for age in ages]
        born = [int(rng.integers(first, last + 1))
                for first, last in (birth_range(a, a, as_of) for a in ages)]  # fmt: skip
        if births_plausible(born):
            return [date.fromordinal(day) for day in born]


def draw_child(
    child_id: str,
    authority: str,
    born: date,
    age: int,
    ethnicity: Ethnicity,
    ethnic: str,
    legal: LegalStatus,
    spot: Spot | None,
    group: str | None,
    feature: str,
    land: Land,
    as_of: date,
    rng: np.random.Generator,
    *,
    seeker: bool,
    shown: bool,
    needs_follow: bool = False,
) -> Child:
    """Return one waiting child; ``feature`` names what is special about them, if anything.

    Whoever says that needs follow gives the child others than would be drawn here.
    """
    complexity = _MIX[int(rng.choice(4, p=[share for _, share in _MIX]))][0]
    if shown or group is not None or seeker or age < 5:
        complexity = Complexity.USUAL if rng.random() < 0.6 else Complexity.LOW
    if feature in ("solo", "liberty", "away"):
        complexity = Complexity.VERY_HIGH
    needs = draw_needs(
        complexity,
        age,
        as_of,
        rng,
        disabled=feature == "disabled",
        waiting=True,
        wanted=not needs_follow,
    )
    if shown:
        needs = tuple(n.replace(level=min(n.level, 2), non_negotiable=False) for n in needs)
    risks = {
        "no_younger": frozenset({HouseholdRisk.NO_YOUNGER_CHILDREN}),
        "no_boys": frozenset({HouseholdRisk.NO_BOYS}),
    }.get(feature, frozenset())
    sex = Sex.MALE if rng.random() < (0.96 if seeker else 0.55) else Sex.FEMALE
    if feature in ("no_boys", "parent"):
        sex = Sex.FEMALE
    return Child(
        child_id=child_id,
        responsible_authority=authority,
        date_of_birth=None if feature == "undated" else born,
        sex=sex,
        ethnicity=ethnicity,
        religion=draw_religion(ethnic, rng),
        languages=draw_languages(ethnicity, seeker, rng),
        unaccompanied=seeker,
        home_postcode=spot.postcode if spot else None,
        legal_status=legal,
        category_of_need=(
            CategoryOfNeed.N8
            if seeker
            else CategoryOfNeed.N2
            if feature == "disabled"
            else CategoryOfNeed.N5
            if rng.random() < 0.2
            else CategoryOfNeed.N1
        ),
        permanence_plan=draw_plan(legal, age, rng, residential=False, connected=False),
        needs=needs,
        adaptations=draw_adaptations(rng) if feature == "disabled" else frozenset(),
        solo=feature == "solo",
        household_risks=risks,
        may_share_bedroom=True if group is not None and rng.random() < 0.4 else None,
        safety_zones=_zones(feature, spot, land, rng),
        school=draw_school(spot, age, land, rng) if not shown else _shown_school(spot, land),
        contacts=draw_contacts(spot, land, rng),
        wishes=_wishes(group, rng, shown=shown),
        ehcp=None if age < 4 or rng.random() < 0.1 else bool(rng.random() < 0.3),
        deprivation_of_liberty=feature == "liberty",
        deprivation_of_liberty_order=feature == "liberty",
        away_for_safety=feature == "away",
        parent_in_placement=feature == "parent",
        asthma_or_heart_condition=bool(rng.random() < 0.06),
        sibling_group_id=group,
    )


def _shown_school(spot: Spot | None, land: Land) -> School | None:
    """Return the one school that the shown siblings want to keep: nearest but twenty."""
    if spot is None:
        return None
    away = np.hypot(
        land.own.eastings.astype(np.float64) - spot.easting,
        land.own.northings.astype(np.float64) - spot.northing,
    )
    return School(postcode=land.own.postcodes[int(np.argsort(away, kind="stable")[20])], keep=True)


def _zones(
    feature: str, spot: Spot | None, land: Land, rng: np.random.Generator
) -> tuple[SafetyZone, ...]:
    if feature == "zone" and spot is not None:
        return (
            SafetyZone(
                postcode=land.within(spot, 3, rng).postcode,
                radius_miles=float(rng.integers(2, 7)),
                reason=ZoneReason.EXPLOITATION if rng.random() < 0.6 else ZoneReason.GANG,
            ),
        )
    if feature == "area" and land.adjoining:
        codes = sorted(land.adjoining)
        return (SafetyZone(authority=codes[int(rng.integers(len(codes)))],
                           reason=ZoneReason.FAMILY_RISK),)  # fmt: skip
    return ()


def _wishes(group: str | None, rng: np.random.Generator, *, shown: bool) -> tuple[Wish, ...]:
    topics = [WishTopic.NEAR_HOME, WishTopic.SAME_SCHOOL, WishTopic.FAMILY_HOME, WishTopic.PETS]
    found = []
    if group is not None and (shown or rng.random() < 0.7):
        found.append(Wish(voice=Voice.CHILD, topic=WishTopic.WITH_SIBLINGS))
    if shown:
        found.append(Wish(voice=Voice.CHILD, topic=WishTopic.SAME_SCHOOL))
    elif rng.random() < 0.55:
        found.append(Wish(voice=Voice.CHILD, topic=topics[int(rng.integers(len(topics)))]))
    if rng.random() < 0.35:
        found.append(Wish(voice=Voice.FAMILY, topic=WishTopic.NEAR_HOME))
    return tuple(found)
