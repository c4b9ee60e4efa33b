"""Plans: who is decided about, who arrives together, and from which day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from matcher.domain.placement import Placement
from matcher.domain.plan import (
    Assigned,
    Party,
    Plan,
    decided_children,
    extra_households,
    first_days,
    least_households,
    parties,
    stays,
)
from matcher.domain.sibling_group import SiblingGroup, SiblingLink, Together
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, siblings

SOON, LATER = AS_OF + timedelta(days=4), AS_OF + timedelta(days=20)


def lives(child_id: str, home_id: str, **changes: Any) -> Placement:
    return Placement(child_id=child_id, home_id=home_id, started_on=AS_OF, **changes)


def test_a_plan_is_the_same_whatever_the_order():
    plan = Plan.of({"C-2": "H-1", "C-3": None, "C-1": "H-2"})
    assert plan == Plan.of({"C-1": "H-2", "C-2": "H-1", "C-3": None})
    assert plan.placements == (Assigned("C-1", "H-2"), Assigned("C-2", "H-1"))
    assert list(plan.home_of.items()) == [("C-1", "H-2"), ("C-2", "H-1"), ("C-3", None)]


def test_a_plan_decides_about_those_who_wait_and_those_who_may_move():
    world = a_world(
        [a_child(f"C-{at}") for at in range(1, 5)],
        [a_home("H-1", 3)],
        referrals=[a_referral("R-1", "C-4", "C-3")],
        placements=[lives("C-1", "H-1", may_move=True), lives("C-2", "H-1"), lives("C-3", "H-1")],
    )
    assert decided_children(world, may_move=False) == ("C-4",)
    assert decided_children(world, may_move=True) == ("C-1", "C-4")
    assert stays(world, "C-1", "H-1")
    assert not stays(world, "C-4", "H-1")


def test_siblings_share_their_earliest_day_and_it_is_never_past():
    world = a_world(
        [*siblings(5, 7, 9), a_child("C-4"), a_child("C-5")],
        [a_home()],
        referrals=[
            a_referral("R-1", "C-1", needed_by=LATER),
            a_referral("R-2", "C-2", needed_by=SOON),
            a_referral(
                "R-3",
                "C-4",
                received_on=AS_OF - timedelta(days=9),
                needed_by=AS_OF - timedelta(days=2),
            ),
        ],
    )
    days = first_days(world, ["C-1", "C-2", "C-3", "C-4", "C-5"])
    assert days == {"C-1": SOON, "C-2": SOON, "C-3": SOON, "C-4": AS_OF, "C-5": AS_OF}
    assert first_days(world, ["C-1", "C-3"])["C-3"] == LATER


def test_siblings_in_one_home_are_one_party():
    world = a_world([*siblings(5, 7, 9), a_child("C-4")], [a_home("H-1", 4), a_home("H-2")])
    home_of = {"C-4": "H-1", "C-3": "H-2", "C-2": "H-1", "C-1": "H-1"}
    assert parties(world, home_of) == (
        Party("H-1", ("C-1", "C-2"), SOON),
        Party("H-1", ("C-4",), SOON),
        Party("H-2", ("C-3",), SOON),
    )


@pytest.mark.parametrize(
    ("links", "fewest"),
    [
        ((), 1),
        ((("C-1", "C-2"),), 2),
        ((("C-1", "C-2"), ("C-2", "C-3"), ("C-1", "C-3")), 3),
        ((("C-1", "C-2"), ("C-2", "C-3"), ("C-3", "C-4"), ("C-4", "C-1")), 2),
    ],
)
def test_the_fewest_homes_given_who_must_be_apart(links, fewest):
    group = SiblingGroup(
        sibling_group_id="S-1",
        links=tuple(SiblingLink(child_a=a, child_b=b, together=Together.APART) for a, b in links),
    )
    world = a_world(siblings(5, 7, 9, 11), [a_home()], sibling_groups=[group])
    assert least_households(world, "S-1", ["C-1", "C-2", "C-3", "C-4"]) == fewest
    assert least_households(world, "S-1", []) == 0


@pytest.mark.parametrize(
    ("homes", "extra"),
    [
        (("H-1", "H-1", "H-1"), 0),
        (("H-1", "H-2", "H-1"), 1),
        (("H-1", "H-2", "H-3"), 2),
        (("H-1", None, None), 0),
        ((None, None, None), 0),
        (("H-1", "H-2", None), 1),
    ],
)
def test_extra_households(homes, extra):
    world = a_world(siblings(5, 7, 9), [a_home(f"H-{at}") for at in (1, 2, 3)])
    home_of = dict(zip(("C-1", "C-2", "C-3"), homes, strict=True))
    assert extra_households(world, home_of) == extra


def test_siblings_who_must_live_apart_are_not_split():
    group = SiblingGroup(sibling_group_id="S-1", together=Together.APART)
    world = a_world(siblings(5, 7), [a_home(), a_home("H-2")], sibling_groups=[group])
    assert extra_households(world, {"C-1": "H-1", "C-2": "H-2"}) == 0
