"""The children who wait: invented referrals on the scale of a placement team's week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
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
from matcher.domain.home import Setting
from matcher.domain.referral import Referral, Timescale
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, SiblingLink, Together
from scenarios.county.children import draw_contacts, draw_school
from scenarios.county.families import birth_range, births_plausible, completed_years
from scenarios.county.fitting import apportion
from scenarios.county.land import Land, Spot, spot_at
from scenarios.county.needs import (
    Complexity,
    draw_adaptations,
    draw_ethnicity,
    draw_languages,
    draw_needs,
    draw_plan,
    draw_religion,
)
from scenarios.county.people import ETHNIC_GROUPS, ETHNIC_LABELS

if TYPE_CHECKING:
    from scenarios.county.naming import Naming
    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

SHOWN_AT = 11
"""Index of the referral that the demonstration shows: R-0012."""

SHOWN_AGES = (12, 9, 6)
_SHOWN_OUTCODE = "HP13"

_ASYLUM_SHARE = 0.12
_MIX = (
    (Complexity.LOW, 0.18),
    (Complexity.USUAL, 0.42),
    (Complexity.HIGH, 0.28),
    (Complexity.VERY_HIGH, 0.12),
)
# What singles bring: (name, share of all children waiting). Each is given to that many.
_FEATURES = (
    ("solo", 0.05),
    ("zone", 0.08),
    ("area", 0.025),
    ("no_younger", 0.05),
    ("no_boys", 0.025),
    ("incompatible", 0.10),
    ("disabled", 0.05),
    ("parent", 0.025),
    ("liberty", 0.025),
    ("away", 0.025),
    ("undated", 0.025),
)


@dataclass
class Queue:
    """Those who wait.

    Parameters
    ----------
    children, groups, referrals
        Records.
    spots
        Where each child lived; None when not applicable.
    shown
        Indices, in ``children``, of the siblings whom the demonstration shows.
    """

    children: list[Child] = field(default_factory=list)
    groups: list[SiblingGroup] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    spots: list[Spot | None] = field(default_factory=list)
    shown: tuple[int, ...] = ()


def referral_sizes(profile: Profile, size: float, streams: Streams) -> list[int]:
    """Return the number of children in each referral; the shown one is a group of three."""
    referrals = max(1, round(profile.value("waiting_referrals") * size))
    children = max(referrals, round(profile.value("waiting_children") * size))
    extra = children - referrals
    fours = round(extra * 0.1)
    threes = (extra - 3 * fours) * 4 // 14
    pairs = extra - 3 * fours - 2 * threes
    sizes = [4] * fours + [3] * threes + [2] * pairs
    sizes = (sizes + [1] * referrals)[:referrals]
    mixed = [sizes[i] for i in streams.stream("waiting.sizes").permutation(referrals)]
    at = min(SHOWN_AT, referrals - 1)
    if 3 in mixed:
        other = mixed.index(3)
        mixed[at], mixed[other] = mixed[other], mixed[at]
    return mixed


def draw_queue(
    profile: Profile,
    size: float,
    land: Land,
    streams: Streams,
    *,
    as_of: date,
    naming: Naming,
    first_child: int,
    first_group: int,
) -> Queue:
    """Return the waiting children, their groups and their referrals.

    Parameters
    ----------
    first_child, first_group
        Index of the first waiting child and of their first sibling group.
    """
    queue = Queue()
    sizes = referral_sizes(profile, size, streams)
    timescales = _timescales(len(sizes), streams)
    singles = [at for at, members in enumerate(sizes) if members == 1]
    features = _features(singles, sum(sizes), streams)
    asylum = set(
        streams.stream("waiting.asylum")
        .permutation([at for at in singles if not features[at]])[
            : round(_ASYLUM_SHARE * sum(sizes))
        ]
        .tolist()
    )
    shares = profile.counts("Ethnicity", profile.children)
    weights = np.array([shares.get(label, 0) for label in ETHNIC_LABELS.values()], dtype=float)
    for at, members in enumerate(sizes):
        rng = streams.stream(f"waiting.{at}")
        shown = members == 3 and at == min(SHOWN_AT, len(sizes) - 1)
        seeker = at in asylum
        ids = tuple(naming.child(first_child + len(queue.children) + i) for i in range(members))
        group = naming.group(first_group + len(queue.groups)) if members > 1 else None
        spot = None if seeker else _spot(land, rng, shown=shown)
        ethnic = (
            ETHNIC_GROUPS[int(rng.choice(len(weights), p=weights / weights.sum()))]
            if not seeker
            else ("B", "A", "O")[int(rng.choice(3, p=[0.45, 0.25, 0.3]))]
        )
        ethnicity = draw_ethnicity(ethnic, rng)
        legal = _legal(members, timescales[at], rng) if not seeker else LegalStatus.V2
        feature = features[at]
        if shown:
            queue.shown = tuple(range(len(queue.children), len(queue.children) + 3))
        for born, child_id in zip(_births(members, as_of, rng, feature, shown, seeker), ids,
                                  strict=True):  # fmt: skip
            age = completed_years(born, as_of)
            queue.spots.append(spot)
            queue.children.append(
                _child(
                    child_id,
                    profile.authority,
                    born,
                    age,
                    ethnicity,
                    ethnic,
                    legal,
                    spot,
                    group,
                    feature,
                    land,
                    as_of,
                    rng,
                    seeker=seeker,
                    shown=shown,
                )
            )
        if group is not None:
            queue.groups.append(_group(group, ids, as_of, rng, shown=shown))
        queue.referrals.append(
            _referral(
                naming.referral(at),
                ids,
                timescales[at],
                [completed_years(c.date_of_birth, as_of) if c.date_of_birth else 12
                 for c in queue.children[-members:]],
                as_of,
                rng,
                shown=shown,
            )
        )  # fmt: skip
    _fall_out(queue, features, sizes)
    return queue


def _timescales(count: int, streams: Streams) -> list[Timescale]:
    emergency, same_day, planned = apportion([0.14, 0.23, 0.63], count).tolist()
    mixed = (
        [Timescale.EMERGENCY] * emergency
        + [Timescale.SAME_DAY] * same_day
        + [Timescale.PLANNED] * planned
    )
    order = streams.stream("waiting.timescales").permutation(count)
    found = [mixed[i] for i in order]
    at = min(SHOWN_AT, count - 1)
    if found[at] is not Timescale.PLANNED and Timescale.PLANNED in found:
        other = found.index(Timescale.PLANNED)
        found[at], found[other] = found[other], found[at]
    return found


def _features(singles: list[int], children: int, streams: Streams) -> dict[int, str]:
    order = streams.stream("waiting.features").permutation(singles).tolist()
    found = dict.fromkeys(singles, "")
    for name, share in _FEATURES:
        for _ in range(round(share * children)):
            if order:
                found[order.pop()] = name
    return {at: found.get(at, "") for at in range(children)}


def _spot(land: Land, rng: np.random.Generator, *, shown: bool) -> Spot:
    if shown:
        there = [i for i, p in enumerate(land.own.postcodes) if p.startswith(_SHOWN_OUTCODE + " ")]
        if there:
            return spot_at(land.own, there[int(rng.integers(len(there)))])
    return land.draw_own(rng)


def _births(
    members: int,
    as_of: date,
    rng: np.random.Generator,
    feature: str,
    shown: bool,
    seeker: bool,
) -> list[date]:
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
            ages = sorted((eldest - int(step) for step in
                           np.cumsum([0, *rng.integers(1, 4, size=members - 1)])), reverse=True)  # fmt: skip
        ages = [max(age, 0) for age in ages]
        born = [int(rng.integers(first, last + 1))
                for first, last in (birth_range(a, a, as_of) for a in ages)]  # fmt: skip
        if births_plausible(born):
            return [date.fromordinal(day) for day in born]


def _legal(members: int, timescale: Timescale, rng: np.random.Generator) -> LegalStatus:
    at = rng.random()
    if timescale is Timescale.EMERGENCY and at < 0.5:
        return LegalStatus.L1
    if at < 0.45:
        return LegalStatus.V2
    return LegalStatus.C1 if at < 0.75 or members > 1 else LegalStatus.C2


def _child(
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
) -> Child:
    complexity = _MIX[int(rng.choice(4, p=[share for _, share in _MIX]))][0]
    if shown or group is not None or seeker or age < 5:
        complexity = Complexity.USUAL if rng.random() < 0.6 else Complexity.LOW
    if feature in ("solo", "liberty", "away"):
        complexity = Complexity.VERY_HIGH
    needs = draw_needs(complexity, age, as_of, rng, disabled=feature == "disabled", waiting=True)
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


def _group(
    group: str, ids: tuple[str, ...], as_of: date, rng: np.random.Generator, *, shown: bool
) -> SiblingGroup:
    at = rng.random()
    links: tuple[SiblingLink, ...] = ()
    together = Together.REQUIRED if shown or at < 0.3 else Together.PREFERRED
    assessed = as_of - timedelta(days=int(rng.integers(2, 25)))
    if not shown and 0.3 <= at < 0.55:
        links = (
            SiblingLink(
                child_a=ids[0],
                child_b=ids[1],
                together=Together.APART,
                assessed_by=AssessorRole.TEAM_MANAGER,
                assessed_on=assessed,
            ),
        )
    return SiblingGroup(
        sibling_group_id=group,
        together=together,
        assessed_by=AssessorRole.SOCIAL_WORKER,
        assessed_on=assessed,
        links=links,
    )


def _referral(
    referral_id: str,
    ids: tuple[str, ...],
    timescale: Timescale,
    ages: list[int],
    as_of: date,
    rng: np.random.Generator,
    *,
    shown: bool,
) -> Referral:
    if timescale is Timescale.EMERGENCY:
        received, needed = as_of, as_of
    elif timescale is Timescale.SAME_DAY:
        received, needed = (
            as_of - timedelta(days=int(rng.integers(0, 2))),
            as_of + timedelta(days=1),
        )
    else:
        received = as_of - timedelta(days=int(rng.integers(1, 25)))
        needed = as_of + timedelta(days=int(rng.integers(4, 29)))
    if shown:
        received, needed = (
            as_of - timedelta(days=3),
            as_of + timedelta(days=(4 - as_of.weekday()) % 7),
        )
    sought: frozenset[Setting] = frozenset()
    at = rng.random()
    if len(ids) == 1 and ages[0] >= 16 and at < 0.5:
        sought = frozenset({Setting.SUPPORTED, Setting.FOSTER})
    elif max(ages) < 10 and at < 0.7:
        sought = frozenset({Setting.FOSTER, Setting.CONNECTED})
    views = rng.random(2)
    return Referral(
        referral_id=referral_id,
        child_ids=ids,
        received_on=received,
        needed_by=needed,
        timescale=timescale,
        settings_sought=sought,
        expected_weeks=int(rng.integers(2, 105)) if rng.random() < 0.85 else None,
        child_views_on=received if views[0] < 0.75 or shown else None,
        family_views_on=received if views[1] < 0.6 or shown else None,
    )


def _fall_out(queue: Queue, features: dict[int, str], sizes: list[int]) -> None:
    """Pair off the waiting children who must not share a home, in place."""
    starts = np.cumsum([0, *sizes]).tolist()
    marked = [starts[at] for at in range(len(sizes)) if features.get(at) == "incompatible"]
    for a, b in zip(marked[0::2], marked[1::2], strict=False):
        one, two = queue.children[a], queue.children[b]
        queue.children[a] = one.replace(incompatible_with=frozenset({two.child_id}))
        queue.children[b] = two.replace(incompatible_with=frozenset({one.child_id}))
