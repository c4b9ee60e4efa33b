"""The door of the engine: stamps, bounds, unknown identifiers, and the same answer again."""

from __future__ import annotations

from datetime import date

import pytest

from matcher import engine
from matcher.domain.placement import Placement
from matcher.engine import Engine, engine_for
from matcher.errors import NotFoundError, PolicyError, UsageError
from matcher.policy import Policy
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, siblings


def test_every_answer_is_stamped_with_what_it_was_made_from() -> None:
    world = a_world([a_child()], [a_home()])
    stamp = engine.rank(world, "R-1").stamp
    policy = Policy.named("balanced")
    assert stamp.as_of == AS_OF
    assert (stamp.policy, stamp.policy_version) == (policy.name, policy.version)
    assert stamp.rule_set == "england-2023-10-28"
    assert stamp.data_hash == world.data_hash
    assert stamp.seed is None
    assert stamp.version
    assert not stamp.synthetic
    assert engine.explain(world, "R-1", "H-1").stamp == stamp
    assert engine_for(world, policy).stamp(seed=3).seed == 3


def test_a_policy_is_given_by_name_or_by_value() -> None:
    world = a_world([a_child()], [a_home()])
    named = engine.rank(world, "R-1", "practice")
    assert named == engine.rank(world, "R-1", Policy.named("practice"))
    assert named.stamp.policy == "practice"
    with pytest.raises(PolicyError, match="no policy 'odd'"):
        engine.rank(world, "R-1", "odd")


def test_a_policy_may_not_weigh_what_is_no_criterion() -> None:
    policy = Policy.named("balanced")
    weights = dict(policy.weights)
    weights["star_sign"] = weights.pop("near_home")
    odd = policy.model_copy(update={"weights": weights})
    with pytest.raises(PolicyError, match="star_sign"):
        Engine(a_world([a_child()], [a_home()]), odd)


@pytest.mark.parametrize("top", [0, -1, 1001])
def test_top_has_bounds(top: int) -> None:
    with pytest.raises(UsageError, match="between 1 and 1,000"):
        engine.rank(a_world([a_child()], [a_home()]), "R-1", top=top)


def test_identifiers_that_are_not_there_are_named() -> None:
    world = a_world([a_child()], [a_home()])
    with pytest.raises(NotFoundError, match="R-2"):
        engine.rank(world, "R-2")
    with pytest.raises(NotFoundError, match="R-2"):
        engine.explain(world, "R-2", "H-1")
    with pytest.raises(NotFoundError, match="H-2"):
        engine.explain(world, "R-1", "H-2")


def test_no_homes_at_all_is_an_answer() -> None:
    report = engine.rank(a_world(siblings(9, 7), []), "R-1")
    assert report.options == ()
    assert report.excluded_count == report.eligible_count == report.to_check_count == 0
    assert report.together_sentence is not None


def test_excluded_homes_are_worded_up_to_fifty_unless_all_are_asked_for() -> None:
    world = a_world([a_child()], [a_home(f"H-{at:03}", beds=0) for at in range(60)])
    some = engine.rank(world, "R-1")
    every = engine.rank(world, "R-1", excluded=None)
    assert (len(some.excluded), some.excluded_count) == (50, 60)
    assert len(every.excluded) == 60
    assert every.excluded[:50] == some.excluded
    assert some.excluded_by_rule["BEDS_FREE"] == 60


def test_the_same_home_may_be_to_check_and_the_day_decides() -> None:
    late = a_home(available_from=date(2026, 1, 1))
    report = engine.rank(a_world([a_child()], [late]), "R-1")
    assert report.options == ()
    (miss,) = report.near_misses
    assert "1 January 2026" in miss.sentence


def test_asking_changes_nothing() -> None:
    world = a_world(siblings(9, 7), [a_home("H-1", 2), a_home("H-2")])
    asked = engine_for(world, "balanced")
    first = asked.rank("R-1")
    asked.explain("R-1", "H-2")
    assert asked.rank("R-1") == first == engine.rank(world, "R-1")


def test_an_explanation_counts_points_behind_the_best() -> None:
    world = a_world(
        [a_child()], [a_home("H-1", postcode="HP1 1AA"), a_home("H-2", postcode="HP5 0AA")]
    )
    best = engine.explain(world, "R-1", "H-1")
    second = engine.explain(world, "R-1", "H-2")
    assert (best.position, second.position) == (1, 2)
    assert best.points_behind_best == 0
    assert second.points_behind_best == pytest.approx(
        best.option.score - second.option.score, abs=0.011
    )
    assert second.sentence == "H-2 is offered, in place 2 of 2."


def test_everybody_is_placed_beside_todays_practice() -> None:
    children = [*siblings(9, 7), a_child("C-3", 12)]
    homes = [a_home("H-1", 2), a_home("H-2"), a_home("H-3", beds=0)]
    referrals = [a_referral("R-1", "C-1", "C-2"), a_referral("R-2", "C-3")]
    world = a_world(children, homes, referrals=referrals)
    report = engine.assign(world, seed=3)
    assert report.status == "optimal"
    placed = {each.child_id: each.home_id for each in report.placements}
    assert placed == {"C-1": "H-1", "C-2": "H-1", "C-3": "H-2"}
    assert report.unplaced == ()
    assert report.indicators.placed == report.practice.placed == 3
    assert report.objective <= report.practice.objective
    assert report.stamp.seed == 3
    for each in report.placements:
        assert each.near_home == (each.distance_miles <= 20)
        assert not each.moves


def test_whoever_is_left_without_a_home_is_told_why() -> None:
    world = a_world([a_child()], [a_home(beds=0)])
    report = engine.assign(world)
    assert report.placements == ()
    (left,) = report.unplaced
    assert left.child_id == "C-1"
    assert left.reasons
    assert report.indicators.near_home_rate is None


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_time_has_bounds(seconds: float) -> None:
    with pytest.raises(UsageError, match="between 0 and 604,800"):
        engine.assign(a_world([a_child()], [a_home()]), seconds=seconds)


def test_who_is_to_move_does_not_stand_in_their_own_way() -> None:
    pair = siblings(9, 7)
    first, second = pair
    living = [
        Placement(child_id=first.child_id, home_id="H-1", started_on=AS_OF),
        Placement(child_id=second.child_id, home_id="H-2", started_on=AS_OF),
    ]
    world = a_world(pair, [a_home("H-1", beds=2), a_home("H-2", beds=1)], placements=living)
    report = engine.rank(world, "R-1", excluded=None)
    together = report.options[0]
    assert together.together
    assert together.parts[0].home_id == "H-1"
    assert together.parts[0].beds_left == 0
    (small,) = report.excluded
    assert small.home_id == "H-2"
    assert "BEDS_FREE" in small.rules
    assert "1 free, 2 needed" in " ".join(small.sentences)
