"""Small Worlds of every kind that the rules must agree about."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.child import Child, SafetyZone, School, ZoneReason
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
from matcher.rules.catalogue import RULES

AS_OF = date(2025, 3, 31)
OURS = "E06000060"
PLACES = {
    place.postcode: place
    for place in (
        Location("HP13 7PR", 487_000, 193_000, OURS, Precision.POSTCODE),
        Location("HP20 1UA", 482_000, 213_500, OURS, Precision.POSTCODE),
        Location("OX1 1AA", 451_000, 206_000, "E10000025", Precision.POSTCODE),
        Location("LU1 1AA", 509_000, 221_000, "E06000032", Precision.POSTCODE),
        Location("EH1 1AA", 325_000, 674_000, "S12000036", Precision.POSTCODE),
    )
}
POSTCODES = (*PLACES, "ZZ1 1ZZ", None)
CHILDREN = ("C1", "C2", "C3")
HOMES = ("H1", "H2", "H3", "H4", "H5")
DAYS = st.integers(-40, 40).map(lambda days: AS_OF + timedelta(days))
FEW_DOMAINS = (NeedDomain.HEALTH, NeedDomain.BEHAVIOUR, NeedDomain.MISSING)

some = st.sampled_from


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


def by_domain(record: type, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    made = st.builds(record, domain=some(FEW_DOMAINS), level=st.integers(0, 4), **fields)
    return st.lists(made, max_size=3, unique_by=lambda each: each.domain).map(tuple)


zones = st.builds(
    SafetyZone,
    postcode=some([*PLACES, "ZZ1 1ZZ"]),
    radius_miles=some([1.0, 13.1, 25.0]),
    reason=some(ZoneReason),
    until=maybe(DAYS),
) | st.builds(SafetyZone, authority=some([OURS, "E10000025", "E06000001"]), until=maybe(DAYS))


def children(child_id: str) -> st.SearchStrategy[Child]:
    return st.builds(
        Child,
        child_id=st.just(child_id),
        responsible_authority=st.just(OURS),
        date_of_birth=maybe(
            st.builds(
                lambda years, days: date(2025 - years, 3, 31) + timedelta(days),
                st.integers(0, 20),
                some([-200, -1, 0, 1, 160]),
            )
        ),
        sex=maybe(some(Sex)),
        unaccompanied=st.booleans(),
        legal_status=maybe(some([LegalStatus.C2, LegalStatus.V2, LegalStatus.V4])),
        home_postcode=some(POSTCODES),
        needs=by_domain(
            Need, non_negotiable=st.booleans(), assessed_on=maybe(some([AS_OF, date(2023, 1, 1)]))
        ),
        adaptations=st.frozensets(some(list(Adaptation)[:3]), max_size=2),
        solo=st.booleans(),
        safety_zones=st.lists(zones, max_size=2).map(tuple),
        school=maybe(st.builds(School, postcode=some([*PLACES, "ZZ1 1ZZ"]))),
        secure_order=st.booleans(),
        secure_minister_approval=st.booleans(),
        deprivation_of_liberty=st.booleans(),
        deprivation_of_liberty_order=st.booleans(),
        parent_in_placement=st.booleans(),
    )


terms = st.builds(
    TermsOfApproval,
    age_from=maybe(some([0, 5, 10])),
    age_to=maybe(some([10, 14, 17])),
    sex=maybe(some(Sex)),
)


def homes(home_id: str) -> st.SearchStrategy[Home]:
    usual = some([Setting.FOSTER, Setting.CONNECTED, Setting.CHILDRENS_HOME, Setting.SUPPORTED])
    return st.builds(
        Home,
        home_id=st.just(home_id),
        setting=usual | some(Setting),
        provider_id=some(["OWN", "COUNCIL", "AGENCY"]),
        postcode=some(POSTCODES),
        terms=maybe(terms),
        registered=some([None, True, False]),
        grade=maybe(some(Grade)),
        beds_approved=st.just(4),
        beds_usable=st.integers(0, 4),
        capabilities=by_domain(Capability),
        adaptations=maybe(st.frozensets(some(list(Adaptation)[:3]))),
        agreement_ids=st.lists(some(["A1", "A2", "A3"]), unique=True, max_size=3).map(tuple),
        weekly_fee_pence=maybe(st.just(90_000)),
        available_from=maybe(DAYS),
        vacancy_confirmed_on=maybe(DAYS),
        emergency_only=st.booleans(),
        connected_to=st.frozensets(some(CHILDREN), max_size=2),
        temporary_approval_until=maybe(DAYS),
        takes_parent_and_child=st.booleans(),
        quality_visit_due=maybe(DAYS),
    )


def agreements(agreement_id: str) -> st.SearchStrategy[Agreement]:
    dates = {"starts": some([None, date(2020, 1, 1)]), "ends": maybe(DAYS)}
    later = {"starts": some([date(2025, 4, 2), date(2026, 1, 1)])}
    fees = some([(), (Fee(weekly_fee_pence=80_000),), (Fee(age_to=10, weekly_fee_pence=70_000),)])
    common = {"agreement_id": st.just(agreement_id), "provider_id": st.just("AGENCY"), "fees": fees}
    block = st.builds(
        Agreement, route=st.just(Route.BLOCK), block_beds=st.integers(0, 2), **common, **dates
    )
    tiers = st.builds(Agreement, route=st.just(Route.FRAMEWORK), tier=st.just(1), **common, **dates)
    plain = st.builds(Agreement, route=some([Route.IN_HOUSE, Route.SPOT]), **common)
    future = st.builds(Agreement, route=st.just(Route.NATIONAL), **common, **later)
    return block | tiers | plain | future


def residents(resident_id: str) -> st.SearchStrategy[Resident]:
    return st.builds(
        Resident,
        resident_id=st.just(resident_id),
        home_id=some(HOMES),
        kind=some(ResidentKind),
        responsible_authority=some([None, OURS, "E10000025"]),
        age=maybe(st.integers(0, 21)),
        sex=maybe(some(Sex)),
    )


@st.composite
def holds(draw: st.DrawFn, hold_id: str) -> Hold:
    kind = draw(some(HoldKind))
    provider = kind is not HoldKind.RESERVED and draw(st.booleans())
    starts = draw(DAYS)
    return Hold(
        hold_id=hold_id,
        scope=HoldScope.PROVIDER if provider else HoldScope.HOME,
        target_id="AGENCY" if provider else draw(some(HOMES)),
        kind=kind,
        starts=starts,
        until=draw(maybe(st.integers(0, 60).map(lambda days: starts + timedelta(days)))),
        beds=1 if kind is HoldKind.RESERVED else None,
    )


def exemptions(exemption_id: str) -> st.SearchStrategy[Exemption]:
    return st.builds(
        Exemption,
        exemption_id=st.just(exemption_id),
        rule=some([rule.code for rule in RULES if rule.exemption]),
        child_ids=st.frozensets(some(CHILDREN), min_size=1),
        home_id=maybe(some(HOMES)),
        granted_by=some(AssessorRole),
        granted_on=some([date(2025, 3, 1), date(2025, 4, 2)]),
        until=maybe(some([date(2025, 4, 2), date(2025, 6, 1)])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    referred = draw(st.lists(some(CHILDREN), unique=True))
    placed = draw(st.lists(some(CHILDREN), unique=True))
    return make_world(
        as_of=AS_OF,
        authority=OURS,
        children=[draw(children(each)) for each in CHILDREN],
        homes=[draw(homes(each)) for each in HOMES],
        providers=[
            Provider(provider_id="OWN", sector=PlaceProvider.PR1),
            Provider(provider_id="COUNCIL", sector=PlaceProvider.PR2, authority="E10000025"),
            Provider(provider_id="AGENCY", sector=PlaceProvider.PR4),
        ],
        agreements=[draw(agreements(each)) for each in ("A1", "A2", "A3")],
        referrals=[
            Referral(
                referral_id=f"R-{child_id}",
                child_ids=(child_id,),
                received_on=AS_OF,
                needed_by=draw(some([AS_OF, AS_OF + timedelta(14)])),
                timescale=draw(some(Timescale)),
                settings_sought=draw(
                    st.frozensets(some([Setting.FOSTER, Setting.SUPPORTED, Setting.CONNECTED]))
                ),
                child_views_on=draw(some([None, AS_OF])),
                family_views_on=draw(some([None, AS_OF])),
            )
            for child_id in referred
        ],
        placements=[
            Placement(
                child_id=child_id,
                home_id=draw(some(HOMES)),
                started_on=date(2025, 1, 1),
                agreement_id=draw(some([None, "A1"])),
                may_move=draw(st.booleans()),
            )
            for child_id in placed
        ],
        residents=[draw(residents(each)) for each in draw(st.sampled_from([(), ("X1", "X2")]))],
        holds=[draw(holds(each)) for each in draw(st.sampled_from([(), ("S1", "S2")]))],
        exemptions=[draw(exemptions(each)) for each in draw(some([(), ("E1", "E2", "E3")]))],
        locations=PLACES,
    )
