"""Every mask says of every child and home what its judge says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from matcher.columns import columns_of
from matcher.evidence.arrays import Arrivals, child_facts
from matcher.evidence.cases import HouseholdCase, PairCase
from matcher.policy import Policy
from matcher.rules import residents
from matcher.rules.catalogue import PAIR_RULES
from tests.properties.worlds import AS_OF, worlds

if TYPE_CHECKING:
    from matcher.domain.world import World

POLICY = Policy.named("balanced")
DAYS = st.sampled_from(
    [AS_OF, AS_OF + timedelta(14), date(2021, 9, 8), date(2021, 9, 9), date(2023, 10, 28)]
)


@settings(max_examples=70, phases=[Phase.explicit, Phase.generate])
@given(world=worlds(), day=DAYS)
def test_pair_rules_agree(world: World, day: date) -> None:
    homes = columns_of(world)
    for child in world.children.values():
        facts = child_facts(child, day, homes)
        for rule in PAIR_RULES:
            masked = rule.verdicts(homes, facts, POLICY)
            assert masked.dtype == np.int8
            assert masked.shape == (homes.n,)
            judged = [
                rule.verdict(PairCase(child, home, world, POLICY, day)).verdict
                for home in world.homes.values()
            ]
            assert masked.tolist() == judged, f"{rule.code} for {child.child_id}"
            # What is kept between children must not be changed by exemptions.
            assert rule.verdicts(homes, facts, POLICY).tolist() == judged, rule.code


@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
@given(world=worlds(), day=DAYS, size=st.integers(1, 3))
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
