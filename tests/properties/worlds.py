"""Worlds in which every rule has something to say, by Hypothesis or by the hundred.

Each field has a short list of values at and around the lines that rules draw; whoever builds
a World says how to pick from such a list.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.child import Child, SafetyZone, School
from matcher.domain.codes import LegalStatus, PlaceProvider, Sex
from matcher.domain.home import Grade, Home, Setting, TermsOfApproval
from matcher.domain.need import Adaptation, Capability, Need, NeedDomain
from matcher.domain.placement import (
    Exemption,
    Hold,
    HoldKind,
    HoldScope,
    Placement,
    Resident,
    ResidentKind,
)
from matcher.domain.referral import Referral, Timescale
from matcher.domain.sibling_group import AssessorRole
from matcher.domain.world import World, make_world
from matcher.geography.location import Location, Precision
from matcher.rules.catalogue import PAIR_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


AS_OF = date(2025, 3, 31)
DAYS = (
    AS_OF,
    AS_OF + timedelta(14),
    date(2021, 9, 8),
    date(2021, 9, 9),
    date(2023, 10, 27),
    date(2023, 10, 28),
    date(2014, 1, 26),
)
OURS = "E06000060"
PLACES = {
    place.postcode: place
    for place in (
        Location("HP13 7PR", 487_000, 193_000, OURS, Precision.POSTCODE),
        Location("HP13 6AA", 491_828, 193_000, OURS, Precision.POSTCODE),  # 3.0 miles
        Location("HP20 1UA", 482_000, 213_500, OURS, Precision.POSTCODE),  # 13.1 miles
        Location("OX1 1AA", 451_000, 206_000, "E10000025", Precision.POSTCODE),
        Location("LU1 1AA", 509_000, 221_000, "E06000032", Precision.POSTCODE),
        Location("EH1 1AA", 325_000, 674_000, "S12000036", Precision.POSTCODE),
    )
}
NOWHERE = "ZZ1 1ZZ"
POSTCODES = (*PLACES, NOWHERE, None)
NEAR_DAYS = (None, *(AS_OF + timedelta(days) for days in (-20, -14, -1, 0, 1, 14, 15)))
BOTH = (False, True)
UNSURE = (None, False, True)

ZONES = (
    (),
    (),
    (SafetyZone(postcode="HP13 7PR", radius_miles=13.1),),
    (SafetyZone(postcode="HP13 7PR", radius_miles=13.2),),
    (SafetyZone(postcode="HP20 1UA", radius_miles=1, until=AS_OF), SafetyZone(authority=OURS)),
    (SafetyZone(postcode=NOWHERE, radius_miles=5),),
    (SafetyZone(authority="E10000025"), SafetyZone(authority="E06000001")),
)
HARD = Need(domain=NeedDomain.BEHAVIOUR, level=3, non_negotiable=True, assessed_on=AS_OF)
CHILD: dict[str, Sequence[Any]] = {
    "date_of_birth": (
        None,
        *(date(2025 - age, 3, 31) for age in (5, 11, 13, 16, 17, 18)),
        *(date(2025 - age, 4, 1) for age in (5, 11, 13, 16, 18)),
        date(2009, 8, 31),
        date(2010, 9, 1),
    ),
    "sex": (None, *Sex),
    "unaccompanied": BOTH,
    "legal_status": (None, LegalStatus.C2, LegalStatus.V2, LegalStatus.V4),
    "home_postcode": POSTCODES,
    "needs": (
        (),
        (HARD,),
        (HARD, Need(domain=NeedDomain.HEALTH, level=1, non_negotiable=True)),
        (Need(domain=NeedDomain.MISSING, level=4, assessed_on=date(2024, 3, 30)),),
        (Need(domain=NeedDomain.MISSING, level=0, non_negotiable=True, assessed_on=AS_OF),),
    ),
    "adaptations": (
        frozenset(),
        frozenset({Adaptation.HOIST}),
        frozenset({Adaptation.HOIST, Adaptation.WHEELCHAIR_ACCESS}),
    ),
    "solo": BOTH,
    "safety_zones": ZONES,
    "school": (None, *(School(postcode=each) for each in ("HP13 7PR", "HP20 1UA", NOWHERE))),
    "secure_order": BOTH,
    "secure_minister_approval": BOTH,
    "deprivation_of_liberty": BOTH,
    "deprivation_of_liberty_order": BOTH,
    "parent_in_placement": BOTH,
}
HOME: dict[str, Sequence[Any]] = {
    "setting": (*Setting, *([Setting.SUPPORTED] * 4), Setting.SECURE, Setting.CONNECTED),
    "provider_id": ("OWN", "COUNCIL", "AGENCY"),
    "postcode": POSTCODES,
    "terms": (
        None,
        TermsOfApproval(),
        TermsOfApproval(age_from=0),
        TermsOfApproval(age_from=5, age_to=11, sex=Sex.MALE),
        TermsOfApproval(age_to=16, sex=Sex.FEMALE),
    ),
    "registered": UNSURE,
    "grade": (None, *Grade),
    "beds_usable": (0, 1, 4),
    "capabilities": (
        (),
        (Capability(domain=NeedDomain.BEHAVIOUR, level=2),),
        (Capability(domain=NeedDomain.BEHAVIOUR, level=3),),
        tuple(Capability(domain=domain, level=3) for domain in NeedDomain),
    ),
    "adaptations": (None, frozenset(), frozenset({Adaptation.HOIST}), frozenset(Adaptation)),
    "agreement_ids": ((), ("A1",), ("A2",), ("A3",), ("A1", "A2"), ("A2", "A4"), ("A3", "A5")),
    "weekly_fee_pence": (None, None, 90_000),
    "available_from": NEAR_DAYS,
    "vacancy_confirmed_on": NEAR_DAYS,
    "emergency_only": BOTH,
    "connected_to": (frozenset(), frozenset({"C1"}), frozenset({"C1", "C2"})),
    "temporary_approval_until": NEAR_DAYS,
    "takes_parent_and_child": BOTH,
    "quality_visit_due": NEAR_DAYS,
}
FEES = ((), (Fee(weekly_fee_pence=80_000),), (Fee(age_to=10, need_to=3, weekly_fee_pence=70_000),))
STARTS_AND_ENDS = (
    (None, None),
    (date(2010, 1, 1), AS_OF),
    (None, date(2024, 1, 1)),
    (date(2025, 4, 1), date(2026, 1, 1)),
)
EXEMPTED = tuple(rule.code for rule in PAIR_RULES if rule.exemption)


def build(pick: Callable[[Sequence[Any]], Any], *, children: int, homes: int) -> World:
    """Return a World of some size, with every value picked from a list."""
    child_ids = [f"C{at}" for at in range(1, children + 1)]
    home_ids = [f"H{at}" for at in range(1, homes + 1)]

    def values(options: dict[str, Sequence[Any]]) -> dict[str, Any]:
        return {name: pick(choices) for name, choices in options.items()}

    def agreement(at: int, route: Route, **more: Any) -> Agreement:
        starts, ends = pick(STARTS_AND_ENDS)
        dates = {"starts": starts, "ends": ends, "fees": pick(FEES)}
        return Agreement(agreement_id=f"A{at}", provider_id="AGENCY", route=route, **dates, **more)

    def hold(at: int) -> Hold:
        kind = pick(tuple(HoldKind))
        reserved = kind is HoldKind.RESERVED
        on_provider = pick(BOTH) and not reserved
        return Hold(
            hold_id=f"S{at}",
            scope=HoldScope.PROVIDER if on_provider else HoldScope.HOME,
            target_id="COUNCIL" if on_provider else pick(home_ids),
            kind=kind,
            starts=pick((date(2010, 1, 1), AS_OF, AS_OF + timedelta(1))),
            until=pick((None, AS_OF + timedelta(1), AS_OF + timedelta(30))),
            beds=1 if reserved else None,
        )

    return make_world(
        as_of=AS_OF,
        authority=OURS,
        children=[
            Child(child_id=each, responsible_authority=OURS, **values(CHILD)) for each in child_ids
        ],
        homes=[Home(home_id=each, beds_approved=4, **values(HOME)) for each in home_ids],
        providers=[
            Provider(provider_id="OWN", sector=PlaceProvider.PR1),
            Provider(provider_id="COUNCIL", sector=PlaceProvider.PR2, authority="E10000025"),
            Provider(provider_id="AGENCY", sector=PlaceProvider.PR4),
        ],
        agreements=[
            agreement(1, Route.IN_HOUSE),
            agreement(2, Route.BLOCK, block_beds=pick((0, 1, 9))),
            agreement(3, Route.FRAMEWORK, tier=1),
            agreement(4, Route.FRAMEWORK, tier=2),
            agreement(5, Route.SPOT),
        ],
        referrals=[
            Referral(
                referral_id=f"R-{child_id}",
                child_ids=(child_id,),
                received_on=AS_OF,
                needed_by=AS_OF,
                timescale=pick(tuple(Timescale)),
                settings_sought=pick((frozenset(), frozenset({Setting.FOSTER, Setting.SUPPORTED}))),
                child_views_on=pick((None, AS_OF)),
                family_views_on=pick((None, AS_OF)),
            )
            for child_id in child_ids
            if pick(BOTH)
        ],
        placements=[
            Placement(
                child_id=child_id,
                home_id=pick(home_ids),
                started_on=date(2025, 1, 1),
                agreement_id=pick((None, "A2")),
                may_move=pick(BOTH),
            )
            for child_id in child_ids
            if pick(BOTH)
        ],
        residents=[
            Resident(
                resident_id=f"X{at}",
                home_id=pick(home_ids),
                kind=pick(tuple(ResidentKind)),
                responsible_authority=pick((None, OURS, "E10000025")),
            )
            for at in range(homes // 2)
        ],
        holds=[hold(at) for at in range(pick((0, 2)))],
        exemptions=[
            Exemption(
                exemption_id=f"E{at}",
                rule=rule,
                child_ids=pick((frozenset(child_ids), frozenset(child_ids[::2]))),
                home_id=pick((None, pick(home_ids))),
                granted_by=pick(tuple(AssessorRole)),
                granted_on=pick((date(2010, 1, 1), AS_OF + timedelta(1))),
                until=pick((None, AS_OF + timedelta(1))),
            )
            for at, rule in enumerate(EXEMPTED * 3)
            if pick(BOTH)
        ],
        locations=PLACES,
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return a small World, which Hypothesis can make smaller."""
    return build(lambda options: draw(st.sampled_from(options)), children=2, homes=4)


def crowded_world(seed: int) -> World:
    """Return a World with thousands of pairs, so that rare combinations occur."""
    return build(random.Random(seed).choice, children=40, homes=80)
