from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from matcher.domain.plan import first_days
from matcher.engine import engine_for
from matcher.live import LiveWorld
from matcher.live.looking_ahead import beyond_margin, welfare

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.live import Choice
    from matcher.live.offers import Offers
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy

MARGINS = (0.5, 1.0, 5.0, 100.0)


def with_margin(policy: Policy, points: float) -> Policy:
    return policy.replace(look_ahead=policy.look_ahead.replace(margin_points=points))


def families(world: World) -> list[tuple[str, ...]]:
    found = []
    for referral in world.referrals.values():
        waiting = tuple(each for each in referral.child_ids if each not in world.placements)
        if waiting:
            found.append(waiting)
    return found


def offers(live: LiveWorld, child_id: str) -> Offers | None:
    live._settle()
    child = live.view.children[child_id]
    return live._asker().offers([child], first_days(live.view, [child_id])[child_id])


def fresh(world: World, policy: Policy, values: BedValues | None) -> LiveWorld:
    live = LiveWorld(world, policy.replace(vacancy_fresh_days=3650), values)
    live.confirm_vacancies(live.home_ids)
    return live


def shape(choices: list[Choice]) -> list[tuple[object, ...]]:
    return [
        (choice.unplaced, sorted(part.child_ids for part in choice.parts)) for choice in choices
    ]


@pytest.mark.parametrize("points", MARGINS)
def test_whoever_has_a_home_keeps_one_and_whoever_is_together_stays_together(
    small: World, policy: Policy, values: BedValues, points: float
) -> None:
    asked = families(small)
    plain = fresh(small, policy, None)
    ahead = fresh(small, with_margin(policy, points), values)
    assert shape(ahead.batch(asked)) == shape(plain.batch(asked))
    for family in asked:
        assert shape([ahead.choose(family)]) == shape([plain.choose(family)])


def test_a_margin_of_nothing_switches_it_off(
    small: World, policy: Policy, values: BedValues
) -> None:
    asked = families(small)
    off = fresh(small, with_margin(policy, 0.0), values)
    assert off.batch(asked) == fresh(small, policy, None).batch(asked)


@pytest.mark.parametrize("points", MARGINS)
def test_no_child_is_worse_off_than_the_margin_allows(
    small: World, policy: Policy, values: BedValues, points: float
) -> None:
    margin = with_margin(policy, points).replace(vacancy_fresh_days=3650)
    looked = 0
    for family in families(small):
        if len(family) > 1:
            continue
        live = fresh(small, margin, values)
        found = offers(live, family[0])
        choice = live.choose(family)
        if found is None:
            assert choice.unplaced == family
            continue
        own = welfare(margin, found)[0]
        at = found.at.tolist().index(live.position(choice.parts[0].home_id))
        assert own[at] >= own.max() - points - 1e-6
        looked += len(found.at) > 1
    assert looked


def test_after_a_batch_no_open_home_is_better_for_a_child_by_more_than_the_margin(
    small: World, policy: Policy, values: BedValues
) -> None:
    live = fresh(small, policy, values)
    margin = policy.look_ahead.margin_points
    asked = [family for family in families(small) if len(family) == 1]
    choices = live.batch(asked)
    own: dict[str, tuple[np.ndarray[tuple[int], np.dtype[np.float64]], Offers]] = {}
    for (child_id,) in asked:
        found = offers(live, child_id)
        if found is not None:
            own[child_id] = (welfare(live.policy, found)[0], found)
    taken = {part.home_id for choice in choices for part in choice.parts}
    for choice in choices:
        for part in choice.parts:
            (child_id,) = part.child_ids
            points, found = own[child_id]
            here = found.at.tolist().index(live.position(part.home_id))
            untouched = [
                at for at, home in enumerate(found.at.tolist()) if live.home_ids[home] not in taken
            ]
            best = max((points[at] for at in untouched), default=points[here])
            assert points[here] >= best - margin - 1e-6


