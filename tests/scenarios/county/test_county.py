from __future__ import annotations

import subprocess
import sys

import pytest

from matcher.domain.home import Setting
from matcher.domain.sibling_group import Together
from matcher.engine import rank
from matcher.errors import UsageError
from matcher.evidence.cases import HouseholdCase, PairCase
from matcher.evidence.verdict import Verdict
from matcher.geography.distance import distance_miles
from matcher.policy import Policy
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES
from matcher.rules.rule import Effect
from scenarios.county import make_county, report
from scenarios.county.profile import england
from scenarios.county.streams import Streams

# Rules about a new placement rather than about living somewhere already.
_OF_ARRIVAL = {"AVAILABLE_BY", "EMERGENCY_ONLY", "HOLD", "VACANCY_CONFIRMED", "SETTING_SOUGHT"}


@pytest.mark.parametrize("seed", [7, 1, 2, 3])
def test_every_marginal_is_within_its_tolerance(county, profile, seed):
    found = report(county(seed), profile)
    assert [row for row in found.rows if not row.within] == []
    assert len(found.rows) > 130


@pytest.mark.parametrize("size", [0.06, 0.4, 1.6])
def test_marginals_hold_at_other_sizes(county, profile, size):
    found = report(county(7, size), profile)
    assert [row for row in found.rows if not row.within] == []
    assert len(county(7, size).placements) == round(522 * size)


def test_the_report_prints_each_figure_with_source_and_year(county, profile):
    text = report(county(), profile).text
    assert "Every person in it is invented" in text
    assert "[DfE, Children looked after in England including adoptions, 2025]" in text
    assert "suppressed" in text
    assert "0 outside tolerance" in text


def test_a_wrong_county_is_reported_as_wrong(county, profile):
    world = county()
    fewer = dict(list(world.placements.items())[40:])
    found = report(world.replace(placements=fewer), profile)
    assert not found.within


def test_one_seed_makes_one_world(county, postcodes):
    again = make_county(seed=7, postcodes=postcodes)
    assert again.data_hash == county().data_hash
    assert again.data_hash != county(1).data_hash


def test_another_process_makes_the_same_world(county):
    program = "from scenarios.county import make_county; print(make_county(size=0.06).data_hash)"
    made = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == county(7, 0.06).data_hash


def test_streams_are_apart_by_purpose_seed_and_authority():
    draws = {
        Streams(seed, authority).stream(name).integers(2**62)
        for seed in (1, 2)
        for authority in ("E06000060", "E06000039")
        for name in ("children", "homes")
    }
    assert len(draws) == 8
    again = Streams(1, "E06000060").stream("homes").integers(2**62)
    assert again in draws


def test_it_says_that_it_is_synthetic(county):
    assert county().synthetic


def test_ages_go_with_placements(county):
    world = county()
    for placement in world.placements.values():
        child, home = world.children[placement.child_id], world.homes[placement.home_id]
        age = child.age_on(world.as_of)
        if home.setting is Setting.SUPPORTED:
            assert age >= 16
        if home.setting is Setting.ADOPTIVE:
            assert age < 10
        assert placement.started_on <= world.as_of
        assert placement.started_on >= child.date_of_birth


def test_unaccompanied_children_have_no_former_home(county):
    world = county()
    seekers = [child for child in world.children.values() if child.unaccompanied]
    assert all(child.home_postcode is None for child in seekers)
    assert sum(child.sex.value == "1" for child in seekers) > 0.85 * len(seekers)


def test_siblings_come_from_one_home_and_one_family(county):
    world = county()
    for members in world.members.values():
        children = [world.children[child_id] for child_id in members]
        assert len({child.home_postcode for child in children}) == 1
        assert len({child.ethnicity for child in children}) == 1
        assert len(children) > 1


@pytest.mark.parametrize("seed", [7, 1, 2, 3])
def test_everybody_placed_lives_there_lawfully_or_by_exemption(county, seed):
    world = county(seed)
    policy = Policy.named("balanced")
    exempted = 0
    for home_id, occupants in world.occupants.items():
        home = world.homes[home_id]
        ours = tuple(each.child for each in occupants if each.child is not None)
        if not ours or not home.setting.offered:
            continue
        leaving = frozenset(child.child_id for child in ours)
        cases = [
            (rule, HouseholdCase(home=home, arrivals=ours, world=world, policy=policy,
                                 day=world.as_of, leaving=leaving))
            for rule in HOUSEHOLD_RULES
        ]  # fmt: skip
        cases += [
            (rule, PairCase(child=child, home=home, world=world, policy=policy,
                            day=world.as_of, leaving=leaving))
            for rule in PAIR_RULES
            for child in ours
        ]  # fmt: skip
        for rule, case in cases:
            if rule.effect is not Effect.BAR or rule.code in _OF_ARRIVAL:
                continue
            verdict = rule.verdict(case).verdict
            assert verdict not in (Verdict.NOT_MET, Verdict.UNKNOWN), (rule.code, home_id)
            exempted += verdict is Verdict.EXEMPTED
    assert 1 <= exempted <= 12


