"""Records of homes: terms, capability, household, vacancies; lawful for those who live there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import Ethnicity, PlaceProvider, Sex
from matcher.domain.home import Grade, Home, Household, Setting, TermsOfApproval
from matcher.domain.need import Adaptation, Capability
from matcher.domain.placement import ResidentKind
from scenarios.county.drafts import Draft, Part
from scenarios.county.market import quote_pence, spot_prices
from scenarios.county.needs import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matcher.domain.child import Child
    from scenarios.county.market import Market
    from scenarios.county.naming import Naming
    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

CAPABILITIES = {
    (d, level): Capability(domain=d, level=level) for d in DOMAINS for level in range(5)
}

# The level of need that homes of a setting can meet: mean and spread.
_CAPABLE = {
    Setting.FOSTER: (2.0, 0.7),
    Setting.CONNECTED: (1.7, 0.6),
    Setting.PARENT_AND_CHILD: (2.3, 0.5),
    Setting.CHILDRENS_HOME: (3.1, 0.6),
    Setting.SUPPORTED: (1.9, 0.7),
    Setting.RESIDENTIAL_SCHOOL: (3.2, 0.5),
    Setting.SECURE: (3.8, 0.4),
}
_Range = tuple[int | None, int | None]
_FOSTER_TERMS: tuple[tuple[_Range, float], ...] = (
    ((0, 17), 0.46),
    ((0, 10), 0.12),
    ((5, 17), 0.12),
    ((8, 17), 0.10),
    ((0, 4), 0.08),
    ((11, 17), 0.07),
    ((None, None), 0.05),
)
# Carers with a vacancy are oftener approved for the young, whom fewer children waiting are.
_VACANT_TERMS: tuple[tuple[_Range, float], ...] = (
    ((0, 17), 0.22),
    ((0, 10), 0.20),
    ((0, 4), 0.16),
    ((5, 12), 0.14),
    ((5, 17), 0.10),
    ((11, 17), 0.13),
    ((None, None), 0.05),
)
_HOME_TERMS = ((8, 17), (10, 17), (11, 17), (12, 17), (7, 13))
_MINORITIES = (Ethnicity.APKN, Ethnicity.BAFR, Ethnicity.BCRB, Ethnicity.AIND, Ethnicity.MWBC)
_SPEECH = {
    Ethnicity.APKN: "urdu",
    Ethnicity.BAFR: "somali",
    Ethnicity.AIND: "gujarati",
}
_FAITH = {
    Ethnicity.APKN: "muslim",
    Ethnicity.BAFR: "christian",
    Ethnicity.BCRB: "christian",
    Ethnicity.AIND: "hindu",
}
_NO_AGENCY_GRADE = (PlaceProvider.PR1, PlaceProvider.PR2)


def home_records(
    homes: Sequence[Draft],
    children: Sequence[Child],
    market: Market,
    profile: Profile,
    streams: Streams,
    *,
    as_of: date,
    naming: Naming,
) -> list[Home]:
    """Return the records of the homes, in the order of the drafts."""
    parts = {part: streams.stream(f"homes.{part.value}") for part in Part}
    grades = _agency_grades(market, streams)
    covered = {row.authority for row in profile.registered}
    prices = spot_prices(homes, market, profile, streams)
    records = []
    for at, draft in enumerate(homes):
        rng = parts[draft.part]
        living = [children[child] for child in draft.children]
        provider = market.provider_of[at]
        agreements = () if draft.closed else market.agreements_of.get((provider, draft.setting), ())
        records.append(
            _record(
                draft,
                living,
                naming.home(at),
                provider,
                agreements,
                draft.grade if draft.grade is not None else _grade(draft, provider, grades),
                prices.get(at, quote_pence(draft, agreements, profile, rng)),
                as_of,
                rng,
                urn=_urn(draft, naming.homes + at, covered),
            )
        )
    return records


def _record(
    draft: Draft,
    living: list[Child],
    home_id: str,
    provider: str,
    agreements: tuple[str, ...],
    grade: Grade | None,
    quote: int | None,
    as_of: date,
    rng: np.random.Generator,
    *,
    urn: int | None,
) -> Home:
    offered = draft.setting.offered
    family = draft.setting.fostering
    free = max(draft.free, 0)
    at = rng.random(8)
    vacant = free > 0 and offered
    confirmed = None
    if vacant and at[0] < 0.93:
        days = int(rng.integers(0, 11)) if at[0] < 0.76 else int(rng.integers(16, 75))
        confirmed = as_of - timedelta(days=days)
    bedrooms = None
    if family and not living and not draft.lodgers and draft.approved > 1 and at[1] < 0.1:
        bedrooms = draft.approved - 1
    return Home(
        home_id=home_id,
        setting=draft.setting,
        provider_id=provider,
        postcode=None if draft.mark == "offer" else draft.spot.postcode,
        terms=_terms(draft, living, as_of, rng),
        registered=True if offered else None,
        urn=urn,
        grade=grade,
        beds_approved=draft.approved,
        beds_usable=draft.usable,
        bedrooms=bedrooms,
        capabilities=_capabilities(draft, living, rng),
        adaptations=_adaptations(draft, living, rng),
        household=_household(draft, living, rng) if family else Household(),
        agreement_ids=agreements,
        weekly_fee_pence=quote,
        available_from=(
            as_of + timedelta(days=int(rng.integers(3, 29))) if vacant and at[2] < 0.1 else None
        ),
        vacancy_confirmed_on=confirmed,
        emergency_only=bool(vacant and family and draft.part is Part.FOSTER and at[3] < 0.04),
        connected_to=(
            frozenset(child.child_id for child in living)
            if draft.setting is Setting.CONNECTED
            else frozenset()
        ),
        temporary_approval_until=(
            as_of + timedelta(days=int(rng.integers(10, 100)))
            if draft.setting is Setting.CONNECTED and at[4] < 0.22
            else None
        ),
        takes_parent_and_child=draft.setting is Setting.PARENT_AND_CHILD,
        long_term=None if not family or at[5] < 0.12 else bool(at[5] < 0.62),
        post_18=None if not family or at[6] < 0.2 else bool(at[6] < 0.6),
        quality_visit_due=(
            as_of + timedelta(days=int(rng.integers(-25, 330)))
            if offered and draft.sector is not PlaceProvider.PR1 and at[7] < 0.9
            else None
        ),
    )


def _urn(draft: Draft, at: int, covered: set[str]) -> int | None:
    """Return an invented registration number; None where it is not recorded.

    A home that the published list does not hold, in an authority that it covers, has opened
    since: its number is not recorded yet.
    """
    since = draft.part is Part.FARTHER and draft.spot.authority in covered
    if since or draft.part not in (Part.REGISTERED, Part.FARTHER, Part.SUPPORTED):
        return None
    return 1_000_000 + at


def _ages(draft: Draft, living: list[Child], as_of: date) -> list[int]:
    own = [child.age_on(as_of) or 0 for child in living]
    return own + [x.age for x in draft.lodgers if x.kind is ResidentKind.FOSTERED]


def _terms(
    draft: Draft, living: list[Child], as_of: date, rng: np.random.Generator
) -> TermsOfApproval | None:
    """Return terms that everyone placed there falls within, but for a recorded exemption."""
    at = rng.random(3)
    if not draft.setting.offered:
        return TermsOfApproval()
    ages = _ages(draft, living, as_of)
    low: int | None
    high: int | None
    if draft.setting in (Setting.FOSTER, Setting.CONNECTED, Setting.PARENT_AND_CHILD):
        if draft.setting in (Setting.CONNECTED, Setting.PARENT_AND_CHILD):
            return TermsOfApproval(number=draft.approved)
        if not ages and draft.mark != "shown" and at[0] < 0.06:
            return None
        low, high = _pick_terms(at[1], _FOSTER_TERMS if ages else _VACANT_TERMS)
    elif draft.setting is Setting.SUPPORTED:
        low, high = 16, 17
    elif draft.setting is Setting.SECURE:
        low, high = 10, 17
    else:
        low, high = _HOME_TERMS[int(at[1] * len(_HOME_TERMS))]
    if low is not None and high is not None and ages:
        low, high = min(low, *ages), max(high, *ages)
    sexes = {child.sex for child in living} | {x.sex for x in draft.lodgers}
    sex = None
    if at[2] < 0.07 and draft.setting is not Setting.SECURE and len(sexes) <= 1:
        sex = next(iter(sexes)) if sexes else (Sex.MALE if at[2] < 0.035 else Sex.FEMALE)
    return TermsOfApproval(age_from=low, age_to=high, sex=sex, number=max(draft.approved, 1))


def _pick_terms(at: float, options: Sequence[tuple[_Range, float]]) -> _Range:
    for terms, share in options:
        at -= share
        if at < 0:
            return terms
    return options[0][0]


def _capabilities(
    draft: Draft, living: list[Child], rng: np.random.Generator
) -> tuple[Capability, ...]:
    mean, spread = _CAPABLE.get(draft.setting, (0.0, 0.0))
    raw = mean + spread * (0.6 * rng.standard_normal() + 0.8 * rng.standard_normal(len(DOMAINS)))
    # Few can take disability and risk to others at the level of their other work.
    raw[1] -= 0.6
    raw[6] -= 0.3
    patchy = rng.random()
    gone = rng.random(len(DOMAINS)) < (0.12 if patchy < 0.2 else 0.0)
    if not mean:
        return ()
    levels = np.clip(np.rint(raw), 0, 4).astype(int)
    for child in living:
        for need in child.needs:
            if need.non_negotiable:
                place = DOMAINS.index(need.domain)
                levels[place] = max(int(levels[place]), need.level)
                gone[place] = False
    return tuple(
        CAPABILITIES[domain, int(level)]
        for domain, level, lost in zip(DOMAINS, levels, gone, strict=True)
        if not lost
    )


def _adaptations(
    draft: Draft, living: list[Child], rng: np.random.Generator
) -> frozenset[Adaptation] | None:
    at = rng.random(3)
    needed = frozenset().union(*(child.adaptations for child in living))
    if not needed and at[0] < 0.05 and draft.mark != "shown":
        return None
    found = set(needed)
    if at[1] < (0.16 if draft.setting in (Setting.CHILDRENS_HOME, Setting.RESIDENTIAL_SCHOOL)
                else 0.05):  # fmt: skip
        found |= {
            Adaptation.WHEELCHAIR_ACCESS,
            Adaptation.GROUND_FLOOR_BEDROOM,
            Adaptation.GROUND_FLOOR_BATHROOM,
        }
    if at[2] < 0.04:
        found |= {Adaptation.SENSORY_ADAPTATIONS, Adaptation.MEDICAL_STORAGE}
    return frozenset(found)


def _household(draft: Draft, living: list[Child], rng: np.random.Generator) -> Household:
    at = rng.random(8)
    if at[0] < 0.04 and not living:
        return Household()
    couple = at[1] < 0.66
    own: tuple[int, ...] = ()
    if at[2] < 0.34:
        own = tuple(sorted(int(age) for age in rng.integers(2, 20, size=1 + int(at[2] < 0.12))))
    careful = any(child.asthma_or_heart_condition for child in living) or draft.mark == "shown"
    young = any(x.age < 5 for x in draft.lodgers) or any(
        child.date_of_birth is not None and child.date_of_birth.year >= 2019 for child in living
    )
    if draft.setting is Setting.CONNECTED and living and living[0].ethnicity is not None:
        ethnicity = living[0].ethnicity
    elif at[3] < 0.2:
        ethnicity = _MINORITIES[int(at[3] / 0.2 * len(_MINORITIES))]
    else:
        ethnicity = Ethnicity.WBRI
    speech = {"english"} | ({_SPEECH[ethnicity]} if ethnicity in _SPEECH else set())
    faith = (
        {_FAITH[ethnicity]} if ethnicity in _FAITH else ({"christian"} if at[4] < 0.4 else set())
    )
    return Household(
        adult_men=1 if couple else int(at[5] < 0.12),
        adult_women=1 if couple or at[5] >= 0.12 else 0,
        own_children_ages=own,
        pets=None if at[6] < 0.05 else bool(at[6] < 0.5),
        smokers=False if careful or young else (None if at[7] < 0.04 else bool(at[7] < 0.12)),
        ethnicities=frozenset({ethnicity}),
        religions=frozenset(faith) if at[4] < 0.9 else None,
        languages=frozenset(speech),
    )


def _agency_grades(market: Market, streams: Streams) -> Mapping[str, Grade]:
    """Return a grade for each provider, for households that are judged as one agency."""
    rng = streams.stream("homes.agencies")
    grades = (Grade.OUTSTANDING, Grade.GOOD, Grade.GOOD, Grade.GOOD, Grade.GOOD,
              Grade.REQUIRES_IMPROVEMENT, Grade.GOOD)  # fmt: skip
    return {
        provider.provider_id: grades[int(rng.integers(len(grades)))]
        for provider in market.providers
    }


def _grade(draft: Draft, provider: str, grades: Mapping[str, Grade]) -> Grade | None:
    if draft.setting in (Setting.FOSTER, Setting.PARENT_AND_CHILD):
        return None if draft.sector in _NO_AGENCY_GRADE else grades[provider]
    return None
