"""What stands in the way of a home, and what would place a child: confirmed by solving again."""

from __future__ import annotations

import pytest

from matcher.domain.agreement import Budget
from matcher.domain.home import TermsOfApproval
from matcher.domain.sibling_group import SiblingGroup, Together
from matcher.engine import engine_for
from matcher.errors import UsageError
from matcher.explaining.unblocking import ChangeKind
from matcher.policy import Policy
from tests.builders import a_child, a_home, a_referral, a_world, miles_east, siblings

POLICY = Policy.named("balanced").replace(minimum_match_points=0)


def blockage(world, child="C-1"):
    return engine_for(world, POLICY).unblock(child)


def test_nothing_stands_in_the_way_of_a_child_who_is_placed():
    found = blockage(a_world([a_child()], [a_home()]))
    assert found.sentence == "Nothing: today's best plan places C-1 in H-1."
    assert found.remedies == ()


def test_a_full_home_asks_for_a_bed_and_a_closed_one_for_an_exemption():
    homes = [
        a_home("H-1", 1, beds_usable=0),
        a_home("H-2", 1, terms=TermsOfApproval(age_to=5), postcode=miles_east(30).postcode),
    ]
    found = blockage(a_world([a_child()], homes))
    assert [(each.kind, each.home_id, each.rule) for each in found.remedies] == [
        (ChangeKind.BED, "H-1", None),
        (ChangeKind.EXEMPTION, "H-2", "APPROVAL_AGE"),
    ]
    assert [each.lives_in for each in found.remedies] == ["H-1", "H-2"]
    assert {each.status for each in found.remedies} == {"optimal"}
    assert found.remedies[0].gain_points > found.remedies[1].gain_points > 0
    assert len(found.smallest_rules) == 1


def test_the_smallest_set_of_rules_is_that_of_the_home_with_fewest():
    homes = [
        a_home("H-1", 1, beds_usable=0, terms=TermsOfApproval(age_to=5)),
        a_home("H-2", 1, terms=TermsOfApproval(age_to=5)),
    ]
    found = blockage(a_world([a_child()], homes))
    assert (found.smallest_home_id, found.smallest_rules) == ("H-2", ("APPROVAL_AGE",))
    assert "the nearest to it is H-2, closed by APPROVAL_AGE" in found.sentence


def test_money_that_is_missing_is_named_to_the_pound():
    world = a_world([a_child()], [a_home()], budgets=[Budget(weekly_pence=10_000)])
    found = blockage(world)
    (remedy,) = [each for each in found.remedies if each.kind is ChangeKind.BUDGET]
    assert remedy.weekly_pence == 50_000
    assert remedy.sentence.startswith("£500 a week more in the budgets")
    assert "others have the beds or the money" in found.sentence


def test_where_others_have_the_bed_one_more_places_everybody():
    children = [a_child("C-1", 10), a_child("C-2", 10)]
    referrals = [a_referral("R-1", "C-1"), a_referral("R-2", "C-2")]
    world = a_world(children, [a_home("H-1", 1)], referrals=referrals)
    unplaced = engine_for(world, POLICY).assign().unplaced[0].child_id
    found = blockage(world, unplaced)
    assert [(each.kind, each.lives_in) for each in found.remedies] == [(ChangeKind.BED, "H-1")]


def test_siblings_who_must_stay_together_are_placed_together():
    group = SiblingGroup(sibling_group_id="S-1", together=Together.REQUIRED)
    world = a_world(siblings(9, 7), [a_home("H-1", 1)], sibling_groups=[group])
    found = blockage(world)
    assert found.together_with == ("C-2",)
    assert found.remedies[0].sentence.startswith("2 more beds in H-1")


def test_a_missing_fact_is_to_be_asked_for():
    found = blockage(a_world([a_child()], [a_home(terms=None)]))
    assert found.to_ask == ("H-1",)
    assert found.remedies == ()
    assert "facts are missing" in found.sentence


def test_only_children_who_wait_can_be_asked_about():
    world = a_world([a_child("C-1"), a_child("C-2")], [a_home()], referrals=[a_referral()])
    with pytest.raises(UsageError, match="does not wait"):
        blockage(world, "C-2")
