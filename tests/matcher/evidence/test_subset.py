from __future__ import annotations

import random

import numpy as np
import pytest

from matcher.candidates import Appraiser
from matcher.columns import columns_of
from matcher.domain.plan import first_days
from matcher.evidence.subset import some_homes
from matcher.policy import Policy
from scenarios.county import make_county
from tests.matcher.solving.small_worlds import a_small_world


def test_of_some_homes_the_same_is_said_as_among_all() -> None:
    world = make_county(size=0.2, seed=3)
    policy = Policy.named("balanced").replace(may_move=True)
    rng = random.Random(0)
    homes = columns_of(world)
    wanted = np.array([rng.random() < 0.3 for _ in homes.ids])
    some, kept = some_homes(homes, wanted)
    assert [some.ids[at] for at in range(len(kept))] == [homes.ids[at] for at in kept]
    assert some.n == len(kept) + 1
    of_all, of_some = Appraiser(homes, policy), Appraiser(some, policy)
    ids = tuple(world.children)
    days = first_days(world, ids)
    for child_id in rng.sample(ids, 60):
        child = world.children[child_id]
        one = of_all.appraise([child], days[child_id])
        other = of_some.appraise([child], days[child_id])
        rows = slice(0, len(kept))
        assert np.array_equal(one.bars[:, kept], other.bars[:, rows]), child_id
        assert np.array_equal(one.gates[:, kept], other.gates[:, rows]), child_id
        assert np.array_equal(one.score[kept], other.score[rows]), child_id
        assert np.array_equal(one.weekly_cost[kept], other.weekly_cost[rows]), child_id
        assert np.array_equal(one.miles[kept], other.miles[rows], equal_nan=True), child_id


@pytest.mark.parametrize("seed", range(40))
def test_of_one_home_the_same_is_said_as_among_all(seed: int) -> None:
    world, policy = a_small_world(seed)
    homes = columns_of(world)
    days = first_days(world, tuple(world.children))
    for at in range(homes.n):
        some, _ = some_homes(homes, np.arange(homes.n) == at)
        for child_id, child in world.children.items():
            one = Appraiser(homes, policy).appraise([child], days[child_id])
            other = Appraiser(some, policy).appraise([child], days[child_id])
            assert np.array_equal(one.bars[:, at], other.bars[:, 0])
            assert one.score[at] == other.score[0]
            assert one.weekly_cost[at] == other.weekly_cost[0]


def test_all_homes_are_the_homes_themselves() -> None:
    homes = columns_of(a_small_world(0)[0])
    some, kept = some_homes(homes, np.ones(homes.n, dtype=np.bool_))
    assert some is homes
    assert kept.tolist() == list(range(homes.n))
