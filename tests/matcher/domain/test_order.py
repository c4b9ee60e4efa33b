"""Rows come in any order; a World, its hash and every answer are the same."""

from __future__ import annotations

from matcher.domain.agreement import Agreement, Fee, Route
from matcher.domain.child import Contact, ContactWith, SafetyZone, Voice, Wish, WishTopic
from tests.builders import a_child, a_home, a_referral, a_world


def test_what_has_no_order_of_its_own_loses_the_order_of_input():
    wishes = (
        Wish(voice=Voice.CHILD, topic=WishTopic.PETS),
        Wish(voice=Voice.CHILD, topic=WishTopic.NEAR_HOME),
    )
    contacts = tuple(
        Contact(with_whom=ContactWith.PARENT, postcode=f"HP{at} 1AA", times_a_month=1)
        for at in (3, 1)
    )
    zones = (
        SafetyZone(postcode="HP1 1AA", radius_miles=3),
        SafetyZone(authority="E06000060"),
    )
    fees = (
        Fee(age_from=10, weekly_fee_pence=2),
        Fee(age_to=9, weekly_fee_pence=1),
    )

    def world(step):
        child = a_child(
            wishes=wishes[::step],
            contacts=contacts[::step],
            safety_zones=zones[::step],
            languages=("english", "urdu")[::step],
            needs=a_child().needs[::step],
        )
        agreements = [
            Agreement(
                agreement_id=f"A-{at}", provider_id="P-1", route=Route.IN_HOUSE, fees=fees[::step]
            )
            for at in (1, 2)
        ]
        home = a_home(agreement_ids=("A-1", "A-2")[::step])
        return a_world(
            [child, a_child("C-2")],
            [home],
            referrals=[a_referral("R-1", *("C-1", "C-2")[::step])],
            agreements=agreements[::step],
        )

    assert world(1) == world(-1)
    assert world(1).data_hash == world(-1).data_hash
