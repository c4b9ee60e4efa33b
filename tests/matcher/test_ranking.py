"""Ranking: together first, then splits with the fewest homes, best first, always the same."""

from __future__ import annotations

from itertools import permutations, product
from random import Random

import pytest

from matcher.candidates import Appraiser
from matcher.columns import columns_of
from matcher.domain.home import Grade, Setting
from matcher.domain.sibling_group import SiblingGroup, SiblingLink, Together
from matcher.policy import Policy
from matcher.ranking import OptionStatus, rank_homes
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, miles_east, siblings

BALANCED = Policy.named("balanced")


def ranking_of(world, top=10):
    referral = world.referrals["R-1"]
    children = [world.children[each] for each in referral.child_ids]
    return rank_homes(Appraiser(columns_of(world), BALANCED), children, referral.needed_by, top=top)


def home_ids(world, option):
    ids = tuple(world.homes)
    return [ids[part.home_at] for part in option.parts]


def homes_at(*miles, beds=1, **changes):
    return [
        a_home(f"H-{each:02}", beds, postcode=miles_east(each).postcode, **changes)
        for each in miles
    ]


def test_nearer_homes_rank_first_when_all_else_is_equal():
    world = a_world([a_child()], homes_at(30, 5, 12))
    found = ranking_of(world)
    assert [home_ids(world, option) for option in found.options] == [["H-05"], ["H-12"], ["H-30"]]
    assert {option.status for option in found.options} == {OptionStatus.ELIGIBLE}


def test_ties_go_to_the_smaller_identifier():
    world = a_world([a_child()], [a_home("H-B"), a_home("H-A"), a_home("H-C")])
    assert [home_ids(world, each)[0] for each in ranking_of(world).options] == ["H-A", "H-B", "H-C"]


def test_a_secure_home_is_no_choice_without_a_court_even_for_three_days():
    secure = {"setting": Setting.SECURE, "registered": True, "grade": Grade.GOOD}
    homes = [a_home("H-1"), a_home("H-2", **secure)]
    asked = ranking_of(a_world([a_child("C-1", 14, secure_order=True)], homes))
    assert [option.parts[0].home_at for option in asked.options] == [0, 1]
    for age in (9, 14):
        found = ranking_of(a_world([a_child("C-1", age)], homes))
        assert [option.parts[0].home_at for option in found.options] == [0]
        assert found.near_misses == ()


def test_siblings_together_come_before_any_split():
    world = a_world(siblings(9, 7), [*homes_at(1, 2), *homes_at(40, beds=2)])
    found = ranking_of(world)
    assert [home_ids(world, option) for option in found.options] == [["H-40"]]


def test_without_a_home_for_all_two_and_one_come_before_three_times_one():
    world = a_world(siblings(9, 7, 5), [*homes_at(1, 2, 3), *homes_at(30, beds=2)])
    found = ranking_of(world)
    sizes = [[len(part.children) for part in option.parts] for option in found.options]
    assert sizes[0] == [2, 1]
    assert sizes == sorted(sizes, key=len)
    assert [1, 1, 1] in sizes


def test_a_home_is_used_once_in_a_split():
    world = a_world(siblings(9, 7), homes_at(1, 2))
    for option in ranking_of(world).options:
        assert len(set(home_ids(world, option))) == len(option.parts)


def test_those_assessed_apart_are_never_offered_one_home():
    group = SiblingGroup(
        sibling_group_id="S-1",
        links=(SiblingLink(child_a="C-1", child_b="C-2", together=Together.APART),),
    )
    world = a_world(siblings(9, 7, 5), homes_at(1, 2, 3, beds=3), sibling_groups=[group])
    found = ranking_of(world)
    assert not found.together_allowed
    assert found.options
    for option in found.options:
        for part in option.parts:
            assert {"C-1", "C-2"} - {child.child_id for child in part.children}


def test_those_who_must_stay_together_are_never_split():
    group = SiblingGroup(
        sibling_group_id="S-1",
        links=(SiblingLink(child_a="C-1", child_b="C-2", together=Together.REQUIRED),),
    )
    world = a_world(
        siblings(9, 7, 5), [*homes_at(1, 2, 3), *homes_at(9, beds=2)], sibling_groups=[group]
    )
    found = ranking_of(world)
    assert found.options
    for option in found.options:
        (pair,) = [part for part in option.parts if len(part.children) == 2]
        assert {child.child_id for child in pair.children} == {"C-1", "C-2"}


def test_no_more_than_half_of_the_options_come_from_one_outside_provider():
    outside = homes_at(*range(1, 12), provider_id="P-2", agreement_ids=("A-2",))
    own = homes_at(*range(30, 40))
    found = ranking_of(a_world([a_child()], [*outside, *own]), top=10)
    providers = [
        outside[0].provider_id if option.parts[0].home_at < 11 else "P-1"
        for option in found.options
    ]
    assert providers.count("P-2") == 5


def test_an_only_provider_still_fills_the_list():
    outside = homes_at(*range(1, 12), provider_id="P-2", agreement_ids=("A-2",))
    found = ranking_of(a_world([a_child()], outside), top=10)
    assert len(found.options) == 10
    assert [option.score for option in found.options] == sorted(
        (option.score for option in found.options), reverse=True
    )


def test_the_order_of_input_never_shows():
    children = siblings(9, 7, 5)
    homes = [*homes_at(1, 2, 3), *homes_at(9, 11, beds=2)]
    first = ranking_of(a_world(children, homes))
    world = a_world(children[::-1], homes[::-1], referrals=[a_referral("R-1", "C-3", "C-1", "C-2")])
    assert ranking_of(world).options == first.options


@pytest.mark.parametrize("seed", range(6))
def test_splits_are_the_best_there_are(seed):
    """Brute force over every way to put three siblings into homes of one or two beds."""
    random = Random(seed)
    miles = random.sample(range(1, 60), 6)
    homes = [
        a_home(f"H-{each:02}", random.choice((1, 1, 2)), postcode=miles_east(each).postcode)
        for each in miles
    ]
    children = siblings(9, 7, 5)
    world = a_world(children, homes)
    appraiser = Appraiser(columns_of(world), BALANCED)
    day = world.referrals["R-1"].needed_by
    ids = tuple(world.homes)
    best = None
    for chosen in product(range(len(ids)), repeat=3):
        parts = {}
        for child, at in zip(children, chosen, strict=True):
            parts.setdefault(at, []).append(child)
        if any(len(them) > world.homes[ids[at]].beds_usable for at, them in parts.items()):
            continue
        score = sum(
            len(them) * appraiser.appraise(them, day).score[at] for at, them in parts.items()
        )
        key = (len(parts), -round(score / 3, 6))
        best = key if best is None or key < best else best
    found = rank_homes(appraiser, children, day, top=5).options[0]
    assert (len(found.parts), -round(found.score, 6)) == best


def test_every_order_of_members_gives_the_same_answer():
    world = a_world(siblings(9, 7), homes_at(1, 2, 3, beds=2))
    appraiser = Appraiser(columns_of(world), BALANCED)
    answers = [
        rank_homes(appraiser, list(order), AS_OF, top=5).options
        for order in permutations(world.children.values())
    ]
    assert answers[0] == answers[1]
