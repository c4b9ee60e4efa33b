"""Hypothesis strategies for every kind of record.

Values are valid and varied rather than
likely: identifiers with every allowed character, words in any script, sets recorded as
empty. Postcodes are drawn from a short list of real ones, so that distances can be found.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.child import (
    Child,
    Contact,
    ContactWith,
    HouseholdRisk,
    PermanencePlan,
    SafetyZone,
    School,
    Voice,
    Wish,
    WishTopic,
    ZoneReason,
)
from matcher.domain.codes import (
    CategoryOfNeed,
    Ethnicity,
    LegalStatus,
    PlaceCode,
    PlaceProvider,
    Sex,
)
from matcher.domain.home import Grade, Home, Household, Setting, TermsOfApproval
from matcher.domain.need import Adaptation, AssessmentSource, Capability, Need, NeedDomain
from matcher.domain.placement import (
    Exemption,
    Placement,
    Resident,
    ResidentKind,
)
from matcher.domain.referral import Referral, Timescale
from matcher.domain.sibling_group import AssessorRole
from matcher.geography.location import Location, Precision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy


T = TypeVar("T")

AS_OF = date(2025, 3, 31)

LOCATIONS = {
    location.postcode: location
    for location in (
        Location("HP13 7PR", 487_000, 193_000, "E06000060", Precision.POSTCODE),
        Location("HP20 1UA", 482_000, 213_500, "E06000060", Precision.POSTCODE),
        Location("MK18 1EN", 469_500, 234_000, "E06000060", Precision.POSTCODE),
        Location("SL1 1AA", 497_500, 179_900, "E06000039", Precision.POSTCODE),
        Location("LS1 4AP", 429_800, 433_600, "E08000035", Precision.POSTCODE),
        Location("HP13", 487_200, 193_400, "E06000060", Precision.OUTCODE),
        Location("HP13 9ZZ", 487_200, 193_400, "E06000060", Precision.OUTCODE),
        Location("BT1 5GS", None, None, "N09000003", Precision.POSTCODE),
        Location("ZZ9 9ZZ", None, None, None, Precision.UNKNOWN),
    )
}
"""Roughly where these postcodes lie; enough to be near and far, known and unknown."""


class FewPostcodes:
    """A directory of the postcodes above, for reading without the real one."""

    def find_all(self, postcodes: Iterable[str]) -> dict[str, Location]:
        """Return those that are known."""
        return {each: LOCATIONS[each] for each in postcodes if each in LOCATIONS}


def maybe(strategy: SearchStrategy[T]) -> SearchStrategy[T | None]:
    """Draw a value, or None for not known."""
    return st.none() | strategy


dates = st.dates(min_value=date(1990, 1, 1), max_value=date(2035, 12, 31))
postcodes = st.sampled_from(sorted(LOCATIONS))
authorities = st.sampled_from(["E06000060", "E06000039", "E08000035", "W06000015"])
pence = st.integers(0, 10_000_000)
levels = st.integers(0, 4)
ages = st.integers(0, 25)
identifiers = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,12}", fullmatch=True) | st.sampled_from(
    ["none", "0001", "1E5", "3.0", "A_x0041_", "TRUE", "01/02/2025"]
)
words = st.sampled_from(
    ["none", "english", "=sum", "#ref!", "a\u200b", "-", "+plus", "'quoted'", "a;b", "back\\slash"]
) | (
    st.text(min_size=1, max_size=12)
    .map(lambda text: text.strip().lower().strip())
    .filter(lambda text: text and not any(c.isdecimal() or c == "@" for c in text))
).filter(lambda text: len(text) <= 40)


def _sets(strategy: SearchStrategy[T], most: int = 3) -> SearchStrategy[frozenset[T]]:
    return st.frozensets(strategy, max_size=most)


def tuples(strategy: SearchStrategy[T], most: int = 3) -> SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


def _by_domain(strategy: Any) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=4, unique_by=lambda each: each.domain).map(tuple)


def one_of_ids(ids: Sequence[str]) -> SearchStrategy[str]:
    return st.sampled_from(ids) if ids else st.nothing()


def some(ids: Sequence[str], most: int = 3) -> SearchStrategy[list[str]]:
    if not ids:
        return st.just([])
    return st.lists(st.sampled_from(ids), max_size=most, unique=True)


needs = st.builds(
    Need,
    domain=st.sampled_from(NeedDomain),
    level=levels,
    non_negotiable=st.booleans(),
    assessed_on=maybe(dates),
    source=maybe(st.sampled_from(AssessmentSource)),
)
capabilities = st.builds(Capability, domain=st.sampled_from(NeedDomain), level=levels)
safety_zones = st.builds(
    SafetyZone,
    postcode=postcodes,
    radius_miles=st.floats(0.01, 200, allow_nan=False),
    reason=st.sampled_from(ZoneReason),
    until=maybe(dates),
) | st.builds(SafetyZone, authority=authorities, reason=st.sampled_from(ZoneReason))
contacts = st.builds(
    Contact,
    with_whom=st.sampled_from(ContactWith),
    postcode=postcodes,
    times_a_month=st.floats(0, 31, allow_nan=False),
)
schools = st.builds(
    School, postcode=postcodes, urn=maybe(st.integers(100_000, 999_999)), keep=st.booleans()
)
households = st.builds(
    Household,
    adult_men=maybe(st.integers(0, 20)),
    adult_women=maybe(st.integers(0, 20)),
    own_children_ages=maybe(tuples(ages)),
    pets=maybe(st.booleans()),
    smokers=maybe(st.booleans()),
    ethnicities=maybe(_sets(st.sampled_from(Ethnicity))),
    religions=maybe(_sets(words)),
    languages=maybe(_sets(words)),
)
terms = st.builds(
    TermsOfApproval,
    age_from=maybe(st.integers(0, 12)),
    age_to=maybe(st.integers(12, 25)),
    sex=maybe(st.sampled_from(Sex)),
    number=maybe(st.integers(1, 100)),
)
providers = st.builds(
    Provider,
    provider_id=identifiers,
    sector=st.sampled_from(PlaceProvider),
    authority=maybe(authorities),
    urn=maybe(st.integers(1, 99_999_999)),
)


@st.composite
def wishes(draw: DrawFn, home_ids: Sequence[str] = ("H-1",)) -> Wish:
    """Draw a wish; those that name a home name one of ``home_ids``."""
    topic = draw(st.sampled_from(WishTopic))
    names = topic in (WishTopic.THIS_HOME, WishTopic.NOT_THIS_HOME)
    return Wish(
        voice=draw(st.sampled_from(Voice)),
        topic=topic,
        home_id=draw(st.sampled_from(home_ids)) if names else None,
    )


@st.composite
def children(
    draw: DrawFn,
    child_id: str | None = None,
    sibling_group_ids: Sequence[str] = (),
    child_ids: Sequence[str] = (),
) -> Child:
    """Draw a child; groups and incompatible children are among those given."""
    child_id = draw(identifiers) if child_id is None else child_id
    return draw(
        st.builds(
            Child,
            child_id=st.just(child_id),
            responsible_authority=authorities,
            date_of_birth=maybe(st.dates(date(2000, 1, 1), AS_OF)),
            sex=maybe(st.sampled_from(Sex)),
            ethnicity=maybe(st.sampled_from(Ethnicity)),
            religion=maybe(words),
            languages=tuples(words),
            unaccompanied=st.booleans(),
            home_postcode=maybe(postcodes),
            legal_status=maybe(st.sampled_from(LegalStatus)),
            category_of_need=maybe(st.sampled_from(CategoryOfNeed)),
            permanence_plan=maybe(st.sampled_from(PermanencePlan)),
            needs=_by_domain(needs),
            adaptations=_sets(st.sampled_from(Adaptation)),
            solo=st.booleans(),
            incompatible_with=some([i for i in child_ids if i != child_id], 2).map(frozenset),
            household_risks=_sets(st.sampled_from(HouseholdRisk)),
            may_share_bedroom=maybe(st.booleans()),
            safety_zones=tuples(safety_zones, 2),
            school=maybe(schools),
            contacts=tuples(contacts, 2),
            wishes=tuples(wishes(), 2),
            ehcp=maybe(st.booleans()),
            secure_order=st.booleans(),
            secure_minister_approval=st.booleans(),
            deprivation_of_liberty=st.booleans(),
            deprivation_of_liberty_order=st.booleans(),
            away_for_safety=st.booleans(),
            parent_in_placement=st.booleans(),
            asthma_or_heart_condition=st.booleans(),
            sibling_group_id=maybe(one_of_ids(sibling_group_ids))
            if sibling_group_ids
            else st.none(),
        )
    )


@st.composite
def homes(
    draw: DrawFn,
    home_id: str | None = None,
    provider_ids: Sequence[str] = ("P-1",),
    agreement_ids: Sequence[str] = (),
    child_ids: Sequence[str] = (),
) -> Home:
    """Draw a home; its provider, agreements and connected children are among those given."""
    approved = draw(st.integers(0, 8))
    return draw(
        st.builds(
            Home,
            home_id=identifiers if home_id is None else st.just(home_id),
            setting=st.sampled_from(Setting),
            provider_id=one_of_ids(provider_ids),
            postcode=maybe(postcodes),
            terms=maybe(terms),
            registered=maybe(st.booleans()),
            urn=maybe(st.integers(1, 99_999_999)),
            grade=maybe(st.sampled_from(Grade)),
            beds_approved=st.just(approved),
            beds_usable=st.integers(0, approved),
            bedrooms=maybe(st.integers(0, 8)),
            capabilities=_by_domain(capabilities),
            adaptations=maybe(_sets(st.sampled_from(Adaptation))),
            household=households,
            agreement_ids=some(agreement_ids).map(tuple),
            weekly_fee_pence=maybe(pence),
            available_from=maybe(dates),
            vacancy_confirmed_on=maybe(dates),
            emergency_only=st.booleans(),
            connected_to=some(child_ids).map(frozenset),
            temporary_approval_until=maybe(dates),
            takes_parent_and_child=st.booleans(),
            long_term=maybe(st.booleans()),
            post_18=maybe(st.booleans()),
            quality_visit_due=maybe(dates),
        )
    )


@st.composite
def agreements(
    draw: DrawFn, agreement_id: str | None = None, provider_ids: Sequence[str] = ("P-1",)
) -> Agreement:
    """Draw an agreement with a fee table of which no two rows overlap."""
    route = draw(st.sampled_from(Route))
    starts = draw(maybe(dates))
    bands = draw(st.sampled_from([(), ((0, 25),), ((0, 9), (10, 15)), ((5, 10), (11, 17))]))
    fees = tuple(
        Fee(age_from=low, age_to=high, need_from=need, need_to=4, weekly_fee_pence=draw(pence))
        for low, high in bands
        for need in (draw(levels),)
    )
    block = route is Route.BLOCK
    return Agreement(
        agreement_id=draw(identifiers) if agreement_id is None else agreement_id,
        provider_id=draw(one_of_ids(provider_ids)),
        route=route,
        tier=draw(st.integers(1, 9)) if route is Route.FRAMEWORK else None,
        starts=starts,
        ends=None if starts is None else draw(maybe(st.just(starts + timedelta(days=400)))),
        fees=fees,
        sibling_discount_percent=draw(st.integers(0, 100)),
        solo_extra_pence=draw(pence),
        parent_and_child_extra_pence=draw(pence),
        block_beds=draw(st.integers(0, 500)) if block else 0,
        block_weekly_pence=draw(st.integers(0, 1_000_000_000)) if block else 0,
        share_percent=draw(st.integers(0, 100)),
    )


@st.composite
def referrals(draw: DrawFn, referral_id: str, child_ids: Sequence[str]) -> Referral:
    """Draw a referral of one to three of the children."""
    received = draw(dates)
    return Referral(
        referral_id=referral_id,
        child_ids=tuple(
            draw(st.lists(st.sampled_from(child_ids), min_size=1, max_size=3, unique=True))
        ),
        received_on=received,
        needed_by=received + timedelta(days=draw(st.integers(0, 90))),
        timescale=draw(st.sampled_from(Timescale)),
        settings_sought=draw(_sets(st.sampled_from(Setting))),
        expected_weeks=draw(maybe(st.integers(1, 1000))),
        child_views_on=draw(maybe(dates)),
        family_views_on=draw(maybe(dates)),
    )


@st.composite
def placements(
    draw: DrawFn, child_id: str, home_ids: Sequence[str], agreement_ids: Sequence[str] = ()
) -> Placement:
    """Draw a child's placement in one of the homes."""
    return draw(
        st.builds(
            Placement,
            child_id=st.just(child_id),
            home_id=one_of_ids(home_ids),
            started_on=dates,
            place_code=maybe(st.sampled_from(PlaceCode)),
            agreement_id=maybe(one_of_ids(agreement_ids)) if agreement_ids else st.none(),
            weekly_fee_pence=maybe(pence),
            expected_end=maybe(dates),
            may_move=st.booleans(),
        )
    )


