"""Every mask says of every child and home what its judge says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.columns import columns_of
from matcher.evidence.arrays import Arrivals, child_facts
from matcher.evidence.cases import HouseholdCase, PairCase
from matcher.evidence.verdict import Verdict
from matcher.policy import Policy
from matcher.rules import residents
from matcher.rules.catalogue import PAIR_RULES
from tests.properties.worlds import DAYS, crowded_world, worlds

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.world import World
    from matcher.rules.rule import PairRule

POLICY = Policy.named("balanced")


def assert_agree(world: World, day: date) -> set[tuple[str, Verdict]]:
    """Compare judges and masks over a World; return the verdicts that were seen."""
    homes = columns_of(world)
    seen = set()
    for child in world.children.values():
        facts = child_facts(child, day, homes)
        cases = [PairCase(child, home, world, POLICY, day) for home in world.homes.values()]
        for rule in PAIR_RULES:
            masked = rule.verdicts(homes, facts, POLICY)
            assert masked.dtype == np.int8
            assert masked.shape == (homes.n,)
            judged = [rule.verdict(case).verdict for case in cases]
            assert masked.tolist() == judged, f"{rule.code} for {child.child_id}"
            seen |= {(rule.code, verdict) for verdict in judged}
    for child in list(world.children.values())[:2]:
        # What is kept from one child to the next must not be changed by exemptions.
        facts = child_facts(child, day, homes)
        for rule in PAIR_RULES:
            first = rule.verdicts(homes, facts, POLICY)
            assert first.tolist() == rule.verdicts(homes, facts, POLICY).tolist(), rule.code
    return seen


@settings(max_examples=30)
@given(world=worlds(), day=st.sampled_from(DAYS))
def test_pair_rules_agree(world: World, day: date) -> None:
    assert_agree(world, day)


def answers(rule: PairRule) -> set[Verdict]:
    """Return the verdicts that a rule can give."""
    never_met = {"TEMPORARY_APPROVAL_CLOCK", "PROVIDER_CONSENT"}
    only_unknown = {"VACANCY_CONFIRMED", "FEE_KNOWN"}
    found = set() if rule.code in never_met else {Verdict.MET}
    found |= {Verdict.UNKNOWN} if rule.unknown else set()
    found |= set() if rule.code in only_unknown else {Verdict.NOT_MET}
    return found | ({Verdict.EXEMPTED} if rule.exemption else set())


def test_pair_rules_agree_in_crowded_worlds() -> None:
    seen: set[tuple[str, Verdict]] = set()
    for seed in range(6):
        world = crowded_world(seed)
        seen |= assert_agree(world, DAYS[0])
        seen |= assert_agree(world, DAYS[1 + seed % 4])
    for rule in PAIR_RULES:
        missing = {each for each in answers(rule) if (rule.code, each) not in seen}
        assert not missing, f"{rule.code} was never seen to answer {missing}"


@settings(max_examples=40)
@given(world=worlds(), day=st.sampled_from(DAYS), size=st.integers(1, 2))
def test_residents_gates_agree(world: World, day: date, size: int) -> None:
    arriving = tuple(world.children.values())[:size]
    homes = columns_of(world, without=frozenset(child.child_id for child in arriving))
    arrivals = Arrivals(tuple(child_facts(child, day, homes) for child in arriving), None)
    for rule in residents.RULES:
        judged = [
            rule.verdict(HouseholdCase(home, arriving, world, POLICY, day)).verdict
            for home in world.homes.values()
        ]
        assert rule.verdicts(homes, arrivals, POLICY).tolist() == judged, rule.code


def test_rules_about_homes_alone_ask_nothing_of_the_child() -> None:
    world = crowded_world(11)
    homes = columns_of(world.replace(placements={}, exemptions={}))
    of_home = [rule for rule in PAIR_RULES if rule.of_home]
    assert {rule.code for rule in of_home} >= {"HOLD", "AVAILABLE_BY", "AGREEMENT_IN_FORCE"}
    for day in DAYS:
        known = [child_facts(child, day, homes) for child in world.children.values()]
        for rule in of_home:
            answers = {rule.verdicts(homes, facts, POLICY).tobytes() for facts in known}
            assert len(answers) == 1, rule.code
