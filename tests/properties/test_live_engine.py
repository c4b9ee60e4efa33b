"""An engine over a World that changes answers as one built anew for the present World."""

from __future__ import annotations

import random
from functools import cached_property

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.world import World, make_world
from matcher.engine import Engine
from matcher.live import LiveWorld
from matcher.live.register import FORGOTTEN, Register
from matcher.policy import Policy
from tests.properties.test_live_columns import BALANCED, peopled, walk


@given(st.integers(0, 100_000))
@settings(max_examples=12)
def test_what_a_live_engine_answers_is_what_one_built_anew_answers(seed: int) -> None:
    rng = random.Random(seed)
    live = LiveWorld(peopled(seed), BALANCED)
    for at in range(3):
        walk(live, rng, 5, peopled(seed + 1 + at))
        policy = rng.choice([BALANCED, Policy.named("practice")])
        over = Engine.over(live, policy)
        anew = Engine(live.world(), policy)
        for referral_id in anew.world.referrals:
            assert over.rank(referral_id) == anew.rank(referral_id)
            assert over.rules_failed(referral_id) == anew.rules_failed(referral_id)
            paged = over.exclusions(referral_id, limit=2)
            assert paged == anew.rank(referral_id, excluded=2).excluded
            for home_id in live.view.homes:
                assert over.explain(referral_id, home_id) == anew.explain(referral_id, home_id)


@given(st.integers(0, 100_000))
@settings(max_examples=30)
def test_the_hash_is_kept_current_and_is_that_of_the_records(seed: int) -> None:
    rng = random.Random(seed)
    live = LiveWorld(peopled(seed), BALANCED)
    for at in range(4):
        walk(live, rng, 5, peopled(seed + 1 + at))
        world = live.world()
        rebuilt = make_world(
            as_of=world.as_of,
            authority=world.authority,
            children=reversed(world.children.values()),
            homes=reversed(world.homes.values()),
            sibling_groups=world.sibling_groups.values(),
            providers=world.providers.values(),
            agreements=world.agreements.values(),
            referrals=world.referrals.values(),
            placements=world.placements.values(),
            residents=world.residents.values(),
            exemptions=world.exemptions.values(),
            holds=world.holds.values(),
            budgets=reversed(world.budgets),
            locations=world.locations,
            synthetic=world.synthetic,
        )
        assert live.data_hash() == rebuilt.data_hash
        if world.homes != {}:
            home = next(iter(world.homes.values()))
            live.put(home.replace(beds_approved=home.beds_approved + 1))
            assert live.data_hash() != rebuilt.data_hash


def test_the_bits_name_the_rules_that_each_home_fails() -> None:
    failed_by_any = 0
    for seed in range(40):
        engine = Engine(peopled(seed), BALANCED)
        for referral_id in engine.world.referrals:
            failed = engine.rules_failed(referral_id)
            told = {
                each.home_id: frozenset(each.rules)
                for each in engine.rank(referral_id, excluded=None).excluded
            }
            assert failed.homes == len(engine.world.homes)
            for at, home_id in enumerate(engine.world.homes):
                assert frozenset(failed.of(at)) == told.get(home_id, frozenset())
            failed_by_any += len(told)
    assert failed_by_any > 50


def test_all_that_follows_from_a_world_is_kept_current_or_worked_out_anew() -> None:
    follows = {name for name, each in vars(World).items() if isinstance(each, cached_property)}
    current = set(vars(Register(peopled(1)).view))
    forgotten = {name for names in FORGOTTEN.values() for name in names}
    # The hash is asked of the live World, which has a digest of its own.
    assert follows - current - forgotten == {"data_hash"}