@st.composite
def residents(draw: DrawFn, resident_id: str, home_ids: Sequence[str]) -> Resident:
    """Draw somebody else who lives in one of the homes."""
    return draw(
        st.builds(
            Resident,
            resident_id=st.just(resident_id),
            home_id=one_of_ids(home_ids),
            kind=st.sampled_from(ResidentKind),
            responsible_authority=maybe(authorities),
            age=maybe(ages),
            sex=maybe(st.sampled_from(Sex)),
            solo=st.booleans(),
            incompatible_with=_sets(identifiers, 2),
            sibling_group_id=maybe(identifiers),
        )
    )


@st.composite
def exemptions(
    draw: DrawFn, exemption_id: str, child_ids: Sequence[str], home_ids: Sequence[str]
) -> Exemption:
    """Draw an exemption for some of the children, in one of the homes or in any."""
    named = draw(some(child_ids))
    granted = draw(dates)
    return Exemption(
        exemption_id=exemption_id,
        rule=draw(st.sampled_from(["FOSTERING_LIMIT", "TERMS_AGE", "A1"])),
        child_ids=frozenset(named),
        home_id=draw(maybe(one_of_ids(home_ids)) if named else one_of_ids(home_ids)),
        granted_by=draw(st.sampled_from(AssessorRole)),
        granted_on=granted,
        until=draw(maybe(st.just(granted + timedelta(days=90)))),
    )
