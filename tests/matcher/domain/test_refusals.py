"""Records refuse what cannot be so, in a sentence that says what would be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from matcher.domain.agreement import Agreement, Fee, Route
from matcher.domain.child import SafetyZone, Voice, Wish, WishTopic
from matcher.domain.home import TermsOfApproval
from matcher.domain.need import Capability, Need, NeedDomain
from matcher.domain.placement import Exemption, Hold, HoldKind, HoldScope, Placement
from matcher.domain.sibling_group import AssessorRole, SiblingLink, Together
from matcher.errors import DataError
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world

if TYPE_CHECKING:
    from collections.abc import Callable

BEFORE = AS_OF - timedelta(days=1)
CARE = NeedDomain.BEHAVIOUR


def an_agreement(**changes: Any) -> Agreement:
    values = {"agreement_id": "A-1", "provider_id": "P-1", "route": Route.SPOT}
    return Agreement(**{**values, **changes})


def a_hold(**changes: Any) -> Hold:
    values = {
        "hold_id": "S-1",
        "scope": HoldScope.HOME,
        "target_id": "H-1",
        "kind": HoldKind.LADO,
        "starts": AS_OF,
    }
    return Hold(**{**values, **changes})


def an_exemption(**changes: Any) -> Exemption:
    values = {
        "exemption_id": "E-1",
        "rule": "APPROVAL_AGE",
        "home_id": "H-1",
        "granted_by": AssessorRole.TEAM_MANAGER,
        "granted_on": AS_OF,
    }
    return Exemption(**{**values, **changes})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Fee(age_from=9, age_to=5, weekly_fee_pence=1), "smaller to a larger age"),
        (lambda: Fee(need_from=3, need_to=2, weekly_fee_pence=1), "smaller to a larger age"),
        (lambda: an_agreement(starts=AS_OF, ends=BEFORE), "on or after the day it starts"),
        (lambda: an_agreement(route=Route.FRAMEWORK), "a framework agreement has a tier"),
        (lambda: an_agreement(tier=1), "other agreements have none"),
        (lambda: an_agreement(block_beds=1), "only a block agreement"),
        (
            lambda: an_agreement(
                fees=(
                    Fee(age_to=10, weekly_fee_pence=1),
                    Fee(age_from=10, weekly_fee_pence=2),
                )
            ),
            "two fee rows cover the same age and need",
        ),
        (lambda: SafetyZone(postcode="HP13 7PR"), "a postcode with a radius, or an authority"),
        (
            lambda: SafetyZone(postcode="HP13 7PR", radius_miles=1, authority="E06000060"),
            "a postcode with a radius, or an authority",
        ),
        (lambda: Wish(voice=Voice.CHILD, topic=WishTopic.THIS_HOME), "name a home"),
        (
            lambda: Wish(voice=Voice.CHILD, topic=WishTopic.PETS, home_id="H-1"),
            "other wishes do not",
        ),
        (
            lambda: a_child(needs=(Need(domain=CARE, level=1), Need(domain=CARE, level=2))),
            "at most one need in a domain",
        ),
        (lambda: a_child(incompatible_with=frozenset({"C-1"})), "incompatible with themselves"),
        (lambda: TermsOfApproval(age_from=9, age_to=5), "smaller to a larger age"),
        (lambda: a_home(beds_approved=1, beds_usable=2), "at most those approved"),
        (
            lambda: a_home(
                capabilities=(Capability(domain=CARE, level=1), Capability(domain=CARE, level=2))
            ),
            "at most one capability in a domain",
        ),
        (lambda: an_exemption(home_id=None), "names children, a home, or both"),
        (lambda: an_exemption(until=BEFORE), "on or after the day it was granted"),
        (lambda: a_hold(beds=1), "other holds stop all of them"),
        (lambda: a_hold(kind=HoldKind.RESERVED), "says how many beds"),
        (
            lambda: a_hold(kind=HoldKind.RESERVED, beds=1, scope=HoldScope.PROVIDER),
            "reserved in a home",
        ),
        (lambda: a_hold(until=BEFORE), "on or after the day it starts"),
        (lambda: a_referral("R-1", "C-1", "C-1"), "names each child once"),
        (lambda: a_referral(needed_by=BEFORE), "on or after the day the request was received"),
        (
            lambda: SiblingLink(child_a="C-1", child_b="C-1", together=Together.REQUIRED),
            "two different children",
        ),
    ],
)
def test_records_refuse(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        make()
    assert said in str(caught.value)


def test_one_identifier_is_one_record() -> None:
    with pytest.raises(DataError, match=r"The home H-1 occurs twice\. Remove one"):
        a_world([], [a_home(), a_home()])


def test_every_reference_that_leads_nowhere_is_named_up_to_five() -> None:
    with pytest.raises(DataError) as caught:
        a_world([a_child()], [a_home(agreement_ids=("A-9",))])
    assert str(caught.value) == (
        "homes: H-1 names agreement_ids A-9, which is not in the data. Add it, or correct the "
        "reference."
    )
    children = [a_child(f"C-{at}") for at in range(7)]
    lost = [
        Placement(child_id=each.child_id, home_id="H-9", started_on=BEFORE) for each in children
    ]
    with pytest.raises(DataError) as caught:
        a_world(children, [], placements=lost, referrals=[])
    assert str(caught.value).count("which is not in the data") == 5
    assert str(caught.value).endswith("And 2 more.")


def test_an_agreement_prices_only_what_its_rows_cover() -> None:
    agreement = an_agreement(fees=(Fee(age_to=10, need_to=2, weekly_fee_pence=700),))
    assert agreement.weekly_fee_pence(10, 2) == 700
    assert agreement.weekly_fee_pence(11, 2) is None
    assert agreement.weekly_fee_pence(10, 3) is None
    assert agreement.in_force(date.min)
