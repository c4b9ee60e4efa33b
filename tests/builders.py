"""Small worlds for tests: everything known and lawful unless the test says otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.child import Child
from matcher.domain.codes import PlaceProvider, Sex
from matcher.domain.home import Home, Household, Setting, TermsOfApproval
from matcher.domain.need import Capability, Need, NeedDomain
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup
from matcher.domain.world import World, make_world
from matcher.geography.location import Location, Precision

AS_OF = date(2025, 3, 31)
BUCKS = "E06000060"


def miles_east(miles: int) -> Location:
    """Return a place so many whole miles, 0 to 99, east of the children's own homes."""
    tens, ones = divmod(miles, 10)
    code = f"HP{tens + 1} {ones}AA"
    return Location(code, 480_000 + round(miles * 1609.3), 200_000, BUCKS, Precision.POSTCODE)


HOME_POSTCODE = "HP20 1UA"


def a_child(child_id: str = "C-1", age: int = 9, **changes: Any) -> Child:
    """Return a boy with moderate assessed needs in every domain."""
    values: dict[str, Any] = {
        "child_id": child_id,
        "responsible_authority": BUCKS,
        "date_of_birth": date(AS_OF.year - age, 1, 15),
        "sex": Sex.MALE,
        "home_postcode": HOME_POSTCODE,
        "needs": tuple(
            Need(domain=domain, level=1, assessed_on=AS_OF - timedelta(days=30))
            for domain in NeedDomain
        ),
    }
    return Child.model_validate({**values, **changes})


def a_home(home_id: str = "H-1", beds: int = 1, **changes: Any) -> Home:
    """Return an in-house foster household about which everything is known."""
    values: dict[str, Any] = {
        "home_id": home_id,
        "setting": Setting.FOSTER,
        "provider_id": "P-1",
        "postcode": "HP1 0AA",
        "terms": TermsOfApproval(),
        "registered": True,
        "beds_approved": beds,
        "beds_usable": beds,
        "capabilities": tuple(Capability(domain=domain, level=2) for domain in NeedDomain),
        "adaptations": frozenset(),
        "household": Household(
            adult_men=1,
            adult_women=1,
            own_children_ages=(),
            pets=False,
            smokers=False,
            ethnicities=frozenset(),
            religions=frozenset(),
            languages=frozenset(),
        ),
        "agreement_ids": ("A-1",),
        "vacancy_confirmed_on": AS_OF - timedelta(days=1),
        "long_term": True,
        "post_18": True,
        "quality_visit_due": AS_OF + timedelta(days=200),
    }
    return Home.model_validate({**values, **changes})


def a_referral(referral_id: str = "R-1", *child_ids: str, **changes: Any) -> Referral:
    """Return a planned request for a home in four days' time."""
    values: dict[str, Any] = {
        "referral_id": referral_id,
        "child_ids": child_ids or ("C-1",),
        "received_on": AS_OF,
        "needed_by": AS_OF + timedelta(days=4),
        "child_views_on": AS_OF,
        "family_views_on": AS_OF,
    }
    return Referral.model_validate({**values, **changes})


def siblings(*ages: int, group: str = "S-1", **changes: Any) -> list[Child]:
    """Return brothers C-1, C-2, ... of one group."""
    return [
        a_child(f"C-{at}", age, sibling_group_id=group, **changes) for at, age in enumerate(ages, 1)
    ]


def a_world(
    children: list[Child],
    homes: list[Home],
    *,
    referrals: list[Referral] | None = None,
    **rest: Any,
) -> World:
    """Return a world with one in-house agreement, in which all the children are referred."""
    groups = {child.sibling_group_id for child in children if child.sibling_group_id}
    values: dict[str, Any] = {
        "providers": [
            Provider(provider_id="P-1", sector=PlaceProvider.PR1, authority=BUCKS),
            Provider(provider_id="P-2", sector=PlaceProvider.PR4),
        ],
        "agreements": [
            Agreement(
                agreement_id="A-1",
                provider_id="P-1",
                route=Route.IN_HOUSE,
                fees=(Fee(weekly_fee_pence=50_000),),
                sibling_discount_percent=10,
            ),
            Agreement(
                agreement_id="A-2",
                provider_id="P-2",
                route=Route.FRAMEWORK,
                tier=1,
                fees=(Fee(weekly_fee_pence=90_000),),
            ),
        ],
        "sibling_groups": [SiblingGroup(sibling_group_id=group) for group in sorted(groups)],
    }
    if referrals is None:
        referrals = [a_referral("R-1", *[child.child_id for child in children])]
    home = Location(HOME_POSTCODE, 480_000, 200_000, BUCKS, Precision.POSTCODE)
    places = {place.postcode: place for place in map(miles_east, range(100))}
    places[HOME_POSTCODE] = home
    return make_world(
        as_of=AS_OF,
        authority=BUCKS,
        children=children,
        homes=homes,
        referrals=referrals,
        locations={**places, **rest.pop("locations", {})},
        **{**values, **rest},
    )