def test_no_home_has_more_people_than_usable_beds(county):
    world = county()
    assert all(
        len(occupants) <= world.homes[home_id].beds_usable
        for home_id, occupants in world.occupants.items()
    )


def test_beds_are_free_in_the_county_and_around(county):
    world = county()
    free = [
        (home, world.beds_free(home.home_id, world.as_of))
        for home in world.homes.values()
        if home.setting.offered
    ]
    assert 150 <= sum(max(beds, 0) for _, beds in free) <= 260
    inside = sum(
        max(beds, 0)
        for home, beds in free
        if world.location(home.postcode).authority == world.authority
    )
    assert inside >= 70
    assert 500 <= len(world.homes) <= 650


@pytest.mark.parametrize("seed", [7, 1, 2])
def test_the_shown_referral_is_three_siblings_in_high_wycombe(county, seed):
    world = county(seed)
    referral = world.referrals["R-0012"]
    children = [world.children[child_id] for child_id in referral.child_ids]
    assert [child.age_on(world.as_of) for child in children] == [12, 9, 6]
    assert all(child.home_postcode.startswith("HP13 ") for child in children)
    assert referral.needed_by.strftime("%A") == "Friday"
    assert len({child.school.postcode for child in children}) == 1
    assert all(child.school.keep for child in children)
    group = world.sibling_groups[children[0].sibling_group_id]
    assert group.together is Together.REQUIRED


def test_the_queue_is_mixed_as_real_ones_are(county):
    world = county()
    waiting = [world.children[child_id] for child_id in world.waiting]
    assert len(waiting) == 40
    assert len(world.referrals) == 30
    sizes = sorted(len(referral.child_ids) for referral in world.referrals.values())
    assert sizes[-3:] == [3, 3, 4]
    assert len({referral.timescale for referral in world.referrals.values()}) == 3
    assert any(child.solo for child in waiting)
    assert any(child.safety_zones for child in waiting)
    assert any(child.incompatible_with for child in waiting)
    assert any(child.date_of_birth is None for child in waiting)
    assert any(child.parent_in_placement for child in waiting)
    assert any(child.unaccompanied for child in waiting)
    needs = [need for child in waiting for need in child.needs]
    assert 0.5 < sum(need.level for need in needs) / len(needs) < 2


def test_vacancies_are_confirmed_stale_or_never_confirmed(county):
    world = county()
    free = [
        home
        for home in world.homes.values()
        if home.setting.offered and world.beds_free(home.home_id, world.as_of) > 0
    ]
    ages = [
        (world.as_of - home.vacancy_confirmed_on).days
        for home in free
        if home.vacancy_confirmed_on is not None
    ]
    assert any(age <= 14 for age in ages)
    assert any(age > 14 for age in ages)
    assert len(ages) < len(free)


def test_prices_have_a_long_tail(county):
    fees = sorted(
        placement.weekly_fee_pence / 100
        for placement in county().placements.values()
        if placement.weekly_fee_pence
    )
    assert fees[len(fees) // 2] < 1_000
    assert fees[-1] > 10_000
    assert fees[-1] <= 63_000


def test_distances_are_those_of_the_postcodes(county):
    world = county()
    near = 0
    for placement in world.placements.values():
        child, home = world.children[placement.child_id], world.homes[placement.home_id]
        miles = distance_miles(world.location(child.home_postcode), world.location(home.postcode))
        near += miles is not None and miles <= 20.0
    assert near == 237


def test_large_counties_spread_over_authorities_islands_included(postcodes, monkeypatch):
    few = tuple(a for a in england() if a.code in ("E06000060", "E06000046", "E06000039"))
    monkeypatch.setattr("scenarios.county.making.england", lambda: few)
    world = make_county(size=3.1, postcodes=postcodes)
    authorities = {child.responsible_authority for child in world.children.values()}
    assert authorities == {area.code for area in few}
    assert world.budgets
    assert len(world.waiting) == sum(len(r.child_ids) for r in world.referrals.values())


@pytest.mark.parametrize("size", [0.01, 500.0])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(UsageError, match="size"):
        make_county(size=size)


def test_a_negative_seed_is_refused():
    with pytest.raises(UsageError, match="seed"):
        make_county(seed=-1)


@pytest.mark.parametrize("seed", [7, 1])
def test_two_homes_in_the_county_can_take_the_shown_siblings_together(county, seed):
    world = county(seed)
    answer = rank(world, "R-0012", top=20)
    together = [
        option.parts[0].home_id
        for option in answer.options
        if option.together and option.status == "eligible"
    ]
    inside = [
        home_id
        for home_id in together
        if world.location(world.homes[home_id].postcode).authority == world.authority
    ]
    assert len(inside) >= 2
    assert answer.to_check_count >= 1
    assert len(answer.near_misses) >= 3
