"""What a plan did not look at is said."""

from __future__ import annotations

from datetime import timedelta

from matcher.domain.agreement import Budget
from matcher.domain.home import Setting
from matcher.domain.placement import Placement
from matcher.engine import engine_for
from matcher.policy import Policy
from tests.builders import AS_OF, a_child, a_home, a_world

POLICY = Policy.named("balanced").replace(minimum_match_points=0)


def test_a_child_who_is_placed_and_may_not_move_is_named():
    lives = Placement(child_id="C-1", home_id="H-1", started_on=AS_OF - timedelta(9))
    world = a_world([a_child()], [a_home()], placements=[lives])
    (warning,) = engine_for(world, POLICY).assign().warnings
    assert warning == (
        "C-1 is in a request and placed: a plan leaves them where they are until a review has "
        "agreed to a move (may_move)."
    )


def test_homes_without_a_fee_are_named_under_a_budget():
    homes = [
        a_home(f"H-{at}", setting=Setting.CONNECTED, agreement_ids=(), connected_to={"C-1"})
        for at in range(7)
    ]
    without = a_world([a_child()], homes)
    assert engine_for(without, POLICY).assign().warnings == ()
    limited = without.replace(budgets=(Budget(weekly_pence=100_000),))
    (warning,) = engine_for(limited, POLICY).assign().warnings
    assert warning == (
        "No fee is known for H-0, H-1, H-2, H-3 and H-4 and 2 more: under a budget the plan does "
        "not use them. Ask for a quote."
    )
