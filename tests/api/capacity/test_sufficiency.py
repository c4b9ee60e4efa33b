"""Needs of children against beds: every child and bed counted where it belongs."""

from __future__ import annotations

from api.capacity.sufficiency import NOT_KNOWN, Row, sufficiency
from matcher.domain.need import Need, NeedDomain
from matcher.domain.placement import Placement
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world


def test_children_and_beds_are_counted_by_area_age_need_and_route() -> None:
    high = (Need(domain=NeedDomain.SELF_HARM, level=4, assessed_on=AS_OF),)
    world = a_world(
        [
            a_child("C-1", 9, home_postcode="HP13 7PR"),
            a_child("C-2", 16, home_postcode="HP13 7PR", needs=high),
            a_child("C-3", 16, home_postcode=None),
            a_child("C-4", 15, home_postcode=None, unaccompanied=True),
        ],
        [a_home("H-1", beds=3, postcode="HP13 5AA"), a_home("H-2", beds=1, postcode="SL7 1AA")],
        referrals=[a_referral("R-1", "C-1"), a_referral("R-2", "C-3")],
        placements=[
            Placement(child_id="C-2", home_id="H-2", started_on=AS_OF),
            Placement(child_id="C-4", home_id="H-1", started_on=AS_OF),
        ],
    )
    found = sufficiency(world)
    assert found.by_area[0] == Row("HP13", 2, 1, 3, 2)
    assert Row("SL7", 0, 0, 1, 0) in found.by_area
    assert Row(NOT_KNOWN, 1, 1, 0, 0) in found.by_area
    ages = {row.name: row for row in found.by_age}
    assert (ages["5 to 10"].children, ages["5 to 10"].waiting) == (1, 1)
    assert (ages["16 to 17"].children, ages["16 to 17"].waiting) == (2, 1)
    assert sum(row.children for row in found.by_age) == 4
    needs = {row.name: row.children for row in found.by_need}
    assert needs[NeedDomain.SELF_HARM.label] == 1
    assert sum(row.children for row in found.by_setting) == 2
    assert sum(row.beds for row in found.by_route) == 4
    assert sum(row.free for row in found.by_setting) == 2


def test_a_home_whose_terms_are_not_recorded_stands_for_no_age() -> None:
    world = a_world([a_child()], [a_home("H-1", beds=2, terms=None)])
    assert {row.beds for row in sufficiency(world).by_age} == {0}
