"""Other plans and their prices: each against what can be worked out by hand."""

from __future__ import annotations

import pytest

from matcher.engine import engine_for
from matcher.errors import UsageError
from matcher.explaining.beds import one_more_bed
from matcher.policy import Policy
from tests.builders import a_child, a_home, a_referral, a_world, miles_east, siblings

POLICY = Policy.named("balanced").replace(minimum_match_points=0)


def two_children_two_homes():
    """Both children want the near home; the other is farther."""
    homes = [
        a_home("H-1", 1, postcode=miles_east(1).postcode),
        a_home("H-2", 1, postcode=miles_east(30).postcode),
    ]
    far_child = a_child("C-2", home_postcode=miles_east(30).postcode)
    referrals = [a_referral("R-1", "C-1"), a_referral("R-2", "C-2")]
    return engine_for(a_world([a_child("C-1"), far_child], homes, referrals=referrals), POLICY)


def test_the_best_home_of_a_child_costs_nobody_anything_and_the_second_costs_both():
    engine = two_children_two_homes()
    first, second = engine.alternatives("C-1", top=2)
    assert (first.placed, first.cost_points, first.changes) == (True, 0, ())
    assert first.sentence == "Option 1, H-1: costs nobody anything."
    assert second.placed is True
    assert {change.child_id for change in second.changes} == {"C-1", "C-2"}
    assert second.cost_points == pytest.approx(
        -sum(change.points or 0 for change in second.changes), abs=0.02
    )
    assert 0 < (second.cost_to_others_points or 0) < second.cost_points
    assert "1 other child has another home" in second.sentence


def test_a_child_about_whom_no_plan_decides_is_refused():
    world = a_world([a_child("C-1"), a_child("C-2")], [a_home()], referrals=[a_referral()])
    with pytest.raises(UsageError, match="neither waits nor may move"):
        engine_for(world, POLICY).alternatives("C-2")


def test_plans_come_best_first_and_differ():
    plans = two_children_two_homes().plans(3, differ=2)
    assert [plan.cost_points for plan in plans] == sorted(plan.cost_points for plan in plans)
    assert plans[0].sentence == "Plan 1: the best."
    for plan in plans[1:]:
        assert len(plan.changes) == 2


def test_yesterdays_plan_is_kept_when_no_change_is_allowed():
    engine = two_children_two_homes()
    yesterday = {"C-1": "H-2", "C-2": "H-1"}
    kept = engine.replan(yesterday, most_changes=0)
    assert kept.changes == ()
    assert kept.cost_points > 0
    free = engine.replan(yesterday, most_changes=2)
    assert {change.child_id for change in free.changes} == {"C-1", "C-2"}
    assert free.cost_points == 0


def test_the_price_of_keeping_siblings_together():
    homes = [
        a_home("H-1", 1, postcode=miles_east(1).postcode),
        a_home("H-2", 1, postcode=miles_east(1).postcode),
        a_home("H-3", 2, postcode=miles_east(40).postcode),
    ]
    (price,) = engine_for(a_world(siblings(9, 7), homes), POLICY).prices()
    assert price.with_aim.extra_households == 0
    assert price.without_aim.extra_households == 1
    assert price.miles_mean == (40.0, 1.0)
    assert price.sentence == (
        "Keeping siblings together: 0 extra households instead of 1, at £50 a week less, "
        "0 more moves, 39.0 miles farther on average."
    )


def test_the_frontier_trades_money_for_nearness_and_leaves_nobody_out():
    homes = [
        a_home("H-1", 1, postcode=miles_east(1).postcode, weekly_fee_pence=200_000),
        a_home("H-2", 1, postcode=miles_east(40).postcode, weekly_fee_pence=30_000),
    ]
    points = engine_for(a_world([a_child()], homes), POLICY).frontier()
    assert [(each.far, each.indicators.weekly_cost_pence) for each in points] == [
        (0, 200_000),
        (1, 30_000),
    ]
    assert {each.status for each in points} == {"optimal"}
    only_far = engine_for(a_world([a_child()], homes[1:]), POLICY).frontier()
    assert [each.far for each in only_far] == [1]


def test_one_more_bed_is_worth_most_where_a_child_is_left_without():
    homes = [
        a_home("H-1", 1, postcode=miles_east(1).postcode),
        a_home("H-2", 1, postcode=miles_east(2).postcode, beds_usable=0),
    ]
    children = [a_child("C-1"), a_child("C-2")]
    referrals = [a_referral("R-1", "C-1"), a_referral("R-2", "C-2")]
    (bed,) = engine_for(a_world(children, homes, referrals=referrals), POLICY).bed_worths()
    assert (bed.home_id, bed.placed, bed.near_home) == ("H-1", 1, 1)
    assert bed.gain_points > 900
    assert bed.status == "optimal"
    assert bed.homes == bed.tried == 2


def test_one_more_bed_is_approved_as_well():
    home = a_home(beds=2, beds_usable=2, bedrooms=2, terms={"number": 2})
    more = one_more_bed(home)
    assert (more.beds_usable, more.beds_approved, more.bedrooms) == (3, 3, 3)
    assert more.terms is not None
    assert more.terms.number == 3
    assert one_more_bed(a_home(beds=2, beds_usable=1)).beds_approved == 2