def test_worth_to_others_decides_between_homes_that_suit_alike(
    small: World, policy: Policy, values: BedValues
) -> None:
    wide = with_margin(policy, 100.0)
    changed = 0
    for family in families(small):
        plain = fresh(small, wide, values.scaled(0.0)).choose(family)
        ahead = fresh(small, wide, values).choose(family)
        changed += plain.home_of != ahead.home_of
    assert changed


def test_siblings_keep_to_the_margin_each(policy: Policy) -> None:
    own = np.array([[50.0, 49.5, 60.0], [50.0, 49.5, 30.0]])
    narrow = beyond_margin(with_margin(policy, 1.0), own)
    assert narrow[0] == narrow[1] == 0
    # Better for one and much worse for the other is not equally good.
    assert narrow[2] == pytest.approx(19)


def test_a_ranking_says_what_a_bed_is_worth_to_others(
    small: World, policy: Policy, values: BedValues
) -> None:
    plain, ahead = engine_for(small, policy), engine_for(small, policy, values)
    seen = 0
    for referral_id in small.referrals:
        before, after = plain.rank(referral_id), ahead.rank(referral_id)
        assert all(option.bed is None for option in before.options)
        assert after.eligible_count == before.eligible_count
        few = ahead.rank(referral_id, top=3).options
        asked_for_more = [(each.parts, each.bed) for each in after.options[:3]]
        assert [(each.parts, each.bed) for each in few] == asked_for_more
        referral = small.referrals[referral_id]
        children = [small.children[each] for each in referral.child_ids]
        whole = ahead.appraiser.appraise(children, referral.needed_by)
        score = np.round(whole.score, 6)
        shown = [option for option in after.options if option.bed is not None]
        for option in shown:
            assert option.together
            assert option.bed is not None
            assert option.bed.sentence.endswith(".")
            at = ahead.appraiser.homes.index[option.parts[0].home_id]
            better = (whole.eligible & (score > score[at])).sum()
            assert option.bed.rank_without == better + 1
            if option.bed.within_margin:
                margin = policy.look_ahead.margin_points
                assert option.bed.welfare_given_up <= margin + 0.01
                assert option.bed.points_to_others >= 0
            seen += 1
        within = [option.bed.within_margin for option in shown if option.bed is not None]
        assert within == sorted(within, reverse=True)
    assert seen


def test_a_ranking_without_margin_is_the_policy_s_own(
    small: World, policy: Policy, values: BedValues
) -> None:
    off = with_margin(policy, 0.0)
    for referral_id in list(small.referrals)[:3]:
        assert engine_for(small, off, values).rank(referral_id) == engine_for(small, off).rank(
            referral_id
        )


@pytest.mark.parametrize("points", [1.0, 100.0])
def test_a_plan_that_looks_ahead_places_whom_the_policy_places_and_is_checked(
    small: World, policy: Policy, values: BedValues, points: float
) -> None:
    wide = with_margin(policy, points)
    plain, ahead = engine_for(small, wide).assign(), engine_for(small, wide, values).assign()
    assert {each.child_id for each in ahead.placements} == {
        each.child_id for each in plain.placements
    }
    assert "Looking ahead" in ahead.warnings[0]
    assert ahead.objective >= plain.objective - 1e-6
    if points == 100.0:
        assert ahead.placements != plain.placements
        assert ahead.status == "feasible"
        assert ahead.tiers["match"] >= plain.tiers["match"]


def test_under_a_budget_no_exchange_costs_more(
    policy: Policy, values: BedValues, county_with_budgets: World
) -> None:
    wide = with_margin(policy, 100.0)
    plain = engine_for(county_with_budgets, wide).assign()
    ahead = engine_for(county_with_budgets, wide, values).assign()
    assert ahead.indicators.weekly_cost_pence <= plain.indicators.weekly_cost_pence


def test_an_engine_learns_from_who_is_placed(small: World, policy: Policy) -> None:
    found = engine_for(small, policy).bed_values(method="rent")
    assert found.method.value == "rent"
    assert found.policy == "look_ahead"
